"""Papers, and text that flows through columns under the map.

Lengths are points of 1/72 inch unless a name says millimetres; heights are measured
downwards from the top of a column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from geodata.render.print_sheet import Sheet
from geodata.render.print_text import ASCENT, TextStyle, text_width, wrap

PAPERS: dict[str, tuple[float, float]] = {
    "a4-landscape": (297.0, 210.0),
    "a4-portrait": (210.0, 297.0),
    "a3-landscape": (420.0, 297.0),
    "a3-portrait": (297.0, 420.0),
    "letter-landscape": (279.4, 215.9),
    "letter-portrait": (215.9, 279.4),
    "16x9": (338.667, 190.5),
    "square": (203.2, 203.2),
}
# Text and glyphs grow a little with the sheet, which is read from further away.
SCALES = {"a3-landscape": 1.25, "a3-portrait": 1.25, "16x9": 1.15}
MARGIN_MM = 8.0
COLUMN_MM = 60.0
GUTTER_MM = 5.0
POINTS_PER_MM = 72 / 25.4

Draw = Callable[[Sheet, float, float], None]


def nothing(sheet: Sheet, x: float, y: float) -> None:
    """Draw nothing: the glyph of an item that has none."""


@dataclass(frozen=True)
class Item:
    """Lines that stay together in a column, with a glyph to their left.

    Parameters
    ----------
    indent
        Width kept for the glyph.
    glyph
        Called with the sheet and the glyph's centre.
    smallest
        Least height, for glyphs and pictures taller than their lines.
    """

    lines: tuple[str, ...]
    style: TextStyle
    indent: float = 0.0
    glyph: Draw = nothing
    smallest: float = 0.0
    space_after: float = 2.0
    heading: bool = False

    @property
    def height(self) -> float:
        """Return the height with the space that follows."""
        return max(len(self.lines) * self.style.leading, self.smallest) + self.space_after

    def draw(self, sheet: Sheet, x: float, top: float) -> None:
        """Set the lines below ``top``, centred on a taller glyph."""
        body = len(self.lines) * self.style.leading
        drop = max(0.0, (self.smallest - body) / 2)
        lead = (self.style.leading - self.style.size) / 2
        for index, line in enumerate(self.lines):
            baseline = top - drop - lead - ASCENT * self.style.size - index * self.style.leading
            sheet.text(x + self.indent, baseline, line, self.style, gid="margin")
        middle = self.smallest / 2 if self.smallest > body else self.style.leading / 2
        self.glyph(sheet, x + (self.indent - 6 * sheet.scale) / 2, top - middle)


def text_item(text: str, style: TextStyle, width: float, *, space_after: float = 2.0) -> Item:
    """Return a paragraph set in a column."""
    return Item(tuple(wrap(text, style, width)), style, space_after=space_after)


def fill_columns(items: Sequence[Item], heights: Sequence[float]) -> list[list[Item]] | None:
    """Flow items through columns of given heights; ``None`` where they do not fit.

    A heading goes with the item after it.
    """
    columns: list[list[Item]] = [[]]
    used = 0.0
    for index, item in enumerate(items):
        needed = item.height - item.space_after
        if item.heading and index + 1 < len(items):
            needed = item.height + items[index + 1].height - items[index + 1].space_after
        while used + needed > heights[len(columns) - 1]:
            if len(columns) == len(heights):
                return None
            columns.append([])
            used = 0.0
        columns[-1].append(item)
        used += item.height
    return columns


def least_height(items: Sequence[Item], columns: Callable[[float], list[float]], cap: float) -> float | None:
    """Return the least height, to half a point, at which items fit the columns it makes."""
    if fill_columns(items, columns(cap)) is None:
        return None
    low, high = 0.0, cap
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (low, middle) if fill_columns(items, columns(middle)) is not None else (middle, high)
    return high


def fitting_size(text: str, style: TextStyle, width: float, lines: int, smallest: float) -> TextStyle:
    """Return the style in the largest size at which a text fits in ``lines``; at least ``smallest``."""
    size = style.size
    while size > smallest and len(wrap(text, style.sized(size), width)) > lines:
        size -= 0.5
    return style.sized(max(size, smallest))


def widest(lines: Sequence[str], style: TextStyle) -> float:
    """Return the width of the widest line."""
    return max((text_width(line, style) for line in lines), default=0.0)
