"""Events made from a seed, and a store of them: coordinates repeat and cluster as in data of conflicts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
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

PART_ROWS, GROUP_ROWS = 250_000, 16_384
_FIRST_DAY, _DAYS = 6_940, 12_780  # 1989 to 2023
_HEAD = """id = "synthetic"
title = "{rows:,} made-up events"
summary = "Made from a seed, for measuring."
version = "1"
time_zone = "UTC"
date_from = 1989-01-01
date_to = 2023-12-31
"""


@dataclass(frozen=True)
class Events:
    """Arrays of ``(rows,)``: degrees, days since 1970-01-01, places in ``schema.EVENT_TYPES``, killed.

    ``section`` is as in a store: of a hundred, ninety are points, eight are known to a unit, two to none.
    """

    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    kind: npt.NDArray[np.int64]
    killed: npt.NDArray[np.float64]
    section: npt.NDArray[np.int64]
    unit: npt.NDArray[np.int64]


def make_events(rows: int, seed: int = 1) -> Events:
    """Return events at a twelfth as many places, which crowd around four hundred hubs."""
    random = np.random.default_rng(seed)
    places = max(rows // 12, 20)
    hubs = np.stack([random.uniform(-100, 140, 400), random.uniform(-34, 58, 400)], axis=1)
    weight = 1 / np.arange(1, 401)
    near = hubs[random.choice(400, places, p=weight / weight.sum())] + random.normal(0, 1.8, (places, 2))
    popular = 1 / np.arange(1, places + 1) ** 0.7
    at = near[random.choice(places, rows, p=popular / popular.sum())].round(4)
    first = _FIRST_DAY + random.integers(0, _DAYS, rows)
    lasts = np.where(random.random(rows) < 0.15, random.integers(1, 28, rows), 0)
    killed = random.poisson(2, rows).astype(float)
    killed[random.random(rows) < 0.3] = np.nan
    section = random.choice([LOOSE, AREA, OTHER], rows, p=[0.9, 0.08, 0.02])
    kind = random.choice(len(schema.EVENT_TYPES), rows, p=[0.1, 0.25, 0.15, 0.4, 0.0, 0.0, 0.1])
    last = np.minimum(first + lasts, _FIRST_DAY + _DAYS)
    return Events(at[:, 0], at[:, 1], first, last, kind, killed, section, random.integers(0, 400, rows))


def write_store(folder: Path, *, rows: int, seed: int = 1) -> None:
    """Write a store of made-up events, part by part."""
    made = make_events(rows, seed)
    provinces = (unit for unit in sorted(boundaries.unit_ids()) if boundaries.unit(unit).level == 1)
    units = np.array(list(islice(provinces, 400)), dtype=object)
    key = keys_of(made.lon, made.lat)
    key[made.section != LOOSE] = NOWHERE
    area = np.where(made.section == AREA, made.unit % len(units), -1)
    order = np.lexsort((np.arange(rows), made.first, area, key, made.section))
    template = _template()
    for name in ("events", "claims", "attacks"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    parts = []
    for number, start in enumerate(range(0, rows, PART_ROWS)):
        at = order[start : start + PART_ROWS]
        unit = np.where(area[at] >= 0, units[area[at]], "")
        tables = _tables(made, at, key=key[at], unit=unit, template=template)
        for name, table in tables.items():
            pq.write_table(table, folder / name / f"part-{number:05}.parquet", row_group_size=GROUP_ROWS)
        digest = hashlib.sha256(f"{seed} {rows} {start}".encode()).hexdigest()
        parts.append({"file": f"events/part-{number:05}.parquet", "rows": len(at), "sha256": digest})
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


def _tables(
    made: Events,
    at: npt.NDArray[np.intp],
    *,
    key: npt.NDArray[np.int64],
    unit: npt.NDArray[Any],
    template: dict[str, pa.Table],
) -> dict[str, pa.Table]:
    count = len(at)
    numbers = pa.array(at).cast(pa.string())
    days = [np.datetime_as_string(part[at].astype("datetime64[D]")) for part in (made.first, made.last)]
    is_point, is_area = made.section[at] == LOOSE, made.section[at] == AREA
    killed = made.killed[at]
    values: dict[str, Any] = {
        "event_id": pa.compute.binary_join_element_wise("E", numbers, ""),
        "title": pa.compute.binary_join_element_wise("Made-up event ", numbers, ""),
        "event_type": np.array(schema.EVENT_TYPES, dtype=object)[made.kind[at]],
        "role": pa.repeat("core", count),
        "start": days[0],
        "end": days[1],
        "time_zone": pa.repeat("UTC", count),
        "time_precision": pa.repeat("day", count),
        "place_name": pa.repeat("Somewhere", count),
        "latitude": np.where(is_point, made.lat[at], np.nan),
        "longitude": np.where(is_point, made.lon[at], np.nan),
        "location_precision": np.where(is_point, "place", np.where(is_area, "admin1", "unknown")),
        "location_uncertainty_km": np.full(count, 5.0),
        "area": unit,
        "actors": np.array(["Side A;Side B", "Side A", "Side C;Side B"], dtype=object)[at % 3],
        "summary": pa.repeat("Made from a seed, for measuring; nothing of this happened.", count),
        "adm0_id": pa.repeat("", count),
        "adm1_id": unit,
        "join_method": pa.repeat("none", count),
        "first_day": made.first[at].astype(np.int64),
        "last_day": made.last[at].astype(np.int64),
        "start_utc": made.first[at].astype("datetime64[D]").astype("datetime64[us]"),
        "killed_low": killed,
        "killed_high": killed + at % 2,
        "killed_open": np.zeros(count, dtype=bool),
        "injured_open": np.zeros(count, dtype=bool),
        "killed_text": np.where(np.isnan(killed), "", np.char.add(killed.astype("U3"), " killed")),
        "claims_count": np.ones(count, dtype=np.int64),
        "claimants_count": np.ones(count, dtype=np.int64),
        "drawn_as": np.where(is_point, "point", np.where(is_area, "area", "")),
        "drawn_area": unit,
    }
    columns = {}
    for field in template["events"].schema:
        value = values.get(field.name)
        if value is None:
            is_text = pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
            value = pa.repeat("", count) if is_text else pa.nulls(count, field.type)
        columns[field.name] = pa.array(value) if isinstance(value, np.ndarray) else value
    events = pa.table({**columns, "key": key, "section": made.section[at].astype(np.int8)})
    events = events.append_column("geometry", pa.nulls(count, pa.binary()))
    return {"events": events, "claims": template["claims"], "attacks": template["attacks"]}
