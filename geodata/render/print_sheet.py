"""A sheet of paper: matplotlib's figure, drawn on in points of 1/72 inch.

One axes covers the sheet, its data units are points from the lower left corner, and
no pyplot state is touched, so that a server may draw in any thread.
"""

# matplotlib is imported where it draws: what does not print should not wait for it.
# ruff: noqa: PLC0415

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from geodata.render.print_text import TextStyle, font_properties
from geodata.render.projection import Frame
from geodata.style import PAPER, Stroke

Floats = npt.NDArray[np.float64]


def closed_path(points: npt.ArrayLike) -> Any:
    """Return a matplotlib path around ``(n, 2)`` points."""
    from matplotlib.path import Path

    ring = np.asarray(points, dtype=float)
    return Path(np.vstack([ring, ring[:1]]), closed=True)


class Sheet:
    """A figure with primitives in points; ``scale`` multiplies line widths and glyphs."""

    def __init__(self, width: float, height: float, scale: float) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.width, self.height, self.scale = width, height, scale
        self.figure = Figure(figsize=(width / 72, height / 72), facecolor=PAPER)
        FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set_xlim(0, width)
        self.axes.set_ylim(0, height)
        self.axes.set_autoscale_on(False)
        self._clip: Any = None
        self._clip_box: Frame | None = None

    def clip_to(self, frame: Frame | None) -> None:
        """Keep what is drawn next inside a frame, or end that with ``None``."""
        from matplotlib.patches import Rectangle

        self._clip = None
        if frame:
            self._clip = Rectangle(
                (frame.x, frame.y), frame.width, frame.height, transform=self.axes.transData
            )

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
        from matplotlib.colors import to_rgba
        from matplotlib.patches import PathPatch

        patch = PathPatch(
            path,
            edgecolor=edge,
            linewidth=width * self.scale if edge != "none" else 0,
            facecolor=to_rgba(fill, alpha) if fill != "none" else "none",
            linestyle=(0, [part / width for part in dash]) if dash and width else "solid",
            capstyle=cap,
            joinstyle="round",
            zorder=z,
            gid=gid or None,
        )
        self.axes.add_artist(patch)  # not add_patch: the limits are fixed
        if self._clip is not None:
            patch.set_clip_path(self._clip)

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
        """Set one line with its baseline at ``y``."""
        from matplotlib import patheffects

        effects = [patheffects.withStroke(linewidth=0.32 * style.size, foreground=halo)] if halo else []
        self.axes.text(
            x,
            y,
            text,
            fontproperties=font_properties(style.bold, style.italic),
            fontsize=style.size,
            color=style.colour,
            ha=align,
            va="baseline",
            parse_math=False,
            path_effects=effects,
            zorder=z,
            gid=gid or None,
        )
