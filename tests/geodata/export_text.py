"""Everything that an exported file says, as text: unpacked, undone, with geometries as WKT."""

import io
import sqlite3
import zipfile

import pyarrow.parquet as pq
import shapely


def text_of(data, fmt):
    """Return all that can be read out of a file of one of the export formats."""
    return {"parquet": _parquet, "xlsx": _zip, "zip": _zip, "gpkg": _geopackage}.get(fmt, bytes.decode)(data)


def _zip(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "\n".join(f"{name}\n{archive.read(name).decode()}" for name in archive.namelist())


def _parquet(data):
    table = pq.read_table(io.BytesIO(data))
    said = "\n".join(f"{key.decode()} {value.decode()}" for key, value in table.schema.metadata.items())
    shapes = table["geometry"].to_pylist()
    places = "\n".join(shapely.to_wkt(shapely.from_wkb(shape)) for shape in shapes if shape)
    return "\n".join([said, places, *map(str, table.drop_columns(["geometry"]).to_pylist())])


def _geopackage(data):
    base = sqlite3.connect(":memory:")
    base.deserialize(data)
    parts = list(base.iterdump())
    # What stands in no row any more may still stand in the file.
    parts.append(data.decode("utf-8", "ignore"))
    for (table,) in base.execute("SELECT table_name FROM gpkg_geometry_columns").fetchall():
        for (shape,) in base.execute(f'SELECT geom FROM "{table}" WHERE geom IS NOT NULL').fetchall():
            envelope = (0, 32, 48, 48, 64)[(shape[3] >> 1) & 7]
            parts.append(shapely.to_wkt(shapely.from_wkb(shape[8 + envelope :])))
    return "\n".join(parts)
