"""Columns that are made part by part and piece by piece are those that are made of everything at once."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from geodata import schema
from geodata.cases.read import case_of_bytes
from geodata.record import Record, build_record
from geodata.store import making
from geodata.store.attacks import TYPES as ATTACK_TYPES
from geodata.store.columns import ARRAYS, LOOSE, NEEDED, NO_FIGURE, columns_of
from geodata.store.disk import hash_ids, map_attacks, map_columns
from geodata.store.making import finish_columns
from geodata.store.store import BRIEF, LEVELS, Store, area_groups, shift_of, store_of
from geodata.store.tally import Tally

from .test_flows import many_attacks

KINDS = len(schema.EVENT_TYPES)


@pytest.fixture(scope="module")
def record() -> Record:
    """Return points, areas and attacks, with and without figures, of one day and of four."""
    made = build_record(case_of_bytes(many_attacks(loose=500), "many.zip"))
    number = np.arange(len(made.events))
    low = np.where(number % 5, number % 6, np.nan)
    events = made.events.assign(killed_low=low, killed_high=low + number % 3)
    return Record(made.case, events, made.attacks, made.times)


def write_parts(folder: Path, record: Record, cuts: list[int]) -> Path:
    """Write the parts of a store, cut before some rows."""
    columns, order = columns_of(record.events, record.attacks)
    sizes = [columns.loose, columns.areas - columns.loose, len(columns) - columns.areas]
    section = np.repeat(np.arange(LOOSE, LOOSE + 3), sizes)
    names = dict.fromkeys((*NEEDED, *BRIEF))
    events = record.events.iloc[order].reset_index(drop=True)[[*names]].assign(section=section)
    # Attacks stand in the order of their events.
    at = record.attacks["event_id"].map({event_id: n for n, event_id in enumerate(events["event_id"])})
    acts = record.attacks.iloc[np.argsort(at.to_numpy(), kind="stable")]
    edges = [0, *cuts, len(events)]
    for part, (first, last) in enumerate(pairwise(edges)):
        some = events.iloc[first:last]
        attacks = acts[acts["event_id"].isin(some["event_id"])]
        for name, table in (("events", some), ("attacks", attacks)):
            (folder / name).mkdir(parents=True, exist_ok=True)
            table.to_parquet(folder / name / f"part-{part:05}.parquet")
    return folder


def arrays(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes() for path in (folder / "columns").iterdir() if path.suffix != ".arrow"
    }


def brief(folder: Path) -> pa.Table:
    with pa.OSFile(str(folder / "columns" / "brief.arrow")) as source:
        return pa.ipc.open_file(source).read_all()


@pytest.fixture(scope="module")
def whole(record, tmp_path_factory) -> Path:
    folder = write_parts(tmp_path_factory.mktemp("whole"), record, [])
    finish_columns(folder)
    return folder


@pytest.mark.parametrize("cuts", [[1], [700, 701, 702], [*range(290, 1_900, 290)]])
def test_parts_and_pieces_of_any_size_give_the_same_bytes(record, whole, tmp_path, cuts):
    write_parts(tmp_path, record, cuts)
    for rows in (7, 500, 10**6):
        finish_columns(tmp_path, rows=rows)
        assert arrays(tmp_path) == arrays(whole)
        assert brief(tmp_path).equals(brief(whole))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["attacks", "columns", "events"]


def plain_tally(store: Store, rows: np.ndarray, group: np.ndarray) -> dict[str, np.ndarray]:
    """Return the arrays of a tally as they are defined, all rows at once."""
    columns = store.columns
    groups, place = np.unique(group, return_inverse=True)
    order = np.lexsort((rows, columns.first_day[rows], columns.kind[rows], place))
    place, rows = place[order], rows[order]
    has = columns.low[rows] != NO_FIGURE
    most = np.maximum(columns.low[rows], columns.high[rows])
    sums = {
        "figures": has.astype("int32"),
        "low": np.where(has, columns.low[rows], 0),
        "most": np.where(has, most, 0),
        "lon": np.nan_to_num(columns.lon[rows]),
        "lat": np.nan_to_num(columns.lat[rows]),
    }
    return {
        "groups": groups,
        "key": (place * KINDS + columns.kind[rows]) * 2**22 + columns.first_day[rows] + 2**21,
        "order": rows,
        **{name: np.concatenate([[0], np.cumsum(values)]) for name, values in sums.items()},
    }


def test_what_lies_on_disk_is_what_counting_everything_at_once_gives(record, whole):
    store = store_of(record)
    columns, counts, told, hashes, rows = map_columns(whole)
    assert (columns.loose, columns.areas) == (store.columns.loose, store.columns.areas)
    assert (columns.units, columns.names) == (store.columns.units, store.columns.names)
    for name in ARRAYS:
        assert np.array_equal(getattr(columns, name), getattr(store.columns, name), equal_nan=True), name
    day = np.flatnonzero(columns.first_day == columns.last_day)
    loose = day[day < columns.loose]
    known = day[(day >= columns.loose) & (day < columns.areas)]
    wanted = {
        **{level: (loose, columns.key[loose] >> shift_of(level)) for level in LEVELS},
        "area": (known, area_groups(columns, known)),
        "day": (day, np.zeros(len(day), dtype=np.int64)),
    }
    assert all(len(some) for some, _ in wanted.values()) and len(counts.lasting)
    for held in (counts, store.counts):
        tallies: dict[object, Tally] = {**held.levels, "area": held.area, "day": held.day}
        for name, (some, group) in wanted.items():
            for field, values in plain_tally(store, some, group).items():
                assert np.array_equal(getattr(tallies[name], field), values), (name, field)
        assert np.array_equal(held.lasting, np.flatnonzero(columns.first_day != columns.last_day))
    ids = told["event_id"].to_pandas()
    assert np.array_equal(np.sort(hash_ids(ids)), hashes) and np.array_equal(hash_ids(ids)[rows], hashes)
    assert told["event_id"].to_pylist() == store.brief["event_id"].to_pylist()
    attacks = map_attacks(whole)
    assert len(attacks) == len(store.attacks) > 500
    assert (attacks.attackers, attacks.places) == (store.attacks.attackers, store.attacks.places)
    ours, theirs = (
        sorted(zip(*(getattr(one, name).tolist() for name in ATTACK_TYPES if name != "act"), strict=True))
        for one in (attacks, store.attacks)
    )
    assert ours == theirs
    acts = [sorted(zip(one.act.tolist(), one.row.tolist(), strict=True)) for one in (attacks, store.attacks)]
    assert [len(dict(pairs)) for pairs in acts] == [len(set(attacks.act.tolist()))] * 2


def test_making_that_is_stopped_goes_on_with_what_is_there(record, whole, tmp_path, monkeypatch):
    folder, work = write_parts(tmp_path / "store", record, [500, 900]), tmp_path / "work"

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(making, "_append_brief", stop)
        with pytest.raises(KeyboardInterrupt):
            finish_columns(folder, work=work)
    written = {path.name: path.stat().st_mtime_ns for path in (folder / "columns").iterdir()}
    assert "day-key.npy" in written and "brief.arrow" not in written
    told: list[tuple[int, int]] = []
    with monkeypatch.context() as patch:
        patch.setattr("geodata.store.chunks.arrays_of", stop)  # no part is looked at again
        finish_columns(folder, work=work, told=lambda done, total: told.append((done, total)))
    assert all((folder / "columns" / name).stat().st_mtime_ns == time for name, time in written.items())
    assert arrays(folder) == arrays(whole) and brief(folder).equals(brief(whole))
    assert told[-1] == (len(record.events), len(record.events))


def test_a_store_without_events_or_attacks_has_its_columns(record, tmp_path):
    none = record.subset(np.zeros(len(record.events), dtype=bool))
    finish_columns(write_parts(tmp_path, none, []))
    columns, counts, *_ = map_columns(tmp_path)
    assert len(columns) == 0 == len(map_attacks(tmp_path))
    assert all(len(getattr(counts.day, field.name)) <= 1 for field in fields(Tally))
