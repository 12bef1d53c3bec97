"""JSON to rows: an array of records, an object that holds one, or a record a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, NoReturn

from geodata.errors import InputError
from geodata.readers.cell_text import cell_text
from geodata.readers.rows import Rows, without_halves

_REMEDY = "Give an array of records: [{…}, {…}], an object with one such array, or a record a line"
_GEO = ("FeatureCollection", "Feature")


def parse(text: str, file: str, *, lines: bool = False) -> Any:
    """Return the value of JSON text, or the list of values of JSON lines; numbers stay as written.

    Raises
    ------
    InputError
        Naming the line at which it breaks.
    """
    try:
        return _lines(text) if lines else _loads(text)
    except json.JSONDecodeError as error:
        if not lines and _is_lines(text):
            return parse(text, file, lines=True)
        raise InputError(
            f"is JSON that breaks: {error.msg}", file=file, row=error.lineno, remedy="Save or send it again"
        ) from error
    except RecursionError as error:
        raise InputError("is nested too deeply", file=file, remedy=_REMEDY) from error
    except ValueError as error:
        raise InputError(f"is JSON that breaks: {error}", file=file, remedy=_REMEDY) from error


def _loads(text: str) -> Any:
    # Numbers as texts: 26.9640 keeps its last digit, and no id of 20 digits loses one.
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _lines(text: str) -> list[Any]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                found.append(_loads(line))
            except json.JSONDecodeError as error:
                error.lineno = number
                raise
    return found


def _is_lines(text: str) -> bool:
    filled = [line.strip() for line in text.splitlines() if line.strip()][:2]
    return len(filled) > 1 and all(line[0] == "{" and line[-1] == "}" for line in filled)


def is_geojson(value: Any) -> bool:
    """Tell GeoJSON, also as a feature a line, from other records."""
    first = value[0] if isinstance(value, list) and value else value
    return (
        isinstance(first, dict) and first.get("type") in _GEO and ("geometry" in first or "features" in first)
    )


def rows_of(value: Any, file: str) -> Rows:
    """Return records as rows; the first record is row 1, and the columns are all that any has.

    Raises
    ------
    InputError
        If there is no array of records, or there are several.
    """
    records = _records(value, file)
    if not records:
        raise InputError("holds no record", file=file, remedy=_REMEDY)
    for at, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            raise InputError(
                "is no record with named values", file=file, row=at, value=cell_text(record), remedy=_REMEDY
            )
    return from_records(records, file)


def _records(value: Any, file: str) -> list[Any]:
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        raise InputError("is JSON without records", file=file, value=cell_text(value), remedy=_REMEDY)
    found = {name: inner for name, inner in value.items() if isinstance(inner, list)}
    tables = {name: inner for name, inner in found.items() if inner and isinstance(inner[0], dict)} or found
    if len(tables) == 1:
        return next(iter(tables.values()))
    reason = f"holds {len(tables)} arrays: {', '.join(tables)}" if tables else "is an object without an array"
    raise InputError(reason, file=file, remedy=_REMEDY)


def from_records(records: Iterable[dict[str, Any]], file: str) -> Rows:
    """Return named values as rows, numbered from 1, in the order in which columns appear."""
    kept = list(records)
    header = tuple(dict.fromkeys(str(name).strip() for record in kept for name in record))
    lines = []
    for number, record in enumerate(kept, start=1):
        cells = {str(name).strip(): cell_text(value) for name, value in record.items()}
        line = tuple(cells.get(name, "") for name in header)
        if any(line):
            lines.append((number, line))
    return without_halves(Rows(file, header, tuple(lines), 0))
