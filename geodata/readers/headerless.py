"""Providers' files that come without a header: known by the shape of their first record."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

from geodata.errors import InputError
from geodata.readers import acled_columns, gdelt, ucdp
from geodata.readers.rows import Rows, read_rows

# GDELT 2.0, GDELT 1.0, and GDELT 1.0 before April 2013.
GDELT_FIELDS = (61, 58, 57)
_SQLDATE = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\Z")
_YEAR = re.compile(r"(19|20)\d{2}\Z")
_ACLED_ID = re.compile(r"\d+[A-Z]{3}\Z|[A-Z]{3}\d+\Z")
_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z")


def detect_headerless(text: str) -> str:
    """Return ``gdelt``, ``ucdp`` or ``acled`` for text whose first record is one of theirs, else ``""``.

    GDELT by its width and a date in the second field; UCDP by 49 fields with an id, a year
    and codes where GED has them; ACLED by the 25 fields of 2015 to 2017.
    """
    fields = text.lstrip("\r\n").split("\n", 1)[0].rstrip("\r").split("\t")
    if len(fields) in GDELT_FIELDS and _SQLDATE.match(fields[1]):
        return "gdelt"
    cells = _first_record(text)
    if _fits(cells, ucdp.COLUMNS, {"id": "[0-9]+", "year": _YEAR.pattern, "type_of_violence": "[123]"}):
        return "ucdp"
    shapes = {"event_id_cnty": _ACLED_ID.pattern, "year": _YEAR.pattern, "geo_precision": "[123]"}
    return "acled" if _fits(cells, acled_columns.COLUMNS_2015, shapes) else ""


def is_headerless(text: str, provider: str) -> bool:
    """Tell whether text that is said to be a provider's comes without its header; GDELT's always does."""
    return provider == "gdelt" or detect_headerless(text) == provider


def _fits(cells: list[str], columns: list[str], shapes: dict[str, str]) -> bool:
    if len(cells) != len(columns):
        return False
    wanted = {**shapes, "latitude": _NUMBER.pattern, "longitude": _NUMBER.pattern}
    row = dict(zip(columns, cells, strict=True))
    return all(re.match(rf"(?:{shape})\Z", row[name]) for name, shape in wanted.items())


def _first_record(text: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader(io.StringIO(text.lstrip("\r\n"), newline="")), [])]
    except csv.Error:
        return []


def headerless_rows(text: str, file: str, provider: str) -> Rows:
    """Return the records of a file without a header, the first of them row 1, under the provider's names."""
    if provider == "gdelt":
        return _gdelt_rows(text, file)
    names = ucdp.COLUMNS if provider == "ucdp" else acled_columns.COLUMNS_2015
    rows = read_rows(f"{','.join(names)}\n{text}".encode(), file)
    records = tuple((number - 1, cells) for number, cells in rows.records)
    return replace(rows, records=records, header_row=1)


def _gdelt_rows(text: str, file: str) -> Rows:
    # No quoting: a quotation mark is part of a name.
    lines = [line.rstrip("\r") for line in text.split("\n")]
    records = [
        (number, tuple(cell.strip() for cell in line.split("\t")))
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    width = len(records[0][1])
    return Rows(file, gdelt.columns(width), tuple(records), header_width=width)


def refuse_headerless_acled(text: str, file: str) -> None:
    """Refuse a table whose header is a record of ACLED's in an order that we do not know.

    Raises
    ------
    InputError
        If the first row holds an id and an event type of ACLED's.
    """
    kinds = {name.casefold() for name in acled_columns.EVENTS}
    cells = _first_record(text)
    if any(map(_ACLED_ID.match, cells)) and any(cell.casefold() in kinds for cell in cells):
        raise InputError(
            f"this looks like ACLED's events without their header: the first row is a record of {len(cells)} "
            "cells, and which column is which is not known",
            file=file,
            row=1,
            remedy="Add the header row (event_id_cnty, event_date, …); without one only the 25 columns "
            "of 2015 to 2017 are read",
        )
