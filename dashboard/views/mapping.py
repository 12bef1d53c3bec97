"""Which column is which: guessed with certainty and samples, changed by the user, kept for the next file."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from functools import partial
from pathlib import PurePath
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.reading import Columns, FileRead
from dashboard.views.markup import plain
from geodata import schema
from geodata.errors import GeodataError
from geodata.readers.guess import guess_value
from geodata.readers.mapping import FIELDS, SEVERAL, Mapping, read_mapping

_LABELS = {
    "event_id": "Id of the event",
    "title": "Title",
    "event_type": "Kind of event",
    "start": "Day, or first day",
    "end": "Last day",
    "time": "Time of day",
    "time_zone": "Time zone",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "coordinates": "Both coordinates in one",
    "location_precision": "Precision of the place",
    "country": "Country",
    "admin1": "Province",
    "admin2": "District",
    "pcode": "P-code",
    "place_name": "Place",
    "actors": "Actors",
    "killed": "Killed",
    "injured": "Injured",
    "source": "Source",
    "url": "Link to the source",
    "summary": "What happened",
}
_FIRST = (
    "start",
    "end",
    "latitude",
    "longitude",
    "coordinates",
    "event_type",
    "killed",
    "place_name",
    "country",
)
DATE_ORDERS = {
    "": "as the column shows",
    "dmy": "day, month, year (16.01.2024)",
    "mdy": "month, day, year (01/16/2024)",
    "ymd": "year, month, day (2024-01-16)",
}
_MOST_VALUES = 200
_SAMPLE = 36


def show_mapping(columns: Columns, found: FileRead, again: Callable[..., None]) -> None:
    """Draw the mapping step; ``again(mapping=…)`` reads the file by what the user chose."""
    unsure = [item for item in columns.guess.unsure if found.options.mapping is None]
    label = f"Which column is which ({len(unsure)} unsure)" if unsure else "Which column is which"
    with st.expander(label, key="own_mapping", expanded=bool(found.refused), icon=":material/table_chart:"):
        if unsure:
            told = "; ".join(f"{item.column} may be {_LABELS[item.field].lower()}" for item in unsure)
            st.caption(plain(f"Not sure enough, and not used: {told}."))
        with st.form("own_mapping_form", border=False):
            chosen = _ask_columns(columns)
            rest = _ask_rest(columns.mapping)
            values = {
                name: _ask_values(columns, field, name, allowed)
                for field, name, allowed in (
                    ("event_type", "event_types", schema.EVENT_TYPES),
                    ("location_precision", "precisions", schema.LOCATION_PRECISIONS),
                )
            }
            if st.form_submit_button("Read again with these columns", type="primary"):
                _take({"columns": chosen, **rest, **values}, again)
        _show_files(columns.mapping, found, again)


def _ask_columns(columns: Columns) -> dict[str, list[str]]:
    certainty = {(item.field, item.column): item.confidence for item in columns.guess.used}
    samples = _samples(columns)
    header = [name for name in columns.rows.header if name]
    chosen: dict[str, list[str]] = {}
    places = st.columns(3)
    for number, name in enumerate((*_FIRST, *(name for name in FIELDS if name not in _FIRST))):
        now = [column for column in columns.mapping.columns.get(name, ()) if column in header]
        sure = certainty.get((name, now[0])) if now else None
        label = _LABELS[name] + (f" · guessed, {sure:.0%} sure" if sure is not None else "")
        place, key = places[number % 3], f"own_field_{name}"
        if name in SEVERAL:
            chosen[name] = place.multiselect(plain(label), header, now, key=key)
        else:
            one = place.selectbox(
                plain(label),
                ["", *header],
                index=header.index(now[0]) + 1 if now else 0,
                format_func=lambda column: f"{column} · {samples[column]}" if column else "(none)",
                key=key,
            )
            chosen[name] = [one] if one else []
    return chosen


def _samples(columns: Columns) -> dict[str, str]:
    """Return the first values of each column, cut short."""
    found = {}
    for at, name in enumerate(columns.rows.header):
        cells = dict.fromkeys(
            cells[at] for _, cells in columns.rows.records[:50] if at < len(cells) and cells[at]
        )
        text = " | ".join(list(cells)[:3])
        found[name] = text if len(text) <= _SAMPLE else text[: _SAMPLE - 1] + "…"
    return found


def _ask_rest(mapping: Mapping) -> dict[str, Any]:
    first, second, third, fourth = st.columns(4, vertical_alignment="bottom")
    return {
        "date_order": first.selectbox(
            "Order in dates",
            list(DATE_ORDERS),
            index=list(DATE_ORDERS).index(mapping.date_order),
            format_func=DATE_ORDERS.get,
            key="own_date_order",
            help="Decided from the whole column; where no date in it decides, the file is refused until you "
            "say it.",
        ),
        "time_zone": second.text_input("Time zone of the rows", mapping.time_zone, placeholder="UTC").strip(),
        "claimant": third.text_input(
            "Who says the figures",
            mapping.claimant,
            placeholder="the file itself",
            help="Killed and injured become claims of this claimant.",
        ).strip(),
        "swap_coordinates": fourth.checkbox("Exchange latitude and longitude", mapping.swap_coordinates),
    }


def _ask_values(columns: Columns, field: str, name: str, allowed: tuple[str, ...]) -> dict[str, str]:
    """Ask what the words of a column mean to us; those that are left empty mean nothing."""
    kept: AnyMapping[str, str] = getattr(columns.mapping, name)
    column = columns.mapping.column(field)
    if column not in columns.rows.header:
        return dict(kept)
    at = columns.rows.header.index(column)
    values = dict.fromkeys(cells[at] for _, cells in columns.rows.records if at < len(cells) and cells[at])
    if not values or len(values) > _MOST_VALUES:
        return dict(kept)
    frame = pd.DataFrame(
        {
            "In the file": list(values),
            "Is": [kept.get(value) or guess_value(field, value, allowed) or None for value in values],
        },
        dtype="object",
    )
    edited = st.data_editor(
        frame,
        key=f"own_values_{name}",
        hide_index=True,
        disabled=["In the file"],
        height=min(38 + 35 * len(frame), 240),
        column_config={
            "In the file": st.column_config.TextColumn(plain(_LABELS[field]), width=320),
            "Is": st.column_config.SelectboxColumn("Means", options=list(allowed), width=160),
        },
    )
    pairs = zip(edited["In the file"], edited["Is"], strict=True)
    return {str(theirs): str(ours) for theirs, ours in pairs if isinstance(ours, str) and ours}


def _take(given: dict[str, Any], again: Callable[..., None]) -> None:
    columns = {name: tuple(listed) for name, listed in given.pop("columns").items() if listed}
    try:
        # Judged like a mapping from a file: a time zone that does not exist is one.
        mapping = read_mapping(Mapping(columns, **given).to_json(), "the form")
    except GeodataError as error:
        st.error(plain(error.message()), icon=":material/error:")
        return
    again(mapping=mapping, date_order="", swap_coordinates=False)
    st.rerun()


def _show_files(mapping: Mapping, found: FileRead, again: Callable[..., None]) -> None:
    st.caption(
        "The mapping is saved with the case. As a file it reads the next table of the same kind, here and on "
        "the command line (--mapping)."
    )
    st.download_button(
        "Save the mapping",
        partial(mapping.to_json),
        file_name=f"{PurePath(found.file).stem}-mapping.json",
        mime="application/json",
        key="own_mapping_save",
        on_click="ignore",
        icon=":material/download:",
    )
    upload = st.file_uploader("Use a saved mapping", key="own_mapping_file", type=["json", "toml"])
    if upload is None or st.session_state.get("own_mapping_used") == upload.file_id:
        return
    st.session_state.own_mapping_used = upload.file_id
    try:
        saved = read_mapping(upload.getvalue().decode("utf-8-sig", "replace"), upload.name)
    except GeodataError as error:
        st.error(plain(error.message()), icon=":material/error:")
        return
    again(mapping=saved)
    st.rerun()
