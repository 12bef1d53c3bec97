import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.intervals import WINDS, Interval, compass_point, compass_points, wind_words

azimuths = st.floats(0, 360, exclude_max=True)


@pytest.mark.parametrize(("number", "wind"), list(enumerate(WINDS)))
def test_each_of_the_16_winds_is_centred_on_its_azimuth(number, wind):
    middle = 22.5 * number
    assert compass_point(middle) == wind
    assert compass_point(middle - 11.2) == wind
    assert compass_point(middle + 11.2) == wind


def test_a_wind_begins_at_its_border_and_360_is_north():
    assert compass_point(11.25) == "NNE"
    assert compass_point(348.74) == "NNW"
    assert compass_point(360) == compass_point(-0.1) == "N"
    assert wind_words("ESE") == "east-south-east"


@given(st.lists(st.one_of(azimuths, st.just(math.nan)), max_size=20))
def test_winds_of_many_are_those_of_each(many):
    each = ["" if math.isnan(one) else compass_point(one) for one in many]
    assert compass_points(np.array(many, dtype=float)) == each


def test_355_to_5_is_ten_degrees_over_north():
    arc = Interval.covering([355, 5, 1])
    assert (arc.from_min_deg, arc.from_max_deg, arc.width_deg) == (355, 5, 10)
    assert arc.wraps
    assert arc.middle_deg == 0
    assert arc.contains(0)
    assert arc.contains(355)
    assert not arc.contains(180)
    assert not arc.contains(6)


def test_all_round_holds_everything_and_one_azimuth_only_itself():
    everything = Interval.all_round()
    assert (everything.from_min_deg, everything.from_max_deg, everything.width_deg) == (0, 360, 360)
    assert not everything.wraps
    assert everything.contains(123.4)
    one = Interval.covering([77.0])
    assert one.width_deg == 0
    assert one.contains(77)
    assert not one.contains(257)


@pytest.mark.parametrize(
    ("azimuth", "tolerance", "ends"),
    [
        (10, 20, (350, 30)),
        (270, 45, (225, 315)),
        (90, 0, (90, 90)),
        (90, 180, (0, 360)),
        (360, 10, (350, 10)),
    ],
)
def test_around_an_azimuth(azimuth, tolerance, ends):
    arc = Interval.around(azimuth, tolerance)
    assert (arc.from_min_deg, arc.from_max_deg) == ends


@pytest.mark.parametrize("ends", [(-1, 5), (5, 360), (0, 361), (360, 5), (float("nan"), 5)])
def test_ends_outside_the_circle_are_refused(ends):
    with pytest.raises(ValueError, match="interval ends"):
        Interval(*ends)


def test_an_arc_over_nothing_is_refused():
    with pytest.raises(ValueError, match="no azimuths"):
        Interval.covering([])


@given(st.lists(azimuths, min_size=1, max_size=30))
def test_the_covering_arc_contains_every_azimuth(given_azimuths):
    arc = Interval.covering(given_azimuths)
    assert all(arc.contains(azimuth) for azimuth in given_azimuths)


@given(azimuths, st.floats(0, 179), st.floats(0, 1), azimuths)
def test_turning_the_azimuths_turns_the_arc(start, width, share, turn):
    few = [start, start + width * share, start + width]
    arc, turned = Interval.covering(few), Interval.covering([azimuth + turn for azimuth in few])
    assert turned.width_deg == pytest.approx(arc.width_deg, abs=1e-6)
    assert turned.contains((arc.middle_deg + turn) % 360) or arc.width_deg < 1e-6
