"""Delimited text to records that keep the row number a spreadsheet would show."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from geodata.errors import InputError
from geodata.readers.encoding import decode as decode_any
from geodata.report import RowWarning

_DELIMITERS = (",", ";", "\t", "|")
SAMPLE_CHARACTERS, _SAMPLE_RECORDS = 65_536, 50
_WORDS = {"cp1252": "Western European (cp1252)", "cp1256": "Arabic (windows-1256)"}

Line = tuple[int, tuple[str, ...]]
"""A row number as a spreadsheet shows it, and the cells of that row, stripped."""


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
        ``(row, cells)``; ``row`` is 1 for the first line of a spreadsheet, and for the first
        of a list without a header. Cells are stripped; there may be fewer or more of them
        than columns.
    header_row
        Row of the header: blank lines above it count; 0 for a list without one.
    notes
        What the reader assumed or chose, for the report.
    header_width
        Cells of the header as it is written, empty ones at its end included; 0 if there is none.
    is_geo
        Whether the file has geometries: GeoJSON, GeoPackage, Shapefile, FlatGeobuf, KML, GeoParquet.
    """

    file: str
    header: tuple[str, ...]
    records: tuple[Line, ...]
    header_row: int = 1
    notes: tuple[RowWarning, ...] = ()
    header_width: int = 0
    is_geo: bool = False


def decode(data: bytes, file: str, encoding: str = "") -> str:
    """Return the text of a file in any of the encodings that are recognised, or in the one named."""
    return decode_any(data, file, encoding)[0]


def read_rows(
    data: bytes, file: str, *, known: frozenset[str] = frozenset(), encoding: str = "", delimiter: str = ""
) -> Rows:
    """Read a delimited table.

    Blank lines and a row of HXL tags under the header are no records; a record may
    stretch over several lines. The delimiter is the one of ``, ; tab |`` under which
    most ``known`` column names appear in the header, then the one that cuts the first
    records into as many cells as the header.

    Raises
    ------
    InputError
        If the bytes are no table of text, the file is empty, or a column name repeats.
    """
    text, assumed = decode_any(data, file, encoding)
    if not text.strip():
        raise InputError("the file is empty", file=file, remedy="A table needs a header row")
    stated = _stated_delimiter(text)
    mark = delimiter or stated or likely_delimiter(text, known)
    notes: tuple[RowWarning, ...] = ()
    if assumed:
        sample = next((line for line in text.splitlines() if not line.isascii()), "")[:60]
        words = f"is not UTF-8; read as {_WORDS[assumed]}, for example {sample!r}; --encoding takes another"
        notes = (RowWarning("encoding_assumed", words),)
    return make_rows(_lines(text, mark, file, skip_first=bool(stated)), file, notes=notes)


def _lines(text: str, delimiter: str, file: str, *, skip_first: bool) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if not (skip_first and number == 1):
                yield number, tuple(cell.strip() for cell in cells)
    except csv.Error as error:
        raise InputError(
            f"the table breaks near line {reader.line_num}: {error}",
            file=file,
            remedy='Quote cells that hold a quotation mark or a line break, doubling each " inside',
        ) from error


def make_rows(lines: Iterable[Line], file: str, *, notes: tuple[RowWarning, ...] = ()) -> Rows:
    """Return lines as a table: the header, then the records, without blank lines and HXL tags.

    Lines of one cell above a table of three columns or more are its title, and no header.

    Raises
    ------
    InputError
        If a column name repeats, or there is no line at all.
    """
    filled = [(number, cells) for number, cells in lines if any(cells)]
    if not filled:
        raise InputError("the file is empty", file=file, remedy="A table needs a header row")
    at = header_at(filled)
    header_row, header = filled[at][0], trimmed(filled[at][1])
    records = filled[at + 1 :]
    if records and is_hxl(records[0][1]):
        records = records[1:]
    if at:
        words = f"{at} line{'s' if at > 1 else ''} above the header: a title, left out"
        notes = (*notes, RowWarning("title_lines", words, tuple(number for number, _ in filled[:at])))
    doubled = sorted({name for name in header if name and header.count(name) > 1})
    if doubled:
        raise InputError(
            f"the column name {doubled[0]!r} appears {header.count(doubled[0])} times",
            file=file,
            row=header_row,
            column=doubled[0],
            remedy="Give each column a name of its own",
        )
    return Rows(file, header, tuple(records), header_row, notes, len(filled[at][1]))


def header_at(filled: list[Line]) -> int:
    """Return which of the lines that are not blank is the header: the first, or one below a title."""
    widths = [sum(map(bool, cells)) for _, cells in filled[:20]]
    at = next((place for place, width in enumerate(widths) if width > 1), 0)
    return at if at and widths[at] > 2 else 0


def _stated_delimiter(text: str) -> str:
    """Return the delimiter of a first line ``sep=;``, which Excel writes and reads."""
    first = text.split("\n", 1)[0].rstrip("\r").strip('"').lower()
    return first[4:] if first.startswith("sep=") and first[4:] in _DELIMITERS else ""


def likely_delimiter(text: str, known: frozenset[str]) -> str:
    """Return the separator that fits the beginning of a text best."""
    return max(_DELIMITERS, key=lambda mark: _score(text, mark, known))


def _score(text: str, delimiter: str, known: frozenset[str]) -> tuple[int, bool, bool, int]:
    """Return how well a delimiter fits: known names, as many cells in each record, no title, most cells."""
    sample = text.lstrip("\r\n \ufeff")[:SAMPLE_CHARACTERS]
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    lines: list[Line] = []
    try:
        for number, cells in enumerate(reader, start=1):
            stripped = tuple(cell.strip() for cell in cells)
            if any(stripped):
                lines.append((number, stripped))
            if len(lines) > _SAMPLE_RECORDS:
                break
    except csv.Error:
        pass  # what could be cut until there is enough to judge by
    at = header_at(lines)
    header = lines[at][1] if lines else ()
    same = sum(len(cells) == len(header) for _, cells in lines[at + 1 :])
    is_even = len(header) > 1 and same * 10 >= 8 * (len(lines) - at - 1)
    # A wrong mark makes a title of the header: one without a title goes first.
    return sum(name in known for name in header), is_even, at == 0, len(header)


def is_hxl(cells: tuple[str, ...]) -> bool:
    """Tell a row of HXL tags."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(cell.startswith("#") for cell in filled)


def trimmed(header: tuple[str, ...]) -> tuple[str, ...]:
    """Return a header without empty names at its end."""
    while header and not header[-1]:
        header = header[:-1]
    return header


def without_halves(rows: Rows) -> Rows:
    """Return rows of JSON, whose escapes can write half a character, which no file can hold.

    Raises
    ------
    InputError
        Naming the first cell with one.
    """
    _whole("".join(rows.header), rows, rows.header_row, "a column's name")
    for number, line in rows.records:
        try:
            "".join(line).encode()
        except UnicodeEncodeError:
            for name, cell in zip(rows.header, line, strict=False):
                _whole(cell, rows, number, name)
    return rows


def _whole(text: str, rows: Rows, number: int, column: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(text[error.start]):04x}"
        raise InputError(
            f"holds half a character, {half} without its other half",
            file=rows.file,
            row=number,
            column=column,
            value=text.encode("ascii", "backslashreplace").decode()[:60],
            remedy="Correct the text, or save the file again as UTF-8 without such escapes",
        ) from error
