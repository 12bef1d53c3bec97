"""The print map: a scene as a picture with everything a map must carry.

No browser, no network, no pyplot: the same scene, options and packs give the same
bytes. Lengths on the sheet are points of 1/72 inch.
"""

# matplotlib is imported where it draws: what does not print should not wait for it.
# ruff: noqa: PLC0415

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from geodata import style
from geodata.caption import alt_text
from geodata.errors import UsageError
from geodata.legend import CELL_WORDS
from geodata.render import print_labels as names
from geodata.render.labels import LabelPlacer
from geodata.render.print_base import COARSE_METRES_PER_POINT, Ground, draw_ground, ground
from geodata.render.print_callouts import place_callouts
from geodata.render.print_cells import gather_points
from geodata.render.print_claims import draw_claims, name_claims, shows_claim_ring, tie_claims
from geodata.render.print_facts import picture_facts
from geodata.render.print_frame import draw_graticule, draw_north, draw_scale_bar, graticule_step, say_empty
from geodata.render.print_lands import Lands
from geodata.render.print_layout import PAPERS, POINTS_PER_MM
from geodata.render.print_margins import (
    Key,
    Page,
    make_band,
    make_footer,
    make_header,
    make_plain_footer,
    shows_line_of_control,
)
from geodata.render.print_marks import MarkLayer, draw_directions, draw_places, shows_ring
from geodata.render.print_options import PrintOptions
from geodata.render.print_pdf import write_pdf
from geodata.render.print_png import write_png
from geodata.render.print_seen import seen_lines, shows_line
from geodata.render.print_shading import draw_shading, shades_on_page
from geodata.render.print_sheet import Sheet
from geodata.render.print_sides import draw_pills_and_sides
from geodata.render.print_svg import write_svg
from geodata.render.print_units import page_unit
from geodata.render.projection import Frame, MapView, fit_view, web_mercator
from geodata.scene import LegendEntry, Scene

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FORMATS", "PAPERS", "PrintOptions", "compose_map", "draw_map", "draw_with_preview", "write_map"]

FORMATS = ("png", "svg", "pdf")
PREVIEW_DPI = 120
COARSE_LINE_WEIGHT = 0.6  # a continent holds many borders and coasts
_ROUNDS = 4
_DRAWING = threading.Lock()  # matplotlib's settings are one to a process


def draw_map(scene: Scene, options: PrintOptions, *, format: str = "png") -> bytes:
    """Return the picture of a scene.

    Parameters
    ----------
    format
        One of :data:`FORMATS`.

    Raises
    ------
    UsageError
        If the format is not built.
    """
    _check_format(format)
    with _drawing():
        return _written(compose_sheet(scene, options), scene, options, format)


def draw_with_preview(
    scene: Scene,
    options: PrintOptions,
    *,
    format: str,
    on_step: Callable[[float, str], None] = lambda _share, _words: None,
) -> tuple[bytes, bytes]:
    """Return the picture of a scene, and a small PNG of the same sheet to look at.

    Parameters
    ----------
    on_step
        Told before each step, with the share of the work done (0 to 1) and what is next.
    """
    _check_format(format)
    on_step(0.05, "Laying out the map …")
    with _drawing():
        sheet = compose_sheet(scene, options)
        on_step(0.6, f"Writing the {format.upper()} …")
        picture = _written(sheet, scene, options, format)
        on_step(0.9, "Drawing the preview …")
        small = replace(options, dpi=PREVIEW_DPI)
        return picture, write_png(sheet, small, picture_facts(scene, small))


def _check_format(format: str) -> None:
    if format not in FORMATS:
        raise UsageError(
            "this picture format is not built", remedy=f"Built: {', '.join(FORMATS)}", value=format
        )


def _written(sheet: Sheet, scene: Scene, options: PrintOptions, format: str) -> bytes:
    facts = picture_facts(scene, options)
    if format == "svg":
        return write_svg(sheet, facts, caption=alt_text(scene))
    if format == "pdf":
        return write_pdf(sheet, facts, options.production_date)
    return write_png(sheet, options, facts)


def write_map(scene: Scene, path: Path, options: PrintOptions) -> None:
    """Write the picture of a scene; the ending of ``path`` is its format."""
    picture = draw_map(scene, options, format=path.suffix.removeprefix(".").lower())
    try:
        path.write_bytes(picture)
    except OSError as error:
        reason = f"the picture cannot be written ({error.strerror})"
        raise UsageError(reason, remedy="Choose a folder you may write to", file=str(path)) from error


@contextmanager
def _drawing() -> Iterator[None]:
    """Hold matplotlib's own defaults, whatever the process has set."""
    import matplotlib as mpl

    with _DRAWING, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams["text.hinting"] = "none"  # widths as measured, at every resolution
        mpl.rcParams["path.simplify"] = False
        yield


def compose_map(scene: Scene, options: PrintOptions) -> Figure:
    """Return the figure of a scene before it becomes a file."""
    return compose_sheet(scene, options).figure


def compose_sheet(scene: Scene, options: PrintOptions) -> Sheet:
    """Return the sheet of a scene before it becomes a file."""
    width, height = (side * POINTS_PER_MM for side in PAPERS[options.paper])
    page = Page(options.paper, width, height)
    sheet = Sheet(width, height, page.scale)
    compose = _compose_plain if options.is_plain else _compose_full
    compose(sheet, scene, options, page)
    return sheet


def _compose_full(sheet: Sheet, scene: Scene, options: PrintOptions, page: Page) -> None:
    """Draw a map with all that it must carry around it."""
    words = scene.marginalia
    header = make_header(words, options.title or words.title, options.printed_date, page)
    footer = make_footer(words, page)
    top = page.height - page.margin - header.height
    floor = page.margin + footer.height
    gap = 7 * page.scale
    beside = top - floor - gap
    bottom = floor + 0.3 * page.height
    view = _view(scene, options, Frame(page.margin, bottom, page.map_width, top - bottom))
    # The band's words and legend name what the view shows, whose frame depends on the band.
    for _ in range(_ROUNDS):
        key = Key(
            shown_legend(scene, view, _ground(scene, view), page.scale, options), scene.parties, scene.sides
        )
        band = make_band(scene, key, view, page, beside)
        bottom = floor + band.height + 2 * gap
        frame = Frame(page.margin, bottom, page.map_width, top - bottom)
        if frame == view.frame:
            break
        view = _view(scene, options, frame)
    _draw_map_frame(sheet, scene, view, _ground(scene, view), graticule=options.graticule)
    header.draw(sheet, page)
    band.draw(sheet, page, top, bottom - gap)
    footer.draw(sheet, page)


def _compose_plain(sheet: Sheet, scene: Scene, options: PrintOptions, page: Page) -> None:
    """Draw a map whose marginalia a graphics desk will set; credits and disclaimer stay."""
    whole = Frame(page.margin, page.margin, page.inner_width, page.height - 2 * page.margin)
    loc = shows_line_of_control(_view(scene, options, whole))
    footer = make_plain_footer(scene.marginalia, options.printed_date, page, line_of_control=loc)
    bottom = page.margin + footer.height + 3 * page.scale
    view = _view(
        scene, options, Frame(page.margin, bottom, page.inner_width, page.height - page.margin - bottom)
    )
    _draw_map_frame(sheet, scene, view, _ground(scene, view), graticule=options.graticule)
    footer.draw(sheet, page)


def _view(scene: Scene, options: PrintOptions, frame: Frame) -> MapView:
    projection = web_mercator(scene.extent) if options.projection == "mercator" else None
    return fit_view(scene.extent, frame, projection=projection)


def _ground(scene: Scene, view: MapView) -> Ground:
    """Return what lies under the marks, without provinces and districts where they are left out."""
    whole = ground(view)
    if scene.display.shows("provinces"):
        return whole
    return replace(whole, adm1=whole.adm1[:0], adm2=whole.adm2[:0])


def shown_legend(
    scene: Scene, view: MapView, layers: Ground, scale: float, options: PrintOptions | None = None
) -> tuple[LegendEntry, ...]:
    """Return the scene's legend with the ground's own lines, of just what is drawn."""
    points, cells = gather_points(scene, view, scale)
    shapes = {style.SHAPES.get(point.event_type, "circle") for point in points}
    seen = seen_lines(layers, view)
    there = {
        "disputed": seen.disputed,
        "claim-ring": any(shows_claim_ring(view, mark, scale) for mark in scene.claimed),
        "ring": any(shows_ring(view, point, scale) for point in points),
        "focus": _shows_outline(set(scene.focus) - {mark.area for mark in scene.areas}, view),
        "layer": _shows_outline(set(scene.outlined), view),
    }
    shades = shades_on_page(scene, view)
    entries = [
        entry
        for entry in scene.legend
        if there.get(entry.symbol, True)
        and (not cells or entry.symbol != "point" or entry.shape in shapes)
        and (entry.symbol != "shade" or entry.status in shades)
    ]
    if cells:
        entries.insert(0, LegendEntry("cell", CELL_WORDS))
    if seen.adm0:
        entries.append(LegendEntry("boundary-adm0", "International boundary"))
    if seen.disputed and not any(entry.symbol == "disputed" for entry in entries):
        entries.append(LegendEntry("disputed", "Disputed line, as the source marks it"))
    if seen.adm1:
        entries.append(LegendEntry("boundary-adm1", "Province"))
    if seen.adm2:
        entries.append(LegendEntry("boundary-adm2", "District or county"))
    if options and options.graticule:
        entries.append(LegendEntry("graticule", f"Meridians and parallels, every {graticule_step(view):g}°"))
    return tuple(entries)


def _shows_outline(units: Iterable[str], view: MapView) -> bool:
    """Return whether the outline of any unit is seen inside the frame."""
    pages = [page_unit(unit, view) for unit in units]
    return any(
        page.kept("seen", lambda page=page: shows_line(shapely.boundary(page.polygons), view))  # type: ignore[misc]
        for page in pages
    )


def _draw_map_frame(
    sheet: Sheet, scene: Scene, view: MapView, layers: Ground, *, graticule: bool = False
) -> None:
    """Draw ground, marks and names inside the frame, and the frame itself."""
    sheet.clip_to(view.frame)
    fine = view.metres_per_point <= COARSE_METRES_PER_POINT
    draw_ground(sheet, view, layers, line_weight=1.0 if fine else COARSE_LINE_WEIGHT)
    draw_shading(sheet, scene, view)
    placer = LabelPlacer(view.frame.box, margin=1.5 * sheet.scale)
    placer.avoid(layers.samples)
    points, cells = gather_points(scene, view, sheet.scale)
    lands = Lands(scene, view)
    layer = MarkLayer(sheet, view, placer, scene, layers.international, lands, points, cells)
    if graticule:
        draw_graticule(sheet, view, placer)
    draw_scale_bar(sheet, view, placer)
    draw_north(sheet, view, placer)
    marks = (scene.areas, scene.points, scene.lines, scene.sides, scene.wedges, scene.claimed)
    if scene.display.shows("events") and not any(marks):
        say_empty(sheet, view, placer)
    draw_places(layer)
    draw_claims(layer)
    with_names = scene.display.shows("names")
    towns = names.keep_towns(layer) if with_names else []
    draw_pills_and_sides(layer)
    draw_directions(layer)
    tie_claims(layer)
    reserved = names.reserve_towns(layer, towns)
    names.place_origin_labels(layer)
    place_callouts(layer)
    name_claims(layer)
    if with_names:
        names.draw_reserved_towns(layer, reserved)
        names.place_country_names(layer)
        names.place_focus_names(layer)
        names.place_towns(layer)
        names.place_province_names(layer)
        names.place_seas(layer, layers.dry)
    sheet.clip_to(None)
    sheet.rectangle(view.frame, edge=style.MUTED, width=0.8, z=30, gid="map-frame")
