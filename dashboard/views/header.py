"""Title, what the case is, and as of when."""

from __future__ import annotations

import streamlit as st

from dashboard import state
from dashboard.cache import case_titles
from dashboard.views.labels import distinct
from dashboard.views.markup import plain, tag, text
from geodata.days import day_words
from geodata.record import Record


def show_header(record: Record) -> None:
    """Draw the head of the page."""
    meta = record.meta
    head, chooser = st.columns([3, 1], gap="large", vertical_alignment="top")
    head.html(
        tag(
            "header",
            tag("h1", text(meta.title))
            + tag(
                "p",
                f"{text(meta.summary)} <b>Information as of {text(day_words(meta.information_as_of))}.</b>",
            ),
            "sm-head",
        )
    )
    titles = distinct(case_titles())
    chooser.selectbox(
        "Case",
        list(titles),
        format_func=titles.get,
        key="case",
        on_change=state.switch_case,
        help="Cases of your own are offered here too: start the app with STRIKEMAP_CASES set to the folder "
        "that holds them.",
    )
    for notice in st.session_state.notices:
        st.warning(plain(notice), icon=":material/link_off:")
