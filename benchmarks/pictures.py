"""Time a print picture of the bundled case, beside pictures that a browser takes of the same map.

``python -m benchmarks.pictures [--repeats 3]``

``print`` is the map on A4 at 300 dpi with all it must carry, in a process that has drawn one before.
``screenshot`` is Playwright's at twice the density of the exported page of the same case, from the launch
of Chromium on, and in a Chromium that runs already. ``folium`` is folium's own export of a map with the
same areas through Selenium, with Leaflet from the installed package, as folium waits by default (three
seconds) and without that wait. ``command`` is ``python -m geodata snapshot`` from a cold start, beside
the imports that any such program needs. Playwright and Selenium with a chromedriver are used where they
are installed. Every figure is the least of the repeats.
"""

from __future__ import annotations

import argparse
import importlib.util
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import folium
import geopandas as gpd
import xstatic.pkg.leaflet

from geodata import boundaries
from geodata.cases import load_case
from geodata.record import Record, build_record
from geodata.render.html_page import html_page
from geodata.render.print_map import PrintOptions, draw_map
from geodata.scene_build import build_scene

CASE = "iran-pakistan-2024"
SIZE = (1123, 794)  # A4 at 96 dpi
FLAGS = ("--no-sandbox", "--disable-gpu", "--headless=new")


def least(run: Callable[[], object], repeats: int) -> float:
    """Return the least of the seconds that a task takes."""
    found = []
    for _ in range(repeats):
        began = time.perf_counter()
        run()
        found.append(time.perf_counter() - began)
    return min(found)


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


def screenshots(page: Path, repeats: int) -> tuple[float, float]:
    """Return the seconds of a screenshot with the launch of the browser, and without."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is installed

    chromium = shutil.which("chromium") or None
    with sync_playwright() as play:

        def launched() -> None:
            browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS[:2]))
            shot(browser)
            browser.close()

        def shot(browser: object) -> None:
            view = {"width": SIZE[0], "height": SIZE[1]}
            tab = browser.new_page(viewport=view, device_scale_factor=2)  # type: ignore[attr-defined]
            tab.goto(page.as_uri())
            tab.wait_for_selector("#map[data-state=ready]")
            tab.locator("#map").screenshot()
            tab.close()

        cold = least(launched, repeats)
        browser = play.chromium.launch(executable_path=chromium, args=list(FLAGS[:2]))
        shot(browser)
        warm = least(lambda: shot(browser), repeats)
        browser.close()
    return cold, warm


def command(*arguments: str) -> None:
    """Run a Python command to its end."""
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    record = build_record(load_case(CASE))
    options = PrintOptions(record.meta.information_as_of, dpi=300)

    def draw(kind: str) -> None:
        draw_map(build_scene(record, record.default_filter, only_extent=True), options, format=kind)

    draw("png")
    own = {kind: least(lambda kind=kind: draw(kind), repeats) for kind in ("png", "svg", "pdf")}  # type: ignore[misc]
    with tempfile.TemporaryDirectory() as folder:
        rows = {f"print {kind.upper()}": seconds for kind, seconds in own.items()}
        page = Path(folder) / "page.html"
        page.write_bytes(html_page(record, record.default_filter))
        if importlib.util.find_spec("playwright"):
            cold, warm = screenshots(page, repeats)
            rows |= {"screenshot, launched": cold, "screenshot, running": warm}
        if importlib.util.find_spec("selenium") and shutil.which("chromedriver"):
            rows["folium by Selenium"] = least(lambda: by_selenium(record, 3), repeats)
            rows["the same, no wait"] = least(lambda: by_selenium(record, 0), repeats)
        print(f"{'':24}{'seconds':>9}{'to print PNG':>15}")
        for name, seconds in rows.items():
            print(f"{name:24}{seconds:9.2f}{seconds / own['png']:14.1f}×")
        target = str(Path(folder) / "map.png")
        imports = least(lambda: command("-c", "import geopandas, matplotlib.pyplot"), repeats)
        whole = least(lambda: command("-m", "geodata", "snapshot", CASE, "--out", target), repeats)
        print(f"command {whole:.2f} s, imports alone {imports:.2f} s: {whole / imports:.1f}×")


if __name__ == "__main__":
    main()
