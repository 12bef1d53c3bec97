"""What foreign cells mean, and what nobody may guess."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.readers.coordinates import parse_angle, parse_pair, plain_text
from geodata.readers.dates import date_form, parse_date, require_order
from geodata.readers.figures import Figure, read_figure


def read(*cells, order=""):
    values = list(enumerate(cells, start=2))
    form = date_form(values, order=order)
    require_order(form, file="t.csv", column="Date", values=values)
    return [parse_date(cell, form) for cell in cells]


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        (["16/01/2024", "02/01/2024"], ["2024-01-16", "2024-01-02"]),
        (["02/01/2024", "01/16/2024"], ["2024-02-01", "2024-01-16"]),
        (["16.01.2024 18:30"], ["2024-01-16T18:30"]),
        (["01/16/2024 6:30 PM", "01/17/2024 12:05 AM"], ["2024-01-16T18:30", "2024-01-17T00:05"]),
        (["2024-01-16", "2024/01/17", "20240118"], ["2024-01-16", "2024-01-17", "2024-01-18"]),
        (["16 January 2024", "3 Dec 2020", "01-January-2015"], ["2024-01-16", "2020-12-03", "2015-01-01"]),
        (["January 16, 2024", "Tuesday, 16 January 2024"], ["2024-01-16", "2024-01-16"]),
        (["1er février 2024", "16 janv. 2024"], ["2024-02-01", "2024-01-16"]),
        (["31-12-19", "05-11-20"], ["2019-12-31", "2020-11-05"]),
        (["24/12/68", "24/12/69"], ["2068-12-24", "1969-12-24"]),
        (["45307", "45307.75"], ["2024-01-16", "2024-01-16T18:00"]),
        (["2021-01-02T00:00:00Z", "2014-01-22 00:00:00.000"], ["2021-01-02", "2014-01-22"]),
        (["05/05/2024"], ["2024-05-05"]),
    ],
)
def test_a_column_has_one_form(cells, texts):
    assert [when.text for when in read(*cells)] == texts


def test_an_offset_is_kept_as_a_zone():
    (when,) = read("2024-01-16T18:00:00+05:00")
    assert (when.text, when.zone) == ("2024-01-16T18:00", "Etc/GMT-5")
    (when,) = read("2024-01-16T18:00:00+03:30")
    assert (when.text, when.zone) == ("2024-01-16T18:00", "Asia/Tehran")
    form = date_form([(2, "2024-01-16T18:00Z")])
    when = parse_date("2024-01-16T18:00Z", form, zone_name="Asia/Karachi")
    assert (when.text, when.zone) == ("2024-01-16T23:00", "Asia/Karachi")


@pytest.mark.parametrize(
    ("cell", "precision"), [("2024-01", "month"), ("January 2024", "month"), ("2024", "year")]
)
def test_a_month_or_a_year_is_no_day(cell, precision):
    assert read(cell)[0].precision == precision


@pytest.mark.parametrize("cells", [("02/01/1997",), ("02/01/1997", "03/04/97"), ("24-01-16", "24-01-17")])
def test_what_two_orders_read_differently_is_refused_until_somebody_says(cells):
    with pytest.raises(InputError, match="ambiguous_dates") as refused:
        read(*cells)
    assert (refused.value.row, refused.value.column) == (2, "Date")
    assert "--date-order dmy" in refused.value.remedy
    assert read("02/01/1997", order="dmy")[0].text == "1997-01-02"
    assert read("02/01/1997", order="mdy")[0].text == "1997-02-01"
    assert read("24-01-16", order="ymd")[0].text == "2024-01-16"


def test_both_orders_in_one_column_are_refused_with_a_row_of_each():
    with pytest.raises(InputError, match="row 2 has the day first, row 3") as refused:
        read("13/01/2024", "01/13/2024")
    assert refused.value.value == "13/01/2024"


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        (["16/01/2024", "32/01/2024"], "32/01/2024", "not on the calendar"),
        (["2024-01-16", "2024-01-17", "16/01/2024"], "16/01/2024", "but the column has year-month-day"),
        (["2024-01-16", "last week"], "last week", "no date that is understood"),
        (["2024-01-16", "2024-13-01"], "2024-13-01", "no such month"),
        (["2024-01-16T25:00", "2024-01-16T10:00"], "2024-01-16T25:00", "not on the clock"),
    ],
)
def test_a_cell_outside_the_form_of_its_column_is_a_fault(column, cell, words):
    form = date_form(list(enumerate(column)), order="")
    with pytest.raises(ValueError, match=words):
        parse_date(cell, form)


@given(
    days=st.lists(st.dates(date(1970, 1, 1), date(2060, 12, 31)), min_size=1, max_size=8),
    order=st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d", "%d %B %Y", "%d-%b-%Y"]),
)
def test_a_date_is_read_right_or_not_at_all(days, order):
    cells = [day.strftime(order) for day in days]
    try:
        found = read(*cells)
    except InputError as refused:
        assert "ambiguous_dates" in refused.reason
        assert all(day.day <= 12 for day in days) and not order.startswith("%Y")
    else:
        assert [when.text for when in found] == [day.isoformat() for day in days]


@given(st.integers(20_000, 80_000))
def test_a_day_number_of_excel(number):
    assert read(str(number))[0].text == (date(1899, 12, 30) + timedelta(days=number)).isoformat()


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("26.97", 26.97), ("26,97", 26.97), ("−5,5", -5.5), ("26°58′12″N", 26.97), ("26 58 12 N", 26.97),
        ("N26.97", 26.97), ("26°58.2' S", -26.97), ("26° 58' 12\" S", -26.97), ("1e-05", 0.00001),
    ],
)  # fmt: skip
def test_latitudes(cell, value):
    assert parse_angle(cell, "latitude") == pytest.approx(value)


@pytest.mark.parametrize(
    ("cell", "words"),
    [("W 5", "is a longitude"), ("26°61'N", "60 minutes"), ("5 O", "letter O"), ("-5 N", "side twice"),
     ("1.234,5", "decimals before"), ("abc", "no coordinate"),
     ("nan", "no coordinate"), ("1_0", "no coordinate")],
)  # fmt: skip
def test_what_is_no_latitude(cell, words):
    with pytest.raises(ValueError, match=words):
        parse_angle(cell, "latitude")


@pytest.mark.parametrize(
    "cell",
    ["26.97, 64.09", "26.97 64.09", "26,97; 64,09", "26,97, 64,09", "POINT (64.09 26.97)", "64.09E, 26.97N",
     "(26.97,64.09)", "26°58′12″N 64°05′24″E", "26.97/64.09"],
)  # fmt: skip
def test_both_in_one_cell(cell):
    assert parse_pair(cell) == pytest.approx((26.97, 64.09))


@given(st.floats(-90, 90).map(lambda value: round(value, 6)))
def test_a_coordinate_keeps_what_was_written(value):
    text = f"{value:.6f}"
    for cell in (text, text.replace(".", ",")):
        assert float(plain_text(cell, parse_angle(cell, "latitude"))) == value
    degrees, rest = divmod(abs(value), 1)
    dms = f"{int(degrees)}°{int(rest * 60)}′{rest * 3600 % 60:.5f}″{'S' if value < 0 else 'N'}"
    if "60.00000" not in dms:
        assert parse_angle(dms, "latitude") == pytest.approx(value, abs=1e-7)


@pytest.mark.parametrize(
    ("cell", "figure"),
    [("5", Figure("5", "5")), ("9-10", Figure("9", "10")), ("9 to 10", Figure("9", "10")),
     ("at least 4", Figure("4")),
     ("4+", Figure("4")), ("1,234", Figure("1234", "1234")), ("0", Figure("0", "0")),
     ("5.0", Figure("5", "5")),
     ("several", Figure()), ("", None), ("NA", None), ("-99", None), ("unknown", None)],
)  # fmt: skip
def test_figures(cell, figure):
    assert read_figure(cell) == figure
