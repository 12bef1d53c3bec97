"""Dissolve Pakistan's tehsils and Iran's bakhsh into districts, provinces and countries."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
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
        Columns iso3, adm1_id, adm2_id (empty where not assigned), geometry. No two
        rows overlap and shared edges are identical.
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
    frame = gpd.GeoDataFrame(
        {"iso3": iso3, "adm1_id": ids["adm1_id"].values, "adm2_id": ids["adm2_id"].values},
        geometry=cleaned,
        crs=4326,
    )
    return pd.concat([frame, _lakes_left_out(frame, iso3, provinces)], ignore_index=True)


def _lakes_left_out(frame: gpd.GeoDataFrame, iso3: str, provinces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    whole = shapely.coverage_union_all(frame.geometry.values)
    rows: list[dict[str, Any]] = []
    for part in shapely.get_parts(whole):
        for ring in shapely.get_rings(part)[1:]:
            hole = shapely.Polygon(ring)
            shares = [
                (keep_polygons(hole & area), unit)
                for area, unit in zip(provinces.geometry, provinces["id"], strict=True)
            ]
            shares = [(piece, unit) for piece, unit in shares if area_km2(piece) > 0]
            if not shares or area_km2(hole) < _SMALL_HOLE_KM2:
                touching = frame[frame.touches(hole)]
                shares = [(hole, touching["adm1_id"].mode().iloc[0])]
            rows += [
                {"iso3": iso3, "adm1_id": unit, "adm2_id": "", "geometry": piece} for piece, unit in shares
            ]
    return gpd.GeoDataFrame(
        rows, columns=["iso3", "adm1_id", "adm2_id", "geometry"], geometry="geometry", crs=4326
    )


def dissolve_atoms(pieces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the deepest named units (``atom``) as one coverage: districts, else provinces.

    Where rows of two countries overlap, the earlier row keeps the overlap.
    """
    cleaned = shapely.coverage_clean(pieces.geometry.values, merge_strategy="min_index")
    atoms = np.where(pieces["adm2_id"] != "", pieces["adm2_id"], pieces["adm1_id"])
    frame = gpd.GeoDataFrame({"atom": atoms, "iso3": pieces["iso3"]}, geometry=cleaned, crs=4326)
    return dissolve_by(frame, "atom")


def dissolve_by(frame: gpd.GeoDataFrame, key: str) -> gpd.GeoDataFrame:
    """Return one row a value of ``key``; the rows must form a coverage."""
    groups = frame.groupby(key, sort=True)
    firsts = groups.first().drop(columns="geometry").reset_index()
    shapes = [shapely.coverage_union_all(group.geometry.values) for _, group in groups]
    return gpd.GeoDataFrame(firsts, geometry=[_single(shape) for shape in shapes], crs=4326)


def _single(shape: Any) -> Any:
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))


def nest_levels(atoms: gpd.GeoDataFrame) -> dict[int, gpd.GeoDataFrame]:
    """Return finished unit frames of levels 0, 1 and 2, all unions of the same atoms."""
    atoms = atoms.copy()
    atoms["adm1"] = ["-".join(atom.split("-")[:2]) for atom in atoms["atom"]]
    levels = {
        0: dissolve_by(atoms, "iso3").assign(id=lambda f: f["iso3"]),
        1: dissolve_by(atoms, "adm1").assign(id=lambda f: f["adm1"]),
        2: atoms[atoms["atom"].str.count("-") > 1].assign(id=lambda f: f["atom"]),
    }
    return {
        level: finish_units(frame.assign(level=level, source=frame["iso3"].map(CREDIT), licence="ODbL-1.0"))
        for level, frame in levels.items()
    }
