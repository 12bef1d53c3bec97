from datetime import date

import pytest
import shapely

from geodata import boundaries
from geodata.filters import EventFilter
from geodata.scene_build import build_scene, focus_name, view_extent
from geodata.style import NOBODY

WEST = (30.0, 20.0, 75.0, 45.0)
POINT = {"latitude": "36.3", "longitude": "44.1", "location_precision": "place"}
SOURCE = {"source_id": "s", "publisher": "Dawn"}


@pytest.fixture
def opening(bundled):
    return build_scene(bundled, bundled.default_filter)


def test_the_core_strikes_are_areas_with_side_marks(opening):
    areas = {mark.area: mark for mark in opening.areas}
    assert "panjgur" in areas["PK-BA-panjgur"].ids
    assert (
        set(areas["IR-11-saravan-2024"].ids) == {"saravan", "sirkan"}
        and areas["IR-11-saravan-2024"].count == 2
    )
    sides = {mark.event_id: mark for mark in opening.sides}
    assert sides.keys() == {"panjgur", "saravan"}
    # Iran lies west of Panjgur, Pakistan east of Saravan.
    assert 180 < sides["panjgur"].azimuth_deg < 360 and 0 < sides["saravan"].azimuth_deg < 180
    assert sides["panjgur"].words == "from Iran; launch and crossing points not reported"
    assert sides["panjgur"].label == "Strike by Iran, 16 Jan 2024"


def test_no_mark_of_an_area_event_claims_a_position(opening):
    at_areas = {mark.event_id for mark in opening.sides} | {i for mark in opening.areas for i in mark.ids}
    drawn_as_point = {i for mark in opening.points for i in mark.ids}
    assert not at_areas & drawn_as_point
    assert {mark.event_id for mark in (*opening.lines, *opening.wedges)} <= drawn_as_point


def test_lines_start_on_the_stated_area_and_end_at_the_ring(opening):
    lines = {mark.ids[0]: mark for mark in opening.lines}
    assert lines.keys() == {"erbil-kermanshah", "erbil-east-azerbaijan", "taltita-khuzestan"}
    (path,) = lines["erbil-kermanshah"].path
    edge = boundaries.unit_geometry("IR-05").boundary
    assert edge.distance(shapely.Point(path[0])) < 0.001
    assert 0.03 < shapely.Point(path[-1]).distance(shapely.Point(44.13222, 36.305)) < 0.07
    assert lines["erbil-kermanshah"].munitions == 4


def test_a_contradiction_is_drawn_with_both_claimants(opening):
    words = [mark.words for mark in opening.wedges if mark.event_id == "taltita"]
    assert len(words) == 2 and all("another claimant says otherwise" in text for text in words)


@pytest.mark.parametrize("days", [(17, 18), (16, 16), (20, 21)])
def test_the_legend_names_what_is_drawn_and_nothing_else(bundled, days):
    wanted = EventFilter(date(2024, 1, days[0]), date(2024, 1, days[1]))
    scene = build_scene(bundled, wanted, only_extent=True)
    symbols = {entry.symbol for entry in scene.legend}
    for symbol, marks in {
        "area": scene.areas,
        "point": scene.points,
        "side": scene.sides,
        "line": scene.lines,
        "wedge": scene.wedges,
        "border": scene.borders,
    }.items():
        assert (symbol in symbols) == bool(marks), symbol
    assert {entry.party for entry in scene.legend if entry.symbol == "party"} <= {p.id for p in scene.parties}


def test_a_picture_cut_to_its_extent_says_what_it_left_out(bundled):
    cut = build_scene(bundled, bundled.default_filter, only_extent=True)
    assert {i for mark in cut.points for i in mark.ids} == set()
    assert "2 events lie outside this picture." in cut.marginalia.notes
    assert cut.placeless == 8 and "diplomatic" not in cut.marginalia.counts
    whole = build_scene(bundled, bundled.default_filter, extent=WEST)
    assert whole.placeless == 8 and "8 without a place, listed only" in whole.marginalia.counts


def test_counts_say_what_they_count(bundled):
    wanted = EventFilter(date(2024, 1, 18), date(2024, 1, 18), types=("strike",))
    assert build_scene(bundled, wanted).marginalia.counts == "1 reported strike (up to 7 sites)"
    assert build_scene(bundled, EventFilter(areas=("CHE",))).marginalia.counts.startswith(
        "1 diplomatic event"
    )
    assert build_scene(bundled, EventFilter(date_from=date(2025, 1, 1))).marginalia.counts == "no events"


def test_only_cited_sources_stand_in_the_margin(bundled):
    wanted = EventFilter(date(2024, 1, 29), date(2024, 1, 29))
    assert build_scene(bundled, wanted).marginalia.sources == ("ARY News", "The Friday Times")


def test_the_shared_border_is_drawn_for_a_chosen_event_alone(bundled, opening):
    assert opening.borders == ()
    (mark,) = build_scene(bundled, bundled.default_filter, chosen="panjgur").borders
    assert mark.party == "iran" and sum(len(part) for part in mark.path) > 50


def test_a_wedge_of_a_geolocated_target_starts_without_a_ring(make_record):
    attack = {"attack_id": "a", "event_id": "e0", "source_ids": "s", "origin_basis": "stated_direction"}
    attack |= {"origin_azimuth_deg": "90", "origin_azimuth_tolerance_deg": "20"}
    record = make_record([{**POINT, "location_precision": "exact"}], attacks=[attack], sources=[SOURCE])
    scene = build_scene(record, EventFilter())
    assert [mark.ring_km for mark in scene.points] == [0.0] == [mark.ring_km for mark in scene.wedges]
    assert (scene.wedges[0].from_min_deg, scene.wedges[0].from_max_deg) == (70, 110)


def test_an_attack_by_nobody_known_is_unattributed(make_record):
    scene = build_scene(make_record([POINT], attacks=[{"attack_id": "a", "event_id": "e0"}]), EventFilter())
    assert scene.points[0].party == NOBODY.id
    assert scene.points[0].label == "Strike, unattributed, 16 Jan 2024"
    assert scene.lines == scene.wedges == scene.sides == ()


def test_an_extent_without_events_is_a_scene(bundled):
    scene = build_scene(bundled, EventFilter(bbox=(-10, 0, 5, 5)), extent=(-10, 0, 5, 5), only_extent=True)
    assert scene.areas == scene.points == ()
    assert scene.extent == (-10, 0, 5, 5)


def test_without_a_view_the_extent_holds_what_is_drawn(make_record):
    scene = build_scene(make_record([POINT, {"area": "PK-BA-panjgur"}]), EventFilter())
    west, south, east, north = scene.extent
    assert west < 44.1 and east > 64 and south < 26 and north > 36.3


@pytest.mark.parametrize(("zoom", "width"), [(6, 1040), (0, 1040), (12, 390)])
def test_a_view_shows_the_degrees_of_its_pixels(zoom, width):
    west, south, east, north = view_extent(28, 63.8, zoom, width=width, height=620)
    assert south < 28 < north
    shown = min(360 * width / (256 * 2**zoom), 360)
    assert (east - west) % 360 == pytest.approx(shown % 360, abs=1e-6)


def test_a_view_at_180_degrees_crosses_it():
    west, _, east, _ = view_extent(0, 180, 6)
    assert west > 0 > east


def test_focus_names_carry_their_country():
    assert focus_name("PK-BA") == "Balochistan (Pakistan)"
    assert focus_name("IR-11") == "Sistan and Baluchestan (Iran)"
    assert focus_name("PAK") == "Pakistan"
