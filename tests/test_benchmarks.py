"""The benchmarks run, at a size that takes no time; what they time is not asserted anywhere."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.long_files import write_acled, write_gdelt, write_ucdp
from geodata.cases import load_case

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("module", "options", "says"),
    [
        ("ingest", ("--rows", "300", "--repeats", "1"), "strikemap"),
        ("ingest_store", ("--rows", "300", "--only", "GDELT"), "a billion:"),
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
