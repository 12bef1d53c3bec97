"""Glyphs of the print map; legend and map draw each by the same function.

Positions are page points, sizes points before the sheet's scale; a direction is a
unit vector on the page, away from the target.
"""

# matplotlib is imported where it draws: what does not print should not wait for it.
# ruff: noqa: PLC0415

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geodata import style
from geodata.render.labels import Box
from geodata.render.print_sheet import Sheet
from geodata.render.print_text import TextStyle, text_width
from geodata.style import STROKES, Party, Stroke

Floats = npt.NDArray[np.float64]

LETTER_PT = 6.6
PILL_TEXT_PT = 8.5
PILL_HEIGHT = 13.0
CHEVRON_STEP = 6.2
ICON_STEP = 3.8
ICON_LENGTH = 10.8
WEDGE_GAP = 3.0
WEDGE_DEPTH = 13.0
BADGE_RADIUS = 5.2
BADGE_GAP = 1.5
# From one tier of glyphs at a target to the next: a wedge or a side mark, and a badge behind it.
TIER_STEP = 31.0
STIPPLE_STEP = 5.2
STIPPLE_RADIUS = 0.42


def _regular(count: int, radius: float, turn_deg: float) -> Floats:
    angles = np.radians(turn_deg + np.arange(count) * 360 / count)
    return np.column_stack([radius * np.sin(angles), radius * np.cos(angles)])


def shape_ring(shape: str, radius: float) -> Floats:
    """Return the outline of a kind of event around the origin, ``(n, 2)``."""
    if shape == "burst":
        ring = np.empty((20, 2))
        ring[::2] = _regular(10, radius * 1.18, 0)
        ring[1::2] = _regular(10, radius * 0.86, 18)
        return ring
    if shape == "triangle":
        return _regular(3, radius * 1.4, 0)
    if shape == "diamond":
        return _regular(4, radius * 1.25, 0)
    if shape == "square":
        return _regular(4, radius * 1.3, 45)
    if shape == "cross":
        arm, half = radius * 1.15, radius * 0.5
        corner = [(-half, arm), (half, arm), (half, half), (arm, half), (arm, -half), (half, -half)]
        return np.array([*corner, *[(-x, -y) for x, y in corner]])
    return _regular(40, radius, 0)


def draw_point(
    sheet: Sheet,
    spot: tuple[float, float],
    shape: str,
    party: Party,
    *,
    hollow: bool = False,
    lettered: bool = True,
) -> None:
    """Draw the glyph of an event with its party's letter; hollow where its precision is unknown."""
    x, y = spot
    ring = shape_ring(shape, style.POINT_RADIUS * sheet.scale) + np.array(spot)
    sheet.polygon(ring, edge=style.PAPER, width=1.0, fill=party.colour, z=12, gid="event-point")
    if hollow:
        inner = shape_ring(shape, (style.POINT_RADIUS - 1.5) * sheet.scale) + np.array(spot)
        sheet.polygon(inner, fill=style.PAPER, z=12, gid="event-hollow")
    if lettered:
        low = 0.6 * sheet.scale if shape == "triangle" else 0.0
        draw_letter(sheet, (x, y - low), party, z=12, colour=party.colour if hollow else style.PAPER)


def draw_letter(
    sheet: Sheet, spot: tuple[float, float], party: Party, *, z: float, colour: str = style.PAPER
) -> None:
    """Set a party's letter, centred."""
    letter = TextStyle(LETTER_PT * sheet.scale, bold=True, colour=colour)
    x, y = spot
    sheet.text(x, y - 0.33 * letter.size, party.letter, letter, align="center", z=z, gid="party-letter")


def draw_badge(sheet: Sheet, x: float, y: float, party: Party, z: float = 21) -> None:
    """Draw a party's disc and letter."""
    sheet.polygon(np.add(_regular(32, 4.7 * sheet.scale, 0), (x, y)), fill=party.colour, z=z, gid="party")
    draw_letter(sheet, (x, y), party, z=z + 0.1)


def pill_size(count: str, scale: float) -> tuple[float, float]:
    """Return width and height of a pill in points; ``scale`` is that of sheet and pill together."""
    width = text_width(count, TextStyle(PILL_TEXT_PT * scale, bold=True)) + 11 * scale
    return max(width, 1.35 * PILL_HEIGHT * scale), PILL_HEIGHT * scale


def draw_pill(sheet: Sheet, x: float, y: float, count: str, *, factor: float = 1.0, z: float = 12) -> None:
    """Draw a hollow pill with a number of events; ``factor`` makes it smaller."""
    width, height = pill_size(count, factor * sheet.scale)
    sheet.polygon(
        capsule(x, y, width, height),
        edge=style.AREA_OUTLINE,
        width=1.2,
        fill=style.PAPER,
        z=z,
        gid="event-pill",
    )
    words = TextStyle(PILL_TEXT_PT * factor * sheet.scale, bold=True)
    sheet.text(x, y - 0.33 * words.size, count, words, align="center", z=z + 0.1, gid="pill-count")


def capsule(x: float, y: float, width: float, height: float) -> Floats:
    """Return the outline of a box with round ends."""
    radius = height / 2
    right = np.radians(np.linspace(90, -90, 16))
    arc = np.column_stack([radius * np.cos(right), radius * np.sin(right)])
    straight = width / 2 - radius
    offset = np.array([straight, 0.0])
    return np.asarray(np.vstack([arc + offset, -arc - offset]) + np.array([x, y]))


def chevron_lines(
    target: tuple[float, float],
    outward: npt.ArrayLike,
    *,
    start: float,
    count: int,
    size: float,
    step: float,
) -> list[Floats]:
    """Return chevrons that point at a target, the first ``start`` points away from it."""
    out = np.asarray(outward, dtype=float)
    side = np.array([-out[1], out[0]])
    lines = []
    for index in range(count):
        tip = np.asarray(target) + out * (start + index * step)
        wing = out * (0.45 * size)
        lines.append(np.array([tip + wing + side * (0.6 * size), tip, tip + wing - side * (0.6 * size)]))
    return lines


def draw_chevrons(
    sheet: Sheet,
    lines: list[Floats],
    colour: str,
    *,
    status: str = "claimed",
    width: float = 2.4,
    z: float = 11,
) -> None:
    """Draw chevrons in a party's hue with a white casing: full, hollow (assessed) or dotted (inferred)."""
    stroke = STROKES[f"side-{status}"]
    colour = colour if stroke.colour == "party" else stroke.colour
    for line in lines:
        sheet.line(line, edge=style.PAPER, width=width + 2, z=z, cap="round", gid="side-casing")
    for line in lines:
        cap = "butt" if stroke.dash else "round"
        sheet.line(line, edge=colour, width=width, dash=stroke.dash, z=z + 0.1, cap=cap, gid="attack-side")
    if status == "assessed":
        for line in lines:
            core = style.SIDE_CORE
            sheet.line(
                line,
                edge=core.colour,
                width=core.width * width / stroke.width,
                z=z + 0.2,
                cap="round",
                gid="side-core",
            )


def draw_chevron_icon(
    sheet: Sheet, spot: tuple[float, float], outward: Floats, colour: str, *, status: str = "claimed"
) -> None:
    """Draw the three chevrons of a side mark small, around a place in a line of text."""
    scale = sheet.scale
    tip = np.asarray(spot) - np.asarray(outward) * 0.5 * ICON_LENGTH * scale
    lines = chevron_lines(
        (float(tip[0]), float(tip[1])), outward, start=0, count=3, size=7 * scale, step=ICON_STEP * scale
    )
    draw_chevrons(sheet, lines, colour, status=status, width=1.7, z=21)


def wedge_ring(
    x: float, y: float, radius: float, directions: Floats, scale: float, *, tier: int = 0
) -> Floats:
    """Return the outline of a wedge glyph outside a circle; ``directions`` run clockwise."""
    inner = radius + (WEDGE_GAP + tier * TIER_STEP) * scale
    outer = inner + WEDGE_DEPTH * scale
    return np.asarray(np.vstack([directions * outer, directions[::-1] * inner]) + np.array([x, y]))


def draw_wedge(sheet: Sheet, ring: Floats, *, status: str = "claimed", z: float = 7.5) -> None:
    """Draw a wedge glyph: neutral grey, of fixed size; open where it is assessed or inferred."""
    sheet.ring(ring, STROKES[f"wedge-{status}"], z=z, gid="attack-wedge")


def draw_alternative(sheet: Sheet, spot: tuple[float, float], z: float = 11.5) -> Box:
    """Draw the disc that says "or" behind a mark which another excludes; return the box it takes."""
    x, y = spot
    disc = np.add(_regular(32, BADGE_RADIUS * sheet.scale, 0), spot)
    sheet.polygon(disc, edge=style.INK, width=0.8, fill=style.PAPER, z=z, gid="alternative")
    words = TextStyle(LETTER_PT * sheet.scale, bold=True)
    sheet.text(x, y - 0.25 * words.size, "or", words, align="center", z=z + 0.1, gid="alternative")
    return box_around(disc)


def origin_stroke(status: str) -> Stroke:
    """Return the stroke of an area of launch: another dash where it is assessed or inferred."""
    stroke = STROKES["origin-area"]
    if status == "inferred":
        return replace(stroke, dash=style.INFERRED_DASH, fill=style.UNATTRIBUTED)
    return replace(stroke, dash=style.ASSESSED_DASH) if status == "assessed" else stroke


def attack_stroke(basis: str, status: str) -> Stroke:
    """Return the stroke of a line: by basis, and by dash where the origin is assessed."""
    stroke = STROKES.get(f"line-{basis}", STROKES["line-inferred"])
    if status == "assessed" and basis != "inferred":
        return Stroke(stroke.colour, stroke.width, style.ASSESSED_DASH)
    return stroke


def draw_attack(
    sheet: Sheet,
    points: Floats,
    party: Party,
    *,
    basis: str,
    status: str,
    width: float | None = None,
    is_open: bool = False,
    z: float = 8,
) -> None:
    """Draw a shaft that ends in a head of constant size at its last point; the head is filled or open."""
    stroke = attack_stroke(basis, status)
    stroke = stroke if width is None else replace(stroke, width=width)
    colour = party.colour if stroke.colour == "party" else stroke.colour
    shaft, head = with_head(points, style.HEAD_LENGTH * sheet.scale)
    if len(shaft) > 1:
        sheet.line(shaft, edge=colour, width=stroke.width, dash=stroke.dash, z=z, gid="attack-arrow")
    edge, weight, fill = (colour, 1.1, style.PAPER) if is_open else (style.PAPER, 0.6, colour)
    sheet.polygon(head, edge=edge, width=weight, fill=fill, z=z + 0.1, gid="arrow-head")


def fanned(parts: list[Floats], fan: float, scale: float) -> list[Floats]:
    """Move a line aside by its place in a bundle: a little at its target, more at its origin.

    Parameters
    ----------
    parts
        From the origin to the target, in page points.
    fan
        Steps from the middle of the bundle; positive is clockwise, seen from the target.
    """
    target, origin = parts[-1][-1], parts[0][0]
    along = origin - target
    length = float(np.hypot(*along))
    if not fan or not length:
        return parts
    aside = np.array([along[1], -along[0]]) / length * fan * scale
    spread = style.FAN_FOOT_STEP - style.FAN_HEAD_STEP
    shares = [np.hypot(*(part - target).T) / length for part in parts]
    return [
        part + aside * (style.FAN_HEAD_STEP + spread * share)[:, None]
        for part, share in zip(parts, shares, strict=True)
    ]


def with_head(points: Floats, length: float) -> tuple[Floats, Floats]:
    """Split a line into its shaft and a head ``length`` points long at its end."""
    tip = points[-1]
    shaft = trim_end(points, tip, length * 0.85)
    back = trim_end(points, tip, length)
    along = tip - back[-1]
    norm = float(np.hypot(*along))
    along = along / norm if norm else np.array([0.0, 1.0])
    side = np.array([-along[1], along[0]])
    base = tip - along * length
    head = np.array(
        [tip, base + side * 0.36 * length, tip - along * 0.8 * length, base - side * 0.36 * length]
    )
    return shaft, head


def trim_end(points: Floats, centre: npt.ArrayLike, radius: float) -> Floats:
    """Cut the end of a line where it enters a circle; a line inside keeps its start."""
    centre = np.asarray(centre, dtype=float)
    distances = np.hypot(*(points - centre).T)
    outside = np.flatnonzero(distances >= radius)
    if not len(outside):
        return points[:1]
    last = int(outside[-1])
    if last == len(points) - 1:
        return points
    a, b = points[last], points[last + 1]
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if np.hypot(*(a + (b - a) * middle - centre)) >= radius else (low, middle)
    return np.vstack([points[: last + 1], a + (b - a) * low])


def draw_ring(sheet: Sheet, ring: Floats, z: float = 7) -> None:
    """Draw a ring of uncertainty."""
    sheet.ring(ring, STROKES["ring"], z=z, gid="ring")


def draw_stipple(sheet: Sheet, area: Any, z: float = 5) -> None:
    """Fill a polygon with a very light stipple."""
    from matplotlib.path import Path

    left, bottom, right, top = shapely.bounds(area)
    step = STIPPLE_STEP * sheet.scale
    # A lattice fixed to the page, so that neighbouring areas share it.
    columns = np.arange(math.floor(left / step), math.ceil(right / step) + 1)
    rows = np.arange(math.floor(bottom / (step * 0.866)), math.ceil(top / (step * 0.866)) + 1)
    col, row = np.meshgrid(columns, rows)
    x, y = (col + 0.5 * (row % 2)) * step, row * step * 0.866
    inside = shapely.contains_xy(area, x, y)
    dots = np.column_stack([x[inside], y[inside]])
    if not len(dots):
        return
    ring = _regular(6, STIPPLE_RADIUS * sheet.scale, 0)
    vertices = (dots[:, None, :] + np.vstack([ring, ring[:1]])[None]).reshape(-1, 2)
    codes = np.tile([Path.MOVETO, *[Path.LINETO] * 5, Path.CLOSEPOLY], len(dots))
    sheet.path(Path(vertices, codes), fill=style.STIPPLE, alpha=0.6, z=z, gid="stipple")


def box_around(points: npt.ArrayLike, margin: float = 0.0) -> Box:
    """Return the box of ``(n, 2)`` points."""
    array = np.asarray(points, dtype=float).reshape(-1, 2)
    (left, bottom), (right, top) = array.min(axis=0), array.max(axis=0)
    return float(left - margin), float(bottom - margin), float(right + margin), float(top + margin)
