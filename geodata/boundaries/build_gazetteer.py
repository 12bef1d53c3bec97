"""Pack GeoNames' places of the world: ranks for labels, names in their script, the unit they lie in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.boundaries.build_frames import merge_aliases
from geodata.boundaries.build_sources import read_table
from geodata.boundaries.scripts import choose_local, is_arabic, other_names
from geodata.boundaries.spelling import fold

PLACE_COLUMNS = [
    "id",
    "name",
    "name_local",
    "local_names",
    "aliases",
    "iso3",
    "longitude",
    "latitude",
    "rank",
    "population",
    "kind",
    "unit_id",
]
_CORE = {"PK", "IR", "AF", "IQ", "SY"}  # whose towns rank one step higher than others of their size
_THIN_DEG = {1: 1.0, 2: 0.6, 3: 0.35, 4: 0.12}  # how close, by rank, a suburb or twin town stands
_TWIN_DEG = 0.06  # two records of one name this close are one place
_NEAREST_DEG = 0.1  # how far off its country's outline a town on a coast still belongs to it


def pack_places(raw: list[dict[Any, Any]], units: Sequence[gpd.GeoDataFrame] = ()) -> pd.DataFrame:
    """Return the world's places and the committed ones, most important first.

    Parameters
    ----------
    raw
        Records of GeoNames, as ``read_geonames`` gives them.
    units
        One frame a level, with id, iso3, parent_id and geometry (EPSG:4326, join outlines);
        each place gets the deepest unit of its own country that it lies in.

    Returns
    -------
    DataFrame
        Columns as ``PLACE_COLUMNS``; positions in EPSG:4326, missing where nobody gives one;
        rank 1 orients a reader at every scale, then 2 to 6 by importance; ``local_names`` is
        ``lang=name;…`` (BCP 47), with ``name_local`` first.
    """
    curated = read_table("places").set_index("geonames_id")
    countries = read_table("gazetteer_countries").set_index("code").to_dict("index")
    rows = [_row(place, curated, countries) for place in raw if _wanted(place, curated, countries)]
    rows = _thin(
        _merge_twins(rows), fixed={f"geonames:{key}" for key in curated.index[curated["rank"] != ""]}
    )
    rows += [_sea(row) for row in read_table("seas").to_dict("records")]
    rows += [_unplaced(row) for row in read_table("places_without_position").to_dict("records")]
    frame = pd.DataFrame(rows, columns=PLACE_COLUMNS)
    empty = (frame["unit_id"] == "") & (frame["kind"] == "town")
    frame.loc[empty, "unit_id"] = units_of(frame[empty], units)
    return frame.sort_values(["rank", "population", "id"], ascending=[True, False, True]).reset_index(
        drop=True
    )


def units_of(places: pd.DataFrame, units: Sequence[gpd.GeoDataFrame]) -> list[str]:
    """Return, one a place, the id of the deepest unit of its own country that it lies in.

    A place outside its country's outline by less than 0.1° (a coast, an island) gets the
    nearest unit of the country's first level; one that is further off gets an empty string.

    Parameters
    ----------
    places
        Columns iso3, longitude and latitude (degrees, EPSG:4326).
    units
        One frame a level, coarsest first, with id, iso3, parent_id and geometry.
    """
    points = shapely.points(places["longitude"].to_numpy(float), places["latitude"].to_numpy(float))
    countries = places["iso3"].to_numpy()
    found = np.full(len(places), "", dtype=object)
    for frame in units:
        ids, owners, above = (frame[column].to_numpy() for column in ("id", "iso3", "parent_id"))
        tree = shapely.STRtree(frame.geometry.to_numpy())
        at, unit = tree.query(points, predicate="intersects")
        top = above[unit] == ""
        # Below the country a unit counts only inside the unit found above it, so that they nest.
        good = (owners[unit] == countries[at]) & (top | (above[unit] == found[at]))
        step = found.copy()
        # Ids descend, so that the first of several units on one edge wins.
        for place, each in sorted(
            zip(at[good], unit[good], strict=True), key=lambda p: ids[p[1]], reverse=True
        ):
            step[place] = ids[each]
        coarsest = bool((above == "").all())
        for place in np.flatnonzero((step == "") & np.isin(countries, owners) & coarsest):
            own = np.flatnonzero(owners == countries[place])
            gaps = shapely.distance(frame.geometry.to_numpy()[own], points[place])
            if gaps.min() <= _NEAREST_DEG:
                step[place] = ids[own[int(gaps.argmin())]]
        found = step
    return [str(item) for item in found]


def _merge_twins(rows: list[dict[Any, Any]]) -> list[dict[Any, Any]]:
    """Return the rows with a second record of the same name at the same spot merged into the first."""
    kept: dict[tuple[str, str], list[dict[Any, Any]]] = {}
    for row in sorted(rows, key=lambda row: (row["rank"], -row["population"], row["id"])):
        same = kept.setdefault((row["iso3"], fold(row["name"])), [])
        twin = next(
            (
                other
                for other in same
                if abs(other["longitude"] - row["longitude"]) < _TWIN_DEG
                and abs(other["latitude"] - row["latitude"]) < _TWIN_DEG
            ),
            None,
        )
        if twin is None:
            same.append(row)
        else:
            twin["aliases"] = merge_aliases(twin["name"], twin["aliases"], row["name"], row["aliases"])
            for column in ("name_local", "local_names"):
                twin[column] = twin[column] or row[column]
    return [row for same in kept.values() for row in same]


def _thin(rows: list[dict[Any, Any]], *, fixed: set[str]) -> list[dict[Any, Any]]:
    """Return the rows with towns beside a more important one moved down in rank.

    Towns whose rank is ``fixed`` by the committed table stay.
    """
    kept: dict[tuple[int, int], list[tuple[float, float]]] = {}
    thinned = []
    for row in sorted(rows, key=lambda row: (row["rank"], -row["population"], row["id"])):
        reach = _THIN_DEG.get(row["rank"], 0.0)
        x, y = row["longitude"], row["latitude"]
        cell = (int(x // 1), int(y // 1))
        near = (
            spot
            for dx in (-1, 0, 1)
            for dy in (-1, 0, 1)
            for spot in kept.get((cell[0] + dx, cell[1] + dy), ())
        )
        if row["id"] not in fixed and any(abs(a - x) < reach and abs(b - y) < reach for a, b in near):
            thinned.append({**row, "rank": min(row["rank"] + 2, 5)})
            continue
        if row["rank"] in _THIN_DEG:
            kept.setdefault(cell, []).append((x, y))
        thinned.append(row)
    return thinned


def _wanted(place: dict[Any, Any], curated: pd.DataFrame, countries: dict[Any, Any]) -> bool:
    country, key = countries[place["countrycode"]], str(place["geonameid"])
    if key == country["capital_geonames_id"] or key in curated.index:
        return True
    return bool(place["population"] >= int(country["min_population"]))


def _row(place: dict[Any, Any], curated: pd.DataFrame, countries: dict[Any, Any]) -> dict[Any, Any]:
    key = str(place["geonameid"])
    code = place["countrycode"]
    country = countries[code]
    name = plain(place["name"])
    rank = _rank(place["population"], code, country, capital=key == country["capital_geonames_id"])
    local = local_name(place["alternatenames"], code, like=name)
    extra = unit_id = told = ""
    if key in curated.index:
        chosen = curated.loc[key]
        name, rank = str(chosen["name"]) or name, int(chosen["rank"] or rank)
        local, extra = str(chosen["name_local"]) or local, str(chosen["aliases"])
        unit_id, told = str(chosen["unit_id"]), str(chosen["local_names"])
    language = country["language"]
    spoken = dict(item.split("=") for item in told.split(";") if item)
    spoken = dict(other_names(place["alternatenames"], code=code, but=language)) | spoken
    named = ({language: local} if local and language else {}) | spoken
    kept = [item for item in place["alternatenames"] if _kept(item, language)]
    return {
        "id": f"geonames:{key}",
        "name": name,
        "name_local": local,
        "local_names": ";".join(f"{lang}={text}" for lang, text in named.items()),
        "aliases": _aliases(name, local, [*extra.split(";"), place["name"], *kept]),
        "iso3": country["iso3"],
        "longitude": place["longitude"],
        "latitude": place["latitude"],
        "rank": rank,
        "population": place["population"],
        "kind": "town",
        "unit_id": unit_id,
    }


def _aliases(name: str, local: str, names: list[str]) -> str:
    """Return ``;``-separated aliases, one of all spellings that are compared alike."""
    seen = {fold(name), fold(local)}
    kept = []
    for item in names:
        text = item.strip().replace(";", ",")
        if text and fold(text) not in seen:
            seen.add(fold(text))
            kept.append(text)
    return ";".join(kept)


def _rank(population: int, code: str, country: dict[str, str], *, capital: bool) -> int:
    """Return a place's rank: by size, and one step lower outside the countries at the centre."""
    steps = [(1_000_000, 2), (250_000, 3), (60_000, 4), (15_000, 5)]
    rank = next((step for limit, step in steps if population >= limit), 6)
    if code in _CORE:
        return rank
    rank = min(rank + 1, 6)
    near = country["min_population"] == "0" or code in {"IN", "CN"}
    if not near and rank == 4 and population < 500_000:
        rank = 5
    if population >= 4_000_000 or (capital and population >= 500_000):
        rank = 2
    if not near and (population >= 8_000_000 or (capital and population >= 2_000_000)):
        rank = 1
    if capital:
        rank = min(rank, 3 if population >= 50_000 else 4)
    return rank


def plain(name: str) -> str:
    """Return a name without the marks of transliteration (``Zābol`` → ``Zabol``)."""
    marks = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return marks.replace("‘", "").replace("’", "'").strip()


def _kept(name: str, language: str) -> bool:
    """Whether an alternate name is worth a place: Latin or Arabic script, and no transcription or code."""
    if is_arabic(name):
        return True
    if choose_local([name], language=language, code="") == name:
        return True
    latin = all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 or not c.isalpha() for c in name)
    first = next((c for c in name if c.isalpha()), "a")
    return latin and first.isupper() and len(name) > 3


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    table = read_table("gazetteer_countries")
    return dict(zip(table["code"], table["language"], strict=True))


def local_name(names: list[str], code: str, *, like: str = "") -> str:
    """Return the likeliest name in the country's own script, or an empty string.

    ``like`` is the Latin name that it should sound like; see ``choose_local``.
    """
    return choose_local(names, language=_languages().get(code, ""), code=code, like=like)


def _sea(row: dict[Any, Any]) -> dict[Any, Any]:
    slug = re.sub("[^a-z]+", "-", row["name"].lower()).strip("-")
    return {
        **row,
        "id": f"sea:{slug}",
        "iso3": "",
        "longitude": float(row["longitude"]),
        "latitude": float(row["latitude"]),
        "rank": int(row["rank"]),
        "population": 0,
        "kind": "sea",
        "unit_id": "",
    }


def _unplaced(row: dict[Any, Any]) -> dict[Any, Any]:
    missing = float("nan")
    return {**row, "longitude": missing, "latitude": missing, "rank": 9, "population": 0, "kind": "place"}
