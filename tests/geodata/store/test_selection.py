"""What a filter selects is kept and counted by day: the same as looking at every row."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.filters import EPOCH, EventFilter, apply_filter, is_joined_to
from geodata.store import listing, selection
from geodata.store.areas import area_sums
from geodata.store.frames import frames_of_store
from geodata.store.listing import rows_by_day
from geodata.store.mask import kinds_wanted, wanted_rows
from geodata.store.pages import Pages
from geodata.store.selection import ALL, LOOSE_POINTS, NOWHERE, pieces
from geodata.store.view import view_of
from tests.geodata.store.test_view import WORLD, filters

FIRST = (date(2024, 1, 1) - EPOCH).days


@pytest.fixture(scope="module")
def small(store):
    """Return the store, and the same looked at in small pieces."""
    patch = pytest.MonkeyPatch()
    patch.setattr(selection, "PIECE_ROWS", 104)
    yield replace(store)
    patch.undo()


@pytest.mark.usefixtures("small")
@given(first=st.integers(0, 900), size=st.integers(0, 900))
def test_pieces_are_all_numbers_once_and_end_where_a_byte_does(first, size):
    found = list(pieces(first, first + size))
    assert [n for part in found for n in range(part.start, part.stop)] == list(range(first, first + size))
    assert all(part.stop % 8 == 0 for part in found[:-1])


@settings(max_examples=60, deadline=None)
@given(wanted=filters(), low=st.integers(0, 2_400), size=st.integers(0, 2_400), seed=st.integers(0, 99))
def test_a_kept_filter_wants_the_rows_that_it_wants_of_each(small, wanted, low, size, seed):
    part = slice(low, min(low + size, len(small)))
    assert np.array_equal(small.wanted(wanted, part), wanted_rows(small.columns, wanted, part))
    rows = np.random.default_rng(seed).integers(0, len(small), size)
    assert np.array_equal(small.wanted(wanted, rows), wanted_rows(small.columns, wanted, rows))
    assert np.array_equal(
        small.wanted_rows(wanted, part.start, part.stop),
        np.flatnonzero(wanted_rows(small.columns, wanted, part)) + part.start,
    )


def test_a_unit_to_which_nothing_is_joined_has_the_points_within_it(record, small):
    wanted = EventFilter(areas=("PK-BA-chagai.dalbadin", "PK-PB-bahawalpur.yazman"))
    assert not any(is_joined_to(area) for area in wanted.areas)
    ids = set(record.events["event_id"][apply_filter(record, wanted)])
    rows = small.wanted_rows(wanted, 0, len(small))
    assert {entry["event_id"] for entry in small.listed(rows)} == ids and len(ids) > 30


@settings(max_examples=60, deadline=None)
@given(wanted=filters(), first=st.integers(-9, 40), days=st.integers(0, 30))
def test_counts_by_day_are_those_of_counting_one_by_one(small, wanted, first, days):
    columns = small.columns
    period = replace(
        wanted,
        date_from=date(2024, 1, 1) + timedelta(days=first),
        date_to=date(2024, 1, 1) + timedelta(days=first + days),
    )
    keep = wanted_rows(columns, period, slice(0, len(columns)))
    groups = {
        ALL: keep,
        LOOSE_POINTS: keep & (np.arange(len(columns)) < columns.loose),
        NOWHERE: keep & (columns.drawn == 0) & (columns.area == 0),
    }
    for which, rows in groups.items():
        found = small.touching(which, wanted, [FIRST + first], [FIRST + first + days])[:, 0]
        assert np.array_equal(found, np.bincount(columns.kind[rows], minlength=len(found))), which


def test_a_selection_is_shared_by_dates_and_kinds_and_only_the_last_are_kept(store, monkeypatch):
    monkeypatch.setattr(selection, "_MOST_KEPT", 2)
    made = []
    select = selection._select
    monkeypatch.setattr(selection, "_select", lambda *given: made.append(given[1]) or select(*given))
    fresh = replace(store)
    for day in range(1, 9):
        fresh.kinds(EventFilter(actors=("one",), date_to=date(2024, 1, day), types=("clash",)))
        fresh.kinds(EventFilter(min_killed=2, date_from=date(2024, 1, day)))
    assert len(made) == 2
    fresh.kinds(EventFilter(min_killed=3))
    fresh.kinds(EventFilter(min_killed=2))
    assert len(made) == 3
    fresh.kinds(EventFilter(actors=("one",)))  # left out when a third came
    assert len(made) == 4
    monkeypatch.setattr(selection, "_MOST_BYTES", 1)
    for _ in range(2):  # the last one is kept, however large
        fresh.kinds(EventFilter(min_killed=5))
    assert len(made) == 5 and len(fresh.selections._kept) == 1


def test_what_a_session_brought_along_is_not_kept(store, monkeypatch):
    monkeypatch.setattr("geodata.store.selection.boundaries.layer_of", lambda area: area == "PK-BA")
    fresh = replace(store)
    own = EventFilter(areas=("PK-BA",))
    assert fresh.kinds(own).sum() == len(fresh.wanted_rows(own, 0, len(fresh))) > 0
    assert not fresh.selections._kept
    assert fresh.kinds(EventFilter(areas=("IR-11",))).sum() and len(fresh.selections._kept) == 1


@settings(max_examples=30, deadline=None)
@given(wanted=filters(), zoom=st.integers(0, 11))
def test_views_and_frames_in_small_pieces_are_those_in_one(store, small, wanted, zoom):
    pieced = view_of(small, wanted, WORLD, zoom), frames_of_store(small, wanted, WORLD, zoom)
    sums = area_sums(small, wanted)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(selection, "PIECE_ROWS", 1 << 18)
        view, frames = view_of(store, wanted, WORLD, zoom), frames_of_store(store, wanted, WORLD, zoom)
        groups, whole = area_sums(store, wanted)
    assert pieced[0].points == view.points and pieced[0].titles == view.titles
    assert len(pieced[0].cells) == len(view.cells)
    for one, other in zip(pieced[0].cells, view.cells, strict=True):
        # Sums of degrees in another order may differ in the last digit.
        assert replace(one, point=(0, 0)) == replace(other, point=(0, 0))
        assert one.point == pytest.approx(other.point)
    assert [series for *_, series in pieced[1].cells] == [series for *_, series in frames.cells]
    assert replace(pieced[1], cells=()) == replace(frames, cells=())
    assert np.array_equal(sums[0], groups) and np.array_equal(sums[1].kinds, whole.kinds)


@settings(max_examples=60, deadline=None)
@given(
    wanted=filters(), skip=st.integers(0, 2_600), count=st.integers(1, 400), few=st.sampled_from((0, 10**6))
)
def test_a_page_of_a_list_is_the_part_of_the_whole_list(small, wanted, skip, count, few):
    rows = np.flatnonzero(wanted_rows(small.columns, wanted, slice(0, len(small))))
    rows = rows[np.lexsort((rows, small.columns.first_day[rows]))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "_FEW", few)
        found = rows_by_day(small, wanted, skip=skip, count=count)
    assert found.tolist() == rows[skip : skip + count].tolist()


def test_kinds_that_are_not_wanted_are_not_counted(store):
    wanted = EventFilter(types=("clash",), min_killed=1)
    found = store.kinds(wanted)
    assert found[kinds_wanted(wanted)].sum() == found.sum() > 0


def test_pages_that_are_given_back_come_again(tmp_path, monkeypatch):
    np.save(tmp_path / "a.npy", np.arange(100_000))
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    pages = Pages()
    pages.add(mapped.base)
    pages.add(None)
    before = np.asarray(mapped)
    monkeypatch.setattr("geodata.store.pages.MOST_RESIDENT_MB", 0)
    for _ in range(3):
        assert int(before.sum()) == 100_000 * 99_999 // 2
        pages.relax()
