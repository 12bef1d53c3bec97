"""Arrays that are written in pieces are those that are written at once."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.store.arrays import growing_array, merged

RECORD = np.dtype([("key", "<i8"), ("row", "<i8")])


@given(st.lists(st.lists(st.integers(-(2**40), 2**40), max_size=30), max_size=6))
def test_an_array_that_grows_is_the_file_of_the_whole(parts):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with growing_array(folder / "grown.npy", "int64") as append:
            for part in parts:
                append(np.array(part, dtype="int64"))
        np.save(folder / "whole.npy", np.array([n for part in parts for n in part], dtype="int64"))
        assert (folder / "grown.npy").read_bytes() == (folder / "whole.npy").read_bytes()


def test_an_array_that_is_not_ended_is_not_there(tmp_path):
    with pytest.raises(KeyboardInterrupt), growing_array(tmp_path / "a.npy", "int32") as append:
        append(np.arange(5))
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


@given(
    runs=st.lists(st.lists(st.integers(0, 12), max_size=60), max_size=7),
    rows=st.integers(1, 80),
)
def test_sorted_files_are_one_order_in_which_the_first_of_equals_stays_first(runs, rows):
    with tempfile.TemporaryDirectory() as name:
        paths, every = [], []
        for number, keys in enumerate(runs):
            records = np.zeros(len(keys), dtype=RECORD)
            records["key"], records["row"] = sorted(keys), np.arange(len(keys)) + 100 * number
            paths.append(Path(name) / f"{number}.npy")
            np.save(paths[-1], records)
            every.append(records)
        whole = np.concatenate([np.zeros(0, dtype=RECORD), *every])
        found = list(merged(paths, rows=rows))
    wanted = whole[np.argsort(whole["key"], kind="stable")]
    assert np.array_equal(np.concatenate([wanted[:0], *found]), wanted)
    # However many share a key, no piece is much longer than asked.
    assert all(len(piece) <= 2 * rows + 2 * len(runs) for piece in found)
