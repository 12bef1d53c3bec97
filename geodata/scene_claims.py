"""Positions that claimants state, as marks of the scene beside the events' own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import shapely

from geodata import boundaries
from geodata.claims.spots import Spot
from geodata.claims.weigh import EARLIER, EXCLUDED, PROVIDER, RELAY, SUPERSEDED
from geodata.claims.words import listing
from geodata.filters import Bbox, boxes
from geodata.marginalia import date_words
from geodata.positions import ClaimedPosition, stated_positions
from geodata.record import Record, unit_words
from geodata.scene import ClaimedMark, LonLat

_NOUNS = {"place": "Position", "sites": "Site", "origin": "Launch position"}
_BRIEFLY = {"place": "place", "sites": "site", "origin": "launch"}
_BRIEFLY_AREA = {"place": "somewhere here", "sites": "a site here", "origin": "launch from here"}
_ASIDE = {
    EARLIER: "superseded by a later claim of the same claimant",
    SUPERSEDED: "superseded by a later claim",
    EXCLUDED: "not counted",
    RELAY: "only repeats another source",
}


def claimed_marks(record: Record, anchors: Mapping[str, LonLat]) -> tuple[ClaimedMark, ...]:
    """Return the positions that claims on a record's events state; those that stand come last, on top.

    Claims of several claimants that state the very same position share a mark.

    Parameters
    ----------
    anchors
        Where the own mark of each event stands, by event id; the others have no leader.
    """
    groups: dict[tuple[str, str, str, str, Spot], list[ClaimedPosition]] = {}
    for position in stated_positions(record):
        if position.spot:
            # What is set aside for a reason of its own has words of its own.
            key = (position.event_id, position.subject, position.status, position.excluded_reason)
            groups.setdefault((*key, position.spot), []).append(position)
    marks = [_mark(record, group, spot, anchors) for (*_, spot), group in groups.items()]
    return tuple(sorted(marks, key=lambda mark: not mark.is_aside))


def meets(mark: ClaimedMark, box: Bbox) -> bool:
    """Return whether a claimed position lies in a box, for an area in part."""
    place = (
        boundaries.unit_geometry(mark.area, resolution="screen") if mark.area else shapely.Point(mark.point)
    )
    return bool(shapely.intersects(place, boxes(box)))


def _mark(
    record: Record, group: Sequence[ClaimedPosition], spot: Spot, anchors: Mapping[str, LonLat]
) -> ClaimedMark:
    first = group[0]
    point = spot.point or _label_point(spot.area)
    anchor = None if first.subject == "origin" else anchors.get(first.event_id)
    return ClaimedMark(
        ids=tuple(position.claim_id for position in group),
        event_id=first.event_id,
        subject=first.subject,
        claimants=tuple(position.claimant for position in group),
        grades=tuple(position.grade for position in group),
        status=first.status,
        is_aside=first.status in _ASIDE,
        point=point,
        ring_km=spot.ring_km,
        area=spot.area,
        leader=_leader(spot, anchor) if anchor else (),
        label=_label(group, "" if anchor else date_words(record.times[first.event_id])),
        words=_words(group, spot),
    )


def _label(group: Sequence[ClaimedPosition], day: str) -> str:
    """Return whose claim it is in few words: "place, says CNN"; the day, where no line leads to the event.

    Not "claimed by CNN": beside a strike that reads as a claim of responsibility.
    """
    first = group[0]
    what = _BRIEFLY[first.subject] if not (first.spot and first.spot.area) else _BRIEFLY_AREA[first.subject]
    what += f" on {day}" if day else ""
    names = list(dict.fromkeys(position.claimant for position in group))
    verb = "coded by" if first.status == PROVIDER else "says" if len(names) == 1 else "say"
    if first.status not in _ASIDE:
        return f"{what}, {verb} {listing(names)}"
    aside = {EXCLUDED: "not counted", RELAY: "repeats another"}.get(first.status, "superseded")
    return f"{what}, said {listing(names)} ({aside})"


def _words(group: Sequence[ClaimedPosition], spot: Spot) -> str:
    """Return e.g. "Position claimed by CNN (single source); another claimant says otherwise"."""
    first = group[0]
    is_coded = first.status == PROVIDER
    said = [
        position.claimant if is_coded else f"{position.claimant} ({position.grade.replace('_', ' ')})"
        for position in group
    ]
    verb = "coded" if is_coded else "claimed"
    words = f"{_NOUNS[first.subject]} {verb} by {listing(list(dict.fromkeys(said)))}"
    if spot.area:
        words += f": somewhere in {unit_words(spot.area, with_parents=True)}"
    elif spot.ring_km:
        words += f": within {spot.ring_km:g} km of this point"
    rival = next((position.rival for position in group if position.rival), "")
    reason = f": {first.excluded_reason}" if first.excluded_reason else ""
    aside = _ASIDE[first.status] + reason if first.status in _ASIDE else ""
    return "; ".join(part for part in (words, aside, rival) if part)


def _leader(spot: Spot, anchor: LonLat) -> tuple[LonLat, ...]:
    """Return the line to the event's own mark, for an area from its edge: it has no point to start at."""
    if spot.point:
        start = spot.point
    else:
        shape = boundaries.unit_geometry(spot.area, resolution="screen")
        if shapely.intersects_xy(shape, *anchor):
            return ()
        edge = shapely.shortest_line(shapely.boundary(shape), shapely.Point(anchor))
        start = (float(edge.coords[0][0]), float(edge.coords[0][1]))
    # On a flat map a line over 180° would run round the world the other way.
    return () if start == anchor or abs(start[0] - anchor[0]) > 180 else (start, anchor)


def _label_point(unit_id: str) -> LonLat:
    unit = boundaries.unit(unit_id)
    return unit.label_lon, unit.label_lat
