"""The events of a store in order of time."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from geodata.filters import EPOCH, EventFilter
from geodata.store.listing import period_sums, rows_by_day

DAYS = {"date_from": date(2024, 1, 5), "date_to": date(2024, 1, 20)}


@pytest.mark.parametrize(
    "wanted",
    [
        EventFilter(),
        EventFilter(**DAYS),
        EventFilter(**DAYS, types=("clash", "strike")),
        EventFilter(actors=("one",)),
        EventFilter(types=("bombing",)),
    ],
)
def test_pages_are_the_wanted_events_in_order(record, store, wanted):
    selected = record.select(wanted).events
    pages = [rows_by_day(store, wanted, skip=skip, count=700) for skip in range(0, len(selected) + 700, 700)]
    rows = np.concatenate(pages)
    days = store.columns.first_day[rows]
    assert (np.diff(days) >= 0).all()
    assert sorted(entry["event_id"] for entry in store.listed(rows)) == sorted(selected["event_id"])
    assert all(len(page) == 700 for page in pages[: len(selected) // 700])


def test_sums_by_period_count_what_lasts_in_each_period_that_it_touches(record, store):
    edges = np.array([(date(2024, 1, day) - EPOCH).days for day in (3, 8, 15, 22)])
    last = (date(2024, 1, 30) - EPOCH).days
    sums = period_sums(store, edges, last)
    for n, (first, end) in enumerate(zip(edges, [*(edges[1:] - 1), last], strict=True)):
        events = record.events[(record.events["last_day"] >= first) & (record.events["first_day"] <= end)]
        assert sums.count[n] == len(events)
        assert (
            sums.low[n] == events["killed_low"].sum()
            and sums.figures[n] == events["killed_low"].notna().sum()
        )
