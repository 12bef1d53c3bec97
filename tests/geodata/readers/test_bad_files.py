"""What no reader should be given, end to end: a clear message each, exit code 1, and nothing else."""

from __future__ import annotations

import io
import json
import zipfile

import geopandas as gpd
import openpyxl
import pytest
from shapely import Point

from geodata import cli
from geodata.cases.read import case_of_bytes
from geodata.errors import InputError

HEAD = "event_id,title,event_type,start,latitude,longitude\n"
ROW = "a,t,strike,2024-01-16,26.9,64.1\n"


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in (HEAD.strip().split(","), ROW.strip().split(",")):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def shapefile_without(tmp_path, suffix: str) -> bytes:
    folder = tmp_path / "shp"
    folder.mkdir()
    gpd.GeoDataFrame({"start": ["2024-01-16"]}, geometry=[Point(64, 26)], crs=4326).to_file(folder / "t.shp")
    files = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != suffix}
    return zipped(**files)


def locked_zip() -> bytes:
    """Return a zip whose member says that it is locked with a password."""
    data = bytearray(zipped(**{"xl/workbook.xml": b"<x/>", "events.csv": HEAD.encode()}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


FILES = {
    "empty.csv": (b"", "the file is empty"),
    "blank.csv": (b"\n\n  \n", "the file is empty"),
    "header.csv": (HEAD.encode(), "no event was accepted of 0 read"),
    "binary.csv": (bytes(range(256)) * 40, "is no text"),
    "damaged.xlsx": (bytes(range(256)) * 40, "is no workbook, whatever its name says"),
    "damaged.zip": (bytes(range(256)) * 40, "is no zip, whatever its name says"),
    "png.csv": (b"\x89PNG\r\n\x1a\n" + bytes(2000), "is no text"),
    "wide.csv": (
        (",".join(f"c{n}" for n in range(10_000)) + "\n" + ",".join(["1"] * 10_000) + "\n").encode(),
        "no column is known to hold dates",
    ),
    "nul.csv": (HEAD.encode() + b"a,t,strike,2024-01-16,26.9,64.1\x00\n", "longitude"),
    "nested.json": (b'{"a": {"b": {"c": [1, {"d": [2]}]}}}', "without an array"),
    "zip-in-zip.zip": (zipped(**{"inner.zip": zipped(**{"events.csv": HEAD.encode()})}), "no case.toml"),
    "up.zip": (
        zipped(**{"../../etc/case.toml": b'id = "x"', "../events.csv": (HEAD + ROW).encode()}),
        "would land outside its folder",
    ),
    "locked.xlsx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "locked with a password"),
    "locked.zip": (locked_zip(), "password"),
    "cut.xlsx": (workbook()[:-300], "is a zip that cannot be read"),
    "page.csv": (b"<!doctype html><html><body>Sign in</body></html>", "is a web page"),
    "quote.csv": (
        (HEAD + 'a,"never closed,strike,2024-01-16,26.9,64.1\n' + ROW).encode(),
        "breaks near line",
    ),
    "places.csv": (b"id,date,comment\n1,2024-01-16,x\n", "neither coordinates nor place"),
}


def check(path, capsys, *options: str) -> tuple[int, dict[str, object]]:
    code = cli.main(["check", str(path), "--json", *options])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, json.loads(captured.out)


@pytest.mark.parametrize("name", FILES)
def test_it_is_refused_with_the_reason_and_the_file(tmp_path, capsys, name):
    data, words = FILES[name]
    path = tmp_path / name
    path.write_bytes(data)
    code, answer = check(path, capsys)
    assert code == 1, answer
    told = json.dumps(answer["error"], ensure_ascii=False)
    assert words in told and name in told, told
    assert str(tmp_path) not in told


@pytest.mark.parametrize(("suffix", "words"), [(".shx", "shx"), (".dbf", "dbf")])
def test_a_shapefile_without_a_part_names_the_part(tmp_path, capsys, suffix, words):
    path = tmp_path / "t.zip"
    path.write_bytes(shapefile_without(tmp_path, suffix))
    code, answer = check(path, capsys)
    assert code == 1 and words in json.dumps(answer["error"]), answer


def test_rows_of_another_encoding_in_the_middle_are_refused_by_line_unless_the_user_says_which(
    tmp_path, capsys
):
    path = tmp_path / "mixed.csv"
    good = "".join(f"b{n},Straße,strike,2024-01-16,26.9,64.1\n" for n in range(5)).encode()
    bad = "a,Stra\xdfe,strike,2024-01-16,26.9,64.1\n".encode("latin-1")
    path.write_bytes(HEAD.encode() + good + bad)
    code, answer = check(path, capsys)
    assert code == 1 and answer["error"]["row"] == 7
    assert "mixes encodings" in answer["error"]["reason"] and "0xdf" in answer["error"]["reason"]
    code, answer = check(path, capsys, "--encoding", "latin-1")
    assert code == 0 and answer["events"] == 6


def test_a_formula_is_data_and_runs_nowhere(tmp_path, capsys):
    path = tmp_path / "formula.csv"
    path.write_text(HEAD + '=a1,"=HYPERLINK(""http://x"")",strike,2024-01-16,26.9,64.1\n', encoding="utf-8")
    out = tmp_path / "out.csv"
    assert check(path, capsys)[1]["events"] == 1
    assert cli.main(["export", str(path), "--out", str(out)]) == 0
    assert "'=HYPERLINK" in out.read_text(encoding="utf-8-sig")


def test_a_workbook_cell_with_a_formula_has_its_last_value_or_is_told(tmp_path, capsys):
    book = openpyxl.Workbook()
    book.active.append(HEAD.strip().split(","))
    book.active.append(["a", '=CONCAT("t","u")', "strike", "2024-01-16", 26.9, 64.1])
    path = tmp_path / "formula.xlsx"
    book.save(path)
    code, answer = check(path, capsys)
    # A formula that no program has worked out has no value: the row lacks its title, and says so.
    assert code == 1 and "title" in json.dumps(answer["error"])


def test_rejected_and_accepted_rows_balance_whatever_the_file(tmp_path, capsys):
    path = tmp_path / "some.csv"
    rows = [
        ROW,
        "b,t,strike,2024-13-40,26.9,64.1\n",
        "c,,strike,2024-01-16,26.9,64.1\n",
        "d,t,strike,2024-01-16,99,64\n",
    ]
    path.write_text(HEAD + "".join(rows), encoding="utf-8")
    code, answer = check(path, capsys)
    assert code == 0
    assert answer["events"] + answer["rejected"] == answer["rows_read"] == 4
    assert [row["row"] for row in answer["rejected_rows"]] == [3, 4, 5]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("records.json", '[{"title": "fine"}, {"title": "x \\ud800 y", "date": "2024-01-16"}]'),
        ("lines.jsonl", '{"title": "fine"}\n{"title": "x \\ud800 y", "date": "2024-01-16"}'),
        (
            "acled.json",
            '{"status": 200, "success": true, "data": [{"title": "fine"}, {"title": "x \\ud800 y"}]}',
        ),
    ],
)
def test_half_a_character_is_named_with_its_cell(name, text):
    with pytest.raises(InputError, match="half a character") as caught:
        case_of_bytes(text.encode(), name)
    found = caught.value
    assert (found.row, found.column) == (2, "title") and "\\ud800" in found.message() and found.remedy
