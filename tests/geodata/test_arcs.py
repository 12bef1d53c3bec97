from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Polygon, box

from geodata.render.arcs import cut_arcs

SCALE = 100


def rebuilt(cut, number):
    """Return a shape as its arcs give it back."""
    parts = []
    for rings in cut.rings[number]:
        lines = []
        for ring in rings:
            pieces = [cut.arcs[arc] if arc >= 0 else cut.arcs[~arc][::-1] for arc in ring]
            for before, after in zip(pieces, [*pieces[1:], pieces[0]], strict=True):
                assert before[-1].tolist() == after[0].tolist(), "a ring does not close"
            lines.append(np.concatenate([piece[:-1] for piece in pieces]) / SCALE)
        parts.append(Polygon(lines[0], lines[1:]))
    return shapely.MultiPolygon(parts)


def edges_of(arcs):
    return [tuple(sorted((tuple(a), tuple(b)))) for arc in arcs for a, b in pairwise(arc)]


@given(st.sets(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1), st.data())
def test_shapes_come_back_and_no_edge_is_sent_twice(cells, data):
    groups = {cell: data.draw(st.integers(0, 2)) for cell in sorted(cells)}
    shapes = [
        shapely.union_all([box(x, y, x + 1, y + 1) for (x, y), of in groups.items() if of == group])
        for group in sorted(set(groups.values()))
    ]
    # The corners of every cell, as a coverage has them: neighbours share whole edges.
    grid = shapely.MultiPoint([(x, y) for x in range(6) for y in range(6)])
    shapes = [shapely.snap(shapely.segmentize(shape, 1), grid, 1e-6) for shape in shapes]
    cut = cut_arcs(shapes, scale=SCALE)
    for number, shape in enumerate(shapes):
        assert rebuilt(cut, number).normalize().equals(shape.normalize())
    edges = edges_of(cut.arcs)
    assert len(edges) == len(set(edges))


def test_an_enclave_shares_its_outline():
    hole = box(1, 1, 2, 2)
    outer = box(0, 0, 3, 3).difference(hole)
    cut = cut_arcs([outer, hole], scale=SCALE)
    assert len(cut.arcs) == 2
    assert sorted(cut.sides) == [(0,), (0, 1)]
    assert rebuilt(cut, 0).equals(outer) and rebuilt(cut, 1).equals(hole)


def test_sides_tell_inner_lines_from_outlines():
    cut = cut_arcs([box(0, 0, 1, 1), box(1, 0, 2, 1)], scale=SCALE)
    (inner,) = [arc for arc, sides in zip(cut.arcs, cut.sides, strict=True) if len(sides) == 2]
    assert sorted(inner.tolist()) == [[100, 0], [100, 100]]


def test_a_line_takes_the_arcs_it_runs_along_and_leaves_the_rest():
    left = Polygon([(0, 0), (1, 0), (1, 1), (1, 2), (0, 2)])
    right = Polygon([(1, 0), (2, 0), (2, 2), (1, 2), (1, 1)])
    across = LineString([(1, 1), (1, 2), (1.5, 3)])
    cut = cut_arcs([left, right], scale=SCALE, lines=[across])
    (taken,) = [arc for arc, line in zip(cut.arcs, cut.lines, strict=True) if line == 0]
    assert sorted(taken.tolist()) == [[100, 100], [100, 200]]
    assert [piece.tolist() for piece in cut.rest[0]] == [[[100, 200], [150, 300]]]


@pytest.mark.parametrize("shapes", [[], [box(0, 0, 0.001, 0.001)]])
def test_what_is_smaller_than_a_step_vanishes(shapes):
    cut = cut_arcs(shapes, scale=SCALE, lines=[LineString([(0, 0), (1, 1)])])
    assert cut.arcs == []
    assert [rings for rings in cut.rings if rings] == []
    assert len(cut.rest[0]) == 1
