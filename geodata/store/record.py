"""A store in the place of a record, and the store of a record that has very many events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np

from geodata.cases import Case
from geodata.days import EventTime
from geodata.display import EVERYTHING, Display
from geodata.errors import UsageError
from geodata.filters import Bbox, EventFilter, has_actor
from geodata.opening import Opening, opening_view
from geodata.record import Record
from geodata.scene import Scene
from geodata.scene_build import build_scene, view_extent
from geodata.shading import UnitCounts, check_level, level_of, shaded, shading_of
from geodata.store.mask import meets_box, names_one
from geodata.store.store import CELLS_FROM, Store, store_of
from geodata.store.units import counts_of_record, counts_of_store

# So many whole events are put into one file at most.
MOST_WHOLE = 200_000
_LOCK = Lock()


@dataclass(frozen=True)
class StoredRecord(Record):
    """A record whose rows stay in a store: its tables are empty, what is asked of it is read.

    Parameters
    ----------
    store
        Has the rows.
    """

    store: Store | None = None

    def select(self, wanted: EventFilter) -> Record:
        """Return the record of the wanted events, read from the store.

        Raises
        ------
        UsageError
            If they are more than :data:`MOST_WHOLE`.
        """
        store = self.store
        assert store is not None
        found = [np.zeros(0, dtype=np.intp)]
        for some in store.wanted_parts(wanted, 0, len(store)):
            found.append(some[meets_box(store.columns, wanted.bbox, some)] if wanted.bbox else some)
        rows = np.concatenate(found)
        if len(rows) > MOST_WHOLE:
            raise UsageError(
                f"{len(rows):,} events are too many for one file or picture",
                remedy=f"Narrow the filters, or for a picture the part of the map, to {MOST_WHOLE:,}",
            )
        return store.whole(rows)


class StoredTimes(Mapping[str, EventTime]):
    """The times of the events of a store, by id; looked up one at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getitem__(self, event_id: str) -> EventTime:
        row = self._store.find(event_id)
        if row < 0:
            raise KeyError(event_id)
        return self._store.time_of(self._store.listed_one(row))

    def __contains__(self, event_id: object) -> bool:
        return isinstance(event_id, str) and self._store.find(event_id) >= 0

    def __iter__(self) -> Iterator[str]:
        for chunk in self._store.brief["event_id"].iterchunks():
            yield from chunk.to_pylist()

    def __len__(self) -> int:
        return len(self._store)


def stored_record(case: Case, store: Store) -> StoredRecord:
    """Return the record that stands for a store; ``case`` has its head and empty tables."""
    empty = case.events, case.attacks
    return StoredRecord(case, *empty, StoredTimes(store), (), store)


def store_for(record: Record) -> Store | None:
    """Return the store behind a record, made once for one of very many events; None for one of few."""
    if isinstance(record, StoredRecord):
        return record.store
    if len(record.events) <= CELLS_FROM:
        return None
    with _LOCK:
        found: Store | None = record.__dict__.get("made_store")
        if found is None:
            found = store_of(record)
            record.__dict__["made_store"] = found
        return found


def one_event(record: Record, event_id: str) -> tuple[Record, str]:
    """Return a record that holds an event, read from the store where that has it, and the event's id."""
    store = store_for(record)
    row = store.find(event_id) if store else -1
    return (store.whole(np.array([row])) if store and row >= 0 else record), event_id


def opening_for(record: Record) -> Opening:
    """Return the view on which the map of a record opens."""
    store = store_for(record)
    return store.opening if store else opening_view(record)


def kinds_in(record: Record) -> set[str]:
    """Return the kinds of event of a record."""
    store = store_for(record)
    return set(store.present[0]) if store else set(record.events["event_type"])


def units_in(record: Record) -> set[str]:
    """Return the ids of the units to which events of a record were joined."""
    store = store_for(record)
    if store:
        return set(store.present[1])
    columns = record.events[["adm0_id", "adm1_id", "adm2_id"]]
    return {unit for column in columns for unit in columns[column].unique() if unit}


def names_actor(record: Record, name: str) -> bool:
    """Return whether a filter by this name would find an event."""
    store = store_for(record)
    return bool(has_actor(record, [name]).any()) if store is None else names_one(store.columns.names, name)


def held(record: Record, wanted: EventFilter) -> Record:
    """Return a record in memory that has the wanted events: itself, or what is read from its store."""
    return record.select(wanted) if isinstance(record, StoredRecord) else record


def counts_by_unit(record: Record, wanted: EventFilter, level: int) -> UnitCounts:
    """Return how many wanted events were joined to each unit of a level.

    A box in the filter is not asked: a unit that a picture cuts keeps its number.

    Parameters
    ----------
    level
        0 countries, 1 provinces; 2 districts, and provinces of the countries that have none.

    Raises
    ------
    UsageError
        If there is no such level.
    """
    check_level(level)
    wanted = replace(wanted, bbox=None)
    first, last = wanted.date_from or record.meta.date_from, wanted.date_to or record.meta.date_to
    years = first.year, last.year
    store = store_for(record)
    if store is None:
        return counts_of_record(record, wanted, level, years)
    return counts_of_store(store, wanted, level, years)


def with_shading(scene: Scene, record: Record, wanted: EventFilter) -> Scene:
    """Return the scene of a picture with shaded units, where its display asks for them."""
    if not scene.display.shows("shading"):
        return scene
    return shaded(scene, shading_of(counts_by_unit(record, wanted, level_of(scene.extent))))


def picture_scene(
    record: Record, wanted: EventFilter, extent: Bbox | None, display: Display = EVERYTHING
) -> Scene:
    """Return the scene of a picture; of a store, only what lies in it is read."""
    if not isinstance(record, StoredRecord) or record.store is None:
        scene = build_scene(record, wanted, extent=extent, only_extent=True, display=display)
        return with_shading(scene, record, wanted)
    if extent is None:
        view = record.store.opening
        extent = view_extent(view.latitude, view.longitude, view.zoom)
    part = record.select(replace(wanted, bbox=extent))
    elsewhere = int(record.store.kinds(wanted).sum()) - len(part.events)
    scene = build_scene(part, wanted, extent=extent, only_extent=True, elsewhere=elsewhere, display=display)
    return with_shading(scene, record, wanted)
