"""Load the boundary packs: units by level, the basemap, places, credits.

Attributes and geometries are read apart, geometries a country at a time where one
country is asked for. What was read is kept, and handed out as copies, so that nobody
edits what another caller sees. All geometries are EPSG:4326.
"""

from __future__ import annotations

import difflib
import functools
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely
from pyproj import CRS

from geodata.boundaries.model import Credit, PackInfo, Resolution, Unit
from geodata.boundaries.registry import layer_of
from geodata.errors import BoundaryError

BasemapLayer = Literal["land", "coast", "lakes", "adm0", "borders", "disputed"]

DATA = Path(__file__).parent / "data"
TABLES = Path(__file__).parent / "tables"
LEVELS = (0, 1, 2, 3)
DISCLAIMER = (
    "Boundaries, names and colours on this map are drawn from the sources named and state no "
    "opinion on the legal status of any place or on where any border runs. Lines that the "
    "sources call disputed are dotted."
)
_LATER = "adm2_later"
_LATER_KNOWN = "2024-01"  # later units without a date are known to be valid then
# Packs of a level that a build may leave out: it has no unit for them.
_OPTIONAL = (_LATER, "adm3")

P = ParamSpec("P")
T = TypeVar("T")
_LOCK = threading.RLock()


def suggest(value: str, known: Iterable[str]) -> str:
    """Return a remedy that names the nearest known values, or an empty string."""
    folded = {item.casefold(): item for item in known}
    near = difflib.get_close_matches(value.casefold(), list(folded), n=3, cutoff=0.6)
    return f"did you mean {', '.join(folded[item] for item in near)}?" if near else ""


def _check(value: object, allowed: Iterable[object], what: str) -> None:
    if value not in allowed:
        names = ", ".join(str(item) for item in allowed)
        raise BoundaryError(f"there is no such {what}", value=value, remedy=f"use one of: {names}")


def _kept(maxsize: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep results as ``lru_cache`` does; two threads never read the same file at once."""

    def keep(function: Callable[P, T]) -> Callable[P, T]:
        cached: Any = lru_cache(maxsize=maxsize)(function)

        @functools.wraps(function)
        def locked(*args: P.args, **kwargs: P.kwargs) -> T:
            with _LOCK:
                found: T = cached(*args, **kwargs)
                return found

        locked.cache_clear = cached.cache_clear  # type: ignore[attr-defined]
        return locked

    return keep


@lru_cache(maxsize=1)
def _wgs84() -> CRS:
    """Return EPSG:4326, which takes pyproj as long to make as a pack to read."""
    return CRS.from_epsg(4326)


# -- files ----------------------------------------------------------------------------------


def _path(file: str) -> Path:
    path = DATA / file
    if not path.exists():
        raise BoundaryError(
            "a boundary pack is missing",
            file=str(path),
            remedy="reinstall the package, or build the packs: python -m geodata boundaries build",
        )
    return path


def _files(pack: str, resolution: Resolution) -> tuple[str, ...]:
    """Return the files that hold ``adm0`` … ``adm3`` or ``adm2_later`` at a resolution."""
    files = [f"geoboundaries-odbl/{pack}_{resolution}.parquet"]
    if resolution == "join" and pack in ("adm0", "adm1"):
        files.append(f"natural-earth/{pack}_join.parquet")
    if pack in _OPTIONAL:
        files = [file for file in files if (DATA / file).exists()]
    return tuple(files)


@dataclass(frozen=True)
class _Pack:
    """A file's rows without their geometry, and which row groups a country's rows are in."""

    path: Path
    rows: pd.DataFrame
    groups: dict[str, tuple[int, ...]]


def read_frame(file: str) -> gpd.GeoDataFrame:
    """Return a pack as a frame in EPSG:4326, ten times as quick as for files whose system must be read."""
    with pq.ParquetFile(_path(file)) as parquet:
        table = parquet.read()
    shapes = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))
    rows = table.drop_columns(["geometry"]).to_pandas()
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=_wgs84())


@_kept(maxsize=32)
def _open(file: str) -> _Pack:
    path = _path(file)
    with pq.ParquetFile(path) as parquet:
        names = [name for name in parquet.schema_arrow.names if name != "geometry"]
        rows = parquet.read(columns=names).to_pandas()
        counts = [parquet.metadata.row_group(i).num_rows for i in range(parquet.num_row_groups)]
    group = np.repeat(np.arange(len(counts)), counts)
    found = {
        str(iso3): tuple(int(i) for i in np.unique(group[places]))
        for iso3, places in rows.groupby("iso3").indices.items()
    }
    return _Pack(path, rows, found)


def read_shapes(file: str, groups: tuple[int, ...]) -> tuple[list[str], list[Any]]:
    """Return the ids and geometries of some row groups of a pack, in the order of the file."""
    with pq.ParquetFile(_path(file)) as parquet:
        table = parquet.read_row_groups(list(groups), columns=["id", "geometry"])
    shapes = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))
    return table.column("id").to_pylist(), list(shapes)


@_kept(maxsize=64)
def _country_shapes(file: str, iso3: str) -> dict[str, Any]:
    pack = _open(file)
    groups = pack.groups.get(iso3, ())
    if not groups:
        return {}
    own = set(pack.rows.loc[pack.rows["iso3"] == iso3, "id"])
    ids, shapes = read_shapes(file, groups)
    return {unit_id: shape for unit_id, shape in zip(ids, shapes, strict=True) if unit_id in own}


@_kept(maxsize=12)
def _all_shapes(file: str) -> dict[str, Any]:
    with pq.ParquetFile(_path(file)) as parquet:
        count = parquet.num_row_groups
    ids, shapes = read_shapes(file, tuple(range(count)))
    return dict(zip(ids, shapes, strict=True))


def _frame(pack: str, resolution: Resolution, countries: tuple[str, ...] | None) -> gpd.GeoDataFrame:
    frames, shapes = [], []
    for file in _files(pack, resolution):
        rows = _open(file).rows
        if countries is None:
            found = _all_shapes(file)
        else:
            rows = rows[rows["iso3"].isin(countries)]
            found = {k: v for iso3 in countries for k, v in _country_shapes(file, iso3).items()}
        frames.append(rows)
        shapes += [found[unit_id] for unit_id in rows["id"]]
    rows = pd.concat(frames, ignore_index=True) if frames else _open(_files("adm0", "join")[0]).rows[:0]
    frame = gpd.GeoDataFrame(rows, geometry=np.asarray(shapes, dtype=object), crs=_wgs84())
    return frame.sort_values("id", kind="stable").reset_index(drop=True)


@_kept(maxsize=10)
def _whole(pack: str, resolution: Resolution) -> gpd.GeoDataFrame:
    return _frame(pack, resolution, None)


def load_units(
    level: int,
    *,
    resolution: Resolution = "join",
    iso3: str | Iterable[str] | None = None,
    on: str | None = None,
) -> gpd.GeoDataFrame:
    """Return the units of one level, one row each, sorted by id.

    Parameters
    ----------
    level
        0 countries, 1 provinces, 2 districts and counties, 3 tehsils and bakhsh.
    resolution
        ``join`` is accurate, and neighbouring countries overlap where their sources do;
        ``screen`` is simplified, and no two units overlap or leave a gap.
    iso3
        Only the units of this country or these countries, whose geometries alone are
        read; a country without units at the level gives no rows.
    on
        ISO day. Only for level 2: units made after the base vintage replace the one that
        they were cut from, where all of them were valid on that day. Without it the
        frame holds the base vintage.

    Returns
    -------
    GeoDataFrame
        A copy, EPSG:4326. Columns: those of ``Unit`` (``local_names`` as
        ``lang=name;lang=name``, ``aliases`` ``;``-separated) and geometry.

    Raises
    ------
    BoundaryError
        If level, resolution or country does not exist.
    """
    _check(level, LEVELS, "boundary level")
    _check(resolution, get_args(Resolution), "resolution")
    countries = None if iso3 is None else tuple(sorted({iso3} if isinstance(iso3, str) else set(iso3)))
    for country in countries or ():
        if country not in _countries():
            raise BoundaryError(
                "there is no such country",
                value=country,
                remedy=suggest(country, _countries()) or "use an ISO 3166-1 alpha-3 code",
            )
    pack = f"adm{level}"
    frame = _whole(pack, resolution).copy() if countries is None else _frame(pack, resolution, countries)
    if on is None or level != 2 or not _files(_LATER, resolution):
        return frame
    later = _frame(_LATER, resolution, countries)
    later = later[later["parent_id"].isin(_divided(on))]
    frame = frame[~frame["id"].isin(later["parent_id"])]
    whole = pd.concat([frame, later], ignore_index=True)
    return whole.sort_values("id", kind="stable").reset_index(drop=True)


def _divided(on: str) -> set[str]:
    """Return the ids of the base units whose later parts were all valid on a day."""
    parts: dict[str, list[Unit]] = {}
    for item, pack in _index().values():
        if pack == _LATER:
            parts.setdefault(item.parent_id, []).append(item)
    return {parent for parent, items in parts.items() if _all_valid(items, on)}


def _all_valid(items: list[Unit], on: str) -> bool:
    # Of a year or month alone the first day counts; ISO dates sort as text. What is left of
    # the parent came to be when the last part was cut from it.
    start = max(item.valid_from for item in items) or _LATER_KNOWN
    return start <= on and all(not item.valid_to or on < item.valid_to for item in items)


# -- units ----------------------------------------------------------------------------------


class _Index(Mapping[str, tuple[Unit, str]]):
    """Every unit by id, with the pack that holds it; made of its row when it is asked for."""

    def __init__(self) -> None:
        self._tables: list[tuple[str, list[str], list[tuple[Any, ...]]]] = []
        self._places: dict[str, tuple[int, int]] = {}
        self._made: dict[str, tuple[Unit, str]] = {}
        for pack in ("adm0", "adm1", "adm2", _LATER, "adm3"):
            for file in _files(pack, "join"):
                frame = _open(file).rows
                ids = frame["id"].tolist()
                self._places |= {unit_id: (len(self._tables), row) for row, unit_id in enumerate(ids)}
                # Far faster than to_dict("records") on text columns.
                rows = list(zip(*(frame[name].tolist() for name in frame.columns), strict=True))
                self._tables.append((pack, list(frame.columns), rows))

    def __getitem__(self, unit_id: str) -> tuple[Unit, str]:
        if unit_id not in self._made:
            table, number = self._places[unit_id]
            pack, names, rows = self._tables[table]
            self._made[unit_id] = Unit.of_row(dict(zip(names, rows[number], strict=True))), pack
        return self._made[unit_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def columns(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """Yield some columns of every unit, which takes a tenth of the time to make all units."""
        for _, columns, rows in self._tables:
            places = [columns.index(name) for name in names]
            yield from (tuple(row[place] for place in places) for row in rows)


@_kept(maxsize=1)
def _index() -> _Index:
    """Return every unit by id, with the pack that holds it; reads no geometry."""
    return _Index()


def unit_columns(*names: str) -> Iterator[tuple[Any, ...]]:
    """Yield some columns of every unit of the packs as they are packed: lists are texts between ``;``."""
    return _index().columns(*names)


@_kept(maxsize=1)
def unit_ids() -> frozenset[str]:
    """Return the ids of all units of the packs, the later ones included."""
    return frozenset(_index())


@_kept(maxsize=1)
def _countries() -> frozenset[str]:
    return frozenset(unit_id for file in _files("adm0", "join") for unit_id in _open(file).rows["id"])


def is_unit(unit_id: str) -> bool:
    """Return whether the packs or a layer in use have a unit with this id."""
    return unit_id in _index() or layer_of(unit_id) is not None


def unit(unit_id: str) -> Unit:
    """Return one unit by its id: ``PAK``, ``IR-11``, ``PK-BA-panjgur``, ``PK-BA-panjgur.parome``.

    A unit of a layer in use is found as well (see ``registry``).

    Raises
    ------
    BoundaryError
        If the id does not exist; the remedy names the nearest ones.
    """
    found = _index().get(unit_id) if isinstance(unit_id, Hashable) else None
    if found is None and isinstance(unit_id, str) and (layer := layer_of(unit_id)):
        return layer.units[unit_id]
    if found is None:
        remedy = suggest(str(unit_id), unit_ids()) or "list the ids: python -m geodata boundaries list"
        raise BoundaryError("there is no boundary with this id", value=unit_id, remedy=remedy)
    return found[0]


def unit_geometry(unit_id: str, *, resolution: Resolution = "join") -> Any:
    """Return a unit's polygon or multipolygon, EPSG:4326.

    Only the geometries of its country and level are read. A unit that the screen
    coverage does not hold comes as in ``join``.
    """
    _check(resolution, get_args(Resolution), "resolution")
    item = unit(unit_id)
    if layer := layer_of(unit_id):
        return layer.geometry(unit_id, resolution)
    pack = _index()[unit_id][1]
    for wanted in dict.fromkeys((resolution, "join")):
        for file in _files(pack, wanted):
            shape = _country_shapes(file, item.iso3).get(unit_id)
            if shape is not None:
                return shape
    raise BoundaryError("a unit has no geometry", value=unit_id, remedy="build the packs again")


@_kept(maxsize=1)
def _children() -> dict[str, tuple[Unit, ...]]:
    below: dict[str, list[Unit]] = {}
    for item, _ in _index().values():
        below.setdefault(item.parent_id, []).append(item)
    return {key: tuple(sorted(items, key=lambda item: item.id)) for key, items in below.items()}


def children(unit_id: str) -> tuple[Unit, ...]:
    """Return the units directly below one, sorted by id; empty where the packs hold none.

    Below a county stand the later units that were cut from it and its third-level units.
    """
    return _children().get(unit(unit_id).id, ())


def ancestors(unit_id: str) -> tuple[str, ...]:
    """Return the ids above a unit, nearest first: ``PK-BA-panjgur`` → ``("PK-BA", "PAK")``."""
    above: list[str] = []
    parent = unit(unit_id).parent_id
    while parent:
        above.append(parent)
        parent = unit(parent).parent_id
    return tuple(above)


# -- basemap, places, credits -----------------------------------------------------------------


@_kept(maxsize=8)
def _basemap(layer: str) -> gpd.GeoDataFrame:
    folder = "natural-earth" if layer == "lakes" else "geoboundaries-odbl"
    return read_frame(f"{folder}/{layer}_screen.parquet")


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


@_kept(maxsize=1)
def read_places() -> pd.DataFrame:
    """Return the whole gazetteer as it is packed; do not edit it."""
    places: pd.DataFrame = pd.read_parquet(_path("geonames/places.parquet"))
    return places


@_kept(maxsize=4)
def _place_columns(columns: tuple[str, ...]) -> pd.DataFrame:
    places: pd.DataFrame = pd.read_parquet(_path("geonames/places.parquet"), columns=list(columns))
    return places


def load_places(max_rank: int | None = None, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return places with a position, most important first.

    Parameters
    ----------
    max_rank
        Only ranks up to this one: 1 orients a reader at every scale, 6 are villages.
    columns
        Only these are read and returned; ``longitude`` and ``rank`` always are.

    Returns
    -------
    DataFrame
        A copy. Columns: id, name, name_local, aliases (``;``-separated), iso3 (empty for
        a sea), longitude, latitude (degrees, EPSG:4326), rank, population (0 where
        unknown), kind (town, sea), unit_id.
    """
    places = read_places() if columns is None else _place_columns(_with_position(columns))
    places = places[places["longitude"].notna()]
    if max_rank is not None:
        places = places[places["rank"] <= max_rank]
    return places.reset_index(drop=True).copy()


def _with_position(columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*columns, "longitude", "rank"]))


@_kept(maxsize=1)
def _credit_table() -> pd.DataFrame:
    return pd.read_csv(TABLES / "credits.csv", dtype=str, keep_default_na=False).set_index("folder")


def credits() -> list[Credit]:
    """Return what must be credited on every map and in every export, one entry a source."""
    return list(_credits())


@_kept(maxsize=1)
def _credits() -> tuple[Credit, ...]:
    rows = _credit_table().to_dict("records")
    return tuple(Credit(**{str(key): str(value) for key, value in row.items()}) for row in rows)


_DRAWN_WHOLE = ("adm0", "adm1", "bord", "coas", "disp", "land")


def list_packs() -> list[PackInfo]:
    """Return the packed files in order of folder and name; reads their footers only."""
    table = _credit_table()
    infos = []
    for path in sorted(DATA.glob("*/*.parquet")):
        row, stem = table.loc[path.parent.name], path.stem
        # What is drawn is one coverage of the world, cut to the lines of this folder.
        others = "; elsewhere Natural Earth" if stem.endswith("_screen") and stem[:4] in _DRAWN_WHOLE else ""
        infos.append(
            PackInfo(
                file=path.relative_to(DATA).as_posix(),
                level=int(stem[3]) if stem.startswith("adm") else None,
                units=pq.read_metadata(path).num_rows,
                source=f"{row['source']}{others}",
                vintage=str(row["vintage"]),
                licence=str(row["licence"]),
                size_bytes=path.stat().st_size,
            )
        )
    return infos
