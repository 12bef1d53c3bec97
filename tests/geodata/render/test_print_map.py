from __future__ import annotations

import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pytest
import shapely
from PIL import Image
from pyproj import Geod

from geodata.errors import UsageError
from geodata.render.print_base import ground
from geodata.render.print_map import PAPERS, PrintOptions, compose_map, draw_map, shown_legend, write_map
from geodata.render.print_margins import plain_dates
from geodata.render.print_marks import Anchor
from geodata.render.print_sides import CHEVRONS, SIDE_SIZES, side_chevrons
from geodata.render.print_symbols import trim_end, wedge_ring
from geodata.render.projection import Frame, fit_view
from geodata.scene import Scene
from tests.geodata.render.scenes import EMPTY, ERBIL, NEAR, SCENES, TALTITA, WIDE, WORDS

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.text import Text

DAY = date(2024, 3, 1)
SPACES = re.compile(r"\s+")


def options(paper: str = "a4-landscape", dpi: int = 96, title: str = "") -> PrintOptions:
    return PrintOptions(production_date=DAY, paper=paper, dpi=dpi, title=title)


@cache
def figure_of(name: str, paper: str) -> Figure:
    return compose_map(SCENES[name], options(paper))


def texts_of(figure: Figure) -> list[Text]:
    return [text for text in figure.axes[0].texts if text.get_text()]


def all_words(figure: Figure) -> str:
    return SPACES.sub(" ", " ".join(text.get_text() for text in texts_of(figure)))


def drawn(figure: Figure) -> set[str]:
    return {str(patch.get_gid()) for patch in figure.axes[0].get_children() if patch.get_gid()}


@pytest.mark.parametrize("paper", PAPERS)
def test_picture_is_as_large_as_paper_and_dpi_say(paper: str) -> None:
    picture = Image.open(io.BytesIO(draw_map(EMPTY, options(paper))))
    assert picture.size == tuple(round(side / 25.4 * 96) for side in PAPERS[paper])
    assert picture.info["dpi"] == pytest.approx((96, 96), abs=0.1)


@pytest.mark.parametrize("dpi", [97, 300, 600])
def test_no_pixel_is_lost_to_rounding(dpi: int) -> None:
    width, height = options(dpi=dpi).pixels
    assert (width, height) == (round(297 / 25.4 * dpi), round(210 / 25.4 * dpi))
    if dpi == 300:
        assert Image.open(io.BytesIO(draw_map(EMPTY, options(dpi=300)))).size == (3508, 2480)


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts whose boxes meet by more than a tenth of their size."""
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    texts = [text for text in texts_of(figure) if text.get_gid() != "party-letter"]
    boxes = np.array([text.get_window_extent(renderer).extents for text in texts])
    slack = 0.1 * figure.dpi / 72 * np.array([[text.get_fontsize()] for text in texts])
    low, high = boxes[:, :2] + slack, boxes[:, 2:] - slack
    meets = (low[:, None] < high[None]).all(axis=2) & (low[None] < high[:, None]).all(axis=2)
    return [(texts[a].get_text(), texts[b].get_text()) for a, b in np.argwhere(np.triu(meets, 1))]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", ["near", "wide", "long"])
def test_no_text_covers_another_or_leaves_the_sheet(name: str, paper: str) -> None:
    figure = figure_of(name, paper)
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    boxes = np.array([text.get_window_extent(renderer).extents for text in texts_of(figure)])
    assert boxes.min() >= 0
    assert boxes[:, 2].max() <= figure.bbox.width and boxes[:, 3].max() <= figure.bbox.height
    assert overlaps(figure) == []
    assert min(text.get_fontsize() for text in texts_of(figure)) >= 6


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("name", ["near", "wide"])
def test_every_word_that_a_map_must_carry_is_there(name: str, paper: str) -> None:
    words = all_words(figure_of(name, paper))
    scene = SCENES[name]
    for text in (
        WORDS.title,
        WORDS.subtitle,
        "15–29 Jan 2024",
        WORDS.counts,
        "Information as of 29 Jan 2024",
        "Produced 1 Mar 2024",
        WORDS.producer,
        "Not exhaustive; as reported by 29 Jan 2024",
        WORDS.disclaimer,
        "Lambert conformal conic",
        "WGS 84",
        "3 events without a known place are not drawn.",
        *WORDS.notes,
        *WORDS.unknowns,
        *(plain_dates(source) for source in WORDS.sources),
        *WORDS.credits,
        *(entry.text for entry in scene.legend if entry.symbol not in ("ring", "disputed")),
    ):
        assert SPACES.sub(" ", text) in words
    assert re.search(r"\d km", words) and "N" in {
        text.get_text() for text in texts_of(figure_of(name, paper))
    }
    assert {"scale-bar", "north-arrow", "locator", "locator-box", "map-frame"} <= drawn(
        figure_of(name, paper)
    )


@pytest.mark.parametrize("paper", PAPERS)
def test_long_lists_are_cut_after_an_entry_and_say_so(paper: str) -> None:
    words = all_words(figure_of("long", paper))
    for kind, entries in (
        ("Unknown", SCENES["long"].marginalia.unknowns),
        ("Publisher", SCENES["long"].marginalia.sources),
    ):
        shown = len(re.findall(rf"{kind} \d+[:,]", words))
        assert shown >= 1
        left = len(entries) - shown
        assert not left or f"and {left} more, listed in the record" in words
    assert WORDS.disclaimer in words


@pytest.mark.parametrize("name", ["near", "wide", "empty"])
def test_legend_names_what_is_drawn_and_nothing_else(name: str) -> None:
    scene = SCENES[name]
    gids = drawn(figure_of(name, "a4-landscape"))
    view = fit_view(scene.extent, Frame(20, 200, 590, 340))
    symbols = {entry.symbol for entry in shown_legend(scene, view, ground(view), 1.0)}
    of_mark = {
        "area": "event-area",
        "side": "attack-side",
        "line": "attack-arrow",
        "wedge": "attack-wedge",
        "point": "event-point",
        "ring": "ring",
        "focus": "boundary-focus",
        "disputed": "disputed",
        "boundary-adm0": "boundary-adm0",
        "boundary-adm1": "boundary-adm1",
    }
    assert {symbol for symbol, gid in of_mark.items() if gid in gids} == symbols & set(of_mark)


def test_a_ring_smaller_than_its_point_is_neither_drawn_nor_explained() -> None:
    assert "ring" not in drawn(figure_of("wide", "a4-landscape"))
    large = replace(WIDE, points=tuple(replace(point, ring_km=80) for point in WIDE.points))
    assert "ring" in drawn(compose_map(large, options()))


def test_same_input_gives_the_same_bytes_in_any_thread_and_under_any_settings() -> None:
    first = draw_map(WIDE, options())
    with mpl.rc_context({"font.size": 30, "lines.linewidth": 9, "text.hinting": "force_autohint"}):
        assert draw_map(WIDE, options()) == first
        assert mpl.rcParams["font.size"] == 30
    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(lambda _: draw_map(WIDE, options()), range(3))) == {first}
    assert draw_map(WIDE, options(title="Another")) != first


def test_hash_query_and_version_are_in_the_picture_and_no_clock() -> None:
    texts = Image.open(io.BytesIO(draw_map(NEAR, options()))).text  # type: ignore[attr-defined]
    assert texts["Strikemap-Data-Hash"] == "sha256:0123"
    assert texts["Strikemap-Query"].startswith(f"case={NEAR.case_id}&{NEAR.query}&lat=")
    assert texts["Software"].startswith("Strikemap ")
    assert texts["Title"] == WORDS.title and texts["Strikemap-Produced"] == "2024-03-01"
    assert "Creation Time" not in texts


def test_no_option_and_no_scene_removes_the_disclaimer() -> None:
    silent = replace(NEAR, marginalia=replace(WORDS, disclaimer="", notes=()))
    assert WORDS.disclaimer in all_words(compose_map(silent, options(title="x")))


def test_title_is_plain_text() -> None:
    title = "Strikes $x^2$ {{7*7}} <b>&amp; \\alpha"
    assert title in all_words(compose_map(EMPTY, options(title=title)))


def test_an_empty_map_says_so_and_names_keep_clear_of_it() -> None:
    assert "No event on this map for these filters" in all_words(figure_of("empty", "a4-landscape"))
    assert overlaps(figure_of("empty", "a4-landscape")) == []
    assert "No event" not in all_words(figure_of("near", "a4-landscape"))


@pytest.mark.parametrize("name", SCENES)
def test_no_coordinate_that_nobody_stated_is_printed(name: str) -> None:
    assert not re.search(r"\d\d\.\d{2,}", all_words(figure_of(name, "a4-landscape")))


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"paper": "a5"}, "a4-landscape"),
        ({"dpi": 0}, "96 to 600"),
        ({"dpi": 10_000}, "96 to 600"),
        ({"dpi": 300.5}, "96 to 600"),
        ({"title": "x" * 501}, "500"),
    ],
)
def test_wrong_options_name_what_is_right(wrong: dict[str, object], names: str) -> None:
    with pytest.raises(UsageError, match=names):
        PrintOptions(production_date=DAY, **wrong)  # type: ignore[arg-type]


def test_an_unbuilt_format_names_the_built_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="png"):
        draw_map(EMPTY, options(), format="bmp")
    with pytest.raises(UsageError, match="png"):
        write_map(EMPTY, tmp_path / "map.bmp", options())
    with pytest.raises(UsageError, match="cannot be written"):
        write_map(EMPTY, tmp_path / "none" / "map.png", options())
    write_map(EMPTY, tmp_path / "map.png", options())
    assert (tmp_path / "map.png").read_bytes() == draw_map(EMPTY, options())


@pytest.mark.parametrize(
    "extent", [(165, -25, -165, -5), (62.3, 27.3, 62.3, 27.3), (-180, -60, 180, 80), (0, 75, 40, 88)]
)
def test_any_extent_can_be_drawn(extent: tuple[float, float, float, float]) -> None:
    assert draw_map(replace(NEAR, extent=extent), options()).startswith(b"\x89PNG")


@pytest.mark.parametrize("distance", [8.0, 14.0, 18.0, 24.0, 32.0, 60.0])
@pytest.mark.parametrize("angle_deg", [0, 40, 90, 135, 180])
def test_no_chevron_stands_on_or_beyond_a_border(distance: float, angle_deg: float) -> None:
    border = shapely.LineString([(distance, -500), (distance, 500)])
    outward = np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))])
    for side in SIDE_SIZES:
        chevrons = side_chevrons(Anchor(0, 0, 8.8), outward, 1.0, border, side=side)
        assert len(chevrons) in (0, CHEVRONS)
        for chevron in chevrons:
            assert chevron[:, 0].max() < distance - 1.2
            assert np.hypot(*chevron[1]) < np.hypot(*chevron[0])  # it points at the target
        assert chevrons or angle_deg <= 90


@pytest.mark.parametrize("name", ["near", "wide"])
@pytest.mark.parametrize("paper", PAPERS)
def test_both_core_strikes_have_their_side_mark(name: str, paper: str) -> None:
    figure = figure_of(name, paper)
    hues = {patch.get_edgecolor() for patch in figure.axes[0].patches if patch.get_gid() == "attack-side"}
    assert len(hues) == 2


def test_a_line_ends_at_its_ring() -> None:
    line = np.column_stack([np.linspace(0, 100, 30), np.linspace(0, 40, 30)])
    end = trim_end(line, line[-1], 12.5)[-1]
    assert np.hypot(*(end - line[-1])) == pytest.approx(12.5, abs=1e-6)


@pytest.mark.parametrize(("point", "low", "high"), [(TALTITA, 225, 315), (ERBIL, 350, 20)])
def test_a_wedge_opens_between_its_true_azimuths(point: tuple[float, float], low: float, high: float) -> None:
    view = fit_view((35, 24, 66, 40), Frame(0, 0, 600, 400))
    span = (high - low) % 360
    directions = view.direction(*point, low + np.linspace(0, span, 9))
    x, y = view.page([point])[0]
    outer = wedge_ring(x, y, 6, directions, 1.0)[:9]
    degrees = view.degrees(outer)
    azimuths = [Geod(ellps="WGS84").inv(*point, *place)[0] for place in degrees]
    turned = [(azimuth - low + 360.5) % 360 - 0.5 for azimuth in azimuths]
    assert turned[0] == pytest.approx(0, abs=0.5) and turned[-1] == pytest.approx(span, abs=0.5)
    assert all(a < b for a, b in pairwise(turned))


def test_glyphs_have_the_same_size_on_every_map() -> None:
    def spans(scene: Scene) -> set[float]:
        heads = [
            patch
            for patch in compose_map(scene, options()).axes[0].patches
            if patch.get_gid() == "arrow-head"
        ]
        return {round(float(shapely.Polygon(head.get_path().vertices).area), 1) for head in heads}

    assert len(spans(WIDE)) == 1
    assert spans(replace(WIDE, extent=(42, 33, 48, 39))) == spans(WIDE)


def test_importing_the_module_does_not_import_matplotlib() -> None:
    code = "import sys, geodata.render.print_map; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
