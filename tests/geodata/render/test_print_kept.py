"""What a process keeps from one picture for the next changes no byte of any picture."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from geodata.cases import load_case
from geodata.filters import EventFilter
from geodata.record import Record, build_record
from geodata.render.print_map import PrintOptions, draw_map
from geodata.scene_build import build_scene

CASE = "iran-pakistan-2024"
FIRST, LAST = date(2024, 1, 15), date(2024, 1, 29)
WEST = (34.0, 24.0, 56.0, 40.0)
PLAIN = PrintOptions(LAST, dpi=96)
WISHES = {
    "opening": (EventFilter(FIRST, LAST), PLAIN),
    "other dates": (EventFilter(date(2024, 1, 18), date(2024, 1, 18)), PLAIN),
    "other extent": (EventFilter(FIRST, LAST, bbox=WEST), PLAIN),
    "other paper": (EventFilter(FIRST, LAST), replace(PLAIN, paper="a4-portrait")),
    "larger type": (EventFilter(FIRST, LAST), replace(PLAIN, paper="a3-landscape")),
    "other resolution": (EventFilter(FIRST, LAST), replace(PLAIN, dpi=120)),
    "other projection": (EventFilter(FIRST, LAST), replace(PLAIN, projection="mercator")),
    "without margins": (EventFilter(FIRST, LAST), replace(PLAIN, is_plain=True)),
    "Kashmir": (EventFilter(FIRST, LAST, bbox=(68.0, 28.0, 82.0, 38.0)), PLAIN),
}
COLD = f"""
import hashlib
from tests.geodata.render.test_print_kept import *
print(hashlib.sha256(drawn(build_record(load_case({CASE!r})), "opening")).hexdigest())
"""


@pytest.fixture(scope="module")
def record() -> Record:
    return build_record(load_case(CASE))


def drawn(record: Record, name: str) -> bytes:
    wanted, options = WISHES[name]
    return draw_map(build_scene(record, wanted, extent=wanted.bbox, only_extent=True), options, format="png")


def forget() -> int:
    """Empty all that the picture's modules keep; return how many stores there were."""
    kept = {
        id(value): value
        for name, module in list(sys.modules.items())
        if name.startswith("geodata.")
        for value in vars(module).values()
        if hasattr(value, "cache_clear")
    }
    for value in kept.values():
        value.cache_clear()
    return len(kept)


def test_a_warm_process_draws_the_bytes_of_a_cold_one(record):
    warm = [drawn(record, "opening"), drawn(record, "other extent"), drawn(record, "opening")]
    assert warm[0] == warm[2]
    run = subprocess.run([sys.executable, "-c", COLD], check=True, capture_output=True, text=True)
    assert run.stdout.strip() == hashlib.sha256(warm[0]).hexdigest()


def test_no_picture_takes_what_another_left(record):
    cold = {}
    for name in WISHES:
        assert forget() > 10
        cold[name] = drawn(record, name)
    assert len(set(cold.values())) == len(WISHES)
    for name in (*WISHES, *reversed(WISHES)):
        assert drawn(record, name) == cold[name], name
