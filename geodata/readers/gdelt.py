"""GDELT's event files, 2.0 and 1.0, under our names.

A row is what a program read in one news page: who the page names first is no attacker, no
deaths are coded, and many rows repeat one centroid. ``docs/decisions/providers.md`` has
the tables of codes.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata.progress import Progress, silent
from geodata.readers.fips import fips_codes
from geodata.readers.provider import (
    Column,
    Imported,
    ProviderTable,
    days_of,
    extra_of,
    finish,
    joined_names,
    labelled,
    looked_up,
    mapped,
    provider_table,
    require,
    spots_of,
    supersede,
)
from geodata.readers.text_table import TextTable
from geodata.readers.texts import Mask, Texts, pairs

LICENCE = "GDELT terms of use: free use with a citation of the GDELT Project and a link to gdeltproject.org"
CITATION = "The GDELT Project, gdeltproject.org."
_ACTOR = [
    "Code",
    "Name",
    "CountryCode",
    "KnownGroupCode",
    "EthnicCode",
    "Religion1Code",
    "Religion2Code",
    "Type1Code",
    "Type2Code",
    "Type3Code",
]
_EVENT = [
    "IsRootEvent",
    "EventCode",
    "EventBaseCode",
    "EventRootCode",
    "QuadClass",
    "GoldsteinScale",
    "NumMentions",
    "NumSources",
    "NumArticles",
    "AvgTone",
]
_GEO_1 = ["Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID"]
_GEO_2 = ["Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID"]
_PLACES = {
    "0": "unknown",
    "1": "country",
    "2": "admin1",
    "3": "place",
    "4": "place",
    "5": "admin1",
}
# The longest code that begins the row's own decides.
_TYPES = {
    **dict.fromkeys(("01", "02", "03", "10", "11", "12", "13"), "statement"),
    **dict.fromkeys(("04", "05", "16"), "diplomatic"),
    **dict.fromkeys(("06", "07", "08", "09", "14", "15", "17"), "other"),
    **dict.fromkeys(("18", "20"), "attack"),
    "181": "other",
    "183": "bombing",
    "19": "clash",
    **dict.fromkeys(("191", "192"), "other"),
    **dict.fromkeys(("194", "195"), "strike"),
}
_ROOTS = [
    "Public statement",
    "Appeal",
    "Intent to cooperate",
    "Consultation",
    "Diplomatic cooperation",
    "Material cooperation",
    "Aid",
    "Concession",
    "Investigation",
    "Demand",
    "Disapproval",
    "Rejection",
    "Threat",
    "Protest",
    "Show of force",
    "Reduced relations",
    "Coercion",
    "Assault",
    "Fighting",
    "Mass violence",
]
_TAKEN = (
    "GLOBALEVENTID",
    "Actor1Name",
    "Actor2Name",
    "ActionGeo_FullName",
    "ActionGeo_Lat",
    "ActionGeo_Long",
    "SOURCEURL",
)


def columns(width: int) -> tuple[str, ...]:
    """Return GDELT's own names for a file of 61 (2.0), 58 or 57 fields (1.0)."""
    geo = _GEO_2 if width == 61 else _GEO_1
    names = ["GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"]
    names += [f"Actor{number}{name}" for number in (1, 2) for name in _ACTOR]
    names += [
        *_EVENT,
        *(f"{whose}_{name}" for whose in ("Actor1Geo", "Actor2Geo", "ActionGeo") for name in geo),
    ]
    return (*names, "DATEADDED", "SOURCEURL")[:width]


def read_gdelt(rows: TextTable, *, progress: Progress = silent) -> Imported:
    """Return GDELT's events; there are no claims, since GDELT codes no figures.

    Parameters
    ----------
    rows
        Under the names of :func:`columns`.
    """
    # NA is no blank here: it is a code among codes.
    table = provider_table(rows, str, blanks=(), progress=progress)
    _reject_short(table, rows)
    cell = table.column
    require(table, "GLOBALEVENTID")
    require(table, "SQLDATE")
    supersede(table, "GLOBALEVENTID")
    days = days_of(table, "SQLDATE", day_first=True)
    places = mapped(table, "ActionGeo_Type", _PLACES, unknown="unknown", code="precision_unknown")
    spots = spots_of(table, "ActionGeo_Lat", "ActionGeo_Long").without(cell("ActionGeo_Type").equals("0"))
    links, sources = _sources(cell("SOURCEURL"), table.is_good)
    events: dict[str, Column] = {
        "event_id": cell("GLOBALEVENTID"),
        "title": labelled(_title(cell("EventCode"), cell("EventRootCode")), cell("ActionGeo_FullName")),
        "event_type": _types(table),
        "start": days,
        "time_precision": "day",
        "place_name": cell("ActionGeo_FullName"),
        "location_precision": places,
        "location_uncertainty_km": np.full(len(table.numbers), np.nan),
        "country_iso3": _countries(table),
        "actors": joined_names(cell("Actor1Name"), cell("Actor2Name")),
        "source_ids": links.changed(lambda link: f"gdelt;{link}" if link else "gdelt"),
        "extra": extra_of(
            table,
            _TAKEN,
            keep={name: cell(name).without(spots.has) for name in ("ActionGeo_Lat", "ActionGeo_Long")},
        ),
    }
    own = {
        "source_id": "gdelt",
        "publisher": "The GDELT Project",
        "title": "GDELT event database",
        "url": "https://www.gdeltproject.org",
        "licence": LICENCE,
    }
    return finish(table, "gdelt", events, spots, sources=[own, *sources], licence=LICENCE, citation=CITATION)


def _reject_short(table: ProviderTable, rows: TextTable) -> None:
    width = len(rows.header)
    for number, count in rows.odd.items():
        if count < width:
            reason = f"the row has {count} fields, the file {width}"
            remedy = "The line is cut off: download the file again"
            table.note(int(np.searchsorted(rows.numbers, number)), "", "", reason, remedy)


def _types(table: ProviderTable) -> Texts:
    codes = table.column("EventCode").where(
        ~table.column("EventCode").is_empty, table.column("EventRootCode")
    )
    kinds = codes.changed(
        lambda code: next((_TYPES[code[:size]] for size in (4, 3, 2) if code[:size] in _TYPES), "")
    )
    message = "EventCode is no CAMEO code; read as other, kept in extra"
    table.warn("event_type_unknown", message, kinds.is_empty & table.is_good)
    return kinds.where(~kinds.is_empty, "other")


def _title(codes: Texts, roots: Texts) -> Texts:
    words = {f"{number:02d}": name for number, name in enumerate(_ROOTS, start=1)}
    root, code, which = pairs(looked_up(roots, words, "Event"), codes.where(~codes.is_empty, "?"))
    tail = pc.binary_join_element_wise(
        *(pa.scalar(" (CAMEO ", code.type), code, pa.scalar(")", code.type), pa.scalar("", code.type))
    )
    return Texts(pc.binary_join_element_wise(root, tail, pa.scalar("", root.type)), which)


def _countries(table: ProviderTable) -> Texts:
    given = table.column("ActionGeo_CountryCode")
    codes = looked_up(given, fips_codes())
    message = "ActionGeo_CountryCode is no FIPS country code that has an ISO code; kept in extra"
    table.warn("country_unknown", message, ~given.is_empty & codes.is_empty & table.is_good)
    return codes


def _sources(urls: Texts, wanted: Mask) -> tuple[Texts, list[dict[str, str]]]:
    """Return the source id of each row, and a source for each distinct page of the wanted rows."""
    ids = {
        url: f"gdelt-{hashlib.sha256(url.encode()).hexdigest()[:12]}" if url else "" for url in urls.distinct
    }
    pages = []
    for url in _in_order(urls, wanted):
        host = _host(url)
        if url:
            page = {"source_id": ids[url], "publisher": host or url, "url": url if host else ""}
            pages.append({**page, "licence": "the page keeps its own rights"})
    return urls.changed(ids.__getitem__), pages


def _in_order(urls: Texts, wanted: Mask) -> list[str]:
    """Return the distinct cells of the wanted rows, as they come first."""
    return list(dict.fromkeys(urls.taken(np.flatnonzero(wanted)).plain.unique().to_pylist()))


_PLAIN = re.compile(r"https?://([a-z0-9]+(?:[.-][a-z0-9]+)*)/[!-Z^-~]*\Z", re.ASCII)


def _host(url: str) -> str:
    """Return the host of a web address, ``""`` for what is none: GDELT names some papers by title."""
    if plain := _PLAIN.match(url):  # most are, and there are very many
        return plain[1].removeprefix("www.")
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.") if parts.scheme in ("http", "https") else ""
