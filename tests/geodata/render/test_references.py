"""Pictures beside references that a person has looked at.

``python -m tests.geodata.render.test_references`` writes the references anew: look at each before it is
committed. Compared is the mean difference of squares of eight pixels, so that the smoothing of edges
does not count, and a mark that is lost or a line of text that moved does.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from geodata.cases import load_case
from geodata.filters import EventFilter
from geodata.record import Record, build_record
from geodata.render.print_map import PrintOptions, draw_map
from geodata.scene_build import build_scene

FOLDER = Path(__file__).with_name("references")
SQUARE = 8
# Of 255: a lost chevron or a name that moved by half its height differs by more in its squares.
MOST = 14.0
DAY = date(2024, 1, 16)
WISHES = {
    "opening": (EventFilter(date(2024, 1, 15), date(2024, 1, 29)), "a4-landscape"),
    "one-day": (EventFilter(DAY, DAY), "a4-portrait"),
    "west": (EventFilter(date(2024, 1, 15), DAY, bbox=(34.0, 24.0, 56.0, 40.0)), "square"),
    "empty": (EventFilter(DAY, DAY, bbox=(-60.0, -30.0, -40.0, -15.0)), "a4-landscape"),
}


def drawn(record: Record, name: str) -> bytes:
    wanted, paper = WISHES[name]
    scene = build_scene(record, wanted, extent=wanted.bbox, only_extent=True)
    return draw_map(scene, PrintOptions(record.meta.information_as_of, paper=paper, dpi=96), format="png")


def squares(data: bytes) -> npt.NDArray[np.float64]:
    """Return the mean colour of squares of pixels, ``(rows, columns, 3)``."""
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=float)
    rows, columns = (size // SQUARE for size in pixels.shape[:2])
    cut = pixels[: rows * SQUARE, : columns * SQUARE]
    means: npt.NDArray[np.float64] = cut.reshape(rows, SQUARE, columns, SQUARE, 3).mean(axis=(1, 3))
    return means


@pytest.fixture(scope="module")
def record() -> Record:
    return build_record(load_case("iran-pakistan-2024"))


@pytest.mark.parametrize("name", WISHES)
def test_a_picture_is_as_it_was_looked_at(record, name):
    found, reference = squares(drawn(record, name)), squares((FOLDER / f"{name}.png").read_bytes())
    assert found.shape == reference.shape
    apart = np.abs(found - reference).max(axis=2)
    row, column = np.unravel_index(int(apart.argmax()), apart.shape)
    assert apart.max() <= MOST, f"differs most at pixel {column * SQUARE}, {row * SQUARE}"


def test_a_lost_mark_and_a_moved_name_would_be_seen():
    reference = Image.open(FOLDER / "opening.png").convert("RGB")
    apart = []
    for box, to in (((400, 375, 425, 395), None), ((440, 150, 545, 172), (440, 156))):
        changed = reference.copy()
        part = changed.crop(box)
        changed.paste(reference.getpixel((700, 300)), box)
        if to:
            changed.paste(part, to)
        out = io.BytesIO()
        changed.save(out, "PNG")
        apart.append(np.abs(squares(out.getvalue()) - squares((FOLDER / "opening.png").read_bytes())).max())
    assert min(apart) > MOST


if __name__ == "__main__":
    made = build_record(load_case("iran-pakistan-2024"))
    for each in WISHES:
        picture = Image.open(io.BytesIO(drawn(made, each))).convert("RGB")
        picture.quantize(256, method=Image.Quantize.FASTOCTREE).save(FOLDER / f"{each}.png", optimize=True)
