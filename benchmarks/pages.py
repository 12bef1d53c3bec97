"""Streamlit pages in a real Chromium: started, changed by the slider of dates, and timed."""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
)
SLIDER = ".st-key-date_range input[type=range]"
_START_S = 180.0


@dataclass(frozen=True)
class Served:
    """A running page: its address, and the process that serves it."""

    url: str
    process: subprocess.Popen[bytes]

    def peak_mb(self) -> float:
        """Return the most memory in MB that was ever resident."""
        return self._status_mb("VmHWM")

    def memory_mb(self) -> tuple[float, float]:
        """Return resident memory in MB, and what of it belongs to this process alone."""
        return self._status_mb("VmRSS"), self._status_mb("RssAnon")

    def _status_mb(self, name: str) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        sizes = dict(line.split(":", 1) for line in status.splitlines())
        return int(sizes[name].split()[0]) / 1024


@contextmanager
def serve(script: Path, *, folder: Path = ROOT, static: bool = False, **variables: str) -> Iterator[Served]:
    """Run a Streamlit script while the block lasts, with variables of the environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    command += ["--server.fileWatcherType", "none", "--browser.gatherUsageStats", "false"]
    command += ["--server.enableStaticServing", "true"] if static else []
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        _await(url)
        yield Served(url, process)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _await(url: str) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
                if answer.read() == b"ok":
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not start in {_START_S:g} s")


@contextmanager
def chromium() -> Iterator[Any]:
    """Give a Chromium without a network of its own."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is installed

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        yield browser
        browser.close()


def map_frame(page: Any, ready: str) -> Any:
    """Return the frame that has an element, once it has."""
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        for frame in page.frames:
            try:
                if frame.query_selector(ready):
                    return frame
            except Exception:  # a frame that goes while it is asked
                continue
        page.wait_for_timeout(20)
    raise RuntimeError(f"{ready} did not come")


# What stands for a map that has changed: a text that differs before and after, by way.
TOLD = "() => document.querySelector('.told') && document.querySelector('.told').innerText"
GROUP = """() => { const g = window.feature_group;
  return g && g.length ? g[g.length - 1]._leaflet_id : ''; }"""
OURS = """() => { const d = document.querySelector('.leaflet-container').dataset;
  const scene = window.strikemap.scene;
  return scene && scene.live ? d.loads + ' ' + (d.views || 0) : d.loads; }"""


def change_dates(page: Any, frame: Any, told: str, *, times: int, settle: float, ours: bool = False) -> float:
    """Return the median of seconds from a key on the slider to the changed map.

    The first changes, a third of all, are not counted.
    """
    page.locator(SLIDER).first.focus()
    taken = []
    for number in range(times):
        old = frame.evaluate(told)
        began = time.perf_counter()
        page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")
        if ours:
            test = (
                f"old => {{ const now = ({told})(); const a = String(old).split(' ').map(Number), "
                "b = String(now).split(' ').map(Number); return a.every((n, i) => b[i] > n); }"
            )
        else:
            test = f"old => ({told})() !== old"
        frame.wait_for_function(test, arg=old, polling=5, timeout=_START_S * 1000)
        taken.append(time.perf_counter() - began)
        page.wait_for_timeout(settle * 1000)
    return statistics.median(taken[times // 3 :])
