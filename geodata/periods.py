"""Days cut into periods without a gap: what a chart counts by, and the frames of a playback."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

UNITS = ("day", "week", "month", "year", "decade")
_YEARS_IN = {"year": 1, "decade": 10}


@dataclass(frozen=True)
class Periods:
    """Periods without a gap over a window, and what they are: one of :data:`UNITS`; weeks begin on Monday."""

    unit: str
    starts: tuple[date, ...]
    ends: tuple[date, ...]


def periods(first: date, last: date, longest: Mapping[str, int]) -> Periods:
    """Return the whole periods that a window touches.

    Parameters
    ----------
    first, last
        The window, both days included.
    longest
        The longest window, in days, that is cut into each unit, the finest first; one longer
        than all of them is cut into the unit that comes after the last one.
    """
    days = (last - first).days + 1
    coarsest = UNITS[UNITS.index(list(longest)[-1]) + 1]
    unit = next((unit for unit, most in longest.items() if days <= most), coarsest)
    starts, at = [], _start(first, unit)
    while at <= last:
        starts.append(at)
        if at == date.max:
            break
        at = _next(at, unit)
    ends = [*(start - timedelta(days=1) for start in starts[1:]), _end(starts[-1], unit)]
    return Periods(unit, tuple(starts), tuple(ends))


def _start(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))
    if unit in _YEARS_IN:
        return date(max(day.year // _YEARS_IN[unit] * _YEARS_IN[unit], 1), 1, 1)
    return day.replace(day=1) if unit == "month" else day


def _next(day: date, unit: str) -> date:
    """Return the first day of the period that follows; the last day of the calendar where none does."""
    years = _YEARS_IN.get(unit, 0)
    if years:
        year = day.year // years * years + years
        return date(year, 1, 1) if year <= date.max.year else date.max
    step = monthrange(day.year, day.month)[1] if unit == "month" else 7 if unit == "week" else 1
    return date.fromordinal(min(day.toordinal() + step, date.max.toordinal()))


def _end(start: date, unit: str) -> date:
    following = _next(start, unit)
    return following if following == date.max else following - timedelta(days=1)
