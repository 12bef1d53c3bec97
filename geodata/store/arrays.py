"""Plain arrays on disk that grow piece by piece, and sorted ones that become one without being held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from geodata.store.files import whole_file

# So many records are brought together at a time.
MERGED_ROWS = 250_000
Values = npt.NDArray[Any]


@contextmanager
def growing_array(target: Path, kind: npt.DTypeLike) -> Iterator[Callable[[Values], None]]:
    """Give a function that appends values to a ``.npy`` file of one dimension, whole or not at all.

    The file is, to the byte, the one that ``np.save`` writes of all values together.
    """
    dtype, count = np.dtype(kind), 0
    with whole_file(target) as draft, draft.open("wb") as out:

        def append(values: Values) -> None:
            nonlocal count
            np.ascontiguousarray(values, dtype=dtype).tofile(out)
            count += len(values)

        _write_head(out, dtype, 0)
        yield append
        out.seek(0)
        # numpy leaves room for the digits of the length, so that the head keeps its size.
        _write_head(out, dtype, count)


def _write_head(out: BinaryIO, dtype: np.dtype[Any], count: int) -> None:
    said = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": (count,)}
    np.lib.format.write_array_header_1_0(out, said)
    out.flush()


@dataclass(frozen=True)
class _Run:
    """A sorted file of records, read by pieces and never mapped for longer than it is asked."""

    path: Path
    dtype: np.dtype[Any]
    offset: int
    rows: int

    def read(self, first: int, last: int) -> Values:
        """Return the records from ``first`` up to ``last``."""
        at = self.offset + first * self.dtype.itemsize
        return np.fromfile(self.path, dtype=self.dtype, count=last - first, offset=at)

    def keys(self) -> Values:
        """Return the keys, mapped."""
        found: Values = np.load(self.path, mmap_mode="r", allow_pickle=False)["key"]
        return found


def merged(paths: Sequence[Path], *, rows: int = MERGED_ROWS) -> Iterator[Values]:
    """Yield the records of sorted files in one order, some at a time; of equal keys the first file's first.

    Parameters
    ----------
    paths
        ``.npy`` files of records, each ascending by its field ``key``.
    rows
        How many are to be held at a time, about; at most twice as many and a few of each file.
    """
    runs = [run for run in map(_run_of, paths) if run.rows]
    step = max(1, rows // max(2 * len(runs), 1))
    if not runs:
        return
    splitters = _splitters(runs, step, rows)
    cuts = np.stack([_cuts(run, number, *splitters) for number, run in enumerate(runs)])
    for first, last in zip(cuts.T[:-1], cuts.T[1:], strict=True):
        slices = zip(runs, first.tolist(), last.tolist(), strict=True)
        some = np.concatenate([run.read(begin, end) for run, begin, end in slices if begin < end])
        yield some[np.argsort(some["key"], kind="stable")]


def _run_of(path: Path) -> _Run:
    mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    return _Run(path, mapped.dtype, int(mapped.offset), len(mapped))


def _splitters(runs: Sequence[_Run], step: int, rows: int) -> tuple[Values, Values, Values]:
    """Return key, run and position of the records before which the order of all is cut."""
    keys, number, at = [], [], []
    for n, run in enumerate(runs):
        places = np.arange(step, run.rows, step)
        keys.append(np.asarray(run.keys()[places]))
        number.append(np.full(len(places), n))
        at.append(places)
    key, run_of, place = (np.concatenate(some) for some in (keys, number, at))
    order = np.lexsort((place, run_of, key))[:: max(rows // step, 1)][1:]
    return key[order], run_of[order], place[order]


def _cuts(run: _Run, number: int, key: Values, run_of: Values, place: Values) -> Values:
    """Return where a run is cut: how many of its records come before each splitter, and all."""
    keys = run.keys()
    left, right = (np.searchsorted(keys, key, side=side) for side in ("left", "right"))
    before = np.where(run_of > number, right, np.where(run_of < number, left, place))
    return np.concatenate([[0], before, [run.rows]])
