"""Work done once for each distinct value of a column, however many rows repeat it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
