import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from geodata import schema
from geodata.cases import load_case
from geodata.errors import InputError
from geodata.readers.rows import Rows, read_rows
from geodata.readers.validate import draft_table

HEADER = "event_id,title,event_type,start"


def draft(text, **options):
    return draft_table("events", read_rows(text.encode(), "events.csv"), **options)


def rejected(text, **options):
    return {row.row: row for row in draft(text, **options).report().rejected_rows}


JUNK = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
CELLS = st.one_of(
    st.sampled_from(
        ["", "e1", "e2", "strike", "2024-01-16", "95", "-7", "1e400", "nan", "exact", "core", "=1"]
    ),
    JUNK,
)
HEADERS = st.lists(st.one_of(st.sampled_from(list(schema.EVENTS.columns)), JUNK), max_size=8).map(
    lambda more: list(dict.fromkeys([*HEADER.split(","), *(name.strip() for name in more)]))
)


@st.composite
def junk_tables(draw):
    header = draw(HEADERS)
    lines = draw(st.lists(st.lists(CELLS, max_size=len(header) + 2), max_size=8))
    records = tuple((2 + n * 3, tuple(cell.strip() for cell in line)) for n, line in enumerate(lines))
    return Rows("junk.csv", tuple(header), records)


@settings(max_examples=60, deadline=None)
@given(junk_tables(), st.booleans())
def test_every_row_is_accepted_or_rejected_once(rows, keep_newest):
    table = draft_table("events", rows, keep_newest=keep_newest)
    report = table.report()
    numbers = [row.row for row in report.rejected_rows]
    assert report.accepted + len(numbers) == report.rows_read == len(rows.records)
    assert sorted([*numbers, *map(int, table.frame.index)]) == [number for number, _ in rows.records]
    assert all(row.reason for row in report.rejected_rows)
    assert table.frame["event_id"].is_unique


@pytest.mark.parametrize("name", schema.TABLES)
def test_an_empty_table_is_valid(name):
    table = draft_table(name, Rows("t.csv", schema.REQUIRED[name], ()))
    assert table.report().rows_read == 0
    assert list(table.frame.columns) == list(schema.TABLES[name].columns)


@pytest.mark.parametrize(
    ("column", "value", "reason", "remedy"),
    [
        ("latitude", "95", "latitude '95' is not between -90 and 90", "are they swapped"),
        ("longitude", "-180.5", "is not between -180 and 180", "decimal degrees"),
        ("latitude", "26,96", "is not a number", "decimal point"),
        ("latitude", "1_0", "is not a number", "digits"),
        ("latitude", "inf", "is not a number", "digits"),
        ("location_uncertainty_km", "-1", "is below 0", ""),
        ("event_type", "stricke", "event_type 'stricke' is not one of strike,", "Did you mean 'strike'?"),
        ("title", "", "title '' is empty", "Fill in title"),
    ],
)
def test_a_fault_names_row_column_value_and_remedy(column, value, reason, remedy):
    cells = {"event_id": "e", "title": "t", "event_type": "strike", "start": "2024-01-16", column: value}
    quoted = ",".join(f'"{cell}"' for cell in cells.values())
    row = rejected(f"{','.join(cells)}\n\n{quoted}\n")[3]
    assert (row.column, row.value) == (column, value)
    assert reason in row.reason and remedy in row.remedy


def test_all_faults_of_a_row_are_one_entry():
    row = rejected(f"{HEADER},latitude\n,,raid,2024-01-16,north\n")[2]
    for reason in ("event_id '' is empty", "title '' is empty", "event_type 'raid'", "latitude 'north'"):
        assert reason in row.reason


def test_twins_of_a_case_are_all_rejected_and_name_each_other():
    rows = rejected(f"{HEADER}\na,t,strike,2024\nb,t,strike,2024\na,t,strike,2024\n")
    assert rows.keys() == {2, 4}
    assert "is used in row 4 too" in rows[2].reason


def test_an_import_keeps_the_newest_of_an_id():
    text = f"{HEADER}\na,old,strike,2024\nb,t,strike,2024\na,newer,strike,2024\na,newest,strike,2024\n"
    rows = rejected(text, keep_newest=True)
    assert rows.keys() == {2, 4}
    assert all("is superseded by row 5" in row.reason for row in rows.values())
    assert list(draft(text, keep_newest=True).frame["title"]) == ["t", "newest"]


def test_a_row_that_is_too_long_is_rejected_and_empty_cells_at_its_end_are_not():
    rows = rejected(f"{HEADER}\na,one, two,strike,2024\nb,t,strike,2024,,,\n")
    assert rows.keys() == {2}
    assert "5 cells, the header 4" in rows[2].reason


def test_a_missing_column_names_the_one_that_may_be_meant():
    with pytest.raises(InputError) as refused:
        draft("\nevent_id,titel,event_type,start\n")
    assert (refused.value.file, refused.value.row, refused.value.column) == ("events.csv", 2, "title")
    assert "Is 'titel' meant?" in refused.value.remedy


def test_further_columns_are_kept_and_nameless_ones_are_not():
    table = draft(f"{HEADER},lattitude,,own\na,t,strike,2024,1,2,three\n")
    assert table.frame.loc[2, "own"] == "three"
    codes = [(warning.code, warning.message) for warning in table.report().warnings]
    assert ("unnamed_column", "a column without a name is left out") in codes
    assert any(code == "unknown_column" and "is 'latitude' meant?" in words for code, words in codes)


def test_empty_cells_get_the_defaults_of_the_schema():
    row = draft(f"{HEADER}\na,t,strike,2024\n").frame.loc[2]
    assert (row["role"], row["location_precision"]) == ("core", "unknown")


def test_no_hint_names_a_column_that_is_there_already():
    table = draft(f"{HEADER},starts\na,t,strike,2024-01-16,x\n")
    assert [warning.message for warning in table.warnings] == ["column 'starts' is kept as it is"]


@st.composite
def touched_tables(draw):
    """Return a table of the bundled case with some cells exchanged for others."""
    name = draw(st.sampled_from(list(schema.TABLES)))
    frame = getattr(load_case("iran-pakistan-2024"), name).copy()
    for _ in range(draw(st.integers(0, 2))):
        column = draw(st.sampled_from(list(schema.TABLES[name].columns)))
        row = draw(st.integers(0, len(frame) - 1))
        if schema.TABLES[name].columns[column].is_number:
            value = draw(
                st.sampled_from([math.nan, -1.0, 0.0, 90.0, 90.5, 180.0, 181.0, 360.5, math.inf, -math.inf])
            )
        else:
            value = draw(
                st.sampled_from(
                    ["", "strike", "exact", "unknown", "claimed", str(frame[column].iloc[0]), None]
                )
            )
        frame.loc[row, column] = value
    return name, frame


@settings(max_examples=150, deadline=None)
@given(touched_tables())
def test_the_quick_answer_is_that_of_pandera(touched):
    name, frame = touched
    try:
        schema.TABLES[name].pandera.validate(frame, lazy=True)
        is_valid = True
    except SchemaErrors:
        is_valid = False
    assert schema.TABLES[name].holds(frame) is is_valid


@pytest.mark.parametrize("name", schema.TABLES)
def test_a_table_without_a_column_does_not_hold(name):
    frame = getattr(load_case("iran-pakistan-2024"), name)
    assert schema.TABLES[name].holds(frame)
    for column in schema.TABLES[name].columns:
        assert not schema.TABLES[name].holds(frame.drop(columns=column))
        assert not schema.TABLES[name].holds(frame.assign(**{column: 1}))
