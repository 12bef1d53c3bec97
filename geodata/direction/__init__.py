"""From which direction an attack came, as far as somebody stated it.

Every ``from_*`` value is an azimuth **at the target, towards the origin**, clockwise
from true north. What nobody stated stays empty: there is no degree without a stated
point, area or azimuth, and none at all from the order of the actors.
``docs/decisions/direction.md`` has the rules behind the statuses and the words.
"""

from __future__ import annotations

from geodata.bearings import (
    clip_line_to_ring,
    geodesic_line,
    geodesic_ring,
    initial_bearing_deg,
    side_azimuth_deg,
)
from geodata.direction.drawing import AttackGeometry, attack_geometries, attack_geometry
from geodata.direction.faults import OriginFault, origin_faults
from geodata.direction.stated import DEFAULT_RING_KM
from geodata.direction.table import DIRECTION_LEFT_OUT, attack_directions
from geodata.extents import bearing_interval, border_distance_range_km, distance_range_km
from geodata.intervals import Interval, compass_point

__all__ = [
    "DEFAULT_RING_KM",
    "DIRECTION_LEFT_OUT",
    "AttackGeometry",
    "Interval",
    "OriginFault",
    "attack_directions",
    "attack_geometries",
    "attack_geometry",
    "bearing_interval",
    "border_distance_range_km",
    "clip_line_to_ring",
    "compass_point",
    "distance_range_km",
    "geodesic_line",
    "geodesic_ring",
    "initial_bearing_deg",
    "origin_faults",
    "side_azimuth_deg",
]
