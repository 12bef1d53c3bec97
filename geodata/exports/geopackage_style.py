"""What QGIS shows of a GeoPackage by itself: a style (QML) for each of its layers.

As on the map, shape tells the kind of event and colour the striking party; areas are dashed
outlines with their name and the number of events known to them, claimed positions hollow, and
smaller where they were superseded or do not count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from geodata.exports.tables import Tables
from geodata.style import (
    AREA_OUTLINE,
    EVENT_TYPE_WORDS,
    INK,
    MUTED,
    PAPER,
    SHAPES,
    STROKES,
    UNATTRIBUTED,
)

# The marks of QGIS that come nearest to our glyphs.
_MARKERS = {
    "burst": "star",
    "triangle": "triangle",
    "diamond": "diamond",
    "cross": "cross_fill",
    "square": "square",
    "circle": "circle",
}
_CLEAR = "0,0,0,0"
# An expression of QGIS: an area without events of its own is there for a claim or an origin.
_AREA_LABEL = (
    "\"name\" || if(\"events\" > 0, '\\n' || \"events\" || if(\"events\" = 1, ' event', ' events'), '')"
)

Options = Mapping[str, object]
Category = tuple[str, str, str]
"""Value, label and symbol layer."""


def layer_styles(tables: Tables) -> dict[str, str]:
    """Return the QML of each layer that has geometries, by the layer's name."""
    outline = STROKES["event-area"]
    area = _layer(
        "SimpleFill",
        {
            "color": _colour(AREA_OUTLINE, 24),
            "outline_color": _colour(outline.colour),
            "outline_width": outline.width,
            "outline_width_unit": "Point",
            "outline_style": "dash",
            "style": "solid",
        },
    )
    kinds = [
        (kind, words[0], _marker(_MARKERS[SHAPES[kind]], INK, 3.2))
        for kind, words in EVENT_TYPE_WORDS.items()
    ]
    claims = [
        ("true", "claimed position", _marker("diamond", MUTED, 3.4, hollow=True)),
        ("false", "claimed position, superseded or not counted", _marker("cross", UNATTRIBUTED, 2.2)),
    ]
    return {
        "areas": _qml("polygon", "fill", "", [("", "known to this area", area)], label=_AREA_LABEL),
        "attacks": _qml("line", "line", "attacker", _attackers(tables)),
        "claims": _qml(
            "point", "marker", "if(is_current, 'true', 'false')" if tables.claimed else "'false'", claims
        ),
        "events": _qml("point", "marker", "event_type", kinds),
    }


def _attackers(tables: Tables) -> list[Category]:
    attacks = (attack for rows in tables.attacks.values() for attack in rows)
    names = sorted({str(attack["attacker"]) for attack in attacks} - {""})
    lines = [(name, name, _line(tables.record.party(name).colour)) for name in names]
    return [*lines, ("", "attacker not stated", _line(UNATTRIBUTED))]


def _line(colour: str) -> str:
    width = STROKES["line-stated_point"].width
    return _layer(
        "SimpleLine", {"line_color": _colour(colour), "line_width": width, "line_width_unit": "Point"}
    )


def _marker(name: str, colour: str, size: float, *, hollow: bool = False) -> str:
    return _layer(
        "SimpleMarker",
        {
            "name": name,
            "color": _CLEAR if hollow else _colour(colour),
            "outline_color": _colour(colour if hollow else PAPER),
            "outline_width": 0.4,
            "size": size,
        },
    )


def _layer(kind: str, options: Options) -> str:
    listed = "".join(
        f'<Option type="QString" name="{name}" value={quoteattr(str(value))}/>'
        for name, value in options.items()
    )
    # Older editions of QGIS read <prop>, newer ones <Option>.
    props = "".join(f'<prop k="{name}" v={quoteattr(str(value))}/>' for name, value in options.items())
    body = f'<Option type="Map">{listed}</Option>{props}'
    return f'<layer class="{kind}" enabled="1" locked="0" pass="0">{body}</layer>'


def _qml(kind: str, symbol: str, attribute: str, categories: Sequence[Category], *, label: str = "") -> str:
    symbols = "".join(
        f'<symbol type="{symbol}" name="{place}" alpha="1" clip_to_extent="1" force_rhr="0">{layer}</symbol>'
        for place, (_, _, layer) in enumerate(categories)
    )
    if attribute:
        listed = "".join(
            f'<category symbol="{place}" value={quoteattr(value)} label={quoteattr(label)} render="true"/>'
            for place, (value, label, _) in enumerate(categories)
        )
        head = f'type="categorizedSymbol" attr={quoteattr(attribute)}'
        body = f"<categories>{listed}</categories><symbols>{symbols}</symbols>"
    else:
        head, body = 'type="singleSymbol"', f"<symbols>{symbols}</symbols>"
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        f'<qgis version="3.22.0" styleCategories="Symbology|Labeling" labelsEnabled="{int(bool(label))}">'
        f'<renderer-v2 {head} symbollevels="0" enableorderby="0" forceraster="0">{body}</renderer-v2>'
        f"{_labeling(label)}"
        f"<layerGeometryType>{('point', 'line', 'polygon').index(kind)}</layerGeometryType></qgis>"
    )


def _labeling(label: str) -> str:
    """Return how a layer is lettered by an expression; nothing for a layer without labels."""
    if not label:
        return ""
    return (
        '<labeling type="simple"><settings>'
        f'<text-style fieldName={quoteattr(label)} isExpression="1" fontSize="9" fontSizeUnit="Point" '
        f'textColor="{_colour(INK)}" textOpacity="1">'
        f'<text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM" bufferColor="{_colour(PAPER)}" '
        'bufferOpacity="0.8"/></text-style>'
        '<text-format multilineAlign="1"/><placement placement="1" centroidInside="1"/>'
        "</settings></labeling>"
    )


def _colour(colour: str, opacity: int = 255) -> str:
    """Return ``#RRGGBB`` as QGIS has it: red, green, blue and opacity, 0 to 255."""
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + f",{opacity}"
