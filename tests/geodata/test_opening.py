"""Where the map of a case opens that states no view."""

from __future__ import annotations

import pytest

from geodata.cases import load_case
from geodata.cases.read import case_of_bytes
from geodata.opening import opening_view
from geodata.record import Record, build_record

HEAD = "event_id,title,event_type,start,latitude,longitude,location_precision,area\n"


def record_of(*places: tuple[float, float]) -> Record:
    rows = "".join(f"e{n},t,strike,2024-01-16,{lat},{lon},exact,\n" for n, (lat, lon) in enumerate(places))
    return build_record(case_of_bytes((HEAD + rows).encode(), "t.csv"))


def test_a_stated_view_is_kept():
    record = build_record(load_case("iran-pakistan-2024"))
    view, found = record.meta.view, opening_view(record)
    assert (found.latitude, found.longitude, found.zoom) == (view.latitude, view.longitude, view.zoom)
    assert found.box is None


@pytest.mark.parametrize(
    "places", [[(26.9, 64.1), (27.4, 62.3)], [(-33.0, 18.0), (60.0, 25.0), (10.0, -70.0)]]
)
def test_all_events_are_in_the_box_and_its_middle_is_among_them(places):
    found = opening_view(record_of(*places))
    west, south, east, north = found.box
    assert all(south <= lat <= north and west <= lon <= east for lat, lon in places)
    assert south <= found.latitude <= north and west <= found.longitude <= east


def test_events_on_both_sides_of_the_date_line_are_beside_each_other():
    found = opening_view(record_of((-17.0, 179.0), (-17.0, -179.0)))
    assert found.box[2] - found.box[0] == pytest.approx(2)
    assert abs(found.longitude) == pytest.approx(180)


def test_one_event_opens_near_and_a_few_far_ones_of_many_do_not_widen_the_view():
    assert opening_view(record_of((26.9, 64.1))).zoom == 9
    crowd = [(26 + n / 100, 64 + n / 100) for n in range(300)]
    found = opening_view(record_of(*crowd, (-40.0, -70.0)))
    assert found.box[0] > 60 and found.zoom > 5


def test_an_area_is_held_whole_and_a_case_without_a_place_shows_the_world():
    text = HEAD + "a,t,strike,2024-01-16,,,admin1,PK-BA\n"
    found = opening_view(build_record(case_of_bytes(text.encode(), "t.csv")))
    assert found.box[0] < 61.5 and found.box[2] > 69.5
    text = "event_id,title,event_type,start,place_name\na,t,statement,2024-01-16,somewhere\n"
    assert opening_view(build_record(case_of_bytes(text.encode(), "t.csv"))).zoom == 2
