"""Which rows a filter wants whatever their days and kinds, and how many by day: found once, then shared.

A change of dates, kinds or view with the same actors, areas and least numbers looks nothing up twice, in
any session. What is kept is a bit an event and some numbers a day; what is held meanwhile is bounded.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np
import numpy.typing as npt

from geodata import boundaries
from geodata.filters import EventFilter
from geodata.store.columns import Columns
from geodata.store.mask import Mask, Part, has_only_days_and_kinds, wanted_rows
from geodata.store.tally import KINDS, Ints

# So many rows are looked at together. Pieces begin at its multiples, whatever is asked, so that sums of
# degrees are the same to the last digit in every view. Eight of them share a byte.
PIECE_ROWS = 1 << 18
# So many filters are kept, and so many bytes of them: of ten million events of 35 years each takes 3.4 MB.
_MOST_KEPT, _MOST_BYTES = 16, 64_000_000
# Which events are counted by day: all, points that a scene leaves out, and those without a place.
ALL, LOOSE_POINTS, NOWHERE = "all", "loose", "nowhere"


def pieces(first: int, last: int) -> Iterator[slice]:
    """Yield the numbers from ``first`` up to ``last`` in pieces that end at multiples of the size of one."""
    while first < last:
        end = min(last, (piece_number(first) + 1) * PIECE_ROWS)
        yield slice(first, end)
        first = end


def piece_number(row: int) -> int:
    """Return in which piece a row is."""
    return row // PIECE_ROWS


def is_kept(wanted: EventFilter) -> bool:
    """Return whether a selection is kept: what a session brought along must not outlive it, in no cache."""
    return not any(boundaries.layer_of(area) for area in wanted.areas)


@dataclass(frozen=True, eq=False)
class DayCounts:
    """How many events have begun and ended by each day.

    Parameters
    ----------
    days
        Days on which an event begins or ends, ascending, counted from 1970-01-01.
    begun, ended
        ``(KINDS, days + 1)``: of each kind, those whose first or last day is among the first so many.
    """

    days: Ints
    begun: npt.NDArray[np.int32]
    ended: npt.NDArray[np.int32]

    def touching(self, first: npt.ArrayLike, last: npt.ArrayLike) -> Ints:
        """Return the number of events of each kind that touch periods, ``(KINDS, periods)``.

        ``first`` and ``last`` are the days of each, both included.
        """
        begun = self.begun[:, np.searchsorted(self.days, last, side="right")]
        ended = self.ended[:, np.searchsorted(self.days, first, side="left")]
        found: Ints = (begun - ended).astype(np.int64)
        return found

    def of_day(self, kinds: npt.NDArray[np.integer]) -> Ints:
        """Return how many events of some kinds begin on each of ``days``."""
        found: Ints = np.diff(self.begun[kinds], axis=1).sum(axis=0).astype(np.int64)
        return found


@dataclass(frozen=True, eq=False)
class Selection:
    """The rows that a filter wants whatever their days and kinds.

    Parameters
    ----------
    bits
        A bit a row, packed; None where all are wanted.
    counts
        By day, of :data:`ALL`, :data:`LOOSE_POINTS` and :data:`NOWHERE`.
    """

    bits: npt.NDArray[np.uint8] | None
    counts: dict[str, DayCounts]

    @property
    def nbytes(self) -> int:
        """Bytes that it takes."""
        arrays = [array for counts in self.counts.values() for array in (counts.begun, counts.ended)]
        return sum(array.nbytes for array in arrays) + (0 if self.bits is None else self.bits.nbytes)

    def mask(self, part: Part) -> Mask:
        """Return which rows of a part are wanted; a slice has both its ends."""
        if self.bits is None:
            size = part.stop - part.start if isinstance(part, slice) else len(part)
            return np.ones(size, dtype=bool)
        if isinstance(part, slice):
            skip = part.start & 7
            some = np.unpackbits(self.bits[part.start >> 3 : (part.stop + 7) >> 3])
            return some[skip : skip + part.stop - part.start].view(bool)
        found: Mask = ((self.bits[part >> 3] >> (7 - (part & 7)).astype(np.uint8)) & 1).astype(bool)
        return found


class Selections:
    """The selections of a store, the last ones kept for all who ask."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._kept: OrderedDict[EventFilter, Selection] = OrderedDict()
        self._lock, self._making = Lock(), Lock()
        self._days: _Days | None = None

    def of(self, wanted: EventFilter) -> Selection:
        """Return what a filter selects; its days, kinds and box are not asked."""
        asked = replace(wanted, date_from=None, date_to=None, bbox=None, types=())
        if not is_kept(asked):
            return self._made(asked)
        found = self._known(asked)
        if found is None:
            with self._making:  # one at a time, and once for all who wait for it
                found = self._known(asked) or self._made(asked)
                with self._lock:
                    self._kept[asked] = found
                    self._leave_out()
        return found

    def _leave_out(self) -> None:
        """Leave out what was not asked for longest, but never the last one."""
        held = sum(kept.nbytes for kept in self._kept.values())
        while len(self._kept) > 1 and (len(self._kept) > _MOST_KEPT or held > _MOST_BYTES):
            held -= self._kept.popitem(last=False)[1].nbytes

    def _known(self, asked: EventFilter) -> Selection | None:
        with self._lock:
            if asked in self._kept:
                self._kept.move_to_end(asked)
            return self._kept.get(asked)

    def _made(self, asked: EventFilter) -> Selection:
        if self._days is None:
            self._days = _Days.of(self._columns)
        return _select(self._columns, asked, self._days)


@dataclass(frozen=True, eq=False)
class _Days:
    """The days of a store, and the place of each among them, counted from the first."""

    days: Ints
    place: npt.NDArray[np.int32]

    @staticmethod
    def of(columns: Columns) -> _Days:
        parts = list(pieces(0, len(columns)))
        first, last = columns.first_day, columns.last_day
        low = min((int(min(first[part].min(), last[part].min())) for part in parts), default=0)
        high = max((int(max(first[part].max(), last[part].max())) for part in parts), default=0)
        has = np.zeros(high - low + 1, dtype=bool)
        for part in parts:
            has[first[part] - low] = True
            has[last[part] - low] = True
        return _Days(np.flatnonzero(has) + low, (np.cumsum(has) - 1).astype(np.int32))


def _select(columns: Columns, asked: EventFilter, days: _Days) -> Selection:
    low, wide = (int(days.days[0]) if len(days.days) else 0), len(days.days)
    tables = {name: np.zeros((2, KINDS * wide), dtype=np.int64) for name in (ALL, LOOSE_POINTS, NOWHERE)}
    is_all = has_only_days_and_kinds(asked)
    bits = [np.zeros(0, dtype=np.uint8)]
    for part in pieces(0, len(columns)):
        keep = None if is_all else wanted_rows(columns, asked, part)
        if keep is not None:
            bits.append(np.packbits(keep))
        some = slice(None) if keep is None else keep
        head = columns.kind[part][some].astype(np.int64) * wide
        is_loose = (np.arange(part.start, part.stop) < columns.loose)[some]
        is_nowhere = ((columns.drawn[part] == 0) & (columns.area[part] == 0))[some]
        for turn, day in enumerate((columns.first_day, columns.last_day)):
            code = head + days.place[day[part][some] - low]
            for name, of_it in ((ALL, slice(None)), (LOOSE_POINTS, is_loose), (NOWHERE, is_nowhere)):
                tables[name][turn] += np.bincount(code[of_it], minlength=KINDS * wide)
    counts = {
        name: DayCounts(days.days, *(_running(one.reshape(KINDS, wide)) for one in both))
        for name, both in tables.items()
    }
    return Selection(None if is_all else np.concatenate(bits), counts)


def _running(table: Ints) -> npt.NDArray[np.int32]:
    found = np.zeros((table.shape[0], table.shape[1] + 1), dtype=np.int32)
    np.cumsum(table, axis=1, out=found[:, 1:])
    return found
