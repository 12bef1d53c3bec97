"""Days of a provider's date column: one order of day and month a file, decided from all its cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from geodata.readers.texts import Mask, Texts

_CLOCK = r"(?:[T ]\s*(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST = re.compile(rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}}){_CLOCK}\Z")
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})\Z")
_NAMED = re.compile(
    rf"(?P<d>\d{{1,2}})[ ./-]+(?P<m>[A-Za-z]{{3,9}})\.?[ ,./-]+(?P<y>\d{{4}}|\d{{2}}){_CLOCK}\Z"
)
_NAME_FIRST = re.compile(rf"(?P<m>[A-Za-z]{{3,9}})\.?[ -]+(?P<d>\d{{1,2}}),?[ -]+(?P<y>\d{{4}}){_CLOCK}\Z")
_NUMBERS = re.compile(rf"(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<y>\d{{4}}|\d{{2}}){_CLOCK}\Z")
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
# A year in two digits: the providers' records begin after 1969.
_PIVOT = 70
_LAST_MONTH = 12


@dataclass(frozen=True)
class Days:
    """What a date column says.

    Parameters
    ----------
    iso
        ``2024-01-16``; ``""`` where the cell is empty or no date.
    undecided
        Rows whose day and month could be exchanged, in a column that does not tell.
    timed
        Rows with a time of day other than midnight, which is not taken over.
    day_first
        The order in which dates of three numbers were read.
    is_mixed
        Whether some cells can only be day first and others only month first.
    """

    iso: Texts
    undecided: Mask
    timed: Mask
    day_first: bool
    is_mixed: bool


def read_days(cells: Texts, *, day_first: bool, beside: Sequence[Texts] = (), stated: str = "") -> Days:
    """Return the days of a column.

    Parameters
    ----------
    cells
        Year first, with the month's name, or three numbers whose order the whole
        column decides: a number above 12 is no month.
    day_first
        The order where no cell decides.
    beside
        Further date columns of the same file that help to decide.
    stated
        dmy or mdy where the user says so: then no cell decides, and one that cannot be read so is no date.
    """
    everything = dict.fromkeys(text for column in (cells, *beside) for text in column.distinct)
    _, days, months = _counts(everything)
    is_stated = stated in ("dmy", "mdy")
    order = stated == "dmy" if is_stated else days > months if days or months else day_first
    is_decided = is_stated or (days > 0) != (months > 0)
    return Days(
        iso=cells.changed(lambda text: _day(text, day_first=order)),
        undecided=cells.tested(lambda text: not is_decided and _is_exchangeable(text)),
        timed=cells.tested(_has_clock),
        day_first=order,
        is_mixed=days > 0 and months > 0,
    )


@dataclass(frozen=True)
class Order:
    """What dates say of day and month: whether any is three numbers, and dmy, mdy or ``""`` for nothing."""

    is_asked: bool
    order: str


def decided_order(texts: Iterable[str]) -> Order:
    """Return the order of day and month that distinct dates of a file decide, by the rule of a column."""
    numbers, days, months = _counts(texts)
    if not days and not months:
        return Order(numbers > 0, "")
    return Order(numbers > 0, "dmy" if days > months else "mdy")


def _counts(texts: Iterable[str]) -> tuple[int, int, int]:
    """Return how many texts are dates of three numbers, can only be day first, and only month first."""
    numbers = [found for text in texts if (found := _NUMBERS.match(text))]
    days = sum(int(found["a"]) > _LAST_MONTH for found in numbers)
    months = sum(int(found["b"]) > _LAST_MONTH for found in numbers)
    return len(numbers), days, months


def _day(text: str, *, day_first: bool) -> str:
    found = next(
        (hit for form in (_YEAR_FIRST, _COMPACT, _NAMED, _NAME_FIRST) if (hit := form.match(text))), None
    )
    try:
        if found:
            month = _month(found["m"])
            return date(_year(found["y"]), month, int(found["d"])).isoformat()
        if found := _NUMBERS.match(text):
            first, second = int(found["a"]), int(found["b"])
            day, month = (first, second) if day_first else (second, first)
            return date(_year(found["y"]), month, day).isoformat()
    except ValueError:  # no such day: 31 April
        return ""
    return ""


def _month(text: str) -> int:
    """Return the number of a month; 0, which is none, for a word that is no month."""
    if text.isdigit():
        return int(text)
    word = text.casefold()
    return next((number for number, name in enumerate(_MONTHS, start=1) if name.startswith(word)), 0)


def _year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (2000 if year < _PIVOT else 1900)


def _is_exchangeable(text: str) -> bool:
    found = _NUMBERS.match(text)
    if not found:
        return False
    first, second = int(found["a"]), int(found["b"])
    return first != second and max(first, second) <= _LAST_MONTH


def _has_clock(text: str) -> bool:
    for form in (_YEAR_FIRST, _NAMED, _NAME_FIRST, _NUMBERS):
        if found := form.match(text):
            return bool(found["clock"]) and bool(found["clock"].strip("0:."))
    return False
