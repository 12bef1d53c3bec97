"""Boundaries and places that ship with the package: units, basemap, gazetteer, credits.

Ids: a country is its ISO 3166-1 alpha-3 code (``PAK``), a province its ISO 3166-2 code
of today (``PK-BA``, ``IR-11``), a district that code and a slug (``PK-BA-panjgur``).
"""

from __future__ import annotations

from geodata.boundaries.borders import shared_border
from geodata.boundaries.lettering import LocalName, local_name, local_town_names, name_with_country
from geodata.boundaries.model import Credit, PackInfo, Unit
from geodata.boundaries.names import Matches, Place, find_place, find_unit
from geodata.boundaries.packs import (
    DISCLAIMER,
    ancestors,
    children,
    credits,
    is_unit,
    list_packs,
    load_basemap,
    load_places,
    load_units,
    unit,
    unit_columns,
    unit_geometry,
    unit_ids,
)
from geodata.boundaries.registry import LayerInUse, layer_of, use_layer

__all__ = [
    "DISCLAIMER",
    "Credit",
    "LayerInUse",
    "LocalName",
    "Matches",
    "PackInfo",
    "Place",
    "Unit",
    "ancestors",
    "children",
    "credits",
    "find_place",
    "find_unit",
    "is_unit",
    "layer_of",
    "list_packs",
    "load_basemap",
    "load_places",
    "load_units",
    "local_name",
    "local_town_names",
    "name_with_country",
    "shared_border",
    "unit",
    "unit_columns",
    "unit_geometry",
    "unit_ids",
    "use_layer",
]
