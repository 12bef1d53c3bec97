"""The line between two units, at the distances measured on the sources."""

import pytest
import shapely
from pyproj import Geod

from geodata import boundaries
from geodata.errors import BoundaryError

GEOD = Geod(ellps="WGS84")


def distance_km(line, longitude, latitude):
    """Return the geodesic distance to the nearest of the line's points, 200 m apart."""
    xy = shapely.get_coordinates(shapely.segmentize(line, 0.002))
    return min(GEOD.inv(*xy.T, [longitude] * len(xy), [latitude] * len(xy))[2]) / 1000


@pytest.mark.parametrize(("point", "km"), [((64.090, 26.964), 77.0), ((62.334, 27.371), 46.6)])
def test_towns_lie_as_far_from_the_border_as_measured(point, km):
    assert distance_km(boundaries.shared_border("PAK", "IRN"), *point) == pytest.approx(km, abs=1)


def test_the_order_of_the_two_does_not_matter():
    one, other = boundaries.shared_border("PAK", "IRN"), boundaries.shared_border("IRN", "PAK")
    assert one.equals(other)
    assert one.geom_type in ("LineString", "MultiLineString")


def test_the_border_is_one_line_from_tripoint_to_sea():
    border = boundaries.shared_border("PAK", "IRN")
    assert len(shapely.get_parts(border)) == 1
    assert 800 < GEOD.geometry_length(border) / 1000 < 1000


def test_parts_add_up_to_the_whole():
    parts = [boundaries.shared_border(item.id, "IRN") for item in boundaries.children("PK-BA")]
    assert sum(part.length for part in parts) == pytest.approx(
        boundaries.shared_border("PK-BA", "IR-11").length
    )


def test_districts_of_one_province_share_lines_too():
    line = boundaries.shared_border("PK-BA-panjgur", "PK-BA-kech")
    assert line.length > 0.5
    assert boundaries.unit_geometry("PK-BA-panjgur").boundary.distance(line) < 0.01


@pytest.mark.parametrize(
    ("a", "b"), [("SYR", "IRN"), ("PK-BA-quetta", "IRN"), ("PK-BA", "PAK"), ("PAK", "PAK"), ("IR-11", "IRN")]
)
def test_units_apart_or_inside_each_other_share_none(a, b):
    assert boundaries.shared_border(a, b).is_empty


def test_countries_beyond_the_region_share_lines():
    assert boundaries.shared_border("IRQ", "SYR").length > 3
    assert boundaries.shared_border("FRA", "DEU").length > 3


def test_an_unknown_unit_is_refused():
    with pytest.raises(BoundaryError, match="PK-BA-panjgur"):
        boundaries.shared_border("PK-BA-panjgu", "IRN")


def test_third_level_units_share_lines_within_a_country_and_across_the_border():
    inside = boundaries.shared_border("PK-BA-panjgur.parome", "PK-BA-panjgur.gichk")
    assert inside.length > 0.1
    across = boundaries.shared_border("PK-BA-panjgur.parome", "IRN")
    whole = boundaries.shared_border("PK-BA-panjgur", "IRN")
    assert 0 < across.length < whole.length
    assert whole.buffer(1e-6).covers(across)


def test_provinces_of_other_countries_share_one_line():
    line = boundaries.shared_border("UA-43", "UA-65")
    assert line.length > 0.3
    assert line.equals(boundaries.shared_border("UA-65", "UA-43"))
