"""GeoParquet 1.1: the features of the GeoJSON as typed columns, its terms in the file's own metadata."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geodata import schema
from geodata.exports.shapes import Drawn, Feature, features_of
from geodata.exports.tables import Row, Tables, Value, metadata
from geodata.readers.own_export import FEATURE, METADATA_KEY, PARQUET_GEOMETRY

_NUMBERS = {
    *(name for table in schema.TABLES for name in schema.number_columns(table)),
    *(name for name in schema.DIRECTION_COLUMNS if name.endswith(("_deg", "_km"))),
    "join_distance_km",
    "killed_low",
    "killed_high",
    "injured_low",
    "injured_high",
}
_COUNTS = {"claims_count", "claimants_count"}
_TRUTHS = {"killed_open", "injured_open", "is_current"}


def geoparquet_bytes(tables: Tables) -> bytes:
    """Return Parquet with a row a feature, longitude and latitude as WKB in ``geometry``.

    Column ``feature`` tells events, attacks and claimed positions apart; cells that a kind does not
    have are null. Claims and sources are JSON. The key ``strikemap`` of the metadata has what the
    member ``metadata`` of the GeoJSON has, ``licence`` and ``citation`` stand beside it.
    """
    drawn = Drawn(tables)
    features = list(features_of(drawn))
    rows = [{**feature.row, FEATURE: feature.kind} for feature in features]
    names = [FEATURE, *dict.fromkeys(name for row in rows for name in row if name != FEATURE)]
    names = [name for name in names if name != PARQUET_GEOMETRY]
    columns = {name: _column(name, rows) for name in names}
    shapes = np.array([feature.shape for feature in features], dtype=object)
    columns[PARQUET_GEOMETRY] = pa.array(shapely.to_wkb(shapes).tolist(), pa.binary())
    about = metadata(tables, drawn.areas)
    said = {
        "geo": json.dumps(_geo(shapes)),
        METADATA_KEY: json.dumps({**about, "columns": _columns_of(features)}, ensure_ascii=False),
        "licence": str(about["licence"]),
        "citation": str(about.get("citation", "")),
    }
    table = pa.table(columns).replace_schema_metadata(said)
    out = pa.BufferOutputStream()
    pq.write_table(table, out, compression="zstd")
    return bytes(out.getvalue())


def _column(name: str, rows: Sequence[Row]) -> pa.Array:
    """Return a column of one type, decided by its name: an empty one has the same type as a full one."""
    cells = [row.get(name) for row in rows]
    filled = [cell for cell in cells if cell not in (None, "")]
    if name in _TRUTHS and all(isinstance(cell, bool) for cell in filled):
        return pa.array([None if cell == "" else cell for cell in cells], pa.bool_())
    # A column of a user's own may have one of our names, and then holds text.
    if name in _NUMBERS | _COUNTS and not any(isinstance(cell, str | bool | list) for cell in filled):
        kind = pa.int64() if name in _COUNTS else pa.float64()
        return pa.array([None if cell == "" else cell for cell in cells], kind)
    return pa.array([_text(cell) for cell in cells], pa.string())


def _text(cell: Value) -> str | None:
    if cell in (None, ""):
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)


def _columns_of(features: Sequence[Feature]) -> dict[str, list[str]]:
    """Return which columns are whose: those of the others are null in each row."""
    found: dict[str, dict[str, None]] = {}
    for feature in features:
        found.setdefault(feature.kind, {}).update(dict.fromkeys(feature.row))
    return {kind: list(names) for kind, names in found.items()}


def _geo(shapes: Any) -> dict[str, object]:
    """Return what GeoParquet 1.1 wants said; without a ``crs`` it is longitude and latitude, OGC:CRS84."""
    drawn = [shape for shape in shapes if shape is not None]
    column: dict[str, object] = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in drawn}),
        "orientation": "counterclockwise",
        "edges": "planar",  # attacks are densified along their geodesic
    }
    if drawn:
        column["bbox"] = [float(value) for value in shapely.total_bounds(drawn)]
    return {
        "version": "1.1.0",
        "primary_column": PARQUET_GEOMETRY,
        "columns": {PARQUET_GEOMETRY: column},
    }
