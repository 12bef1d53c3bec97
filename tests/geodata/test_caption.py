from dataclasses import replace
from datetime import date

import pytest

from geodata import boundaries
from geodata.caption import alt_text, caption_markdown, caption_text, citation_text, file_name
from geodata.filters import EventFilter
from geodata.scene_build import build_scene

WEST = (30.0, 20.0, 75.0, 45.0)


@pytest.fixture
def opening(bundled):
    return build_scene(bundled, bundled.default_filter, extent=WEST, only_extent=True)


def test_a_caption_has_all_that_a_picture_must_carry(opening):
    text = caption_text(opening)
    words = opening.marginalia
    for part in (
        words.title,
        words.period,
        words.counts,
        "Al Jazeera",
        words.information_as_of,
        *words.unknowns,
    ):
        assert part in text
    assert boundaries.DISCLAIMER in text and "ODbL" in text and "© GeoNames" in text
    assert "Not exhaustive" in text and ".." not in text
    assert "8 events have no known place and are not on the map." in text


def test_a_caption_names_its_filters(bundled):
    wanted = EventFilter(types=("strike",), min_killed=5)
    assert "Type strike; at least 5 killed" in caption_text(build_scene(bundled, wanted))


def test_the_description_says_who_where_and_from_which_side(opening):
    text = alt_text(opening)
    assert (
        "somewhere in Panjgur district, Balochistan, Pakistan: Strike by Iran, 16 Jan 2024, from Iran; launch"
        in text
    )
    assert "somewhere in Saravan county," in text and "Strike by Pakistan, 18 Jan 2024" in text
    assert "true place within 5 km; by Iran." in text
    assert "from between ESE and SSE (111°–157°)" in text
    # Two lines from one area and its wedge are one sentence.
    assert text.count("7 ballistic missiles") == 1
    assert text.endswith("8 events have no known place and are not on the map.")


def test_the_description_of_an_empty_map_says_so(bundled):
    empty = build_scene(bundled, EventFilter(date_from=date(2025, 1, 1), date_to=date(2025, 2, 1)))
    assert "No event lies on this map" in alt_text(empty)
    assert "Shown: no events." in caption_text(empty) and "Sources: none cited." in caption_text(empty)


def test_a_file_name_follows_the_convention(opening):
    name = file_name(opening, "a4-landscape", date(2024, 4, 24), "png")
    assert name == "irn-pak_iran-pakistan-2024_a4-landscape_20240424.png"
    assert file_name(opening, "16x9", date(2024, 4, 24), ".svg").endswith("_16x9_20240424.svg")


def test_a_file_name_is_safe_whatever_the_case_is_called(make_record):
    folder = make_record([{"area": "PK-BA-panjgur"}])
    scene = build_scene(folder, EventFilter())
    for case_id, slug in (
        ("../../etc/passwd", "etc-passwd"),
        ("پنجگور", "map"),
        ("Čase: 1?*", "case-1"),
        ("x" * 300, "x" * 60),
    ):
        name = file_name(
            scene.__class__(**{**vars(scene), "case_id": case_id}), "square", date(2024, 1, 2), "png"
        )
        assert name == f"pak_{slug}_square_20240102.png"


def test_without_focus_and_areas_a_file_is_of_the_world(make_record):
    scene = build_scene(make_record([{}]), EventFilter())
    assert file_name(scene, "square", date(2024, 1, 2), "png").startswith("wld_small_")


def test_the_caption_as_markdown_says_the_same(opening):
    marked = caption_markdown(opening)
    assert marked.startswith("**Iran–Pakistan strikes, January 2024**\n\n")
    plain = marked.replace("\\", "").replace("**", "").replace(":\n\n- ", ":\n- ")
    assert plain == caption_text(opening)
    assert "\n\n- " in marked


def test_a_title_cannot_format_the_caption(make_record):
    record = make_record([{"title": "t"}])
    scene = build_scene(record, EventFilter())
    words = replace(scene.marginalia, title="*a* [b](http://x) <i>")
    marked = caption_markdown(replace(scene, marginalia=words))
    assert marked.startswith(r"**\*a\* \[b\](http://x) \<i\>**")


def test_the_citation_names_map_filters_data_and_hash(opening):
    text = citation_text(opening, "Somebody (2024). Data.", date(2024, 4, 24), "case=x&type=strike")
    assert text.startswith("Iran–Pakistan strikes, January 2024 [map], 15–29 January 2024")
    assert "24 Apr 2024" in text and "?case=x&type=strike." in text and "Somebody (2024). Data." in text
    assert text.endswith(f"(SHA-256): {opening.data_hash}.")
    assert "no citation stated" in citation_text(opening, "", date(2024, 4, 24), "case=x")
