"""The Folium map: a constant base, and the one call that shows a scene.

The base never changes in a session, so the map is not mounted again; what changes is an
address, from which the layer of ours (``static/*.js``) fetches the scene. No event text
enters a template: settings pass through :func:`geodata.render.web.script_json`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folium
from branca.element import MacroElement
from jinja2 import Template

from geodata.render.web import script_json

STATIC = Path(__file__).parent / "static"
SCRIPTS = (
    "geometry.js",
    "glyphs.js",
    "names.js",
    "labels.js",
    "units.js",
    "legend.js",
    "card.js",
    "claims.js",
    "playback.js",
    "ahead.js",
    "shading.js",
    "layer.js",
)
STYLES = ("strikemap.css",)


class _Start(MacroElement):
    """Starts the layer on the map with settings that hold for the session."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "Strikemap.start({{ this._parent.get_name() }}, {{ this.settings }});"
        "{% endmacro %}"
    )

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "StrikemapStart"
        self.settings = script_json(settings)


class _Show(MacroElement):
    """Shows a scene.

    streamlit-folium keeps every feature group it ever added in ``window.feature_group``;
    emptying the list lets the browser free the old ones.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "window.feature_group = []; Strikemap.show({{ this.settings }});"
        "{% endmacro %}"
    )

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "StrikemapShow"
        self.settings = script_json(settings)


class OfflineMap(folium.Map):
    """A folium map whose scripts and styles come from ``assets`` and nowhere else."""

    def __init__(self, assets: str, version: str, **options: Any) -> None:
        super().__init__(tiles=None, **options)
        self.default_js = [("leaflet", f"{assets}/leaflet/leaflet.js")]
        self.default_js += [(name, f"{assets}/static/{name}?v={version}") for name in SCRIPTS]
        self.default_css = [("leaflet_css", f"{assets}/leaflet/leaflet.css")]
        self.default_css += [(name, f"{assets}/static/{name}?v={version}") for name in STYLES]


def base_map(
    *, assets: str, version: str, latitude: float, longitude: float, zoom: float, settings: dict[str, Any]
) -> OfflineMap:
    """Return the constant map of a session.

    Parameters
    ----------
    assets
        Address under which the app serves Leaflet and our own files, without a final slash.
    version
        Changes when the static files do, so that no browser keeps old ones.
    latitude, longitude, zoom
        Opening view; degrees, and Leaflet's zoom in steps of a half.
    settings
        ``base``: address of the base; ``home``: the opening view, with ``stated`` true
        where the page's address gave it; ``address``: whether panning is written there;
        ``sources``: where units are asked for, as entries with ``address`` and
        ``countries`` (ISO3 codes, empty for all), the first that fits counts; by default
        the packs alone; ``font``: where the font of names in Arabic script is; ``show``: keys of
        ``display.OPTIONAL`` with which the map opens, without which it does not offer them.
    """
    settings = {"font": f"{assets}/names.ttf?v={version}", **settings}
    packs = {"address": f"{assets}/units.json?v={version}", "countries": []}
    made = OfflineMap(
        assets,
        version,
        location=[latitude, longitude],
        zoom_start=zoom,
        zoom_snap=0.5,
        zoom_delta=0.5,
        min_zoom=2,
        max_zoom=18,
        world_copy_jump=True,
        prefer_canvas=False,
    )
    _Start({"sources": [packs], **settings}).add_to(made)
    return made


def scene_group(settings: dict[str, Any]) -> folium.FeatureGroup:
    """Return the feature group whose one statement shows a scene.

    Parameters
    ----------
    settings
        ``scene`` and ``card``: addresses; ``counts``: the address of events by unit, where the map
        offers them; ``frames``: the address of what is played, or ""; ``chosen``: event id or "";
        ``names``: a key of :data:`geodata.display.NAMES`; ``tiles``: None, or url, attribution and
        max_zoom; ``home``: opening view of the case.
    """
    group = folium.FeatureGroup(name="scene", control=False)
    _Show(settings).add_to(group)
    return group
