"""A live map of very many points: every event is in exactly one thing that a view draws."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import schema
from geodata.cases.read import case_of_bytes
from geodata.filters import EventFilter, apply_filter
from geodata.record import Record, build_record
from geodata.render.web import view_json
from geodata.scene_build import build_scene
from geodata.store.morton import columns_and_rows
from geodata.store.scene import scene_of
from geodata.store.store import store_of
from geodata.store.view import SINGLES, View, view_of
from geodata.store.window import MOST_SQUARES, window_of
from tests.geodata.store.conftest import COUNT

WORLD = (-180.0, -90.0, 180.0, 90.0)


def drawn(view: View) -> int:
    return len(view.points) + sum(cell.count for cell in view.cells)


@pytest.mark.parametrize("zoom", [0, 2, 4.5, 7, 11, 18])
def test_every_event_is_in_exactly_one_feature_of_a_view(store, zoom):
    view = view_of(store, EventFilter(), WORLD, zoom)
    assert drawn(view) == COUNT == scene_of(store, EventFilter()).live
    ids = [event_id for mark in view.points for event_id in mark.ids]
    assert len(set(ids)) == len(ids)
    assert len(view.points) + len(view.cells) <= MOST_SQUARES
    for cell in view.cells:
        west, south, east, north = cell.box
        assert west <= cell.point[0] <= east and south <= cell.point[1] <= north and cell.count > 1
        assert sum(cell.kinds.values()) == cell.count
    assert set(view.titles) >= set(ids)


@st.composite
def filters(draw):
    """Return a filter over what the record of this module has."""
    first = draw(st.none() | st.integers(1, 28))
    days = (
        {}
        if first is None
        else {"date_from": date(2024, 1, first), "date_to": date(2024, 1, draw(st.integers(first, 31)))}
    )
    return EventFilter(
        **days,
        types=tuple(draw(st.lists(st.sampled_from(("strike", "clash", "bombing")), unique=True, max_size=2))),
        actors=draw(st.sampled_from(((), ("one",), ("other", "one"), ("nobody",)))),
        areas=draw(st.sampled_from(((), ("PAK",), ("PK-BA", "IR-11"), ("AFG",)))),
        min_killed=draw(st.sampled_from((0, 0, 2, 5))),
    )


CORNERS = st.tuples(st.floats(55, 75), st.floats(18, 38), st.floats(0.05, 40))


@settings(max_examples=60)
@given(wanted=filters(), zoom=st.integers(0, 13), corner=CORNERS)
def test_a_view_holds_what_its_squares_hold(record, store, wanted, zoom, corner):
    west, south, size = corner
    box = (west, south, west + size, min(south + size, 89.0))
    view = view_of(store, wanted, box, zoom)
    events = record.events[apply_filter(record, wanted) & (record.events["drawn_as"] == "point").to_numpy()]
    level = window_of(box, zoom).level
    column, row = columns_and_rows(events["longitude"], events["latitude"], level)
    edge, (top, bottom) = columns_and_rows([box[0], box[2]], [box[3], box[1]], level)
    inside = (column >= edge[0]) & (column <= edge[1]) & (row >= top) & (row <= bottom)
    events = events[inside]
    assert drawn(view) == len(events)
    expected = Counter(zip(column[inside].tolist(), row[inside].tolist(), strict=True))
    if len(events) > SINGLES:
        found = {}
        for cell in view.cells:
            at = columns_and_rows([(cell.box[0] + cell.box[2]) / 2], [(cell.box[1] + cell.box[3]) / 2], level)
            found[(int(at[0][0]), int(at[1][0]))] = cell.count
        for mark in view.points:
            at = columns_and_rows([mark.point[0]], [mark.point[1]], level)
            found[(int(at[0][0]), int(at[1][0]))] = 1
        assert found == expected
    killed = events.dropna(subset=["killed_low"])
    if view.cells and not view.points:
        assert sum(cell.figures for cell in view.cells) == len(killed)
        assert sum((cell.killed or (0, 0))[0] for cell in view.cells) == killed["killed_low"].sum()
        assert sum((cell.killed or (0, 0))[1] for cell in view.cells) == killed["killed_high"].sum()
    ids = [event_id for mark in view.points for event_id in mark.ids]
    ids += [event_id for cell in view.cells for event_id in cell.ids]
    assert set(ids) <= set(events["event_id"]) and len(ids) == len(set(ids))
    assert np.array_equal(store.kinds(wanted), kinds_of(record.select(wanted)))


def kinds_of(selected: Record) -> list[int]:
    return [int((selected.events["event_type"] == kind).sum()) for kind in schema.EVENT_TYPES]


def test_panning_moves_no_event_from_one_cell_to_another(store):
    one = view_of(store, EventFilter(), (60.0, 20.0, 75.0, 40.0), 5)
    other = view_of(store, EventFilter(), (59.0, 19.5, 75.5, 40.5), 5.5)
    assert one.cells == other.cells and one.cells


def test_a_view_over_the_date_line_has_both_sides(store):
    view = view_of(store, EventFilter(), (179.0, -20.0, -179.0, -10.0), 9)
    assert drawn(view) == sum(1 for number in range(COUNT) if number % 402 in (400, 401))


def test_few_events_in_a_view_stand_for_themselves_as_in_the_scene_of_all(record, store):
    points = record.events[record.events["drawn_as"] == "point"]
    lat, lon = points[["latitude", "longitude"]].iloc[0]
    box = (lon - 0.001, lat - 0.001, lon + 0.001, lat + 0.001)
    view = view_of(store, EventFilter(), box, 14)
    assert 0 < len(view.points) <= SINGLES and not view.cells
    whole = {mark.ids: mark for mark in build_scene(record, EventFilter()).points}
    assert all(whole[mark.ids] == mark for mark in view.points)


def test_what_is_said_of_a_cell_is_the_sum_of_what_is_claimed():
    head = "id,date,lat,lon,killed\n"
    rows = "".join(f"{n},2024-01-16,26.9,64.1,{n % 3 if n % 5 else ''}\n" for n in range(400))
    store = store_of(build_record(case_of_bytes((head + rows).encode(), "t.csv")))
    (cell,) = view_of(store, EventFilter(), WORLD, 8).cells
    given = [n % 3 for n in range(400) if n % 5]
    assert (cell.count, cell.figures, cell.killed) == (400, len(given), (sum(given), sum(given)))
    assert f"over the {len(given)} that have a figure" in cell.words
    assert len(cell.ids) == 60 and "the first 60 are listed" in cell.words


@pytest.mark.parametrize("wanted", [EventFilter(), EventFilter(types=("clash",), date_to=date(2024, 1, 6))])
def test_the_scene_says_what_it_leaves_to_the_views(record, store, wanted):
    scene, whole = scene_of(store, wanted), build_scene(record, wanted)
    assert not scene.points and scene.live == len(whole.points)
    assert scene.marginalia.counts == whole.marginalia.counts and scene.placeless == whole.placeless
    assert scene.legend[0].symbol == "cell"
    assert {entry.text for entry in whole.legend if entry.symbol != "ring"} <= {e.text for e in scene.legend}
    assert [replace(mark, total=0) for mark in scene.areas] == list(whole.areas)
    assert [mark.count for mark in scene.areas] == [mark.count for mark in whole.areas]


def test_the_answer_does_not_grow_with_the_case(store):
    sizes = [len(view_json(view_of(store, EventFilter(), WORLD, zoom))) for zoom in (1, 4, 8)]
    assert max(sizes) < 200_000
