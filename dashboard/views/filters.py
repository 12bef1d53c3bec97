"""Filters: a slider of two dates with its counts a day, kinds of event, areas, least numbers."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.views.histogram import show_histogram
from dashboard.views.labels import distinct
from dashboard.views.markup import plain
from geodata import boundaries
from geodata.days import period_words
from geodata.detail import DETAILS
from geodata.filters import LARGEST_LEAST, EventFilter
from geodata.record import Record, unit_words
from geodata.store.record import StoredRecord


def show_filters(record: Record, wanted: EventFilter) -> None:
    """Draw the filters; every widget keeps its value under its own key."""
    meta = record.meta
    left, right = st.columns([3, 2], gap="large", vertical_alignment="top")
    with left:
        if meta.date_from < meta.date_to:
            st.slider(
                "Dates",
                meta.date_from,
                meta.date_to,
                key="date_range",
                format="D MMM YYYY",
                help="Calendar days at the place of the event, both included. "
                "An event that lasts, or is known to a week or month only, stays while any of its days "
                "is inside.",
            )
        else:
            st.caption(f"All events are of {period_words(meta.date_from, meta.date_to)}.")
        show_histogram(record, wanted)
    with right:
        _show_choices(record)
        with st.expander("More filters", key="more_filters"):
            _show_more(record)
        _show_in_force()
        if wanted != record.default_filter:
            st.button(
                "Reset filters",
                key="reset_filters",
                on_click=state.reset_filters,
                icon=":material/restart_alt:",
            )


def _show_choices(record: Record) -> None:
    titles = distinct(state.all_titles())
    areas = distinct({unit_id: _area_name(unit_id) for unit_id in state.area_options(record)})
    with st.container(key="choices"):
        kinds_column, areas_column = st.columns(2)
    kinds_column.multiselect(
        "Kinds of event",
        state.type_options(record),
        key="event_types",
        placeholder="All kinds",
        help="Strikes, attacks and bombings are drawn; talks and statements mostly stand in the table.",
    )
    areas_column.multiselect(
        "Areas",
        list(areas),
        key="areas",
        format_func=areas.get,
        placeholder="All areas",
        help="Events joined to one of these units or to a unit inside it.",
    )
    # A narrow window leaves the choice of a case out where there is only one.
    with st.container(key="cases" if len(titles) > 1 else "one_case"):
        st.selectbox(
            "Case",
            list(titles),
            format_func=titles.get,
            key="case",
            on_change=state.switch_case,
            help="Cases of your own are offered here too: start the app with STRIKEMAP_CASES set to the "
            "folder that holds them.",
        )


def _show_more(record: Record) -> None:
    """Draw the level of detail, and the two least numbers side by side, also in a narrow window."""
    st.selectbox(
        "Detail",
        ["", *DETAILS],
        format_func=lambda key: DETAILS[key].label if key else "As recorded",
        key="detail",
        on_change=state.switch_detail,
        disabled=isinstance(record, StoredRecord),
        help="Shows every event by a unit, on map, table, pictures and files alike: finer positions, place "
        "names, texts and links are taken out first, and all else follows from what is left.",
    )
    with st.container(key="least"):
        claimants, killed = st.columns(2)
    claimants.number_input(
        "Claimants, at least",
        min_value=0,
        max_value=LARGEST_LEAST,
        step=1,
        key="min_claimants",
        help="Independent claimants recorded for the event, on any subject. Outlets that only repeat "
        "another, data providers and claimants who are not recorded count 0. It is breadth, not proof.",
    )
    killed.number_input(
        "Killed, at least",
        min_value=0,
        max_value=LARGEST_LEAST,
        step=1,
        key="min_killed",
        help="By the highest figure that any claimant now gives. An event without a figure counts 0.",
    )


def _show_in_force() -> None:
    """Say what is filtered by that no control in sight shows."""
    now = st.session_state
    if now.detail:
        st.caption(f"{DETAILS[now.detail].words}.")
    hidden = EventFilter(
        actors=now.actors, min_killed=now.min_killed, min_claimants=now.min_claimants
    ).words()
    if hidden:
        st.caption(plain(f"Also filtered: {hidden}."))


def _area_name(unit_id: str) -> str:
    if not boundaries.is_unit(unit_id):
        return unit_id
    unit = boundaries.unit(unit_id)
    return unit.name if unit.level == 0 else f"{unit_words(unit_id)} ({boundaries.unit(unit.iso3).name})"
