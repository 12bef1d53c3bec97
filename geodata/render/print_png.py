"""A sheet as PNG: pixels, resolution and what is embedded.

Written by hand: rows without a filter compress a third quicker than an encoder's that tries
filters on every row, and to fewer bytes, since a map is mostly flat colour.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping

import numpy as np

from geodata.render.print_options import PrintOptions
from geodata.render.print_pixels import Pixels, draw_pixels
from geodata.render.print_sheet import Sheet

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2
_LEVEL = 3
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
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)  # the first byte of a row says: no filter
    for colour in range(3):
        rows[:, 1 + colour :: 3] = pixels[:, :, colour]
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, _RGB, 0, 0, 0)),
        (b"pHYs", struct.pack(">IIB", metre, metre, 1)),
        *_texts(texts),
        (b"IDAT", zlib.compress(rows.data, _LEVEL)),
        (b"IEND", b""),
    ]
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _texts(texts: Mapping[str, str]) -> Iterator[tuple[bytes, bytes]]:
    for keyword, text in texts.items():
        name = keyword.encode("latin-1")
        if not 1 <= len(name) <= _LONGEST_KEYWORD:
            raise ValueError(f"{keyword!r} cannot be a keyword of a PNG")
        # No compression, no language, no translated keyword.
        yield b"iTXt", name + b"\0\0\0\0\0" + text.encode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
