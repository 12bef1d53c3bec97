"""Guess which columns of a foreign table hold ids, names, codes and names in local script."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

import pandas as pd

_SAMPLE = 2000
_LANGUAGES = frozenset(
    re.findall(r"\w+", "ar az bal bn en fa fr he hi hy ka ku pa ps ru sd sk tg tk tr ug ur uz zh")
)
# Words for kinds of unit, by level; they stand in column names as in "district_name".
_WORDS = {
    0: ("country", "nation"),
    1: ("province", "state", "region", "governorate", "ostan", "wilaya", "wilayat"),
    2: ("district", "county", "shahrestan", "zila", "zilla", "distt", "dist"),
    3: ("tehsil", "taluka", "taluk", "bakhsh", "subdistrict", "sub_district", "upazila"),
}
_NAMES = {"shapename": 0.97, "name:en": 0.92, "name_en": 0.92, "name_latin": 0.85, "name": 0.85, "nam": 0.7}
_NAMES |= {"unit_name": 0.85, "unit": 0.6, "label": 0.5, "title": 0.5}
_IDS = {"shapeid": 0.97, "pcode": 0.95, "id": 0.8, "osm_id": 0.85, "@id": 0.85, "geoid": 0.85, "code": 0.75}
_IDS |= {"iso_3166_2": 0.7, "shapeiso": 0.6, "wikidata": 0.6, "uuid": 0.7, "fid": 0.45, "objectid": 0.4}
_COUNTRIES = ("iso3", "shapegroup", "gid_0", "adm0_a3", "iso_a3", "adm0_iso3", "country_iso3")
_CODE = re.compile(r"[A-Z]{2,3}\d{1,12}")


@dataclass(frozen=True)
class ColumnGuess:
    """One column and how likely (0 to 1) it holds what is asked; the first few values to look at."""

    column: str
    confidence: float
    samples: tuple[str, ...]


@dataclass(frozen=True)
class ColumnGuesses:
    """The likeliest columns; None where none is likely enough.

    ``id`` and ``name`` are for the user to confirm, ``ids`` and ``names`` the candidates,
    best first. ``local`` maps a BCP 47 language (``und`` where not known) to a column.
    """

    id: ColumnGuess | None
    name: ColumnGuess | None
    ids: tuple[ColumnGuess, ...]
    names: tuple[ColumnGuess, ...]
    pcode: str = ""
    aliases: str = ""
    iso3: str = ""
    wikidata: str = ""
    local: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class _Content:
    """What the values of a column are like; all shares from 0 to 1."""

    filled: float
    unique: float
    letters: float
    foreign: float
    codes: float
    digits: float
    samples: tuple[str, ...]


def text_of(value: Any) -> str:
    r"""Return a value of a table as clean text: no control characters, whole numbers without ``.0``.

    Examples
    --------
    >>> text_of(101.0), text_of(None), text_of(" Dera\x00  Bugti ")
    ('101', '', 'Dera Bugti')
    """
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    raw = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in str(value)[:2000])
    return " ".join(raw.split())[:200]


def texts_of(frame: pd.DataFrame, column: str) -> list[str]:
    """Return a column as clean text."""
    return [text_of(value) for value in frame[column].tolist()]


def guess_columns(frame: pd.DataFrame, *, level: int | None = None) -> ColumnGuesses:
    """Return which columns probably hold ids, names, codes and local names.

    Parameters
    ----------
    frame
        A table of units; a geometry column is passed over.
    level
        Where a table has columns for several levels, the one whose units the rows are;
        None, or one that no column is about, takes the deepest.
    """
    columns = [str(column) for column in frame.columns if str(column) != "geometry"]
    content = {column: _content(frame, column) for column in columns}
    levels = _levels(columns, content)
    if level is None or level not in levels:
        # The level is what the user calls the units; the columns may count otherwise.
        level = max(levels, default=2)
    local = _local_columns(columns, content, level)
    names = _ranked(content, {c: _name_score(c, level) * _name_fit(content[c]) for c in columns})
    ids = _ranked(content, {c: _id_score(c, level) * _id_fit(content[c]) for c in columns})
    pcodes = _ranked(content, {c: _pcode_score(c, level, content[c]) for c in columns})
    return ColumnGuesses(
        id=ids[0] if ids and ids[0].confidence >= 0.3 else None,
        name=names[0] if names and names[0].confidence >= 0.25 else None,
        ids=ids,
        names=names,
        pcode=pcodes[0].column if pcodes and pcodes[0].confidence >= 0.6 else "",
        aliases=_first(columns, rf"varname_{level}|alt_names?|aliases|adm{level}alt1_?\w*", content),
        iso3=next((c for c in columns if c.casefold() in _COUNTRIES and content[c].filled > 0.5), ""),
        wikidata=_first(columns, r"wikidata(_?id)?", content),
        local=local,
    )


def _ranked(content: dict[str, _Content], scores: dict[str, float]) -> tuple[ColumnGuess, ...]:
    best = sorted((-score, at, column) for at, (column, score) in enumerate(scores.items()) if score > 0.05)
    return tuple(ColumnGuess(c, round(min(-s, 1.0), 2), content[c].samples) for s, _, c in best[:8])


def _first(columns: list[str], pattern: str, content: dict[str, _Content]) -> str:
    hits = [c for c in columns if re.fullmatch(pattern, c.casefold()) and content[c].filled > 0]
    return hits[0] if hits else ""


def _content(frame: pd.DataFrame, column: str) -> _Content:
    values = [text_of(value) for value in frame[column].iloc[:_SAMPLE].tolist()]
    filled = [value for value in values if value]
    if not filled:
        return _Content(0, 0, 0, 0, 0, 0, ())
    count = len(filled)
    letters = [value for value in filled if any(c.isalpha() for c in value)]
    return _Content(
        filled=count / len(values),
        unique=len(set(filled)) / count,
        letters=len(letters) / count,
        foreign=sum(_is_foreign(value) for value in letters) / count,
        codes=sum(bool(_CODE.fullmatch(value)) for value in filled) / count,
        digits=sum(any(c.isdigit() for c in value) for value in filled) / count,
        samples=tuple(dict.fromkeys(filled))[:3],
    )


def _is_foreign(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return sum("LATIN" not in unicodedata.name(c, "") for c in letters) * 2 > len(letters)


def _numbered(column: str) -> tuple[str, int] | None:
    """Return kind and level of a column that is numbered by level: ``ADM2_EN``, ``NAME_2``, ``GID_2``."""
    text = column.casefold()
    if found := re.fullmatch(r"(name|gid|hasc|cc|nl_name|varname|type)_(\d)", text):
        return found[1], int(found[2])
    if found := re.fullmatch(r"adm(?:in)?_?(\d)_?(name|pcode|code|id|[a-z]{2})?_?(en|\w\w|\d)?", text):
        return found[2] or "name", int(found[1])
    return None


def _levels(columns: list[str], content: dict[str, _Content]) -> set[int]:
    """Return the levels that some column with values says it is about."""
    levels = {hit[1] for c in columns if content[c].filled > 0 and (hit := _numbered(c))}
    for level, words in _WORDS.items():
        pattern = re.compile(rf"({'|'.join(words)})(_|$)")
        if any(pattern.match(c.casefold()) and content[c].filled > 0 for c in columns):
            levels.add(level)
    return levels


def _at_level(found: int, level: int) -> float:
    return 0.95 if found == level else max(0.6 - 0.15 * abs(found - level), 0.1)


def _name_score(column: str, level: int) -> float:
    text = column.casefold().strip()
    if text in _NAMES:
        return _NAMES[text]
    if (hit := _numbered(column)) and hit[0] in ("name", "en"):
        return _at_level(hit[1], level)
    for found, words in _WORDS.items():
        # Shapefiles cut column names at ten letters: "district_n".
        if re.fullmatch(rf"({'|'.join(words)})(_?n(a(m(e(_en)?)?)?)?)?|name_?({'|'.join(words)})", text):
            return _at_level(found, level) * (0.97 if "n" in text.rpartition("_")[2] else 0.93)
    if re.fullmatch(r"(adm\w*|\w*_)?name\w?|name\w*", text):
        return 0.6
    return 0.35


def _name_fit(content: _Content) -> float:
    if content.letters < 0.5 or content.codes > 0.5:
        return 0.0
    # A name in local script is taken only where there is no other.
    script = 0.5 if content.foreign > 0.5 else 1.0
    return (
        content.filled * content.letters * (0.2 + 0.8 * content.unique) * script * (1 - 0.5 * content.digits)
    )


def _id_score(column: str, level: int) -> float:
    text = column.casefold().strip()
    if text in _IDS:
        return _IDS[text]
    if (hit := _numbered(column)) and hit[0] in ("gid", "pcode", "code", "id", "hasc", "cc"):
        return _at_level(hit[1], level) * (0.8 if hit[0] in ("hasc", "cc") else 1.0)
    for found, words in _WORDS.items():
        if re.fullmatch(rf"({'|'.join(words)})_?(p?c(o(de?)?)?|id)", text):
            return _at_level(found, level) * 0.97
    if re.search(r"(^|_)(id|code|pcode)$", text):
        return 0.6
    return 0.0


def _id_fit(content: _Content) -> float:
    return float(content.filled**2 * content.unique**3)


def _pcode_score(column: str, level: int, content: _Content) -> float:
    if content.codes < 0.9 or content.unique < 0.9:
        return 0.0
    named = _id_score(column, level) if re.search(r"code|pcode|adm", column.casefold()) else 0.4
    return named * content.codes


def _local_columns(
    columns: list[str], content: dict[str, _Content], level: int
) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for column in columns:
        hit, text = _numbered(column), column.casefold()
        wrong = hit is not None and hit[1] != level
        other = any(
            re.match(rf"({'|'.join(words)})(_|$)", text) for at, words in _WORDS.items() if at != level
        )
        if content[column].foreign <= 0.5 or wrong or other:
            continue
        tail = re.search(r"[_:]([a-z]{2,3})\d?$", text)
        language = tail[1] if tail and tail[1] in _LANGUAGES else "und"
        found.setdefault(language, column)
    # A language that is known leads: it says more than "und".
    return tuple(sorted(found.items(), key=lambda item: item[0] == "und"))
