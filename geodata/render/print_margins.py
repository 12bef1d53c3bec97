"""What a map must carry around it: header, legend, lists, locator, footer.

The lists flow through columns of equal width: on a wide sheet one beside the map, the
rest under it; on a tall one all under it. They are set as large as the paper
allows; only where the smallest size does not hold them are the unknowns and sources
cut, after a whole entry, with the number of those left out.
"""

# matplotlib is imported where it draws: what does not print should not wait for it.
# ruff: noqa: PLC0415

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial

import numpy as np
import shapely

from geodata import boundaries, style
from geodata.days import day_words
from geodata.errors import UsageError
from geodata.render import print_symbols as symbols
from geodata.render.print_base import draw_ground, ground, on_page
from geodata.render.print_cells import draw_cell
from geodata.render.print_claims import draw_claim_key
from geodata.render.print_layout import (
    COLUMN_MM,
    GUTTER_MM,
    MARGIN_MM,
    POINTS_PER_MM,
    SCALES,
    Item,
    fill_columns,
    fitting_size,
    least_height,
    text_item,
)
from geodata.render.print_shading import draw_shade_key
from geodata.render.print_sheet import Sheet
from geodata.render.print_text import ASCENT, DESCENT, SMALLEST_PT, TextStyle, text_width, wrap, wrap_evenly
from geodata.render.projection import (
    Frame,
    MapView,
    Projection,
    degrees_text,
    fit_view,
    scale_bar,
    scale_denominator,
)
from geodata.scene import LegendEntry, Marginalia, Scene, SideMark
from geodata.shading import NOTE_BEGINS
from geodata.style import Party

BODY_PT = 7.4
LEGIBLE_PT = 6.8
FEW_UNKNOWNS = 4
RUN_IN_LINES = 8
HEADING = "heading"
KEY_WIDTH = 30.0
KEY_HEIGHTS = {
    "claim": 17.0,
    "claim-ring": 17.0,
    "claim-area": 15.0,
    "wedge": 17.0,
    "area": 19.0,
    "cell": 16.0,
    "origin": 17.0,
    "ring": 17.0,
    "side": 15.0,
}
PLACELESS = "{} events without a known place are"
LINE_OF_CONTROL = "Dotted line: Line of Control in Kashmir; the parties have not agreed on its final status."
_ISO_DATE = re.compile(r"(?<![\w/-])\d{4}-\d\d(-\d\d)?(?![\w/-])")
_LONG_DATE = re.compile(rf"(?<=\d )({'|'.join(calendar.month_name[1:])})\b")
NOT_EXHAUSTIVE = "Not exhaustive"
DISCLAIMER = "Boundaries and names shown do not imply endorsement by the producer."


@dataclass(frozen=True)
class Page:
    """Sizes of one sheet: width and height, margin, scale of type and glyphs."""

    paper: str
    width: float
    height: float

    @property
    def scale(self) -> float:
        """Return the factor of type and glyphs."""
        return SCALES.get(self.paper, 1.0)

    @property
    def margin(self) -> float:
        """Return the free edge in points."""
        return MARGIN_MM * POINTS_PER_MM

    @property
    def inner_width(self) -> float:
        """Return the width between the margins."""
        return self.width - 2 * self.margin

    @property
    def columns(self) -> int:
        """Return the number of columns across the sheet."""
        return max(2, int(self.inner_width / (COLUMN_MM * POINTS_PER_MM * self.scale)))

    @property
    def wide(self) -> bool:
        """Return whether the last column stands beside the map."""
        return self.width > 0.95 * self.height

    @property
    def map_width(self) -> float:
        """Return the width of the map frame."""
        return self.inner_width - (self.column_width + self.gutter if self.wide else 0.0)

    def column_left(self, index: int) -> float:
        """Return the left edge of a column in reading order."""
        place = (index - 1) % self.columns if self.wide else index
        return self.margin + place * (self.column_width + self.gutter)

    @property
    def gutter(self) -> float:
        """Return the space between columns."""
        return GUTTER_MM * POINTS_PER_MM * self.scale

    @property
    def column_width(self) -> float:
        """Return the width of one column."""
        return (self.inner_width - self.gutter * (self.columns - 1)) / self.columns


def plain_dates(text: str) -> str:
    """Return a text with its full dates as "16 Jan 2024"; addresses keep theirs."""

    def iso(match: re.Match[str]) -> str:
        try:
            day = date.fromisoformat(match[0] if match[1] else f"{match[0]}-01")
            return day_words(day) if match[1] else day_words(day).removeprefix("1 ")
        except ValueError:
            return match[0]

    text = _ISO_DATE.sub(iso, text)
    return _LONG_DATE.sub(lambda match: match[0].replace(match[1], match[1][:3]), text)


@dataclass(frozen=True)
class Header:
    """Title and lines under it, with the dates at the right; ``height`` includes the gap."""

    title: tuple[str, ...]
    title_style: TextStyle
    lines: tuple[tuple[str, TextStyle], ...]
    right: tuple[str, ...]
    right_style: TextStyle

    @property
    def height(self) -> float:
        """Return the height down to the map."""
        left = len(self.title) * self.title_style.leading + sum(each.leading for _, each in self.lines)
        return max(left, len(self.right) * self.right_style.leading) + 0.5 * self.title_style.size

    def draw(self, sheet: Sheet, page: Page) -> None:
        """Set the header from the sheet's top margin down."""
        top = page.height - page.margin
        lines = [(line, self.title_style) for line in self.title] + list(self.lines)
        for line, each in lines:
            sheet.text(page.margin, top - ASCENT * each.size, line, each, gid="header")
            top -= each.leading
        top = page.height - page.margin - (self.title_style.size - self.right_style.size) * ASCENT
        for index, line in enumerate(self.right):
            y = top - ASCENT * self.right_style.size - index * self.right_style.leading
            sheet.text(page.width - page.margin, y, line, self.right_style, align="right", gid="header")


def make_header(words: Marginalia, title: str, produced: date | None, page: Page) -> Header:
    """Return the header, with title and subtitle wrapped and shrunk to the paper, undated for ``None``."""
    scale = page.scale
    made = f"Produced {day_words(produced)}" if produced else ""
    right = tuple(part for part in (as_of_text(words), made, words.producer) if part)
    right_style = TextStyle(7.8 * scale, colour=style.MUTED)
    room = max(text_width(line, right_style) for line in right) + 6 * scale
    if room > 0.4 * page.inner_width:
        right = tuple(line for part in right for line in wrap(part, right_style, 0.36 * page.inner_width))
        room = 0.38 * page.inner_width
    width = page.inner_width - room
    title_style = fitting_size(title, TextStyle(18 * scale, bold=True), width, 1, 13 * scale)
    title_style = fitting_size(title, title_style, width, 3, 8 * scale)
    lines: list[tuple[str, TextStyle]] = []
    for text, each in (
        (plain_dates(words.subtitle), TextStyle(9.6 * scale)),
        (
            " · ".join(part for part in (plain_dates(words.period), words.counts) if part),
            TextStyle(8.6 * scale, colour=style.MUTED),
        ),
    ):
        sized = fitting_size(text, each, width, 2, 7 * scale)
        lines.extend((line, sized) for line in wrap_evenly(text, sized, width))
    return Header(
        tuple(wrap_evenly(title, title_style, width)), title_style, tuple(lines), right, right_style
    )


def as_of_text(words: Marginalia) -> str:
    """Return "Information as of …", once."""
    text = plain_dates(words.information_as_of.strip())
    return text if not text or text.casefold().startswith("information") else f"Information as of {text}"


@dataclass(frozen=True)
class Key:
    """Legend entries as they are drawn, beside the parties they name."""

    entries: tuple[LegendEntry, ...]
    parties: tuple[Party, ...]
    sides: tuple[SideMark, ...] = ()

    def outward(self, entry: LegendEntry) -> tuple[int, int]:
        """Return to which side an entry's chevrons come from on the map: east ``(1, 0)`` or west."""
        marks = (m for m in self.sides if m.party == entry.party and m.status == (entry.status or m.status))
        azimuth = next((mark.azimuth_deg for mark in marks), 90.0)
        return (-1, 0) if azimuth % 360.0 > 180.0 else (1, 0)

    def party(self, name: str) -> Party:
        """Return the party of an entry by its id."""
        return next((party for party in self.parties if party.id == name), style.NOBODY)


def _key_glyph(sheet: Sheet, x: float, y: float, *, entry: LegendEntry, key: Key) -> None:
    draw_key(sheet, entry, key, x, y)


def draw_key(sheet: Sheet, entry: LegendEntry, key: Key, x: float, y: float) -> None:
    """Draw one legend glyph around a centre, with the functions that draw the map."""
    scale = sheet.scale
    party = key.party(entry.party)
    half = 11 * scale
    if entry.symbol == "point":
        symbols.draw_point(
            sheet, (x, y), entry.shape, party, hollow=entry.status == "unknown", lettered=bool(entry.party)
        )
    elif entry.symbol == "cell":
        draw_cell(sheet, x, y, 6.5 * scale, "n")
    elif entry.symbol == "party":
        symbols.draw_badge(sheet, x, y, party)
    elif entry.symbol == "ring":
        symbols.draw_ring(sheet, np.add(symbols.shape_ring("circle", 6 * scale), (x, y)))
    elif entry.symbol == "line":
        ends = np.array([(x - half, y), (x + half, y)])
        symbols.draw_attack(sheet, ends, party, basis=entry.basis, status=entry.status)
    elif entry.symbol == "wedge":
        _draw_wedge_key(sheet, x, y, entry.status or "claimed")
    elif entry.symbol in ("munitions", "unnumbered"):
        _draw_width_key(sheet, entry, x, y)
    elif entry.symbol == "alternative":
        symbols.draw_alternative(sheet, (x, y))
    elif entry.symbol == "side":
        outward = key.outward(entry)
        start = (x - 6 * scale * outward[0], y)
        size = style.CHEVRON_SIZE * scale
        lines = symbols.chevron_lines(start, outward, start=0, count=3, size=size, step=6 * scale)
        colour = party.colour if entry.party else style.MUTED
        symbols.draw_chevrons(sheet, lines, colour, status=entry.status or "claimed")
    elif entry.symbol in ("claim", "claim-ring", "claim-area"):
        draw_claim_key(sheet, entry.symbol, entry.shape, entry.status, (x, y))
    elif entry.symbol in ("area", "origin", "shade"):
        _draw_area_key(sheet, entry, party, x, y)
    else:
        _draw_line_key(sheet, entry.symbol, party, x, y)


def _draw_width_key(sheet: Sheet, entry: LegendEntry, x: float, y: float) -> None:
    scale, half = sheet.scale, 11 * sheet.scale
    if entry.symbol == "munitions":
        offsets = (3.5, -3.5) if len(entry.widths) > 1 else (0.0,)
        for offset, width in zip(offsets, entry.widths, strict=True):
            line = [(x - half, y + offset * scale), (x + half, y + offset * scale)]
            sheet.line(line, edge=style.MUTED, width=width, z=8, gid="key-width")
        return
    symbols.draw_attack(
        sheet,
        np.array([(x - half, y), (x + half, y)]),
        style.NOBODY,
        basis="stated_point",
        status="claimed",
        width=style.UNNUMBERED_WIDTH,
        is_open=True,
    )


def _draw_wedge_key(sheet: Sheet, x: float, y: float, status: str) -> None:
    angles = np.radians(np.linspace(-35, 35, 15))
    directions = np.column_stack([np.sin(angles), np.cos(angles)])
    low = y - 12 * sheet.scale
    ring = symbols.wedge_ring(x, low, 2.5 * sheet.scale, directions, sheet.scale)
    symbols.draw_wedge(sheet, ring, status=status)


def _draw_area_key(sheet: Sheet, entry: LegendEntry, party: Party, x: float, y: float) -> None:
    from matplotlib.path import Path

    if entry.symbol == "shade":
        draw_shade_key(sheet, entry.status, (x, y))
        return
    scale = sheet.scale
    frame = Frame(x - 11.5 * scale, y - 7.5 * scale, 23 * scale, 15 * scale)
    left, bottom, right, top = frame.box
    ring = [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]
    if entry.symbol == "origin":
        colour = party.colour if party is not style.NOBODY else style.INK
        stroke = symbols.origin_stroke(entry.status or "claimed")
        sheet.stroke(Path(ring, closed=True), stroke, colour=colour, z=3)
        return
    symbols.draw_stipple(sheet, shapely.Polygon(ring))
    sheet.stroke(Path(ring, closed=True), style.STROKES["event-area"], z=6)
    words = TextStyle(SMALLEST_PT * scale, bold=True)
    pill = symbols.capsule(x, y, 12 * scale, 8.5 * scale)
    sheet.polygon(pill, edge=style.AREA_OUTLINE, width=0.9, fill=style.PAPER, z=7, gid="key-pill")
    sheet.text(x, y - 0.3 * words.size, "n", words, align="center", z=7, gid="key-pill")


def _draw_line_key(sheet: Sheet, symbol: str, party: Party, x: float, y: float) -> None:
    from matplotlib.path import Path

    half = 11 * sheet.scale
    line = Path([(x - half, y), (x + half, y)])
    named = {"border": "attack-border", "focus": "boundary-focus", "layer": "boundary-layer"}
    stroke = named.get(symbol, symbol)
    if stroke in style.STROKES:
        sheet.stroke(line, style.STROKES[stroke], colour=party.colour, z=6, gid=f"key-{symbol}")


def legend_items(key: Key, page: Page, size: float) -> list[Item]:
    """Return the legend, one item an entry."""
    body = TextStyle(size)
    indent = KEY_WIDTH * page.scale
    if not key.entries:
        return []
    items = [heading("Legend", page, layer="legend")]
    for entry in key.entries:
        items.append(
            Item(
                tuple(wrap(entry.text, body, page.column_width - indent)),
                body,
                indent=indent,
                glyph=partial(_key_glyph, entry=entry, key=key),
                smallest=KEY_HEIGHTS.get(entry.symbol, 13.0) * page.scale,
                space_after=2.2 * page.scale,
                layer="legend",
            )
        )
    return _close(items, page)


def heading(text: str, page: Page, *, layer: str = "notes") -> Item:
    """Return a heading in a column."""
    bold = TextStyle(8.0 * page.scale, bold=True)
    return Item((text,), bold, space_after=1.5 * page.scale, with_next=True, layer=layer)


def list_items(title: str, entries: Sequence[str], page: Page, size: float, left_out: int = 0) -> list[Item]:
    """Return a titled list, with a last line for what is left out."""
    if not entries:
        return []
    body = TextStyle(size)
    items = [text_item(entry, body, page.column_width, space_after=1.6 * page.scale) for entry in entries]
    if left_out:
        more = f"and {left_out} more, listed in the record"
        items.append(text_item(more, replace(body, italic=True), page.column_width))
    return _close([heading(title, page), *items], page)


def run_in_items(
    title: str, entries: Sequence[str], page: Page, size: float, left_out: int = 0
) -> list[Item]:
    """Return titled paragraphs of entries between semicolons; none breaks within an entry."""
    if not entries:
        return []
    body = TextStyle(size)
    more = f"; and {left_out} more, listed in the record" if left_out else ""
    paragraphs: list[str] = []
    for entry in entries:
        joined = f"{paragraphs[-1]}; {entry.rstrip('.;')}" if paragraphs else entry.rstrip(".;")
        if paragraphs and len(wrap(joined, body, page.column_width)) <= RUN_IN_LINES:
            paragraphs[-1] = joined
        else:
            paragraphs.append(entry.rstrip(".;"))
    texts = [f"{text};" for text in paragraphs[:-1]] + [paragraphs[-1] + more + "."]
    items = [text_item(text, body, page.column_width, space_after=0.0) for text in texts]
    return _close([heading(title, page), *items], page)


def _close(items: list[Item], page: Page) -> list[Item]:
    """End a block: room after it, and no single entry alone in a column."""
    last = len(items) - 1
    tied = [
        replace(item, with_next=index in (0, 1, last - 1) and index < last)
        for index, item in enumerate(items)
    ]
    return [*tied[:-1], replace(tied[-1], space_after=6 * page.scale)]


def about_lines(view: MapView, words: Marginalia, placeless: int, paper: str) -> list[str]:
    """Return projection, datum and scale, notes and what has no place on the map."""
    lines = [_scale_words(view, paper)]
    if placeless:
        events = "1 event without a known place is" if placeless == 1 else PLACELESS.format(placeless)
        lines.append(f"{events} not drawn.")
    if shows_line_of_control(view):
        lines.append(LINE_OF_CONTROL)
    # The footer and the legend say these.
    return [*lines, *(note for note in words.notes if not note.startswith((NOT_EXHAUSTIVE, NOTE_BEGINS)))]


@lru_cache(maxsize=8)
def _scale_words(view: MapView, paper: str) -> str:
    """Return projection, datum and scale."""
    words = f"About 1\u00a0:\u00a0{scale_denominator(view):,.0f} at the centre, printed {paper_words(paper)}."
    return f"{view.projection.words}. Datum WGS 84. {words} {bar_words(view)}"


def bar_words(view: MapView) -> str:
    """Return where the scale bar is true: the scale differs elsewhere, little on a small map."""
    latitude = degrees_text(scale_bar(view, 100.0).latitude_deg, "N", "S")
    return f"The scale bar is true at the centre, at {latitude}."


@lru_cache(maxsize=8)
def shows_line_of_control(view: MapView) -> bool:
    """Return whether Kashmir's Line of Control crosses the frame."""
    frame = boundaries.load_basemap("disputed")
    wanted = (frame["a"] == "IND") & (frame["b"] == "PAK") & (frame["kind"] == "line of control")
    lines = on_page(shapely.get_parts(np.asarray(frame.geometry.array)[wanted.to_numpy()]), view)
    return bool(shapely.intersects(lines, shapely.box(*view.frame.box)).any())


def paper_words(paper: str) -> str:
    """Return a paper's name within a sentence."""
    name = paper.split("-", maxsplit=1)[0]
    return {"letter": "on US Letter", "16x9": "at 339 × 191 mm", "square": "at 203 × 203 mm"}.get(
        name, f"on {name.upper()}"
    )


@dataclass(frozen=True)
class Band:
    """The columns beside and under the map; ``height`` is that of those under it."""

    columns: tuple[tuple[Item, ...], ...]
    height: float

    def draw(self, sheet: Sheet, page: Page, top: float, under: float) -> None:
        """Draw the column beside the map below ``top``, the others below ``under``."""
        for index, column in enumerate(self.columns):
            x = page.column_left(index)
            y = top if page.wide and index == 0 else under
            for item in column:
                item.draw(sheet, x, y)
                y -= item.height


def make_band(scene: Scene, key: Key, view: MapView, page: Page, beside: float) -> Band:
    """Return the columns in the largest type that leaves the map its room.

    First the type shrinks a little, then unknowns are left out, then it shrinks to the
    smallest, then sources are left out; each list says how many.

    Parameters
    ----------
    beside
        Height of the column beside the map, where the sheet has one.
    """
    words = scene.marginalia
    cap = page.height * (0.24 if page.wide else 0.4)
    for size, unknowns, sources in _attempts(page, len(words.unknowns), len(words.sources)):
        blocks = _blocks(scene, key, view, page, size=size, kept=(unknowns, sources))
        band = _set_columns(blocks, page, beside, cap)
        if band is not None:
            return band
    for share in (0.35, 0.5, 0.65, 0.8):
        blocks = _blocks(scene, key, view, page, size=SMALLEST_PT, kept=(1, 1))
        band = _set_columns(blocks, page, beside, share * page.height)
        if band is not None:
            return band
    raise UsageError(
        "legend and credits do not fit this paper", remedy="Choose a larger one", value=page.paper
    )


def _attempts(page: Page, unknowns: int, sources: int) -> Iterator[tuple[float, int, int]]:
    """Yield type sizes with numbers of unknowns and sources, the best first."""
    first, least = BODY_PT * page.scale, LEGIBLE_PT * page.scale
    few = min(unknowns, FEW_UNKNOWNS)
    yield from ((size, unknowns, sources) for size in (first, (first + least) / 2, least))
    yield from ((least, count, sources) for count in range(unknowns - 1, few - 1, -_step(unknowns)))
    yield from ((size, few, sources) for size in (6.4, SMALLEST_PT) if size < least)
    yield from ((SMALLEST_PT, few, count) for count in range(sources - 1, 0, -_step(sources)))
    yield from ((SMALLEST_PT, count, min(sources, 1)) for count in range(few - 1, 0, -1))


def _step(count: int) -> int:
    """Return by how many entries a list shrinks at a time: one, or a twelfth of a long one."""
    return max(1, count // 12)


def _set_columns(blocks: Sequence[list[Item]], page: Page, beside: float, cap: float) -> Band | None:
    """Set blocks into columns; ``None`` where those under the map would pass ``cap``.

    Beside the map stand whole blocks, as many as it holds; the others flow under it.
    """
    side: list[Item] = []
    under: list[Item] = []
    for block in blocks:
        needed = sum(item.height for item in [*side, *block]) - block[-1].space_after
        (side if page.wide and needed <= beside else under).extend(block)
    if page.wide and not side:
        return None
    count = page.columns - 1 if page.wide else page.columns
    height = least_height(under, count, cap)
    if height is None:
        return None
    columns = fill_columns(under, count, height) or []
    return Band(tuple(map(tuple, [side, *columns] if page.wide else columns)), height)


def _blocks(
    scene: Scene, key: Key, view: MapView, page: Page, *, size: float, kept: Sequence[int]
) -> list[list[Item]]:
    """Return legend and lists in reading order, each with its heading."""
    words = scene.marginalia
    unknowns, sources = words.unknowns[: kept[0]], [plain_dates(text) for text in words.sources[: kept[1]]]
    about = about_lines(view, words, scene.placeless, page.paper)
    small = max(SMALLEST_PT, size - 0.8 * page.scale)
    blocks = [
        legend_items(key, page, size),
        list_items("What is not known", unknowns, page, size, len(words.unknowns) - kept[0]),
        [locator_item(view, page)],
        list_items("About this map", about, page, small),
        run_in_items("Sources", sources, page, small, len(words.sources) - kept[1]),
        list_items("Boundaries and places", words.credits, page, small),
    ]
    return [block for block in blocks if block]


def locator_item(view: MapView, page: Page) -> Item:
    """Return the locator: where in the world the map lies."""
    height = 30 * POINTS_PER_MM * page.scale
    width = page.column_width

    def draw(sheet: Sheet, x: float, y: float) -> None:
        draw_locator(sheet, view, Frame(x, y - height / 2, width, height))

    # The glyph is centred in an indent; this one begins at the column's edge.
    return Item((), TextStyle(SMALLEST_PT), 6 * page.scale, draw, height, 6 * page.scale, layer="locator")


def draw_locator(sheet: Sheet, view: MapView, frame: Frame) -> None:
    """Draw a small map of the region, or the world, with the outline of the main frame."""
    window = view.window
    lon, lat = (window.west + window.east) / 2, (window.south + window.north) / 2
    width = min(max(5 * (window.east - window.west), 70.0), 360.0)
    lat_ts = min(abs(lat), 60.0) if width < 180 else 0.0
    plain = Projection(f"+proj=eqc +lat_ts={lat_ts} +lon_0={lon} +datum=WGS84", "", lon)
    height = width * np.cos(np.radians(lat_ts)) * frame.height / frame.width
    lat = 0.0 if height >= 150 else float(np.clip(lat, height / 2 - 90, 90 - height / 2))
    half = min(width / 2, 179.9)
    extent = (lon - half, max(lat - height / 2, -90), lon + half, min(lat + height / 2, 90))
    small = fit_view(extent, frame, projection=plain, pad=0)
    sheet.clip_to(frame)
    draw_ground(sheet, small, ground(small, detailed=False), line_weight=0.45, prefix="locator-")
    outline = small.page(view.degrees(_edge(view.frame)))
    outline = outline[~np.isnan(outline).any(axis=1)]
    if len(outline) and not view.projection.whole_world:
        sheet.polygon(outline, edge=style.INK, width=1.4, fill=style.INK, alpha=0.08, z=8, gid="locator-box")
    sheet.clip_to(None)
    sheet.rectangle(frame, edge=style.BORDER, width=0.6, z=9, gid="locator")


def _edge(frame: Frame) -> list[tuple[float, float]]:
    left, bottom, right, top = frame.box
    steps = [index / 24 for index in range(24)]
    return [
        *((left + (right - left) * t, bottom) for t in steps),
        *((right, bottom + (top - bottom) * t) for t in steps),
        *((right - (right - left) * t, top) for t in steps),
        *((left, top - (top - bottom) * t) for t in steps),
    ]


@dataclass(frozen=True)
class Footer:
    """The lines along the lower edge: not exhaustive, and the disclaimer."""

    lines: tuple[str, ...]
    style: TextStyle

    @property
    def height(self) -> float:
        """Return the height with the gap above."""
        return len(self.lines) * self.style.leading + 0.6 * self.style.size

    def draw(self, sheet: Sheet, page: Page) -> None:
        """Set the lines on the lower margin, under a rule."""
        top = page.margin + self.height
        rule = [(page.margin, top), (page.width - page.margin, top)]
        sheet.line(rule, edge=style.BORDER_MINOR, width=0.6, z=2, gid="footer")
        for index, line in enumerate(self.lines):  # in reading order, which parsers keep
            below = len(self.lines) - 1 - index
            y = page.margin + DESCENT * self.style.size + below * self.style.leading
            sheet.text(page.margin, y, line, self.style, gid="footer")


def make_footer(words: Marginalia, page: Page) -> Footer:
    """Return the footer; the disclaimer is always in it."""
    return _footer([_exhaustive(words), words.disclaimer.strip() or DISCLAIMER], page)


def make_plain_footer(
    words: Marginalia, produced: date | None, page: Page, *, line_of_control: bool
) -> Footer:
    """Return the lines that a map keeps whose other words are left to a graphics desk.

    They are producer and dates, credits, notes on what is shown, and the disclaimer.
    """
    made = f"{words.producer}. {as_of_text(words)}" + (
        f"; produced {day_words(produced)}." if produced else "."
    )
    notes = [note for note in words.notes if not note.startswith(NOT_EXHAUSTIVE)]
    return _footer(
        [
            made,
            *(f"{text.rstrip('.')}." for text in words.credits),
            *([LINE_OF_CONTROL] if line_of_control else []),
            *notes,
            _exhaustive(words),
            words.disclaimer.strip() or DISCLAIMER,
        ],
        page,
    )


def _exhaustive(words: Marginalia) -> str:
    stated = [note for note in words.notes if note.startswith(NOT_EXHAUSTIVE)]
    as_of = as_of_text(words).removeprefix("Information as of ")
    return plain_dates(stated[0]) if stated else f"{NOT_EXHAUSTIVE}; as reported by {as_of}."


def _footer(sentences: Sequence[str], page: Page) -> Footer:
    small = TextStyle(7.0 * page.scale, colour=style.MUTED)
    return Footer(tuple(wrap(" ".join(sentences), small, page.inner_width)), small)
