"""A boundary layer that did not ship with the package: downloaded, or a user's own file.

Its units have the columns of the packs, so that whatever draws or joins units takes
either. Its ids begin with the key of the layer and can never be an id of the packs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import geopandas as gpd
import numpy as np

from geodata.boundaries.layer_place import areas_km2, country_of, label_points, parents_of
from geodata.boundaries.model import Credit
from geodata.report import TableReport
from geodata.slugs import slug

Origin = Literal["fetched", "own"]
LAYER_LEVELS = (0, 1, 2, 3)
LEVEL_WORDS = {0: "country", 1: "provinces", 2: "districts", 3: "third-level units"}
# The columns of a unit, as in the packs; a test holds the packs against them.
LAYER_COLUMNS = (
    "id",
    "level",
    "iso3",
    "parent_id",
    "name",
    "name_local",
    "local_names",
    "aliases",
    "iso_3166_2",
    "pcode",
    "wikidata",
    "geonames",
    "source",
    "licence",
    "vintage",
    "valid_from",
    "valid_to",
    "label_lon",
    "label_lat",
    "area_km2",
    "geometry",
)
# What a reader may give for each unit; the rest is computed here.
GIVEN_COLUMNS = ("source_id", "name", "name_local", "local_names", "aliases", "pcode", "iso3", "wikidata")


@dataclass(frozen=True)
class Repair:
    """A polygon that was invalid as given, and how its area changed (km², geodesic)."""

    row: int
    name: str
    reason: str
    area_before_km2: float
    area_after_km2: float


@dataclass(frozen=True)
class LayerReport:
    """What was read, repaired and left out of a layer.

    ``format`` and ``layer`` say what was opened, ``crs`` in which coordinates it came,
    ``columns`` which of its columns became id, name and so on (empty: none). Rows are
    numbered from 1, as the features stand in the file.
    """

    format: str
    layer: str
    crs: str
    table: TableReport
    columns: dict[str, str] = field(default_factory=dict)
    repairs: tuple[Repair, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Return the report as JSON takes it."""
        return {
            "format": self.format,
            "layer": self.layer,
            "crs": self.crs,
            "columns": dict(self.columns),
            **self.table.as_dict(accepted_as="units"),
            "repairs": [vars(repair) for repair in self.repairs],
        }

    def lines(self) -> list[str]:
        """Return the report as lines of text for a person."""
        table = self.table
        out = [
            f"{table.file} ({self.format}{f', layer {self.layer}' if self.layer else ''}, {self.crs}): "
            f"{table.rows_read} rows read, {table.accepted} units, {len(table.rejected_rows)} rejected"
        ]
        used = [f"{role} from {column}" for role, column in self.columns.items() if column]
        out += [f"  columns: {', '.join(used)}"] if used else []
        for row in table.rejected_rows:
            out.append(f"  rejected row {row.row}: {row.reason}.{f' {row.remedy}' if row.remedy else ''}")
        for repair in self.repairs:
            out.append(
                f"  repaired row {repair.row}{f' ({repair.name})' if repair.name else ''}: {repair.reason}; "
                f"area {repair.area_before_km2:,.1f} → {repair.area_after_km2:,.1f} km²"
            )
        for warning in table.warnings:
            rows = ", ".join(map(str, warning.rows[:8]))
            more = f" and {len(warning.rows) - 8} more" if len(warning.rows) > 8 else ""
            out.append(f"  warning {warning.code}: {warning.message}{f' (row {rows}{more})' if rows else ''}")
        return out


@dataclass(frozen=True, eq=False)
class BoundaryLayer:
    """Boundaries from outside the packs, made ready to draw and to join.

    Parameters
    ----------
    key
        Short, stable and safe in an address or file name: ``gbopen-PAK-ADM2``,
        ``own-1f2e3d4c5b6a79880f1e``. The same input with the same options has the same key.
    title
        One line for a list of layers.
    level
        0 to 3 as in the packs, None where the units are of no such level.
    units
        One row a unit, EPSG:4326, the columns of ``LAYER_COLUMNS``, sorted by id. Ids
        are ``<key>:<id of the source, or a slug of the name>``. ``parent_id`` is the
        bundled unit of the level above in which most of the unit lies, else empty.
    credit
        What a map with these lines must print.
    report
        What was read, repaired and left out.
    origin
        ``fetched`` by the user's request, or the user's ``own`` file.
    """

    key: str
    title: str
    level: int | None
    units: gpd.GeoDataFrame
    credit: Credit
    report: LayerReport
    origin: Origin


def make_units(
    rows: gpd.GeoDataFrame, *, key: str, level: int | None, credit: Credit, iso3: str = ""
) -> gpd.GeoDataFrame:
    """Return units with all columns from cleaned rows.

    Parameters
    ----------
    rows
        Valid polygons, EPSG:4326, with any of ``GIVEN_COLUMNS`` as text.
    iso3
        The country of every unit where it is known; else it is looked up by area.

    Returns
    -------
    GeoDataFrame
        As many rows as given, sorted by id.
    """
    frame = rows.reset_index(drop=True)
    for column in GIVEN_COLUMNS:
        frame[column] = frame[column].fillna("").astype(str) if column in frame else ""
    shapes = frame.geometry.to_numpy()
    frame["id"] = unique_ids(key, frame["source_id"], frame["name"])
    parents = parents_of(shapes, level=level, iso3=iso3)
    frame["parent_id"] = parents
    frame["iso3"] = iso3 or _countries(frame["iso3"].tolist(), parents, shapes)
    # A column of whole numbers has no empty value: -1 is "no level of the packs".
    frame["level"] = -1 if level is None else level
    frame["source"], frame["licence"], frame["vintage"] = credit.source, credit.licence, credit.vintage
    for column in ("iso_3166_2", "geonames", "valid_from", "valid_to"):
        frame[column] = ""
    points = label_points(shapes)
    frame["label_lon"], frame["label_lat"] = points[:, 0], points[:, 1]
    frame["area_km2"] = np.round(areas_km2(shapes), 2)
    frame = frame.sort_values("id", kind="stable").reset_index(drop=True)
    return gpd.GeoDataFrame(frame[list(LAYER_COLUMNS)], geometry="geometry", crs=4326)


def _countries(stated: list[str], parents: list[str], shapes: Any) -> list[str]:
    """Return each unit's country: as stated, else its parent's, else by area."""
    from geodata.boundaries.packs import unit  # noqa: PLC0415 - opens the packs; only where a parent is

    found = [
        said or (unit(parent).iso3 if parent else "") for said, parent in zip(stated, parents, strict=True)
    ]
    open_rows = [row for row, country in enumerate(found) if not country]
    if open_rows:
        for row, country in zip(open_rows, country_of(shapes[open_rows]), strict=True):
            found[row] = country
    return found


def unique_ids(key: str, source_ids: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return ``<key>:<slug>`` for each row; a slug that repeats gets a number behind it.

    Examples
    --------
    >>> unique_ids("own-1", ["PK101", ""], ["Bagh", "Dera Bugti"])
    ['own-1:PK101', 'own-1:dera-bugti']
    """
    taken: set[str] = set()
    ids = []
    for source_id, name in zip(source_ids, names, strict=True):
        local_id = base = _safe(source_id) or slug_of(name) or "unit"
        count = 1
        while local_id in taken:
            count += 1
            local_id = f"{base}-{count}"
        taken.add(local_id)
        ids.append(f"{key}:{local_id}")
    return ids


def _safe(source_id: str) -> str:
    """Return an id of the source as it is where an address and an attribute can hold it."""
    text = source_id.strip()
    if re.fullmatch(r"[A-Za-z0-9._-]{1,80}", text):
        return text
    return slug_of(text)


def slug_of(name: str) -> str:
    """Return a name in small ASCII letters and hyphens; a digest where it has no such letter."""
    short = slug(name)[:60]
    if short or not name.strip():
        return short
    return f"n{hashlib.sha256(name.strip().encode()).hexdigest()[:10]}"


def own_key(*parts: object) -> str:
    """Return ``own-<digest>`` of all that decides what a layer holds."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else repr(part).encode())
        digest.update(b"\0")
    return f"own-{digest.hexdigest()[:20]}"
