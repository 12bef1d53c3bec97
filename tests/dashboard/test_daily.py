"""What a bar of the chart says of its day."""

from dashboard.views.daily import claimants_words, killed_words
from dashboard.views.filters import daily_counts
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
    counts = daily_counts(record.case.data_hash, record).set_index(["day", "kind"])
    strikes = counts.loc[("2024-01-18", "strikes")]
    row = record.event("saravan")
    assert strikes["events"] == 1
    assert strikes["killed"] == row["killed_text"] == "9 to 10 or more killed (4 claimants)"
    assert strikes["claimants"] == str(row["claimants_count"])
