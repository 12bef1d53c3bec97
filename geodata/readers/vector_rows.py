"""Points of vector files to rows with longitude and latitude; Parquet without geometries too."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from geodata.boundaries.own_crs import describe_crs, is_degrees, missing_crs, to_degrees
from geodata.boundaries.own_files import FileRows, open_file
from geodata.errors import InputError, UsageError
from geodata.readers.records import from_records
from geodata.readers.rows import Rows
from geodata.report import RowWarning

MOST_RECORDS = 500_000
_MOST_UNPACKED = 600_000_000
_LONGITUDE, _LATITUDE = "longitude", "latitude"
_DECIMALS = 7  # a centimetre: what a projection adds beyond is dust
# A column of that name and content says the same as the geometry.
_SAME_DEG = 1e-4
_PARQUET_ERRORS = (pa.ArrowException, OSError, ValueError, TypeError, LookupError)
_HAS_PLACE = ("country", "admin", "adm", "province", "district", "pcode", "latitude")


def vector_rows(data: bytes, file: str, *, layer: str = "") -> Rows:
    """Return the rows of a vector file: its columns, and the points as ``longitude, latitude``.

    The first feature is row 1. Other coordinate systems are turned into degrees. Lines and
    areas are no positions: such a row keeps what its columns state.

    Raises
    ------
    InputError
        If it cannot be read, names no coordinate system, or holds neither a point nor a
        column that could name a place.
    """
    try:
        found = open_file(data, file=file, layer_name=layer or None)
    except InputError as error:
        if not error.reason.startswith("holds no "):
            raise
        raise InputError("holds no feature", file=file, remedy="Give at least one event") from error
    except UsageError as error:
        # The table reader calls a layer of a file what a workbook calls a sheet.
        raise UsageError(
            error.reason, file=file, column="sheet", value=error.value, remedy=error.remedy
        ) from error
    notes = list(found.warnings)
    shapes = found.geometries
    if found.crs is None and found.no_crs:
        error_ = missing_crs(shapes, file=file, why=found.no_crs)
        raise InputError(
            error_.reason,
            file=file,
            value=error_.value,
            remedy="Write it again with its coordinate system (a Shapefile: with its .prj)",
        )
    if found.crs is not None and not is_degrees(found.crs):
        notes.append(
            RowWarning("crs_transformed", f"coordinates were transformed from {describe_crs(found.crs)}")
        )
    return _with_points(found, to_degrees(shapes, found.crs), file, notes)


def _with_points(found: FileRows, shapes: np.ndarray, file: str, notes: list[RowWarning]) -> Rows:
    records = [
        {str(name): _plain(value) for name, value in row.items()} for row in found.table.to_dict("records")
    ] or [{} for _ in shapes]
    columns = {name.casefold(): name for name in map(str, found.table.columns)}
    has_own = _LONGITUDE in columns and _LATITUDE in columns
    pointless, differing = [], []
    for at, (record, shape) in enumerate(zip(records, shapes, strict=True)):
        point = _point(shape)
        if point is None:
            if at in found.faults or (shape is not None and not shape.is_empty):
                pointless.append(at + 1)
        elif has_own:
            if _differs(record, columns, point):
                differing.append(at + 1)
        else:
            record[_LONGITUDE], record[_LATITUDE] = (round(value, _DECIMALS) for value in point)
    if pointless:
        _require_names(found, pointless, len(records), file)
        words = (
            "the geometry is no point, and no position is made from it; the row keeps what its columns state"
        )
        notes.append(RowWarning("no_point", words, tuple(pointless)))
    if differing:
        words = "the point lies elsewhere than the columns latitude and longitude say; the columns are taken"
        notes.append(RowWarning("geometry_differs", words, tuple(differing)))
    rows = from_records(records, file)
    return Rows(file, rows.header, rows.records, 0, tuple(notes), is_geo=True)


def _require_names(found: FileRows, pointless: list[int], count: int, file: str) -> None:
    names = [str(name).casefold() for name in found.table.columns]
    if len(pointless) == count and not any(word in name for name in names for word in _HAS_PLACE):
        raise InputError(
            "holds lines or areas and no points, and no column that names a place",
            file=file,
            row=pointless[0],
            remedy="Events are points, or rows with country_iso3, admin1 and admin2; "
            "outlines are opened as boundaries",
        )


def _plain(value: object) -> object:
    # A missing number, time or text of pandas is an empty cell.
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>"):
        return None
    if isinstance(value, np.generic):
        return value.item()
    to_python = getattr(value, "to_pydatetime", None)
    return to_python() if to_python else value


def _point(shape: object) -> tuple[float, float] | None:
    kind = getattr(shape, "geom_type", "")
    if kind == "MultiPoint" and len(shape.geoms) == 1:  # type: ignore[attr-defined]
        shape, kind = shape.geoms[0], "Point"  # type: ignore[attr-defined]
    if kind != "Point" or shape.is_empty:  # type: ignore[attr-defined]
        return None
    x, y = float(shape.x), float(shape.y)  # type: ignore[attr-defined]
    return (x, y) if math.isfinite(x) and math.isfinite(y) else None


def _differs(record: dict[str, object], columns: dict[str, str], point: tuple[float, float]) -> bool:
    for name, value in zip((_LONGITUDE, _LATITUDE), point, strict=True):
        try:
            stated = float(str(record.get(columns[name])))
        except ValueError:
            return False
        if abs(stated - value) > _SAME_DEG:
            return True
    return False


def checked_parquet(data: bytes, file: str) -> dict[bytes, bytes]:
    """Return what Parquet says of itself, by key, once its size is known to be bearable.

    Raises
    ------
    InputError
        If it is damaged or too large.
    """
    try:
        metadata = pq.read_metadata(pa.BufferReader(data))
        unpacked = sum(metadata.row_group(at).total_byte_size for at in range(metadata.num_row_groups))
    except _PARQUET_ERRORS as error:
        raise _damaged_parquet(error, file) from error
    if metadata.num_rows > MOST_RECORDS or unpacked > _MOST_UNPACKED:
        raise InputError(
            f"holds {metadata.num_rows:,} rows, {unpacked / 1e6:,.0f} MB unpacked; up to "
            f"{MOST_RECORDS:,} rows and {_MOST_UNPACKED / 1e6:,.0f} MB are taken",
            file=file,
            remedy="Cut it to the rows that you need",
        )
    return dict(metadata.metadata or {})


def parquet_rows(data: bytes, file: str) -> Rows:
    """Return the rows of Parquet; of GeoParquet as :func:`vector_rows` does.

    Raises
    ------
    InputError
        If it is damaged or too large.
    """
    try:
        if b"geo" in checked_parquet(data, file):
            return vector_rows(data, file)
        records = pq.read_table(pa.BufferReader(data)).to_pylist()
    except _PARQUET_ERRORS as error:
        raise _damaged_parquet(error, file) from error
    if not records:
        raise InputError("holds no row", file=file, remedy="Give at least one event")
    return from_records(records, file)


def _damaged_parquet(error: Exception, file: str) -> InputError:
    said = (str(error).splitlines() or [""])[0]
    return InputError(
        f"is Parquet that cannot be read: {said[:120]}", file=file, remedy="Save or send it again"
    )
