"""Natural Earth's countries and provinces, keyed by the codes of today."""

from __future__ import annotations

import re

import geopandas as gpd
import pandas as pd
import shapely

from geodata.boundaries.build_frames import ISO3, finish_units, merge_aliases, snap_join
from geodata.boundaries.build_sources import read_table

CREDIT = "Natural Earth 1:10m"
LICENCE = "public domain"
# Countries whose provinces the packs hold, beside Iran and Pakistan.
NEIGHBOURS = sorted(set(ISO3.values()) - {"IRN", "PAK"})
# Countries drawn from the 1:10m set on screen, so that no seam lies near the region.
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
_JOIN_TOLERANCE_DEG = 0.002
_FAR_TOLERANCE_DEG = 0.01
_LOCAL = {
    "name_ar": ["SYR", "IRQ", "SAU", "KWT", "BHR", "QAT", "ARE", "OMN", "JOR", "LBN", "PSE", "YEM", "EGY"],
    "name_fa": ["IRN", "AFG"],
    "name_ur": ["PAK"],
    "name_tr": ["TUR"],
    "name_zh": ["CHN"],
    "name_hi": ["IND"],
}
_CODE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")


def key_countries(raw: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row a country: id, name, name_local, aliases, wikidata, geometry.

    Areas without a country of their own in ISO 3166 join the one that ISO lists them
    under; areas that no code can have without taking a side get an empty id.
    """
    table = read_table("natural_earth_countries").set_index("code")["id"].to_dict()
    raw = raw.rename(columns={column: column.lower() for column in raw.columns if column != "geometry"})
    raw["id"] = [table.get(code, code) for code in raw["adm0_a3"]]
    raw["main"] = (
        raw["id"].isin(set(raw["adm0_a3"])) & (raw["id"] != raw["adm0_a3"]) & (raw["adm0_a3"] != "PSX")
    )
    raw = raw.sort_values(["id", "main", "adm0_a3"], kind="stable")
    rows = []
    for unit_id, group in raw.groupby("id", sort=True):
        first = group.iloc[0]
        local = next((column for column, codes in _LOCAL.items() if unit_id in codes), "")
        aliases = [first[c] for c in ("name", "name_en", "formal_en", "name_fa", "name_ur", "name_ar")]
        rows.append(
            {
                "id": unit_id,
                "iso3": unit_id,
                "level": 0,
                "name": first["name_long"],
                "name_local": first[local] if local else "",
                "aliases": merge_aliases(first["name_long"], *[a for a in aliases if isinstance(a, str)]),
                "wikidata": first["wikidataid"],
                "geometry": shapely.union_all(group.geometry.values) if unit_id else shapely.MultiPolygon(),
            }
        )
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=4326)
    loose = raw[raw["id"] == ""]
    extra = gpd.GeoDataFrame(
        {"id": "", "iso3": ""}, index=range(len(loose)), geometry=loose.geometry.values, crs=4326
    )
    return pd.concat([frame[frame["id"] != ""], extra], ignore_index=True)


def key_provinces(raw: gpd.GeoDataFrame, countries: list[str]) -> gpd.GeoDataFrame:
    """Return one row a province of ``countries`` with its ISO 3166-2 code of today.

    Iran's and Pakistan's provinces are keyed by their Wikidata ids, because the
    source's codes for Iran are those before 2020. Pieces without a code get an empty id.
    """
    units = read_table("units")
    by_wikidata = {
        str(key): str(unit_id) for key, unit_id in zip(units["wikidata"], units["id"], strict=True)
    }
    by_wikidata = {key: unit_id for key, unit_id in by_wikidata.items() if key and "-" in unit_id}
    fixes = read_table("natural_earth_codes").set_index("key")
    raw = raw[raw["adm0_a3"].isin(countries)].copy()
    rows = []
    for row in raw.itertuples():
        code, name = row.iso_3166_2, row.name_en or row.name
        for key in (row.adm1_code, row.iso_3166_2):
            if key in fixes.index:
                code, name = str(fixes.loc[key, "id"]), str(fixes.loc[key, "name"]) or name
                break
        code = by_wikidata.get(row.wikidataid, "" if row.adm0_a3 == "IRN" else code)
        if code and not _CODE.fullmatch(code):
            code = ""
        local = next((column for column, codes in _LOCAL.items() if row.adm0_a3 in codes), "")
        alternatives = [
            name,
            row.name,
            *(row.name_alt or "").split("|"),
            row.name_fa,
            row.name_ur,
            row.name_ar,
        ]
        rows.append(
            {
                "id": code,
                "iso3": row.adm0_a3,
                "level": 1,
                "name": name,
                "name_local": (getattr(row, local) or "") if local else "",
                "aliases": merge_aliases(name, *[a for a in alternatives if isinstance(a, str)]),
                "wikidata": row.wikidataid or "",
                "geometry": row.geometry,
            }
        )
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=4326)
    merged = [
        {**group.iloc[0].to_dict(), "geometry": shapely.union_all(group.geometry.values)}
        for _, group in frame[frame["id"] != ""].groupby("id", sort=True)
    ]
    return gpd.GeoDataFrame(
        pd.concat([pd.DataFrame(merged), frame[frame["id"] == ""]], ignore_index=True),
        geometry="geometry",
        crs=4326,
    )


def join_countries(keyed: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the finished countries of the join pack, all but Iran and Pakistan."""
    cleaned = shapely.coverage_clean(keyed.geometry.values)
    fine = shapely.coverage_simplify(cleaned, _JOIN_TOLERANCE_DEG)
    coarse = shapely.coverage_simplify(cleaned, _FAR_TOLERANCE_DEG)
    # Where a near country meets a far one their outlines part by a kilometre at most.
    near = keyed["id"].isin(NEAR).values
    keyed = keyed.set_geometry([f if n else c for f, c, n in zip(fine, coarse, near, strict=True)], crs=4326)
    keyed = keyed[(keyed["id"] != "") & ~keyed["id"].isin(["IRN", "PAK"])]
    return _finish(keyed)


def join_provinces(keyed: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the finished provinces of the join pack, all but Iran's and Pakistan's."""
    cleaned = shapely.coverage_clean(keyed.geometry.values)
    keyed = keyed.set_geometry(shapely.coverage_simplify(cleaned, _JOIN_TOLERANCE_DEG), crs=4326)
    return _finish(keyed[(keyed["id"] != "") & keyed["iso3"].isin(NEIGHBOURS)])


def _finish(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = frame.set_geometry(snap_join(frame.geometry.values), crs=4326)
    return finish_units(frame.assign(source=CREDIT, licence=LICENCE, vintage="1:10m, version 5"))


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
