"""A provider on this machine, which answers as the documented one does, and as badly as any can."""

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:1234\nsize 9999\n"


def square(west, south, size=0.5):
    east, north = west + size, south + size
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def features(*names, group="PAK", kind="ADM2", west=64.0, south=26.5):
    """Return the bytes of a layer as the provider ships it: squares in a row, one a name."""
    return json.dumps(
        {
            "type": "FeatureCollection",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
            "features": [
                {
                    "type": "Feature",
                    "properties": {
                        "shapeName": name,
                        "shapeISO": "nan",
                        "shapeID": f"9618217B{at}",
                        "shapeGroup": group,
                        "shapeType": kind,
                    },
                    "geometry": {"type": "Polygon", "coordinates": square(west + at * 0.5, south)},
                }
                for at, name in enumerate(names)
            ],
        },
        ensure_ascii=False,
    ).encode()


class Provider:
    """Answers by path: bytes, or a function of the request handler; counts what was asked."""

    def __init__(self):
        self.routes = {}
        self.asked = []
        self.let_go = threading.Event()  # ends every stalled answer
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                provider.asked.append(self.path)
                answer = provider.routes.get(self.path)
                if answer is None:
                    provider.send(self, b"<!DOCTYPE html><h1>404</h1>", status=404, kind="text/html")
                elif callable(answer):
                    answer(self)
                else:
                    provider.send(self, answer)

            def do_CONNECT(self):
                provider.asked.append(f"CONNECT {self.path}")
                provider.send(self, b"no", status=403)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):  # a client that hangs up is what some tests want
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.host = f"http://127.0.0.1:{self.server.server_port}"
        self.base_url = f"{self.host}/api/current"
        self.server.let_go = self.let_go
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def close(self):
        self.let_go.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    @staticmethod
    def send(handler, body, *, status=200, kind="application/json", length=None, headers=()):
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    def description(self, iso3="PAK", level=2, release="gbOpen", **changes):
        name = f"geoBoundaries-{iso3}-ADM{level}"
        return {
            "boundaryID": f"{iso3}-ADM{level}-1",
            "boundaryName": "Pakistan",
            "boundaryISO": iso3,
            "boundaryYearRepresented": "2022",
            "boundaryType": f"ADM{level}",
            "boundaryCanonical": "nan",
            "boundarySource": "OCHA, Pakistan Bureau of Statistics",
            "boundaryLicense": "Creative Commons Attribution 3.0 Intergovernmental Organisations",
            "licenseDetail": "nan",
            "boundarySourceURL": "https://data.humdata.org/dataset/cod-ab-pak",
            "sourceDataUpdateDate": "Thu Jan 19 07:31:04 2023",
            "buildDate": "Dec 12, 2023",
            "admUnitCount": "3",
            "gjDownloadURL": f"{self.host}/raw/{release}/{name}.geojson",
            "simplifiedGeometryGeoJSON": f"{self.host}/raw/{release}/{name}_simplified.geojson",
            **changes,
        }

    def serve(self, body, *, iso3="PAK", level=2, release="gbOpen", simplified=None, **changes):
        """Serve one layer under the documented addresses."""
        described = self.description(iso3, level, release, **changes)
        self.routes[f"/api/current/{release}/{iso3}/ADM{level}/"] = json.dumps(described).encode()
        name = f"geoBoundaries-{iso3}-ADM{level}"
        self.routes[f"/raw/{release}/{name}.geojson"] = body
        if simplified is not None:
            self.routes[f"/raw/{release}/{name}_simplified.geojson"] = simplified

    @staticmethod
    def redirect(to, status=302, length=0):
        def answer(handler):
            Provider.send(handler, b"", status=status, length=length, headers=[("Location", to)])

        return answer

    @staticmethod
    def zipped(body):
        packed = gzip.compress(body)
        return lambda handler: Provider.send(handler, packed, headers=[("Content-Encoding", "gzip")])

    @staticmethod
    def cut_off(body):
        def answer(handler):
            Provider.send(handler, body[: len(body) // 2], length=len(body))
            handler.close_connection = True

        return answer

    @staticmethod
    def stalled(body=b""):
        def answer(handler):
            Provider.send(handler, body, length=len(body) + 1000)
            handler.wfile.flush()
            handler.server.let_go.wait(30)

        return answer

    @staticmethod
    def dripping(body, steps=5):
        """Send the body in pieces; the pieces keep coming, so nothing stalls."""

        def answer(handler):
            Provider.send(handler, b"", length=len(body))
            size = len(body) // steps + 1
            for start in range(0, len(body), size):
                handler.wfile.write(body[start : start + size])
                handler.wfile.flush()

        return answer
