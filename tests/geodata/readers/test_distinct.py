"""Rows that are alike are found once, and each row knows which one it is like."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.readers import distinct
from geodata.readers.distinct import distinct_numbers, distinct_rows

# Grids of whole degrees have few set bits, which a poor key mixes up; NaN comes with two payloads.
OTHER_NAN = np.array([0x7FF8000000000001]).view(np.float64)[0]
floats = st.sampled_from([0.0, -0.0, 0.5, 1.0, -1.0, 64.1, 180.0, np.nan, OTHER_NAN]) | st.floats()
rows = st.lists(st.tuples(floats, floats, st.integers(-2, 2)), max_size=30)


def columns_of(made):
    lon, lat = (np.array([row[at] for row in made], dtype=float) for at in (0, 1))
    return [lon, lat, np.array([row[2] for row in made], dtype=np.int64)]


def plainly(columns):
    """Return the same by a dictionary over the bits of each row."""
    seen, first, which = {}, [], []
    for at, bits in enumerate(zip(*(column.view(np.int64).tolist() for column in columns), strict=True)):
        if bits not in seen:
            seen[bits] = len(first)
            first.append(at)
        which.append(seen[bits])
    return first, which


@given(rows)
def test_numbers_are_told_apart_by_their_bits_in_the_order_of_first_rows(made):
    columns = columns_of(made)
    first, which = distinct_numbers(columns)
    assert (first.tolist(), which.tolist()) == plainly(columns)


@given(rows)
def test_keys_that_coincide_mix_nothing_up(made):
    columns = columns_of(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distinct, "_keys", lambda bits: np.zeros(len(bits[0]), dtype=np.uint64))
        first, which = distinct_numbers(columns)
    assert (first.tolist(), which.tolist()) == plainly(columns)


def test_a_grid_of_degrees_gives_as_many_keys_as_places():
    lon, lat = (each.ravel() for each in np.meshgrid(np.arange(-180.0, 181), np.arange(-90.0, 91)))
    bits = [lon.view(np.int64), lat.view(np.int64)]
    assert len(np.unique(distinct._keys(bits))) == lon.size
    assert len(np.unique(distinct._keys(bits[::-1]))) == lon.size


def test_a_column_with_gaps_in_memory_is_read_like_any():
    table = np.array([[1.0, 2.0], [1.0, 3.0], [2.0, 2.0], [1.0, 2.0]])
    first, which = distinct_numbers([table[:, 0], table[:, 1]])
    assert (first.tolist(), which.tolist()) == ([0, 1, 2], [0, 1, 2, 0])


def test_texts_are_told_apart_in_the_order_of_first_rows():
    columns = [pd.Series(["b", "a", None, "b", "a", None]), pd.Series(["", "", "", "", "x", ""])]
    first, which = distinct_rows(columns)
    assert (first.tolist(), which.tolist()) == ([0, 1, 2, 4], [0, 1, 2, 0, 3, 2])
