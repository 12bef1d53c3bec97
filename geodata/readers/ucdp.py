"""UCDP's georeferenced events (GED and its candidate releases), of every vintage, under our names.

The sides of a dyad are named in a fixed order that says nothing of a single event, so no
attack is made of them. ``docs/decisions/providers.md`` has the tables of codes.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from geodata.progress import Progress, silent
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
from geodata.readers.texts import Mask, Texts

COLUMNS = [
    "id",
    "relid",
    "year",
    "active_year",
    "code_status",
    "type_of_violence",
    "conflict_dset_id",
    "conflict_new_id",
    "conflict_name",
    "dyad_dset_id",
    "dyad_new_id",
    "dyad_name",
    "side_a_dset_id",
    "side_a_new_id",
    "side_a",
    "side_b_dset_id",
    "side_b_new_id",
    "side_b",
    "number_of_sources",
    "source_article",
    "source_office",
    "source_date",
    "source_headline",
    "source_original",
    "where_prec",
    "where_coordinates",
    "where_description",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "geom_wkt",
    "priogrid_gid",
    "country",
    "country_id",
    "region",
    "event_clarity",
    "date_prec",
    "date_start",
    "date_end",
    "deaths_a",
    "deaths_b",
    "deaths_civilians",
    "deaths_unknown",
    "best",
    "high",
    "low",
    "gwnoa",
    "gwnob",
]
LICENCE = "as the source of the file states it; the file itself states none"
CITATION = (
    "Sundberg, Ralph, and Erik Melander (2013). Introducing the UCDP Georeferenced Event Dataset. "
    "Journal of Peace "
    "Research 50(4), 523-532. Davies, Shawn, et al.: the article on organized violence in the "
    "Journal of Peace "
    "Research that belongs to the version of the data; the file does not state its version."
)
_OLDER = {"best_est": "best", "high_est": "high", "low_est": "low"}
_TYPES = {"1": "clash", "2": "clash", "3": "attack"}
_WORDS = {"1": "State-based violence", "2": "Non-state violence", "3": "One-sided violence"}
_TIMES = {"1": "day", "2": "week", "3": "week", "4": "month", "5": "year"}
_PLACES = {
    "1": "place",
    "2": "place",
    "3": "admin2",
    "4": "admin1",
    "5": "region",
    "6": "country",
    "7": "sea_or_air",
}
_RINGS_KM = {"1": 5.0, "2": 25.0}
_MIDNIGHT = re.compile(r"[^ T]+(?:[T ][0:.]+Z?)?")
_TAKEN = (
    "id",
    "side_a",
    "side_b",
    "where_coordinates",
    "adm_1",
    "adm_2",
    "latitude",
    "longitude",
    "country",
    "iso3",
    "date_start",
    "date_end",
)


def read_ucdp(rows: TextTable, *, progress: Progress = silent) -> Imported:
    """Return UCDP's events with its low, best and high estimate as one claim of UCDP's.

    Raises
    ------
    InputError
        If the rows are longer than the header.
    """
    table = provider_table(rows, _current_name, progress=progress)
    cell = table.column
    require(table, "id")
    require(table, "date_start")
    supersede(table, "id")
    start = days_of(table, "date_start", day_first=False, beside=("date_end",))
    end = days_of(table, "date_end", day_first=False, beside=("date_start",))
    is_reversed = ~end.is_empty & ~start.is_empty & end.is_before(start)
    table.reject(is_reversed, "date_end", "is before date_start", "Swap the two dates, or correct one.")
    claims = _claims(table)
    spots = spots_of(table, "latitude", "longitude")
    kinds = mapped(table, "type_of_violence", _TYPES, unknown="other", code="event_type_unknown")
    places = mapped(table, "where_prec", _PLACES, unknown="unknown", code="precision_unknown")
    times = mapped(table, "date_prec", _TIMES, unknown="day", code="precision_unknown")
    countries = country_codes(cell("iso3").where(~cell("iso3").is_empty, cell("country")))
    words = looked_up(codes_of(table, "type_of_violence"), _WORDS, "Event")
    place = cell("where_coordinates").where(~cell("where_coordinates").is_empty, cell("country"))
    events: dict[str, Column] = {
        "event_id": cell("id"),
        "title": labelled(words, place),
        "event_type": kinds,
        "start": start,
        "end": end.without(end.equals(start)),
        "time_precision": times,
        "place_name": cell("where_coordinates"),
        "location_precision": places,
        "location_uncertainty_km": rings_of(table, "where_prec", _RINGS_KM),
        "country_iso3": countries,
        "admin1": cell("adm_1"),
        "admin2": cell("adm_2"),
        "actors": joined_names(cell("side_a"), cell("side_b")),
        "source_ids": "ucdp",
        "extra": extra_of(
            table,
            _TAKEN,
            keep={
                **{name: cell(name).without(spots.has) for name in ("latitude", "longitude")},
                **{name: cell(name).without(cell(name).equals(countries)) for name in ("country", "iso3")},
                "date_start": _clocked(cell("date_start"), start),
                "date_end": _clocked(cell("date_end"), end),
            },
        ),
    }
    return finish(
        table,
        "ucdp",
        events,
        spots,
        claims=claims,
        sources=[
            {
                "source_id": "ucdp",
                "publisher": "Uppsala Conflict Data Program (UCDP)",
                "title": "UCDP Georeferenced Event Dataset (GED)",
                "url": "https://ucdp.uu.se",
                "licence": LICENCE,
            }
        ],
        licence=LICENCE,
        citation=CITATION,
    )


def _current_name(name: str) -> str:
    small = name.strip().casefold()
    return _OLDER.get(small, small)


def _clocked(given: Texts, day: Texts) -> Texts:
    """Return the dates that say more than their day."""
    is_midnight = given.tested(lambda text: _MIDNIGHT.fullmatch(text) is not None)
    return given.without(is_midnight | given.equals(day))


def _claims(table: ProviderTable) -> dict[str, Column]:
    """Return a claim a row; estimates out of order are kept as coded, in its text.

    A claim's least may not be above its most, so that these are the lower and the higher of
    low and high; the best estimate stays as it is, inside or outside of them.
    """
    low, best, high = (numbers_of(table, name, low=0) for name in ("low", "best", "high"))
    out_of_order = (low > high) | (best > high) | (low > best)
    table.warn(
        "figures_out_of_order",
        "low ≤ best ≤ high does not hold; the figures are kept as coded, and their range runs from "
        "the lower of "
        "low and high to the higher",
        out_of_order & table.is_good,
    )
    # Where one end is missing, the other figures are all there is.
    least, most = np.fmin(np.fmin(low, best), high), np.fmax(np.fmax(low, best), high)
    low, high = np.where(np.isnan(low), least, low), np.where(np.isnan(high), most, high)
    return killed_claims(
        table.column("id"),
        "UCDP",
        np.fmin(low, high),
        np.fmax(low, high),
        best,
        text=_as_coded(table, out_of_order),
    )


def _as_coded(table: ProviderTable, where: Mask) -> Texts:
    """Return the three estimates of some rows in words, ``""`` for the others."""
    words = np.full(len(where), "", dtype=object)
    columns = [table.column(name) for name in ("low", "best", "high")]
    for position in np.flatnonzero(where).tolist():
        low, best, high = (column.at(position) for column in columns)
        words[position] = f"coded as low {low}, best {best}, high {high}"
    return Texts(pa.array(words, pa.large_string())).coded
