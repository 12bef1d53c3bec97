"""What the packs hold, against figures measured on the sources."""

import re

import pytest
import shapely
from pyproj import Geod

from geodata import boundaries
from geodata.boundaries import packs
from geodata.errors import BoundaryError

GEOD = Geod(ellps="WGS84")
# km² of the geoBoundaries dissolve, geodesic.
MEASURED_KM2 = {"PK-BA": 345_682, "IR-11": 177_888, "PK-BA-panjgur": 17_586}
TOWNS = {
    "Panjgur": (64.09, 26.97, "PK-BA-panjgur"),
    "Saravan": (62.33, 27.37, "IR-11-saravan"),
    "Zahedan": (60.8629, 29.4963, "IR-11-zahedan"),
    "Khash": (61.2158, 28.2211, "IR-11-khash"),
    "Rask": (61.3990, 26.2368, "IR-11-sarbaz"),
    "Turbat": (63.0485, 26.0012, "PK-BA-kech"),
    "Quetta": (67.0014, 30.1841, "PK-BA-quetta"),
    "Gwadar": (62.3254, 25.1216, "PK-BA-gwadar"),
    "Chabahar": (60.6430, 25.2919, "IR-11-chabahar"),
    "Tabriz": (46.2919, 38.0800, "IR-03"),
    "Kermanshah": (47.0650, 34.3142, "IR-05"),
    "Ahvaz": (48.6842, 31.3190, "IR-06"),
    "Kerman": (57.0788, 30.2832, "IR-08"),
    "Islamabad": (73.0433, 33.7215, "PK-IS"),
    "Erbil": (44.0094, 36.1912, "IQ-AR"),
    "Idlib": (36.6339, 35.9306, "SY-ID"),
}
ID = (
    re.compile(r"[A-Z]{3}"),
    re.compile(r"[A-Z]{2}-([A-Z0-9]{1,3}|NE[A-Z0-9]{2,5})"),
    re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}-[a-z0-9-]+"),
    re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}(-[a-z0-9-]+)?\.[a-z0-9-]+"),
)


def area_km2(geometry):
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))[0]) / 1e6


@pytest.mark.parametrize("unit_id", MEASURED_KM2)
def test_areas_are_within_one_percent_of_the_source(unit_id):
    geometry = boundaries.unit_geometry(unit_id)
    assert area_km2(geometry) == pytest.approx(MEASURED_KM2[unit_id], rel=0.01)
    assert boundaries.unit(unit_id).area_km2 == pytest.approx(area_km2(geometry), rel=1e-4)


@pytest.mark.parametrize("town", TOWNS)
@pytest.mark.parametrize("resolution", ["join", "screen"])
def test_towns_fall_in_their_units(town, resolution):
    longitude, latitude, unit_id = TOWNS[town]
    point = shapely.Point(longitude, latitude)
    for name in (unit_id, *boundaries.ancestors(unit_id)):
        assert boundaries.unit_geometry(name, resolution=resolution).covers(point), name


@pytest.mark.parametrize("level", packs.LEVELS)
@pytest.mark.parametrize("resolution", ["join", "screen"])
def test_units_are_valid_and_well_named(level, resolution):
    frame = boundaries.load_units(level, resolution=resolution)
    assert frame.crs.to_epsg() == 4326
    assert frame["id"].is_unique
    assert frame["id"].is_monotonic_increasing
    assert frame["id"].map(lambda unit_id: bool(ID[level].fullmatch(unit_id))).all()
    assert frame.geometry.is_valid.all()
    assert not frame.geometry.is_empty.any()
    assert set(frame.geom_type) <= {"Polygon", "MultiPolygon"}
    assert set(frame["level"]) == {level}
    assert frame["level"].dtype == "int64"
    texts = ["iso3", "name", "source", "licence", "vintage"]
    assert (frame[texts] != "").all(axis=None)
    assert frame.notna().all(axis=None)
    assert set(frame["licence"]) <= {"ODbL-1.0", "public domain"}


def test_every_parent_exists_one_level_up():
    for unit_id in boundaries.unit_ids():
        item = boundaries.unit(unit_id)
        levels = [boundaries.unit(name).level for name in boundaries.ancestors(unit_id)]
        assert levels == sorted(levels, reverse=True)
        assert bool(levels) == (item.level > 0)
        assert not levels or levels[-1] == 0
        assert item.iso3 in (unit_id, *boundaries.ancestors(unit_id))


def test_the_two_provinces_have_all_their_districts():
    assert len(boundaries.children("PK-BA")) == 34
    assert len(boundaries.children("IR-11")) == 19
    assert len(boundaries.children("IRN")) == 31
    assert [item.id for item in boundaries.children("PAK")] == [
        "PK-BA", "PK-GB", "PK-IS", "PK-JK", "PK-KP", "PK-PB", "PK-SD",
    ]  # fmt: skip
    assert {item.id.partition(".")[0] for item in boundaries.children("PK-BA-panjgur")} == {"PK-BA-panjgur"}
    assert len(boundaries.children("PK-BA-panjgur")) == 4
    assert boundaries.children("PK-BA-panjgur.parome") == ()


def test_later_units_stand_beside_the_base_vintage():
    base = set(boundaries.load_units(2)["id"])
    golshan = boundaries.unit("IR-11-golshan")
    assert (golshan.level, golshan.parent_id) == (2, "IR-11-saravan")
    assert {"IR-11-golshan", "IR-11-saravan-2024"} <= {
        item.id for item in boundaries.children("IR-11-saravan")
    }
    assert not {"IR-11-golshan", "IR-11-saravan-2024"} & base
    now = boundaries.load_units(2, on="2024-01-16", iso3="IRN")
    assert {"IR-11-golshan", "IR-11-saravan-2024"} <= set(now["id"])
    assert "IR-11-saravan" not in set(now["id"])
    before = boundaries.load_units(2, on="2016-01-01", iso3="IRN")
    assert set(before["id"]) == base & set(before["id"])
    whole = boundaries.load_units(2, iso3="IRN")["area_km2"].sum()
    assert now["area_km2"].sum() == pytest.approx(whole, rel=1e-5)


@pytest.mark.parametrize("resolution", ["join", "screen"])
def test_later_units_make_up_the_one_they_were_cut_from(resolution):
    parts = [
        boundaries.unit_geometry(item.id, resolution=resolution)
        for item in boundaries.children("IR-11-saravan")
        if item.level == 2
    ]
    whole = boundaries.unit_geometry("IR-11-saravan", resolution=resolution)
    assert len(parts) > 1
    assert area_km2(shapely.union_all(parts) ^ whole) < 0.01


@pytest.mark.parametrize("resolution", ["join", "screen"])
@pytest.mark.parametrize("unit_id", ["PAK", "IRN", "PK-BA", "IR-11", "PK-BA-panjgur", "UKR", "SDN"])
def test_levels_nest(unit_id, resolution):
    level = boundaries.unit(unit_id).level + 1
    below = [
        boundaries.unit_geometry(item.id, resolution=resolution)
        for item in boundaries.children(unit_id)
        if item.level == level
    ]
    whole = boundaries.unit_geometry(unit_id, resolution=resolution)
    assert shapely.coverage_is_valid(below)
    assert area_km2(shapely.coverage_union_all(below).symmetric_difference(whole)) < 0.01


def test_iranian_codes_are_those_since_2020():
    names = {
        "IR-03": "East Azerbaijan",
        "IR-05": "Kermanshah",
        "IR-06": "Khuzestan",
        "IR-11": "Sistan and Baluchestan",
    }
    assert {unit_id: boundaries.unit(unit_id).name for unit_id in names} == names
    assert boundaries.unit("IR-11").wikidata == "Q939575"
    assert boundaries.unit("PK-BA").wikidata == "Q163239"


def test_no_hole_is_left_in_either_country():
    for iso3 in ("PAK", "IRN"):
        parts = shapely.get_parts(boundaries.unit_geometry(iso3))
        assert sum(len(part.interiors) for part in parts) == 0


def test_label_points_lie_inside():
    for level in (1, 2):
        frame = boundaries.load_units(level)
        points = shapely.points(frame["label_lon"], frame["label_lat"])
        assert shapely.covers(frame.geometry.values, points).all()


@pytest.mark.parametrize(
    "load",
    [lambda: boundaries.load_units(2), boundaries.load_places, lambda: boundaries.load_basemap("lakes")],
)
def test_frames_are_copies(load):
    frame = load()
    frame["name"] = "edited"
    assert "edited" not in set(load()["name"])


def test_one_country_can_be_asked_for():
    assert set(boundaries.load_units(1, iso3="SYR")["iso3"]) == {"SYR"}
    assert len(boundaries.load_units(2, iso3="SYR")) == 0


@pytest.mark.parametrize(
    ("call", "remedy"),
    [
        (lambda: boundaries.unit("PK-BA-panjgor"), "PK-BA-panjgur"),
        (lambda: boundaries.unit_geometry("ir-11"), "IR-11"),
        (lambda: boundaries.load_units(4), "0, 1, 2, 3"),
        (lambda: boundaries.load_units(1, resolution="fine"), "join, screen"),
        (lambda: boundaries.load_units(1, iso3="PAKI"), "PAK"),
        (lambda: boundaries.load_basemap("roads"), "land"),
        (lambda: boundaries.children("nowhere-at-all"), "boundaries list"),
    ],
)
def test_what_does_not_exist_is_refused_with_a_remedy(call, remedy):
    with pytest.raises(BoundaryError) as caught:
        call()
    assert remedy in caught.value.remedy


def test_every_pack_stands_beside_its_notice():
    infos = boundaries.list_packs()
    folders = {info.file.split("/")[0] for info in infos}
    assert folders == {"geoboundaries-odbl", "geonames", "natural-earth"}
    assert all((packs.DATA / folder / "NOTICE.md").stat().st_size > 200 for folder in folders)
    for folder, words in (("geoboundaries-odbl", "Open Database License"), ("geonames", "Creative Commons")):
        assert words in (packs.DATA / folder / "LICENCE.txt").read_text(encoding="utf-8")
    notice = (packs.DATA / "geoboundaries-odbl" / "NOTICE.md").read_text(encoding="utf-8")
    for owner in ("OpenStreetMap", "Wambacher", "Pathways Data", "Pakistan Bureau of Statistics", "Runfola"):
        assert owner in notice
    assert sum(info.size_bytes for info in infos) < 25_000_000


def test_odbl_data_stays_in_its_folder():
    for info in boundaries.list_packs():
        assert (info.licence == "ODbL-1.0") == info.file.startswith("geoboundaries-odbl/")


def test_credits_name_every_folder_once():
    texts = " ".join(credit.text for credit in boundaries.credits())
    assert len(boundaries.credits()) == 3
    assert "OpenStreetMap" in texts
    assert "CC BY 4.0" in texts
    assert boundaries.DISCLAIMER
