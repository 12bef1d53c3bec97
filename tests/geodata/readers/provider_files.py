"""Small files with the quirks of the providers' real ones; every record in them is invented."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from geodata.cases import Case, load_case
from geodata.readers import gdelt, ucdp
from geodata.readers.acled_columns import COLUMNS as ACLED_COLUMNS

ACLED_ROW = {
    "event_id_cnty": "PAK90001",
    "event_date": "2024-01-16",
    "year": "2024",
    "time_precision": "1",
    "disorder_type": "Political violence",
    "event_type": "Explosions/Remote violence",
    "sub_event_type": "Air/drone strike",
    "actor1": "Military Forces of A",
    "assoc_actor_1": "Group of friends",
    "inter1": "8",
    "actor2": "Civilians (B)",
    "inter2": "7",
    "interaction": "78",
    "iso": "586",
    "region": "South Asia",
    "country": "Pakistan",
    "admin1": "Balochistan",
    "admin2": "Panjgur",
    "location": "Panjgur",
    "latitude": "26.9644",
    "longitude": "64.0903",
    "geo_precision": "1",
    "source": "Paper One; Paper Two",
    "source_scale": "National",
    "notes": "An invented strike.",
    "fatalities": "2",
    "timestamp": "1700000000",
}

UCDP_ROW = {
    "id": "900001",
    "relid": "PAK-2021-1-1-1",
    "year": "2021",
    "active_year": "1",
    "code_status": "Clear",
    "type_of_violence": "1",
    "conflict_new_id": "1",
    "conflict_name": "Invented conflict",
    "dyad_name": "Side One - Side Two",
    "side_a": "Side One",
    "side_b": "Side Two",
    "number_of_sources": "1",
    "source_article": '"A paper, of one day";"Another, of the next"',
    "source_headline": "Invented headline",
    "where_prec": "1",
    "where_coordinates": "Turbat town",
    "adm_1": "Balochistan province",
    "adm_2": "Kech district",
    "latitude": "26.004167",
    "longitude": "63.060556",
    "geom_wkt": "POINT (63.060556 26.004167)",
    "country": "Pakistan",
    "country_id": "770",
    "region": "Asia",
    "event_clarity": "1",
    "date_prec": "1",
    "date_start": "2021-12-29 00:00:00.000",
    "date_end": "2021-12-29 00:00:00.000",
    "deaths_a": "2",
    "best": "2",
    "high": "3",
    "low": "1",
    "gwnoa": "770",
}

GDELT_ROW = {
    "GLOBALEVENTID": "900001",
    "SQLDATE": "20191024",
    "Actor1Name": 'THE "PAPER" CO',
    "Actor2Name": "IRAN",
    "EventCode": "057",
    "EventBaseCode": "057",
    "EventRootCode": "05",
    "ActionGeo_Type": "4",
    "ActionGeo_FullName": "Baghdad, Baghdad, Iraq",
    "ActionGeo_CountryCode": "IZ",
    "ActionGeo_Lat": "33.3386",
    "ActionGeo_Long": "44.3939",
    "DATEADDED": "20191024143000",
    "SOURCEURL": "https://www.example.org/a",
}


def table_text(
    rows: list[dict[str, str]], columns: list[str], *, header: bool = True, mark: str = ","
) -> str:
    """Return rows as delimited text under these columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=mark, lineterminator="\n")
    if header:
        writer.writerow(columns)
    writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return out.getvalue()


def acled_text(*changes: dict[str, str], columns: list[str] = ACLED_COLUMNS) -> str:
    """Return an ACLED file, a row for each set of changed cells; ids follow each other."""
    rows = [
        {**ACLED_ROW, "event_id_cnty": f"PAK{n}", **change} for n, change in enumerate(changes, start=90001)
    ]
    return table_text(rows, columns)


def ucdp_text(*changes: dict[str, str], columns: list[str] = ucdp.COLUMNS, header: bool = True) -> str:
    """Return a GED file."""
    rows = [{**UCDP_ROW, "id": str(n), **change} for n, change in enumerate(changes, start=900001)]
    return table_text(rows, columns, header=header)


def gdelt_text(*changes: dict[str, str], width: int = 61) -> str:
    """Return a GDELT file: tabs, no header, no quoting."""
    rows = [
        {**GDELT_ROW, "GLOBALEVENTID": str(n), **change} for n, change in enumerate(changes, start=900001)
    ]
    names = gdelt.columns(width)
    return "".join("\t".join(row.get(name, "") for name in names) + "\n" for row in rows)


def read(folder: Path, text: str, name: str = "events.csv") -> Case:
    """Write a file and read it."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return load_case(path)


def codes(case: Case) -> dict[str, tuple[int, ...]]:
    """Return the rows of each warning."""
    return {warning.code: warning.rows for warning in case.report.events.warnings}


def reasons(case: Case) -> dict[int, str]:
    """Return the reason of each rejected row."""
    return {row.row: row.reason for row in case.report.events.rejected_rows}
