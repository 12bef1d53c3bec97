"""The box with what is not known; on opening it stands beside the map."""

from __future__ import annotations

import streamlit as st

from geodata.record import Record
from geodata.render.markup import tag, text

_FIRST = 5


def show_unknowns(record: Record, *, folded: bool) -> None:
    """Draw the sentences of the case on what is not known."""
    unknowns = record.meta.unknowns
    if not unknowns:
        return
    if folded:
        with st.expander(f"What is not known ({len(unknowns)})"):
            st.html(_list(unknowns))
        return
    st.html(tag("section", tag("h3", "What is not known") + _list(unknowns[:_FIRST]), "sm-unknowns"))
    if len(unknowns) > _FIRST:
        with st.expander(f"{len(unknowns) - _FIRST} more things that are not known"):
            st.html(_list(unknowns[_FIRST:]))


def _list(sentences: tuple[str, ...]) -> str:
    return tag("ul", "".join(tag("li", text(sentence)) for sentence in sentences), "sm-unknown-list")
