"""A case as one workbook: the sheet ``case`` of keys and values, and a sheet for each table.

Written by hand, some hundred lines of a settled format: the same case gives the same bytes, and
no cell can become a formula, since every text is written as text. What is computed stands to the
right of a table's own columns, in italics; the sheet ``case`` names it, and reading leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from geodata.cases.meta import CaseMeta
from geodata.cases.workbook import COMPUTED_KEY, FORMULAS_KEY, MAPPING_KEY, meta_rows
from geodata.cases.write import ZIP_DATE, number_text, packed
from geodata.errors import InputError
from geodata.exports.part import PartTable, part_files, part_of, part_tables
from geodata.exports.tables import Tables, Value, metadata
from geodata.readers.cell_text import cell_text
from geodata.readers.cells import neutralised
from geodata.readers.sheets import MOST_ROWS
from geodata.readers.xml_text import xml_coded

MOST_CHARACTERS = 32_767  # of a cell in Excel, which cuts the rest off
_FORMULAS = "Text that begins as a formula does has an apostrophe before it; reading takes it off"
_TOLD = ("generator", "filters", "generalised", "completeness", "disclaimer")
_PLAIN, _TEXT, _HEADER, _BESIDE = range(4)  # the formats in styles.xml, in its order

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_CORE = f"{_PACKAGE.removesuffix('/relationships')}/metadata/core-properties"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="3">'
    '<font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font>'
    '<font><i/><sz val="11"/><color rgb="FF5B6570"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    # 49 is "@": what is typed over a text stays text, so that no id becomes a number and no day a date.
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


def xlsx_bytes(tables: Tables) -> bytes:
    """Return a workbook that reads back as the same case.

    Ids, days and texts are text; numbers are numbers, but for those of more digits than a
    spreadsheet keeps, which are text too. Text that a spreadsheet would run has an apostrophe.

    Raises
    ------
    InputError
        If a row could not stand in a case, or a sheet holds no more rows or characters.
    """
    case = part_of(tables)
    part_files(case)  # for what it refuses
    written = part_tables(tables, case)
    head = [("key", "value"), *meta_rows(case.meta)]
    about = metadata(tables, ())
    head += [(f"export.{name}", str(about[name])) for name in _TOLD if about.get(name)]
    head += [(f"export.credits.{at}", text) for at, text in enumerate(_credits(about), start=1)]
    head += [(f"{COMPUTED_KEY}.{name}", ";".join(table.computed)) for name, table in written.items()]
    head += [(MAPPING_KEY, case.mapping), (FORMULAS_KEY, _FORMULAS)]
    filled = [row for row in head if row[1]]
    sheets = {"case": _sheet("case", filled, len(filled[0]), 0)}
    for name, table in written.items():
        sheets[name] = _sheet(name, _lines(table), len(table.columns), len(table.computed))
    return _package(sheets, case.meta, str(about["generator"]))


def _credits(about: dict[str, object]) -> list[str]:
    credits = about.get("credits")
    return [str(credit["text"]) for credit in credits] if isinstance(credits, list) else []


def _lines(table: PartTable) -> Iterable[Sequence[Value]]:
    yield table.header
    for row in table.rows:
        yield [row.get(name) for name in table.header]


# -- sheets --------------------------------------------------------------------------------------


def _sheet(name: str, lines: Iterable[Sequence[Value]], own: int, beside: int) -> str:
    """Return a sheet whose first line is its header; the last ``beside`` columns are computed."""
    letters = [_letters(place) for place in range(own + beside)]
    rows = []
    for number, line in enumerate(lines, start=1):
        if number > MOST_ROWS:
            raise InputError(
                f"has more than {MOST_ROWS:,} rows, and a sheet has not",
                file=f"sheet {name}",
                remedy="Write a GeoPackage or the zip of a case, or filter",
            )
        cells = []
        for place, value in enumerate(line):
            if value not in ("", None):
                style = (_HEADER if place < own else _BESIDE) if number == 1 else _TEXT
                cells.append(_cell(value, letters[place], number, style, name))
        rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    widths = (40, 100) if name == "case" else (18,) * len(letters)
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(widths, start=1)
    )
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData></worksheet>"
    )


def _cell(value: Value, letters: str, number: int, style: int, sheet: str) -> str:
    place = f'r="{letters}{number}"'
    if isinstance(value, bool):
        return f'<c {place} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        exact = number_text(float(value))
        if float(cell_text(float(value))) == value:
            return f'<c {place} s="{_PLAIN}"><v>{exact}</v></c>'
        return _text(exact, place, _TEXT)
    text = xml_coded(neutralised(str(value)))
    if len(text.encode("utf-16-le")) > 2 * MOST_CHARACTERS:
        raise InputError(
            f"has {len(text):,} characters, and a cell of a workbook holds {MOST_CHARACTERS:,}",
            file=f"sheet {sheet}",
            row=number,
            column=letters,
            value=text,
            remedy="Write a GeoPackage or the zip of a case, or shorten the text",
        )
    return _text(text, place, style)


def _text(text: str, place: str, style: int) -> str:
    return f'<c {place} s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def _letters(place: int) -> str:
    """Return the letters of a column, 0 being A.

    Examples
    --------
    >>> _letters(0), _letters(25), _letters(26), _letters(701), _letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    text = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        text = chr(65 + letter) + text
    return text


# -- the package around them ---------------------------------------------------------------------


def _package(sheets: dict[str, str], meta: CaseMeta, generator: str) -> bytes:
    numbered = list(enumerate(sheets, start=1))
    paths = {f"xl/worksheets/sheet{number}.xml": sheets[name] for number, name in numbered}
    kinds = {f"/{path}": f"{_KIND}.worksheet+xml" for path in paths} | {
        "/xl/workbook.xml": f"{_KIND}.sheet.main+xml",
        "/xl/styles.xml": f"{_KIND}.styles+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    named = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
    targets = [(f"{_OFFICE}/worksheet", f"worksheets/sheet{number}.xml") for number, _ in numbered]
    files = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_TYPES}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(f'<Override PartName="{path}" ContentType="{kind}"/>' for path, kind in kinds.items())
        + "</Types>",
        "_rels/.rels": _relations(
            [
                (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
                (f"{_PACKAGE}/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "docProps/core.xml": _properties(meta, generator),
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<bookViews><workbookView/></bookViews><sheets>{named}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations([*targets, (f"{_OFFICE}/styles", "styles.xml")]),
        "xl/styles.xml": _STYLES,
        **paths,
    }
    return packed({name: text.encode() for name, text in files.items()})


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}">{listed}</Relationships>'


def _properties(meta: CaseMeta, generator: str) -> str:
    """Return the document's own properties, with a fixed day: the same case is the same bytes."""
    day = "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*ZIP_DATE)
    terms = ". ".join(filter(None, (meta.licence, meta.citation)))
    stamps = "".join(
        f'<dcterms:{name} xsi:type="dcterms:W3CDTF">{day}</dcterms:{name}>'
        for name in ("created", "modified")
    )
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_CORE}" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_property(meta.title)}</dc:title><dc:creator>{_property(generator)}</dc:creator>"
        f"<dc:description>{_property(terms)}</dc:description>{stamps}</cp:coreProperties>"
    )


def _property(text: str) -> str:
    return escape(re.sub(r"\s+", " ", xml_coded(text)))
