"""The page that Streamlit runs: state, filters, map, evidence, table, take-away."""

import sys
from pathlib import Path

# A page opened by itself, as in a test, has only this folder on the path.
if str(Path(__file__).resolve().parent.parent) not in sys.path:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import streamlit as st

from dashboard import state
from dashboard.handover import let_map_go_first
from dashboard.listed import listed, listed_whole
from dashboard.views.boundaries import show_boundaries
from dashboard.views.editor import show_editor, shown_record
from dashboard.views.evidence import show_evidence
from dashboard.views.filters import show_filters
from dashboard.views.header import show_header
from dashboard.views.map import show_map
from dashboard.views.markup import plain, style_page
from dashboard.views.search import show_search
from dashboard.views.table import show_table
from dashboard.views.takeaway import show_takeaway
from dashboard.views.unknowns import show_unknowns
from dashboard.views.upload import show_upload
from geodata.errors import GeodataError
from geodata.store.record import StoredRecord, store_for

st.set_page_config(
    page_title="Strikemap", page_icon=str(Path(__file__).parent / "static" / "icon.svg"), layout="wide"
)


def main() -> None:
    """Draw the page from top to bottom."""
    let_map_go_first()
    style_page()
    state.open_session()
    record = state.current_record()
    case_record, record = record, shown_record(record)
    if st.session_state.chosen not in record.times:  # an event that the draft removed, or that only it has
        state.choose("")
    wanted = state.current_filter(record)
    # Each part has its place first, and the map is drawn first into its own: it waits for nothing.
    head, opener, filters = st.container(key="head"), st.container(key="opener"), st.container(key="filters")
    left, right = st.columns([1.9, 1], gap="medium")
    search, shown = left.container(key="search"), left.container(key="shown")
    with shown:
        show_map(record, wanted)
    with head:
        show_header(record)
    with opener:
        show_upload()
    with filters:
        show_filters(record, wanted)
    with search:
        show_search()
    store = store_for(record)
    selected = listed(store, wanted) if store else listed_whole(record, wanted)
    with right, st.container(height=690, border=False, key="side_panel"):
        show_evidence(record, selected)
        show_unknowns(record, folded=bool(st.session_state.chosen))
    show_table(selected)
    if isinstance(case_record, StoredRecord):
        st.caption(
            "A store is not edited here: mend its files and make it again, or export a part as a case."
        )
    else:
        show_editor(case_record)
    show_takeaway(record, wanted)
    show_boundaries(state.workspace())
    state.write_address(record, wanted)


try:
    main()
except GeodataError as error:
    st.error(plain(error.message()), icon=":material/error:")
