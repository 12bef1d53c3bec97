"""The benchmarks run, at a size that takes no time; what they time is not asserted anywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.live import Figures
from benchmarks.live_report import table
from benchmarks.long_files import write_acled, write_gdelt, write_ucdp
from benchmarks.synthetic import write_store
from geodata.cases import load_case
from geodata.filters import EventFilter
from geodata.store.open import open_store
from geodata.store.scene import scene_of
from geodata.store.view import view_of

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("module", "options", "says"),
    [
        ("ingest", ("--rows", "300", "--repeats", "1"), "strikemap"),
        ("ingest_store", ("--rows", "300", "--only", "GDELT"), "a billion:"),
        ("join", ("--rows", "500"), "0 units differ"),
        ("pictures", ("--own", "--repeats", "1", "--dpi", "96"), "times as long as the imports alone"),
        ("direction", ("--attacks", "60", "--repeats", "1", "--loop", "3"), "mixture"),
    ],
)
def test_it_runs_and_prints_its_table(module, options, says):
    command = [sys.executable, "-m", f"benchmarks.{module}", *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


@pytest.mark.parametrize(("write", "kind"), [(write_ucdp, "ucdp"), (write_acled, "acled")])
def test_the_files_are_what_they_stand_for(tmp_path, write, kind):
    path, again = tmp_path / "a.csv", tmp_path / "b.csv"
    write(path, rows=12_000, seed=3)
    write(again, rows=12_000, seed=3)
    assert path.read_bytes() == again.read_bytes()
    case = load_case(path)
    events = case.report.events
    assert (case.report.format, events.rows_read) == (kind, 12_000)
    assert events.accepted + len(events.rejected_rows) == 12_000 and events.rejected_rows
    places = case.events[["latitude", "longitude"]].dropna()
    assert len(places.drop_duplicates()) < len(places) / 2


def test_a_file_like_gdelts_is_one(tmp_path):
    write_gdelt(tmp_path / "a.csv", rows=500, seed=3)
    write_gdelt(tmp_path / "b.csv", rows=500, seed=3, first_id=1)
    case = load_case(tmp_path / "a.csv")
    assert (case.report.format, len(case.events)) == ("gdelt", 500)
    assert set(case.events["event_id"]).isdisjoint(load_case(tmp_path / "b.csv").events["event_id"])
    assert len(case.sources) < 250  # a page tells of several


def test_a_store_of_made_up_events_holds_them_all(tmp_path):
    write_store(tmp_path / "made", rows=3_000)
    store = open_store(tmp_path / "made").store
    view = view_of(store, EventFilter(), (-180.0, -85.0, 180.0, 85.0), 3)
    scene = scene_of(store, EventFilter())
    counted = sum(cell.count for cell in (*view.cells, *view.unit_cells)) + len(view.points)
    counted += sum(mark.count for mark in (*view.areas, *scene.areas))
    assert (len(store), counted + scene.placeless) == (3_000, 3_000)
    again = tmp_path / "again"
    write_store(again, rows=3_000)
    assert (again / "columns" / "lon.npy").read_bytes() == (tmp_path / "made/columns/lon.npy").read_bytes()


def test_the_report_of_the_live_map_has_every_figure():
    one = dict.fromkeys(Figures.__dataclass_fields__, 0.5) | {"rows": 1_000_000}
    live = {
        "machine": "m",
        "floor": 0.1,
        "figures": [{**one, "rows": 20, "pan": 0.0}, one],
        "rivals": {"pydeck 9": 5},
    }
    words = table(live, {"rows": 5, "strikemap": 1.0, "geopandas": 4.0, "differ": 0})
    assert "| 1,000,000 | 0.500 | 5.0 |" in words and "| 9 | 5.00 | 10.0 times |" in words
    assert "4.0 times; 0 units differ" in words
