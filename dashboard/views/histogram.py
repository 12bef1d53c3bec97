"""How many events a day, week, month or year, as a chart below the slider of dates."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.views.daily import claimants_words, killed_words, span_words
from geodata.cases import CaseMeta
from geodata.days import period_words
from geodata.filters import EPOCH, EventFilter
from geodata.periods import Periods, periods
from geodata.record import Record
from geodata.schema import DIPLOMATIC_TYPES, EVENT_TYPES
from geodata.store.listing import period_sums
from geodata.store.record import store_for
from geodata.store.store import Store

# With the 5 pixels that the chart adds, the distance from the edge of Streamlit's slider to the middle of
# a thumb at its end.
_TRACK_INSET = 3
_TRACK = 640
_BAR = 3.5
_SERIES = {"strikes": "#22262B", "other attacks": "#8F959B", "diplomatic": "#7FA8BC"}
# The longest window in days that is shown in such periods: a bar must stay a bar.
_LONGEST = {"day": 250, "week": 1_500, "month": 15_000}


def chart_periods(first: date, last: date) -> Periods:
    """Return the periods in which a window is counted."""
    return periods(first, last, _LONGEST)


@st.cache_data(max_entries=32, show_spinner=False)
def _cached_counts(data_hash: str, detail: str, _record: Record) -> pd.DataFrame:  # noqa: ARG001 - the key
    store = store_for(_record)
    return counts_of_store(store) if store else counts_of(_record)


def counts_of(record: Record) -> pd.DataFrame:
    """Return events by period and series over the case's window, periods without any left out.

    One that lasts counts in each period that it touches. Beside the number of ``events`` stand
    the claimed ranges of the ``killed`` and the numbers of ``claimants``, in words.
    """
    found = chart_periods(record.meta.date_from, record.meta.date_to)
    edges = np.array([(start - EPOCH).days for start in found.starts])
    events = record.events
    last_edge = (found.ends[-1] - EPOCH).days
    first, last = (events[name].to_numpy() for name in ("first_day", "last_day"))
    inside = (last >= edges[0]) & (first <= last_edge)
    from_period = np.searchsorted(edges, np.maximum(first, edges[0]), side="right") - 1
    to_period = np.searchsorted(edges, np.minimum(last, last_edge), side="right") - 1
    rows: dict[tuple[int, str], list[tuple[str, int]]] = {}
    columns = (events[name] for name in ("event_type", "killed_text", "claimants_count"))
    for at, (kind, killed, claimants) in enumerate(zip(*columns, strict=True)):
        if inside[at]:
            for number in range(from_period[at], to_period[at] + 1):
                rows.setdefault((number, _series(kind)), []).append((killed, int(claimants)))
    return pd.DataFrame(
        [
            {
                "start": found.starts[number].isoformat(),
                "end": found.ends[number].isoformat(),
                "period": period_words(found.starts[number], found.ends[number]),
                "kind": kind,
                "events": len(listed),
                "killed": killed_words([killed for killed, _ in listed]),
                "claimants": claimants_words([count for _, count in listed]),
            }
            for (number, kind), listed in sorted(rows.items())
        ],
        columns=["start", "end", "period", "kind", "events", "killed", "claimants"],
    )


def counts_of_store(store: Store) -> pd.DataFrame:
    """Return events by period and series as :func:`counts_of` does; the figures of very many are sums."""
    found = chart_periods(store.meta.date_from, store.meta.date_to)
    edges = np.array([(start - EPOCH).days for start in found.starts])
    sums = period_sums(store, edges, (found.ends[-1] - EPOCH).days)
    rows = []
    for n, (start, end) in enumerate(zip(found.starts, found.ends, strict=True)):
        counts = Counter[str]()
        for kind, number in zip(EVENT_TYPES, sums.kinds[n].tolist(), strict=True):
            counts[_series(kind)] += number
        span = span_words(int(sums.low[n]), int(sums.most[n]))
        killed = f"{span} as claimed, over {int(sums.figures[n]):,} events"
        rows += [
            {
                "start": start.isoformat(),
                "end": end.isoformat(),
                "period": period_words(start, end),
                "kind": kind,
                "events": number,
                "killed": f"all kinds: {killed}" if sums.figures[n] else "no claim",
                "claimants": "see the table",
            }
            for kind, number in sorted(counts.items())
            if number
        ]
    return pd.DataFrame(rows, columns=["start", "end", "period", "kind", "events", "killed", "claimants"])


def _series(kind: str) -> str:
    return "strikes" if kind == "strike" else "diplomatic" if kind in DIPLOMATIC_TYPES else "other attacks"


def show_histogram(record: Record, wanted: EventFilter) -> None:
    """Draw the chart; bars outside the chosen dates are pale."""
    meta = record.meta
    counts = _cached_counts(record.case.data_hash, meta.generalised, record)
    if counts.empty:
        return
    found = chart_periods(meta.date_from, meta.date_to)
    low, high = wanted.date_from or meta.date_from, wanted.date_to or meta.date_to
    chosen = (counts["end"] >= low.isoformat()) & (counts["start"] <= high.isoformat())
    tallest = int(counts.groupby("start")["events"].sum().max())
    days = (meta.date_to - meta.date_from).days
    form = "%Y" if days > 800 else "%b %Y" if days > 120 else "%-d %b"
    with st.container(key="daily_counts"):
        st.vega_lite_chart(
            counts.assign(chosen=chosen),
            _chart(meta, form, found.unit, tallest, bar=max(min(_BAR, _TRACK / len(found.starts)), 1.0)),
            width="stretch",
            height=108,
        )


def _chart(meta: CaseMeta, form: str, unit: str, tallest: int, *, bar: float) -> dict[str, Any]:
    """Return the chart in Vega-Lite's own words: a library that writes them takes longer than all else.

    The plot spans the slider's track, so that a bar stands under the day to which a thumb points.
    """
    window = [meta.date_from.isoformat(), meta.date_to.isoformat()]
    words = {"period": unit.capitalize(), "kind": "Kind", "events": "Events"}
    words |= {"killed": "Killed, by event", "claimants": "Claimants"}
    return {
        "mark": {"type": "bar", "size": bar},
        "encoding": {
            "x": {
                "field": "start",
                "type": "temporal",
                "title": None,
                "scale": {"type": "utc", "domain": window, "nice": False, "clamp": True},
                "axis": {"format": form, "grid": False, "tickCount": 8},
            },
            "y": {"field": "events", "type": "quantitative", "title": None, "axis": None, "stack": "zero"},
            "color": {
                "field": "kind",
                "type": "nominal",
                "scale": {"domain": list(_SERIES), "range": list(_SERIES.values())},
                "legend": {
                    "title": f"Events a {unit}, at most {tallest:,}",
                    "orient": "top",
                    "direction": "horizontal",
                    "titleOrient": "left",
                    "titleLimit": 300,
                },
            },
            "opacity": {"condition": {"test": "datum.chosen", "value": 1.0}, "value": 0.45},
            "tooltip": [
                {"field": field, "type": "quantitative" if field == "events" else "nominal", "title": word}
                for field, word in words.items()
            ],
        },
        "padding": {"left": _TRACK_INSET, "right": _TRACK_INSET, "top": 0, "bottom": 0},
        "config": {"view": {"stroke": None}},
    }
