"""A live map of very many points: every event is in exactly one thing that a view draws."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from geodata import live
from geodata.cases.read import case_of_bytes
from geodata.filters import EventFilter
from geodata.live import CELLS_FROM, SINGLES, live_scene, view_dict, view_of
from geodata.record import Record, build_record
from geodata.scene_build import build_scene

WORLD = (-180.0, -90.0, 180.0, 90.0)
COUNT = CELLS_FROM + 500
HEAD = "event_id,title,event_type,start,latitude,longitude,location_precision,location_uncertainty_km\n"


@pytest.fixture(scope="module")
def record() -> Record:
    random = np.random.default_rng(7)
    places = [(round(random.uniform(24, 36), 3), round(random.uniform(61, 74), 3)) for _ in range(400)]
    places += [(-17.0, 179.9), (-17.0, -179.9)]
    rows = []
    for number in range(COUNT):
        lat, lon = places[number % len(places)]
        kind = ("strike", "clash", "attack")[number % 3]
        rows.append(f"e{number},t {number},{kind},2024-01-{1 + number % 28:02},{lat},{lon},place,5\n")
    rows.append("area,t,clash,2024-01-05,,,admin1,\n".replace("admin1,", "unknown,"))
    return build_record(case_of_bytes((HEAD + "".join(rows)).encode(), "t.csv"))


def drawn(view: live.View) -> int:
    return len(view.points) + sum(cell.count for cell in view.cells)


@pytest.mark.parametrize("zoom", [0, 2, 4.5, 7, 11, 18])
def test_every_event_is_in_exactly_one_feature_of_a_view(record, zoom):
    view = view_of(record, EventFilter(), WORLD, zoom)
    assert drawn(view) == COUNT == live_scene(record, EventFilter()).live
    ids = [event_id for mark in view.points for event_id in mark.ids]
    assert len(set(ids)) == len(ids)
    assert len(view.points) + len(view.cells) < CELLS_FROM
    for cell in view.cells:
        west, south, east, north = cell.box
        assert west <= cell.point[0] <= east and south <= cell.point[1] <= north and cell.count > 1
    assert set(view.titles) >= set(ids)


@pytest.mark.parametrize(
    "wanted",
    [
        EventFilter(date_from=date(2024, 1, 3), date_to=date(2024, 1, 9)),
        EventFilter(types=("strike",)),
        EventFilter(types=("bombing",)),
    ],
)
def test_a_filter_holds_for_scene_and_views(record, wanted):
    expected = int((record.select(wanted).events["drawn_as"] == "point").sum())
    assert drawn(view_of(record, wanted, WORLD, 5)) == expected


def test_tiles_of_a_view_hold_together_what_the_whole_holds(record):
    boxes = [(w, s, w + 30, s + 30) for w in range(-180, 180, 30) for s in range(-90, 90, 30)]
    assert sum(drawn(view_of(record, EventFilter(), box, 6)) for box in boxes) == COUNT


def test_panning_moves_no_event_from_one_cell_to_another(record):
    one = view_of(record, EventFilter(), (60.0, 20.0, 75.0, 40.0), 5)
    other = view_of(record, EventFilter(), (59.0, 19.5, 75.5, 40.5), 5.5)
    assert one.cells == other.cells and one.cells


def test_a_view_over_the_date_line_has_both_sides(record):
    view = view_of(record, EventFilter(), (179.0, -20.0, -179.0, -10.0), 9)
    assert drawn(view) == sum(1 for number in range(COUNT) if number % 402 in (400, 401))


def test_few_events_in_a_view_stand_for_themselves_as_in_the_scene_of_all(record):
    lat, lon = record.events.loc[0, ["latitude", "longitude"]]
    box = (lon - 0.001, lat - 0.001, lon + 0.001, lat + 0.001)
    view = view_of(record, EventFilter(), box, 14)
    assert 0 < len(view.points) <= SINGLES and not view.cells
    whole = {mark.ids: mark for mark in build_scene(record, EventFilter()).points}
    assert all(whole[mark.ids] == mark for mark in view.points)


def test_what_is_said_of_a_cell_is_the_sum_of_what_is_claimed():
    head = "id,date,lat,lon,killed\n"
    rows = "".join(f"{n},2024-01-16,26.9,64.1,{n % 3 if n % 5 else ''}\n" for n in range(400))
    record = build_record(case_of_bytes((head + rows).encode(), "t.csv"))
    (cell,) = view_of(record, EventFilter(), WORLD, 8).cells
    given = [n % 3 for n in range(400) if n % 5]
    assert (cell.count, cell.figures, cell.killed) == (400, len(given), (sum(given), sum(given)))
    assert f"over the {len(given)} that have a figure" in cell.words
    assert len(cell.ids) == 60 and "the first 60 are listed" in cell.words


def test_a_small_case_is_drawn_as_before_and_a_large_scene_says_what_it_leaves_out(record):
    day = EventFilter(date_from=date(2024, 1, 1), date_to=date(2024, 1, 1))
    assert live_scene(record, day) == build_scene(record, day)
    scene, whole = live_scene(record, EventFilter()), build_scene(record, EventFilter())
    assert not scene.points and scene.live == len(whole.points)
    assert scene.marginalia.counts == whole.marginalia.counts
    assert scene.legend[0].symbol == "cell"
    assert {entry.text for entry in whole.legend if entry.symbol == "point"} <= {e.text for e in scene.legend}


def test_the_answer_does_not_grow_with_the_case(record):
    sizes = [len(json.dumps(view_dict(view_of(record, EventFilter(), WORLD, zoom)))) for zoom in (1, 4, 8)]
    assert max(sizes) < 200_000
    assert replace(live_scene(record, EventFilter()), titles=()).points == ()
