"""Time stores made of long files: rows a second, peak memory, bytes on disk, and what a billion rows need.

``python -m benchmarks.ingest_store [--rows 200000] [--files 1] [--workers 1] [--seed 1]``

Files like UCDP's and GDELT's are made up in a temporary folder (``benchmarks.long_files``); of GDELT
several, with ids of their own. Each store is made by a process of its own, by the command
that a user types. The peak is that of the largest process (``ru_maxrss``), workers included. Seconds are
those of the wall; what is told of a billion rows is the rate of this run, carried on.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.long_files import write_gdelt, write_ucdp

BILLION = 1_000_000_000
_DAY_S = 86_400


def make_files(kind: str, folder: Path, *, rows: int, files: int, seed: int) -> list[Path]:
    """Write the input, and return its files."""
    writers: dict[str, Callable[..., None]] = {"UCDP": write_ucdp, "GDELT": write_gdelt}
    found = []
    for number in range(files if kind == "GDELT" else 1):
        path = folder / f"{kind.lower()}-{number:03}.csv"
        more = {"first_id": 400_000_000 + number * rows} if kind == "GDELT" else {}
        writers[kind](path, rows=rows, seed=seed + number, **more)
        found.append(path)
    return found


def timed(files: list[Path], store: Path, workers: int) -> dict[str, float]:
    """Make a store in a new process, and return what that took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "geodata", "ingest", *map(str, files), "--out", str(store), "--json"]
    begin = time.perf_counter()
    told = subprocess.run([*command, "--workers", str(workers)], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begin
    if told.returncode:
        raise SystemExit(told.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = json.loads(told.stdout)
    assert answer["events"] + answer["rejected"] == answer["rows_read"]
    tables = {
        name: sum(path.stat().st_size for path in (store / name).rglob("*") if path.is_file())
        for name in ("events", "claims", "columns")
    }
    return {
        "rows": answer["rows_read"],
        "events": answer["events"],
        "parts": answer["parts"],
        "seconds": seconds,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak": after.ru_maxrss / 1024,
        "input": sum(path.stat().st_size for path in files),
        "store": sum(path.stat().st_size for path in store.rglob("*") if path.is_file()),
        **tables,
    }


def print_run(kind: str, run: dict[str, float], workers: int) -> None:
    """Print one store, and of GDELT what a billion rows would need at the same rate."""
    rows = run["rows"]
    print(
        f"{rows:,.0f} rows like {kind}'s, {run['input'] / 1e6:,.0f} MB, {workers} workers: "
        f"{run['seconds']:.1f} s, {rows / run['seconds']:,.0f} rows/s; {run['cpu'] / rows * 1e6:.0f} µs of a "
        f"core a row; peak {run['peak']:,.0f} MB; store {run['store'] / 1e6:,.0f} MB "
        f"({run['store'] / rows:.0f} bytes a row) in {run['parts']:.0f} parts",
        flush=True,
    )
    if kind != "GDELT":
        return
    core_s, factor = run["cpu"] / rows * BILLION, BILLION / rows
    print(
        f"  a billion: {run['seconds'] * factor / 3600:,.0f} hours on {workers} workers; "
        f"{core_s / 3600:,.0f} hours of a core, {core_s / _DAY_S:.1f} cores for a day; "
        f"input {run['input'] * factor / 1e9:,.0f} GB, store {run['store'] * factor / 1e9:,.0f} GB"
    )


def main() -> None:
    """Print the measurements."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, default=200_000, help="rows of each file")
    parser.add_argument("--files", type=int, default=1, help="files like GDELT's")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=("UCDP", "GDELT"), help="make a store of one kind")
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    for kind in [given.only] if given.only else ["UCDP", "GDELT"]:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            files = make_files(kind, place, rows=given.rows, files=given.files, seed=given.seed)
            print_run(kind, timed(files, place / "store", given.workers), given.workers)


if __name__ == "__main__":
    main()
