"""What a map leaves out: the same on every way out, and said."""

import json
import re
from urllib.parse import parse_qs, urlencode

import pytest

from geodata.cli import main
from geodata.display import LAYERS, Display, display_of_query
from geodata.errors import UsageError
from geodata.render.html_page import html_page
from geodata.render.print_map import PrintOptions, draw_map
from geodata.scene_build import build_scene

CASE = "iran-pakistan-2024"
WEST = (30.0, 20.0, 75.0, 45.0)
# What the legend says instead, where lines or tints alone are left.
ALONE = {
    "Launched somewhere in the stated area; line is not a flight path (claimed)",
    "Area stated as the place of launch",
}
MARKS = {
    "events": ("points", "areas"),
    "directions": ("lines", "wedges", "sides"),
    "origins": ("origins",),
    "focus": ("focus",),
}


def picture(scene, record, kind="svg"):
    return draw_map(scene, PrintOptions(record.meta.information_as_of), format=kind).decode()


def scene_without(record, *hide, extent=WEST):
    return build_scene(
        record, record.default_filter, extent=extent, only_extent=True, display=Display(tuple(hide))
    )


@pytest.mark.parametrize("layer", MARKS)
def test_a_layer_that_is_left_out_has_no_marks_and_no_legend(bundled, layer):
    whole, part = scene_without(bundled), scene_without(bundled, layer)
    for kinds in MARKS.values():
        for kind in kinds:
            assert getattr(whole, kind), kind
            kept = getattr(part, kind)
            assert not kept if kind in MARKS[layer] else len(kept) == len(getattr(whole, kind))
    assert {e.text for e in part.legend} < {e.text for e in whole.legend} | ALONE, "names what is not drawn"
    assert layer == "origins" or len(part.legend) < len(whole.legend)
    assert layer != "origins" or not any("tinted" in entry.text for entry in part.legend)
    assert f"Left out of this map by choice: {LAYERS[layer].lower()}." in part.marginalia.notes
    assert not any("Left out" in note for note in whole.marginalia.notes)


def test_without_directions_an_area_says_itself_whose_strike_it_was(bundled):
    labels = " ".join(mark.label for mark in scene_without(bundled, "directions").areas)
    assert "Strike by Iran, 16 Jan 2024" in labels and "Strike by Pakistan, 18 Jan 2024" in labels


def test_without_directions_the_dead_of_both_parties_strikes_are_told(bundled):
    figures = {mark.area: mark.figures for mark in scene_without(bundled, "directions").areas}
    assert figures["PK-BA-panjgur"] == "2 killed (3 claimants)"
    assert figures["IR-11-saravan-2024"] == "9 to 10 or more killed (4 claimants) in the strike"


def test_the_parties_of_the_legend_are_those_that_are_drawn(bundled):
    bare = scene_without(bundled, "events", "directions", "origins")
    assert bare.parties == ()
    assert {entry.symbol for entry in bare.legend} == {"focus", "disputed"}


def test_names_and_provinces_leave_the_picture_and_the_marks_stay(bundled):
    whole = picture(scene_without(bundled, extent=None), bundled)
    bare = picture(scene_without(bundled, "names", "provinces", extent=None), bundled)
    for gid in ("town-name", "country-name", "boundary-adm1"):
        assert f'id="{gid}' in whole, gid
        assert f'id="{gid}' not in bare, gid
    assert ">Province<" in whole and ">Province<" not in bare
    for text in (whole, bare):
        assert 'id="pill' in text and "Strike by Iran" in text


def test_a_picture_without_its_events_does_not_say_that_there_are_none(bundled):
    hidden = picture(scene_without(bundled, "events", "directions", "origins"), bundled)
    assert "No event" not in hidden and "Left out of this map by choice" in hidden


@pytest.mark.parametrize("hide", [(), ("names",), ("names", "events"), tuple(LAYERS)])
def test_an_address_gives_the_display_back(hide):
    display = Display(hide)
    again, notices = display_of_query(parse_qs(urlencode(display.pairs())))
    assert again == display and not notices
    assert set(again.hide) == set(hide)


def test_an_unknown_layer_is_dropped_from_an_address_with_a_notice_and_refused_as_an_option():
    display, notices = display_of_query({"hide": ["names", "<b>"]})
    assert display == Display(("names",))
    assert notices == ("The address gives hide='<b>', which is not a layer of the map; it was left out.",)
    with pytest.raises(UsageError, match="not a layer"):
        Display(("shade",))
    with pytest.raises(UsageError, match="left out unless it is asked for"):
        Display(("shading",))


def test_the_picture_and_the_page_carry_the_address_of_what_they_show(bundled):
    assert "hide=directions" in scene_without(bundled, "directions").query
    assert "hide=directions" in picture(scene_without(bundled, "directions"), bundled)
    page = html_page(bundled, bundled.default_filter, display=Display(("directions",))).decode()
    assert re.search(r'strikemap:view" content="[^"]*hide=directions"', page)
    assert json.loads(re.search(r'"hide": (\[[^]]*\])', page)[1]) == ["directions"]


def test_the_command_leaves_layers_out_and_says_so(tmp_path, capsys):
    target = tmp_path / "map.svg"
    words = ["snapshot", CASE, "--out", str(target), "--hide", "events", "--hide", "directions"]
    assert main(words) == 0
    assert "4 events are left out by choice" in capsys.readouterr().err
    assert 'id="pill' not in target.read_text(encoding="utf-8")
    assert main([*words[:-1], "everything"]) == 2
    assert "Use events, directions" in capsys.readouterr().err
