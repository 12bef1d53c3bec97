"""Time a print picture of the bundled case, beside pictures that a browser takes of the same map.

``python -m benchmarks.pictures [--repeats 5] [--out docs/benchmarks]``

``print PNG`` is the map on A4 at 300 dpi with all it must carry, in a process that has drawn one before:
of an extent that was drawn before, of that extent with other dates, and of an extent never drawn before.
What a process keeps is what follows from the extent and the packs: projected, clipped and joined outlines,
places where a name or pill may stand, shaped letters, and the memory of the pixels; never a picture.
``screenshot`` is Playwright's at twice the density of the exported page of the same case, from the launch
of Chromium on, and in a Chromium that runs already. ``folium`` is folium's own export of a map with the
same areas through Selenium, with Leaflet from the installed package, as folium waits by default (three
seconds) and without that wait. ``command`` is ``python -m geodata snapshot`` from a cold start, beside
the imports that any such program needs. The tasks take turns, and every figure is a median. Processor
seconds count all processes of a task, where no browser is killed: on a busy machine they say more than
the clock.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import count, cycle
from pathlib import Path
from typing import Any, NamedTuple

import folium
import geopandas as gpd
import psutil
import xstatic.pkg.leaflet

from geodata import boundaries
from geodata.cases import load_case
from geodata.filters import EventFilter
from geodata.record import Record, build_record
from geodata.render.html_page import html_page
from geodata.render.print_map import PrintOptions, draw_map
from geodata.scene_build import build_scene

CASE = "iran-pakistan-2024"
SIZE = (1123, 794)  # A4 at 96 dpi
FLAGS = ("--no-sandbox", "--disable-gpu", "--headless=new")
DATES = (date(2024, 1, 16), date(2024, 1, 18), date(2024, 1, 29))
KNOWN, OTHER_DATES, NEW = (
    "print PNG, extent drawn before",
    "print PNG, the same with other dates",
    "print PNG, extent not drawn before",
)
COMMAND, IMPORTS = "command, from a cold start", "imports of geopandas and pyplot alone"
# Their browsers are killed at the end, and nobody is told what processor time they took.
LAUNCHED = (
    "screenshot by Playwright, browser launched",
    "folium's export by Selenium, as it waits",
    "folium's export by Selenium, no wait",
)

Tasks = dict[str, Callable[[], object]]


class Took(NamedTuple):
    """What a task took: seconds on the clock, and of processors with all processes that it started."""

    seconds: float
    cpu_seconds: float


def timed(tasks: Tasks, repeats: int) -> dict[str, Took]:
    """Return the medians of each task; they take turns, so that what slows one slows all."""
    found: dict[str, list[Took]] = {name: [] for name in tasks}
    for _ in range(repeats):
        for name, run in tasks.items():
            began, cpu = time.perf_counter(), _cpu_seconds()
            run()
            found[name].append(Took(time.perf_counter() - began, _cpu_seconds() - cpu))
    return {
        name: Took(*(statistics.median(column) for column in zip(*took, strict=True)))
        for name, took in found.items()
    }


def _cpu_seconds() -> float:
    """Return the processor time of this process, those below it, and those of them that ended."""
    total = 0.0
    for process in [me := psutil.Process(), *me.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            took = process.cpu_times()
            total += took.user + took.system + took.children_user + took.children_system
    return total


def own_tasks(record: Record, options: PrintOptions) -> Tasks:
    """Return the pictures of ours, in a process that has drawn the opening view."""
    opening = record.default_filter
    west, south, east, north = build_scene(record, opening, only_extent=True).extent
    steps, ends = count(1), cycle(DATES)

    def draw(wanted: EventFilter, kind: str) -> None:
        scene = build_scene(record, wanted, extent=wanted.bbox, only_extent=True)
        draw_map(scene, options, format=kind)

    def elsewhere() -> None:
        by = 0.11 * next(steps)
        draw(replace(opening, bbox=(west + by, south + by, east + by, north + by)), "png")

    draw(opening, "png")
    return {
        KNOWN: partial(draw, opening, "png"),
        OTHER_DATES: lambda: draw(replace(opening, date_to=next(ends)), "png"),
        NEW: elsewhere,
        "print SVG": partial(draw, opening, "svg"),
        "print PDF": partial(draw, opening, "pdf"),
    }


def command_tasks(folder: Path) -> Tasks:
    """Return the command from a cold start, and what any such program must import."""
    target = str(folder / "map.png")
    return {
        COMMAND: lambda: _python("-m", "geodata", "snapshot", CASE, "--out", target),
        IMPORTS: lambda: _python("-c", "import geopandas, matplotlib.pyplot"),
    }


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def folium_map(record: Record) -> folium.Map:
    """Return a folium map with the areas of the case, and Leaflet from the installed package alone."""
    leaflet = Path(xstatic.pkg.leaflet.BASE_DIR)
    made = folium.Map(location=[28, 64], zoom_start=6, tiles=None)
    made.default_js = [("leaflet", (leaflet / "leaflet.js").as_uri())]
    made.default_css = [("leaflet_css", (leaflet / "leaflet.css").as_uri())]
    areas = sorted(set(record.events.loc[record.events["drawn_as"] == "area", "drawn_area"]))
    units = [*areas, *record.focus, "IRN", "PAK", "AFG", "OMN"]
    shapes = [boundaries.unit_geometry(unit_id, resolution="screen") for unit_id in units]
    folium.GeoJson(gpd.GeoDataFrame({"id": units}, geometry=shapes, crs=4326)).add_to(made)
    return made


def by_selenium(record: Record, delay: int) -> None:
    """Make folium's own picture."""
    from selenium import webdriver  # noqa: PLC0415 - only where it is installed

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in FLAGS:
        options.add_argument(flag)
    service = webdriver.ChromeService(shutil.which("chromedriver"))
    driver = webdriver.Chrome(options=options, service=service)
    folium_map(record)._to_png(delay=delay, driver=driver, size=SIZE)


def playwright_tasks(page: Path, stack: ExitStack) -> Tasks:
    """Return screenshots of the exported page, with the launch of the browser and without."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is installed

    play = stack.enter_context(sync_playwright())
    start = partial(play.chromium.launch, executable_path=shutil.which("chromium"), args=list(FLAGS[:2]))

    def shot(browser: Any) -> None:
        view = {"width": SIZE[0], "height": SIZE[1]}
        tab = browser.new_page(viewport=view, device_scale_factor=2)
        tab.goto(page.as_uri())
        tab.wait_for_selector("#map[data-state=ready]")
        tab.locator("#map").screenshot()
        tab.close()

    def launched() -> None:
        browser = start()
        shot(browser)
        browser.close()

    running = start()
    stack.callback(running.close)
    shot(running)
    return {
        LAUNCHED[0]: launched,
        "screenshot by Playwright, browser running": partial(shot, running),
    }


def missing(*, packages: tuple[str, ...], programs: tuple[str, ...]) -> str:
    """Return what is not there, in words; empty where all is."""
    absent = [f"no package {name}" for name in packages if not importlib.util.find_spec(name)]
    absent += [f"no {name} on the PATH" for name in programs if not shutil.which(name)]
    return " and ".join(absent)


def browser_tasks(record: Record, folder: Path, stack: ExitStack) -> tuple[Tasks, list[str]]:
    """Return the pictures of browsers, and what could not be measured with the reason."""
    tasks: Tasks = {}
    said = []
    if why := missing(packages=("playwright",), programs=("chromium",)):
        said.append(f"Playwright's screenshots are not measured: {why}.")
    else:
        page = folder / "page.html"
        page.write_bytes(html_page(record, record.default_filter))
        tasks |= playwright_tasks(page, stack)
    if why := missing(packages=("selenium",), programs=("chromium", "chromedriver")):
        said.append(f"folium's export by Selenium is not measured: {why}.")
    else:
        tasks |= {
            name: partial(by_selenium, record, wait) for name, wait in zip(LAUNCHED[1:], (3, 0), strict=True)
        }
    return tasks, said


def machine() -> str:
    """Return the machine in words: ``x86_64, 2 cores, Python 3.11, Chromium 156``."""
    words = [
        platform.machine(),
        f"{os.cpu_count()} cores",
        f"Python {'.'.join(platform.python_version_tuple()[:2])}",
    ]
    if chromium := shutil.which("chromium"):
        told = subprocess.run([chromium, "--version"], capture_output=True, text=True, check=False).stdout
        number = next((word for word in told.split() if word[0].isdigit()), "")
        words.append(f"Chromium {number.partition('.')[0]}")
    return ", ".join(words)


def report(rows: dict[str, Took], said: list[str], *, dpi: int, repeats: int) -> Iterator[str]:
    """Yield the lines of the table in Markdown."""
    yield "# A picture to print, beside screenshots of the same map"
    yield ""
    yield (
        f"One run of `python -m benchmarks.pictures` on {machine()}; A4 at {dpi} dpi; medians of {repeats} "
        "rounds in which the tasks take turns. Trust ratios, not seconds: others may use the machine."
    )
    yield ""
    yield "| task | seconds | times an extent drawn before | times one not drawn before | processor seconds |"
    yield "|---|---|---|---|---|"
    for name, (seconds, cpu) in rows.items():
        times = (seconds / rows[other].seconds for other in (KNOWN, NEW))
        counted = "" if name in LAUNCHED else f"{cpu:.2f}"
        yield f"| {name} | {seconds:.2f} | {' | '.join(f'{one:.1f}' for one in times)} | {counted} |"
    yield ""
    clock, cpu = (one / other for one, other in zip(rows[COMMAND], rows[IMPORTS], strict=True))
    yield f"The command takes {clock:.1f} times as long as the imports alone, {cpu:.1f} times by processor."
    yield (
        "Of an extent drawn before a process keeps what follows from the extent and the packs: outlines as "
        "they lie on the page, places where names and pills may stand, shaped letters, and the memory of an "
        "A4's pixels. It keeps no picture; the bytes are those of a cold process."
    )
    yield from said


def main() -> None:
    """Print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--dpi", type=int, default=300)
    parser.add_argument("--own", action="store_true", help="only our pictures, no browser")
    parser.add_argument("--out", type=Path, help="folder for pictures.md")
    options = parser.parse_args()
    record = build_record(load_case(CASE))
    paper = PrintOptions(record.meta.information_as_of, dpi=options.dpi)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        tasks = own_tasks(record, paper)
        browsers, said = ({}, []) if options.own else browser_tasks(record, folder, stack)
        rows = timed({**tasks, **browsers, **command_tasks(folder)}, options.repeats)
    lines = list(report(rows, said, dpi=options.dpi, repeats=options.repeats))
    print("\n".join(lines))
    if options.out:
        (options.out / "pictures.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
