"""Time the direction of very many attacks, beside a plain Python loop over pyproj.

``python -m benchmarks.direction [--attacks 100000] [--repeats 3] [--loop 200] [--seed 1]``

Each basis on each kind of target is a line of the table, and so is their mixture. The loop does what
a script without this library does: for each attack, ``Geod.inv`` over a ring of 36 places or the
vertices of an area, and the least and greatest of what comes out; no words, no winds, no unrolling of
the circle, distances to vertices only. It is timed on ``--loop`` attacks of the same table and scaled
up, since on all of them it takes minutes; ``one inv`` is the time of a single ``Geod.inv`` an attack,
which is no direction over two extents, but the least that any loop over pyproj can take.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

from geodata import boundaries
from geodata.direction import attack_directions

GEOD = Geod(ellps="WGS84")
PROVINCES = tuple(unit.id for unit in boundaries.children("IRN"))
DISTRICTS = tuple(unit.id for unit in boundaries.children("PK-BA"))
RING_BEARINGS = np.arange(0.0, 360.0, 10.0)

# Basis and target, and how many of a hundred attacks of the mixture are such.
KINDS = {
    ("unknown", "place"): 15,
    ("stated_point", "exact"): 10,
    ("stated_point", "place"): 15,
    ("stated_point", "area"): 10,
    ("stated_area", "exact"): 5,
    ("stated_area", "place"): 15,
    ("stated_area", "area"): 5,
    ("stated_direction", "place"): 10,
    ("attacker_territory", "place"): 10,
    ("attacker_territory", "area"): 5,
}
Tables = tuple[pd.DataFrame, pd.DataFrame]


def make_tables(kinds: list[tuple[str, str]], *, seed: int) -> Tables:
    """Return attacks and their events, one each, no two at the same place."""
    random, count = np.random.default_rng(seed), len(kinds)
    basis = np.array([one for one, _ in kinds], dtype=object)
    target = np.array([one for _, one in kinds], dtype=object)
    is_area = target == "area"
    events = pd.DataFrame(
        {
            "event_id": [f"e{number}" for number in range(count)],
            "latitude": np.where(is_area, np.nan, random.uniform(24.5, 32.0, count)),
            "longitude": np.where(is_area, np.nan, random.uniform(62.0, 70.0, count)),
            "location_precision": np.where(is_area, "admin2", target),
            "location_uncertainty_km": np.where(
                target == "place", random.uniform(1, 15, count).round(1), np.nan
            ),
            "area": np.where(is_area, random.choice(DISTRICTS, count), ""),
            "country_iso3": "PAK",
        }
    )
    has_area = np.isin(basis, ("stated_area", "attacker_territory"))
    areas = np.where(basis == "attacker_territory", "IRN", random.choice(PROVINCES, count))
    attacks = pd.DataFrame(
        {
            "attack_id": [f"a{number}" for number in range(count)],
            "event_id": events["event_id"],
            "origin_basis": basis,
            "origin_claimant": random.choice(["", "Army", "Unnamed source", "Police"], count),
            "origin_area": np.where(has_area, areas, ""),
            "origin_latitude": np.where(basis == "stated_point", random.uniform(26, 38, count), np.nan),
            "origin_longitude": np.where(basis == "stated_point", random.uniform(45, 61, count), np.nan),
            "origin_azimuth_deg": np.where(
                basis == "stated_direction", random.uniform(0, 360, count), np.nan
            ),
            "origin_azimuth_tolerance_deg": np.where(basis == "stated_direction", 20.0, np.nan),
        }
    )
    return attacks, events


def loop_directions(attacks: pd.DataFrame, events: pd.DataFrame) -> list[tuple[float, ...]]:
    """Return intervals and distances by a plain loop, as a script would have it."""
    found = []
    for attack, event in zip(attacks.to_dict("records"), events.to_dict("records"), strict=True):
        basis = attack["origin_basis"]
        if basis == "unknown":
            found.append(())
            continue
        if basis == "stated_direction":
            azimuth, tolerance = attack["origin_azimuth_deg"], attack["origin_azimuth_tolerance_deg"]
            found.append(((azimuth - tolerance) % 360, (azimuth + tolerance) % 360))
            continue
        places = _target_places(event)
        if basis == "stated_point":
            towards = [(attack["origin_longitude"], attack["origin_latitude"])]
        elif basis == "stated_area":
            towards = _vertices(attack["origin_area"])
        else:
            towards = shapely.get_coordinates(boundaries.shared_border("PAK", "IRN")).tolist()
        azimuths, metres = [], []
        for lon, lat in places:
            for other_lon, other_lat in towards:
                azimuth, _, length = GEOD.inv(lon, lat, other_lon, other_lat)
                azimuths.append(azimuth)
                metres.append(length)
        found.append((min(azimuths), max(azimuths), min(metres), max(metres)))
    return found


def _target_places(event: dict[str, object]) -> list[tuple[float, float]]:
    if event["location_precision"] == "admin2":
        return _vertices(str(event["area"]))
    lon, lat = float(str(event["longitude"])), float(str(event["latitude"]))
    ring_km = float(str(event["location_uncertainty_km"]))
    if np.isnan(ring_km):
        return [(lon, lat)]
    return [GEOD.fwd(lon, lat, bearing, ring_km * 1000)[:2] for bearing in RING_BEARINGS]


def _vertices(unit_id: str) -> list[tuple[float, float]]:
    return [tuple(pair) for pair in shapely.get_coordinates(boundaries.unit_geometry(unit_id)).tolist()]


def one_inv(attacks: pd.DataFrame, events: pd.DataFrame) -> None:
    """Call ``Geod.inv`` once an attack, with whatever coordinates."""
    lon, lat = events["longitude"].fillna(64.0).tolist(), events["latitude"].fillna(27.0).tolist()
    other_lon = attacks["origin_longitude"].fillna(50.0).tolist()
    other_lat = attacks["origin_latitude"].fillna(35.0).tolist()
    for line in zip(lon, lat, other_lon, other_lat, strict=True):
        GEOD.inv(*line)


def seconds_of(work: Callable[[], object], *, repeats: int) -> float:
    """Return the median processor time of ``work``, which other programs do not lengthen."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return statistics.median(times)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--attacks", type=int, default=100_000, help="attacks of each line")
    parser.add_argument("--repeats", type=int, default=3, help="runs, of which the median is printed")
    parser.add_argument("--loop", type=int, default=200, help="attacks that the loop is timed on")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    shares = np.array(list(KINDS.values())) / 100
    drawn = np.random.default_rng(given.seed).choice(len(KINDS), given.attacks, p=shares)
    pairs = list(KINDS)
    lines = {"mixture": [pairs[number] for number in drawn]}
    lines |= {f"{basis} on {target}": [(basis, target)] * given.attacks for basis, target in pairs}
    print(
        f"{given.attacks:,} attacks a line; processor seconds, median of {given.repeats}; "
        f"the loop over {given.loop:,} attacks, scaled"
    )
    print(f"{'':32}{'strikemap':>10}{'loop':>10}{'ratio':>8}{'one inv':>10}")
    for name, kinds in lines.items():
        attacks, events = make_tables(kinds, seed=given.seed)
        few = attacks.head(given.loop), events.head(given.loop)
        attack_directions(*few)  # packs are read before the clock runs
        ours = seconds_of(lambda t=(attacks, events): attack_directions(*t), repeats=given.repeats)
        scale = given.attacks / max(len(few[0]), 1)
        loop = seconds_of(lambda t=few: loop_directions(*t), repeats=1) * scale
        least = seconds_of(lambda t=(attacks, events): one_inv(*t), repeats=given.repeats)
        print(f"{name:32}{ours:10.2f}{loop:10.1f}{loop / ours:7.0f}×{least:10.2f}", flush=True)


if __name__ == "__main__":
    main()
