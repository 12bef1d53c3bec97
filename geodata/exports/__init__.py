"""Events out, same input, same bytes.

``.csv``, ``.geojson``, ``.parquet`` and ``.kml`` are flat; ``.xlsx``, ``.gpkg`` and ``.zip`` are a case.

Nothing leaves that nobody stated: no label points, no degrees where only a side is
known, no position for an event that is known to an area. ``docs/decisions/exports.md``
says why the columns and features are as they are.
"""

from __future__ import annotations

from collections.abc import Callable

from geodata.errors import UsageError
from geodata.exports.case_zip import zip_bytes
from geodata.exports.csv_table import csv_bytes
from geodata.exports.features import geojson_bytes
from geodata.exports.geopackage import gpkg_bytes
from geodata.exports.geoparquet import geoparquet_bytes
from geodata.exports.kml import kml_bytes
from geodata.exports.tables import Tables, event_tables, joined_tables
from geodata.exports.workbook import xlsx_bytes
from geodata.filters import EventFilter
from geodata.record import Record
from geodata.rights import require_release

__all__ = ["FORMATS", "export_bytes", "join_bytes"]

_WRITERS: dict[str, Callable[[Tables], bytes]] = {
    "csv": csv_bytes,
    "xlsx": xlsx_bytes,
    "geojson": geojson_bytes,
    "gpkg": gpkg_bytes,
    "parquet": geoparquet_bytes,
    "kml": kml_bytes,
    "zip": zip_bytes,
}
FORMATS = tuple(_WRITERS)


def export_bytes(record: Record, wanted: EventFilter, fmt: str) -> bytes:
    """Return the events that ``wanted`` keeps, with their attacks, claims and sources.

    Parameters
    ----------
    record
        A case with all that is derived from it.
    wanted
        The filter; ``EventFilter()`` exports every event.
    fmt
        One of :data:`FORMATS`.

    Raises
    ------
    UsageError
        If the format is not built, or the rows are ACLED's and nobody released them
        (:mod:`geodata.rights`).
    """
    require_release(record.case)
    return _writer(fmt)(event_tables(record, wanted))


def join_bytes(record: Record, fmt: str) -> bytes:
    """Return every event with its administrative units: one event in, one row out.

    The order of the rows is that of the file that was read.

    Raises
    ------
    UsageError
        As :func:`export_bytes`.
    """
    require_release(record.case)
    return _writer(fmt)(joined_tables(record))


def _writer(fmt: str) -> Callable[[Tables], bytes]:
    if fmt not in _WRITERS:
        built = ", ".join(f".{name}" for name in FORMATS)
        raise UsageError("this format is not built yet", value=fmt, remedy=f"Built are {built}")
    return _WRITERS[fmt]
