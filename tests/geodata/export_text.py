"""Everything that an exported file says, as text: unpacked, undone, with geometries as WKT."""

import csv
import io
import json
import sqlite3
import zipfile
from contextlib import closing
from xml.etree import ElementTree

import openpyxl
import pyarrow.parquet as pq
import shapely

_KML = "{http://www.opengis.net/kml/2.2}"


def text_of(data, fmt):
    """Return all that can be read out of a file of one of the export formats."""
    return {"parquet": _parquet, "xlsx": _zip, "zip": _zip, "gpkg": _geopackage}.get(fmt, bytes.decode)(data)


def rows_of(data, fmt):
    """Return the rows of an export as named cells, the attacks' among them; a case zip's are its own."""
    return {
        "csv": _csv_rows,
        "geojson": lambda data: [feature["properties"] for feature in json.loads(data)["features"]],
        "parquet": lambda data: pq.read_table(io.BytesIO(data)).to_pylist(),
        "kml": lambda data: list(map(_extended, ElementTree.fromstring(data).iter(f"{_KML}Placemark"))),
        "xlsx": _sheet_rows,
        "gpkg": _layer_rows,
        "zip": lambda data: _csv_rows(zipfile.ZipFile(io.BytesIO(data)).read("attacks.csv")),
    }[fmt](data)


def _csv_rows(data):
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def _sheet_rows(data):
    head, *rows = openpyxl.load_workbook(io.BytesIO(data))["attacks"].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def _layer_rows(data):
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(data)
        base.row_factory = sqlite3.Row
        return [dict(row) for row in base.execute("SELECT * FROM attacks")]


def _extended(placemark):
    data = placemark.iter(f"{_KML}Data")
    return {item.get("name"): item.findtext(f"{_KML}value") or "" for item in data}


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
    # What stands in no row any more may still stand in the file.
    parts = [data.decode("utf-8", "ignore")]
    with closing(sqlite3.connect(":memory:")) as base:
        base.deserialize(data)
        parts += base.iterdump()
        for (table,) in base.execute("SELECT table_name FROM gpkg_geometry_columns").fetchall():
            for (shape,) in base.execute(f'SELECT geom FROM "{table}" WHERE geom IS NOT NULL').fetchall():
                envelope = (0, 32, 48, 48, 64)[(shape[3] >> 1) & 7]
                parts.append(shapely.to_wkt(shapely.from_wkb(shape[8 + envelope :])))
    return "\n".join(parts)
