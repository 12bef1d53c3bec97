"""The columns of a store on disk: written once from its parts, then mapped, not read.

``columns/`` holds one ``.npy`` file an array, and ``brief.arrow`` with what marks and lists say. A process
touches the pages that a view needs, and all processes and sessions share them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import InputError
from geodata.store import attacks as attack_arrays
from geodata.store.attacks import Attacks, attacks_of
from geodata.store.columns import (
    AREA,
    ARRAYS,
    LOOSE,
    NEEDED,
    TYPES,
    UNIT_COLUMNS,
    Columns,
    arrays_of,
    name_cells,
    unit_cells,
    vocabulary,
)
from geodata.store.store import BRIEF, LEVELS, Counts, make_counts
from geodata.store.tally import Tally

FOLDER, BRIEF_FILE, WORDS_FILE = "columns", "brief.arrow", "words.json"
_NAMED = ("event_id", "attacker", "target_actor")


def finish_columns(folder: Path) -> None:
    """Write ``columns/`` of a store from its finished parts.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    target = folder / FOLDER
    target.mkdir(exist_ok=True)
    parts = part_files(folder)
    rows = sum(pq.read_metadata(path).num_rows for path in parts)
    units, names, loose, areas = _surveyed(parts)
    codes = ({text: n for n, text in enumerate(words)} for words in (units, names))
    unit_codes, name_codes = codes
    made = {
        name: np.lib.format.open_memmap(target / f"{name}.npy", mode="w+", dtype=kind, shape=(rows,))
        for name, kind in TYPES.items()
    }
    hashes = np.empty(rows, dtype=np.uint64)
    at = 0
    acts: list[tuple[pd.DataFrame, pd.Series[Any], int]] = []
    brief = pa.schema([(name, _BRIEF_TYPES.get(name, pa.large_string())) for name in BRIEF])
    with pa.OSFile(str(target / BRIEF_FILE), "wb") as sink, pa.ipc.new_file(sink, brief) as writer:
        for path in parts:
            table = pq.read_table(path, columns=[*dict.fromkeys((*NEEDED, *BRIEF, "section"))])
            events = as_frame(table)
            attacks = _attacks(path, tuple(dict.fromkeys((*_NAMED, *attack_arrays.NEEDED))))
            acts.append((attacks, events["event_id"], at))
            arrays = arrays_of(
                events,
                attacks,
                section=events["section"].to_numpy(dtype=np.int64),
                units=unit_codes,
                names=name_codes,
            )
            for name, values in arrays.items():
                made[name][at : at + len(events)] = values
            hashes[at : at + len(events)] = hash_ids(events["event_id"])
            writer.write_table(table.select(BRIEF).cast(brief))
            at += len(events)
    columns = Columns(loose, areas, units, names, **{name: made[name] for name in ARRAYS})
    for name, values in _arrays_of_counts(make_counts(columns)):
        np.save(target / f"{name}.npy", values, allow_pickle=False)
    order = np.argsort(hashes, kind="stable")
    np.save(target / "id_hash.npy", hashes[order], allow_pickle=False)
    np.save(target / "id_row.npy", order.astype(np.int64), allow_pickle=False)
    for array in made.values():
        array.flush()
    found = attacks_of(acts)
    for name in attack_arrays.TYPES:
        np.save(target / f"attack-{name}.npy", getattr(found, name), allow_pickle=False)
    words = {"loose": loose, "areas": areas, "units": units, "names": names}
    words |= {"attackers": found.attackers, "places": found.places}
    (target / WORDS_FILE).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")


def map_columns(
    folder: Path,
) -> tuple[Columns, Counts, pa.Table, npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Return columns, counts, brief rows, and the sorted hashes of ids with their rows, all mapped.

    Raises
    ------
    InputError
        If a file is missing or is not what it should be.
    """
    place = folder / FOLDER
    try:
        words = json.loads((place / WORDS_FILE).read_text(encoding="utf-8"))
        arrays = {name: _mapped(place, name, TYPES[name]) for name in ARRAYS}
        columns = Columns(
            int(words["loose"]), int(words["areas"]), tuple(words["units"]), tuple(words["names"]), **arrays
        )
        counts = _mapped_counts(place)
        brief = pa.ipc.open_file(pa.memory_map(str(place / BRIEF_FILE))).read_all()
        hashes, rows = _mapped(place, "id_hash", "uint64"), _mapped(place, "id_row", "int64")
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise _damaged(place, str(error)) from error
    sizes = {name: len(values) for name, values in {**arrays, "id_hash": hashes, "id_row": rows}.items()}
    sizes["brief"] = len(brief)
    odd = next((name for name, size in sizes.items() if size != len(columns)), "")
    if odd:
        raise _damaged(place, f"{odd} has {sizes[odd]:,} values in place of {len(columns):,}")
    return columns, counts, brief, hashes, rows


def map_attacks(folder: Path) -> Attacks:
    """Return where the attacks of a store came from, mapped.

    Raises
    ------
    InputError
        As :func:`map_columns`.
    """
    place = folder / FOLDER
    try:
        words = json.loads((place / WORDS_FILE).read_text(encoding="utf-8"))
        arrays = {name: _mapped(place, f"attack-{name}", kind) for name, kind in attack_arrays.TYPES.items()}
        found = Attacks(tuple(words["attackers"]), tuple(words["places"]), **arrays)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(place, str(error)) from error
    if len({len(values) for values in arrays.values()}) > 1:
        raise _damaged(place, "what it says of attacks has more than one length")
    return found


def hash_ids(ids: pd.Series[Any]) -> npt.NDArray[np.uint64]:
    """Return a hash of each id that is the same in every process."""
    return pd.util.hash_array(ids.to_numpy(dtype=object), categorize=False)


def part_files(folder: Path, table: str = "events") -> list[Path]:
    """Return the parts of a table, in order."""
    return sorted((folder / table).glob("part-*.parquet"))


def as_frame(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a frame of the types that a record has."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=_TEXT.get)
    return frame


_TEXT = {pa.string(): pd.StringDtype(na_value=np.nan), pa.large_string(): pd.StringDtype(na_value=np.nan)}
_BRIEF_TYPES = {"location_uncertainty_km": pa.float64(), "claims_count": pa.int64()}


def _attacks(events_part: Path, names: tuple[str, ...]) -> pd.DataFrame:
    path = events_part.parent.parent / "attacks" / events_part.name
    return as_frame(pq.read_table(path, columns=[*names]))


def _surveyed(parts: list[Path]) -> tuple[tuple[str, ...], tuple[str, ...], int, int]:
    """Return the vocabularies, and where the sections of points and of areas end."""
    units: set[str] = set()
    names: set[str] = set()
    loose = areas = 0
    wanted = ["event_id", "actors", *UNIT_COLUMNS.values(), "section"]
    for path in parts:
        events = as_frame(pq.read_table(path, columns=wanted))
        for cells in unit_cells(events):
            units.update(cells)
        names.update(name_cells(events, _attacks(path, _NAMED)).unique())
        section = events["section"].to_numpy()
        loose += int(np.count_nonzero(section == LOOSE))
        areas += int(np.count_nonzero(section <= AREA))
    return vocabulary([units]), vocabulary([names]), loose, areas


def _arrays_of_counts(counts: Counts) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    for name, tally in (
        *((f"level{n}", t) for n, t in counts.levels.items()),
        ("area", counts.area),
        ("day", counts.day),
    ):
        for field in fields(Tally):
            yield f"{name}-{field.name}", getattr(tally, field.name)
    yield "lasting", counts.lasting


def _mapped_counts(place: Path) -> Counts:
    def tally(name: str) -> Tally:
        return Tally(**{field.name: _mapped(place, f"{name}-{field.name}") for field in fields(Tally)})

    levels = {level: tally(f"level{level}") for level in LEVELS}
    return Counts(levels, tally("area"), tally("day"), _mapped(place, "lasting"))


def _mapped(place: Path, name: str, kind: str = "") -> npt.NDArray[Any]:
    found = np.load(place / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    if found.ndim != 1 or (kind and found.dtype != np.dtype(kind)):
        raise ValueError(f"{name}.npy holds {found.dtype} of {found.ndim} dimensions")
    # A plain array over the same pages: a memmap costs a class for each slice.
    return np.asarray(found)


def _damaged(place: Path, why: str) -> InputError:
    return InputError(
        f"the store is damaged: {why}",
        file=str(place),
        remedy="Make it again from the same files with `python -m geodata ingest`",
    )
