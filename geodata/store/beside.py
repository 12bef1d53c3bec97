"""Tables of a store as text: its sources, each once, and the rejected rows of all files."""

from __future__ import annotations

import csv
import heapq
import itertools
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from geodata.errors import InputError
from geodata.store.files import whole_file
from geodata.store.runs import REJECTED
from geodata.store.tables import schema_of
from geodata.store.twins import SUPERSEDED

# So many files are read side by side; more of them are brought together in steps.
_FAN_IN = 200
_BATCH = 1_024
# What tells whether two sources of one id are the same thing.
_IDENTITY = ("publisher", "url")
Row = dict[str, str]


def write_sources(target: Path, runs: Sequence[tuple[Path, str]], columns: Sequence[str], work: Path) -> int:
    """Write ``sources.csv`` from those of runs, and return how many there are.

    Parameters
    ----------
    runs
        Folder and file name of each, in their order.
    columns
        Unknown columns of all of them.
    work
        A folder for files in between.

    Raises
    ------
    InputError
        If an id names two things.
    """
    names = schema_of("sources", columns).names
    paths = [(folder / "sources.parquet", label) for folder, label in runs]
    streams: list[tuple[Any, str]] = list(paths)
    step = 0
    while len(streams) > _FAN_IN:
        merged = []
        for first in range(0, len(streams), _FAN_IN):
            between = work / f"sources-{step}-{first}.csv"
            _write(between, names, streams[first : first + _FAN_IN])
            merged.append((between, ""))
        streams, step = merged, step + 1
    return _write(target, names, streams)


def _write(target: Path, names: Sequence[str], paths: Sequence[tuple[Path, str]]) -> int:
    count = 0
    with (
        ExitStack() as stack,
        whole_file(target) as draft,
        draft.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        streams = [_rows(stack, path, label, names) for path, label in paths]
        found = heapq.merge(*streams, key=lambda pair: pair[0]["source_id"])
        for _, same in itertools.groupby(found, key=lambda pair: pair[0]["source_id"]):
            source = _one(list(same))
            writer.writerow([source[name] for name in names])
            count += 1
    return count


def _rows(stack: ExitStack, path: Path, label: str, names: Sequence[str]) -> Iterator[tuple[Row, str]]:
    if path.suffix == ".csv":
        stream = stack.enter_context(path.open(encoding="utf-8", newline=""))
        return ((row, label) for row in csv.DictReader(stream))
    file = stack.enter_context(pq.ParquetFile(path))
    return (
        ({name: row.get(name) or "" for name in names}, label)
        for batch in file.iter_batches(_BATCH)
        for row in batch.to_pylist()
    )


def _one(same: list[tuple[Row, str]]) -> Row:
    """Return one source for those of one id: cells that differ stand side by side."""
    first, label = same[0]
    if all(row == first for row, _ in same[1:]):
        return first
    for row, other in same[1:]:
        if any(row[name] != first[name] for name in _IDENTITY):
            raise InputError(
                f"the source id means another thing in {other or 'another file'}: {row['publisher']!r} and "
                f"{first['publisher']!r}",
                file=label,
                column="source_id",
                value=first["source_id"],
                remedy="Give one of the two sources another id",
            )
    return {
        name: "; ".join(sorted({row[name] for row, _ in same} - {""})) if name != "source_id" else cell
        for name, cell in first.items()
    }


def write_rejected(target: Path, runs: Sequence[tuple[Path, Path | None]]) -> int:
    """Write ``rejected.csv``, and return how many rows it has.

    Parameters
    ----------
    runs
        The folder of each run, and of its superseded rows where it has any.
    """
    shown = ("file", "row", "column", "value", "reason", "cells")
    count = 0
    with whole_file(target) as draft, draft.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(shown)
        for folder, superseded in runs:
            rows = pq.read_table(folder / "rejected.parquet").to_pylist()
            if superseded:
                rows += pq.read_table(superseded / SUPERSEDED).to_pylist()
            rows.sort(key=lambda row: (row["table"] != "events", row["table"], row["row"]))
            writer.writerows([row[name] for name in shown] for row in rows)
            count += len(rows)
    assert set(shown) <= set(REJECTED)
    return count
