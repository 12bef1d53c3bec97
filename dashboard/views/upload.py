"""Open your own events: a file is read, judged, mapped where needed, and becomes a case of this session."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from dashboard import state
from dashboard.own_cases import OwnCase
from dashboard.reading import FileRead, Reading
from dashboard.views.labels import distinct
from dashboard.views.mapping import DATE_ORDERS, show_mapping
from dashboard.views.markup import plain
from dashboard.views.own_open import show_open
from dashboard.views.report import format_words, show_report
from geodata.cases.dated import dated
from geodata.cases.update import update_case
from geodata.errors import GeodataError
from geodata.readers.table_file import FORMATS, LAYOUTS, TableOptions

_READING, _FILE, _OPTIONS, _USED = "own_reading", "own_file_id", "own_options", "own_used"
# A small file is read before the page is drawn; a longer one shows how far it is.
_AT_ONCE = 0.8
_EVERY = 0.5
_CASE_WORDS = "a new case"
_INTRO = (
    "ACLED, UCDP GED and GDELT as they ship; cases as zip or workbook; any table of events: CSV, XLSX, ODS, "
    "JSON, GeoJSON, GeoPackage, zipped Shapefile, FlatGeobuf, Parquet, KML. The file is read in this session "
    "alone: it is written nowhere, and no other session sees it."
)


def show_upload() -> None:
    """Draw the section: what is open, the uploader, and what became of the file in it."""
    count = len(state.workspace().cases)
    label = f"Open your own events ({count} open)" if count else "Open your own events"
    # Its content is drawn even while it is closed: an uploader that is not drawn forgets its file.
    with st.expander(label, key="own_events", icon=":material/upload_file:", on_change="rerun"):
        show_open()
        st.caption(_INTRO)
        upload = st.file_uploader("A file of events, or a case", key="upload", label_visibility="collapsed")
        if upload is None:
            _forget()
            return
        if st.session_state.get(_FILE) != upload.file_id:
            _forget()
            st.session_state[_FILE] = upload.file_id
            st.session_state[_OPTIONS] = TableOptions()
            _read(upload.getvalue(), upload.name)
        reading: Reading = st.session_state[_READING]
        if not reading.wait(_AT_ONCE):
            _watch()
            return
        if reading.fault:
            raise reading.fault
        if reading.result is None:
            st.info("The reading was cancelled.", icon=":material/cancel:")
            st.button("Read it again", key="own_again", on_click=_again)
            return
        if st.session_state.get(_USED) == upload.file_id:
            with st.expander(plain(f"Report of {upload.name}"), key="own_used_report"):
                _show_result(reading.result)
        else:
            _show_result(reading.result)


def _forget() -> None:
    reading = st.session_state.pop(_READING, None)
    if reading is not None:
        reading.cancel()
    st.session_state.pop(_FILE, None)


def _read(data: bytes, file: str) -> None:
    layers = tuple(state.workspace().layers.values())
    st.session_state[_READING] = Reading(data, file, st.session_state[_OPTIONS], layers)


def _again(**changes: Any) -> None:
    """Read the file in the uploader once more, with other options."""
    upload = st.session_state.get("upload")
    if upload is None:
        return
    st.session_state[_OPTIONS] = replace(st.session_state[_OPTIONS], **changes)
    _read(upload.getvalue(), upload.name)


@st.fragment(run_every=_EVERY)
def _watch() -> None:
    reading = st.session_state.get(_READING)
    if reading is None or reading.is_over:
        st.rerun()
    st.progress(reading.share, text=plain(reading.words))
    st.button("Cancel", key="own_cancel", on_click=reading.cancel, disabled=reading.is_cancelled)


def _show_result(found: FileRead) -> None:
    if found.refused:
        st.error(plain(found.refused), icon=":material/error:")
    elif found.report:
        counts = found.report.events
        st.markdown(
            f"**{plain(found.file)}** · {format_words(found.report.format)} · {counts.rows_read:,} rows "
            f"read, **{counts.accepted:,} accepted, {len(counts.rejected_rows):,} rejected**"
        )
    if found.report:
        show_report(found)
    if found.columns:
        show_mapping(found.columns, found, _again)
    _show_otherwise()
    if found.case is not None:
        _show_actions(found)


def _show_otherwise() -> None:
    """Offer what a user can say about a file whose content was misread."""
    options: TableOptions = st.session_state[_OPTIONS]
    with (
        st.popover("Read it differently", icon=":material/tune:", key="own_otherwise"),
        st.form("own_form", border=False),
    ):
        st.caption("What the file is, is told from its content. Say here where that went wrong.")
        chosen = {
            "format": st.selectbox(
                "Format", ["", *FORMATS], index=["", *FORMATS].index(options.format), format_func=_or_content
            ),
            "layout": st.selectbox(
                "Whose columns",
                ["", *LAYOUTS],
                index=["", *LAYOUTS].index(options.layout),
                format_func=_or_content,
            ),
            "date_order": st.selectbox(
                "Order in dates",
                list(DATE_ORDERS),
                index=list(DATE_ORDERS).index(options.date_order),
                format_func=lambda order: DATE_ORDERS[order],
            ),
            "sheet": st.text_input(
                "Sheet or layer", options.sheet, placeholder="the one with most rows"
            ).strip(),
            "encoding": st.text_input("Encoding", options.encoding, placeholder="as the bytes show").strip(),
        }
        if st.form_submit_button("Read again"):
            _again(**chosen)
            st.rerun()


def _or_content(name: str) -> str:
    return name or "as the content shows"


def _show_actions(found: FileRead) -> None:
    if found.report and found.report.format in ("acled", "ucdp", "gdelt"):
        got = st.date_input(
            "You got this file on",
            found.options.accessed or date.today(),
            key="own_accessed",
            help="For the citation, which names the provider, the part of its data, and this day.",
        )
    else:
        got = None
    titles = distinct({key: own.case.meta.title for key, own in state.workspace().cases.items()})
    target = ""
    if titles:
        target = st.selectbox(
            "Open it as",
            ["", *titles],
            format_func=lambda key: f"an update of {titles[key]}" if key else _CASE_WORDS,
            key="own_target",
            help="An update reads the file over a case that is open: events merge by their id, and what was "
            "added, changed or has vanished is listed.",
        )
        if target:
            st.checkbox(
                "Take out events that the new file lacks although it spans their days",
                key="own_drop",
            )
    st.button(
        "Open on the map",
        key="own_use",
        type="primary",
        icon=":material/map:",
        on_click=_use,
        args=(found, target, got),
    )


def _use(found: FileRead, target: str, got: object) -> None:
    """Take the file among the cases and show it."""
    if found.case is None or found.report is None:
        return
    case, record = found.case, found.record
    if isinstance(got, date) and got != found.options.accessed:
        case = dated(found.case, got)
        record = replace(record, case=case) if record else None
    own = OwnCase("", found.file, case, found.report)
    before = state.workspace().cases.get(target)
    if before:
        try:
            update = update_case(
                before.case,
                case,
                file=found.file,
                day=date.today(),
                drop_vanished=bool(st.session_state.get("own_drop")),
            )
        except GeodataError as error:
            st.session_state.notices = [error.message()]
            return
        own, record = OwnCase(target, found.file, update.case, found.report, update), None
    st.session_state[_USED] = st.session_state.get(_FILE)
    st.session_state.own_events = bool(before)  # the map is what is wanted now; after an update, its summary
    state.open_own(state.workspace().open_case(own, record).key)
