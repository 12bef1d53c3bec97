"""Events of a store that are known to a unit: one mark a unit and precision, or a count where units crowd."""

from __future__ import annotations

import numpy as np

from geodata import boundaries, schema
from geodata.filters import EventFilter
from geodata.marginalia import event_counts
from geodata.record import unit_words
from geodata.scene import AreaMark
from geodata.scene_build import strike_label
from geodata.store.mask import days_wanted, has_only_days_and_kinds, kinds_wanted
from geodata.store.store import Store, area_groups, parted_group
from geodata.store.tally import Ints, Rows, Sums, sums_of
from geodata.style import NOBODY

# Of the events of a unit so many can be chosen on the map; the table has all.
_LISTED = 60


def area_sums(store: Store, wanted: EventFilter) -> tuple[Ints, Sums]:
    """Return the groups of events known to a unit that a filter wants, and their sums."""
    groups, kinds = store.counts.area.groups, kinds_wanted(wanted)
    if has_only_days_and_kinds(wanted):
        of_day = store.counts.area.sums(np.arange(len(groups)), kinds, days_wanted(wanted))
        rows = store.lasting_of(store.columns.loose, store.columns.areas, wanted)
        rows = np.concatenate([rows, _aimed(store, wanted)])
    else:
        of_day = sums_of(store.columns, _none(), _none(), len(groups))
        rows = area_rows(store, wanted)
    of_row = area_groups(store.columns, rows)
    merged, at = np.unique(np.concatenate([groups, of_row]), return_inverse=True)
    total = of_day.gathered(at[: len(groups)], len(merged)).plus(
        sums_of(store.columns, rows, at[len(groups) :], len(merged))
    )
    filled = np.flatnonzero(total.count)
    return merged[filled], total.of(filled)


def area_marks(
    store: Store, wanted: EventFilter, groups: Ints, sums: Sums
) -> tuple[tuple[AreaMark, ...], dict[str, str]]:
    """Return the marks of groups and the titles of the events that they name.

    The largest unit comes first, so that a click in a district is one on the district.
    """
    if not len(groups):
        return (), {}
    rows = _first_rows(store, wanted, groups)
    brief = store.brief_of(np.concatenate(rows), ("event_id", "title"))
    ids, titles = (brief[name].to_pylist() for name in ("event_id", "title"))
    ends = np.cumsum([len(some) for some in rows])
    firsts = store.listed(np.array([some[0] for some in rows]))
    marks = []
    for n, (group, end, first) in enumerate(zip(groups.tolist(), ends.tolist(), firsts, strict=True)):
        unit, precision = parted_group(group)
        about = boundaries.unit(store.columns.units[unit])
        when, count = store.time_of(first), int(sums.kinds[n].sum())
        counts = event_counts(dict(zip(schema.EVENT_TYPES, sums.kinds[n].tolist(), strict=True)))
        marks.append(
            AreaMark(
                tuple(ids[end - len(rows[n]) : end]),
                about.id,
                unit_words(about.id, year=when.start.year),
                schema.LOCATION_PRECISIONS[precision],
                (about.label_lon, about.label_lat),
                f"{counts}, somewhere in {unit_words(about.id, year=when.start.year, with_parents=True)}",
                label=strike_label(first, when, NOBODY) if count == 1 else "",
                counts=counts,
                figures=str(first["killed_text"]) if count == 1 else "",
                total=count,
            )
        )
    marks.sort(key=lambda mark: -boundaries.unit(mark.area).area_km2)
    return tuple(marks), dict(zip(ids, titles, strict=True))


def _first_rows(store: Store, wanted: EventFilter, groups: Ints) -> list[Rows]:
    """Return the first wanted rows of each group, in the order of the store."""
    rows = area_rows(store, wanted)
    of_row = area_groups(store.columns, rows)
    order = np.argsort(of_row, kind="stable")
    begin, end = (np.searchsorted(of_row[order], groups, side=side) for side in ("left", "right"))
    return [rows[order[a : min(b, a + _LISTED)]] for a, b in zip(begin.tolist(), end.tolist(), strict=True)]


def area_rows(store: Store, wanted: EventFilter) -> Rows:
    """Return the wanted rows of events known to a unit that no mark of their own stands for, ascending."""
    rows = store.wanted_rows(wanted, store.columns.loose, store.columns.areas)
    return np.concatenate([rows, _aimed(store, wanted)])


def _aimed(store: Store, wanted: EventFilter) -> Rows:
    rows = store.gathered_areas
    return rows[store.wanted(wanted, rows)]


def _none() -> Rows:
    return np.zeros(0, dtype=np.intp)
