from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.days import (
    event_time,
    local_words,
    offset_words,
    other_days_words,
    parse_when,
    period_words,
    utc_words,
    zone,
)

DAYS = st.dates(date(1000, 1, 1), date(9990, 12, 31))


def when(start, end="", precision="", zone_name="Asia/Tehran"):
    return event_time(start, end, precision=precision, zone_name=zone_name)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2024-01-16T18:00+05:00", "UTC offset"),
        ("2024-01-16T18:00Z", "UTC offset"),
        ("16 January 2024", "neither a date"),
        ("20240116", "neither a date"),
        ("2024-02-30", "not on the calendar"),
        ("2024-01-16T25:00", "not on the calendar"),
        ("0999-12-31", "outside the years"),
        ("9999-12-31", "outside the years"),
        ("", "neither a date"),
    ],
)
def test_what_is_no_local_time_is_refused(cell, reason):
    with pytest.raises(ValueError, match=reason):
        parse_when(cell)


def test_local_day_and_utc_day_may_differ():
    saravan = when("2024-01-18T04:05", "2024-01-18T04:30")
    assert (saravan.first_day, saravan.last_day) == (date(2024, 1, 18), date(2024, 1, 18))
    assert saravan.start_utc == datetime(2024, 1, 18, 0, 35, tzinfo=UTC)
    assert local_words(saravan) == "Thu 18 Jan 2024, 04:05 to 04:30 (Asia/Tehran, UTC+3:30)"
    assert utc_words(saravan) == "18 Jan 2024, 00:35 to 01:00 UTC"
    assert (
        other_days_words(saravan, {"New York": "America/New_York", "Pakistan": "Asia/Karachi"})
        == "(17 Jan in New York)"
    )


def test_an_event_known_to_the_day_has_no_time_in_utc():
    assert utc_words(when("2024-01-18")) == ""
    assert local_words(when("2024-01-18")) == "Thu 18 Jan 2024, time not known"
    assert other_days_words(when("2024-01-18"), {"New York": "America/New_York"}) == ""


@given(DAYS, st.integers(0, 400))
def test_coarse_precision_widens_to_whole_units_that_hold_the_days(first, length):
    last = min(first + timedelta(days=length), date(9990, 12, 31))
    weeks, months, years = (when(str(first), str(last), unit) for unit in ("week", "month", "year"))
    for wide in (weeks, months, years):
        assert wide.first_day <= first <= last <= wide.last_day
        assert wide.start_utc <= wide.end_utc
    assert (weeks.first_day.weekday(), weeks.last_day.weekday()) == (0, 6)
    assert months.first_day.day == 1 and (months.last_day + timedelta(days=1)).day == 1
    assert (years.first_day.month, years.first_day.day, years.last_day.month, years.last_day.day) == (
        1,
        1,
        12,
        31,
    )


@given(DAYS)
def test_widening_twice_widens_once(day):
    once = when(str(day), "", "week")
    again = when(str(once.first_day), str(once.last_day), "week")
    assert (again.first_day, again.last_day) == (once.first_day, once.last_day)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("2024-01-18", "2024-01-17"), "is after end '2024-01-17'"),
        (("2024-01-18T10:00", "2024-01-18T09:00"), "is after end"),
        (("2024-01-18", "", "hour"), "has no time of day"),
        (("2024-01-18", "", "", "Asia/Panjgur"), "not an IANA time zone"),
        (("2024-01-18", "", "", "../etc/passwd"), "not an IANA time zone"),
        (("2024-01-18", "", "", ""), "not an IANA time zone"),
    ],
)
def test_times_that_make_no_sense_are_refused(arguments, reason):
    with pytest.raises(ValueError, match=reason):
        when(*arguments)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2024-01-15", "2024-01-15", "15 January 2024"),
        ("2024-01-15", "2024-01-29", "15–29 January 2024"),
        ("2024-01-15", "2024-02-29", "15 January – 29 February 2024"),
        ("2023-12-15", "2024-04-24", "15 December 2023 – 24 April 2024"),
    ],
)
def test_a_period_repeats_nothing(first, last, words):
    assert period_words(date.fromisoformat(first), date.fromisoformat(last)) == words


@pytest.mark.parametrize(
    ("name", "words"), [("Asia/Tehran", "UTC+3:30"), ("America/St_Johns", "UTC-3:30"), ("UTC", "UTC+0")]
)
def test_offsets(name, words):
    assert offset_words(datetime(2024, 1, 18, tzinfo=zone(name))) == words
