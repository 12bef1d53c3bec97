"""Load the boundary packs: units by level, the basemap, places, credits.

Everything is read once, kept, and handed out as copies, so that nobody edits what
another caller sees. All geometries are EPSG:4326.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq

from geodata.errors import BoundaryError

Resolution = Literal["join", "screen"]
BasemapLayer = Literal["land", "coast", "lakes", "adm0", "borders", "disputed"]

DATA = Path(__file__).parent / "data"
TABLES = Path(__file__).parent / "tables"
LEVELS = (0, 1, 2)
DISCLAIMER = (
    "Boundaries, names and colours on this map are drawn from the sources named and state no "
    "opinion on the legal status of any place or on where any border runs. Lines that the "
    "sources call disputed are dotted."
)


@dataclass(frozen=True)
class Unit:
    """One administrative unit, without its geometry.

    ``level`` is 0 (country), 1 (province) or 2 (district, county). ``label_lon`` and
    ``label_lat`` are a derived place for lettering, in degrees, never a position that
    somebody stated. ``area_km2`` is geodesic on WGS 84.
    """

    id: str
    level: int
    iso3: str
    parent_id: str
    name: str
    name_local: str
    aliases: tuple[str, ...]
    iso_3166_2: str
    wikidata: str
    source: str
    licence: str
    vintage: str
    label_lon: float
    label_lat: float
    area_km2: float


@dataclass(frozen=True)
class PackInfo:
    """One packed file: what it holds, where it comes from and how large it is."""

    file: str
    level: int | None
    units: int
    source: str
    vintage: str
    licence: str
    size_bytes: int


@dataclass(frozen=True)
class Credit:
    """The line that a source must be credited with, beside its terms."""

    source: str
    licence: str
    vintage: str
    url: str
    text: str


def suggest(value: str, known: Iterable[str]) -> str:
    """Return a remedy that names the nearest known values, or an empty string."""
    folded = {item.casefold(): item for item in known}
    near = difflib.get_close_matches(value.casefold(), list(folded), n=3, cutoff=0.6)
    return f"did you mean {', '.join(folded[item] for item in near)}?" if near else ""


def _check(value: object, allowed: Iterable[object], what: str) -> None:
    if value not in allowed:
        names = ", ".join(str(item) for item in allowed)
        raise BoundaryError(f"there is no such {what}", value=value, remedy=f"use one of: {names}")


def _read(file: str) -> Any:
    path = DATA / file
    if not path.exists():
        raise BoundaryError(
            "a boundary pack is missing",
            file=str(path),
            remedy="reinstall the package, or build the packs: python -m geodata boundaries build",
        )
    return gpd.read_parquet(path) if "geonames" not in file else pd.read_parquet(path)


@lru_cache(maxsize=8)
def _units(level: int, resolution: Resolution) -> gpd.GeoDataFrame:
    frames = [_read(f"geoboundaries-odbl/adm{level}_{resolution}.parquet")]
    if resolution == "join" and level < 2:
        frames.append(_read(f"natural-earth/adm{level}_join.parquet"))
    return pd.concat(frames, ignore_index=True).sort_values("id", kind="stable").reset_index(drop=True)


def load_units(level: int, *, resolution: Resolution = "join", iso3: str | None = None) -> gpd.GeoDataFrame:
    """Return the units of one level, one row each, sorted by id.

    Parameters
    ----------
    level
        0 countries, 1 provinces, 2 districts and counties.
    resolution
        ``join`` is accurate, and neighbouring countries overlap where their sources do;
        ``screen`` is simplified, and no two units overlap or leave a gap.
    iso3
        Only the units of this country; a country without units at the level gives no rows.

    Returns
    -------
    GeoDataFrame
        A copy, EPSG:4326. Columns: id, level, iso3, parent_id, name, name_local, aliases
        (``;``-separated), iso_3166_2, wikidata, source, licence, vintage, label_lon,
        label_lat (degrees), area_km2 (geodesic, of the join outline), geometry.

    Raises
    ------
    BoundaryError
        If level, resolution or country does not exist.
    """
    _check(level, LEVELS, "boundary level")
    _check(resolution, get_args(Resolution), "resolution")
    frame = _units(level, resolution)
    if iso3 is not None:
        if iso3 not in unit_ids() or len(iso3) != 3:
            countries = _units(0, "join")["id"]
            raise BoundaryError(
                "there is no such country",
                value=iso3,
                remedy=suggest(iso3, countries) or "use an ISO 3166-1 alpha-3 code",
            )
        frame = frame[frame["iso3"] == iso3].reset_index(drop=True)
    return frame.copy()


@lru_cache(maxsize=1)
def _by_id() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for level in LEVELS:
        for row in _units(level, "join").drop(columns="geometry").to_dict("records"):
            row["aliases"] = tuple(item for item in row["aliases"].split(";") if item)
            units[row["id"]] = Unit(**row)
    return units


def unit_ids() -> frozenset[str]:
    """Return the ids of all units of all levels."""
    return frozenset(_by_id())


def unit(unit_id: str) -> Unit:
    """Return one unit by its id, for example ``PAK``, ``IR-11`` or ``PK-BA-panjgur``.

    Raises
    ------
    BoundaryError
        If the id does not exist; the remedy names the nearest ones.
    """
    found = _by_id().get(unit_id)
    if found is None:
        remedy = suggest(str(unit_id), unit_ids()) or "list the ids: python -m geodata boundaries list"
        raise BoundaryError("there is no boundary with this id", value=unit_id, remedy=remedy)
    return found


@lru_cache(maxsize=8)
def _geometries(level: int, resolution: Resolution) -> dict[str, Any]:
    frame = _units(level, resolution)
    return dict(zip(frame["id"], frame.geometry, strict=True))


def unit_geometry(unit_id: str, *, resolution: Resolution = "join") -> Any:
    """Return a unit's polygon or multipolygon, EPSG:4326.

    A few islands are too small for the screen coverage; they come as in ``join``.
    """
    _check(resolution, get_args(Resolution), "resolution")
    level = unit(unit_id).level
    shape = _geometries(level, resolution).get(unit_id)
    return _geometries(level, "join")[unit_id] if shape is None else shape


@lru_cache(maxsize=1)
def _children() -> dict[str, tuple[Unit, ...]]:
    below: dict[str, list[Unit]] = {}
    for item in _by_id().values():
        below.setdefault(item.parent_id, []).append(item)
    return {key: tuple(sorted(items, key=lambda item: item.id)) for key, items in below.items()}


def children(unit_id: str) -> tuple[Unit, ...]:
    """Return the units directly below one, sorted by id; empty where the packs hold none."""
    return _children().get(unit(unit_id).id, ())


def ancestors(unit_id: str) -> tuple[str, ...]:
    """Return the ids above a unit, nearest first: ``PK-BA-panjgur`` → ``("PK-BA", "PAK")``."""
    above: list[str] = []
    parent = unit(unit_id).parent_id
    while parent:
        above.append(parent)
        parent = unit(parent).parent_id
    return tuple(above)


@lru_cache(maxsize=8)
def _basemap(layer: str) -> gpd.GeoDataFrame:
    folder = "natural-earth" if layer == "lakes" else "geoboundaries-odbl"
    return _read(f"{folder}/{layer}_screen.parquet")


def load_basemap(layer: BasemapLayer) -> gpd.GeoDataFrame:
    """Return one layer of the world's basemap at screen resolution, EPSG:4326.

    Parameters
    ----------
    layer
        ``land`` (polygons), ``coast`` (lines), ``lakes`` (polygons with name), ``adm0``
        (as ``load_units(0, resolution="screen")``), ``borders`` (settled lines between
        countries) and ``disputed`` (the other ones, with their ``kind``). Borders and
        disputed lines have the ids of their two sides in ``a`` and ``b``, empty where
        land belongs to no unit. Draw countries filled without an outline and these two
        as lines: an outline would draw a disputed line as a settled one.
    """
    _check(layer, get_args(BasemapLayer), "basemap layer")
    return load_units(0, resolution="screen") if layer == "adm0" else _basemap(layer).copy()


@lru_cache(maxsize=1)
def read_places() -> pd.DataFrame:
    """Return the whole gazetteer as it is packed; do not edit it."""
    places: pd.DataFrame = _read("geonames/places.parquet")
    return places


def load_places(max_rank: int | None = None) -> pd.DataFrame:
    """Return places with a position, most important first.

    Parameters
    ----------
    max_rank
        Only ranks up to this one: 1 orients a reader at every scale, 6 are villages.

    Returns
    -------
    DataFrame
        A copy. Columns: id, name, name_local, aliases (``;``-separated), iso3 (empty for
        a sea), longitude, latitude (degrees, EPSG:4326), rank, population (0 where
        unknown), kind (town, sea), unit_id.
    """
    places = read_places()
    places = places[places["longitude"].notna()]
    if max_rank is not None:
        places = places[places["rank"] <= max_rank]
    return places.reset_index(drop=True).copy()


@lru_cache(maxsize=1)
def _credit_table() -> pd.DataFrame:
    return pd.read_csv(TABLES / "credits.csv", dtype=str, keep_default_na=False).set_index("folder")


def credits() -> list[Credit]:
    """Return what must be credited on every map and in every export, one entry a source."""
    return [Credit(**{str(k): str(v) for k, v in row.items()}) for row in _credit_table().to_dict("records")]


def list_packs() -> list[PackInfo]:
    """Return the packed files in order of folder and name."""
    table = _credit_table()
    infos = []
    for path in sorted(DATA.glob("*/*.parquet")):
        row, stem = table.loc[path.parent.name], path.stem
        infos.append(
            PackInfo(
                file=path.relative_to(DATA).as_posix(),
                level=int(stem[3]) if stem.startswith("adm") else None,
                units=pq.read_metadata(path).num_rows,
                source=str(row["source"]),
                vintage=str(row["vintage"]),
                licence=str(row["licence"]),
                size_bytes=path.stat().st_size,
            )
        )
    return infos
