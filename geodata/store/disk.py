"""The columns of a store on disk: mapped, not read (``making.py`` writes them).

``columns/`` holds one ``.npy`` file an array, and ``brief.arrow`` with what marks and lists say. A process
touches the pages that a view needs, and all processes and sessions share them.
"""

from __future__ import annotations

import json
import mmap
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from geodata.errors import InputError
from geodata.store import attacks as attack_arrays
from geodata.store.about import COLUMNS
from geodata.store.attacks import Attacks
from geodata.store.columns import ARRAYS, TYPES, Columns
from geodata.store.pages import Pages
from geodata.store.store import AREA_TALLY, DAY_TALLY, LEVELS, Counts, level_name
from geodata.store.tally import Tally

BRIEF_FILE, WORDS_FILE = "brief.arrow", "words.json"


def map_columns(
    folder: Path, pages: Pages | None = None
) -> tuple[Columns, Counts, pa.Table, npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
    """Return columns, counts, brief rows, and the sorted hashes of ids with their rows, all mapped.

    Parameters
    ----------
    pages
        Is told of every mapped file.

    Raises
    ------
    InputError
        If a file is missing or is not what it should be.
    """
    place, pages = folder / COLUMNS, pages or Pages()
    try:
        words = json.loads((place / WORDS_FILE).read_text(encoding="utf-8"))
        arrays = {name: _mapped(place, name, pages, TYPES[name]) for name in ARRAYS}
        columns = Columns(
            int(words["loose"]), int(words["areas"]), tuple(words["units"]), tuple(words["names"]), **arrays
        )
        counts = _mapped_counts(place, pages)
        brief = _mapped_table(place / BRIEF_FILE, pages)
        hashes, rows = _mapped(place, "id_hash", pages, "uint64"), _mapped(place, "id_row", pages, "int64")
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise _damaged(place, str(error)) from error
    sizes = {name: len(values) for name, values in {**arrays, "id_hash": hashes, "id_row": rows}.items()}
    sizes["brief"] = len(brief)
    odd = next((name for name, size in sizes.items() if size != len(columns)), "")
    if odd:
        raise _damaged(place, f"{odd} has {sizes[odd]:,} values in place of {len(columns):,}")
    return columns, counts, brief, hashes, rows


def map_attacks(folder: Path, pages: Pages | None = None) -> Attacks:
    """Return where the attacks of a store came from, mapped; ``pages`` as in :func:`map_columns`.

    Raises
    ------
    InputError
        As :func:`map_columns`.
    """
    place, pages = folder / COLUMNS, pages or Pages()
    try:
        words = json.loads((place / WORDS_FILE).read_text(encoding="utf-8"))
        arrays = {
            name: _mapped(place, f"attack-{name}", pages, kind) for name, kind in attack_arrays.TYPES.items()
        }
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


def _mapped_counts(place: Path, pages: Pages) -> Counts:
    def tally(name: str) -> Tally:
        return Tally(**{field.name: _mapped(place, f"{name}-{field.name}", pages) for field in fields(Tally)})

    levels = {level: tally(level_name(level)) for level in LEVELS}
    return Counts(levels, tally(AREA_TALLY), tally(DAY_TALLY), _mapped(place, "lasting", pages))


def _mapped_table(path: Path, pages: Pages) -> pa.Table:
    with path.open("rb") as stream:
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    pages.add(mapped)
    return pa.ipc.open_file(pa.BufferReader(pa.py_buffer(mapped))).read_all()


def _mapped(place: Path, name: str, pages: Pages, kind: str = "") -> npt.NDArray[Any]:
    found = np.load(place / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    if found.ndim != 1 or (kind and found.dtype != np.dtype(kind)):
        raise ValueError(f"{name}.npy holds {found.dtype} of {found.ndim} dimensions")
    pages.add(found.base)
    # A plain array over the same pages: a memmap costs a class for each slice.
    return np.asarray(found)


def _damaged(place: Path, why: str) -> InputError:
    return InputError(
        f"the store is damaged: {why}",
        file=str(place),
        remedy="Make it again from the same files with `python -m geodata ingest`",
    )
