"""From which direction an attack came, as far as somebody stated it.

Every ``from_*`` value is an azimuth **at the target, towards the origin**, clockwise
from true north. What nobody stated stays empty: there is no degree without a stated
point, area or azimuth, and none at all from the order of the actors.
``docs/decisions/direction.md`` has the rules behind the statuses and the words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple, cast

import pandas as pd
from shapely.geometry import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry

from geodata import boundaries
from geodata.bearings import (
    GEOD,
    LonLat,
    bearing_interval,
    border_distance_range_km,
    clip_line_to_ring,
    distance_km,
    distance_range_km,
    geodesic_line,
    geodesic_ring,
    initial_bearing_deg,
    side_azimuth_deg,
    target_area,
)
from geodata.errors import InputError
from geodata.intervals import Interval, compass_point, wind_words
from geodata.schema import DIRECTION_COLUMNS, POINT_PRECISIONS

__all__ = [
    "DEFAULT_RING_KM",
    "AttackGeometry",
    "Interval",
    "attack_directions",
    "attack_geometry",
    "bearing_interval",
    "border_distance_range_km",
    "clip_line_to_ring",
    "compass_point",
    "distance_range_km",
    "geodesic_line",
    "geodesic_ring",
    "initial_bearing_deg",
    "side_azimuth_deg",
]

# A named place without a stated ring is taken to be within this of its coordinates.
DEFAULT_RING_KM = 5.0

COMPASS_MAX_DEG = 45.0
DEGREES_MAX_DEG = 90.0
DETERMINABLE_MAX_DEG = 180.0

_EVENT_TEXT = ("location_precision", "area", "country_iso3", "adm0_id", "adm1_id", "adm2_id")
_EVENT_NUMBERS = ("latitude", "longitude", "location_uncertainty_km")
_ATTACK_TEXT = ("origin_basis", "origin_claimant", "origin_status", "origin_name", "origin_area")
_ATTACK_NUMBERS = (
    "origin_latitude",
    "origin_longitude",
    "origin_azimuth_deg",
    "origin_azimuth_tolerance_deg",
)
# The joined level that a coordinate of this precision stands for.
_JOINED_LEVEL = {"admin2": "adm2_id", "admin1": "adm1_id", "country": "adm0_id"}
_LINE_STEP_KM = 10.0
_ROUNDING = 1e-6  # of a step


class _Case(NamedTuple):
    """What of an attack and its event decides its direction."""

    location_precision: str
    area: str
    country_iso3: str
    adm0_id: str
    adm1_id: str
    adm2_id: str
    latitude: float
    longitude: float
    location_uncertainty_km: float
    origin_basis: str
    origin_claimant: str
    origin_status: str
    origin_name: str
    origin_area: str
    origin_latitude: float
    origin_longitude: float
    origin_azimuth_deg: float
    origin_azimuth_tolerance_deg: float


@dataclass(frozen=True)
class _Target:
    """The extent of a target: a point in a ring, or an area."""

    point: LonLat
    ring_km: float
    area_id: str
    country: str

    def extent(self) -> BaseGeometry:
        if self.area_id:
            return boundaries.unit_geometry(self.area_id)
        return target_area(self.point, self.ring_km)


@dataclass(frozen=True)
class _Direction:
    """One row of the direction columns; NaN and empty where nothing is stated."""

    bearing_deg: float = math.nan
    arrival_bearing_deg: float = math.nan
    from_deg: float = math.nan
    from_min_deg: float = math.nan
    from_max_deg: float = math.nan
    from_compass: str = ""
    from_text: str = "direction not reported"
    distance_min_km: float = math.nan
    distance_max_km: float = math.nan
    border_distance_min_km: float = math.nan
    border_distance_max_km: float = math.nan
    direction_status: str = "unknown"


@dataclass(frozen=True)
class AttackGeometry:
    """What may be drawn of one attack's direction; None where nothing was stated.

    Parameters
    ----------
    line
        Geodesic from the stated point, or from the edge of the stated area, to the
        edge of the target's ring (or area). Not a flight path.
    origin_area_id
        Boundary id of the stated area, to be tinted.
    interval
        Azimuths at the target towards the origin, where they can be told.
    wedge
        Whether the wedge glyph is drawn: target exact or place, interval at most 90°.
    side_azimuth_deg
        For the attacker's territory: the side of the target on which its mark stands,
        degrees clockwise from true north at the target's point or its area's label point.
    border
        For the attacker's territory: the whole border that the two countries share.
    """

    line: LineString | MultiLineString | None = None
    origin_area_id: str | None = None
    interval: Interval | None = None
    wedge: bool = False
    side_azimuth_deg: float | None = None
    border: BaseGeometry | None = None


def attack_directions(
    attacks: pd.DataFrame, events: pd.DataFrame, *, inferred_rule: str = ""
) -> pd.DataFrame:
    """Return the direction of every attack, as far as somebody stated its origin.

    Parameters
    ----------
    attacks
        Attack table of a case.
    events
        Its events, with ``event_id``, position, ``location_precision`` and ``area``;
        with the joined ids where there are any. A ``place`` without
        ``location_uncertainty_km`` gets a ring of 5 km, an ``exact`` position none.
    inferred_rule
        The case's rule for rows of basis ``inferred``. Without one they are unknown.

    Returns
    -------
    pandas.DataFrame
        One row an attack, same index; columns ``schema.DIRECTION_COLUMNS``. Degrees
        clockwise from true north, kilometres along the geodesic, NaN and ``""`` where
        nothing is stated.

    Raises
    ------
    InputError
        If an attack names no event of the table, or its basis lacks its data.
    BoundaryError
        If an area is in no boundary pack.
    """
    cases = _cases(attacks, events)
    keys = list(map(repr, cases))  # NaN equals itself in text only
    distinct = {}
    for key, case, attack_id in zip(keys, cases, attacks["attack_id"], strict=True):
        if key not in distinct:
            distinct[key] = asdict(_direction(case, inferred_rule, str(attack_id)))
    rows = [distinct[key] for key in keys]
    table = pd.DataFrame(rows, index=attacks.index, columns=list(DIRECTION_COLUMNS))
    texts = ["from_compass", "from_text", "direction_status"]
    return table.astype({name: "str" if name in texts else float for name in DIRECTION_COLUMNS})


def attack_geometry(
    attack: Mapping[str, object] | pd.Series,
    event: Mapping[str, object] | pd.Series,
    *,
    inferred_rule: str = "",
) -> AttackGeometry:
    """Return what may be drawn of one attack's direction.

    Parameters
    ----------
    attack, event
        A row of the attack table, and of the event table.
    inferred_rule
        As in :func:`attack_directions`.
    """
    case = _cases(pd.DataFrame([dict(attack)]), pd.DataFrame([dict(event)]))[0]
    basis = _basis(case, inferred_rule)
    target = _target(case)
    _check_data(case, basis, str(attack.get("attack_id", "")))
    if basis == "unknown" or target is None:
        area = case.origin_area if basis == "stated_area" else None
        return AttackGeometry(origin_area_id=area)
    if basis == "attacker_territory":
        return _side_geometry(case, target)
    interval = _interval(case, basis, target)
    return AttackGeometry(
        line=_line(case, basis, target, interval),
        origin_area_id=case.origin_area if basis == "stated_area" else None,
        interval=interval,
        wedge=_has_wedge(case, basis, interval),
    )


def _cases(attacks: pd.DataFrame, events: pd.DataFrame) -> list[_Case]:
    known = events.drop_duplicates("event_id").set_index("event_id")
    missing = ~attacks["event_id"].isin(known.index)
    if missing.any():
        row = attacks.loc[missing].iloc[0]
        raise InputError(
            f"attack {row.get('attack_id', '')!r} belongs to no event of the table",
            column="event_id",
            value=row["event_id"],
            remedy="Add the event, or give the id of an existing one.",
        )
    places = known.reindex(attacks["event_id"])
    columns = [_column(places, name, text=True) for name in _EVENT_TEXT]
    columns += [_column(places, name, text=False) for name in _EVENT_NUMBERS]
    columns += [_column(attacks, name, text=True) for name in _ATTACK_TEXT]
    columns += [_column(attacks, name, text=False) for name in _ATTACK_NUMBERS]
    return [_Case(*values) for values in zip(*columns, strict=True)]


def _column(table: pd.DataFrame, name: str, *, text: bool) -> list[str] | list[float]:
    if name not in table:
        return [""] * len(table) if text else [math.nan] * len(table)
    values = table[name]
    filled = values.astype(object).where(values.notna(), "") if text else values.astype(float)
    return cast("list[str] | list[float]", filled.tolist())


def _basis(case: _Case, inferred_rule: str) -> str:
    """Return the row of the table of bases that applies; inferred rows as their data allow."""
    if case.origin_basis != "inferred":
        return case.origin_basis or "unknown"
    if not inferred_rule:
        return "unknown"
    if not math.isnan(case.origin_longitude):
        return "stated_point"
    if not math.isnan(case.origin_azimuth_deg):
        return "stated_direction"
    if case.origin_area:
        return "stated_area" if boundaries.ancestors(case.origin_area) else "attacker_territory"
    return "unknown"


def _check_data(case: _Case, basis: str, attack_id: str) -> None:
    lacks = {
        "stated_point": ("origin_longitude", math.isnan(case.origin_longitude + case.origin_latitude)),
        "stated_area": ("origin_area", not case.origin_area),
        "stated_direction": ("origin_azimuth_deg", math.isnan(case.origin_azimuth_deg)),
    }
    column, is_missing = lacks.get(basis, ("", False))
    if is_missing:
        raise InputError(
            f"attack {attack_id!r} has the origin basis {case.origin_basis!r} without its data",
            column=column,
            value="",
            remedy=f"Fill {column}, or set origin_basis to what was stated, 'unknown' if nothing was.",
        )


def _target(case: _Case) -> _Target | None:
    """Return the extent of the target, None where the event has no place."""
    located = not math.isnan(case.longitude + case.latitude)
    stated_ring = not math.isnan(case.location_uncertainty_km)
    if located and (case.location_precision in POINT_PRECISIONS or (stated_ring and not case.area)):
        default = 0.0 if case.location_precision == "exact" else DEFAULT_RING_KM
        ring = case.location_uncertainty_km if stated_ring else default
        return _Target((case.longitude, case.latitude), ring, "", case.adm0_id or case.country_iso3)
    area = case.area or getattr(case, _JOINED_LEVEL.get(case.location_precision, ""), "")
    if not area:
        return None
    unit = boundaries.unit(area)
    return _Target((unit.label_lon, unit.label_lat), 0.0, area, _country(area))


def _country(unit_id: str) -> str:
    return boundaries.unit(unit_id).iso3


def _direction(case: _Case, inferred_rule: str, attack_id: str) -> _Direction:
    basis = _basis(case, inferred_rule)
    _check_data(case, basis, attack_id)
    if basis == "unknown":
        return _Direction()
    target = _target(case)
    if basis == "attacker_territory":
        found = _from_territory(case, target)
    elif basis == "stated_direction":
        found = _from_azimuth(case)
    else:
        found = _from_extent(case, basis, target)
    return replace(found, from_text=found.from_text + _stated_by(case, basis, inferred_rule))


def _from_territory(case: _Case, target: _Target | None) -> _Direction:
    text = f"from {_origin_name(case)}; launch and crossing points not reported"
    border = None if target is None else _border(case, target)
    if target is None or border is None:
        return _Direction(from_text=text, direction_status="side_only")
    least, greatest = border_distance_range_km(target.extent(), border)
    return _Direction(
        from_text=text,
        border_distance_min_km=least,
        border_distance_max_km=greatest,
        direction_status="side_only",
    )


def _border(case: _Case, target: _Target) -> BaseGeometry | None:
    """Return the border between the target's country and the attacker's, None where there is none."""
    if not case.origin_area or not target.country:
        return None
    ours, theirs = target.country, _country(case.origin_area)
    if ours == theirs or not boundaries.is_unit(ours):
        return None
    border = boundaries.shared_border(ours, theirs)
    return None if border.is_empty else border


def _from_azimuth(case: _Case) -> _Direction:
    azimuth = case.origin_azimuth_deg % 360.0
    interval = _stated_interval(case)
    if interval is None:  # an azimuth without tolerance: the claimant's word as it stands
        wind = compass_point(azimuth)
        return _Direction(
            from_deg=azimuth,
            from_compass=wind,
            from_text=f"from the {wind_words(wind)} ({_degrees(azimuth)})",
            direction_status="determined",
        )
    return replace(_on_circle(case, interval, has_azimuth=True), from_deg=azimuth)


def _from_extent(case: _Case, basis: str, target: _Target | None) -> _Direction:
    if target is None:
        text = f"from {_origin_name(case)}; direction not determinable, the target's position is not known"
        return _Direction(from_text=text, direction_status="not_determinable")
    single = basis == "stated_point" and not target.area_id
    place = boundaries.unit_geometry(target.area_id) if target.area_id else target.point
    origin = _origin_extent(case, basis)
    interval = bearing_interval(place, origin, ring_km=target.ring_km)
    least, greatest = distance_range_km(place, origin, ring_km=target.ring_km)
    found = _on_circle(case, interval, has_azimuth=single)
    if found.direction_status != "not_determinable":
        found = replace(found, from_text=f"{found.from_text}, {_kilometres(least, greatest)}")
        if single:
            found = _with_bearings(found, case, target.point)
    return replace(found, distance_min_km=least, distance_max_km=greatest)


def _with_bearings(found: _Direction, case: _Case, target: LonLat) -> _Direction:
    origin = (case.origin_longitude, case.origin_latitude)
    from_deg = initial_bearing_deg(target, origin)
    return replace(
        found,
        bearing_deg=initial_bearing_deg(origin, target),
        arrival_bearing_deg=(from_deg + 180.0) % 360.0,
        from_deg=from_deg,
    )


def _origin_extent(case: _Case, basis: str) -> BaseGeometry:
    if basis == "stated_point":
        return Point(case.origin_longitude, case.origin_latitude)
    return boundaries.unit_geometry(case.origin_area)


def _stated_interval(case: _Case) -> Interval | None:
    if math.isnan(case.origin_azimuth_tolerance_deg):
        return None
    return Interval.around(case.origin_azimuth_deg, case.origin_azimuth_tolerance_deg)


def _on_circle(case: _Case, interval: Interval, *, has_azimuth: bool) -> _Direction:
    """Return ends, wind, words and status of an interval, by the widths of the product page."""
    width = interval.width_deg
    ends = _Direction(from_min_deg=interval.from_min_deg, from_max_deg=interval.from_max_deg)
    if width > DETERMINABLE_MAX_DEG:
        text = f"from {_origin_name(case)}; direction not determinable"
        return replace(ends, from_text=text, direction_status="not_determinable")
    if width <= COMPASS_MAX_DEG:
        wind = compass_point(interval.middle_deg)
        text = f"from the {wind_words(wind)} ({_span(interval)})"
        status = "determined" if has_azimuth else "range"
        return replace(ends, from_compass=wind, from_text=text, direction_status=status)
    first, last = compass_point(interval.from_min_deg), compass_point(interval.from_max_deg)
    text = f"from between {first} and {last}"
    if width <= DEGREES_MAX_DEG:
        text += f" ({_span(interval)})"
    return replace(ends, from_text=text, direction_status="range")


def _degrees(angle: float) -> str:
    return f"{round(angle) % 360}°"


def _span(interval: Interval) -> str:
    """Return the ends of an arc in whole degrees, rounded outwards: never narrower than the data."""
    if interval.width_deg == 0.0:
        return _degrees(interval.from_min_deg)
    first = _rounded(interval.from_min_deg, 1, up=False) % 360
    last = _rounded(interval.from_max_deg, 1, up=True) % 360
    return f"{first}°–{last}°"


def _kilometres(least: float, greatest: float) -> str:
    """Return a span of distances, rounded outwards; from 100 km on in tens."""
    step = 10 if greatest >= 100 else 1
    if least == greatest:
        return f"{round(least / step) * step:,} km"
    first, last = _rounded(least, step, up=False), _rounded(greatest, step, up=True)
    return f"{first:,}–{last:,} km"


def _rounded(value: float, step: int, *, up: bool) -> int:
    """Return a whole multiple of ``step`` below or above; what differs from one by rounding only is it."""
    steps = math.ceil(value / step - _ROUNDING) if up else math.floor(value / step + _ROUNDING)
    return steps * step


def _origin_name(case: _Case) -> str:
    if case.origin_area and (case.origin_basis == "attacker_territory" or not case.origin_name):
        return str(boundaries.unit(case.origin_area).name)
    if case.origin_name:
        return case.origin_name
    return "the attacker's territory" if case.origin_basis == "attacker_territory" else "a stated origin"


_STATED_THING = {
    "stated_point": "launch point",
    "stated_area": "area",
    "stated_direction": "direction",
    "attacker_territory": "territory",
}


def _stated_by(case: _Case, basis: str, inferred_rule: str) -> str:
    if case.origin_basis == "inferred":
        return f"; inferred: {inferred_rule}"
    if not case.origin_claimant:
        return ""
    verb = "assessed" if case.origin_status == "assessed" else "stated"
    return f"; {_STATED_THING[basis]} {verb} by {_with_article(case.origin_claimant)}"


# fmt: off
_ARTICLE_NOUNS = frozenset({
    "Agency", "Army", "Command", "Commissioner", "Corps", "Council", "Forces", "Front", "Government",
    "Helmets", "Ministry", "Movement", "Navy", "Observatory", "Police",
})
# fmt: on
_SOMEBODY = {
    "official": "an official",
    "officer": "an officer",
    "unnamed": "an unnamed",
    "claimant": "a claimant",
}


def _with_article(claimant: str) -> str:
    """Return a claimant as it stands inside a sentence: ``the IRGC``, ``an unnamed source``."""
    words = claimant.split()
    first = words[0]
    if first.lower() in _SOMEBODY:
        return " ".join([_SOMEBODY[first.lower()], *words[1:]])
    is_abbreviation = len(first) > 1 and first.isalpha() and first.isupper()
    names_a_body = "\u2019s" not in first and "'s" not in first and _ARTICLE_NOUNS.intersection(words)
    return f"the {claimant}" if is_abbreviation or names_a_body else claimant


def _interval(case: _Case, basis: str, target: _Target) -> Interval | None:
    if basis == "stated_direction":
        return _stated_interval(case)
    place = boundaries.unit_geometry(target.area_id) if target.area_id else target.point
    return bearing_interval(place, _origin_extent(case, basis), ring_km=target.ring_km)


def _has_wedge(case: _Case, basis: str, interval: Interval | None) -> bool:
    return (
        basis in ("stated_area", "stated_direction")
        and interval is not None
        and interval.width_deg <= DEGREES_MAX_DEG
        and case.location_precision in POINT_PRECISIONS
    )


def _line(
    case: _Case, basis: str, target: _Target, interval: Interval | None
) -> LineString | MultiLineString | None:
    if basis == "stated_direction" or interval is None or interval.width_deg > DETERMINABLE_MAX_DEG:
        return None
    extent = target.extent()
    if basis == "stated_point":
        start: LonLat | None = (case.origin_longitude, case.origin_latitude)
    else:
        start = _edge_point(target.point, boundaries.unit_geometry(case.origin_area), interval)
    if start is None:
        return None
    line = geodesic_line(start, target.point, step_km=_LINE_STEP_KM)
    return line if extent.area == 0 else clip_line_to_ring(line, extent)


def _edge_point(target: LonLat, area: BaseGeometry, interval: Interval) -> LonLat | None:
    """Return where the geodesic from the target enters an area, along the middle of the interval.

    Where the middle misses the area (it bends away), the way to a point inside it is taken.
    """
    inside = area.representative_point()
    reach_km = distance_range_km(target, area)[1] + 1.0
    lon, lat, _ = GEOD.fwd(*target, interval.middle_deg, reach_km * 1000.0)
    for end in ((lon, lat), (inside.x, inside.y)):
        met = geodesic_line(target, end, step_km=_LINE_STEP_KM).intersection(area)
        if not met.is_empty:
            return _nearest_end(target, met)
    return None


def _nearest_end(target: LonLat, met: BaseGeometry) -> LonLat:
    ends = [point for part in getattr(met, "geoms", [met]) for point in (part.coords[0], part.coords[-1])]
    lon, lat = min(ends, key=lambda point: distance_km(target, point))
    return lon, lat


def _side_geometry(case: _Case, target: _Target) -> AttackGeometry:
    if not case.origin_area:
        return AttackGeometry()
    border = _border(case, target)
    territory = boundaries.unit_geometry(case.origin_area)
    try:
        side = territory if border is None else border
        azimuth = side_azimuth_deg(target.point, side, territory=territory)
    except ValueError:  # all around the target, as around an enclave: no side to mark
        azimuth = None
    return AttackGeometry(side_azimuth_deg=azimuth, border=border)
