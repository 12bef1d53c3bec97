"""Times whose zone holds in a part of a country only, told in UTC: such a zone is a place."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.resources import files

from geodata.days import FINE_PRECISIONS, parse_when, zone


def tells_a_part(zone_name: str) -> bool:
    """Return whether a zone may hold in a part of a country only.

    True of every zone of a country that has several, and of names that the time zone
    database lists for no country: what cannot be told is taken to be a part.
    """
    return zone_name != "UTC" and zone_name not in _whole_countries()


@lru_cache(maxsize=1)
def _whole_countries() -> frozenset[str]:
    """Return the zones that are the only one of their country, after ``zone.tab`` of tzdata."""
    text = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    zones = Counter(row[0] for row in rows)
    return frozenset(row[2] for row in rows if zones[row[0]] == 1)


def told_in_utc(cell: str, *, zone_name: str, precision: str) -> str:
    """Return a start or end as the cell would read in UTC; a day stays the day it is.

    Parameters
    ----------
    cell
        Local date or datetime; empty stays empty.
    precision
        As in the schema; of a time that is not known to the hour only the day is kept.
    """
    if not cell.strip():
        return ""
    when = parse_when(cell)
    if not isinstance(when, datetime):
        return when.isoformat()
    if precision and precision not in FINE_PRECISIONS:
        day: date = when.date()
        return day.isoformat()
    return when.replace(tzinfo=zone(zone_name)).astimezone(UTC).replace(tzinfo=None).isoformat()
