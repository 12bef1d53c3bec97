from __future__ import annotations

import numpy as np
import pytest
from pyproj import Geod

from geodata.render.projection import Extent, Frame, fit_view, scale_bar, scale_denominator, suited_projection

FRAME = Frame(20, 30, 600, 400)
GEOD = Geod(ellps="WGS84")
EXTENTS: dict[str, Extent] = {
    "near": (57, 24, 71, 32),
    "south": (-75, -45, -60, -30),
    "low": (10, -8, 40, 8),
    "tall": (28, -25, 36, 20),
    "large": (30, -10, 140, 70),
    "polar": (-40, 70, 60, 84),
    "over 180": (165, -25, -165, -15),
    "small": (62.3, 27.3, 62.3, 27.3),
}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("near", "Lambert conformal conic, standard parallels 25.3° N and 30.7° N, central meridian 64° E"),
        ("low", "Mercator, true scale at 0°, central meridian 25° E"),
        ("tall", "Transverse Mercator, central meridian 32° E"),
        ("large", "Lambert azimuthal equal-area, centre 30° N, 85° E"),
        ("polar", "Lambert azimuthal equal-area, centre 77° N, 10° E"),
    ],
)
def test_projection_suits_latitude_and_size(name: str, words: str) -> None:
    assert suited_projection(EXTENTS[name]).words == words


def test_the_world_is_drawn_in_equal_earth() -> None:
    assert suited_projection((-180, -60, 180, 80)).words.startswith("Equal Earth")


@pytest.mark.parametrize("extent", EXTENTS.values(), ids=EXTENTS.keys())
def test_extent_lies_in_the_frame_and_touches_two_sides(extent: Extent) -> None:
    view = fit_view(extent, FRAME, pad=0)
    west, south, east, north = extent
    east = east + 360 if east < west else east
    grid = np.array([(x, y) for x in np.linspace(west, east, 25) for y in np.linspace(south, north, 25)])
    page = view.page(grid)
    left, bottom, right, top = FRAME.box
    assert page[:, 0].min() > left - 1 and page[:, 0].max() < right + 1
    assert page[:, 1].min() > bottom - 1 and page[:, 1].max() < top + 1
    if east > west:
        share = np.ptp(page, axis=0) / (FRAME.width, FRAME.height)
        assert share.max() == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("extent", EXTENTS.values(), ids=EXTENTS.keys())
def test_degrees_lead_back_to_the_page(extent: Extent) -> None:
    view = fit_view(extent, FRAME)
    spots = [view.centre_page, (FRAME.x + 200, FRAME.y + 150)]
    assert view.page(view.degrees(spots)) == pytest.approx(np.array(spots), abs=1e-3)


@pytest.mark.parametrize("extent", EXTENTS.values(), ids=EXTENTS.keys())
def test_scale_bar_is_as_long_as_it_says(extent: Extent) -> None:
    view = fit_view(extent, FRAME)
    bar = scale_bar(view, 150)
    x, y = view.centre_page
    (lon1, lat1), (lon2, lat2) = view.degrees([(x - bar.length / 2, y), (x + bar.length / 2, y)])
    _, _, metres = GEOD.inv(lon1, lat1, lon2, lat2)
    assert metres / 1000 == pytest.approx(bar.distance_km, rel=0.005)
    assert 40 < bar.length <= 150.5
    assert float(f"{bar.distance_km:.0e}") == pytest.approx(bar.distance_km)


def test_stated_scale_agrees_with_the_bar() -> None:
    view = fit_view(EXTENTS["near"], FRAME)
    bar = scale_bar(view, 100)
    exact = bar.distance_km * 1e6 / (bar.length * 25.4 / 72)
    assert scale_denominator(view) == pytest.approx(exact, rel=0.05)


@pytest.mark.parametrize("lon", [57.0, 64.0, 71.0])
def test_north_is_the_convergence_of_the_projection(lon: float) -> None:
    view = fit_view(EXTENTS["near"], FRAME)
    convergence = view.projection.proj.get_factors(lon, 28).meridian_convergence
    # pyproj counts from true north to the grid's, west of the central meridian negative.
    assert view.north_deg(lon, 28) == pytest.approx(-convergence, abs=0.02)
    assert np.sign(round(view.north_deg(lon, 28), 3)) == np.sign(64 - lon)


@pytest.mark.parametrize("azimuth", [0, 45, 90, 180, 270, 355])
def test_directions_are_true_azimuths_at_the_place(azimuth: float) -> None:
    view = fit_view(EXTENTS["near"], FRAME)
    lon, lat = 58.0, 31.0
    start = view.page([(lon, lat)])[0]
    (lon2, lat2) = view.degrees([start + 4 * view.direction(lon, lat, azimuth)[0]])[0]
    found, _, _ = GEOD.inv(lon, lat, lon2, lat2)
    assert (found - azimuth + 180) % 360 - 180 == pytest.approx(0, abs=0.5)


def test_window_over_180_holds_both_sides() -> None:
    window = fit_view(EXTENTS["over 180"], FRAME).window
    assert window.west < 165 - 360 and window.east > -165


def test_a_place_off_the_globe_has_no_degrees() -> None:
    view = fit_view((-180, -60, 180, 80), FRAME)
    assert np.isnan(view.degrees([(FRAME.x + 1, FRAME.y + 399)])).all()
