import gzip
import json
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import Template
from shapely.geometry import LineString, MultiLineString, Polygon

from geodata import boundaries
from geodata.errors import BoundaryError, UsageError
from geodata.filters import EventFilter
from geodata.render.web import (
    base_json,
    encode_line,
    encode_polygon,
    named_units_json,
    scene_json,
    script_json,
    units_json,
)
from geodata.scene_build import build_scene

TEXTS = st.text() | st.sampled_from(
    [
        "{{7*7}}",
        "{% raw %}",
        "{# #}",
        "</script>",
        "<!--",
        "&lt;",
        "'\"\\",
        "{\\",
        "\\{{",
        "\u2028",
        "}}",
        "%}",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@example({"title": "{{7*7}}", "{{": {"{%": ["</script>", {"a": {"b": {}}}]}})
@example([{}, [{}], "{", "%", '"{{"', "\\"])
def test_the_gate_lets_every_value_through_and_no_template(value):
    text = script_json(value)
    assert json.loads(text) == value
    assert Template(text).render() == text
    for mark in ("{{", "{%", "{#", "<", ">", "&", "'"):
        assert mark not in text
    assert text.isascii()


def decoded(steps, scale=10_000):
    return np.cumsum(np.asarray(steps).reshape(-1, 2), axis=0) / scale


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=2, max_size=40))
def test_lines_come_back_to_within_half_a_step(points):
    (steps,) = encode_line(LineString(points))
    assert all(isinstance(step, int) for step in steps)
    whole = np.rint(np.asarray(points) * 10_000) / 10_000
    kept = np.append(True, np.any(np.diff(whole, axis=0) != 0, axis=1))
    assert np.allclose(decoded(steps), whole[kept], atol=1e-9)


def test_parts_and_rings_keep_their_order():
    hole = [(1, 1), (2, 1), (2, 2), (1, 1)]
    ((outer, inner),) = encode_polygon(Polygon([(0, 0), (4, 0), (4, 4), (0, 0)], [hole]))
    assert decoded(inner).tolist() == [list(point) for point in hole]
    assert decoded(outer)[0].tolist() == [0, 0]
    assert len(encode_line(MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]]))) == 2


def outline(unit, sent):
    """Return a unit's shape as the browser joins it."""
    arcs = [decoded(arc, sent["scale"]) for arc in sent["arcs"]]
    parts = []
    for rings in unit["rings"]:
        lines = [np.concatenate([arcs[n] if n >= 0 else arcs[~n][::-1] for n in ring]) for ring in rings]
        parts.append(Polygon(lines[0], lines[1:]).buffer(0))
    return shapely.union_all(parts)


def overlap(a, b):
    return a.intersection(b).area / a.union(b).area


@pytest.fixture(scope="module")
def base():
    return json.loads(base_json())


def test_the_base_is_the_world_in_outline_and_light(base):
    assert {unit["level"] for unit in base["units"]} == {0}
    assert len(base["units"]) == len({unit["id"] for unit in base["units"]}) > 200
    assert len(gzip.compress(base_json(), 6)) < 450_000
    pakistan = next(unit for unit in base["units"] if unit["id"] == "PAK")
    shape = boundaries.unit_geometry("PAK", resolution="screen")
    assert overlap(outline(pakistan, base), shape) > 0.9999
    provinces, districts, places = pakistan["has"]
    assert provinces == len(boundaries.children("PAK"))
    assert districts >= 34 and places > 100
    assert {place[3] for place in base["places"] if place[4] == "town"} == {1, 2}


@pytest.mark.parametrize("layer", ["borders", "disputed"])
def test_borders_are_whole_whether_along_an_outline_or_not(base, layer):
    arcs = [decoded(arc) for arc in base["arcs"]]
    frame = boundaries.load_basemap(layer)
    assert len(base[layer]) == len(frame)
    for sent, row in zip(base[layer], frame.itertuples(index=False), strict=True):
        assert sent["ids"] == [unit_id for unit_id in (row.a, row.b) if unit_id]
        pieces = [arcs[number] for number in sent["arcs"]] + [decoded(path) for path in sent.get("path", [])]
        length = sum(LineString(piece).length for piece in pieces)
        assert length == pytest.approx(row.geometry.length, rel=0.01, abs=0.005)


def test_no_edge_of_the_base_is_sent_twice(base):
    seen = set()
    for arc in base["arcs"]:
        points = [tuple(point) for point in np.cumsum(np.reshape(arc, (-1, 2)), axis=0).tolist()]
        edges = {tuple(sorted(edge)) for edge in pairwise(points)}
        assert not edges & seen
        seen |= edges


def test_a_country_brings_its_provinces_districts_and_further_places():
    sent = json.loads(units_json("PAK"))
    frames = {level: boundaries.load_units(level, resolution="screen", iso3="PAK") for level in (1, 2)}
    assert {unit["id"] for unit in sent["units"]} == set(frames[1]["id"]) | set(frames[2]["id"])
    for unit in sent["units"]:
        shape = boundaries.unit_geometry(unit["id"], resolution="screen")
        assert overlap(outline(unit, sent), shape) > 0.999
    arcs = [LineString(decoded(arc)) for arc in sent["arcs"]]
    country = boundaries.unit_geometry("PAK", resolution="screen").boundary.buffer(0.0002)
    inner = shapely.union_all([arcs[number] for number in sent["inner"]["1"]])
    assert inner.length > 10
    assert inner.intersection(country).length < 0.05, "a province's edge on a border is no province line"
    assert sent["inner"]["2"] and min(place[3] for place in sent["places"]) == 3
    assert {place[3] for place in sent["places"]} >= {5, 6}


def test_a_level_alone_holds_that_level():
    for level in (1, 2):
        sent = json.loads(units_json("IRN", level))
        assert {unit["level"] for unit in sent["units"]} == {level}
        assert ("places" in sent) is (level == 2)
    assert json.loads(units_json("SYR", 2))["units"] == []


def test_units_come_by_their_ids_whatever_their_level():
    ids = ["PK-BA-panjgur", "IRN", "PK-BA", "PK-BA-panjgur"]
    sent = json.loads(named_units_json(ids))
    assert [unit["id"] for unit in sent["units"]] == ["PK-BA-panjgur", "IRN", "PK-BA"]
    for unit in sent["units"]:
        assert overlap(outline(unit, sent), boundaries.unit_geometry(unit["id"], resolution="screen")) > 0.999


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda: units_json("XXX"), BoundaryError, "no such country"),
        (lambda: units_json("PAK", 3), UsageError, "not drawn"),
        (lambda: named_units_json(["PK-BA-nowhere"]), BoundaryError, "no boundary with this id"),
        (lambda: named_units_json([f"PK-{n}" for n in range(51)]), UsageError, "Ask for 50 at most"),
    ],
)
def test_what_cannot_be_sent_is_said(ask, error, words):
    with pytest.raises(error, match=words):
        ask()


@pytest.mark.parametrize("chosen", ["", "panjgur"])
def test_a_scene_is_strict_json_with_every_mark(bundled, chosen):
    scene = build_scene(bundled, EventFilter(), chosen=chosen)

    def refuse(text):
        raise AssertionError(text)

    sent = json.loads(scene_json(scene), parse_constant=refuse)
    for name in ("areas", "origins", "borders", "lines", "wedges", "points", "sides", "legend"):
        assert len(sent[name]) == len(getattr(scene, name))
    assert sent["disclaimer"] and sent["credits"]
    named = {*scene.focus, *(mark.area for mark in (*scene.areas, *scene.origins, *scene.sides))}
    assert set(sent["units"]) == named - {""}
    west, south, east, north = sent["units"]["PK-BA-panjgur"]["bounds"]
    assert west < 64.09 < east and south < 26.97 < north


def test_local_names_are_sent_where_there_is_one_to_letter():
    base = json.loads(base_json())
    units = {unit["id"]: unit for unit in base["units"]}
    assert units["IRN"]["local"] == ["fa", "ایران"] and units["PAK"]["local"] == ["ur", "پاکستان"]
    assert "local" not in units["IND"] and "local" not in units["FRA"]
    places = {place[0]: place[5:] for place in base["places"]}
    assert places["Quetta"] == ["ur", "کوئٹہ"]
    assert places["Persian Gulf"] == places["London"] == []
    districts = json.loads(units_json("PAK", 2))
    assert {"ur", "پنجگور"} in [set(unit.get("local", ())) for unit in districts["units"]]
    (named,) = json.loads(named_units_json(["IR-11"]))["units"]
    assert named["local"] == ["fa", "سیستان و بلوچستان"]


def test_a_scene_has_the_local_names_of_focus_and_launch_areas(bundled):
    scene = json.loads(scene_json(build_scene(bundled, EventFilter())))
    local = {unit["id"]: unit["local"] for unit in scene["focus"]}
    assert local["PK-BA"] == ["ur", "بلوچستان (پاکستان)"]
    assert ["fa", "کرمانشاه"] in [mark.get("local") for mark in scene["origins"]]
