"""Edit this case: a private draft in the session, judged as it is typed, saved as a zip.

``page.py`` calls ``show_editor``; the map shows ``shown_record`` and gives its clicks to ``take_point``.
"""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard.drafts import Editing
from dashboard.state import current_detail, workspace
from dashboard.views.editor_form import Form, show_fields
from dashboard.views.editor_place import CLAIM, POINT, show_placing
from dashboard.views.editor_rule import show_rule
from dashboard.views.editor_words import TABLE_WORDS
from dashboard.views.markup import plain
from geodata.cases import Case
from geodata.cases.changes import suggested_correction
from geodata.cases.edit import PARTS, CaseDraft, Dependant, RowError
from geodata.errors import GeodataError
from geodata.record import Record
from geodata.rights import require_release

_EDITING, _SERIAL, _MESSAGE, _DRAWN = "editing", "edit_serial", "edit_message", "edit_drawn"
NEW = ""


def show_editor(record: Record) -> None:
    """Draw the switch and, while it is on, the editor; nothing on the server's disk changes.

    Parameters
    ----------
    record
        The case as it was read, also while the map shows the draft.
    """
    is_open = st.toggle(
        "Edit this case",
        key="edit_open",
        help="A private draft in this page. Save it as a zip: closing the page discards it.",
    )
    if is_open:
        _show(record)


def is_placing() -> bool:
    """Return whether a click on the map is meant for the editor."""
    state = st.session_state
    return bool(state.get("edit_open")) and state.get("edit_table", "events") == "events"


def take_point(latitude: float, longitude: float) -> None:
    """Take a click on the map (degrees, EPSG:4326); the editor then asks how precise it is."""
    st.session_state[POINT] = (latitude, longitude)


def shown_record(record: Record) -> Record:
    """Return what the page shows: the draft while the editor is open and told to, else the case.

    Either at the session's level of detail; what is edited is always the case as recorded.
    """
    own, detail = workspace(), current_detail()
    own.draft = _shown_draft(record)
    return own.record(st.session_state.case, detail) if own.draft or detail else record


def _shown_draft(record: Record) -> Case | None:
    state = st.session_state
    if not (state.get("edit_open") and state.get("edit_show")):
        return None
    editing = _editing(record)
    try:
        return editing.case() if editing.steps else None
    except GeodataError:  # a draft without events has no map; the editor says so
        return None


def _editing(record: Record) -> Editing:
    """Return the editing of the open case; another case, or other files of it, begin anew."""
    found = st.session_state.get(_EDITING)
    name = f"{record.meta.id} {record.case.data_hash}"
    if not isinstance(found, Editing) or found.case_id != name:
        found = Editing(name, CaseDraft.of(record.case))
        st.session_state[_EDITING] = found
        st.session_state.pop(_DRAWN, None)
    elif found.opened.meta.licence != record.meta.licence:
        found.restate(record.meta.licence)
    return found


@st.fragment
def _show(record: Record) -> None:
    editing = _editing(record)
    draft = editing.draft
    st.caption(
        "Nobody else sees this draft, and no file of the case changes. Save it as a zip before you leave."
    )
    if draft.left_out:
        st.warning(
            f"{draft.left_out} rows of the case were rejected when it was read. They are not in the draft, "
            "and will not be in what you save."
        )
    form = _choose(draft)
    if form:
        _show_row(editing, form)
    message = st.session_state.pop(_MESSAGE, "")
    if message:
        st.error(plain(message), icon=":material/error:")
    show_rule(draft, editing.take)
    _show_changes(editing)
    _show_save(editing)


def _choose(draft: CaseDraft) -> Form | None:
    """Ask for the table, the event where the row is a part of one, and the row."""
    left, middle, right = st.columns([1, 2, 2])
    table = left.selectbox("Edit", list(TABLE_WORDS), format_func=TABLE_WORDS.__getitem__, key="edit_table")
    event_id = ""
    if table in PARTS:
        events = draft.tables["events"]
        if not events:
            st.info("Add an event first.")
            return None
        _keep_known("edit_event", list(events), st.session_state.get("chosen", ""))
        event_id = middle.selectbox(
            "of the event", list(events), format_func=lambda key: events[key]["title"], key="edit_event"
        )
    rows = {
        key: cells
        for key, cells in draft.tables[table].items()
        if table not in PARTS or cells["event_id"] == event_id
    }
    options = [NEW, *rows]
    _keep_known(f"edit_row_{table}", options, NEW)
    row_id = right.selectbox(
        "Row",
        options,
        format_func=lambda key: _row_words(table, key, rows.get(key, {})),
        key=f"edit_row_{table}",
    )
    return Form(draft, table, row_id, event_id, st.session_state.get(_SERIAL, 0))


def _keep_known(key: str, options: list[str], first: str) -> None:
    """Put a choice that is gone, as after an undo, back to one that there is."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = first if first in options else options[0]


def _row_words(table: str, row_id: str, cells: dict[str, str]) -> str:
    if not row_id:
        return f"New {TABLE_WORDS[table].lower()}"
    words = {
        "events": cells["title"] if table == "events" else "",
        "attacks": cells.get("attacker", ""),
        "claims": f"{cells.get('subject', '')}, {cells.get('claimant', '')}",
        "sources": cells.get("publisher", ""),
    }[table]
    return f"{words} ({row_id})" if words else row_id


def _show_row(editing: Editing, form: Form) -> None:
    if form.table == "events":
        show_placing(form)
    row = form.typed()
    review = form.draft.review(form.table, row, new=form.is_new)
    show_fields(form, row, review)
    kind = TABLE_WORDS[form.table].lower()
    put, remove = st.columns([1, 3])
    put.button(
        f"Add the {kind}" if form.is_new else f"Change the {kind}",
        key="edit_apply",
        type="primary",
        disabled=bool(review.faults),
        on_click=_put,
        args=(editing, form, row),
    )
    if not form.is_new:
        with remove:
            _show_remove(editing, form)


def _put(editing: Editing, form: Form, row: dict[str, str]) -> None:
    state = st.session_state
    claimed_for, claim = state.pop(CLAIM, ("", {}))
    try:
        draft = editing.draft.put(form.table, row, new=form.is_new)
        if claim and claimed_for == form.key("") and row["location_precision"] == "exact":
            cells = {**claim, "event_id": row["event_id"]}
            draft = draft.put("claims", {**cells, "claim_id": draft.suggest_id("claims", cells)}, new=True)
    except RowError as error:
        state[_MESSAGE] = error.message()
        return
    editing.take(draft)
    if form.is_new:
        row_id = next(reversed(draft.tables[form.table]))
        state[f"edit_row_{form.table}"] = row_id
    _begin_form()


def _show_remove(editing: Editing, form: Form) -> None:
    dependants = form.draft.dependants(form.table, form.row_id)
    sure = not dependants or st.checkbox(
        f"Remove it with what depends on it: {_dependants_words(dependants)}",
        key=f"edit_sure_{form.table}_{form.row_id}",
    )
    st.button("Remove", key="edit_remove", disabled=not sure, on_click=_remove, args=(editing, form))


def _dependants_words(dependants: tuple[Dependant, ...]) -> str:
    parts = [item for item in dependants if item.is_part]
    citing = len(dependants) - len(parts)
    counts = {name: sum(item.table == name for item in parts) for name in PARTS}
    said = [f"{count} {name if count > 1 else name[:-1]}" for name, count in counts.items() if count]
    if citing:
        said.append(f"its id is taken out of {citing} row{'s' if citing > 1 else ''}")
    return ", ".join(said)


def _remove(editing: Editing, form: Form) -> None:
    try:
        editing.take(editing.draft.remove(form.table, form.row_id, with_dependants=True))
    except RowError as error:
        st.session_state[_MESSAGE] = error.message()
        return
    _begin_form()


def _begin_form() -> None:
    """Leave the cells of the last form behind."""
    st.session_state[_SERIAL] = st.session_state.get(_SERIAL, 0) + 1


def _show_changes(editing: Editing) -> None:
    found = editing.changes()
    st.markdown(f"**Changes ({len(found)})**")
    if not found and not editing.can_undo:
        st.caption("None yet.")
        _draw_again(editing)
        return
    if found:
        frame = pd.DataFrame(
            [{"Table": c.table, "Id": c.id, "Column": c.column, "Old": c.old, "New": c.new} for c in found]
        )
        frame.insert(0, "What", [c.kind for c in found])
        st.dataframe(frame, key="edit_changes", hide_index=True, height=min(38 + 35 * len(frame), 260))

    def undo() -> None:
        editing.undo()
        _begin_form()

    st.button("Undo the last step", key="edit_undo", disabled=not editing.can_undo, on_click=undo)
    st.toggle("Show the draft on the map", key="edit_show")
    _draw_again(editing)
    owed = editing.owed()
    if owed:
        _show_correction(editing, suggested_correction(owed))


def _draw_again(editing: Editing) -> None:
    """Run the whole page once where the map shows another draft than it should."""
    state = st.session_state
    wanted = editing.draft if state.get("edit_show") else editing.opened
    if state.get(_DRAWN, editing.opened) is not wanted:
        state[_DRAWN] = wanted
        st.rerun()


def _show_correction(editing: Editing, suggested: str) -> None:
    with st.container(border=True):
        st.markdown("**A correction is owed**")
        st.caption(
            "A figure, place, time or origin of a published event changed; readers may have quoted the old "
            "one. Say why it changed. The version of the case is raised."
        )
        key = f"edit_correction_{len(editing.steps)}"
        if key not in st.session_state:
            st.session_state[key] = suggested
        st.text_area("For the corrections log", key=key)
        day = st.date_input("Date", key="edit_correction_date", value=date.today(), format="YYYY-MM-DD")

        def log() -> None:
            try:
                editing.correct(day, st.session_state[key])
            except GeodataError as error:
                st.session_state[_MESSAGE] = error.message()

        st.button("Write it into the log", key="edit_correct", on_click=log)


def _show_save(editing: Editing) -> None:
    if not editing.changes():
        return
    try:
        require_release(editing.case())
        report, data = editing.saved()
    except GeodataError as error:
        st.info(plain(error.message()))
        return
    if report.rejected:
        st.error(plain(" ".join(line for line in report.lines() if "rejected row" in line)))
    meta = editing.draft.meta
    name = f"{meta.id}-{meta.version}.zip" if meta.version else f"{meta.id}.zip"
    st.download_button(
        f"Save as case zip ({len(data) / 1e3:.0f} kB)",
        data,
        file_name=name,
        mime="application/zip",
        key="edit_save",
        on_click="ignore",
        icon=":material/download:",
    )
