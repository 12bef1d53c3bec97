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
SCALES = {"a3-landscape": 1.25, "a3-portrait": 1.25}
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
    layer
        Key of the layer that lines and glyph belong to.
    """

    lines: tuple[str, ...]
    style: TextStyle
    indent: float = 0.0
    glyph: Draw = nothing
    smallest: float = 0.0
    space_after: float = 2.0
    with_next: bool = False
    layer: str = "notes"

    @property
    def height(self) -> float:
        """Return the height with the space that follows."""
        return max(len(self.lines) * self.style.leading, self.smallest) + self.space_after

    def draw(self, sheet: Sheet, x: float, top: float) -> None:
        """Set the lines below ``top``, centred on a taller glyph."""
        with sheet.into(self.layer):
            self._draw(sheet, x, top)

    def _draw(self, sheet: Sheet, x: float, top: float) -> None:
        body = len(self.lines) * self.style.leading
        drop = max(0.0, (self.smallest - body) / 2)
        lead = (self.style.leading - self.style.size) / 2
        for index, line in enumerate(self.lines):
            baseline = top - drop - lead - ASCENT * self.style.size - index * self.style.leading
            sheet.text(x + self.indent, baseline, line, self.style, gid="margin")
        middle = max(self.smallest, self.style.leading) / 2
        self.glyph(sheet, x + (self.indent - 6 * sheet.scale) / 2, top - middle)


def text_item(text: str, style: TextStyle, width: float, *, space_after: float = 2.0) -> Item:
    """Return a paragraph set in a column."""
    return Item(tuple(wrap(text, style, width)), style, space_after=space_after)


def fill_columns(items: Sequence[Item], count: int, height: float) -> list[list[Item]] | None:
    """Flow items through columns of a height; ``None`` where they do not fit.

    An item marked ``with_next`` goes with the one after it.
    """
    columns: list[list[Item]] = [[]]
    used = 0.0
    for index, item in enumerate(items):
        needed = _chain_height(items[index:])
        if columns[-1] and used + needed > height:
            columns.append([])
            used = 0.0
        if len(columns) > count or used + needed > height:
            return None
        columns[-1].append(item)
        used += item.height
    return columns


def _chain_height(items: Sequence[Item]) -> float:
    """Return the height of the first item and those it must stay with."""
    height = 0.0
    for item in items:
        height += item.height
        if not item.with_next:
            break
    return height - item.space_after


def least_height(items: Sequence[Item], count: int, cap: float) -> float | None:
    """Return the least height, to half a point, at which items fit ``count`` columns."""
    if not items:
        return 0.0
    if fill_columns(items, count, cap) is None:
        return None
    low, high = 0.0, cap
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (low, middle) if fill_columns(items, count, middle) is not None else (middle, high)
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
