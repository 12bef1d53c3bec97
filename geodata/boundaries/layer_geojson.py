"""GeoJSON text to properties and geometries, with the row of whatever is wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import shapely

from geodata.errors import InputError

_GEOMETRIES = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    "Polygon",
    "MultiPolygon",
    "GeometryCollection",
)


@dataclass(frozen=True)
class Features:
    """The features of a file: ``properties`` and ``geometries`` have one entry each.

    ``faults`` gives, by position, why a geometry could not be read. ``crs`` is the name
    in the old ``crs`` member, empty where there is none (then longitude and latitude on
    WGS 84, as RFC 7946 has it).
    """

    properties: list[dict[str, Any]]
    geometries: npt.NDArray[Any]
    crs: str
    faults: dict[int, str] = field(default_factory=dict)


def parse_json(data: bytes, file: str) -> Any:
    """Return the value of JSON text.

    Raises
    ------
    InputError
        If it is no JSON: a page, a pointer, another format, or cut off.
    """
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:64]
    if not head:
        raise InputError("the file is empty", file=file, remedy="Give a file with boundaries")
    if not data.strip(b"\0"):
        raise InputError("the file holds nothing but zero bytes", file=file, remedy="Save or send it again")
    if head[:1] == b"<":
        raise InputError("is a web page or XML, not GeoJSON", file=file, remedy="Save the data themselves")
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} is not UTF-8 text", file=file, remedy="GeoJSON is saved as UTF-8"
        ) from error
    except json.JSONDecodeError as error:
        cut = error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated")
        raise InputError(
            "the JSON text ends too early, as if cut off"
            if cut
            else f"is not JSON: {error.msg} in line {error.lineno}, character {error.colno}",
            file=file,
            remedy="Save or send it again",
        ) from error
    except (ValueError, RecursionError) as error:
        reason = "is nested too deeply" if isinstance(error, RecursionError) else f"is not JSON: {error}"
        raise InputError(reason, file=file, remedy="Save it as GeoJSON again") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def parse_features(data: bytes, file: str, *, only_collection: bool = False) -> Features:
    """Return the features of GeoJSON text.

    Parameters
    ----------
    only_collection
        Refuse a lone feature or geometry.

    Raises
    ------
    InputError
        If the text is no GeoJSON, or has no feature.
    """
    value = parse_json(data, file)
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "FeatureCollection":
        features = value.get("features")
    elif kind == "Feature" and not only_collection:
        features = [value]
    elif kind in _GEOMETRIES and not only_collection:
        features = [{"type": "Feature", "geometry": value}]
    else:
        raise InputError(
            "is TopoJSON, which is not read" if kind == "Topology" else "is JSON, but no GeoJSON features",
            file=file,
            column="type",
            value=kind if isinstance(kind, str) else None,
            remedy='GeoJSON begins {"type": "FeatureCollection", "features": […]}',
        )
    if not isinstance(features, list):
        raise InputError("has no list of features", file=file, column="features", remedy="Save it again")
    if not features:
        raise InputError("holds no feature", file=file, column="features", remedy="Give at least one unit")
    properties: list[dict[str, Any]] = []
    geometries = np.full(len(features), None, dtype=object)
    faults: dict[int, str] = {}
    for at, feature in enumerate(features):
        given = feature.get("properties") if isinstance(feature, dict) else None
        found = dict(given) if isinstance(given, dict) else {}
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            faults[at] = "is no feature"
        else:
            identity = feature.get("id")
            if isinstance(identity, str | int) and "id" not in found:
                found["id"] = identity
            try:
                geometries[at] = _geometry(feature.get("geometry"))
            except (
                TypeError,
                ValueError,
                KeyError,
                OverflowError,
                RecursionError,
                shapely.GEOSException,
            ) as error:
                faults[at] = f"its geometry cannot be read ({_short(error)})"
        properties.append(found)
    return Features(properties, geometries, _crs_name(value, file), faults)


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:100] or type(error).__name__


def _crs_name(value: dict[str, Any], file: str) -> str:
    crs = value.get("crs")
    if crs is None:
        return ""
    details = crs.get("properties") if isinstance(crs, dict) else None
    name = details.get("name") if isinstance(details, dict) else None
    if not isinstance(name, str):
        raise InputError(
            "names its coordinate system in a way that cannot be read here",
            file=file,
            column="crs",
            value=json.dumps(crs)[:80],
            remedy='Name it when reading, for example crs="EPSG:4326", or leave the member out',
        )
    return name


def _geometry(value: Any) -> Any:
    if value is None:
        return None
    kind, coordinates = value["type"], value.get("coordinates")
    if kind == "Polygon":
        return _polygon(coordinates)
    if kind == "MultiPolygon":
        return shapely.MultiPolygon([_polygon(part) for part in coordinates if part])
    if kind == "GeometryCollection":
        return shapely.GeometryCollection([_geometry(part) for part in value["geometries"]])
    if kind not in _GEOMETRIES:
        raise ValueError(f"there is no geometry {str(kind)[:40]!r}")
    return shapely.from_geojson(json.dumps(value))


def _polygon(rings: Any) -> Any:
    if not rings:
        return shapely.Polygon()
    lines = [shapely.linearrings(_positions(ring)) for ring in rings]
    return shapely.polygons(lines[0], holes=lines[1:] or None)


def _positions(ring: Any) -> npt.NDArray[np.float64]:
    if len({len(position) for position in ring}) > 1:  # heights at some corners only
        ring = [position[:2] for position in ring]
    positions = np.asarray(ring, dtype=np.float64)
    if positions.ndim != 2 or positions.shape[1] < 2:
        raise ValueError("a ring is a list of [longitude, latitude]")
    if not np.isfinite(positions[:, :2]).all():
        raise ValueError("a coordinate is no number")
    if len(positions) < 4 and not np.array_equal(positions[0], positions[-1]):
        positions = np.vstack([positions, positions[:1]])
    if len(positions) < 4:
        raise ValueError("a ring has at least three corners")
    return positions[:, :3]
