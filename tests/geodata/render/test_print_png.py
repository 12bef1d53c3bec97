"""Our PNG is read by others as the pixels it was made of, and its bytes do not depend on the machine."""

from __future__ import annotations

import io
import os
import zlib

import numpy as np
import pytest
from PIL import Image

from geodata.render import print_png
from geodata.render.print_png import png_of


def pixels(height: int, width: int = 37) -> np.ndarray:
    made = np.random.default_rng(height).integers(0, 256, (height, width, 4), dtype=np.uint8)
    made[:, :, 3] = 255
    return made


@pytest.mark.parametrize("height", [1, 2, 255, 256, 257, 512, 700])
def test_others_read_the_pixels(height):
    made = pixels(height)
    with Image.open(io.BytesIO(png_of(made, dpi=300, texts={"Title": "Ground – größer"}))) as picture:
        picture.load()
        assert (np.asarray(picture) == made[:, :, :3]).all()
        assert picture.text["Title"] == "Ground – größer"
        assert round(picture.info["dpi"][0]) == 300


def test_the_strips_are_one_valid_stream():
    made = pixels(700)
    whole = zlib.decompress(print_png._compressed(made))  # checks the Adler-32
    rows = np.frombuffer(whole, dtype=np.uint8).reshape(700, 1 + 3 * 37)
    assert not rows[:, 0].any()
    assert (rows[:, 1:].reshape(700, 37, 3) == made[:, :, :3]).all()


@pytest.mark.parametrize("cores", [None, 1, 3, 64])
def test_the_bytes_do_not_depend_on_the_cores(monkeypatch, cores):
    expected = png_of(pixels(700), dpi=96, texts={})
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert png_of(pixels(700), dpi=96, texts={}) == expected
