"""Time the join of very many points to units of every level, beside ``geopandas.sjoin``.

``python -m benchmarks.join [--rows 1000000] [--repeats 5] [--out docs/benchmarks]``

Points are made from a seed and repeat (``benchmarks.synthetic``). All ways run in one process by turns, on
outlines that are read beforehand. Each is timed by the wall and by the processor:

- ``strikemap``: ``assign_admin`` from longitude and latitude to the table with its nine columns.
- ``geopandas``: one ``sjoin(predicate="within")`` a level over the same outlines, which gives ids alone. Its
  points are built beforehand and not timed; their index is made anew in each repeat, once for all levels.
- ``distinct``: the same joins of the distinct coordinates, which are found and spread again: what a careful
  user of geopandas writes.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.synthetic import make_events
from geodata import boundaries
from geodata.join import assign_admin

LEVELS = (0, 1, 2)
Units = dict[int, gpd.GeoDataFrame]


def outlines(level: int) -> gpd.GeoDataFrame:
    """Return the units of a level with the outlines to which the join holds points."""
    return boundaries.load_units(level)[["id", "geometry"]]


def run(rows: int, repeats: int) -> dict[str, Any]:
    """Return the median seconds of each way, and how many units differ from those of geopandas."""
    made = make_events(rows)
    events = pd.DataFrame({"longitude": made.lon, "latitude": made.lat})
    shapes = shapely.points(made.lon, made.lat)
    units: Units = {level: outlines(level) for level in LEVELS}
    ways: dict[str, Callable[[], Any]] = {
        "strikemap": lambda: assign_admin(events, tolerance_km=0),
        "geopandas": lambda: joined(gpd.GeoDataFrame(geometry=shapes, crs=4326), units),
        "distinct": lambda: joined_distinct(events, units),
    }
    ways["strikemap"]()  # reads the outlines
    found: dict[str, Any] = {}
    seconds: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(repeats):
        for way, join in ways.items():
            began, worked = time.perf_counter(), time.process_time()
            found[way] = join()
            seconds[way].append((time.perf_counter() - began, time.process_time() - worked))
    medians = {way: statistics.median(wall for wall, _ in each) for way, each in seconds.items()}
    worked_medians = {
        f"{way}_processor": statistics.median(worked for _, worked in each) for way, each in seconds.items()
    }
    differ = sum(differing(found["strikemap"][f"adm{at}_id"], found["geopandas"][at]) for at in LEVELS)
    about = {"rows": rows, "places": len(events.drop_duplicates()), "repeats": repeats, "machine": machine()}
    return {**about, **medians, **worked_medians, "differ": differ}


def joined(points: gpd.GeoDataFrame, units: Units) -> dict[int, pd.Series]:
    """Return the ids of the units that hold each point, by level: nothing where none does."""
    return {level: gpd.sjoin(points, units[level], predicate="within")["id"] for level in LEVELS}


def joined_distinct(events: pd.DataFrame, units: Units) -> dict[int, pd.Series]:
    """Return one unit for each row by way of its distinct coordinates, NaN where there is none."""
    grouped = events.groupby(["longitude", "latitude"], sort=False)
    place, distinct = grouped.ngroup().to_numpy(), events.drop_duplicates()
    shapes = gpd.points_from_xy(distinct["longitude"], distinct["latitude"], crs=4326)
    pairs = joined(gpd.GeoDataFrame(geometry=shapes), units)
    ids = {level: each[~each.index.duplicated()] for level, each in pairs.items()}
    return {level: each.reindex(np.arange(len(distinct))).take(place) for level, each in ids.items()}


def differing(ours: pd.Series, pairs: pd.Series) -> int:
    """Return how many rows have a unit that is none of theirs, or one where they have none, or none."""
    agreeing = pairs.index[(ours.loc[pairs.index] == pairs).to_numpy()].unique()
    theirs_alone_or_other = pairs.index.unique().difference(agreeing)
    ours_alone = ours.index[ours != ""].difference(pairs.index)
    return len(theirs_alone_or_other) + len(ours_alone)


def machine() -> str:
    """Return processor, cores and Python in words."""
    major, minor, _ = platform.python_version_tuple()
    return f"{platform.machine()}, {len(os.sched_getaffinity(0))} cores, Python {major}.{minor}"


def report(found: dict[str, Any]) -> str:
    """Return the figures in Markdown."""
    lines = [
        "# The join",
        "",
        f"`python -m benchmarks.join --rows {found['rows']}` on {found['machine']}: {found['rows']:,} points "
        f"at {found['places']:,} places, made up from a seed, to country, province and district. Medians of "
        f"{found['repeats']} repeats by turns in one process, outlines read beforehand. "
        "Trust ratios, not seconds; where wall and processor differ, other work ran beside, and the "
        "processor's ratio is the one to trust.",
        "",
        "| way | wall, s | processor, s | times ours (wall) | times ours (processor) |",
        "|---|---|---|---|---|",
    ]
    words = {
        "strikemap": "`assign_admin`: coordinates to a table with its nine columns",
        "geopandas": '`geopandas.sjoin(predicate="within")` a level, ids alone; its points built beforehand',
        "distinct": "the same of distinct coordinates, with finding and spreading them",
    }
    for way, name in words.items():
        wall, worked = found[way], found[f"{way}_processor"]
        ratios = f"{wall / found['strikemap']:.1f} | {worked / found['strikemap_processor']:.1f}"
        lines.append(f"| {name} | {wall:.2f} | {worked:.2f} | {ratios} |")
    says = (
        f"{found['differ']} units differ, over all rows and levels. Counted as differing: another unit, one "
        "that is none of several (countries overlap), one where geopandas finds none, none where one."
    )
    return "\n".join([*lines, "", says, ""])


def main() -> None:
    """Print the figures and, if asked, write them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--out", type=Path, help="folder for join.md, and join.json, which benchmarks.live_report reads"
    )
    wish = parser.parse_args()
    found = run(wish.rows, wish.repeats)
    print(
        f"{wish.rows:,} points, all levels: strikemap {found['strikemap']:.2f} s, "
        f"geopandas {found['geopandas']:.2f} s, {found['geopandas'] / found['strikemap']:.1f} times "
        f"({found['geopandas_processor'] / found['strikemap_processor']:.1f} by the processor's time); "
        f"geopandas over distinct coordinates {found['distinct']:.2f} s; {found['differ']} units differ"
    )
    if wish.out:
        wish.out.mkdir(parents=True, exist_ok=True)
        (wish.out / "join.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        (wish.out / "join.md").write_text(report(found), encoding="utf-8")


if __name__ == "__main__":
    main()
