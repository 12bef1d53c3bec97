"""The layers of the picture, bottom to top: what a graphics desk finds in its panel.

Every shape and text belongs to the layer of its ``gid``, or to the one that its
drawing named. All formats paint layer after layer, so that the three look the same.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Layer:
    """A layer: key for ids, name for people, and the kinds of marks that it takes."""

    key: str
    name: str
    gids: tuple[str, ...] = ()


LAYERS = (
    Layer("sea", "Sea", ("sea", "globe")),
    Layer("land", "Land", ("land",)),
    Layer("shading", "Events by unit", ("unit-shade",)),
    Layer("districts", "Districts", ("boundary-adm2",)),
    Layer("provinces", "Provinces", ("boundary-adm1",)),
    Layer("lakes", "Lakes", ("lakes",)),
    Layer("international", "International boundaries", ("boundary-adm0",)),
    Layer("coast", "Coastline", ("coast",)),
    Layer("disputed", "Disputed lines", ("disputed-ground", "disputed")),
    Layer("graticule", "Graticule", ("graticule", "graticule-label")),
    Layer("own-limits", "Boundaries of the user", ("boundary-layer",)),
    Layer("focus", "Areas in focus", ("focus-halo", "area-halo", "boundary-focus")),
    Layer("launch-areas", "Areas of launch", ("origin-area",)),
    Layer("claimed-areas", "Claimed positions: areas", ("claim-area", "claim-leader", "claim-ring")),
    Layer("event-areas", "Events known to an area", ("stipple", "event-area")),
    Layer("shared-borders", "Shared borders", ("attack-border",)),
    Layer("rings", "Rings of uncertainty", ("ring",)),
    Layer("wedges", "Directions: wedges", ("attack-wedge",)),
    Layer("lines", "Directions: lines", ("attack-arrow", "arrow-head")),
    Layer("towns", "Towns", ("town",)),
    Layer("leaders", "Leaders", ("leader", "leader-foot")),
    Layer("sides", "Directions: side marks", ("side-casing", "attack-side", "side-core")),
    Layer("alternatives", "Directions: alternatives", ("alternative",)),
    Layer("claimed-points", "Claimed positions", ("claim-point", "claim-aside")),
    Layer(
        "events",
        "Events",
        (
            "event-point",
            "event-hollow",
            "party-letter",
            "event-pill",
            "pill-count",
            "event-cell",
            "cell-count",
        ),
    ),
    Layer(
        "scale-north", "Scale and north", ("scale-panel", "scale-bar", "scale-text", "north-arrow", "north")
    ),
    Layer(
        "place-names",
        "Names of places",
        ("country-name", "province-name", "focus-name", "origin-name", "town-name", "sea-name"),
    ),
    Layer("event-labels", "Labels of events", ("label-plate", "label", "party", "claim-label")),
    Layer("notice", "Notice", ("empty",)),
    Layer("frame", "Map frame", ("map-frame",)),
    Layer("title", "Title", ("header",)),
    Layer("legend", "Legend"),
    Layer("locator", "Locator"),
    Layer("notes", "Notes and sources", ("margin",)),
    Layer("credits", "Credits and disclaimer", ("footer",)),
)
RANKS = {layer.key: rank for rank, layer in enumerate(LAYERS)}
_BY_GID = {gid: layer.key for layer in LAYERS for gid in layer.gids}


def layer_of(gid: str) -> str:
    """Return the key of the layer that a kind of mark belongs to.

    Raises
    ------
    ValueError
        If no layer takes it: what is drawn must be found by a graphics desk.
    """
    if gid not in _BY_GID:
        raise ValueError(f"no layer takes marks of the kind {gid!r}")
    return _BY_GID[gid]
