"""Routes of our own, in Streamlit's process: assets, the base, units, scenes and cards.

Streamlit does not move routes under ``server.baseUrlPath``, so each is registered at the
root and under that prefix. Nothing here reruns the page's script.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import lru_cache
from threading import Lock
from urllib.parse import parse_qs

import xstatic.pkg.leaflet
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from dashboard.cache import record_of
from dashboard.handover import in_work, served
from dashboard.workspace import workspace_of
from geodata import boundaries
from geodata.cards import card_dict, event_card
from geodata.errors import BoundaryError, GeodataError, UsageError
from geodata.filters import Bbox, from_query, parse_bbox
from geodata.record import Record
from geodata.render.folium_map import STATIC
from geodata.render.print_fonts import arabic_face
from geodata.render.web import base_json, frames_json, named_units_json, scene_json, units_json, view_json
from geodata.render.web_shading import shading_json
from geodata.scene_build import build_scene
from geodata.shading import shading_of
from geodata.store.frames import frames_of_record, frames_of_store
from geodata.store.record import counts_by_unit, one_event, store_for
from geodata.store.scene import scene_of
from geodata.store.view import view_of

ROOT = "/strikemap"
_MOST_ZOOM = 24
_FOREVER = "public, max-age=31536000, immutable"


def routes(prefix: str = "") -> list[BaseRoute]:
    """Return our routes, at the root and under Streamlit's base path."""
    bases = dict.fromkeys(["", f"/{prefix.strip('/')}" if prefix.strip("/") else ""])
    return [route for base in bases for route in _routes(base + ROOT)]


def _routes(root: str) -> list[BaseRoute]:
    return [
        Mount(f"{root}/leaflet", StaticFiles(directory=xstatic.pkg.leaflet.BASE_DIR)),
        Mount(f"{root}/static", StaticFiles(directory=STATIC)),
        Route(f"{root}/base.json", _base),
        Route(f"{root}/names.ttf", _font),
        Route(f"{root}/units.json", _units),
        Route(f"{root}/scene.json", _first(_answer(_scene))),
        Route(f"{root}/view.json", _answer(_view)),
        Route(f"{root}/frames.json", _answer(_frames)),
        Route(f"{root}/units_count.json", _answer(_units_count, packed=9)),
        Route(f"{root}/card.json", _answer(_card)),
    ]


_BASE_LOCK = Lock()


@lru_cache(maxsize=1)
def _base_gzip() -> bytes:
    return gzip.compress(base_json(), 6, mtime=0)


def _base(request: Request) -> Response:
    with _BASE_LOCK:  # made once, also where the first two ask at the same time
        body = _base_gzip()
    return _constant(request, body)


def _font(request: Request) -> Response:
    """Answer with the font of names in Arabic script, which a browser asks for when it letters one."""
    kept = _FOREVER if "v" in request.query_params else "no-cache"
    return Response(arabic_face(), media_type="font/ttf", headers={"Cache-Control": kept})


def warm_up(case_id: str) -> None:
    """Make what the first page needs while its browser is still loading."""
    with _BASE_LOCK:
        _base_gzip()
    try:
        record_of(case_id)
    except GeodataError:
        return  # the page says it, to whoever opens it


# A country is 1 to 100 kB, so these two hold some 20 MB at most.
@lru_cache(maxsize=512)
def _country_gzip(country: str, level: int | None) -> bytes:
    return gzip.compress(units_json(country, level), 6, mtime=0)


@lru_cache(maxsize=128)
def _named_gzip(ids: tuple[str, ...]) -> bytes:
    return gzip.compress(named_units_json(ids), 6, mtime=0)


def _units(request: Request) -> Response:
    """Answer with a country's units or with units by their ids; errors are JSON too."""
    query = request.query_params
    country, ids = query.get("country", ""), tuple(query.getlist("id"))
    try:
        if bool(country) == bool(ids):
            raise UsageError(
                "neither a country nor ids of units were given"
                if not country
                else "a country and ids were given",
                remedy="Ask with country=PAK (and level=1 or level=2), or with id=PK-BA",
            )
        # What a session brought along must not outlive it, in no cache.
        if any(boundaries.layer_of(unit_id) for unit_id in ids):
            return _json(request, gzip.compress(named_units_json(ids), 6, mtime=0), "no-store")
        body = _named_gzip(ids) if ids else _country_gzip(country, _level(query.get("level")))
    except BoundaryError as error:
        return _refuse(error, 404)
    except GeodataError as error:
        return _refuse(error, 400)
    return _constant(request, body)


def _level(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 1):
        raise UsageError("the level is not a number", column="level", value=text, remedy="Use 1 or 2")
    return int(text)


def _refuse(error: GeodataError, status: int) -> Response:
    body = json.dumps({"error": error.message(), **error.as_dict()}, ensure_ascii=False).encode()
    return Response(
        body, status_code=status, media_type="application/json", headers={"Cache-Control": "no-store"}
    )


def _constant(request: Request, zipped: bytes) -> Response:
    """Return JSON that never changes at its address: it carries a version, so a browser asks once."""
    return _json(request, zipped, _FOREVER if "v" in request.query_params else "no-cache")


def _json(request: Request, zipped: bytes, kept: str) -> Response:
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(zipped, media_type="application/json", headers=headers)
    return Response(gzip.decompress(zipped), media_type="application/json", headers=headers)


def _answer(make: Callable[[Request], bytes], packed: int = 1) -> Callable[[Request], Response]:
    """Turn what a user can get wrong into a plain 400 instead of a traceback; ``packed`` is gzip's level."""

    def endpoint(request: Request) -> Response:
        try:
            body = make(request)
        except GeodataError as error:
            return Response(error.message(), status_code=400, media_type="text/plain")
        # Quickly packed: what a view shows is wanted before the next frame.
        return _json(request, gzip.compress(body, packed, mtime=0), "no-cache")

    return endpoint


def _first(endpoint: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Let the runs of the page wait, shortly, while an endpoint answers."""

    def answer(request: Request) -> Response:
        with in_work():
            return endpoint(request)

    return answer


def _record(query: dict[str, list[str]]) -> Record:
    """Return the record of the asked case and detail, with the layers of the session that asks."""
    case_id, token, detail = (query.get(key, [""])[0] for key in ("case", "session", "detail"))
    return workspace_of(token).record(case_id, detail) if token else record_of(case_id, detail)


def _scene(request: Request) -> bytes:
    """Answer with the scene of a filter; with a part of the map, also with what that shows of very many."""
    body = _scene_of(parse_qs(request.url.query))
    served(request.url.query.partition("&bbox=")[0])
    return body


def _scene_of(query: dict[str, list[str]]) -> bytes:
    record = _record(query)
    wanted, _ = from_query(query, record.default_filter)
    chosen, store = query.get("event", [""])[0], store_for(record)
    if store is None:
        return scene_json(build_scene(record, wanted, chosen=chosen))
    view = view_of(store, wanted, *_part(query)) if "bbox" in query else None
    return scene_json(scene_of(store, wanted, chosen=chosen), view)


def _view(request: Request) -> bytes:
    """Answer with what a part of the map shows of a case of very many points."""
    query = parse_qs(request.url.query)
    record = _record(query)
    wanted, _ = from_query(query, record.default_filter)
    part = _part(query)
    store = store_for(record)
    if store is None:
        raise UsageError("this case is drawn whole", remedy="Ask for its scene")
    return view_json(view_of(store, wanted, *part))


def _part(query: dict[str, list[str]]) -> tuple[Bbox, float]:
    """Return box and zoom of the part of the map that is asked for."""
    return parse_bbox(query.get("bbox", [""])[0]), _zoom(query.get("zoom", [""])[0])


def _frames(request: Request) -> bytes:
    """Answer with the frames of the filtered period; of very many points, with those of a view."""
    query = parse_qs(request.url.query)
    record = _record(query)
    wanted, _ = from_query(query, record.default_filter)
    store = store_for(record)
    if store is None:
        return frames_json(frames_of_record(record, wanted))
    box = parse_bbox(query.get("bbox", [""])[0])
    return frames_json(frames_of_store(store, wanted, box, _zoom(query.get("zoom", [""])[0])))


def _units_count(request: Request) -> bytes:
    """Answer with the numbers of a filter's events by unit; once a filter and level, whatever the view."""
    query = parse_qs(request.url.query)
    record = _record(query)
    wanted, _ = from_query(query, record.default_filter)
    text = query.get("level", [""])[0]
    level = int(text) if text.isascii() and text.isdigit() and len(text) == 1 else -1
    if level < 0:
        raise UsageError("the level is not a number", column="level", value=text, remedy="Use 0, 1 or 2")
    return shading_json(shading_of(counts_by_unit(record, wanted, level)))


def _zoom(text: str) -> float:
    try:
        zoom = float(text)
    except ValueError:
        zoom = -1.0
    if not 0 <= zoom <= _MOST_ZOOM:
        raise UsageError("is not a zoom", column="zoom", value=text, remedy=f"Use 0 to {_MOST_ZOOM}")
    return zoom


def _card(request: Request) -> bytes:
    query = parse_qs(request.url.query)
    record = _record(query)
    card = event_card(*one_event(record, query.get("event", [""])[0]))
    return json.dumps(card_dict(card), ensure_ascii=False).encode()
