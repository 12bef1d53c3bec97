"""What stands on the map frame beside the marks: scale bar, north arrow, graticule, notice."""

from __future__ import annotations

import numpy as np
import shapely

from geodata import style
from geodata.render.labels import LabelPlacer
from geodata.render.print_base import on_page, page_path
from geodata.render.print_sheet import Sheet
from geodata.render.print_text import DESCENT, TextStyle, text_width
from geodata.render.projection import Frame, MapView, degrees_text, scale_bar

GRATICULE_STEPS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0)
GRATICULE_LINES = 6  # at most, across the longer side
LABEL_INSET_PT = 3.0


def say_empty(sheet: Sheet, view: MapView, placer: LabelPlacer) -> None:
    """Say that no event lies here, so that an empty map is not taken for a broken one."""
    words = TextStyle(9 * sheet.scale, bold=True, colour=style.INK)
    text = "No event on this map for these filters"
    x, top = view.frame.x + view.frame.width / 2, view.frame.box[3] - 12 * sheet.scale
    width = text_width(text, words)
    panel = Frame(x - width / 2 - 6, top - 1.6 * words.size, width + 12, 1.9 * words.size)
    sheet.rectangle(panel, fill=style.PAPER, edge=style.BORDER, width=0.6, z=22, gid="empty")
    sheet.text(x, panel.y + 0.6 * words.size, text, words, align="center", z=23, gid="empty")
    placer.block(panel.box)


def draw_scale_bar(sheet: Sheet, view: MapView, placer: LabelPlacer) -> None:
    """Draw a bar of round kilometres in the lower left corner of the frame."""
    scale = sheet.scale
    bar = scale_bar(view, min(0.25 * view.frame.width, 150 * scale))
    words = TextStyle(7 * scale)
    left, y = view.frame.x + 12 * scale, view.frame.y + 10 * scale
    height = 3 * scale
    half = bar.length / 2
    end = f"{bar.distance_km:,g} km"
    panel = Frame(
        left - 7 * scale, y - 5 * scale, bar.length + text_width(end, words) / 2 + 16 * scale, 22 * scale
    )
    sheet.rectangle(panel, fill=style.PAPER, alpha=0.82, z=18, gid="scale-panel")
    sheet.rectangle(
        Frame(left, y, half, height), fill=style.INK, edge=style.INK, width=0.6, z=19, gid="scale-bar"
    )
    sheet.rectangle(
        Frame(left + half, y, half, height),
        fill=style.PAPER,
        edge=style.INK,
        width=0.6,
        z=19,
        gid="scale-bar",
    )
    for at, label in ((0, "0"), (half, f"{bar.distance_km / 2:,g}"), (bar.length, end)):
        sheet.text(
            left + at, y + height + 2.5 * scale + DESCENT, label, words, align="center", gid="scale-text"
        )
    placer.block(panel.box)


def draw_north(sheet: Sheet, view: MapView, placer: LabelPlacer) -> None:
    """Draw an arrow along true north at its own place, in the upper right corner."""
    scale = sheet.scale
    x, y = view.frame.box[2] - 17 * scale, view.frame.box[3] - 20 * scale
    lon, lat = view.degrees([(x, y)])[0]
    if not np.isfinite([lon, lat]).all():
        lon, lat = view.degrees([view.centre_page])[0]
    turn = np.radians(view.north_deg(lon, lat))
    along, across = np.array([np.sin(turn), np.cos(turn)]), np.array([np.cos(turn), -np.sin(turn)])
    foot, tip = np.array([x, y]) - along * 9 * scale, np.array([x, y]) + along * 9 * scale
    notch = foot + along * 4 * scale
    for sign, fill in ((-1, style.INK), (1, style.PAPER)):
        wing = foot + across * sign * 5 * scale
        sheet.polygon([tip, wing, notch], fill=fill, edge=style.INK, width=0.7, z=19, gid="north-arrow")
    letter = TextStyle(8 * scale, bold=True)
    spot = tip + along * 6 * scale
    sheet.text(
        spot[0], spot[1] - 0.33 * letter.size, "N", letter, align="center", halo=style.LAND, gid="north"
    )
    placer.block((x - 12 * scale, y - 14 * scale, x + 12 * scale, y + 20 * scale))


def graticule_step(view: MapView) -> float:
    """Return the degrees between meridians, and between parallels, of a graticule."""
    window = view.window
    span = max(window.east - window.west, window.north - window.south)
    return next((step for step in GRATICULE_STEPS if span / step <= GRATICULE_LINES + 1), GRATICULE_STEPS[-1])


def draw_graticule(sheet: Sheet, view: MapView, placer: LabelPlacer) -> None:
    """Draw meridians and parallels, named where they meet the frame below and at the left."""
    step, window = graticule_step(view), view.window
    meridians = np.arange(np.ceil(window.west / step), np.floor(window.east / step) + 1) * step
    parallels = np.arange(np.ceil(window.south / step), np.floor(window.north / step) + 1) * step
    parallels = parallels[np.abs(parallels) < 90]
    fine = 200
    lines = [
        *(
            np.column_stack([np.full(fine, lon), np.linspace(window.south, window.north, fine)])
            for lon in meridians
        ),
        *(
            np.column_stack([np.linspace(window.west, window.east, fine), np.full(fine, lat)])
            for lat in parallels
        ),
    ]
    names = [
        *(degrees_text((lon + 180) % 360 - 180, "E", "W") for lon in meridians),
        *(degrees_text(lat, "N", "S") for lat in parallels),
    ]
    for index, (line, name) in enumerate(zip(lines, names, strict=True)):
        paged = on_page(np.array([shapely.LineString(line)], dtype=object), view)
        path = page_path(paged)
        if path is None:
            continue
        sheet.stroke(path, style.STROKES["graticule"], z=1.7, gid="graticule")
        _name_line(sheet, view, placer, paged, name, is_meridian=index < len(meridians))


def _name_line(
    sheet: Sheet, view: MapView, placer: LabelPlacer, line: object, name: str, *, is_meridian: bool
) -> None:
    """Name a line just inside the frame, where it enters; a name that meets another mark is left out."""
    words = TextStyle(6.2 * sheet.scale, colour=style.MUTED)
    inset = LABEL_INSET_PT * sheet.scale
    left, bottom, right, top = view.frame.box
    at = bottom + inset + words.size / 2 if is_meridian else left + inset
    edge = shapely.LineString([(left, at), (right, at)] if is_meridian else [(at, bottom), (at, top)])
    spots = shapely.get_coordinates(shapely.intersection(line, edge))
    if not len(spots):
        return
    x, y = spots[0]
    width = text_width(name, words)
    start = x - width / 2 if is_meridian else x
    base = y - 0.33 * words.size
    box = (start - 1, base - DESCENT * words.size, start + width + 1, base + words.size)
    if placer.is_free([box])[0]:
        placer.block(box)
        sheet.text(start, base, name, words, halo=style.LAND, gid="graticule-label")
