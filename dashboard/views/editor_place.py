"""Where an event is put: by a name of the gazetteer or a click, with the precision asked for."""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from dashboard.views.candidates import place_words
from dashboard.views.editor_form import Form
from dashboard.views.editor_words import MEANINGS
from dashboard.views.markup import plain
from geodata import boundaries, schema
from geodata.cases.placing import Geolocation, Placing, place_from_candidate, place_from_click
from geodata.errors import GeodataError

# The point that was clicked, as (latitude, longitude); the claim that must go with an exact place.
POINT, CLAIM, PROBLEM = "edit_point", "edit_place_claim", "edit_place_problem"
_PRECISIONS = [value for value in schema.LOCATION_PRECISIONS if value != "unknown"]
_SHOWN = 25


def show_placing(form: Form) -> None:
    """Draw the search, the point that was clicked, and what either must be told with."""
    with st.container(border=True):
        st.caption("Place it by name, or click the map. How precisely it is known is yours to say.")
        left, middle, right = st.columns([2, 1, 1])
        name = left.text_input(
            "Find a unit or place", key="edit_place_search", placeholder="Panjgur, پنجگور, IR-11"
        ).strip()
        precision = middle.selectbox(
            "Known to",
            _PRECISIONS,
            index=_PRECISIONS.index("admin2"),
            key="edit_place_precision",
            format_func=lambda value: value.replace("_", " "),
            help="\n".join(
                f"- **{value}**: {meaning}"
                for value, meaning in MEANINGS["events", "location_precision"].items()
            ),
        )
        ring = right.text_input("Within (km)", key="edit_place_km", help="Radius in which the site lies.")
        found = boundaries.find_place(name, limit=_SHOWN) if name else []
        if name and not found:
            st.caption("No unit or place of this name is in the gazetteer.")
        if found:
            words = [place_words(item) for item in found]
            which = st.selectbox(
                "Which one", range(len(found)), format_func=words.__getitem__, key=_which(name)
            )
            _button(
                "Use this place",
                "edit_place_use",
                form,
                lambda: place_from_candidate(found[which], precision, uncertainty_km=_km(ring)),
            )
        point = st.session_state.get(POINT)
        if point:
            _show_point(form, point, precision, ring)
        problem = st.session_state.pop(PROBLEM, "")
        if problem:
            st.markdown(f":red[{plain(problem)}]")


def _which(name: str) -> str:
    # Another search is another list: an index of the last one means nothing in it.
    return f"edit_place_which_{name}"


def _show_point(form: Form, point: tuple[float, float], precision: str, ring: str) -> None:
    latitude, longitude = point
    st.caption(f"Point on the map: {plain(f'{latitude:.4f}, {longitude:.4f}')}")
    place_name = st.session_state.get(form.key("place_name")) or form.held().get("place_name", "")
    given = None
    if precision == "exact":
        who, when, how, source = st.columns(4)
        given = Geolocation(
            who=who.text_input("Who geolocated it", key="edit_geo_who"),
            when=when.text_input("On what day", key="edit_geo_when", placeholder="2024-01-18"),
            how=how.text_input("How", key="edit_geo_how"),
            source_id=source.selectbox(
                "Printed in", ["", *form.draft.tables["sources"]], key="edit_geo_source"
            ),
        )
    _button(
        "Use this point",
        "edit_point_use",
        form,
        lambda: place_from_click(
            latitude,
            longitude,
            precision,
            uncertainty_km=_km(ring),
            place_name=place_name,
            geolocation=given,
        ),
    )


def _button(label: str, key: str, form: Form, place: Callable[[], Placing]) -> None:
    def use() -> None:
        try:
            placing = place()
        except GeodataError as error:
            st.session_state[PROBLEM] = f"{error.reason[:1].upper()}{error.reason[1:]}. {error.remedy}."
            return
        form.fill(placing.event)
        # With the form it belongs to: another event must not get the claim.
        st.session_state[CLAIM] = (form.key(""), dict(placing.claim))
        st.session_state.pop(POINT, None)

    st.button(label, key=key, on_click=use, icon=":material/place:")


def _km(text: str) -> float | None:
    """Return the ring as typed; what is no number is refused with the rest, as NaN."""
    if not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        return math.nan
