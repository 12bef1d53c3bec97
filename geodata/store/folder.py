"""The folder of a store while it is made: what is in it already, and where things go."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geodata import __version__
from geodata.errors import GeodataError, UsageError
from geodata.store.about import ABOUT, COLUMNS, FORMAT, STORE_FILE, VERSION, WORK
from geodata.store.files import drop_drafts, read_json, unwritable, write_json
from geodata.store.parts import TABLES


def open_work(folder: Path) -> Path:
    """Return the folder for the work on a store, made if need be; that of an earlier try goes on.

    Raises
    ------
    UsageError
        If the place holds something else, cannot be written, or the work of another version.
    """
    work = folder / WORK
    try:
        if folder.exists() and not folder.is_dir():
            raise UsageError("is a file", file=str(folder), remedy="Give --out the name of a new folder")
        if folder.is_dir() and not work.is_dir() and any(folder.iterdir()):
            raise UsageError(
                "is a folder that holds something else",
                file=str(folder),
                remedy="Give --out the name of a new folder",
            )
        if not folder.parent.is_dir():
            raise UsageError(
                "the folder does not exist", file=str(folder), remedy=f"Make {folder.parent} first"
            )
        work.mkdir(parents=True, exist_ok=True)
        _claim(work, folder)
    except OSError as error:
        raise UsageError(
            f"cannot be written: {error.strerror or error}",
            file=str(folder),
            remedy="Choose a folder you may write to",
        ) from error
    for place in (folder, work, work / "runs", work / "superseded", work / "between"):
        drop_drafts(place)
    return work


def _claim(work: Path, folder: Path) -> None:
    about = {"format": FORMAT, "version": VERSION, "created_by": f"Strikemap {__version__}"}
    if not (work / ABOUT).is_file():
        write_json(work / ABOUT, about)
        return
    if read_json(work / ABOUT) != about:
        raise UsageError(
            f"holds the unfinished work of another version, {read_json(work / ABOUT).get('created_by')}",
            file=str(folder),
            remedy="Delete the folder and start anew, or go on with that version",
        )


@contextmanager
def only_one(work: Path) -> Iterator[None]:
    """Keep a second process from working on the same store.

    Raises
    ------
    UsageError
        If another one does.
    """
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError:  # pragma: no cover - nothing to lock with
        yield
        return
    with (work / "lock").open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                "another process is making this store", file=str(work.parent), remedy="Wait for it to end"
            ) from error
        yield


def finished(folder: Path) -> dict[str, Any] | None:
    """Return what a finished store says of itself, None where there is none.

    Raises
    ------
    UsageError
        If it is no store that this version knows.
    """
    path = folder / STORE_FILE
    if not path.is_file():
        return None
    try:
        found: dict[str, Any] = read_json(path)
    except ValueError:
        found = {}
    if not isinstance(found, dict) or (found.get("format"), found.get("version")) != (FORMAT, VERSION):
        raise UsageError(
            "holds a store of another version, or something else called store.json",
            file=str(folder),
            remedy="Give --out the name of a new folder",
        )
    return found


def drop_parts(folder: Path, work: Path) -> None:
    """Remove the parts that were written for another input."""
    for name in (*TABLES, COLUMNS):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name in ("parts", "between", "superseded", COLUMNS):
        shutil.rmtree(work / name, ignore_errors=True)


def written(folder: Path, error: OSError) -> GeodataError:
    """Return what to say of an error of the system in the middle of the work."""
    if error.filename and not str(error.filename).startswith(str(folder)) and error.errno is not None:
        place = os.fspath(error.filename)
        return GeodataError(
            f"cannot be read: {error.strerror}", file=str(place), remedy="Check that it exists"
        )
    return unwritable(folder, error)
