"""A case as one workbook: the sheet ``case`` of keys and values, and a sheet for each table."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from geodata.cases.head import meta_text
from geodata.cases.meta import CaseMeta, read_meta
from geodata.errors import InputError
from geodata.readers.cells import restored
from geodata.readers.rows import Line
from geodata.readers.sheets import Sheet

# Keys of the head that are lists; others take the last value that stands for them.
_LISTS = ("focus", "unknowns", "members")
_NUMBERS = ("latitude", "longitude", "zoom")


# What an export of ours says of itself in the sheet ``case``; the head of a case does not read it.
FORMULAS_KEY = "export.formulas"
COMPUTED_KEY = "export.computed"
MAPPING_KEY = "export.mapping"


def is_case(sheets: Sequence[Sheet]) -> bool:
    """Tell the workbook of a case from one with a table."""
    return {"case", "events"} <= {sheet.name.strip().casefold() for sheet in sheets}


def own_sheets(sheets: Sequence[Sheet]) -> tuple[tuple[Sheet, ...], str]:
    """Return the sheets of a workbook as they were before we wrote them, and the mapping of the case.

    Marks of formulas are taken off, computed columns left out. Another workbook comes back as it is.
    """
    found = next(sheet for sheet in sheets if sheet.name.strip().casefold() == "case")
    keys = {cells[0]: cells[1] for _, cells in found.lines if len(cells) > 1}
    if FORMULAS_KEY not in keys:
        return tuple(sheets), ""
    own = []
    for sheet in sheets:
        left_out = restored(keys.get(f"{COMPUTED_KEY}.{sheet.name.strip().casefold()}", "")).split(";")
        own.append(Sheet(sheet.name, tuple(_own_lines(sheet, {*left_out} - {""}))))
    mapping = restored(keys.get(MAPPING_KEY, ""))
    return tuple(own), f"{mapping}\n" if mapping else ""  # a cell has no line end at its end, a file has


def _own_lines(sheet: Sheet, left_out: set[str]) -> Iterator[Line]:
    header = sheet.lines[0][1] if sheet.lines else ()
    dropped = {place for place, name in enumerate(header) if restored(name) in left_out}
    for number, cells in sheet.lines:
        kept = (restored(cell) for place, cell in enumerate(cells) if place not in dropped)
        yield number, tuple(kept)


def meta_rows(meta: CaseMeta) -> list[tuple[str, str]]:
    """Return the head of a case as keys and values, from which :func:`meta_text_of` makes it again.

    Raises
    ------
    InputError
        If it would not, as where the name of a member has a semicolon.
    """
    rows: list[tuple[str, str]] = []
    _listed_keys(tomllib.loads(meta_text(meta)), "", rows)
    sheet = Sheet("case", tuple((number, row) for number, row in enumerate(rows, start=1)))
    if read_meta(meta_text_of(sheet, "workbook")) != meta:
        raise InputError(
            "the head of the case cannot stand in a sheet of keys and values",
            file="case.toml",
            remedy="Take the semicolons out of its lists, or write the zip of the case",
        )
    return rows


def _listed_keys(table: Mapping[str, Any], path: str, rows: list[tuple[str, str]]) -> None:
    for key, value in table.items():
        if isinstance(value, dict):
            _listed_keys(value, f"{path}{key}.", rows)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for number, item in enumerate(value, start=1):
                _listed_keys(item, f"{path}{key}.{number}.", rows)
        elif isinstance(value, list):
            rows += [(f"{path}{key}", str(item)) for item in value]
        else:
            rows.append((f"{path}{key}", str(value)))


def meta_text_of(sheet: Sheet, file: str) -> str:
    """Return the sheet of keys and values as the text of ``case.toml``.

    A key with a dot stands in a table (``view.zoom``), one with a number in a list of them
    (``corrections.1.date``). A list repeats its key, a row each value, or separates the
    values by ``;``. A first row ``key, value`` is no key.

    Raises
    ------
    InputError
        If a row has a value and no key, or a key is both a value and a table.
    """
    head: dict[str, Any] = {}
    for number, cells in sheet.lines:
        key, value = (*cells, "", "")[:2]
        if (key.casefold(), value.casefold()) == ("key", "value") or not value:
            continue
        if not key:
            raise InputError(
                "has a value without a key",
                file=f"{file}, sheet {sheet.name}",
                row=number,
                value=value,
                remedy="Write the key in the first column, the value in the second",
            )
        _put(head, key.strip().split("."), value, file=f"{file}, sheet {sheet.name}", row=number)
    return "\n".join(f"{_quoted(key)} = {_toml(value)}" for key, value in _listed(head).items()) + "\n"


def _put(table: dict[str, Any], path: list[str], value: str, *, file: str, row: int) -> None:
    *above, key = path
    for part in above:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            raise InputError(
                "is a value and a table", file=file, row=row, column=part, remedy="Keep one of the two rows"
            )
    if key in _LISTS:
        parts = [part.strip() for part in value.split(";")] if key != "unknowns" else [value]
        table.setdefault(key, []).extend(part for part in parts if part)
    else:
        table[key] = _number(value) if key in _NUMBERS else value


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text  # the reader of the head says what is wrong with it


def _listed(table: dict[str, Any]) -> dict[str, Any]:
    """Return tables that are numbered as lists, in the order of their numbers."""
    found: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, dict):
            inner = _listed(value)
            is_list = bool(inner) and all(name.isdigit() for name in inner)
            found[key] = [inner[name] for name in sorted(inner, key=int)] if is_list else inner
        else:
            found[key] = value
    return found


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(key)} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return repr(value) if isinstance(value, float) else _quoted(str(value))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
