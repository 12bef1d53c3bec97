"""Any file of events to rows: what it is by its content, never by its name alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from geodata.errors import InputError, UsageError
from geodata.readers import archives, records
from geodata.readers.encoding import decode
from geodata.readers.mapping import Mapping
from geodata.readers.rejects import without_marks
from geodata.readers.rows import Rows, read_rows
from geodata.readers.sheets import choose_sheet, is_ods, is_xlsx, read_sheets
from geodata.readers.vector_rows import parquet_rows, vector_rows

TABLE = "table"
# What the columns may be said to be, whatever they look like.
LAYOUTS = ("acled", "ucdp", "gdelt", TABLE)
FORMATS = ("csv", "xlsx", "ods", "json", "jsonl", "geojson", "gpkg", "shp", "fgb", "parquet", "kml")
# Of a table whose cells become Python texts, and of any file that a browser sends.
MOST_BYTES = 300_000_000
# Of a provider's delimited text on disk, which is read by column.
MOST_COLUMN_BYTES = 4_000_000_000
_VECTOR_IN_ZIP = (".shp", ".geojson", ".json", ".gpkg", ".parquet", ".fgb", ".kml")
_KML = re.compile(rb"<(\w+:)?kml[\s>]")
_STARTS = {b"SQLite format 3\0": "gpkg", b"PAR1": "parquet", b"fgb\x03fgb": "fgb"}
_REFUSED = {
    b"\xd0\xcf\x11\xe0": (
        "is a workbook of the old kind (.xls), or one that is locked with a password",
        "Open it in a spreadsheet and save it as .xlsx without a password",
    ),
    b"%PDF": ("is a PDF, not a table", "Ask for the table itself, as CSV or XLSX"),
    b"\x1f\x8b": ("is packed with gzip", "Unpack it first"),
    b"7z\xbc\xaf": ("is a 7z archive", "Unpack it first"),
    b"Rar!": ("is a RAR archive", "Unpack it first"),
    b"\0\0\x27\x0a": (
        "is one of the four files of a Shapefile",
        "Zip .shp, .shx, .dbf and .prj together and give the zip",
    ),
}


@dataclass(frozen=True)
class TableOptions:
    """What the user says about a table; all empty: the reader decides, and reports what it decided.

    ``format`` is one of ``FORMATS``, ``layout`` one of ``LAYOUTS``; ``sheet`` names a sheet
    or layer; ``date_order`` is dmy, mdy or ymd; ``accessed`` is
    the day on which a provider's file was got, for its citation.
    """

    format: str = ""
    layout: str = ""
    sheet: str = ""
    encoding: str = ""
    date_order: str = ""
    swap_coordinates: bool = False
    mapping: Mapping | None = None
    accessed: date | None = None

    def __post_init__(self) -> None:
        allowed = {"format": FORMATS, "layout": LAYOUTS, "date_order": ("dmy", "mdy", "ymd")}
        for name, values in allowed.items():
            value = getattr(self, name)
            if value and value not in values:
                raise UsageError(
                    "is not a known value", column=name, value=value, remedy=f"Use {', '.join(values)}"
                )


def open_table(
    data: bytes, file: str, *, known: frozenset[str] = frozenset(), options: TableOptions | None = None
) -> Rows:
    """Return the rows of a table in any of the formats.

    Columns that a file of rejected rows has from us are left out.

    Raises
    ------
    InputError
        If it is no table, broken, too large, or of a kind that is not read.
    UsageError
        If an option names a sheet, layer or encoding that there is not.
    """
    options = options or TableOptions()
    check_size(len(data), file)
    kind = options.format or sniff(data, file)
    if kind in ("xlsx", "ods"):
        rows = choose_sheet(read_sheets(data, file), file, wanted=options.sheet)
    elif kind in ("json", "jsonl", "geojson"):
        rows = _json_rows(data, file, kind, options)
    elif kind == "parquet":
        rows = parquet_rows(data, file)
    elif kind in ("gpkg", "shp", "fgb", "kml"):
        rows = vector_rows(data, file, layer=options.sheet)
    else:
        rows = read_rows(data, file, known=known, encoding=options.encoding)
    return without_marks(rows)


def check_size(size: int, file: str, *, most: int = 0, why: str = "") -> None:
    """Refuse a file that is too large to be read here, before it is read.

    Parameters
    ----------
    most
        How many bytes are taken; default ``MOST_BYTES``.
    why
        What keeps the file from being read by column.
    """
    most = most or MOST_BYTES
    if size > most:
        such = f" of a file like this: {why}" if why else ""
        raise InputError(
            f"is {size / 1e6:,.0f} MB; up to {most / 1e6:,.0f} MB are taken{such}",
            file=file,
            remedy="Cut it to the rows that you need",
        )


def sniff(data: bytes, file: str) -> str:
    """Return which of ``FORMATS`` a file is, by its first bytes and, of a zip, the names in it.

    Raises
    ------
    InputError
        If it is something that is known and not read.
    """
    for start, kind in _STARTS.items():
        if data.startswith(start):
            return kind
    for start, (reason, remedy) in _REFUSED.items():
        if data.startswith(start):
            raise InputError(reason, file=file, remedy=remedy)
    if data.startswith(b"PK"):
        return _zip_kind(archives.names(data), file)
    head = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").replace(b"\0", b"")
    if head.startswith(b"<") and _KML.search(head):
        return "kml"
    if head.startswith(b"<"):
        raise InputError(
            "is a web page or XML, not a table", file=file, remedy="Save the table itself, as CSV or XLSX"
        )
    # A header of CSV may begin with a bracket; JSON goes on with a quote, a brace or a bracket.
    if head[:1] in (b"{", b"[") and head[1:].lstrip()[:1] in (b'"', b"{", b"[", b"}", b"]"):
        return "json"
    return "csv"


def is_table_zip(names: frozenset[str]) -> bool:
    """Tell a zip that is one table, a workbook or a Shapefile, from the zip of a case."""
    bare = {name.rpartition("/")[2].lower() for name in names}
    if "case.toml" in bare or "events.csv" in bare:
        return False
    return is_xlsx(names) or is_ods(names) or any(name.endswith(_VECTOR_IN_ZIP) for name in bare)


def _zip_kind(names: frozenset[str], file: str) -> str:
    if is_xlsx(names):
        return "xlsx"
    if is_ods(names):
        return "ods"
    if any(name.lower().endswith(_VECTOR_IN_ZIP) for name in names):
        return "shp"
    if any(name.lower() == "xl/workbook.bin" for name in names):
        raise InputError("is a binary workbook (.xlsb)", file=file, remedy="Save it as .xlsx")
    raise InputError(
        "is a zip without a table in it" if names else "is a zip that cannot be read",
        file=file,
        remedy="Zip a Shapefile or a case, or give one table unzipped",
    )


def _json_rows(data: bytes, file: str, kind: str, options: TableOptions) -> Rows:
    text = decode(data, file, options.encoding)[0]
    if not text.strip():
        raise InputError("the file is empty", file=file, remedy="Give an array of records")
    value = records.parse(text, file, lines=kind == "jsonl")
    if kind == "geojson" or records.is_geojson(value):
        return vector_rows(_collection(value, text), file, layer=options.sheet)
    return records.rows_of(value, file)


def _collection(value: Any, text: str) -> bytes:
    if isinstance(value, list):  # a feature a line; what was kept as text is read as numbers again
        features = [json.loads(line) for line in text.splitlines() if line.strip()]
        features = features[0] if len(features) == 1 and isinstance(features[0], list) else features
        return json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return text.encode()
