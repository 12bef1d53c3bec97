"""Events whose id comes in several pieces: the newest stands, as within a file.

Ids are compared as numbers made of them, so many at a time as fit into memory; where two numbers are
equal the ids themselves decide. Of one id the newest is the row with the latest time of change
(ACLED's ``timestamp``), then that of the file whose name comes last, then the one further down: the
order in which files are named on the command line plays no part.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from geodata import schema
from geodata.cases.write import table_cells
from geodata.errors import InputError
from geodata.readers.detect import PROVIDERS
from geodata.report import Fault, RejectedRow
from geodata.store.files import whole_folder, write_parquet
from geodata.store.runs import HASHES, rejected_entry, rejected_table
from geodata.store.tables import AGE, ROW

IDS_AT_ONCE = 1 << 20
DROPPED, SUPERSEDED = "dropped.npy", "superseded.parquet"


@dataclass(frozen=True)
class Run:
    """A run on disk: its folder, the file it is from, the file's format, and how many events it has."""

    folder: Path
    label: str
    format: str
    events: int
    claims: int = 0
    attacks: int = 0


def find_twins(runs: Sequence[Run], *, at_once: int = IDS_AT_ONCE) -> pd.DataFrame:
    """Return the events that a newer one of the same id supersedes.

    Parameters
    ----------
    runs
        In the order of files by name and of rows.

    Returns
    -------
    DataFrame
        Columns ``run`` and ``at`` (position in it) of the superseded, ``by_run`` and ``by_row`` of the
        one that stands.

    Raises
    ------
    InputError
        If two providers have one id, which then means two things.
    """
    details = lru_cache(maxsize=16)(_details)
    found = [pd.DataFrame({name: pd.Series(dtype="int64") for name in ("run", "at", "by_run", "by_row")})]
    for run, at in _alike(runs, at_once):
        table = _described(runs, run, at, details)
        if len(table):
            found.append(_superseded(runs, table))
    return pd.concat(found, ignore_index=True).sort_values(["run", "at"], ignore_index=True)


def _alike(runs: Sequence[Run], at_once: int) -> Iterator[tuple[Any, Any]]:
    """Yield run and position of the events whose number another one has, a range of numbers at a time."""
    total = sum(run.events for run in runs)
    ranges = max(1, math.ceil(total / at_once))
    bounds = [(number << 64) // ranges for number in range(ranges)]
    for begin, end in zip(bounds, [*bounds[1:], None], strict=True):
        hashes, owner, position = [], [], []
        for number, run in enumerate(runs):
            known = np.load(run.folder / HASHES, mmap_mode="r")
            first = np.searchsorted(known, np.uint64(begin))
            last = len(known) if end is None else np.searchsorted(known, np.uint64(end))
            hashes.append(np.array(known[first:last]))
            position.append(np.array(np.load(run.folder / "order.npy", mmap_mode="r")[first:last]))
            owner.append(np.full(last - first, number, dtype=np.int32))
        whole = np.concatenate(hashes) if hashes else np.empty(0, dtype=np.uint64)
        order = np.argsort(whole, kind="stable")
        is_next = whole[order][1:] == whole[order][:-1]
        if is_next.any():
            is_alike = np.zeros(len(order), dtype=bool)
            is_alike[1:] |= is_next
            is_alike[:-1] |= is_next
            at = order[is_alike]
            yield np.concatenate(owner)[at], np.concatenate(position)[at]


def _details(folder: Path) -> Any:
    return pq.read_table(folder / "events.parquet", columns=["event_id", ROW, AGE]).to_pandas()


def _described(runs: Sequence[Run], run: Any, at: Any, details: Any) -> pd.DataFrame:
    """Return id, age and row of events, without those whose id nobody shares."""
    parts = []
    for number in np.unique(run).tolist():
        positions = np.sort(at[run == number])
        parts.append(details(runs[number].folder).iloc[positions].assign(run=number, at=positions))
    table = pd.concat(parts, ignore_index=True)
    shared: pd.DataFrame = table[table["event_id"].duplicated(keep=False)]
    return shared.fillna({AGE: -np.inf})


def _superseded(runs: Sequence[Run], table: pd.DataFrame) -> pd.DataFrame:
    table = table.sort_values(["event_id", AGE, "run", ROW], kind="stable")
    _require_one_provider(runs, table)
    last = table.drop_duplicates("event_id", keep="last").set_index("event_id")
    old = table[table.duplicated("event_id", keep="last")]
    newest = last.loc[old["event_id"]]
    return pd.DataFrame(
        {
            "run": old["run"].to_numpy(),
            "at": old["at"].to_numpy(),
            "by_run": newest["run"].to_numpy(),
            "by_row": newest[ROW].to_numpy(),
        }
    )


def _require_one_provider(runs: Sequence[Run], table: pd.DataFrame) -> None:
    whose = pd.Series([run.format if run.format in PROVIDERS else "" for run in runs])
    of_row = table.assign(whose=whose.loc[table["run"]].to_numpy())
    of_row = of_row[of_row["whose"] != ""]
    several = of_row.groupby("event_id")["whose"].nunique() > 1
    if not several.any():
        return
    first = of_row[of_row["event_id"] == several[several].index[0]].drop_duplicates("whose").iloc[:2]
    one, other = (runs[number] for number in first["run"])
    raise InputError(
        f"the id is in {other.label} too, and ids of {one.format} and {other.format} mean nothing to each "
        "other",
        file=one.label,
        row=int(first[ROW].iloc[0]),
        column="event_id",
        value=first["event_id"].iloc[0],
        remedy="Make a store of each provider's files",
    )


@dataclass(frozen=True)
class DropTask:
    """What of a run is superseded, by which file and row, and where that is to be noted."""

    run: Run
    at: tuple[int, ...]
    by: tuple[tuple[str, int], ...]
    folder: str


def drop_twins(task: DropTask) -> int:
    """Note the superseded rows of a run as positions and as rejected rows; return how many."""
    target, run = Path(task.folder), task.run
    if target.is_dir():
        return len(task.at)
    events = pq.read_table(run.folder / "events.parquet").take(list(task.at)).to_pandas()
    numbers = events[ROW].tolist()
    known = [name for name in events.columns if name in schema.EVENTS.columns]
    rows = []
    column = _ID_COLUMNS.get(run.format, "event_id")
    for cells, number, (file, newest) in zip(table_cells(events[known]), numbers, task.by, strict=True):
        of_file = "" if file == run.label else f" of {file}"
        fault = Fault(
            number,
            column,
            cells["event_id"],
            f"is superseded by row {newest}{of_file}",
            "Nothing to do: the newest row of an id is kept.",
        )
        filled = {name: cell for name, cell in cells.items() if cell}
        rows.append(rejected_entry(run.label, "events", RejectedRow.from_faults([fault]), filled))
    with whole_folder(target) as draft:
        np.save(draft / DROPPED, np.array(task.at, dtype=np.int64))
        write_parquet(draft / SUPERSEDED, rejected_table(rows), level=1)
    return len(task.at)


_ID_COLUMNS = {"acled": "event_id_cnty", "ucdp": "id", "gdelt": "GLOBALEVENTID"}
