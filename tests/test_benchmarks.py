"""The benchmarks run, at a size that takes no time; what they time is not asserted anywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from benchmarks.engines import BOX, COLUMNS, HIGH, LOW, in_numpy
from benchmarks.join import differing, report
from benchmarks.live import Figures
from benchmarks.live_report import table
from benchmarks.long_files import write_acled, write_gdelt, write_ucdp
from benchmarks.synthetic import make_events, write_store
from geodata.cases import load_case
from geodata.filters import EventFilter
from geodata.store.open import open_store
from geodata.store.scene import scene_of
from geodata.store.tables import order_of
from geodata.store.view import view_of

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("module", "options", "says"),
    [
        ("ingest", ("--rows", "300", "--repeats", "1"), "strikemap"),
        ("ingest_store", ("--rows", "300", "--only", "GDELT"), "a billion:"),
        ("join", ("--rows", "500", "--repeats", "1"), "0 units differ"),
        ("pictures", ("--own", "--repeats", "1", "--dpi", "96"), "times as long as the imports alone"),
        ("direction", ("--attacks", "60", "--repeats", "1", "--loop", "3"), "mixture"),
    ],
)
def test_it_runs_and_prints_its_table(module, options, says):
    command = [sys.executable, "-m", f"benchmarks.{module}", *options]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert says in done.stdout


def test_units_that_differ_are_counted_whichever_side_has_one():
    ours = pd.Series(["A", "B", "", "D", "", "F"])
    theirs = pd.Series(["A", "B", "C", "Z", "E"], index=[0, 1, 1, 3, 4])  # 1 lies in two, 5 in none
    assert differing(ours, theirs) == 3


def test_the_report_of_the_join_has_its_figures():
    figures = {"strikemap": 0.5, "geopandas": 4.0, "distinct": 1.0}
    worked = {f"{way}_processor": seconds / 2 for way, seconds in figures.items()}
    about = {"rows": 7_000, "places": 70, "repeats": 3, "machine": "m", "differ": 2}
    words = report({**about, **figures, **worked})
    assert "| 4.00 | 2.00 | 8.0 | 8.0 |" in words
    assert "7,000 points at 70 places" in words and "2 units differ" in words


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
    write_store(again, rows=3_000, part_rows=701)
    for path in (again / "columns").glob("*.npy"):
        assert path.read_bytes() == (tmp_path / "made" / "columns" / path.name).read_bytes(), path.name
    assert open_store(again).store.brief.equals(store.brief)


def test_made_up_events_stand_in_the_order_of_a_store(tmp_path):
    write_store(tmp_path / "made", rows=4_000, part_rows=900)
    for part in sorted((tmp_path / "made" / "events").iterdir()):
        events = pq.read_table(part)
        assert order_of(events).to_pylist() == [*range(len(events))]
    points = make_events(500)
    assert not np.isnan(points.lon).any() and len(set(points.row.tolist())) == 500


def test_the_engines_are_asked_the_same_question(tmp_path):
    write_store(tmp_path / "made", rows=3_000)
    command = [sys.executable, "-m", "benchmarks.engines", str(tmp_path / "made"), "--repeats", "1"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert "3,000 events" in done.stdout and "numpy, memory" in done.stdout
    held = pq.read_table(tmp_path / "made" / "events", columns=list(COLUMNS))
    west, south, east, north = BOX
    frame = held.to_pandas()
    inside = frame["longitude"].between(west, east) & frame["latitude"].between(south, north)
    inside &= (frame["first_day"] <= HIGH) & (frame["last_day"] >= LOW)
    assert in_numpy(held)()[1].sum() == inside.sum() > 0


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
