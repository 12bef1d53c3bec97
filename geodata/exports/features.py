"""Features after RFC 7946: one for every event, every attack and every position that a claim states.

An event is a Point where somebody stated one, the polygon of the area it is known to,
or nothing. An attack is a line only between two stated positions: the line to a tinted
area of launch starts at a place that nobody stated, so it stays on the map. A claimed position
is a feature of its own, with its claimant and what the claim counts for, never the event's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import shapely

from geodata import boundaries
from geodata.bearings import geodesic_line
from geodata.exports.tables import Row, Tables, metadata

Geometry = dict[str, object] | None

_LINE_STEP_KM = 10.0
_DIGITS = 6  # a tenth of a metre, as the RFC advises


def geojson_bytes(tables: Tables) -> bytes:
    """Return a FeatureCollection, a feature a line, with its terms as the member ``metadata``."""
    drawn = _Drawn(tables)
    features = [_text(feature) for feature in _features(tables, drawn)]
    head = _text(metadata(tables, drawn.areas))
    body = ",\n".join(features)
    return f'{{"type": "FeatureCollection",\n"metadata": {head},\n"features": [\n{body}\n]}}\n'.encode()


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _features(tables: Tables, drawn: _Drawn) -> Iterator[dict[str, object]]:
    for event in tables.events:
        event_id = str(event["event_id"])
        yield _feature("event", event_id, drawn.event(event_id), event)
        for attack in tables.attacks.get(event_id, ()):
            yield _feature("attack", str(attack["attack_id"]), drawn.attack(event_id, attack), attack)
        for claim in tables.claimed.get(event_id, ()):
            yield _feature("claim", str(claim["claim_id"]), drawn.claim(claim), claim)


def _feature(kind: str, feature_id: str, geometry: Geometry, row: Row) -> dict[str, object]:
    filled = {name: None if value == "" else value for name, value in row.items()}
    # "feature" last: no column of a user's table may stand in for it.
    properties = {"feature": kind, **filled, **{"feature": kind}}
    return {"type": "Feature", "id": f"{kind}/{feature_id}", "geometry": geometry, "properties": properties}


class _Drawn:
    """Geometries of the record's events; polygons are made once each."""

    def __init__(self, tables: Tables) -> None:
        events = tables.record.events
        columns = ("event_id", "drawn_as", "drawn_area", "longitude", "latitude")
        self._events = {row[0]: row[1:] for row in zip(*(events[name] for name in columns), strict=True)}
        self.areas = sorted({area for how, area, *_ in self._events.values() if how == "area"})
        claimed = {str(claim["area"]) for claims in tables.claimed.values() for claim in claims} - {""}
        self.areas = sorted({*self.areas, *claimed})
        self._polygons = {area: _polygon(area) for area in self.areas}

    def event(self, event_id: str) -> Geometry:
        """Return the stated point, the polygon of the area, or nothing."""
        how, area, lon, lat = self._events[event_id]
        if how == "point":
            return {"type": "Point", "coordinates": [float(lon), float(lat)]}
        return self._polygons.get(area)

    def claim(self, claim: Row) -> Geometry:
        """Return the point or the area that a claim states."""
        if claim["area"]:
            return self._polygons[str(claim["area"])]
        return {
            "type": "Point",
            "coordinates": [float(str(claim["longitude"])), float(str(claim["latitude"]))],
        }

    def attack(self, event_id: str, attack: Row) -> Geometry:
        """Return the geodesic between a stated origin and a stated target, or nothing."""
        how, _, lon, lat = self._events[event_id]
        # A bearing exists for nothing but a stated point, or one that the case's rule infers.
        if how != "point" or attack["bearing_deg"] is None:
            return None
        origin = (float(str(attack["origin_longitude"])), float(str(attack["origin_latitude"])))
        return _mapping(geodesic_line(origin, (float(lon), float(lat)), step_km=_LINE_STEP_KM))


def _polygon(area: str) -> Geometry:
    return _mapping(shapely.orient_polygons(boundaries.unit_geometry(area)))


def _mapping(shape: Any) -> Geometry:
    rounded: Geometry = json.loads(
        json.dumps(shapely.geometry.mapping(shape)), parse_float=lambda text: round(float(text), _DIGITS)
    )
    return rounded
