"""Derive which district each third-level unit is in: ``python -m geodata.boundaries.build_assign``.

Nothing here is part of an ordinary build: the results, ``pak_tehsils.csv`` and
``irn_bakhsh.csv``, are committed. The inputs are pinned packages and tables made by
hand; a row says in words what it rests on, and a row with no evidence stays empty.
The layers of ``compare.py`` are no inputs.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import io
import re
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.boundaries.build_gazetteer import plain
from geodata.boundaries.build_sources import (
    TABLES,
    Source,
    fetch,
    read_gazetteer_layer,
    read_geonames,
    read_sources,
    read_table,
)
from geodata.errors import BoundaryError
from geodata.slugs import slug

COLUMNS = [
    "shape_id",
    "name",
    "adm1_id",
    "adm1_evidence",
    "adm2_id",
    "adm2_evidence",
    "later_id",
    "later_evidence",
    "adm3_id",
    "adm3_name",
    "adm3_local",
    "vintage",
]
REMAINDER = "-2024"
HAND = "by hand"
CENSUS = "census 2023 table"
_CENTRAL = {
    "مرکزی",
    "centraldistrict",
    "centeraldistrict",
    "centeraldirection",
    "centraldistrictsavojbolaghcounty",
}
_PERSIAN = str.maketrans("يىكةۀؤإأئ", "ییکههواای")
_PROVINCES = {
    "Azad Kashmir": "PK-JK",
    "Balochistan": "PK-BA",
    "Gilgit-Baltistan": "PK-GB",
    "Islamabad Capital Territory": "PK-IS",
    "Khyber Pakhtunkhwa": "PK-KP",
    "Punjab": "PK-PB",
    "Sindh": "PK-SD",
}


def persian_key(name: str) -> str:
    """Return a Persian name as the sources' spellings are compared.

    Letter variants count as one; spaces, joints, hamza and the madda do not count.

    Examples
    --------
    >>> persian_key("صالح‌آباد") == persian_key("صالح اباد")
    True
    """
    text = name.translate(_PERSIAN).replace("آ", "ا").replace("ء", "")
    return re.sub(r"[^\w]", "", text).lower()


def read_rows(table: str) -> list[dict[str, str]]:
    """Return a committed table's rows as texts by column."""
    return [{str(k): str(v) for k, v in row.items()} for row in read_table(table).to_dict("records")]


@dataclass(frozen=True)
class Register:
    """Iran's register of about 2020: which county a bakhsh, a town or a village is in.

    Each index leads from ``(province id, persian_key)`` to register county names.
    """

    bakhsh: dict[tuple[str, str], set[str]]
    towns: dict[tuple[str, str], set[str]]
    villages: dict[tuple[str, str], set[str]]


def read_register(wheel: Path) -> Register:
    """Return the register's indices; a name that two counties share leads to both."""
    with zipfile.ZipFile(wheel) as archive:

        def rows(name: str) -> list[dict[str, str]]:
            text = archive.read(f"iranian_cities/data/{name}.csv").decode("utf-8")
            return list(csv.DictReader(io.StringIO(text)))

        province = {row["id"]: f"IR-{int(row['code']):02d}" for row in rows("province")}
        county = {row["id"]: row["name"] for row in rows("county")}

        def index(name: str) -> dict[tuple[str, str], set[str]]:
            found: dict[tuple[str, str], set[str]] = defaultdict(set)
            for row in rows(name):
                found[province[row["province"]], persian_key(row["name"])].add(county[row["county"]])
            return dict(found)

        return Register(index("district"), index("city"), index("village"))


def assign_iran(units: gpd.GeoDataFrame, places: gpd.GeoDataFrame, register: Register) -> pd.DataFrame:
    """Return ``irn_bakhsh.csv``: each bakhsh with its county of 2017 and the one made of it later.

    Parameters
    ----------
    units
        The committed table's shape_id, name, adm1_id, adm1_evidence with the source's
        polygons, EPSG:4326.
    places
        GeoNames' places of Iran: name, alternatenames, geometry (EPSG:4326).
    register
        The register of about 2020.

    Notes
    -----
    In this order: the row made by hand; the bakhsh's name, if the register has it once in
    the province, or a county made of it; the towns inside, and villages where no town is,
    by majority; else the register's town of the bakhsh's name. A central bakhsh needs towns
    or villages, because all have the same name.
    Of two central bakhsh that claim one county, the one with the county's own town keeps
    it. Then a name that the register has twice or spells otherwise, if the unit touches
    that county; what is left goes to the only county of the province without a central
    bakhsh whose units it touches.
    """
    counties = read_rows("irn_counties")
    by_register = {
        (row["adm2_id"][:5], persian_key(row["register_name"])): row["adm2_id"]
        for row in counties
        if row["register_name"]
    }
    inside = _places_inside(units, places)
    hand = {row["shape_id"]: row for row in read_rows("irn_by_hand")}
    found: dict[str, tuple[str, str]] = {}
    for row in units.itertuples():
        key = persian_key(_bare_persian(row.name))
        towns, villages = _votes(row.adm1_id, inside.get(row.shape_id, []), register)
        if row.shape_id in hand:
            found[row.shape_id] = (hand[row.shape_id]["adm2_id"], hand[row.shape_id]["evidence"])
            continue
        named = register.bakhsh.get((row.adm1_id, key), set()) if key not in _CENTRAL else set()
        if not named and (row.adm1_id, key) in by_register:
            # A county made of this bakhsh took its name, and the bakhsh got another.
            found[row.shape_id] = (by_register[row.adm1_id, key], "register 2020: the county of that name")
            continue
        if len(named) == 1:
            county = next(iter(named))
            agree, others = towns[county] + villages[county], (towns + villages).total()
            evidence = "register 2020" + (f"; {agree} of {others} places inside" if others else "")
        elif towns:
            county, count = towns.most_common(1)[0]
            evidence = f"{count} of {towns.total()} towns inside"
        elif villages:
            county, count = villages.most_common(1)[0]
            evidence = f"{count} of {villages.total()} villages inside"
        elif len(seat := register.towns.get((row.adm1_id, key), set())) == 1:
            county, evidence = next(iter(seat)), "register 2020: the town of that name"
        else:
            continue
        found[row.shape_id] = (by_register[row.adm1_id, persian_key(county)], evidence)
    central = {row.shape_id for row in units.itertuples() if persian_key(_bare_persian(row.name)) in _CENTRAL}
    _yield_to_the_seat(units, found, central, inside, counties)
    _fill_by_spelling(units, found, central, register, by_register)
    _fill_by_adjacency(units, found, central, counties)
    return _finish_iran(units, found, counties, inside)


def _bare_persian(name: str) -> str:
    return re.sub(r"^بخش\s+", "", name)


def _places_inside(units: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> dict[str, list[Any]]:
    joined = gpd.sjoin(places, units[["shape_id", "geometry"]], predicate="within")
    found: dict[str, list[Any]] = defaultdict(list)
    for row in joined.sort_index().itertuples():
        found[row.shape_id].append(row)
    return dict(found)


def _votes(adm1: str, places: list[Any], register: Register) -> tuple[Counter[str], Counter[str]]:
    towns: Counter[str] = Counter()
    villages: Counter[str] = Counter()
    for place in places:
        keys = {persian_key(name) for name in place.alternatenames if re.search("[\u0600-\u06ff]", name)}
        as_town = set().union(*(register.towns.get((adm1, key), set()) for key in keys))
        as_village = set().union(*(register.villages.get((adm1, key), set()) for key in keys))
        if len(as_town) == 1:
            towns[as_town.pop()] += 1
        elif not as_town and len(as_village) == 1:
            villages[as_village.pop()] += 1
    return towns, villages


def _yield_to_the_seat(
    units: gpd.GeoDataFrame,
    found: dict[str, tuple[str, str]],
    central: set[str],
    inside: dict[str, list[Any]],
    counties: list[dict[str, str]],
) -> None:
    """Add the seat to the evidence; take the county from a second central bakhsh without it."""
    names: dict[str, set[str]] = defaultdict(set)
    for row in counties:
        names[row["adm2_id"]].add(persian_key(row["register_name"]))
    claims: dict[str, list[str]] = defaultdict(list)
    for shape_id in units["shape_id"]:
        if shape_id in central and shape_id in found:
            claims[found[shape_id][0]].append(shape_id)
    for county, shape_ids in claims.items():
        seats = [
            shape_id
            for shape_id in shape_ids
            if any(
                persian_key(name) in names[county]
                for place in inside.get(shape_id, [])
                for name in place.alternatenames
            )
        ]
        for shape_id in shape_ids:
            evidence = found[shape_id][1]
            if shape_id in seats:
                found[shape_id] = (county, f"seat inside; {evidence}")
            elif seats and HAND not in evidence:
                del found[shape_id]


def _fill_by_spelling(
    units: gpd.GeoDataFrame,
    found: dict[str, tuple[str, str]],
    central: set[str],
    register: Register,
    by_register: dict[tuple[str, str], str],
) -> None:
    """Match a name the register has twice, or spells otherwise, if the unit touches that county."""
    own = units.set_index("shape_id").geometry
    used = {(row.adm1_id, persian_key(_bare_persian(row.name))) for row in units.itertuples()}
    free = {key: names for key, names in register.bakhsh.items() if key not in used}
    for row in units.itertuples():
        key = persian_key(_bare_persian(row.name))
        if row.shape_id in found or row.shape_id in central:
            continue
        options = dict.fromkeys(register.bakhsh.get((row.adm1_id, key), set()), "named twice")
        if not options:
            spelled = [text for adm1, text in free if adm1 == row.adm1_id]
            for text in difflib.get_close_matches(key, spelled, n=3, cutoff=0.75):
                options |= dict.fromkeys(free[row.adm1_id, text], "spelled otherwise")
        near = own.index[own.intersects(row.geometry.buffer(0.01))]
        touched = {found[other][0] for other in near if other in found}
        hits = {
            by_register[row.adm1_id, persian_key(county)]: how
            for county, how in options.items()
            if by_register[row.adm1_id, persian_key(county)] in touched
        }
        if len(hits) == 1:
            (county, how) = hits.popitem()
            found[row.shape_id] = (county, f"register 2020, {how}; adjacency")


def _fill_by_adjacency(
    units: gpd.GeoDataFrame,
    found: dict[str, tuple[str, str]],
    central: set[str],
    counties: list[dict[str, str]],
) -> None:
    """Give what is left to the one county without a central bakhsh that it touches."""
    own = units.set_index("shape_id").geometry
    for _ in range(2):
        taken = {found[shape_id][0] for shape_id in central if shape_id in found}
        free = [row["adm2_id"] for row in counties if row["adm2_id"] not in taken]
        for row in units.itertuples():
            if row.shape_id in found or row.shape_id not in central:
                continue
            near = own.index[own.intersects(row.geometry.buffer(0.01))]
            touching = {found[other][0] for other in near if other in found and other != row.shape_id}
            options = sorted(touching & {county for county in free if county.startswith(row.adm1_id)})
            if len(options) == 1:
                found[row.shape_id] = (options[0], "adjacency: the only county without a central bakhsh")


def _finish_iran(
    units: gpd.GeoDataFrame,
    found: dict[str, tuple[str, str]],
    counties: list[dict[str, str]],
    inside: dict[str, list[Any]],
) -> pd.DataFrame:
    base = {row["adm2_id"]: row["base_id"] for row in counties}
    note = {row["adm2_id"]: row["evidence"] for row in counties}
    made_of = {
        (row["base_id"], persian_key(name)): row["adm2_id"]
        for row in counties
        for name in row["bakhsh"].split(";")
        if name
    }
    rows = []
    for row in units.itertuples():
        county, evidence = found.get(row.shape_id, ("", "none: no source tells"))
        adm2 = base.get(county, "")
        local = _bare_persian(row.name)
        later = county if county != adm2 else made_of.get((adm2, persian_key(local)), "")
        rows.append(
            {
                "shape_id": row.shape_id,
                "name": row.name,
                "adm1_id": row.adm1_id,
                "adm1_evidence": row.adm1_evidence,
                "adm2_id": adm2,
                "adm2_evidence": evidence,
                "later_id": later,
                "later_evidence": note.get(later, ""),
                "adm3_local": local,
                "adm3_name": _english_name(local, inside.get(row.shape_id, [])),
                "vintage": "2017",
            }
        )
    table = _name_remainders(pd.DataFrame(rows))
    units_table = read_table("units").set_index("id")
    names = units_table["name"]
    counties_named = {
        (unit_id[:5], persian_key(local)): name
        for unit_id, name, local in zip(names.index, names, units_table["name_local"], strict=True)
        if unit_id.startswith("IR-") and "-" in unit_id[3:]
    }
    romanised = {
        (row["adm1_id"], persian_key(row["name_local"])): row["name"] for row in read_rows("irn_romanised")
    }
    english = {**romanised, **counties_named}
    for at, item in table.iterrows():
        if persian_key(item["adm3_local"]) in _CENTRAL:
            table.loc[at, "adm3_local"] = "مرکزی"
            table.loc[at, "adm3_name"] = (
                f"Central ({names[item['adm2_id']]})" if item["adm2_id"] else "Central"
            )
        elif not item["adm3_name"]:
            same = english.get((item["adm1_id"], persian_key(item["adm3_local"])), "")
            table.loc[at, "adm3_name"] = same or item["adm3_local"]
    slugs = [
        "central" if name.startswith("Central (") else slug(name) or f"b{shape_id.split('B')[1]}"
        for name, shape_id in zip(table["adm3_name"], table["shape_id"], strict=True)
    ]
    table = _with_ids(table, slugs)
    pieces = read_table("irn_by_hand").set_index("shape_id")["piece_of"]
    whole = dict(zip(table["shape_id"], table.index, strict=True))
    for shape_id, main in pieces[pieces != ""].items():
        for column in ("adm3_id", "adm3_name", "adm3_local", "later_id", "later_evidence"):
            table.loc[whole[shape_id], column] = table.loc[whole[main], column]
    return table


def _english_name(local: str, places: list[Any]) -> str:
    """Return GeoNames' name of the place inside that is written like the unit; empty if none is."""
    key = persian_key(local)
    names = {
        plain(place.name)
        for place in places
        if any(persian_key(name) == key for name in place.alternatenames)
    }
    return names.pop() if len(names) == 1 else ""


def _name_remainders(table: pd.DataFrame) -> pd.DataFrame:
    """Give what is left of a district that was divided later its own id in ``later_id``."""
    divided = set(table.loc[table["later_id"] != "", "adm2_id"])
    rest = table["adm2_id"].isin(divided) & (table["later_id"] == "")
    table.loc[rest, "later_id"] = table.loc[rest, "adm2_id"] + REMAINDER
    table.loc[rest, "later_evidence"] = "what is left of the district"
    return table


def _with_ids(table: pd.DataFrame, slugs: list[str]) -> pd.DataFrame:
    """Return the table with unique ``adm3_id``: a second unit of a name gets its shape's digits."""
    parents = table["adm2_id"].where(table["adm2_id"] != "", table["adm1_id"])
    ids = [f"{parent}.{text}" for parent, text in zip(parents, slugs, strict=True)]
    # A piece split off by the source's drawing is named after its unit afterwards.
    repeated = {item for item, count in Counter(ids).items() if count > 1}
    table["adm3_id"] = [
        f"{item}-{shape_id.split('B')[1]}" if item in repeated else item
        for item, shape_id in zip(ids, table["shape_id"], strict=True)
    ]
    return table[COLUMNS]


def assign_pakistan(
    units: gpd.GeoDataFrame, places: gpd.GeoDataFrame, census: list[dict[str, str]]
) -> pd.DataFrame:
    """Return ``pak_tehsils.csv``: each tehsil with its district.

    Parameters
    ----------
    units
        The committed table's columns shape_id, name and province in the order of the
        source's list, with polygons, EPSG:4326.
    places
        GeoNames' places of Pakistan: name, alternatenames, geometry (EPSG:4326).
    census
        Rows province, district, tehsil of the census table.

    Raises
    ------
    BoundaryError
        If a block rests on the census table and the table does not have the tehsil there, or
        if it has no tehsil of a district that ``units.csv`` has as made later.

    Notes
    -----
    ``pak_list_order.csv`` divides the source's list, which is ordered province, district,
    tehsil, into districts; a block without a district stays empty. Outside Balochistan the
    census table runs several districts together, so it mostly adds to a row's evidence. It
    alone says which tehsils a district made later has.
    """
    blocks = read_table("pak_list_order")
    starts = {row.first_shape_id: row for row in blocks.itertuples()}
    named = read_table("units").set_index("id")
    later = _made_later(named)
    inside = _places_inside(units, places)
    counted = _census_index(census)
    rows: list[dict[str, str]] = []
    block: Any = None
    for row in units.itertuples():
        block = starts.get(row.shape_id, block)
        adm2 = str(block.adm2_id)
        evidence = [str(block.evidence)]
        counted_here = bool(adm2) and _in_census(row.name, row.adm1_id, named.loc[adm2], counted)
        if counted_here and block.evidence != CENSUS:
            evidence.append(CENSUS)
        if block.evidence == CENSUS and not counted_here:
            raise BoundaryError(
                "the census table does not have this tehsil in this district",
                file="pak_list_order.csv",
                value=f"{row.name}, {adm2}",
                remedy="give the block other evidence, or leave its district empty",
            )
        if adm2 and _seat_inside(named.loc[adm2], inside.get(row.shape_id, [])):
            evidence.append("seat inside")
        made = [
            key for key in later.get(adm2, []) if _in_census(row.name, row.adm1_id, named.loc[key], counted)
        ]
        rows.append(
            {
                "shape_id": row.shape_id,
                "name": row.name,
                "adm1_id": row.adm1_id,
                "adm1_evidence": row.adm1_evidence,
                "adm2_id": adm2,
                "adm2_evidence": "; ".join(evidence),
                "later_id": made[0] if made else "",
                "later_evidence": CENSUS if made else "",
                "adm3_name": tehsil_name(row.name),
                "adm3_local": "",
                "vintage": "tehsils of about 2017",
            }
        )
    table = pd.DataFrame(rows)
    without = sorted({key for keys in later.values() for key in keys} - set(table["later_id"]))
    if without:
        raise BoundaryError(
            "the census table has no tehsil of this district",
            file="units.csv",
            value=without[0],
            remedy="take the district out: nothing else says what ground it has",
        )
    table = _name_remainders(table)
    return _with_ids(table, [slug(name) for name in table["adm3_name"]])


def _made_later(named: pd.DataFrame) -> dict[str, list[str]]:
    """Return Pakistan's districts that were cut from another one, by the id of that one."""
    districts = named[named.index.str.startswith("PK-") & (named["level"] == "2")]
    later = districts[districts["parent_id"].isin(districts.index) & ~districts.index.str.endswith(REMAINDER)]
    found: dict[str, list[str]] = defaultdict(list)
    for unit_id, parent in later["parent_id"].items():
        found[str(parent)].append(str(unit_id))
    return dict(found)


def tehsil_name(text: str) -> str:
    """Return the source's name of a tehsil in proper case, without words for its kind.

    Examples
    --------
    >>> tehsil_name("DOBANDI SUB-"), tehsil_name("FR D.I.KHAN"), tehsil_name("BABA_KOT")
    ('Dobandi', 'FR D. I. Khan', 'Baba Kot')
    """
    bare = text.replace("_", " ").strip()
    bare = re.sub(r"\s+(sub\s+division|sub-?|taluks?)$", "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"\.(?=\S)", ". ", bare).replace("(", " (")
    words = [_cased(word) for word in bare.split()]
    return " ".join(words)


def _cased(word: str) -> str:
    if re.fullmatch(r"FR|I{1,3}|IV", word):
        return word
    cased = "-".join(
        part if re.fullmatch(r"I{1,3}", part) else part[:1].upper() + part[1:].lower()
        for part in word.split("-")
    )
    cased = re.sub(r"^\((\w)", lambda match: "(" + match[1].upper(), cased)
    return "e" if cased == "E" else cased


def _latin_key(name: str) -> str:
    words = re.sub(r"\b(tehsil|taluka?s?|sub|division|town)\b", "", name.lower().replace("_", " "))
    words = re.sub(r"\bfr\b", "frontier region ", words)  # or it would match the district's own tehsil
    return re.sub(r"[^a-z0-9]", "", words).replace("oo", "u").replace("ee", "i")


def _census_index(census: list[dict[str, str]]) -> dict[tuple[str, str], list[str]]:
    index: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in census:
        if row["tehsil"]:
            index[_PROVINCES[row["province"]], _latin_key(row["district"])].append(_latin_key(row["tehsil"]))
    return dict(index)


def _in_census(tehsil: str, adm1: str, district: Any, census: dict[tuple[str, str], list[str]]) -> bool:
    """Return whether the census table has the tehsil in the district, a row of ``units.csv``."""
    for name in [str(district["name"]), *str(district["aliases"]).split(";")]:
        tehsils = census.get((adm1, _latin_key(name)), [])
        if difflib.get_close_matches(_latin_key(tehsil), tehsils, n=1, cutoff=0.84):
            return True
    return False


def _seat_inside(district: Any, places: list[Any]) -> bool:
    wanted = {_latin_key(str(district["name"])), str(district["name_local"])}
    return any(
        _latin_key(plain(place.name)) in wanted or wanted & set(place.alternatenames) for place in places
    )


def read_places(wheel: Path, country: str) -> gpd.GeoDataFrame:
    """Return GeoNames' places of a country (ISO alpha-2): name, alternatenames, points, EPSG:4326."""
    places = [place for place in read_geonames(wheel) if place["countrycode"] == country]
    points = gpd.points_from_xy([p["longitude"] for p in places], [p["latitude"] for p in places])
    columns = {key: [place[key] for place in places] for key in ("name", "alternatenames")}
    return gpd.GeoDataFrame(columns, geometry=points, crs=4326)


def read_census(wheel: Path) -> list[dict[str, str]]:
    """Return the census table's rows: province, district, tehsil."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read("pk_address_checker/pk_admin_data/admin_units.csv").decode("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def read_units(table: str, layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the committed rows, in their order, with the source's polygons."""
    rows = read_table(table)[["shape_id", "name", "adm1_id", "adm1_evidence"]]
    shapes = layer.set_index("shape_id").geometry
    missing = sorted(set(rows["shape_id"]) - set(shapes.index))
    if missing:
        raise BoundaryError(
            "the table names units that the source does not have",
            file=f"{table}.csv",
            value=missing[0],
            remedy="compare the source's shape_id column with the table",
        )
    return gpd.GeoDataFrame(rows, geometry=shapes.loc[rows["shape_id"]].values, crs=4326)


def read_assign_sources() -> dict[str, Source]:
    """Return the pinned packages that only the tables need, by key; no build fetches them."""
    return {row["key"]: Source(**row) for row in read_rows("assign_sources")}


def derive_tables(work_dir: Path, out_dir: Path = TABLES) -> None:
    """Write both tables under ``out_dir`` from the packages in ``work_dir``."""
    work_dir.mkdir(parents=True, exist_ok=True)
    sources = {**read_sources(), **read_assign_sources()}
    paths = {
        key: fetch(sources[key], work_dir, print)
        for key in ("gazetteer", "geonames", "iran-register", "pakistan-census")
    }
    iran = assign_iran(
        read_units("irn_bakhsh", read_gazetteer_layer(paths["gazetteer"], work_dir, "9664099B")),
        read_places(paths["geonames"], "IR"),
        read_register(paths["iran-register"]),
    )
    pakistan = assign_pakistan(
        read_units("pak_tehsils", read_gazetteer_layer(paths["gazetteer"], work_dir, "9618217B")),
        read_places(paths["geonames"], "PK"),
        read_census(paths["pakistan-census"]),
    )
    for name, table in (("irn_bakhsh", iran), ("pak_tehsils", pakistan)):
        keep_ids(table, read_table(name)).to_csv(out_dir / f"{name}.csv", index=False, lineterminator="\n")


def keep_ids(table: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the ``adm3_id`` that a unit had before, if its district is the same.

    An id outlives a better name: others may have stored it.
    """
    if "adm3_id" not in before:
        return table
    had = dict(zip(before["shape_id"], before["adm3_id"], strict=True))
    kept = [
        had[shape_id] if had.get(shape_id, "").partition(".")[0] == new.partition(".")[0] else new
        for shape_id, new in zip(table["shape_id"], table["adm3_id"], strict=True)
    ]
    return table.assign(adm3_id=kept)


def main(arguments: list[str] | None = None) -> None:
    """Derive the tables; ``--work`` is the folder of downloaded packages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder of downloaded packages")
    derive_tables(parser.parse_args(arguments).work)


if __name__ == "__main__":
    main()
