from datetime import date, timedelta
from urllib.parse import parse_qs

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import UsageError
from geodata.filters import (
    EventFilter,
    apply_filter,
    boxes,
    from_query,
    parse_bbox,
    parse_day,
    query_pairs,
    to_query,
)
from geodata.schema import EVENT_TYPES

DAYS = st.dates(date(2023, 12, 1), date(2024, 5, 1))
BOXES = st.tuples(
    st.floats(-180, 180), st.floats(-90, 89), st.floats(-180, 180), st.floats(0.001, 1, exclude_min=True)
).map(lambda b: (b[0], b[1], b[2] if b[2] != b[0] else -b[0] or 1.0, min(90.0, b[1] + b[3] * 90)))


@st.composite
def filters(draw):
    first = draw(st.none() | DAYS)
    last = draw(st.none() | (DAYS if first is None else st.dates(first, date(2024, 6, 1))))
    return EventFilter(
        date_from=first,
        date_to=last,
        bbox=draw(st.none() | BOXES),
        types=tuple(draw(st.lists(st.sampled_from(EVENT_TYPES), unique=True, max_size=3))),
        actors=tuple(
            draw(st.lists(st.sampled_from(["Iran", "jaish al-ADL", "nobody"]), unique=True, max_size=2))
        ),
        areas=tuple(
            draw(st.lists(st.sampled_from(["PAK", "IR-11", "PK-BA-panjgur"]), unique=True, max_size=2))
        ),
        min_killed=draw(st.integers(0, 20)),
        min_claimants=draw(st.integers(0, 8)),
    )


def ids(record, **wanted):
    return list(record.select(EventFilter(**wanted)).events["event_id"])


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(filters())
def test_a_filter_applied_twice_keeps_the_same(bundled, wanted):
    once = bundled.select(wanted)
    assert apply_filter(once, wanted).all()
    assert set(once.attacks["event_id"]) <= set(once.events["event_id"])


@settings(deadline=None)
@given(filters(), st.integers(0, 30), st.integers(0, 30))
def test_a_wider_filter_keeps_at_least_as_much(bundled, wanted, before, after):
    wider = EventFilter(
        date_from=wanted.date_from and wanted.date_from - timedelta(days=before),
        date_to=wanted.date_to and wanted.date_to + timedelta(days=after),
        types=wanted.types and (*wanted.types, "other"),
        areas=wanted.areas and (*wanted.areas, "IRN"),
        actors=wanted.actors and (*wanted.actors, "Iran"),
        min_killed=max(wanted.min_killed - after, 0),
        min_claimants=max(wanted.min_claimants - after, 0),
    )
    assert not (apply_filter(bundled, wanted) & ~apply_filter(bundled, wider)).any()


@settings(deadline=None)
@given(filters(), filters())
def test_filters_of_different_kinds_are_anded(bundled, one, other):
    both = EventFilter(date_from=one.date_from, date_to=one.date_to, types=other.types, areas=other.areas)
    days, rest = (
        EventFilter(date_from=one.date_from, date_to=one.date_to),
        EventFilter(types=other.types, areas=other.areas),
    )
    assert (apply_filter(bundled, both) == (apply_filter(bundled, days) & apply_filter(bundled, rest))).all()


@settings(deadline=None)
@given(filters(), filters())
def test_an_address_restores_the_filter(wanted, default):
    bare = EventFilter()
    restored, notices = from_query(parse_qs(to_query(wanted, bare)), bare)
    assert not notices
    assert query_pairs(restored, bare) == query_pairs(wanted, bare)
    least = {"min_killed": default.min_killed, "min_claimants": default.min_claimants}
    assert query_pairs(default, default) == [
        *(("type", v) for v in default.types),
        *(("actor", v) for v in default.actors),
        *(("area", v) for v in default.areas),
        *((key, str(number)) for key, number in least.items() if number),
    ]


def test_the_days_of_the_strikes(bundled):
    strikes = {"types": ("strike",)}
    assert ids(bundled, date_from=date(2024, 1, 17), date_to=date(2024, 1, 18), **strikes) == ["saravan"]
    assert ids(bundled, date_from=date(2024, 1, 16), date_to=date(2024, 1, 16), **strikes) == ["panjgur"]
    # Local days: Erbil was struck on the 15th there, the 16th in Iran.
    assert ids(bundled, date_from=date(2024, 1, 15), date_to=date(2024, 1, 15), **strikes) == [
        "erbil",
        "taltita",
    ]


def test_any_overlap_keeps_an_event_and_coarse_time_widens(make_record):
    record = make_record(
        [
            {"start": "2024-01-10", "end": "2024-01-12"},
            {"start": "2024-01-17", "time_precision": "week"},
            {"start": "2024-01-31", "time_precision": "month"},
            {"start": "2024-06-01", "time_precision": "year"},
        ]
    )
    assert ids(record, date_from=date(2024, 1, 12), date_to=date(2024, 1, 13)) == ["e2", "e3", "e0"]
    assert ids(record, date_to=date(2024, 1, 15), date_from=date(2024, 1, 15)) == ["e2", "e3", "e1"]
    assert ids(record, date_from=date(2024, 1, 21), date_to=date(2024, 1, 21)) == ["e2", "e3", "e1"]
    assert ids(record, date_from=date(2024, 12, 31)) == ["e3"]


def test_a_box_keeps_points_and_areas_and_drops_what_has_no_place(make_record):
    point = {"location_precision": "place", "latitude": "-17"}
    record = make_record(
        [
            {**point, "longitude": "179.5"},
            {**point, "longitude": "-179.5"},
            {"area": "PK-BA-panjgur", "location_precision": "admin2"},
            {},
        ]
    )
    assert ids(record, bbox=(170, -20, -170, -10)) == ["e0", "e1"]
    assert ids(record, bbox=(170, -20, 180, -10)) == ["e0"]
    assert ids(record, bbox=(60, 20, 70, 30)) == ["e2"]
    assert set(ids(record)) == {"e0", "e1", "e2", "e3"}


def test_an_actor_is_a_whole_name_in_any_role(bundled):
    assert "panjgur" in ids(bundled, actors=("JAISH AL-ADL",))
    assert ids(bundled, actors=("Jaish",)) == []
    assert ids(bundled, actors=("pakistan armed forces",)) == ["saravan"]


def test_an_area_holds_its_children(bundled):
    assert ids(bundled, areas=("PK-BA",)) == ["panjgur"]
    assert "panjgur" in ids(bundled, areas=("PAK",))
    assert ids(bundled, areas=("PK-BA-panjgur", "IR-11-saravan")) == ["panjgur", "saravan", "sirkan"]


def test_min_killed_takes_the_highest_current_figure(bundled):
    events = bundled.events.set_index("event_id")["killed_high"]
    assert set(ids(bundled, min_killed=10)) == set(events[events >= 10].index)
    assert "saravan" in ids(bundled, min_killed=10)
    assert "davos-meeting" not in ids(bundled, min_killed=1)


def test_min_claimants_takes_independent_claimants_of_any_subject(bundled):
    counts = bundled.events.set_index("event_id")["claimants_count"]
    assert set(ids(bundled, min_claimants=4)) == set(counts[counts >= 4].index)
    assert "saravan" in ids(bundled, min_claimants=4)
    assert "sirkan" not in ids(bundled, min_claimants=1)  # nobody is recorded as the claimant
    assert EventFilter(min_claimants=1).words() == "at least 1 claimant"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"date_from": date(2024, 1, 2), "date_to": date(2024, 1, 1)}, "ends .* before it begins"),
        ({"types": ("raid",)}, "is not an event type.*strike"),
        ({"areas": ("PK-XX",)}, "is not a known boundary id"),
        ({"bbox": (0, 10, 5, 10)}, "is not a box"),
        ({"bbox": (5, 0, 5, 10)}, "is not a box"),
        ({"bbox": (0, 0, 181, 10)}, "is not a box"),
        ({"min_killed": -1}, "is below 0"),
        ({"min_claimants": -1}, "min_claimants, value '-1'.*is below 0"),
    ],
)
def test_impossible_filters_are_refused(options, words):
    with pytest.raises(UsageError, match=words):
        EventFilter(**options)


@pytest.mark.parametrize("text", ["1,2,3", "a,b,c,d", "", "nan,0,1,1", "1,2,3,4,5", "0,0,inf,1"])
def test_bad_boxes_are_refused(text):
    with pytest.raises(UsageError, match="W,S,E,N"):
        parse_bbox(text)


@pytest.mark.parametrize("text", ["2024-02-30", "20240101", "yesterday", "2024-1-1", ""])
def test_bad_days_are_refused(text):
    with pytest.raises(UsageError) as refused:
        parse_day(text, "from")
    assert refused.value.column == "from" and refused.value.remedy


def test_a_box_over_180_degrees_is_two_boxes():
    assert boxes((170, -10, -170, 10)).area == pytest.approx(20 * 20)
    assert boxes((-10, -10, 10, 10)).area == pytest.approx(20 * 20)


def test_a_bad_value_of_an_address_is_dropped_with_a_notice():
    query = {
        "from": ["2024-13-01"],
        "type": ["strike", "raid"],
        "area": ["PK-XX"],
        "min_killed": ["many"],
        "min_claimants": ["-2"],
        "x": ["1"],
    }
    wanted, notices = from_query(query, EventFilter())
    assert wanted == EventFilter(types=("strike",))
    assert len(notices) == 5 and all("left out" in notice for notice in notices)


def test_words_name_every_filter():
    wanted = EventFilter(date(2024, 1, 15), date(2024, 1, 29), None, ("strike",), ("Iran",), ("PK-BA",), 3, 2)
    assert wanted.words(with_period=True) == (
        "15–29 January 2024; type strike; actor Iran; in Balochistan; "
        "at least 3 killed by the highest current figure; at least 2 claimants"
    )
    assert EventFilter().words(with_period=True) == ""


def test_a_mask_is_one_truth_value_an_event(bundled):
    mask = apply_filter(bundled, EventFilter())
    assert mask.dtype == np.bool_ and mask.all() and len(mask) == len(bundled.events)


def test_a_period_of_an_address_that_ends_before_it_begins_is_dropped_whole():
    default = EventFilter(date(2024, 1, 15), date(2024, 1, 29))
    query = {"from": ["2024-02-01"], "to": ["2024-01-01"], "type": ["strike"]}
    wanted, (notice,) = from_query(query, default)
    assert (wanted.date_from, wanted.date_to, wanted.types) == (
        date(2024, 1, 15),
        date(2024, 1, 29),
        ("strike",),
    )
    assert notice == (
        "The address asks for a period from 2024-02-01 to 2024-01-01, "
        "which ends before it begins; both dates were left out."
    )
    later, notices = from_query({"from": ["2024-02-01"]}, default)
    assert (later.date_from, later.date_to, notices) == (date(2024, 2, 1), date(2024, 2, 1), ())
    earlier, notices = from_query({"to": ["2024-01-01"]}, default)
    assert (earlier.date_from, earlier.date_to, notices) == (date(2024, 1, 1), date(2024, 1, 1), ())
