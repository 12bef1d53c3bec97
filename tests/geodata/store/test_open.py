"""A store opened: it says what the file says, and a damaged one is told from a whole one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.cards import event_card
from geodata.cases import load_case
from geodata.cli import main
from geodata.errors import InputError, UsageError
from geodata.filters import EventFilter
from geodata.record import Record, build_record
from geodata.store.open import open_store
from geodata.store.record import held, one_event, picture_scene
from geodata.store.scene import scene_of
from geodata.store.store import store_of
from geodata.store.view import view_of

from .store_files import made, ucdp_rows, ucdp_text, write

WORLD = (-180.0, -85.0, 180.0, 85.0)


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("files") / "ged.csv", ucdp_text(ucdp_rows(420)))


@pytest.fixture(scope="module")
def record(file) -> Record:
    return build_record(load_case(file))


@pytest.fixture(scope="module")
def folder(file, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("stores") / "ged"
    made(place, file)
    return place


@pytest.fixture
def copy(folder, tmp_path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def test_whole_rows_are_the_record_of_the_file(record, folder):
    found = held(open_store(folder), EventFilter())
    pd.testing.assert_frame_equal(found.events[record.events.columns], record.events, check_dtype=False)
    claims = found.case.claims.sort_values("claim_id", ignore_index=True)
    wanted = record.case.claims.sort_values("claim_id", ignore_index=True)
    pd.testing.assert_frame_equal(claims[wanted.columns], wanted, check_dtype=False)
    assert found.times == record.times


@pytest.mark.parametrize("zoom", [2, 5, 7, 12])
@pytest.mark.parametrize("wanted", [EventFilter(), EventFilter(types=("clash",)), EventFilter(min_killed=2)])
def test_views_from_disk_are_those_from_memory(record, folder, zoom, wanted):
    disk, memory = open_store(folder).store, store_of(record)
    assert view_of(disk, wanted, WORLD, zoom) == view_of(memory, wanted, WORLD, zoom)
    assert scene_of(disk, wanted).areas == scene_of(memory, wanted).areas
    assert scene_of(disk, wanted).marginalia.counts == scene_of(memory, wanted).marginalia.counts


def test_an_event_is_found_by_its_id_and_no_other(record, folder):
    stored = open_store(folder)
    for event_id in record.events["event_id"].iloc[[0, 7, -1]]:
        assert event_id in stored.times and stored.times[event_id] == record.times[event_id]
        assert event_card(*one_event(stored, event_id)) == event_card(record, event_id)
    assert "no such" not in stored.times and len(stored.times) == len(record.times)
    assert list(stored.times) == [
        entry["event_id"] for entry in stored.store.listed(np.arange(len(stored.times)))
    ]


def test_a_picture_reads_what_lies_in_it_and_counts_the_rest(record, folder):
    box = (60.0, 24.0, 66.0, 28.5)
    scene = picture_scene(open_store(folder), EventFilter(), box)
    whole = picture_scene(record, EventFilter(), box)
    assert scene.points == whole.points and scene.areas == whole.areas


def test_the_command_line_takes_a_store(file, folder, tmp_path):
    for path, out in ((file, tmp_path / "file.csv"), (folder, tmp_path / "store.csv")):
        assert main(["export", str(path), "--out", str(out), "--type", "attack"]) == 0
    one, other = (pd.read_csv(tmp_path / name, comment=None) for name in ("file.csv", "store.csv"))
    assert sorted(one["event_id"]) == sorted(other["event_id"])
    assert main(["snapshot", str(folder), "--out", str(tmp_path / "map.png"), "--dpi", "96"]) == 0
    assert main(["check", str(folder)]) == 2
    assert main(["join", str(folder), "--out", str(tmp_path / "joined.csv")]) == 2
    assert main(["export", str(folder), "--out", str(tmp_path / "x.csv"), "--detail", "district"]) == 2


def without(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def nonsense(path: Path) -> None:
    path.write_bytes(b"\x00 no store \xff" * 40)


@pytest.mark.parametrize("harm", [without, cut, nonsense])
@pytest.mark.parametrize("name", ["lon.npy", "brief.arrow", "words.json", "day-key.npy", "level6-order.npy"])
def test_a_damaged_store_is_told_with_what_to_do(copy, name, harm):
    harm(copy / "columns" / name)
    with pytest.raises(InputError) as caught:
        open_store(copy)
    assert str(copy) in caught.value.message() and caught.value.remedy


@pytest.mark.parametrize("harm", [without, nonsense])
def test_a_part_that_is_lost_is_told_when_it_is_read(copy, harm):
    stored = open_store(copy)
    harm(copy / "events" / "part-00000.parquet")
    with pytest.raises(InputError, match="damaged"):
        held(stored, EventFilter())


def test_an_unfinished_store_and_one_of_another_version_are_told(copy):
    about = json.loads((copy / "store.json").read_text())
    (copy / "store.json").write_text(json.dumps({**about, "version": 99, "created_by": "Strikemap 9"}))
    with pytest.raises(InputError, match="version 99"):
        open_store(copy)
    (copy / "store.json").write_text("{")
    with pytest.raises(InputError, match="damaged"):
        open_store(copy)
    (copy / "store.json").unlink()
    with pytest.raises(InputError, match="unfinished"):
        open_store(copy)


def test_too_many_events_for_one_file_are_told(folder, monkeypatch):
    monkeypatch.setattr("geodata.store.record.MOST_WHOLE", 100)
    with pytest.raises(UsageError, match="420 events are too many"):
        held(open_store(folder), EventFilter())
