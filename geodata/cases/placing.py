"""Where an event is put: from a name in the gazetteer, or from a click that says how exact it is.

Nothing is filled in that nobody stated. A unit gives an area and no coordinates; a click gives
coordinates only where somebody names the place or geolocated it, and the ring says how well;
the names that sources print (``country_iso3``, ``admin1``, ``admin2``) are left to the sources.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from geodata import boundaries
from geodata.boundaries import Place, Unit
from geodata.cases.write import number_text
from geodata.errors import UsageError
from geodata.join import assign_admin

_LEVELS = {"country": 0, "admin1": 1, "admin2": 2}
_LEVEL_WORDS = {0: "country", 1: "admin1", 2: "admin2"}
# Known to no point and to no unit that the packs have.
_NAMED_ONLY = ("region", "sea_or_air", "unknown")
_KM_PER_DEG = 111.2


@dataclass(frozen=True)
class Placing:
    """What placing an event puts into its row, and the claim that must stand beside it.

    ``event`` has coordinates, precision, ring and area, empty ones too, so that nothing of an
    older placing stays. ``place_name`` is among them only where one is given: the name that
    sources print stands beside the area in which it lies.
    ``claim`` is empty but for ``exact``: a claim on the place without its ids.
    """

    event: Mapping[str, str]
    claim: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Geolocation:
    """Who geolocated a site, on what day, how, and which source printed it; all are needed."""

    who: str
    when: str
    how: str
    source_id: str = ""


def place_from_candidate(
    candidate: Unit | Place, precision: str, *, uncertainty_km: float | None = None
) -> Placing:
    """Return the placing of an event at a unit or a named place of the gazetteer.

    Parameters
    ----------
    candidate
        From ``find_unit`` or ``find_place``; one of the latter whose ``kind`` is unit counts as the unit.
    precision
        For a unit that of its level. For a place ``place``, or a level: the event is then known
        to the unit around the place, and the place gives its name alone. ``region``,
        ``sea_or_air`` and ``unknown`` keep the name and nothing else.
    uncertainty_km
        Radius of the ring around a place; None leaves it to the default of the directions.

    Raises
    ------
    UsageError
        If the candidate cannot give that precision; ``exact`` it never can.
    """
    if precision == "exact":
        raise _refusal(
            "location_precision",
            precision,
            "is not what a gazetteer knows: exact means that somebody named geolocated the site",
            "Use place, or click the site and say who geolocated it, when and how",
        )
    if precision in _NAMED_ONLY:
        return _placing(precision, place_name=candidate.name)
    if isinstance(candidate, Place) and candidate.kind == "unit":  # one search finds units and places
        candidate = boundaries.unit(candidate.unit_id)
    if isinstance(candidate, Unit):
        known = _LEVEL_WORDS[min(candidate.level, 2)]
        level = _level(precision, f"{candidate.name} is an area: use {known}")
        return _placing(precision, area=_unit_at(candidate.id, level))
    if precision == "place":
        if candidate.latitude is None or candidate.longitude is None:
            within = f" ({candidate.unit_id})" if candidate.unit_id else ""
            raise _refusal(
                "location_precision",
                precision,
                f"needs a position, and no source gives one for {candidate.name}",
                f"Use admin2 or admin1: the event is then known to the unit that holds it{within}",
            )
        return _point(precision, candidate.latitude, candidate.longitude, uncertainty_km, candidate.name)
    level = _level(precision, "Use place, admin2, admin1 or country")
    return _placing(precision, area=_unit_of_place(candidate, level), place_name=candidate.name)


def place_from_click(
    latitude: float,
    longitude: float,
    precision: str,
    *,
    uncertainty_km: float | None = None,
    place_name: str = "",
    geolocation: Geolocation | None = None,
) -> Placing:
    """Return the placing of an event at a point of the map.

    Parameters
    ----------
    latitude, longitude
        Degrees, EPSG:4326; the longitude may have wrapped round the world.
    precision
        ``exact`` needs ``geolocation``. ``place`` needs ``place_name`` and ``uncertainty_km``.
        ``admin2``, ``admin1`` and ``country`` take the unit under the point, and not the point.
        Others keep ``place_name`` and nothing else.
    uncertainty_km
        Radius in which the true place lies; coordinates are written no finer than it allows.

    Raises
    ------
    UsageError
        If what the precision needs is missing, or no unit lies under the point.
    """
    if not (math.isfinite(latitude) and math.isfinite(longitude) and -90 <= latitude <= 90):
        raise _refusal("latitude", latitude, "is not on the globe", "Click the map again")
    longitude = (longitude + 180.0) % 360.0 - 180.0
    if precision in _NAMED_ONLY:
        return _placing(precision, place_name=place_name)
    if precision in _LEVELS:
        unit_id = _unit_under(latitude, longitude, _LEVELS[precision])
        return _placing(precision, area=unit_id, place_name=place_name)
    if uncertainty_km is not None and not (math.isfinite(uncertainty_km) and uncertainty_km >= 0):
        raise _refusal(
            "location_uncertainty_km", uncertainty_km, "is not 0 or more", "Give a number of kilometres"
        )
    if precision == "place":
        if not place_name.strip():
            raise _refusal(
                "place_name",
                None,
                "is empty, but place means a named place",
                "Name it, or use admin2: the event is then known to the district",
            )
        if not uncertainty_km:
            raise _refusal(
                "location_uncertainty_km",
                uncertainty_km,
                "is empty: a click is no more exact than you say",
                "Give the radius in kilometres in which the true place lies",
            )
        return _point(precision, latitude, longitude, uncertainty_km, place_name)
    if precision != "exact":
        _level(precision, "Use exact, place, admin2, admin1, country, region, sea_or_air or unknown")
    claim = _geolocation_claim(geolocation)
    placing = _point(precision, latitude, longitude, uncertainty_km, place_name)
    return Placing(placing.event, claim)


def _geolocation_claim(given: Geolocation | None) -> dict[str, str]:
    parts = {
        "claimant": (given.who if given else "", "who geolocated the site"),
        "claimed_at": (given.when if given else "", "when"),
        "text": (given.how if given else "", "how"),
        "source_id": (given.source_id if given else "", "in which source it is printed"),
    }
    missing = [words for value, words in parts.values() if not value.strip()]
    if missing:
        raise _refusal(
            "location_precision",
            "exact",
            f"needs a claim on the place; not said is {', '.join(missing)}",
            "Say it, or use place with the radius in which the site lies",
        )
    cells = {column: value.strip() for column, (value, _) in parts.items()}
    return {"subject": "place", "grade": "single_source", **cells}


def _point(precision: str, latitude: float, longitude: float, km: float | None, name: str) -> Placing:
    decimals = _decimals(km)
    cells = {
        "latitude": number_text(round(latitude, decimals)),
        "longitude": number_text(round(longitude, decimals)),
        "location_uncertainty_km": number_text(math.nan if km is None else float(km)),
    }
    return _placing(precision, place_name=name, **cells)


def _decimals(km: float | None) -> int:
    """Return decimals that shift a point by less than a hundredth of its ring; five at most (1 m)."""
    if not km:
        return 5
    return min(5, max(1, math.ceil(math.log10(_KM_PER_DEG * 50 / km))))


def _placing(precision: str, **cells: str) -> Placing:
    place = dict.fromkeys(("latitude", "longitude", "location_uncertainty_km", "area"), "")
    place.update({column: cell for column, cell in cells.items() if column in place or cell.strip()})
    return Placing({**place, "location_precision": precision})


def _level(precision: str, remedy: str) -> int:
    if precision not in _LEVELS:
        raise _refusal("location_precision", precision, "cannot be had from it", remedy)
    return _LEVELS[precision]


def _unit_at(unit_id: str, level: int) -> str:
    """Return the unit of a level that is, or holds, a unit."""
    for candidate in (unit_id, *boundaries.ancestors(unit_id)):
        if boundaries.unit(candidate).level == level:
            return candidate
    unit = boundaries.unit(unit_id)
    raise _refusal(
        "location_precision",
        _LEVEL_WORDS[level],
        f"is finer than {unit.name}, which is known",
        f"Use {_LEVEL_WORDS[min(unit.level, 2)]}, or choose the finer unit",
    )


def _unit_of_place(place: Place, level: int) -> str:
    if place.unit_id and boundaries.unit(place.unit_id).level >= level:
        return _unit_at(place.unit_id, level)
    if place.latitude is None or place.longitude is None:
        return _unit_at(place.unit_id or place.iso3, level)
    return _unit_under(place.latitude, place.longitude, level)


def _unit_under(latitude: float, longitude: float, level: int) -> str:
    point = pd.DataFrame({"latitude": [latitude], "longitude": [longitude]})
    joined = assign_admin(point, tolerance_km=0.0).iloc[0]
    unit_id = str(joined[f"adm{level}_id"])
    if not unit_id:
        known = next((n for n in range(level - 1, -1, -1) if joined[f"adm{n}_id"]), None)
        remedy = "Use sea_or_air, region or unknown" if known is None else f"Use {_LEVEL_WORDS[known]}"
        raise _refusal("location_precision", _LEVEL_WORDS[level], "has no known unit at that point", remedy)
    return unit_id


def _refusal(column: str, value: object, reason: str, remedy: str) -> UsageError:
    return UsageError(reason, column=column, value=value, remedy=remedy)
