"""Names that would give a finer place back: of units, of places, and of whoever is called after one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from geodata import boundaries
from geodata.claims.words import name_key

LEFT_OUT_NAME = "Name {number} (left out)"
_WORD = re.compile(r"[^\W\d_]+")
_LINK = re.compile(r"(?:https?://|www\.|t\.me/)\S*", re.IGNORECASE)
# A shorter name is found as a word of its own only: there is no "Rask" in "Alaska".
_SUBSTRING_FROM = 5
# An office is named after where it sits: "Commissioner of Makran", "Official in Panjgur".
_OFFICE = re.compile(
    r"\b(?:official|officer|commissioner|administrator|mayor|governor|chief|resident|villager|witness|elder|"
    r"spokes\w+|source|journalist|correspondent|reporter|police|doctor|hospital|lawmaker|senator)\w*\b"
    r".*?\b(?:in|of|from|at|near)\s+(?:the\s+)?(\S+)",
    re.IGNORECASE,
)
_SHORTEST_WORD = 3
_SHORTEST_NAME = 2
_ENDING = 3  # letters: "-ian"; "Iranshahr" is another name
# fmt: off
_COMMON = frozenset({
    "airbase", "airport", "area", "army", "attack", "bank", "base", "bazaar", "border", "bridge", "building",
    "camp", "capital", "central", "centre", "checkpoint", "church", "city", "clinic", "coast", "compound",
    "convoy", "county", "court", "disused", "district", "division", "east", "eastern", "factory", "field",
    "forces", "front", "government", "governor", "guard", "headquarters", "highway", "hills", "hospital",
    "house", "houses", "island", "junction", "lake", "location", "market", "military", "mosque", "mount",
    "mountain", "mountains", "name", "national", "naval", "navy", "near", "north", "northern", "office",
    "outpost", "outskirts", "people", "place", "plant", "police", "port", "post", "power", "press", "prison",
    "province", "provincial", "rail", "railway", "refugee", "region", "reported", "residential", "ring",
    "river", "road", "rural", "school", "security", "site", "south", "southern", "square", "state", "station",
    "street", "tehsil", "times", "town", "towns", "tribal", "union", "unit", "united", "university",
    "unknown", "unnamed", "valley", "village", "villages", "west", "western", "with",
    "and", "for", "new", "old", "the",
})
# fmt: on


class Names:
    """The names that may not be left in any text, and one neutral name for each text that holds one.

    Parameters
    ----------
    fine
        Units finer than the level, by id.
    kept
        Units that are shown, whose names and whose ancestors' names may stand.
    places
        Place names as stated; each phrase of them, and each of its proper words.
    """

    def __init__(self, fine: Iterable[str], kept: Iterable[str], places: Iterable[str]) -> None:
        shown = {unit for unit_id in kept for unit in (unit_id, *boundaries.ancestors(unit_id))}
        allowed = {folded(name) for unit_id in shown for name in _called(unit_id)}
        found = {folded(name) for unit_id in set(fine) - shown for name in _called(unit_id)}
        for place in places:
            found |= {folded(phrase) for phrase in re.split(r"[,;:/()|–—]", place)}
            found |= {folded(word) for word in _proper_words(place)}
        found = {name for name in found if not _is_adjective(name, allowed)}
        self._allowed = allowed
        self._names = {
            name for name in found if len(name) >= _SHORTEST_NAME and name not in allowed | _COMMON
        }
        long = sorted((re.escape(n) for n in self._names if len(n) >= _SUBSTRING_FROM), key=len, reverse=True)
        short = sorted(re.escape(name) for name in self._names if len(name) < _SUBSTRING_FROM)
        parts = [*long, *(rf"(?<!\w){name}(?!\w)" for name in short)]
        self._pattern = re.compile("|".join(parts)) if parts else None
        self._numbers: dict[str, int] = {}
        self._verdicts: dict[str, bool] = {}

    def gives_away(self, text: str) -> bool:
        """Return whether a text holds one of the names, a link, or an office and where it sits."""
        if text not in self._verdicts:
            holds_name = bool(self._pattern and self._pattern.search(folded(text)))
            self._verdicts[text] = holds_name or bool(_LINK.search(text)) or self._is_local(text)
        return self._verdicts[text]

    def _is_local(self, text: str) -> bool:
        office = _OFFICE.search(text)
        if office is None or office[1].islower() or office[1].isupper():
            return False
        seat = folded(office[1]).rstrip(",.;")
        return seat not in _COMMON and not any(name.startswith(seat) for name in self._allowed)

    def kept(self, text: str) -> str:
        """Return a text, ``""`` where it gives a place away."""
        return "" if self.gives_away(text) else text

    def masked(self, text: str) -> str:
        """Return a name, or one mark that is the same for all names that give a place away."""
        return "~" if self.gives_away(text) else text

    def neutral(self, name: str) -> str:
        """Return a name, or a neutral one, the same wherever this name comes again."""
        if not self.gives_away(name):
            return name
        number = self._numbers.setdefault(name_key(name), len(self._numbers) + 1)
        return LEFT_OUT_NAME.format(number=number)


def without_links(text: str) -> str:
    """Return a text without the addresses in it."""
    return re.sub(r"\s{2,}", " ", _LINK.sub("", text)).strip()


def folded(text: str) -> str:
    """Return a text as names are compared here: no case, no accents, single spaces."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in bare if not unicodedata.combining(char)).split())


def _called(unit_id: str) -> tuple[str, ...]:
    unit = boundaries.unit(unit_id)
    return unit.name, unit.name_local, *unit.aliases, *(name for _, name in unit.local_names)


def _is_adjective(word: str, allowed: Iterable[str]) -> bool:
    """Return whether a word only calls something after a unit that is shown: "Iranian", of Iran."""
    return any(word.startswith(name) and len(word) - len(name) <= _ENDING for name in allowed if name)


def _proper_words(place: str) -> Iterable[str]:
    """Yield the words that may be a name: with a capital, or in a script that has none."""
    for word in _WORD.findall(place):
        if len(word) >= _SHORTEST_WORD and not word[0].islower():
            yield word
