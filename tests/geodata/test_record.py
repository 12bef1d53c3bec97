import pandas as pd
import pytest

from geodata import schema
from geodata.cards import event_card, event_cards
from geodata.errors import UsageError
from geodata.filters import EventFilter
from geodata.record import unit_words

POINT = {"latitude": "36.3", "longitude": "44.1"}
SOURCE = {"source_id": "s", "publisher": "Dawn"}


def test_every_event_is_one_row_in_order_of_utc(bundled):
    events = bundled.events
    assert sorted(events["event_id"]) == sorted(bundled.case.events["event_id"])
    assert events["start_utc"].is_monotonic_increasing
    assert set(schema.JOIN_COLUMNS) | set(schema.RANGE_COLUMNS) <= set(events.columns)


def test_the_case_is_not_edited(bundled):
    assert list(bundled.case.events.columns) == [*schema.EVENTS.columns]
    assert not set(schema.DIRECTION_COLUMNS) & set(bundled.case.attacks.columns)


@pytest.mark.parametrize(
    ("row", "drawn"),
    [
        ({**POINT, "location_precision": "exact"}, ("point", "")),
        ({**POINT, "location_precision": "place"}, ("point", "")),
        (POINT, ("point", "")),
        # A centroid given with a coarse precision is nobody's position.
        ({**POINT, "location_precision": "admin1"}, ("area", "IQ-AR")),
        ({**POINT, "location_precision": "country"}, ("area", "IRQ")),
        ({**POINT, "location_precision": "region"}, ("", "")),
        ({**POINT, "location_precision": "sea_or_air"}, ("", "")),
        ({"area": "PK-BA-panjgur", "location_precision": "admin2"}, ("area", "PK-BA-panjgur")),
        ({"area": "PK-BA-panjgur"}, ("area", "PK-BA-panjgur")),
        ({"country_iso3": "PAK", "admin1": "Balochistan", "admin2": "Panjgur"}, ("area", "PK-BA-panjgur")),
        ({"country_iso3": "PAK", "event_type": "diplomatic"}, ("", "")),
        ({}, ("", "")),
    ],
)
def test_an_event_is_drawn_as_precisely_as_it_is_known(make_record, row, drawn):
    (event,) = make_record([row]).events.to_dict("records")
    assert (event["drawn_as"], event["drawn_area"]) == drawn


def test_the_border_of_a_joined_country_is_found_for_a_point_that_states_none(make_record):
    attack = {"attack_id": "a", "event_id": "e0", "source_ids": "s"}
    attack |= {"origin_basis": "attacker_territory", "origin_area": "IRN"}
    point = {"latitude": "26.97", "longitude": "64.1", "location_precision": "place"}
    (row,) = make_record([point], attacks=[attack], sources=[SOURCE]).attacks.to_dict("records")
    assert row["direction_status"] == "side_only"
    assert 60 < row["border_distance_min_km"] < 90
    assert pd.isna(row["from_deg"]) and pd.isna(row["from_min_deg"])


def test_a_selection_shares_its_geometries(bundled):
    chosen = bundled.select(EventFilter(types=("strike",)))
    assert chosen.geometries is bundled.geometries
    assert set(chosen.attacks["event_id"]) == {"erbil", "taltita", "panjgur", "saravan"}


def test_the_case_opens_on_its_opening_dates(bundled):
    view = bundled.meta.view
    assert bundled.default_filter == EventFilter(date_from=view.date_from, date_to=view.date_to)


def test_a_case_without_a_view_opens_on_its_window(make_record):
    record = make_record([{}])
    assert record.default_filter == EventFilter(date_from=record.meta.date_from, date_to=record.meta.date_to)


def test_a_unit_says_when_its_limits_are_of_another_year():
    assert unit_words("IR-11-saravan", year=2024) == "Saravan county (2017 limits)"
    assert unit_words("IR-11-saravan", year=2017) == "Saravan county"
    assert unit_words("PK-BA-panjgur", with_parents=True) == "Panjgur district, Balochistan, Pakistan"


def test_a_card_names_a_unit_once(bundled):
    assert event_card(bundled, "sirkan").where == ("Sirkan, Saravan county, Sistan and Baluchestan, Iran")
    assert event_card(bundled, "sirkan").precision == "to this unit only"
    assert event_card(bundled, "sirkan").attacks[0].who == "by unidentified gunmen (unattributed)"
    assert event_card(bundled, "rask-2024-01-10").where == (
        "Police outpost, Rask county, Sistan and Baluchestan, Iran"
    )


def test_a_form_for_many_selections_is_the_same_record_and_selects_the_same(bundled):
    quick = bundled.for_many_selections()
    for wanted in (EventFilter(), EventFilter(types=("strike",)), EventFilter(min_killed=5)):
        mine, theirs = quick.select(wanted), bundled.select(wanted)
        for name in ("events", "attacks"):
            rows = [getattr(record, name).to_dict("records") for record in (mine, theirs)]
            assert repr(rows[0]) == repr(rows[1])  # NaN is not equal to itself
        assert repr(mine.rows) == repr(theirs.rows) and repr(mine.attack_rows) == repr(theirs.attack_rows)
    assert quick.select(EventFilter()).rows["panjgur"] is quick.rows["panjgur"]


def test_cards_made_together_are_those_made_one_by_one(make_record, bundled):
    ids = list(bundled.events["event_id"])
    assert event_cards(bundled, ids) == {event_id: event_card(bundled, event_id) for event_id in ids}
    # A claimant is named as its event spells it, whatever another event calls it.
    claims = [
        {"claim_id": "a", "event_id": "e0", "claimant": "interior ministry", "subject": "killed"},
        {"claim_id": "b", "event_id": "e1", "claimant": "Interior Ministry", "subject": "killed"},
    ]
    record = make_record([{}, {}], claims=claims)
    cards = event_cards(record, ["e0", "e1"])
    names = [cards[key].ledger.subjects[0].positions[0].claimant for key in ("e0", "e1")]
    assert names == ["interior ministry", "Interior Ministry"]
    with pytest.raises(UsageError, match="no event of this id"):
        event_cards(record, ["e0", "nobody"])
