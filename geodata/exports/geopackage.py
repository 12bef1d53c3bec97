"""GeoPackage 1.3: the tables of a case as layers, with the areas that events are known to, and styles.

Written with SQLite itself: the vector library writes the time of day into a file, and the same
case must give the same bytes. A layer has a geometry where somebody stated a position, and none
elsewhere; what is known to an area has its polygon in the layer ``areas``.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import shapely

from geodata import boundaries, schema
from geodata.cases import Case
from geodata.cases.head import meta_text
from geodata.exports.geopackage_style import layer_styles
from geodata.exports.part import PartTable, part_files, part_of, part_tables
from geodata.exports.shapes import Drawn, Shape, claimed_point
from geodata.exports.tables import Row, Tables, Value, metadata
from geodata.readers.own_geopackage import (
    COLUMNS_URI,
    GEOMETRY,
    HEAD_URI,
    KEY,
    MAPPING_URI,
    TERMS_URI,
)

_DAY = "1980-01-01T00:00:00.000Z"  # as in the zip of a case: the day of writing would be other bytes
_APPLICATION, _VERSION = 0x47504B47, 10300
_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
_TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,
  description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
  identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE,
  min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
  definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_metadata (id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset', md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT,
  row_id_value INTEGER, timestamp DATETIME NOT NULL, md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30),
  styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT CURRENT_TIMESTAMP);
"""
_METADATA_EXTENSION = "http://www.geopackage.org/spec131/#extension_metadata"
_AREA_COLUMNS = ("area", "name", "level", "events", "claims", "source", "licence", "vintage")
_NUMBERS = {*_AREA_COLUMNS[2:5], "claims_count", "claimants_count"}


def gpkg_bytes(tables: Tables) -> bytes:
    """Return a GeoPackage that reads back as the same case.

    Layers ``events`` and ``claims`` are points, ``attacks`` lines, ``areas`` polygons, ``sources``
    has no geometry; EPSG:4326, longitude first. Computed columns stand behind a table's own.

    Raises
    ------
    InputError
        If a row could not stand in a case.
    """
    case = part_of(tables)
    part_files(case)  # for what it refuses
    written = part_tables(tables, case)
    drawn = Drawn(tables)
    about = metadata(tables, drawn.areas)
    base = sqlite3.connect(":memory:", isolation_level=None)
    try:
        base.execute("PRAGMA page_size = 4096")
        base.execute("BEGIN")
        _found(base)
        terms = ". ".join(filter(None, (case.meta.licence, case.meta.citation)))
        columns = {}
        for layer in _layers(tables, written, drawn):
            columns[layer.name] = _write_layer(base, layer, terms)
        _write_styles(base, tables)
        columns.pop("areas")
        _write_metadata(base, case, about, columns)
        base.execute("COMMIT")
        return base.serialize()
    finally:
        base.close()


def _found(base: sqlite3.Connection) -> None:
    base.execute(f"PRAGMA application_id = {_APPLICATION}")
    base.execute(f"PRAGMA user_version = {_VERSION}")
    for statement in _TABLES.split(";\n"):
        base.execute(statement)
    base.executemany(
        "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)",
        [
            ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian"),
            ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic"),
            ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84, "longitude and latitude in degrees on WGS 84"),
        ],
    )


# -- layers --------------------------------------------------------------------------------------


class _Layer(NamedTuple):
    """A table and, by id, its geometries of one kind; kind "" for a table that never has any."""

    name: str
    table: PartTable
    kind: str
    shapes: Mapping[str, Shape]


def _layers(tables: Tables, written: Mapping[str, PartTable], drawn: Drawn) -> Iterator[_Layer]:
    """Yield what is written, in the order of its tables."""
    points = {str(event["event_id"]): drawn.point(str(event["event_id"])) for event in tables.events}
    yield _Layer("events", written["events"], "POINT", points)
    lines = {
        str(attack["attack_id"]): _as_multi(drawn.attack(event_id, attack))
        for event_id, attacks in tables.attacks.items()
        for attack in attacks
    }
    yield _Layer("attacks", written["attacks"], "MULTILINESTRING", lines)
    claims = (claim for rows in tables.claimed.values() for claim in rows)
    claimed = {str(claim["claim_id"]): claimed_point(claim) for claim in claims}
    yield _Layer("claims", written["claims"], "POINT", claimed)
    yield _Layer("sources", written["sources"], "", {})
    polygons = {area: _as_multi(shape) for area, shape in drawn.polygons.items()}
    yield _Layer("areas", _areas(drawn), "MULTIPOLYGON", polygons)


def _as_multi(shape: Shape) -> Shape:
    """Return a line or polygon as one of several parts: a layer has one kind of geometry."""
    if shape is None or shape.geom_type.startswith("Multi"):
        return shape
    return (shapely.multilinestrings if shape.geom_type == "LineString" else shapely.multipolygons)([shape])


def _areas(drawn: Drawn) -> PartTable:
    """Return the areas with the number of events known to each and of claims that name it."""
    of_event = Counter(drawn.area(str(event["event_id"])) for event in drawn.tables.events)
    of_claim = Counter(str(claim["area"]) for claims in drawn.tables.claimed.values() for claim in claims)
    rows: list[Row] = []
    for area in drawn.areas:
        unit = boundaries.unit(area)
        rows.append(
            {
                "area": area,
                "name": unit.name,
                "level": unit.level,
                "events": of_event[area],
                "claims": of_claim[area],
                "source": unit.source,
                "licence": unit.licence,
                "vintage": unit.vintage,
            }
        )
    return PartTable(_AREA_COLUMNS, (), tuple(rows))


def _write_layer(base: sqlite3.Connection, layer: _Layer, terms: str) -> dict[str, object]:
    """Write a table; return which columns are the case's, by the names they have here, and which computed."""
    name, table, kind, shapes = layer
    names = _column_names(table.header)
    numbers = _number_columns(layer)
    definitions = [f"{_quoted(KEY)} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL"]
    if kind:
        definitions.append(f"{_quoted(GEOMETRY)} {kind}")
    definitions += [f"{_quoted(names[column])} {numbers.get(column, 'TEXT')}" for column in table.header]
    base.execute(f"CREATE TABLE {_quoted(name)} ({', '.join(definitions)})")
    said = (name, "features" if kind else "attributes", name, terms, _DAY)
    base.execute(
        "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*said, *_box(shapes), 4326 if kind else None),
    )
    if kind:
        base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, 4326, 0, 0)", (name, GEOMETRY, kind))
    columns = [*([GEOMETRY] if kind else []), *(names[column] for column in table.header)]
    key = table.header[0]
    rows = (
        [*([_blob(shapes.get(str(row[key])))] if kind else []), *_cells(row, table.header)]
        for row in table.rows
    )
    marks = ", ".join("?" * len(columns))
    base.executemany(
        f"INSERT INTO {_quoted(name)} ({', '.join(map(_quoted, columns))}) VALUES ({marks})", rows
    )
    return {
        "own": {names[column]: column for column in table.columns},
        "computed": [names[column] for column in table.computed],
    }


def _column_names(header: Sequence[str]) -> dict[str, str]:
    """Return names that differ also without case, and from those of key and geometry, as SQLite has it."""
    taken = {KEY, GEOMETRY}
    names = {}
    for column in header:
        name, number = column, 2
        while name.casefold() in taken:
            name, number = f"{column}_{number}", number + 1
        taken.add(name.casefold())
        names[column] = name
    return names


def _number_columns(layer: _Layer) -> dict[str, str]:
    """Return the types of columns that are not text."""
    name, table, *_ = layer
    numbers = dict.fromkeys(schema.number_columns(name), "REAL") if name in schema.TABLES else {}
    for column in (*table.computed, *(table.columns if name == "areas" else ())):
        if column in _NUMBERS:
            numbers[column] = "INTEGER"
        elif column.endswith(("_open", "is_current")):
            numbers[column] = "BOOLEAN"
        elif column.endswith(("_deg", "_km", "_low", "_high")):
            numbers[column] = "REAL"
    return numbers


def _cells(row: Row, header: Sequence[str]) -> list[Value]:
    return [None if row.get(column) == "" else row.get(column) for column in header]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _box(shapes: Mapping[str, Shape]) -> tuple[float | None, ...]:
    drawn = [shape for shape in shapes.values() if shape is not None]
    return tuple(map(float, shapely.total_bounds(drawn))) if drawn else (None,) * 4


def _blob(shape: Shape) -> bytes | None:
    """Return a geometry as GeoPackage has it: magic, version, flags, reference system, box, WKB."""
    if shape is None:
        return None
    if shape.geom_type == "Point":
        flags, box = 0b0000_0001, b""
    else:
        west, south, east, north = shape.bounds
        flags, box = 0b0000_0011, struct.pack("<4d", west, east, south, north)
    return b"GP" + struct.pack("<BBi", 0, flags, 4326) + box + bytes(shapely.to_wkb(shape, byte_order=1))


# -- styles and metadata -------------------------------------------------------------------------


def _write_styles(base: sqlite3.Connection, tables: Tables) -> None:
    base.execute(
        "INSERT INTO gpkg_contents VALUES "
        f"('layer_styles', 'attributes', 'layer_styles', '', '{_DAY}', NULL, NULL, NULL, NULL, NULL)"
    )
    for name, qml in layer_styles(tables).items():
        # QGIS asks for an empty schema and catalogue, not for none.
        base.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
            "styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time) "
            "VALUES ('', '', ?, ?, ?, ?, '', 1, 'Strikemap', '', ?)",
            (name, GEOMETRY, name, qml, _DAY),
        )


def _write_metadata(
    base: sqlite3.Connection, case: Case, about: Mapping[str, object], columns: Mapping[str, object]
) -> None:
    """Write terms, head and mapping of the case, and which columns of the layers are its own."""
    texts = [
        (TERMS_URI, "application/json", json.dumps(about, ensure_ascii=False)),
        (HEAD_URI, "application/toml", meta_text(case.meta)),
        (COLUMNS_URI, "application/json", json.dumps(columns, ensure_ascii=False)),
    ]
    if case.mapping:
        texts.append((MAPPING_URI, "application/json", case.mapping))
    for number, text in enumerate(texts, start=1):
        base.execute("INSERT INTO gpkg_metadata VALUES (?, 'dataset', ?, ?, ?)", (number, *text))
        base.execute(
            "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?, ?, NULL)",
            (_DAY, number),
        )
    base.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, 'gpkg_metadata', ?, 'read-write')",
        [(name, _METADATA_EXTENSION) for name in ("gpkg_metadata", "gpkg_metadata_reference")],
    )
