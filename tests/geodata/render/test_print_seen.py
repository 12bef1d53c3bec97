"""The legend names the lines that a reader sees in the frame, and nothing else."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
import shapely

from geodata.cases import load_case
from geodata.filters import EventFilter
from geodata.record import build_record
from geodata.render.print_base import Ground, ground
from geodata.render.print_map import shown_legend
from geodata.render.print_seen import seen_lines, shows_line
from geodata.render.projection import Frame, MapView, fit_view
from geodata.scene_build import build_scene

EMPTY = (-60.0, -30.0, -40.0, -15.0)  # holds three disputed river islets, a point long at most
KASHMIR = (68.0, 30.0, 80.0, 38.0)
FRAME = Frame(20.0, 30.0, 400.0, 300.0)
VIEW = fit_view((60.0, 24.0, 66.0, 29.0), FRAME)


def lines(*paths: list[tuple[float, float]]) -> np.ndarray:
    return np.array([shapely.LineString(path) for path in paths], dtype=object)


NONE = lines()


def layers(**given: np.ndarray) -> Ground:
    return Ground(**{name: given.get(name, NONE) for name in Ground.__dataclass_fields__})


def symbols(extent: tuple[float, float, float, float]) -> tuple[set[str], MapView]:
    record = build_record(load_case("iran-pakistan-2024"))
    day = date(2024, 1, 16)
    scene = build_scene(record, EventFilter(day, day, bbox=extent), extent=extent, only_extent=True)
    view = fit_view(extent, Frame(20.0, 30.0, 590.0, 420.0))
    return {entry.symbol for entry in shown_legend(scene, view, ground(view), 1.0)}, view


def test_an_empty_extent_names_no_disputed_line_that_nobody_sees():
    named, view = symbols(EMPTY)
    assert len(ground(view).disputed)  # so that the test does not pass for want of lines
    assert "disputed" not in named
    assert {"boundary-adm0", "boundary-adm1"} <= named  # these are


def test_a_disputed_line_in_sight_is_named():
    named, _ = symbols(KASHMIR)
    assert "disputed" in named


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ([(100, 100), (200, 100)], True),
        ([(100, 100), (103, 100)], False),  # a dot
        ([(16, 40), (16, 300)], False),  # beside the frame, where lines are still kept
        ([(-100, 100), (30, 100)], True),  # enters it
        ([(-100, 100), (22, 100)], False),  # for two points
    ],
)
def test_a_line_is_seen_that_is_long_enough_inside_the_frame(path, seen):
    assert shows_line(lines(path), VIEW) is seen
    assert seen_lines(layers(adm0=lines(path)), VIEW).adm0 is seen


def test_pieces_in_a_row_are_one_line():
    pieces = [[(x, 100.0), (x + 3.0, 100.0)] for x in np.arange(100.0, 130.0, 3.0)]
    assert not shows_line(lines(pieces[0]), VIEW)
    assert shows_line(lines(*pieces), VIEW)


@pytest.mark.parametrize("above", ["coast", "adm0", "disputed"])
def test_an_outline_under_another_line_is_not_named(above):
    border = [(100.0, 100.0), (300.0, 150.0), (380.0, 250.0)]
    inner = [(200.0, 125.0), (200.0, 280.0)]
    assert not seen_lines(layers(adm1=lines(border), **{above: lines(border)}), VIEW).adm1
    assert seen_lines(layers(adm1=lines(border, inner), **{above: lines(border)}), VIEW).adm1


def test_a_district_outline_under_a_province_is_not_named():
    border = [(100.0, 100.0), (300.0, 150.0)]
    found = seen_lines(layers(adm1=lines(border), adm2=lines(border)), VIEW)
    assert found.adm1
    assert not found.adm2
