"""Classes, words and display of units that are shaded by their number of events."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import schema
from geodata.boundaries import use_layer
from geodata.boundaries.open_layer import open_layer
from geodata.cases import load_case
from geodata.display import LAYERS, OPTIONAL, Display, display_of_query
from geodata.errors import UsageError
from geodata.filters import EventFilter
from geodata.record import build_record
from geodata.render.web_shading import shading_json
from geodata.scene_build import build_scene, view_extent
from geodata.shading import (
    MOST_CLASSES,
    UnitCounts,
    check_level,
    class_starts,
    killed_words,
    level_of,
    shading_of,
)
from geodata.store.record import counts_by_unit, with_shading
from geodata.style import SHADES

ROUND = {1, 2, 3, 5}


def counts_of(numbers: dict[str, int], *, level: int = 1, total: int = 0) -> UnitCounts:
    kinds = np.zeros((len(numbers), len(schema.EVENT_TYPES)), dtype=np.int64)
    kinds[:, 1] = list(numbers.values())
    none = np.zeros(len(numbers), dtype=np.int64)
    whole = total or sum(numbers.values())
    return UnitCounts(level, whole, (2024, 2024), tuple(numbers), kinds, none, none, none)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=200), st.randoms())
def test_classes_hold_every_number_none_is_empty_and_order_plays_no_part(numbers, random):
    starts = class_starts(numbers)
    assert 1 <= len(starts) <= MOST_CLASSES and list(starts) == sorted(set(starts))
    place = np.searchsorted(starts, numbers, side="right") - 1
    assert set(place.tolist()) == set(range(len(starts)))
    shuffled = list(numbers)
    random.shuffle(shuffled)
    assert class_starts(shuffled) == starts
    if set(starts) != set(numbers):
        assert all(int(str(start).rstrip("0") or "1") in ROUND for start in starts)


def test_few_small_numbers_are_a_class_each_and_many_have_round_limits():
    assert class_starts([4, 1, 1, 2]) == (1, 2, 4)
    assert class_starts([1] * 50 + [50_000]) == (1, 50_000)
    told = shading_of(
        counts_of({"PK-BA": 3, "PK-SD": 40, "PK-PB": 700, "IR-11": 41, "IR-08": 2, "AF-KAN": 9})
    )
    words = [entry.text for entry in told.legend[1:]]
    assert words[0] == "2 events" and words[-1] == "500–700 events"


def test_shades_are_ordered_and_the_legend_has_those_that_are_used():
    told = shading_of(counts_of({"PK-BA": 1, "PK-SD": 6, "IR-11": 6}))
    assert [entry.text for entry in told.legend[1:]] == ["1 event", "6 events"]
    assert {str(mark.shade) for mark in told.marks} == {entry.status for entry in told.legend[1:]}
    assert told.marks[0].shade < told.marks[1].shade == told.marks[2].shade <= len(SHADES)


def test_the_legend_says_how_many_events_are_known_to_such_a_unit():
    told = shading_of(counts_of({"PK-BA": 12}, total=20))
    assert told.legend[0].text == (
        "Shaded by number of events, not of places, in each province; "
        "12 of 20 events are known to a province; unshaded: no event known to that unit itself"
    )
    assert told.note.endswith("Each shaded unit has 12 events.")
    nothing = shading_of(counts_of({}, total=3))
    assert not nothing.marks and "none of 3 events is known to a province" in nothing.legend[0].text


def test_limits_of_another_year_are_named():
    told = shading_of(counts_of({"IR-11-saravan": 1}, level=2))
    assert told.marks[0].name == "Saravan county (2017 limits), Sistan and Baluchestan, Iran"
    assert told.legend[0].text.endswith("limits of 2017")


def test_the_killed_are_never_one_number_alone():
    assert killed_words(0, 0, 0) == "no claim with a figure of killed"
    assert killed_words(9, 10, 2) == "9 to 10 killed as claimed, over the 2 events that have a figure"
    assert "lowest and highest figures alike, over the 1 event that has" in killed_words(5, 5, 1)


def test_the_level_follows_the_zoom_as_on_the_page():
    levels = [level_of(view_extent(28, 64, zoom)) for zoom in (3, 4, 4.5, 6.5, 7, 9)]
    assert levels == [0, 0, 1, 1, 2, 2]
    with pytest.raises(UsageError, match="level"):
        check_level(3)


@given(st.lists(st.sampled_from(list(LAYERS))), st.lists(st.sampled_from(list(OPTIONAL))))
def test_a_display_goes_into_an_address_and_comes_back(hide, show):
    display = Display(tuple(hide), show=tuple(show))
    assert display_of_query(parse_qs(urlencode(display.pairs()))) == (display, ())


def test_a_layer_that_does_not_exist_is_refused_and_left_out_of_an_address():
    with pytest.raises(UsageError, match="shading"):
        Display(show=("events",))
    display, notices = display_of_query({"show": ["shading", "nonsense"], "hide": ["shading"]})
    assert display == Display(show=("shading",)) and len(notices) == 2
    assert display.shows("shading") and not Display().shows("shading") and display.words() == ""


def test_a_picture_has_shaded_units_only_where_it_was_asked_for(make_record):
    record = make_record([{"area": "PK-BA", "location_precision": "admin1"}, {}])
    plain = build_scene(record, EventFilter(), only_extent=True)
    assert with_shading(plain, record, EventFilter()) is plain and not plain.shading
    asked = build_scene(record, EventFilter(), only_extent=True, display=Display(show=("shading",)))
    scene = with_shading(asked, record, EventFilter(bbox=(0.0, 0.0, 1.0, 1.0)))
    assert [(mark.area, mark.count) for mark in scene.shading] == [("PK-BA", 1)]
    assert [entry.symbol for entry in scene.legend[-2:]] == ["shading", "shade"]
    assert "1 of 2 events is known to a province" in scene.marginalia.notes[0]
    assert "show=shading" in scene.query


def test_provinces_stand_in_where_a_country_has_no_districts(make_record):
    record = make_record(
        [
            {"latitude": "31.6", "longitude": "65.7", "location_precision": "place"},
            {"area": "PK-BA", "location_precision": "admin1"},
            {"area": "PK-BA-panjgur", "location_precision": "admin2"},
        ]
    )
    found = counts_by_unit(record, EventFilter(), 2)
    assert dict(zip(found.units, found.count.tolist(), strict=True)) == {"AF-KAN": 1, "PK-BA-panjgur": 1}
    assert found.total == 3


def test_districts_of_a_users_own_are_shaded_and_come_by_their_ids(write_case, tmp_path):
    ring = [[65.0, 31.0], [66.5, 31.0], [66.5, 32.5], [65.0, 32.5], [65.0, 31.0]]
    zone = {"type": "Feature", "properties": {"name": "Zone <1>"}}
    path = tmp_path / "zones.geojson"
    path.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [{**zone, "geometry": {"type": "Polygon", "coordinates": [ring]}}],
            }
        )
    )
    layer = use_layer(open_layer(str(path), level=2, licence="CC0"), joins=True)
    inside, outside = ({"latitude": "31.6", "longitude": "65.7"}, {"latitude": "34.5", "longitude": "69.2"})
    events = [{**place, "location_precision": "place"} for place in (inside, outside)]
    record = build_record(load_case(write_case(events)), layers=[layer])
    told = json.loads(shading_json(shading_of(counts_by_unit(record, EventFilter(), 2))))
    # The province that the zone lies in is not shaded below it; what lies in no zone is told.
    (own,) = told["own"]
    assert told["ids"] == [own] and told["counts"] == [1] and own in layer.units
    assert told["own"][own] == {"country": layer.units[own].iso3, "level": 2} and not told["wanted"]
    assert "1 of 2 events is known to a district or county" in told["legend"][0]["text"]
