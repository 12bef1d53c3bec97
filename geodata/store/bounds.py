"""Where one part of a store ends and the next begins: by a sample of the order of all runs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.store.tables import ORDER, SECTION, areas_of

PART_ROWS = 160_000
# Of so many rows all together every one is looked at; of more, evenly fewer.
_SAMPLED = 2_000_000

Place = tuple[int, int, str, int, str]
"""Where a row stands in a store: section, key, area, first day, id."""


@dataclass(frozen=True)
class OrderTask:
    """A run of which every ``step``-th row is asked, those left out at ``dropped`` (a file) passed over."""

    folder: str
    dropped: str
    step: int


def sample_places(task: OrderTask) -> list[Place]:
    """Return where every so many-th row of a run stands."""
    events = _ordered(Path(task.folder))
    if task.dropped:
        keep = np.ones(len(events), dtype=bool)
        keep[np.load(task.dropped)] = False
        events = events.filter(pa.array(keep))
    return places_of(events.take(np.arange(task.step // 2, len(events), task.step)))


def step_of(rows: int) -> int:
    """Return of how many rows one is looked at."""
    return max(1, rows // _SAMPLED)


def splitters_of(samples: Sequence[Place], rows: int, *, part_rows: int = PART_ROWS) -> list[Place]:
    """Return the first place of every part but the first.

    Parameters
    ----------
    samples
        Of all runs, in any order.
    rows
        How many rows there are.
    """
    parts = max(1, round(rows / part_rows))
    ordered = sorted(samples)
    found = [ordered[number * len(ordered) // parts] for number in range(1, parts)] if ordered else []
    return sorted(set(found) - {ordered[0]} if ordered else set())


@dataclass(frozen=True)
class CutTask:
    """A run and the places at which it is cut."""

    folder: str
    splitters: tuple[Place, ...]


def cut_run(task: CutTask) -> list[int]:
    """Return the positions at which a run is cut: one more than there are parts."""
    events = _ordered(Path(task.folder))
    places = places_of(events)
    return [0, *(bisect_left(places, place) for place in task.splitters), len(places)]


def _ordered(folder: Path) -> Any:
    return pq.read_table(folder / "events.parquet", columns=list(ORDER))


def places_of(events: Any) -> list[Place]:
    """Return where rows stand, from the columns ``ORDER``."""
    columns = {name: events.column(name).to_pylist() for name in ORDER}
    columns["drawn_area"] = areas_of(events).to_pylist()
    assert SECTION in columns
    return list(zip(*(columns[name] for name in ORDER), strict=True))
