"""Work done once for each distinct value of a column, however many rows repeat it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Codes = npt.NDArray[np.int64]


def distinct_rows(columns: Sequence[pd.Series]) -> tuple[Codes, Codes]:
    """Return the position of the first row of each distinct combination, and each row's combination.

    NaN is a value like any other. Combinations are in no particular order.
    """
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        own, values = pd.factorize(column, use_na_sentinel=False)
        if len(values) > 1:
            codes = codes * len(values) + own
            if len(values) * (codes.max(initial=0) + 1) > 2**31:  # keep the next product in range
                codes = np.unique(codes, return_inverse=True)[1]
    _, first, which = np.unique(codes, return_index=True, return_inverse=True)
    return first, which


def cells_at(columns: Sequence[pd.Series], rows: Codes) -> Iterable[tuple[object, ...]]:
    """Return the cells of some rows, one tuple a row."""
    taken = (column.iloc[rows].to_numpy(dtype=object) for column in columns)
    return zip(*taken, strict=True)


def by_distinct(function: Callable[..., object], *columns: pd.Series) -> npt.NDArray[np.object_]:
    """Return ``function`` of the cells of every row, called once for each distinct combination of them."""
    first, which = distinct_rows(columns)
    found = np.empty(len(first), dtype=object)
    for at, cells in enumerate(cells_at(columns, first)):
        found[at] = function(*cells)
    return found[which]


def texts_by_distinct(function: Callable[..., str], *columns: pd.Series) -> pd.Series:
    """Return such texts as a column with the index of the first one."""
    first, which = distinct_rows(columns)
    found = pd.array([function(*cells) for cells in cells_at(columns, first)], dtype="str")
    return pd.Series(found.take(which), index=columns[0].index)
