"""A sheet as pixels, straight from its marks by matplotlib's renderer.

Without artists and axes between, which would cost more than the drawing. Text is filled
outlines, unhinted as it was measured, so that it is set the same at every resolution.
"""

# matplotlib is imported where it draws: what does not print should not wait for it.
# ruff: noqa: PLC0415

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.render.print_sheet import Shape, Sheet, Words
from geodata.render.print_text import text_outline
from geodata.render.projection import Frame
from geodata.style import PAPER

Pixels = npt.NDArray[np.uint8]

KEPT_PIXELS = 10_000_000  # 40 MB: an A4 of 300 dpi, and no larger sheet, is kept for the next one


def draw_pixels(sheet: Sheet, width: int, height: int, dpi: float) -> Pixels:
    """Return a sheet as ``(height, width, 4)`` red, green, blue and 255, top row first.

    The next drawing of this size paints over them: they are to be used, or copied, before it.
    """
    from matplotlib.transforms import Affine2D

    renderer = _renderer(width, height, dpi) if width * height <= KEPT_PIXELS else _made(width, height, dpi)
    to_pixels = Affine2D().scale(width / sheet.width, height / sheet.height)
    ground: Pixels = np.asarray(renderer.buffer_rgba())
    # Four bytes at once: twenty times as quick as channel by channel.
    ground.view(np.uint32)[:] = np.frombuffer(bytes.fromhex(PAPER[1:] + "ff"), dtype=np.uint32)
    for mark in sheet.marks():
        what = mark.what
        shape = _lettering(what) if isinstance(what, Words) else what
        if shape is not None:
            _draw(renderer, shape, to_pixels)
    return ground


def _made(width: int, height: int, dpi: float) -> Any:
    """Return matplotlib's renderer with pixels of its own."""
    from matplotlib.backends.backend_agg import RendererAgg

    make: Any = RendererAgg
    return make(width, height, dpi)


# To get this much memory from the system takes as long as a fifth of the drawing.
_renderer = lru_cache(maxsize=1)(_made)


def _lettering(words: Words) -> Shape | None:
    """Return a line of text as a filled shape, ``None`` where nothing of it is seen."""
    outline = text_outline(words.text, words.style, words.left, words.y)
    if not len(outline.vertices):
        return None
    return Shape(
        outline, edge="none", width=0, fill=words.style.colour, alpha=1, dash=(), cap="butt", clip=words.clip
    )


def _draw(renderer: Any, shape: Shape, to_pixels: Any) -> None:
    from matplotlib.colors import to_rgba

    context = renderer.new_gc()
    is_stroked = shape.edge != "none" and shape.width > 0
    context.set_linewidth(shape.width if is_stroked else 0)
    context.set_capstyle(shape.cap)
    context.set_joinstyle("round")
    context.set_foreground(to_rgba(shape.edge if is_stroked else "none"), isRGBA=True)
    if is_stroked and shape.dash:
        context.set_dashes(0, shape.dash)
    if shape.clip is not None:
        context.set_clip_rectangle(_clip_box(shape.clip, to_pixels))
    fill = to_rgba(shape.fill, shape.alpha) if shape.fill != "none" else None
    renderer.draw_path(context, shape.path, to_pixels, fill)
    context.restore()


def _clip_box(frame: Frame, to_pixels: Any) -> Any:
    from matplotlib.transforms import Bbox

    left, bottom, right, top = frame.box
    return Bbox(to_pixels.transform([(left, bottom), (right, top)]))
