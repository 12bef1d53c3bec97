import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import InputError
from geodata.readers.cells import neutralised, restored
from geodata.readers.detect import detect_headerless, detect_table
from geodata.readers.rows import read_rows


def rows(text, **options):
    return read_rows(text.encode() if isinstance(text, str) else text, "t.csv", **options)


def test_blank_lines_keep_their_number_and_are_no_records():
    table = rows("\n\na,b\n1,2\n\n , \n3,4\n")
    assert table.header_row == 3
    assert table.records == ((4, ("1", "2")), (7, ("3", "4")))


def test_a_record_over_several_lines_is_one_row():
    assert rows('a,b\n"one\ntwo\nthree",2\n3,4\n').records == ((2, ("one\ntwo\nthree", "2")), (3, ("3", "4")))


def test_hxl_tags_under_the_header_are_no_record_but_further_down_they_are():
    table = rows("a,b\n#date,\n1,2\n#x,#y\n")
    assert table.records == ((3, ("1", "2")), (4, ("#x", "#y")))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter):
    text = f'event_id{delimiter}title\n1{delimiter}"one{delimiter}, two; | three"\n'
    assert rows(text, known=frozenset({"event_id", "title"})).header == ("event_id", "title")
    assert rows(text, known=frozenset({"event_id", "title"})).records[0][1][1].startswith(f"one{delimiter}")


def test_known_columns_decide_the_delimiter_where_another_mark_is_more_frequent():
    table = rows("event_id;title, long, with, commas\n1;x\n", known=frozenset({"event_id"}))
    assert table.header == ("event_id", "title, long, with, commas")


def test_byte_order_mark_and_padded_cells():
    assert rows(b"\xef\xbb\xbf a , b\n 1 ,2\n").header == ("a", "b")
    assert rows(b"\xef\xbb\xbf a , b\n 1 ,2\n").records == ((2, ("1", "2")),)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "is no text: it holds the control character"),
        (b"\xff\xfea\0,", "byte 4 is not utf-16 text"),
        (b'a,b\n"open,2\n', "breaks near line"),
        (b"\nname,x,name\n1,2,3\n", "row 2, column name: the column name 'name' appears 2 times"),
    ],
)
def test_what_is_no_table_is_refused(data, reason):
    with pytest.raises(InputError, match=reason) as refused:
        rows(data)
    assert refused.value.file == "t.csv" and refused.value.remedy


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("EVENT_ID_CNTY,EVENT_DATE\n1,2\n", "acled"),
        ("id,type_of_violence,where_prec\n1,2,3\n", "ucdp"),
        ("event_id,title,event_type,start\n", "table"),
    ],
)
def test_providers_are_known_by_their_columns(text, kind):
    assert detect_table(rows(text)) == kind


@pytest.mark.parametrize(("fields", "kind"), [(61, "gdelt"), (58, "gdelt"), (57, "gdelt"), (60, "")])
def test_gdelt_is_known_by_width_and_date(fields, kind):
    line = "\t".join(["410412347", "20191024", *["x"] * (fields - 2)])
    assert detect_headerless(f"{line}\n{line}") == kind
    assert detect_headerless(line.replace("20191024", "20191399")) == ""


@pytest.mark.parametrize(
    "text", ["=1+1", "+92 300", "-", "@x", "\tx", "\rx", "'=x", "''=x", "＝1", "'", "", "a=b", "'a"]
)
def test_marked_cells_come_back(text):
    cell = neutralised(text)
    assert restored(cell) == text
    assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r", "＝"}


def test_plain_cells_are_not_touched():
    assert [neutralised(text) for text in ("Panjgur", "'a", "5-3", "")] == ["Panjgur", "'a", "5-3", ""]


@given(st.binary(max_size=60) | st.text('a,;"\n\r\t# |', max_size=40).map(str.encode))
def test_any_bytes_are_a_table_or_an_error_with_a_remedy(data):
    try:
        table = rows(data, known=frozenset({"a"}))
    except InputError as refused:
        assert refused.remedy and refused.file == "t.csv"
    else:
        numbers = [number for number, _ in table.records]
        assert numbers == sorted(set(numbers)) and all(number > table.header_row for number in numbers)
        assert all(any(cells) for _, cells in table.records)
