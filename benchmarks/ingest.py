"""Time long files of providers read, validated and joined, beside plain CSV readers of the same file.

``python -m benchmarks.ingest [--rows 400000] [--acled-rows N] [--repeats 3] [--seed 1]``

A file like UCDP's and one like ACLED's are made up in a temporary folder (``benchmarks.long_files``).
``pyarrow`` is ``pyarrow.csv.read_csv`` of the file, the fastest plain reader, told no more than that
records may go over several lines; ``pandas`` is ``pandas.read_csv``. Neither validates, numbers rows,
or knows what a column means. ``strikemap`` is ``load_case`` and the join of all levels. Every run is a
process of its own: seconds are the least of the runs, the peak is that of the process (``ru_maxrss``),
and what it grew by since its modules were imported.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from pyarrow import csv

from benchmarks.long_files import write_acled, write_ucdp
from geodata.cases import load_case
from geodata.join import assign_admin

WRITERS = {"UCDP": write_ucdp, "ACLED": write_acled}


def plain_arrow(path: Path) -> dict[str, float]:
    """Read the file with pyarrow alone."""
    begin = time.perf_counter()
    options = csv.ParseOptions(newlines_in_values=True)
    csv.read_csv(path, parse_options=options)
    return {"all": time.perf_counter() - begin}


def plain_pandas(path: Path) -> dict[str, float]:
    """Read the file with pandas alone."""
    begin = time.perf_counter()
    pd.read_csv(path, low_memory=False)
    return {"all": time.perf_counter() - begin}


def strikemap(path: Path) -> dict[str, float]:
    """Read, validate and join the file."""
    begin = time.perf_counter()
    case = load_case(path)
    read = time.perf_counter()
    joined = assign_admin(case.events)
    end = time.perf_counter()
    assert len(joined) == len(case.events)
    return {"all": end - begin, "read": read - begin, "join": end - read, "events": len(joined)}


READERS: dict[str, Callable[[Path], dict[str, float]]] = {
    "pyarrow": plain_arrow,
    "pandas": plain_pandas,
    "strikemap": strikemap,
}


def measured(reader: str, path: Path) -> dict[str, float]:
    """Return seconds, and the peak of this process in MB with and without what it began with."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = READERS[reader](path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**found, "peak": peak, "grown": peak - before}


def in_child(reader: str, path: Path) -> dict[str, float]:
    """Return what a new process measures: no run profits from, or pays for, another."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measured, (reader, path))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, default=400_000, help="rows of the file like UCDP's")
    parser.add_argument("--acled-rows", type=int, help="rows of the file like ACLED's; default as --rows")
    parser.add_argument("--repeats", type=int, default=3, help="runs, of which the fastest is printed")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    counts = {"UCDP": given.rows, "ACLED": given.rows if given.acled_rows is None else given.acled_rows}
    with tempfile.TemporaryDirectory() as folder:
        for kind, rows in counts.items():
            if rows:
                path = Path(folder) / f"{kind.lower()}.csv"
                WRITERS[kind](path, rows=rows, seed=given.seed)
                print_table(kind, path, rows, repeats=given.repeats)
                path.unlink()


def print_table(kind: str, path: Path, rows: int, *, repeats: int) -> None:
    """Print one line a reader, and how its time compares to that of pyarrow."""
    size = path.stat().st_size / 1e6
    print(f"{rows:,} rows like {kind}'s, {size:,.0f} MB; wall seconds, least of {repeats}; peak memory in MB")
    print(f"{'':12}{'seconds':>9}{'ratio':>8}{'peak':>8}{'grown':>8}  of it")
    least = None
    for reader in READERS:
        runs = [in_child(reader, path) for _ in range(repeats)]
        best = min(runs, key=lambda run: run["all"])
        least = least or best["all"]
        parts = ", ".join(f"{name} {best[name]:.2f}" for name in ("read", "join") if name in best)
        peak, grown = (min(run[name] for run in runs) for name in ("peak", "grown"))
        print(
            f"{reader:12}{best['all']:9.2f}{best['all'] / least:7.1f}×{peak:8.0f}{grown:8.0f}  {parts}",
            flush=True,
        )


if __name__ == "__main__":
    main()
