from dataclasses import fields

import pytest

from geodata.filters import EventFilter
from geodata.positions import ClaimedPosition, claimed_positions, most_sites

PLACE = {"event_id": "e0", "subject": "place", "claim_id": "p", "claimant": "A", "text": "27.1 N 64.2 E"}


def test_each_competing_place_of_panjgur_is_a_claim_of_somebody(bundled):
    found = [p for p in claimed_positions(bundled) if p.event_id == "panjgur"]
    assert [p.claimant for p in found] == ["Al Jazeera", "BBC Urdu", "BBC", "Associated Press", "Wikipedia"]
    assert all(p.is_competing and p.is_current and p.subject == "place" for p in found)
    assert {(p.anchor, p.anchor_area) for p in found} == {("area", "PK-BA-panjgur")}
    assert all(p.words.startswith(f"{p.claimant}: ") and p.words.endswith("(claim, disputed)") for p in found)


def test_sites_are_counted_by_claimant(bundled):
    found = [p for p in claimed_positions(bundled) if p.subject == "sites"]
    assert [p.words for p in found] == [
        "The New York Times: 7 sites (claim, several sources)",
        "CNN: 7 sites (claim, several sources)",
    ]
    assert not any(p.is_competing for p in found)
    assert most_sites(bundled) == 7


def test_a_claimed_place_has_no_coordinates_whatever_its_text_says(make_record):
    record = make_record([{"area": "PK-BA-panjgur", "location_precision": "admin2"}], claims=[PLACE])
    (position,) = claimed_positions(record)
    names = {field.name for field in fields(ClaimedPosition)}
    assert not any("lat" in name or "lon" in name for name in names)
    assert position.words == "A: 27.1 N 64.2 E (claim, not assessed)"


@pytest.mark.parametrize(
    ("cells", "status", "mark", "sites"),
    [
        ({"excluded_reason": "misprint"}, "excluded", "not counted", 7),
        ({"claimant": "UCDP"}, "provider", "coding", 7),
        ({"claim_id": "x", "excluded_reason": ""}, "counted", "claim", 30),
    ],
)
def test_a_number_of_sites_that_is_set_aside_does_not_count(make_record, cells, status, mark, sites):
    base = {"event_id": "e0", "subject": "sites"}
    rows = [
        {**base, "claim_id": "a", "claimant": "A", "value_min": "7", "value_max": "7"},
        {**base, "claim_id": "b", "claimant": "B", "value_min": "30", "value_max": "30", **cells},
    ]
    record = make_record([{}], claims=rows)
    assert most_sites(record) == sites
    (other,) = [p for p in claimed_positions(record) if p.value_min == 30]
    assert other.status == status and mark in other.words


def test_positions_are_those_of_the_filtered_events(bundled):
    only = bundled.select(EventFilter(areas=("PK-BA-panjgur",), types=("strike",)))
    assert {p.event_id for p in claimed_positions(only)} == {"panjgur"}
    assert most_sites(only) == 0
