"""A table that Strikemap exported, unfolded into the tables that it was made from.

An export has one row an attack and repeats the event in each. Its joins, ranges and
directions are left out: they are computed anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from geodata import schema
from geodata.errors import InputError
from geodata.readers.cells import restored
from geodata.readers.rows import Rows

ATTACK_SOURCES = "attack_source_ids"
ATTACK_COLUMNS = tuple(name for name in schema.ATTACKS.columns if name != "event_id")
LISTS = ("claims", "sources")
TERMS_COLUMNS = (
    "case_id",
    "case_version",
    "generalised",
    "information_as_of",
    "licence",
    "citation",
    "boundary_credits",
    "disclaimer",
)
NOT_STATED = "not stated by the file"
# The column that tells events, attacks and claimed positions apart where each is a feature.
FEATURE = "feature"
METADATA_KEY = "strikemap"  # of a file's own metadata
PARQUET_GEOMETRY = "geometry"
COMPUTED = (*schema.JOIN_COLUMNS, *schema.DIRECTION_COLUMNS, *schema.RANGE_COLUMNS, "provider_text")
_MARKS = {"event_id", "join_method", "join_flags", "boundary_credits"}


def is_own_export(rows: Rows) -> bool:
    """Return whether a table has the columns that only an export of ours has together."""
    return set(rows.header) >= _MARKS


def terms_of(rows: Rows) -> dict[str, str]:
    """Return licence, citation and the rest that the first row carries."""
    first = dict(zip(rows.header, rows.records[0][1], strict=False)) if rows.records else {}
    return {name: restored(first.get(name, "")) for name in TERMS_COLUMNS}


def unfolded(rows: Rows) -> dict[str, Rows]:
    """Return the event table and, where the export has them, attacks, claims and sources.

    A row that repeats the event of an earlier row adds its attack alone. Claims and
    sources are numbered from 1.

    Raises
    ------
    InputError
        If a cell of claims or sources is no list of records.
    """
    records = [(number, _cells(rows.header, cells)) for number, cells in rows.records]
    surplus = {number: cells[len(rows.header) :] for number, cells in rows.records}
    left_out = {*COMPUTED, *TERMS_COLUMNS, *LISTS, ATTACK_SOURCES, *ATTACK_COLUMNS} - {"source_ids"}
    columns = tuple(name for name in rows.header if name not in left_out)
    events: list[tuple[int, tuple[str, ...]]] = []
    first_of: dict[tuple[str, ...], tuple[int, dict[str, str]]] = {}
    for number, row in records:
        own = tuple(row.get(name, "") for name in schema.EVENTS.columns)
        if own not in first_of or any(surplus[number]):
            first_of.setdefault(own, (number, row))
            # A row that is too long keeps its surplus, and is rejected for it.
            events.append((number, tuple(row.get(name, "") for name in columns) + surplus[number]))
    tables = {"events": Rows(rows.file, columns, tuple(events), rows.header_row)}
    if "attack_id" in rows.header:
        tables["attacks"] = _attacks(rows, records)
    for name in LISTS:
        if name in rows.header:
            tables[name] = listed_table(name, rows.file, first_of.values())
    return tables


def _cells(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {name: restored(cell) for name, cell in zip(header, cells, strict=False)}


def _attacks(rows: Rows, records: Iterable[tuple[int, dict[str, str]]]) -> Rows:
    names = {name: ATTACK_SOURCES if name == "source_ids" else name for name in schema.ATTACKS.columns}
    attacks = tuple(
        (number, tuple(row.get(name, "") for name in names.values()))
        for number, row in records
        if row.get("attack_id")
    )
    return Rows(rows.file, tuple(names), attacks, rows.header_row)


def listed_table(name: str, file: str, records: Iterable[tuple[int, dict[str, str]]]) -> Rows:
    """Return the claims or sources of all events; what several events cite comes once."""
    columns = tuple(schema.TABLES[name].columns)
    found: dict[tuple[str, ...], None] = {}
    for number, row in records:
        for item in _parsed(row.get(name, ""), file, number, name):
            cells = {**item, "event_id": row.get("event_id", "")}
            found[tuple(str(cells.get(column, "")) for column in columns)] = None
    return Rows(file, columns, tuple(enumerate(found, start=1)))


def _parsed(cell: str, file: str, row: int, column: str) -> list[dict[str, object]]:
    try:
        items = json.loads(cell) if cell else []
    except ValueError:
        items = None
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise InputError(
            "is not the list that the export wrote",
            file=file,
            row=row,
            column=column,
            value=cell,
            remedy="Export again, or empty the cell; a spreadsheet cuts cells at 32,767 characters",
        )
    return items
