"""Routes of our own, in Streamlit's process: assets, the base, scenes and cards.

Streamlit does not move routes under ``server.baseUrlPath``, so each is registered at the
root and under that prefix. Nothing here reruns the page's script.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import parse_qs

import xstatic.pkg.leaflet
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from dashboard.cache import record_of
from geodata.cards import card_dict, event_card
from geodata.errors import GeodataError
from geodata.filters import from_query
from geodata.render.folium_map import STATIC
from geodata.render.web import base_json, scene_json
from geodata.scene_build import build_scene

ROOT = "/strikemap"
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
        Route(f"{root}/scene.json", _answer(_scene)),
        Route(f"{root}/card.json", _answer(_card)),
    ]


@lru_cache(maxsize=1)
def _base_gzip() -> bytes:
    return gzip.compress(base_json(), 6, mtime=0)


def _base(request: Request) -> Response:
    # The address carries a version, so a browser asks once.
    headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            _base_gzip(), media_type="application/json", headers={**headers, "Content-Encoding": "gzip"}
        )
    return Response(base_json(), media_type="application/json", headers=headers)


def _answer(make: Callable[[Request], bytes]) -> Callable[[Request], Response]:
    """Turn what a user can get wrong into a plain 400 instead of a traceback."""

    def endpoint(request: Request) -> Response:
        try:
            body = make(request)
        except GeodataError as error:
            return Response(error.message(), status_code=400, media_type="text/plain")
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-cache"})

    return endpoint


def _scene(request: Request) -> bytes:
    query = parse_qs(request.url.query)
    record = record_of(query.get("case", [""])[0])
    wanted, _ = from_query(query, record.default_filter)
    return scene_json(build_scene(record, wanted, chosen=query.get("event", [""])[0]))


def _card(request: Request) -> bytes:
    query = parse_qs(request.url.query)
    record = record_of(query.get("case", [""])[0])
    card = event_card(record, query.get("event", [""])[0])
    return json.dumps(card_dict(card), ensure_ascii=False).encode()
