"""Ids that speak: the slug of a few words."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 60


def proposed_id(*words: str) -> str:
    """Return small letters, digits and hyphens for some words; empty where none can be spelled so.

    Examples
    --------
    >>> proposed_id("Reported strike, Koh-e-Sabz", "2024")
    'reported-strike-koh-e-sabz-2024'
    """
    marked = unicodedata.normalize("NFKD", " ".join(words)).casefold()
    bare = "".join(c for c in marked if not unicodedata.combining(c) and c not in "'’‘ʿʾ")
    slug = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
    if len(slug) <= _LONGEST:
        return slug
    return slug[: _LONGEST + 1].rpartition("-")[0] or slug[:_LONGEST]
