"""A case written as files reads back as the same case."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from conftest import EVENT, head_text, table_text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata import schema
from geodata.cases import bundled_cases, load_case, write
from geodata.cases.meta import Correction, View, read_meta
from geodata.cases.read import case_of_files
from geodata.cases.write import (
    case_files,
    case_zip,
    files_of,
    formula_cells,
    meta_text,
    number_text,
    table_cells,
    table_columns,
)
from geodata.errors import InputError, UsageError
from geodata.style import Party

BUNDLED = "iran-pakistan-2024"
SOURCE = {"source_id": "s", "publisher": "Dawn"}
CLAIM = {"claim_id": "c", "event_id": "e0", "claimant": "A", "subject": "killed", "source_id": "s"}
ATTACK = {"attack_id": "a", "event_id": "e0", "attacker": "Iran", "source_ids": "s"}
ODD = {
    "title": 'He said "9, or 10"\nand, later, "none"',
    "summary": "=1+1",
    "place_name": "'quoted'; کوه سبز",
    "admin1": "007",
    "actors": "B;A;;\tC",
    "start": "2024-01-16 18:00",
    "end": "2024-01-16T18:30:00.5",
    "latitude": "26.9640",
    "longitude": "6.4090e1",
    "location_precision": "place",
    "location_uncertainty_km": "5.0",
    "my note": "-3",
    "Code, old": "0012",
}


def assert_same(one, other):
    assert one.meta == other.meta
    for name in schema.TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize("case_id", list(bundled_cases()))
def test_a_bundled_case_reads_back_the_same(case_id):
    case = load_case(case_id)
    files = case_files(case)
    again = case_of_files(files)
    assert_same(case, again)
    assert again.report.rejected == 0
    assert case_files(again) == files


def test_rows_of_a_hand_made_table_are_written_as_they_were():
    folder = bundled_cases()[BUNDLED]
    files = case_files(load_case(BUNDLED))
    for name in ("attacks.csv", "claims.csv", "sources.csv"):
        assert files[name] == (folder / name).read_bytes()
    # Of the events, only how a number is written may differ: 36.30500 is 36.305.
    old = (folder / "events.csv").read_text(encoding="utf-8").splitlines()
    new = files["events.csv"].decode().splitlines()
    assert [line for line in old if line not in new] == [
        line for line in old if line.startswith(("erbil,",)) and "36.30500" in line
    ]


def test_odd_cells_read_back_cell_by_cell(write_case):
    case = load_case(write_case([ODD, {}], attacks=[ATTACK], claims=[CLAIM], sources=[SOURCE]))
    again = case_of_files(case_files(case))
    assert_same(case, again)
    row = again.events.iloc[0]
    assert (row["title"], row["summary"], row["admin1"]) == (ODD["title"], "=1+1", "007")
    assert (row["start"], row["end"]) == ("2024-01-16 18:00", "2024-01-16T18:30:00.5")
    assert (row["my note"], row["Code, old"]) == ("-3", "0012")
    assert list(again.events["Code, old"]) == ["0012", ""]
    assert list(again.events.columns)[-2:] == ["my note", "Code, old"]


CELL = st.text(st.characters(codec="utf-8"), max_size=30)
NUMBER = st.floats(0, 1e12) | st.integers(0, 10**15).map(float)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.lists(st.tuples(CELL, CELL, CELL, CELL, NUMBER), min_size=1, max_size=4))
def test_any_text_and_number_reads_back(cells):
    head = read_meta(head_text())
    events = [
        {
            "event_id": f"e{n}",
            **EVENT,
            "title": f"T{title}",
            "summary": summary,
            "location_uncertainty_km": number_text(number),
            "kept": kept,
        }
        for n, (title, summary, kept, _, number) in enumerate(cells)
    ]
    sources = [
        {"source_id": f"s{n}", "publisher": f"P{publisher}"} for n, (*_, publisher, _) in enumerate(cells)
    ]
    rows = {"events": events, "attacks": [], "claims": [], "sources": sources}
    columns = {name: table_columns(name, ["kept"] if name == "events" else []) for name in rows}
    case = case_of_files(files_of(head, rows, columns))
    assert case.report.rejected == 0
    assert_same(case, case_of_files(case_files(case)))
    for (title, summary, kept, publisher, number), row in zip(cells, table_cells(case.events), strict=True):
        assert row["title"] == f"T{title}".strip()
        assert (row["summary"], row["kept"]) == (summary.strip(), kept.strip())
        assert float(row["location_uncertainty_km"]) == number
        assert f"P{publisher}".strip() in set(case.sources["publisher"])


@settings(deadline=None, max_examples=30)
@given(
    texts=st.lists(CELL.map(str.strip).filter(bool), min_size=5, max_size=8),
    version=CELL.map(str.strip),
    view=st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 18)),
    stated=st.booleans(),
)
def test_any_head_reads_back(texts, version, view, stated):
    first, last, zone = date(2024, 1, 1), date(2024, 1, 31), "Asia/Karachi"
    parties = (
        Party("iran", texts[0], "#B35806", "", (texts[1],)),
        Party("other", texts[0], letter="O"),
    )
    head = replace(
        read_meta(head_text()),
        title=texts[0],
        summary=texts[1],
        version=version,
        unknowns=tuple(texts),
        citation=texts[2],
        inferred_rule=texts[3],
        corrections=(Correction(last, texts[4]), Correction(first, texts[3])),
        view=View(*view, first, last) if view else None,
        parties=parties,
        party_zones=((texts[0], zone),),
        information_as_of=date(2024, 2, 1) if stated else last,
        information_stated=stated,
    )
    assert read_meta(meta_text(head)) == head


@pytest.mark.parametrize("number", [0.0, 16.0, 26.964, 1e300, 5e-324, 123456789.125, 1e15, 0.1 + 0.2])
def test_a_number_is_written_so_that_it_reads_the_same(number):
    assert float(number_text(number)) == number
    assert "e" not in number_text(number) or number > 1e15 or number < 1e-4


def test_the_zip_is_the_same_every_time_and_holds_the_case(tmp_path):
    case = load_case(BUNDLED)
    data = case_zip(case)
    path = tmp_path / "case.zip"
    path.write_bytes(data)
    again = load_case(path)
    assert_same(case, again)
    assert case_zip(again) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["case.toml", "events.csv", "attacks.csv", "claims.csv", "sources.csv"]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert all(b"\r" not in archive.read(name) for name in archive.namelist())


def test_what_was_written_once_keeps_its_hash(tmp_path):
    first = load_case(write.write_case(load_case(BUNDLED), tmp_path / "one"))
    path = tmp_path / "two.zip"
    path.write_bytes(case_zip(first))
    assert load_case(path).data_hash == first.data_hash


def test_other_line_ends_are_another_hash_of_the_same_case(write_case):
    folder = write_case([{}])
    case = load_case(folder)
    text = (folder / "events.csv").read_bytes()
    (folder / "events.csv").write_bytes(text.replace(b"\r\n", b"\n"))
    other = load_case(folder)
    assert_same(case, other)
    assert other.data_hash != case.data_hash
    assert case_files(other) == case_files(case)


def test_a_folder_is_written_whole_and_not_over_another(tmp_path):
    case = load_case(BUNDLED)
    target = tmp_path / "new" / "case"
    assert write.write_case(case, target) == target
    assert_same(load_case(target), case)
    assert [path.name for path in target.parent.iterdir()] == ["case"]
    with pytest.raises(UsageError, match="holds a case already"):
        write.write_case(case, target)


def test_replacing_a_case_leaves_other_files_alone(write_case, tmp_path):
    folder = write_case([{}, {}])
    (folder / "notes.md").write_text("mine", encoding="utf-8")
    write.write_case(load_case(BUNDLED), folder, replace=True)
    assert (folder / "notes.md").read_text(encoding="utf-8") == "mine"
    assert load_case(folder).meta.id == BUNDLED
    assert [path.name for path in tmp_path.iterdir()] == ["case"]


def test_a_replacement_that_fails_puts_the_old_case_back(write_case, tmp_path):
    folder = write_case([{}], claims=[CLAIM], sources=[SOURCE])
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "attacks.csv").mkdir()  # a folder where a file must go
    (folder / "attacks.csv" / "x").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        write.write_case(load_case(BUNDLED), folder, replace=True)
    assert {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["case"]


def test_a_table_becomes_a_case_and_states_no_day_that_it_does_not_have(tmp_path):
    path = tmp_path / "my_events.csv"
    path.write_text(table_text([{"event_id": "a", **EVENT, "country_iso3": "PAK"}]), encoding="utf-8")
    table = load_case(path)
    files = case_files(table)
    assert b"information_as_of" not in files["case.toml"]
    again = case_of_files(files)
    assert_same(table, again)
    assert again.report.format == "case" and not again.meta.information_stated


def test_a_table_that_cites_sources_which_it_does_not_list_is_refused(tmp_path):
    path = tmp_path / "t.csv"
    row = {"event_id": "a", **EVENT, "country_iso3": "PAK", "source_ids": "dawn"}
    path.write_text(table_text([row]), encoding="utf-8")
    with pytest.raises(InputError, match="names source 'dawn', which does not exist") as refused:
        case_files(load_case(path))
    where = refused.value
    assert (where.file, where.row, where.column, where.value) == ("events.csv", 2, "source_ids", "dawn")
    assert "add the row" in where.remedy


def test_a_first_row_that_reads_as_hxl_tags_is_refused_and_not_lost(write_case):
    sources = [{"source_id": "s", "publisher": "P"}, {"source_id": "#1", "publisher": "#2"}]
    case = load_case(write_case([{}], sources=sources))
    assert list(case_of_files(case_files(case)).sources["source_id"]) == ["s", "#1"]
    alone = replace(case, sources=case.sources.iloc[[1]].reset_index(drop=True))
    with pytest.raises(InputError, match="HXL") as refused:
        case_files(alone)
    assert (refused.value.file, refused.value.row, refused.value.value) == ("sources.csv", 2, "#1")


@pytest.mark.parametrize(
    ("cell", "words"), [("x" * (csv.field_size_limit() + 1), "characters"), ("\ud800", "half a character")]
)
def test_a_cell_that_no_reader_takes_is_refused(write_case, cell, words):
    case = load_case(write_case([{}]))
    events = case.events.assign(summary=pd.Series([cell], dtype="object"))
    with pytest.raises(InputError, match=words) as refused:
        case_files(replace(case, events=events))
    assert refused.value.file == "events.csv" and refused.value.remedy


def test_a_head_that_would_not_read_back_is_refused(write_case):
    case = load_case(write_case([{}]))
    with pytest.raises(InputError, match="is not a text") as refused:
        case_files(replace(case, meta=replace(case.meta, title=" ")))
    assert (refused.value.file, refused.value.column) == ("case.toml", "title")


def test_cells_that_a_spreadsheet_would_run_are_kept_and_named():
    rows = {"events": [{"title": "ok", "summary": "=1"}, {"title": "@a", "latitude": "-3"}]}
    assert formula_cells(rows) == [("events.csv", 2, "summary"), ("events.csv", 3, "title")]
