"""A sheet as PNG: pixels, resolution and what is embedded."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from geodata.render.print_options import PrintOptions
from geodata.render.print_sheet import Sheet


def write_png(sheet: Sheet, options: PrintOptions, facts: Mapping[str, str]) -> bytes:
    """Return a sheet as PNG; ``facts`` become text chunks."""
    from PIL import Image  # noqa: PLC0415
    from PIL.PngImagePlugin import PngInfo  # noqa: PLC0415

    width, height = options.pixels
    figure = sheet.figure
    figure.set_dpi(options.dpi)
    # A hair over the whole number: the canvas cuts off what is below one.
    figure.set_size_inches((width + 0.01) / options.dpi, (height + 0.01) / options.dpi)
    canvas: Any = figure.canvas
    canvas.draw()
    pixels = canvas.buffer_rgba()
    image = Image.frombuffer("RGBA", (width, height), pixels, "raw", "RGBA", 0, 1).convert("RGB")
    texts = PngInfo()
    for name, text in facts.items():
        texts.add_itxt(name, text)
    out = io.BytesIO()
    image.save(out, "png", pnginfo=texts, dpi=(options.dpi, options.dpi), compress_level=3)
    return out.getvalue()
