"""Find units and places by what people call them, in any of their scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import pandas as pd

from geodata.boundaries.model import Unit
from geodata.boundaries.packs import LEVELS, ancestors, read_places, unit, unit_columns, unit_ids
from geodata.boundaries.sounds import NearIndex
from geodata.boundaries.spelling import fold, words
from geodata.errors import BoundaryError

__all__ = ["Matches", "Place", "find_place", "find_unit", "fold"]

# How a name matched, best first; the first three are the place's own names.
_NAME, _LOCAL, _ID, _ALIAS, _NEAR = "name", "local name", "id", "alias", "near spelling"
_TIER = {_NAME: 0, _LOCAL: 0, _ID: 0, _ALIAS: 1, _NEAR: 2}
_ARTICLES = tuple(
    first + rest for first in ("Al", "Ar", "As", "Ash", "An", "Ad", "At", "Az", "El") for rest in " -"
)
_KIND_WORDS = {
    "PAK": ("province", "district", "tehsil"),
    "IRN": ("province", "county", "bakhsh"),
    **dict.fromkeys(("AFG", "TUR"), ("province", "district", "subdistrict")),
    **dict.fromkeys(
        ("IRQ", "SYR", "JOR", "LBN", "EGY", "YEM", "OMN"), ("governorate", "district", "subdistrict")
    ),
}
_ELSEWHERE = ("", "district", "subdistrict")
_ALIASES_NEAR = ("PAK", "IRN", "AFG", "IRQ", "SYR")
_SAME_TOWN_DEG = 0.1
_NAMED = 5  # candidates named in words


@dataclass(frozen=True)
class Place:
    """What a name can mean: a unit, or a town, village or sea of the gazetteer.

    ``longitude`` and ``latitude`` (degrees, EPSG:4326) are None where no source gives a
    position, and for units, which have an outline instead. ``unit_id`` is the deepest unit
    that the place lies in, or the unit itself; ``parent_id`` and ``parent`` are the id and
    name of what it is told under. ``kind`` is unit, town, sea or place (a village without a
    position), ``level`` that of a unit; ``local_names`` are pairs of a BCP 47 language and a
    name. ``matched`` says how the name was found (name, local
    name, id, alias, near spelling) and ``similarity`` how alike a near spelling is, 0 to 1.
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
    local_names: tuple[tuple[str, str], ...] = ()
    level: int | None = None
    country: str = ""
    parent_id: str = ""
    parent: str = ""
    matched: str = ""
    similarity: float = 1.0

    @property
    def position(self) -> tuple[float, float] | None:
        """``(longitude, latitude)`` in degrees, or None."""
        if self.longitude is None or self.latitude is None:
            return None
        return self.longitude, self.latitude

    @property
    def words(self) -> str:
        """The place with what it lies in: ``Saravan county, Sistan and Baluchestan, Iran``."""
        if self.level == 0 or self.kind == "sea":
            return self.name
        kind = ""
        if self.level is not None:
            kind = _KIND_WORDS.get(self.iso3, _ELSEWHERE)[min(self.level, 3) - 1]
        if kind and kind in words(self.name):
            kind = ""
        parts = [f"{self.name} {kind}".strip(), _province(self), self.country]
        text = ", ".join(dict.fromkeys(part for part in parts if part))
        return f"{text} (position not known)" if self.kind == "place" else text


class Matches(list[Place]):
    """What a name can mean, the likeliest first.

    ``ambiguous`` says whether the best matches are different places: a town inside the
    district of the same name is not another place, and neither is a district inside its
    province. ``words`` says it to a reader; ``total`` counts the candidates before the limit.
    """

    def __init__(self, query: str, found: Sequence[Place], *, limit: int | None = None) -> None:
        super().__init__(found[:limit])
        self.query = query
        self.total = len(found)
        self._places = _group(_best(found))

    @property
    def ambiguous(self) -> bool:
        """Whether the best matches are different places."""
        return len(self._places) > 1

    @property
    def words(self) -> str:
        """One sentence on what the name means or may mean."""
        if not self:
            return f"No unit or place is called {self.query}"
        told = [_told(group) for group in self._places[:_NAMED]]
        more = len(self._places) - len(told)
        listed = "; ".join(told) + (f"; and {more} more" if more else "")
        if self[0].matched == _NEAR:
            return f"No unit or place is called {self.query}; spelled nearly so: {listed}"
        return f"{self.query} may be: {listed}" if self.ambiguous else f"{self.query} is {listed}"


def _told(group: Sequence[Place]) -> str:
    first = group[0]
    # Of the same level is the same unit in later limits, which a reader need not hear of.
    inner = [place for place in group[1:] if place.level is None or place.level != first.level]
    alike = dict.fromkeys(_kind_of(place) for place in inner if place.name == first.name)
    other = dict.fromkeys(f"{_kind_of(place)} {place.name}" for place in inner if place.name != first.name)
    parts = ([f"its {' or '.join(alike)} of the same name"] if alike else []) + [
        f"its {name}" for name in other
    ]
    return ", or ".join([first.words, *parts])


def _kind_of(place: Place) -> str:
    if place.level is None:
        return "town" if place.kind == "town" else "place"
    return _KIND_WORDS.get(place.iso3, _ELSEWHERE)[max(place.level, 1) - 1] or "province"


def _best(found: Sequence[Place]) -> list[Place]:
    """Return the candidates that match as well as the first one."""
    if not found:
        return []
    best = (_TIER[found[0].matched], found[0].similarity)
    return [place for place in found if (_TIER[place.matched], place.similarity) == best]


def _group(places: Sequence[Place]) -> list[list[Place]]:
    """Return the candidates in groups, one a place: a unit with what lies in it."""
    groups: list[list[Place]] = []
    for place in places:
        chain = _chain(place)
        for group in groups:
            town = next((item for item in group if item.level is None), None)
            if place.level is None and town is not None:
                if _near(town, place):
                    group.append(place)
                    break
            elif any(_around(item) & chain for item in group):
                group.append(place)
                break
        else:
            groups.append([place])
    return groups


def _around(place: Place) -> set[str]:
    """Return the ids that stand for a unit; a unit made later lies in the one it was cut from.

    A town is told in the limits of the base vintage, and so never in the later unit itself.
    """
    if place.level is None:
        return set()
    later = place.parent_id in unit_ids() and unit(place.parent_id).level == place.level
    return {place.id, place.parent_id} if later else {place.id}


def _chain(place: Place) -> set[str]:
    known = place.unit_id in unit_ids()
    return {place.unit_id, *ancestors(place.unit_id)} if known else set()


def _near(one: Place, other: Place) -> bool:
    if one.position is None or other.position is None:
        return False
    return all(abs(a - b) < _SAME_TOWN_DEG for a, b in zip(one.position, other.position, strict=True))


def _province(place: Place) -> str:
    """Return the name of the first-level unit above a place, or of the unit it is told under."""
    chain = [place.parent_id, *ancestors(place.parent_id)] if place.parent_id in unit_ids() else []
    names = [unit(item).name for item in chain if unit(item).level == 1]
    return names[0] if names else ""


# -- units ---------------------------------------------------------------------------------------


def _spellings(unit_id: str, name: str, local: Iterable[str], aliases: Iterable[str]) -> dict[str, str]:
    """Return how each folded name of a unit names it."""
    keys: dict[str, str] = {}
    groups = ((_NAME, [name]), (_LOCAL, local), (_ALIAS, aliases), (_ID, [unit_id]))
    for how, names in groups:
        for text in dict.fromkeys(names):  # languages share many names
            if text:
                keys.setdefault(fold(text), how)
    return keys


def _spellings_of(item: Unit) -> dict[str, str]:
    local = [item.name_local, *(name for _, name in item.local_names)]
    return _spellings(item.id, item.name, local, item.aliases)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Return ``lang=name;…`` as pairs."""
    parts = (item.partition("=") for item in text.split(";") if item)
    return tuple((language, name) for language, _, name in parts)


@lru_cache(maxsize=1)
def _unit_index() -> dict[str, list[tuple[int, int, str, str]]]:
    index: dict[str, list[tuple[int, int, str, str]]] = {}
    columns = unit_columns("id", "level", "name", "name_local", "local_names", "aliases")
    for unit_id, level, name, first, more, aliases in columns:
        local = [first, *(text for _, text in _pairs(more))]
        for key, how in _spellings(unit_id, name, local, aliases.split(";")).items():
            order = 0 if how in (_NAME, _LOCAL) else 1
            index.setdefault(key, []).append((order, level, unit_id, how))
    for hits in index.values():
        hits.sort()
    return index


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
        Empty when nothing matches: a name is never guessed, and a near spelling never taken.
    """
    _check_level(level)
    if within is not None:
        unit(within)
    hits = [unit(unit_id) for _, _, unit_id, _ in _unit_index().get(fold(name), [])]
    return [
        item
        for item in hits
        if level in (None, item.level)
        and (within is None or within == item.id or within in ancestors(item.id))
    ]


def _check_level(level: int | None) -> None:
    if level is not None and level not in LEVELS:
        allowed = ", ".join(str(item) for item in LEVELS)
        raise BoundaryError("there is no such boundary level", value=level, remedy=f"use one of: {allowed}")


# -- places --------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _place_index() -> dict[str, list[tuple[int, str]]]:
    index: dict[str, list[tuple[int, str]]] = {}
    places = read_places()
    columns = (places[name].to_list() for name in ("name", "name_local", "local_names", "aliases"))
    for row, (name, local, more, aliases) in enumerate(zip(*columns, strict=True)):
        keys = {fold(name): _NAME}
        if local:
            keys.setdefault(fold(local), _LOCAL)
            for _, text in _pairs(more):
                keys.setdefault(fold(text), _LOCAL)
        if aliases:
            for text in aliases.split(";"):
                keys.setdefault(fold(text), _ALIAS)
        if name.startswith(_ARTICLES):
            keys.setdefault(fold(re.split("[ -]", name, maxsplit=1)[1]), _ALIAS)
        for key, how in keys.items():
            index.setdefault(key, []).append((row, how))
    return index


@lru_cache(maxsize=1)
def _rows_by_id() -> dict[str, int]:
    return {place_id: row for row, place_id in enumerate(read_places()["id"])}


@lru_cache(maxsize=1)
def _near_index() -> NearIndex:
    """Return all names, and the aliases of the countries that the gazetteer has whole.

    Elsewhere an alias is most often the name in another language: near to everything.
    """
    whole = read_places()["iso3"].isin(_ALIASES_NEAR).to_numpy()
    kept = (
        key
        for key, hits in _place_index().items()
        if any(how in (_NAME, _LOCAL) or (how == _ALIAS and whole[row]) for row, how in hits)
    )
    return NearIndex(dict.fromkeys((*_unit_index(), *kept)))


def find_place(
    name: str, iso3: str | None = None, *, level: int | None = None, limit: int | None = 10
) -> Matches:
    """Return what ``name`` can mean, over units and places, the likeliest first.

    By name, local name or id before by alias; within these, units by level, countries
    first, then places by rank and population. Near spellings are found only where no name
    and no alias matches, and marked so. ``"Saravan, Gilan"`` looks for Saravan in Gilan.

    Parameters
    ----------
    name
        Compared as in ``find_unit``.
    iso3
        Only in this country (ISO 3166-1 alpha-3).
    level
        Only units of this level.
    limit
        At most so many candidates; None gives all.

    Returns
    -------
    Matches
        A list of candidates that also says whether they are different places.
    """
    _check_level(level)
    found = _known(name)
    if not found and re.search(r"[,،]", name):
        first, *rest = (part for part in re.split(r"[,،]", name) if part.strip())
        found = [place for place in _known(first) if _lies_in(place, rest)]
    if not found and re.search(r"[/()|]", name):
        parts = [place for part in re.split(r"[/()|]", name) for place in _known(part)]
        found = _ranked({place.id: place for place in reversed(parts)}.values())
    if not found:
        found = _nearly(name)
    kept = [
        place
        for place in found
        if (iso3 is None or place.iso3 == iso3.upper()) and level in (None, place.level)
    ]
    return Matches(name.strip(), kept, limit=limit)


def _known(name: str) -> list[Place]:
    row = _rows_by_id().get(name.strip())
    return [_row_place(row, _ID)] if row is not None else _ranked(_hits(fold(name)))


def _hits(key: str) -> list[Place]:
    if not key:
        return []
    units = [_unit_place(unit(unit_id), how) for _, _, unit_id, how in _unit_index().get(key, [])]
    return units + [_row_place(row, how) for row, how in _place_index().get(key, [])]


def _nearly(name: str) -> list[Place]:
    best: dict[str, Place] = {}
    for similarity, key in _near_index().nearest(fold(name)):
        if best and similarity < next(iter(best.values())).similarity - 0.1:
            break
        for place in _hits(key):
            best.setdefault(place.id, replace(place, matched=_NEAR, similarity=similarity))
    return _ranked(best.values())


def _ranked(places: Iterable[Place]) -> list[Place]:
    def order(place: Place) -> tuple[Any, ...]:
        size = (place.level,) if place.level is not None else (place.rank, -place.population)
        return _TIER[place.matched], -place.similarity, place.level is None, size, place.id

    return sorted(places, key=order)


def _lies_in(place: Place, rest: Sequence[str]) -> bool:
    """Whether every part of ``rest`` names a unit above a place."""
    names = {key for item in _chain(place) for key in _spellings_of(unit(item))}
    return all(fold(part) in names for part in rest)


def _unit_place(item: Unit, how: str) -> Place:
    return Place(
        id=item.id,
        name=item.name,
        name_local=item.name_local,
        aliases=item.aliases,
        iso3=item.iso3,
        longitude=None,
        latitude=None,
        rank=item.level + 1,
        population=0,
        kind="unit",
        unit_id=item.id,
        local_names=item.local_names,
        level=item.level,
        country=_name_of(item.iso3),
        parent_id=item.parent_id,
        parent=_name_of(item.parent_id),
        matched=how,
    )


def _row_place(number: int, how: str) -> Place:
    row: dict[Any, Any] = read_places().iloc[number].to_dict()
    row["aliases"] = tuple(item for item in str(row["aliases"]).split(";") if item)
    row["local_names"] = _pairs(str(row["local_names"]))
    for column in ("longitude", "latitude"):
        row[column] = None if pd.isna(row[column]) else float(row[column])
    for column in ("rank", "population"):
        row[column] = int(row[column])
    within = str(row["unit_id"]) or str(row["iso3"])
    return Place(**row, country=_name_of(row["iso3"]), parent_id=within, parent=_name_of(within), matched=how)


def _name_of(unit_id: str) -> str:
    return unit(unit_id).name if unit_id in unit_ids() else ""
