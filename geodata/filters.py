"""One filter for map, table, print and exports: values or-ed, filters and-ed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt
import shapely

from geodata import boundaries, schema
from geodata.claims.words import claimant_words
from geodata.days import period_words
from geodata.detail import detail_of_case
from geodata.display import EVERYTHING, Display
from geodata.errors import BoundaryError, UsageError

if TYPE_CHECKING:
    from geodata.record import Record

Bbox = tuple[float, float, float, float]
Mask = npt.NDArray[np.bool_]

EPOCH = date(1970, 1, 1)
# More claimants or dead than there are people: an address that asks for them is a slip.
LARGEST_LEAST = 10**9
_DEEPEST_JOINED = 2
URL_KEYS = ("from", "to", "type", "actor", "area", "min_killed", "min_claimants")


@dataclass(frozen=True)
class EventFilter:
    """Which events are wanted; an empty field wants all.

    Parameters
    ----------
    date_from, date_to
        Calendar days at the event's place, both inclusive; any overlap keeps an event.
    bbox
        West, south, east, north in degrees, EPSG:4326; ``west > east`` crosses 180°.
        Keeps events whose point or area meets it, and drops those without a place.
    types
        Event types.
    actors
        Whole names, compared without case, in actors, attackers and stated targets.
    areas
        Boundary ids; an event's joined unit or one of its ancestors must be among them.
    min_killed
        Least number of the highest current figure; no figure counts 0.
    min_claimants
        Least number of independent claimants, on any subject; relays and providers count 0.
    """

    date_from: date | None = None
    date_to: date | None = None
    bbox: Bbox | None = None
    types: tuple[str, ...] = field(default=())
    actors: tuple[str, ...] = field(default=())
    areas: tuple[str, ...] = field(default=())
    min_killed: int = 0
    min_claimants: int = 0

    def __post_init__(self) -> None:
        if self.date_from and self.date_to and self.date_to < self.date_from:
            raise UsageError(
                f"the period ends ({self.date_to}) before it begins ({self.date_from})",
                remedy="Swap the two dates",
            )
        for kind in self.types:
            if kind not in schema.EVENT_TYPES:
                raise UsageError(
                    "is not an event type",
                    column="type",
                    value=kind,
                    remedy=f"Use {', '.join(schema.EVENT_TYPES)}",
                )
        for unit_id in self.areas:
            try:
                boundaries.unit(unit_id)
            except BoundaryError as error:
                if error.value is None:  # a pack is missing, the id may be right
                    raise
                raise UsageError(
                    "is not a known boundary id", column="area", value=unit_id, remedy=error.remedy
                ) from error
        if self.bbox:
            _check_bbox(self.bbox)
        for name in ("min_killed", "min_claimants"):
            if getattr(self, name) < 0:
                raise UsageError(
                    "is below 0", column=name, value=getattr(self, name), remedy="Give 0 or more"
                )

    def words(self, *, with_period: bool = False) -> str:
        """Return the filter in words, empty where it wants everything."""
        parts = []
        if with_period and self.date_from and self.date_to:
            parts.append(period_words(self.date_from, self.date_to))
        if self.types:
            parts.append(f"type {' or '.join(self.types)}")
        if self.actors:
            parts.append(f"actor {' or '.join(self.actors)}")
        if self.areas:
            parts.append(f"in {' or '.join(boundaries.unit(unit_id).name for unit_id in self.areas)}")
        if self.min_killed:
            parts.append(f"at least {self.min_killed} killed by the highest current figure")
        if self.min_claimants:
            parts.append(f"at least {claimant_words(self.min_claimants)}")
        return "; ".join(parts)


def _check_bbox(bbox: Bbox) -> None:
    west, south, east, north = bbox
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south < north <= 90 and west != east):
        raise UsageError(
            "is not a box",
            column="bbox",
            value=",".join(f"{v:g}" for v in bbox),
            remedy="Write W,S,E,N in degrees with S below N; W above E crosses 180°",
        )


def parse_day(text: str, what: str) -> date:
    """Return a calendar day written as ``2024-01-16``."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
        raise UsageError("is not a date", column=what, value=text, remedy="Write it as 2024-01-16")
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(
            "is not a day of the calendar", column=what, value=text, remedy="Correct it"
        ) from error


def parse_bbox(text: str) -> Bbox:
    """Return ``W,S,E,N`` as four numbers in degrees."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(
            "is not four numbers", column="bbox", value=text, remedy="Write W,S,E,N in degrees"
        ) from error
    _check_bbox((west, south, east, north))
    return west, south, east, north


def from_query(
    query: Mapping[str, Sequence[str]], default: EventFilter
) -> tuple[EventFilter, tuple[str, ...]]:
    """Return the filter that an address states, and a notice for each value that was dropped.

    Parameters
    ----------
    query
        Values by key, as :func:`urllib.parse.parse_qs` gives them; other keys are ignored.
    default
        What holds where the address says nothing.
    """
    found, notices = default, []
    days = {key: _last_day(query.get(key, ()), key) for key in ("from", "to")}
    is_reversed = bool(days["from"] and days["to"] and days["from"] > days["to"])
    if is_reversed:
        notices.append(
            f"The address asks for a period from {days['from']} to {days['to']}, "
            "which ends before it begins; both dates were left out."
        )
    for key in URL_KEYS:
        for text in query.get(key, ()):
            try:
                if not (is_reversed and key in days and parse_day(text, key)):
                    found = _with(found, key, text)
            except UsageError as error:
                notices.append(f"The address gives {key}={text!r}, which {error.reason}; it was left out.")
    return found, tuple(notices)


def _last_day(values: Iterable[str], key: str) -> date | None:
    """Return the last of the values that is a day."""
    found = None
    for text in values:
        try:
            found = parse_day(text, key)
        except UsageError:  # from_query tells of it
            continue
    return found


def _with(known: EventFilter, key: str, text: str) -> EventFilter:
    if key == "from":
        day = parse_day(text, key)
        # An address with one of the two dates may lie outside the default period.
        return replace(known, date_from=day, date_to=max(day, known.date_to) if known.date_to else None)
    if key == "to":
        day = parse_day(text, key)
        return replace(known, date_to=day, date_from=min(day, known.date_from) if known.date_from else None)
    if key == "type":
        return replace(known, types=_added(known.types, text))
    if key == "actor":
        return replace(known, actors=_added(known.actors, text))
    if key == "area":
        return replace(known, areas=_added(known.areas, text))
    if not text.strip().isdecimal():
        raise UsageError("is not a whole number", column=key, value=text)
    # Compared by its length first: Python refuses to turn thousands of digits into a number.
    least = int(text) if len(text.strip()) <= len(str(LARGEST_LEAST)) else LARGEST_LEAST + 1
    if least > LARGEST_LEAST:
        raise UsageError("is larger than a billion", column=key, value=text)
    return replace(known, min_killed=least) if key == "min_killed" else replace(known, min_claimants=least)


def _added(values: tuple[str, ...], text: str) -> tuple[str, ...]:
    return values if not text.strip() or text in values else (*values, text)


def query_pairs(wanted: EventFilter, default: EventFilter) -> list[tuple[str, str]]:
    """Return the pairs of an address; what equals the default is left out."""
    pairs: list[tuple[str, str]] = []
    if wanted.date_from and wanted.date_from != default.date_from:
        pairs.append(("from", wanted.date_from.isoformat()))
    if wanted.date_to and (wanted.date_to != default.date_to or pairs):
        pairs.append(("to", wanted.date_to.isoformat()))
    for key, values in (("type", wanted.types), ("actor", wanted.actors), ("area", wanted.areas)):
        pairs.extend((key, value) for value in values)
    if wanted.min_killed:
        pairs.append(("min_killed", str(wanted.min_killed)))
    if wanted.min_claimants:
        pairs.append(("min_claimants", str(wanted.min_claimants)))
    return pairs


def query_words(
    wanted: EventFilter, default: EventFilter, generalised: str, display: Display = EVERYTHING
) -> str:
    """Return filter, detail and display as a query string, percent-encoded; ``generalised`` as in a head."""
    detail = detail_of_case(generalised)
    head = [("detail", detail.key)] if detail else []
    return urlencode([*head, *query_pairs(wanted, default), *display.pairs()])


def to_query(wanted: EventFilter, default: EventFilter) -> str:
    """Return the filter as a query string, percent-encoded."""
    return urlencode(query_pairs(wanted, default))


def apply_filter(record: Record, wanted: EventFilter) -> Mask:
    """Return a mask over ``record.events``: True where an event is wanted."""
    events = record.events
    keep: Mask = np.ones(len(events), dtype=bool)
    if wanted.date_from:
        keep &= events["last_day"].to_numpy() >= (wanted.date_from - EPOCH).days
    if wanted.date_to:
        keep &= events["first_day"].to_numpy() <= (wanted.date_to - EPOCH).days
    if wanted.types:
        keep &= events["event_type"].isin(wanted.types).to_numpy()
    if wanted.areas:
        keep &= _in_areas(record, wanted.areas)
    if wanted.actors:
        keep &= has_actor(record, wanted.actors)
    if wanted.min_killed:
        keep &= (events["killed_high"].fillna(0) >= wanted.min_killed).to_numpy()
    if wanted.min_claimants:
        keep &= (events["claimants_count"] >= wanted.min_claimants).to_numpy()
    if wanted.bbox:
        keep &= _meets(record, wanted.bbox)
    return keep


def _in_areas(record: Record, areas: Sequence[str]) -> Mask:
    """Return which events were joined to one of the units, or are drawn as one inside it.

    A unit that events are not joined to, such as a tehsil, takes the points in it.
    """
    events = record.events
    columns = events[["adm0_id", "adm1_id", "adm2_id", "drawn_area"]]
    found: Mask = columns.isin(areas).any(axis=1).to_numpy(copy=True)
    inside = {
        area
        for area in set(events["drawn_area"]) - {"", *areas}
        if not set(areas).isdisjoint(boundaries.ancestors(area))
    }
    found |= events["drawn_area"].isin(inside).to_numpy()
    points = (events["drawn_as"] == "point").to_numpy()
    for area in areas:
        if record.layers or not is_joined_to(area):
            shape = boundaries.unit_geometry(area)
            lon, lat = (events.loc[points, name].to_numpy() for name in ("longitude", "latitude"))
            found[points] |= shapely.intersects_xy(shape, lon, lat)
    return found


def is_joined_to(area: str) -> bool:
    """Return whether the join gives this unit: not a third-level one, nor a later limit."""
    unit = boundaries.unit(area)
    above = boundaries.unit(unit.parent_id).level if unit.parent_id else -1
    return unit.level <= _DEEPEST_JOINED and above < unit.level


def has_actor(record: Record, actors: Iterable[str]) -> Mask:
    """Return a mask over ``record.events``: True where one of the names is an actor, attacker or target."""
    names = {actor.strip().casefold() for actor in actors}
    found = np.zeros(len(record.events), dtype=bool)
    for position, cell in enumerate(record.events["actors"]):
        found[position] = any(actor.casefold() in names for actor in schema.split(cell))
    row_of = {event_id: n for n, event_id in enumerate(record.events["event_id"])}
    for event_id, attacker, target in zip(
        record.attacks["event_id"], record.attacks["attacker"], record.attacks["target_actor"], strict=True
    ):
        if any(actor.casefold() in names for actor in (*schema.split(attacker), *schema.split(target))):
            found[row_of[event_id]] = True
    return found


def boxes(bbox: Bbox) -> Any:
    """Return a box as a shapely geometry, in two parts where it crosses 180°."""
    west, south, east, north = bbox
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.union_all([shapely.box(west, south, 180, north), shapely.box(-180, south, east, north)])


def _meets(record: Record, bbox: Bbox) -> Mask:
    events = record.events
    west, south, east, north = bbox
    lon, lat = events["longitude"].to_numpy(), events["latitude"].to_numpy()
    in_lon = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
    drawn_as_point = events["drawn_as"].to_numpy() == "point"
    found: Mask = drawn_as_point & in_lon & (lat >= south) & (lat <= north)
    for unit_id in set(events.loc[events["drawn_as"] == "area", "drawn_area"]):
        if area_meets(unit_id, bbox):
            found |= (events["drawn_area"] == unit_id).to_numpy() & ~drawn_as_point
    return found


@lru_cache(maxsize=4096)
def area_meets(unit_id: str, bbox: Bbox) -> bool:
    """Return whether a unit and a box touch."""
    return bool(shapely.intersects(boundaries.unit_geometry(unit_id, resolution="screen"), boxes(bbox)))
