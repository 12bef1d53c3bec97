"""A case under editing: rows added, changed and removed, each judged by the rules of reading.

A draft is immutable: an edit returns the next draft, so that undoing is keeping the last one.
A row is judged by the reader itself, run over the row and the rows it belongs with; there is
no second set of rules. So a draft holds no faulty row, and what it writes reads back whole.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import pandas as pd

from geodata import schema
from geodata.cases.changes import next_version
from geodata.cases.head import meta_text
from geodata.cases.meta import CaseMeta, Correction, read_meta
from geodata.cases.naming import proposed_id
from geodata.cases.read import Case, apply_rules, case_of_files
from geodata.cases.write import (
    files_of,
    number_text,
    table_cells,
    table_columns,
    zip_of,
)
from geodata.days import event_time
from geodata.errors import InputError, UsageError
from geodata.readers.rows import Rows
from geodata.readers.validate import Draft, draft_table
from geodata.report import Fault, RowWarning

ID_COLUMNS = {"events": "event_id", "attacks": "attack_id", "claims": "claim_id", "sources": "source_id"}

# Which column of a table names rows of which other; all may hold several ids.
REFERENCES: dict[str, tuple[tuple[str, str], ...]] = {
    "events": (("source_ids", "sources"),),
    "attacks": (("event_id", "events"), ("source_ids", "sources")),
    "claims": (("event_id", "events"), ("source_id", "sources"), ("supersedes", "claims")),
    "sources": (("relays", "sources"),),
}
# A row of these is a part of its event, and goes with it.
PARTS = ("attacks", "claims")

Row = Mapping[str, object]
_Cells = dict[str, str]
_Tables = dict[str, dict[str, _Cells]]


class RowError(InputError):
    """A row that cannot stand in the case; ``faults`` has them all, with the table of each."""

    def __init__(self, faults: Sequence[tuple[str, Fault]]) -> None:
        self.faults = tuple(faults)
        table, first = self.faults[0]
        more = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
        super().__init__(
            f"{first.reason}{more}",
            file=f"{table}.csv",
            row=first.row,
            column=first.column,
            value=first.value or None,
            remedy=first.remedy,
        )


@dataclass(frozen=True)
class Dependant:
    """A row that names another: a part of an event (``is_part``), or one that cites it in ``column``."""

    table: str
    id: str
    column: str
    is_part: bool


class DependantsError(InputError):
    """A row cannot be removed without a word, since ``dependants`` belong to it or cite it."""

    def __init__(self, table: str, row_id: str, dependants: Sequence[Dependant]) -> None:
        self.dependants = tuple(dependants)
        kinds = {
            "would be removed with it": [item for item in dependants if item.is_part],
            "cite it": [item for item in dependants if not item.is_part],
        }
        said = [
            f"{len(items)} row{'' if len(items) == 1 else 's'} ({_named(items)}) {words}"
            for words, items in kinds.items()
            if items
        ]
        super().__init__(
            f"cannot be removed by itself: {'; '.join(said)}",
            file=f"{table}.csv",
            column=ID_COLUMNS[table],
            value=row_id,
            remedy="Remove it with all that depends on it, or change those rows first",
        )


def _named(items: Sequence[Dependant]) -> str:
    words = ", ".join(f"{item.table[:-1]} {item.id}" for item in items[:5])
    return words + (f" and {len(items) - 5} more" if len(items) > 5 else "")


@dataclass(frozen=True)
class Review:
    """What is wrong with a row, and what is worth knowing of it."""

    faults: tuple[Fault, ...]
    notices: tuple[RowWarning, ...]


@dataclass(frozen=True)
class CaseDraft:
    """A case while it is edited; every method returns a new draft and leaves this one alone.

    Parameters
    ----------
    meta
        The head.
    tables
        The rows by table and id, in the order of the file, as text by column. Read-only by agreement.
    columns
        The columns of each table, unknown ones last.
    left_out
        Rows of the case it was made from that were rejected, and so are not in the draft.
    """

    meta: CaseMeta
    tables: Mapping[str, Mapping[str, Mapping[str, str]]]
    columns: Mapping[str, tuple[str, ...]]
    left_out: int = 0

    # -- made --------------------------------------------------------------------------------

    @classmethod
    def of(cls, case: Case) -> CaseDraft:
        """Return the draft of a case that was read."""
        frames = {name: getattr(case, name) for name in schema.TABLES}
        tables = {
            name: {cells[ID_COLUMNS[name]]: cells for cells in table_cells(frame)}
            for name, frame in frames.items()
        }
        columns = {name: table_columns(name, frame.columns) for name, frame in frames.items()}
        return cls(case.meta, tables, columns, case.report.rejected)

    @classmethod
    def empty(
        cls,
        *,
        id: str,
        title: str,
        time_zone: str,
        date_from: date,
        date_to: date,
        information_as_of: date | None = None,
    ) -> CaseDraft:
        """Return a case without rows.

        Parameters
        ----------
        id
            A slug: small letters, digits and hyphens.
        time_zone
            IANA name; the zone of events that name none.
        date_from, date_to
            The window, both inclusive.
        information_as_of
            The last day whose reports were read; None where it is not stated.

        Raises
        ------
        InputError
            Naming the key of the head, its value and the remedy.
        """
        if id != proposed_id(id):
            raise InputError(
                "is not an id", file="case.toml", column="id", value=id, remedy=f"Use {proposed_id(id)}"
            )
        meta = CaseMeta(
            id=id,
            title=title,
            summary="",
            version="1.0",
            information_as_of=information_as_of or date_to,
            information_stated=information_as_of is not None,
            time_zone=time_zone,
            date_from=date_from,
            date_to=date_to,
            focus=(),
            licence="",
            citation="",
            unknowns=(),
            view=None,
        )
        tables: _Tables = {name: {} for name in schema.TABLES}
        columns = {name: table_columns(name, ()) for name in schema.TABLES}
        return cls(read_meta(meta_text(meta)), tables, columns)

    # -- asked -------------------------------------------------------------------------------

    def row(self, table: str, row_id: str) -> dict[str, str]:
        """Return the cells of a row as text.

        Raises
        ------
        UsageError
            If there is no such table or row.
        """
        _require_table(table)
        if row_id not in self.tables[table]:
            near = difflib.get_close_matches(row_id, self.tables[table], n=1)
            raise UsageError(
                "there is no such row",
                file=f"{table}.csv",
                column=ID_COLUMNS[table],
                value=row_id,
                remedy=f"Did you mean {near[0]!r}?" if near else "Add it first",
            )
        return dict(self.tables[table][row_id])

    def check_row(self, table: str, row: Row, *, new: bool = False) -> tuple[Fault, ...]:
        """Return what is wrong with a row as typed, by the rules of reading; empty where it can stand.

        Parameters
        ----------
        row
            Values by column, as text, numbers or dates. Columns left out hold what the row of this
            id holds, or nothing.
        new
            Whether the row is to be added: its id must then be free.

        Returns
        -------
        tuple of Fault
            ``row`` is the one that it has, or would have, in the file.
        """
        return self.review(table, row, new=new).faults

    def notices(self, table: str, row: Row, *, new: bool = False) -> tuple[RowWarning, ...]:
        """Return what the reader would warn about, and what an editor should know, of a row."""
        return self.review(table, row, new=new).notices

    def review(self, table: str, row: Row, *, new: bool = False) -> Review:
        """Return faults and notices of a row together: it is read once."""
        judged = self._judged([(table, row)], new=new)
        faults, notices = judged.faults_of(table), list(judged.warnings_of(table))
        if table == "events" and not faults:
            notices += self._event_notices(judged.last(table))
        return Review(faults, tuple(notices))

    def dependants(self, table: str, row_id: str) -> tuple[Dependant, ...]:
        """Return the rows that are part of a row or cite it, parts of an event with what cites those."""
        self.row(table, row_id)
        found: dict[tuple[str, str], Dependant] = {}
        waiting = [(table, row_id)]
        while waiting:
            target, target_id = waiting.pop(0)
            for name, column, other in self._citing(target, target_id):
                if (name, other) in found or (name, other) == (table, row_id):
                    continue
                is_part = target == "events" and name in PARTS
                found[name, other] = Dependant(name, other, column, is_part)
                if is_part:
                    waiting.append((name, other))
        return tuple(found.values())

    def suggest_id(self, table: str, row: Row) -> str:
        """Return an id that speaks and is free, from what the row holds so far."""
        _require_table(table)
        cells = {str(column): _text(value) for column, value in row.items()}
        base = proposed_id(*(cells.get(column, "") for column in _SPEAKING[table])) or table[:-1]
        taken, number, proposed = self.tables[table], 1, base
        while proposed in taken:
            number += 1
            proposed = f"{base}-{number}"
        return proposed

    # -- edited ------------------------------------------------------------------------------

    def put(self, table: str, row: Row, *, new: bool = False) -> CaseDraft:
        """Return the draft with a row added (``new``), or with the row of its id changed.

        Columns that ``row`` leaves out keep what they hold. An id never changes: it is what
        other rows and other people's links name.

        Raises
        ------
        RowError
            With every fault of the row, and of rows that the change would break.
        UsageError
            If there is no such table, column or, unless ``new``, row.
        """
        return self.put_all([(table, row)], new=new)

    def put_all(self, rows: Sequence[tuple[str, Row]], *, new: bool = False) -> CaseDraft:
        """Return the draft with several rows put at once, as an event and the claim on its place."""
        if not new:
            for table, row in rows:
                _require_table(table)
                self.row(table, _text(row.get(ID_COLUMNS[table], "")))
        judged = self._judged(rows, new=new)
        if judged.faults:
            raise RowError(judged.faults)
        tables = {name: dict(self.tables[name]) for name in schema.TABLES}
        for table, row in rows:
            # As the reader understood it: with defaults, and numbers in one way of writing.
            cells = judged.standing(table)[_text(row.get(ID_COLUMNS[table], ""))]
            tables[table][cells[ID_COLUMNS[table]]] = cells
        return replace(self, tables=tables)

    def remove(self, table: str, row_id: str, *, with_dependants: bool = False) -> CaseDraft:
        """Return the draft without a row.

        Parameters
        ----------
        with_dependants
            Remove the attacks and claims of an event too, and take the id out of the cells
            that cite what is removed.

        Raises
        ------
        DependantsError
            If there are dependants, unless ``with_dependants``; it names them.
        RowError
            If a row that cites it cannot stand without it, as an attack whose origin has no
            other source.
        UsageError
            If there is no such row.
        """
        dependants = self.dependants(table, row_id)
        if dependants and not with_dependants:
            raise DependantsError(table, row_id, dependants)
        gone = {(table, row_id), *((item.table, item.id) for item in dependants if item.is_part)}
        tables = {
            name: {key: cells for key, cells in self.tables[name].items() if (name, key) not in gone}
            for name in schema.TABLES
        }
        for item in dependants:
            if item.is_part:
                continue
            cells = dict(tables[item.table][item.id])
            tables[item.table][item.id] = cells
            for column, target in REFERENCES[item.table]:
                kept = [value for value in schema.split(cells[column]) if (target, value) not in gone]
                cells[column] = schema.SEPARATOR.join(kept)
        without = replace(self, tables=tables)
        changed = [(item.table, tables[item.table][item.id]) for item in dependants if not item.is_part]
        if changed:
            judged = without._judged(changed)
            if judged.faults:
                raise RowError(judged.faults)
        return without

    def with_head(self, **changes: object) -> CaseDraft:
        """Return the draft with keys of the head changed, as in ``with_head(summary="…")``.

        Raises
        ------
        InputError
            If the head is not valid, naming key, value and remedy.
        RowError
            If rows cannot stand under it, as inferred origins without their rule.
        """
        meta = replace(self.meta, **changes)  # type: ignore[arg-type]
        if "information_as_of" in changes:
            meta = replace(meta, information_stated=True)
        draft = replace(self, meta=read_meta(meta_text(meta)))
        faults = draft._judge(self._numbered(None), frozenset()).faults
        if faults:
            raise RowError(faults)
        return draft

    def with_correction(self, day: date, text: str) -> CaseDraft:
        """Return the draft with a line in the corrections log, and the next version.

        The version's last number is raised ("1.0" becomes "1.1"); one that is no row of
        numbers stays. Where the citation names the old version it names the new one.

        Raises
        ------
        InputError
            If the text is empty.
        """
        if not text.strip():
            raise InputError(
                "is empty", file="case.toml", column="corrections.text", remedy="Say what was wrong"
            )
        old, new = self.meta.version, next_version(self.meta.version)
        citation = self.meta.citation
        if old and citation.count(f"version {old},") == 1:
            citation = citation.replace(f"version {old},", f"version {new},")
        corrections = (*self.meta.corrections, Correction(day, text.strip()))
        return replace(self, meta=replace(self.meta, corrections=corrections, version=new, citation=citation))

    # -- taken out ---------------------------------------------------------------------------

    def files(self) -> dict[str, bytes]:
        """Return the files of the draft by name, as :func:`geodata.cases.write.case_files` writes them."""
        rows = {name: list(self.tables[name].values()) for name in schema.TABLES}
        return files_of(self.meta, rows, self.columns)

    def to_zip(self) -> bytes:
        """Return the draft as the zip of a case, the same bytes for the same draft."""
        return zip_of(self.files())

    def to_case(self) -> Case:
        """Read the draft's files as any other case: the whole is validated, its report says so.

        Raises
        ------
        NoEventError
            If there is no event yet.
        """
        return case_of_files(self.files(), origin=self.meta.id)

    # -- judged ------------------------------------------------------------------------------

    def _citing(self, table: str, row_id: str) -> list[tuple[str, str, str]]:
        """Return (table, column, id) of the rows that name a row."""
        return [
            (name, column, other)
            for name, references in REFERENCES.items()
            for column, target in references
            if target == table
            for other, cells in self.tables[name].items()
            if row_id in schema.split(cells[column])
        ]

    def _event_notices(self, event: _Cells) -> list[RowWarning]:
        meta = self.meta
        when = event_time(
            event["start"],
            event["end"],
            precision=event["time_precision"],
            zone_name=event["time_zone"] or meta.time_zone,
        )
        found = []
        if when.last_day < meta.date_from or when.first_day > meta.date_to:
            window = f"{meta.date_from} to {meta.date_to}"
            found.append(RowWarning("outside_window", f"the event lies outside the case's window {window}"))
        if event["location_precision"] == "exact":
            claims = self.tables["claims"].values()
            of_event = [claim for claim in claims if claim["event_id"] == event["event_id"]]
            if not any(claim["subject"] == "place" for claim in of_event):
                message = "no claim on the place says who geolocated it, when and how"
                found.append(RowWarning("no_geolocation", message))
        return found

    def _numbered(self, wanted: set[tuple[str, str]] | None) -> dict[str, list[tuple[int, _Cells]]]:
        """Return rows with the number they have in the file; all where none are named."""
        return {
            name: [
                (number, dict(cells))
                for number, (key, cells) in enumerate(self.tables[name].items(), start=2)
                if wanted is None or (name, key) in wanted
            ]
            for name in schema.TABLES
        }

    def _judged(self, rows: Sequence[tuple[str, Row]], *, new: bool = False) -> _Judged:
        """Run the reader over rows as if they were put, with all that they belong with."""
        draft = self
        added: dict[str, list[tuple[int, _Cells]]] = {name: [] for name in schema.TABLES}
        names: set[tuple[str, str]] = set()
        for table, row in rows:
            _require_table(table)
            cells = self._cells(table, row, new=new)
            row_id = cells[ID_COLUMNS[table]]
            if new or row_id not in self.tables[table]:
                number = len(self.tables[table]) + 2 + len(added[table])
            else:
                number = 2 + list(self.tables[table]).index(row_id)
                changed = {**draft.tables[table], row_id: cells}
                draft = replace(draft, tables={**draft.tables, table: changed})
            added[table].append((number, cells))
            names.add((table, row_id))
        judged = draft._numbered(draft._neighbours(added))
        for table, items in added.items():
            present = {number for number, _ in judged[table]}
            judged[table] += [item for item in items if item[0] not in present]
        numbers = frozenset((table, number) for table, items in added.items() for number, _ in items)
        return draft._judge(judged, numbers)

    def _judge(
        self, rows: Mapping[str, list[tuple[int, _Cells]]], numbers: frozenset[tuple[str, int]]
    ) -> _Judged:
        drafts = {}
        for name, items in rows.items():
            columns = self.columns[name]
            records = tuple((number, tuple(cells[c] for c in columns)) for number, cells in items)
            rows_read = Rows(f"{name}.csv", columns, records)
            # The schema takes as long over no row as over one; what no row is was asked before.
            drafts[name] = draft_table(name, rows_read) if records else _no_rows(rows_read, name)
        apply_rules(drafts, zone_name=self.meta.time_zone, inferred_rule=self.meta.inferred_rule)
        return _Judged(drafts, numbers)

    def _cells(self, table: str, row: Row, *, new: bool) -> _Cells:
        unknown = [column for column in row if column not in self.columns[table]]
        if unknown:
            near = difflib.get_close_matches(unknown[0], self.columns[table], n=1)
            raise UsageError(
                "there is no such column",
                file=f"{table}.csv",
                column=unknown[0],
                remedy=f"Did you mean {near[0]!r}?" if near else f"Use {', '.join(self.columns[table])}",
            )
        given = {column: _text(value) for column, value in row.items()}
        held = {} if new else self.tables[table].get(given.get(ID_COLUMNS[table], ""), {})
        return {column: given.get(column, held.get(column, "")) for column in self.columns[table]}

    def _neighbours(self, added: Mapping[str, list[tuple[int, _Cells]]]) -> set[tuple[str, str]]:
        """Return the rows by which the added ones are judged: their event whole, and all that these cite."""
        found: set[tuple[str, str]] = set()
        waiting: list[tuple[str, _Cells]] = []
        events = set()
        for table, items in added.items():
            for _, cells in items:
                waiting.append((table, cells))
                found.add((table, cells[ID_COLUMNS[table]]))
                if table in ("events", *PARTS):
                    events.add(cells["event_id"])
        newer = {
            (name, key)
            for _, cells in added["claims"]
            for name, _, key in self._citing("claims", cells["claim_id"])
        }
        for table in PARTS:
            for key, row in self.tables[table].items():
                belongs = row["event_id"] in events or (table, key) in newer
                if belongs and (table, key) not in found:
                    found.add((table, key))
                    waiting.append((table, dict(row)))
        while waiting:
            table, cells = waiting.pop()
            for column, target in REFERENCES[table]:
                for value in schema.split(cells[column]):
                    if value in self.tables[target] and (target, value) not in found:
                        found.add((target, value))
                        waiting.append((target, dict(self.tables[target][value])))
        return found


@dataclass(frozen=True)
class _Judged:
    """What the reader says of some rows; ``numbers`` are those that were put."""

    drafts: Mapping[str, Draft]
    numbers: frozenset[tuple[str, int]]

    @property
    def faults(self) -> list[tuple[str, Fault]]:
        """All faults, those of the rows that were put first."""
        found = [
            (name, fault)
            for name, draft in self.drafts.items()
            for row in draft.faults
            for fault in draft.faults[row]
        ]
        return sorted(found, key=lambda item: (item[0], item[1].row) not in self.numbers)

    def faults_of(self, table: str) -> tuple[Fault, ...]:
        """Return the faults of the rows that were put into a table."""
        return tuple(
            fault for name, fault in self.faults if name == table and (name, fault.row) in self.numbers
        )

    def warnings_of(self, table: str) -> Iterable[RowWarning]:
        """Return the warnings about the rows that were put into a table."""
        for warning in self.drafts[table].warnings:
            rows = tuple(row for row in warning.rows if (table, row) in self.numbers)
            if rows:
                yield replace(warning, rows=rows)

    def standing(self, table: str) -> dict[str, _Cells]:
        """Return the accepted rows of a table by id, as text."""
        return {cells[ID_COLUMNS[table]]: cells for cells in table_cells(self.drafts[table].frame)}

    def last(self, table: str) -> _Cells:
        """Return the cells of the row that was put."""
        number = next(number for name, number in self.numbers if name == table)
        return table_cells(self.drafts[table].frame.loc[[number]])[0]


def _no_rows(rows: Rows, name: str) -> Draft:
    return Draft(name, rows.file, _empty_frame(rows, name), 0)


@lru_cache(maxsize=32)
def _empty_frame(rows: Rows, name: str) -> pd.DataFrame:
    return draft_table(name, rows).frame


_SPEAKING: dict[str, tuple[str, ...]] = {
    "events": ("title",),
    "attacks": ("event_id", "origin_name"),
    "claims": ("event_id", "subject", "claimant"),
    "sources": ("publisher", "published"),
}


def _require_table(table: str) -> None:
    if table not in schema.TABLES:
        raise UsageError("there is no such table", value=table, remedy=f"Use {', '.join(schema.TABLES)}")


def _text(value: object) -> str:
    """Return a value as its cell: numbers in one way of writing, nothing for None and NaN."""
    if value is None:
        return ""
    if isinstance(value, float):
        return number_text(value) if math.isfinite(value) or math.isnan(value) else str(value)
    return value.isoformat() if isinstance(value, date) else str(value).strip()
