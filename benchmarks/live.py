"""Time the live map with very many events, beside what else there is in Streamlit, in one run.

``python -m benchmarks.live [--sizes 10000 100000 1000000 10000000] [--rivals] [--out docs/benchmarks]``

Events are made from a seed (``benchmarks.synthetic``), in a store each size. ``date change`` is from a key
pressed on the slider of dates to the changed map in a headless Chromium; its floor is a page with the
slider and no map. ``pan`` is from a moved map to what the new view holds; ``server`` is the route's part
of it, as a client of this machine sees it, and ``filtered`` the same with a filter by actor.
Of ``st.map`` and ``pydeck`` only the arrival at the browser is timed, not their drawing, which here is
done in software. With ``--out`` a table and a plot are written. Ten million events need 8 GB of disk while
their store is made, and 4 GB then.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import statistics
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xstatic.pkg.leaflet

from benchmarks.pages import GROUP, OURS, TOLD, Served, change_dates, chromium, map_frame, serve
from benchmarks.synthetic import write_store

APP = Path("dashboard/app.py")
READY = ".leaflet-container[data-state=ready]"
BUNDLED = "iran-pakistan-2024"
# Ways, and the number of events with which each is timed.
RIVALS = (("cluster", 100_000), ("geojson", 100_000), ("st_map", 1_000_000), ("pydeck", 100_000))
VIEWS = tuple((lat, lon, zoom) for zoom in (3, 4, 5, 6, 7, 9) for lat, lon in ((30, 60), (5, 20), (45, 30)))


@dataclass
class Figures:
    """What was measured with one number of events; seconds, megabytes, kilobytes."""

    rows: int
    date_change: float = 0.0
    pan: float = 0.0
    server: float = 0.0
    first_map: float = 0.0
    change_kb: float = 0.0
    reruns: int = 0
    memory: float = 0.0
    private: float = 0.0
    peak: float = 0.0
    filtered: float = 0.0
    ten_sessions: float = 0.0
    playback: float = 0.0


def measure(browser: Any, served: Served, case: str, rows: int) -> Figures:
    """Measure the page with one case; it has been opened before, so that all is read."""
    found = Figures(rows)
    first_map(browser, served, case)
    found.first_map = statistics.median(first_map(browser, served, case) for _ in range(3))
    page = browser.new_page(viewport={"width": 1366, "height": 900})
    sent: list[int] = []
    sizes: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
    page.on("response", lambda answer: sizes.append(_size(answer)) if "/scene.json" in answer.url else None)
    page.goto(f"{served.url}/?case={case}&lat=30&lon=60&zoom=4")
    frame = map_frame(page, READY)
    page.wait_for_timeout(4000)
    sizes.clear()
    found.date_change = change_dates(page, frame, OURS, times=24, settle=0.8, ours=True)
    found.change_kb = max(sizes, default=0) / 1000
    if rows > 2_000:
        sent.clear()
        found.pan = statistics.median(_pan(frame, view) for view in VIEWS)
        found.reruns = len(sent)
        found.server = _server(served, case)
        found.filtered = _server(served, case, "&actor=Side+C")
        found.playback = _playback(page, frame)
    found.memory, found.private = served.memory_mb()
    found.peak = served.peak_mb()
    page.close()
    return found


def first_map(browser: Any, served: Served, case: str) -> float:
    """Return the seconds from asking for the page to its drawn map, in a browser that knows nothing yet."""
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    began = time.perf_counter()
    page.goto(f"{served.url}/?case={case}")
    frame = map_frame(page, READY)
    frame.wait_for_function(
        "() => !strikemap.scene.live || document.querySelector('[data-views]')", polling=5
    )
    taken = time.perf_counter() - began
    context.close()
    return taken


def _pan(frame: Any, view: tuple[float, float, float]) -> float:
    lat, lon, zoom = view
    old = frame.evaluate("Number(document.querySelector('.leaflet-container').dataset.views)")
    began = time.perf_counter()
    frame.evaluate(f"void map.setView([{lat}, {lon}], {zoom}, {{animate: false}})")
    frame.wait_for_function(
        "old => Number(document.querySelector('.leaflet-container').dataset.views) > old", arg=old, polling=5
    )
    return time.perf_counter() - began


def _playback(page: Any, frame: Any) -> float:
    """Return how many frames a second are shown of a playback that is to show twenty."""
    frame.evaluate("void map.setView([30, 60], 4, {animate: false})")
    page.wait_for_timeout(1500)
    frame.evaluate("document.querySelector('.sm-play-start').click()")
    frame.wait_for_function(
        "() => document.querySelector('.leaflet-container').dataset.frame", timeout=60_000
    )
    frame.select_option(".sm-play select", "20")
    shown = frame.evaluate(
        """() => new Promise(done => {
          const box = document.querySelector('.leaflet-container'), began = performance.now();
          let count = 0, last = box.dataset.frame;
          (function look() {
            if (box.dataset.frame !== last) { count += 1; last = box.dataset.frame; }
            const gone = performance.now() - began;
            if (gone > 3000 || last === undefined) done(1000 * count / gone); else setTimeout(look, 4);
          })();
        })"""
    )
    frame.evaluate("strikemap.playback.stop()")
    return float(shown)


def _server(served: Served, case: str, more: str = "") -> float:
    """Return the median of the seconds that the route of views takes, over places, zooms and periods.

    ``more`` is asked of the events too, as an address says it.
    """
    taken = []
    for lat, lon, zoom in VIEWS:
        wide, high = 470 * 360 / 256 / 2**zoom, 200 * 360 / 256 / 2**zoom
        box = f"{max(lon - wide, -180)},{max(lat - high, -85)},{min(lon + wide, 180)},{min(lat + high, 85)}"
        for days in ("", "&from=2004-03-01&to=2011-08-15"):
            address = f"{served.url}/strikemap/view.json?case={case}{days}{more}&bbox={box}&zoom={zoom}"
            began = time.perf_counter()
            with urllib.request.urlopen(address) as answer:
                answer.read()
            taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def _size(answer: Any) -> int:
    return int(answer.headers.get("content-length") or len(answer.body()))


def sessions(browser: Any, served: Served, case: str, count: int) -> float:
    """Return the private memory in MB after so many sessions at a time."""
    contexts = [browser.new_context() for _ in range(count)]
    for context in contexts:
        page = context.new_page()
        page.goto(f"{served.url}/?case={case}")
        map_frame(page, READY)
    private = served.memory_mb()[1]
    for context in contexts:
        context.close()
    return private


def rival(browser: Any, way: str, rows: int) -> float:
    """Return the seconds of a date change of another way."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(Path(__file__).with_name("rival.py"), folder / "rival.py")
        static = folder / "static"
        shutil.copytree(xstatic.pkg.leaflet.BASE_DIR, static)
        if way == "cluster":
            import xstatic.pkg.leaflet_markercluster as cluster  # noqa: PLC0415 - only where it is installed

            shutil.copytree(cluster.BASE_DIR, static, dirs_exist_ok=True)
        with serve(folder / "rival.py", folder=folder, static=True, WAY=way, ROWS=str(rows)) as served:
            page = browser.new_page(viewport={"width": 1366, "height": 900})
            page.goto(served.url)
            in_map = way in ("cluster", "geojson")
            frame = map_frame(page, ".leaflet-container" if in_map else ".told")
            frame.wait_for_function(f"() => ({GROUP if in_map else TOLD})()", timeout=180_000)
            page.wait_for_timeout(5000)
            slow = way != "floor"
            taken = change_dates(
                page, frame, GROUP if in_map else TOLD, times=6 if slow else 24, settle=2.0 if slow else 0.5
            )
            page.close()
    return taken


def main() -> None:
    """Measure, print and, if asked, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000])
    parser.add_argument("--rivals", action="store_true", help="time the other ways too: some minutes")
    parser.add_argument("--stores", type=Path, help="folder for the stores; kept and used again")
    parser.add_argument("--out", type=Path, help="folder for live.json, which benchmarks.live_report reads")
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        stores = wish.stores or Path(name)
        for rows in wish.sizes:
            if not (stores / f"made-{rows}" / "store.json").is_file():
                print(f"making {rows:,} events", flush=True)
                write_store(stores / f"made-{rows}", rows=rows)
        found = run(stores, wish.sizes, with_rivals=wish.rivals)
    print(json.dumps(found, indent=1))
    if wish.out:
        wish.out.mkdir(parents=True, exist_ok=True)
        (wish.out / "live.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def run(stores: Path, sizes: list[int], *, with_rivals: bool) -> dict[str, Any]:
    """Return all figures as plain data."""
    with chromium() as browser:
        floor = rival(browser, "floor", 10)
        print(f"floor {floor:.3f} s", flush=True)
        figures = []
        for case, rows in [(BUNDLED, 20), *((f"made-{rows}", rows) for rows in sizes)]:
            with serve(APP, STRIKEMAP_CASES=str(stores)) as served:
                one = measure(browser, served, case, rows)
                if rows == max(sizes):
                    one.ten_sessions = sessions(browser, served, case, 10)
            print(one, flush=True)
            figures.append(one)
        others: dict[str, float | None] = {}
        for way, rows in RIVALS if with_rivals else ():
            try:
                others[f"{way} {rows}"] = rival(browser, way, rows)
            except Exception as error:  # one that fails must not lose what was measured
                others[f"{way} {rows}"] = None
                print(f"{way}: {str(error).splitlines()[0]}")
            print(f"{way} {rows:,}: {others[f'{way} {rows}']} s", flush=True)
    machine = f"{platform.machine()}, {_cores()} cores, Python {platform.python_version()}"
    return {"machine": machine, "floor": floor, "figures": [vars(one) for one in figures], "rivals": others}


def _cores() -> int:
    import os  # noqa: PLC0415

    return len(os.sched_getaffinity(0))


if __name__ == "__main__":
    main()
