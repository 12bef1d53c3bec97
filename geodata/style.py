"""One style for screen and print: colours, widths in points, dashes and glyph sizes.

Widths and sizes are CSS pixels on screen and points at 1/72 inch in print. Hue says
the striking party and nothing else; shape says the kind of event.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

INK = "#22262B"
MUTED = "#5B6570"
PAPER = "#FFFFFF"
LAND = "#F7F5F0"
SEA = "#DCE6EC"
COAST = "#9DB2BF"
BORDER = "#8B8F94"
BORDER_MINOR = "#C9C7C0"
LAKE = "#DCE6EC"
FOCUS = "#3B434B"
FOCUS_HALO = "#FFFFFF"
AREA_OUTLINE = "#4A525A"
STIPPLE = "#4A525A"
WEDGE = "#7A828A"
UNATTRIBUTED = "#6B7075"

# What hue, dash and width a layer has; the browser and the printer read the same table.


@dataclass(frozen=True)
class Stroke:
    """A line or outline: colour, width, dash pattern (on, off, …) and fill."""

    colour: str
    width: float
    dash: tuple[float, ...] = ()
    fill: str = ""
    fill_opacity: float = 0.0


STROKES: dict[str, Stroke] = {
    "land": Stroke(COAST, 0.0, fill=LAND, fill_opacity=1.0),
    "coast": Stroke(COAST, 0.7),
    "lakes": Stroke(COAST, 0.5, fill=LAKE, fill_opacity=1.0),
    "boundary-adm0": Stroke(BORDER, 1.0),
    "boundary-adm1": Stroke(BORDER_MINOR, 0.6),
    "boundary-adm2": Stroke(BORDER_MINOR, 0.4),
    "disputed": Stroke(BORDER, 1.0, dash=(1.5, 2.5)),
    "graticule": Stroke(COAST, 0.4),
    "boundary-focus": Stroke(FOCUS, 1.6),
    "boundary-layer": Stroke(FOCUS, 0.8),
    "focus-halo": Stroke(FOCUS_HALO, 4.2),
    # The rim keeps two units of one shade apart, and the grey line between them on every shade.
    "unit-shade": Stroke(LAND, 1.4),
    "event-area": Stroke(AREA_OUTLINE, 1.3, dash=(5, 3)),
    "origin-area": Stroke(INK, 0.9, dash=(2, 2), fill="party", fill_opacity=0.12),
    "ring": Stroke(MUTED, 0.9, dash=(2, 2), fill=PAPER, fill_opacity=0.25),
    "claim": Stroke(MUTED, 1.6, dash=(3, 2), fill=PAPER, fill_opacity=0.7),
    "claim-aside": Stroke(UNATTRIBUTED, 1.0, fill=PAPER, fill_opacity=0.5),
    "claim-ring": Stroke(MUTED, 0.9, dash=(1, 3)),
    # Round dots, drawn with round ends: a disputed border has short dashes, and may run below.
    "claim-area": Stroke(MUTED, 2.2, dash=(0.1, 5)),
    "claim-area-aside": Stroke(UNATTRIBUTED, 1.2, dash=(0.1, 5)),
    "claim-leader": Stroke(MUTED, 0.8, dash=(1, 2)),
    "attack-border": Stroke(INK, 2.2),
    "line-stated_point": Stroke("party", 1.8),
    "line-stated_area": Stroke("party", 1.6, dash=(7, 4)),
    "line-inferred": Stroke(UNATTRIBUTED, 1.4, dash=(1.5, 3)),
    # Filled, open and dashed, open and dotted: told apart without colour.
    "wedge-claimed": Stroke(WEDGE, 0.9, fill=WEDGE, fill_opacity=0.42),
    "wedge-assessed": Stroke(WEDGE, 1.4, dash=(5, 2.5), fill=PAPER, fill_opacity=0.6),
    "wedge-inferred": Stroke(WEDGE, 1.4, dash=(1.2, 2.4), fill=PAPER, fill_opacity=0.3),
    "side-claimed": Stroke("party", 3.0),
    "side-assessed": Stroke("party", 3.0),  # with SIDE_CORE along its middle
    "side-inferred": Stroke(UNATTRIBUTED, 2.4, dash=(1.8, 2.4)),
}
# Units by their number of events, lightest first: greys of one warm hue, lighter than the outlines and dots
# of event areas, warmer than the grey of unattributed marks, and no party's hue.
SHADES = ("#DFDBD4", "#C6C0B8", "#ADA69D", "#968D84", "#7F746C")
# An assessed origin is drawn in the same way with this dash, and the legend says so.
ASSESSED_DASH = (9.0, 3.0, 2.0, 3.0)
INFERRED_DASH = (1.5, 3.0)
# The white core that makes the chevrons of an assessed side hollow.
SIDE_CORE = Stroke(PAPER, 1.2)

# Lines that come from nearly the same direction stand apart by this at their heads, and farther
# at their origins.
FAN_HEAD_STEP = 9.0
FAN_FOOT_STEP = 15.0
# A line whose number of munitions nobody stated: thin, with an open head.
UNNUMBERED_WIDTH = 1.2
_WIDTH_RANGE = (1.8, 6.0)

POINT_RADIUS = 6.0
CLAIM_RADIUS = 7.0
HEAD_LENGTH = 11.0
WEDGE_RADIUS = 26.0
BADGE_RADIUS = 6.5
# From one tier of glyphs at a target to the next: a wedge or a side mark, and a badge behind it.
TIER_STEP = 45.0
CHEVRON_SIZE = 10.0

# Glyph of each kind of event, drawn in a circle of POINT_RADIUS.
SHAPES = {
    "strike": "burst",
    "attack": "triangle",
    "bombing": "diamond",
    "clash": "cross",
    "diplomatic": "square",
    "statement": "square",
    "other": "circle",
}
EVENT_TYPE_WORDS = {
    "strike": ("reported strike", "reported strikes"),
    "attack": ("reported attack", "reported attacks"),
    "bombing": ("reported bombing", "reported bombings"),
    "clash": ("reported clash", "reported clashes"),
    "diplomatic": ("diplomatic event", "diplomatic events"),
    "statement": ("statement", "statements"),
    "other": ("other event", "other events"),
}


def line_width(munitions: float | None) -> float:
    """Return the width of a line: its area of ink grows with the root of the munitions stated.

    ``None`` is no number stated, which has a width of its own. From 64 munitions on it is the widest.
    """
    if munitions is None:
        return UNNUMBERED_WIDTH
    low, high = _WIDTH_RANGE
    return min(max(1.2 + 0.6 * math.sqrt(max(munitions, 0.0)), low), high)


@dataclass(frozen=True)
class Party:
    """A striking party: its hue, and the letter that says the same without colour.

    Parameters
    ----------
    id, name
        Key and display name ("Iran").
    colour
        ``#RRGGBB``; the house's grey for a party without a hue of its own.
    letter
        One letter shown beside or inside the glyph.
    members
        Names of attackers that belong to it, compared without case.
    """

    id: str
    name: str
    colour: str = UNATTRIBUTED
    letter: str = "?"
    members: tuple[str, ...] = ()


NOBODY = Party("unattributed", "unattributed")


def party_of(attacker: str, parties: tuple[Party, ...]) -> Party:
    """Return the party an attacker belongs to, else a grey one with its initial."""
    wanted = attacker.strip().casefold()
    if not wanted:
        return NOBODY
    for party in parties:
        if wanted in {party.name.casefold(), *(member.casefold() for member in party.members)}:
            return party
    return Party(wanted, attacker.strip(), letter=initials(attacker))


def initials(name: str) -> str:
    """Return up to two capitals that stand for a name: "Islamic State" gives "IS"."""
    words = [word for word in name.replace("-", " ").split() if word[:1].isalnum()]
    capitals = [word[0] for word in words if word[0].isupper()] or [word[0].upper() for word in words]
    return "".join(capitals[:2]) or "?"


def as_json() -> dict[str, object]:
    """Return the style as the browser reads it."""
    return {
        "strokes": {name: asdict(stroke) for name, stroke in STROKES.items()},
        "shades": SHADES,
        "assessed_dash": ASSESSED_DASH,
        "inferred_dash": INFERRED_DASH,
        "side_core": asdict(SIDE_CORE),
        "fan": {"head": FAN_HEAD_STEP, "foot": FAN_FOOT_STEP},
        "shapes": SHAPES,
        "sizes": {
            "point": POINT_RADIUS,
            "claim": CLAIM_RADIUS,
            "head": HEAD_LENGTH,
            "wedge": WEDGE_RADIUS,
            "chevron": CHEVRON_SIZE,
            "badge": BADGE_RADIUS,
            "tier": TIER_STEP,
        },
        "colours": {
            "ink": INK,
            "muted": MUTED,
            "paper": PAPER,
            "sea": SEA,
            "wedge": WEDGE,
            "stipple": STIPPLE,
            "outline": AREA_OUTLINE,
            "unattributed": UNATTRIBUTED,
        },
    }
