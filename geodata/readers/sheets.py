"""XLSX and ODS workbooks to rows, with the row numbers that the spreadsheet itself shows."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from xml.etree import ElementTree

from geodata.errors import InputError, UsageError
from geodata.readers.archives import member, opened, refuse_entities
from geodata.readers.cell_text import cell_text
from geodata.readers.rows import Line, Rows, make_rows
from geodata.readers.xml_text import xml_decoded
from geodata.report import RowWarning

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # of Excel
MOST_CELLS = 20_000_000
# What the reader of workbooks raises at damaged ones.
_BROKEN = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
    OSError,
    ElementTree.ParseError,
)
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name and its filled lines, numbered as the spreadsheet numbers rows."""

    name: str
    lines: tuple[Line, ...]


def is_xlsx(names: frozenset[str]) -> bool:
    """Tell a workbook of Excel by the names in its zip."""
    return any(name.lower() == "xl/workbook.xml" for name in names)


def is_ods(names: frozenset[str]) -> bool:
    """Tell a workbook of OpenDocument by the names in its zip."""
    return {"mimetype", "content.xml"} <= names


def read_sheets(data: bytes, file: str) -> tuple[Sheet, ...]:
    """Return the sheets of a workbook in its order; formulas as the values last computed.

    Raises
    ------
    InputError
        If it is broken, too large, or defines entities.
    """
    with opened(data, file) as archive:
        names = frozenset(archive.namelist())
        for name in names:
            if name.endswith((".xml", ".rels")):
                with archive.open(name) as handle:
                    refuse_entities(handle.read(65_536), file)
        try:
            return tuple(_ods(archive, file) if is_ods(names) else _xlsx(data, file))
        except InputError:
            raise
        except (*_BROKEN, zipfile.BadZipFile) as error:
            said = (str(error).splitlines() or [""])[0]
            raise InputError(
                f"is a workbook that cannot be read: {said[:120] or type(error).__name__}",
                file=file,
                remedy="Open it in a spreadsheet and save it again, or save the sheet as CSV UTF-8",
            ) from error


def choose_sheet(sheets: Sequence[Sheet], file: str, *, wanted: str = "") -> Rows:
    """Return the table of the wanted sheet, else of the one with the most records under a header.

    Raises
    ------
    UsageError
        If there is no sheet of that name.
    InputError
        If no sheet has a table.
    """
    names = [sheet.name for sheet in sheets]
    if wanted:
        found = [sheet for sheet in sheets if sheet.name.strip().casefold() == wanted.strip().casefold()]
        if not found:
            raise UsageError(
                "there is no such sheet",
                file=file,
                column="sheet",
                value=wanted,
                remedy=f"It has: {', '.join(names[:30])}",
            )
        return make_rows(found[0].lines, file)
    tables = [(sheet, _looked(sheet, file)) for sheet in sheets]
    best = max((pair for pair in tables if pair[1]), key=lambda pair: pair[1], default=None)
    if best is None:
        raise InputError(
            "no sheet holds a table with a header and rows",
            file=file,
            remedy="A table needs a row of column names and at least one row below it",
        )
    sheet = best[0]
    notes: tuple[RowWarning, ...] = ()
    if len([name for name in names if name]) > 1:
        words = f"sheet {sheet.name!r} was read, of: {', '.join(names[:12])}; --sheet takes another"
        notes = (RowWarning("sheet_chosen", words),)
    return make_rows(sheet.lines, file, notes=notes)


def _looked(sheet: Sheet, file: str) -> int:
    """Return the number of records of a sheet, 0 where it is no table: text, a legend, a chart."""
    try:
        rows = make_rows(sheet.lines, file)
    except InputError:
        # Two columns of one name: still the table, and the error tells it once it is chosen.
        return max(len(sheet.lines) - 1, 0)
    return len(rows.records) if sum(map(bool, rows.header)) > 1 else 0


# -- Excel ---------------------------------------------------------------------------------------


def _xlsx(data: bytes, file: str) -> Iterator[Sheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and validations, which are not read
        import openpyxl  # noqa: PLC0415 - slow to import, and few files are workbooks

        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # many writers state them wrongly
                yield Sheet(sheet.title, tuple(_xlsx_lines(sheet, file)))
        finally:
            book.close()


def _xlsx_lines(sheet: Any, file: str) -> Iterator[Line]:
    cells = 0
    for number, values in enumerate(islice(sheet.iter_rows(values_only=True), MOST_ROWS + 1), start=1):
        cells += len(values)
        if number > MOST_ROWS or cells > MOST_CELLS:
            raise _too_large(file)
        line = _stripped(
            cell_text(xml_decoded(value) if isinstance(value, str) else value) for value in values
        )
        if line:
            yield number, line


def _too_large(file: str) -> InputError:
    return InputError(
        f"has a sheet of more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells",
        file=file,
        remedy="Cut it to the rows that you need, or save the sheet as CSV",
    )


def _stripped(cells: Iterator[str]) -> tuple[str, ...]:
    line = [cell.strip() for cell in cells]
    while line and not line[-1]:
        line.pop()
    return tuple(line)


# -- OpenDocument --------------------------------------------------------------------------------


def _ods(archive: zipfile.ZipFile, file: str) -> Iterator[Sheet]:
    root = ElementTree.fromstring(member(archive, "content.xml", file))
    for table in root.iter(f"{_TABLE}table"):
        yield Sheet(table.get(f"{_TABLE}name", ""), tuple(_ods_lines(table, file)))


def _ods_lines(table: ElementTree.Element, file: str) -> Iterator[Line]:
    number, cells = 0, 0
    for row in table.iter(f"{_TABLE}table-row"):
        line = _ods_line(row)
        repeated = _repeated(row, "rows")
        if line:
            cells += len(line) * repeated
            if number + repeated > MOST_ROWS or cells > MOST_CELLS:
                raise _too_large(file)
            for offset in range(repeated):
                yield number + offset + 1, line
        number += repeated


def _ods_line(row: ElementTree.Element) -> tuple[str, ...]:
    line: list[str] = []
    for cell in row:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        text = _ods_text(cell)
        # The last cell of a sheet is repeated to its edge: emptiness costs no room.
        line += [text] * min(_repeated(cell, "columns"), max(MOST_COLUMNS - len(line), 0))
        if len(line) >= MOST_COLUMNS:
            break
    return _stripped(iter(line))


def _repeated(item: ElementTree.Element, what: str) -> int:
    return max(int(item.get(f"{_TABLE}number-{what}-repeated", "1")), 1)


def _ods_text(cell: ElementTree.Element) -> str:
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind in ("float", "percentage", "currency"):
        return cell_text(float(cell.get(f"{_OFFICE}value", "nan")))
    if kind == "date":
        day, _, clock = cell.get(f"{_OFFICE}date-value", "").partition("T")
        return day if clock in ("", "00:00:00") else f"{day}T{clock}"
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value", "")
    return "\n".join(_paragraph(item) for item in cell if item.tag == f"{_TEXT}p")


def _paragraph(item: ElementTree.Element) -> str:
    parts = [item.text or ""]
    for inner in item:
        if inner.tag == f"{_TEXT}s":
            parts.append(" " * min(int(inner.get(f"{_TEXT}c", "1")), 100))
        elif inner.tag in (f"{_TEXT}tab", f"{_TEXT}line-break"):
            parts.append("\t" if inner.tag.endswith("tab") else "\n")
        elif not inner.tag.startswith(_OFFICE):  # a comment in the margin is no text of the cell
            parts.append(_paragraph(inner))
        parts.append(inner.tail or "")
    return "".join(parts)
