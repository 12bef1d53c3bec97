"""What is drawn, as data: the one description behind map, print and page.

A scene holds marks in drawing order, the legend of just those marks, and the
marginalia that travel with them. It knows neither Leaflet nor matplotlib. Every
coordinate is ``(longitude, latitude)`` in decimal degrees, EPSG:4326; azimuths are
degrees clockwise from true north, at the target, towards the origin. A unit is
named by its boundary id: the renderer takes the polygon from the packs.
"""

from __future__ import annotations

from dataclasses import dataclass

from geodata.display import EVERYTHING, Display
from geodata.style import Party

LonLat = tuple[float, float]
Path = tuple[tuple[LonLat, ...], ...]  # parts, so that 180° can be crossed


@dataclass(frozen=True)
class AreaMark:
    """Events known only to a unit: its outline, stippled, and one pill with a count.

    ``point`` is derived for the pill alone; it is nobody's position. ``label`` is short
    text beside the pill where no side mark carries it, empty for none. ``counts`` says
    what the number counts, ``figures`` who was killed as far as claimed, for one event.
    ``total`` is the number of events where ``ids`` names only the first of them, else 0.
    """

    ids: tuple[str, ...]
    area: str
    area_name: str
    precision: str
    point: LonLat
    words: str
    label: str = ""
    counts: str = ""
    figures: str = ""
    total: int = 0

    @property
    def count(self) -> int:
        """Return the number of events in the pill."""
        return self.total or len(self.ids)


@dataclass(frozen=True)
class PointMark:
    """A reported site with the ring in which the true place lies (km, 0 for none).

    ``precision`` is exact, place, or unknown where the record gives a position but not
    how well it is known; the glyph is then hollow. ``where`` is the place and how well
    it is known, for a surface that shows ``label`` too; ``origins`` each stated origin
    with its claimant; ``figures`` who was killed, as far as claimed.
    """

    ids: tuple[str, ...]
    point: LonLat
    ring_km: float
    event_type: str
    party: str
    label: str
    words: str
    precision: str = "place"
    where: str = ""
    origins: tuple[str, ...] = ()
    figures: str = ""


@dataclass(frozen=True)
class OriginMark:
    """An area somebody named as the place of launch, tinted; ``status`` as in :class:`WedgeMark`."""

    ids: tuple[str, ...]
    area: str
    area_name: str
    party: str
    claimant: str
    status: str
    words: str


@dataclass(frozen=True)
class LineMark:
    """A geodesic with a head at the target's ring; not a flight path.

    ``basis`` is stated_point, stated_area or inferred; ``munitions`` is ``None``
    where no number was stated. ``alternative`` says that another origin excludes it.
    ``fan`` is the place in a bundle of lines from nearly the same direction, in steps
    from its middle: positive is clockwise, seen from the target.
    """

    ids: tuple[str, ...]
    event_id: str
    path: Path
    basis: str
    status: str
    party: str
    munitions: float | None
    words: str
    alternative: bool = False
    fan: float = 0.0


@dataclass(frozen=True)
class WedgeMark:
    """Possible directions as a grey glyph of fixed size outside the target's ring.

    ``status`` is claimed, assessed or inferred; ``alternative`` says that another origin
    excludes it. ``tier`` counts glyphs of the same target from the ring outwards: those
    that would hide each other stand on different ones.
    """

    ids: tuple[str, ...]
    event_id: str
    point: LonLat
    ring_km: float
    from_min_deg: float
    from_max_deg: float
    words: str
    status: str = "claimed"
    alternative: bool = False
    tier: int = 0


@dataclass(frozen=True)
class SideMark:
    """Chevrons beside the target, on the side of the attacker's territory.

    ``azimuth_deg`` is the mean direction of that side seen from ``point``; the mark
    is schematic, points from there to the target, and stands on no border.
    ``label`` is short ("Strike by Iran, 16 Jan 2024"), ``words`` says what is not known.
    ``ring_km`` is the target's ring; ``status``, ``alternative`` and ``tier`` are as in
    :class:`WedgeMark`.
    """

    ids: tuple[str, ...]
    event_id: str
    point: LonLat
    azimuth_deg: float
    party: str
    area: str
    territory: str
    label: str
    words: str
    figures: str = ""
    ring_km: float = 0.0
    status: str = "claimed"
    alternative: bool = False
    tier: int = 0


@dataclass(frozen=True)
class BorderMark:
    """The whole shared border of a chosen attack, drawn plain."""

    ids: tuple[str, ...]
    path: Path
    party: str
    words: str


@dataclass(frozen=True)
class ClaimedMark:
    """A position that claims state, drawn apart from the event's own mark.

    Parameters
    ----------
    ids
        Claims that state this position, on one subject of one event and of one status.
    claimants, grades
        Who says so and how each claim is graded, in the order of ``ids``.
    status
        As :mod:`geodata.claims.weigh` has it; ``is_aside`` for a claim that does not stand.
    point
        The claimed point, or for an area a point for its label alone, which is nobody's.
    area
        Boundary id of a claimed area, ``""`` for a point with its ring (km, 0 for none).
    leader
        From the claimed position to the event's own mark; empty where there is no such mark,
        where the one lies in the other, and for a claimed origin, whose line would read as a path.
    label, words
        Whose claim it is, for a reader who cannot hover; and all that is said of it.
    """

    ids: tuple[str, ...]
    event_id: str
    subject: str
    claimants: tuple[str, ...]
    grades: tuple[str, ...]
    status: str
    is_aside: bool
    point: LonLat
    ring_km: float
    area: str
    leader: tuple[LonLat, ...]
    label: str
    words: str


@dataclass(frozen=True)
class ShadeMark:
    """A unit shaded by the number of wanted events that were joined to it.

    ``area`` is its boundary id, ``name`` in words with what it lies in; ``shade`` counts from 1, the
    lightest, in ``style.SHADES``; ``words`` has the events by kind, and who was killed as far as claimed.
    """

    area: str
    name: str
    count: int
    shade: int
    words: str


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend.

    ``symbol`` names what to draw: point (with ``shape``), ring, area, origin, line (with
    ``basis`` and ``status``), wedge and side (with ``status``), munitions (with the least and
    greatest number), unnumbered, alternative, border, focus, disputed, party, shading (what units are
    shaded by, without a symbol), shade (``status`` is the number of the shade), or claim
    (``shape`` origin for a launch position), claim-ring and claim-area (``status`` aside for
    claims that do not stand).
    """

    symbol: str
    text: str
    shape: str = ""
    basis: str = ""
    status: str = ""
    party: str = ""
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Marginalia:
    """What a map must carry, in words; every renderer shows all of it."""

    title: str
    subtitle: str
    period: str
    counts: str
    information_as_of: str
    unknowns: tuple[str, ...]
    sources: tuple[str, ...]
    credits: tuple[str, ...]
    disclaimer: str
    producer: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """Ordered marks with their legend and marginalia.

    Parameters
    ----------
    extent
        West, south, east, north in degrees; ``west > east`` crosses 180°.
    focus
        Boundary ids set off by a casing.
    focus_names
        Their display names, unit by unit in the order of ``focus``.
    outlined
        Units of a user's layer, drawn as thin outlines.
    placeless
        Number of filtered events without a place; they are in the table, not on the map.
    data_hash, query
        SHA-256 of the case's files, and filter and detail as an address states them.
    generalised
        What a generalised case says of itself, empty for a case as recorded.
    titles
        Event id and title of each event that is drawn.
    claimed
        Positions that claims state, of events that the filter keeps.
    display
        What was left out of the marks, and what a renderer leaves out of the ground.
    live
        How many points are left to :func:`geodata.store.view.view_of`; 0 where all are in ``points``.
    shading
        Units shaded by their number of events, where the display asks for them; also outside the extent.
    """

    case_id: str
    extent: tuple[float, float, float, float]
    focus: tuple[str, ...]
    focus_names: tuple[str, ...]
    outlined: tuple[str, ...]
    parties: tuple[Party, ...]
    areas: tuple[AreaMark, ...]
    origins: tuple[OriginMark, ...]
    borders: tuple[BorderMark, ...]
    lines: tuple[LineMark, ...]
    wedges: tuple[WedgeMark, ...]
    points: tuple[PointMark, ...]
    sides: tuple[SideMark, ...]
    legend: tuple[LegendEntry, ...]
    marginalia: Marginalia
    placeless: int = 0
    data_hash: str = ""
    query: str = ""
    titles: tuple[tuple[str, str], ...] = ()
    claimed: tuple[ClaimedMark, ...] = ()
    generalised: str = ""
    display: Display = EVERYTHING
    live: int = 0
    shading: tuple[ShadeMark, ...] = ()
