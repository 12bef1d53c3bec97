"""Every country of the world and its provinces: codes, names, places that must fall in them."""

import re
import subprocess
import sys
import threading

import pytest
import shapely
from pyproj import Geod

from geodata import boundaries
from geodata.boundaries import build_world, packs
from geodata.boundaries.build_sources import read_table

GEOD = Geod(ellps="WGS84")
CITIES = {
    "Kyiv": (30.523, 50.450, "UA-30"),
    "Kharkiv": (36.231, 49.993, "UA-63"),
    "Simferopol": (34.102, 44.952, "UA-43"),
    "Sevastopol": (33.60, 44.56, "UA-40"),
    "Moscow": (37.618, 55.756, "RU-MOW"),
    "Kolomna": (38.77, 55.08, "RU-MOS"),
    "Anadyr": (177.40, 64.72, "RU-CHU"),
    "Uelen, across the antimeridian": (-170.10, 66.12, "RU-CHU"),
    "Suva": (178.45, -18.12, "FJ-C"),
    "Taveuni": (-179.96, -16.86, "FJ-N"),
    "Khartoum": (32.53, 15.50, "SD-KH"),
    "Nyala": (24.88, 12.05, "SD-DS"),
    "Zalingei": (23.47, 12.91, "SD-DC"),
    "Goma": (29.22, -1.67, "CD-NK"),
    "Maiduguri": (13.15, 11.83, "NG-BO"),
    "Mekelle": (39.47, 13.49, "ET-TI"),
    "Nairobi": (36.82, -1.29, "KE-30"),
    "Voi": (38.56, -3.39, "KE-NE1193"),
    "Mogadishu": (45.32, 2.05, "SO-BN"),
    "Hargeisa": (44.06, 9.56, "SO-NESOL"),
    "Laayoune": (-13.20, 27.15, "EH-NE3456"),
    "Gaza": (34.46, 31.50, "PS-NEGAZ"),
    "Hebron": (35.10, 31.53, "PS-NEWEB"),
    "Aleppo": (37.16, 36.20, "SY-HL"),
    "Baghdad": (44.37, 33.31, "IQ-BG"),
    "Sanaa": (44.19, 15.35, "YE-SA"),
    "Kabul": (69.18, 34.53, "AF-KAB"),
    "Srinagar": (74.80, 34.08, "IN-JK"),
    "Mandalay": (96.08, 21.97, "MM-04"),
    "Urumqi": (87.62, 43.82, "CN-XJ"),
    "Kathmandu": (85.32, 27.71, "NP-NE1130"),
    "Davao": (125.61, 7.07, "PH-DAS"),
    "Quezon City": (121.03, 14.68, "PH-00"),
    "Jakarta": (106.83, -6.20, "ID-JK"),
    "Sydney": (151.00, -33.80, "AU-NSW"),
    "Auckland": (174.76, -36.87, "NZ-AUK"),
    "Tokyo": (139.60, 35.70, "JP-13"),
    "Paris": (2.35, 48.86, "FR-75C"),
    "Cayenne": (-52.33, 4.92, "FR-973"),
    "Lillehammer": (10.47, 61.12, "NO-34"),
    "Warsaw": (21.01, 52.23, "PL-14"),
    "Prague": (14.42, 50.09, "CZ-10"),
    "Pristina": (21.16, 42.66, "XK-NE5902"),
    "Sarajevo": (18.41, 43.86, "BA-BIH"),
    "Rîbnița": (29.01, 47.77, "MD-SN"),
    "Stepanakert": (46.75, 39.82, "AZ-XA"),
    "Mexico City": (-99.13, 19.43, "MX-CMX"),
    "Bogotá": (-74.08, 4.65, "CO-DC"),
    "Port-au-Prince": (-72.32, 18.54, "HT-OU"),
    "Manaus": (-60.02, -3.10, "BR-AM"),
    "Buenos Aires": (-58.43, -34.61, "AR-C"),
    "Anchorage": (-149.80, 61.18, "US-AK"),
    "Toronto": (-79.40, 43.72, "CA-ON"),
}  # fmt: skip
# Land that the source gives a country but none of its provinces, as a share of the country.
WITHOUT_PROVINCE = {"ALA": 0.5, "AIA": 0.05, "UMI": 0.15, "ARE": 0.003, "GGY": 0.05}


@pytest.fixture(scope="module")
def provinces():
    return boundaries.load_units(1)


def test_every_country_has_an_outline_and_provinces_in_both_resolutions(provinces):
    countries = boundaries.load_units(0)
    # The ISO 3166-1 countries but ten that Natural Earth draws as parts of others, and Kosovo.
    assert len(countries) == 240
    assert set(boundaries.load_units(0, resolution="screen")["id"]) == set(countries["id"])
    assert set(provinces["iso3"]) == set(countries["id"])
    assert set(boundaries.load_units(1, resolution="screen")["id"]) == set(provinces["id"])


@pytest.mark.parametrize("city", CITIES)
def test_cities_fall_in_their_provinces(city):
    longitude, latitude, unit_id = CITIES[city]
    point = shapely.Point(longitude, latitude)
    assert boundaries.unit_geometry(unit_id).covers(point)
    assert boundaries.unit_geometry(boundaries.unit(unit_id).parent_id).covers(point)


def test_codes_are_those_of_their_country(provinces):
    prefix = provinces["id"].str[:2]
    assert prefix.groupby(provinces["iso3"]).nunique().eq(1).all()
    assert provinces["iso3"].groupby(prefix).nunique().eq(1).all()
    assert (provinces["parent_id"] == provinces["iso3"]).all()


def test_a_made_up_id_cannot_be_taken_for_a_code_of_iso(provinces):
    iso = provinces["id"].str.fullmatch(r"[A-Z]{2}-[A-Z0-9]{1,3}")
    assert (provinces["iso_3166_2"] == provinces["id"].where(iso, "")).all()
    made = provinces.loc[~iso, "id"]
    assert made.str.fullmatch(r"[A-Z]{2}-NE([A-Z]{3}|\d{2,5})").all()
    assert 300 < len(made) < 400


@pytest.mark.parametrize(
    ("code", "unit_id"),
    [("KEN-890", "KE-NE890"), ("ATA+00?", "AQ-NEATA"), ("CZE-10368", "CZ-NE10368")],
)
def test_made_up_ids_carry_the_number_of_the_source(code, unit_id):
    assert build_world.invented_id(unit_id[:2], code) == unit_id


def test_every_fixed_code_says_why():
    rows = read_table("natural_earth_codes")
    assert rows["key"].is_unique
    assert (rows["why"] != "").all()
    assert rows["id"].str.fullmatch(r"([A-Z]{2}-([A-Z0-9]{1,3}|NE[A-Z0-9]+))?|-").all()
    assert set(rows["other_names"]) == {"", "drop"}


def test_provinces_fill_their_countries(provinces):
    parts = provinces.groupby("iso3")["area_km2"].sum()
    whole = boundaries.load_units(0).set_index("id")["area_km2"]
    left = (1 - parts / whole).abs()
    assert set(left[left > 0.0005].index) <= set(WITHOUT_PROVINCE)
    for iso3, share in WITHOUT_PROVINCE.items():
        assert left[iso3] < share


@pytest.mark.parametrize("level", [0, 1])
def test_natural_earth_is_one_coverage_at_join_resolution(level):
    frame = boundaries.load_units(level)
    assert shapely.coverage_is_valid(frame.geometry.values[~frame["iso3"].isin(["IRN", "PAK"])])


@pytest.mark.parametrize(
    ("unit_id", "name", "spellings"),
    [
        ("IRN", "Iran", ["IR", "Islamic Republic of Iran", "ایران"]),
        ("SYR", "Syria", ["SY", "Syrian Arab Republic", "سوريا"]),
        ("RUS", "Russia", ["RU", "Russian Federation", "Россия"]),
        ("KOR", "South Korea", ["KR", "Republic of Korea", "대한민국"]),
        ("COD", "DR Congo", ["CD", "Democratic Republic of the Congo"]),
        ("TUR", "Turkey", ["TR", "Türkiye", "ترکی"]),
        ("PSE", "Palestine", ["PS", "فلسطين", "West Bank and Gaza"]),
        ("GBR", "United Kingdom", ["GB", "UK"]),
        ("UA-32", "Kyiv Oblast", ["Kiev Oblast", "Київ"]),
        ("IQ-BG", "Baghdad", ["بغداد"]),
        ("AF-KAB", "Kabul", ["کابل"]),
        ("NO-34", "Innlandet", ["Hedmark", "Oppland"]),
    ],
)
def test_names_in_common_use_and_others(unit_id, name, spellings):
    assert boundaries.unit(unit_id).name == name
    for spelling in [name, *spellings]:
        assert unit_id in [item.id for item in boundaries.find_unit(spelling)], spelling


def test_two_provinces_of_a_country_never_share_a_name(provinces):
    twins = provinces[provinces.duplicated(["iso3", "name"], keep=False)]
    assert twins[["id", "name"]].to_numpy().tolist() == []


def test_local_names_begin_with_the_name_shown():
    for unit_id in boundaries.unit_ids():
        item = boundaries.unit(unit_id)
        for language, text in item.local_names:
            assert re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?", language), unit_id
            assert text == text.strip() != "", unit_id


LAZY = """
from geodata.boundaries import packs
import geodata.boundaries as b
read, real = [], packs.read_shapes
def watched(file, groups):
    read.append((file.split("/")[-1], len(groups)))
    return real(file, groups)
packs.read_shapes = watched
{call}
print(read)
"""


def shapes_read(call):
    code = LAZY.replace("{call}", call)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return eval(done.stdout)


@pytest.mark.parametrize(
    "call",
    [
        "b.unit('PK-BA-panjgur'); b.unit_ids(); b.find_unit('Kyiv'); b.children('PAK')",
        "b.list_packs(); b.ancestors('UA-30'); b.credits()",
    ],
)
def test_attributes_are_read_without_geometries(call):
    assert shapes_read(call) == []


def test_one_country_is_read_without_the_others():
    read = shapes_read("b.unit_geometry('PK-BA-panjgur'); b.load_units(1, iso3=['PAK', 'IRN', 'UKR'])")
    world = dict(item for item in read if item[0] == "adm1_join.parquet")
    assert {file for file, _ in read} == {"adm2_join.parquet", "adm1_join.parquet"}
    assert max(world.values()) == 1


def test_threads_read_a_file_once(monkeypatch):
    read, real = [], packs.read_shapes
    monkeypatch.setattr(packs, "read_shapes", lambda file, groups: read.append(file) or real(file, groups))
    packs._country_shapes.cache_clear()
    threads = [threading.Thread(target=boundaries.unit_geometry, args=("UA-30",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read) == 1
