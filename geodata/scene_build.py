"""From a filtered record to the scene that every surface draws."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from math import isnan
from typing import Any

import numpy as np
import shapely

from geodata import boundaries
from geodata.days import EventTime
from geodata.detail import generalised_words
from geodata.direction import DEFAULT_RING_KM, initial_bearing_deg
from geodata.display import EVERYTHING, Display
from geodata.filters import Bbox, EventFilter, boxes, query_words
from geodata.intervals import Interval
from geodata.legend import legend_of
from geodata.marginalia import date_words, event_counts, marginalia_of
from geodata.record import Record, unit_words
from geodata.scene import (
    AreaMark,
    BorderMark,
    ClaimedMark,
    LineMark,
    LonLat,
    OriginMark,
    Path,
    PointMark,
    Scene,
    SideMark,
    WedgeMark,
)
from geodata.scene_claims import claimed_marks, meets
from geodata.style import NOBODY, Party

_WORLD: Bbox = (-180.0, -60.0, 180.0, 80.0)


def build_scene(
    record: Record,
    wanted: EventFilter,
    *,
    extent: Bbox | None = None,
    only_extent: bool = False,
    chosen: str = "",
    elsewhere: int = 0,
    display: Display = EVERYTHING,
) -> Scene:
    """Return what is drawn of the events that ``wanted`` keeps.

    Parameters
    ----------
    extent
        West, south, east, north in degrees; default: the filter's box, else the case's
        opening view, else around what is drawn.
    only_extent
        Leave out what does not meet the extent, as print does, so that the legend
        names nothing that is not in the picture.
    chosen
        Event whose shared border is drawn, where its attack came from a territory.
    elsewhere
        How many wanted events outside the extent the record does not hold.
    display
        What is left out of the map; the words about the events stay.
    """
    selected = record.select(wanted)
    whole = _Builder(selected, chosen, display)
    box = extent or wanted.bbox or _default_extent(record, whole)
    builder = _Builder(record.select(_within(wanted, box)), chosen, display) if only_extent else whole
    drawn_elsewhere = whole.drawn_ids() - builder.drawn_ids()
    placeless = len(whole.events) - len(whole.drawn_ids())
    # A claimed position may lie in the picture while the event's own mark does not.
    claimed = tuple(mark for mark in whole.claimed if not only_extent or meets(mark, box))
    return builder.scene(
        wanted,
        box,
        claimed=claimed,
        outside=len(drawn_elsewhere) + elsewhere,
        placeless=placeless,
        is_cut=only_extent,
        display=display,
    )


def strike_label(row: Mapping[str, Any], when: EventTime, party: Party) -> str:
    """Return "Strike by Iran, 16 Jan 2024" for a strike, nothing for another event."""
    if row["event_type"] != "strike":
        return ""
    by = "Strike, unattributed" if party is NOBODY else f"Strike by {party.name}"
    return f"{by}, {date_words(when)}"


def point_mark(
    row: Mapping[str, Any], when: EventTime, *, party: Party = NOBODY, origins: tuple[str, ...] = ()
) -> PointMark:
    """Return the mark of an event that is drawn as a point; ``origins`` are in words."""
    precision = row["location_precision"]
    ring = _ring_km(row)
    certainty = {
        "exact": "geolocated",
        "place": f"true place within {ring:g} km",
        "unknown": "position as given, precision not stated",
    }[precision]
    where = f"{row['place_name']}; {certainty}" if row["place_name"] else certainty
    return PointMark(
        (row["event_id"],),
        (float(row["longitude"]), float(row["latitude"])),
        ring,
        row["event_type"],
        party.id,
        strike_label(row, when, party),
        f"{row['title']}, {date_words(when)}: {where}",
        precision=precision,
        where=where,
        origins=origins,
        figures=_figures([row]),
    )


def _within(wanted: EventFilter, box: Bbox) -> EventFilter:
    return replace(wanted, bbox=box)


def _default_extent(record: Record, builder: _Builder) -> Bbox:
    view = record.meta.view
    if view:
        return view_extent(view.latitude, view.longitude, view.zoom)
    shapes = [shapely.Point(mark.point) for mark in builder.points]
    shapes += [boundaries.unit_geometry(mark.area, resolution="screen") for mark in builder.areas]
    shapes += [boundaries.unit_geometry(unit_id, resolution="screen") for unit_id in record.focus]
    shapes += [shapely.Point(mark.point) for mark in builder.claimed if not mark.is_aside]
    if not shapes:
        return _WORLD
    west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
    pad = max(0.5, 0.08 * max(east - west, north - south))
    return max(west - pad, -180), max(south - pad, -85), min(east + pad, 180), min(north + pad, 85)


def view_extent(
    latitude: float, longitude: float, zoom: float, *, width: int = 1040, height: int = 620
) -> Bbox:
    """Return the box that a Web Mercator view shows.

    Parameters
    ----------
    latitude, longitude
        Centre in degrees.
    zoom
        Leaflet's zoom: the world is ``256 * 2**zoom`` pixels wide.
    width, height
        Size of the map in CSS pixels.
    """
    half_lon = 180 * width / (256 * 2**zoom)
    y = np.arctanh(np.sin(np.radians(np.clip(latitude, -85, 85))))
    half_y = np.pi * height / (256 * 2**zoom)
    south, north = (float(np.degrees(np.arcsin(np.tanh(v)))) for v in (y - half_y, y + half_y))
    if half_lon >= 180:
        return -180.0, south, 180.0, north
    west, east = (((lon + 180) % 360) - 180 for lon in (longitude - half_lon, longitude + half_lon))
    return west, south, east, north


def view_of_extent(extent: Bbox, *, width: int = 1040, height: int = 620) -> tuple[float, float, float]:
    """Return the Web Mercator view in which an extent is seen whole: the inverse of :func:`view_extent`.

    Returns
    -------
    tuple
        Latitude and longitude of the centre in degrees, and Leaflet's zoom, down to a hundredth.
    """
    west, south, east, north = extent
    span = (east - west) % 360 if west > east else east - west
    low, high = (np.arctanh(np.sin(np.radians(np.clip(lat, -85, 85)))) for lat in (south, north))
    lat = float(np.degrees(np.arcsin(np.tanh((low + high) / 2))))
    lon = (west + span / 2 + 180) % 360 - 180
    across = width * 360 / (256 * max(span, 1e-6))
    up = height * 2 * np.pi / (256 * max(float(high - low), 1e-8))
    # A hair more than the zoom itself, so that a view of whole zoom comes back as it was.
    zoom = np.floor(100 * np.log2(min(across, up)) + 1e-6) / 100
    return lat, lon, float(np.clip(zoom, 0, 18))


class _Builder:
    """Marks of the selected events; each kind is built once, in drawing order."""

    def __init__(self, record: Record, chosen: str, display: Display) -> None:
        self.record, self.chosen = record, chosen
        self.events, self.attacks = record.rows, record.attack_rows
        groups = (attack["alternative_group"] for attack in self.attacks)
        self.alternatives = Counter(group for group in groups if group)
        self.by_event: dict[str, list[dict[str, Any]]] = {}
        for attack in self.attacks:
            self.by_event.setdefault(attack["event_id"], []).append(attack)
        # Without its side mark an area says itself whose strike it was.
        self.sides = tuple(self._sides()) if display.shows("directions") else ()
        self.areas = tuple(self._areas())
        self.points = tuple(self._points())
        self.origins = tuple(self._origins())
        self.lines = _fanned(tuple(self._lines()))
        self.wedges, self.sides = _in_tiers(tuple(self._wedges()), self.sides)
        self.borders = tuple(self._borders())

    def drawn_ids(self) -> set[str]:
        """Return the ids of the events that stand on the map."""
        ids = [*(mark.ids for mark in self.points), *(mark.ids for mark in self.areas)]
        return {event_id for some in ids for event_id in some}

    @cached_property
    def claimed(self) -> tuple[ClaimedMark, ...]:
        """The positions that claims on these events state, tied to the events' own marks."""
        anchors = {event_id: mark.point for mark in self.areas for event_id in mark.ids}
        anchors |= {event_id: mark.point for mark in self.points for event_id in mark.ids}
        return claimed_marks(self.record, anchors)

    def party_of(self, event_id: str) -> Party:
        """Return the one party of an event's attacks, else nobody."""
        parties = {self.record.party(attack["attacker"]) for attack in self.by_event.get(event_id, ())}
        return parties.pop() if len(parties) == 1 else NOBODY

    def _areas(self) -> Iterable[AreaMark]:
        groups: dict[tuple[str, str], list[str]] = {}
        for event_id, row in self.events.items():
            if row["drawn_as"] == "area":
                groups.setdefault((row["drawn_area"], row["location_precision"]), []).append(event_id)
        labelled = {side.event_id for side in self.sides}
        points = {side.area: side.point for side in self.sides}
        # The smallest comes last and so on top: a click in a district is a click on the district.
        for (area, precision), ids in sorted(
            groups.items(), key=lambda item: -boundaries.unit(item[0][0]).area_km2
        ):
            year = self.record.times[ids[0]].start.year
            name = unit_words(area, year=year, with_parents=True)
            rows = [self.events[event_id] for event_id in ids]
            label = "; ".join(
                self._label(row) for row in rows if row["event_id"] not in labelled and self._label(row)
            )
            counts = event_counts(Counter(row["event_type"] for row in rows))
            words = f"{counts}, somewhere in {name}"
            yield AreaMark(
                tuple(ids),
                area,
                unit_words(area, year=year),
                precision,
                points.get(area) or _label_point(area),
                words,
                label=label,
                counts=counts,
                figures=_figures(rows) or (self._strike_figures(rows) if label else ""),
            )

    def _strike_figures(self, rows: Sequence[dict[str, Any]]) -> str:
        """Return how many were killed in the strikes among several events, as far as claimed."""
        told = [row["killed_text"] for row in rows if self._label(row) and row["killed_text"]]
        return "; ".join(f"{words} in the strike" for words in told)

    def _label(self, row: dict[str, Any]) -> str:
        return strike_label(row, self.record.times[row["event_id"]], self.party_of(row["event_id"]))

    def _points(self) -> Iterable[PointMark]:
        for event_id, row in self.events.items():
            if row["drawn_as"] == "point":
                when, party = self.record.times[event_id], self.party_of(event_id)
                yield point_mark(row, when, party=party, origins=self._origins_of(event_id))

    def _origins_of(self, event_id: str) -> tuple[str, ...]:
        """Return each stated origin of an event with who stated it."""
        stated = []
        for attack in self.by_event.get(event_id, ()):
            if attack["origin_basis"] in ("unknown", "attacker_territory"):
                continue
            number = "" if attack["munitions"] != attack["munitions"] else f"{attack['munitions']:g} "
            origin = attack["origin_name"] or attack["from_text"]
            place = origin if origin.startswith("from ") else f"from {_with_article(origin)}"
            stated.append(f"{attack['origin_claimant'] or 'Claimant not recorded'}: {number}{place}")
        return tuple(stated)

    def _origins(self) -> Iterable[OriginMark]:
        groups: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
        for attack in self.attacks:
            area = self.record.geometries[attack["attack_id"]].origin_area_id
            if area:
                party = self.record.party(attack["attacker"]).id
                groups.setdefault((area, party, attack["origin_claimant"], _status(attack)), []).append(
                    attack
                )
        for (area, party, claimant, status), attacks in groups.items():
            name = unit_words(area, with_parents=True)
            says = f"says {claimant or 'a claimant not recorded'} ({status})"
            if status == "inferred":
                says = f"inferred: {self.record.meta.inferred_rule}"
            words = f"Launched somewhere in {name}, {says}"
            ids = tuple(attack["attack_id"] for attack in attacks)
            yield OriginMark(ids, area, unit_words(area), party, claimant, status, words)

    def _lines(self) -> Iterable[LineMark]:
        for attack in self.attacks:
            line = self.record.geometries[attack["attack_id"]].line
            if line is None or line.is_empty:
                continue
            yield LineMark(
                (attack["attack_id"],),
                attack["event_id"],
                _path(line),
                attack["origin_basis"],
                attack["origin_status"] or "claimed",
                self.record.party(attack["attacker"]).id,
                None if isnan(attack["munitions"]) else float(attack["munitions"]),
                self._direction_words(attack),
                alternative=self._has_rival(attack),
            )

    def _wedges(self) -> Iterable[WedgeMark]:
        for attack in self.attacks:
            geometry = self.record.geometries[attack["attack_id"]]
            row = self.events[attack["event_id"]]
            if not geometry.wedge or geometry.interval is None or row["drawn_as"] != "point":
                continue
            yield WedgeMark(
                (attack["attack_id"],),
                attack["event_id"],
                (float(row["longitude"]), float(row["latitude"])),
                _ring_km(row),
                geometry.interval.from_min_deg,
                geometry.interval.from_max_deg,
                self._direction_words(attack),
                status=_status(attack),
                alternative=self._has_rival(attack),
            )

    def _sides(self) -> Iterable[SideMark]:
        """Yield one mark a target, territory and status; rows that share them share the mark."""
        groups: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
        for attack in self.attacks:
            if self.record.geometries[attack["attack_id"]].side_azimuth_deg is not None:
                row = self.events[attack["event_id"]]
                party = self.record.party(attack["attacker"]).id
                if row["drawn_as"]:
                    key = (row["event_id"], attack["origin_area"], party, _status(attack))
                    groups.setdefault(key, []).append(attack)
        for (event_id, territory, party, status), attacks in groups.items():
            row = self.events[event_id]
            area = row["drawn_area"]
            name = boundaries.unit(territory).name
            azimuth = self.record.geometries[attacks[0]["attack_id"]].side_azimuth_deg or 0.0
            point = pill_point(area, azimuth) if area else (float(row["longitude"]), float(row["latitude"]))
            yield SideMark(
                tuple(attack["attack_id"] for attack in attacks),
                event_id,
                point,
                float(azimuth),
                party,
                area,
                name,
                self._label(row) or row["title"],
                f"from {name}; launch and crossing points not reported{self._doubt(attacks[0])}",
                figures=_figures([row]),
                ring_km=0.0 if area else _ring_km(row),
                status=status,
                alternative=any(self._has_rival(attack) for attack in attacks),
            )

    def _borders(self) -> Iterable[BorderMark]:
        for attack in self.by_event.get(self.chosen, ()):
            border = self.record.geometries[attack["attack_id"]].border
            if border is not None:
                name = boundaries.unit(attack["origin_area"]).name
                words = f"The border with {name}, whole; nobody stated where it was crossed"
                yield BorderMark(
                    (attack["attack_id"],), _path(border), self.record.party(attack["attacker"]).id, words
                )

    def _direction_words(self, attack: dict[str, Any]) -> str:
        number = "" if isnan(attack["munitions"]) else f"{attack['munitions']:g} "
        what = f"{number}{attack['weapon']}: " if attack["weapon"] else ""
        other = "; another claimant says otherwise" if self._has_rival(attack) else ""
        text = f"{what}{attack['from_text']}{other}"
        return text[:1].upper() + text[1:]

    def _has_rival(self, attack: dict[str, Any]) -> bool:
        """Return whether another row of the same alternatives is among the selected."""
        return self.alternatives[attack["alternative_group"]] > 1

    def _doubt(self, attack: dict[str, Any]) -> str:
        """Return what a side mark says beside its name: that it is assessed, inferred or disputed."""
        status = _status(attack)
        said = {"assessed": "; assessed", "inferred": f"; inferred: {self.record.meta.inferred_rule}"}
        return said.get(status, "") + ("; another claimant says otherwise" if self._has_rival(attack) else "")

    def _parties(self, marks: Mapping[str, tuple[Any, ...]]) -> tuple[Party, ...]:
        kinds = ("points", "origins", "lines", "sides", "borders")
        used = {mark.party for kind in kinds for mark in marks[kind]}
        parties = {self.record.party(attack["attacker"]) for attack in self.attacks}
        return tuple(
            sorted((party for party in {*parties, NOBODY} if party.id in used), key=lambda party: party.name)
        )

    def scene(
        self,
        wanted: EventFilter,
        box: Bbox,
        *,
        claimed: tuple[ClaimedMark, ...],
        outside: int,
        placeless: int,
        is_cut: bool,
        display: Display,
    ) -> Scene:
        """Return the scene in the given extent; cut to it, it has lost its placeless events."""
        record = self.record
        focus = record.focus if display.shows("focus") else ()
        found: dict[str, tuple[Any, ...]] = {
            "areas": self.areas,
            "origins": self.origins,
            "borders": self.borders,
            "lines": self.lines,
            "wedges": self.wedges,
            "points": self.points,
            "sides": self.sides,
            "claimed": claimed,
        }
        marks: dict[str, Any] = display.kept(found)
        parties = self._parties(marks)
        listed = 0 if is_cut else placeless
        return Scene(
            case_id=record.meta.id,
            extent=box,
            focus=focus,
            focus_names=tuple(focus_name(unit_id) for unit_id in focus),
            outlined=tuple(unit_id for layer in record.outlined for unit_id in layer.units),
            parties=parties,
            **marks,
            legend=legend_of(record, parties, marks, focus=focus, disputed=not is_cut or _has_disputed(box)),
            marginalia=marginalia_of(record, wanted, placeless=listed, outside=outside, display=display),
            placeless=placeless,
            data_hash=record.case.data_hash,
            query=query_words(wanted, record.default_filter, record.meta.generalised, display),
            generalised=generalised_words(record.meta.generalised),
            titles=self._titles(claimed),
            display=display,
        )

    def _titles(self, claimed: tuple[ClaimedMark, ...]) -> tuple[tuple[str, str], ...]:
        """Return id and title of each event that is drawn, if only as somebody claims it."""
        ids = self.drawn_ids() | {mark.event_id for mark in claimed}
        titles = dict(zip(self.record.case.events["event_id"], self.record.case.events["title"], strict=True))
        return tuple((event_id, str(titles[event_id])) for event_id in sorted(ids))


def _status(attack: dict[str, Any]) -> str:
    """Return how an origin is known: inferred by the case's rule, else claimed or assessed."""
    return "inferred" if attack["origin_basis"] == "inferred" else attack["origin_status"] or "claimed"


# Lines closer than this at their target would lie on each other there.
_BUNDLE_DEG = 14.0


def _fanned(lines: tuple[LineMark, ...]) -> tuple[LineMark, ...]:
    """Return lines with their places in the bundles that they form at their targets."""
    places: dict[int, float] = {}
    for event_id in dict.fromkeys(mark.event_id for mark in lines):
        at_target = [n for n, mark in enumerate(lines) if mark.event_id == event_id]
        for bundle in _bundles({n: _azimuth_of(lines[n]) for n in at_target}):
            places |= {n: step - (len(bundle) - 1) / 2 for step, n in enumerate(bundle)}
    return tuple(replace(mark, fan=places[n]) for n, mark in enumerate(lines))


def _bundles(azimuths: dict[int, float]) -> list[list[int]]:
    """Return keys in clockwise order, in runs whose neighbours are less than 14° apart."""
    order = sorted(azimuths, key=lambda n: azimuths[n])
    gaps = [(azimuths[n] - azimuths[order[k - 1]]) % 360.0 for k, n in enumerate(order)]
    # The run begins behind the widest gap, so that none is cut at north.
    first = max(range(len(order)), key=lambda k: gaps[k])
    runs: list[list[int]] = []
    for k in [*range(first, len(order)), *range(first)]:
        if not runs or gaps[k] >= _BUNDLE_DEG:
            runs.append([])
        runs[-1].append(order[k])
    return runs


def _azimuth_of(mark: LineMark) -> float:
    """Return the azimuth at the target's end of a line, towards its origin."""
    end, before = mark.path[-1][-1], mark.path[-1][-2]
    return initial_bearing_deg(end, before)


# A side mark is as wide as this to either side, seen from its target, and glyphs keep this apart.
_SIDE_HALF_DEG = 32.0
_APART_DEG = 4.0


def _in_tiers(
    wedges: tuple[WedgeMark, ...], sides: tuple[SideMark, ...]
) -> tuple[tuple[WedgeMark, ...], tuple[SideMark, ...]]:
    """Return marks on the innermost tier on which none of the same target hides another."""
    taken: dict[tuple[str, int], list[Interval]] = {}

    def tier_of(event_id: str, arc: Interval) -> int:
        tier = 0
        while any(_overlap(arc, other) for other in taken.get((event_id, tier), ())):
            tier += 1
        taken.setdefault((event_id, tier), []).append(arc)
        return tier

    placed = tuple(
        replace(mark, tier=tier_of(mark.event_id, Interval(mark.from_min_deg, mark.from_max_deg)))
        for mark in wedges
    )
    beside = tuple(
        replace(mark, tier=tier_of(mark.event_id, Interval.around(mark.azimuth_deg, _SIDE_HALF_DEG)))
        for mark in sides
    )
    return placed, beside


def _overlap(first: Interval, second: Interval) -> bool:
    """Return whether two arcs overlap, or leave less than 4° between them."""
    between = (second.from_min_deg - first.from_min_deg) % 360.0
    ahead = (first.from_min_deg - second.from_min_deg) % 360.0
    return between <= first.width_deg + _APART_DEG or ahead <= second.width_deg + _APART_DEG


def focus_name(unit_id: str) -> str:
    """Return a unit's name with its country: "Balochistan (Pakistan)"; a user's own as it is named."""
    unit = boundaries.unit(unit_id)
    return (
        unit.name
        if unit.level == 0 or boundaries.layer_of(unit_id)
        else f"{unit_words(unit_id) if unit.level == 2 else unit.name} ({boundaries.unit(unit.iso3).name})"
    )


def _ring_km(row: Mapping[str, Any]) -> float:
    """Return the radius in which the true place lies; a named place without one gets the default."""
    if not isnan(row["location_uncertainty_km"]):
        return float(row["location_uncertainty_km"])
    return DEFAULT_RING_KM if row["location_precision"] == "place" else 0.0


def _figures(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return how many were killed, as far as claimed, where the mark stands for one event."""
    return str(rows[0]["killed_text"]) if len(rows) == 1 else ""


def _with_article(origin: str) -> str:
    return f"the {origin}" if origin.startswith("direction ") else origin


def _label_point(unit_id: str) -> LonLat:
    unit = boundaries.unit(unit_id)
    return unit.label_lon, unit.label_lat


@lru_cache(maxsize=1024)
def pill_point(unit_id: str, azimuth_deg: float) -> LonLat:
    """Return where a unit's pill stands so that a side mark beside it has room.

    Any point of the unit would do: the pill is nobody's position. Of those well inside,
    the one farthest from the side on which the mark stands.

    Parameters
    ----------
    azimuth_deg
        Direction of the mark, degrees clockwise from true north.
    """
    shape = boundaries.unit_geometry(unit_id, resolution="screen")
    west, south, east, north = shape.bounds
    lon, lat = (
        axis.ravel() for axis in np.meshgrid(np.linspace(west, east, 60), np.linspace(south, north, 60))
    )
    points = shapely.points(lon, lat)
    inside = shapely.distance(points, shapely.boundary(shape)) * shapely.contains(shape, points)
    if not inside.any():
        return _label_point(unit_id)
    away = -(np.sin(np.radians(azimuth_deg)) * (lon - west) * np.cos(np.radians((south + north) / 2)))
    away -= np.cos(np.radians(azimuth_deg)) * (lat - south)
    best = int(np.argmax(np.where(inside >= 0.55 * inside.max(), away, -np.inf)))
    return round(float(lon[best]), 4), round(float(lat[best]), 4)


def _path(line: Any) -> Path:
    parts = line.geoms if hasattr(line, "geoms") else [line]
    return tuple(tuple((float(x), float(y)) for x, y in part.coords) for part in parts)


def _has_disputed(box: Bbox) -> bool:
    lines = boundaries.load_basemap("disputed")
    return bool(lines.geometry.intersects(boxes(box)).any())
