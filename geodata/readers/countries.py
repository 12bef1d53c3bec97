"""Countries as providers write them, as ISO 3166-1 alpha-3 codes."""

from __future__ import annotations

import re

from geodata import boundaries
from geodata.readers.texts import Texts

# UCDP names a country with what it was called before: "Yemen (North Yemen)".
_FORMER = re.compile(r"\s*\([^)]*\)\s*\Z")
_OTHERS = {"Macedonia, FYR": "MKD", "Kingdom of eSwatini": "SWZ", "DR Congo": "COD"}


def country_codes(names: Texts) -> Texts:
    """Return the code of each country; a name that means none or several stays as it is."""
    return names.changed(_code)


def _code(text: str) -> str:
    # The index of names takes a while to build, and a code needs none.
    if not text or (boundaries.is_unit(text) and boundaries.unit(text).level == 0):
        return text
    for name in (text, _FORMER.sub("", text)):
        found = [unit.id for unit in boundaries.find_unit(_OTHERS.get(name, name), level=0)]
        if len(found) == 1:
            return found[0]
    return text
