"""Files of a store written whole or not at all: under another name first, then renamed."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import GeodataError

DRAFT = ".draft-"
ROW_GROUP = 8_192


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """Give a new path beside ``target``, which takes its place once it is written."""
    draft = _draft_of(target)
    try:
        yield draft
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Give a new folder, which becomes ``target`` once it is full; another that came first stays."""
    draft = _draft_of(target)
    draft.mkdir(parents=True)
    try:
        yield draft
        try:
            draft.rename(target)
        except OSError as error:
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY, errno.EACCES) or not target.is_dir():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _draft_of(target: Path) -> Path:
    return target.with_name(f"{DRAFT}{uuid.uuid4().hex}-{target.name}")


def drop_drafts(folder: Path) -> None:
    """Remove what a process left that ended in the middle of writing."""
    for path in folder.glob(f"{DRAFT}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def write_json(target: Path, value: Any) -> None:
    """Write plain data as JSON, whole or not at all."""
    with whole_file(target) as draft:
        draft.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Return plain data from JSON."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_parquet(
    path: Path, table: Any, *, rows: int = ROW_GROUP, level: int = 3, said: dict[str, str] | None = None
) -> None:
    """Write a table so that the same rows give the same bytes.

    Parameters
    ----------
    rows
        Rows of a row group.
    level
        Of zstd: 1 for what is soon read and removed.
    said
        Metadata of the file.
    """
    # How pages are cut depends on how a table lies in memory: one chunk a column.
    table = table.combine_chunks().replace_schema_metadata(said)
    pq.write_table(table, path, row_group_size=rows, compression="zstd", compression_level=level)


def read_slice(path: Path, start: int, stop: int, columns: list[str] | None = None) -> Any:
    """Return rows of a Parquet file, from ``start`` up to ``stop``, reading what row groups they stand in."""
    with pq.ParquetFile(path) as file:
        groups, first, begins = [], 0, []
        for number in range(file.metadata.num_row_groups):
            count = file.metadata.row_group(number).num_rows
            if first < stop and first + count > start:
                groups.append(number)
                begins.append(first)
            first += count
        if not groups:
            found = file.schema_arrow.empty_table()
            return found.select(columns) if columns else found
        return file.read_row_groups(groups, columns=columns).slice(start - begins[0], stop - start)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def writing(folder: Path, step: Callable[[], Any]) -> Any:
    """Return what a step gives that writes into a store.

    Raises
    ------
    GeodataError
        If the disk is full or the folder cannot be written.
    """
    try:
        return step()
    except OSError as error:
        raise unwritable(folder, error) from error


def unwritable(folder: Path, error: OSError) -> GeodataError:
    """Return what to say of a store that cannot be written on."""
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return GeodataError(
        f"cannot be written: {error.strerror or error}",
        file=str(folder),
        remedy=("Make room" if is_full else "See to it that you may write there")
        + ", and start the same command again: it goes on where it stopped",
    )


def is_arrow_full(error: pa.ArrowException) -> bool:
    """Tell whether an error of Arrow's is that of a full disk."""
    return "No space left" in str(error)
