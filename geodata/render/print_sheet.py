"""A sheet of paper: shapes and lines of text in points of 1/72 inch, layer by layer.

Points count from the lower left corner. What is drawn is kept as a list of marks, from
which every format is written: pixels, SVG by hand, and matplotlib's figure for PDF.
"""

# matplotlib is imported where it draws: what does not print should not wait for it.
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from geodata.render.print_layers import RANKS, layer_of
from geodata.render.print_text import TextStyle, text_outline, text_width
from geodata.render.projection import Frame
from geodata.style import Stroke

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Floats = npt.NDArray[np.float64]

HALO_WIDTH = 0.32  # of the type's size
_ABOVE_ALL_Z = 100.0  # no mark has a z as high, so that layers never mix


@dataclass(frozen=True)
class Shape:
    """A path as drawn: colours ``#RRGGBB`` or ``"none"``, widths and dashes in points.

    ``alpha`` is that of the fill; ``clip`` the frame outside of which nothing shows.
    """

    path: Any
    edge: str
    width: float
    fill: str
    alpha: float
    dash: tuple[float, ...]
    cap: str
    clip: Frame | None


@dataclass(frozen=True)
class Words:
    """A line of text as set: its baseline begins, has its middle or ends at ``x``, ``y``."""

    x: float
    y: float
    text: str
    style: TextStyle
    align: str
    clip: Frame | None

    @property
    def left(self) -> float:
        """Return where the line begins, in points."""
        before = {"left": 0.0, "center": 0.5, "right": 1.0}[self.align]
        return self.x - before * text_width(self.text, self.style) if before else self.x


@dataclass(frozen=True)
class Mark:
    """A shape or text in its layer; ``z`` orders marks within it."""

    layer: str
    gid: str
    z: float
    what: Shape | Words

    @property
    def order(self) -> float:
        """Return the place in the painting order of the sheet."""
        return RANKS[self.layer] * _ABOVE_ALL_Z + self.z


def closed_path(points: npt.ArrayLike) -> Any:
    """Return a matplotlib path around ``(n, 2)`` points."""
    from matplotlib.path import Path

    ring = np.asarray(points, dtype=float)
    return Path(np.vstack([ring, ring[:1]]), closed=True)


class Sheet:
    """What is drawn on a sheet, in points; ``scale`` multiplies line widths and glyphs."""

    def __init__(self, width: float, height: float, scale: float) -> None:
        self.width, self.height, self.scale = width, height, scale
        self._marks: list[Mark] = []
        self._layer = ""
        self._frame: Frame | None = None

    @cached_property
    def figure(self) -> Figure:
        """The marks so far as artists of a figure whose one axes has the units of the sheet."""
        from geodata.render.print_figure import figure_of

        return figure_of(self)[0]

    def marks(self) -> list[Mark]:
        """Return all that is drawn, in painting order."""
        return sorted(self._marks, key=lambda mark: mark.order)

    @contextmanager
    def into(self, layer: str) -> Iterator[None]:
        """Put what is drawn next into one layer, whatever its kind: a legend holds all kinds."""
        before, self._layer = self._layer, layer
        try:
            yield
        finally:
            self._layer = before

    def clip_to(self, frame: Frame | None) -> None:
        """Keep what is drawn next inside a frame, or end that with ``None``."""
        self._frame = frame

    def path(
        self,
        path: Any,
        *,
        edge: str = "none",
        width: float = 0.0,
        fill: str = "none",
        dash: Sequence[float] = (),
        alpha: float | None = None,
        z: float = 1,
        gid: str = "",
        cap: str = "butt",
    ) -> None:
        """Draw a path; ``width`` and ``dash`` are points before scaling."""
        shape = Shape(
            path,
            edge=edge if width else "none",
            width=width * self.scale,
            fill=fill,
            alpha=1.0 if alpha is None else alpha,
            dash=tuple(part * self.scale for part in dash) if width else (),
            cap=cap,
            clip=self._frame,
        )
        self._keep(gid, z, shape)

    def polygon(self, points: npt.ArrayLike, **kwargs: Any) -> None:
        """Draw a closed ring of ``(n, 2)`` points."""
        self.path(closed_path(points), **kwargs)

    def line(self, points: npt.ArrayLike, **kwargs: Any) -> None:
        """Draw an open line through ``(n, 2)`` points."""
        from matplotlib.path import Path

        self.path(Path(np.asarray(points, dtype=float)), **kwargs)

    def rectangle(self, frame: Frame, **kwargs: Any) -> None:
        """Draw a rectangle."""
        left, bottom, right, top = frame.box
        self.polygon([(left, bottom), (right, bottom), (right, top), (left, top)], **kwargs)

    def ring(self, points: npt.ArrayLike, stroke: Stroke, **kwargs: Any) -> None:
        """Draw a closed ring of ``(n, 2)`` points in a house stroke, as ``stroke`` does."""
        self.stroke(closed_path(points), stroke, **kwargs)

    def stroke(
        self,
        path: Any,
        stroke: Stroke,
        *,
        colour: str = "",
        z: float,
        gid: str = "",
        cap: str = "butt",
    ) -> None:
        """Draw a path in a house stroke; ``colour`` stands in for its party's."""
        fill = {"": "none", "party": colour}.get(stroke.fill, stroke.fill)
        self.path(
            path,
            edge="none" if not stroke.width else colour if stroke.colour == "party" else stroke.colour,
            width=stroke.width,
            fill=fill,
            alpha=stroke.fill_opacity,
            dash=stroke.dash,
            z=z,
            gid=gid,
            cap=cap,
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        style: TextStyle,
        *,
        align: str = "left",
        halo: str = "",
        z: float = 20,
        gid: str = "",
    ) -> None:
        """Set one line with its baseline at ``y``.

        A halo is a shape of its own below the line: the text itself stays text in
        every format.
        """
        words = Words(x, y, text, style, align, self._frame)
        if halo:
            self._halo(words, colour=halo, z=z, gid=gid)
        self._keep(gid, z, words)

    def _halo(self, words: Words, *, colour: str, z: float, gid: str) -> None:
        outline = text_outline(words.text, words.style, words.left, words.y)
        if not len(outline.vertices):
            return
        with self.into(self._layer or layer_of(gid)):
            # Below every line of its layer, so that no halo bites into a neighbour's letters.
            self.path(
                outline, edge=colour, width=HALO_WIDTH * words.style.size / self.scale, z=z - 0.05, gid="halo"
            )

    def _keep(self, gid: str, z: float, what: Shape | Words) -> None:
        self._marks.append(Mark(self._layer or layer_of(gid), gid, z, what))
