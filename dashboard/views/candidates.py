"""What a name can mean, each as one line that tells it from the others of its name."""

from __future__ import annotations

from geodata import boundaries
from geodata.boundaries import Place


def place_words(place: Place) -> str:
    """Return a candidate of the finder as one line: what it lies in, which limits it has, its own script."""
    text = place.words
    if place.kind == "town":
        text += ", town"
    if place.level is not None and is_later(place):
        vintage = boundaries.unit(place.id).vintage
        text += f", {vintage}" if vintage else ""
    return f"{text} · {place.name_local}" if place.name_local not in ("", place.name) else text


def is_later(place: Place) -> bool:
    """Return whether a unit was cut from another one of its level."""
    above = place.parent_id
    return bool(above) and boundaries.is_unit(above) and boundaries.unit(above).level == place.level
