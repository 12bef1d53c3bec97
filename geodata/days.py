"""Days and times of events: local to the event's place, widened to their precision.

A filter asks for calendar days at the event's place; sorting uses UTC. An event known
to the day has no time in UTC, only the envelope in which it must lie.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FINE_PRECISIONS = ("minute", "hour")

# Widening to a year and turning to UTC must stay on Python's calendar.
_FIRST_YEAR, _LAST_YEAR = 1000, 9990

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\Z", re.ASCII)
_OFFSET = re.compile(r"\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})\Z")


def parse_when(text: str) -> datetime | date:
    """Return a local date, or a local datetime without offset.

    Raises
    ------
    ValueError
        With the reason, where the text is neither ``2024-01-16`` nor ``2024-01-16T18:00``.
    """
    cell = text.strip()
    if _OFFSET.search(cell):
        raise ValueError("carries a UTC offset; local time is wanted, its zone goes to time_zone")
    if not _DATE.match(cell) and not _DATETIME.match(cell):
        raise ValueError("is neither a date like 2024-01-16 nor a time like 2024-01-16T18:00")
    try:
        when = (
            date.fromisoformat(cell) if _DATE.match(cell) else datetime.fromisoformat(cell.replace(" ", "T"))
        )
    except ValueError as error:
        raise ValueError(f"is not on the calendar or the clock ({error})") from error
    if not _FIRST_YEAR <= when.year <= _LAST_YEAR:
        raise ValueError(f"is outside the years {_FIRST_YEAR} to {_LAST_YEAR}")
    return when


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone, or raise ``ValueError`` naming it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"is not an IANA time zone: {name!r}") from error


@dataclass(frozen=True)
class EventTime:
    """When an event was, as far as its record says.

    Parameters
    ----------
    start, end
        Envelope in local time of ``zone_name``; the end is inclusive.
    first_day, last_day
        Local calendar days, widened to the unit of a precision coarser than a day.
    precision
        minute, hour, day, week, month or year.
    """

    start: datetime
    end: datetime
    first_day: date
    last_day: date
    precision: str
    zone_name: str

    @property
    def has_clock(self) -> bool:
        """Whether the time of day is known."""
        return self.precision in FINE_PRECISIONS

    @property
    def start_utc(self) -> datetime:
        """Start of the envelope in UTC (for a day or more: of its first local midnight)."""
        return self.start.replace(tzinfo=zone(self.zone_name)).astimezone(UTC)

    @property
    def end_utc(self) -> datetime:
        """End of the envelope in UTC."""
        return self.end.replace(tzinfo=zone(self.zone_name)).astimezone(UTC)


def event_time(start: str, end: str, *, precision: str, zone_name: str) -> EventTime:
    """Return the time of an event from the cells of its row.

    Parameters
    ----------
    start, end
        Local date or datetime; an empty ``end`` means ``start``.
    precision
        As in the schema; empty means minute where a time is given, else day.
    zone_name
        IANA name.

    Raises
    ------
    ValueError
        Where a cell cannot be read, the zone is unknown, or the end is before the start.
    """
    zone(zone_name)
    first = parse_when(start)
    last = parse_when(end) if end.strip() else first
    clock = isinstance(first, datetime)
    known = precision or ("minute" if clock else "day")
    if known in FINE_PRECISIONS and not clock:
        raise ValueError(f"has no time of day, but time_precision is {known!r}")
    begin = _at(first, time.min)
    until = _at(last, time(23, 59, 59))
    if until < begin:
        raise ValueError(f"is after end {end.strip()!r}")
    low, high = _widened(begin.date(), until.date(), known)
    if known not in FINE_PRECISIONS:
        begin, until = _at(low, time.min), _at(high, time(23, 59, 59))
    return EventTime(begin, until, low, high, known, zone_name)


def _at(when: date | datetime, clock: time) -> datetime:
    return when if isinstance(when, datetime) else datetime.combine(when, clock)


def _widened(low: date, high: date, precision: str) -> tuple[date, date]:
    if precision == "week":
        return low - timedelta(days=low.weekday()), high + timedelta(days=6 - high.weekday())
    if precision == "month":
        return low.replace(day=1), high.replace(day=calendar.monthrange(high.year, high.month)[1])
    if precision == "year":
        return low.replace(month=1, day=1), high.replace(month=12, day=31)
    return low, high


def day_words(day: date) -> str:
    """Return a day as "16 Jan 2024"."""
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"


def period_words(first: date, last: date) -> str:
    """Return a span of days with as few repetitions as are clear: "15–29 January 2024"."""
    if first == last:
        return f"{first.day} {calendar.month_name[first.month]} {first.year}"
    tail = f"{last.day} {calendar.month_name[last.month]} {last.year}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{tail}"
    if first.year == last.year:
        return f"{first.day} {calendar.month_name[first.month]} – {tail}"
    return f"{first.day} {calendar.month_name[first.month]} {first.year} – {tail}"


def offset_words(moment: datetime) -> str:
    """Return the UTC offset of an aware datetime as "UTC+3:30"."""
    offset = moment.utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def local_words(when: EventTime) -> str:
    """Return local time with zone: "Thu 18 Jan 2024, 04:05 to 04:30 (Asia/Tehran, UTC+3:30)"."""
    start, end = when.start, when.end
    if not when.has_clock:
        if when.precision in ("month", "year", "week"):
            span = period_words(when.first_day, when.last_day)
            return f"{span} (known to the {when.precision})"
        if when.first_day == when.last_day:
            return f"{calendar.day_abbr[start.weekday()]} {day_words(when.first_day)}, time not known"
        return f"{day_words(when.first_day)} to {day_words(when.last_day)}, time not known"
    approx = "about " if when.precision == "hour" else ""
    offset = offset_words(start.replace(tzinfo=zone(when.zone_name)))
    head = f"{calendar.day_abbr[start.weekday()]} {day_words(start.date())}, {approx}{start:%H:%M}"
    if end > start:
        same = end.date() == start.date()
        head += f" to {end:%H:%M}" if same else f" to {day_words(end.date())}, {end:%H:%M}"
    return f"{head} ({when.zone_name}, {offset})"


def utc_words(when: EventTime) -> str:
    """Return the time in UTC, empty where the time of day is not known."""
    if not when.has_clock:
        return ""
    start, end = when.start_utc, when.end_utc
    head = f"{day_words(start.date())}, {start:%H:%M}"
    if end > start:
        head += (
            f" to {end:%H:%M}" if end.date() == start.date() else f" to {day_words(end.date())}, {end:%H:%M}"
        )
    return f"{head} UTC"


def other_days_words(when: EventTime, places: dict[str, str]) -> str:
    """Return "(16 Jan in Iran and Pakistan)" where a place's day differs from the local one.

    Parameters
    ----------
    places
        IANA zone of each place's name.
    """
    if not when.has_clock:
        return ""
    by_day: dict[date, list[str]] = {}
    for name, zone_name in places.items():
        day = when.start_utc.astimezone(zone(zone_name)).date()
        if day != when.start.date():
            by_day.setdefault(day, []).append(name)
    parts = [
        f"{day.day} {calendar.month_abbr[day.month]} in {' and '.join(sorted(names))}"
        for day, names in by_day.items()
    ]
    return f"({'; '.join(parts)})" if parts else ""
