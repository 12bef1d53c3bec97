"""Title, what the case is, and as of when."""

from __future__ import annotations

import streamlit as st

from dashboard.views.markup import plain
from geodata.days import day_words
from geodata.record import Record
from geodata.render.markup import tag, text


def show_header(record: Record) -> None:
    """Draw the head of the page."""
    meta = record.meta
    as_of = f"Information as of {day_words(meta.information_as_of)}." if meta.information_stated else ""
    st.html(
        tag(
            "header",
            tag("h1", text(meta.title))
            + tag(
                "p",
                f"{tag('b', text(as_of))} {text(meta.summary)}",
            ),
            "sm-head",
        )
    )
    for notice in st.session_state.notices:
        st.warning(plain(notice), icon=":material/link_off:")
