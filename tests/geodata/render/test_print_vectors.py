"""SVG and PDF of a scene: text that is text, named layers, facts inside, the same bytes twice."""

from __future__ import annotations

import io
import math
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader
from pyproj import Geod, Proj

from geodata.render.print_layers import LAYERS, layer_of
from geodata.render.print_map import FORMATS, PAPERS, PrintOptions, compose_sheet, draw_map
from geodata.render.projection import Frame, MapView, fit_view, web_mercator
from geodata.scene import Scene
from geodata.scene_build import view_extent, view_of_extent
from tests.geodata.render.scenes import EMPTY, NEAR, SCENES, WIDE, WORDS

DAY = date(2024, 3, 1)
SVG = "{http://www.w3.org/2000/svg}"
INKSCAPE = "{http://www.inkscape.org/namespaces/inkscape}"
HOSTILE = "A & B <b>bold</b> $x^2$ \\alpha"
URDU = "پنجگور"
PERSIAN = "سیستان و بلوچستان"


def options(**chosen: Any) -> PrintOptions:
    return PrintOptions(**{"production_date": DAY, "dpi": 96, **chosen})


@cache
def picture(name: str, kind: str, **chosen: Any) -> bytes:
    return draw_map(SCENES[name], options(**chosen), format=kind)


@cache
def svg(name: str, **chosen: Any) -> ET.Element:
    return ET.fromstring(picture(name, "svg", **chosen))


@cache
def pdf(name: str, **chosen: Any) -> PdfReader:
    return PdfReader(io.BytesIO(picture(name, "pdf", **chosen)))


def svg_words(root: ET.Element) -> str:
    return " ".join(" ".join(text.itertext()) for text in root.iter(f"{SVG}text"))


def pdf_words(reader: PdfReader) -> str:
    return re.sub(r"\s+", " ", reader.pages[0].extract_text())


def squeezed(text: str) -> str:
    """Return a text without spaces, which each parser sets in its own way."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("paper", PAPERS)
def test_both_vector_formats_have_the_size_of_their_paper(paper: str) -> None:
    width, height = PAPERS[paper]
    root = svg("empty", paper=paper)
    assert [float(root.attrib[side].removesuffix("mm")) for side in ("width", "height")] == pytest.approx(
        (width, height), abs=0.01
    )
    box = pdf("empty", paper=paper).pages[0].mediabox
    assert [float(box.width), float(box.height)] == pytest.approx(
        (width / 25.4 * 72, height / 25.4 * 72), abs=0.1
    )


@pytest.mark.parametrize("kind", ["svg", "pdf"])
@pytest.mark.parametrize("name", ["near", "wide"])
def test_title_disclaimer_sources_and_km_are_found_by_a_parser(name: str, kind: str) -> None:
    words = squeezed(svg_words(svg(name)) if kind == "svg" else pdf_words(pdf(name)))
    for text in (
        WORDS.title,
        "Information as of 29 Jan 2024",
        "Produced 1 Mar 2024",
        WORDS.producer,
        WORDS.disclaimer,
        "Al Jazeera, 22 Jan 2024, accessed 24 Feb 2024",
        *WORDS.credits,
        *(entry.text for entry in SCENES[name].legend if entry.symbol not in ("ring", "disputed")),
        "Sistan and Baluchestan",
    ):
        assert squeezed(text) in words
    assert re.search(r"\d00km", words)
    assert "AFGHANISTAN" in words or name == "wide"


def test_all_that_the_png_sets_as_text_is_text_in_svg_and_pdf() -> None:
    lines = [text.get_text() for text in compose_sheet(WIDE, options()).figure.axes[0].texts]
    for words in (squeezed(svg_words(svg("wide"))), squeezed(pdf_words(pdf("wide")))):
        assert len(lines) > 60 and [line for line in lines if squeezed(line) not in words] == []


def test_fonts_are_embedded_in_pdf_and_svg() -> None:
    fonts: Any = pdf("near").pages[0]["/Resources"]["/Font"]
    names = set()
    for reference in fonts.values():
        font = reference.get_object()["/DescendantFonts"][0].get_object()
        assert font["/FontDescriptor"]["/FontFile2"].get_data()[:4] == b"\x00\x01\x00\x00"
        names.add(font["/BaseFont"].split("+")[1])
    assert {"SourceSans3-Regular", "SourceSans3-Bold"} <= names
    rules = "".join(svg("near").find(f"{SVG}style").itertext())  # type: ignore[union-attr]
    assert rules.count("@font-face") >= 2 and "src:url(data:font/ttf;base64," in rules


@pytest.mark.parametrize("name", ["near", "wide"])
def test_svg_layers_have_names_and_ids_are_unique(name: str) -> None:
    root = svg(name)
    layers = [group for group in root if group.get(f"{INKSCAPE}groupmode") == "layer"]
    labels = [str(group.get(f"{INKSCAPE}label")) for group in layers]
    assert labels[0] == "Paper" and labels[1:] == [
        layer.name for layer in LAYERS if layer.name in set(labels)
    ]
    assert {"Sea", "Land", "International boundaries", "Events", "Legend", "Title", "Names of places"} <= set(
        labels
    )
    ids = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids)) > 50
    for group in layers[1:]:
        kinds = {str(each.get("class")) for each in group.iter() if each.tag in (f"{SVG}path", f"{SVG}text")}
        assert kinds, group.get("id")
        key = str(group.get("id")).removeprefix("layer-")
        if key not in ("legend", "locator", "notes", "event-labels"):
            assert {layer_of(kind) for kind in kinds - {"halo"}} == {key}


@pytest.mark.parametrize("name", ["near", "wide"])
def test_pdf_layers_are_those_of_the_svg_and_each_is_marked_on_the_page(name: str) -> None:
    reader = pdf(name)
    root: Any = reader.trailer["/Root"]
    groups = [group.get_object()["/Name"] for group in root["/OCProperties"]["/OCGs"]]
    labels = [
        str(group.get(f"{INKSCAPE}label"))
        for group in svg(name)
        if group.get(f"{INKSCAPE}groupmode") == "layer"
    ]
    assert groups == labels[1:]
    content = reader.pages[0].get_contents().get_data()  # type: ignore[union-attr]
    marked = [int(found) for found in re.findall(rb"/OC /L(\d+) BDC", content)]
    assert marked == list(range(len(groups)))
    properties: Any = reader.pages[0]["/Resources"]["/Properties"]
    assert [properties[f"/L{index}"]["/Name"] for index in marked] == groups
    assert len(re.findall(rb"\bBDC\b", content)) == len(re.findall(rb"\bEMC\b", content))


def facts_of(kind: str) -> dict[str, str]:
    if kind == "png":
        texts = Image.open(io.BytesIO(picture("near", "png"))).text  # type: ignore[attr-defined]
        return {name.removeprefix("Strikemap-").replace("-", ""): text for name, text in texts.items()}
    if kind == "svg":
        tree = svg("near").find(f"{SVG}metadata")
    else:
        stream: Any = pdf("near").trailer["/Root"]["/Metadata"]  # type: ignore[index]
        tree = ET.fromstring(stream.get_data())
    assert tree is not None
    names = {"title": "Title", "creator": "Author", "rights": "Copyright", "description": "Description"}
    found = {each.tag.rpartition("}")[2]: "".join(each.itertext()) for each in tree.iter()}
    return {names.get(name, name): text for name, text in found.items()}


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_holds_hash_filters_version_credits_and_address(kind: str) -> None:
    facts = facts_of(kind)
    assert facts["DataHash"] == NEAR.data_hash
    assert facts["Software"].startswith("Strikemap ")
    assert facts["Title"] == WORDS.title and facts["Author"] == WORDS.producer
    assert facts["Copyright"] == " ".join(WORDS.credits)
    assert WORDS.period in facts["Filters"] and WORDS.subtitle in facts["Filters"]
    assert facts["Produced"] == "2024-03-01" and facts["Disclaimer"] == WORDS.disclaimer
    query = parse_qs(facts["Query"])
    assert query["case"] == [NEAR.case_id] and query["from"] == ["2024-01-15"]
    seen = view_extent(*(float(query[key][0]) for key in ("lat", "lon", "zoom")))
    assert seen[0] <= NEAR.extent[0] and seen[2] >= NEAR.extent[2]
    assert seen[1] <= NEAR.extent[1] and seen[3] >= NEAR.extent[3]


@pytest.mark.parametrize("view", [(28.0, 63.8, 6.0), (-40.0, -70.0, 3.5), (0.0, 179.0, 5.25)])
def test_the_view_of_an_address_comes_back(view: tuple[float, float, float]) -> None:
    assert view_of_extent(view_extent(*view)) == pytest.approx(view, abs=0.011)


def test_pdf_has_no_date_but_that_of_production() -> None:
    info = pdf("near").metadata
    assert info is not None and info["/CreationDate"] == info["/ModDate"] == "D:20240301000000Z"
    assert b"CreationDate" not in picture("near", "svg")


@pytest.mark.parametrize("kind", FORMATS)
def test_two_processes_give_the_same_bytes(kind: str) -> None:
    code = (
        "import sys, hashlib; from datetime import date;"
        "from geodata.render.print_map import PrintOptions, draw_map;"
        "from tests.geodata.render.scenes import WIDE;"
        f"made = draw_map(WIDE, PrintOptions(date(2024, 3, 1), dpi=96, title={URDU!r}), format={kind!r});"
        "print(hashlib.sha256(made).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": os.pathsep.join(sys.path)},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Karachi"))
    }
    assert len(hashes) == 1


def test_a_title_with_markup_is_plain_text_in_every_format() -> None:
    assert HOSTILE in svg_words(svg("empty", title=HOSTILE))
    assert svg("empty", title=HOSTILE).findtext(f"{SVG}title") == HOSTILE
    reader = pdf("empty", title=HOSTILE)
    assert HOSTILE in pdf_words(reader) and reader.metadata is not None and reader.metadata.title == HOSTILE
    assert Image.open(io.BytesIO(picture("empty", "png", title=HOSTILE))).text["Title"] == HOSTILE  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", FORMATS)
def test_the_longest_title_fits_and_control_characters_are_left_out(kind: str) -> None:
    assert options(title="a\nb\x00\tc").title == "a b c"
    title = " ".join(["title"] * 83)
    made = draw_map(EMPTY, options(title=title), format=kind)
    if kind == "svg":
        assert squeezed(title) in squeezed(svg_words(ET.fromstring(made)))
    elif kind == "pdf":
        assert squeezed(title) in squeezed(pdf_words(PdfReader(io.BytesIO(made))))
    else:
        assert Image.open(io.BytesIO(made)).text["Title"] == title  # type: ignore[attr-defined]


@pytest.mark.parametrize("title", [URDU, PERSIAN])
def test_right_to_left_titles_are_letters_in_order_with_a_font_that_has_them(title: str) -> None:
    root = svg("empty", title=title)
    heading = next(text for text in root.iter(f"{SVG}text") if title in "".join(text.itertext()))
    assert heading.get("direction") == "rtl" and heading.get("text-anchor") == "end"
    assert "Noto Naskh Arabic" in "".join(root.find(f"{SVG}style").itertext())  # type: ignore[union-attr]
    content = pdf("empty", title=title).pages[0].extract_text()
    # A parser that knows no direction reads the glyphs in the order of the eye.
    letters = [letter for letter in content if "\u0600" <= letter <= "\u06ff"]
    assert sorted(letters) == sorted(title.replace(" ", ""))
    fonts: Any = pdf("empty", title=title).pages[0]["/Resources"]["/Font"]
    assert any("NotoNaskhArabic" in font.get_object()["/BaseFont"] for font in fonts.values())


def test_arabic_script_is_joined_and_runs_from_right_to_left() -> None:
    """The first letter stands at the right, and joined letters are closer than single ones."""
    sheet = compose_sheet(EMPTY, options(title=URDU))
    content = PdfReader(io.BytesIO(draw_map(EMPTY, options(title=URDU), format="pdf"))).pages[0]
    places: list[tuple[float, str]] = []
    content.extract_text(
        visitor_text=lambda text, _cm, tm, _font, _size: (
            places.append((tm[4], text)) if text.strip() else None
        )
    )
    assert sheet.marks()
    by_letter = {letter: x for x, text in places for letter in text if "\u0600" <= letter <= "\u06ff"}
    assert by_letter["پ"] > by_letter["ر"]


def corners(root: ET.Element, key: str) -> np.ndarray[Any, Any]:
    path = next(each for each in root.iter(f"{SVG}path") if each.get("id") == key)
    return np.array(re.findall(r"-?[\d.]+", str(path.get("d"))), dtype=float).reshape(-1, 2)


def view_of(root: ET.Element, scene: Scene, *, mercator: bool) -> MapView:
    """Return the view of a picture from its frame alone."""
    height = float(root.attrib["viewBox"].split()[3])
    (left, top), (right, bottom) = (
        corners(root, "map-frame-1").min(axis=0),
        corners(root, "map-frame-1").max(axis=0),
    )
    frame = Frame(left, height - bottom, right - left, bottom - top)
    return fit_view(scene.extent, frame, projection=web_mercator(scene.extent) if mercator else None)


@pytest.mark.parametrize("projection", ["auto", "mercator"])
@pytest.mark.parametrize("name", ["near", "wide"])
def test_scale_bar_on_the_page_is_within_1_percent_of_the_geodesic(name: str, projection: str) -> None:
    root = svg(name, projection=projection)
    view = view_of(root, SCENES[name], mercator=projection == "mercator")
    xs = np.vstack([corners(root, "scale-bar-1"), corners(root, "scale-bar-2")])[:, 0]
    length = xs.max() - xs.min()
    stated = next(text for text in re.findall(r"([\d,]+) km", svg_words(root)))
    x, y = view.centre_page
    (lon1, lat1), (lon2, lat2) = view.degrees([(x - length / 2, y), (x + length / 2, y)])
    metres = Geod(ellps="WGS84").inv(lon1, lat1, lon2, lat2)[2]
    assert metres / 1000 == pytest.approx(float(stated.replace(",", "")), rel=0.01)


@pytest.mark.parametrize("projection", ["auto", "mercator"])
@pytest.mark.parametrize("name", ["near", "wide"])
def test_north_arrow_points_along_the_meridian_of_its_place(name: str, projection: str) -> None:
    root = svg(name, projection=projection)
    view = view_of(root, SCENES[name], mercator=projection == "mercator")
    tip, _, notch = corners(root, "north-arrow-1")[:3]
    along = tip - notch
    drawn = math.degrees(math.atan2(along[0], -along[1]))
    middle = (tip + notch) / 2
    height = float(root.attrib["viewBox"].split()[3])
    lon, lat = view.degrees([(middle[0], height - middle[1])])[0]
    factors = Proj(view.projection.definition).get_factors(lon, lat)
    assert drawn == pytest.approx(-factors.meridian_convergence, abs=0.6)
    assert abs(drawn) > 1 or projection == "mercator"


def test_mercator_meridians_are_upright_and_a_graticule_is_drawn_named_and_explained() -> None:
    root = svg("near", projection="mercator", graticule=True)
    assert "Web Mercator, as on screen" in svg_words(root)
    lines = [
        corners(root, str(each.get("id")))
        for each in root.iter(f"{SVG}path")
        if each.get("class") == "graticule"
    ]
    upright = [line for line in lines if np.ptp(line[:, 0]) < 0.1]
    level = [line for line in lines if np.ptp(line[:, 1]) < 0.1]
    assert len(upright) >= 2 and len(level) >= 1
    assert re.search(r"\d+° E", svg_words(root)) and "Meridians and parallels, every" in svg_words(root)
    assert not any(each.get("class") == "graticule" for each in svg("near").iter())


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_a_plain_map_keeps_credits_and_disclaimer_and_nothing_else_around_it(kind: str) -> None:
    words = squeezed(
        svg_words(svg("near", is_plain=True)) if kind == "svg" else pdf_words(pdf("near", is_plain=True))
    )
    for text in (*WORDS.credits, WORDS.disclaimer, WORDS.producer, "29 Jan 2024", "1 Mar 2024", *WORDS.notes):
        assert squeezed(text) in words
    for text in (WORDS.title, "Legend", *WORDS.unknowns, "Dawn"):
        assert squeezed(text) not in words
    assert re.search(r"\d00km", words)


def test_no_option_removes_credits_and_disclaimer_from_any_format() -> None:
    silent = replace(NEAR, marginalia=replace(WORDS, disclaimer="", notes=()))
    for plain in (False, True):
        made = ET.fromstring(draw_map(silent, options(is_plain=plain), format="svg"))
        assert WORDS.disclaimer in svg_words(made)


def test_an_empty_map_says_so_in_every_format() -> None:
    assert "No event on this map" in svg_words(svg("empty"))
    assert "No event on this map" in pdf_words(pdf("empty"))
