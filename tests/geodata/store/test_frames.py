"""A period in frames: each event in every frame that it touches, and in each in exactly one drawn thing."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.cases import load_case
from geodata.filters import EventFilter, apply_filter
from geodata.record import build_record
from geodata.render.web import frames_json
from geodata.store import frames as module
from geodata.store.frames import Series, frames_of_record, frames_of_store, span_of
from geodata.store.morton import columns_and_rows
from geodata.store.store import store_of
from geodata.store.view import SINGLES, view_of
from geodata.store.window import window_of
from tests.geodata.store.test_view import CORNERS, WORLD, filters

WINDOW = (date(2024, 1, 1), date(2024, 2, 3))


@pytest.fixture(scope="module")
def both(record, store):
    return record, store


def at(series: Series, frame: int) -> int:
    inside = 0 <= frame - series.first < len(series.counts)
    return series.counts[frame - series.first] if inside else 0


@given(first=st.dates(), days=st.integers(0, 3_000_000))
def test_frames_cover_a_period_without_a_gap_and_are_not_too_many(first, days):
    last = min(first + timedelta(days=min(days, (date.max - first).days)), date.max)
    span = span_of(EventFilter(date_from=first, date_to=last), WINDOW)
    assert span.starts[0] == first and span.ends[-1] == last
    assert all(a <= b for a, b in zip(span.starts, span.ends, strict=True))
    assert all((b - a).days == 1 for a, b in zip(span.ends, span.starts[1:], strict=False))
    assert len(span) <= 121 or span.unit == "decade"
    assert span.unit == "day" or len(span) >= 10


@pytest.mark.parametrize(
    ("days", "unit"), [(1, "day"), (120, "day"), (121, "week"), (1_000, "month"), (9_999, "year")]
)
def test_a_longer_period_has_longer_frames(days, unit):
    first = date(2001, 3, 7)
    span = span_of(EventFilter(date_from=first, date_to=first + timedelta(days=days - 1)), WINDOW)
    assert span.unit == unit


@settings(max_examples=25, deadline=None)
@given(wanted=filters(), zoom=st.integers(0, 13), corner=CORNERS, pick=st.integers(0, 40))
def test_frames_are_what_counting_one_by_one_gives(both, wanted, zoom, corner, pick):
    (record, store), (west, south, size) = both, corner
    box = (west, south, west + size, min(south + size, 89.0))
    found = frames_of_store(store, wanted, box, zoom)
    level = window_of(box, zoom).level
    edge, (top, bottom) = columns_and_rows([box[0], box[2]], [box[3], box[1]], level)
    singles = {event_id: n for n, event_id in enumerate(found.ids)}
    for frame in {0, pick % len(found.span), len(found.span) - 1}:
        first, last = found.span.starts[frame], found.span.ends[frame]
        events = record.events[apply_filter(record, replace(wanted, date_from=first, date_to=last))]
        points = events[events["drawn_as"] == "point"]
        column, row = columns_and_rows(points["longitude"], points["latitude"], level)
        inside = (column >= edge[0]) & (column <= edge[1]) & (row >= top) & (row <= bottom)
        expected = Counter(zip(column[inside].tolist(), row[inside].tolist(), strict=True))
        drawn: Counter[tuple[int, int]] = Counter()
        for lon, lat, series in found.cells:
            place = columns_and_rows([lon], [lat], level)
            drawn[int(place[0][0]), int(place[1][0])] += at(series, frame)
        for event_id, c, r in zip(points["event_id"], column.tolist(), row.tolist(), strict=True):
            n = singles.get(event_id)
            if n is not None and found.first[n] <= frame <= found.last[n]:
                drawn[c, r] += 1
        assert +drawn == expected
        assert found.totals[frame] == len(events)
        assert found.placeless[frame] == int((events["drawn_as"] == "").sum())
        areas = Counter(events.loc[events["drawn_as"] == "area", "drawn_area"])
        assert Counter({unit: at(one, frame) for unit, _, one in found.areas if at(one, frame)}) == areas


def test_what_stands_for_itself_in_a_view_does_so_in_its_frames(store):
    for box, zoom in ((WORLD, 4), ((60.0, 20.0, 75.0, 40.0), 9), ((64.0, 26.0, 66.0, 28.0), 12)):
        view, found = (
            view_of(store, EventFilter(), box, zoom),
            frames_of_store(store, EventFilter(), box, zoom),
        )
        assert {event_id for mark in view.points for event_id in mark.ids} == set(found.ids)
        assert len(view.cells) == len(found.cells)
        assert len(found.ids) <= SINGLES or found.cells


def test_units_that_crowd_are_counted_by_square(store, monkeypatch):
    plain = frames_of_store(store, EventFilter(), WORLD, 3)
    assert plain.areas and not plain.unit_cells
    monkeypatch.setattr("geodata.store.store.UNITS_IN_SCENE", 1)
    monkeypatch.setattr(module, "MOST_UNITS", 1)
    fresh = replace(store)  # what it says of itself is asked anew
    found = frames_of_store(fresh, EventFilter(), WORLD, 3)
    assert not found.areas
    for frame in range(len(found.span)):
        assert sum(at(one, frame) for *_, one in found.unit_cells) == sum(
            at(one, frame) for *_, one in plain.areas
        )


def test_the_answer_is_bounded_whatever_the_view(store, monkeypatch):
    box = (58.0, 20.0, 76.0, 40.0)
    whole = frames_of_store(store, EventFilter(), box, 6)
    assert len(gzip.compress(frames_json(whole), 1)) < 100_000
    monkeypatch.setattr(module, "MOST_NUMBERS", 2_000)
    coarse = frames_of_store(store, EventFilter(), box, 6)
    assert len(coarse.cells) * len(coarse.span) <= 2_000 < len(whole.cells) * len(whole.span)
    for frame in range(len(whole.span)):
        sums = [
            sum(at(one, frame) for *_, one in found.cells)
            + sum(a <= frame <= b for a, b in zip(found.first, found.last, strict=True))
            for found in (whole, coarse)
        ]
        assert sums[0] == sums[1]


def test_a_case_that_is_drawn_whole_has_the_frames_of_each_event():
    record = build_record(load_case("iran-pakistan-2024"))
    found = frames_of_record(record, record.default_filter)
    assert found.is_whole and found.span.unit == "day" and len(found.span) == 15
    for frame, (first, last) in enumerate(zip(found.span.starts, found.span.ends, strict=True)):
        events = record.select(EventFilter(date_from=first, date_to=last)).events
        touched = {
            event_id
            for event_id, a, b in zip(found.ids, found.first, found.last, strict=True)
            if a <= frame <= b
        }
        assert touched == set(events["event_id"]) and found.totals[frame] == len(touched)
    told = json.loads(frames_json(found))
    assert told["words"][0] == "15 January 2024" and told["whole"] is True


def test_a_filter_that_keeps_nothing_has_empty_frames(store):
    found = frames_of_store(store, EventFilter(actors=("nobody",)), WORLD, 3)
    assert not any(found.totals) and not found.cells and not found.ids and not found.areas
    none = store_of(build_record(load_case("iran-pakistan-2024")))
    one = frames_of_store(none, EventFilter(date_from=date(2024, 1, 16), date_to=date(2024, 1, 16)), WORLD, 3)
    assert len(one.span) == 1 and np.sum(one.totals) > 0
