"""What is stated of the origins and targets of attacks, one row for each distinct statement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geodata import boundaries
from geodata.bearings import target_area
from geodata.errors import InputError
from geodata.extents import Extent
from geodata.schema import POINT_PRECISIONS

# A named place without a stated ring is taken to be within this of its coordinates.
DEFAULT_RING_KM = 5.0

Mask = npt.NDArray[np.bool_]

_EVENT_TEXT = ("location_precision", "area", "country_iso3", "adm0_id", "adm1_id", "adm2_id")
_EVENT_NUMBERS = ("latitude", "longitude", "location_uncertainty_km")
_ATTACK_TEXT = ("origin_basis", "origin_claimant", "origin_status", "origin_name", "origin_area")
_ATTACK_NUMBERS = (
    "origin_latitude",
    "origin_longitude",
    "origin_azimuth_deg",
    "origin_azimuth_tolerance_deg",
    "weapon_range_km",
)
# The joined level that a coordinate of this precision stands for.
_JOINED_LEVEL = {"admin2": "adm2_id", "admin1": "adm1_id", "country": "adm0_id"}

_NEEDED = {
    "stated_point": ("origin_longitude", "origin_latitude"),
    "stated_area": ("origin_area",),
    "stated_direction": ("origin_azimuth_deg",),
}


class Areas:
    """Units and their extents by id, each read once."""

    def __init__(self) -> None:
        self._extents: dict[str, Extent] = {}
        self._countries: dict[str, str] = {}
        self._borders: dict[tuple[str, str], Extent | None] = {}

    def extent(self, unit_id: str) -> Extent:
        """Return the extent of a unit."""
        if unit_id not in self._extents:
            self._extents[unit_id] = Extent(boundaries.unit_geometry(unit_id))
        return self._extents[unit_id]

    def country(self, unit_id: str) -> str:
        """Return the country that a unit belongs to."""
        if unit_id not in self._countries:
            self._countries[unit_id] = boundaries.unit(unit_id).iso3
        return self._countries[unit_id]

    def border(self, ours: str, origin_area: str) -> Extent | None:
        """Return the border between a country and that of an area, None where there is none."""
        theirs = self.country(origin_area) if origin_area else ""
        if not ours or not theirs or ours == theirs:
            return None
        key = (ours, theirs)
        if key not in self._borders:
            line = boundaries.shared_border(ours, theirs) if boundaries.is_unit(ours) else None
            self._borders[key] = None if line is None or line.is_empty else Extent(line)
        return self._borders[key]


def chain(unit_id: str) -> tuple[str, ...]:
    """Return a unit's id and those above it, the country last."""
    return (unit_id, *boundaries.ancestors(unit_id))


def stated_rows(
    attacks: pd.DataFrame, events: pd.DataFrame, *, inferred_rule: str = ""
) -> tuple[pd.DataFrame, npt.NDArray[np.intp]]:
    """Return what decides the direction of attacks, one row for each distinct statement.

    Parameters
    ----------
    attacks, events, inferred_rule
        As in :func:`geodata.direction.attack_directions`.

    Returns
    -------
    tuple
        The rows: columns of attack and event that matter, ``basis`` (the row of the table of bases
        that applies), ``attack_id`` (of the first attack) and the target: ``target_kind`` (``point``,
        ``area`` or empty), ``target_longitude``, ``target_latitude`` (of an area: its label point),
        ``ring_km``, ``target_area``, ``target_country``. And for each attack the number of its row.

    Raises
    ------
    InputError
        If an attack names no event, or a basis lacks its data.
    BoundaryError
        If an area is in no boundary pack.
    """
    table = _joined(attacks, events)
    columns = [name for name in table.columns if name != "attack_id"]
    numbers = (
        table.groupby(columns, dropna=False, sort=False).ngroup() if len(table) else pd.Series(dtype=int)
    )
    codes = np.asarray(numbers, dtype=np.intp)
    rows = table.loc[~numbers.duplicated()].reset_index(drop=True)
    rows = rows.assign(basis=_bases(rows, inferred_rule))
    _check_data(rows)
    return rows.assign(**_targets(rows)), codes


def _joined(attacks: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    known = events.drop_duplicates("event_id")
    found = pd.Index(known["event_id"].astype(object)).get_indexer(attacks["event_id"].astype(object))
    if (found < 0).any():
        row = attacks.iloc[int(found.argmin())]
        raise InputError(
            f"attack {row.get('attack_id', '')!r} belongs to no event of the table",
            column="event_id",
            value=row["event_id"],
            remedy="Add the event, or give the id of an existing one.",
        )
    places = known.iloc[found]
    texts = {name: _text(places, name) for name in _EVENT_TEXT}
    texts |= {name: _text(attacks, name) for name in ("attack_id", *_ATTACK_TEXT)}
    numbers = {name: _number(places, name) for name in _EVENT_NUMBERS}
    numbers |= {name: _number(attacks, name) for name in _ATTACK_NUMBERS}
    # Rows are read one by one for their words: plain objects are several times faster than Arrow's.
    return pd.concat([pd.DataFrame(texts, dtype=object), pd.DataFrame(numbers)], axis=1)


def _text(table: pd.DataFrame, name: str) -> npt.NDArray[Any]:
    if name not in table:
        return np.full(len(table), "", dtype=object)
    values = table[name].astype(object)
    return np.asarray(values.where(values.notna(), ""), dtype=object)


def _number(table: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    if name not in table:
        return np.full(len(table), np.nan)
    return np.asarray(table[name].astype(float), dtype=float)


def _bases(rows: pd.DataFrame, inferred_rule: str) -> npt.NDArray[Any]:
    """Return the row of the table of bases that applies; inferred rows as their data allow."""
    bases = rows["origin_basis"].replace("", "unknown").to_numpy(dtype=object, copy=True)
    for row in np.flatnonzero(bases == "inferred"):
        bases[row] = _inferred_basis(rows.iloc[row]) if inferred_rule else "unknown"
    return bases


def _inferred_basis(row: pd.Series) -> str:
    if not np.isnan(row["origin_longitude"]):
        return "stated_point"
    if not np.isnan(row["origin_azimuth_deg"]):
        return "stated_direction"
    if row["origin_area"]:
        return "stated_area" if boundaries.ancestors(row["origin_area"]) else "attacker_territory"
    return "unknown"


def _check_data(rows: pd.DataFrame) -> None:
    for basis, columns in _NEEDED.items():
        for column in columns:
            lacks = rows["basis"].eq(basis) & (rows[column].isna() | rows[column].eq(""))
            if lacks.any():
                row = rows.loc[lacks].iloc[0]
                raise InputError(
                    f"attack {row['attack_id']!r} has the origin basis {row['origin_basis']!r} "
                    "without its data",
                    column=column,
                    value="",
                    remedy=f"Fill {column}, or set origin_basis to what was stated, "
                    "'unknown' if nothing was.",
                )


def _targets(rows: pd.DataFrame) -> dict[str, npt.NDArray[Any]]:
    """Return the extent of each target: a point in its ring, or an area."""
    lon, lat = rows["longitude"].to_numpy(copy=True), rows["latitude"].to_numpy(copy=True)
    ring = rows["location_uncertainty_km"].to_numpy()
    precision, area = rows["location_precision"], rows["area"].to_numpy(dtype=object)
    located, stated_ring = ~np.isnan(lon + lat), ~np.isnan(ring)
    is_point = located & (precision.isin(POINT_PRECISIONS).to_numpy() | (stated_ring & (area == "")))
    default = np.where(precision.eq("exact"), 0.0, DEFAULT_RING_KM)
    for level, column in _JOINED_LEVEL.items():
        area = np.where((area == "") & precision.eq(level), rows[column], area)
    area = np.where(is_point, "", area)
    points = {unit_id: boundaries.unit(unit_id) for unit_id in _distinct(area)}
    countries = {unit_id: one.iso3 for unit_id, one in points.items()}
    is_area = area != ""
    for row in np.flatnonzero(is_area):
        lon[row], lat[row] = points[area[row]].label_lon, points[area[row]].label_lat
    stated = np.where(rows["adm0_id"].ne(""), rows["adm0_id"], rows["country_iso3"])
    return {
        "target_kind": np.where(is_point, "point", np.where(is_area, "area", "")),
        "target_longitude": lon,
        "target_latitude": lat,
        "ring_km": np.where(is_point, np.where(stated_ring, ring, default), 0.0),
        "target_area": area,
        "target_country": np.array(
            [countries[one] if one else other for one, other in zip(area, stated, strict=True)], dtype=object
        ),
    }


def _distinct(values: Iterable[str]) -> set[str]:
    return {value for value in values if value}


def target_geometry(row: Any, areas: Areas) -> BaseGeometry:
    """Return the extent of a row's target as a geometry."""
    if row.target_area:
        return areas.extent(row.target_area).geometry
    return target_area((row.target_longitude, row.target_latitude), row.ring_km)
