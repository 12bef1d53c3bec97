"""What a bar of the chart says of its day, week, month or year."""

from datetime import date

import pytest

from dashboard.views.daily import claimants_words, killed_words
from dashboard.views.histogram import chart_periods, counts_of
from geodata.cases import load_case
from geodata.record import build_record


def test_figures_of_several_events_stand_beside_each_other_and_are_not_added_up() -> None:
    assert killed_words(["2 killed (3 claimants)", "", "9 or more killed (1 claimant)"]) == (
        "2 killed (3 claimants); 9 or more killed (1 claimant)"
    )
    assert killed_words(["a", "b", "c", "d"]) == "a; b; c; d"
    assert killed_words(["a", "b", "c", "d", "e"]) == "a; b; c; and 2 more events"
    assert killed_words(["", ""]) == killed_words([]) == "no claim"


def test_claimants_are_counted_by_event() -> None:
    assert claimants_words([4]) == "4"
    assert claimants_words([1, 5]) == "1 to 5 an event"
    assert claimants_words([3, 3]) == "3 an event"


def test_a_day_of_the_chart_has_the_range_and_the_claimants_of_its_events() -> None:
    record = build_record(load_case("iran-pakistan-2024"))
    counts = counts_of(record).set_index(["start", "kind"])
    strikes = counts.loc[("2024-01-18", "strikes")]
    row = record.event("saravan")
    assert strikes["events"] == 1
    assert strikes["killed"] == row["killed_text"] == "9 to 10 or more killed (4 claimants)"
    assert strikes["claimants"] == str(row["claimants_count"])


@pytest.mark.parametrize(
    ("last", "unit", "count"),
    [
        (date(2020, 1, 1), "day", 1),
        (date(2020, 6, 30), "day", 182),
        (date(2021, 1, 2), "week", 53),
        (date(2029, 12, 31), "month", 120),
        (date(2079, 12, 31), "year", 60),
    ],
)
def test_a_longer_window_has_longer_periods_that_cover_it_without_a_gap(
    last: date, unit: str, count: int
) -> None:
    found = chart_periods(date(2020, 1, 1), last)
    assert (found.unit, len(found.starts)) == (unit, count)
    assert found.starts[0] <= date(2020, 1, 1) and found.ends[-1] >= last
    gaps = [(after - end).days for end, after in zip(found.ends, found.starts[1:], strict=False)]
    assert set(gaps) <= {1}


def test_each_event_counts_once_in_every_period_that_it_touches() -> None:
    record = build_record(load_case("iran-pakistan-2024"))
    counts = counts_of(record)
    first, last = record.events["first_day"], record.events["last_day"]
    assert counts["events"].sum() == (last - first + 1).sum()
