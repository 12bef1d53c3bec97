"""The evidence panel: what is known of the chosen event, claimants side by side."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.views.labels import distinct
from geodata.cards import event_card
from geodata.record import Record
from geodata.render.evidence_html import card_html


def show_evidence(record: Record, selected: Record) -> None:
    """Draw the chooser and the evidence of the chosen event."""
    ids = list(selected.events["event_id"])
    titles = dict(zip(record.events["event_id"], record.events["title"], strict=True))
    labels = distinct({event_id: f"{titles[event_id]}, {_day(record, event_id)}" for event_id in titles})
    chosen = st.session_state.chosen
    options = ids if not chosen or chosen in ids else [chosen, *ids]
    st.session_state.event_choice = chosen or None
    st.selectbox(
        "Evidence",
        options,
        format_func=labels.get,
        key="event_choice",
        placeholder="Choose an event here, on the map or in the table",
        on_change=lambda: state.choose(st.session_state.event_choice or ""),
    )
    if not chosen:
        return
    if chosen not in ids:
        st.info("This event is outside the present filters.", icon=":material/filter_alt:")
    st.html(card_html(event_card(record, chosen)))


def _day(record: Record, event_id: str) -> str:
    when = record.times[event_id]
    return f"{when.first_day.day} {when.first_day:%b %Y}"
