"""The words of a direction: winds, degrees and kilometres, never narrower than the data."""

from __future__ import annotations

import math
from functools import lru_cache

from geodata import boundaries
from geodata.intervals import wind_words

_ROUNDING = 1e-6  # of a step

_STATED_THING = {
    "stated_point": "launch point",
    "stated_area": "area",
    "stated_direction": "direction",
    "attacker_territory": "territory",
}

# fmt: off
_ARTICLE_NOUNS = frozenset({
    "Agency", "Army", "Command", "Commissioner", "Corps", "Council", "Forces", "Front", "Government",
    "Helmets", "Ministry", "Movement", "Navy", "Observatory", "Police",
})
# fmt: on
_SOMEBODY = {
    "official": "an official",
    "officer": "an officer",
    "unnamed": "an unnamed",
    "claimant": "a claimant",
}


def degrees(angle_deg: float) -> str:
    """Return an azimuth in whole degrees: ``7°``."""
    return f"{round(angle_deg) % 360}°"


def ends_text(first_deg: float, last_deg: float) -> str:
    """Return two ends in whole degrees, rounded outwards; equal ends are one azimuth."""
    if first_deg == last_deg:
        return degrees(first_deg)
    return f"{rounded(first_deg, 1, up=False) % 360}°–{rounded(last_deg, 1, up=True) % 360}°"


def kilometres(least: float, greatest: float) -> str:
    """Return a span of distances, rounded outwards; from 100 km on in tens."""
    step = 10 if greatest >= 100 else 1
    if least == greatest:
        return f"{round(least / step) * step:,} km"
    return f"{rounded(least, step, up=False):,}–{rounded(greatest, step, up=True):,} km"


def rounded(value: float, step: int, *, up: bool) -> int:
    """Return a whole multiple of ``step`` below or above; what differs from one by rounding only is it."""
    steps = math.ceil(value / step - _ROUNDING) if up else math.floor(value / step + _ROUNDING)
    return steps * step


def range_text(range_km: float) -> str:
    """Return a weapon's range as it was stated: ``1,450 km``, ``12.5 km``."""
    return f"{range_km:,.10g} km"


def arc_text(first_deg: float, last_deg: float, winds: tuple[str, str, str], *, with_degrees: bool) -> str:
    """Return an arc of at most 180° in words: one wind, or two, with degrees where they are told.

    ``winds`` are those of its middle (empty where it is too wide for one), first and last end.
    """
    middle, first, last = winds
    text = f"from the {wind_words(middle)}" if middle else f"from between {first} and {last}"
    return f"{text} ({ends_text(first_deg, last_deg)})" if with_degrees else text


def origin_name(basis: str, name: str, area: str) -> str:
    """Return what an origin is called: as stated, else by its unit; a territory always by its unit."""
    if area and (basis == "attacker_territory" or not name):
        return str(boundaries.unit(area).name)
    if name:
        return name
    return "the attacker's territory" if basis == "attacker_territory" else "a stated origin"


@lru_cache(maxsize=4096)
def stated_by(basis: str, *, origin_basis: str, claimant: str, status: str, inferred_rule: str) -> str:
    """Return who stated an origin, or by which rule it was inferred, as the end of a sentence."""
    if origin_basis == "inferred":
        return f"; inferred: {inferred_rule}"
    if not claimant:
        return ""
    verb = "assessed" if status == "assessed" else "stated"
    return f"; {_STATED_THING[basis]} {verb} by {with_article(claimant)}"


def with_article(claimant: str) -> str:
    """Return a claimant as it stands inside a sentence: ``the IRGC``, ``an unnamed source``."""
    words = claimant.split()
    first = words[0]
    if first.lower() in _SOMEBODY:
        return " ".join([_SOMEBODY[first.lower()], *words[1:]])
    is_abbreviation = len(first) > 1 and first.isalpha() and first.isupper()
    names_a_body = "\u2019s" not in first and "'s" not in first and _ARTICLE_NOUNS.intersection(words)
    return f"the {claimant}" if is_abbreviation or names_a_body else claimant
