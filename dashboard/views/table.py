"""The filtered events as a table, diplomatic ones included."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import state
from geodata.days import local_words
from geodata.record import Record, unit_words
from geodata.schema import DIPLOMATIC_TYPES


def show_table(record: Record, selected: Record) -> None:
    """Draw the table; choosing a row opens its evidence."""
    events = selected.events
    st.subheader(f"Events ({len(events)} of {len(record.events)})", anchor=False)
    if events.empty:
        st.info("No event matches the filters.", icon=":material/search_off:")
        return
    frame = events_frame(selected)

    def take_row() -> None:
        chosen = st.session_state.events_table.selection.rows
        state.choose(str(events["event_id"].iloc[chosen[0]]) if chosen else "")

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


def events_frame(selected: Record) -> pd.DataFrame:
    """Return the table's columns, one row an event, in order of UTC time."""
    directions: dict[str, list[str]] = {}
    for event_id, words in zip(selected.attacks["event_id"], selected.attacks["from_text"], strict=True):
        directions.setdefault(event_id, []).append(words)
    rows = []
    for row in selected.events.to_dict("records"):
        when = selected.times[row["event_id"]]
        place = row["place_name"]
        if row["drawn_as"] == "area":
            place = f"{unit_words(row['drawn_area'], year=when.start.year)}{f' ({place})' if place else ''}"
        talk = row["event_type"] in DIPLOMATIC_TYPES
        rows.append(
            {
                "Local time": local_words(when).replace(", time not known", ""),
                "Kind": row["event_type"],
                "Event": row["title"],
                "Place": place,
                "Killed": row["killed_text"],
                "Claimants": int(row["claimants_count"]),
                "Injured": row["injured_text"],
                "Direction": "" if talk else " / ".join(dict.fromkeys(directions.get(row["event_id"], []))),
                "Claims": int(row["claims_count"]),
            }
        )
    return pd.DataFrame(rows)
