"""Time reading, validating and joining a long file of a provider, beside the fastest plain CSV readers.

``python -m benchmarks.ingest [--rows 400000] [--repeats 3] [--seed 1]``

The files are made from the seed with what real ones have: coordinates and names that repeat, notes of
several lines, cells in quotes, and a few rows that must be rejected. Each figure is the least of the
repeats, each in a process of its own that does nothing else, so that its greatest use of memory can be
told. ``pyarrow`` and ``pandas`` read the same file to a table and do nothing with it: what they take is
the floor of any program, and ratios to pyarrow's are what is worth comparing between machines.
"""

from __future__ import annotations

import argparse
import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

_UCDP = [
    *("id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id"),
    *("conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id"),
    *("side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources"),
    *("source_article", "source_office", "source_date", "source_headline", "source_original", "where_prec"),
    *("where_coordinates", "where_description", "adm_1", "adm_2", "latitude", "longitude", "geom_wkt"),
    *("priogrid_gid", "country", "country_id", "region", "event_clarity", "date_prec", "date_start"),
    *("date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown", "best", "high", "low"),
    *("gwnoa", "gwnob"),
]
_ACLED = [
    *("event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type"),
    *("sub_event_type", "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2"),
    *("interaction", "civilian_targeting", "iso", "region", "country", "admin1", "admin2", "admin3"),
    *("location", "latitude", "longitude", "geo_precision", "source", "source_scale", "notes"),
    *("fatalities", "tags", "timestamp"),
]
# West, south, east, north of the parts of the world that the events are in, by country.
_COUNTRIES = {
    "Pakistan": (62.0, 24.5, 74.0, 36.0),
    "Iran": (45.5, 26.0, 61.0, 38.5),
    "Nigeria": (3.5, 5.0, 13.5, 13.0),
    "Colombia": (-77.0, 0.0, -69.0, 9.0),
    "Ukraine": (24.0, 46.5, 39.0, 51.5),
}
_BAD_EVERY = 5_000


def make_file(kind: str, rows: int, path: Path, *, seed: int = 1) -> None:
    """Write a file of events that a provider might have written; the same seed gives the same bytes."""
    random = np.random.default_rng(seed)
    names = list(_COUNTRIES)
    places = []
    for number in range(max(rows // 12, 1)):
        country = names[number % len(names)]
        west, south, east, north = _COUNTRIES[country]
        lat, lon = round(random.uniform(south, north), 4), round(random.uniform(west, east), 4)
        places.append(
            (country, lat, lon, f"Place {number}", f"Province {number % 40}", f"District {number % 400}")
        )
    weights = 1 / np.arange(1, len(places) + 1) ** 0.6
    which = random.choice(len(places), rows, p=weights / weights.sum())
    day = np.datetime64("1997-01-01") + random.integers(0, 9_800, rows)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(_UCDP if kind == "ucdp" else _ACLED)
        make = _ucdp_row if kind == "ucdp" else _acled_row
        dead = random.integers(0, 30, rows)
        for number in range(rows):
            row = make(number, str(day[number]), places[which[number]], int(dead[number]))
            if number % _BAD_EVERY == _BAD_EVERY - 1:
                row[row.index(places[which[number]][1])] = "north"
            writer.writerow(row)


def _ucdp_row(number: int, day: str, place: tuple[object, ...], dead: int) -> list[object]:
    country, lat, lon, name, adm1, adm2 = place
    side, other = number % 60, number % 37
    note = f'"Agency {side}, {day}, ""Headline of the day {other}"""' if number % 7 else ""
    return [
        *(100_000 + number, f"{country}-{number}", day[:4], 1, "Clear", 1 + number % 3, side, side),
        *(f"{country}: Government", side, side, f"Side {side} - Side {other}", side, side, f"Side {side}"),
        *(other, other, f"Side {other}", 1 + number % 4, note, "Agency", day, f"Headline of the day {other}"),
        *("", 1 + number % 4, f"{name} town", f"{name} town, near a road\nand a bridge", f"{adm1} province"),
        *(f"{adm2} district", lat, lon, f"POINT ({lon} {lat})", 150_000 + side, country, 770, "Asia", 1),
        *(1, f"{day} 00:00:00.000", f"{day} 00:00:00.000", dead, 0, 0, 0, dead, dead + 1, dead, 770, ""),
    ]


def _acled_row(number: int, day: str, place: tuple[object, ...], dead: int) -> list[object]:
    country, lat, lon, name, adm1, adm2 = place
    note = (
        f'On {day}, armed men of group {number % 90} clashed with others near {name} ("{adm2}"), '
        f"{country}. {dead} people were killed, by one count; another says fewer.\nSize of the group: no report."
    )
    return [
        *(f"{country[:3].upper()}{number}", day, day[:4], 1, "Political violence", "Battles", "Armed clash"),
        *(
            f"Military Forces of {country}",
            "",
            1,
            f"Group {number % 90}",
            "",
            2,
            12,
            "",
            586,
            "Asia",
            country,
        ),
        *(adm1, adm2, "", name, lat, lon, 1 + number % 3, f"Paper {number % 30}; Radio {number % 9}"),
        *("National", note, dead, "", 1_700_000_000 + number),
    ]


_READERS = {
    "pyarrow": "import pyarrow.csv as c; rows = len(c.read_csv(path, parse_options=c.ParseOptions(newlines_in_values=True)))",
    "pandas": "import pandas; rows = len(pandas.read_csv(path, low_memory=False))",
    "read and validate": "from geodata.cases import load_case; rows = len(load_case(path).events)",
    "read, validate, join": (
        "from geodata.cases import load_case; from geodata.join import assign_admin; "
        "rows = len(assign_admin(load_case(path).events))"
    ),
}
# Imports and the packs are not what is timed: a server has them.
_WARM = {
    "pyarrow": "import pyarrow.csv",
    "pandas": "import pandas",
    "read and validate": "from geodata.cases import load_case; load_case('iran-pakistan-2024')",
    "read, validate, join": (
        "from geodata.cases import load_case; from geodata.join import assign_admin; "
        "assign_admin(load_case('iran-pakistan-2024').events)"
    ),
}
_CHILD = """
import sys, time, resource
path = sys.argv[1]
{warm}
began = time.perf_counter()
{code}
print(time.perf_counter() - began, rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measure(reader: str, path: Path) -> tuple[float, int, float]:
    """Return seconds, rows and greatest memory in MB of one reading, in a process of its own."""
    code = _CHILD.format(warm=_WARM[reader], code=_READERS[reader])
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    seconds, rows, memory = done.stdout.split()
    return float(seconds), int(rows), int(memory) / (1024 if sys.platform != "darwin" else 1024**2)


def run(kind: str, rows: int, *, repeats: int, seed: int) -> None:
    """Print a table for one kind of file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}.csv"
        make_file(kind, rows, path, seed=seed)
        print(f"\n{kind}: {rows:,} rows, {path.stat().st_size / 1e6:,.0f} MB")
        print(f"{'':22}{'seconds':>9}{'ratio':>8}{'MB':>8}{'rows':>11}")
        floor = 0.0
        for reader in _READERS:
            found = [measure(reader, path) for _ in range(repeats)]
            seconds, count, memory = min(found)
            floor = floor or seconds
            print(f"{reader:22}{seconds:9.2f}{seconds / floor:8.1f}{memory:8.0f}{count:11,}")


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rows", type=int, default=400_000, help="of the UCDP-like file; ACLED's has five times as many"
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    began = time.perf_counter()
    run("ucdp", options.rows, repeats=options.repeats, seed=options.seed)
    run("acled", options.rows * 5, repeats=options.repeats, seed=options.seed)
    print(f"\n{time.perf_counter() - began:.0f} s in all; {resource.getpagesize()} bytes a page")


if __name__ == "__main__":
    main()
