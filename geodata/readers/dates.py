"""Dates of foreign tables: one form a column, decided from the whole of it, never from one cell.

``02/01/1997`` is two days. A column decides by a cell that only one order can read; one
that cannot decide is refused until somebody who knows says which: a wrong date is a wrong fact.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from geodata.boundaries.spelling import words
from geodata.errors import InputError

ORDERS = ("dmy", "mdy", "ymd")
# Excel's day 1 is 1900-01-01, and it believes in a 29 February 1900.
_EXCEL_ZERO = datetime(1899, 12, 30)
_SERIAL_LOW, _SERIAL_HIGH = 20_000, 80_000  # 1954 to 2119
_PIVOT = 69  # of two-digit years: 69 is 1969, 68 is 2068
_MONTHS = {
    name: at
    for listed in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "janv fevr mars avr mai juin juil aout sept oct nov dec",
    )
    for at, name in enumerate(listed.split(), start=1)
}
_CLOCK = r"(?:[T ,]+(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
_ZONE = r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?"
_ISO = re.compile(rf"(?P<y>\d{{4}})([-/.])(?P<m>\d{{1,2}})\2(?P<d>\d{{1,2}}){_CLOCK}{_ZONE}\Z", re.ASCII)
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})\Z", re.ASCII)
_NUMERIC = re.compile(
    rf"(?P<a>\d{{1,2}})([-/. ])(?P<b>\d{{1,2}})\2(?P<c>\d{{4}}|\d{{2}}){_CLOCK}{_ZONE}\Z", re.ASCII
)
_NAMED = re.compile(
    rf"(?:[^\W\d]+\.?,? +)?(?P<d>\d{{1,2}})(?:er|st|nd|rd|th|º)?[-/ .]*"
    rf"(?P<name>[^\W\d]{{3,}})\.?[-/ ,.]*(?P<y>\d{{4}}|\d{{2}})"
    rf"{_CLOCK}{_ZONE}\Z"
)
_NAMED_FIRST = re.compile(
    rf"(?:[^\W\d]+,? +)?(?P<name>[^\W\d]{{3,}})\.?[-/ ]*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[-/ ,]+"
    rf"(?P<y>\d{{4}}|\d{{2}}){_CLOCK}{_ZONE}\Z"
)
_MONTH = re.compile(r"(?P<y>\d{4})[-/](?P<m>\d{1,2})\Z", re.ASCII)
_NAMED_MONTH = re.compile(r"(?P<name>[^\W\d]{3,})\.?[-/ ,]*(?P<y>\d{4})\Z")
_YEAR = re.compile(r"(?P<y>(?:19|20)\d{2})\Z", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?\Z", re.ASCII)
_FORMS = {
    "iso": "year-month-day",
    "numeric": "numbers for day, month and year",
    "named": "a day with the name of its month",
    "serial": "a day number of Excel",
}
# Zones that keep one offset all year, for offsets that are no whole hours.
_ODD_ZONES = {
    210: "Asia/Tehran",
    270: "Asia/Kabul",
    330: "Asia/Kolkata",
    345: "Asia/Kathmandu",
    390: "Asia/Yangon",
    570: "Australia/Darwin",
}


@dataclass(frozen=True)
class When:
    """A time as our tables have it: local text, its precision where coarser, its zone where stated."""

    text: str
    precision: str = ""
    zone: str = ""


@dataclass(frozen=True)
class DateForm:
    """The form of a column of dates.

    ``kind`` is iso, numeric, named or serial; ``order`` is dmy, mdy or ymd where the kind
    is numeric, ``""`` where the column cannot decide. ``rows`` are those that two orders
    read differently, ``conflict`` the rows that prove each order where both are proven.
    ``is_days`` says that every clock of the column reads midnight, which is no time of day.
    """

    kind: str
    order: str
    is_days: bool
    ambiguous: tuple[int, ...] = ()
    conflict: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    two_digits: bool = False


def date_form(values: Sequence[tuple[int, str]], *, order: str = "") -> DateForm:
    """Return the form of a column from all its filled cells, ``(row, text)``.

    Parameters
    ----------
    order
        What the user says; then nothing is decided.
    """
    kinds = Counter(kind for _, text in values if (kind := _kind(text)))
    kind = kinds.most_common(1)[0][0] if kinds else "iso"
    clocks = [found["clock"] for _, text in values if (found := _match(text)) and "clock" in found]
    is_days = not any(clock and re.sub(r"[^1-9]", "", clock) for clock in clocks)
    if kind != "numeric":
        return DateForm(kind, "", is_days)
    parts = [(row, _parts(text)) for row, text in values if _kind(text) == "numeric"]
    two_digits = any(len(third) == 2 for _, (_, _, third) in parts)
    if order:
        return DateForm(kind, order, is_days, two_digits=two_digits)
    day_first = tuple(row for row, (a, b, _) in parts if int(a) > 12 >= int(b))
    month_first = tuple(row for row, (a, b, _) in parts if int(b) > 12 >= int(a))
    unclear = tuple(row for row, (a, b, _) in parts if a != b and int(a) <= 12 and int(b) <= 12)
    if day_first and month_first:
        return DateForm(kind, "", is_days, unclear, (day_first, month_first), two_digits)
    decided = "dmy" if day_first else "mdy" if month_first else "" if unclear else "dmy"
    if two_digits and decided and _may_be_year_first([texts for _, texts in parts]):
        decided, unclear = "", tuple(row for row, _ in parts)
    return DateForm(kind, decided, is_days, unclear, two_digits=two_digits)


def _may_be_year_first(parts: Sequence[tuple[str, str, str]]) -> bool:
    """Tell 24-01-16 of 2024 from 16 January 2024 written so: years repeat where days vary."""
    fits = all(1 <= int(b) <= 12 and 1 <= int(c) <= 31 for _, b, c in parts)
    return fits and len({c for _, _, c in parts}) > len({a for a, _, _ in parts})


def require_order(form: DateForm, *, file: str, column: str, values: Iterable[tuple[int, str]]) -> None:
    """Refuse a column whose dates can be read in two orders.

    Raises
    ------
    InputError
        Code ``ambiguous_dates``: with the first row in question and what to say.
    """
    if form.kind != "numeric" or form.order:
        return
    cells = dict(values)
    if any(form.conflict):
        first, second = form.conflict[0][0], form.conflict[1][0]
        reason = (
            f"ambiguous_dates: the column has both orders: row {first} has the day first, row {second} "
            f"({cells[second]}) the month"
        )
        remedy = "Mend the rows of one order; or --date-order dmy or mdy, which rejects the rows of the other"
        raise InputError(reason, file=file, row=first, column=column, value=cells[first], remedy=remedy)
    row = form.ambiguous[0]
    raise InputError(
        f"ambiguous_dates: nothing in the column says which number is the day ({len(form.ambiguous)} "
        f"{'rows' if len(form.ambiguous) > 1 else 'row'}), and a wrong date is a wrong fact",
        file=file,
        row=row,
        column=column,
        value=cells[row],
        remedy="Say --date-order dmy (day first), mdy (month first) or ymd",
    )


def parse_date(text: str, form: DateForm, *, zone_name: str = "") -> When:
    """Return a cell as our tables have it.

    Parameters
    ----------
    zone_name
        IANA zone of the event, where the table states one: a time with an offset is told in it.

    Raises
    ------
    ValueError
        With the reason, where it is not in the column's form or not on the calendar.
    """
    kind = _kind(text)
    if not kind:
        raise ValueError("is no date that is understood")
    if kind != form.kind:
        raise ValueError(f"is {_FORMS[kind]}, but the column has {_FORMS[form.kind]}")
    if kind == "serial":
        return _serial(text)
    found = _match(text)
    assert found is not None  # _kind matched it
    year, month, day = _ymd(found, form)
    if day is None:
        date(year, month or 1, 1)
        precision = "month" if month else "year"
        return When(f"{year:04d}-{month or 1:02d}-01", precision)
    try:
        when = date(year, month or 1, day)
    except ValueError as error:
        raise ValueError(f"is not on the calendar read as {_read_as(form)} ({error})") from error
    clock = found.get("clock")
    if not clock or form.is_days:
        return When(when.isoformat())
    return _timed(when, clock_text(clock + (found.get("half") or "")), found.get("zone") or "", zone_name)


def _read_as(form: DateForm) -> str:
    named = {"dmy": "day/month/year", "mdy": "month/day/year", "ymd": "year/month/day"}
    return named.get(form.order, "a date")


def clock_text(text: str) -> str:
    """Return a time of day as ``HH:MM`` or ``HH:MM:SS``.

    Raises
    ------
    ValueError
        If it is none.
    """
    found = re.fullmatch(
        r"(\d{1,2})[:hH.](\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*([AaPp])?[.Mm]*", text.strip(), re.ASCII
    )
    if not found:
        raise ValueError("is no time of day like 18:30")
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            raise ValueError("is no time of day like 6:30 PM")
        hour = hour % 12 + (12 if found[4] in "Pp" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("is not on the clock")
    return f"{hour:02d}:{minute:02d}" + (f":{second:02d}" if second else "")


def _timed(day: date, clock: str, zone: str, zone_name: str) -> When:
    if not zone:
        return When(f"{day.isoformat()}T{clock}")
    moment = datetime.fromisoformat(f"{day.isoformat()}T{clock}").replace(tzinfo=_offset(zone))
    name = zone_name or _zone_of(moment)
    local = moment.astimezone(ZoneInfo(name)).replace(tzinfo=None)
    return When(local.isoformat(timespec="seconds" if local.second else "minutes"), zone=name)


def _offset(zone: str) -> timezone:
    if zone in ("Z", "UTC", "GMT"):
        return UTC
    sign = -1 if zone[0] == "-" else 1
    digits = zone[1:].replace(":", "").ljust(4, "0")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:])))


def _zone_of(moment: datetime) -> str:
    """Return a zone that had this offset at that moment; UTC where none is known."""
    offset = moment.utcoffset() or timedelta()
    minutes = round(offset.total_seconds() / 60)
    if minutes == 0:
        return "UTC"
    if minutes % 60 == 0 and -12 <= minutes // 60 <= 14:
        return f"Etc/GMT{'-' if minutes > 0 else '+'}{abs(minutes) // 60}"  # POSIX counts westwards
    name = _ODD_ZONES.get(minutes, "UTC")
    return name if moment.astimezone(ZoneInfo(name)).utcoffset() == offset else "UTC"


def _serial(text: str) -> When:
    value = float(text.replace(",", "."))
    if not _SERIAL_LOW <= value <= _SERIAL_HIGH:
        raise ValueError("is no date: as a day number of Excel it would be outside 1954 to 2119")
    when = _EXCEL_ZERO + timedelta(minutes=round(value * 1440))
    if value.is_integer():
        return When(when.date().isoformat())
    return When(when.isoformat(timespec="minutes"))


def _kind(text: str) -> str:
    cell = text.strip()
    if _SERIAL.match(cell):
        return "serial"
    if any(form.match(cell) for form in (_ISO, _COMPACT, _MONTH, _YEAR)):
        return "iso"
    if _NUMERIC.match(cell):
        return "numeric"
    return "named" if _match(cell) else ""


def _match(text: str) -> dict[str, str] | None:
    cell = text.strip()
    for form in (_ISO, _COMPACT, _MONTH, _YEAR, _NUMERIC):
        if found := form.match(cell):
            return {name: value for name, value in found.groupdict().items() if value}
    for form in (_NAMED, _NAMED_FIRST, _NAMED_MONTH):
        if (found := form.match(cell)) and _month(found["name"]):
            return {name: value for name, value in found.groupdict().items() if value}
    return None


def _month(name: str) -> int:
    return _MONTHS.get("".join(words(name)), 0)


def _parts(text: str) -> tuple[str, str, str]:
    found = _NUMERIC.match(text.strip())
    assert found is not None  # only asked for cells of that kind
    return found["a"], found["b"], found["c"]


def _ymd(found: dict[str, str], form: DateForm) -> tuple[int, int | None, int | None]:
    if "a" in found:
        texts = dict(zip(form.order or "dmy", (found["a"], found["b"], found["c"]), strict=True))
        if form.order == "ymd" and len(texts["d"]) > 2:
            raise ValueError("has its year last, but the order is year, month, day")
        return _year(texts["y"]), int(texts["m"]), int(texts["d"])
    month = _month(found["name"]) if "name" in found else int(found["m"]) if "m" in found else None
    if month is not None and not 1 <= month <= 12:
        raise ValueError("has no such month")
    return _year(found["y"]), month, int(found["d"]) if "d" in found else None


def _year(text: str) -> int:
    if len(text) > 2:
        return int(text)
    return int(text) + (1900 if int(text) >= _PIVOT else 2000)
