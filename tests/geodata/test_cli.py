import csv
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import EVENT, table_text
from PIL import Image

from geodata import cli, cli_options, cli_parts
from geodata.cli import main
from geodata.cli_commands import _replacing
from geodata.cli_options import BUILT_EXPORTS
from geodata.errors import UsageError
from geodata.exports import FORMATS
from geodata.render.print_layout import PAPERS

CASE = "iran-pakistan-2024"
ROOT = Path(cli.__file__).parents[1]
GOOD = {"event_id": "good", **EVENT, "country_iso3": "PAK"}
BAD = {**GOOD, "event_id": "bad", "latitude": "95", "longitude": "64"}


def start(*argv, **options):
    command = [sys.executable, "-m", "geodata", *argv]
    return subprocess.Popen(command, cwd=ROOT, stdout=-1, stderr=-1, text=True, encoding="utf-8", **options)


@pytest.fixture
def say(capsys):
    """Return a function that runs a command and gives (exit code, stdout, stderr)."""

    def run(*argv):
        code = main([str(word) for word in argv])
        out, err = capsys.readouterr()
        return code, out, err

    return run


@pytest.fixture
def answer(say):
    """Return a function that runs a command with --json and gives (exit code, object, stderr)."""

    def run(*argv):
        code, out, err = say(*argv, "--json")
        assert out.count("\n") == 1
        return code, json.loads(out), err

    return run


@pytest.fixture
def write_table(tmp_path):
    def write(*rows, name="events.csv"):
        path = tmp_path / name
        path.write_text(table_text(rows), encoding="utf-8")
        return path

    return write


def exported_ids(path):
    with path.open(encoding="utf-8", newline="") as file:
        return [row["event_id"] for row in csv.DictReader(file)]


def test_cases_lists_the_bundled_case(say, answer):
    assert say("cases")[1].startswith(f"{CASE}  Iran–Pakistan strikes")
    code, listed, err = answer("cases")
    assert (code, [case["id"] for case in listed["cases"]], err) == (0, [CASE], "")


def test_check_prints_the_report(say, answer, write_table):
    path = write_table(GOOD, BAD)
    code, report, err = answer("check", path)
    assert (code, err) == (0, "")
    assert {"format", "rows_read", "events", "rejected", "rejected_rows", "warnings", "tables"} <= set(report)
    assert (report["format"], report["rows_read"], report["events"], report["rejected"]) == ("table", 2, 1, 1)
    (row,) = report["rejected_rows"]
    assert row.keys() == {"row", "column", "value", "reason", "remedy"}
    assert (row["row"], row["column"], row["value"]) == (3, "latitude", "95")
    code, out, err = say("check", path)
    assert "rejected row 3: latitude '95' is not between -90 and 90" in out and err == ""
    assert answer("check", CASE)[1]["tables"].keys() == {"attacks", "claims", "sources"}


def test_strict_refuses_what_has_a_rejected_row(answer, write_table, tmp_path):
    path, out = write_table(GOOD, BAD), tmp_path / "out.csv"
    for argv in (("check", path), ("export", path, "--out", out), ("join", path, "--out", out)):
        code, given, _ = answer(*argv, "--strict")
        assert code == 1 and not out.exists()
        assert (given["error"]["row"], given["error"]["column"], given["rejected"]) == (3, "latitude", 1)
    assert answer("check", CASE, "--strict")[0] == 0


def test_no_accepted_event_refuses_and_still_reports(say, answer, write_table):
    path = write_table(BAD)
    code, given, err = answer("check", path)
    assert code == 1 and given["rejected"] == 1 == len(given["rejected_rows"])
    assert given["error"]["reason"].startswith("no event was accepted of 1 read")
    assert err.startswith("error: events.csv, row 2, column latitude, value '95'")
    code, out, _ = say("check", path)
    assert code == 1 and "rejected row 2" in out


BROKEN = {  # what is broken, and what the message must name
    "a broken case file": ({"head": "id = "}, ["case.toml", "is not valid TOML"]),
    "a missing column": (
        {"raw": ("events.csv", "event_id,title,start\n")},
        ["events.csv", "row 1", "column event_type", "is missing"],
    ),
    "a latitude of 95": (
        {"event": {"latitude": "95", "longitude": "64"}},
        ["events.csv, row 2, column latitude, value '95'", "swapped"],
    ),
    "an end before its start": (
        {"event": {"end": "2024-01-01"}},
        ["events.csv, row 2, column start, value '2024-01-16'", "Swap start and end"],
    ),
    "an unknown boundary id": (
        {"event": {"area": "PK-BA-panjgurr"}},
        ["events.csv, row 2, column area, value 'PK-BA-panjgurr'", "Did you mean PK-BA-panjgur"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_bad_input_is_refused_with_file_place_and_remedy(say, write_case, name):
    parts, words = BROKEN[name]
    folder = write_case([parts.get("event", {})], head=parts.get("head", ""))
    if "raw" in parts:
        (folder / parts["raw"][0]).write_text(parts["raw"][1], encoding="utf-8")
    code, _, err = say("check", folder)
    assert code == 1 and "Traceback" not in err
    for word in words:
        assert word in err


def test_a_claim_without_its_event_is_reported(answer, write_case):
    claim = {"claim_id": "c", "event_id": "nowhere", "claimant": "A", "subject": "killed"}
    (row,) = answer("check", write_case([{}], claims=[claim]))[1]["tables"]["claims"]["rejected_rows"]
    assert (row["row"], row["column"], row["value"]) == (2, "event_id", "nowhere")
    assert "does not exist" in row["reason"] and row["remedy"]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ((), "COMMAND"),
        (("check",), "PATH"),
        (("chekc", CASE), "invalid choice"),
        (("check", "no-such-case"), "Bundled cases: iran-pakistan-2024"),
        (("check", ""), "Bundled cases"),
        (("check", CASE, "--stric"), "unrecognized"),
        (("export", CASE), "--out"),
        (("export", CASE, "--out", "x.shp"), "Built are .csv, .xlsx, .geojson, .gpkg, .parquet, .kml, .zip"),
        (("export", CASE, "--out", "x"), "Built are .csv, .xlsx, .geojson, .gpkg, .parquet, .kml, .zip"),
        (("join", CASE, "--out", "x.gml"), "Built are .csv, .xlsx, .geojson, .gpkg, .parquet, .kml, .zip"),
        (("join", CASE, "--out", "x.csv", "--tolerance-km", "-1"), "--tolerance-km, value '-1.0'"),
        (("join", CASE, "--out", "x.csv", "--tolerance-km", "nan"), "--tolerance-km"),
        (("snapshot", CASE, "--out", "x.gif"), "Built are .png, .svg, .pdf, .html"),
        (("snapshot", CASE, "--out", "x.svg", "--dpi", "0"), "from 96 to 600"),
        (("snapshot", CASE, "--out", "x.pdf", "--projection", "sinus"), "Choose one of auto, mercator"),
        (("snapshot", CASE, "--out", "x.pdf", "--bbox=60,25,60,30"), "--bbox, value '60,25,60,30'"),
        (("snapshot", CASE, "--out", "x.svg", "--bbox=60,25,70,25"), "--bbox, value '60,25,70,25'"),
        (("snapshot", CASE, "--out", "no/such/folder/x.svg"), "the folder does not exist"),
        (("snapshot", CASE, "--out", "x.png", "--paper", "a9"), "Choose one of a4-landscape"),
        (("snapshot", CASE, "--out", "x.png", "--dpi", "10000"), "from 96 to 600"),
        (("snapshot", CASE, "--out", "x.png", "--dpi", "many"), "--dpi"),
        (("snapshot", CASE, "--out", "x.png", "--date", "soon"), "--date, value 'soon'"),
        (("snapshot", CASE, "--out", "x.png", "--title", "t" * 501), "longer than 500"),
        (("export", CASE, "--out", "no/such/folder/x.csv"), "the folder does not exist"),
        (("export", CASE, "--out", "x.csv", "--from", "2024-02-30"), "--from, value '2024-02-30'"),
        (
            ("export", CASE, "--out", "x.csv", "--from", "2024-02-02", "--to", "2024-02-01"),
            "before it begins",
        ),
        (("export", CASE, "--out", "x.csv", "--bbox", "1,2,3"), "--bbox, value '1,2,3'"),
        (("export", CASE, "--out", "x.csv", "--bbox=0,0,0,0"), "--bbox, value '0,0,0,0'"),
        (("export", CASE, "--out", "x.csv", "--type", "raid"), "--type, value 'raid'"),
        (("export", CASE, "--out", "x.csv", "--area", "PK-XX"), "--area, value 'PK-XX'"),
        (("export", CASE, "--out", "x.csv", "--min-killed", "-1"), "--min-killed, value '-1'"),
        (("export", CASE, "--out", "x.csv", "--min-claimants", "-1"), "--min-claimants, value '-1'"),
        (("boundaries", "fetch", "PAKI", "1"), "no such country"),
        (("boundaries", "fetch", "PAK", "ADM7"), "no such level"),
        (("boundaries", "fetch", "PAK", "2", "--type", "gbX"), "gbHumanitarian"),
        (("boundaries", "list", "PAKI"), "PAK"),
        (("boundaries",), "ACTION"),
    ],
)
def test_a_wrong_request_exits_2_and_writes_nothing(answer, tmp_path, monkeypatch, argv, words):
    monkeypatch.chdir(tmp_path)
    code, given, err = answer(*argv)
    assert code == 2
    assert given["error"]["message"] in err and words in err
    assert "Traceback" not in err and err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_file_to_write(say, tmp_path):
    target = tmp_path / "x.csv"
    target.mkdir()
    code, _, err = say("export", CASE, "--out", target)
    assert code == 2 and "is not a file that can be written" in err


def test_an_unreadable_path_is_refused(say):
    code, _, err = say("check", "x" * 300 + ".csv")
    assert code == 1 and "cannot be opened" in err


@pytest.mark.parametrize("bbox", [("--bbox", "-10,0,5,5"), ("--bbox=-10,0,5,5",), ("--bbox", "-.5,0,5,5")])
def test_a_box_may_begin_with_a_minus(answer, tmp_path, bbox):
    out = tmp_path / "x.csv"
    assert answer("export", CASE, "--out", out, *bbox)[1]["events"] == 0
    assert exported_ids(out) == []


def test_export_takes_every_filter(answer, tmp_path):
    out = tmp_path / "x.csv"
    code, given, err = answer("export", CASE, "--out", out)
    assert (code, given["events"]) == (0, 20) and "wrote" in err
    wanted = [
        "--type",
        "strike",
        "--type",
        "attack",
        "--area",
        "IR-11",
        "--area",
        "PK-BA",
        "--actor",
        "jaish al-adl",
    ]
    wanted += ["--from", "2024-01-16", "--to", "2024-01-20", "--min-killed", "2", "--bbox", "60,24,68,32"]
    assert answer("export", CASE, "--out", out, *wanted)[1]["events"] == 2
    assert exported_ids(out) == ["panjgur", "javdanfar"]
    assert answer("export", CASE, "--out", out, *wanted, "--min-claimants", "2")[1]["events"] == 1
    assert exported_ids(out) == ["panjgur"]


def test_export_writes_geojson_by_the_ending(answer, tmp_path):
    out = tmp_path / "x.GeoJSON"
    assert answer("export", CASE, "--out", out, "--type", "strike")[0] == 0
    kinds = [feature["properties"]["feature"] for feature in json.loads(out.read_text("utf-8"))["features"]]
    assert (kinds.count("event"), kinds.count("attack")) == (4, 6)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_is_written_by_its_ending_and_read_again(answer, tmp_path, kind):
    out, joined = tmp_path / f"x.{kind.upper()}", tmp_path / f"joined.{kind}"
    code, given, err = answer("export", CASE, "--out", out, "--type", "strike", "--min-killed", "2")
    assert (code, given["events"]) == (0, 3) and "exported 3 of 20 events" in err
    assert answer("check", out)[1]["events"] == 3
    assert answer("join", CASE, "--out", joined)[0] == 0
    assert answer("check", joined)[1]["events"] == 20


@pytest.mark.parametrize("kind", FORMATS)
def test_a_filter_that_keeps_nothing_is_said(answer, tmp_path, kind):
    code, given, err = answer("export", CASE, "--out", tmp_path / f"x.{kind}", "--bbox=-10,0,5,5")
    assert (code, given["events"]) == (0, 0) and "the filters keep no event" in err


def test_the_endings_that_the_command_line_names_are_those_that_are_built():
    assert BUILT_EXPORTS == FORMATS


def test_join_gives_one_row_an_event(answer, tmp_path):
    out = tmp_path / "x.csv"
    code, given, _ = answer("join", CASE, "--out", out)
    assert code == 0 and given["events"] == 20 == sum(given["join_methods"].values())
    assert len(exported_ids(out)) == 20


def test_the_tolerance_decides_what_is_nearest(answer, write_table, tmp_path):
    at_sea = {**GOOD, "latitude": "35.55", "longitude": "35.6", "location_precision": "exact"}
    path, out = write_table(at_sea), tmp_path / "x.csv"
    assert answer("join", path, "--out", out, "--tolerance-km", "50")[1]["join_methods"] == {"nearest": 1}
    assert answer("join", path, "--out", out, "--tolerance-km", "0")[1]["join_methods"] == {"none": 1}


def test_a_snapshot_opens_as_the_page_does(answer, tmp_path):
    out = tmp_path / "map.png"
    code, given, err = answer(
        "snapshot", CASE, "--out", out, "--dpi", "96", "--paper", "square", "--title", "T"
    )
    assert (code, given["events"], given["placeless"]) == (0, 4, 8)
    with Image.open(out) as picture:
        assert picture.size == (given["width"], given["height"]) == (768, 768)
        assert picture.text["Title"] == "T" and picture.text["Strikemap-Produced"] == "2024-04-24"
    assert "drew 4 events; 8 without a place are left out; 2 lie outside the picture" in err
    assert given["outside"] == 2


def test_a_snapshot_takes_filters_and_date(answer, tmp_path):
    out = tmp_path / "map.png"
    wanted = ["--from", "2024-01-17", "--to", "2024-01-18", "--type", "strike", "--date", "2024-05-01"]
    assert answer("snapshot", CASE, "--out", out, "--dpi", "96", *wanted)[1]["events"] == 1
    with Image.open(out) as picture:
        assert picture.text["Strikemap-Produced"] == "2024-05-01"
        assert "from=2024-01-17" in picture.text["Strikemap-Query"]


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<?xml"), ("pdf", b"%PDF-1.7"), ("png", b"\x89PNG")])
def test_a_snapshot_over_180_degrees_is_a_map_in_every_format(say, tmp_path, ending, start):
    out = tmp_path / f"map.{ending}"
    looks = ["--graticule", "--plain", "--title", "<b>$x$ & پنجگور", "--dpi", "96"]
    code, _, err = say("snapshot", CASE, "--out", out, "--bbox=170,-30,-170,10", *looks)
    assert code == 0 and "drew 0 events" in err
    assert out.read_bytes().startswith(start)


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_path_that_cannot_be_written_is_named_and_exits_2(answer, tmp_path, ending):
    taken = tmp_path / f"map.{ending}"
    taken.mkdir()
    code, given, err = answer("snapshot", CASE, "--out", taken)
    assert code == 2 and f"map.{ending}" in given["error"]["message"] and "Traceback" not in err
    # No system takes the one name; nobody, the superuser included, may write to the other.
    for path in (tmp_path / f"{'x' * 300}.{ending}", Path(f"/proc/map.{ending}")):
        code, given, err = answer("snapshot", CASE, "--out", path, "--plain", "--dpi", "96")
        message = given["error"]["message"]
        assert code == 2 and "Traceback" not in err
        assert "cannot be written" in message or "the folder does not exist" in message
    assert list(tmp_path.iterdir()) == [taken]


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(say, tmp_path):
    out = tmp_path / "x.csv"
    out.write_text("old", encoding="utf-8")
    assert say("export", CASE, "--out", out, "--type", "strike")[0] == 0
    assert out.read_text("utf-8").startswith("event_id") and list(tmp_path.iterdir()) == [out]


def test_what_fails_while_writing_keeps_the_old_file(tmp_path):
    target = tmp_path / "x.csv"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"), _replacing(target) as path:
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "No space left on device")
    assert target.read_text("utf-8") == "old" and list(tmp_path.iterdir()) == [target]


def test_a_link_stays_a_link(say, tmp_path):
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    real.write_text("", encoding="utf-8")
    link.symlink_to(real)
    assert say("export", CASE, "--out", link, "--type", "strike")[0] == 0
    assert link.is_symlink() and real.read_text("utf-8").startswith("event_id")


def test_rejected_rows_are_noted_when_the_rest_is_written(say, write_table, tmp_path):
    code, out, err = say("export", write_table(GOOD, BAD), "--out", tmp_path / "x.csv")
    assert (code, out) == (0, "") and "1 row was rejected; python -m geodata check" in err


def test_boundaries_list_names_packs_and_units(say, answer):
    packs = answer("boundaries", "list")[1]
    assert any(pack["file"].endswith("adm2_join.parquet") for pack in packs["packs"]) and packs["credits"]
    units = [unit["id"] for unit in answer("boundaries", "list", "PK-BA")[1]["units"]]
    assert units[0] == "PK-BA" and "PK-BA-panjgur" in units
    assert "PK-BA-panjgur  Panjgur" in say("boundaries", "list", "PK-BA")[1]


@pytest.mark.parametrize(
    "command", ["", "cases", "check", "join", "export", "snapshot", "pack", "boundaries"]
)
def test_help_of_every_command(capsys, command):
    with pytest.raises(SystemExit) as left:
        main([*filter(None, [command]), "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert left.value.code == 0
    if command == "snapshot":
        assert "opening dates" in text and all(paper in text for paper in PAPERS)
    if command == "export":
        assert "Without --from and --to every event is exported" in text
    if command in ("export", "snapshot"):
        assert "examples:" in text


def test_the_module_runs_as_a_program():
    with start("--json", "check", "no-such-case") as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 2 and json.loads(out)["error"]["value"] == "no-such-case"
    assert "Traceback" not in err


@pytest.fixture
def heard_interrupts():
    """Let programs started here hear an interrupt: those of a shell's background job ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard_interrupts")
def test_an_interrupt_ends_without_a_traceback(tmp_path):
    pipe = tmp_path / "slow.csv"
    os.mkfifo(pipe)
    # The pipe opens once the program reads.
    with start("check", str(pipe)) as process, pipe.open("w", encoding="utf-8"):
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and err == "error: stopped\n"


def test_a_reader_that_leaves_is_no_error():
    with start("check", CASE) as process:
        process.stdout.close()
        err = process.stderr.read()
        process.wait(timeout=60)
    assert err == ""


def test_a_fault_of_ours_says_where_and_how_to_report():
    try:
        cli_parts.show(None, [])
    except AttributeError as error:
        told = cli._internal(error)
    assert "a fault of Strikemap, not of your file: AttributeError" in told.message()
    assert "cli_parts.py line" in told.message() and "Please report" in told.message()


def test_the_papers_of_the_help_are_those_of_the_print_map():
    assert cli_options.PAPERS.split(", ") == list(PAPERS)


ZONE = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"zone_id": "z0", "zone_name": "Zone A"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[43.5, 35.5], [44.5, 35.5], [44.5, 37.0], [43.5, 37.0], [43.5, 35.5]]],
            },
        }
    ],
}


def test_own_boundaries_go_before_the_bundled_ones(tmp_path):
    zones, out = tmp_path / "zones.geojson", tmp_path / "joined.csv"
    zones.write_text(json.dumps(ZONE))
    options = ("--boundaries", str(zones), "--boundaries-licence", "CC0")
    assert main(["join", "iran-pakistan-2024", "--out", str(out), *options]) == 0
    rows = {row["event_id"]: row for row in csv.DictReader(out.read_text(encoding="utf-8").splitlines())}
    assert rows["erbil"]["adm2_id"].endswith(":z0")
    assert rows["panjgur"]["adm2_id"] == "PK-BA-panjgur"
    table = tmp_path / "all.csv"
    assert main(["export", "iran-pakistan-2024", "--out", str(table), *options]) == 0
    credited = [line for line in table.read_text(encoding="utf-8").splitlines() if "zones.geojson" in line]
    assert credited
    assert all(line.startswith("erbil") and "CC0" in line for line in credited)


@pytest.mark.parametrize("name", ["nothing.geojson", "gbopen-XXX-ADM2", "../secret"])
def test_boundaries_that_are_not_there_are_named(tmp_path, capsys, name):
    out = tmp_path / "a.csv"
    assert main(["join", "iran-pakistan-2024", "--out", str(out), "--boundaries", name]) == 2
    said = capsys.readouterr().err
    assert name in said
    assert "--boundaries" in said
    assert not out.exists()


def test_broken_boundaries_are_refused(tmp_path, capsys):
    zones, out = tmp_path / "zones.geojson", tmp_path / "a.csv"
    zones.write_text("{")
    assert main(["join", "iran-pakistan-2024", "--out", str(out), "--boundaries", str(zones)]) == 1
    assert "zones.geojson" in capsys.readouterr().err
    assert not out.exists()


def test_detail_leaves_finer_positions_out_of_every_command(tmp_path, capsys):
    out = tmp_path / "out.csv"
    for command in ("export", "join"):
        assert main([command, CASE, "--out", str(out), "--detail", "province"]) == 0
        text = out.read_text(encoding="utf-8")
        assert "Koh-e-Sabz" not in text and "PK-BA-panjgur" not in text and "shown by province" in text
    picture = tmp_path / "out.png"
    assert main(["snapshot", CASE, "--out", str(picture), "--detail", "country", "--dpi", "96"]) == 0
    assert b"shown by country" in picture.read_bytes()
    capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--detail", "village"], "district, province, country"),
        (["--detail", "province", "--area", "PK-BA-panjgur"], "finer than the level"),
        (["--detail", "province", "--boundaries", "zones.gpkg"], "Leave out one"),
    ],
)
def test_a_detail_that_cannot_be_is_refused(tmp_path, capsys, words, said):
    assert main(["export", CASE, "--out", str(tmp_path / "out.csv"), *words]) == 2
    assert said in capsys.readouterr().err


def test_a_unit_too_small_to_be_seen_does_not_break_the_picture_of_the_world(say, tmp_path):
    rows = [{"event_id": f"e{n}", **EVENT, "area": area} for n, area in enumerate(("VAT", "MCO", "PAK"))]
    path = tmp_path / "events.csv"
    path.write_text(table_text(rows), encoding="utf-8")
    code, _, err = say("snapshot", path, "--out", tmp_path / "world.svg", "--bbox=-179,-60,179,80")
    assert code == 0, err
    assert "drew 3 events" in err
    assert (tmp_path / "world.svg").read_text(encoding="utf-8").count('id="pill') >= 3


def test_a_day_of_production_that_nobody_knows_is_not_printed(say, tmp_path):
    path, target = tmp_path / "events.csv", tmp_path / "map.svg"
    path.write_text(table_text([GOOD]), encoding="utf-8")
    assert say("snapshot", path, "--out", target)[0] == 0
    assert "Produced" not in target.read_text(encoding="utf-8")
    assert say("snapshot", path, "--out", target, "--date", "2024-03-01")[0] == 0
    assert "Produced 1 Mar 2024" in target.read_text(encoding="utf-8")


def test_a_box_that_misses_all_events_says_what_lies_outside_and_what_has_no_place(answer, tmp_path):
    target = tmp_path / "pacific.svg"
    code, told, err = answer("snapshot", CASE, "--out", target, "--bbox=170,-20,-170,10")
    assert code == 0 and told["events"] == 0
    assert (told["outside"], told["placeless"]) == (6, 8)
    assert "drew 0 events; 8 without a place are left out; 6 lie outside the picture" in err
    drawn = target.read_text(encoding="utf-8")
    assert "6 events lie outside this picture." in drawn
    assert "No event on this map for these filters" in drawn
