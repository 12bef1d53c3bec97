"""Delimited text to records that keep the row number a spreadsheet would show."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from geodata.errors import InputError

_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Rows:
    """A header and its records.

    Parameters
    ----------
    file
        Name for messages.
    header
        Column names, stripped.
    records
        ``(row, cells)``; ``row`` is 1 for the first line of a spreadsheet. Cells are
        stripped; there may be fewer or more of them than columns.
    header_row
        Row of the header: blank lines above it count.
    header_width
        Cells of the header as it is written, empty ones at its end included; 0 if there is none.
    """

    file: str
    header: tuple[str, ...]
    records: tuple[tuple[int, tuple[str, ...]], ...]
    header_row: int = 1
    header_width: int = 0


def decode(data: bytes, file: str) -> str:
    """Return UTF-8 text, with or without a byte order mark."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} is not UTF-8 text",
            file=file,
            remedy="Save the table as CSV UTF-8",
        ) from error


def read_rows(data: bytes, file: str, *, known: frozenset[str] = frozenset()) -> Rows:
    """Read a delimited table.

    Blank lines and a row of HXL tags under the header are no records; a record may
    stretch over several lines. The delimiter is the one of ``, ; tab |`` under which
    most ``known`` column names appear in the header.

    Raises
    ------
    InputError
        If the bytes are no UTF-8 table, the file is empty, or a column name repeats.
    """
    text = decode(data, file)
    if not text.strip():
        raise InputError("the file is empty", file=file, remedy="A table needs a header row")
    delimiter = max(_DELIMITERS, key=lambda mark: _score(text, mark, known))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: tuple[str, ...] = ()
    header_row = 1
    records: list[tuple[int, tuple[str, ...]]] = []
    try:
        for number, cells in enumerate(reader, start=1):
            stripped = tuple(cell.strip() for cell in cells)
            if not any(stripped):
                continue
            if not header:
                header, header_row = stripped, number
            elif not (not records and _is_hxl(stripped)):
                records.append((number, stripped))
    except csv.Error as error:
        raise InputError(
            f"the table breaks near line {reader.line_num}: {error}",
            file=file,
            remedy='Quote cells that hold a quotation mark or a line break, doubling each " inside',
        ) from error
    header_width = len(header)
    header = _trimmed(header)
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        raise InputError(
            f"the column name {doubled[0]!r} appears {header.count(doubled[0])} times",
            file=file,
            row=header_row,
            column=doubled[0],
            remedy="Give each column a name of its own",
        )
    return Rows(file, header, tuple(records), header_row, header_width)


def _score(text: str, delimiter: str, known: frozenset[str]) -> tuple[int, int]:
    first = next(line for line in text.splitlines() if line.strip(f" \t\r\n{delimiter}") or line.strip())
    names = [name.strip().strip('"') for name in first.split(delimiter)]
    return sum(name in known for name in names), len(names)


def _is_hxl(cells: tuple[str, ...]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(cell.startswith("#") for cell in filled)


def _trimmed(header: tuple[str, ...]) -> tuple[str, ...]:
    while header and not header[-1]:
        header = header[:-1]
    return header
