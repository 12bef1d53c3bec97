"""A case with all that is derived from it, once: units, days, ranges, directions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata import boundaries, schema
from geodata.cases import Case, CaseMeta
from geodata.claims import casualty_ranges, subject_ranges
from geodata.days import EventTime, event_time
from geodata.direction import AttackGeometry, attack_directions, attack_geometries
from geodata.filters import EPOCH, EventFilter, Mask, apply_filter
from geodata.join import assign_admin
from geodata.readers.distinct import Codes, cells_at, distinct_rows
from geodata.style import Party, party_of

_UNIT_OF_PRECISION = {
    "admin2": ("adm2_id", "adm1_id", "adm0_id"),
    "admin1": ("adm1_id", "adm0_id"),
    "country": ("adm0_id",),
}


FEW_UNITS = 12  # more outlines in the heavy stroke of a focus would bury the map


@dataclass(frozen=True)
class Record:
    """The tables of a case with derived columns, read-only by agreement.

    Parameters
    ----------
    events
        One row an event, ordered by UTC start: the case's columns, the join columns,
        the range columns, ``first_day`` and ``last_day`` (days since 1970-01-01, local),
        ``drawn_as`` (point, area, or empty) and ``drawn_area`` (boundary id).
    attacks
        One row an attack: the case's columns and the direction columns.
    times
        The time of each event, by event id.
    layers
        Boundaries beside the packs that the events were joined to or that are in focus.
    """

    case: Case
    events: pd.DataFrame
    attacks: pd.DataFrame
    times: Mapping[str, EventTime]
    layers: tuple[boundaries.LayerInUse, ...] = ()

    @property
    def meta(self) -> CaseMeta:
        """The head of the case."""
        return self.case.meta

    @property
    def focus(self) -> tuple[str, ...]:
        """The units in focus: the case's, and those of a layer in focus that has few."""
        few = (layer for layer in self.layers if layer.is_focus and len(layer.units) <= FEW_UNITS)
        return (*self.meta.focus, *(unit_id for layer in few for unit_id in layer.units))

    @property
    def outlined(self) -> tuple[boundaries.LayerInUse, ...]:
        """The layers in focus whose many units get thin outlines and small names."""
        return tuple(layer for layer in self.layers if layer.is_focus and len(layer.units) > FEW_UNITS)

    @property
    def default_filter(self) -> EventFilter:
        """The period on which the case opens; its window where it names none."""
        view = self.meta.view
        return EventFilter(
            date_from=view.date_from if view else self.meta.date_from,
            date_to=view.date_to if view else self.meta.date_to,
        )

    @cached_property
    def geometries(self) -> dict[str, AttackGeometry]:
        """What may be drawn of each attack's direction, by attack id."""
        drawn = attack_geometries(self.attacks, self.events, inferred_rule=self.meta.inferred_rule)
        return dict(zip(map(str, self.attacks["attack_id"]), drawn, strict=True))

    @cached_property
    def sites(self) -> dict[str, int]:
        """The largest number of sites that counts for each event that somebody gives one for."""
        claims = self.case.claims
        event_ids = list(dict.fromkeys(claims.loc[claims["subject"] == "sites", "event_id"]))
        if not event_ids:  # weighing nothing takes a while too
            return {}
        ranges = subject_ranges(claims, event_ids, subject="sites", sources=self.case.sources)
        return {str(event_id): int(most) for event_id, most in ranges["sites_high"].dropna().items()}

    @cached_property
    def rows(self) -> dict[str, dict[str, Any]]:
        """The rows of the events by id, in the record's order."""
        return {str(row["event_id"]): row for row in _rows(self.events)}

    @cached_property
    def attack_rows(self) -> list[dict[str, Any]]:
        """The rows of the attacks, in the case's order."""
        return _rows(self.attacks)

    def for_many_selections(self) -> Record:
        """Return this record in a form of which selections are quick, and share their rows.

        Meant for hundreds of selections of a few hundred events; it takes much memory for many events.
        """
        ready = Record(self.case, _plain(self.events), _plain(self.attacks), self.times, self.layers)
        for name in (*_SHARED, "rows", "attack_rows"):
            ready.__dict__[name] = getattr(self, name)
        return ready

    @cached_property
    def with_stated_positions(self) -> frozenset[str]:
        """The events of which some claim states a position in columns of its own."""
        claims = self.case.claims
        numbers, texts = schema.POSITION_COLUMNS[:2], schema.POSITION_COLUMNS[3:]
        stated = claims[list(numbers)].notna().all(axis=1) | (claims[list(texts)] != "").any(axis=1)
        return frozenset(claims.loc[stated, "event_id"])

    def party(self, attacker: str) -> Party:
        """Return the party an attacker belongs to."""
        return party_of(attacker, self.meta.parties)

    def event(self, event_id: str) -> dict[str, object]:
        """Return the row of an event."""
        return self.event_rows([event_id])[0]

    def event_rows(self, event_ids: Sequence[str]) -> list[dict[str, object]]:
        """Return the rows of several events, in the record's order."""
        return _rows(self.events[self.events["event_id"].isin(event_ids)])

    def attacks_of(self, event_id: str) -> list[dict[str, object]]:
        """Return the attack rows of an event, in the case's order."""
        found = self.attacks[self.attacks["event_id"] == event_id]
        return _rows(found)

    def select(self, wanted: EventFilter) -> Record:
        """Return the record with the wanted events and their attacks alone."""
        return self.subset(apply_filter(self, wanted))

    def subset(self, keep: Mask) -> Record:
        """Return the record with the events that a mask keeps, and their attacks alone."""
        events = self.events[keep].reset_index(drop=True)
        attacks = self.attacks[self.attacks["event_id"].isin(events["event_id"])].reset_index(drop=True)
        selected = Record(self.case, events, attacks, self.times, self.layers)
        # These do not depend on the filter: share what is computed.
        for name in _SHARED:
            selected.__dict__[name] = getattr(self, name)
        # Rows take much memory: shared where they are at hand, else made of what is left.
        if "rows" in self.__dict__:
            selected.__dict__["rows"] = {event_id: self.rows[event_id] for event_id in events["event_id"]}
        if "attack_rows" in self.__dict__:
            rows = [row for row in self.attack_rows if row["event_id"] in selected.rows]
            selected.__dict__["attack_rows"] = rows
        return selected


# Properties that a selection has from the record it is of.
_SHARED = ("geometries", "sites", "with_stated_positions")


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose texts are Python's, in one block: to take rows of it is ten times as quick."""
    texts = [name for name, kind in frame.dtypes.items() if isinstance(kind, pd.StringDtype)]
    return frame.astype(dict.fromkeys(texts, object)).copy()


def build_record(
    case: Case, *, tolerance_km: float = 10.0, layers: Sequence[boundaries.LayerInUse] = ()
) -> Record:
    """Join, date, count and direct every row of a case.

    Parameters
    ----------
    layers
        Boundaries beside the packs; those that join go before them, at their level.
        Of two layers of one level the later one goes first.
    """
    events = assign_admin(case.events, tolerance_km=tolerance_km, layers=_joining(layers))
    distinct, which = _distinct_times(events, case.meta.time_zone)
    ids = events["event_id"].tolist()
    ranges = casualty_ranges(case.claims, ids, sources=case.sources)
    starts = np.array([when.start_utc.replace(tzinfo=None) for when in distinct], dtype="datetime64[us]")
    events = events.assign(
        first_day=np.array([(when.first_day - EPOCH).days for when in distinct], dtype=np.int64)[which],
        last_day=np.array([(when.last_day - EPOCH).days for when in distinct], dtype=np.int64)[which],
        start_utc=starts[which],
        **{name: ranges[name].to_numpy() for name in schema.RANGE_COLUMNS},
    )
    events["drawn_as"], events["drawn_area"] = _drawn_columns(events)
    directions = attack_directions(case.attacks, events, inferred_rule=case.meta.inferred_rule)
    attacks = pd.concat([case.attacks, directions], axis=1)
    events = events.sort_values(["start_utc", "event_id"], kind="stable").reset_index(drop=True)
    times = dict(zip(ids, (distinct[at] for at in which.tolist()), strict=True))
    return Record(case, events, attacks, times, tuple(layers))


def _distinct_times(events: pd.DataFrame, time_zone: str) -> tuple[list[EventTime], Codes]:
    """Return the distinct times of events, and which of them each event has: days repeat."""
    columns = [events[name] for name in ("start", "end", "time_precision", "time_zone")]
    first, which = distinct_rows(columns)
    found = [
        event_time(str(start), str(end), precision=str(precision), zone_name=str(zone) or time_zone)
        for start, end, precision, zone in cells_at(columns, first)
    ]
    return found, which


def _joining(layers: Sequence[boundaries.LayerInUse]) -> list[tuple[int, gpd.GeoDataFrame]]:
    return [
        (item.layer.level, item.layer.units) for item in layers if item.joins and item.layer.level in (1, 2)
    ]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(name) for name in frame.columns]
    # Column by column: to_dict("records") takes a text column apart cell by cell.
    columns = [frame[name].tolist() for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


_DRAWN_FROM = (
    "location_precision",
    "latitude",
    "area",
    "event_type",
    "join_method",
    "adm0_id",
    "adm1_id",
    "adm2_id",
)


def _drawn_columns(events: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return how each event is drawn, and the unit it is known to; what is alike is judged once."""
    columns = [events[name].isna() if name == "latitude" else events[name] for name in _DRAWN_FROM]
    first, which = distinct_rows(columns)
    drawn = [_drawn(row) for row in _rows(events[[*_DRAWN_FROM]].iloc[first])]
    how, area = (
        pd.Series(pd.array([pair[side] for pair in drawn], dtype="str").take(which), index=events.index)
        for side in (0, 1)
    )
    return how, area


def _drawn(row: dict[str, object]) -> tuple[str, str]:
    """Return how an event is drawn, and the unit it is known to.

    Coordinates given with a coarse precision are a centroid by convention of those who
    code events: they serve the join, and are not drawn as a position.
    """
    precision = str(row["location_precision"])
    has_point = not math.isnan(float(str(row["latitude"])))
    if has_point and precision in (*schema.POINT_PRECISIONS, "unknown"):
        return "point", ""
    if row["area"]:
        return "area", str(row["area"])
    if row["event_type"] in schema.DIPLOMATIC_TYPES:
        return "", ""  # talks have a country, not a place that was struck
    columns = _UNIT_OF_PRECISION.get(precision, ())
    if precision == "unknown" and not has_point and row["join_method"] in ("name", "code"):
        columns = ("adm2_id", "adm1_id", "adm0_id")
    for column in columns:
        if row[column]:
            return "area", str(row[column])
    return "", ""


def unit_words(unit_id: str, *, year: int | None = None, with_parents: bool = False) -> str:
    """Return a unit in words: "Saravan county (2017 limits), Sistan and Baluchestan, Iran".

    Parameters
    ----------
    year
        Year of what is shown; limits of another year are then named.
    with_parents
        Whether province and country follow.
    """
    unit = boundaries.unit(unit_id)
    # What a user's own units are called is the user's to say.
    kind = "" if boundaries.layer_of(unit_id) else _KINDS.get((unit.iso3, unit.level), "")
    words = f"{unit.name} {kind}".strip() if kind and kind not in unit.name.casefold() else unit.name
    if year and unit.level == 2 and unit.vintage.isdigit() and int(unit.vintage) != year:
        words += f" ({unit.vintage} limits)"
    if with_parents:
        # A unit made later hangs below one of its own level, which it no longer lies in.
        parents = map(boundaries.unit, boundaries.ancestors(unit_id))
        above = (parent.name for parent in parents if parent.level < unit.level)
        words = ", ".join([words, *above])
    return words


_KINDS = {
    ("PAK", 2): "district",
    ("IRN", 2): "county",
    ("PAK", 1): "province",
    ("IRN", 1): "province",
}
