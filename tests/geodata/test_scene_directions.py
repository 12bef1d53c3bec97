"""How a direction is known, as the scene says it: claimed, assessed, inferred, or one of several."""

import json

import pytest

from geodata.direction.table import attack_directions
from geodata.exports import FORMATS, export_bytes
from geodata.filters import EventFilter
from geodata.render.web import scene_json
from geodata.scene_build import build_scene
from geodata.style import STROKES, line_width
from tests.geodata.conftest import head_text
from tests.geodata.export_text import rows_of, text_of

ALL = EventFilter()
POINT = {"latitude": "36.3", "longitude": "44.1", "location_precision": "place"}
DISTRICT = {"area": "PK-BA-panjgur", "location_precision": "admin2", "country_iso3": "PAK"}
SOURCE = {"source_id": "s", "publisher": "Dawn"}
RULE = "actor 1 is the attacker"
HEAD = f'{head_text()}\n[direction]\ninferred_rule = "{RULE}"'
AZIMUTH = {"origin_basis": "stated_direction", "origin_azimuth_deg": "90"}
AREA = {"origin_basis": "stated_area", "origin_area": "IR-05"}
LAUNCH = {"origin_basis": "stated_point", "origin_latitude": "36", "origin_longitude": "48"}
TERRITORY = {"origin_basis": "attacker_territory", "origin_area": "IRN"}


def scene_of(make_record, *attacks, event=POINT, head="", name="case"):
    rows = [
        {"attack_id": f"a{n}", "event_id": "e0", "source_ids": "s", "attacker": "Iran", **attack}
        for n, attack in enumerate(attacks)
    ]
    return build_scene(make_record([event], attacks=rows, sources=[SOURCE], head=head, name=name), ALL)


def legend(scene, symbol):
    return {entry.status: entry.text for entry in scene.legend if entry.symbol == symbol}


def wedge(azimuth, tolerance, **more):
    return {
        **AZIMUTH,
        "origin_azimuth_deg": str(azimuth),
        "origin_azimuth_tolerance_deg": str(tolerance),
        **more,
    }


@pytest.mark.parametrize("kind", ["wedge", "side"])
def test_claimed_and_assessed_look_different_and_the_legend_has_both(make_record, kind):
    stated = wedge(90, 20) if kind == "wedge" else TERRITORY
    event = POINT if kind == "wedge" else DISTRICT
    scene = scene_of(make_record, {**stated, "origin_status": "assessed"}, stated, event=event)
    marks = scene.wedges if kind == "wedge" else scene.sides
    assert {mark.status for mark in marks} == {"assessed", "claimed"}
    texts = legend(scene, kind)
    assert texts.keys() == {"assessed", "claimed"}
    assert texts["assessed"].endswith("(assessed)") and texts["claimed"].endswith("(claimed)")
    (only,) = legend(scene_of(make_record, stated, event=event, name="other"), kind).values()
    assert "claimed" not in only


def test_strokes_of_a_status_differ_without_their_colour():
    for kind in ("wedge", "side"):
        strokes = [STROKES[f"{kind}-{status}"] for status in ("claimed", "assessed", "inferred")]
        looks = {(stroke.dash, stroke.fill_opacity) for stroke in strokes}
        assert len(looks) == (3 if kind == "wedge" else 2)  # an assessed side has a white core besides


def test_glyphs_of_one_target_stand_on_tiers_where_they_would_hide_each_other(make_record):
    stated = [wedge(350, 20), wedge(5, 20), wedge(100, 30), wedge(0, 40), wedge(180, 30)]
    scene = scene_of(make_record, *stated)
    assert [mark.tier for mark in scene.wedges] == [0, 1, 0, 2, 0]
    # A side mark keeps off the wedge on its side: Iran lies south-east of there.
    turned = scene_of(make_record, wedge(100, 40), TERRITORY, name="other")
    assert [mark.tier for mark in turned.sides] == [1]
    assert turned.sides[0].ring_km == 5


@pytest.mark.parametrize(("latitudes", "longitude"), [((35.8, 36.3, 36.9), 48), ((36.5, 36.2, 36.0), 40)])
def test_lines_from_nearly_one_direction_stand_fanned_in_clockwise_order(make_record, latitudes, longitude):
    launches = [
        {**LAUNCH, "origin_latitude": str(lat), "origin_longitude": str(longitude)} for lat in latitudes
    ]
    scene = scene_of(make_record, *launches, {**LAUNCH, "origin_latitude": "30", "origin_longitude": "44"})
    assert len(scene.lines) == 4 and scene.lines[3].fan == 0
    fans = [mark.fan for mark in scene.lines[:3]]
    assert sorted(fans) == [-1, 0, 1]
    # Seen from the target, clockwise in the east is southwards, in the west northwards.
    southward = sorted(range(3), key=lambda n: -latitudes[n])
    assert [fans[n] for n in southward] == ([-1, 0, 1] if longitude > 44 else [1, 0, -1])


def test_a_bundle_is_not_cut_at_north_and_the_same_line_twice_is_two(make_record):
    north = [
        {**LAUNCH, "origin_latitude": "40", "origin_longitude": str(lon)} for lon in (44.3, 43.9, 44.3, 44.0)
    ]
    assert [mark.fan for mark in scene_of(make_record, *north).lines] == [0.5, -1.5, 1.5, -0.5]


def test_width_says_munitions_only_where_a_number_was_stated(make_record):
    rows = [{**LAUNCH, "munitions": number} for number in ("1", "24", "")]
    scene = scene_of(make_record, *rows)
    assert [mark.munitions for mark in scene.lines] == [1, 24, None]
    (entry,) = [entry for entry in scene.legend if entry.symbol == "munitions"]
    assert entry.text == "Width of a line: munitions stated (here 1 and 24)"
    assert entry.widths == (line_width(1), line_width(24))
    assert line_width(None) < line_width(0) <= line_width(1) < line_width(24) < line_width(60) < 7
    assert [entry.symbol for entry in scene.legend].count("unnumbered") == 1
    stated = json.loads(scene_json(scene))["lines"]
    assert [line["width"] for line in stated] == [line_width(n) for n in (1, 24, None)]


def test_what_is_too_wide_has_no_glyph_and_no_line(make_record):
    scene = scene_of(make_record, wedge(90, 45), wedge(90, 46))
    assert [mark.ids for mark in scene.wedges] == [("a0",)]
    inside = {**LAUNCH, "origin_latitude": "36.31", "origin_longitude": "44.1"}  # within the ring
    assert not scene_of(make_record, inside, name="other").lines


def test_alternatives_are_marked_as_such_and_explained(make_record):
    group = {"alternative_group": "g"}
    scene = scene_of(make_record, wedge(90, 20, **group), {**LAUNCH, **group}, wedge(200, 10))
    assert [mark.alternative for mark in scene.wedges] == [True, False]
    assert [mark.alternative for mark in scene.lines] == [True]
    assert list(legend(scene, "alternative").values()) == ["Stated origins that exclude each other"]
    alone = scene_of(make_record, wedge(90, 20, **group), name="other")
    assert not alone.wedges[0].alternative and not legend(alone, "alternative")


def test_a_side_that_is_assessed_or_disputed_says_so(make_record):
    group = {"alternative_group": "g"}
    other = {**TERRITORY, "origin_area": "AFG", **group}
    scene = scene_of(make_record, {**TERRITORY, "origin_status": "assessed", **group}, other, event=DISTRICT)
    words = {mark.territory: mark.words for mark in scene.sides}
    assert "; assessed; another claimant says otherwise" in words["Iran"]
    assert all(mark.alternative for mark in scene.sides)


def test_every_mark_reaches_the_browser_with_its_status(make_record):
    group = {"alternative_group": "g", "origin_status": "assessed"}
    scene = json.loads(scene_json(scene_of(make_record, {**AREA, **group}, wedge(90, 20, **group))))
    assert scene["lines"][0]["status"] == scene["origins"][0]["status"] == "assessed"
    assert scene["wedges"][0]["status"] == "assessed" and scene["wedges"][1]["tier"] == 1
    assert all(mark["words"] for name in ("lines", "wedges", "origins") for mark in scene[name])


# -- inferred ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stated", [AREA, LAUNCH, wedge(90, 20), TERRITORY])
def test_an_inferred_direction_has_its_own_look_and_names_the_rule(make_record, stated):
    scene = scene_of(make_record, {**stated, "origin_basis": "inferred"}, head=HEAD)
    drawn = (*scene.wedges, *scene.sides, *scene.origins, *scene.lines)
    assert drawn
    assert {
        getattr(mark, "basis", mark.status) if mark in scene.lines else mark.status for mark in drawn
    } == {"inferred"}
    keys = [entry for entry in scene.legend if entry.symbol in ("line", "wedge", "side", "origin")]
    assert keys and all(RULE in entry.text for entry in keys)
    assert any(RULE in mark.words for mark in drawn)


@pytest.mark.parametrize("fmt", FORMATS)
def test_an_inferred_direction_has_its_own_column_in_every_export(make_record, fmt):
    attacks = [
        {"attack_id": name, "event_id": "e0", "source_ids": "s", **LAUNCH, "origin_basis": basis}
        for name, basis in (("x", "inferred"), ("y", "stated_point"))
    ]
    record = make_record([POINT], attacks=attacks, sources=[SOURCE], head=HEAD)
    rows = rows_of(export_bytes(record, ALL, fmt), fmt)
    if fmt == "zip":  # a case holds nothing computed, and the rule itself
        assert RULE in text_of(export_bytes(record, ALL, fmt), fmt)
        return
    told = {row["attack_id"]: row["inferred_rule"] or "" for row in rows if row.get("attack_id")}
    assert told == {"x": RULE, "y": ""}


def test_the_rule_stands_in_no_row_without_a_decision(bundled):
    directions = attack_directions(bundled.case.attacks, bundled.events)
    assert set(directions["inferred_rule"]) == {""}
