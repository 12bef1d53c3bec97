"""One row as a form: a field a column, and beside each what is wrong with it as typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.views.editor_words import CHOICES, FIELDS, LONG, field_help
from dashboard.views.markup import plain
from geodata import schema
from geodata.cases.edit import ID_COLUMNS, REFERENCES, CaseDraft, Review

# Fields that stand side by side: columns a row of the form, in the order of FIELDS.
_ACROSS = 3


@dataclass(frozen=True)
class Form:
    """The form of one row; ``row_id`` is empty for a new one, ``event_id`` that of its event.

    ``serial`` counts the forms of the session: a form that was put into the draft leaves no cells behind.
    """

    draft: CaseDraft
    table: str
    row_id: str
    event_id: str
    serial: int

    @property
    def is_new(self) -> bool:
        """Whether the row is to be added."""
        return not self.row_id

    def key(self, column: str) -> str:
        """Return the widget key of a column."""
        return f"edit_{self.serial}_{self.table}_{self.row_id}_{self.event_id}__{column}"

    def held(self) -> dict[str, str]:
        """Return the cells that the draft holds for the row."""
        return self.draft.row(self.table, self.row_id) if self.row_id else {}

    def typed(self) -> dict[str, str]:
        """Return the row as it is typed, with an id that is proposed where none is."""
        held = self.held()
        row = {}
        for column in FIELDS[self.table]:
            value = st.session_state.get(self.key(column))
            default = held.get(column, schema.DEFAULTS[self.table].get(column, ""))
            row[column] = default if value is None else _cell(value)
        if self.table in ("attacks", "claims"):
            row["event_id"] = self.event_id
        id_column = ID_COLUMNS[self.table]
        if self.row_id:
            row[id_column] = self.row_id
        else:
            given = str(st.session_state.get(self.key(id_column)) or "").strip()
            row[id_column] = given or self.draft.suggest_id(self.table, row)
        return row

    def fill(self, cells: Mapping[str, str]) -> None:
        """Type values into the fields; only before they are drawn, as in a callback."""
        for column, cell in cells.items():
            names = _references(self.table).get(column)
            st.session_state[self.key(column)] = list(schema.split(cell)) if names else cell


def show_fields(form: Form, row: Mapping[str, str], review: Review) -> None:
    """Draw the fields of a row, each with its faults under it."""
    faults: dict[str, list[str]] = {}
    for fault in review.faults:
        said = f"{fault.reason[:1].upper()}{fault.reason[1:]}. {fault.remedy}".strip()
        faults.setdefault(fault.column, []).append(said)
    _show_id(form, row, faults)
    offered = [column for column in FIELDS[form.table] if _is_offered(form.table, column, row)]
    short = [column for column in offered if column not in LONG]
    for start in range(0, len(short), _ACROSS):
        for place, column in zip(st.columns(_ACROSS), short[start : start + _ACROSS], strict=False):
            with place:
                _show_field(form, column, row[column])
                _show_faults(row[column], faults.pop(column, []))
    for column in offered:
        if column in LONG:
            _show_field(form, column, row[column])
            _show_faults(row[column], faults.pop(column, []))
    for column, reasons in faults.items():
        _show_faults(column, [f"{column}: {reason}" for reason in reasons])
    for notice in review.notices:
        st.caption(f":material/info: {plain(notice.message[:1].upper() + notice.message[1:])}\\.")


def _is_offered(table: str, column: str, row: Mapping[str, str]) -> bool:
    """Return whether a field is shown: a claim's position only where its subject has one, or it is filled."""
    return (
        column not in schema.OPTIONAL.get(table, ())
        or row["subject"] in schema.POSITION_SUBJECTS
        or any(row[name] for name in schema.OPTIONAL[table])
    )


def _show_id(form: Form, row: Mapping[str, str], faults: dict[str, list[str]]) -> None:
    column = ID_COLUMNS[form.table]
    if form.is_new:
        st.text_input(
            "Id",
            key=form.key(column),
            placeholder=row[column],
            help="Left empty, the id that is proposed. It never changes later: links and other rows name it.",
        )
        _show_faults(row[column], faults.pop(column, []))
    else:
        st.caption(f"Id {plain(form.row_id)}, which stays")


def _show_field(form: Form, column: str, cell: str) -> None:
    label, key = FIELDS[form.table][column][0], form.key(column)
    words = field_help(form.table, column) or None
    choices = CHOICES.get((form.table, column))
    names = _references(form.table).get(column)
    if choices:
        _default(key, cell)
        st.selectbox(label, choices, key=key, format_func=_choice, help=words)
    elif names:
        options, format_name = _options(form, column, names)
        _default(key, [value for value in schema.split(cell) if value in options])
        st.multiselect(label, options, key=key, format_func=format_name, help=words)
    elif column in LONG:
        _default(key, cell)
        st.text_area(label, key=key, help=words)
    else:
        _default(key, cell)
        st.text_input(label, key=key, help=words)


def _show_faults(cell: str, reasons: Sequence[str]) -> None:
    for reason in reasons:
        # A field that is still to be filled in is no mistake yet.
        colour = "red" if cell else "gray"
        st.markdown(f":{colour}[{plain(reason)}]")  # a caption is paler than can be read by everyone


def _choice(value: str) -> str:
    return value.replace("_", " ") or "–"


def _references(table: str) -> dict[str, str]:
    return {column: target for column, target in REFERENCES[table] if column != "event_id"}


def _options(form: Form, column: str, target: str) -> tuple[list[str], Callable[[str], str]]:
    rows = form.draft.tables[target]
    found = [
        row_id
        for row_id, cells in rows.items()
        if (target != "claims" or cells["event_id"] == form.event_id)
        and (target, row_id) != (form.table, form.row_id)
    ]

    def words(row_id: str) -> str:
        cells = rows.get(row_id, {})
        if target == "sources":
            return " · ".join(part for part in (cells.get("publisher", ""), row_id) if part)
        return row_id

    held = schema.split(form.held().get(column, ""))
    return [*found, *(value for value in held if value not in found)], words


def _default(key: str, value: object) -> None:
    if key not in st.session_state:
        st.session_state[key] = value


def _cell(value: object) -> str:
    if isinstance(value, list):
        return schema.SEPARATOR.join(map(str, value))
    return str(value).strip()
