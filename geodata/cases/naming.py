"""Ids that speak: the slug of a few words."""

from __future__ import annotations

from geodata.slugs import slug

_LONGEST = 60


def proposed_id(*words: str) -> str:
    """Return small letters, digits and hyphens for some words; empty where none can be spelled so.

    Examples
    --------
    >>> proposed_id("Reported strike, Koh-e-Sabz", "2024")
    'reported-strike-koh-e-sabz-2024'
    """
    found = slug(" ".join(words).replace("'", ""))
    if len(found) <= _LONGEST:
        return found
    return found[: _LONGEST + 1].rpartition("-")[0] or found[:_LONGEST]
