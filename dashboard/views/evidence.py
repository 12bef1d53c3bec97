"""The evidence panel: what is known of the chosen event, claimants side by side."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.views.labels import distinct
from dashboard.views.ledger import subject_html
from dashboard.views.markup import link, rows, tag, text
from geodata.cards import Card, event_card
from geodata.record import Record
from geodata.schema import CASUALTY_SUBJECTS


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


def card_html(card: Card) -> str:
    """Return a card as HTML in which every text is escaped."""
    known = "; ".join(part for part in (card.precision, *card.flags) if part)
    pairs = [
        ("Where", text(card.where)),
        ("Known", text(known)),
        ("Local time", text(" ".join(part for part in (card.local_time, card.other_days) if part))),
        ("UTC", text(card.utc_time)),
        ("Actors", text(", ".join(card.actors))),
    ]
    for attack in card.attacks:
        pairs.append(("Attack", text("; ".join(p for p in (attack.who, attack.weapon, attack.target) if p))))
        pairs.append(
            ("Direction", text(attack.direction) + (" <em>(disputed)</em>" if attack.alternative else ""))
        )
    body = tag("h3", text(card.title))
    body += tag("p", text(card.kind + (", context" if card.role == "context" else "")), "sm-muted")
    body += _figures(card)
    body += tag("p", text(card.summary))
    # The claims on the dead and injured come before the particulars: they are what is looked for first.
    first = [subject for subject in card.ledger.subjects if subject.subject in CASUALTY_SUBJECTS]
    rest = [subject for subject in card.ledger.subjects if subject.subject not in CASUALTY_SUBJECTS]
    body += "".join(subject_html(subject) for subject in first)
    body += rows(pairs)
    body += "".join(subject_html(subject) for subject in rest)
    body += tag("h4", "Sources of the event") + tag(
        "ul", "".join(tag("li", link(label, url)) for label, url in card.sources)
    )
    return tag("article", body, "sm-evidence")


def _figures(card: Card) -> str:
    figures = "".join(tag("span", text(figure)) for figure in (card.killed, card.injured) if figure)
    provider = tag("p", f"Coded by {text(card.provider)}", "sm-muted") if card.provider else ""
    return tag("div", figures, "sm-figures") + provider
