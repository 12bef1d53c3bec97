"""Names find their units and places, in every script and spelling."""

import pytest

from geodata import boundaries
from geodata.boundaries.names import fold
from geodata.errors import BoundaryError

UNIT_NAMES = {
    "PK-BA-panjgur": ["Panjgur", "Panjgoor", "PANJGUR DISTRICT", "پنجگور", "ضلع پنجگور", "PK-BA-panjgur"],
    "PK-BA": ["Balochistan", "Baluchistan", "Balochistan Province", "بلوچستان", "صوبہ بلوچستان"],
    "IR-11": [
        "Sistan and Baluchestan", "Sistan-Baluchestan", "Sistan-o-Baluchestan", "Siestan-o-Baluchistan",
        "Sistan va Baluchestan", "Sīstān and Balūchestān", "سیستان و بلوچستان", "استان سیستان و بلوچستان",
        "سيستان و بلوچستان",
    ],
    "IR-11-saravan": ["Saravan", "Sarawan", "saravan county", "سراوان", "شهرستان سراوان", "Golshan"],
    "IR-11-sarbaz": ["Sarbaz", "Rask county", "سرباز"],
    "IR-11-nikshahr": ["نیکشهر", "نیک‌شهر", "Nik Shahr"],
    "IR-03": ["East Azerbaijan", "East Azarbaijan", "آذربایجان شرقی"],
    "IR-06": ["Khuzestan", "خوزستان"],
    "PK-BA-quetta": ["Quetta", "کوئٹہ"],
    "IRN": ["Iran", "ایران", "إيران"],
    "SY-ID": ["Idlib"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("unit_id", "name"), [(key, name) for key, names in UNIT_NAMES.items() for name in names]
)
def test_units_are_found_by_any_of_their_names(unit_id, name):
    assert boundaries.find_unit(name)[0].id == unit_id


def test_a_name_never_matches_by_half():
    assert boundaries.find_unit("Panj") == []
    assert boundaries.find_unit("") == []
    assert boundaries.find_unit("province") == []


def test_level_and_place_narrow_the_search():
    found = [item.id for item in boundaries.find_unit("Nimruz")]
    assert {"AF-NIM", "IR-11-nimruz"} <= set(found)
    assert [item.id for item in boundaries.find_unit("Nimruz", within="IRN")] == ["IR-11-nimruz"]
    assert [item.id for item in boundaries.find_unit("Nimruz", level=1)] == ["AF-NIM"]
    assert [item.id for item in boundaries.find_unit("Iran", within="IRN")] == ["IRN"]
    with pytest.raises(BoundaryError):
        boundaries.find_unit("Nimruz", within="XYZ")
    with pytest.raises(BoundaryError):
        boundaries.find_unit("Nimruz", level=4)


def test_no_alias_names_a_sibling():
    # A name that two units of one parent share would make every lookup a guess.
    for parent in ("PK-BA", "IR-11", "IRN", "PAK"):
        owners = {}
        for item in boundaries.children(parent):
            for name in {fold(text) for text in (item.name, item.name_local, *item.aliases) if text}:
                owners.setdefault(name, set()).add(item.id)
        assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("كرمان", "کرمان"),
        ("Qasr-e Qand", "qasr e qand"),
        ("Zābol", "Zabol"),
        ("شهرستان خاش", "خاش"),
        ("‘Alī", "Ali"),
    ],
)
def test_spellings_fold_together(one, other):
    assert fold(one) == fold(other)


def test_units_carry_scripts():
    panjgur = boundaries.unit("PK-BA-panjgur")
    assert panjgur.name_local == "پنجگور"
    assert "Panjgoor" in panjgur.aliases
    with pytest.raises(AttributeError):
        panjgur.name = "other"


ORIENTING = [
    "Panjgur", "Turbat", "Quetta", "Gwadar", "Saravan", "Zahedan", "Khash", "Rask", "Chabahar", "Zabol",
    "Erbil", "Kermanshah", "Tabriz", "Ahvaz", "Idlib", "Islamabad", "Tehran", "Karachi", "Kerman",
    "Baghdad", "Damascus",
]  # fmt: skip


def test_the_towns_that_orient_come_first():
    first = boundaries.load_places(1)
    assert set(ORIENTING) <= set(first["name"])
    assert set(first["rank"]) == {1}
    assert (first["name_local"] != "").all()
    seas = first[first["kind"] == "sea"]
    assert {"Persian Gulf", "Gulf of Oman", "Arabian Sea", "Caspian Sea", "Red Sea"} <= set(seas["name"])
    assert (seas["iso3"] == "").all()


def test_every_place_on_the_map_has_a_position_and_ranks_order_them():
    places = boundaries.load_places()
    assert places[["longitude", "latitude"]].notna().all(axis=None)
    assert places["longitude"].between(-180, 180).all()
    assert not ((places["longitude"] == 0) | (places["latitude"] == 0)).any()
    assert places["id"].is_unique
    assert places["rank"].is_monotonic_increasing
    assert set(places["kind"]) == {"town", "sea"}


@pytest.mark.parametrize("name", ["Panjgur", "Panjgoor", "پنجگور"])
def test_towns_are_found(name):
    place = boundaries.find_place(name, "PAK")[0]
    assert (place.name, place.iso3) == ("Panjgur", "PAK")
    assert place.longitude == pytest.approx(64.09, abs=0.02)
    assert boundaries.find_place(name, "IRN") == []


@pytest.mark.parametrize("name", ["Koh-e-Sabz", "Koh-i-Sabz", "Sabz Koh", "سبزکوہ"])
def test_a_village_without_a_position_keeps_none(name):
    place = boundaries.find_place(name)[0]
    assert (place.longitude, place.latitude, place.unit_id) == (None, None, "PK-BA-panjgur")
    assert place.id not in set(boundaries.load_places()["id"])
