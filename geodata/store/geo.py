"""Points as GeoParquet has them: well-known binary, and what the file says of it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow as pa

from geodata.store.columns import LOOSE
from geodata.store.tables import GEOMETRY, SECTION

_WKB = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])


def points_of(events: Any) -> Any:
    """Return the geometry of events: a point for a loose one, else none; degrees, EPSG:4326."""
    is_loose = np.asarray(pa.compute.equal(events.column(SECTION), LOOSE)).astype(bool, copy=False)
    lon, lat = (events.column(name).to_numpy()[is_loose] for name in ("longitude", "latitude"))
    points = np.empty(int(is_loose.sum()), dtype=_WKB)
    points["order"], points["kind"], points["x"], points["y"] = 1, 1, lon, lat
    sizes = np.where(is_loose, _WKB.itemsize, 0).astype(np.int32)
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    valid = np.packbits(is_loose, bitorder="little")
    buffers = [pa.py_buffer(valid.tobytes()), pa.py_buffer(offsets.tobytes()), pa.py_buffer(points.tobytes())]
    return pa.Array.from_buffers(pa.binary(), len(is_loose), buffers)


def geo_metadata(events: Any) -> str:
    """Return the key ``geo`` of GeoParquet 1.1; without a ``crs`` it is longitude and latitude, OGC:CRS84."""
    loose = events.filter(pa.compute.equal(events.column(SECTION), LOOSE))
    column: dict[str, object] = {
        "encoding": "WKB",
        "geometry_types": ["Point"] if len(loose) else [],
    }
    if len(loose):
        lon, lat = (loose.column(name).to_numpy() for name in ("longitude", "latitude"))
        column["bbox"] = [float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())]
    return json.dumps({"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}})
