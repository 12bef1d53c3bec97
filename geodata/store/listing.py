"""The events of a store in order of time: pages of a list, and sums by period."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geodata.filters import EventFilter
from geodata.store.mask import days_wanted, kinds_wanted
from geodata.store.selection import ALL, pieces
from geodata.store.store import Store
from geodata.store.tally import Ints, Rows, Sums, sums_of

# Of so few wanted events all are looked at: those of a day would be few among many.
_FEW = 100_000
# Before every day.
_BEFORE = -(1 << 40)


def rows_by_day(store: Store, wanted: EventFilter, *, skip: int, count: int) -> Rows:
    """Return some of the wanted rows in the order of their first days, then of the store.

    Parameters
    ----------
    skip, count
        How many are passed over, and how many are returned at most.
    """
    first, last = days_wanted(wanted)
    counts = store.selections.of(wanted).counts[ALL]
    begins = counts.of_day(kinds_wanted(wanted))
    begins[(counts.days < first) | (counts.days > last)] = 0
    total = int(store.kinds(wanted).sum())
    # What began before the period and lasts into it comes first.
    days, ends = np.append(_BEFORE, counts.days), np.cumsum(np.append(total - begins.sum(), begins))
    if skip >= total:
        return np.zeros(0, dtype=np.intp)
    low, high = np.searchsorted(ends, [skip, min(skip + count, total) - 1], side="right")
    rows = _beginning(store, wanted, int(days[low]), int(days[high]) if high else first - 1, total)
    rows = rows[np.lexsort((rows, store.columns.first_day[rows]))]
    passed = skip - (int(ends[low - 1]) if low else 0)
    found: Rows = rows[passed : passed + count]
    return found


def _beginning(store: Store, wanted: EventFilter, low: int, high: int, total: int) -> Rows:
    """Return the wanted rows, ``total`` in all, that begin on one of the days from ``low`` to ``high``."""
    first_day = store.columns.first_day
    if total <= _FEW:
        rows = store.wanted_rows(wanted, 0, len(store))
        return rows[(first_day[rows] >= low) & (first_day[rows] <= high)]
    day = store.counts.day
    group = np.zeros(min(1, len(day.groups)), dtype=np.intp)
    # One of a single day before the period is not wanted.
    found = [day.rows(group, kinds_wanted(wanted), (max(low, days_wanted(wanted)[0]), high))]
    for part in pieces(0, len(store.counts.lasting)):
        rows = store.counts.lasting[part]
        found.append(rows[(first_day[rows] >= low) & (first_day[rows] <= high)])
    rows = np.concatenate(found).astype(np.intp)
    return rows[store.wanted(wanted, rows)]


def period_sums(store: Store, first_days: Ints, last_day: int) -> Sums:
    """Return the sums of all events by period; one that lasts counts in each period that it touches.

    Parameters
    ----------
    first_days
        The first day of each period, ascending without gaps, counted from 1970-01-01.
    last_day
        The last day of the last one.
    """
    ends = np.append(first_days[1:] - 1, last_day)
    columns, size = store.columns, len(first_days)
    kinds = kinds_wanted(EventFilter())
    group = np.zeros(min(1, len(store.counts.day.groups)), dtype=np.intp)
    found = [
        store.counts.day.sums(group, kinds, (int(first), int(last)))
        for first, last in zip(first_days, ends, strict=True)
    ]
    total = sums_of(columns, np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), size)
    for part in pieces(0, len(store.counts.lasting)):
        rows, at = _touched(store, store.counts.lasting[part], first_days, last_day)
        total = total.plus(sums_of(columns, rows, at, size))
    if not len(group):
        return total
    return total.plus(Sums(*(np.concatenate(parts) for parts in zip(*map(_parts, found), strict=True))))


def _parts(sums: Sums) -> tuple[npt.NDArray[np.generic], ...]:
    return sums.kinds, sums.figures, sums.low, sums.most, sums.lon, sums.lat


def _touched(store: Store, rows: Rows, first_days: Ints, last_day: int) -> tuple[Rows, Rows]:
    """Return rows, each as often as its event touches a period, and the periods."""
    first, last = store.columns.first_day[rows], store.columns.last_day[rows]
    inside = (last >= first_days[0]) & (first <= last_day)
    rows, first, last = rows[inside], first[inside], last[inside]
    begin = np.searchsorted(first_days, np.maximum(first, first_days[0]), side="right") - 1
    end = np.searchsorted(first_days, np.minimum(last, last_day), side="right") - 1
    sizes = end - begin + 1
    steps = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.repeat(rows, sizes), np.repeat(begin, sizes) + steps
