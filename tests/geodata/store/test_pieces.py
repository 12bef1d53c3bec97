"""Long text cut at record boundaries: every record in one piece, under the row number of the file."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.cases import load_case
from geodata.readers.delimited import Source, read_delimited
from geodata.readers.layout import Layout
from geodata.readers.table_file import TableOptions
from geodata.store.pieces import CutFile, cut_file, is_same, labels_of, piece_key, records_in

from .store_files import acled_text, gdelt_text, ucdp_rows, ucdp_text, write


def cut(path, rows=40, block=2_000, **options):
    return cut_file(path, path.name, TableOptions(**options), piece_rows=rows, block_bytes=block)


def read(piece):
    return read_delimited(Source.of_bytes(piece.data(), piece.label), piece.layout)[0]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("kind", ["ucdp", "gdelt"])
def test_pieces_hold_every_record_once_under_its_row_number(tmp_path, kind, end):
    text = ucdp_text(ucdp_rows(300)) if kind == "ucdp" else gdelt_text(300)
    lines = text.replace("\n", end)
    path = write(tmp_path / "events.csv", lines[: -len(end)])  # the last line need not end
    found = cut(path)
    assert len(found.pieces) > 3
    assert b"".join(piece.data() for piece in found.pieces) == path.read_bytes()[found.pieces[0].start :]
    layout = replace(found.pieces[0].layout, start=found.pieces[0].start)
    whole = read_delimited(Source.of_path(path), layout)[0]
    tables = [read(piece) for piece in found.pieces]
    numbers = [number for table in tables for number in table.numbers.tolist()]
    assert numbers == whole.numbers.tolist() and len(numbers) == 300
    for at in range(len(whole.columns)):
        cells = [cell for table in tables for cell in table.columns[at].plain.to_pylist()]
        assert cells == whole.columns[at].plain.to_pylist()


def test_blank_lines_and_rows_of_another_length_keep_their_numbers(tmp_path):
    lines = ucdp_text(ucdp_rows(200)).split("\n")
    lines[50] += ",,surplus"
    lines.insert(31, "")
    lines.insert(90, ",,,")
    path = write(tmp_path / "events.csv", "\n".join(lines))
    case = load_case(path)
    rejected = {row.row for row in case.report.events.rejected_rows}
    found = cut(path)
    tables = [read(piece) for piece in found.pieces]
    assert len(found.pieces) > 2 and rejected
    assert {row for table in tables for row in table.surplus} == rejected
    numbers = {number for table in tables for number in table.numbers.tolist()}
    assert numbers == {*case.event_rows, *rejected}


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(['a,"b"', '"x\ny"', '"x\r\ny""",2', "", "1", "a,b,c,d"]), min_size=1),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_records_are_counted_as_the_reader_counts_them(lines, end):
    text = end.join(lines) + end
    layout = Layout("ucdp", ",", True, ("a",), 1, 1, 2, 0)
    assert records_in(text.encode(), layout) == sum(1 for _ in csv.reader(io.StringIO(text, newline="")))


def test_a_stray_quotation_mark_makes_one_piece_of_the_file(tmp_path):
    text = ucdp_text(ucdp_rows(200)).replace("Place 2", 'Pla"ce 2')
    assert [piece.layout for piece in cut(write(tmp_path / "a.csv", text)).pieces] == [None]
    table = "name,place\none,two\n"
    assert [piece.layout for piece in cut(write(tmp_path / "b.csv", table)).pieces] == [None]


@pytest.mark.parametrize(
    ("deciding", "order"), [("25/02/2024", "dmy"), ("02/25/2024", "mdy"), ("03/02/2024", "")]
)
def test_the_whole_file_tells_the_order_of_day_and_month(tmp_path, deciding, order):
    days = [{"event_date": "02/03/2024"}] * 150
    path = write(tmp_path / "acled.csv", acled_text(*days, {"event_date": deciding}))
    found = cut(path, rows=30)
    assert len(found.pieces) > 2
    assert {piece.date_order for piece in found.pieces} == {order}
    assert {piece.date_order for piece in cut(path, rows=30, date_order="mdy").pieces} == {""}


def test_a_cut_file_comes_back_from_plain_data_and_knows_a_change(tmp_path):
    path = write(tmp_path / "events.csv", ucdp_text(ucdp_rows(120)))
    found = cut(path)
    assert CutFile.of_dict(found.as_dict()) == found
    assert is_same(found, path)
    keys = [piece_key(piece, "") for piece in found.pieces]
    text = path.read_text().replace("Side 3", "Side 9")  # as long as before
    write(path, text)
    assert not is_same(found, path)
    assert set(keys).isdisjoint(piece_key(piece, "") for piece in cut(path).pieces)
    assert keys[0] != piece_key(found.pieces[0], "other options")


def test_names_of_files_tell_them_apart(tmp_path):
    paths = [tmp_path / "a" / "x.csv", tmp_path / "b" / "x.csv", tmp_path / "b" / "y.csv"]
    assert list(labels_of(paths).values()) == ["a/x.csv", "b/x.csv", "y.csv"]
