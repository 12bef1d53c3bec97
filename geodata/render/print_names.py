"""Names of places as lines of type: in English, in the language of the place, or both."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from geodata.boundaries import LocalName
from geodata.render.print_text import TextStyle, is_shaped, spaced_capitals, text_width, wrap_evenly

Lines = tuple[tuple[str, TextStyle], ...]

BELOW = 0.92  # size of a local name under the English one
SHAPED = 1.08  # Arabic script is small for its size


def lines_of(
    english: str, local: LocalName | None, each: TextStyle, names: str, *, caps: bool = False
) -> Lines:
    """Return the lines of one label, one or two.

    Parameters
    ----------
    local
        Language and name; ``None`` leaves the English name alone.
    names
        A key of :data:`geodata.display.NAMES`.
    caps
        Whether the script's capitals are set, wide; Arabic script has none and stays joined.
    """
    first = (spaced_capitals(english) if caps else english, each)
    if local is None or names == "english":
        return (first,)
    language, text = local
    size = each.size * (SHAPED if is_shaped(text) else 1.0) * (BELOW if names == "both" else 1.0)
    own = replace(each, size=size, language=language)
    shown = spaced_capitals(_capitals(text, language)) if caps and not is_shaped(text) else text
    return ((shown, own),) if names == "local" else (first, (shown, own))


def lettered(
    english: str, local: LocalName | None, styles: Sequence[TextStyle], names: str, *, caps: bool
) -> Iterator[Lines]:
    """Yield the lines of a label in the order in which they are tried: better a single name than none."""
    for each in styles:
        yield lines_of(english, local, each, names, caps=caps)
    if names == "both" and local is not None:
        for each in styles:
            yield lines_of(english, None, each, names, caps=caps)


def wrapped_evenly(lines: Lines, *, share: float = 1.0) -> Lines:
    """Return lines broken to a share of their own widths."""
    return tuple(
        (line, each)
        for text, each in lines
        for line in wrap_evenly(
            text, each, text_width(text, each) + 1 if share >= 1 else share * text_width(text, each)
        )
    )


def _capitals(name: str, language: str) -> str:
    """Return a name in the capitals of its language: Turkish dots its I, Greek drops its accents."""
    if language in ("tr", "az"):
        return name.replace("i", "İ").upper()
    if language == "el":
        parts = unicodedata.normalize("NFD", name.upper())
        return unicodedata.normalize("NFC", parts.replace("\u0301", ""))
    return name.upper()
