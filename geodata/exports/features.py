"""Features after RFC 7946: what :mod:`geodata.exports.shapes` draws, with every cell of its row."""

from __future__ import annotations

import json

import shapely

from geodata.exports.shapes import Drawn, Feature, Shape, features_of
from geodata.exports.tables import Tables, metadata

_DIGITS = 6  # a tenth of a metre, as the RFC advises


def geojson_bytes(tables: Tables) -> bytes:
    """Return a FeatureCollection, a feature a line, with its terms as the member ``metadata``."""
    drawn = Drawn(tables)
    features = [_text(_feature(feature)) for feature in features_of(drawn)]
    head = _text(metadata(tables, drawn.areas))
    body = ",\n".join(features)
    return f'{{"type": "FeatureCollection",\n"metadata": {head},\n"features": [\n{body}\n]}}\n'.encode()


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _feature(feature: Feature) -> dict[str, object]:
    filled = {name: None if value == "" else value for name, value in feature.row.items()}
    # "feature" last: no column of a user's table may stand in for it.
    properties = {"feature": feature.kind, **filled, **{"feature": feature.kind}}
    return {
        "type": "Feature",
        "id": f"{feature.kind}/{feature.id}",
        "geometry": _geometry(feature.shape),
        "properties": properties,
    }


def _geometry(shape: Shape) -> dict[str, object] | None:
    if shape is None:
        return None
    if shape.geom_type == "Point":  # as stated, to the last digit
        return {"type": "Point", "coordinates": [shape.x, shape.y]}
    rounded: dict[str, object] = json.loads(
        json.dumps(shapely.geometry.mapping(shape)), parse_float=lambda text: round(float(text), _DIGITS)
    )
    return rounded
