"""Work done once for each distinct value of a column, however many rows repeat it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Codes = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int64] | npt.NDArray[np.float64]


def distinct_rows(columns: Sequence[pd.Series]) -> tuple[Codes, Codes]:
    """Return the position of the first row of each distinct combination, and each row's combination.

    NaN is a value like any other. Combinations are in the order of their first rows.
    """
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        own, values = pd.factorize(column, use_na_sentinel=False)
        if len(values) > 1:
            codes = codes * len(values) + own
            if len(values) * (codes.max(initial=0) + 1) > 2**31:  # keep the next product in range
                codes = np.unique(codes, return_inverse=True)[1]
    return _by_key(codes)


def distinct_numbers(columns: Sequence[Numbers]) -> tuple[Codes, Codes]:
    """Return the first row of each distinct combination of numbers, and each row's combination.

    Combinations are in the order of their first rows. Numbers are told apart by their bits:
    NaN is a value like any other, and -0.0 is not 0.0.

    Parameters
    ----------
    columns
        One or more arrays of one length, of numbers of eight bytes.

    Returns
    -------
    tuple
        Positions of shape (combinations,), and numbers of combinations of shape (rows,).
    """
    bits = [np.ascontiguousarray(column).view(np.int64) for column in columns]
    first, which = _by_key(_keys(bits))
    # Two combinations may have one key: then, and as good as never, each column is told apart for itself.
    if all(np.array_equal(column[first][which], column) for column in bits):
        return first, which
    return _by_key(distinct_rows([pd.Series(column) for column in bits])[1])


def _keys(columns: Sequence[Codes]) -> npt.NDArray[np.uint64]:
    """Return a number for each row that is alike where the rows are, and else nearly always another."""
    keys = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        keys = keys * np.uint64(3) + pd.util.hash_array(column)  # wraps around; the order counts
    return keys


def _by_key(keys: Codes | npt.NDArray[np.uint64]) -> tuple[Codes, Codes]:
    which, distinct = pd.factorize(keys)
    first = np.empty(len(distinct), dtype=np.int64)
    first[which[::-1]] = np.arange(len(which) - 1, -1, -1)  # of several the last one stays: the first row
    return first, which


def cells_at(columns: Sequence[pd.Series], rows: Codes) -> Iterable[tuple[object, ...]]:
    """Return the cells of some rows, one tuple a row."""
    taken = (column.iloc[rows].to_numpy(dtype=object) for column in columns)
    return zip(*taken, strict=True)
