"""A sheet as PNG: pixels, resolution and what is embedded.

Written by hand: rows without a filter compress a third quicker than an encoder's that tries
filters on every row, and to fewer bytes, since a map is mostly flat colour. Strips of rows are
compressed apart, in as many threads as there are cores; the bytes do not depend on how many.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from geodata.render.print_options import PrintOptions
from geodata.render.print_pixels import Pixels, draw_pixels
from geodata.render.print_sheet import Sheet

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2
_LEVEL = 3
_STRIP_ROWS = 256
_ZLIB_HEAD = b"\x78\x5e"  # deflate, window of 32 KiB, a quick level
_ADLER = 65521
_METRES_PER_INCH = 0.0254
_LONGEST_KEYWORD = 79


def write_png(sheet: Sheet, options: PrintOptions, facts: Mapping[str, str]) -> bytes:
    """Return a sheet as PNG; ``facts`` become text chunks."""
    width, height = options.pixels
    return png_of(draw_pixels(sheet, width, height, options.dpi), dpi=options.dpi, texts=facts)


def png_of(pixels: Pixels, *, dpi: float, texts: Mapping[str, str]) -> bytes:
    """Return ``(height, width, 4)`` opaque pixels as PNG without transparency (ISO/IEC 15948).

    Parameters
    ----------
    texts
        Text chunks by keyword: 1 to 79 characters of Latin-1; the texts themselves may hold anything.
    """
    height, width, _ = pixels.shape
    metre = int(dpi / _METRES_PER_INCH + 0.5)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _RGB, 0, 0, 0)),
        (b"pHYs", struct.pack(">IIB", metre, metre, 1)),
        *_texts(texts),
        (b"IDAT", _compressed(pixels)),
        (b"IEND", b""),
    ]
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _compressed(pixels: Pixels) -> bytes:
    """Return the rows of a picture as one zlib stream (RFC 1950), each behind its filter byte."""
    height = len(pixels)
    strips = [pixels[top : top + _STRIP_ROWS] for top in range(0, height, _STRIP_ROWS)]
    last = len(strips) - 1
    # zlib and the copies of numpy let other threads run.
    with ThreadPoolExecutor(min(len(strips), os.cpu_count() or 1)) as crew:
        parts = list(crew.map(_deflated, strips, (index == last for index in range(len(strips)))))
    check = 1
    for _, adler, size in parts:
        check = _joined_adler(check, adler, size)
    return _ZLIB_HEAD + b"".join(data for data, _, _ in parts) + struct.pack(">I", check)


def _deflated(pixels: Pixels, is_last: bool) -> tuple[bytes, int, int]:
    """Return rows as blocks of deflate that need none before them, their Adler-32, and their size."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)  # the first byte of a row says: no filter
    for colour in range(3):
        rows[:, 1 + colour :: 3] = pixels[:, :, colour]
    squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = squeeze.compress(rows.data)
    data += squeeze.flush(zlib.Z_FINISH if is_last else zlib.Z_FULL_FLUSH)
    return data, zlib.adler32(rows.data), rows.size


def _joined_adler(first: int, second: int, size: int) -> int:
    """Return the Adler-32 of two texts in a row from those of each; ``size`` is the second's.

    An Adler-32 holds the sum of the bytes and one, and above it the sum of those sums after each byte.
    """
    before, after = first & 0xFFFF, second & 0xFFFF
    sums = (first >> 16) + (second >> 16) + size * (before - 1)
    return (sums % _ADLER) << 16 | (before + after - 1) % _ADLER


def _texts(texts: Mapping[str, str]) -> Iterator[tuple[bytes, bytes]]:
    for keyword, text in texts.items():
        name = keyword.encode("latin-1")
        if not 1 <= len(name) <= _LONGEST_KEYWORD:
            raise ValueError(f"{keyword!r} cannot be a keyword of a PNG")
        # No compression, no language, no translated keyword.
        yield b"iTXt", name + b"\0\0\0\0\0" + text.encode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
