"""A case as one workbook: the sheet ``case`` of keys and values, and a sheet for each table."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from geodata.errors import InputError
from geodata.readers.sheets import Sheet

# Keys of the head that are lists; others take the last value that stands for them.
_LISTS = ("focus", "unknowns", "members")
_NUMBERS = ("latitude", "longitude", "zoom")


def is_case(sheets: Sequence[Sheet]) -> bool:
    """Tell the workbook of a case from one with a table."""
    return {"case", "events"} <= {sheet.name.strip().casefold() for sheet in sheets}


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
