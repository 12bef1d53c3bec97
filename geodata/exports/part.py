"""The case that an export holds: the wanted events, what hangs on them, and the sources that these cite."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from geodata import schema
from geodata.cases import Case
from geodata.cases.write import case_files, files_of, rows_of, table_columns, written_columns
from geodata.exports.tables import Row, Tables, Value

_CLAIMED = ("status", "is_current", "words", "rival")


@dataclass(frozen=True)
class PartTable:
    """A table of the case as it is written where cells have types.

    ``columns`` are the case's; ``computed`` are what stands beside them, by the name under which
    it is written, and is left out again on reading. ``rows`` have both.
    """

    columns: tuple[str, ...]
    computed: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """All columns, those of the case first."""
        return (*self.columns, *self.computed)


def part_of(tables: Tables) -> Case:
    """Return the case with the wanted events alone, its rows in the case's order.

    The whole case comes back as it is. Of a part the head says in ``excerpt`` which it is, and
    sources that only left-out rows cite are left out.
    """
    case = tables.record.case
    wanted = {str(row["event_id"]) for row in tables.events}
    if wanted == set(case.events["event_id"]):
        return case
    events, attacks, claims = (
        _with(getattr(case, name), "event_id", wanted) for name in ("events", "attacks", "claims")
    )
    cells = [*events["source_ids"], *attacks["source_ids"], *claims["source_id"]]
    sources = _with(case.sources, "source_id", _cited(case.sources, cells))
    excerpt = "; ".join(filter(None, (case.meta.excerpt, _words(tables))))
    meta = replace(case.meta, excerpt=excerpt)
    return replace(case, meta=meta, events=events, attacks=attacks, claims=claims, sources=sources)


def _words(tables: Tables) -> str:
    """Return which part it is: "7 of 20 events: from 2024-01-16; type strike"."""
    wanted = tables.wanted
    parts = [
        f"from {wanted.date_from}" if wanted.date_from else "",
        f"to {wanted.date_to}" if wanted.date_to else "",
        wanted.words(),
        f"in the box {','.join(f'{v:g}' for v in wanted.bbox)}" if wanted.bbox else "",
    ]
    count = f"{len(tables.events)} of {len(tables.record.case.events)} events"
    return f"{count}: {'; '.join(filter(None, parts))}"


def _with(frame: pd.DataFrame, column: str, kept: set[str]) -> pd.DataFrame:
    return frame[frame[column].isin(kept)].reset_index(drop=True)


def _cited(sources: pd.DataFrame, cells: Sequence[str]) -> set[str]:
    """Return the sources that cells name, and whom these relay."""
    relays = dict(zip(sources["source_id"], sources["relays"], strict=True))
    found: set[str] = set()
    queue = [source_id for cell in cells for source_id in schema.split(str(cell))]
    while queue:
        source_id = queue.pop()
        if source_id not in found:
            found.add(source_id)
            queue.extend(schema.split(str(relays.get(source_id, ""))))
    return found


def part_files(case: Case) -> dict[str, bytes]:
    """Return the files of a part, sure to read back whole; one without events has its columns alone.

    Raises
    ------
    InputError
        As :func:`geodata.cases.write.case_files`.
    """
    if len(case.events):
        return case_files(case)
    columns = {name: table_columns(name, getattr(case, name).columns) for name in schema.TABLES}
    return files_of(case.meta, rows_of(case), columns)


def part_tables(tables: Tables, case: Case) -> dict[str, PartTable]:
    """Return the tables of a part with units, ranges, directions and weights of claims beside their cells."""
    join = schema.JOIN_COLUMNS
    of_event = (*join, *schema.RANGE_COLUMNS, "provider_text") if tables.has_attacks else join
    attacks = (attack for rows in tables.attacks.values() for attack in rows)
    claims = (claim for rows in tables.claimed.values() for claim in rows)
    computed = {
        "events": (of_event, {row["event_id"]: row for row in tables.events}),
        "attacks": (
            schema.DIRECTION_COLUMNS if tables.has_attacks else (),
            {row["attack_id"]: row for row in attacks},
        ),
        "claims": (_CLAIMED if tables.claimed else (), {row["claim_id"]: row for row in claims}),
        "sources": ((), {}),
    }
    return {name: _table(name, getattr(case, name), *computed[name]) for name in schema.TABLES}


def _table(name: str, frame: pd.DataFrame, computed: Sequence[str], values: Mapping[Value, Row]) -> PartTable:
    own = [{str(key): _value(value) for key, value in row.items()} for row in frame.to_dict("records")]
    columns = tuple(written_columns(name, table_columns(name, frame.columns), own))
    # A column of the user's keeps its name.
    names = {column: f"computed_{column}" if column in columns else column for column in computed}
    key = next(iter(schema.TABLES[name].columns))
    rows = []
    for row in own:
        beside = values.get(row[key], {})
        rows.append({**row, **{names[column]: beside.get(column) for column in computed}})
    return PartTable(columns, tuple(names.values()), tuple(rows))


def _value(value: object) -> Value:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    return str(value).strip()
