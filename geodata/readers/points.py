"""The coordinates of one row of a foreign table: two columns, or both in one."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.readers.coordinates import beyond, parse_angle, parse_pair, plain_text
from geodata.readers.mapping import Mapping

AXES = ("latitude", "longitude")
_REMEDY = "Write decimal degrees, for example 26.97, or leave both coordinates empty."


class PointError(ValueError):
    """A row whose coordinates cannot be read: their column, why, and what to do."""

    def __init__(self, column: str, reason: str, remedy: str = _REMEDY) -> None:
        super().__init__(reason)
        self.column, self.reason, self.remedy = column, reason, remedy


@dataclass(frozen=True)
class Point:
    """Decimal degrees as text, as they were written where they were decimal degrees."""

    latitude: str
    longitude: str
    is_zero: bool = False


def read_point(row: dict[str, str], mapping: Mapping) -> Point | None:
    """Return the coordinates of a row, None where it has none.

    Raises
    ------
    PointError
        If a cell is no coordinate, one of the two is missing, or one is beyond the globe.
    """
    columns, values, texts = _one_cell(row, mapping) if _is_pair(mapping) else _two_cells(row, mapping)
    if not texts:
        return None
    for at, axis in enumerate(AXES):
        if beyond(values[at], axis):
            limit = "-90 and 90" if axis == "latitude" else "-180 and 180"
            fits = not beyond(values[1], "latitude") and not beyond(values[0], "longitude")
            remedy = "Are the two swapped? --swap-coordinates exchanges them for all rows."
            raise PointError(columns[at], f"is no {axis} between {limit}", remedy if fits else _REMEDY)
    return Point(texts[0], texts[1], is_zero=values == (0.0, 0.0))


def _is_pair(mapping: Mapping) -> bool:
    return bool(mapping.column("coordinates")) and not mapping.column("latitude")


_Read = tuple[tuple[str, str], tuple[float, float], tuple[str, ...]]
_NONE = ("", ""), (0.0, 0.0), ()


def _one_cell(row: dict[str, str], mapping: Mapping) -> _Read:
    column = mapping.column("coordinates")
    if not row.get(column):
        return _NONE
    try:
        values = parse_pair(row[column])
    except ValueError as error:
        raise PointError(column, str(error)) from error
    if mapping.swap_coordinates:
        values = (values[1], values[0])
    return (column, column), values, tuple(repr(round(value, 7)) for value in values)


def _two_cells(row: dict[str, str], mapping: Mapping) -> _Read:
    names = (mapping.column("latitude"), mapping.column("longitude"))
    columns = (names[1], names[0]) if mapping.swap_coordinates else names
    cells = [row.get(column, "") for column in columns]
    if not any(cells):
        return _NONE
    values = []
    for axis, column, cell in zip(AXES, columns, cells, strict=True):
        if not cell:
            raise PointError(column, "is empty, the other coordinate is not", "Give both or neither.")
        try:
            values.append(parse_angle(cell, axis))
        except ValueError as error:
            raise PointError(column, str(error)) from error
    texts = tuple(plain_text(cell, value) for cell, value in zip(cells, values, strict=True))
    return columns, (values[0], values[1]), texts
