"""A foreign table read by a guess, the guess changed by hand, and what was rejected mended."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.cases import load_case
from geodata.cli import main
from geodata.errors import InputError, UsageError
from geodata.readers.guess import guess_mapping, guess_value
from geodata.readers.mapping import FIELDS, Mapping, read_mapping
from geodata.readers.rejects import rejected_table, without_marks
from geodata.readers.rows import Rows, read_rows
from geodata.readers.table_file import TableOptions, open_table
from geodata.report import RejectedRow
from geodata.schema import EVENT_TYPES

TABLE = """\
Nr;Date;Type of incident;Place;Province;Country;Lat;Long;Morts;Source;Office
a;16/01/2024;Air strike;Koh-e-Sabz;Balochistan;Pakistan;26,964;64,09;2-4;Dawn;North
b;18/01/2024;Missile;Saravan;Sistan and Baluchestan;Iran;27,37;62,33;at least 9;IRNA;
c;20/01/2024;Protest;;Balochistan;Pakistan;;;;;
d;22/01/2024;Bomb;Quetta;;Pakistan;0;0;several;;
e;35/01/2024;Clash;Quetta;Balochistan;Pakistan;30,2;67,0;1;;
f;24/01/2024;Clash;Quetta;Balochistan;Pakistan;95;67,0;1;;
"""


@pytest.fixture
def write(tmp_path):
    def make(text, name="incidents.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return make


def codes(case):
    return {warning.code: warning for warning in case.report.events.warnings}


def test_a_foreign_table_becomes_events_and_every_row_is_told(write):
    case = load_case(write(TABLE))
    report = case.report.events
    assert (report.rows_read, report.accepted, len(report.rejected_rows)) == (6, 4, 2)
    assert [(row.row, row.column, row.value) for row in report.rejected_rows] == [
        (6, "Date", "35/01/2024"),
        (7, "Lat", "95"),
    ]
    events = case.events.set_index("event_id")
    assert list(events["event_type"]) == ["strike", "strike", "other", "bombing"]
    assert list(events["start"]) == ["2024-01-16", "2024-01-18", "2024-01-20", "2024-01-22"]
    assert list(events["country_iso3"]) == ["PAK", "IRN", "PAK", "PAK"]
    assert events.loc["a", "title"] == "Air strike, Koh-e-Sabz"
    assert (events.loc["a", "latitude"], events.loc["a", "area"]) == (26.964, "")
    assert (events.loc["c", "area"], events.loc["c", "location_precision"]) == ("PK-BA", "admin1")
    assert events.loc["d", "area"] == "PAK" and events["latitude"].isna().sum() == 2
    assert json.loads(events.loc["a", "extra"]) == {"Office": "North", "Type of incident": "Air strike"}
    assert codes(case)["zero_coordinates"].rows == (5,)
    claims = case.claims.set_index("event_id")
    assert (claims.loc["a", "value_min"], claims.loc["a", "value_max"]) == (2.0, 4.0)
    assert claims.loc["b", "value_min"] == 9.0 and claims["value_max"].isna().sum() == 2
    assert claims.loc["d", "text"] == "Morts: several" and set(claims["claimant"]) == {"table incidents"}
    assert list(case.sources["publisher"]) == ["Dawn", "IRNA"]


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        (
            "Date,Heure,Ville,Pays,Latitude,Longitude,Blessés",
            "start time place_name country latitude longitude injured",
        ),
        ("Fecha,Tipo,Municipio,Muertos,Descripción", "start event_type admin2 killed summary"),
        ("التاريخ,المحافظة,القتلى,خط العرض,خط الطول", "start admin1 killed latitude longitude"),
        ("تاریخ,استان,شهرستان,کشته‌ها,توضیحات", "start admin1 admin2 killed summary"),
        ("تاریخ,صوبہ,ضلع,ہلاکتیں,ذریعہ", "start admin1 admin2 killed source"),
        ("EventDate,ADM1_EN,ADM2_PCODE,gpsCoordinates", "start admin1 pcode coordinates"),
    ],
)
def test_headers_in_six_languages(header, fields):
    guess = guess_mapping(read_rows(f"{header}\n".encode(), "t.csv"))
    assert {column: name for name, columns in guess.mapping.columns.items() for column in columns} == dict(
        zip(header.split(","), fields.split(), strict=True)
    )


def test_what_is_not_sure_is_not_used_and_said_so(write):
    text = (
        "Date,Country,Location reference code,Civilians killed,Report date\n2024-01-16,PAK,x1,4,2024-01-20\n"
    )
    guess = guess_mapping(read_rows(text.encode(), "t.csv"))
    assert guess.mapping.columns == {"start": ("Date",), "country": ("Country",)}
    assert {(item.column, item.field) for item in guess.unsure} >= {("Civilians killed", "killed")}
    assert "Civilians killed" in codes(load_case(write(text)))["columns_unsure"].message


@pytest.mark.parametrize(
    ("value", "kind"),
    [("Air/drone strike", "strike"), ("Suicide bomb", "bombing"), ("Armed clash", "clash"),
     ("Attentat", "bombing"), ("حمله موشکی", "strike"), ("فائرنگ", "attack"), ("Riots", ""),
     ("Diplomatic talks", "diplomatic")],
)  # fmt: skip
def test_kinds_of_event(value, kind):
    assert guess_value("event_type", value, EVENT_TYPES) == kind


def test_ambiguous_dates_are_refused_until_the_order_is_said(write):
    path = write("Date,Country\n02/01/1997,PAK\n03/01/1997,PAK\n")
    with pytest.raises(InputError, match="ambiguous_dates"):
        load_case(path)
    case = load_case(path, options=TableOptions(date_order="mdy"))
    assert list(case.events["start"]) == ["1997-02-01", "1997-03-01"]
    assert "as asked" in codes(case)["date_order"].message
    with pytest.raises(UsageError, match="Use dmy, mdy, ymd"):
        TableOptions(date_order="dym")


def test_swapped_coordinates_are_told_and_exchanged_only_when_asked(write):
    path = write("Date,Country,Lat,Lon\n2024-01-16,Pakistan,67.0,30.2\n2024-01-17,Pakistan,64.09,26.964\n")
    case = load_case(path)
    assert codes(case)["coordinates_look_swapped"].rows == (2, 3)
    assert case.events["latitude"][0] == 67.0
    mended = load_case(path, options=TableOptions(swap_coordinates=True))
    assert "coordinates_look_swapped" not in codes(mended)
    assert (mended.events["latitude"][0], mended.events["longitude"][0]) == (30.2, 67.0)


def test_longer_rows_than_the_header_are_refused_as_shifted(write):
    with pytest.raises(InputError, match="every column may be shifted") as refused:
        load_case(write("Date,Country\n2024-01-16,PAK,x\n2024-01-17,PAK,y\n"))
    assert refused.value.row == 2


@pytest.mark.parametrize("text", ["Date,Note\n2024-01-16,x\n", "Date,Lat,Lon\n2024-01-16,0,0\n"])
def test_a_file_without_any_place_is_refused_and_not_put_at_0_0(write, text):
    with pytest.raises(InputError, match="neither coordinates nor place names"):
        load_case(write(text))


def test_a_mapping_is_saved_changed_and_used_again(write, tmp_path, capsys):
    path, saved = write(TABLE), tmp_path / "map.json"
    assert main(["check", str(path), "--save-mapping", str(saved)]) == 0
    given = json.loads(saved.read_text(encoding="utf-8"))
    assert given["columns"]["killed"] == "Morts" and given["guesses"]["used"][0]["samples"]
    given["columns"]["summary"] = "Office"
    given["event_types"]["Protest"] = "statement"
    given["claimant"] = "Field office"
    saved.write_text(json.dumps(given), encoding="utf-8")
    out = tmp_path / "case.zip"
    assert main(["pack", str(path), "--mapping", str(saved), "--out", str(out)]) == 0
    case = load_case(out)
    assert case.events.set_index("event_id").loc["a", "summary"] == "North"
    assert case.events.set_index("event_id").loc["c", "event_type"] == "statement"
    assert set(case.claims["claimant"]) == {"Field office"}
    assert read_mapping(case.mapping).claimant == "Field office"
    again = tmp_path / "again.zip"
    assert main(["pack", str(out), "--out", str(again)]) == 0
    assert again.read_bytes() == out.read_bytes()
    capsys.readouterr()


def test_rejected_rows_are_mended_and_read_again(write, tmp_path, capsys):
    path, rejects = write(TABLE), tmp_path / "rejects.csv"
    assert main(["check", str(path), "--rejected", str(rejects)]) == 0
    text = rejects.read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "rejected_row,rejected_reason," + TABLE.splitlines()[0].replace(";", ",")
    rejects.write_text(
        text.replace("35/01", "25/01").replace(",95,", ",30,").replace("24/01", "24/01"), encoding="utf-8"
    )
    case = load_case(rejects)
    assert list(case.events["event_id"]) == ["e", "f"] and case.report.rejected == 0
    assert "rejected_row" not in case.events["extra"][0]
    assert main(["check", "iran-pakistan-2024", "--rejected", str(rejects)]) == 2
    capsys.readouterr()


def test_when_every_row_is_rejected_they_are_written_all_the_same(write, tmp_path, capsys):
    rejects = tmp_path / "r.csv"
    path = write("Date,Country,Lat,Lon\n2024-01-16,PAK,95,abc\n2024-01-17,PAK,26,\n")
    assert main(["check", str(path), "--rejected", str(rejects), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["rows_read"] == answer["rejected"] + answer["events"] == 2
    assert len(list(csv.reader(io.StringIO(rejects.read_text(encoding="utf-8-sig"))))) == 3


CELL = st.text("a=+-@'1,.;\"\n é", max_size=6).map(str.strip)


@given(st.lists(st.tuples(CELL, CELL).filter(any), min_size=1, max_size=5))
def test_rejected_rows_read_back_cell_by_cell(cells):
    rows = Rows("t.csv", ("one", "two"), tuple(enumerate(cells, start=2)))
    rejected = [RejectedRow(number, "one", "", "is wrong", "") for number, _ in rows.records]
    again = open_table(rejected_table(rows, rejected), "r.csv")
    assert again.header == rows.header == without_marks(again).header
    assert [line for _, line in again.records] == list(cells)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "no mapping|no table of columns"),
        ("{", "is no mapping"),
        ('{"columns": {"strat": "Date"}}', "Did you mean start"),
        ('{"columns": {"start": ["A", "B"]}}', "is not one column"),
        ('{"columns": {"start": 5}}', "is not one column"),
        ('{"columns": {}, "event_types": {"Raid": "raid"}}', "is not a value of ours"),
        ('{"columns": {}, "date_order": "yes"}', "is not a known order"),
        ('{"columns": {}, "time_zone": "Mars"}', "is not an IANA time zone"),
        ('{"columns": {}, "swap_coordinates": "no"}', "neither true nor false"),
        ('{"columns": {}, "strikemap_mapping": 9}', "another version"),
    ],
)
def test_a_faulty_mapping_names_its_key(text, words):
    with pytest.raises(InputError, match=words) as refused:
        read_mapping(text, "map.json")
    assert refused.value.file == "map.json" and refused.value.remedy


def test_a_mapping_of_another_table_is_a_wrong_request(write):
    mapping = Mapping({"start": ("Datum",)})
    with pytest.raises(UsageError, match="the table has no such column, which the mapping takes for start"):
        load_case(write(TABLE), options=TableOptions(mapping=mapping))


def test_a_mapping_may_be_toml():
    assert read_mapping('[columns]\nstart = "Date"\nactors = ["A", "B"]\n').columns["actors"] == ("A", "B")


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(min_size=1).map(str.strip).filter(bool)))
def test_any_mapping_reads_back(columns):
    mapping = Mapping(
        {name: (column,) for name, column in columns.items()}, {"a": "strike"}, date_order="dmy"
    )
    assert read_mapping(mapping.to_json()) == mapping


def test_decimal_commas_and_0_0_under_our_own_names(write):
    head = "event_id;title;event_type;start;latitude;longitude;location_uncertainty_km\n"
    case = load_case(write(head + "a;A;strike;2024-01-16;26,9640;64,09;1,5\nb;B;strike;2024-01-16;0;0;\n"))
    assert (case.events["latitude"][0], case.events["location_uncertainty_km"][0]) == (26.964, 1.5)
    assert case.events["latitude"].isna()[1]
    assert {"decimal_comma", "zero_coordinates", "no_coordinates"} <= codes(case).keys()
