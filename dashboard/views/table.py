"""The filtered events as a table, diplomatic ones included."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.listed import PAGE, Listed


def show_table(listed: Listed) -> None:
    """Draw the table; choosing a row opens its evidence."""
    st.subheader(f"Events ({listed.wanted:,} of {listed.total:,})", anchor=False)
    if not listed.ids:
        st.info("No event matches the filters.", icon=":material/search_off:")
        return
    if listed.wanted > len(listed.ids):
        _show_pages(listed)
    frame = listed.frame

    def take_row() -> None:
        chosen = st.session_state.events_table.selection.rows
        state.choose(listed.ids[chosen[0]] if chosen else "")

    st.dataframe(
        frame,
        key="events_table",
        hide_index=True,
        width="stretch",
        height=min(38 + 35 * len(frame), 460),
        on_select=take_row,
        selection_mode="single-row",
        column_config={
            # Narrow enough for range and claimants to be seen beside them; a cell's whole text opens on it.
            "Local time": st.column_config.TextColumn(width=275),
            "Event": st.column_config.TextColumn(width=270),
            "Place": st.column_config.TextColumn(width=170, help="As precisely as it is known"),
            "Killed": st.column_config.TextColumn(
                width=230, help="The range that the claimants' current figures span, and how many give one"
            ),
            "Injured": st.column_config.TextColumn(
                width=180, help="The range that the claimants' current figures span, and how many give one"
            ),
            "Claimants": st.column_config.NumberColumn(
                help="Independent claimants on any subject; outlets that only repeat another, data providers "
                "and claimants who are not recorded do not count"
            ),
            "Claims": st.column_config.NumberColumn(help="Claims recorded for this event, on any subject"),
        },
    )


def _show_pages(listed: Listed) -> None:
    """Draw which part of very many events the table has, and the way to another."""
    words, number = st.columns([4, 1], vertical_alignment="bottom")
    last = listed.skipped + len(listed.ids)
    words.caption(
        f"{listed.skipped + 1:,} to {last:,} in order of time. A narrower filter lists fewer; "
        "the files below have all."
    )
    number.number_input("Page", 1, -(-listed.wanted // PAGE), key="events_page")
