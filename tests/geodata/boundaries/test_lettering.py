"""Local names: in the language of the place, in letters that the fonts have, and nobody else's."""

from __future__ import annotations

import io
from functools import cache
from importlib import resources

import pytest
from fontTools.ttLib import TTFont

from geodata import boundaries
from geodata.boundaries.lettering import can_letter


@cache
def letters(*files: str) -> frozenset[str]:
    """Return what all of some font files hold."""
    folder = resources.files("geodata.render") / "fonts"
    maps = [TTFont(io.BytesIO((folder / f"{file}.ttf").read_bytes())).getBestCmap() for file in files]
    return frozenset.intersection(*(frozenset(map(chr, found)) for found in maps))


def fonts() -> frozenset[str]:
    latin = letters("SourceSans3-Regular", "SourceSans3-Bold")
    return latin | letters("NotoNaskhArabic-Regular", "NotoNaskhArabic-Bold")


def town_names() -> dict[tuple[str, str], boundaries.LocalName | None]:
    places = boundaries.load_places()
    columns = (places[name] for name in ("name", "name_local", "local_names", "kind"))
    found = boundaries.local_town_names(*columns)
    return dict(zip(zip(places["iso3"], places["name"], strict=True), found, strict=True))


def test_the_fonts_hold_every_letter_of_every_local_name() -> None:
    names = [boundaries.local_name(unit_id) for unit_id in boundaries.unit_ids()]
    names += town_names().values()
    texts = [name[1] for name in names if name]
    assert len(texts) > 7000
    assert [text for text in texts if not set(text) <= fonts()] == []


@pytest.mark.parametrize(
    ("unit_id", "name"),
    [
        ("PAK", ("ur", "پاکستان")),
        ("PK-BA", ("ur", "بلوچستان")),
        ("PK-BA-panjgur", ("ur", "پنجگور")),
        ("IRN", ("fa", "ایران")),
        ("IR-11", ("fa", "سیستان و بلوچستان")),
        ("IRQ", ("ar", "العراق")),
        ("TUR", ("tr", "Türkiye")),
        ("FRA", None),  # the English name again
        ("IND", None),  # no font of ours has Devanagari
        ("ISR", None),
        ("AF-DAY", None),  # the source gives it the name of the province that it was cut from
        ("AF-URU", None),
    ],
)
def test_a_unit_has_its_countrys_own_name_or_none(unit_id: str, name: boundaries.LocalName | None) -> None:
    assert boundaries.local_name(unit_id) == name


def test_the_country_follows_in_the_same_language() -> None:
    assert boundaries.name_with_country("PK-BA") == ("ur", "بلوچستان (پاکستان)")
    assert boundaries.name_with_country("IRN") == ("fa", "ایران")
    assert boundaries.name_with_country("IN-PB") is None


def test_towns_have_no_foreign_name_and_seas_none_at_all() -> None:
    names = town_names()
    assert names["PAK", "Quetta"] == ("ur", "کوئٹہ") and names["IRN", "Zahedan"] == ("fa", "زاهدان")
    assert names["GBR", "London"] is None  # the gazetteer has an Arabic name for it
    seas = [name for (iso3, name) in names if not iso3]
    assert "Persian Gulf" in seas and all(names["", sea] is None for sea in seas)


def test_letters_of_another_language_are_not_taken_for_arabic() -> None:
    assert can_letter("الجزائر") and can_letter("مصطفى")
    assert not can_letter("ئالجىر")  # Uighur
    assert not can_letter("Tehran تهران")
