"""Coordinates as people write them, to decimal degrees; nothing that can mean two things is taken."""

from __future__ import annotations

import re

_AXES = {"N": ("latitude", 1), "S": ("latitude", -1), "E": ("longitude", 1), "W": ("longitude", -1)}
_LIMITS = {"latitude": 90.0, "longitude": 180.0}
_DECIMAL = re.compile(r"[-+]?\d+(\.\d*)?(e-\d+)?\Z", re.ASCII)  # workbooks write 0.00001 as 1e-05
_NUMBER = r"\d+(?:[.,]\d+)?"
_ANGLE = re.compile(
    rf"(?P<before>[NSEWO])?\s*(?P<sign>[-+])?\s*(?P<deg>{_NUMBER})\s*[°ºd:\s]*"
    rf"(?:(?P<min>{_NUMBER})\s*['′’m:\s]*)?(?:(?P<sec>{_NUMBER})\s*(?:[\"″”s]|'')?)?\s*(?P<after>[NSEWO])?\Z",
    re.ASCII | re.IGNORECASE,
)
_POINT = re.compile(
    r"(?:SRID=4326;)?\s*POINT\s*(?:Z\s*)?\(\s*([-+\d.eE]+)\s+([-+\d.eE]+)[^)]*\)\Z", re.IGNORECASE
)
_MINUS = str.maketrans("−–‒－", "----")
_SEPARATORS = (r"\s*;\s*", r"\s*/\s*", r"\s*\|\s*", r",\s+", r",", r"\s+")


def parse_angle(text: str, axis: str) -> float:
    """Return a coordinate in decimal degrees, north and east positive.

    Decimal degrees with a point or a comma, degrees with minutes and seconds, with a sign
    or the letter of a side: ``26.97``, ``26,97``, ``26°58′12″N``, ``26 58 12 N``, ``N26.97``.

    Parameters
    ----------
    axis
        ``latitude`` or ``longitude``. A value beyond 90 or 180 is given back: it is a fault of
        the row, or of the whole column, which the caller knows.

    Raises
    ------
    ValueError
        With the reason.
    """
    cell = text.strip().translate(_MINUS)
    return float(cell) if _DECIMAL.match(cell) else _angle(cell, axis)


def _angle(cell: str, axis: str) -> float:
    found = _ANGLE.match(cell)
    if not found:
        raise ValueError("is no coordinate like 26.97, 26,97 or 26°58′12″N")
    letters = [letter.upper() for letter in (found["before"], found["after"]) if letter]
    if "O" in letters:
        raise ValueError("has the letter O, which is west in French and Spanish and east in German")
    if len(letters) > 1 or (letters and found["sign"]):
        raise ValueError("names its side twice")
    side, turn = _AXES[letters[0]] if letters else (axis, -1 if found["sign"] == "-" else 1)
    if side != axis:
        raise ValueError(f"is a {side}, in the column of the {axis}")
    degrees, minutes, seconds = (
        float(part.replace(",", ".")) if part else 0.0 for part in (found["deg"], found["min"], found["sec"])
    )
    if minutes >= 60 or seconds >= 60:
        raise ValueError("has 60 minutes or seconds, or more")
    fine = [part for part in (found["deg"], found["min"], found["sec"]) if part][:-1]
    if any("." in part or "," in part for part in fine):
        raise ValueError("has decimals before its last number")
    return turn * (degrees + minutes / 60 + seconds / 3600)


def parse_pair(text: str) -> tuple[float, float]:
    """Return ``(latitude, longitude)`` of both in one cell, latitude first as people write it.

    A letter of a side decides where there is one; ``POINT (64.09 26.97)`` has x first by
    its standard.

    Raises
    ------
    ValueError
        With the reason.
    """
    cell = text.strip().translate(_MINUS).strip("()[] ")
    if found := _POINT.match(text.strip()):
        return float(found[2]), float(found[1])
    for separator in _SEPARATORS:
        parts = re.split(separator, cell)
        if len(parts) != 2:
            continue
        first, second = parts
        swapped = bool(re.search("[EW]", first.upper())) or bool(re.search("[NS]", second.upper()))
        try:
            if swapped:
                return parse_angle(second, "latitude"), parse_angle(first, "longitude")
            return parse_angle(first, "latitude"), parse_angle(second, "longitude")
        except ValueError:
            continue
    if found := re.fullmatch(r"(.+?[NSns])\W*(.+[EWew])", cell):
        return parse_angle(found[1], "latitude"), parse_angle(found[2].strip(" ,;"), "longitude")
    raise ValueError("is no pair like 26.97, 64.09 (latitude first)")


def plain_text(text: str, value: float) -> str:
    """Return a coordinate as decimal degrees: as it was written where it was, else to a centimetre."""
    cell = text.strip().translate(_MINUS).replace(",", ".")
    return cell if _DECIMAL.match(cell) else repr(round(value, 7))


def beyond(value: float, axis: str) -> bool:
    """Return whether a value is no latitude, or no longitude."""
    return abs(value) > _LIMITS[axis]
