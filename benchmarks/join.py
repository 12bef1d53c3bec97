"""Time the join of very many points to units of every level, beside ``geopandas.sjoin``.

``python -m benchmarks.join [--rows 1000000]``

Points are made from a seed and repeat (``benchmarks.synthetic``). ``geopandas`` is one
``sjoin(predicate="within")`` a level over the same outlines; where it finds one unit, ours must be the same.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import geopandas as gpd
import pandas as pd

from benchmarks.synthetic import make_events
from geodata import boundaries
from geodata.join import assign_admin

LEVELS = (0, 1, 2)


def outlines(level: int) -> gpd.GeoDataFrame:
    """Return the units of a level with the outlines to which the join holds points."""
    return boundaries.load_units(level)[["id", "geometry"]]


def run(rows: int) -> dict[str, float]:
    """Return seconds of both, and how many units differ where geopandas finds exactly one."""
    made = make_events(rows)
    events = pd.DataFrame({"longitude": made.lon, "latitude": made.lat})
    few = events.iloc[:100]
    assign_admin(few)  # reads the outlines
    units = {level: outlines(level) for level in LEVELS}
    began = time.perf_counter()
    ours = assign_admin(events, tolerance_km=0)
    strikemap = time.perf_counter() - began
    differ = 0.0
    began = time.perf_counter()
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(made.lon, made.lat), crs=4326)
    found = {level: gpd.sjoin(points, units[level], predicate="within") for level in LEVELS}
    geopandas = time.perf_counter() - began
    for level, pairs in found.items():
        single = pairs[~pairs.index.duplicated(keep=False)]
        mine = ours[f"adm{level}_id"].loc[single.index]
        differ += float((mine.to_numpy() != single["id"].to_numpy()).sum())
    return {"rows": rows, "strikemap": strikemap, "geopandas": geopandas, "differ": differ}


def main() -> None:
    """Print the table and, if asked, write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, help="folder for join.json, which benchmarks.live_report reads")
    wish = parser.parse_args()
    found = run(wish.rows)
    print(
        f"{wish.rows:,} points, all levels: strikemap {found['strikemap']:.2f} s, "
        f"geopandas {found['geopandas']:.2f} s, {found['geopandas'] / found['strikemap']:.1f} times; "
        f"{found['differ']:.0f} units differ"
    )
    if wish.out:
        wish.out.mkdir(parents=True, exist_ok=True)
        (wish.out / "join.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
