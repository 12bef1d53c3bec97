"""Rows of many runs, brought together in the order of a store: a part, or a run between."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.store.bounds import CutTask, Place, cut_run
from geodata.store.columns import AREA, LOOSE
from geodata.store.files import (
    read_json,
    read_slice,
    sha256_of,
    whole_file,
    whole_folder,
    write_json,
    write_parquet,
)
from geodata.store.geo import geo_metadata, points_of
from geodata.store.tables import (
    AGE,
    EVENT_COLUMNS,
    GEOMETRY,
    KEY,
    ROW,
    SECTION,
    as_schema,
    order_of,
    schema_of,
)

TABLES = ("events", "claims", "attacks")
_OTHERS = ("claims", "attacks")
CUTS = "cuts.json"


@dataclass(frozen=True)
class Slice:
    """Some rows of a run, one after another; those at the positions in the file ``dropped`` are left out."""

    folder: str
    start: int
    stop: int
    dropped: str = ""


@dataclass(frozen=True)
class PartTask:
    """What a part is made of: slices of runs, in their order, and the columns of the whole store.

    Parameters
    ----------
    columns
        Unknown columns of each table, of all runs.
    said
        Metadata of each file.
    """

    number: int
    slices: tuple[Slice, ...]
    columns: dict[str, tuple[str, ...]]
    store: str
    done: str
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class MergeTask:
    """Slices of runs that become one run, and the places at which that will be cut."""

    slices: tuple[Slice, ...]
    columns: dict[str, tuple[str, ...]]
    folder: str
    splitters: tuple[Place, ...]


def part_name(number: int) -> str:
    """Return the file name of a part."""
    return f"part-{number:05}.parquet"


def write_part(task: PartTask) -> dict[str, Any]:
    """Write the files of a part, and return what is said of it; one that is there already is kept."""
    done = Path(task.done)
    if done.is_file():
        found: dict[str, Any] = read_json(done)
        return found
    tables = _gathered(task.slices, task.columns)
    events, name = tables["events"], part_name(task.number)
    section, keys = events.column(SECTION).to_numpy(), events.column(KEY)
    said: dict[str, Any] = {
        "file": f"events/{name}",
        "rows": len(events),
        "loose": int(np.count_nonzero(section == LOOSE)),
        "areas": int(np.count_nonzero(section == AREA)),
        "first_key": keys[0].as_py() if len(keys) else None,
        "last_key": keys[-1].as_py() if len(keys) else None,
    }
    metadata = dict(task.said)
    for table in TABLES:
        target = Path(task.store) / table / name
        with whole_file(target) as draft:
            if table == "events":
                write_parquet(draft, _with_points(events), said={"geo": geo_metadata(events), **metadata})
            else:
                write_parquet(draft, tables[table].drop_columns(["_at"]), said=metadata)
        if table == "events":
            said["sha256"] = sha256_of(target)
        else:
            said[table] = {"rows": len(tables[table]), "sha256": sha256_of(target)}
    write_json(done, said)
    return said


def _with_points(events: Any) -> Any:
    table = events.append_column(GEOMETRY, points_of(events))
    ours = [*EVENT_COLUMNS, KEY, SECTION, GEOMETRY]
    unknown = [name for name in table.column_names if name not in {*ours, ROW, AGE}]
    return table.select([*ours, *unknown])


def merge_runs(task: MergeTask) -> list[int]:
    """Write slices of many runs as one run, and return where it is cut; one that is there is kept."""
    target = Path(task.folder)
    if not target.is_dir():
        tables = _gathered(task.slices, task.columns)
        with whole_folder(target) as draft:
            for name in TABLES:
                write_parquet(draft / f"{name}.parquet", tables[name], rows=2_048, level=1)
            write_json(draft / CUTS, cut_run(CutTask(str(draft), task.splitters)))
    found: list[int] = read_json(target / CUTS)
    return found


def _gathered(slices: tuple[Slice, ...], columns: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return the tables of slices, in the order of a store; ``_at`` is the position of the event in it."""
    found: dict[str, list[Any]] = {name: [] for name in TABLES}
    wanted = {name: schema_of(name, columns[name]) for name in TABLES}
    first = 0
    for piece in slices:
        folder = Path(piece.folder)
        events = read_slice(folder / "events.parquet", piece.start, piece.stop)
        keep = _kept(piece)
        position = np.where(keep, first + np.cumsum(keep) - 1, -1).astype(np.int64)
        first += int(np.count_nonzero(keep))
        if not keep.all():
            events = events.filter(pa.array(keep))
        found["events"].append(as_schema(events, wanted["events"]))
        for name in _OTHERS:
            rows = _of_events(folder / f"{name}.parquet", piece)
            at = position[rows.column("_at").to_numpy() - piece.start]
            rows = as_schema(rows, wanted[name]).set_column(
                wanted[name].get_field_index("_at"), "_at", pa.array(at)
            )
            found[name].append(rows if (at >= 0).all() else rows.filter(pa.array(at >= 0)))
    events = pa.concat_tables(found["events"]) if slices else wanted["events"].empty_table()
    order = np.asarray(order_of(events))
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    made = {"events": events.take(order)}
    for name in _OTHERS:
        rows = pa.concat_tables(found[name]) if slices else wanted[name].empty_table()
        at = place[rows.column("_at").to_numpy()]
        field = wanted[name].get_field_index("_at")
        rows = rows.set_column(field, "_at", pa.array(at)).take(np.argsort(at, kind="stable"))
        made[name] = rows
    return made


def _kept(piece: Slice) -> Any:
    keep = np.ones(piece.stop - piece.start, dtype=bool)
    if piece.dropped:
        dropped = np.load(piece.dropped)
        keep[dropped[(dropped >= piece.start) & (dropped < piece.stop)] - piece.start] = False
    return keep


def _of_events(path: Path, piece: Slice) -> Any:
    """Return the rows of some events of a run, in the order in which they stand."""
    with pq.ParquetFile(path) as file:
        metadata, groups = file.metadata, []
        column = file.schema_arrow.get_field_index("_at")
        for number in range(metadata.num_row_groups):
            told = metadata.row_group(number).column(column).statistics
            if told is None or (told.max >= piece.start and told.min < piece.stop):
                groups.append(number)
        found = file.read_row_groups(groups) if groups else file.schema_arrow.empty_table()
    at = found.column("_at").to_numpy()
    begin, end = np.searchsorted(at, [piece.start, piece.stop])
    return found.slice(begin, end - begin)
