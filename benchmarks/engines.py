"""Time one question of the map, asked of a store, of numpy, and of the engines that could stand in its place.

``python -m benchmarks.engines STORE [--repeats 15]``

The question is that of a far view: of the loose points of eleven years, how many lie in each square of 44
pixels at zoom 4, by kind. ``store`` is the whole answer of the route, with titles, words and JSON; the others
give bare numbers. ``parts`` are the store's own GeoParquet files, ``memory`` the same four columns held in
memory. DuckDB and Polars are asked where they are installed; none of them is needed to run Strikemap.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from geodata.filters import EPOCH, EventFilter
from geodata.render.web import view_json
from geodata.store.open import open_store
from geodata.store.record import store_for
from geodata.store.view import view_of

FIRST, LAST = date(2000, 1, 1), date(2010, 12, 31)
ZOOM = 4
BOX = (20.0, 5.0, 100.0, 50.0)
SQUARES = 256 * 2**ZOOM / 44  # of the width of the world
COLUMNS = ("longitude", "latitude", "first_day", "last_day", "event_type")
LOW, HIGH = (FIRST - EPOCH).days, (LAST - EPOCH).days


def where() -> str:
    """Return the condition in SQL."""
    west, south, east, north = BOX
    return (
        f"first_day <= {HIGH} and last_day >= {LOW} and longitude between {west} and {east} "
        f"and latitude between {south} and {north}"
    )


def in_numpy(table: Any) -> Callable[[], object]:
    """Count with masks over columns in memory."""
    columns = {name: table.column(name).to_numpy() for name in COLUMNS[:4]}
    kinds = table.column("event_type").dictionary_encode().combine_chunks()
    kind = kinds.indices.to_numpy()
    west, south, east, north = BOX

    def run() -> object:
        lon, lat = columns["longitude"], columns["latitude"]
        keep = (columns["first_day"] <= HIGH) & (columns["last_day"] >= LOW)
        keep &= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        x = ((lon[keep] + 180) / 360 * SQUARES).astype(np.int64)
        y = (np.arctanh(np.sin(np.radians(lat[keep]))) / (2 * np.pi) * SQUARES).astype(np.int64)
        return np.unique((x * 1000 + y) * 16 + kind[keep], return_counts=True)

    return run


def in_duckdb(source: str, table: Any) -> Callable[[], object]:
    """Count with SQL; ``source`` is a name or a pattern of files."""
    import duckdb  # noqa: PLC0415 - only where it is installed

    connection = duckdb.connect()
    if table is not None:
        connection.register("given", table)
        connection.execute("create table held as select * from given")
    words = (
        f"select floor((longitude + 180) / 360 * {SQUARES}), "
        f"floor(atanh(sin(radians(latitude))) / (2 * pi()) * {SQUARES}), event_type, count(*) "
        f"from {source} where {where()} group by 1, 2, 3"
    )
    return lambda: connection.execute(words).fetchnumpy()


def in_polars(source: str, table: Any) -> Callable[[], object]:
    """Count with a lazy frame; ``source`` is a pattern of files."""
    import polars as pl  # noqa: PLC0415 - only where it is installed

    held = pl.from_arrow(table) if table is not None else None
    west, south, east, north = BOX
    lon, lat = pl.col("longitude"), pl.col("latitude")

    def run() -> object:
        frame = held.lazy() if held is not None else pl.scan_parquet(source)
        kept = frame.filter(
            (pl.col("first_day") <= HIGH)
            & (pl.col("last_day") >= LOW)
            & lon.is_between(west, east)
            & lat.is_between(south, north)
        )
        x = ((lon + 180) / 360 * SQUARES).floor().cast(pl.Int32).alias("x")
        y = (lat.radians().sin().arctanh() / (2 * np.pi) * SQUARES).floor().cast(pl.Int32).alias("y")
        return kept.group_by(x, y, "event_type").len().collect()

    return run


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--repeats", type=int, default=15)
    wish = parser.parse_args()
    store = store_for(open_store(wish.store))
    if store is None:
        parser.error(f"{wish.store} has too few events to be asked by view")
    files = str(wish.store / "events" / "*.parquet")
    table = pq.read_table(wish.store / "events", columns=list(COLUMNS))
    wanted = EventFilter(date_from=FIRST, date_to=LAST)
    ways: dict[str, Callable[[], object]] = {
        "store, whole answer": lambda: view_json(view_of(store, wanted, BOX, ZOOM)),
        "numpy, memory": in_numpy(table),
    }
    if importlib.util.find_spec("duckdb"):
        ways |= {"duckdb, parts": in_duckdb(f"'{files}'", None), "duckdb, memory": in_duckdb("held", table)}
    if importlib.util.find_spec("polars"):
        ways |= {"polars, parts": in_polars(files, None), "polars, memory": in_polars("", table)}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(wish.repeats):  # in turn, so that a slow moment of the machine meets all of them
        for name, run in ways.items():
            began = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - began)
    print(f"{len(store):,} events; median of {wish.repeats}, in turn")
    base = statistics.median(taken["store, whole answer"])
    for name, seconds in taken.items():
        middle = statistics.median(seconds)
        print(f"{name:22}{1000 * middle:8.1f} ms{middle / base:8.1f}×")


if __name__ == "__main__":
    main()
