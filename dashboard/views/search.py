"""Find a place: candidates ranked, the map taken there, the unit made a filter."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.views.candidates import place_words
from dashboard.views.markup import plain
from geodata import boundaries
from geodata.boundaries.names import Matches, Place, find_place

_LISTED = 8
_TOWN_ZOOM = 9.0
_HELP = (
    "Countries, provinces, districts, towns and some villages, in English, Persian, Urdu, Pashto, Arabic "
    "and older spellings. A comma narrows it: Saravan, Gilan."
)


def show_search() -> None:
    """Draw the search; a choice moves the map and marks the place, and filters nothing by itself."""
    popover = st.popover("Find a place", icon=":material/search:", key="find", on_change="rerun")
    if not popover.open:
        return
    with popover:
        query = st.text_input(
            "Name of a place", key="find_query", placeholder="Panjgur, پنجگور, Sistan-Baluchestan", help=_HELP
        )
        if query.strip():
            with st.spinner("Looking through the gazetteer"):
                found = find_place(query, limit=_LISTED)
            _show_found(found)
        if st.session_state.get("found"):
            st.button("Clear the mark", key="find_clear", on_click=_clear, icon=":material/close:")


def _show_found(found: Matches) -> None:
    if not found:
        st.caption(plain(f"{found.words}. Try another spelling, or the district that it lies in."))
        return
    if found[0].matched == "near spelling":
        st.caption(plain(f"No unit or place is called {found.query}; these are spelled nearly so."))
    elif found.ambiguous:
        st.caption(plain(f"{found.query} can mean different places."))
    for place in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _show_candidate(place)
    if found.total > len(found):
        st.caption(f"{found.total - len(found)} more: add a comma and the province or country.")


def _show_candidate(place: Place) -> None:
    st.button(
        plain(place_words(place)),
        key=f"go_{place.id}",
        on_click=_go,
        args=(place,),
        type="tertiary",
        wrap=True,
        disabled=not _is_placed(place),
    )
    if place.level is not None:
        st.button(
            "Only here",
            key=f"only_{place.id}",
            on_click=_only,
            args=(place,),
            type="tertiary",
            icon=":material/filter_alt:",
            help="Show only the events in this unit.",
        )


def _is_placed(place: Place) -> bool:
    return place.position is not None or boundaries.is_unit(place.unit_id)


def _target(place: Place) -> dict[str, Any]:
    """Return what the map shows of a place: a point, or the unit that it is or lies in."""
    if place.position is not None:
        return {"at": list(place.position), "zoom": _TOWN_ZOOM}
    unit = boundaries.unit(place.unit_id)
    west, south, east, north = boundaries.unit_geometry(unit.id, resolution="screen").bounds
    target: dict[str, Any] = {"unit": unit.id, "country": unit.iso3, "level": unit.level}
    if east - west > 180:  # on both sides of the date line: the box would be the whole world
        return {**target, "at": [unit.label_lon, unit.label_lat], "zoom": 4.0}
    return {**target, "box": [west, south, east, north]}


def _go(place: Place) -> None:
    st.session_state.found_count = st.session_state.get("found_count", 0) + 1
    st.session_state.found = {
        "n": st.session_state.found_count,
        "text": place_words(place),
        **_target(place),
    }
    st.session_state.find = False  # the list would lie over the map


def _only(place: Place) -> None:
    _go(place)
    if place.id not in st.session_state.areas:
        st.session_state.areas = [*st.session_state.areas, place.id]


def _clear() -> None:
    st.session_state.found = None
    st.session_state.find = False
