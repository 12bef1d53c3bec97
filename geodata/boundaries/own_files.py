"""Open a user's boundary file: what it is by its content, never by its name.

Only the readers named here are ever reached: the bytes are recognised first, so that no
file can talk the vector library into opening another file or address.
"""

# pyogrio is imported where it reads: it loads GDAL, which only such a file needs.
# ruff: noqa: PLC0415

from __future__ import annotations

import io
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from pyproj.exceptions import ProjError

from geodata.boundaries.layer_geojson import parse_features
from geodata.boundaries.own_crs import parse_crs
from geodata.boundaries.own_kml import parse_kml
from geodata.boundaries.packs import suggest
from geodata.errors import InputError, UsageError
from geodata.report import RowWarning

MOST_BYTES = 300_000_000
MOST_UNPACKED = 600_000_000
MOST_ROWS = 100_000
MOST_CORNERS = 20_000_000
_MOST_MEMBERS = 2_000
_MOST_RATIO = 100  # a shapefile packs to a fifth; a bomb to a thousandth
_NESTED = (".zip", ".kmz", ".7z", ".rar", ".gz", ".bz2", ".xz", ".tar", ".tgz")
_SINGLE = (".geojson", ".json", ".gpkg", ".parquet", ".fgb", ".kml")
_PARTS = (".shp", ".shx", ".dbf", ".prj")


@cache
def _vector_errors() -> tuple[type[Exception], ...]:
    """Return what the readers raise at damaged files, found by damaging some thousand.

    pyogrio even has a NameError.
    """
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

    return (
        DataSourceError,
        DataLayerError,
        FeatureError,
        FieldError,
        GeometryError,
        shapely.GEOSException,
        pa.ArrowException,
        UnicodeDecodeError,
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        NameError,
        ProjError,
        OSError,
    )


class _NotUtf8Error(Exception):
    """The texts of a Shapefile are in an older encoding."""


@dataclass(frozen=True)
class FileRows:
    """The rows of one layer of a file.

    ``crs`` is None where the file names none; ``no_crs`` then says why, and is empty
    where the format itself means longitude and latitude.
    """

    format: str
    layer: str
    table: pd.DataFrame
    geometries: npt.NDArray[Any]
    crs: CRS | None
    no_crs: str = ""
    faults: dict[int, str] = field(default_factory=dict)
    warnings: tuple[RowWarning, ...] = ()


def open_file(data: bytes, *, file: str, layer_name: str | None = None) -> FileRows:
    """Return the rows of a boundary file.

    Raises
    ------
    InputError
        If it is none that can be read.
    UsageError
        If it has several layers and none, or one that does not exist, was named.
    """
    if len(data) > MOST_BYTES:
        raise too_large(len(data), file)
    reader = _reader(data, file)
    rows = reader(data, file, layer_name)
    if not len(rows.geometries):
        raise InputError("holds no row", file=file, remedy="Give at least one unit")
    if len(rows.geometries) > MOST_ROWS:
        raise InputError(
            f"holds {len(rows.geometries):,} rows; up to {MOST_ROWS:,} are taken",
            file=file,
            remedy="Cut it to the region that you need",
        )
    corners = int(shapely.get_num_coordinates(rows.geometries).sum())
    if corners > MOST_CORNERS:
        raise InputError(
            f"has {corners:,} corners; up to {MOST_CORNERS:,} are taken",
            file=file,
            remedy="Simplify it, or cut it to the region that you need",
        )
    return rows


def too_large(size: int, file: str) -> InputError:
    """Return the error for a file over the limit."""
    return InputError(
        f"is {size / 1e6:,.0f} MB; up to {MOST_BYTES / 1e6:,.0f} MB are taken",
        file=file,
        remedy="Simplify it, or cut it to the region that you need",
    )


Reader = Callable[[bytes, str, str | None], FileRows]


def _reader(data: bytes, file: str) -> Reader:
    head = data[:512]
    for start, reader in _STARTS:
        if head.startswith(start):
            return reader
    for start, reason, remedy in _REFUSED:
        if head.startswith(start):
            raise InputError(reason, file=file, remedy=remedy)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"<kml" in text.lower():
        return _read_kml
    if text and text[:1] not in b"{[<" and data.strip(b"\0"):
        raise InputError(
            "is none of the formats that are read",
            file=file,
            value=text[:24].decode("utf-8", "replace"),
            remedy="Give GeoJSON, a zipped Shapefile, GeoPackage, GeoParquet, FlatGeobuf or KML",
        )
    return _read_geojson


def _one_layer(named: str | None, layers: list[str], file: str, what: str = "layer") -> str:
    if named is None and len(layers) == 1:
        return layers[0]
    if named is not None and named in layers:
        return named
    listed = ", ".join(layers[:20]) + (f" and {len(layers) - 20} more" if len(layers) > 20 else "")
    if named is None:
        raise UsageError(
            f"holds {len(layers)} {what}s", file=file, column="layer_name", remedy=f"Choose one of: {listed}"
        )
    near = suggest(named, layers)
    raise UsageError(
        f"there is no such {what}",
        file=file,
        column="layer_name",
        value=named,
        remedy=near or f"It holds: {listed}",
    )


# -- GeoJSON -------------------------------------------------------------------------------------


def _read_geojson(data: bytes, file: str, layer_name: str | None) -> FileRows:
    found = parse_features(data, file)
    if layer_name:
        _one_layer(layer_name, [PurePosixPath(file).stem], file)
    columns = dict.fromkeys(str(name) for item in found.properties for name in item)
    table = pd.DataFrame(
        {name: pd.Series([item.get(name) for item in found.properties], dtype=object) for name in columns}
    )
    crs = parse_crs(found.crs, file=file) if found.crs else None
    return FileRows("GeoJSON", "", table, found.geometries, crs, faults=found.faults)


def _read_kml(data: bytes, file: str, layer_name: str | None) -> FileRows:  # noqa: ARG001
    table, geometries, faults = parse_kml(data, file)
    return FileRows("KML", "", table, geometries, None, faults=faults)


# -- through the vector library ------------------------------------------------------------------


def _read_vector(
    path: Path, kind: str, file: str, *, layer: str | None = None, encoding: str | None = None
) -> FileRows:
    import pyogrio

    options = {"layer": layer} if layer is not None else {}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            frame = pyogrio.read_dataframe(
                path, on_invalid="ignore", use_arrow=False, encoding=encoding, **options
            )
        except _vector_errors() as error:
            if isinstance(error, UnicodeDecodeError) and encoding == "utf-8":
                raise _NotUtf8Error from error
            raise _damaged(kind, error, file, path) from error
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError("has no geometries", file=file, remedy=f"Give a {kind} with polygons")
    notes = dict.fromkeys(str(item.message).replace(str(path), file) for item in said)
    crs, why = frame.crs, ""
    if crs is not None and crs.name.casefold().startswith(("undefined", "unknown")):
        crs = None
    if crs is None:
        why = "names no coordinate system"
    return FileRows(
        kind,
        layer or "",
        pd.DataFrame(frame.drop(columns=frame.geometry.name)),
        np.asarray(frame.geometry.to_numpy(), dtype=object),
        crs,
        why,
        warnings=tuple(RowWarning("reader_note", note[:300]) for note in notes),
    )


def _damaged(kind: str, error: Exception, file: str, path: Path | None = None) -> InputError:
    said = (str(error).splitlines() or [""])[0]
    for hidden in (str(path), str(path.parent)) if path else ():
        said = said.replace(hidden, file)
    return InputError(
        f"is a {kind} that cannot be read: {said[:160] or type(error).__name__}",
        file=file,
        remedy="Save or send it again",
    )


def _read_geopackage(data: bytes, file: str, layer_name: str | None) -> FileRows:
    import pyogrio

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.gpkg"
        path.write_bytes(data)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                listed = pyogrio.list_layers(path)
        except _vector_errors() as error:
            raise _damaged("GeoPackage", error, file, path) from error
        layers = [str(name) for name, kind in listed if kind is not None]
        if not layers:
            raise InputError("holds no layer with geometries", file=file, remedy="Export polygons into it")
        layer = _one_layer(layer_name, layers, file)
        return _read_vector(path, "GeoPackage", file, layer=layer)


def _read_flatgeobuf(data: bytes, file: str, layer_name: str | None) -> FileRows:  # noqa: ARG001
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.fgb"
        path.write_bytes(data)
        return _read_vector(path, "FlatGeobuf", file)


def _read_geoparquet(data: bytes, file: str, layer_name: str | None) -> FileRows:  # noqa: ARG001
    try:
        metadata = pq.read_metadata(pa.BufferReader(data))
        unpacked = sum(metadata.row_group(group).total_byte_size for group in range(metadata.num_row_groups))
        if metadata.num_rows > MOST_ROWS or unpacked > MOST_UNPACKED:
            raise InputError(
                f"holds {metadata.num_rows:,} rows, {unpacked / 1e6:,.0f} MB unpacked; "
                f"up to {MOST_ROWS:,} rows and {MOST_UNPACKED / 1e6:,.0f} MB are taken",
                file=file,
                remedy="Cut it to the region that you need",
            )
        if b"geo" not in (metadata.metadata or {}):
            raise InputError(
                "is Parquet without geometries",
                file=file,
                remedy="Write it as GeoParquet, with its geometry column",
            )
        frame = gpd.read_parquet(io.BytesIO(data))
    except _vector_errors() as error:
        raise _damaged("GeoParquet", error, file) from error
    geometric = [name for name, kind in frame.dtypes.items() if str(kind) == "geometry"]
    # No crs at all means degrees; a crs that is null means that nobody knows.
    why = "" if frame.crs is not None else "says that its coordinate system is not known"
    return FileRows(
        "GeoParquet",
        "",
        pd.DataFrame(frame.drop(columns=geometric)),
        np.asarray(frame.geometry.to_numpy(), dtype=object),
        frame.crs,
        why,
    )


# -- zips ----------------------------------------------------------------------------


def _read_zip(data: bytes, file: str, layer_name: str | None) -> FileRows:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = _members(archive, file)
            shapefiles = sorted({stem for stem, ending in members if ending == ".shp"})
            if not shapefiles:
                return _read_single(archive, members, file, layer_name)
            stem = _chosen(layer_name, shapefiles, file)
            parts = {ending: info for (name, ending), info in members.items() if name == stem}
            _check_parts(parts, stem, file)
            with tempfile.TemporaryDirectory() as folder:
                # Names of ours: nothing of the archive decides where a file is written.
                for ending in (*_PARTS, ".cpg"):
                    if ending in parts:
                        body = _unpacked(archive, parts[ending], file)
                        (Path(folder) / f"layer{ending}").write_bytes(body)
                return _read_shapefile(Path(folder) / "layer.shp", file, stem)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(
            f"is a zip that cannot be read: {str(error)[:120]}", file=file, remedy="Zip it again"
        ) from error


def _read_single(
    archive: zipfile.ZipFile,
    members: dict[tuple[str, str], zipfile.ZipInfo],
    file: str,
    layer_name: str | None,
) -> FileRows:
    """Read the one file of another format that a zip holds: zipped GeoJSON, KMZ."""
    found = [info for (_, ending), info in members.items() if ending in _SINGLE]
    if len(found) != 1:
        raise InputError(
            "is a zip without a .shp file"
            if not found
            else f"is a zip of {len(found)} files that could be meant",
            file=file,
            remedy="Zip one Shapefile (.shp, .shx, .dbf, .prj), or give one file unzipped",
        )
    body = _unpacked(archive, found[0], file)
    reader = _reader(body, file)
    if reader is _read_zip:
        raise InputError("holds an archive inside the archive", file=file, remedy="Unpack it first")
    return reader(body, file, layer_name)


def _members(archive: zipfile.ZipFile, file: str) -> dict[tuple[str, str], zipfile.ZipInfo]:
    """Return the files of an archive by (path without ending, ending); refuse what no Shapefile has."""
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > _MOST_MEMBERS:
        raise InputError(f"is a zip of {len(infos):,} files", file=file, remedy="Zip the Shapefile alone")
    for info in infos:
        name = info.filename.replace("\\", "/")
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or ":" in name:
            raise InputError(
                "holds a file that would land outside its folder",
                file=file,
                value=name,
                remedy="Zip it again",
            )
        if path.suffix.lower() in _NESTED:
            raise InputError(
                "holds an archive inside the archive", file=file, value=name, remedy="Zip the Shapefile alone"
            )
        if info.flag_bits & 1:
            raise InputError("is locked with a password", file=file, value=name, remedy="Zip it without")
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if total > MOST_UNPACKED or (total > 20_000_000 and total > _MOST_RATIO * max(packed, 1)):
        raise InputError(
            f"would unpack to {total / 1e6:,.0f} MB from {packed / 1e6:,.1f} MB",
            file=file,
            remedy="Simplify the Shapefile, or zip it anew",
        )
    members = {}
    for info in infos:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if "__MACOSX" not in path.parts and not path.name.startswith("."):
            members[(str(path.with_suffix("")), path.suffix.lower())] = info
    return members


def _chosen(layer_name: str | None, shapefiles: list[str], file: str) -> str:
    """Return the Shapefile that was asked for, by its path in the zip or its bare name."""
    bare = {PurePosixPath(stem).name: stem for stem in shapefiles}
    if len(bare) == len(shapefiles):
        asked = PurePosixPath(layer_name).name.removesuffix(".shp") if layer_name else None
        return bare[_one_layer(asked, list(bare), file, "Shapefile")]
    return _one_layer(layer_name, shapefiles, file, "Shapefile")


def _check_parts(parts: dict[str, zipfile.ZipInfo], stem: str, file: str) -> None:
    # Without .prj the coordinates can still be named by the user; that is asked for later.
    for ending, use in ((".shx", "its index"), (".dbf", "its table of names")):
        if ending not in parts:
            raise InputError(
                f"the Shapefile lacks {PurePosixPath(stem).name}{ending}, {use}",
                file=file,
                remedy="A Shapefile is four files: zip .shp, .shx, .dbf and .prj together",
            )


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> bytes:
    with archive.open(info) as member:
        body = member.read(info.file_size + 1)
    if len(body) != info.file_size:
        raise InputError(
            "is a zip that lies about a size", file=file, value=info.filename, remedy="Zip it again"
        )
    return body


def _read_shapefile(path: Path, file: str, stem: str) -> FileRows:
    layer = PurePosixPath(stem).name
    notes: tuple[RowWarning, ...] = ()
    # Without a .cpg the letters are a guess: UTF-8 can be told by its form, the old code page cannot.
    encoding = None if path.with_suffix(".cpg").exists() else "utf-8"
    try:
        rows = _read_vector(path, "Shapefile", file, encoding=encoding)
    except _NotUtf8Error:
        rows = _read_vector(path, "Shapefile", file, encoding="cp1252")
        words = "names no encoding (.cpg) and is not UTF-8; read as Windows Latin letters"
        notes = (RowWarning("encoding_assumed", words),)
    why = rows.no_crs and f"the Shapefile has no usable {layer}.prj"
    return FileRows(
        rows.format, layer, rows.table, rows.geometries, rows.crs, why, rows.faults, (*rows.warnings, *notes)
    )


_STARTS: tuple[tuple[bytes, Reader], ...] = (
    (b"SQLite format 3\0", _read_geopackage),
    (b"PAR1", _read_geoparquet),
    (b"fgb\x03fgb", _read_flatgeobuf),
    (b"PK\x03\x04", _read_zip),
    (b"PK\x05\x06", _read_zip),
)
_REFUSED = (
    (
        b"\0\0\x27\x0a",
        "is one of the four files of a Shapefile",
        "Zip .shp, .shx, .dbf and .prj together and give the zip",
    ),
    (b"\x1f\x8b", "is packed with gzip", "Unpack it first"),
    (b"7z\xbc\xaf", "is a 7z archive", "Zip the Shapefile instead"),
    (b"Rar!", "is a RAR archive", "Zip the Shapefile instead"),
)
