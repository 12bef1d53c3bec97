"""An invented case whose claimants name different positions; nothing in it happened."""

from __future__ import annotations

import csv
from pathlib import Path

HEAD = """id = "competing"
title = "Invented case of competing positions"
summary = "Nothing in it happened."
information_as_of = "2024-02-01"
time_zone = "Asia/Karachi"
date_from = "2024-01-01"
date_to = "2024-01-31"
focus = ["PK-BA-panjgur"]
licence = "CC0"
citation = "Strikemap's tests"

[view]
latitude = 27.0
longitude = 63.2
zoom = 7.0
"""

EVENTS = [
    {
        "event_id": "district",
        "title": "Invented strike in Panjgur district",
        "event_type": "strike",
        "start": "2024-01-16",
        "location_precision": "admin2",
        "area": "PK-BA-panjgur",
        "source_ids": "s1",
    },
    {
        "event_id": "town",
        "title": "Invented strike near Saravan",
        "event_type": "strike",
        "start": "2024-01-18",
        "place_name": "Saravan",
        "location_precision": "place",
        "latitude": "27.37",
        "longitude": "62.33",
        "location_uncertainty_km": "5",
        "source_ids": "s1",
    },
    {
        "event_id": "nowhere",
        "title": "Invented strike without a place",
        "event_type": "strike",
        "start": "2024-01-20",
        "source_ids": "s1",
    },
]


def _claim(claim_id: str, event_id: str, claimant: str, subject: str, **cells: str) -> dict[str, str]:
    grade = cells.pop("grade", "single_source")
    return {
        "claim_id": claim_id,
        "event_id": event_id,
        "claimant": claimant,
        "subject": subject,
        "grade": grade,
        "source_id": "s1",
        **cells,
    }


def _at(latitude: str, longitude: str, km: str = "") -> dict[str, str]:
    return {"latitude": latitude, "longitude": longitude, "location_uncertainty_km": km}


CLAIMS = [
    _claim(
        "north", "district", "Agency North", "place", text="North of the town.", **_at("27.25", "64.0", "8")
    ),
    _claim("south", "district", "Agency South", "place", text="South-west of it.", **_at("26.55", "63.6")),
    _claim("west", "district", "Agency West", "place", text="In the west.", area="PK-BA-kech"),
    _claim("old", "district", "Radio East", "place", claimed_at="2024-01-16", **_at("26.9", "64.75")),
    _claim(
        "new",
        "district",
        "Radio East",
        "place",
        claimed_at="2024-01-18",
        supersedes="old",
        **_at("27.25", "64.0", "8"),
    ),
    _claim(
        "misread",
        "district",
        "Blog",
        "place",
        excluded_reason="A misprint, withdrawn on 19 January 2024.",
        **_at("26.3", "64.4"),
    ),
    _claim("words", "district", "Paper", "place", text="27.9 N 65.9 E, it is said."),
    _claim("dead", "district", "Agency North", "killed", value_min="2", value_max="2"),
    _claim("site-1", "town", "Agency North", "sites", **_at("27.3", "62.0")),
    _claim("site-2", "town", "Agency South", "sites", grade="several_sources", **_at("27.3", "62.0")),
    _claim("coded", "town", "ACLED", "place", **_at("27.55", "62.6", "10")),
    _claim("from", "town", "Agency South", "origin", **_at("26.2", "62.9", "15")),
    _claim("lost", "nowhere", "Agency West", "place", **_at("28.1", "63.4")),
]

SOURCES = [{"source_id": "s1", "publisher": "An invented paper"}]

STANDING = {"north", "new", "south", "west", "site-1", "site-2", "coded", "from", "lost"}
ASIDE = {"old", "misread"}


def write_competing_case(folder: Path) -> Path:
    """Write the case into a new folder ``competing`` of ``folder`` and return it."""
    case = folder / "competing"
    case.mkdir(parents=True)
    (case / "case.toml").write_text(HEAD, encoding="utf-8")
    for name, rows in (("events", EVENTS), ("claims", CLAIMS), ("sources", SOURCES)):
        columns = list(dict.fromkeys(column for row in rows for column in row))
        with (case / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return case
