"""Pack GeoNames' places of the region, with ranks for labels and names in local script."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import pandas as pd

from geodata.boundaries.build_frames import merge_aliases
from geodata.boundaries.build_sources import read_table

PLACE_COLUMNS = [
    "id",
    "name",
    "name_local",
    "aliases",
    "iso3",
    "longitude",
    "latitude",
    "rank",
    "population",
    "kind",
    "unit_id",
]
_COUNTRIES = {
    "PK": "PAK", "IR": "IRN", "AF": "AFG", "IQ": "IRQ", "SY": "SYR", "TR": "TUR", "TM": "TKM", "AM": "ARM",
    "AZ": "AZE", "IN": "IND", "CN": "CHN", "OM": "OMN", "AE": "ARE", "QA": "QAT", "BH": "BHR", "KW": "KWT",
    "SA": "SAU", "JO": "JOR", "LB": "LBN", "IL": "ISR", "PS": "PSE", "CY": "CYP", "YE": "YEM", "UZ": "UZB",
    "TJ": "TJK", "KG": "KGZ", "GE": "GEO", "EG": "EGY",
}  # fmt: skip
_WHOLE = {"PK", "IR", "AF", "IQ", "SY"}
_ELSEWHERE_POPULATION = 15_000
_THIN_DEG = {2: 0.6, 3: 0.35}  # how close, by rank, a suburb or twin town stands
_FAR_POPULATION = 200_000
_ARABIC = re.compile(r"[\u0600-\u06ff\u200c\s]+")
_ARABIC_ONLY = set("يكةىأإؤ")
_URDU_ONLY = set("ٹڈڑےہھں")


def pack_places(raw: list[dict[Any, Any]]) -> pd.DataFrame:
    """Return the places of the region and the committed ones, most important first.

    Columns as ``PLACE_COLUMNS``; positions in EPSG:4326, missing where nobody gives
    one; rank 1 orients a reader at every scale, then 2 to 6 by population.
    """
    curated = read_table("places").set_index("geonames_id")
    rows = [_row(place, curated) for place in raw if _wanted(place)]
    rows += [_sea(row) for row in read_table("seas").to_dict("records")]
    rows += [_unplaced(row) for row in read_table("places_without_position").to_dict("records")]
    rows = _thin(rows, fixed={f"geonames:{key}" for key in curated.index[curated["rank"] != ""]})
    frame = pd.DataFrame(rows, columns=PLACE_COLUMNS)
    return frame.sort_values(["rank", "population", "id"], ascending=[True, False, True]).reset_index(
        drop=True
    )


def _thin(rows: list[dict[Any, Any]], *, fixed: set[str]) -> list[dict[Any, Any]]:
    """Return the rows with towns beside a more important one moved down in rank.

    Towns whose rank is ``fixed`` by the committed table stay.
    """
    kept: list[tuple[float, float]] = []
    thinned = []
    for row in sorted(rows, key=lambda row: (row["rank"], -row["population"], row["id"])):
        reach = _THIN_DEG.get(row["rank"], 0.0)
        here = (row["longitude"], row["latitude"])
        if (
            row["kind"] == "town"
            and row["id"] not in fixed
            and any(abs(x - here[0]) < reach and abs(y - here[1]) < reach for x, y in kept)
        ):
            thinned.append({**row, "rank": min(row["rank"] + 2, 5)})
            continue
        if row["kind"] == "town" and row["rank"] in _THIN_DEG | {1: 0.0}:
            kept.append(here)
        thinned.append(row)
    return thinned


def _wanted(place: dict[Any, Any]) -> bool:
    code, population = place["countrycode"], place["population"]
    if code in _WHOLE:
        return True
    limit = _FAR_POPULATION if code in {"IN", "CN"} else _ELSEWHERE_POPULATION
    return code in _COUNTRIES and population >= limit


def _row(place: dict[Any, Any], curated: pd.DataFrame) -> dict[Any, Any]:
    key = str(place["geonameid"])
    code = place["countrycode"]
    name, rank = plain(place["name"]), _rank(place["population"], code)
    names = [item for item in place["alternatenames"] if _kept(item)]
    local = local_name(names, code)
    extra = ""
    if key in curated.index:
        chosen = curated.loc[key]
        name, rank = str(chosen["name"]) or name, int(chosen["rank"] or rank)
        local, extra = str(chosen["name_local"]) or local, str(chosen["aliases"])
    return {
        "id": f"geonames:{key}",
        "name": name,
        "name_local": local,
        "aliases": merge_aliases(name, extra, place["name"], ";".join(names)),
        "iso3": _COUNTRIES[code],
        "longitude": place["longitude"],
        "latitude": place["latitude"],
        "rank": rank,
        "population": place["population"],
        "kind": "town",
        "unit_id": "",
    }


def _rank(population: int, code: str) -> int:
    # Far countries have many large cities: one step lower keeps the region legible.
    steps = [(1_000_000, 2), (250_000, 3), (60_000, 4), (15_000, 5)]
    rank = next((step for limit, step in steps if population >= limit), 6)
    return rank if code in _WHOLE else min(rank + 1, 6)


def plain(name: str) -> str:
    """Return a name without the marks of transliteration (``Zābol`` → ``Zabol``)."""
    marks = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return marks.replace("‘", "").replace("’", "'").strip()


def _kept(name: str) -> bool:
    scripts = _ARABIC.fullmatch(name) or all(ord(c) < 0x250 or not c.isalpha() for c in name)
    return (bool(scripts) and len(name) > 3) or bool(_ARABIC.fullmatch(name))


def local_name(names: list[str], code: str) -> str:
    """Return the likeliest name in the country's own Arabic script, or an empty string."""
    found = [name for name in names if _ARABIC.fullmatch(name)]
    if code == "PK":
        ranked = sorted(found, key=lambda n: (not _URDU_ONLY & set(n), bool(_ARABIC_ONLY & set(n))))
    elif code in {"IR", "AF"}:
        ranked = sorted(found, key=lambda n: (bool(_ARABIC_ONLY & set(n)), bool(_URDU_ONLY & set(n))))
    else:
        ranked = sorted(found, key=lambda n: bool(set("یکگچپژ") & set(n)))
    return (
        ranked[0]
        if ranked and code not in {"TR", "AZ", "TM", "AM", "GE", "CY", "CN", "UZ", "TJ", "KG"}
        else ""
    )


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
