"""Where words, pills and chevrons may stand: on whose land, over which unit, clear of towns."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
import shapely

from geodata.render import print_callouts, print_map
from geodata.render.labels import Box
from geodata.render.print_base import ground
from geodata.render.print_callouts import Block, area_words
from geodata.render.print_labels import KASHMIR_UNITS
from geodata.render.print_map import PAPERS, PrintOptions, compose_map, shown_legend
from geodata.render.print_margins import LINE_OF_CONTROL, about_lines, plain_dates, shows_line_of_control
from geodata.render.print_marks import MarkLayer
from geodata.render.print_sides import OVER_UNIT_PT
from geodata.render.projection import Frame, fit_view
from geodata.scene import Scene
from tests.geodata.render.scenes import AREAS, NEAR, WIDE

EXTENTS = {"near": NEAR.extent, "west": (30.0, 20.0, 75.0, 45.0), "world": (-180.0, -60.0, 180.0, 80.0)}
PLACES = [*(("near", paper) for paper in PAPERS), ("west", "a4-landscape"), ("west", "square")]
HOMES = {"panjgur": "PAK", "saravan": "IRN", "khash": "IRN", "erbil": "IRQ", "taltita": "SYR"}


class Drawing:
    """A picture with the layer that made it and where each callout stands."""

    def __init__(self, scene: Scene, paper: str) -> None:
        self.callouts: dict[str, list[Box]] = {}
        self.layer: MarkLayer
        place, callouts = print_callouts._place, print_callouts.place_callouts

        def keep_layer(layer: MarkLayer) -> None:
            self.layer = layer
            callouts(layer)

        def keep_place(layer: MarkLayer, event_id: str, *rest: object) -> None:
            draw = Block.draw

            def keep_boxes(block: Block, layer: MarkLayer, box: Box, **how: object) -> None:
                self.callouts[event_id] = block.line_boxes(box, how["align"])  # type: ignore[arg-type]
                draw(block, layer, box, **how)  # type: ignore[arg-type]

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(Block, "draw", keep_boxes)
                place(layer, event_id, *rest)  # type: ignore[arg-type]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(print_callouts, "_place", keep_place)
            patch.setattr(print_map, "place_callouts", keep_layer)
            self.figure = compose_map(scene, PrintOptions(production_date=date(2024, 3, 1), paper=paper))

    def shapes(self, gid: str) -> list[object]:
        """Return the patches of a layer of the picture."""
        return [patch for patch in self.figure.axes[0].patches if patch.get_gid() == gid]


@cache
def drawing(extent: str, paper: str) -> Drawing:
    scene = NEAR if extent == "near" else WIDE
    return Drawing(replace(scene, extent=EXTENTS[extent]), paper)


@pytest.mark.parametrize(("extent", "paper"), PLACES)
def test_no_callout_stands_on_the_land_of_another_country_of_the_scene(extent: str, paper: str) -> None:
    made = drawing(extent, paper)
    assert {"panjgur", "saravan", "khash"} <= set(made.callouts)
    for event_id, boxes in made.callouts.items():
        lines = shapely.union_all([shapely.box(*box) for box in boxes])
        for country in {"IRN", "PAK"} - {HOMES[event_id]}:
            there = shapely.area(shapely.intersection(lines, made.layer.lands.shape(country)))
            assert there <= 0.02 * shapely.area(lines), (event_id, country)


@pytest.mark.parametrize(("extent", "paper"), PLACES)
def test_no_leader_passes_a_town(extent: str, paper: str) -> None:
    made = drawing(extent, paper)
    renderer = made.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    points = 72 / made.figure.dpi
    names = [
        shapely.box(*(np.array(text.get_window_extent(renderer).extents) * points))
        for text in made.figure.axes[0].texts
        if text.get_gid() == "town-name"
    ]
    dots = [shapely.box(*patch.get_path().get_extents().extents) for patch in made.shapes("town")]  # type: ignore[attr-defined]
    assert len(names) > 2
    for leader in made.layer.leaders:
        assert min(shapely.distance(leader, [*names, *dots])) > 2


@pytest.mark.parametrize(("extent", "paper"), PLACES)
def test_pills_and_chevrons_stand_over_their_unit(extent: str, paper: str) -> None:
    made = drawing(extent, paper)
    units = {area.ids[0]: made.layer.unit(area.area).whole for area in AREAS}
    for event_id, unit in units.items():
        anchor = made.layer.anchors[event_id]
        spot = shapely.Point(anchor.x, anchor.y)
        over = shapely.distance(spot, unit) < anchor.radius
        tied = any(
            shapely.distance(leader, spot) < 1 and shapely.distance(leader, unit) < 1
            for leader in made.layer.leaders
        )
        assert over or tied
    if not made.layer.inline:
        frame = shapely.box(*made.layer.view.frame.box)
        sides = shapely.union_all([units["panjgur"], units["saravan"]])
        for patch in made.shapes("attack-side"):
            mark = shapely.LineString(patch.get_path().vertices)  # type: ignore[attr-defined]
            if shapely.contains(frame, mark):  # the legend has chevrons too
                assert shapely.distance(mark, sides) <= OVER_UNIT_PT * made.layer.sheet.scale


@pytest.mark.parametrize(("extent", "paper"), [*PLACES, ("world", "a4-landscape")])
def test_both_parties_have_three_chevrons_of_one_size_in_one_place(extent: str, paper: str) -> None:
    made = drawing(extent, paper)
    frame = shapely.box(*made.layer.view.frame.box)
    marks: dict[object, list[float]] = {}
    for patch in made.shapes("attack-side"):
        line = shapely.LineString(patch.get_path().vertices)  # type: ignore[attr-defined]
        if shapely.contains(frame, line):
            hue = patch.get_edgecolor()  # type: ignore[attr-defined]
            marks.setdefault(hue, []).append(round(float(shapely.length(line)), 2))
    assert [len(sizes) for sizes in marks.values()] == [3, 3]
    assert len({size for sizes in marks.values() for size in sizes}) == 1


def test_a_province_or_country_says_first_that_no_place_is_known() -> None:
    assert area_words(AREAS[2]) == "Somewhere in Sistan and Baluchestan: 1 reported attack"
    assert area_words(AREAS[0]) == AREAS[0].words


def test_stated_origins_and_figures_stand_in_the_callout() -> None:
    origins = ("IRGC: 4 from Khuzestan", "SOHR: from the Mediterranean")
    points = tuple(replace(point, origins=origins, figures="0 killed (1 claimant)") for point in WIDE.points)
    sides = tuple(replace(side, figures="9 to 10 or more killed (4 claimants)") for side in WIDE.sides)
    figure = compose_map(
        replace(WIDE, points=points, sides=sides), PrintOptions(production_date=date(2024, 3, 1))
    )
    words = " ".join(text.get_text() for text in figure.axes[0].texts)
    for text in (*origins, "0 killed (1 claimant)", "9 to 10 or more killed (4 claimants)"):
        assert text in words


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Dawn, 2024-01-18", "Dawn, 18 Jan 2024"),
        ("The Balochistan Post, 2024-01; IRNA", "The Balochistan Post, Jan 2024; IRNA"),
        ("https://example.org/2024-01-18/x, 2024-99-99", "https://example.org/2024-01-18/x, 2024-99-99"),
        ("15–29 January 2024", "15–29 Jan 2024"),
        ("28 May – 1 June 2024", "28 May – 1 Jun 2024"),
    ],
)
def test_dates_have_one_format(text: str, plain: str) -> None:
    assert plain_dates(text) == plain


def test_the_line_of_control_has_its_note_where_it_is_in_the_frame() -> None:
    frame = Frame(0, 0, 600, 400)
    kashmir, near = fit_view((70, 30, 80, 37), frame), fit_view((57, 24, 66, 29), frame)
    assert shows_line_of_control(kashmir) and not shows_line_of_control(near)
    assert LINE_OF_CONTROL in about_lines(kashmir, NEAR.marginalia, 0, "a4-landscape")
    entries = [entry.text for entry in shown_legend(NEAR, kashmir, ground(kashmir), 1.0)]
    assert "Disputed line, as the source marks it" in entries


def test_focus_has_a_key_only_where_it_is_drawn() -> None:
    for extent, there in ((NEAR.extent, True), ((165, -25, -165, -5), False)):
        view = fit_view(extent, Frame(0, 0, 600, 400))  # type: ignore[arg-type]
        symbols = {entry.symbol for entry in shown_legend(NEAR, view, ground(view), 1.0)}
        assert ("focus" in symbols) == there


def test_no_country_is_named_on_kashmir() -> None:
    made = Drawing(
        replace(NEAR, areas=(), sides=(), focus=(), focus_names=(), extent=(72, 31, 82, 37)), "a4-landscape"
    )
    renderer = made.figure.canvas.get_renderer()  # type: ignore[attr-defined]
    kashmir = shapely.union_all([made.layer.unit(unit).whole for unit in KASHMIR_UNITS])
    named = set()
    for text in made.figure.axes[0].texts:
        name = text.get_text().replace("\u200a", "")
        if name in {"CHINA", "INDIA", "PAKISTAN"}:
            named.add(name)
            box = np.array(text.get_window_extent(renderer).extents) * 72 / made.figure.dpi
            assert not shapely.intersects(kashmir, shapely.box(*box))
    assert named
