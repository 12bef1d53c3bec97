"""A GeoPackage that Strikemap exported: the head and the tables of its case, as they were."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geodata import schema
from geodata.errors import InputError
from geodata.readers.own_features import cell_of
from geodata.readers.rows import Rows

KEY, GEOMETRY = "fid", "geom"
TERMS_URI = "urn:strikemap:terms"
HEAD_URI = "urn:strikemap:case.toml"
COLUMNS_URI = "urn:strikemap:columns"
MAPPING_URI = "urn:strikemap:mapping.json"
_MARK = HEAD_URI.encode()
_MOST_STEPS = 200_000_000  # of SQLite's machine: no question of ours is long, one by a stranger's view may be


@dataclass(frozen=True)
class OwnGeoPackage:
    """The head as the text of ``case.toml``, the tables by name, and the mapping of the case."""

    head: str
    tables: Mapping[str, Rows]
    mapping: str


def read_own_geopackage(data: bytes, file: str) -> OwnGeoPackage | None:
    """Return the case of a GeoPackage of ours; None for any other.

    Computed columns are left out; a column that somebody added is kept. The first row of a
    layer is row 1.

    Raises
    ------
    InputError
        If it is ours and damaged.
    """
    if _MARK not in data:
        return None
    base = sqlite3.connect(":memory:")
    try:
        # QGIS may leave the mark of a log beside the file; in memory there is none to be read.
        base.deserialize(data[:18] + b"\x01\x01" + data[20:])
        base.execute("PRAGMA trusted_schema = OFF")
        steps = iter(range(_MOST_STEPS // 100_000))
        base.set_progress_handler(lambda: next(steps, None) is None, 100_000)
        said = dict(base.execute("SELECT md_standard_uri, metadata FROM gpkg_metadata ORDER BY id DESC"))
        if HEAD_URI not in said:
            return None
        columns = json.loads(said.get(COLUMNS_URI, "{}"))
        tables = {name: _rows(base, name, columns[name], file) for name in schema.TABLES if name in columns}
    except (sqlite3.Error, ValueError, TypeError, AttributeError, LookupError) as error:
        raise InputError(
            f"is a GeoPackage of Strikemap that cannot be read: {str(error)[:120]}",
            file=file,
            remedy="Save or send it again",
        ) from error
    finally:
        base.close()
    return OwnGeoPackage(str(said[HEAD_URI]), tables, str(said.get(MAPPING_URI, "")))


def _rows(base: sqlite3.Connection, name: str, columns: Mapping[str, Any], file: str) -> Rows:
    is_table = "SELECT 1 FROM sqlite_master WHERE name = ? AND type = 'table'"
    if not base.execute(is_table, (name,)).fetchone():
        raise LookupError(f"there is no layer {name}")
    found = base.execute(f'SELECT * FROM "{name}" ORDER BY rowid')
    names = [str(column[0]) for column in found.description]
    places = [at for at, column in enumerate(names) if column not in {KEY, GEOMETRY, *columns["computed"]}]
    header = tuple(str(columns["own"].get(names[at], names[at])) for at in places)
    lines = []
    for number, values in enumerate(found, start=1):
        lines.append((number, tuple(_cell(values[at]) for at in places)))
    return Rows(f"{file}, layer {name}", header, tuple(lines), 0)


def _cell(value: Any) -> str:
    return "" if isinstance(value, bytes) else cell_of(value)
