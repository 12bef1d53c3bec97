"""Views of stores of providers' files, whose columns are empty where the provider states nothing."""

from __future__ import annotations

import math

import pytest

from geodata.filters import EventFilter
from geodata.render.web import view_json
from geodata.store.open import open_store
from geodata.store.view import view_of
from tests.geodata.store.store_files import gdelt_text, made, write


@pytest.mark.parametrize("zoom", [2, 5, 9, 14])
def test_a_store_without_any_stated_uncertainty_is_drawn(tmp_path, zoom):
    made(tmp_path / "gdelt", write(tmp_path / "a.csv", gdelt_text(40)))
    store = open_store(tmp_path / "gdelt").store
    view = view_of(store, EventFilter(), (-180.0, -85.0, 180.0, 85.0), zoom)
    assert view_json(view)
    assert sum(cell.count for cell in view.cells) + len(view.points) == 40
    assert math.isnan(store.listed_one(0)["location_uncertainty_km"])
