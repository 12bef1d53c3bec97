"""``python -m geodata pack``: a case folder or an event table as the zip of a case."""

import json

import pytest
from conftest import EVENT, table_text

from geodata.cases import load_case
from geodata.cases.write import case_zip
from geodata.cli import main

CASE = "iran-pakistan-2024"
GOOD = {"event_id": "good", **EVENT, "country_iso3": "PAK"}
BAD = {**GOOD, "event_id": "bad", "latitude": "95", "longitude": "64"}


@pytest.fixture
def pack(tmp_path, capsys):
    """Return a function that packs a path and gives (exit code, answer, stderr, target)."""

    def run(path, *options, out="case.zip"):
        target = tmp_path / out
        code = main(["pack", str(path), "--out", str(target), "--json", *options])
        said, err = capsys.readouterr()
        return code, json.loads(said), err, target

    return run


def test_a_case_is_packed_and_reads_back(pack):
    code, answer, err, target = pack(CASE)
    assert code == 0 and err.endswith(f"wrote {target}\n")
    case = load_case(target)
    assert answer["data_hash"] == case.data_hash
    assert (answer["events"], answer["report"]["format"]) == (len(case.events), "case")
    assert target.read_bytes() == case_zip(load_case(CASE))


def test_packing_a_packed_case_changes_no_byte(pack):
    first = pack(CASE)[3]
    assert pack(first, out="again.zip")[3].read_bytes() == first.read_bytes()


def test_a_table_becomes_a_case(pack, tmp_path):
    path = tmp_path / "my_events.csv"
    path.write_text(table_text([GOOD, {**GOOD, "event_id": "b", "summary": "=1+1"}]), encoding="utf-8")
    code, answer, err, target = pack(path)
    case = load_case(target)
    assert (code, case.meta.title, case.report.format) == (0, "my events", "case")
    assert list(case.events["summary"]) == ["", "=1+1"]
    assert answer["formulas"] == 1 and "events.csv, row 3, summary" in err


def test_rejected_rows_are_noted_and_under_strict_refused(pack, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(table_text([GOOD, BAD]), encoding="utf-8")
    code, answer, err, target = pack(path)
    assert (code, answer["events"], answer["report"]["rejected"]) == (0, 1, 1)
    assert "1 row was rejected" in err and list(load_case(target).events["event_id"]) == ["good"]
    target.unlink()
    code, answer, *_ = pack(path, "--strict")
    assert code == 1 and answer["error"]["column"] == "latitude" and not target.exists()


def test_a_table_that_is_no_case_by_itself_is_refused(pack, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(table_text([{**GOOD, "source_ids": "dawn"}]), encoding="utf-8")
    code, answer, _, target = pack(path)
    assert code == 1 and not target.exists()
    assert (answer["error"]["row"], answer["error"]["column"]) == (2, "source_ids")
    assert answer["error"]["remedy"]


def test_another_ending_is_a_wrong_request(pack):
    code, answer, *_ = pack(CASE, out="case.csv")
    assert code == 2 and "Built are .zip" in answer["error"]["remedy"]
