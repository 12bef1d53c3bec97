"""Give units their columns, and write packs: what every builder of packs shares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import Geod

from geodata.boundaries.build_sources import read_table

GEOD = Geod(ellps="WGS84")
UNIT_COLUMNS = [
    "id",
    "level",
    "iso3",
    "parent_id",
    "name",
    "name_local",
    "local_names",
    "aliases",
    "iso_3166_2",
    "pcode",
    "wikidata",
    "geonames",
    "source",
    "licence",
    "vintage",
    "valid_from",
    "valid_to",
    "label_lon",
    "label_lat",
    "area_km2",
    "geometry",
]
_NAMED_COLUMNS = ("name", "name_local", "parent_id", "wikidata", "vintage", "valid_from", "valid_to")
_CODE_COLUMNS = ("pcode", "wikidata", "geonames")
_TEXT_COLUMNS = (*_NAMED_COLUMNS, *_CODE_COLUMNS, "local_names", "aliases")
JOIN_GRID_DEG = 2.0**-17  # 0.85 m; a binary fraction, so that the packs compress
SCREEN_DECIMALS = 3  # about 100 m, a tenth of the simplification


def area_km2(geometry: Any) -> float:
    """Return the geodesic area on WGS 84 in km², always positive."""
    return float(abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))[0]) / 1e6)


def label_point(geometry: Any) -> tuple[float, float]:
    """Return ``(longitude, latitude)`` of the point deepest inside the largest part.

    It is derived for lettering and is nobody's statement of a position.
    """
    parts = shapely.get_parts(geometry)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    squeeze = max(np.cos(np.radians((largest.bounds[1] + largest.bounds[3]) / 2)), 0.05)
    flat = shapely.transform(largest, lambda xy: xy * [squeeze, 1.0])
    circle = shapely.maximum_inscribed_circle(flat, tolerance=0.005)
    longitude, latitude = circle.coords[0]
    return round(longitude / squeeze, 4), round(latitude, 4)


def snap_join(geometries: Any) -> npt.NDArray[Any]:
    """Return polygons on the join grid; shared vertices stay shared."""
    return _repair(
        shapely.transform(np.asarray(geometries), lambda xy: np.round(xy / JOIN_GRID_DEG) * JOIN_GRID_DEG)
    )


def snap_screen(geometries: Any) -> npt.NDArray[Any]:
    """Return geometries rounded for the screen; shared vertices stay shared."""
    return _repair(shapely.transform(np.asarray(geometries), lambda xy: np.round(xy, SCREEN_DECIMALS)))


def _repair(geometries: npt.NDArray[Any]) -> npt.NDArray[Any]:
    broken = ~shapely.is_valid(geometries)
    geometries[broken] = [keep_polygons(shapely.make_valid(item)) for item in geometries[broken]]
    return geometries


def keep_polygons(geometry: Any) -> Any:
    """Return only the polygons of a geometry; an empty polygon where there are none."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    polygons = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    if not polygons:
        return shapely.Polygon()
    return shapely.union_all(polygons) if len(polygons) > 1 else polygons[0]


def keep_lines(geometry: Any) -> Any:
    """Return only the lines of a geometry, merged into as few as possible."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    lines = [part for part in parts if part.geom_type == "LineString" and not part.is_empty]
    return shapely.line_merge(shapely.MultiLineString(lines))


def finish_units(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return unit rows with all columns, committed names, label point and area, sorted by id.

    Parameters
    ----------
    frame
        Columns id, level, iso3, source, licence and geometry (EPSG:4326) at least. Any other
        column of ``UNIT_COLUMNS`` is kept where ``units.csv`` says nothing else; aliases
        and local names are joined. Text that nobody knows is "".
    """
    # Rows without a level stood beside these before, so the column may be floating.
    frame = frame.assign(level=frame["level"].astype("int64")).reset_index(drop=True)
    for column in _TEXT_COLUMNS:
        if column not in frame:
            frame[column] = ""
    table = read_table("units").set_index("id")
    for row, unit_id in enumerate(frame["id"]):
        if unit_id in table.index:
            named = table.loc[unit_id]
            frame.loc[row, "aliases"] = merge_aliases(
                str(named["name"]), str(named["aliases"]), str(frame.loc[row, "aliases"])
            )
            frame.loc[row, "local_names"] = merge_local_names(
                str(named["local_names"]), str(frame.loc[row, "local_names"])
            )
            for column in _NAMED_COLUMNS:
                if named[column]:
                    frame.loc[row, column] = named[column]
    frame = _with_codes(frame)
    frame["aliases"] = [
        merge_aliases(local, aliases)
        for local, aliases in zip(frame["name_local"], frame["aliases"], strict=True)
    ]
    frame["parent_id"] = [_parent(row.id, row.level, row.iso3, row.parent_id) for row in frame.itertuples()]
    frame["iso_3166_2"] = [
        unit_id if level == 1 else "" for unit_id, level in zip(frame["id"], frame["level"], strict=True)
    ]
    points = [label_point(geometry) for geometry in frame.geometry]
    frame["label_lon"], frame["label_lat"] = [p[0] for p in points], [p[1] for p in points]
    frame["area_km2"] = [round(area_km2(geometry), 2) for geometry in frame.geometry]
    frame = frame.sort_values("id", kind="stable").reset_index(drop=True)
    return gpd.GeoDataFrame(frame[UNIT_COLUMNS], geometry="geometry", crs=4326)


def _with_codes(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the units with the codes and further spellings that the committed table has for them."""
    codes = read_table("unit_codes").set_index("id")
    for column in _CODE_COLUMNS:
        known = frame["id"].map(codes[column]).fillna("")
        frame[column] = known.where(known != "", frame[column])
    more = frame["id"].map(codes["aliases"]).fillna("")
    frame["aliases"] = [merge_aliases("", *pair) for pair in zip(frame["aliases"], more, strict=True)]
    return frame


def _parent(unit_id: str, level: int, iso3: str, stated: str) -> str:
    if level <= 1:
        return iso3 if level else ""
    return stated or parent_of(unit_id)


def parent_of(unit_id: str) -> str:
    """Return the id of the unit above as far as the id shows it; empty for a country.

    A unit made after the base vintage lies in another district: its parent stands in
    ``units.csv``, because no id can show it.

    Examples
    --------
    >>> parent_of("PK-BA-panjgur.parome"), parent_of("PK-BA-dera-bugti"), parent_of("PK-BA")
    ('PK-BA-panjgur', 'PK-BA', 'PAK')
    """
    above, dot, _ = unit_id.rpartition(".")
    if dot:
        return above
    country, _, rest = unit_id.partition("-")
    if not rest:
        return ""
    code, _, name = rest.partition("-")
    return f"{country}-{code}" if name else ISO3[country]


def merge_aliases(name: str, *lists: str) -> str:
    """Return ``;``-separated aliases in order, without repeats and without the name itself."""
    items = [item.strip() for text in lists for item in text.split(";")]
    return ";".join(dict.fromkeys(item for item in items if item and item != name))


def merge_local_names(*lists: str) -> str:
    """Return ``lang=name;lang=name`` in order, the first name of each language (BCP 47).

    Examples
    --------
    >>> merge_local_names("ur=پنجگور", "ur=پنج گور;fa=پنجگور")
    'ur=پنجگور;fa=پنجگور'
    """
    found: dict[str, str] = {}
    for item in (item for text in lists for item in text.split(";")):
        language, sign, name = item.strip().partition("=")
        if sign and name:
            found.setdefault(language, name)
    return ";".join(f"{language}={name}" for language, name in found.items())


def write_pack(frame: pd.DataFrame, path: Path) -> None:
    """Write a pack: GeoParquet for geometries, Parquet for a table of places.

    The old pack stays until the new one is whole, so that a reader never meets half of it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    frame.to_parquet(part, index=False, compression="zstd", compression_level=19)
    part.replace(path)


ISO3 = {
    "AE": "ARE",
    "AF": "AFG",
    "AM": "ARM",
    "AZ": "AZE",
    "BH": "BHR",
    "CN": "CHN",
    "HK": "CHN",
    "IN": "IND",
    "IQ": "IRQ",
    "IR": "IRN",
    "KW": "KWT",
    "OM": "OMN",
    "PK": "PAK",
    "QA": "QAT",
    "SA": "SAU",
    "SY": "SYR",
    "TM": "TKM",
    "TR": "TUR",
}
