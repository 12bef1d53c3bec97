"""Events by unit: the same numbers as a plain count of the table, of a record and of its store."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from geodata import schema
from geodata.filters import EventFilter, apply_filter
from geodata.shading import has_districts
from geodata.store.units import counts_of_record, counts_of_store
from tests.geodata.store.test_view import filters

YEARS = (2024, 2024)


def plain(events, level):
    """Return ids of units with their rows, counted one by one."""
    found = {}
    for row in events.to_dict("records"):
        unit = row[f"adm{level}_id"]
        if level == 2 and not unit and row["adm0_id"] and not has_districts(row["adm0_id"]):
            unit = row["adm1_id"]
        found.setdefault(unit, []).append(row)
    return found


@settings(max_examples=40)
@given(wanted=filters(), level=st.integers(0, 2))
def test_numbers_by_unit_are_those_of_the_table(record, store, wanted, level):
    expected = plain(record.events[apply_filter(record, wanted)], level)
    rest = len(expected.pop("", []))
    for counts in (
        counts_of_record(record, wanted, level, YEARS),
        counts_of_store(store, wanted, level, YEARS),
    ):
        assert set(counts.units) == set(expected)
        assert counts.total == int(counts.count.sum()) + rest
        for n, unit in enumerate(counts.units):
            rows = expected[unit]
            kinds = Counter(row["event_type"] for row in rows)
            assert counts.kinds[n].tolist() == [kinds[kind] for kind in schema.EVENT_TYPES]
            told = [row for row in rows if row["killed_low"] == row["killed_low"]]
            assert counts.figures[n] == len(told)
            assert counts.low[n] == sum(row["killed_low"] for row in told)
            assert counts.most[n] == sum(max(row["killed_low"], row["killed_high"]) for row in told)


def test_a_unit_has_as_many_events_as_a_filter_by_it_keeps(record, store):
    counts = counts_of_store(store, EventFilter(), 1, YEARS)
    for unit, number in zip(counts.units, counts.count.tolist(), strict=True):
        assert int(apply_filter(record, EventFilter(areas=(unit,))).sum()) == number
