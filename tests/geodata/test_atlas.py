"""Few points are compared with the outlines near them, many with all: the answer is the same."""

from __future__ import annotations

import numpy as np
import pytest

from geodata.atlas import BORDER_KM, EDGE_KM, NO_EDGE, SEVERAL_EDGES, WHOLE, Sheet, pack_atlas


@pytest.mark.parametrize("within_km", [BORDER_KM, 40.0])
def test_few_points_find_the_edges_that_many_find(within_km):
    whole = pack_atlas().levels[0].sheet(WHOLE)
    few = Sheet(whole.positions, whole.geometries)
    many = Sheet(whole.positions, whole.geometries)
    assert len(many._pieces[1])  # cut beforehand, so that it is not asked as few are
    draw = np.random.default_rng(7)
    x = np.append(draw.uniform(44.0, 72.0, 300), [-179.9, 179.9, 63.2, 0.0])
    y = np.append(draw.uniform(24.0, 40.0, 300), [65.0, -16.5, 27.2, 89.0])
    reach = np.full(len(x), within_km)
    found, expected = few.near(x, y, reach), many.near(x, y, reach)
    assert len(expected[0]) > 10
    assert "_pieces" not in few.__dict__
    for one, other in zip(found, expected, strict=True):
        assert np.array_equal(one, other)
    at_edge = np.isin(np.arange(len(x)), found[0])
    # What many are told of a cell leaves no edge out; few are told to look.
    is_near = many.edge_owner(x, y) != NO_EDGE
    assert not is_near.all()
    assert not (at_edge & ~is_near).any() or within_km > EDGE_KM
    assert (few.edge_owner(x, y) == SEVERAL_EDGES).all()
