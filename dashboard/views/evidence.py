"""The evidence panel: what is known of the chosen event, claimants side by side."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.listed import Listed
from dashboard.views.labels import distinct
from geodata.cards import event_card
from geodata.record import Record
from geodata.render.evidence_html import card_html
from geodata.store.record import one_event


def show_evidence(record: Record, listed: Listed) -> None:
    """Draw the chooser and the evidence of the chosen event."""
    labels = distinct(dict(zip(listed.ids, listed.labels, strict=True)))
    chosen = st.session_state.chosen
    is_listed = not chosen or chosen in labels
    holder = record
    if chosen:
        holder, _ = one_event(record, chosen)
    if not is_listed:
        labels = {chosen: _label(holder, chosen), **labels}
    st.session_state.event_choice = chosen or None
    st.selectbox(
        "Evidence",
        list(labels),
        format_func=labels.get,
        key="event_choice",
        placeholder="Choose an event here, on the map or in the table",
        on_change=lambda: state.choose(st.session_state.event_choice or ""),
    )
    if not chosen:
        return
    if not is_listed:
        is_page = listed.wanted > len(listed.ids)
        words = "on another page of the table, or " if is_page else ""
        st.info(f"This event is {words}outside the present filters.", icon=":material/filter_alt:")
    st.html(card_html(event_card(holder, chosen)))


def _label(record: Record, event_id: str) -> str:
    when = record.times[event_id]
    return f"{record.event(event_id)['title']}, {when.first_day.day} {when.first_day:%b %Y}"
