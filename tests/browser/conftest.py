"""The real app in a real Chromium: servers, pages, and what may not happen on them."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Frame, Page, expect, sync_playwright
from playwright.sync_api import Request as Asked
from playwright.sync_api import Response as Answer
from playwright.sync_api import TimeoutError as TimedOut

from tests.browser.chromium import find_chromium
from tests.conftest import OUTCOME, is_outside

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "tests" / "artifacts"
MAP_FRAME = 'iframe[title="streamlit_folium.st_folium"]'
START_SECONDS = 120
WAIT_MS = 30_000
_FRAMES_TRIED = 5

# Chromium itself calls home at every start without these.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Imported by Python itself at the start of the server, from a folder put first on its path.
NETWORK_LOG = """
import os, sys

_log = os.open(os.environ["STRIKEMAP_NETWORK_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

def _note(event, arguments):
    if event in ("socket.bind", "socket.connect", "socket.sendto"):
        address = arguments[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        address = arguments[:1]
    else:
        return
    if isinstance(address, tuple):
        host = address[0].decode() if isinstance(address[0], bytes) else address[0]
        os.write(_log, f"{event}\\t{host or ''}\\n".encode())

sys.addaudithook(_note)
"""


@dataclass(frozen=True)
class Server:
    """A running app: its address, what it printed, and what it did with sockets."""

    url: str
    log: Path
    network_log: Path

    def network(self) -> list[tuple[str, str]]:
        """Return ``(event, host)`` of each bind, connection and look-up since the start."""
        lines = self.network_log.read_text().splitlines()
        return [(event, host) for event, _, host in (line.partition("\t") for line in lines)]

    def outside(self) -> list[tuple[str, str]]:
        """Return those of ``network`` that concern another host."""
        return [(event, host) for event, host in self.network() if is_outside(host)]


@contextmanager
def serve(folder: Path, *, prefix: str = "") -> Iterator[Server]:
    """Run ``streamlit run dashboard/app.py`` under ``prefix`` while the block lasts.

    Raises
    ------
    RuntimeError
        If it stops, or is not ready in time, or asked another host for anything; with its log.
    """
    hook = folder / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(NETWORK_LOG)
    port = _free_port()
    base = "/".join(filter(None, [f"http://127.0.0.1:{port}", prefix.strip("/")]))
    server = Server(f"{base}/", folder / "server.log", folder / "network.log")
    command = [str(Path(sys.executable).with_name("streamlit")), "run", "dashboard/app.py"]
    command += ["--server.port", str(port), "--server.headless", "true"]
    command += ["--server.baseUrlPath", prefix] if prefix else []
    environment = {
        **os.environ,
        "PYTHONPATH": str(hook),
        "PYTHONUNBUFFERED": "1",
        "STRIKEMAP_NETWORK_LOG": str(server.network_log),
    }
    with server.log.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _await_ready(process, f"{base}/_stcore/health", server.log)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if server.outside():
        raise RuntimeError(f"the server asked other hosts: {server.outside()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the app stopped with exit code {process.returncode}:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.05)  # between two questions
    raise RuntimeError(f"the app was not ready after {START_SECONDS} s:\n{log.read_text()}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder; on a crowded machine a page may be late, so each is tried twice."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def app_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve the app once for all tests."""
    with serve(tmp_path_factory.mktemp("app")) as server:
        yield server


@pytest.fixture(scope="session")
def app_url(app_server: Server) -> str:
    """Return the app's address, with its final slash."""
    return app_server.url


@pytest.fixture(scope="session")
def prefixed_app_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the app below a path, as behind a proxy; the address ends in ``/conf/dash/``."""
    with serve(tmp_path_factory.mktemp("prefixed"), prefix="conf/dash") as server:
        yield server.url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one Chromium for all tests."""
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a new watched page, ``open_page(width=390, height=844)``.

    ``page.problems`` lists what must not happen: errors on the console or in scripts, failed requests,
    answers of 400 and above, requests to other hosts. Any left at the end fails the test; a test that
    provokes one clears the list after looking at it. A failed test leaves its pages as pictures.
    """
    pages: list[Page] = []

    def open_one(*, width: int = 1366, height: int = 900, **context: object) -> Page:
        page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
        page.set_default_timeout(WAIT_MS)
        _watch(page)
        pages.append(page)
        return page

    yield open_one
    problems = [problem for page in pages for problem in page.problems]
    call = request.node.stash.get(OUTCOME, {}).get("call")
    if problems or call is None or call.failed:
        _keep_pictures(pages, request.node.nodeid)
    for page in pages:
        page.context.close()
    assert not problems, "\n".join(["the page had problems:", *problems])


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """Open one watched page of 1366 × 900."""
    return open_page()


def _watch(page: Page) -> None:
    problems: list[str] = []
    page.problems = problems  # type: ignore[attr-defined]

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"console: {message.text}")

    def on_request(asked: Asked) -> None:
        address = urlsplit(asked.url)
        if address.scheme in ("http", "https", "ws", "wss") and is_outside(address.hostname):
            problems.append(f"other host: {asked.url}")

    def on_response(answer: Answer) -> None:
        if answer.status >= 400:
            problems.append(f"status {answer.status}: {answer.url}")

    def on_failed(failed: Asked) -> None:
        # The map drops the scene or view that it asked for when the next date or place is there before it.
        is_asked_anew = any(f"/{name}.json?" in failed.url for name in ("scene", "view", "frames"))
        if not (is_asked_anew and failed.failure == "net::ERR_ABORTED"):
            problems.append(f"failed: {failed.url} {failed.failure}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(f"script: {error}\n"))
    page.on("request", on_request)
    page.on(
        "websocket", lambda opened: is_outside(urlsplit(opened.url).hostname) and problems.append(opened.url)
    )
    page.on("requestfailed", on_failed)
    page.on("response", on_response)


def _keep_pictures(pages: list[Page], test: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", test.removeprefix("tests/browser/"))
    for number, page in enumerate(pages, start=1):
        path = ARTIFACTS / f"{name}-{number}.png"
        try:
            page.screenshot(path=path, full_page=True)
        except Error as error:  # a page that crashed: the test's own failure matters more
            sys.stdout.write(f"no picture of {page.url}: {error}\n")
        else:
            sys.stdout.write(f"picture of {page.url}: {path.relative_to(ROOT)}\n")


def map_frame(page: Page, selector: str = ".leaflet-map-pane") -> Frame:
    """Return the map's frame, once ``selector`` is in it.

    Another opening view mounts another frame: one that goes while it is asked is no answer.
    """
    for _ in range(_FRAMES_TRIED):
        try:
            frame = page.wait_for_selector(MAP_FRAME, state="attached").content_frame()
            if frame is not None:
                frame.wait_for_selector(selector, state="attached")
                return frame
        except Error as error:
            if isinstance(error, TimedOut):
                raise
        page.wait_for_timeout(200)
    raise AssertionError(f"no frame of the map stayed long enough to find {selector} in it")
