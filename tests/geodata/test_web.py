import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import Template
from shapely.geometry import LineString, MultiLineString, Polygon

from geodata.filters import EventFilter
from geodata.render.web import base_json, encode_line, encode_polygon, scene_json, script_json
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


def test_the_base_holds_every_unit_once_and_is_small():
    base = base_json()
    parsed = json.loads(base)
    ids = [unit["id"] for unit in parsed["units"]]
    assert len(ids) == len(set(ids)) and {"PAK", "PK-BA", "IR-11", "PK-BA-panjgur", "IR-11-saravan"} <= set(
        ids
    )
    assert len(base) < 3_000_000
    assert {unit["level"] for unit in parsed["units"]} == {0, 1, 2}


@pytest.mark.parametrize("chosen", ["", "panjgur"])
def test_a_scene_is_strict_json_with_every_mark(bundled, chosen):
    scene = build_scene(bundled, EventFilter(), chosen=chosen)

    def refuse(text):
        raise AssertionError(text)

    sent = json.loads(scene_json(scene), parse_constant=refuse)
    for name in ("areas", "origins", "borders", "lines", "wedges", "points", "sides", "legend"):
        assert len(sent[name]) == len(getattr(scene, name))
    assert sent["disclaimer"] and sent["credits"]
