"""Dissolve Pakistan's tehsils and Iran's bakhsh into districts, provinces and countries."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geodata.boundaries.build_frames import area_km2, finish_units, keep_polygons, snap_join
from geodata.boundaries.build_sources import read_table
from geodata.errors import BoundaryError

# Iran first: it keeps the overlap of the two layers, an arbitrary choice of 2 km at most.
LAYERS = {"IRN": ("9664099B", "irn_bakhsh"), "PAK": ("9618217B", "pak_tehsils")}
CREDIT = {
    "PAK": "geoBoundaries gbOpen PAK-ADM3, dissolved",
    "IRN": "geoBoundaries gbOpen IRN-ADM3, dissolved",
}
LICENCE = "ODbL-1.0"
PIECE_COLUMNS = ["iso3", "adm1_id", "adm2_id", "adm3_id", "later_id"]
_LANGUAGE = {"PAK": "ur", "IRN": "fa"}
_GAP_WIDTH_DEG = 0.05  # wider than any sliver between units, narrower than any lake left out
_SMALL_HOLE_KM2 = 20.0


def clean_country(raw: gpd.GeoDataFrame, iso3: str, provinces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a country's third-level units as one coverage, with the ids they belong to.

    Parameters
    ----------
    raw
        Columns shape_id, name, geometry; EPSG:4326.
    iso3
        ``PAK`` or ``IRN``.
    provinces
        Natural Earth's provinces of the country with ``id``; they divide the lakes
        that the source leaves out of every unit.

    Returns
    -------
    GeoDataFrame
        Columns iso3, adm1_id, adm2_id (empty where not assigned), adm3_id (unique), later_id
        (empty where the district stayed as it was), geometry. No two rows overlap and shared
        edges are identical. Ground that the source leaves out is in the unit that
        ``left_out.csv`` names, else it is a lake: a row with its province's id as adm3_id.
    """
    table = read_table(LAYERS[iso3][1]).set_index("shape_id")
    raw = raw[raw["shape_id"].isin(table.index)].reset_index(drop=True)
    if len(raw) != len(table):
        raise BoundaryError(
            "the table names units that the source does not have",
            file=f"{LAYERS[iso3][1]}.csv",
            remedy="compare the source's shape_id column with the table",
        )
    cleaned = shapely.coverage_clean(snap_join(raw.geometry.values), gap_width=_GAP_WIDTH_DEG)
    ids = table.loc[raw["shape_id"]]
    columns = {column: ids[column].values for column in PIECE_COLUMNS[1:]}
    frame = gpd.GeoDataFrame({"iso3": iso3, **columns}, geometry=cleaned, crs=4326)
    # Two pieces of one unit have one id, and a sliver may be gone.
    frame = dissolve_by(frame[~frame.geometry.is_empty], "adm3_id")
    return _with_lakes(frame[[*PIECE_COLUMNS, "geometry"]], iso3, provinces)


def _with_lakes(frame: gpd.GeoDataFrame, iso3: str, provinces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rows with the holes filled: by the unit of a table, by a neighbour, by provinces."""
    table = read_table("left_out")
    known = [
        (shapely.Point(float(row["longitude"]), float(row["latitude"])), row)
        for row in table[table["iso3"] == iso3].to_dict("records")
    ]
    whole = shapely.coverage_union_all(frame.geometry.values)
    rows: list[dict[str, Any]] = []
    for part in shapely.get_parts(whole):
        for ring in shapely.get_rings(part)[1:]:
            hole = shapely.Polygon(ring)
            named = [row for point, row in known if hole.covers(point)]
            if named:
                own = {column: named[0][column] for column in PIECE_COLUMNS}
                rows.append({**own, "geometry": hole})
                continue
            touching = frame.index[frame.intersects(hole)]
            longest = max(touching, key=lambda at: frame.geometry[at].intersection(ring).length)
            shares = [
                (keep_polygons(hole & area), unit)
                for area, unit in zip(provinces.geometry, provinces["id"], strict=True)
            ]
            shares = [(piece, unit) for piece, unit in shares if area_km2(piece) > 0]
            if area_km2(hole) < _SMALL_HOLE_KM2 or not shares:
                shares = [(hole, "")]
            for piece, unit in shares:
                owner = {"adm1_id": unit, "adm2_id": "", "adm3_id": unit, "later_id": ""}
                own = frame.loc[longest, PIECE_COLUMNS[1:]].to_dict()
                rows.append({"iso3": iso3, **(owner if unit else own), "geometry": piece})
    lakes = gpd.GeoDataFrame(rows, columns=[*PIECE_COLUMNS, "geometry"], geometry="geometry", crs=4326)
    filled = pd.concat([frame, lakes], ignore_index=True)
    filled["geometry"] = shapely.coverage_clean(filled.geometry.values)
    return dissolve_by(filled, "adm3_id")[[*PIECE_COLUMNS, "geometry"]]


def dissolve_atoms(pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the third-level units as atoms of one coverage, with the ids they belong to.

    ``atom`` is adm3_id, else adm1_id, else the country. Where rows of two countries overlap,
    the earlier row keeps the overlap.
    """
    cleaned = shapely.coverage_clean(pieces.geometry.values, merge_strategy="min_index")
    frame = gpd.GeoDataFrame(pieces[PIECE_COLUMNS].reset_index(drop=True), geometry=cleaned, crs=4326)
    frame["atom"] = frame["adm3_id"].where(frame["adm3_id"] != "", frame["adm1_id"])
    frame["atom"] = frame["atom"].where(frame["atom"] != "", frame["iso3"])
    return dissolve_by(frame[~frame.geometry.is_empty].drop(columns="adm3_id"), "atom")


def dissolve_by(frame: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """Return one row a value of ``key``; the rows must form a coverage."""
    groups = frame.groupby(key, sort=True)
    firsts = groups.first().drop(columns="geometry").reset_index()
    shapes = [shapely.coverage_union_all(group.geometry.values) for _, group in groups]
    return gpd.GeoDataFrame(firsts, geometry=[_single(shape) for shape in shapes], crs=4326)


def _single(shape: Any) -> Any:
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))


def nest_levels(atoms: gpd.GeoDataFrame) -> dict[int | str, gpd.GeoDataFrame]:
    """Return finished unit frames of levels 0 to 3 and ``later``, all unions of the same atoms.

    Parameters
    ----------
    atoms
        Columns atom, iso3, adm1_id, adm2_id, later_id, geometry (EPSG:4326), a coverage.
    """
    third = atoms[atoms["atom"].str.contains(".", regex=False)]
    frames: dict[int | str, gpd.GeoDataFrame] = {
        0: dissolve_by(atoms, "iso3").assign(id=lambda f: f["iso3"], level=0),
        1: dissolve_by(atoms, "adm1_id").assign(id=lambda f: f["adm1_id"], level=1),
        2: dissolve_by(atoms[atoms["adm2_id"] != ""], "adm2_id").assign(
            id=lambda f: f["adm2_id"], parent_id=lambda f: f["adm1_id"], level=2
        ),
        3: _third_level(third),
        "later": dissolve_by(atoms[atoms["later_id"] != ""], "later_id").assign(
            id=lambda f: f["later_id"], parent_id=lambda f: f["adm2_id"], level=2
        ),
    }
    return {
        key: finish_units(frame.assign(source=frame["iso3"].map(CREDIT), licence=LICENCE))
        for key, frame in frames.items()
    }


def _third_level(atoms: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    tables = [read_table(table) for table in (*(table for _, table in LAYERS.values()), "left_out")]
    names = pd.concat(tables).drop_duplicates("adm3_id").set_index("adm3_id")
    own = names.reindex(atoms["atom"]).fillna("")
    local = own["adm3_local"].to_numpy()
    language = atoms["iso3"].map(_LANGUAGE).to_numpy()
    return atoms.assign(
        id=atoms["atom"],
        level=3,
        parent_id=atoms["adm2_id"].where(atoms["adm2_id"] != "", atoms["adm1_id"]),
        name=own["adm3_name"].to_numpy(),
        name_local=local,
        local_names=[f"{code}={name}" if name else "" for code, name in zip(language, local, strict=True)],
        vintage=own["vintage"].to_numpy(),
    )
