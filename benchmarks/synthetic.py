"""Events made from a seed, and a store of them: coordinates repeat and cluster as in data of conflicts."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from geodata import boundaries, schema
from geodata.cases import load_case
from geodata.record import build_record
from geodata.store.columns import AREA, LOOSE, OTHER
from geodata.store.making import finish_columns
from geodata.store.morton import NOWHERE, keys_of

PART_ROWS, GROUP_ROWS = 160_000, 16_384
_FIRST_DAY, _DAYS = 6_940, 12_780  # 1989 to 2023
_HEAD = """id = "synthetic"
title = "{rows:,} made-up events"
summary = "Made from a seed, for measuring."
version = "1"
time_zone = "UTC"
date_from = 1989-01-01
date_to = 2023-12-31
"""


# Of a hundred events ninety are points, eight are known to a unit, two to none.
_SHARES = {AREA: 0.08, OTHER: 0.02}
_KINDS = np.cumsum([0.1, 0.25, 0.15, 0.4, 0.0, 0.0, 0.1])
_UNITS = 400
# 0 to 11 killed, as often as in a Poisson distribution with a mean of 2.
_KILLED = np.cumsum([math.exp(-2) * 2**n / math.factorial(n) for n in range(12)])
# What is drawn of each event, and the number of its own sequence of random numbers.
_DAY, *_DRAWN = range(6)
_LASTS, _LASTING, _FIGURE, _HAS_FIGURE, _KIND = _DRAWN


@dataclass(frozen=True)
class Places:
    """Where events are, in the order of a store: arrays of ``(groups,)``.

    A group is a point, a unit (a place in ``unit_ids``, else -1), or nowhere, the last one. ``ends`` is the
    row behind the last event of each; ``lon`` and ``lat`` are degrees.
    """

    section: Any
    lon: Any
    lat: Any
    key: Any
    unit: Any
    ends: Any
    unit_ids: Any


@dataclass(frozen=True)
class Events:
    """Some events, arrays of ``(rows,)``; ``group`` counts in :class:`Places`.

    Coordinates are degrees, days count from 1970-01-01, ``kind`` counts in ``schema.EVENT_TYPES``.
    """

    row: npt.NDArray[np.int64]
    group: npt.NDArray[np.int64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    killed: npt.NDArray[np.float64]


def make_events(rows: int, seed: int = 1) -> Events:
    """Return events that are all points, in no order."""
    order = np.random.default_rng(seed).permutation(rows)
    made = events_of(make_places(rows, seed, shares={}), 0, rows, seed)
    return Events(*(getattr(made, field.name)[order] for field in fields(Events)))


def make_places(rows: int, seed: int = 1, *, shares: Mapping[int, float] = _SHARES) -> Places:
    """Return a twelfth as many places as events, which crowd around four hundred hubs.

    ``shares`` has the share of the events that are known to a unit, and to none.
    """
    random = np.random.default_rng(seed)
    count = max(rows // 12, 20)
    hubs = np.stack([random.uniform(-100, 140, 400), random.uniform(-34, 58, 400)], axis=1)
    weight = 1 / np.arange(1, 401)
    near = hubs[random.choice(400, count, p=weight / weight.sum())] + random.normal(0, 1.8, (count, 2))
    near = near.round(4)
    popular = 1 / np.arange(1, count + 1) ** 0.7
    others = {section: int(rows * shares.get(section, 0)) for section in (AREA, OTHER)}
    events = random.multinomial(rows - sum(others.values()), popular / popular.sum())
    # Places of one key have one pair of coordinates: a key is finer than the fourth digit.
    key, first, into = np.unique(keys_of(near[:, 0], near[:, 1]), return_index=True, return_inverse=True)
    of_key = np.bincount(into, weights=events).astype(np.int64)
    of_unit = random.multinomial(others[AREA], np.full(_UNITS, 1 / _UNITS))
    provinces = (unit for unit in sorted(boundaries.unit_ids()) if boundaries.unit(unit).level == 1)
    more = np.full(_UNITS + 1, np.nan)
    return Places(
        section=np.repeat([LOOSE, AREA, OTHER], [len(key), _UNITS, 1]).astype(np.int8),
        lon=np.concatenate([near[first, 0], more]),
        lat=np.concatenate([near[first, 1], more]),
        key=np.concatenate([key, np.full(_UNITS + 1, NOWHERE)]),
        unit=np.concatenate([np.full(len(key), -1), np.arange(_UNITS), [-1]]),
        ends=np.cumsum(np.concatenate([of_key, of_unit, [others[OTHER]]])),
        unit_ids=np.array(list(islice(provinces, _UNITS)), dtype=object),
    )


def events_of(places: Places, begin: int, end: int, seed: int = 1) -> Events:
    """Return the events of rows from ``begin`` up to ``end``; a row is the same whatever is asked with it."""
    low, high = np.searchsorted(places.ends, [begin, end - 1], side="right")
    # The days of a place are in order, so that those of all its events are drawn.
    first_row, last_row = int(places.ends[low - 1]) if low else 0, int(places.ends[high])
    sizes = np.diff(np.concatenate([[first_row], places.ends[low : high + 1]]))
    group = np.repeat(np.arange(low, high + 1), sizes)
    day = (_uniform(seed, _DAY, first_row, last_row) * _DAYS).astype(np.int64) + _FIRST_DAY
    day = day[np.lexsort((day, group))]
    some = slice(begin - first_row, end - first_row)
    drawn = {what: _uniform(seed, what, begin, end) for what in _DRAWN}
    lasts = np.where(drawn[_LASTING] < 0.15, (drawn[_LASTS] * 27).astype(np.int64) + 1, 0)
    killed = np.searchsorted(_KILLED, drawn[_FIGURE]).astype(float)
    killed[drawn[_HAS_FIGURE] < 0.3] = np.nan
    return Events(
        row=np.arange(begin, end),
        group=group[some],
        lon=places.lon[group[some]],
        lat=places.lat[group[some]],
        first=day[some],
        last=np.minimum(day[some] + lasts, _FIRST_DAY + _DAYS),
        kind=np.minimum(np.searchsorted(_KINDS, drawn[_KIND], side="right"), len(_KINDS) - 1),
        killed=killed,
    )


def _uniform(seed: int, what: int, begin: int, end: int) -> npt.NDArray[np.float64]:
    """Return the random numbers in [0, 1) of rows: a generator that counts can begin at every fourth."""
    bits = np.random.Philox(key=np.array([seed, what], dtype=np.uint64))
    bits.advance(begin // 4)
    return np.random.Generator(bits).random(end - begin + begin % 4)[begin % 4 :]


def write_store(folder: Path, *, rows: int, seed: int = 1, part_rows: int = PART_ROWS) -> None:
    """Write a store of made-up events, part by part."""
    places, template = make_places(rows, seed), _template()
    for name in ("events", "claims", "attacks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    parts = []
    for number, start in enumerate(range(0, rows, part_rows)):
        events = events_of(places, start, min(start + part_rows, rows), seed)
        for name, table in _tables(places, events, template).items():
            path = folder / name / f"part-{number:05}.parquet"
            # Written and read fastest, of a few ways tried; real parts have dictionaries too.
            pq.write_table(table, path, row_group_size=GROUP_ROWS, compression="zstd", use_dictionary=False)
        digest = hashlib.sha256(f"{seed} {rows} {start}".encode()).hexdigest()
        parts.append({"file": f"events/part-{number:05}.parquet", "rows": len(events.row), "sha256": digest})
    (folder / "case.toml").write_text(_HEAD.format(rows=rows), encoding="utf-8")
    (folder / "sources.csv").write_text(",".join(schema.SOURCES.columns) + "\n", encoding="utf-8")
    finish_columns(folder)
    about = {"format": "strikemap-store", "version": 1, "rows": rows, "parts": parts, "columns": []}
    (folder / "store.json").write_text(json.dumps(about), encoding="utf-8")


def _template() -> dict[str, pa.Table]:
    """Return the tables of a record without a row, for their columns and types."""
    record = build_record(load_case("iran-pakistan-2024"))
    events = pa.Table.from_pandas(record.events.iloc[:1], preserve_index=False)
    claims = pa.Table.from_pandas(record.case.claims.iloc[:1], preserve_index=False)
    attacks = pa.Table.from_pandas(record.attacks.iloc[:1], preserve_index=False)
    return {"events": events, "claims": claims.slice(0, 0), "attacks": attacks.slice(0, 0)}


def _tables(places: Places, made: Events, template: dict[str, pa.Table]) -> dict[str, pa.Table]:
    count, group = len(made.row), made.group
    numbers = pa.compute.utf8_lpad(pa.array(made.row).cast(pa.string()), 9, "0")
    section, unit = places.section[group], places.unit[group]
    is_point, is_area = section == LOOSE, section == AREA
    unit_id = _worded(unit + 1, ["", *places.unit_ids])
    dead = np.where(np.isnan(made.killed), -1, made.killed).astype(np.int64)
    values: dict[str, Any] = {
        "event_id": pa.compute.binary_join_element_wise("E", numbers, ""),
        "title": pa.compute.binary_join_element_wise("Made-up event ", numbers, ""),
        "event_type": _worded(made.kind, schema.EVENT_TYPES),
        "role": pa.repeat("core", count),
        "start": _days(made.first),
        "end": _days(made.last),
        "time_zone": pa.repeat("UTC", count),
        "time_precision": pa.repeat("day", count),
        "place_name": pa.repeat("Somewhere", count),
        "latitude": made.lat,
        "longitude": made.lon,
        "location_precision": _worded(section, ("place", "admin1", "unknown")),
        "location_uncertainty_km": np.full(count, 5.0),
        "area": unit_id,
        "actors": _worded(made.row % 3, ("Side A;Side B", "Side A", "Side C;Side B")),
        "summary": pa.repeat("Made from a seed, for measuring; nothing of this happened.", count),
        "adm1_id": unit_id,
        "join_method": pa.repeat("none", count),
        "first_day": made.first,
        "last_day": made.last,
        "start_utc": made.first.astype("datetime64[D]").astype("datetime64[us]"),
        "killed_low": made.killed,
        "killed_high": made.killed + made.row % 2,
        "killed_open": np.zeros(count, dtype=bool),
        "injured_open": np.zeros(count, dtype=bool),
        "killed_text": _worded(dead + 1, ["", *(f"{number} killed" for number in range(len(_KILLED) + 1))]),
        "claims_count": np.ones(count, dtype=np.int64),
        "claimants_count": np.ones(count, dtype=np.int64),
        "drawn_as": _worded(np.where(is_point, 1, np.where(is_area, 2, 0)), ("", "point", "area")),
        "drawn_area": unit_id,
    }
    columns = {}
    for field in template["events"].schema:
        value = values.get(field.name)
        if value is None:
            is_text = pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
            value = pa.repeat("", count) if is_text else pa.nulls(count, field.type)
        columns[field.name] = pa.array(value) if isinstance(value, np.ndarray) else value
    events = pa.table({**columns, "key": places.key[group], "section": section})
    events = events.append_column("geometry", pa.nulls(count, pa.binary()))
    return {"events": events, "claims": template["claims"], "attacks": template["attacks"]}


def _worded(numbers: npt.NDArray[Any], words: Sequence[str]) -> pa.Array:
    """Return the word of each number."""
    return pa.array(list(words), pa.string()).take(pa.array(numbers))


def _days(days: npt.NDArray[np.int64]) -> pa.Array:
    """Return days since 1970-01-01 as text."""
    every = np.arange(_FIRST_DAY, _FIRST_DAY + _DAYS + 1).astype("datetime64[D]")
    return _worded(days - _FIRST_DAY, np.datetime_as_string(every).tolist())
