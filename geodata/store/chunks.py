"""What one part of a store gives to its columns: words first, then arrays, which follow each other's."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.store import attacks as attack_columns
from geodata.store.attacks import attack_arrays, stated_attacks
from geodata.store.columns import (
    AREA,
    LOOSE,
    NEEDED,
    UNIT_COLUMNS,
    Columns,
    arrays_of,
    name_cells,
    unit_cells,
    vocabulary,
)
from geodata.store.disk import BRIEF_FILE, as_frame, hash_ids
from geodata.store.files import read_json, whole_folder, write_json
from geodata.store.store import BRIEF, counted
from geodata.store.tally import tally_records

WORDS = ("units", "names", "attackers", "places")
_NAMED = ("event_id", "attacker", "target_actor")
_ATTACKS = tuple(dict.fromkeys((*_NAMED, *attack_columns.NEEDED)))
_BRIEF_TYPES = {"location_uncertainty_km": pa.float64(), "claims_count": pa.int64()}
BRIEF_SCHEMA = pa.schema([(name, _BRIEF_TYPES.get(name, pa.large_string())) for name in BRIEF])
# An id's hash and the row of its event.
ID = np.dtype([("key", "<u8"), ("row", "<i8")])


@dataclass(frozen=True)
class WordsTask:
    """A part (a file of events) whose words are looked for, and the file in which they are noted."""

    part: str
    target: str


@dataclass(frozen=True)
class ChunkTask:
    """A part whose arrays are made.

    Parameters
    ----------
    part
        Its file of events.
    first
        The row in the store of its first event.
    words
        The file of the words of all parts.
    target
        The folder for its arrays.
    """

    part: str
    first: int
    words: str
    target: str


def note_words(task: WordsTask) -> dict[str, Any]:
    """Write which words a part has, and return how many rows there are, and up to the end of which section.

    What is there already is kept.
    """
    target = Path(task.target)
    if not target.is_file():
        part = Path(task.part)
        events = as_frame(
            pq.read_table(part, columns=["event_id", "actors", *UNIT_COLUMNS.values(), "section"])
        )
        attacks, section = _attacks(part), events["section"].to_numpy()
        stated = stated_attacks(attacks, events["event_id"])
        found = {
            "units": vocabulary(unit_cells(events)),
            "names": vocabulary([name_cells(events, attacks).unique()]),
            "attackers": sorted(set(stated["attacker"])),
            "places": sorted(set(stated["place"])),
            "rows": len(events),
            "loose": int(np.count_nonzero(section == LOOSE)),
            "areas": int(np.count_nonzero(section <= AREA)),
        }
        write_json(target, found)
    said: dict[str, Any] = read_json(target)
    return {name: said[name] for name in ("rows", "loose", "areas")}


def make_chunk(task: ChunkTask) -> None:
    """Write the arrays of a part; those that are there already are kept."""
    if Path(task.target).is_dir():
        return
    part = Path(task.part)
    table = pq.read_table(part, columns=[*dict.fromkeys((*NEEDED, *BRIEF, "section"))])
    words, loose, areas = _words(task.words, Path(task.words).stat().st_mtime_ns)
    events, attacks = as_frame(table), _attacks(part)
    section = events["section"].to_numpy(dtype=np.int64)
    arrays = arrays_of(events, attacks, section=section, units=words["units"], names=words["names"])
    loose, areas = (int(np.clip(end - task.first, 0, len(events))) for end in (loose, areas))
    columns = Columns(loose=loose, areas=areas, units=(), names=(), **arrays)
    stated = stated_attacks(attacks, events["event_id"], first=task.first)
    acts = attack_arrays(stated, [*words["attackers"]], [*words["places"]])
    made: dict[str, npt.NDArray[Any]] = {
        **arrays,
        **{f"attack-{name}": values for name, values in acts.items()},
        **{
            f"tally-{name}": tally_records(columns, rows, group, first=task.first)
            for name, (rows, group) in counted(columns).items()
        },
        "lasting": np.flatnonzero(columns.first_day != columns.last_day) + task.first,
        "ids": _ids(events["event_id"], task.first),
    }
    with whole_folder(Path(task.target)) as draft:
        for name, values in made.items():
            np.save(draft / f"{name}.npy", values, allow_pickle=False)
        write_brief(draft / BRIEF_FILE, [table.select(BRIEF).cast(BRIEF_SCHEMA)])


def write_brief(path: Path, tables: Iterable[Any]) -> None:
    """Write what lists say of events, table by table, as one Arrow file."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, BRIEF_SCHEMA) as writer:
        for table in tables:
            writer.write_table(table)


def _ids(event_ids: pd.Series[Any], first: int) -> npt.NDArray[Any]:
    found = np.empty(len(event_ids), dtype=ID)
    found["key"], found["row"] = hash_ids(event_ids), np.arange(len(event_ids)) + first
    return found[np.argsort(found["key"], kind="stable")]


@lru_cache(maxsize=1)
def _words(path: str, changed: int) -> tuple[dict[str, dict[str, int]], int, int]:  # noqa: ARG001 - the key
    """Return the number of each word of a store, and where its sections of points and of areas end."""
    said = json.loads(Path(path).read_text(encoding="utf-8"))
    codes = {name: {text: number for number, text in enumerate(said[name])} for name in WORDS}
    return codes, said["loose"], said["areas"]


def _attacks(events_part: Path) -> pd.DataFrame:
    path = events_part.parent.parent / "attacks" / events_part.name
    return as_frame(pq.read_table(path, columns=[*_ATTACKS]))
