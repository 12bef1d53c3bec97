"""The page's state in one place: what the address says, the widgets' keys, the choice.

The address takes ``case, detail, from, to, type, actor, area, min_killed, min_claimants, lat, lon, zoom,
event, hide, names, show``; what equals the default is left out, and a bad value is dropped with a notice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from dashboard.cache import case_titles, known_cases
from dashboard.own_cases import is_own
from dashboard.workspace import Workspace
from geodata.detail import DETAILS
from geodata.display import URL_KEYS as DISPLAY_KEYS
from geodata.display import Display, display_of_query
from geodata.errors import GeodataError, UsageError
from geodata.filters import Bbox, EventFilter, from_query, query_pairs
from geodata.generalise import finer_areas
from geodata.record import Record
from geodata.scene_build import view_extent
from geodata.schema import EVENT_TYPES
from geodata.store.record import kinds_in, names_actor, opening_for, units_in

DEFAULT_CASE = "iran-pakistan-2024"
FILTER_KEYS = ("date_range", "event_types", "areas", "min_claimants", "min_killed")
_VIEW_KEYS = {"lat": (-90.0, 90.0), "lon": (-180.0, 180.0), "zoom": (0.0, 18.0)}


@dataclass(frozen=True)
class Home:
    """The opening view of a session; ``stated`` where the address gave it."""

    lat: float
    lon: float
    zoom: float
    stated: bool


def open_session() -> None:
    """Read the address once, when a session begins."""
    if "opened" in st.session_state:
        return
    st.session_state.workspace = Workspace()
    query = {key: st.query_params.get_all(key) for key in st.query_params}
    notices: list[str] = []
    case_id = query.get("case", [DEFAULT_CASE])[0]
    if is_own(case_id):
        notices.append(
            "The address is of a file that was open in another session; a file is kept nowhere. "
            "Open it again, or share the case zip."
        )
        query, case_id = {}, DEFAULT_CASE
    if case_id not in known_cases():
        notices.append(f"The address gives case={case_id!r}, which does not exist; the first case is shown.")
        case_id = DEFAULT_CASE
    try:
        record = workspace().published(case_id)
    except GeodataError as error:
        notices.append(f"The case {case_id!r} cannot be read: {error.message()}")
        case_id = DEFAULT_CASE
        record = workspace().published(case_id)
    state = st.session_state
    state.detail = _detail(query, notices)
    record = workspace().published(case_id, state.detail)
    wanted, dropped = from_query(query, record.default_filter)
    wanted = _without_finer(wanted, record, notices)
    state.opened = True
    state.case = case_id
    state.shown_case = case_id
    state.actors = wanted.actors
    _set_widgets(record, wanted)
    state.home = _home(record, query, notices)
    state.chosen = _event(record, query, notices)
    state.display, lost = display_of_query(query)
    state.map_names = state.display.names
    state.notices = [*notices, *dropped, *lost]


def _set_widgets(record: Record, wanted: EventFilter) -> None:
    meta = record.meta
    low = min(max(wanted.date_from or meta.date_from, meta.date_from), meta.date_to)
    high = min(max(wanted.date_to or meta.date_to, low), meta.date_to)
    st.session_state.date_range = (low, high)
    _tell_dates_set()
    st.session_state.event_types = list(wanted.types)
    st.session_state.areas = list(wanted.areas)
    st.session_state.min_claimants = wanted.min_claimants
    st.session_state.min_killed = wanted.min_killed


def _tell_dates_set() -> None:
    """Count that the page has set the dates: the map, which follows the slider by itself, must know."""
    st.session_state.dates_set = st.session_state.get("dates_set", 0) + 1


def _home(record: Record, query: dict[str, list[str]], notices: list[str]) -> Home:
    view = opening_for(record)
    found = {"lat": view.latitude, "lon": view.longitude, "zoom": view.zoom}
    stated = False
    for key, (low, high) in _VIEW_KEYS.items():
        for text in query.get(key, [])[:1]:
            value = _number(text)
            if low <= value <= high:
                found[key], stated = value, True
            else:
                notices.append(
                    f"The address gives {key}={text!r}, which is not a number from {low:g} to {high:g}; "
                    "it was left out."
                )
    return Home(found["lat"], found["lon"], found["zoom"], stated)


def _detail(query: dict[str, list[str]], notices: list[str]) -> str:
    for key in query.get("detail", [])[:1]:
        if key in DETAILS:
            return key
        notices.append(f"The address gives detail={key!r}, which is not a level of detail; it was left out.")
    return ""


def _without_finer(wanted: EventFilter, record: Record, notices: list[str]) -> EventFilter:
    """Return the filter without what a level of detail leaves out: finer units, names of actors."""
    detail = current_detail()
    if not detail:
        return wanted
    finer = finer_areas(wanted.areas, DETAILS[detail].level)
    lost = [name for name in wanted.actors if not names_actor(record, name)]
    if finer:
        notices.append("Areas finer than the level of detail were left out of the filter.")
    if lost:
        notices.append("Actors who have no event at this level of detail were left out of the filter.")
    return replace(
        wanted,
        areas=tuple(area for area in wanted.areas if area not in finer),
        actors=tuple(name for name in wanted.actors if name not in lost),
    )


def switch_detail() -> None:
    """Show the case at the chosen level: the choice, finer areas and the view of the map go.

    The view of the map in the address may have been set by a point that is no longer shown.
    """
    state = st.session_state
    state.chosen, state.notices, state.found = "", [], None
    record = workspace().record(state.case, state.detail)
    wanted = EventFilter(areas=tuple(state.areas), actors=state.actors)
    wanted = _without_finer(wanted, record, state.notices)
    state.areas, state.actors = list(wanted.areas), wanted.actors
    # The window may be a day wider where times are told in UTC.
    low, high = (min(max(day, record.meta.date_from), record.meta.date_to) for day in date_range(record))
    state.date_range = (low, high)
    _tell_dates_set()
    for key in _VIEW_KEYS:
        st.query_params.pop(key, None)
    state.home = _home(record, {}, [])


def _event(record: Record, query: dict[str, list[str]], notices: list[str]) -> str:
    for event_id in query.get("event", [])[:1]:
        if event_id in record.times:
            return event_id
        notices.append(
            f"The address gives event={event_id!r}, which this case does not have; it was left out."
        )
    return ""


def switch_case() -> None:
    """Start over with the chosen case's own defaults."""
    state = st.session_state
    try:
        record = workspace().published(state.case, state.detail)
    except GeodataError as error:
        state.notices = [f"The case {state.case!r} cannot be read: {error.message()}"]
        state.case = state.shown_case
        return
    state.shown_case = state.case
    state.actors = ()
    _set_widgets(record, record.default_filter)
    state.chosen, state.notices, state.found = "", [], None
    view = opening_for(record)
    state.home = Home(view.latitude, view.longitude, view.zoom, stated=False)
    # The view in the address is of the case before.
    for key in _VIEW_KEYS:
        st.query_params.pop(key, None)


def all_titles() -> dict[str, str]:
    """Return the title of each case that can be shown, files that the session opened first, by id."""
    own = {key: f"{case.case.meta.title} (your file)" for key, case in workspace().cases.items()}
    return {**own, **case_titles()}


def open_own(key: str) -> None:
    """Show a file that the session opened."""
    st.session_state.case = key
    switch_case()


def close_own(key: str) -> None:
    """Let a file go; if it is shown, the first case is shown instead."""
    if st.session_state.case == key:
        open_own(DEFAULT_CASE)
    workspace().close_case(key)


def workspace() -> Workspace:
    """Return what this session has beside the bundled data."""
    found: Workspace = st.session_state.workspace
    return found


def current_detail() -> str:
    """Return the level of detail that the page shows, ``""`` for the case as recorded."""
    found: str = st.session_state.get("detail", "")
    return found


def current_record() -> Record:
    """Return the record of the case that is open, as it is on disk; a draft may stand in for it."""
    return workspace().published(st.session_state.case)


def current_filter(record: Record) -> EventFilter:
    """Return what the widgets ask for."""
    state = st.session_state
    low, high = date_range(record)
    try:
        return EventFilter(
            date_from=low,
            date_to=high,
            types=tuple(state.event_types),
            areas=tuple(state.areas),
            actors=state.actors,
            min_killed=state.min_killed,
            min_claimants=state.min_claimants,
        )
    except UsageError:
        return record.default_filter


def date_range(record: Record) -> tuple[date, date]:
    """Return the chosen dates; a case of one day has no slider, whose state would hold them."""
    window = (record.meta.date_from, record.meta.date_to)
    found: tuple[date, date] = st.session_state.get("date_range", window)
    return found


def reset_filters() -> None:
    """Put every filter back to how the case opens."""
    record = current_record()
    st.session_state.actors = ()
    _set_widgets(record, record.default_filter)


def area_options(record: Record) -> list[str]:
    """Return the units that hold an event or are chosen, countries first, by id."""
    found = units_in(record) | set(st.session_state.areas)
    return sorted(found, key=lambda unit: (unit.count("-"), unit))


def type_options(record: Record) -> list[str]:
    """Return the event types of the case or of the filter, in the schema's order."""
    found = kinds_in(record) | set(st.session_state.event_types)
    return [kind for kind in EVENT_TYPES if kind in found]


def choose(event_id: str) -> None:
    """Open the evidence of an event, or none."""
    st.session_state.chosen = event_id


def scene_query(record: Record, wanted: EventFilter) -> str:
    """Return the query of the scene's route: case, filter and, for its border, the chosen event."""
    pairs = [*case_pairs(), *query_pairs(wanted, record.default_filter)]
    if st.session_state.chosen:
        pairs.append(("event", st.session_state.chosen))
    return urlencode(pairs)


def case_pairs() -> list[tuple[str, str]]:
    """Return what tells a route the record of this session: case, detail, and layers where there are any."""
    own, detail = workspace(), current_detail()
    pairs = [("case", str(st.session_state.case)), *([("detail", detail)] if detail else [])]
    # The stamp makes each change of what the session has of its own another address.
    return [*pairs, ("session", own.token), ("own", own.stamp())] if own.stamp() else pairs


def write_address(record: Record, wanted: EventFilter) -> None:
    """Put case, filter and choice into the address; the map itself keeps the view there."""
    pairs = query_pairs(wanted, record.default_filter)
    if current_detail():
        pairs.insert(0, ("detail", current_detail()))
    if st.session_state.case != DEFAULT_CASE:
        pairs.insert(0, ("case", st.session_state.case))
    if st.session_state.chosen:
        pairs.append(("event", st.session_state.chosen))
    target: dict[str, list[str]] = {}
    for key, value in pairs:
        target.setdefault(key, []).append(value)
    for key, (low, high) in _VIEW_KEYS.items():
        if low <= _number(st.query_params.get(key, "")) <= high:
            target[key] = [st.query_params[key]]
    for key, value in current_display().pairs():
        target.setdefault(key, []).append(value)
    if target != {key: st.query_params.get_all(key) for key in st.query_params}:
        st.query_params.from_dict(target)


def current_display() -> Display:
    """Return how the map is drawn; its own control writes into the address which layers it hides."""
    found, _ = display_of_query({key: st.query_params.get_all(key) for key in DISPLAY_KEYS})
    return replace(found, names=st.session_state.map_names)


def view_of_address() -> Bbox | None:
    """Return the box of the map's view, where the map has been moved; else None."""
    latitude, longitude, zoom = (_number(st.query_params.get(key, "")) for key in _VIEW_KEYS)
    if all(
        low <= value <= high
        for value, (low, high) in zip((latitude, longitude, zoom), _VIEW_KEYS.values(), strict=True)
    ):
        return view_extent(latitude, longitude, zoom)
    return None


def _number(text: str) -> float:
    """Return a number, NaN where the text is none, so that no range holds it."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
