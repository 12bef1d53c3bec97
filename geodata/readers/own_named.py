"""A table under our own names from somebody else's spreadsheet: decimal commas, swapped columns, 0, 0."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from geodata.readers.rows import Rows
from geodata.report import RowWarning

_AXES = ("latitude", "longitude")
_WITH_COMMA = re.compile(r"[-+]?\d+,\d+\Z", re.ASCII)
_ZERO = re.compile(r"[-+]?0+(\.0*)?\Z", re.ASCII)


def prepared(rows: Rows, *, swap: bool = False) -> Rows:
    """Return the table with its coordinates as our tables have them; what was done is in its notes.

    A decimal comma in a coordinate becomes a point: a coordinate has no thousands. The ring
    follows only where the coordinates have commas. Coordinates 0, 0 are none.
    """
    if swap and set(_AXES) <= set(rows.header):
        names = dict(zip(_AXES, reversed(_AXES), strict=True))
        note = RowWarning("coordinates_swapped", "latitude and longitude were exchanged, as asked")
        header = tuple(names.get(name, name) for name in rows.header)
        rows = replace(rows, header=header, notes=(*rows.notes, note))
    places = {name: rows.header.index(name) for name in _AXES if name in rows.header}
    with_comma = [
        number
        for number, cells in rows.records
        if any(_WITH_COMMA.match(cell) for cell in _picked(cells, places.values()))
    ]
    if with_comma:
        ring = [rows.header.index(name) for name in ("location_uncertainty_km",) if name in rows.header]
        rows = _pointed(rows, {*places.values(), *ring})
        note = RowWarning(
            "decimal_comma", "decimal commas of coordinates were read as points", tuple(with_comma)
        )
        rows = replace(rows, notes=(*rows.notes, note))
    return _without_zeros(rows, places) if len(places) == len(_AXES) else rows


def _picked(cells: tuple[str, ...], places: Iterable[int]) -> list[str]:
    return [cells[at] for at in places if at < len(cells)]


def _pointed(rows: Rows, places: set[int]) -> Rows:
    def pointed(at: int, cell: str) -> str:
        return cell.replace(",", ".") if at in places and _WITH_COMMA.match(cell) else cell

    records = tuple(
        (number, tuple(pointed(at, cell) for at, cell in enumerate(cells))) for number, cells in rows.records
    )
    return replace(rows, records=records)


def _without_zeros(rows: Rows, places: dict[str, int]) -> Rows:
    found, records = [], []
    for number, cells in rows.records:
        kept = cells
        if len(cells) > max(places.values()) and all(_ZERO.match(cells[at]) for at in places.values()):
            found.append(number)
            kept = tuple("" if at in places.values() else cell for at, cell in enumerate(cells))
        records.append((number, kept))
    if not found:
        return rows
    note = RowWarning("zero_coordinates", "coordinates 0, 0 stand for none, and were taken so", tuple(found))
    return replace(rows, records=tuple(records), notes=(*rows.notes, note))
