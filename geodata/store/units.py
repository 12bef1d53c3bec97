"""Wanted events by unit, of a record in memory and of a store alike, without a copy of their rows."""

from __future__ import annotations

import numpy as np

from geodata import boundaries, schema
from geodata.filters import EventFilter, apply_filter
from geodata.record import Record
from geodata.shading import UnitCounts, has_districts, unit_sums
from geodata.store.columns import NO_FIGURE
from geodata.store.store import Store

_NUMBER = {kind: number for number, kind in enumerate(schema.EVENT_TYPES)}
_NONE = np.zeros(0, dtype=np.int64)


def counts_of_record(record: Record, wanted: EventFilter, level: int, years: tuple[int, int]) -> UnitCounts:
    """Return the numbers of a record by unit; ``level`` and ``years`` as in :class:`UnitCounts`."""
    keep = apply_filter(record, wanted)
    columns = {n: record.events[f"adm{n}_id"].to_numpy(dtype=object) for n in range(level + 1)}
    ids = columns[level][keep]
    if level == 2:
        own = {unit for unit in columns[2].tolist() if unit}
        coarse = _without_districts(set(columns[0].tolist()), own)
        fallback = (ids == "") & np.array([unit in coarse for unit in columns[0][keep]], dtype=bool)
        ids = np.where(fallback, columns[1][keep], ids)
    units, code = np.unique(ids.astype(str), return_inverse=True)
    low, high = (
        np.nan_to_num(record.events[name].to_numpy(dtype=float)[keep], nan=NO_FIGURE).round().astype(np.int64)
        for name in ("killed_low", "killed_high")
    )
    kind = record.events["event_type"].map(_NUMBER).to_numpy(dtype=np.int64)[keep]
    sums = unit_sums(code, len(units), kind=kind, low=low, high=high)
    return sums.counts(units.tolist(), level=level, total=len(code), years=years)


def counts_of_store(store: Store, wanted: EventFilter, level: int, years: tuple[int, int]) -> UnitCounts:
    """Return the numbers of a store by unit; ``level`` and ``years`` as in :class:`UnitCounts`."""
    columns, size = store.columns, len(store.columns.units)
    is_coarse = np.zeros(size, dtype=bool)
    if level == 2:
        held = [boundaries.unit(unit) for unit in store.present[1]]
        districts = {unit.id for unit in held if unit.level == 2}
        coarse = _without_districts({unit.id for unit in held if unit.level == 0}, districts)
        is_coarse[:] = [unit in coarse for unit in columns.units]
    total, found = 0, unit_sums(_NONE, size, kind=_NONE, low=_NONE, high=_NONE)
    for rows in store.wanted_parts(wanted, 0, len(store)):
        code = getattr(columns, f"adm{level}")[rows]
        if is_coarse.any():
            code = np.where((code == 0) & is_coarse[columns.adm0[rows]], columns.adm1[rows], code)
        kind, low, high = columns.kind[rows], columns.low[rows], columns.high[rows]
        found = found.plus(unit_sums(code, size, kind=kind, low=low, high=high))
        total += len(rows)
    return found.counts(columns.units, level=level, total=total, years=years)


def _without_districts(countries: set[str], districts: set[str]) -> set[str]:
    """Return the countries without districts in the packs and the join: provinces stand in for them."""
    # A user's own districts lie over provinces, which must not be shaded below them.
    own = {boundaries.unit(unit).iso3 for unit in districts}
    return {country for country in countries if country and country not in own and not has_districts(country)}
