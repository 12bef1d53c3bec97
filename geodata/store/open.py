"""A store on disk, opened read-only: a record that stands for it, whole rows from its parts."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geodata import schema
from geodata.cases import Case, read_meta
from geodata.cases.meta import FILE, CaseMeta
from geodata.days import event_time
from geodata.errors import InputError
from geodata.record import Record
from geodata.report import Report, TableReport
from geodata.store.about import FORMAT, STORE_FILE, VERSION
from geodata.store.disk import as_frame, hash_ids, map_attacks, map_columns, part_files
from geodata.store.pages import Pages
from geodata.store.record import StoredRecord, stored_record
from geodata.store.store import Store
from geodata.store.tally import Rows


def open_store(folder: Path) -> StoredRecord:
    """Return the record that stands for a store.

    Raises
    ------
    InputError
        If it is unfinished, of another version, or damaged; with what to do.
    """
    about = read_about(folder)
    meta = _head(folder)
    for entry in about.get("columns", ()):
        path = folder / entry["file"]
        size = path.stat().st_size if path.is_file() else -1
        if size != entry["bytes"]:
            raise _damaged(
                folder, f"{entry['file']} has {max(size, 0):,} bytes in place of {entry['bytes']:,}"
            )
    pages = Pages()
    columns, counts, brief, hashes, rows = map_columns(folder, pages)
    if len(columns) != about["rows"]:
        raise _damaged(folder, f"columns of {len(columns):,} rows in place of {about['rows']:,}")
    digest = hashlib.sha256(json.dumps(about["parts"], sort_keys=True).encode()).hexdigest()
    sources = _sources(folder)
    reader = _Reader(folder, meta, sources, digest, tuple(part["rows"] for part in about["parts"]))

    def find(event_id: str) -> int:
        wanted = hash_ids(pd.Series([event_id], dtype=object))[0]
        for at in range(*np.searchsorted(hashes, [wanted, wanted + 1 if wanted < _LAST else wanted])):
            if brief["event_id"][int(rows[at])].as_py() == event_id:
                return int(rows[at])
        return -1

    attacks = map_attacks(folder, pages)
    store = Store(meta, columns, brief, reader.record, counts, digest, find, attacks, pages.relax)
    return stored_record(reader.record(np.zeros(0, dtype=np.intp)).case, store)


_LAST = np.uint64(2**64 - 1)


def read_about(folder: Path) -> dict[str, Any]:
    """Return what a finished store says of itself.

    Raises
    ------
    InputError
        As :func:`open_store`.
    """
    path = folder / STORE_FILE
    if not path.is_file():
        raise InputError(
            "the store is unfinished",
            file=str(folder),
            remedy="Start the same `python -m geodata ingest` again: it goes on where it stopped",
        )
    try:
        about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        is_ours = about["format"] == FORMAT
        version = int(about["version"])
        int(about["rows"]), [int(part["rows"]) for part in about["parts"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder, f"{STORE_FILE} cannot be read ({error})") from error
    if not is_ours or version != VERSION:
        raise InputError(
            f"is a store of version {version} ({about.get('created_by', 'by whom is not said')})",
            file=str(folder),
            remedy=f"This Strikemap reads version {VERSION}: use a newer one, or make the store again",
        )
    return about


@dataclass(frozen=True)
class _Reader:
    """Reads whole rows of a store: ``sizes`` are the rows of its parts."""

    folder: Path
    meta: CaseMeta
    sources: pd.DataFrame
    digest: str
    sizes: tuple[int, ...]

    def record(self, rows: Rows) -> Record:
        """Return the record of some rows, in the order of UTC time."""
        starts = np.concatenate([[0], np.cumsum(self.sizes)])
        part = np.searchsorted(starts, rows, side="right") - 1
        events, claims, attacks = [], [], []
        files = part_files(self.folder)
        if len(files) != len(self.sizes):
            raise _damaged(self.folder, f"{len(files)} parts in place of {len(self.sizes)}")
        for number in np.unique(part).tolist() if len(rows) else [0]:
            path = files[number]
            try:
                found = _taken(path, rows[part == number] - starts[number])
                events.append(found)
                ids = found["event_id"]
                claims.append(_of_events(self.folder / "claims" / path.name, ids))
                attacks.append(_of_events(self.folder / "attacks" / path.name, ids))
            except (OSError, pa.ArrowException) as error:
                raise _damaged(self.folder, f"{path.name} cannot be read ({error})") from error
        tables = [as_frame(pa.concat_tables(some)) for some in (events, claims, attacks)]
        return self._made(*tables)

    def _made(self, events: pd.DataFrame, claims: pd.DataFrame, attacks: pd.DataFrame) -> Record:
        events = events.drop(columns=["key", "section", "geometry"])
        events = events.sort_values(["start_utc", "event_id"], kind="stable").reset_index(drop=True)
        attacks["munitions"] = attacks["munitions"].astype(float)
        times = {
            event_id: event_time(start, end, precision=precision, zone_name=zone or self.meta.time_zone)
            for event_id, start, end, precision, zone in zip(
                *(events[name] for name in ("event_id", "start", "end", "time_precision", "time_zone")),
                strict=True,
            )
        }
        derived = {*schema.JOIN_COLUMNS, *schema.RANGE_COLUMNS, *_DERIVED}
        own = events[[name for name in events.columns if name not in derived]]
        acts = attacks[[name for name in attacks.columns if name not in schema.DIRECTION_COLUMNS]]
        report = Report("case", TableReport("events", len(events), len(events)))
        case = Case(self.meta, own, acts, claims, self.sources, report, self.digest)
        return Record(case, events, attacks, times)


_DERIVED = ("first_day", "last_day", "start_utc", "drawn_as", "drawn_area")


def _taken(path: Path, rows: Rows) -> pa.Table:
    """Return rows of a part by their numbers, reading the row groups that have them."""
    with pq.ParquetFile(path) as file:
        sizes = [file.metadata.row_group(n).num_rows for n in range(file.metadata.num_row_groups)]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        group = np.searchsorted(starts, rows, side="right") - 1
        wanted = np.unique(group)
        if not len(wanted):
            return file.schema_arrow.remove_metadata().empty_table()
        table = file.read_row_groups(wanted.tolist())
        shift = np.zeros(len(sizes), dtype=np.int64)
        shift[wanted] = starts[wanted] - np.concatenate([[0], np.cumsum(np.array(sizes)[wanted])[:-1]])
        return table.take(pa.array(rows - shift[group])).replace_schema_metadata(None)


def _of_events(path: Path, ids: pa.ChunkedArray) -> pa.Table:
    """Return the rows of a part that belong to events; only the row groups that have them are read."""
    with pq.ParquetFile(path) as file:
        if not len(ids) or not file.metadata.num_rows:
            return file.schema_arrow.remove_metadata().empty_table()
        found = []
        wanted = ids.combine_chunks()
        for number in range(file.metadata.num_row_groups):
            mask = pc.is_in(file.read_row_group(number, columns=["event_id"])["event_id"], value_set=wanted)
            if pc.any(mask).as_py():
                found.append(file.read_row_group(number).filter(mask))
        table = pa.concat_tables(found) if found else file.schema_arrow.empty_table()
        return table.replace_schema_metadata(None)


def _head(folder: Path) -> CaseMeta:
    try:
        return read_meta((folder / FILE).read_text(encoding="utf-8"), str(folder / FILE))
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(folder, f"{FILE} cannot be read ({error})") from error


def _sources(folder: Path) -> pd.DataFrame:
    path = folder / "sources.csv"
    try:
        return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise _damaged(folder, f"{path.name} cannot be read ({error})") from error


def _damaged(folder: Path, why: str) -> InputError:
    return InputError(
        f"the store is damaged: {why}",
        file=str(folder),
        remedy="Make it again from the same files with `python -m geodata ingest`",
    )
