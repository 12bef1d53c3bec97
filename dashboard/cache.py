"""Records of cases, shared read-only between sessions and routes of this process."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from threading import Lock

from geodata.boundaries.packs import DATA
from geodata.cases import Case, bundled_cases, load_case, read_meta
from geodata.detail import detail_by_key
from geodata.errors import GeodataError, UsageError
from geodata.generalise import generalised_record
from geodata.record import Record, build_record
from geodata.render.folium_map import STATIC
from geodata.store.about import is_store
from geodata.store.open import open_store

# A folder whose sub-folders are cases of the user's own, offered beside the bundled ones.
CASES_VARIABLE = "STRIKEMAP_CASES"

_LOCK = Lock()


def known_cases() -> dict[str, Path]:
    """Return the folder of each case that the page offers, by its id."""
    own = os.environ.get(CASES_VARIABLE, "")
    folder = Path(own) if own else None
    found = sorted(folder.iterdir()) if folder and folder.is_dir() else []
    return {**bundled_cases(), **{path.name: path for path in found if (path / "case.toml").is_file()}}


def case_titles() -> dict[str, str]:
    """Return the title of each case by its id; the id itself where the case cannot be read."""
    titles = {}
    for case_id, folder in known_cases().items():
        try:
            titles[case_id] = read_meta((folder / "case.toml").read_text(encoding="utf-8")).title
        except (GeodataError, OSError, UnicodeDecodeError):
            titles[case_id] = case_id
    return titles


def record_of(case_id: str, detail: str = "") -> Record:
    """Return the record of a known case, at a level of detail; read again when its files change.

    ``detail`` is a key of ``geodata.detail``, ``""`` for the case as recorded.

    Raises
    ------
    UsageError
        If there is no such case: a route serves no other path of the server's disk; or no such detail.
    InputError
        If the case cannot be read.
    """
    stamp = case_stamp(case_id)
    with _LOCK:
        return _record(case_id, stamp, detail)


def at_detail(record: Record, detail: str) -> Record:
    """Return a record as it is shown at a level of detail; itself as recorded."""
    return generalised_record(record, detail_by_key(detail).level) if detail else record


def is_stored(case_id: str) -> bool:
    """Return whether a known case lies in a store, whose rows are not all read."""
    return is_store(_folder(case_id))


def load_known_case(case_id: str) -> Case:
    """Return a known case as it is on disk; errors as ``record_of``."""
    return load_case(_folder(case_id))


def case_stamp(case_id: str) -> tuple[object, ...]:
    """Return what changes when a known case's files change."""
    folder = _folder(case_id)
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return str(folder), *((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)


def _folder(case_id: str) -> Path:
    cases = known_cases()
    if case_id not in cases:
        raise UsageError("there is no such case", value=case_id, remedy=f"Use {', '.join(cases)}")
    return cases[case_id]


@lru_cache(maxsize=6)
def _record(case_id: str, stamp: tuple[object, ...], detail: str) -> Record:
    folder = _folder(case_id)
    if is_store(folder):
        if detail:
            raise UsageError("a store is shown as recorded only", value=detail, remedy="Leave Detail at that")
        return open_store(folder)
    record = (
        at_detail(_record(case_id, stamp, ""), detail) if detail else build_record(load_known_case(case_id))
    )
    record.geometries  # noqa: B018 - computed here, once, rather than by two threads at a time
    return record


@lru_cache(maxsize=1)
def static_version() -> str:
    """Return a short hash of our scripts and styles, and of the state of the packs.

    What the browser keeps for ever carries it, so it must change when a pack does. The
    packs are not read for it: name, size and time are enough.
    """
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    for path in sorted(DATA.glob("*/*.parquet")):
        state = path.stat()
        digest.update(f"{path.name} {state.st_size} {state.st_mtime_ns}".encode())
    return digest.hexdigest()[:12]
