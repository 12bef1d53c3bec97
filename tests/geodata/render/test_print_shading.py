"""Shaded units in print: under the lines, in a layer of their own, with the legend of what is seen."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from geodata.display import Display
from geodata.filters import Bbox, EventFilter
from geodata.render.print_map import PrintOptions, _ground, compose_sheet, draw_map, shown_legend
from geodata.render.projection import Frame, fit_view
from geodata.scene import Scene
from geodata.scene_build import build_scene
from geodata.store.record import with_shading
from geodata.style import SHADES

BALOCHISTAN: Bbox = (60.0, 24.0, 71.0, 33.0)
OPTIONS = PrintOptions(date(2024, 2, 1), dpi=96)


def scene_of(record, extent: Bbox = BALOCHISTAN) -> Scene:
    made = build_scene(
        record, EventFilter(), extent=extent, only_extent=True, display=Display(show=("shading",))
    )
    return with_shading(made, record, EventFilter())


@pytest.fixture
def record(make_record):
    """Return events known to provinces: one in the south, six and forty far from each other."""
    areas = ["PK-BA"] + ["IR-11"] * 6 + ["US-TX"] * 40
    return make_record([{"area": area, "location_precision": "admin1"} for area in areas])


def entries(scene: Scene) -> dict[str, str]:
    view = fit_view(scene.extent, Frame(10, 10, 600, 400))
    shown = shown_legend(scene, view, _ground(scene, view), 1.0)
    return {entry.text: entry.status for entry in shown if entry.symbol == "shade"}


def test_the_legend_has_the_classes_that_the_frame_shows_and_no_other(record) -> None:
    scene = scene_of(record)
    assert {mark.area for mark in scene.shading} == {"PK-BA", "IR-11", "US-TX"}
    here = entries(scene)
    assert len(here) == 2
    everywhere = entries(replace(scene, extent=(-170.0, -50.0, 170.0, 75.0)))
    assert len(everywhere) == 3 and here.items() <= everywhere.items()


def test_units_are_shapes_of_their_own_layer_below_the_lines(record) -> None:
    marks = compose_sheet(scene_of(record), OPTIONS).marks()
    shaded = [mark for mark in marks if mark.layer == "shading"]
    assert [mark.what.fill for mark in shaded] == [
        SHADES[int(s) - 1] for s in sorted(entries(scene_of(record)).values())
    ]
    lines = [mark for mark in marks if mark.layer in ("provinces", "international", "disputed", "lakes")]
    assert max(mark.order for mark in shaded) < min(mark.order for mark in lines)


def test_a_drawing_has_the_layer_by_name_only_where_it_is_asked_for(record) -> None:
    scene = scene_of(record)
    drawn = draw_map(scene, OPTIONS, format="svg").decode()
    assert "Events by unit" in drawn and "Shaded by number of events" in drawn
    plain = draw_map(
        build_scene(record, EventFilter(), extent=BALOCHISTAN, only_extent=True), OPTIONS, format="svg"
    )
    assert "Events by unit" not in plain.decode()


def test_a_map_without_a_legend_says_the_classes_below_it(record) -> None:
    drawn = draw_map(scene_of(record), replace(OPTIONS, is_plain=True), format="svg").decode()
    # Wherever its lines break.
    assert "From light to dark" in " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", drawn))
