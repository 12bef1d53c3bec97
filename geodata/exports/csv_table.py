"""The table: one row an attack, plus one for each event without attacks.

The licence stands in columns of every row, not in a second file: a table is one file,
rows are copied out of it one by one, and a companion is lost with the first e-mail.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from geodata import schema
from geodata.exports.tables import EVENT_COLUMNS, Row, Tables, Value
from geodata.readers.cells import neutralised
from geodata.readers.own_export import ATTACK_COLUMNS, ATTACK_SOURCES, TERMS_COLUMNS

_EVENT_ENDS = (*schema.RANGE_COLUMNS, "provider_text", "claims", "sources")


def csv_bytes(tables: Tables) -> bytes:
    """Return UTF-8 text with a header, ``,`` between cells and CRLF after rows (RFC 4180).

    Empty cells have no value; truth is ``true`` or ``false``; claims and sources are JSON.
    Text that a spreadsheet would run carries an apostrophe (:mod:`geodata.readers.cells`).
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    rows = list(_rows(tables))
    columns = _columns(tables, rows)
    writer.writerow([neutralised(name) for name in columns])
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return out.getvalue().encode()


def _columns(tables: Tables, rows: Iterable[Row]) -> list[str]:
    attack = [ATTACK_SOURCES if name == "source_ids" else name for name in ATTACK_COLUMNS]
    known = [*EVENT_COLUMNS, *schema.JOIN_COLUMNS]
    if tables.has_attacks:
        known += [*attack, *schema.DIRECTION_COLUMNS, *_EVENT_ENDS]
    known += TERMS_COLUMNS
    return [*known, *_further(rows, known)]


def _further(rows: Iterable[Row], known: Sequence[str]) -> list[str]:
    """Return the columns that a case has beyond ours, in its order."""
    taken = set(known)
    return list(dict.fromkeys(name for row in rows for name in row if name not in taken))


def _rows(tables: Tables) -> Iterable[Row]:
    for event in tables.events:
        own = _apart(event) if tables.has_attacks else event
        shared = {**own, **tables.terms(event)}
        attacks = tables.attacks.get(str(event["event_id"]), ())
        for attack in attacks:
            yield {**_beside(attack, shared), **shared}
        if not attacks:
            yield shared


def _apart(event: Row) -> Row:
    """Return an event's cells; a column that a user named as one of the attack's says whose it is."""
    taken = {*ATTACK_COLUMNS, ATTACK_SOURCES, *schema.DIRECTION_COLUMNS} - set(EVENT_COLUMNS)
    return {f"event_{name}" if name in taken else name: value for name, value in event.items()}


def _beside(attack: Row, shared: Row) -> Row:
    """Return an attack's cells under names that none of its event's has."""
    own = set(ATTACK_COLUMNS)
    named = {ATTACK_SOURCES if name == "source_ids" else name: value for name, value in attack.items()}
    del named["event_id"]
    return {
        name if name in own or name not in shared else f"attack_{name}": value
        for name, value in named.items()
    }


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return neutralised(value) if isinstance(value, str) else repr(value)
