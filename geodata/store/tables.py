"""Tables of a record as Arrow tables of fixed types, in the order of a store.

Text is never null, ``""`` where empty; numbers are null where nobody gives any. Columns whose name
begins with ``_`` serve the making of a store and are in none of its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from geodata import schema
from geodata.record import Record
from geodata.store.columns import AREA, LOOSE, sections
from geodata.store.morton import NOWHERE, keys_of

KEY, SECTION, GEOMETRY = "key", "section", "geometry"
ROW, AGE = "_row", "_age"
ORDER = (SECTION, KEY, "drawn_area", "first_day", "event_id")
"""Columns by which the rows of a store stand; ``drawn_area`` counts in the section of areas alone."""

_DERIVED = ("first_day", "last_day", "start_utc", *schema.RANGE_COLUMNS, "drawn_as", "drawn_area")
EVENT_COLUMNS = (*schema.EVENTS.columns, *schema.JOIN_COLUMNS, *_DERIVED)
OURS = {
    "events": (*EVENT_COLUMNS, KEY, SECTION, GEOMETRY, ROW, AGE),
    "claims": (*schema.CLAIMS.columns, "_at"),
    "attacks": (*schema.ATTACKS.columns, *schema.DIRECTION_COLUMNS, "_at"),
    "sources": tuple(schema.SOURCES.columns),
}
_TYPES: dict[str, Any] = {
    "start_utc": pa.timestamp("us"),
    **dict.fromkeys(("first_day", "last_day"), pa.int64()),
    **dict.fromkeys(("killed_open", "injured_open"), pa.bool_()),
    **dict.fromkeys(("claims_count", "claimants_count", KEY, ROW), pa.int64()),
    **dict.fromkeys((SECTION,), pa.int8()),
    "_at": pa.int32(),
}
_NUMBERS = {
    *(name for table in schema.TABLES for name in schema.number_columns(table)),
    *("join_distance_km", "killed_low", "killed_high", "injured_low", "injured_high", AGE),
    *(name for name in schema.DIRECTION_COLUMNS if name.endswith(("_deg", "_km"))),
}


def type_of(name: str) -> Any:
    """Return the Arrow type of a column, by its name: text but for what is known as something else."""
    return pa.float64() if name in _NUMBERS else _TYPES.get(name, pa.string())


def schema_of(table: str, found: Iterable[str]) -> Any:
    """Return the Arrow schema of a table: our columns in their order, then the unknown ones by name.

    Of ``events`` it has no geometry, which is made for a part.
    """
    ours = [name for name in OURS[table] if name != GEOMETRY]
    names = [*ours, *sorted(set(found) - {*OURS[table]})]
    return pa.schema([pa.field(name, type_of(name) if name in ours else pa.string()) for name in names])


def to_arrow(table: str, frame: pd.DataFrame) -> Any:
    """Return a frame as an Arrow table of :func:`schema_of`."""
    wanted = schema_of(table, map(str, frame.columns))
    columns = []
    for field in wanted:
        if field.name not in frame:
            columns.append(empty_column(field.type, len(frame)))
            continue
        made = pa.array(frame[field.name], type=field.type, from_pandas=True)
        columns.append(made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made)
    return pa.Table.from_arrays(columns, schema=wanted)


def empty_column(kind: Any, rows: int) -> Any:
    """Return a column in which nobody says anything."""
    if pa.types.is_string(kind):
        return pa.repeat(pa.scalar("", kind), rows)
    return pa.nulls(rows, kind)


def as_schema(found: Any, wanted: Any) -> Any:
    """Return a table with the columns of a schema; those that it lacks are empty."""
    columns = [
        found.column(field.name) if field.name in found.column_names else empty_column(field.type, len(found))
        for field in wanted
    ]
    return pa.Table.from_arrays(columns, schema=wanted)


def record_tables(record: Record) -> dict[str, Any]:
    """Return events, claims and attacks of a record as Arrow tables, in the order of a store.

    ``_at`` of a claim and an attack is the position of its event, by which they stand.
    """
    events, zone = record.events, record.meta.time_zone
    if zone != "UTC":  # a store may hold cases of several zones
        events = events.assign(time_zone=events["time_zone"].mask(events["time_zone"] == "", zone))
    section = sections(events, record.attacks)
    key = keys_of(events["longitude"], events["latitude"])
    key[section != LOOSE] = NOWHERE
    placed: dict[str, Any] = {KEY: key, SECTION: section}
    table = to_arrow("events", events.assign(**placed))
    table = table.take(order_of(table)).combine_chunks()
    position = pd.Series(np.arange(len(table), dtype=np.int32), index=table["event_id"].to_pylist())
    found = {"events": table}
    for name, frame in (("claims", record.case.claims), ("attacks", record.attacks)):
        at = frame["event_id"].map(position).to_numpy(dtype=np.int32)
        order = np.argsort(at, kind="stable")
        found[name] = to_arrow(name, frame.assign(_at=at).iloc[order])
    return found


def order_of(events: Any) -> Any:
    """Return the positions of events in the order of a store."""
    area = areas_of(events)
    columns = [area if name == "drawn_area" else events.column(name) for name in ORDER]
    made = pa.Table.from_arrays(columns, names=list(ORDER))
    return pa.compute.sort_indices(made, sort_keys=[(name, "ascending") for name in ORDER])


def areas_of(events: Any) -> Any:
    """Return the unit by which an event stands in the order: ``""`` but in the section of areas."""
    is_area = pa.compute.equal(events.column(SECTION), AREA)
    return pa.compute.if_else(is_area, events.column("drawn_area"), "")


def renamed(frame: pd.DataFrame, table: str, known: Sequence[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a table of a case whose own columns do not have names that a store gives to others.

    Parameters
    ----------
    known
        Columns of the case's schema, which keep their names.

    Returns
    -------
    tuple
        The frame, and the names that were taken and got ``_stated`` behind them.
    """
    taken = [str(name) for name in frame.columns if name in OURS[table] and name not in known]
    return frame.rename(columns={name: f"{name}_stated" for name in taken}), tuple(taken)
