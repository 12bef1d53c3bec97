"""Names of places in print: English, local script, both; shaped, and text that can be found."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from functools import cache
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader

from geodata.cases import load_case
from geodata.display import Display
from geodata.record import build_record
from geodata.render.print_map import PrintOptions, compose_sheet, draw_map
from geodata.render.print_names import lettered, lines_of, wrapped_evenly
from geodata.render.print_sheet import Words
from geodata.render.print_text import TextStyle, is_shaped, is_spaced, text_width, unspaced
from geodata.scene import Scene
from geodata.scene_build import build_scene

OPTIONS = PrintOptions(date(2024, 4, 24), dpi=96)
SVG = "{http://www.w3.org/2000/svg}"
KINDS = ("country-name", "focus-name", "province-name", "town-name", "origin-name")
LOCAL = ("پنجگور", "بلوچستان (پاکستان)", "ایران", "کوئٹہ", "زاهدان")
ENGLISH = ("Panjgur", "Balochistan (Pakistan)", "IRAN", "Quetta", "Zahedan")
URDU = ("ur", "بلوچستان (پاکستان)")
EACH = TextStyle(10)


@cache
def scene(names: str) -> Scene:
    record = build_record(load_case("iran-pakistan-2024"))
    return build_scene(record, record.default_filter, only_extent=True, display=Display(names=names))


@cache
def svg(names: str) -> ET.Element:
    return ET.fromstring(draw_map(scene(names), OPTIONS, format="svg"))


def lettering(root: ET.Element) -> list[ET.Element]:
    return [text for text in root.iter(f"{SVG}text") if text.get("class") in KINDS]


@pytest.mark.parametrize("names", ["english", "local", "both"])
def test_svg_letters_places_as_chosen(names: str) -> None:
    texts = [text.text for text in lettering(svg(names))]
    # A long name may be set in two lines.
    found = " ".join(str(text) for text in texts)
    assert [name for name in LOCAL if name in found] == ([] if names == "english" else list(LOCAL))
    assert [name for name in ENGLISH if name in found] == ([] if names == "local" else list(ENGLISH))


@pytest.mark.parametrize("names", ["local", "both"])
def test_svg_says_language_and_direction_and_sets_whole_words(names: str) -> None:
    shaped = [text for text in lettering(svg(names)) if is_shaped(str(text.text))]
    assert len(shaped) > 15
    for text in shaped:
        assert text.get("direction") == "rtl" and text.get("lang") in ("ur", "fa", "ar")
        assert text.get("letter-spacing") is None, "letters set apart are not joined"
    languages = {str(text.text): text.get("lang") for text in shaped}
    assert languages["کوئٹہ"] == "ur" and languages["زاهدان"] == "fa"
    assert all(text.get("lang") is None for text in lettering(svg(names)) if not is_shaped(str(text.text)))


@pytest.mark.parametrize("names", ["local", "both"])
def test_sentences_and_seas_stay_english(names: str) -> None:
    root = svg(names)
    others = [str(text.text) for text in root.iter(f"{SVG}text") if text.get("class") not in KINDS]
    assert not any(map(is_shaped, others))
    assert "Strike by Iran, 16 Jan 2024" in others and "Gulf of Oman" in others


@pytest.mark.parametrize("names", ["local", "both"])
def test_pdf_text_is_found_and_its_font_is_inside(names: str) -> None:
    reader = PdfReader(io.BytesIO(draw_map(scene(names), OPTIONS, format="pdf")))
    # What joins a dot to its letter says nothing, and this parser takes gaps for spaces.
    words = re.sub(r"[\s\u2060]", "", reader.pages[0].extract_text())
    for name in ("پنجگور", "بلوچستان", "ایران"):
        # A parser that knows no direction reads the glyphs in the order of the eye.
        assert name in words or name[::-1] in words
    assert ("Quetta" in words) == (names == "both")
    fonts = {font.get_object()["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert any("NotoNaskhArabic" in font for font in fonts)


@pytest.mark.parametrize("names", ["local", "both"])
def test_png_differs_and_no_two_lines_of_names_lie_on_each_other(names: str) -> None:
    assert draw_map(scene(names), OPTIONS) != draw_map(scene("english"), OPTIONS)
    lines = [
        mark.what
        for mark in compose_sheet(scene(names), OPTIONS).marks()
        if mark.gid in KINDS and isinstance(mark.what, Words)
    ]
    boxes = [
        (line.left, line.y, line.left + text_width(line.text, line.style), line.y + 0.5 * line.style.size)
        for line in lines
    ]
    assert len(boxes) > 20
    for number, (left, low, right, high) in enumerate(boxes):
        for other in boxes[:number]:
            apart = left >= other[2] or right <= other[0] or low >= other[3] or high <= other[1]
            assert apart, (lines[number].text, boxes[number], other)


def test_english_is_drawn_as_ever() -> None:
    plain = replace(scene("english"), display=Display())
    assert draw_map(plain, OPTIONS) == draw_map(scene("english"), OPTIONS)
    assert lines_of("Balochistan", URDU, EACH, "english") == (("Balochistan", EACH),)


def test_the_local_name_stands_below_the_english_one_and_is_smaller() -> None:
    (above, large), (below, small) = lines_of("Balochistan", URDU, EACH, "both")
    assert (above, large) == ("Balochistan", EACH)
    assert below == URDU[1] and small.size < large.size and small.language == "ur"
    assert [text for text, _ in lines_of("Balochistan", URDU, EACH, "local")] == [URDU[1]]


@pytest.mark.parametrize("names", ["local", "both"])
def test_without_a_local_name_the_english_one_stands(names: str) -> None:
    assert lines_of("India", None, EACH, names) == (("India", EACH),)


def test_capitals_are_set_wide_in_their_language_and_arabic_stays_joined() -> None:
    def set_as(english: str, language: str, name: str) -> str:
        ((text, _),) = lines_of(english, (language, name), EACH, "local", caps=True)
        return text

    assert unspaced(set_as("Turkey", "tr", "Türkiye")) == "TÜRKİYE"
    assert unspaced(set_as("Cyprus", "el", "Κύπρος")) == "ΚΥΠΡΟΣ"
    assert set_as("Iran", "fa", "ایران") == "ایران" and not is_spaced(set_as("Iran", "fa", "ایران"))


def test_where_both_have_no_room_the_english_name_is_tried_alone() -> None:
    tried = list(lettered("Iran", ("fa", "ایران"), [EACH, EACH.sized(8)], "both", caps=False))
    assert [len(lines) for lines in tried] == [2, 2, 1, 1]
    assert len(list(lettered("India", None, [EACH], "both", caps=False))) == 1


def test_each_name_is_broken_by_its_own_width() -> None:
    lines = wrapped_evenly(
        lines_of("Sistan and Baluchestan", ("fa", "سیستان و بلوچستان"), EACH, "both"), share=0.7
    )
    assert [is_shaped(text) for text, _ in lines] == [False, False, True, True]
    assert lines[2][0].startswith("سیستان")
