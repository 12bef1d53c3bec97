"""What a provider's delimited text is, told by its beginning: whose, which separator, where records start."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass

from geodata import schema
from geodata.errors import InputError
from geodata.readers import acled_columns, gdelt, ucdp
from geodata.readers.detect import PROVIDERS, detect_header, detect_headerless
from geodata.readers.headerless import GDELT_FIELDS, is_headerless, refuse_headerless_acled
from geodata.readers.rejects import REASON, ROW
from geodata.readers.rows import SAMPLE_CHARACTERS, header_at, is_hxl, likely_delimiter, trimmed
from geodata.readers.table_file import TABLE, TableOptions, sniff

HEAD_BYTES = 8 * SAMPLE_CHARACTERS
_KNOWN = frozenset(schema.EVENTS.columns)
# So many lines decide where the header is.
_LINES = 20


@dataclass(frozen=True)
class Layout:
    """How a provider's delimited text is to be read.

    Parameters
    ----------
    provider
        A key of ``PROVIDERS``.
    delimiter, is_quoted
        The separator, and whether cells may stand in quotation marks.
    header, header_row, width
        Column names, the row of the header, and the cells of it as it is written.
    first_row
        The row number of the first line behind the header.
    start
        How many bytes stand before that line.
    """

    provider: str
    delimiter: str
    is_quoted: bool
    header: tuple[str, ...]
    header_row: int
    width: int
    first_row: int
    start: int


def layout_of(  # noqa: PLR0911 - each return is a reason of its own
    head: bytes, file: str, options: TableOptions, *, is_whole: bool
) -> Layout | None:
    """Return the layout of a provider's text; None where the reader of rows has to look at the whole file.

    That is so for what is no provider's, for other formats and encodings, and for what stands
    oddly: titles above the header, blank lines before it, a stated separator, our own marks.

    Parameters
    ----------
    head
        The first ``HEAD_BYTES`` bytes of the file.
    is_whole
        Whether that is all of it.
    """
    text = _text(head, file, options, is_whole=is_whole)
    if not text:
        return None
    bom = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    provider = options.layout or detect_headerless(text)
    if provider and is_headerless(text, provider):
        return _without_header(text, provider, bom)
    if not provider and _is_refused(text, file):
        return None
    lines = _lines(text, mark := likely_delimiter(text, _KNOWN), is_whole=is_whole)
    if not lines or header_at([(number, cells) for number, cells, _ in lines if any(cells)]):
        return None
    header = trimmed(lines[0][1])
    named = [name for name in header if name]
    provider = provider or detect_header(header)
    if len(header) < 2 or len(set(named)) < len(named) or provider not in PROVIDERS:
        return None
    if {ROW, REASON} <= set(named):
        return None
    above = 1
    if len(lines) > 1 and is_hxl(lines[1][1]):
        above = 2
    elif len(lines) > 1 and not any(lines[1][1]):
        return None  # tags may stand below the blank line
    return Layout(provider, mark, True, header, 1, len(lines[0][1]), above + 1, bom + lines[above - 1][2])


def _is_refused(text: str, file: str) -> bool:
    """Tell whether the reader of rows refuses the text by its first row."""
    try:
        refuse_headerless_acled(text, file)
    except InputError:
        return True
    return False


def _text(head: bytes, file: str, options: TableOptions, *, is_whole: bool) -> str:
    """Return the text of the head, ``""`` where it is not plain UTF-8 or says too little."""
    if options.mapping or options.layout == TABLE or head.startswith(b"PK") or b"\0" in head:
        return ""
    try:
        if (options.format or sniff(head, file)) != "csv":
            return ""
        if options.encoding and codecs.lookup(options.encoding).name not in ("utf-8", "utf-8-sig"):
            return ""
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head, final=is_whole)
    except (InputError, LookupError, UnicodeDecodeError):
        return ""  # the reader of rows says what is wrong
    if text.startswith(("\ufeff", "\r", "\n")) or text[:4].lower() == "sep=" or text[:5].lower() == '"sep=':
        return ""
    is_enough = is_whole or len(text.lstrip()) > SAMPLE_CHARACTERS
    return text if is_enough and "\n" in text and text.strip() else ""


def _lines(text: str, delimiter: str, *, is_whole: bool) -> list[tuple[int, tuple[str, ...], int]]:
    """Return the first records, each with its number and the bytes up to its end."""
    stream = io.StringIO(text, newline="")
    lines = []
    try:
        for number, cells in enumerate(csv.reader(stream, delimiter=delimiter, strict=True), start=1):
            # The last line of the head may be cut off.
            if not is_whole and stream.tell() == len(text):
                break
            lines.append((number, tuple(cell.strip() for cell in cells), stream.tell()))
            if len(lines) > 2 * _LINES:
                break
    except csv.Error:
        if is_whole:
            return []  # else the head ends inside of quotes: what stands before them is whole
    return [(number, cells, len(text[:end].encode())) for number, cells, end in lines]


def _without_header(text: str, provider: str, bom: int) -> Layout | None:
    if provider == "gdelt":
        width = len(text.split("\n", 1)[0].rstrip("\r").split("\t"))
        if width not in GDELT_FIELDS:
            return None
        return Layout(provider, "\t", False, gdelt.columns(width), 1, width, 1, bom)
    names = tuple(ucdp.COLUMNS if provider == "ucdp" else acled_columns.COLUMNS_2015)
    mark = likely_delimiter(f"{','.join(names)}\n{text}", frozenset())
    lines = _lines(text, ",", is_whole=True)
    if mark != "," or not lines or is_hxl(lines[0][1]):
        return None
    return Layout(provider, ",", True, names, 1, len(names), 1, bom)
