"""How a map is drawn, beside which events it holds: what is left out, what is added, whose names.

One object for page, address, command line and picture, so that what is exported is what was seen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geodata.errors import UsageError

# What can be left out of a map, as the layer control of the page calls it.
LAYERS = {
    "events": "Events",
    "directions": "Directions",
    "origins": "Stated launch areas",
    "claims": "Claimed positions",
    "focus": "Units in focus",
    "provinces": "Provinces",
    "names": "Names",
}
# In which language the places of a map are lettered.
NAMES = {"english": "English", "local": "Local script", "both": "Both"}
URL_KEYS = ("hide", "names")
_MARKS = {
    "events": ("points", "areas"),
    "directions": ("lines", "wedges", "sides", "borders"),
    "origins": ("origins",),
    "claims": ("claimed",),
}


@dataclass(frozen=True)
class Display:
    """What a map leaves out, and in which language it letters places.

    Parameters
    ----------
    hide
        Keys of ``LAYERS``, each once, in their order there.
    names
        A key of ``NAMES``: in English, in the language of the place where its script can be
        lettered, or both, the local name below the English one.

    Raises
    ------
    UsageError
        If there is no such layer or no such choice of names.
    """

    hide: tuple[str, ...] = ()
    names: str = "english"

    def __post_init__(self) -> None:
        if self.names not in NAMES:
            raise UsageError(
                "is not a choice of names", column="names", value=self.names, remedy=f"Use {', '.join(NAMES)}"
            )
        for key in self.hide:
            if key not in LAYERS:
                raise UsageError(
                    "is not a layer of the map", column="hide", value=key, remedy=f"Use {', '.join(LAYERS)}"
                )
        object.__setattr__(self, "hide", tuple(key for key in LAYERS if key in self.hide))

    def shows(self, layer: str) -> bool:
        """Return whether a layer is drawn."""
        return layer not in self.hide

    def kept(self, marks: Mapping[str, tuple[object, ...]]) -> dict[str, tuple[object, ...]]:
        """Return the marks of a scene by kind, none where their layer is left out."""
        hidden = {kind for layer in self.hide for kind in _MARKS.get(layer, ())}
        return {kind: () if kind in hidden else some for kind, some in marks.items()}

    def pairs(self) -> list[tuple[str, str]]:
        """Return keys and values of an address; none for a map of everything in English."""
        hidden = [("hide", key) for key in self.hide]
        return hidden if self.names == "english" else [*hidden, ("names", self.names)]

    def words(self) -> str:
        """Return what a picture says of itself, ``""`` where nothing is left out."""
        if not self.hide:
            return ""
        return f"Left out of this map by choice: {', '.join(LAYERS[key].lower() for key in self.hide)}."


EVERYTHING = Display()


def display_of_query(query: Mapping[str, Sequence[str]]) -> tuple[Display, tuple[str, ...]]:
    """Return the display that an address states, and a notice for each value that was dropped.

    Parameters
    ----------
    query
        Values by key, as :func:`urllib.parse.parse_qs` gives them; other keys are ignored.
    """
    known, notices = [], []
    for text in query.get("hide", ()):
        if text in LAYERS:
            known.append(text)
        else:
            notices.append(
                f"The address gives hide={text!r}, which is not a layer of the map; it was left out."
            )
    names = "english"
    for text in query.get("names", ())[:1]:
        if text in NAMES:
            names = text
        else:
            notices.append(
                f"The address gives names={text!r}, which is not {', '.join(NAMES)}; English was kept."
            )
    return Display(tuple(known), names), tuple(notices)
