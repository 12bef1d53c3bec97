"""What an export draws: a feature for every event, every attack and every position that a claim states.

An event is a point where somebody stated one, the polygon of the area it is known to, or nothing.
An attack is a line only between two stated positions: the line to a tinted area of launch starts at
a place that nobody stated, so it stays on the map. A claimed position is a feature of its own, with
its claimant and what the claim counts for, never the event's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

import shapely

from geodata import boundaries
from geodata.bearings import geodesic_line
from geodata.exports.tables import Row, Tables

LINE_STEP_KM = 10.0

Shape = Any
"""A shapely geometry in longitude and latitude (OGC:CRS84), None where nothing may be drawn."""


class Feature(NamedTuple):
    """One thing of an export: ``kind`` is event, attack or claim; ``row`` has its cells."""

    kind: str
    id: str
    shape: Shape
    row: Row


def features_of(drawn: Drawn) -> Iterator[Feature]:
    """Yield each event with its attacks and claimed positions behind it, by UTC start."""
    tables = drawn.tables
    for event in tables.events:
        event_id = str(event["event_id"])
        yield Feature("event", event_id, drawn.event(event_id), event)
        for attack in tables.attacks.get(event_id, ()):
            yield Feature("attack", str(attack["attack_id"]), drawn.attack(event_id, attack), attack)
        for claim in tables.claimed.get(event_id, ()):
            yield Feature("claim", str(claim["claim_id"]), drawn.claim(claim), claim)


class Drawn:
    """Geometries of the events to be written; polygons are made once each."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        events = tables.record.events
        columns = ("event_id", "drawn_as", "drawn_area", "longitude", "latitude")
        self._events = {row[0]: row[1:] for row in zip(*(events[name] for name in columns), strict=True)}

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """The units whose polygons are drawn, of events and of claims."""
        known = {area for how, area, *_ in self._events.values() if how == "area"}
        claims = (claim for claims in self.tables.claimed.values() for claim in claims)
        return tuple(sorted({*known, *(str(claim["area"]) for claim in claims)} - {""}))

    @cached_property
    def polygons(self) -> dict[str, Shape]:
        """The polygon of each of ``areas``, wound counter-clockwise outside as RFC 7946 has it."""
        return {area: shapely.orient_polygons(boundaries.unit_geometry(area)) for area in self.areas}

    def area(self, event_id: str) -> str:
        """Return the unit that an event is known to, "" where it has a point or nothing."""
        how, area, *_ = self._events[event_id]
        return str(area) if how == "area" else ""

    def point(self, event_id: str) -> Shape:
        """Return the point that somebody stated for an event, or nothing."""
        how, _, lon, lat = self._events[event_id]
        return shapely.Point(float(lon), float(lat)) if how == "point" else None

    def event(self, event_id: str) -> Shape:
        """Return the stated point, the polygon of the area, or nothing."""
        return self.point(event_id) or self.polygons.get(self.area(event_id))

    def claim(self, claim: Row) -> Shape:
        """Return the point or the area that a claim states."""
        return self.polygons[str(claim["area"])] if claim["area"] else claimed_point(claim)

    def attack(self, event_id: str, attack: Row) -> Shape:
        """Return the geodesic between a stated origin and a stated target, or nothing."""
        target = self.point(event_id)
        # A bearing exists for nothing but a stated point, or one that the case's rule infers.
        if target is None or attack["bearing_deg"] is None:
            return None
        origin = (float(str(attack["origin_longitude"])), float(str(attack["origin_latitude"])))
        return geodesic_line(origin, (target.x, target.y), step_km=LINE_STEP_KM)


def claimed_point(claim: Row) -> Shape:
    """Return the point that a claim states, nothing where it states none."""
    if claim["longitude"] is None or claim["latitude"] is None:
        return None
    return shapely.Point(float(str(claim["longitude"])), float(str(claim["latitude"])))
