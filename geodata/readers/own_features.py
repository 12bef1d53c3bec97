"""Features that Strikemap exported (GeoJSON, GeoParquet, KML), unfolded into the tables they were made from.

An event, an attack and a claimed position are a feature each; claims and sources stand in the
events' cells. Joins, ranges and directions are left out: they are computed anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq

from geodata import schema
from geodata.errors import InputError
from geodata.readers import records
from geodata.readers.archives import refuse_entities
from geodata.readers.encoding import decode
from geodata.readers.own_export import (
    COMPUTED,
    FEATURE,
    LISTS,
    METADATA_KEY,
    PARQUET_GEOMETRY,
    TERMS_COLUMNS,
    listed_table,
)
from geodata.readers.rows import Rows
from geodata.readers.vector_rows import checked_parquet
from geodata.readers.xml_text import xml_decoded

_MARKS = {FEATURE, "event_id", "join_method", "join_flags"}
_MARK = b"join_flags"  # what no other file holds is not read twice

Record = dict[str, str]
"""The cells of one feature by column; a column that its kind does not have is not there."""


@dataclass(frozen=True)
class OwnFeatures:
    """The tables of an export, those that it has, and the terms it carries."""

    tables: Mapping[str, Rows]
    terms: Mapping[str, str]


def read_own_features(data: bytes, file: str, kind: str) -> OwnFeatures | None:
    """Return what an export of ours holds; None for any other file.

    Parameters
    ----------
    kind
        What the file is, as :func:`geodata.readers.table_file.sniff` says.

    Raises
    ------
    InputError
        If it is an export of ours that was damaged.
    """
    if _MARK not in data:
        return None
    reader = {"json": _of_geojson, "geojson": _of_geojson, "parquet": _of_parquet, "kml": _of_kml}.get(kind)
    found = reader(data, file) if reader else None
    if found is None or not any(set(record) >= _MARKS for record in found[0]):
        return None
    told, about = found
    return OwnFeatures(_tables(told, file), {name: cell_of(about.get(name)) for name in TERMS_COLUMNS})


def _tables(told: Sequence[Record], file: str) -> dict[str, Rows]:
    numbered = list(enumerate(told, start=1))
    events = [(number, record) for number, record in numbered if record.get(FEATURE) == "event"]
    attacks = [(number, record) for number, record in numbered if record.get(FEATURE) == "attack"]
    tables = {"events": _rows(events, file, left_out={FEATURE, *COMPUTED, *LISTS})}
    if all(name in record for _, record in events for name in LISTS):
        tables["attacks"] = _rows(attacks, file, left_out={FEATURE, *schema.DIRECTION_COLUMNS})
        for name in LISTS:
            tables[name] = listed_table(name, file, events)
        if not attacks:
            tables["attacks"] = Rows(file, schema.REQUIRED["attacks"], ())
    return tables


def _rows(numbered: Iterable[tuple[int, Record]], file: str, *, left_out: set[str]) -> Rows:
    kept = list(numbered)
    header = tuple(dict.fromkeys(name for _, record in kept for name in record if name not in left_out))
    lines = tuple((number, tuple(record.get(name, "") for name in header)) for number, record in kept)
    return Rows(file, header, lines, 0, is_geo=True)


def cell_of(value: Any) -> str:
    """Return a value as the text of its cell; numbers to their last digit."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value).strip()


def _of_geojson(data: bytes, file: str) -> tuple[list[Record], Mapping[str, Any]] | None:
    value = records.parse(decode(data, file)[0], file)
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list):
        return None
    properties = [feature.get("properties") for feature in features if isinstance(feature, dict)]
    if len(properties) != len(features) or not all(isinstance(item, dict) for item in properties):
        return None
    about = value.get("metadata")
    told = [{str(name): cell_of(cell) for name, cell in item.items()} for item in properties if item]
    return told, about if isinstance(about, dict) else {}


def _of_parquet(data: bytes, file: str) -> tuple[list[Record], Mapping[str, Any]] | None:
    said = checked_parquet(data, file)
    try:
        names = [name for name in pq.read_schema(pa.BufferReader(data)).names if name != PARQUET_GEOMETRY]
        rows = pq.read_table(pa.BufferReader(data), columns=names).to_pylist()
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        raise InputError(
            f"is Parquet that cannot be read: {str(error)[:120]}", file=file, remedy="Save or send it again"
        ) from error
    about = _object(said.get(METADATA_KEY.encode(), b""))
    columns = about.get("columns")
    of_kind = columns if isinstance(columns, dict) else {}
    told = []
    for row in rows:
        own = of_kind.get(row.get(FEATURE))
        # A table of ours that another program wrote again has lost whose columns are whose.
        kept = {*own} if isinstance(own, list) else {name for name, cell in row.items() if cell is not None}
        if row.get(FEATURE) == "event":
            kept |= _MARKS
        told.append({name: cell_of(cell) for name, cell in row.items() if name in kept or name == FEATURE})
    return told, about


def _object(text: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(text or b"{}")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _of_kml(data: bytes, file: str) -> tuple[list[Record], Mapping[str, Any]] | None:
    refuse_entities(data, file)
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError, RecursionError) as error:
        raise InputError(f"is KML that cannot be read: {error}", file=file, remedy="Save it again") from error
    document = next((item for item in root if _kind(item) == "Document"), root)
    told = [_extended(item) for item in root.iter() if _kind(item) == "Placemark"]
    return told, _extended(document)


def _extended(item: ElementTree.Element) -> Record:
    found: Record = {}
    for part in (data for child in item if _kind(child) == "ExtendedData" for data in child):
        if _kind(part) == "Data":
            value = next((inner.text for inner in part if _kind(inner) == "value"), "")
            found[xml_decoded(part.get("name", ""))] = xml_decoded(value or "").strip()
    return found


def _kind(item: ElementTree.Element) -> str:
    return str(item.tag).rpartition("}")[2]
