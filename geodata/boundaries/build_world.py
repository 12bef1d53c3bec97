"""Natural Earth's countries and provinces, keyed by the codes of today, as one coverage."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.boundaries.build_frames import (
    ISO3,
    area_km2,
    finish_units,
    keep_polygons,
    merge_aliases,
    snap_join,
)
from geodata.boundaries.build_regional import dissolve_by
from geodata.boundaries.build_sources import read_table
from geodata.errors import BoundaryError

CREDIT = "Natural Earth 1:10m"
LICENCE = "public domain"
VINTAGE = "1:10m, version 5"
# Countries whose border with Iran or Pakistan, or with such a neighbour, is in the region's maps.
NEIGHBOURS = sorted(set(ISO3.values()) - {"IRN", "PAK"})
# Countries drawn finely on screen, so that no seam lies near the region.
NEAR = [
    *NEIGHBOURS,
    *[
        "JOR",
        "LBN",
        "ISR",
        "PSE",
        "CYP",
        "YEM",
        "UZB",
        "TJK",
        "KGZ",
        "KAZ",
        "GEO",
        "EGY",
        "NPL",
        "BTN",
        "BGD",
    ],
]
_JOIN_TOLERANCE_DEG = 0.003  # 0.11 km off the source in the median unit, 0.35 km in 99 of 100
_REST_KM2 = 0.3  # what a country has beyond its provinces: smaller pieces are slivers
_REST_WIDTH_DEG = 0.004
_REST_NEAR_DEG = 0.25
_REST_MOST_KM2 = 300.0
# Land south of 27°40' N that the source draws with Morocco: ISO 3166 lists Western Sahara as a whole.
_SAHARA = shapely.box(-18.0, 20.0, -8.66, 27.6667)
_LANGUAGES_OF_ALL = ("ar", "fa", "ur", "fr", "es", "ru")
_KIND = re.compile(
    r"^(Emirate of |Province of |Region of |Republic of |State of )|"
    r" (Governorate|Province|State|Voivodeship|Region|County|District|Canton|Department|Prefecture|"
    r"Oblast|Division|Zone|Parish|Atoll|Municipality|Quarter)$"
)
_ISO_LENGTH = len("PK-BAX")  # what is longer is no ISO 3166-2 code
_CODE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_NUMBER = re.compile(r"[A-Z]{3}-(\d+)")


def language_tag(column: str) -> str:
    """Return the BCP 47 tag of one of the source's name columns (``zht`` is ``zh-Hant``)."""
    return "zh-Hant" if column == "zht" else column


def country_codes() -> dict[str, str]:
    """Return country ids by the source's codes, for the codes that differ; empty = no country."""
    table = read_table("natural_earth_countries")
    return {str(code): str(unit_id) for code, unit_id in zip(table["code"], table["id"], strict=True)}


def _lower(raw: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return raw.rename(columns={column: column.lower() for column in raw.columns if column != "geometry"})


def key_countries(raw: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row a piece of the country layer: id (empty where no country has it), geometry.

    Areas without a country of their own in ISO 3166 join the one that ISO lists them
    under; areas that no code can have without taking a side get an empty id.
    """
    raw, codes = _lower(raw), country_codes()
    ids = [codes.get(code, code) for code in raw["adm0_a3"]]
    return gpd.GeoDataFrame({"id": ids}, geometry=shapely.make_valid(raw.geometry.values), crs=4326)


def name_countries(raw: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return one row a country: id, name, name_local, local_names, aliases, wikidata.

    Names are those in common English use; aliases hold both ISO 3166-1 codes but the
    id itself, formal names, and names in the country's own and some other languages.
    """
    raw, codes = _lower(raw), country_codes()
    raw["id"] = [codes.get(code, code) for code in raw["adm0_a3"]]
    own = {unit_id: code for code, unit_id in codes.items() if code in ("PSX", "SDS", "SAH", "ALD", "KOS")}
    names = read_table("natural_earth_names").set_index("id")
    languages = _languages()
    rows = []
    for unit_id, group in raw[raw["id"] != ""].groupby("id", sort=True):
        first = group[group["adm0_a3"] == own.get(str(unit_id), unit_id)].iloc[0]
        first = first.where(first.notna(), "")
        given = names.loc[unit_id] if unit_id in names.index else None
        name = str(first["name_en"] if given is None else given["name"])
        spoken = [language for language in languages.get(str(unit_id), ()) if ":" not in language]
        local = _local_names(first, spoken)
        if given is not None and given["local_names"]:
            local = {
                "name_local": str(given["local_names"]).split(";")[0].partition("=")[2],
                "local_names": str(given["local_names"]),
            }
        iso2 = str(first["iso_a2_eh"] if given is None else given["iso2"])
        spellings = [first[c] for c in ("name", "name_long", "formal_en", "name_en", "name_ciawf")]
        spellings += [first[f"name_{language}"] for language in dict.fromkeys([*spoken, *_LANGUAGES_OF_ALL])]
        spellings += [pair.partition("=")[2] for pair in local["local_names"].split(";")]
        rows.append(
            {
                "id": unit_id,
                "name": name,
                **local,
                "aliases": merge_aliases(
                    name, iso2, "" if given is None else str(given["aliases"]), *_clean(spellings)
                ),
                "wikidata": first["wikidataid"],
                "iso2": iso2,
            }
        )
    frame = pd.DataFrame(rows)
    extra = names[~names.index.isin(frame["id"])].reset_index()
    # What only the province layer has.
    extra = extra.assign(name_local="", local_names="", wikidata="", aliases=extra["iso2"])
    return pd.concat([frame, extra], ignore_index=True).sort_values("id").reset_index(drop=True)


def _languages() -> dict[str, tuple[str, ...]]:
    table = read_table("natural_earth_languages")
    return {str(k): tuple(str(v).split()) for k, v in zip(table["id"], table["languages"], strict=True)}


def _local_names(row: Any, languages: Iterable[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for language in languages:
        tag, _, column = language.partition(":")
        text = _clean([row["name"] if column else row[f"name_{tag}"]])
        if text:
            pairs[language_tag(tag)] = text[0]
    return {
        "name_local": next(iter(pairs.values()), ""),
        "local_names": ";".join(f"{tag}={text}" for tag, text in pairs.items()),
    }


def _clean(texts: Iterable[Any]) -> list[str]:
    """Return texts without what parts a list of names, and without direction marks."""
    marks = str.maketrans({"\u200e": "", "\u200f": "", ";": ",", "=": "-"})
    stripped = [text.translate(marks).strip() for text in texts if isinstance(text, str)]
    return [text for text in stripped if text]


def key_provinces(raw: gpd.GeoDataFrame, countries: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the source's pieces with their unit: the source's columns, id, iso3, fixed_name, drop_names.

    The id is the ISO 3166-2 code of today, by ``natural_earth_codes.csv`` where the
    source's is wrong, old or shared by mistake; where ISO has no code for the limits
    drawn, ``NE`` and the source's number behind the country (``KE-NE890``), which is
    longer than any ISO code. Several pieces may have one id: they are one unit. An
    empty id is a country's land outside its provinces; an empty iso3 land of no country.
    Iran's and Pakistan's provinces are keyed by their Wikidata ids.

    Raises
    ------
    BoundaryError
        If a piece's id is of another country than its prefix says, or two pieces that
        nobody said to be one share an invented id.
    """
    units = read_table("units")
    by_wikidata = {
        str(key): str(unit_id)
        for key, unit_id in zip(units["wikidata"], units["id"], strict=True)
        if key and re.fullmatch(r"[A-Z]{2}-[A-Z0-9]+", str(unit_id))
    }
    fixes = {str(row["key"]): row for row in read_table("natural_earth_codes").to_dict("records")}
    codes = country_codes()
    iso3_of = dict(zip(countries["iso2"], countries["id"], strict=True))
    iso2_of = {iso3: iso2 for iso2, iso3 in iso3_of.items()}
    ids, owners, names, drops = [], [], [], []
    for row in raw.to_dict("records"):
        fix = fixes.get(row["adm1_code"]) or fixes.get(row["iso_3166_2"]) or {}
        iso3 = codes.get(row["adm0_a3"], row["adm0_a3"])
        code = fix.get("id", row["iso_3166_2"])
        if row["adm0_a3"] in ("IRN", "PAK"):
            code = by_wikidata.get(row["wikidataid"], "")
        elif not fix and not _CODE.fullmatch(code):
            code = invented_id(iso2_of[iso3], row["adm1_code"])
        if code == "-":
            code, iso3 = "", ""
        elif code:
            iso3 = iso3_of[code[:2]]
        ids.append(code)
        owners.append(iso3)
        names.append(fix.get("name", ""))
        drops.append(fix.get("other_names", "") == "drop")
    frame = raw.assign(id=ids, iso3=owners, fixed_name=names, drop_names=drops)
    frame = frame.set_geometry(shapely.make_valid(frame.geometry.values), crs=4326)
    _refuse_shared(frame, set(fixes))
    return _split_sahara(frame)


def invented_id(iso2: str, source_code: str) -> str:
    """Return the id of a unit that ISO 3166-2 has no code for: ``("KE", "KEN-890")`` → ``KE-NE890``."""
    number = _NUMBER.fullmatch(source_code)
    return f"{iso2}-NE{number[1] if number else source_code[:3]}"


def _refuse_shared(frame: gpd.GeoDataFrame, fixed: set[str]) -> None:
    own = frame[~frame["adm1_code"].isin(fixed) & (frame["id"].str.len() > _ISO_LENGTH)]
    if own["id"].duplicated().any():
        value = own.loc[own["id"].duplicated(), "id"].iloc[0]
        raise BoundaryError(
            "two pieces get one id", value=value, remedy="add them to natural_earth_codes.csv"
        )


def _split_sahara(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    own = (frame["iso3"] == "MAR") & frame.intersects(_SAHARA)
    south = frame[own].copy()
    south["geometry"] = [keep_polygons(shape & _SAHARA) for shape in south.geometry]
    south["id"], south["iso3"] = "EH" + south["id"].str[2:], "ESH"
    frame.loc[own, "geometry"] = [keep_polygons(shape - _SAHARA) for shape in frame.loc[own].geometry]
    whole = pd.concat([frame, south], ignore_index=True)
    return whole[~whole.geometry.is_empty].reset_index(drop=True)


def cover_world(provinces: gpd.GeoDataFrame, countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the whole world at the source's resolution as one coverage.

    Parameters
    ----------
    provinces, countries
        From ``key_provinces`` and ``key_countries``. Land of no country is cut out of
        all else. A country's land beyond its provinces goes to the province beside it
        where it is small, else it stays the country's alone.

    Returns
    -------
    GeoDataFrame
        Columns atom (province, else country, empty for land of no country), iso3,
        adm1_id, adm2_id and later_id (both empty), geometry; one row a province.
    """
    loose = [countries[countries["id"] == ""].geometry, provinces[provinces["iso3"] == ""].geometry]
    shapes = np.concatenate([np.asarray(part.values) for part in loose])
    free = gpd.GeoDataFrame({"iso3": "", "id": ""}, index=range(len(shapes)), geometry=shapes, crs=4326)
    own = provinces[provinces["iso3"] != ""][["iso3", "id", "geometry"]]
    stack = pd.concat([free, own], ignore_index=True)
    stack["geometry"] = shapely.coverage_clean(stack.geometry.values, merge_strategy="min_index")
    stack = stack[~stack.geometry.is_empty]
    stack = pd.concat([stack, _rest(stack, countries)], ignore_index=True)
    stack["geometry"] = shapely.coverage_clean(stack.geometry.values, merge_strategy="min_index")
    stack = stack[~stack.geometry.is_empty]
    stack["atom"] = np.where(stack["id"] != "", stack["id"], stack["iso3"])
    merged = dissolve_by(stack[stack["atom"] != ""], "atom")
    world = pd.concat([merged, stack[stack["atom"] == ""]], ignore_index=True).rename(
        columns={"id": "adm1_id"}
    )
    world = world.assign(adm2_id="", later_id="")
    return world[["atom", "iso3", "adm1_id", "adm2_id", "later_id", "geometry"]]


def _rest(stack: gpd.GeoDataFrame, countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    tree, shapes = stack.sindex, stack.geometry.values
    rows: list[dict[str, Any]] = []
    for unit_id, shape in zip(countries["id"], countries.geometry, strict=True):
        beside = np.sort(tree.query(shape, predicate="intersects"))
        left = shapely.get_parts(shape - shapely.union_all(shapes[beside]))
        for part in left:
            if part.geom_type != "Polygon" or area_km2(part) < _REST_KM2 or not unit_id:
                continue
            if 2 * shapely.maximum_inscribed_circle(part, tolerance=0.0005).length < _REST_WIDTH_DEG:
                continue
            of_country = stack[(stack["iso3"] == unit_id) & (stack["id"] != "")]
            distance = shapely.distance(of_country.geometry.values, part)
            near = len(distance) and distance.min() < _REST_NEAR_DEG and area_km2(part) < _REST_MOST_KM2
            owner = of_country.iloc[int(distance.argmin())]["id"] if near else ""
            rows.append({"iso3": unit_id, "id": owner, "geometry": part})
    return gpd.GeoDataFrame(rows, columns=["iso3", "id", "geometry"], geometry="geometry", crs=4326)


def name_provinces(keyed: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return one row a province: id, iso3, name, name_local, local_names, aliases, wikidata, vintage.

    A unit of several pieces has the names of the largest, and the names of the others
    as aliases.
    """
    languages = _languages()
    vintages = read_table("natural_earth_vintages").set_index("id")["vintage"].to_dict()
    sizes = shapely.area(keyed.geometry.values)
    keyed = pd.DataFrame(keyed.drop(columns="geometry")).assign(size=sizes)
    keyed = keyed[keyed["id"] != ""].sort_values(["id", "size"], ascending=[True, False], kind="stable")
    rows = []
    for unit_id, group in keyed.groupby("id", sort=True):
        pieces = group.to_dict("records")
        first = pieces[0]
        named = next((piece["fixed_name"] for piece in pieces if piece["fixed_name"]), "")
        kept = [piece for piece in pieces if not piece["drop_names"]]
        name = named or plain_name(first)
        local = {"name_local": "", "local_names": ""}
        if kept:
            local = _local_names(kept[0], languages.get(first["iso3"], ()))
        spellings = [text for piece in pieces for text in _spellings(piece, languages)]
        rows.append(
            {
                "id": unit_id,
                "iso3": first["iso3"],
                "name": name,
                **local,
                "aliases": merge_aliases(name, *_clean(spellings)),
                "wikidata": kept[0]["wikidataid"] if kept else "",
                "vintage": vintages.get(first["iso3"], VINTAGE),
                "type": first["type_en"],
            }
        )
    return _part_twins(pd.DataFrame(rows))


def plain_name(row: Any) -> str:
    """Return the English name without the word for its kind, where the source has it so too."""
    english, name = str(row["name_en"]).strip(), str(row["name"]).strip()
    short = _KIND.sub("", english).strip()
    known = [name, *str(row["name_alt"]).split("|"), str(row["woe_name"]), str(row["gn_name"])]
    if short != english and short.casefold() in {text.strip().casefold() for text in known}:
        return short
    return english or name


def _spellings(row: Any, languages: dict[str, tuple[str, ...]]) -> list[str]:
    texts = [row["name"], *str(row["name_alt"]).split("|")]
    if row["drop_names"]:
        return texts
    spoken = [language for language in languages.get(row["iso3"], ()) if ":" not in language]
    columns = ["en", *spoken, *_LANGUAGES_OF_ALL]
    return texts + [row[f"name_{column}"] for column in dict.fromkeys(columns)]


def _part_twins(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the kind of unit to names that two units of one country share, and take twin aliases away."""
    counts = Counter(zip(frame["iso3"], frame["name"], strict=True))
    twins = [
        counts[pair] > 1 and bool(kind)
        for pair, kind in zip(zip(frame["iso3"], frame["name"], strict=True), frame["type"], strict=True)
    ]
    kinds = [f"{name} ({kind})" for name, kind in zip(frame["name"], frame["type"].str.lower(), strict=True)]
    aliases = [
        merge_aliases(kind if twin else name, name, other)
        for twin, name, kind, other in zip(twins, frame["name"], kinds, frame["aliases"], strict=True)
    ]
    return frame.assign(name=np.where(twins, kinds, frame["name"]), aliases=aliases).drop(columns="type")


def join_levels(
    world: gpd.GeoDataFrame, countries: pd.DataFrame, provinces: pd.DataFrame
) -> dict[int, gpd.GeoDataFrame]:
    """Return the finished join frames of levels 0 and 1, all but Iran and Pakistan.

    Both are unions of the same simplified coverage, so that they nest and every
    border within the source is one line.
    """
    shapes = snap_join(shapely.coverage_simplify(world.geometry.values, _JOIN_TOLERANCE_DEG))
    simple = world.set_geometry(shapes, crs=4326)
    simple = simple[(simple["iso3"] != "") & ~simple["iso3"].isin(["IRN", "PAK"])]
    lands = dissolve_by(simple, "iso3")[["iso3", "geometry"]].assign(parent_id="", level=0, vintage=VINTAGE)
    areas = simple[simple["adm1_id"] != ""][["iso3", "adm1_id", "geometry"]]
    areas = areas.assign(parent_id=areas["iso3"], level=1).rename(columns={"adm1_id": "id"})
    frames = {
        0: lands.assign(id=lands["iso3"]).merge(countries, on="id", how="left", validate="1:1"),
        1: areas.merge(provinces.drop(columns="iso3"), on="id", how="left", validate="1:1"),
    }
    for frame in frames.values():
        if frame["name"].isna().any():
            value = frame.loc[frame["name"].isna(), "id"].iloc[0]
            raise BoundaryError("a unit has no name", value=value, remedy="add it to natural_earth_names.csv")
    finished = {
        level: finish_units(gpd.GeoDataFrame(frame, crs=4326).assign(source=CREDIT, licence=LICENCE))
        for level, frame in frames.items()
    }
    invented = finished[1]["id"].str.len() > _ISO_LENGTH
    finished[1].loc[invented, "iso_3166_2"] = ""
    return finished


def add_spellings(frame: gpd.GeoDataFrame, countries: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return countries of another source with the codes and spellings of Natural Earth as aliases."""
    known = countries.set_index("id")["aliases"]
    aliases = [
        merge_aliases(name, own, str(known.get(unit_id, "")))
        for unit_id, name, own in zip(frame["id"], frame["name"], frame["aliases"], strict=True)
    ]
    return frame.assign(aliases=aliases)


def own_provinces(keyed: gpd.GeoDataFrame, iso3: str) -> gpd.GeoDataFrame:
    """Return one row a province of Iran or Pakistan: id, geometry."""
    own: npt.NDArray[np.bool_] = ((keyed["iso3"] == iso3) & (keyed["id"] != "")).to_numpy()
    rows = [
        {"id": unit_id, "iso3": iso3, "geometry": shapely.union_all(group.geometry.values)}
        for unit_id, group in keyed[own].groupby("id", sort=True)
    ]
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=4326)


def screen_lakes(
    fine: gpd.GeoDataFrame, coarse: gpd.GeoDataFrame, region: shapely.Geometry
) -> gpd.GeoDataFrame:
    """Return lakes for the basemap: small ones in the region, large ones elsewhere.

    Columns: name, name_local, geometry (EPSG:4326).
    """
    inside = fine[fine.intersects(region)]
    away = coarse[~coarse.intersects(region) & (coarse["scalerank"] <= 3)]
    lakes = pd.concat([inside.assign(tolerance=0.01), away.assign(tolerance=0.05)], ignore_index=True)
    shapes = shapely.simplify(lakes.geometry.values, lakes["tolerance"].values)
    frame = gpd.GeoDataFrame(
        {"name": lakes["name"].fillna(""), "name_local": lakes["name_fa"].fillna("")},
        geometry=shapes,
        crs=4326,
    )
    return frame[~frame.geometry.is_empty].sort_values("name", kind="stable").reset_index(drop=True)
