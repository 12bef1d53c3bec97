"""Records of cases, shared read-only between sessions and routes of this process."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from threading import Lock

from geodata.cases import bundled_cases, load_case
from geodata.errors import UsageError
from geodata.record import Record, build_record
from geodata.render.folium_map import STATIC

_LOCK = Lock()


def case_titles() -> dict[str, str]:
    """Return the title of each bundled case by its id."""
    return {case_id: record_of(case_id).meta.title for case_id in bundled_cases()}


def record_of(case_id: str) -> Record:
    """Return the record of a bundled case; read again when its files change.

    Raises
    ------
    UsageError
        If there is no such case: a route serves no path of the server's disk.
    """
    folder = bundled_cases().get(case_id)
    if folder is None:
        raise UsageError("there is no such case", value=case_id, remedy=f"Use {', '.join(bundled_cases())}")
    with _LOCK:
        return _record(case_id, _stamp(folder))


@lru_cache(maxsize=4)
def _record(case_id: str, stamp: tuple[tuple[str, int, int], ...]) -> Record:  # noqa: ARG001 - the stamp is the key
    record = build_record(load_case(case_id))
    record.geometries  # noqa: B018 - computed here, once, rather than by two threads at a time
    return record


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)


@lru_cache(maxsize=1)
def static_version() -> str:
    """Return a short hash of our scripts and styles."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
