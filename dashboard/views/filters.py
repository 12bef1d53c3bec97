"""Filters: a slider of two dates with its counts a day, kinds of event, areas, least numbers."""

from __future__ import annotations

from datetime import date, timedelta

import altair as alt
import pandas as pd
import streamlit as st

from dashboard import state
from dashboard.views.daily import claimants_words, killed_words
from dashboard.views.labels import distinct
from dashboard.views.markup import plain
from geodata import boundaries
from geodata.days import period_words
from geodata.detail import DETAILS
from geodata.filters import EPOCH, LARGEST_LEAST, EventFilter
from geodata.record import Record, unit_words
from geodata.schema import DIPLOMATIC_TYPES

# With the 5 pixels that the chart adds, the distance from the edge of Streamlit's slider to the middle of
# a thumb at its end.
_TRACK_INSET = 3

_SERIES = {"strikes": "#22262B", "other attacks": "#8F959B", "diplomatic": "#7FA8BC"}


def show_filters(record: Record, wanted: EventFilter) -> None:
    """Draw the filters; every widget keeps its value under its own key."""
    meta = record.meta
    left, right = st.columns([3, 2], gap="large", vertical_alignment="top")
    with left:
        if meta.date_from < meta.date_to:
            st.slider(
                "Dates",
                meta.date_from,
                meta.date_to,
                key="date_range",
                format="D MMM YYYY",
                help="Calendar days at the place of the event, both included. "
                "An event that lasts, or is known to a week or month only, stays while any of its days "
                "is inside.",
            )
        else:
            st.caption(f"All events are of {period_words(meta.date_from, meta.date_to)}.")
        _show_histogram(record, wanted)
    with right:
        _show_choices(record)
        with st.expander("More filters", key="more_filters"):
            _show_more()
        _show_in_force()
        if wanted != record.default_filter:
            st.button(
                "Reset filters",
                key="reset_filters",
                on_click=state.reset_filters,
                icon=":material/restart_alt:",
            )


def _show_choices(record: Record) -> None:
    titles = distinct(state.all_titles())
    areas = distinct({unit_id: _area_name(unit_id) for unit_id in state.area_options(record)})
    with st.container(key="choices"):
        kinds_column, areas_column = st.columns(2)
    kinds_column.multiselect(
        "Kinds of event",
        state.type_options(record),
        key="event_types",
        placeholder="All kinds",
        help="Strikes, attacks and bombings are drawn; talks and statements mostly stand in the table.",
    )
    areas_column.multiselect(
        "Areas",
        list(areas),
        key="areas",
        format_func=areas.get,
        placeholder="All areas",
        help="Events joined to one of these units or to a unit inside it.",
    )
    # A narrow window leaves the choice of a case out where there is only one.
    with st.container(key="cases" if len(titles) > 1 else "one_case"):
        st.selectbox(
            "Case",
            list(titles),
            format_func=titles.get,
            key="case",
            on_change=state.switch_case,
            help="Cases of your own are offered here too: start the app with STRIKEMAP_CASES set to the "
            "folder that holds them.",
        )


def _show_more() -> None:
    """Draw the level of detail, and the two least numbers side by side, also in a narrow window."""
    st.selectbox(
        "Detail",
        ["", *DETAILS],
        format_func=lambda key: DETAILS[key].label if key else "As recorded",
        key="detail",
        on_change=state.switch_detail,
        help="Shows every event by a unit, on map, table, pictures and files alike: finer positions, place "
        "names, texts and links are taken out first, and all else follows from what is left.",
    )
    with st.container(key="least"):
        claimants, killed = st.columns(2)
    claimants.number_input(
        "Claimants, at least",
        min_value=0,
        max_value=LARGEST_LEAST,
        step=1,
        key="min_claimants",
        help="Independent claimants recorded for the event, on any subject. Outlets that only repeat "
        "another, data providers and claimants who are not recorded count 0. It is breadth, not proof.",
    )
    killed.number_input(
        "Killed, at least",
        min_value=0,
        max_value=LARGEST_LEAST,
        step=1,
        key="min_killed",
        help="By the highest figure that any claimant now gives. An event without a figure counts 0.",
    )


def _show_in_force() -> None:
    """Say what is filtered by that no control in sight shows."""
    now = st.session_state
    if now.detail:
        st.caption(f"{DETAILS[now.detail].words}.")
    hidden = EventFilter(
        actors=now.actors, min_killed=now.min_killed, min_claimants=now.min_claimants
    ).words()
    if hidden:
        st.caption(plain(f"Also filtered: {hidden}."))


def _area_name(unit_id: str) -> str:
    if not boundaries.is_unit(unit_id):
        return unit_id
    unit = boundaries.unit(unit_id)
    return unit.name if unit.level == 0 else f"{unit_words(unit_id)} ({boundaries.unit(unit.iso3).name})"


@st.cache_data(max_entries=32, show_spinner=False)
def daily_counts(data_hash: str, _record: Record) -> pd.DataFrame:  # noqa: ARG001 - the hash is the key
    """Return events a day and series over the case's window; one that lasts counts on each day.

    Beside their number stand the claimed ranges of the killed and the numbers of claimants, in words.
    """
    meta = _record.meta
    days = [meta.date_from + timedelta(days=n) for n in range((meta.date_to - meta.date_from).days + 1)]
    found: dict[tuple[date, str], list[tuple[str, int]]] = {
        (d, series): [] for d in days for series in _SERIES
    }
    columns = ("first_day", "last_day", "event_type", "killed_text", "claimants_count")
    for first, last, kind, killed, claimants in zip(*(_record.events[name] for name in columns), strict=True):
        series = (
            "strikes" if kind == "strike" else "diplomatic" if kind in DIPLOMATIC_TYPES else "other attacks"
        )
        for number in range(int(first), int(last) + 1):
            day = EPOCH + timedelta(days=number)
            if (day, series) in found:
                found[day, series].append((killed, int(claimants)))
    return pd.DataFrame(
        [
            {
                "day": day.isoformat(),
                "events": len(events),
                "kind": kind,
                "killed": killed_words([killed for killed, _ in events]),
                "claimants": claimants_words([count for _, count in events]),
            }
            for (day, kind), events in found.items()
        ]
    )


def _show_histogram(record: Record, wanted: EventFilter) -> None:
    counts = daily_counts(record.case.data_hash, record)
    low, high = wanted.date_from or record.meta.date_from, wanted.date_to or record.meta.date_to
    inside = [low <= date.fromisoformat(day) <= high for day in counts.loc[counts["events"] > 0, "day"]]
    tallest = int(counts.groupby("day")["events"].sum().max())
    # The plot spans the slider's track, so that a bar stands under the day to which a thumb points.
    window = [record.meta.date_from.isoformat(), record.meta.date_to.isoformat()]
    scale = alt.Scale(type="utc", domain=window, nice=False)
    chart = (
        alt.Chart(counts[counts["events"] > 0].assign(chosen=inside))
        .mark_bar(size=3.5)
        .encode(
            x=alt.X(
                "day:T", title=None, scale=scale, axis=alt.Axis(format="%-d %b", grid=False, tickCount=8)
            ),
            y=alt.Y("events:Q", title=None, axis=None, stack="zero"),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=list(_SERIES), range=list(_SERIES.values())),
                legend=alt.Legend(
                    title=f"Events a day, at most {tallest}",
                    orient="top",
                    direction="horizontal",
                    titleOrient="left",
                    titleLimit=300,
                ),
            ),
            opacity=alt.condition("datum.chosen", alt.value(1.0), alt.value(0.45)),
            tooltip=[
                alt.Tooltip("day:T", title="Day", format="%-d %b %Y"),
                alt.Tooltip("kind:N", title="Kind"),
                alt.Tooltip("events:Q", title="Events"),
                alt.Tooltip("killed:N", title="Killed, by event"),
                alt.Tooltip("claimants:N", title="Claimants"),
            ],
        )
        .properties(padding={"left": _TRACK_INSET, "right": _TRACK_INSET, "top": 0, "bottom": 0})
        .configure_view(stroke=None)
    )
    with st.container(key="daily_counts"):
        st.altair_chart(chart, width="stretch", height=108)
