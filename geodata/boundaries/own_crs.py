"""Coordinate systems of foreign files: named, missing, or another than degrees."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError as ProjError
from pyproj.exceptions import ProjError as AnyProjError

from geodata.errors import InputError


def parse_crs(name: Any, *, file: str, option: bool = False) -> CRS:
    """Return a coordinate system by its name, code or definition.

    Raises
    ------
    InputError
        If it means nothing; ``option`` says that the user and not the file named it.
    """
    try:
        return CRS.from_user_input(name)
    except (ProjError, AnyProjError, ValueError, TypeError) as error:
        raise InputError(
            "there is no such coordinate system" if option else "its coordinate system cannot be read",
            file=file,
            column="crs",
            value=str(name)[:120],
            remedy='Name it by its code, for example crs="EPSG:4326" for degrees or crs="EPSG:32642"',
        ) from error


def is_degrees(crs: CRS) -> bool:
    """Tell whether coordinates are longitude and latitude on WGS 84 already."""
    if crs.to_epsg() == 4326 or crs.to_authority() == ("OGC", "CRS84"):
        return True
    return bool(crs.is_geographic and crs.equals(CRS.from_epsg(4326), ignore_axis_order=True))


def to_degrees(geometries: Any, crs: CRS | None) -> npt.NDArray[Any]:
    """Return geometries in longitude and latitude, EPSG:4326; None means that they are already."""
    shapes = np.array(geometries, dtype=object)
    if crs is None or is_degrees(crs):
        return shapes
    project = Transformer.from_crs(crs, 4326, always_xy=True).transform

    def degrees(xy: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.column_stack(project(xy[:, 0], xy[:, 1]))

    there = np.array([shape is not None for shape in shapes], dtype=bool)
    if there.any():
        shapes[there] = shapely.transform(shapes[there], degrees)
    return shapes


def describe_crs(crs: CRS) -> str:
    """Return code and name of a coordinate system in one line."""
    authority = crs.to_authority(min_confidence=70)
    return f"{':'.join(authority)} {crs.name}" if authority else str(crs.name)


def missing_crs(shapes: Any, *, file: str, why: str) -> InputError:
    """Return the error for coordinates of an unknown system, with a guess at it."""
    present = [shape for shape in shapes if shape is not None and not shape.is_empty]
    west, south, east, north = shapely.total_bounds(present) if present else (0.0, 0.0, 0.0, 0.0)
    if abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 and abs(north) <= 90:
        guess = 'its values look like degrees: if they are, say crs="EPSG:4326"'
    else:
        guess = 'its values look like metres: find the code of its projection, for example crs="EPSG:32642"'
    return InputError(
        f"{why}, so nobody knows what its coordinates mean",
        file=file,
        column="crs",
        value=f"x {west:.6g} to {east:.6g}, y {south:.6g} to {north:.6g}",
        remedy=guess[:1].upper() + guess[1:],
    )
