"""KML to a table and geometries: the polygons of its placemarks, in degrees by its standard.

Read here and not by the vector library, so that nothing in the text can lead anywhere:
links, styles and entities are not followed.
"""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.errors import InputError

_SHAPES = ("Polygon", "MultiGeometry", "Point", "LineString", "LinearRing")


def parse_kml(data: bytes, file: str) -> tuple[pd.DataFrame, npt.NDArray[Any], dict[int, str]]:
    """Return table, geometries and, by position, why a geometry could not be read.

    A row a placemark: its name, and the fields of its extended data.

    Raises
    ------
    InputError
        If the text is no KML, or has entities of its own.
    """
    if b"<!doctype" in data[:4096].lower() or b"<!entity" in data.lower():
        raise InputError("has entities of its own, which are not read", file=file, remedy="Save it again")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise InputError(f"is KML that cannot be read: {error}", file=file, remedy="Save it again") from error
    except RecursionError as error:
        raise InputError("is nested too deeply", file=file, remedy="Save it again") from error
    placemarks = [item for item in root.iter() if _kind(item) == "Placemark"]
    rows: list[dict[str, str]] = []
    geometries = np.full(len(placemarks), None, dtype=object)
    faults: dict[int, str] = {}
    for at, placemark in enumerate(placemarks):
        rows.append(_fields(placemark))
        try:
            parts = [_geometry(item) for item in placemark if _kind(item) in _SHAPES]
            if parts:
                geometries[at] = parts[0] if len(parts) == 1 else shapely.GeometryCollection(parts)
        except (ValueError, IndexError, RecursionError, shapely.GEOSException) as error:
            faults[at] = f"its geometry cannot be read ({str(error).splitlines()[0][:100]})"
    return pd.DataFrame(rows, dtype=object), geometries, faults


def _kind(item: ElementTree.Element) -> str:
    return str(item.tag).rpartition("}")[2]


def _fields(placemark: ElementTree.Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in placemark.iter():
        kind, name = _kind(item), item.get("name", "")
        if kind == "SimpleData" and name:
            found[name] = item.text or ""
        elif kind == "Data" and name:
            found[name] = next((part.text or "" for part in item if _kind(part) == "value"), "")
    title = next((item.text or "" for item in placemark if _kind(item) == "name"), "")
    if title.strip():
        found.setdefault("name", title)
    if identity := placemark.get("id"):
        found.setdefault("id", identity)
    return found


def _geometry(item: ElementTree.Element) -> Any:
    kind = _kind(item)
    if kind == "MultiGeometry":
        return shapely.GeometryCollection([_geometry(part) for part in item if _kind(part) in _SHAPES])
    if kind == "Polygon":
        outer = [_ring(part) for part in item if _kind(part) == "outerBoundaryIs"]
        inner = [_ring(part) for part in item if _kind(part) == "innerBoundaryIs"]
        if not outer:
            return shapely.Polygon()
        return shapely.polygons(outer[0], holes=inner or None)
    positions = _positions(item)
    return shapely.Point(positions[0]) if len(positions) == 1 else shapely.LineString(positions)


def _ring(item: ElementTree.Element) -> Any:
    return shapely.linearrings(_positions(item))


def _positions(item: ElementTree.Element) -> npt.NDArray[np.float64]:
    text = next((part.text or "" for part in item.iter() if _kind(part) == "coordinates"), "")
    # Heights stand at some corners and not at others, and are not used.
    positions = np.array([place.split(",")[:2] for place in text.split()], dtype=np.float64)
    if positions.ndim != 2 or positions.shape[1] != 2 or not np.isfinite(positions).all():
        raise ValueError("its coordinates are no list of longitude,latitude")
    return positions
