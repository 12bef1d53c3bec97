"""The columns of a store, made part by part: what is held at a time does not grow with the number of events.

Each part gives its words and then its arrays (``chunks.py``), which any process of a crew may do. One
process then puts them behind each other, and brings what stands in another order together in pieces.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from geodata.store import attacks as attack_columns
from geodata.store.about import COLUMNS
from geodata.store.arrays import MERGED_ROWS, growing_array, merged
from geodata.store.chunks import WORDS, ChunkTask, WordsTask, make_chunk, note_words, write_brief
from geodata.store.columns import TYPES, vocabulary
from geodata.store.crew import Alone, Crew
from geodata.store.disk import BRIEF_FILE, WORDS_FILE, part_files
from geodata.store.files import DRAFT, drop_drafts, read_json, whole_file
from geodata.store.store import AREA_TALLY, DAY_TALLY, LEVELS, level_name
from geodata.store.tally import SUMMED, TALLY_TYPES, TallyMaker

_TALLIES = (*(level_name(level) for level in LEVELS), AREA_TALLY, DAY_TALLY)


def _untold(done: int, total: int) -> None:
    """Tell nobody."""


def finish_columns(
    folder: Path,
    *,
    work: Path | None = None,
    crew: Crew | None = None,
    told: Callable[[int, int], None] = _untold,
    rows: int = MERGED_ROWS,
) -> None:
    """Write ``columns/`` of a store from its finished parts.

    Parameters
    ----------
    work
        A folder for what an earlier start has left of the same parts, and for this one: what stands there
        and in ``columns/`` is kept. Without it all is made anew.
    crew
        Who makes the arrays of the parts.
    told
        Takes the events that are counted, and all; 0 of 0 while that is not known.
    rows
        How many events are brought together at a time, about.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    target = folder / COLUMNS
    if work is None:
        shutil.rmtree(target, ignore_errors=True)
        # Beside the parts: what is in between is as large as they are.
        with tempfile.TemporaryDirectory(dir=folder, prefix=DRAFT) as name:
            finish_columns(folder, work=Path(name), crew=crew, told=told, rows=rows)
        return
    for place in (work, target):
        place.mkdir(parents=True, exist_ok=True)
        drop_drafts(place)
    words, chunks = _make_chunks(part_files(folder), work, crew or Alone(), told)
    for name, write in _files(words, chunks, rows).items():
        if not (target / name).exists():
            write(target / name)


def _make_chunks(
    parts: Sequence[Path], work: Path, crew: Crew, told: Callable[[int, int], None]
) -> tuple[dict[str, Any], list[Path]]:
    """Return the words of a store with where its sections end, and the folder of the arrays of each part."""
    noted = [WordsTask(str(part), str(work / f"words-{n:05}.json")) for n, part in enumerate(parts)]
    said: dict[int, dict[str, Any]] = {}
    for number, found in crew.run(note_words, noted):
        said[number] = found
        told(0, 0)
    words = _gathered(work / "words.json", [Path(task.target) for task in noted])
    firsts = np.cumsum([0, *(said[n]["rows"] for n in range(len(parts)))]).tolist()
    tasks = [
        ChunkTask(str(part), firsts[n], str(work / "words.json"), str(work / f"chunk-{n:05}"))
        for n, part in enumerate(parts)
    ]
    done = 0
    for number, _ in crew.run(make_chunk, tasks):
        done += said[number]["rows"]
        told(done, firsts[-1])
    return words, [Path(task.target) for task in tasks]


def _gathered(target: Path, noted: Sequence[Path]) -> dict[str, Any]:
    """Write and return the words of all parts, each kind in order, and where the sections end."""
    found: dict[str, set[str]] = {name: set() for name in WORDS}
    ends = {"loose": 0, "areas": 0}
    for path in noted:
        said = read_json(path)
        for name in WORDS:
            found[name].update(said[name])
        for name in ends:
            ends[name] += said[name]
    words = {**ends, **{name: vocabulary([found[name]]) for name in ("units", "names")}}
    words |= {name: sorted(found[name]) for name in ("attackers", "places")}
    _write_words(words, target)
    return words


def _files(words: dict[str, Any], chunks: Sequence[Path], rows: int) -> dict[str, Callable[[Path], None]]:
    """Return how each file of ``columns/`` is written, by name; what one step writes is named by its last."""
    plain = {**TYPES, "lasting": "int64"}
    plain |= {f"attack-{name}": kind for name, kind in attack_columns.TYPES.items() if name != "act"}
    return {
        **{f"{name}.npy": partial(_append, chunks, name, kind) for name, kind in plain.items()},
        "attack-act.npy": partial(_append_acts, chunks),
        "id_row.npy": partial(_merge_ids, chunks, rows),
        **{f"{name}-groups.npy": partial(_merge_tally, chunks, name, rows) for name in _TALLIES},
        BRIEF_FILE: partial(_append_brief, chunks),
        WORDS_FILE: partial(_write_words, words),
    }


def _append(chunks: Sequence[Path], name: str, kind: str, target: Path) -> None:
    with growing_array(target, kind) as append:
        for chunk in chunks:
            append(np.load(chunk / f"{name}.npy", allow_pickle=False))


def _append_acts(chunks: Sequence[Path], target: Path) -> None:
    """Write the numbers of acts, those of each part behind those of the part before."""
    begin = 0
    with growing_array(target, attack_columns.TYPES["act"]) as append:
        for chunk in chunks:
            acts = np.load(chunk / "attack-act.npy", allow_pickle=False)
            append(acts + begin)
            begin += int(acts.max(initial=-1)) + 1


def _merge_ids(chunks: Sequence[Path], rows: int, target: Path) -> None:
    with (
        growing_array(target, "int64") as append_row,
        growing_array(target.with_name("id_hash.npy"), "uint64") as append_hash,
    ):
        for records in merged([chunk / "ids.npy" for chunk in chunks], rows=rows):
            append_row(records["row"])
            append_hash(records["key"])


def _merge_tally(chunks: Sequence[Path], name: str, rows: int, target: Path) -> None:
    maker = TallyMaker()
    with ExitStack() as stack:
        append = {
            field: stack.enter_context(growing_array(target.with_name(f"{name}-{field}.npy"), kind))
            for field, kind in TALLY_TYPES.items()
        }
        for field in SUMMED:
            append[field](np.zeros(1, dtype=TALLY_TYPES[field]))
        for records in merged([chunk / f"tally-{name}.npy" for chunk in chunks], rows=rows):
            for field, values in maker.arrays(records).items():
                append[field](values)
    with growing_array(target, "int64") as append_groups:
        append_groups(maker.groups)


def _append_brief(chunks: Sequence[Path], target: Path) -> None:
    def tables() -> Iterator[Any]:
        for chunk in chunks:
            with pa.OSFile(str(chunk / BRIEF_FILE)) as source, pa.ipc.open_file(source) as reader:
                yield reader.read_all()

    with whole_file(target) as draft:
        write_brief(draft, tables())


def _write_words(words: dict[str, Any], target: Path) -> None:
    with whole_file(target) as draft:
        draft.write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
