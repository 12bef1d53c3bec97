"""A sheet as a figure of matplotlib, for formats that matplotlib writes.

No pyplot state is touched, so that a server may draw in any thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text

from geodata.render.print_text import font_properties
from geodata.style import PAPER

if TYPE_CHECKING:
    from geodata.render.print_sheet import Mark, Shape, Sheet, Words


def figure_of(sheet: Sheet) -> tuple[Figure, list[Any]]:
    """Return a figure of the sheet's size, and the artists in its one axes, one a mark as painted."""
    figure = Figure(figsize=(sheet.width / 72, sheet.height / 72), facecolor=PAPER)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, sheet.width)
    axes.set_ylim(0, sheet.height)
    axes.set_autoscale_on(False)
    return figure, [_added(axes, mark) for mark in sheet.marks()]


def _added(axes: Any, mark: Mark) -> Any:
    what = mark.what
    # Not add_patch and add_text: the limits are fixed.
    artist: Any = axes.add_artist(_text(cast("Words", what)) if hasattr(what, "text") else _patch(what))
    artist.set_gid(mark.gid or None)
    artist.set_zorder(mark.order)
    if what.clip is None:
        artist.set_clip_on(False)
    else:
        frame = what.clip
        box = Rectangle((frame.x, frame.y), frame.width, frame.height, transform=axes.transData)
        artist.set_clip_path(box)
    return artist


def _patch(shape: Shape) -> PathPatch:
    is_dashed = bool(shape.dash and shape.width)
    return PathPatch(
        shape.path,
        edgecolor=shape.edge,
        linewidth=shape.width if shape.edge != "none" else 0,
        facecolor=to_rgba(shape.fill, shape.alpha) if shape.fill != "none" else "none",
        linestyle=(0, [part / shape.width for part in shape.dash]) if is_dashed else "solid",
        capstyle=shape.cap,
        joinstyle="round",
    )


def _text(words: Words) -> Text:
    each = words.style
    return Text(
        words.x,
        words.y,
        words.text,
        fontproperties=font_properties(each.bold, each.italic),
        fontsize=each.size,
        color=each.colour,
        horizontalalignment=words.align,  # type: ignore[arg-type]
        verticalalignment="baseline",
        parse_math=False,
    )
