"""A store in the place of a record, and the store of a record that has very many events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock

import numpy as np

from geodata.cases import Case
from geodata.days import EventTime
from geodata.errors import UsageError
from geodata.filters import EventFilter
from geodata.record import Record
from geodata.store.listing import rows_by_day
from geodata.store.store import CELLS_FROM, Store, store_of

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
        count = int(store.kinds(wanted).sum())
        if count > MOST_WHOLE:
            raise UsageError(
                f"{count:,} events are too many for one file or picture",
                remedy=f"Narrow the filters to {MOST_WHOLE:,} or fewer",
            )
        return store.whole(rows_by_day(store, wanted, skip=0, count=count)).select(wanted)


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
