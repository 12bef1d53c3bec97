"""Text as it may stand in an id, a file name or an address, on every system."""

from __future__ import annotations

import re
import unicodedata


def slug(text: str) -> str:
    """Return a text in small ASCII letters, digits and hyphens; empty if it has none.

    Examples
    --------
    >>> slug("Kolai-Palas (new)"), slug("Qaşr-e Qand"), slug("جالق")
    ('kolai-palas-new', 'qasr-e-qand', '')
    """
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")
