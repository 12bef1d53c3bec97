"""The events that table and chooser list: all that are wanted, or of very many a page."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from geodata.days import EventTime, local_words
from geodata.filters import EventFilter
from geodata.record import Record, unit_words
from geodata.schema import DIPLOMATIC_TYPES
from geodata.store.listing import rows_by_day
from geodata.store.store import Store

PAGE = 500


@dataclass(frozen=True)
class Listed:
    """Some events in the order of time.

    Parameters
    ----------
    ids
        Their ids.
    labels
        Title and day of each.
    frame
        The columns of the table, one row an event.
    skipped
        How many wanted events come before them.
    wanted, total
        How many events are wanted, and how many there are.
    """

    ids: tuple[str, ...]
    labels: tuple[str, ...]
    frame: pd.DataFrame
    skipped: int
    wanted: int
    total: int


def listed_whole(record: Record, wanted: EventFilter) -> Listed:
    """Return all wanted events of a record."""
    selected = record.select(wanted)
    directions: dict[str, list[str]] = {}
    for event_id, words in zip(selected.attacks["event_id"], selected.attacks["from_text"], strict=True):
        directions.setdefault(event_id, []).append(words)
    rows = [(row, record.times[row["event_id"]]) for row in selected.events.to_dict("records")]
    return _listed(rows, directions, 0, len(rows), len(record.events))


def listed(store: Store, wanted: EventFilter) -> Listed:
    """Return the page of wanted events that the session looks at."""
    count = int(store.kinds(wanted).sum())
    pages = max(-(-count // PAGE), 1)
    page = min(max(int(st.session_state.get("events_page", 1)), 1), pages)
    st.session_state.events_page = page
    rows = rows_by_day(store, wanted, skip=(page - 1) * PAGE, count=PAGE)
    entries = store.listed(rows)
    return _listed(
        [(entry, store.time_of(entry)) for entry in entries], {}, (page - 1) * PAGE, count, len(store)
    )


def _listed(
    rows: list[tuple[dict[str, object], EventTime]],
    directions: dict[str, list[str]],
    skipped: int,
    wanted: int,
    total: int,
) -> Listed:
    frame = pd.DataFrame([_cells(row, when, directions) for row, when in rows])
    labels = tuple(f"{row['title']}, {when.first_day.day} {when.first_day:%b %Y}" for row, when in rows)
    return Listed(tuple(str(row["event_id"]) for row, _ in rows), labels, frame, skipped, wanted, total)


def _cells(row: dict[str, object], when: EventTime, directions: dict[str, list[str]]) -> dict[str, object]:
    place = row["place_name"]
    if row["drawn_area"]:
        place = f"{unit_words(str(row['drawn_area']), year=when.start.year)}{f' ({place})' if place else ''}"
    talk = row["event_type"] in DIPLOMATIC_TYPES
    return {
        "Local time": local_words(when).replace(", time not known", ""),
        "Kind": row["event_type"],
        "Event": row["title"],
        "Place": place,
        "Killed": row["killed_text"],
        "Claimants": row["claimants_count"],
        "Injured": row["injured_text"],
        "Direction": "" if talk else " / ".join(dict.fromkeys(directions.get(str(row["event_id"]), []))),
        "Claims": row["claims_count"],
    }
