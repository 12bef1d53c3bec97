from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from geodata.render.labels import LabelPlacer, around, sample_line
from geodata.render.print_text import (
    TextStyle,
    font_properties,
    spaced_capitals,
    text_width,
    wrap,
    wrap_evenly,
)

BODY = TextStyle(7)


def test_no_label_covers_another_or_leaves_the_frame() -> None:
    placer = LabelPlacer((0, 0, 100, 60))
    placed = []
    for _ in range(40):
        boxes, costs = around(50, 30, 20, 8, [3, 9, 15, 25])
        index = placer.place(boxes, costs)
        if index is not None:
            placed.append(boxes[index])
    assert len(placed) > 5
    for n, (left, bottom, right, top) in enumerate(placed):
        assert left >= 0 and bottom >= 0 and right <= 100 and top <= 60
        assert all(
            right <= other[0] or left >= other[2] or top <= other[1] or bottom >= other[3]
            for other in placed[:n]
        )


def test_a_taken_box_is_refused_and_a_line_only_costs() -> None:
    placer = LabelPlacer((0, 0, 100, 100))
    placer.block((0, 0, 50, 100))
    assert placer.place([(10, 10, 20, 20)]) is None
    placer.avoid(sample_line([(60, 0), (60, 100)]))
    assert placer.place([(55, 10, 65, 20), (70, 10, 80, 20)]) == 1
    assert placer.place([(55, 40, 65, 50)]) == 0


def test_same_input_gives_the_same_places() -> None:
    def run() -> list[int | None]:
        placer = LabelPlacer((0, 0, 90, 90))
        return [placer.place(*around(x, 45, 15, 6, [3, 8])) for x in np.linspace(10, 80, 12)]

    assert run() == run()


@pytest.mark.parametrize(
    "text", ["Reported by four claimants, and denied by one", "https://example.org/" + "x" * 300]
)
def test_wrapped_lines_fit_and_lose_nothing(text: str) -> None:
    lines = wrap(text, BODY, 60)
    assert all(text_width(line, BODY) <= 60 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_even_wrapping_keeps_the_number_of_lines() -> None:
    text = "from Pakistan; launch and crossing points not reported"
    even = wrap_evenly(text, BODY, 118)
    assert len(even) == len(wrap(text, BODY, 118)) and " ".join(even) == text
    widths = [text_width(line, BODY) for line in even]
    assert max(widths) - min(widths) < 0.5 * max(widths)


def test_a_non_breaking_space_does_not_break() -> None:
    assert all(
        "1\u00a0:\u00a07" in line or "1" not in line for line in wrap("scale 1\u00a0:\u00a07 here", BODY, 20)
    )


def test_width_is_the_drawn_width() -> None:
    figure = Figure(dpi=300)
    canvas = FigureCanvasAgg(figure)
    drawn = figure.text(
        0, 0, "Sistan and Baluchestan", fontproperties=font_properties(True, False), fontsize=9
    )
    pixels = drawn.get_window_extent(canvas.get_renderer()).width  # type: ignore[attr-defined]
    assert pixels * 72 / 300 == pytest.approx(
        text_width("Sistan and Baluchestan", TextStyle(9, bold=True)), rel=0.03
    )


def test_countries_are_spaced() -> None:
    assert spaced_capitals("Iran").replace("\u200a", "") == "IRAN"
