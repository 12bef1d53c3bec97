"""The files that a session has open: shown, saved as a case, closed; and what an update changed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from dashboard import state
from dashboard.own_cases import OwnCase
from dashboard.views.markup import plain
from geodata.cases.update import Update, changes_frame
from geodata.cases.write import case_zip
from geodata.errors import GeodataError
from geodata.readers.cells import neutralised
from geodata.rights import holds_acled_rows, is_released, release
from geodata.slugs import slug

_SHOWN = 500


def show_open() -> None:
    """Draw one line for each file that is open."""
    for own in list(state.workspace().cases.values()):
        with st.container(border=True, key=f"own_case_{own.key[1:]}"):
            _show_one(own)


def _show_one(own: OwnCase) -> None:
    meta = own.case.meta
    words, buttons = st.columns([3, 2], vertical_alignment="center")
    words.markdown(f"**{plain(meta.title)}** · {len(own.case.events):,} events · read from {plain(own.file)}")
    if meta.citation:
        words.caption(plain(f"Cite as: {meta.citation}"))
    if holds_acled_rows(own.case) and not is_released(own.case):
        _ask_right(own)
    with buttons.container(horizontal=True, horizontal_alignment="right"):
        if st.session_state.case != own.key:
            st.button("Show", key=f"own_show_{own.key}", on_click=state.open_own, args=(own.key,))
        _show_save(own)
        st.button("Close", key=f"own_close_{own.key}", on_click=state.close_own, args=(own.key,))
    if own.update:
        _show_update(own, own.update)


def _show_save(own: OwnCase) -> None:
    is_held = holds_acled_rows(own.case) and not is_released(own.case)
    st.download_button(
        "Save as a case",
        partial(case_zip, own.case),
        file_name=f"{slug(own.case.meta.id)}.zip",
        mime="application/zip",
        key=f"own_save_{own.key}",
        on_click="ignore",
        icon=":material/download:",
        disabled=is_held,
        help="State first that you hold the right to pass ACLED's rows on."
        if is_held
        else "A zip with what was imported, mapped and decided. It opens again to the same, anywhere.",
    )


def _ask_right(own: OwnCase) -> None:
    st.caption(
        "ACLED's terms let nobody pass its raw rows on. Pictures are free; files of rows stay locked unless "
        "you hold the right. What you state is recorded in every file."
    )
    ground = st.text_input(
        "On what ground you may pass these rows on",
        key=f"own_right_{own.key}",
        placeholder="for example: licence of our office, 2024",
    )
    st.button("State it", key=f"own_state_{own.key}", on_click=_state_right, args=(own, ground))


def _state_right(own: OwnCase, ground: str) -> None:
    try:
        released = release(own.case, ground)
    except GeodataError as error:
        st.session_state.notices = [error.message()]
        return
    state.workspace().open_case(replace(own, case=released))


def _show_update(own: OwnCase, update: Update) -> None:
    st.caption(plain(f"Updated from {own.file}: {update.words}."))
    frame = changes_frame(update)
    if frame.empty:
        return
    with st.expander(f"What changed ({len(frame):,} lines)", key=f"own_changes_{own.key}"):
        st.dataframe(frame.head(_SHOWN), hide_index=True, width="stretch", height=300)
        st.download_button(
            "All changes",
            lambda: frame.map(neutralised).to_csv(index=False).encode("utf-8-sig"),
            file_name="changes.csv",
            mime="text/csv",
            key=f"own_changes_file_{own.key}",
            on_click="ignore",
        )
