"""Keep downloaded layers on disk, so that half a download or half a write is never read.

A layer is three files in one folder. The geometry as the provider sent it is named by
its own SHA-256; the sidecar ``<key>.json`` names that file and is replaced last, in one
step. A crash at any moment leaves the old pair or the new one. The third file, the layer
made ready, can be made from the other two and is thrown away when anything about it is odd.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.boundaries.layer import LAYER_COLUMNS, BoundaryLayer, LayerReport, Repair
from geodata.boundaries.model import Credit
from geodata.report import RejectedRow, RowWarning, TableReport

SIDECAR_FORMAT = 1
READY_FORMAT = 1  # raise it when the way in which layers are made ready changes
_LEFTOVER_AGE_S = 3600.0  # younger files may belong to another process
_META = b"strikemap"


@dataclass(frozen=True)
class CachedLayer:
    """The sidecar of a downloaded layer; all times UTC, sizes in bytes.

    ``provider`` is the provider's whole answer, ``url`` where the geometry came from in
    the end, after redirects; ``notes`` are warnings from the download itself.
    """

    key: str
    title: str
    iso3: str
    level: int
    release: str
    simplified: bool
    units: int
    source: str
    vintage: str
    licence: str
    licence_detail: str
    api_url: str
    url: str
    fetched_at: str
    sha256: str
    size_bytes: int
    file: str
    provider: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def cache_dir(folder: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of downloaded layers; it need not exist yet.

    It is ``folder``, else ``$STRIKEMAP_CACHE``, else ``strikemap/boundaries`` in the
    place where this system keeps caches.
    """
    chosen = folder or os.environ.get("STRIKEMAP_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        given = os.environ.get("XDG_CACHE_HOME", "")
        # The specification says that a relative path there is to be ignored.
        base = Path(given) if given and Path(given).is_absolute() else Path.home() / ".cache"
    return base / "strikemap" / "boundaries"


@contextmanager
def draft(folder: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """Give a new file in ``folder`` to write to; it is removed unless it was moved away."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=folder)
    path = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file, path
    finally:
        path.unlink(missing_ok=True)


def publish(file: IO[bytes], path: Path, target: Path) -> None:
    """Give a whole draft its name in one step, after its bytes are on the disk."""
    file.flush()
    os.fsync(file.fileno())
    file.close()
    path.replace(target)


def _write(folder: Path, name: str, data: bytes) -> None:
    with draft(folder) as (file, path):
        file.write(data)
        publish(file, path, folder / name)


def write_sidecar(folder: Path, entry: CachedLayer) -> None:
    """Make ``entry`` the current one of its key; its geometry must be in place already."""
    text = json.dumps({"format": SIDECAR_FORMAT, **asdict(entry)}, ensure_ascii=False, indent=1)
    _write(folder, f"{entry.key}.json", text.encode())
    _remove_leftovers(folder, entry)


def _remove_leftovers(folder: Path, entry: CachedLayer) -> None:
    now = time.time()
    for path in folder.iterdir():
        stale = path.name.startswith(f"{entry.key}.") and entry.sha256[:16] not in path.name
        if (stale and path.suffix != ".json") or path.suffix == ".part":
            try:
                if now - path.stat().st_mtime > _LEFTOVER_AGE_S:
                    path.unlink()
            except OSError:  # another process was first, or still reads it
                continue


def geometry_name(key: str, sha256: str) -> str:
    """Return the file name of a geometry."""
    return f"{key}.{sha256[:16]}.geojson"


def read_sidecar(folder: Path, key: str) -> CachedLayer | None:
    """Return the sidecar of a layer, or None where there is none that can be used."""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,60}", key):  # keys come from addresses too
        return None
    try:
        value = json.loads((folder / f"{key}.json").read_bytes())
        if value.pop("format") != SIDECAR_FORMAT:
            return None
        entry = CachedLayer(**{**value, "notes": tuple(value["notes"])})
        whole = (
            entry.key == key
            and Path(entry.file).name == entry.file
            and (folder / entry.file).stat().st_size == entry.size_bytes
            and isinstance(entry.provider, dict)
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return entry if whole else None


def read_geometry(folder: Path, entry: CachedLayer) -> bytes | None:
    """Return the geometry as the provider sent it; None unless it is what the sidecar says."""
    try:
        data = (folder / entry.file).read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == entry.sha256 else None


def list_cached(cache: str | os.PathLike[str] | None = None) -> list[CachedLayer]:
    """Return the downloaded layers, sorted by key, without opening their geometries."""
    folder = cache_dir(cache)
    try:
        keys = sorted(path.stem for path in folder.glob("*.json"))
    except OSError:
        return []
    return [entry for key in keys if (entry := read_sidecar(folder, key)) is not None]


# -- layers made ready ---------------------------------------------------------------------------


def _ready_path(folder: Path, entry: CachedLayer) -> Path:
    return folder / f"{entry.key}.{entry.sha256[:16]}.ready{READY_FORMAT}.parquet"


def write_ready(folder: Path, entry: CachedLayer, layer: BoundaryLayer) -> None:
    """Keep a layer as GeoParquet, with its credit and report in the file's own metadata."""
    buffer = io.BytesIO()
    layer.units.to_parquet(buffer, index=False, compression="zstd")
    table = pq.read_table(pa.BufferReader(buffer.getvalue()))
    more = {
        "sha256": entry.sha256,
        "title": layer.title,
        "credit": vars(layer.credit),
        "report": asdict(layer.report),
    }
    metadata = {**(table.schema.metadata or {}), _META: json.dumps(more).encode()}
    out = io.BytesIO()
    pq.write_table(table.replace_schema_metadata(metadata), out, compression="zstd", write_page_checksum=True)
    _write(folder, _ready_path(folder, entry).name, out.getvalue())


def read_ready(folder: Path, entry: CachedLayer) -> BoundaryLayer | None:
    """Return the layer made ready from this very geometry, or None."""
    path = _ready_path(folder, entry)
    try:
        more = json.loads((pq.read_schema(path).metadata or {})[_META])
        if more["sha256"] != entry.sha256:
            return None
        units = gpd.read_parquet(path, page_checksum_verification=True)
        report = _report(more["report"])
        if tuple(units.columns) != LAYER_COLUMNS or len(units) != report.table.accepted:
            return None
        return BoundaryLayer(
            entry.key, more["title"], entry.level, units, Credit(**more["credit"]), report, "fetched"
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, AssertionError, pa.ArrowException):
        return None


def _report(value: dict[str, Any]) -> LayerReport:
    table = value.pop("table")
    rejected = tuple(RejectedRow(**row) for row in table.pop("rejected_rows"))
    warnings = tuple(
        RowWarning(row["code"], row["message"], tuple(row["rows"])) for row in table.pop("warnings")
    )
    repairs = tuple(Repair(**row) for row in value.pop("repairs"))
    return LayerReport(
        **value, table=TableReport(**table, rejected_rows=rejected, warnings=warnings), repairs=repairs
    )
