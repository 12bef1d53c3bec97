"""What a unit, a pack and a credit are; shared by the packs and the layers beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Resolution = Literal["join", "screen"]


@dataclass(frozen=True)
class Unit:
    """One administrative unit, without its geometry.

    ``level`` is 0 (country), 1 (province), 2 (district, county) or 3 (tehsil, bakhsh).
    ``local_names`` are pairs of a BCP 47 language and a name; ``name_local`` is the first.
    ``pcode`` is OCHA's code, where an open source gives it; ``wikidata`` and ``geonames``
    are the ids there. ``valid_from`` and ``valid_to`` are ISO years, months or days, empty
    where not known or still valid.
    ``label_lon`` and ``label_lat`` are a derived place for lettering, in degrees, never
    a position that somebody stated. ``area_km2`` is geodesic on WGS 84.
    """

    id: str
    level: int
    iso3: str
    parent_id: str
    name: str
    name_local: str
    local_names: tuple[tuple[str, str], ...]
    aliases: tuple[str, ...]
    iso_3166_2: str
    pcode: str
    wikidata: str
    geonames: str
    source: str
    licence: str
    vintage: str
    valid_from: str
    valid_to: str
    label_lon: float
    label_lat: float
    area_km2: float

    @classmethod
    def of_row(cls, row: Mapping[str, Any]) -> Unit:
        """Return the unit of a row of a pack, whose lists are texts."""
        parts = dict(row)
        pairs = [pair.partition("=") for pair in parts["local_names"].split(";") if pair]
        parts["local_names"] = tuple((language, name) for language, _, name in pairs)
        parts["aliases"] = tuple(item for item in parts["aliases"].split(";") if item)
        return cls(**parts)


@dataclass(frozen=True)
class PackInfo:
    """One packed file: what it holds, where it comes from and how large it is."""

    file: str
    level: int | None
    units: int
    source: str
    vintage: str
    licence: str
    size_bytes: int


@dataclass(frozen=True)
class Credit:
    """The line that a source must be credited with, beside its terms."""

    source: str
    licence: str
    vintage: str
    url: str
    text: str
