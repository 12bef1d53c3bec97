"""What the browser is sent of events by unit: numbers and words of each unit, without its outline."""

from __future__ import annotations

import json

from geodata import boundaries
from geodata.shading import Shading


def shading_json(shading: Shading) -> bytes:
    """Return shaded units as JSON, in columns: ``ids``, ``counts``, and ``shades``, ``words`` beside them.

    ``words`` are numbers in ``texts``; ``suffixes`` is what a unit's words have beyond the name that its
    outline brings, numbers in ``endings``. ``wanted`` has the countries of the units by level, so that their
    outlines are asked for; ``own`` the units of a user's layer, which come by their ids.
    """
    texts: dict[str, int] = {}
    endings: dict[str, int] = {}
    wanted: dict[int, set[str]] = {}
    own: dict[str, dict[str, object]] = {}
    words, suffixes = [], []
    for mark in shading.marks:
        unit = boundaries.unit(mark.area)
        words.append(texts.setdefault(mark.words, len(texts)))
        suffixes.append(endings.setdefault(mark.name.removeprefix(unit.name), len(endings)))
        if boundaries.layer_of(mark.area):
            own[mark.area] = {"country": unit.iso3, "level": unit.level}
        else:
            wanted.setdefault(unit.level, set()).add(unit.iso3)
    payload = {
        "level": shading.level,
        "ids": [mark.area for mark in shading.marks],
        "counts": [mark.count for mark in shading.marks],
        "shades": [mark.shade for mark in shading.marks],
        "words": words,
        "texts": list(texts),
        "suffixes": suffixes,
        "endings": list(endings),
        "wanted": {level: sorted(countries) for level, countries in wanted.items()},
        "own": own,
        "legend": [
            {"symbol": entry.symbol, "text": entry.text, "status": entry.status, "party": ""}
            for entry in shading.legend
        ],
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
