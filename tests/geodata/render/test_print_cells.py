"""Very many points on one sheet: discs that count, none lost, none on another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest

from geodata.legend import CELL_WORDS
from geodata.render.print_base import ground
from geodata.render.print_cells import CELLS_FROM, gather_points
from geodata.render.print_map import PrintOptions, compose_sheet, shown_legend
from geodata.render.print_sheet import Shape, Words
from geodata.render.projection import Frame, fit_view
from geodata.scene import LegendEntry, PointMark, Scene
from tests.geodata.render.scenes import EMPTY, WIDE

VIEW = fit_view(EMPTY.extent, Frame(20, 200, 590, 340))


def points(count: int, *, spread: float = 1.0, seed: int = 1) -> tuple[PointMark, ...]:
    places = np.random.default_rng(seed).normal((64, 28), (1.5 * spread, 1.0 * spread), (count, 2))
    return tuple(
        PointMark((f"e{index}",), (float(lon), float(lat)), 0.0, "clash", "", "", "1 reported clash")
        for index, (lon, lat) in enumerate(places)
    )


def scene_of(marks: tuple[PointMark, ...]) -> Scene:
    return replace(EMPTY, points=marks, legend=(LegendEntry("point", "Reported clash", shape="cross"),))


def test_few_points_stay_points() -> None:
    marks = points(CELLS_FROM)
    singles, cells = gather_points(scene_of(marks), VIEW, 1.0)
    assert singles == marks and cells == ()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("spread", [0.2, 1.0, 3.0])
def test_every_event_in_the_frame_is_counted_once(seed: int, spread: float) -> None:
    marks = points(1500, spread=spread, seed=seed)
    singles, cells = gather_points(scene_of(marks), VIEW, 1.0)
    left, bottom, right, top = VIEW.frame.box
    seen = {
        mark.ids[0]
        for mark, (x, y) in zip(marks, VIEW.page([mark.point for mark in marks]), strict=True)
        if left <= x <= right and bottom <= y <= top
    }
    counted = [event_id for mark in (*singles, *cells) for event_id in mark.ids]
    assert sorted(counted) == sorted(seen)
    assert sum(cell.count for cell in cells) + len(singles) == len(seen)


@pytest.mark.parametrize("spread", [0.2, 1.0, 3.0])
def test_no_disc_meets_another_and_more_events_are_no_smaller_disc(spread: float) -> None:
    _, cells = gather_points(scene_of(points(1500, spread=spread)), VIEW, 1.0)
    assert len(cells) > 5
    for one, other in combinations(cells, 2):
        assert np.hypot(one.x - other.x, one.y - other.y) >= one.radius + other.radius
    assert max(cells, key=lambda cell: cell.count).radius == max(cell.radius for cell in cells)


def test_an_event_with_a_direction_stays_a_point() -> None:
    crowd = replace(WIDE, points=(*WIDE.points, *points(400)))
    view = fit_view(WIDE.extent, Frame(20, 200, 590, 340))
    singles, cells = gather_points(crowd, view, 1.0)
    directed = {mark.event_id for mark in (*WIDE.lines, *WIDE.wedges)}
    assert cells and directed <= {event_id for mark in singles for event_id in mark.ids}


def test_discs_are_drawn_with_their_numbers_and_the_legend_explains_them() -> None:
    scene = scene_of(points(1500))
    sheet = compose_sheet(scene, PrintOptions(date(2024, 3, 1), dpi=96))
    drawn = [mark for mark in sheet.marks() if mark.gid == "cell-count" and mark.layer == "events"]
    numbers = [int(mark.what.text.replace(",", "")) for mark in drawn if isinstance(mark.what, Words)]
    singles = [
        mark
        for mark in sheet.marks()
        if mark.gid == "event-point" and mark.layer == "events" and isinstance(mark.what, Shape)
    ]
    assert 1400 < sum(numbers) + len(singles) <= 1500
    texts = [entry.text for entry in shown_legend(scene, VIEW, ground(VIEW), 1.0)]
    assert CELL_WORDS in texts
    assert CELL_WORDS not in [
        entry.text for entry in shown_legend(scene_of(points(5)), VIEW, ground(VIEW), 1.0)
    ]
