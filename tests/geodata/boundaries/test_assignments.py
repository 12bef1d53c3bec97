"""The committed tables of Pakistan's and Iran's units, and how they are derived."""

import re
from collections import defaultdict

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Point, box

from geodata.boundaries import build_assign
from geodata.boundaries.build_assign import Register, persian_key, slug, tehsil_name
from geodata.boundaries.build_sources import read_table
from geodata.boundaries.names import fold
from geodata.errors import BoundaryError

TABLES = {"pak_tehsils": 553, "irn_bakhsh": 1064}
DISTRICTS = {"pak_tehsils": 155, "irn_bakhsh": 429}
# In Karachi: the census table has none of them, and the source's list is in no order there.
EMPTY = {
    "pak_tehsils": {
        "MALIR",
        "MALIR CANTONMENT",
        "FAISAL CANTONMENT",
        "CLIFTON CANTONMENT",
        "KORANGI CREEK CANTONMENT",
        "KARACHI CANTONMENT",
        "MANORA CANTONMENT",
    },
    "irn_bakhsh": set(),
}
LATER = {
    "PK-SD-keamari": 3,
    "IR-03-hurand": 1,
    "IR-07-bakhtegan": 1,
    "IR-07-beyza": 1,
    "IR-07-evaz": 1,
    "IR-07-khafr": 1,
    "IR-07-sarchehan": 1,
    "IR-07-zarqan": 1,
    "IR-09-kuhsorkh": 1,
    "IR-09-salehabad": 1,
    "IR-11-bampur": 1,
    "IR-11-dashtyari": 1,
    "IR-11-golshan": 1,
    "IR-11-rask": 3,
    "IR-11-taftan": 1,
    "IR-13-dargazin": 1,
    "IR-16-holeylan": 1,
    "IR-17-margown": 1,
    "IR-24-aslanduz": 1,
}


@pytest.fixture(scope="module")
def units():
    return read_table("units").set_index("id")


@pytest.fixture(scope="module", params=TABLES)
def table(request):
    return read_table(request.param).assign(table=request.param)


def test_every_unit_is_assigned_once_and_says_why(table, units):
    name = table["table"].iloc[0]
    assert len(table) == TABLES[name]
    assert table["shape_id"].is_unique
    assert "DISPUTED TERRITORY" not in set(table["name"])
    assert (table[["adm1_evidence", "adm2_evidence", "vintage", "adm3_name"]] != "").all(axis=None)
    assigned = table[table["adm2_id"] != ""]
    assert set(table.loc[table["adm2_id"] == "", "name"]) == EMPTY[name]
    assert assigned["adm2_id"].nunique() == DISTRICTS[name]
    assert set(table["adm1_id"]) | set(assigned["adm2_id"]) <= set(units.index)


def test_a_unit_has_no_district_exactly_where_its_evidence_says_so(table):
    assert ((table["adm2_id"] == "") == table["adm2_evidence"].str.startswith("none")).all()
    said = table[["adm2_evidence", "later_evidence"]].stack()
    assert not said.str.contains("division of 2021|comparison|OCHA|OpenStreetMap").any()


def test_a_unit_s_province_and_district_agree(table, units):
    table = table[table["adm2_id"] != ""]
    assert (units.loc[table["adm2_id"], "parent_id"].to_numpy() == table["adm1_id"]).all()
    assert (units.loc[table["adm2_id"], "level"] == "2").all()


def test_third_level_ids_are_ascii_below_their_district_and_unique_but_for_pieces(table):
    pattern = re.compile(r"(PK|IR)-[A-Z0-9]{2}(-[a-z0-9-]+)?\.[a-z0-9-]+")
    assert table["adm3_id"].map(lambda item: bool(pattern.fullmatch(item))).all()
    above = table["adm2_id"].where(table["adm2_id"] != "", table["adm1_id"])
    assert (table["adm3_id"].str.split(".").str[0] == above).all()
    pieces = read_table("irn_by_hand").query("piece_of != ''").set_index("shape_id")["piece_of"]
    whole = table[~table["shape_id"].isin(pieces.index)].set_index("shape_id")["adm3_id"]
    assert whole.is_unique
    split = table[table["shape_id"].isin(pieces.index)].set_index("shape_id")["adm3_id"]
    for shape_id, adm3 in split.items():
        assert whole[pieces[shape_id]] == adm3


def test_a_later_unit_lies_in_the_district_that_it_was_cut_from(table, units):
    later = table[table["later_id"] != ""]
    assert (later["later_evidence"] != "").all()
    assert (units.loc[later["later_id"], "parent_id"].to_numpy() == later["adm2_id"]).all()
    # Later units fill their parent: nothing of it may be without one.
    assert set(table.loc[table["adm2_id"].isin(later["adm2_id"]), "later_id"]) == set(later["later_id"])


def test_later_units_are_those_that_a_source_gives():
    rows = pd.concat([read_table(name) for name in TABLES])
    made = rows[(rows["later_id"] != "") & ~rows["later_id"].str.endswith("-2024")]
    assert made["later_id"].value_counts().to_dict() == LATER
    assert set(made["later_evidence"]) == {
        "census 2023 table",
        "register 2020; not in the division of 2017",
        "split from Saravan before 2024; the day is not known",
    }
    iran = made[made["later_id"].str.startswith("IR-") & (made["later_id"] != "IR-11-golshan")]
    assert not iran["adm2_evidence"].str.contains("by hand|adjacency").any()


def test_what_is_not_built_is_an_alias_of_what_it_is_part_of(units):
    for row in read_table("later_not_built").itertuples():
        assert {row.name, row.name_local} <= set(units.loc[row.base_id, "aliases"].split(";"))
        assert "comparison" not in row.reason


def test_every_named_district_and_later_unit_has_ground(units):
    rows = pd.concat([read_table(name) for name in TABLES])
    second = units[units["level"] == "2"]
    later = second[second["parent_id"].isin(second.index)]
    assert set(later.index) == set(rows["later_id"]) - {""}
    assert set(second.index) - set(later.index) == set(rows["adm2_id"]) - {""}


def test_ground_that_the_source_leaves_out_is_in_units_that_exist(units):
    rows = read_table("left_out")
    own = read_table("irn_bakhsh").drop_duplicates("adm3_id").set_index("adm3_id")
    assert (rows[["adm1_id", "adm2_id", "adm3_id", "adm3_name", "evidence"]] != "").all(axis=None)
    for row in rows.itertuples():
        assert units.loc[row.adm2_id, "parent_id"] == row.adm1_id
        assert row.adm3_id.split(".")[0] == row.adm2_id
        divided = own.loc[own["adm2_id"] == row.adm2_id, "later_id"]
        assert row.later_id in set(divided)
        if row.adm3_id in own.index:
            assert row.adm3_name == own.loc[row.adm3_id, "adm3_name"]


def test_what_is_left_of_a_divided_district_is_named_like_it(units):
    left = units[units.index.str.endswith("-2024")]
    assert len(left) == 19
    for unit_id, row in left.iterrows():
        assert row["parent_id"] == unit_id.removesuffix("-2024")
        assert row["name"] == units.loc[row["parent_id"], "name"]
        made = units[(units["parent_id"] == row["parent_id"]) & (units.index != unit_id)]
        assert set(made["vintage"]) == {row["vintage"]}


def test_ids_are_ascii_and_names_complete(units):
    assert units.index.is_unique
    assert units.index.map(
        lambda item: bool(re.fullmatch(r"[A-Z]{2,3}(-[A-Z0-9]{2,3}(-[a-z0-9-]+)?)?", item))
    ).all()
    own = units[units["level"] != ""]
    assert (own[["name", "name_local", "local_names", "vintage"]] != "").all(axis=None)
    for row in own.itertuples():
        languages = [item.partition("=")[0] for item in row.local_names.split(";")]
        assert len(set(languages)) == len(languages)
        assert row.local_names.split(";")[0].partition("=")[2] == row.name_local
        aliases = [item for item in row.aliases.split(";") if item]
        assert len(aliases) == len(set(aliases))
    for column in ("valid_from", "valid_to"):
        assert units[column].map(lambda day: bool(re.fullmatch(r"(\d{4}(-\d\d){0,2})?", day))).all()


def test_no_two_siblings_answer_to_one_name(units):
    owners = defaultdict(set)
    for row in units[units["level"] != ""].itertuples():
        for name in [row.name, row.name_local, *row.aliases.split(";")]:
            if name:
                owners[row.parent_id, fold(name)].add(row.Index)
    assert {key: ids for key, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(
    ("table", "name", "district"),
    [
        ("pak_tehsils", "PANJGUR", "PK-BA-panjgur"),
        ("pak_tehsils", "PAROME", "PK-BA-panjgur"),
        ("pak_tehsils", "GICHK", "PK-BA-panjgur"),
        ("pak_tehsils", "GOWARGO", "PK-BA-panjgur"),
        ("pak_tehsils", "Taftan", "PK-BA-chagai"),
        ("pak_tehsils", "Mand", "PK-BA-kech"),
        ("pak_tehsils", "LAHORE CITY", "PK-PB-lahore"),
        ("pak_tehsils", "Peshawar I", "PK-KP-peshawar"),
        ("pak_tehsils", "FR PESHAWAR", "PK-KP-peshawar"),
        ("pak_tehsils", "SUJAWAL", "PK-SD-sujawal"),
        ("pak_tehsils", "SAFDARABAD", "PK-PB-sheikhupura"),
        ("pak_tehsils", "LYARI TOWN", "PK-SD-karachi-south"),
        ("pak_tehsils", "MANORA CANTONMENT", ""),
        ("irn_bakhsh", "بخش بشارت", "IR-15-aligudarz"),
        ("irn_bakhsh", "دامنه گرم", "IR-23-tehran"),
        ("irn_bakhsh", "بخش جالق", "IR-11-saravan"),
        ("irn_bakhsh", "بخش پیشین", "IR-11-sarbaz"),
        ("irn_bakhsh", "بخش نوک آباد", "IR-11-khash"),
        ("irn_bakhsh", "بخش خفر", "IR-07-jahrom"),
        ("irn_bakhsh", "بخش طرقبه", "IR-09-binalud"),
    ],
)
def test_known_units_are_where_they_belong(table, name, district):
    rows = read_table(table)
    assert rows.loc[rows["name"] == name, "adm2_id"].tolist() == [district]


@pytest.mark.parametrize(
    ("later", "parent"),
    [
        ("IR-11-golshan", "IR-11-saravan"),
        ("IR-11-rask", "IR-11-sarbaz"),
        ("IR-11-taftan", "IR-11-khash"),
        ("IR-11-bampur", "IR-11-iranshahr"),
        ("IR-11-dashtyari", "IR-11-chabahar"),
    ],
)
def test_later_units_of_the_two_provinces(units, later, parent):
    assert units.loc[later, "parent_id"] == parent


def test_sistan_and_baluchestan_has_its_counties_of_2017(units):
    base = units[(units["parent_id"] == "IR-11") & (units["level"] == "2")]
    assert len(base) == 19
    assert (base["vintage"] == "2017").all()
    assert len(units[(units["parent_id"] == "PK-BA") & (units["level"] == "2")]) == 34


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PANJ PAI SUB-", "Panj Pai"),
        ("NUSHKI_", "Nushki"),
        ("ZIARAT SUB DIVISION", "Ziarat"),
        ("DE-EXCLUDED AREA D.G.KHAN", "De-Excluded Area D. G. Khan"),
        ("GULSHAN E IQBAL TOWN", "Gulshan e Iqbal Town"),
        ("NAGAR-II", "Nagar-II"),
        ("SAMARBAGH(BARWA)", "Samarbagh (Barwa)"),
    ],
)
def test_tehsils_are_named_in_proper_case(text, name):
    assert tehsil_name(text) == name


def test_keys_and_slugs():
    assert persian_key("چاه‌بهار") == persian_key("چاه بهار")
    assert persian_key("قائنات") == persian_key("قاینات")
    assert slug("Qaşr-e Qand") == "qasr-e-qand"
    assert slug("جالق") == ""


def iran(monkeypatch, rows, places, register):
    """Return the derived rows by shape_id; ``rows`` are (shape_id, name, x) of squares in a row."""
    tables = {
        "irn_counties": pd.DataFrame(
            [
                ["IR-99-a", "IR-99-a", "الف", "", "division of 2017"],
                ["IR-99-b", "IR-99-b", "ب", "", "division of 2017"],
                ["IR-99-c", "IR-99-a", "", "نو", "made later, by hand"],
            ],
            columns=["adm2_id", "base_id", "register_name", "bakhsh", "evidence"],
        ),
        "irn_by_hand": pd.DataFrame(
            columns=["shape_id", "name", "adm2_id", "evidence", "piece_of"], dtype=str
        ),
        "irn_romanised": pd.DataFrame([["IR-99", "دیر", "Dir"]], columns=["adm1_id", "name_local", "name"]),
        "units": pd.DataFrame(
            [["IR-99-a", "A", "الف"], ["IR-99-b", "B", "ب"]], columns=["id", "name", "name_local"]
        ),
    }
    monkeypatch.setattr(build_assign, "read_table", lambda name: tables[name])
    units = gpd.GeoDataFrame(
        {
            "shape_id": [row[0] for row in rows],
            "name": [row[1] for row in rows],
            "adm1_id": "IR-99",
            "adm1_evidence": "given",
        },
        geometry=[box(row[2], 0, row[2] + 1, 1) for row in rows],
        crs=4326,
    )
    points = gpd.GeoDataFrame(
        {"name": [name for name, _ in places], "alternatenames": [[name] for name, _ in places]},
        geometry=[Point(x + 0.5, 0.5) for _, x in places],
        crs=4326,
    )
    return build_assign.assign_iran(units, points, register).set_index("shape_id")


REGISTER = Register(
    bakhsh={("IR-99", persian_key("دور")): {"ب"}, ("IR-99", persian_key("نو")): {"الف"}},
    towns={("IR-99", persian_key("الف")): {"الف"}, ("IR-99", persian_key("شهر")): {"الف"}},
    villages={},
)


def test_names_seats_and_adjacency_decide_in_this_order(monkeypatch):
    rows = [("xB1", "بخش دور", 0), ("xB2", "بخش مرکزی", 1), ("xB3", "بخش مرکزی", 5), ("xB4", "بخش نو", 6)]
    found = iran(monkeypatch, rows, [("الف", 5), ("شهر", 1)], REGISTER)
    assert found["adm2_id"].to_dict() == {
        "xB1": "IR-99-b",
        "xB2": "IR-99-b",
        "xB3": "IR-99-a",
        "xB4": "IR-99-a",
    }
    assert found.loc["xB1", "adm2_evidence"] == "register 2020"
    assert found.loc["xB2", "adm2_evidence"].startswith("adjacency")
    assert found.loc["xB3", "adm2_evidence"] == "seat inside; 1 of 1 towns inside"
    assert found["later_id"].to_dict() == {"xB1": "", "xB2": "", "xB3": "IR-99-a-2024", "xB4": "IR-99-c"}
    assert found.loc["xB3", ["adm3_id", "adm3_name"]].tolist() == ["IR-99-a.central", "Central (A)"]
    assert found.loc["xB4", ["adm3_id", "adm3_local"]].tolist() == ["IR-99-a.b4", "نو"]


def test_a_unit_without_evidence_stays_empty(monkeypatch):
    found = iran(monkeypatch, [("xB1", "بخش هیچ", 0)], [("الف", 5)], REGISTER)
    assert found.loc["xB1", ["adm2_id", "adm2_evidence", "later_id"]].tolist() == [
        "",
        "none: no source tells",
        "",
    ]
    assert found.loc["xB1", "adm3_id"] == "IR-99.b1"


def test_an_english_name_comes_from_the_place_inside(monkeypatch):
    register = Register({("IR-99", persian_key("شهر")): {"ب"}}, {}, {})
    rows = [("xB1", "بخش شهر", 0)]
    units = iran(monkeypatch, rows, [], register)
    assert units.loc["xB1", "adm3_name"] == "شهر"
    place = gpd.GeoDataFrame(
        {"name": ["Shahr"], "alternatenames": [["شهر"]]}, geometry=[Point(0.5, 0.5)], crs=4326
    )
    frame = gpd.GeoDataFrame(
        {"shape_id": ["xB1"], "name": ["بخش شهر"], "adm1_id": ["IR-99"], "adm1_evidence": ["given"]},
        geometry=[box(0, 0, 1, 1)],
        crs=4326,
    )
    named = build_assign.assign_iran(frame, place, register)
    assert named.loc[0, ["adm3_name", "adm3_id"]].tolist() == ["Shahr", "IR-99-b.shahr"]


def test_an_id_outlives_a_better_name_but_not_another_district():
    before = pd.DataFrame({"shape_id": ["a", "b"], "adm3_id": ["IR-99-a.b1", "IR-99-a.b2"]})
    table = pd.DataFrame({"shape_id": ["a", "b", "c"], "adm3_id": ["IR-99-a.x", "IR-99-b.y", "IR-99-b.z"]})
    assert build_assign.keep_ids(table, before)["adm3_id"].tolist() == [
        "IR-99-a.b1",
        "IR-99-b.y",
        "IR-99-b.z",
    ]


def places(*names):
    return gpd.GeoDataFrame(
        {"name": list(names), "alternatenames": [[name] for name in names]},
        geometry=[Point(0.5, 0.5)] * len(names),
        crs=4326,
    )


def pakistan(monkeypatch, blocks, census):
    """Return the derived rows of four tehsils; blocks are (first_shape_id, district, evidence)."""
    tables = {
        "pak_list_order": pd.DataFrame(blocks, columns=["first_shape_id", "adm2_id", "evidence"]),
        "units": pd.DataFrame(
            [
                ["PK-PB", "1", "PAK", "Punjab", "پ", ""],
                ["PK-PB-a", "2", "PK-PB", "Alpha", "الف", ""],
                ["PK-PB-a-2024", "2", "PK-PB-a", "Alpha", "الف", ""],
                ["PK-PB-c", "2", "PK-PB", "Gamma", "گ", ""],
                ["PK-PB-n", "2", "PK-PB-a", "New", "ن", ""],
            ],
            columns=["id", "level", "parent_id", "name", "name_local", "aliases"],
        ),
    }
    monkeypatch.setattr(build_assign, "read_table", tables.get)
    units = gpd.GeoDataFrame(
        {"shape_id": ["xB1", "xB2", "xB3", "xB4"], "name": ["ALPHA", "BETA", "GAMMA TOWN", "DELTA"]},
        geometry=[box(x, 0, x + 1, 1) for x in range(4)],
        crs=4326,
    ).assign(adm1_id="PK-PB", adm1_evidence="order of the list")
    rows = [{"province": "Punjab", "district": district, "tehsil": tehsil} for district, tehsil in census]
    return build_assign.assign_pakistan(units, places("Alpha"), rows)


LIST = [
    ["xB1", "PK-PB-a", "order of the list"],
    ["xB3", "PK-PB-c", "census 2023 table"],
    ["xB4", "", "none: nobody says"],
]
CENSUS = [("Alpha", "Alpha"), ("New", "Beta"), ("Gamma", "Gamma")]


def test_pakistan_follows_the_list_and_the_census(monkeypatch):
    found = pakistan(monkeypatch, LIST, CENSUS)
    assert found["adm2_id"].tolist() == ["PK-PB-a", "PK-PB-a", "PK-PB-c", ""]
    assert found["adm2_evidence"].tolist() == [
        "order of the list; census 2023 table; seat inside",
        "order of the list",
        "census 2023 table",
        "none: nobody says",
    ]
    assert found["later_id"].tolist() == ["PK-PB-a-2024", "PK-PB-n", "", ""]
    assert found["later_evidence"].tolist() == [
        "what is left of the district",
        "census 2023 table",
        "",
        "",
    ]
    assert found["adm3_id"].tolist() == [
        "PK-PB-a.alpha",
        "PK-PB-a.beta",
        "PK-PB-c.gamma-town",
        "PK-PB.delta",
    ]


def test_a_table_that_the_census_contradicts_is_an_error(monkeypatch):
    with pytest.raises(BoundaryError, match="does not have this tehsil"):
        pakistan(monkeypatch, LIST, CENSUS[:2])
    with pytest.raises(BoundaryError, match="no tehsil of this district"):
        pakistan(monkeypatch, LIST, [CENSUS[0], CENSUS[2]])


def test_a_frontier_region_is_not_the_tehsil_of_that_name():
    census = build_assign._census_index([{"province": "Punjab", "district": "Alpha", "tehsil": "Alpha"}])
    district = {"name": "Alpha", "aliases": ""}
    assert build_assign._in_census("ALPHA TEHSIL", "PK-PB", district, census)
    assert not build_assign._in_census("FR ALPHA", "PK-PB", district, census)


def test_the_register_s_town_tells_the_county_of_a_bakhsh_that_took_another_name(monkeypatch):
    found = iran(monkeypatch, [("xB1", "بخش شهر", 0), ("xB2", "بخش دیر", 1)], [], REGISTER)
    assert found.loc["xB1", ["adm2_id", "adm2_evidence"]].tolist() == [
        "IR-99-a",
        "register 2020: the town of that name",
    ]
    assert found.loc["xB2", "adm3_name"] == "Dir"
