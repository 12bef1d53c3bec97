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
URL_KEYS = ("hide",)
_MARKS = {
    "events": ("points", "areas"),
    "directions": ("lines", "wedges", "sides", "borders"),
    "origins": ("origins",),
    "claims": ("claimed",),
}


@dataclass(frozen=True)
class Display:
    """What a map leaves out.

    Parameters
    ----------
    hide
        Keys of ``LAYERS``, each once, in their order there.

    Raises
    ------
    UsageError
        If there is no such layer.
    """

    hide: tuple[str, ...] = ()

    def __post_init__(self) -> None:
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
        """Return keys and values of an address; none for a map that leaves nothing out."""
        return [("hide", key) for key in self.hide]

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
    return Display(tuple(known)), tuple(notices)
