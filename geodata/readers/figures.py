"""Figures of killed and injured as tables write them: a number, a range, at least, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"\d{1,3}(?:[ ,.\u00a0\u202f]\d{3})+|\d+(?:[.,]0+)?"
_ONE = re.compile(rf"({_NUMBER})\Z", re.ASCII)
_RANGE = re.compile(rf"({_NUMBER})\s*(?:-|–|—|to|à|a|bis|تا|إلى|الى|سے)\s*({_NUMBER})\Z", re.ASCII)
_LEAST = re.compile(
    r"(?:at least|min(?:imum)?|>=|≥|au moins|al menos|حداقل|على الأقل|کم از کم)"
    rf"\s*({_NUMBER})\Z",
    re.IGNORECASE,
)
_PLUS = re.compile(rf"({_NUMBER})\s*\+\Z", re.ASCII)
# What other programs write for "not known".
_NOTHING = frozenset(
    ("", "na", "n/a", "nan", "none", "null", "-", "–", "—", "unknown", "?", "-1", "-9", "-99", "-999")
)


@dataclass(frozen=True)
class Figure:
    """The least and the most, as text of a number; both empty: words, and no figure."""

    low: str = ""
    high: str = ""


def read_figure(text: str) -> Figure | None:
    """Return what a cell says, None where it says nothing; never a 0 that it does not have.

    Examples
    --------
    >>> read_figure("9-10"), read_figure("at least 4"), read_figure("several"), read_figure("NA")
    (Figure(low='9', high='10'), Figure(low='4', high=''), Figure(low='', high=''), None)
    """
    cell = text.strip()
    if cell.casefold() in _NOTHING:
        return None
    if found := _ONE.match(cell):
        return Figure(_plain(found[1]), _plain(found[1]))
    if found := _RANGE.match(cell):
        return Figure(_plain(found[1]), _plain(found[2]))
    if found := _LEAST.match(cell) or _PLUS.match(cell):
        return Figure(_plain(found[1]))
    return Figure()


def _plain(number: str) -> str:
    whole = re.sub(r"[.,]0{1,2}\Z", "", number)
    return str(int(re.sub(r"\D", "", whole)))
