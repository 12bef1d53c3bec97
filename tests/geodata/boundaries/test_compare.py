"""The comparison with other layers, on shapes made for it."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geodata.boundaries import compare
from geodata.errors import BoundaryError


def layer(**rows):
    return gpd.GeoDataFrame({"id": list(rows), "name": list(rows)}, geometry=list(rows.values()), crs=4326)


def test_the_same_layer_overlaps_wholly():
    own = layer(a=box(0, 0, 1, 1), b=box(1, 0, 2, 1))
    found = compare.compare_layers(own, own)
    assert [item.iou for item in found] == pytest.approx([1.0, 1.0])
    assert not any(compare.is_moved(item) for item in found)


def test_later_districts_are_merged_and_the_sea_is_cut_off():
    own = layer(a=box(0, 0, 2, 1))
    other = layer(a=box(0, 0, 1, 1)).iloc[[0, 0]].reset_index(drop=True)
    other.geometry = [box(0, -5, 1, 1), box(1, -5, 2, 1)]
    assert compare.compare_layers(own, other)[0].iou == pytest.approx(1.0)


def test_land_that_changed_hands_is_told_from_a_coarse_line():
    own = layer(a=box(0, 0, 1, 1), b=box(1, 0, 2, 1))
    moved = {
        item.id: item for item in compare.compare_layers(own, layer(a=box(0, 0, 0.7, 1), b=box(0.7, 0, 2, 1)))
    }
    assert compare.is_moved(moved["a"])
    assert moved["a"].moved[0][0] == "b"
    assert moved["a"].iou == pytest.approx(0.7, abs=0.01)
    assert "b " in compare.reason(moved["a"], {})
    coarse = {
        item.id: item
        for item in compare.compare_layers(own, layer(a=box(0, 0, 0.98, 1), b=box(0.98, 0, 2, 1)))
    }
    assert not compare.is_moved(coarse["a"])
    assert "coarse source" in compare.reason(coarse["a"], {})
    assert compare.reason(coarse["a"], {"a": "known"}) == "known"


def test_a_third_level_unit_that_lies_elsewhere_is_found():
    own = layer(a=box(0, 0, 2, 1), b=box(2, 0, 3, 1))
    third = layer(x=box(0, 0, 1, 1), y=box(1, 0, 2, 1), z=box(2, 0, 3, 1)).assign(parent_id=["a", "a", "b"])
    misfits, reachable = compare.place_third_level(third, own, layer(a=box(0, 0, 1, 1), b=box(1, 0, 3, 1)))
    assert [(item.id, item.ours, item.theirs) for item in misfits] == [("y", "a", "b")]
    assert reachable == 1.0


def test_names_lead_to_the_base_unit():
    names = ["Panjgur", "Kohistan Upper", "Hub", "Nowhere"]
    assert compare._match(names, ["PK"] * 4) == ["PK-BA-panjgur", "PK-KP-upper-kohistan", "PK-BA-lasbela", ""]
    assert compare._match(["راسک", "سراوان", "هرند"], ["IR-11", "IR-11", "IR-10"]) == [
        "IR-11-sarbaz",
        "IR-11-saravan",
        "IR-10-isfahan",
    ]


def test_another_layer_is_refused(tmp_path):
    path = tmp_path / "other.geojson"
    layer(a=box(0, 0, 1, 1)).to_file(path, driver="GeoJSON")
    with pytest.raises(BoundaryError, match="not the one"):
        compare.read_iran(path)


def test_evidence_of_one_kind_counts_together():
    assert compare._kind("seat inside; 3 of 3 towns inside") == "seat inside; all towns inside"
    assert compare._kind("register 2020; 1 of 4 places inside") == "register 2020; some places inside"
    assert compare._kind("by hand: because") == "by hand"


def test_places_fall_in_a_district_of_each_layer():
    places = pd.DataFrame(
        {
            "name": ["p", "q", "r"],
            "population": [1, 2, 3],
            "longitude": [0.5, 1.5, 9.0],
            "latitude": [0.5] * 3,
        }
    )
    own, other = layer(a=box(0, 0, 1, 1)), layer(a=box(0, 0, 1, 1), b=box(1, 0, 2, 1))
    found = compare.join_places(places, own, other)
    assert found[["name", "ours", "theirs"]].to_numpy().tolist() == [["p", "a", "a"], ["q", "", "b"]]
