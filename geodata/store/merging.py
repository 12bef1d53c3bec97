"""Runs to parts: in one step where they are few, else by way of runs in between.

A part takes some rows of every run. Of very many runs it would open thousands of files for a few rows
each, so that up to :data:`FAN_IN` of them are first brought together, cut into buckets of
:data:`BUCKET` parts; a part then takes its rows from the bucket's few longer runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from geodata.store.bounds import CutTask, OrderTask, Place, cut_run, sample_places, splitters_of, step_of
from geodata.store.crew import Crew
from geodata.store.parts import TABLES, MergeTask, PartTask, Slice, merge_runs, part_name, write_part
from geodata.store.twins import DROPPED, Run

FAN_IN = 64
BUCKET = 64
Columns = dict[str, tuple[str, ...]]


def write_parts(
    runs: Sequence[Run],
    dropped: Sequence[int],
    *,
    folder: Path,
    work: Path,
    columns: Columns,
    said: tuple[tuple[str, str], ...],
    part_rows: int,
    fan_in: int,
    crew: Crew,
    told: Callable[[int, int], None],
) -> list[dict[str, Any]]:
    """Write the parts of a store, and return what is said of each.

    Parameters
    ----------
    dropped
        How many events of each run are superseded (``work/superseded``).
    told
        Takes the rows that are written, and all.
    """
    lost = [
        str(work / "superseded" / run.folder.name / DROPPED) if count else ""
        for run, count in zip(runs, dropped, strict=True)
    ]
    total = sum(run.events for run in runs) - sum(dropped)
    filled = [number for number, run in enumerate(runs) if run.events]
    folders = [str(runs[number].folder) for number in filled]
    asked = [OrderTask(str(runs[number].folder), lost[number], step_of(total)) for number in filled]
    samples = [place for _, places in crew.run(sample_places, asked) for place in places]
    splitters = tuple(splitters_of(samples, total, part_rows=part_rows))
    cuts = _in_order(crew.run(cut_run, [CutTask(place, splitters) for place in folders]), len(folders))
    slices = [
        [
            Slice(place, cut[number], cut[number + 1], lost[run])
            for place, cut, run in zip(folders, cuts, filled, strict=True)
        ]
        for number in range(len(splitters) + 1)
    ]
    if len(folders) > fan_in:
        slices = _by_way_of_buckets(slices, splitters, work=work, columns=columns, fan_in=fan_in, crew=crew)
    for name in TABLES:
        (folder / name).mkdir(exist_ok=True)
    (work / "parts").mkdir(exist_ok=True)
    tasks = [
        PartTask(
            number,
            tuple(piece for piece in pieces if piece.stop > piece.start),
            columns,
            str(folder),
            str(work / "parts" / f"{part_name(number)}.json"),
            said,
        )
        for number, pieces in enumerate(slices)
    ]
    found: list[Any] = [None] * len(tasks)
    done = 0
    for number, part in crew.run(write_part, tasks):
        found[number] = part
        done += part["rows"]
        told(done, total)
    return found


def _by_way_of_buckets(
    slices: list[list[Slice]],
    splitters: tuple[Place, ...],
    *,
    work: Path,
    columns: Columns,
    fan_in: int,
    crew: Crew,
) -> list[list[Slice]]:
    """Return the slices of runs in between, of which each part takes its rows."""
    (work / "between").mkdir(exist_ok=True)
    buckets = [range(first, min(first + BUCKET, len(slices))) for first in range(0, len(slices), BUCKET)]
    groups = [range(first, min(first + fan_in, len(slices[0]))) for first in range(0, len(slices[0]), fan_in)]
    tasks, whose = [], []
    for place, bucket in enumerate(buckets):
        first, last = slices[bucket[0]], slices[bucket[-1]]
        for turn, group in enumerate(groups):
            pieces = tuple(
                Slice(first[run].folder, first[run].start, last[run].stop, first[run].dropped)
                for run in group
            )
            pieces = tuple(piece for piece in pieces if piece.stop > piece.start)
            target = work / "between" / f"{place:05}-{turn:05}"
            tasks.append(MergeTask(pieces, columns, str(target), splitters[bucket[0] : bucket[-1]]))
            whose.append(bucket)
    cuts = _in_order(crew.run(merge_runs, tasks), len(tasks))
    found: list[list[Slice]] = [[] for _ in slices]
    for task, bucket, cut in zip(tasks, whose, cuts, strict=True):
        for turn, number in enumerate(bucket):
            found[number].append(Slice(task.folder, cut[turn], cut[turn + 1]))
    return found


def _in_order(done: Any, count: int) -> list[Any]:
    """Return results in the order of their tasks."""
    found: list[Any] = [None] * count
    for number, result in done:
        found[number] = result
    return found
