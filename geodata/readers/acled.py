"""ACLED's events, in every edition since 2015, under our names.

Actor 1 and actor 2 say nothing of who acted on whom, so no attack is made of them.
``docs/decisions/providers.md`` has the tables of codes and says why they are so.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from geodata.errors import InputError
from geodata.progress import Progress, silent
from geodata.readers import acled_columns
from geodata.readers.countries import country_codes
from geodata.readers.provider import (
    Column,
    Imported,
    ProviderTable,
    codes_of,
    days_of,
    extra_of,
    finish,
    joined_names,
    killed_claims,
    labelled,
    looked_up,
    mapped,
    numbers_of,
    provider_table,
    require,
    rings_of,
    spots_of,
    supersede,
)
from geodata.readers.text_table import TextTable
from geodata.readers.texts import Floats, Mask, Texts

LICENCE = (
    "ACLED terms of use (acleddata.com): no one may be given direct access to ACLED's raw data; "
    "attribution required"
)
CITATION = "Armed Conflict Location & Event Data (ACLED), acleddata.com."
_TIMES = {"1": "day", "2": "week", "3": "month"}
_PLACES = {"1": "place", "2": "place", "3": "admin1"}
_RINGS_KM = {"1": 5.0, "2": 25.0}
_TAKEN = (
    "event_id_cnty",
    "event_date",
    "actor1",
    "actor2",
    "country",
    "iso3",
    "admin1",
    "admin2",
    "location",
    "latitude",
    "longitude",
    "notes",
    "fatalities",
)


def read_acled(rows: TextTable, *, progress: Progress = silent) -> Imported:
    """Return ACLED's events with its count of the dead as a claim of ACLED's.

    Parameters
    ----------
    rows
        A table that has ``event_id_cnty`` and ``event_date`` under any of their names.

    Raises
    ------
    InputError
        If the file holds weekly counts, or its rows are longer than its header.
    """
    if acled_columns.is_weekly_file(rows.header):
        raise InputError(
            "this is ACLED's weekly aggregated download: a row counts the events of an area and "
            "week, ID is the "
            "area's and comes again, and the coordinates are the area's centre",
            file=rows.file,
            row=rows.header_row,
            remedy="Download the events themselves (event_id_cnty, event_date, …)",
        )
    table = provider_table(rows, acled_columns.current_name, progress=progress)
    cell = table.column
    require(table, "event_id_cnty")
    require(table, "event_date")
    supersede(table, "event_id_cnty", cell("timestamp").numbers(_ages))
    days = days_of(table, "event_date", day_first=True)
    killed = numbers_of(table, "fatalities", low=0)
    spots = spots_of(table, "latitude", "longitude")
    places = mapped(table, "geo_precision", _PLACES, unknown="unknown", code="precision_unknown")
    times = mapped(table, "time_precision", _TIMES, unknown="day", code="precision_unknown")
    _warn_year(table, days)
    is_unused = places.equals("admin1") & spots.has
    table.warn(
        "coordinates_not_used",
        "geo_precision 3: the coordinates are those of a provincial capital, not of the event; kept in extra",
        is_unused & table.is_good,
    )
    given = spots.has & ~is_unused
    countries = country_codes(cell("iso3").where(~cell("iso3").is_empty, cell("country")))
    events: dict[str, Column] = {
        "event_id": cell("event_id_cnty"),
        "title": labelled(_kind(table), _place(table)),
        "event_type": _types(table),
        "start": days,
        "time_precision": times,
        "place_name": cell("location"),
        "location_precision": places,
        "location_uncertainty_km": rings_of(table, "geo_precision", _RINGS_KM),
        "country_iso3": countries,
        "admin1": cell("admin1"),
        "admin2": cell("admin2"),
        "actors": joined_names(cell("actor1"), cell("actor2")),
        "summary": cell("notes"),
        "source_ids": "acled",
        "extra": extra_of(table, _TAKEN, keep=_kept(table, given, days, countries)),
    }
    claims = killed_claims(
        cell("event_id_cnty"),
        "ACLED",
        killed,
        killed,
        np.full(len(killed), np.nan),
        text=cell("fatalities").changed(
            lambda text: "0: no deaths reported, or no information" if text == "0" else ""
        ),
    )
    return finish(
        table,
        "acled",
        events,
        spots.without(is_unused),
        claims=claims,
        sources=[
            {
                "source_id": "acled",
                "publisher": "Armed Conflict Location & Event Data (ACLED)",
                "url": "https://acleddata.com",
                "licence": LICENCE,
            }
        ],
        licence=LICENCE,
        citation=CITATION,
        unused=is_unused,
    )


def _ages(stamps: pd.Series) -> Floats:
    return pd.to_numeric(stamps, errors="coerce").to_numpy(dtype=np.float64)


def _kind(table: ProviderTable) -> Texts:
    sub = table.column("sub_event_type")
    kind = sub.where(~sub.is_empty, table.column("event_type"))
    return kind.where(~kind.is_empty, "Event")


def _place(table: ProviderTable) -> Texts:
    place = table.column("location")
    for wider in ("admin2", "admin1", "country"):
        if place.is_empty.any():
            place = place.where(~place.is_empty, table.column(wider))
    return place


def _types(table: ProviderTable) -> Texts:
    event, sub = (
        looked_up(table.column(name), _folded(types, table.column(name)))
        for name, types in (
            ("event_type", acled_columns.EVENTS),
            ("sub_event_type", acled_columns.SUB_EVENTS),
        )
    )
    known = sub.where(~sub.is_empty, event)
    table.warn(
        "event_type_unknown",
        "event_type is none of ACLED's; read as other, kept in extra",
        known.is_empty & table.is_good,
    )
    return known.where(~known.is_empty, "other")


def _folded(types: dict[str, str], cells: Texts) -> dict[str, str]:
    """Return our type of each distinct cell, whatever its case and spaces."""
    small = {"".join(name.split()).casefold(): kind for name, kind in types.items()}
    found = {text: small.get("".join(text.split()).casefold()) for text in cells.distinct}
    return {text: kind for text, kind in found.items() if kind}


def _kept(table: ProviderTable, given: Mask, days: Texts, countries: Texts) -> dict[str, Texts]:
    """Return what stays in extra: cells that we did not take word for word, and codes in words."""
    kept = {name: table.column(name).without(given) for name in ("latitude", "longitude")}
    kept["event_date"] = table.column("event_date").without(table.column("event_date").equals(days))
    for name in ("country", "iso3"):
        kept[name] = table.column(name).without(table.column(name).equals(countries))
    for name in ("inter1", "inter2"):
        kept[f"{name}_name"] = looked_up(codes_of(table, name), acled_columns.INTERS)
    return kept


def _warn_year(table: ProviderTable, days: Texts) -> None:
    year = codes_of(table, "year")
    differs = ~year.is_empty & ~days.is_empty & ~year.equals(days.changed(lambda day: day[:4]))
    table.warn("year_mismatch", "year is not that of event_date", differs)
