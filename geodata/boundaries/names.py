"""Find units and places by what people call them, in any of their scripts."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from geodata.boundaries.packs import LEVELS, Unit, ancestors, read_places, unit, unit_ids
from geodata.errors import BoundaryError

_LETTERS = str.maketrans("يىےكہھەةۀں", "یییکهههههن")
# Words for the kind of unit, which sources put before or after the name or leave out.
_KINDS = (
    "district province county division governorate shahrestan ostan zila zilla tehsil of the "
    "شهرستان استان ضلع صوبه ایالت ولایت محافظه"
)


@dataclass(frozen=True)
class Place:
    """A town, village or sea of the gazetteer.

    ``longitude`` and ``latitude`` (degrees, EPSG:4326) are None where no source gives a
    position; ``unit_id`` then says which unit the place is in.
    """

    id: str
    name: str
    name_local: str
    aliases: tuple[str, ...]
    iso3: str
    longitude: float | None
    latitude: float | None
    rank: int
    population: int
    kind: str
    unit_id: str


def fold(name: str) -> str:
    """Return a name as it is compared: no case, marks, spaces, hyphens or kind of unit.

    Arabic, Persian and Urdu forms of yeh, kaf and heh count as one letter each.

    Examples
    --------
    >>> fold("Sistan-Baluchestan Province") == fold("sistān  baluchestan")
    True
    """
    words = [word for word in _words(name) if word not in _kinds()]
    return "".join(words) or "".join(_words(name))


def _words(name: str) -> list[str]:
    # A zero-width joint is no space: both spellings must give the same word.
    marked = unicodedata.normalize("NFKD", name.replace("\u200c", "")).casefold()
    bare = "".join(c for c in marked if not unicodedata.combining(c)).translate(_LETTERS)
    kept = "".join(c if c.isalnum() and unicodedata.category(c) != "Lm" else _gap(c) for c in bare)
    return kept.split()


def _gap(character: str) -> str:
    # Apostrophes and ayns stand inside a word; everything else parts words.
    return "" if character in "'’‘`ʿʾʻʼ" else " "


@lru_cache(maxsize=1)
def _kinds() -> frozenset[str]:
    return frozenset(word for kind in _KINDS.split() for word in _words(kind))


@lru_cache(maxsize=1)
def _unit_index() -> dict[str, list[tuple[int, int, str]]]:
    index: dict[str, list[tuple[int, int, str]]] = {}
    for unit_id in sorted(unit_ids()):
        item = unit(unit_id)
        keys: dict[str, int] = {}
        for order, names in enumerate(([item.name, item.name_local], [*item.aliases, item.id])):
            for name in names:
                if name:
                    keys.setdefault(fold(name), order)
        for key, order in keys.items():
            index.setdefault(key, []).append((order, item.level, unit_id))
    return {key: sorted(hits) for key, hits in index.items()}


def find_unit(name: str, *, level: int | None = None, within: str | None = None) -> list[Unit]:
    """Return the units that ``name`` can mean: by name first, then by alias, countries first.

    Parameters
    ----------
    name
        A name, local name, alias or id; case, marks, hyphens, letter variants and the
        words for province, district and county do not matter.
    level
        Only units of this level.
    within
        Only units inside (or equal to) the unit with this id.

    Returns
    -------
    list of Unit
        Empty when nothing matches: a name is never guessed.
    """
    if level is not None and level not in LEVELS:
        raise BoundaryError("there is no such boundary level", value=level, remedy="use 0, 1 or 2")
    if within is not None:
        unit(within)
    hits = [unit(unit_id) for _, _, unit_id in _unit_index().get(fold(name), [])]
    return [
        item
        for item in hits
        if level in (None, item.level)
        and (within is None or within == item.id or within in ancestors(item.id))
    ]


@lru_cache(maxsize=1)
def _place_index() -> dict[str, list[tuple[int, int]]]:
    index: dict[str, list[tuple[int, int]]] = {}
    places = read_places()
    for row, (name, local, aliases) in enumerate(
        zip(places["name"], places["name_local"], places["aliases"], strict=True)
    ):
        keys: dict[str, int] = {}
        for order, names in enumerate(([name, local], aliases.split(";"))):
            for text in names:
                if text:
                    keys.setdefault(fold(text), order)
        for key, order in keys.items():
            index.setdefault(key, []).append((order, row))
    return {key: sorted(hits) for key, hits in index.items()}


def find_place(name: str, iso3: str | None = None) -> list[Place]:
    """Return the places that ``name`` can mean: by name first, then by alias, important ones first.

    Parameters
    ----------
    name
        Compared as in ``find_unit``.
    iso3
        Only places of this country.
    """
    places = read_places()
    found = [_place(places.iloc[row].to_dict()) for _, row in _place_index().get(fold(name), [])]
    return [place for place in found if iso3 in (None, place.iso3)]


def _place(row: dict[Any, Any]) -> Place:
    row["aliases"] = tuple(item for item in str(row["aliases"]).split(";") if item)
    for column in ("longitude", "latitude"):
        row[column] = None if pd.isna(row[column]) else float(row[column])
    for column in ("rank", "population"):
        row[column] = int(row[column])
    return Place(**row)
