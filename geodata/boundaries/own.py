"""A user's own boundary file as a layer: read, put into degrees, repaired, its faults named.

The file stays with the user: nothing of it is written anywhere.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path, PurePath
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.boundaries.layer import (
    LAYER_LEVELS,
    LEVEL_WORDS,
    BoundaryLayer,
    LayerReport,
    make_units,
    own_key,
)
from geodata.boundaries.layer_clean import Cleaned, clean_polygons, find_overlaps
from geodata.boundaries.layer_place import looks_swapped
from geodata.boundaries.model import Credit
from geodata.boundaries.own_columns import (
    ColumnGuess,
    ColumnGuesses,
    guess_columns,
    text_of,
    texts_of,
)
from geodata.boundaries.own_crs import describe_crs, is_degrees, missing_crs, parse_crs, to_degrees
from geodata.boundaries.own_files import MOST_BYTES, FileRows, open_file, too_large
from geodata.boundaries.packs import suggest
from geodata.errors import InputError, UsageError
from geodata.report import RowWarning, TableReport

__all__ = ["ColumnGuess", "ColumnGuesses", "guess_columns", "read_layer", "read_table"]

NOT_STATED = "licence not stated"


def read_layer(
    path_or_bytes: str | os.PathLike[str] | bytes,
    *,
    file_name: str = "",
    level: int | None = 2,
    id_column: str | None = None,
    name_column: str | None = None,
    layer_name: str | None = None,
    crs: Any = None,
    swap_axes: bool | None = None,
    licence: str = "",
    title: str = "",
) -> BoundaryLayer:
    """Return a user's boundary file as a layer.

    GeoJSON, a zipped Shapefile, GeoPackage, GeoParquet, FlatGeobuf and KML are read, known by
    their content; all but the Shapefile zipped or not. Coordinates are put into degrees;
    invalid polygons are repaired, rows without a polygon left out, and the report names
    each of them.

    Parameters
    ----------
    path_or_bytes
        The file, or what is in it.
    file_name
        Its name for messages and credits; default: the path's own.
    level
        0 to 3 if the units are countries, provinces, districts or the level below; None
        if they are none of these (they then have no unit above).
    id_column, name_column
        Columns of the table; None takes the likeliest (see :func:`guess_columns`), the
        empty string takes none.
    layer_name
        Which layer of a GeoPackage, or which Shapefile of a zip, where there are several.
    crs
        The coordinate system, for example ``"EPSG:32642"``, where the file names none or
        a wrong one.
    swap_axes
        True: latitude stands first, exchange the two. None: say so in the report where it
        looks like that. False: it is right as it is.
    licence
        The terms under which the user has the file, in their words.
    title
        What to call the layer; default: the file name.

    Raises
    ------
    UsageError
        If an option is wrong: level, column, layer.
    InputError
        If the file cannot be read, names no coordinate system, or holds no polygon.
    """
    if level is not None and level not in LAYER_LEVELS:
        raise UsageError(
            "there is no such level", column="level", value=level, remedy="Use 0, 1, 2, 3, or none"
        )
    data, file = _load(path_or_bytes, file_name)
    rows = open_file(data, file=file, layer_name=layer_name)
    shapes, where, notes = _in_degrees(rows, file, crs, swap_axes)

    guesses = guess_columns(rows.table, level=level)
    columns = {
        "id": _column(id_column, guesses.id, rows.table, "id_column", file),
        "name": _column(name_column, guesses.name, rows.table, "name_column", file),
    }
    names = _texts(rows.table, columns["name"], len(shapes))
    cleaned = clean_polygons(shapes, names=names, file=file, faults=rows.faults)
    if not len(cleaned.kept):
        first = cleaned.rejected[0]
        raise InputError(
            f"holds no polygon that can be used; the first row {first.reason}",
            file=file,
            row=first.row,
            column=first.column,
            value=first.value or None,
            remedy=first.remedy,
        )

    key = own_key(data, rows.layer, level, columns["id"], columns["name"], str(crs or ""), bool(swap_axes))
    credit = _credit(file, title, licence)
    given, used = _given(rows.table, columns, guesses, cleaned)
    units = make_units(given, key=key, level=level, credit=credit)
    table = TableReport(
        file,
        len(shapes),
        len(units),
        cleaned.rejected,
        (*rows.warnings, *notes, *cleaned.warnings, *_row_warnings(given, cleaned, swap_axes)),
    )
    report = LayerReport(rows.format, rows.layer, where, table, used, cleaned.repairs)
    return BoundaryLayer(key, _title(file, title, level), level, units, credit, report, "own")


def read_table(
    path_or_bytes: str | os.PathLike[str] | bytes,
    *,
    file_name: str = "",
    layer_name: str | None = None,
) -> pd.DataFrame:
    """Return the columns of a boundary file without its geometries, to choose from.

    Raises
    ------
    InputError, UsageError
        As :func:`read_layer` does.
    """
    data, file = _load(path_or_bytes, file_name)
    return open_file(data, file=file, layer_name=layer_name).table


def _load(given: str | os.PathLike[str] | bytes, file_name: str) -> tuple[bytes, str]:
    if isinstance(given, bytes | bytearray | memoryview):
        return bytes(given), PurePath(text_of(file_name)).name or "the file"
    path = Path(given)
    file = PurePath(text_of(file_name)).name or text_of(path.name) or str(path)
    try:
        if path.is_dir():
            raise InputError("is a folder", file=file, remedy="Give one file; zip a Shapefile")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise too_large(size, file)
        return path.read_bytes(), file
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(
            f"cannot be opened: {reason}", file=file, remedy="Check that it exists and that you may read it"
        ) from error


def _in_degrees(
    rows: FileRows, file: str, crs: Any, swap_axes: bool | None
) -> tuple[npt.NDArray[Any], str, list[RowWarning]]:
    """Return geometries in degrees, words on where they came from, and warnings."""
    notes: list[RowWarning] = []
    shapes = rows.geometries
    if swap_axes:
        there = np.array([shape is not None for shape in shapes], dtype=bool)
        shapes = shapes.copy()
        if there.any():
            shapes[there] = shapely.transform(shapes[there], lambda xy: xy[:, ::-1])
        notes.append(RowWarning("axes_swapped", "longitude and latitude were exchanged, as asked"))
    chosen = rows.crs
    if crs is not None and crs != "":
        chosen = parse_crs(crs, file=file, option=True)
        if rows.crs is not None and not rows.crs.equals(chosen, ignore_axis_order=True):
            words = f"the file names {describe_crs(rows.crs)}; {describe_crs(chosen)} was taken, as asked"
            notes.append(RowWarning("crs_overridden", words))
    elif chosen is None and rows.no_crs:
        raise missing_crs(shapes, file=file, why=rows.no_crs)
    if chosen is None or is_degrees(chosen):
        return to_degrees(shapes, None), "degrees on WGS 84", notes
    words = describe_crs(chosen)
    notes.append(RowWarning("crs_transformed", f"coordinates were transformed from {words} to degrees"))
    return to_degrees(shapes, chosen), f"transformed from {words}", notes


def _column(asked: str | None, guess: ColumnGuess | None, table: pd.DataFrame, option: str, file: str) -> str:
    columns = [str(column) for column in table.columns]
    if asked is None:
        return guess.column if guess else ""
    if asked and asked not in columns:
        raise UsageError(
            "the table has no such column",
            file=file,
            column=option,
            value=asked,
            remedy=suggest(asked, columns) or f"It has: {', '.join(columns[:30]) or 'none'}",
        )
    return asked


def _texts(table: pd.DataFrame, column: str, count: int) -> list[str]:
    return texts_of(table, column) if column else [""] * count


def _given(
    table: pd.DataFrame, columns: dict[str, str], guesses: ColumnGuesses, cleaned: Cleaned
) -> tuple[gpd.GeoDataFrame, dict[str, str]]:
    """Return the kept rows under our column names, and which column each came from."""
    kept = table.iloc[cleaned.kept]
    count = len(kept)
    local = {tag: texts_of(kept, column) for tag, column in guesses.local}
    each = [
        [(tag, texts[at].replace(";", ",").replace("=", "-")) for tag, texts in local.items() if texts[at]]
        for at in range(count)
    ]
    first_local = [found[0][1] if found else "" for found in each]
    names = _texts(kept, columns["name"], count)
    frame = gpd.GeoDataFrame(
        {
            "source_id": _texts(kept, columns["id"], count),
            # A name in local script is better than none.
            "name": [name or other for name, other in zip(names, first_local, strict=True)],
            "pcode": _texts(kept, guesses.pcode, count),
            "wikidata": _texts(kept, guesses.wikidata, count),
            "iso3": [
                code if len(code) == 3 and code.isalpha() and code.isupper() else ""
                for code in _texts(kept, guesses.iso3, count)
            ],
            "aliases": [_aliases(text) for text in _texts(kept, guesses.aliases, count)],
            "local_names": [";".join(f"{tag}={text}" for tag, text in found) for found in each],
            "name_local": first_local,
        },
        geometry=cleaned.shapes,
        crs=4326,
    )
    used = {
        **columns,
        "name_local": ", ".join(column for _, column in guesses.local),
        "pcode": guesses.pcode,
        "aliases": guesses.aliases,
        "iso3": guesses.iso3,
        "wikidata": guesses.wikidata,
    }
    return frame, used


def _aliases(text: str) -> str:
    return ";".join(item for part in text.split("|") if (item := part.replace(";", ",").strip()))


def _row_warnings(given: gpd.GeoDataFrame, cleaned: Cleaned, swap_axes: bool | None) -> list[RowWarning]:
    found = []
    rows = [int(at) + 1 for at in cleaned.kept]
    if nameless := tuple(row for row, name in zip(rows, given["name"], strict=True) if not name):
        found.append(RowWarning("no_name", "units without a name", nameless))
    counts = Counter(given["source_id"])
    if repeated := {value: n for value, n in counts.items() if value and n > 1}:
        first, most = max(repeated.items(), key=lambda item: item[1])
        twins = tuple(row for row, value in zip(rows, given["source_id"], strict=True) if value in repeated)
        words = f"ids that repeat got a number behind them; the most frequent, {first!r}, stands {most} times"
        found.append(RowWarning("duplicate_id", words, twins))
    if swap_axes is None and looks_swapped(cleaned.shapes, given["name"].tolist()):
        words = (
            "longitude and latitude look swapped: units lie near their namesakes only with the two "
            "exchanged; nothing was changed (swap_axes=True exchanges them)"
        )
        found.append(RowWarning("axes_look_swapped", words))
    if overlaps := find_overlaps(cleaned.shapes, cleaned.kept):
        found.append(overlaps)
    return found


def _credit(file: str, title: str, licence: str) -> Credit:
    what, terms = text_of(title) or file, text_of(licence)
    said = f"licence as stated by them: {terms}" if terms else NOT_STATED
    return Credit(
        source=f"own file {file}",
        licence=terms or NOT_STATED,
        vintage="",
        url="",
        text=f"Boundaries: “{what}”, as supplied by the user; {said}",
    )


def _title(file: str, title: str, level: int | None) -> str:
    what = LEVEL_WORDS[level] if level is not None else "areas"
    return f"{text_of(title) or file}, {what} (own file)"
