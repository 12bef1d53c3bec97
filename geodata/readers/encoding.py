"""Bytes to text: the encodings that tables come in, told by marks and by form, never by the name."""

from __future__ import annotations

import codecs
import re
from pathlib import PurePath

from geodata.errors import InputError, UsageError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 65_536
# Control characters that no text has; a form feed and the old end-of-file mark are let pass.
_BINARY = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f]")
# Letters of windows-1256 and of cp1252, one byte each.
_HIGH = re.compile(rb"[\x80-\xff]+")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
# Letters beyond ASCII as UTF-8 writes them.
_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_TIMES_AS_MANY = 3
_REMEDY = "Save the table as CSV UTF-8, or name its encoding with --encoding"
# What is named so and is no text is damaged, not in an unknown encoding.
_PACKED = {
    ".xlsx": "workbook",
    ".ods": "workbook",
    ".zip": "zip",
    ".gpkg": "GeoPackage",
    ".parquet": "Parquet file",
    ".fgb": "FlatGeobuf file",
}


def decode(data: bytes, file: str, encoding: str = "") -> tuple[str, str]:
    """Return the text of a file and the older encoding that was assumed, ``""`` where none was.

    A byte order mark decides; then UTF-16 by its zero bytes; then UTF-8 by its form. What
    is left is one byte a letter: Arabic words are runs of high bytes (windows-1256), the
    letters with accents of Western Europe stand alone (cp1252, which holds latin-1).

    Parameters
    ----------
    encoding
        What the user says it is; nothing is assumed then.

    Raises
    ------
    InputError
        If it is no text, or not in that encoding.
    UsageError
        If there is no such encoding.
    """
    name, assumed = (_named(encoding), "") if encoding else _recognised(data)
    if assumed:
        _refuse_mixed(data, file)
    try:
        text = data.decode(name)
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        known = "UTF-8" if assumed else name
        raise InputError(f"byte {at} is not {known} text", file=file, remedy=_REMEDY) from error
    text = text.removeprefix("\ufeff")
    # Of UTF-8 the form is proof enough that it is text; one byte a letter fits anything.
    if assumed and (found := _BINARY.search(text)):
        kind = _PACKED.get(PurePath(file).suffix.lower())
        if kind:
            raise InputError(
                f"is no {kind}, whatever its name says, and no text either",
                file=file,
                remedy="Get the file once more: it may be damaged, or another file under this name",
            )
        raise InputError(
            f"is no text: it holds the control character {found[0]!a}", file=file, remedy=_REMEDY
        )
    return text, assumed


def _refuse_mixed(data: bytes, file: str) -> None:
    """Refuse a file that is UTF-8 but for a few bytes: read as anything older, its other rows would change.

    Two or three high bytes that happen to be UTF-8 stand in older texts too, among many that are not.
    """
    good = _SEQUENCE.findall(data)
    strange = len(_HIGH_BYTE.findall(data)) - sum(map(len, good))
    if len(good) < _TIMES_AS_MANY * strange:
        return
    at = _first_strange(data)
    line = data.count(b"\n", 0, at) + 1
    shown = data[max(at - 20, 0) : at + 20].decode("utf-8", "replace").split("\n")
    raise InputError(
        f"mixes encodings: most of it is UTF-8, and in line {line} the byte {data[at]:#04x} is not "
        f"({max(shown, key=len)!r})",
        file=file,
        row=line,
        remedy="Correct that line, or save the whole table as CSV UTF-8",
    )


def _first_strange(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _named(encoding: str) -> str:
    try:
        info = codecs.lookup(encoding)
        b"".decode(info.name)  # hex, rot13 and zip are codecs, and no encodings of text
    except (LookupError, ValueError) as error:
        raise UsageError(
            "there is no such encoding of text",
            column="encoding",
            value=encoding,
            remedy="Use for example utf-8, utf-16, cp1252 or windows-1256",
        ) from error
    return "utf-8-sig" if info.name == "utf-8" else info.name


def _recognised(data: bytes) -> tuple[str, str]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return name, ""
    head = data[:_SAMPLE]
    # Marks and digits of a table have a zero byte in UTF-16, also where its words have none.
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 20 > len(head) and min(even, odd) * 20 < max(even, odd):
        return ("utf-16-le" if odd > even else "utf-16-be"), ""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        runs = [len(run) for run in _HIGH.findall(data[: 16 * _SAMPLE])]
        in_words = sum(length for length in runs if length > 1)
        name = "cp1256" if in_words * 2 > sum(runs) else "cp1252"
        return name, name
    return "utf-8", ""
