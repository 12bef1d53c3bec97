"""Counts by group, kind and day, ready to be asked: two look-ups a group and kind, however many events.

Events of one day are put in the order of group, kind and day; sums that run along that order make
the sum over any period the difference of two. Events that last are few and are looked at one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from geodata import schema
from geodata.store.columns import NO_FIGURE, Columns

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
KINDS = len(schema.EVENT_TYPES)
# Room for a day in a key, to both sides of 1970-01-01: over 5,000 years.
_DAYS = 1 << 22
_EPOCH = 1 << 21
TALLY_TYPES = {
    "key": "int64",
    "order": "int32",
    "figures": "int32",
    "low": "int64",
    "most": "int64",
    "lon": "float64",
    "lat": "float64",
}
# Arrays that are running sums, with a zero first.
SUMMED = ("figures", "low", "most", "lon", "lat")


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums over the events of each group: arrays of ``(groups,)``, ``kinds`` of ``(groups, KINDS)``.

    ``figures`` counts the events with a figure of killed, over which ``low`` and ``most`` are sums;
    ``lon`` and ``lat`` are sums of degrees.
    """

    kinds: Ints
    figures: Ints
    low: Ints
    most: Ints
    lon: Floats
    lat: Floats

    @property
    def count(self) -> Ints:
        """Number of events of each group."""
        total: Ints = self.kinds.sum(axis=1)
        return total

    def plus(self, other: Sums) -> Sums:
        """Return the sums of both, group by group."""
        return Sums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Sums)))

    def gathered(self, into: npt.NDArray[np.integer], size: int) -> Sums:
        """Return the sums of larger groups: ``into`` names the larger one of each."""
        found = {}
        for field in fields(Sums):
            values = getattr(self, field.name)
            found[field.name] = np.zeros((size, *values.shape[1:]), dtype=values.dtype)
            np.add.at(found[field.name], into, values)
        return Sums(**found)

    def of(self, groups: npt.NDArray[Any]) -> Sums:
        """Return the sums of some groups."""
        return Sums(*(getattr(self, f.name)[groups] for f in fields(Sums)))


@dataclass(frozen=True, eq=False)
class Tally:
    """The index of one grouping of the rows of a store, over events of one day.

    Parameters
    ----------
    groups
        Codes of the groups that have events, ascending; a group is known by its place here.
    key
        Group, kind and day of each event in one number, ascending.
    order
        The row of each.
    figures, low, most, lon, lat
        Running sums along that order, with a zero first.
    """

    groups: Ints
    key: Ints
    order: npt.NDArray[np.int32]
    figures: npt.NDArray[np.int32]
    low: Ints
    most: Ints
    lon: Floats
    lat: Floats

    def slices(
        self, groups: npt.NDArray[np.integer], kinds: npt.NDArray[np.integer], days: tuple[int, int]
    ) -> tuple[Ints, Ints]:
        """Return where the events of groups, kinds and days begin and end in ``order``.

        Parameters
        ----------
        groups
            Places in ``groups``.
        kinds
            Numbers of kinds, ascending.
        days
            First and last day, both included, counted from 1970-01-01.

        Returns
        -------
        tuple
            Two arrays of ``(groups, kinds)``.
        """
        head = (np.asarray(groups, dtype=np.int64)[:, None] * KINDS + kinds[None, :]) * _DAYS
        first, last = (int(np.clip(day + _EPOCH, 0, _DAYS - 1)) for day in days)
        begin = np.searchsorted(self.key, head + first, side="left")
        end = np.searchsorted(self.key, head + last, side="right")
        return begin.astype(np.int64), end.astype(np.int64)

    def sums(
        self, groups: npt.NDArray[np.integer], kinds: npt.NDArray[np.integer], days: tuple[int, int]
    ) -> Sums:
        """Return the sums over the events of groups, kinds and days; parameters as in :meth:`slices`."""
        begin, end = self.slices(groups, kinds, days)
        counts = np.zeros((len(groups), KINDS), dtype=np.int64)
        counts[:, kinds] = end - begin
        over = {
            name: (getattr(self, name)[end] - getattr(self, name)[begin]).sum(axis=1)
            for name in ("figures", "low", "most", "lon", "lat")
        }
        return Sums(
            counts, over["figures"].astype(np.int64), *(over[n] for n in ("low", "most", "lon", "lat"))
        )

    def rows(
        self, groups: npt.NDArray[np.integer], kinds: npt.NDArray[np.integer], days: tuple[int, int]
    ) -> Rows:
        """Return the rows of the events of groups, kinds and days; parameters as in :meth:`slices`."""
        begin, end = (part.ravel() for part in self.slices(groups, kinds, days))
        return self.order[_spans(begin, end)].astype(np.intp)


# What is known of an event of one day while its place in a tally is looked for.
RECORD = np.dtype(
    [("key", "<i8"), ("row", "<i8"), ("low", "<i8"), ("most", "<i8"), ("lon", "<f8"), ("lat", "<f8")]
)


def tally_records(columns: Columns, rows: Rows, group: Ints, *, first: int = 0) -> npt.NDArray[Any]:
    """Return :data:`RECORD` of events of one day, in the order of group, kind and day, then of the store.

    Parameters
    ----------
    rows
        Row numbers.
    group
        The group of each of them: any numbers from 0 on.
    first
        Row in the store of the first of ``columns``, where these are a part of it.
    """
    found = np.empty(len(rows), dtype=RECORD)
    found["key"] = (group * KINDS + columns.kind[rows]) * _DAYS + columns.first_day[rows] + _EPOCH
    found["row"] = rows + first
    found["low"] = columns.low[rows]
    found["most"] = np.maximum(columns.low[rows], columns.high[rows])
    found["lon"], found["lat"] = np.nan_to_num(columns.lon[rows]), np.nan_to_num(columns.lat[rows])
    return found[np.argsort(found["key"], kind="stable")]


class TallyMaker:
    """Makes the arrays of a tally from records in their order, some at a time."""

    def __init__(self) -> None:
        self._last = -1
        self._groups: list[Ints] = [np.zeros(0, dtype=np.int64)]
        self._count = 0
        # A sum begins with what changes no first number, not even a zero's sign.
        self._sums: dict[str, Any] = dict.fromkeys(SUMMED, -0.0) | {"figures": 0, "low": 0, "most": 0}

    @property
    def groups(self) -> Ints:
        """The groups of the records so far, ascending."""
        return np.concatenate(self._groups)

    def arrays(self, records: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
        """Return what more records add to each array of a tally but ``groups``; a zero is first in sums."""
        group = records["key"] // (KINDS * _DAYS)
        fresh = np.flatnonzero(np.diff(group, prepend=self._last) > 0)
        place = self._count - 1 + np.cumsum(np.diff(group, prepend=self._last) > 0)
        self._groups.append(group[fresh])
        self._count += len(fresh)
        self._last = int(group[-1]) if len(group) else self._last
        has = records["low"] != NO_FIGURE
        values = {
            "figures": has,
            "low": np.where(has, records["low"], 0),
            "most": np.where(has, records["most"], 0),
            "lon": records["lon"],
            "lat": records["lat"],
        }
        found = {"key": records["key"] - (group - place) * (KINDS * _DAYS), "order": records["row"]}
        for name in SUMMED:
            # Added one by one, as if all were added at once: the same bits, wherever the pieces begin.
            running = np.cumsum(np.concatenate([[self._sums[name]], values[name]]))
            self._sums[name] = running[-1]
            found[name] = running[1:]
        return {name: values.astype(TALLY_TYPES[name], copy=False) for name, values in found.items()}


def make_tally(columns: Columns, rows: Rows, group: Ints) -> Tally:
    """Return the index of rows of events of one day; parameters as in :func:`tally_records`."""
    maker = TallyMaker()
    found = maker.arrays(tally_records(columns, rows, group))
    for name in SUMMED:
        found[name] = np.concatenate([np.zeros(1, dtype=TALLY_TYPES[name]), found[name]])
    return Tally(groups=maker.groups, **found)


def sums_of(columns: Columns, rows: Rows, group: npt.NDArray[np.integer], size: int) -> Sums:
    """Return the sums over rows one by one; ``group`` is below ``size``."""
    kinds = np.bincount(group * KINDS + columns.kind[rows], minlength=size * KINDS)
    low, most = columns.low[rows], np.maximum(columns.low[rows], columns.high[rows])
    has = low != NO_FIGURE

    def over(values: npt.NDArray[Any]) -> Any:
        return np.bincount(group, weights=values, minlength=size)

    return Sums(
        kinds.reshape(size, KINDS).astype(np.int64),
        over(has).astype(np.int64),
        over(np.where(has, low, 0)).astype(np.int64),
        over(np.where(has, most, 0)).astype(np.int64),
        over(np.nan_to_num(columns.lon[rows])),
        over(np.nan_to_num(columns.lat[rows])),
    )


def _spans(begin: Ints, end: Ints) -> Rows:
    """Return all numbers from each begin up to its end."""
    sizes = end - begin
    begin, sizes = begin[sizes > 0], sizes[sizes > 0]
    if not len(sizes):
        return np.zeros(0, dtype=np.intp)
    steps = np.ones(int(sizes.sum()), dtype=np.intp)
    starts = np.cumsum(sizes) - sizes
    steps[starts] = begin
    steps[starts[1:]] -= begin[:-1] + sizes[:-1] - 1
    return np.asarray(np.cumsum(steps), dtype=np.intp)
