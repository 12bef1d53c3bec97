"""Type for print: the shipped fonts, measured widths, and lines that fit a column.

Sizes and widths are points. Measured without hinting, a width is the same at every
resolution, so a layout made once holds for all of them.
"""

# matplotlib is imported where it draws: what does not print should not wait for it.
# ruff: noqa: PLC0415

from __future__ import annotations

import math
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from typing import Any
from unicodedata import bidirectional

import numpy as np

from geodata.style import INK

FAMILIES = ("Source Sans 3", "Noto Naskh Arabic", "DejaVu Sans")
FONT_FILES = (
    "SourceSans3-Regular.ttf",
    "SourceSans3-Bold.ttf",
    "SourceSans3-It.ttf",
    "NotoNaskhArabic-Regular.ttf",
    "NotoNaskhArabic-Bold.ttf",
)
LEADING = 1.26  # line to line, in sizes
ASCENT, DESCENT = 0.78, 0.24  # above and below the baseline, in sizes
SMALLEST_PT = 6.0
_MEASURED_PT = 100
# By how much kerning, and ink that leaves its letter's room, may change the width of a line.
_KERNING_SHARE, _KERNING_AT_100 = 0.05, 30.0
_THIN_SPACES, _WIDE_SPACE = "\u200a\u200a", "\u2002"


@dataclass(frozen=True)
class TextStyle:
    """Size in points, weight, slant and colour of a piece of text; its language, empty for English."""

    size: float
    bold: bool = False
    italic: bool = False
    colour: str = INK
    language: str = ""

    def sized(self, size: float) -> TextStyle:
        """Return the same style in another size."""
        return replace(self, size=size)

    @property
    def leading(self) -> float:
        """Return the distance between baselines in points."""
        return self.size * LEADING


@cache
def register_fonts() -> None:
    """Make the shipped fonts known to matplotlib, once a process."""
    from matplotlib.font_manager import fontManager

    folder = resources.files("geodata.render") / "fonts"
    for name in FONT_FILES:
        with resources.as_file(folder / name) as path:
            fontManager.addfont(path)


@cache
def font_properties(bold: bool, italic: bool) -> Any:
    """Return matplotlib's description of one cut; the text sets its own size."""
    from matplotlib.font_manager import FontProperties

    register_fonts()
    return FontProperties(
        family=list(FAMILIES),
        weight=700 if bold else 400,
        style="italic" if italic and not bold else "normal",
    )


@lru_cache(maxsize=16384)
def _width_at_100(text: str, bold: bool, italic: bool) -> float:
    from matplotlib.ft2font import LoadFlags

    font = _font(bold, italic)
    font.set_size(_MEASURED_PT, 72)  # the renderer shares the font and sets its own size
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64


@cache
def _font(bold: bool, italic: bool) -> Any:
    from matplotlib.font_manager import fontManager, get_font

    paths = fontManager._find_fonts_by_props(font_properties(bold, italic))
    return get_font(paths)


def text_width(text: str, style: TextStyle) -> float:
    """Return the width of one line in points."""
    return _width_at_100(text, style.bold, style.italic) * style.size / _MEASURED_PT


@cache
def _advance_at_100(letter: str, bold: bool, italic: bool) -> float:
    """Return how far one letter moves the pen; NaN for a letter that the first font lacks."""
    from matplotlib.ft2font import LoadFlags

    font = _font(bold, italic)
    if not font.get_char_index(ord(letter)):
        return math.nan
    font.set_size(_MEASURED_PT, 72)
    return float(font.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536


def is_within(text: str, style: TextStyle, width: float) -> bool:
    """Return whether a line is at most ``width`` points wide.

    Letters one by one tell it for nearly every line; shaping the line, which takes a
    thousand times as long, only where kerning could matter.
    """
    rough = sum(_advance_at_100(letter, style.bold, style.italic) for letter in text)
    slack = _KERNING_SHARE * rough + _KERNING_AT_100
    at_100 = width * _MEASURED_PT / style.size
    if rough + slack <= at_100:
        return True
    if rough - slack > at_100:
        return False
    return text_width(text, style) <= width  # NaN comes here too


def text_outline(text: str, style: TextStyle, x: float, y: float) -> Any:
    """Return the outline of a line of text as a path, its baseline from ``x``, ``y`` to the right."""
    from matplotlib.path import Path

    vertices, codes = _outline_at_100(text, style.bold, style.italic)
    return Path(vertices * (style.size / _MEASURED_PT) + (x, y), codes)


# Outlines of glyphs at 100 points, by file of the font and glyph: each is asked of its font once.
_GLYPHS: dict[tuple[str, int], Any] = {}


def _glyph_at_100(font: Any, glyph: int) -> Any:
    """Return points and codes of a glyph's outline."""
    from matplotlib.ft2font import LoadFlags

    key = font.fname, glyph
    if key not in _GLYPHS:
        font.load_glyph(glyph, flags=LoadFlags.NO_HINTING)
        _GLYPHS[key] = font.get_path()
    return _GLYPHS[key]


@lru_cache(maxsize=2048)
def _outline_at_100(text: str, bold: bool, italic: bool) -> tuple[Any, Any]:
    """Return points ``(n, 2)`` and codes of the outline of a line that begins at 0, 0; not to be edited."""
    from matplotlib.ft2font import LoadFlags
    from matplotlib.path import Path

    font = _font(bold, italic)
    font.set_size(_MEASURED_PT, 72)
    # matplotlib's own text_to_path loads every glyph of a line once more, which takes as long as to set it.
    set_glyphs = font._layout(text, LoadFlags.NO_HINTING)
    laid = [(_glyph_at_100(item.ft_object, item.glyph_index), (item.x, item.y)) for item in set_glyphs]
    seen = [(glyph, place) for glyph, place in laid if len(glyph[0])]
    if not seen:
        return np.empty((0, 2)), None
    points = np.concatenate([np.add(vertices, place) for (vertices, _), place in seen])
    return points, np.concatenate([codes for (_, codes), _ in seen]).astype(Path.code_type)


def is_right_to_left(text: str) -> bool:
    """Return whether a line runs from right to left: its first letter decides, as in Unicode's rule."""
    strong = (bidirectional(letter) for letter in text)
    return next((kind for kind in strong if kind in ("L", "R", "AL")), "L") != "L"


def is_shaped(text: str) -> bool:
    """Return whether a line holds Arabic script, whose glyphs are not its letters one by one."""
    return any("\u0600" <= letter <= "\u08ff" or "\ufb50" <= letter <= "\ufefc" for letter in text)


@lru_cache(maxsize=2048)
def _wrapped(text: str, style: TextStyle, width: float) -> tuple[str, ...]:
    return tuple(_wrap(text, style, width))


def wrap(text: str, style: TextStyle, width: float) -> list[str]:
    """Break a text into lines of at most ``width`` points.

    Breaks at spaces; a word longer than a line, such as an address, is broken after
    a stroke or, failing that, anywhere. Nothing is left out.
    """
    return list(_wrapped(text, style, width))


def _wrap(text: str, style: TextStyle, width: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in re.split(r"[ \n\t]+", text.strip()):
        candidate = f"{line} {word}" if line else word
        if is_within(candidate, style, width):
            line = candidate
            continue
        # A word too long for any line begins on this one, where it has some room.
        if line and not (not is_within(word, style, width) and text_width(line, style) < 0.75 * width):
            lines.append(line)
            candidate = word
        *whole, line = _pieces(candidate, style, width)
        lines.extend(whole)
    return [*lines, line] if line else lines


def wrap_evenly(text: str, style: TextStyle, width: float) -> list[str]:
    """Break a text into as few lines as fit, of about the same length."""
    lines = wrap(text, style, width)
    low, high = width / max(len(lines), 1), width
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (low, middle) if len(wrap(text, style, middle)) <= len(lines) else (middle, high)
    return wrap(text, style, high)


def _pieces(word: str, style: TextStyle, width: float) -> list[str]:
    """Cut a text into pieces that each fit a line, after a stroke or space where there is one."""
    pieces = []
    while len(word) > 1 and not is_within(word, style, width):
        fits = max(1, bisect_right(range(1, len(word)), width, key=lambda n: text_width(word[:n], style)))
        stroke = max(word.rfind(mark, 0, fits) for mark in "/-_?&= ")
        cut = stroke + 1 if stroke > fits // 2 else fits
        pieces.append(word[:cut].rstrip(" "))
        word = word[cut:]
    return [*pieces, word]


def spaced_capitals(name: str) -> str:
    """Return a name in capitals, set wide with thin spaces, for countries."""
    return _WIDE_SPACE.join(_THIN_SPACES.join(word) for word in name.upper().split())


def is_spaced(text: str) -> bool:
    """Return whether a line is set wide with thin spaces."""
    return _THIN_SPACES in text


def unspaced(text: str) -> str:
    """Return a line that was set wide as it is written, so that a search finds it."""
    return text.replace(_THIN_SPACES, "").replace(_WIDE_SPACE, " ")


def spacing(style: TextStyle) -> tuple[float, float]:
    """Return what a line set wide has more, in points: after each letter, and after each space."""
    tracking = text_width(_THIN_SPACES, style)
    return tracking, text_width(_WIDE_SPACE, style) - text_width(" ", style) - 2 * tracking
