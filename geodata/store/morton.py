"""The order of places: squares of the Web Mercator world, quartered again and again.

A key interleaves the bits of column and row of the square of level :data:`BITS` in which a
place lies. Keys in order keep neighbours together, and each square of any level is one
run of keys. The square of level ``n`` is ``256 * 2**zoom / 2**n`` CSS pixels wide at a zoom.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Keys = npt.NDArray[np.int64]

# A square of this level is 2.4 m wide at the equator; a key has twice as many bits.
BITS = 24
# The latitude at which the Web Mercator world ends, in degrees.
WORLD_LAT = 85.0511287798066
# The key of what has no place: after all places.
NOWHERE = 1 << (2 * BITS)

_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)


def columns_and_rows(lon: npt.ArrayLike, lat: npt.ArrayLike, level: int) -> tuple[Keys, Keys]:
    """Return column (from 180° west) and row (from the north) of the squares in which places lie.

    Parameters
    ----------
    lon, lat
        Degrees, EPSG:4326; a latitude beyond the end of the world counts as its end.
    level
        0 to :data:`BITS`: there are ``2**level`` columns and as many rows.
    """
    size = 1 << level
    x = (np.asarray(lon, dtype=float) + 180.0) / 360.0 * size
    phi = np.radians(np.clip(np.asarray(lat, dtype=float), -WORLD_LAT, WORLD_LAT))
    y = (1.0 - np.arcsinh(np.tan(phi)) / np.pi) / 2.0 * size
    column, row = (np.clip(np.floor(value), 0, size - 1).astype(np.int64) for value in (x, y))
    return column, row


def interleaved(column: Keys, row: Keys) -> Keys:
    """Return the keys of squares of one level from their columns and rows."""
    return _spread(column) | (_spread(row) << 1)


def parted(keys: Keys) -> tuple[Keys, Keys]:
    """Return columns and rows of squares of one level from their keys."""
    return _gathered(keys), _gathered(keys >> 1)


def keys_of(lon: npt.ArrayLike, lat: npt.ArrayLike) -> Keys:
    """Return the keys of places in degrees, EPSG:4326; :data:`NOWHERE` where a coordinate is missing."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    known = ~(np.isnan(lon) | np.isnan(lat))
    keys = np.full(lon.shape, NOWHERE, dtype=np.int64)
    keys[known] = interleaved(*columns_and_rows(lon[known], lat[known], BITS))
    return keys


def corner(column: npt.ArrayLike, row: npt.ArrayLike, level: int) -> tuple[Floats, Floats]:
    """Return longitude and latitude of the north-western corners of squares, in degrees."""
    size = 1 << level
    lon = np.asarray(column, dtype=float) / size * 360.0 - 180.0
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * np.asarray(row, dtype=float) / size))))
    return lon, lat


def _spread(value: Keys) -> Keys:
    """Return numbers of up to 32 bits with a zero after each bit."""
    spread = value & 0xFFFFFFFF
    for shift, mask in _SPREAD:
        spread = (spread | (spread << shift)) & mask
    return spread


def _gathered(value: Keys) -> Keys:
    """Return every second bit, the first one included, moved together."""
    gathered = value & _SPREAD[-1][1]
    for (shift, _), mask in zip(
        reversed(_SPREAD),
        (0x3333333333333333, 0x0F0F0F0F0F0F0F0F, 0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF, 0x00000000FFFFFFFF),
        strict=True,
    ):
        gathered = (gathered | (gathered >> shift)) & mask
    return gathered
