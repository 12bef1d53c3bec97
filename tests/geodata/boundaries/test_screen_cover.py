"""The screen packs are one coverage: every border is one line."""

import pytest
import shapely

from geodata import boundaries

REGION = shapely.box(30, 15, 85, 45)


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_units_share_their_edges_and_never_overlap(level):
    assert shapely.coverage_is_valid(boundaries.load_units(level, resolution="screen").geometry.values)


@pytest.mark.parametrize(
    "a, b", [("IRN", "PAK"), ("IRN", "AFG"), ("IRN", "TUR"), ("PAK", "IND"), ("PAK", "AFG")]
)
def test_neighbours_meet_in_lines_only(a, b):
    one, other = (boundaries.unit_geometry(unit_id, resolution="screen") for unit_id in (a, b))
    common = one & other
    assert common.area == 0
    assert common.length > 1


def test_no_gap_lies_between_the_countries_of_the_region():
    whole = shapely.coverage_union_all(boundaries.load_units(0, resolution="screen").geometry.values)
    holes = [shapely.Polygon(ring) for part in shapely.get_parts(whole) for ring in part.interiors]
    inside = [hole for hole in holes if REGION.contains(hole)]
    # The Siachen glacier and Bir Tawil, which no unit is given, and the Caspian Sea (outside the box).
    unclaimed = shapely.box(77.1, 35.4, 77.9, 35.6) | shapely.box(33.1, 21.6, 34.2, 22.1)
    assert [hole.bounds for hole in inside if not unclaimed.contains(hole)] == []


def test_land_has_no_hole_in_kashmir():
    land = boundaries.load_basemap("land")
    assert land.geometry.covers(shapely.box(73.5, 33, 78, 36)).any()


def test_settled_and_disputed_lines_are_apart_and_complete():
    borders, disputed = boundaries.load_basemap("borders"), boundaries.load_basemap("disputed")
    overlap = shapely.union_all(borders.geometry.values) & shapely.union_all(disputed.geometry.values)
    assert overlap.length == pytest.approx(0, abs=1e-9)
    pair = disputed[(disputed["a"] == "IND") & (disputed["b"] == "PAK")]
    assert pair["kind"].tolist() == ["line of control"]
    settled = borders[(borders["a"] == "IND") & (borders["b"] == "PAK")]
    edge = boundaries.unit_geometry("IND", resolution="screen") & boundaries.unit_geometry(
        "PAK", resolution="screen"
    )
    drawn = shapely.length(pair.geometry.values).sum() + shapely.length(settled.geometry.values).sum()
    assert drawn == pytest.approx(shapely.length(edge), rel=1e-6)


def test_the_line_of_control_is_not_drawn_as_settled():
    borders = boundaries.load_basemap("borders")
    settled = shapely.union_all(borders.geometry.values[borders["a"].isin(["IND"]) & (borders["b"] == "PAK")])
    for longitude, latitude in ((74.0, 34.0), (75.5, 34.6), (76.5, 34.8)):
        assert settled.distance(shapely.Point(longitude, latitude)) > 0.5


@pytest.mark.parametrize("layer", ["land", "coast", "lakes", "adm0", "borders", "disputed"])
def test_layers_are_valid_and_light(layer):
    frame = boundaries.load_basemap(layer)
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.is_valid.all()
    assert shapely.get_num_coordinates(frame.geometry.values).sum() < 110_000


def test_coast_runs_around_the_land_only():
    # Saravan and Panjgur touch no sea, though the sources leave a gap between them.
    coast = shapely.union_all(boundaries.load_basemap("coast").geometry.values)
    border = boundaries.unit_geometry("IRN", resolution="screen") & boundaries.unit_geometry(
        "PAK", resolution="screen"
    )
    assert (coast & border).length == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "unit_id", ["GIB", "MAC", "UMI", "VAT", "MCO", "MDV", "BHR", "MLT", "TUV", "NRU", "MV-MLE"]
)
def test_small_lands_do_not_vanish(unit_id):
    frame = boundaries.load_units(boundaries.unit(unit_id).level, resolution="screen")
    shape = frame.geometry[frame["id"] == unit_id].iloc[0]
    assert shape.area > 0
    assert boundaries.unit_geometry(unit_id).distance(shape) == 0


def test_every_unit_of_join_is_on_screen():
    for level in (0, 1, 2, 3):
        on_screen = set(boundaries.load_units(level, resolution="screen")["id"])
        assert set(boundaries.load_units(level)["id"]) == on_screen


@pytest.mark.parametrize(
    ("country", "point"),
    [
        ("UKR", (34.2, 46.05)),  # the isthmus of Crimea
        ("ESH", (-12.6, 25.6)),  # the berm
        ("SOM", (48.6, 9.5)),  # Somaliland
        ("CYP", (33.3, 35.17)),  # the north of Cyprus
    ],
)
def test_a_disputed_line_inside_one_country_is_drawn_as_such(country, point):
    disputed, borders = boundaries.load_basemap("disputed"), boundaries.load_basemap("borders")
    inside = disputed[(disputed["a"] == country) & (disputed["b"] == country)]
    assert shapely.distance(inside.geometry.values, shapely.Point(point)).min() < 0.6
    assert not ((borders["a"] == country) & (borders["b"] == country)).any()


def test_no_country_is_given_what_the_standard_lists_elsewhere():
    assert boundaries.ancestors("UA-43") == boundaries.ancestors("UA-40") == ("UKR",)
    disputed, borders = boundaries.load_basemap("disputed"), boundaries.load_basemap("borders")
    assert ((disputed["a"] == "ESH") & (disputed["b"] == "MAR")).any()
    assert not ((borders["a"] == "ESH") & (borders["b"] == "MAR")).any()
    islands = shapely.Point(111.85, 16.5)  # the Paracel Islands
    assert not boundaries.load_units(0).contains(islands).any()
