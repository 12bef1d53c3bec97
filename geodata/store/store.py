"""Very many events as every view asks them: columns, counts, brief rows and whole rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from geodata import boundaries, schema
from geodata.cases import CaseMeta
from geodata.days import EventTime, event_time
from geodata.filters import EventFilter
from geodata.opening import Opening, opening_around
from geodata.record import Record
from geodata.store.attacks import Attacks, attacks_of, no_attacks
from geodata.store.columns import Columns, columns_of
from geodata.store.mask import (
    Mask,
    Part,
    days_wanted,
    has_only_days_and_kinds,
    in_period,
    kinds_wanted,
    wanted_rows,
)
from geodata.store.morton import BITS, keys_of
from geodata.store.selection import ALL, LOOSE_POINTS, Selections, is_kept, pieces
from geodata.store.tally import Ints, Rows, Tally, make_tally
from geodata.style import Party, party_of

# Levels of the squares over which counts are kept: for maps up to zoom 4, and up to zoom 7.
LEVELS = (6, 9)
AREA_TALLY, DAY_TALLY = "area", "day"
_PRECISIONS = len(schema.LOCATION_PRECISIONS)
# From so many points on a map asks for what is in its view: fewer a browser draws and moves without effort.
CELLS_FROM = 2_000
# A view to open on is found from so many places.
_LOOKED_AT = 200_000
# From more units on, a scene leaves what is known to them alone to the views of the map.
UNITS_IN_SCENE = 150
# Of more events with an attack each cannot be drawn: they count in cells, and their attacks in flows.
AIMED_IN_SCENE = 1_000
# What a list or a mark of an event says, of which any row is quickly at hand.
BRIEF = (
    "event_id",
    "title",
    "start",
    "end",
    "time_precision",
    "time_zone",
    "place_name",
    "location_uncertainty_km",
    "killed_text",
    "injured_text",
    "claims_count",
)


def _keep() -> None:
    """Let go of nothing: what lies in memory alone would be lost."""


@dataclass(frozen=True, eq=False)
class Counts:
    """Counts of the events of one day, and the rows of those of more.

    Parameters
    ----------
    levels
        Of loose points, by the level of their squares.
    area, day
        Of the events known to a unit, by unit and precision; and of all events in one group.
    lasting
        Rows of the events of more than a day, ascending.
    """

    levels: dict[int, Tally]
    area: Tally
    day: Tally
    lasting: Rows


@dataclass(frozen=True, eq=False)
class Store:
    """The events of one case in the order of a map.

    Parameters
    ----------
    meta
        Head of the case.
    columns
        One value an event.
    brief
        The columns :data:`BRIEF`, in the same order.
    whole
        Returns the record of some rows, in the given order, with all that is known of them.
    counts
        What is counted beforehand.
    data_hash
        Changes with the events.
    find
        Returns the row of the event with an id, -1 if there is none.
    attacks
        Where attacks came from, as far as a line may be drawn.
    relax
        Lets go of what was looked at, where that has become much; called as often as much is looked at.
    """

    meta: CaseMeta
    columns: Columns
    brief: pa.Table
    whole: Callable[[Rows], Record]
    counts: Counts
    data_hash: str
    find: Callable[[str], int]
    attacks: Attacks = field(default_factory=no_attacks)
    relax: Callable[[], None] = _keep

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def default_filter(self) -> EventFilter:
        """The period on which the case opens; its window where it names none."""
        view = self.meta.view
        return EventFilter(
            date_from=view.date_from if view else self.meta.date_from,
            date_to=view.date_to if view else self.meta.date_to,
        )

    def lasting_of(self, first: int, last: int, wanted: EventFilter) -> Rows:
        """Return the wanted rows from ``first`` up to ``last`` of events of more than a day."""
        begin, end = np.searchsorted(self.counts.lasting, [first, last])
        rows = self.counts.lasting[begin:end]
        return rows[self.wanted(wanted, rows)]

    @cached_property
    def selections(self) -> Selections:
        """What filters select whatever the days and kinds, shared by all who have the store."""
        return Selections(self.columns)

    def wanted(self, wanted: EventFilter, part: Part) -> Mask:
        """Return which rows of a part are wanted; a box in the filter is not asked, a slice has both ends."""
        self.relax()
        if not is_kept(wanted):
            return wanted_rows(self.columns, wanted, part)
        keep = in_period(self.columns, wanted, part)
        if not has_only_days_and_kinds(wanted):
            keep &= self.selections.of(wanted).mask(part)
        return keep

    def wanted_rows(self, wanted: EventFilter, first: int, last: int) -> Rows:
        """Return the wanted rows from ``first`` up to ``last``, ascending."""
        return np.concatenate([np.zeros(0, dtype=np.intp), *self.wanted_parts(wanted, first, last)])

    def wanted_parts(self, wanted: EventFilter, first: int, last: int) -> Iterator[Rows]:
        """Yield the wanted rows from ``first`` up to ``last``, ascending, some at a time."""
        for part in pieces(first, last):
            yield np.flatnonzero(self.wanted(wanted, part)) + part.start

    def touching(self, which: str, wanted: EventFilter, first: npt.ArrayLike, last: npt.ArrayLike) -> Ints:
        """Return how many wanted events of each kind touch periods, ``(kinds, periods)``.

        Parameters
        ----------
        which
            Of which events, as in :mod:`geodata.store.selection`.
        first, last
            First and last day of each period, counted from 1970-01-01; days in the filter are not asked.
        """
        found = self.selections.of(wanted).counts[which].touching(first, last)
        unwanted = np.ones(len(found), dtype=bool)
        unwanted[kinds_wanted(wanted)] = False
        found[unwanted] = 0
        return found

    def kinds(self, wanted: EventFilter) -> Ints:
        """Return how many wanted events there are of each kind."""
        first, last = days_wanted(wanted)
        found: Ints = self.touching(ALL, wanted, [first], [last])[:, 0]
        return found

    def loose_kinds(self, wanted: EventFilter) -> Ints:
        """Return how many wanted points that a scene leaves out there are of each kind."""
        first, last = days_wanted(wanted)
        aimed = self.gathered_points
        aimed = aimed[self.wanted(wanted, aimed)]
        more: Ints = np.bincount(self.columns.kind[aimed], minlength=len(schema.EVENT_TYPES))
        return more + self.touching(LOOSE_POINTS, wanted, [first], [last])[:, 0]

    @cached_property
    def site_kinds(self) -> tuple[tuple[str, bool], ...]:
        """The kinds of event of loose points, and whether their precision is not stated."""
        columns = self.columns
        parts: list[Part] = [*pieces(0, columns.loose), self.gathered_points]
        found = [columns.kind[part].astype(int) * _PRECISIONS + columns.precision[part] for part in parts]
        pairs = np.unique(np.concatenate([np.unique(some) for some in found]))
        named = (divmod(pair, _PRECISIONS) for pair in pairs.tolist())
        unknown = schema.LOCATION_PRECISIONS.index("unknown")
        return tuple(dict.fromkeys((schema.EVENT_TYPES[kind], what == unknown) for kind, what in named))

    @cached_property
    def nothing(self) -> Record:
        """The record without an event."""
        return self.whole(np.zeros(0, dtype=np.intp))

    @cached_property
    def opening(self) -> Opening:
        """The view on which the map opens: the case's, else around its events, of very many some."""
        view = self.meta.view
        if view:
            return Opening(view.latitude, view.longitude, view.zoom)
        step = self.columns.loose // _LOOKED_AT + 1
        rows = np.concatenate([np.arange(0, self.columns.loose, step), self.gathered_points])
        lon, lat = self.columns.lon[rows], self.columns.lat[rows]
        part = slice(self.columns.loose, self.columns.areas)
        units = [self.columns.units[code] for code in np.unique(self.columns.area[part]).tolist()]
        return opening_around(np.asarray(lon), np.asarray(lat), units)

    @cached_property
    def present(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The kinds of event, and the units to which events were joined."""
        kinds = [kind for kind, n in zip(schema.EVENT_TYPES, self.kinds(EventFilter()), strict=True) if n]
        has = np.zeros(len(self.columns.units), dtype=bool)
        for name in ("adm0", "adm1", "adm2"):
            for part in pieces(0, len(self)):
                has[getattr(self.columns, name)[part]] = True
        codes = np.flatnonzero(has).tolist()
        return tuple(kinds), tuple(self.columns.units[code] for code in codes if code)

    @cached_property
    def aimed(self) -> Rows:
        """Rows of the events that have an attack."""
        return np.flatnonzero(self.columns.aimed[self.columns.areas :]) + self.columns.areas

    @cached_property
    def gathers_areas(self) -> bool:
        """Whether events are known to so many units that a view asks for those in it."""
        known = self.columns.area[self.columns.loose : self.columns.areas]
        aimed = self.columns.area[self.gathered_areas]
        return len(np.unique(np.concatenate([known, aimed]))) > UNITS_IN_SCENE

    @cached_property
    def gathers_aimed(self) -> bool:
        """Whether so many events have an attack that they count in cells, and their attacks in flows."""
        return len(self.aimed) > AIMED_IN_SCENE

    @cached_property
    def gathered_points(self) -> Rows:
        """Rows of the events with an attack that count in cells, by place."""
        rows = self.aimed[self.columns.drawn[self.aimed] == 1] if self.gathers_aimed else self.aimed[:0]
        return self.by_place(rows)

    @cached_property
    def gathered_keys(self) -> Ints:
        """The keys of their places, ascending."""
        return self.keys(self.gathered_points)

    @cached_property
    def gathered_areas(self) -> Rows:
        """Rows of the events with an attack that count with others known to their unit."""
        if not self.gathers_aimed:
            return self.aimed[:0]
        area, drawn = self.columns.area[self.aimed], self.columns.drawn[self.aimed]
        found: Rows = self.aimed[(area > 0) & (drawn == 0)]
        return found

    @cached_property
    def attack_parties(self) -> tuple[tuple[Party, ...], npt.NDArray[np.int64]]:
        """The parties of the attacks, and which of them each attacker belongs to."""
        found = [party_of(attacker, self.meta.parties) for attacker in self.attacks.attackers]
        parties = sorted(set(found), key=lambda party: (party.name, party.id))
        return tuple(parties), np.array([parties.index(party) for party in found], dtype=np.int64)

    @cached_property
    def attack_targets(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Longitude and latitude of the target of each attack: its point, or that of its unit's name."""
        columns, row = self.columns, self.attacks.row
        lon, lat, area = columns.lon[row].copy(), columns.lat[row].copy(), columns.area[row]
        for code in np.unique(area[area > 0]).tolist():
            unit = boundaries.unit(columns.units[code])
            lon[area == code], lat[area == code] = unit.label_lon, unit.label_lat
        return lon, lat

    def keys(self, rows: Rows) -> Ints:
        """Return the key of the place of each of some points, also of those with an attack."""
        found: Ints = self.columns.key[rows]
        aimed = rows >= self.columns.loose
        if aimed.any():
            found = found.copy()
            found[aimed] = keys_of(self.columns.lon[rows[aimed]], self.columns.lat[rows[aimed]])
        return found

    def by_place(self, rows: Rows) -> Rows:
        """Return points in the order of their keys."""
        rows = np.sort(rows)
        if not len(rows) or rows[-1] < self.columns.loose:  # the order of the store
            return rows
        ordered: Rows = rows[np.argsort(self.keys(rows), kind="stable")]
        return ordered

    def listed(self, rows: Rows) -> list[dict[str, Any]]:
        """Return what marks and lists say of some rows, in that order."""
        columns = self.columns
        found: list[dict[str, Any]] = self.brief_of(rows).to_pylist()
        for row, entry in zip(rows.tolist(), found, strict=True):
            entry["event_type"] = schema.EVENT_TYPES[columns.kind[row]]
            entry["location_precision"] = schema.LOCATION_PRECISIONS[columns.precision[row]]
            entry["latitude"], entry["longitude"] = float(columns.lat[row]), float(columns.lon[row])
            entry["claimants_count"] = int(columns.claimants[row])
            entry["drawn_area"] = columns.units[columns.area[row]]
            # A number that nobody stated is NaN, as in a record.
            ring = entry.get("location_uncertainty_km")
            entry["location_uncertainty_km"] = math.nan if ring is None else ring
        return found

    def brief_of(self, rows: Rows, names: Sequence[str] = BRIEF) -> pa.Table:
        """Return brief columns of some rows, in that order; each batch of the file is asked for its own."""
        self.relax()
        table = self.brief.select(list(names))
        batches = table.to_batches()
        starts = np.concatenate([[0], np.cumsum([batch.num_rows for batch in batches])]).astype(np.intp)
        order = np.argsort(rows, kind="stable")
        at = np.searchsorted(rows[order], starts)
        parts = [
            batch.take(pa.array(rows[order[first:last]] - start))
            for batch, start, first, last in zip(batches, starts, at, at[1:], strict=False)
            if first < last
        ]
        back = np.empty(len(rows), dtype=np.intp)
        back[order] = np.arange(len(rows))
        return pa.Table.from_batches(parts, table.schema).combine_chunks().take(pa.array(back))

    def listed_one(self, row: int) -> dict[str, Any]:
        """Return what marks and lists say of one row."""
        return self.listed(np.array([row]))[0]

    def time_of(self, entry: Mapping[str, Any]) -> EventTime:
        """Return when an event of :meth:`listed` was."""
        zone = entry["time_zone"] or self.meta.time_zone
        return event_time(entry["start"], entry["end"], precision=entry["time_precision"], zone_name=zone)


def make_counts(columns: Columns) -> Counts:
    """Return what is counted beforehand of some columns."""
    found = {name: make_tally(columns, rows, group) for name, (rows, group) in counted(columns).items()}
    levels = {level: found[level_name(level)] for level in LEVELS}
    lasting = np.flatnonzero(columns.first_day != columns.last_day)
    return Counts(levels, found[AREA_TALLY], found[DAY_TALLY], lasting)


def counted(columns: Columns) -> dict[str, tuple[Rows, Ints]]:
    """Return the rows of events of one day that each tally counts, and their groups, by its name."""
    rows = np.flatnonzero(columns.first_day == columns.last_day)
    loose = rows[: np.searchsorted(rows, columns.loose)]
    known = rows[len(loose) : np.searchsorted(rows, columns.areas)]
    return {
        **{level_name(level): (loose, columns.key[loose] >> shift_of(level)) for level in LEVELS},
        AREA_TALLY: (known, area_groups(columns, known)),
        DAY_TALLY: (rows, np.zeros(len(rows), dtype=np.int64)),
    }


def level_name(level: int) -> str:
    """Return the name of the tally over the squares of a level."""
    return f"level{level}"


def store_of(record: Record) -> Store:
    """Return the events of a record as a store, in memory."""
    columns, order = columns_of(record.events, record.attacks)
    brief = pa.Table.from_pandas(record.events[[*BRIEF]], preserve_index=False).take(pa.array(order))
    row_of = {event_id: row for row, event_id in enumerate(brief["event_id"].to_pylist())}

    def whole(rows: Rows) -> Record:
        keep = np.zeros(len(record.events), dtype=bool)
        keep[order[rows]] = True
        return record.subset(keep)

    return Store(
        record.meta,
        columns,
        brief.combine_chunks(),
        whole,
        make_counts(columns),
        record.case.data_hash,
        lambda event_id: row_of.get(event_id, -1),
        attacks_of(record.attacks, brief["event_id"].to_pandas()),
    )


def shift_of(level: int) -> int:
    """Return by how many bits a key is longer than that of the square of a level."""
    return 2 * (BITS - level)


def area_groups(columns: Columns, rows: Rows) -> Ints:
    """Return the group of events known to a unit: unit and precision in one number."""
    return columns.area[rows].astype(np.int64) * _PRECISIONS + columns.precision[rows]


def parted_group(group: int) -> tuple[int, int]:
    """Return unit and precision of a group of :func:`area_groups`."""
    return divmod(group, _PRECISIONS)
