"""Long files like those of UCDP, ACLED and GDELT, made up from a seed; every record in them is invented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from geodata import boundaries
from geodata.readers import acled_columns, gdelt, ucdp

_BATCH = 50_000
_TEXT = """
security forces convoy checkpoint militants opened fire near the village market road
police station wounded civilians claimed responsibility reported sources according local
officials said group armed unidentified attackers district border fence post mortar shells
landed houses damaged army operation
"""
_WORDS = _TEXT.split()
_COUNTRIES = ("Pakistan", "Iran", "Afghanistan", "India", "Iraq", "Yemen (North Yemen)", "Nigeria", "Mali")
_BOXES = {
    "Pakistan": (62.0, 72.0, 25.5, 34.0),
    "Iran": (45.0, 60.0, 28.0, 37.0),
    "Afghanistan": (62.0, 70.0, 32.0, 36.0),
    "India": (74.0, 90.0, 12.0, 27.0),
    "Iraq": (41.0, 47.0, 31.0, 36.0),
    "Yemen (North Yemen)": (43.5, 49.0, 14.0, 17.0),
    "Nigeria": (4.0, 13.0, 6.0, 13.0),
    "Mali": (-9.0, 2.0, 12.0, 17.0),
}
# One row in so many has a fault that a reader must find.
_BAD_EVERY = 9_973


class Pool:
    """A seeded source of columns that repeat as those of real files do."""

    def __init__(self, rows: int, seed: int) -> None:
        self.rows = rows
        self.random = np.random.default_rng(seed)
        units = [unit for unit in map(boundaries.unit, boundaries.unit_ids()) if unit.level == 2]
        names = [unit.name for unit in units] or ["Somewhere"]
        places = max(50, min(40_000, rows // 12))
        self.country_of_place = self.random.integers(0, len(_COUNTRIES), places)
        west, east, south, north = np.array([_BOXES[name] for name in _COUNTRIES])[self.country_of_place].T
        self.longitude = np.round(self.random.uniform(west, east), 4)
        self.latitude = np.round(self.random.uniform(south, north), 4)
        self.place = [f"{names[n % len(names)]} {n}" for n in range(places)]
        self.admin1 = [f"Province {n % 150}" for n in range(places)]
        self.admin2 = [f"{names[n % len(names)]}" for n in range(places)]
        # A few places have most of the events.
        weights = 1.0 / np.arange(1, places + 1) ** 0.6
        self.weights = weights / weights.sum()
        self.actors = [f"{kind} ({country})" for country in _COUNTRIES for kind in self._kinds()]
        self.days = np.arange("1997-01-01", "2025-01-01", dtype="datetime64[D]")

    @staticmethod
    def _kinds() -> list[str]:
        return ["Military Forces", "Police Forces", "Civilians", *(f"Armed Group {n}" for n in range(60))]

    def some(self, values: list[str], count: int) -> pa.Array:
        """Return one of the values for each of so many rows, the first ones most often."""
        at = (self.random.random(count) ** 2 * len(values)).astype(int)
        return pa.array(values).take(pa.array(at))

    def figures(self, count: int, most: int) -> pa.Array:
        """Return small whole numbers as text, mostly 0."""
        drawn = np.minimum(self.random.geometric(0.6, count) - 1, most)
        return pa.array(drawn.astype(str))

    def sentences(self, count: int, words: int, *, several_lines: bool = False) -> list[str]:
        """Return sentences of these many words; some with quotation marks, commas and line ends."""
        found = []
        for number in range(count):
            picked = [_WORDS[at] for at in self.random.integers(0, len(_WORDS), words)]
            if number % 3 == 0:
                picked[words // 2] = f'"{picked[words // 2]}",'
            if several_lines and number % 7 == 0:
                picked[words // 3] += "\n"
            found.append(" ".join(picked).capitalize() + ".")
        return found


def write_ucdp(path: Path, *, rows: int, seed: int) -> None:
    """Write a file like UCDP's georeferenced events, of 49 columns."""
    pool = Pool(rows, seed)
    dyads = [(f"Government {n % 60}", f"Armed Group {n}") for n in range(900)]
    texts = pool.sentences(2_000, 8)

    def batch(first: int, count: int) -> dict[str, pa.Array]:
        at = pool.random.choice(len(pool.place), count, p=pool.weights)
        dyad = (pool.random.random(count) ** 2 * len(dyads)).astype(int)
        day = pool.random.choice(pool.days, count)
        length = np.where(pool.random.random(count) < 0.1, pool.random.integers(1, 20, count), 0)
        low = pool.random.geometric(0.4, count) - 1
        lon, lat = pool.longitude[at].astype(str), pool.latitude[at].astype(str)
        number = np.arange(first, first + count)
        head = pool.some(texts, count)
        source = _joined('"Agency ', pa.array(number % 400), ",", _dates(day), ",", head, '"')
        columns: dict[str, object] = dict.fromkeys(ucdp.COLUMNS, "")
        columns |= {
            "id": number,
            "relid": _joined("ABC-", _dates(day), "-1-", pa.array(number)),
            "year": day.astype("datetime64[Y]").astype(str),
            "active_year": "1",
            "code_status": "Clear",
            "type_of_violence": pool.random.choice(["1", "1", "2", "3"], count),
            "conflict_dset_id": dyad % 300,
            "conflict_new_id": dyad % 300,
            "conflict_name": pa.array([f"Government of conflict {n}" for n in range(300)]).take(dyad % 300),
            "dyad_dset_id": dyad,
            "dyad_new_id": dyad,
            "dyad_name": pa.array([" - ".join(pair) for pair in dyads]).take(dyad),
            "side_a_dset_id": dyad % 60,
            "side_a_new_id": dyad % 60,
            "side_a": pa.array([one for one, _ in dyads]).take(dyad),
            "side_b_dset_id": dyad,
            "side_b_new_id": dyad,
            "side_b": pa.array([other for _, other in dyads]).take(dyad),
            "number_of_sources": pool.figures(count, 9),
            "source_article": source,
            "source_office": _joined("Agency ", pa.array(number % 400)),
            "source_date": _dates(day),
            "source_headline": head,
            "source_original": pool.some(texts[:200], count),
            "where_prec": pool.random.choice(list("1112223456"), count),
            "where_coordinates": pa.array(pool.place).take(at),
            "where_description": pool.some(texts, count),
            "adm_1": pa.array([f"{name} province" for name in pool.admin1]).take(at),
            "adm_2": pa.array([f"{name} district" for name in pool.admin2]).take(at),
            "latitude": lat,
            "longitude": lon,
            "geom_wkt": _joined("POINT (", pa.array(lon), " ", pa.array(lat), ")"),
            "priogrid_gid": at % 20_000 + 100_000,
            "country": pa.array(_COUNTRIES).take(pool.country_of_place[at]),
            "country_id": pool.country_of_place[at] + 600,
            "region": "Asia",
            "event_clarity": "1",
            "date_prec": pool.random.choice(list("11112345"), count),
            "date_start": _joined(_dates(day), " 00:00:00.000"),
            "date_end": _joined(_dates(day + length), " 00:00:00.000"),
            "deaths_a": pool.figures(count, 20),
            "deaths_b": pool.figures(count, 50),
            "deaths_civilians": pool.figures(count, 90),
            "deaths_unknown": pool.figures(count, 5),
            "best": low + 1,
            "high": low + 2,
            "low": low,
            "gwnoa": pool.country_of_place[at] + 600,
        }
        return {name: _text(column, count) for name, column in columns.items()}

    _write(path, rows, batch, bad={"date_start": "no day", "latitude": "east"})


def write_acled(path: Path, *, rows: int, seed: int) -> None:
    """Write a file like ACLED's current export, of 31 columns; notes go over several lines at times."""
    pool = Pool(rows, seed)
    texts = pool.sentences(2_000, 30, several_lines=True)
    subs = [*acled_columns.SUB_EVENTS, "Armed clash", "Attack", "Peaceful protest", "Mob violence"]

    def batch(first: int, count: int) -> dict[str, pa.Array]:
        at = pool.random.choice(len(pool.place), count, p=pool.weights)
        day = pool.random.choice(pool.days, count)
        number = np.arange(first, first + count)
        columns: dict[str, object] = dict.fromkeys(acled_columns.COLUMNS, "")
        columns |= {
            "event_id_cnty": _joined("ABC", pa.array(number)),
            "event_date": _dates(day),
            "year": day.astype("datetime64[Y]").astype(str),
            "time_precision": pool.random.choice(list("111123"), count),
            "disorder_type": pool.some(["Political violence", "Demonstrations"], count),
            "event_type": pool.some(["Battles", "Explosions/Remote violence", "Protests", "Riots"], count),
            "sub_event_type": pool.some(subs, count),
            "actor1": pool.some(pool.actors, count),
            "assoc_actor_1": pool.some(["", "", *pool.actors], count),
            "inter1": pool.random.choice(list("12345678"), count),
            "actor2": pool.some(["Civilians (Mali)", "", *pool.actors], count),
            "inter2": pool.random.choice(list("012345678"), count),
            "interaction": pool.random.choice(["10", "12", "17", "60", "78"], count),
            "civilian_targeting": pool.some(["", "Civilian targeting"], count),
            "iso": pool.country_of_place[at] + 100,
            "region": pool.some(["South Asia", "Middle East", "Western Africa"], count),
            "country": pa.array([name.split(" (")[0] for name in _COUNTRIES]).take(pool.country_of_place[at]),
            "admin1": pa.array(pool.admin1).take(at),
            "admin2": pa.array(pool.admin2).take(at),
            "admin3": pa.array([f"Tehsil {n % 900}" for n in range(len(pool.place))]).take(at),
            "location": pa.array(pool.place).take(at),
            "latitude": pool.latitude[at].astype(str),
            "longitude": pool.longitude[at].astype(str),
            "geo_precision": pool.random.choice(list("1112223"), count),
            "source": pool.some([f"Paper {n}; Agency {n % 7}" for n in range(3_000)], count),
            "source_scale": pool.some(["National", "Subnational", "Other-National"], count),
            "notes": _joined("On ", _dates(day), ", ", pool.some(texts, count), " #", pa.array(number)),
            "fatalities": pool.figures(count, 40),
            "tags": pool.some(["", "", "crowd size=no report", "crowd size=about 500"], count),
            "timestamp": pool.random.integers(1_600_000_000, 1_700_000_000, count),
        }
        return {name: _text(column, count) for name, column in columns.items()}

    _write(path, rows, batch, bad={"event_date": "no day", "latitude": "99"})


def write_gdelt(path: Path, *, rows: int, seed: int, first_id: int = 400_000_000) -> None:
    """Write a file like GDELT 2.0's events: 61 fields between tabs, no header, no quotation marks.

    ``first_id`` is the number of the first event: files with other numbers share none.
    """
    pool = Pool(rows, seed)
    names = gdelt.columns(61)
    fips = pa.array(["PK", "IR", "AF", "IN", "IZ", "YM", "NI", "ML"])
    roots = [f"{number:02d}" for number in range(1, 21)]
    codes = [f"{root}{number}" for root in roots for number in range(4)]
    kinds = ["1", "3", "4", "4", "4", "5"]
    with path.open("wb") as stream:
        for first in range(0, rows, _BATCH):
            count = min(_BATCH, rows - first)
            at = pool.random.choice(len(pool.place), count, p=pool.weights)
            day = pool.random.choice(pool.days, count)
            number = np.arange(first, first + count)
            compact = pc.replace_substring(_dates(day), "-", "")
            code = pool.some(codes, count)
            country, place = fips.take(pool.country_of_place[at]), pa.array(pool.place).take(at)
            where = {
                "Type": pool.some(kinds, count),
                "FullName": _joined(place, ", ", pa.array(_COUNTRIES).take(pool.country_of_place[at])),
                "CountryCode": country,
                "ADM1Code": _joined(country, "0", pa.array(at % 10)),
                "ADM2Code": pa.array(at % 90_000),
                "Lat": pool.latitude[at].astype(str),
                "Long": pool.longitude[at].astype(str),
                "FeatureID": pa.array(-at - 1_000_000),
            }
            columns: dict[str, object] = dict.fromkeys(names, "")
            columns |= {f"{whose}_{name}": cells for whose in _GEO for name, cells in where.items()}
            columns |= {
                "GLOBALEVENTID": number + first_id,
                "SQLDATE": compact,
                "MonthYear": pc.utf8_slice_codeunits(compact, 0, 6),
                "Year": pc.utf8_slice_codeunits(compact, 0, 4),
                "FractionDate": np.round(2_000 + (number % 25_000) / 1_000, 4).astype(str),
                "Actor1Code": pool.some(["GOV", "MIL", "PAK", "IRN", "REB", ""], count),
                "Actor1Name": pool.some([name.upper() for name in pool.actors], count),
                "Actor1CountryCode": pool.some(["PAK", "IRN", "AFG", ""], count),
                "Actor2Code": pool.some(["CVL", "COP", "IND", ""], count),
                "Actor2Name": pool.some(["", *(name.upper() for name in pool.actors)], count),
                "IsRootEvent": pool.random.choice(["0", "1"], count),
                "EventCode": code,
                "EventBaseCode": code,
                "EventRootCode": pc.utf8_slice_codeunits(code, 0, 2),
                "QuadClass": pool.random.choice(list("1234"), count),
                "GoldsteinScale": np.round(pool.random.uniform(-10, 10, count), 1).astype(str),
                "NumMentions": pool.figures(count, 60),
                "NumSources": "1",
                "NumArticles": pool.figures(count, 60),
                "AvgTone": np.round(pool.random.uniform(-15, 15, count), 10).astype(str),
                "DATEADDED": _joined(compact, "143000"),
                # A page tells of some three events.
                "SOURCEURL": _joined(
                    "https://paper", pa.array(number // 3 % 900), ".example/story-", pa.array(number // 3)
                ),
            }
            table = pa.table({name: _text(columns[name], count) for name in names})
            options = csv.WriteOptions(include_header=False, delimiter="\t", quoting_style="none")
            csv.write_csv(table, stream, write_options=options)


_GEO = ("Actor1Geo", "Actor2Geo", "ActionGeo")


def _write(
    path: Path, rows: int, batch: Callable[[int, int], dict[str, pa.Array]], *, bad: dict[str, str]
) -> None:
    writer = None
    for first in range(0, rows, _BATCH):
        columns = batch(first + 100_000, min(_BATCH, rows - first))
        numbers = np.arange(first, min(first + _BATCH, rows))
        for turn, (name, value) in enumerate(bad.items(), start=1):
            is_bad = numbers % _BAD_EVERY == turn * 1_000
            columns[name] = pc.if_else(pa.array(is_bad), value, columns[name])
        table = pa.table(columns)
        if writer is None:
            path.write_text(",".join(columns) + "\n", encoding="utf-8")
            stream = path.open("ab")
            writer = csv.CSVWriter(
                stream,
                table.schema,
                write_options=csv.WriteOptions(quoting_style="needed", include_header=False),
            )
        writer.write(table)
    if writer is not None:
        writer.close()
        stream.close()


def _dates(days: np.ndarray) -> pa.Array:
    return pa.array(days.astype(str))


def _text(values: object, count: int) -> pa.Array:
    if isinstance(values, str):
        return pa.array([values]).take(pa.array(np.zeros(count, dtype=int)))
    found = values if isinstance(values, (pa.Array, pa.ChunkedArray)) else pa.array(np.asarray(values))
    return found if pa.types.is_string(found.type) else pc.cast(found, pa.string())


def _joined(*parts: pa.Array | str) -> pa.Array:
    texts = [part if isinstance(part, str) else pc.cast(part, pa.string()) for part in parts]
    return pc.binary_join_element_wise(*texts, "")
