"""The events of a store in order of time: pages of a list, and sums by period."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geodata.filters import EventFilter
from geodata.store.mask import days_wanted, has_only_days_and_kinds, kinds_wanted, wanted_rows
from geodata.store.store import Store
from geodata.store.tally import Ints, Rows, Sums, sums_of


def rows_by_day(store: Store, wanted: EventFilter, *, skip: int, count: int) -> Rows:
    """Return some of the wanted rows in the order of their first days, then of the store.

    Parameters
    ----------
    skip, count
        How many are passed over, and how many are returned at most.
    """
    most = skip + count
    if has_only_days_and_kinds(wanted):
        begin, end = store.counts.day.slices(
            np.zeros(min(1, len(store.counts.day.groups)), dtype=np.intp),
            kinds_wanted(wanted),
            days_wanted(wanted),
        )
        # Of each kind the rows are in order of days, so that no others can be among the first.
        spans = zip(begin.ravel().tolist(), end.ravel().tolist(), strict=True)
        parts = [store.counts.day.order[first : min(last, first + most)] for first, last in spans]
        rows = np.concatenate([*parts, store.lasting_of(0, len(store), wanted)]).astype(np.intp)
    else:
        rows = np.flatnonzero(wanted_rows(store.columns, wanted, slice(None)))
    days = store.columns.first_day[rows]
    if len(rows) > most:
        early = days <= np.partition(days, most - 1)[most - 1]
        rows, days = rows[early], days[early]
    found: Rows = rows[np.lexsort((rows, days))][skip:most]
    return found


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
    rows, at = _touched(store, first_days, last_day)
    total = sums_of(columns, rows, at, size)
    if not len(group):
        return total
    return total.plus(Sums(*(np.concatenate(parts) for parts in zip(*map(_parts, found), strict=True))))


def _parts(sums: Sums) -> tuple[npt.NDArray[np.generic], ...]:
    return sums.kinds, sums.figures, sums.low, sums.most, sums.lon, sums.lat


def _touched(store: Store, first_days: Ints, last_day: int) -> tuple[Rows, Rows]:
    """Return the rows of events of more than a day, each as often as it touches a period, and the periods."""
    rows = store.counts.lasting
    first, last = store.columns.first_day[rows], store.columns.last_day[rows]
    inside = (last >= first_days[0]) & (first <= last_day)
    rows, first, last = rows[inside], first[inside], last[inside]
    begin = np.searchsorted(first_days, np.maximum(first, first_days[0]), side="right") - 1
    end = np.searchsorted(first_days, np.minimum(last, last_day), side="right") - 1
    sizes = end - begin + 1
    steps = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.repeat(rows, sizes), np.repeat(begin, sizes) + steps
