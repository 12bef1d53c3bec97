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
# What is drawn only where it is asked for.
OPTIONAL = {"shading": "Events by unit"}
# In which language the places of a map are lettered.
NAMES = {"english": "English", "local": "Local script", "both": "Both"}
URL_KEYS = ("hide", "names", "show")
_MARKS = {
    "events": ("points", "areas"),
    "directions": ("lines", "wedges", "sides", "borders"),
    "origins": ("origins",),
    "claims": ("claimed",),
}


@dataclass(frozen=True)
class Display:
    """What a map leaves out, in which language it letters places, and what it adds.

    Parameters
    ----------
    hide
        Keys of ``LAYERS``, each once, in their order there.
    names
        A key of ``NAMES``: in English, in the language of the place where its script can be
        lettered, or both, the local name below the English one.
    show
        Keys of ``OPTIONAL``, each once, in their order there.

    Raises
    ------
    UsageError
        If there is no such layer or no such choice of names.
    """

    hide: tuple[str, ...] = ()
    names: str = "english"
    show: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.names not in NAMES:
            raise UsageError(
                "is not a choice of names", column="names", value=self.names, remedy=f"Use {', '.join(NAMES)}"
            )
        for name, known in _CHOICES.items():
            for key in getattr(self, name):
                if key not in known:
                    if name == "hide" and key in OPTIONAL:
                        raise UsageError(
                            "is left out unless it is asked for",
                            column=name,
                            value=key,
                            remedy="Leave this option out",
                        )
                    raise UsageError(_NOT_ONE[name], column=name, value=key, remedy=f"Use {', '.join(known)}")
            object.__setattr__(self, name, tuple(key for key in known if key in getattr(self, name)))

    def shows(self, layer: str) -> bool:
        """Return whether a layer is drawn."""
        return layer in self.show if layer in OPTIONAL else layer not in self.hide

    def kept(self, marks: Mapping[str, tuple[object, ...]]) -> dict[str, tuple[object, ...]]:
        """Return the marks of a scene by kind, none where their layer is left out."""
        hidden = {kind for layer in self.hide for kind in _MARKS.get(layer, ())}
        return {kind: () if kind in hidden else some for kind, some in marks.items()}

    def pairs(self) -> list[tuple[str, str]]:
        """Return keys and values of an address; none for a map as it opens, in English."""
        names = [] if self.names == "english" else [("names", self.names)]
        return [*(("hide", key) for key in self.hide), *names, *(("show", key) for key in self.show)]

    def words(self) -> str:
        """Return what a picture says of itself, ``""`` where nothing is left out."""
        if not self.hide:
            return ""
        return f"Left out of this map by choice: {', '.join(LAYERS[key].lower() for key in self.hide)}."


_CHOICES = {"hide": LAYERS, "show": OPTIONAL}
_NOT_ONE = {"hide": "is not a layer of the map", "show": "is not a layer that can be added to the map"}
EVERYTHING = Display()


def display_of_query(query: Mapping[str, Sequence[str]]) -> tuple[Display, tuple[str, ...]]:
    """Return the display that an address states, and a notice for each value that was dropped.

    Parameters
    ----------
    query
        Values by key, as :func:`urllib.parse.parse_qs` gives them; other keys are ignored.
    """
    known: dict[str, list[str]] = {name: [] for name in _CHOICES}
    notices = []
    for name, layers in _CHOICES.items():
        for text in query.get(name, ()):
            if text in layers:
                known[name].append(text)
            else:
                notices.append(f"The address gives {name}={text!r}, which {_NOT_ONE[name]}; it was left out.")
    names = "english"
    for text in query.get("names", ())[:1]:
        if text in NAMES:
            names = text
        else:
            notices.append(
                f"The address gives names={text!r}, which is not {', '.join(NAMES)}; English was kept."
            )
    return Display(tuple(known["hide"]), names, tuple(known["show"])), tuple(notices)
