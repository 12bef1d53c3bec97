"""Files of which stores are made in tests; every record in them is invented."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.readers import gdelt, ucdp
from geodata.store.ingest import Wish, ingest

ACLED = [
    "event_id_cnty",
    "event_date",
    "time_precision",
    "event_type",
    "sub_event_type",
    "actor1",
    "actor2",
    "country",
    "admin1",
    "admin2",
    "location",
    "latitude",
    "longitude",
    "geo_precision",
    "source",
    "notes",
    "fatalities",
    "timestamp",
]
PLACES = [("26.004167", "63.060556"), ("26.9644", "64.0903"), ("30.1830", "66.9987"), ("33.6844", "73.0479")]


def _text(rows: list[dict[str, str]], columns: list[str], mark: str = ",", *, header: bool = True) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=mark, lineterminator="\n")
    if header:
        writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return out.getvalue()


def ucdp_rows(count: int, *, first: int = 1) -> list[dict[str, str]]:
    """Return rows like UCDP's: places, precisions, days and figures in turn; notes over several lines."""
    return [
        {
            "id": str(first + n),
            "type_of_violence": "123"[n % 3],
            "conflict_name": "Invented conflict",
            "side_a": f"Side {n % 5}",
            "side_b": "Civilians",
            "where_prec": "1114526"[n % 7],
            "where_coordinates": f"Place {n % 4}",
            "where_description": f'A place, "so called"\nand {"no " * (n % 9)}more' if n % 3 == 0 else "",
            "latitude": PLACES[n % 4][0],
            "longitude": PLACES[n % 4][1],
            "country": "Pakistan",
            "date_prec": "12134"[n % 5],
            "date_start": f"2021-{n % 12 + 1:02d}-{n % 28 + 1:02d} 00:00:00.000",
            "date_end": f"2021-{n % 12 + 1:02d}-{n % 28 + 1:02d} 00:00:00.000",
            "best": str(n % 4),
            "high": str(n % 4 + 1),
            "low": str(n % 4),
        }
        for n in range(count)
    ]


def ucdp_text(rows: list[dict[str, str]]) -> str:
    """Return rows as a GED file."""
    return _text(rows, ucdp.COLUMNS)


def acled_text(*changes: dict[str, str]) -> str:
    """Return an ACLED file, a row for each set of changed cells; ids follow each other."""
    row = {
        "event_date": "2024-01-16",
        "time_precision": "1",
        "event_type": "Battles",
        "sub_event_type": "Armed clash",
        "actor1": "Group A",
        "actor2": "Group B",
        "country": "Pakistan",
        "admin1": "Balochistan",
        "admin2": "Panjgur",
        "location": "Panjgur",
        "latitude": "26.9644",
        "longitude": "64.0903",
        "geo_precision": "1",
        "source": "Paper One",
        "notes": "An invented clash.",
        "fatalities": "2",
        "timestamp": "1700000000",
    }
    rows = [{**row, "event_id_cnty": f"PAK{n}", **change} for n, change in enumerate(changes, start=1)]
    return _text(rows, ACLED)


def gdelt_text(count: int, *, first: int = 1) -> str:
    """Return a GDELT file: tabs, no header, no quoting."""
    names = gdelt.columns(61)
    rows = [
        {
            "GLOBALEVENTID": str(first + n),
            "SQLDATE": f"201910{n % 28 + 1:02d}",
            "Actor1Name": 'THE "PAPER" CO',
            "EventCode": "190",
            "EventRootCode": "19",
            "ActionGeo_Type": "4",
            "ActionGeo_FullName": "Panjgur, Balochistan, Pakistan",
            "ActionGeo_CountryCode": "PK",
            "ActionGeo_Lat": PLACES[n % 4][0],
            "ActionGeo_Long": PLACES[n % 4][1],
            "SOURCEURL": f"https://www.example.org/{n // 2}",
        }
        for n in range(count)
    ]
    return "".join("\t".join(row.get(name, "") for name in names) + "\n" for row in rows)


def write(path: Path, text: str) -> Path:
    """Write a file as it is, line ends included."""
    path.write_text(text, encoding="utf-8", newline="")
    return path


def small(**wanted: Any) -> Wish:
    """Return a wish for pieces and parts of a few rows."""
    return Wish(**{"piece_rows": 100, "block_bytes": 4_000, "part_rows": 150, **wanted})


def made(folder: Path, *paths: Path, wish: Wish | None = None, **options: Any) -> dict[str, Any]:
    """Make a store of files in small pieces."""
    return ingest(list(paths), folder, wish or small(), **options)


def table(folder: Path, name: str = "events") -> pd.DataFrame:
    """Return a table of a store, its parts one after another."""
    parts = [pd.read_parquet(path) for path in sorted((folder / name).iterdir())]
    return pd.concat(parts, ignore_index=True)


def hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every file of a store."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
