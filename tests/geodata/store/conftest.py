"""Some thousand events at few places, also beside 180°, of one day and of more, with and without figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geodata.cases.read import case_of_bytes
from geodata.record import Record, build_record
from geodata.store.store import CELLS_FROM, Store, store_of

COUNT = CELLS_FROM + 500
HEAD = (
    "event_id,title,event_type,start,end,latitude,longitude,location_precision,location_uncertainty_km,"
    "area,actors\n"
)


@pytest.fixture(scope="module")
def record() -> Record:
    random = np.random.default_rng(7)
    places = [(round(random.uniform(24, 36), 3), round(random.uniform(61, 74), 3)) for _ in range(400)]
    places += [(-17.0, 179.9), (-17.0, -179.9)]
    rows = []
    for number in range(COUNT):
        lat, lon = places[number % len(places)]
        kind = ("strike", "clash", "attack")[number % 3]
        day = 1 + number % 28
        end = f"2024-01-{day + number % 4:02}" if number % 7 == 0 else ""
        precision = "place" if number % 11 else "unknown"
        names = ("one", "One;two", "other", "")[number % 4]
        rows.append(
            f"e{number},t {number},{kind},2024-01-{day:02},{end},{lat},{lon},{precision},5,,{names}\n"
        )
    for number, area in enumerate(("PK-BA", "PK-BA", "IR-11", "PAK", "")):
        rows.append(
            f"area{number},t,clash,2024-01-{5 + number:02},,,,{'admin1' if area else 'unknown'},,{area},\n"
        )
    case = case_of_bytes((HEAD + "".join(rows)).encode(), "t.csv")
    assert len(case.events) == COUNT + 5
    made = build_record(case)
    number = np.arange(len(case.events))
    low = np.where(number % 5, number % 6, np.nan)
    return replace(made, events=made.events.assign(killed_low=low, killed_high=low + number % 3))


@pytest.fixture(scope="module")
def store(record) -> Store:
    return store_of(record)
