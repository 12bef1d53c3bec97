"""The map: a constant base, and the address of the scene to show on it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit_folium import st_folium

from dashboard import state
from dashboard.cache import static_version
from dashboard.handover import moment, wait_for_map
from dashboard.views.editor import is_placing, take_point
from geodata.display import NAMES
from geodata.filters import EventFilter
from geodata.record import Record
from geodata.render.folium_map import base_map, scene_group
from geodata.store.record import opening_for

# The map's frame lives at <base>/component/streamlit_folium.st_folium/index.html.
_ASSETS = "../../strikemap"
HEIGHT = 712  # the legend's strip included
_TILES = {
    "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
    "attribution": "© OpenStreetMap contributors",
    "max_zoom": 19,
}


def show_map(record: Record, wanted: EventFilter) -> None:
    """Draw the map and take note of the event that was clicked."""
    home = st.session_state.home
    base = base_map(
        assets=_ASSETS,
        version=static_version(),
        latitude=home.lat,
        longitude=home.lon,
        zoom=home.zoom,
        settings={
            "base": f"{_ASSETS}/base.json?v={static_version()}",
            "home": {"lat": home.lat, "lon": home.lon, "zoom": home.zoom, "stated": home.stated},
            "address": True,
            "hide": st.session_state.display.hide,
            "show": st.session_state.display.show,
        },
    )
    view, query = opening_for(record), state.scene_query(record, wanted)
    settings: dict[str, Any] = {
        "scene": f"{_ASSETS}/scene.json?{query}",
        "view": f"{_ASSETS}/view.json?{query}",
        "frames": _frames(record, wanted),
        "days": _days(record),
        "counts": f"{_ASSETS}/units_count.json?{query}",
        "card": f"{_ASSETS}/card.json?{urlencode(state.case_pairs())}&event=",
        "chosen": st.session_state.chosen,
        "names": st.session_state.map_names,
        "found": st.session_state.get("found"),
        "placing": is_placing(),
        "tiles": _TILES if st.session_state.get("online_tiles") else None,
        "home": {
            "lat": view.latitude,
            "lon": view.longitude,
            "zoom": view.zoom,
            "stated": False,
            "box": view.box,
        },
    }
    answer = st_folium(
        base,
        key="map",
        height=HEIGHT,
        use_container_width=True,
        feature_group_to_add=scene_group(settings),
        returned_objects=["last_object_clicked_popup"],
    )
    _take_point(answer)
    _take_click(record, answer)
    asked, since = st.session_state.get("scene_asked", ("", 0))
    st.session_state.scene_asked = query, moment()
    wait_for_map(query, asked, since=since)
    _show_looks()


def _show_looks() -> None:
    """Draw what changes the map and no event on it."""
    names, tiles = st.columns(2, vertical_alignment="bottom")
    names.radio(
        "Names on the map",
        list(NAMES),
        format_func=NAMES.get,
        key="map_names",
        horizontal=True,
        help="Local script letters countries, provinces, districts and towns in the language of the place "
        "(Urdu, Persian, Arabic, …), on the map and in what you take away. Where no such name is known, or "
        "our fonts lack its script, and at sea, the English name stands. Sentences stay English.",
    )
    tiles.toggle(
        "Online background map (OpenStreetMap)",
        key="online_tiles",
        help="Off, the map asks no other host for anything. On, your browser fetches tiles from "
        "tile.openstreetmap.org, which then sees your address and the part of the map that you look at.",
    )


def _days(record: Record) -> dict[str, Any]:
    """Return what the map needs to follow the slider by itself: which dates an address leaves out."""
    opening = record.default_filter
    return {
        "from": opening.date_from.isoformat() if opening.date_from else "",
        "to": opening.date_to.isoformat() if opening.date_to else "",
        "frames": f"{_ASSETS}/frames.json",
        "set": st.session_state.dates_set,
    }


def _frames(record: Record, wanted: EventFilter) -> str:
    """Return where the frames of the period are asked for; a single day has none to play."""
    first, last = wanted.date_from or record.meta.date_from, wanted.date_to or record.meta.date_to
    return f"{_ASSETS}/frames.json?{state.scene_query(record, wanted)}" if first < last else ""


def _take_point(answer: dict[str, Any] | None) -> None:
    """Give a click on the map to the editor while it places an event; each click once."""
    point = (answer or {}).get("last_clicked") if is_placing() else None
    if point and point != st.session_state.get("last_point"):
        st.session_state.last_point = point
        take_point(point["lat"], point["lng"])


def _take_click(record: Record, answer: dict[str, Any] | None) -> None:
    """Open the clicked event; the count before its id makes a repeated click news."""
    click = (answer or {}).get("last_object_clicked_popup")
    if not click or click == st.session_state.get("last_click"):
        return
    st.session_state.last_click = click
    event_id = str(click).partition(" ")[2]
    if event_id in record.times and event_id != st.session_state.chosen:
        state.choose(event_id)
        st.rerun()
