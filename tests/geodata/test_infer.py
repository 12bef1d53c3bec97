"""Directions by rule: only by a decision, recorded, told apart, and taken back."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

import geodata
from geodata.cases import load_case
from geodata.cases.edit import CaseDraft
from geodata.cases.infer import (
    AT_HOME,
    FIRST_ACTOR,
    NO_ACTOR,
    NO_COUNTRY,
    NO_PLACE,
    OTHER_KIND,
    first_actors,
    infer_first_actor,
    suggest_country,
    withdraw,
)
from geodata.cli import main
from geodata.errors import UsageError
from geodata.exports import export_bytes
from geodata.filters import EventFilter
from geodata.record import build_record
from geodata.scene_build import build_scene

COLUMNS = (
    "event_id,title,event_type,start,latitude,longitude,location_precision,location_uncertainty_km,"
    "actors,source_ids\n"
)
TABLE = """\
a,Strike one,strike,2024-01-16,26.97,64.09,place,5,Military Forces of Iran (1989-);Jaish al-Adl,s1
b,Strike two,strike,2024-01-18,27.37,62.33,place,5,Military Forces of Pakistan (2022-),s1
c,Strike three,strike,2024-01-18,27.37,62.33,place,5,Unknown group,s1
d,Clash,clash,2024-01-18,27.37,62.33,place,5,Military Forces of Pakistan (2022-),s1
e,Nobody named,attack,2024-01-18,27.37,62.33,place,5,,s1
f,At home,attack,2024-01-18,27.37,62.33,place,5,Police Forces of Iran,s1
g,Nowhere,attack,2024-01-18,,,,,Police Forces of Iran,s1
"""
SOURCES = "source_id,publisher,title,url,published,accessed,quality,relays\ns1,A publisher,,,,,,\n"
HEAD = """id = "two-states"
title = "Two states"
version = "1.0"
time_zone = "UTC"
date_from = 2024-01-01
date_to = 2024-01-31
information_as_of = 2024-01-31
licence = "CC0-1.0"
citation = "Test"
"""


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "two-states"
    path.mkdir()
    (path / "case.toml").write_text(HEAD)
    (path / "events.csv").write_text(COLUMNS + TABLE)
    (path / "sources.csv").write_text(SOURCES)
    return path


@pytest.fixture
def draft(folder):
    case = load_case(folder)
    assert not case.report.rejected, case.report.lines()
    return CaseDraft.of(case)


def places(draft):
    events = build_record(draft.to_case()).events
    return dict(zip(events["event_id"], events["adm0_id"], strict=True))


def suggested(draft):
    return {actor: suggest_country(actor, draft.meta) for actor in first_actors(draft)}


def test_nothing_is_inferred_before_the_decision(draft):
    record = build_record(draft.to_case())
    assert len(record.attacks) == 0
    assert draft.meta.inferred_rule == ""


def test_countries_are_suggested_from_names_and_only_when_one_is_named(draft):
    assert suggested(draft) == {
        "Police Forces of Iran": "IRN",
        "Military Forces of Iran (1989-)": "IRN",
        "Military Forces of Pakistan (2022-)": "PAK",
        "Unknown group": "",
    }
    assert suggest_country("Military Forces of Iran in Pakistan", draft.meta) == ""
    assert suggest_country("Islamic Revolutionary Guard Corps", draft.meta) == ""
    bundled = load_case("iran-pakistan-2024").meta
    assert suggest_country("Islamic Revolutionary Guard Corps", bundled) == "IRN"


def test_the_decision_makes_attacks_and_says_why_others_got_none(draft):
    found = infer_first_actor(draft, suggested(draft), places(draft))
    assert found.made == 2
    assert found.left_out == {NO_COUNTRY: 1, OTHER_KIND: 1, NO_ACTOR: 1, AT_HOME: 1, NO_PLACE: 1}
    record = build_record(found.draft.to_case())
    attacks = record.attacks.set_index("event_id")
    assert set(attacks["origin_basis"]) == {"inferred"}
    assert attacks.loc["a", "attacker"] == "Military Forces of Iran (1989-)"
    assert attacks.loc["a", "target_actor"] == "Jaish al-Adl"
    assert FIRST_ACTOR in attacks.loc["a", "from_text"]
    assert attacks["from_deg"].isna().all()  # a territory gives a side, and no degree


def test_rule_stands_in_case_legend_and_every_export(draft, tmp_path):
    found = infer_first_actor(draft, suggested(draft), places(draft))
    again = load_case(_written(found.draft, tmp_path))
    assert again.meta.inferred_rule == FIRST_ACTOR
    record = build_record(again)
    scene = build_scene(record, EventFilter())
    assert any(FIRST_ACTOR in entry.text for entry in scene.legend)
    rows = list(csv.DictReader(io.StringIO(export_bytes(record, EventFilter(), "csv").decode("utf-8"))))
    assert {row["event_id"]: row["inferred_rule"] for row in rows} == {
        **dict.fromkeys("cdefg", ""),
        **dict.fromkeys("ab", FIRST_ACTOR),
    }
    assert FIRST_ACTOR in export_bytes(record, EventFilter(), "geojson").decode("utf-8")


def _written(draft, tmp_path):
    path = tmp_path / "saved.zip"
    path.write_bytes(draft.to_zip())
    return path


def test_it_is_taken_back_without_a_trace(draft):
    found = infer_first_actor(draft, suggested(draft), places(draft))
    back = withdraw(found.draft)
    assert back.files() == draft.files()
    twice = infer_first_actor(found.draft, suggested(draft), places(draft))
    assert twice.draft.files() == found.draft.files()


def test_what_cannot_be_is_refused(draft):
    with pytest.raises(UsageError, match="PRT1"):
        infer_first_actor(draft, {"Unknown group": "PRT1"}, places(draft))
    other = draft.with_head(inferred_rule="another rule")
    with pytest.raises(UsageError, match="another rule"):
        infer_first_actor(other, suggested(draft), places(draft))


def test_the_command_line_infers_only_when_told(folder, tmp_path, capsys):
    out = tmp_path / "out.zip"
    assert main(["pack", str(folder), "--out", str(out)]) == 0
    assert "inferred" not in zipfile.ZipFile(out).read("case.toml").decode()
    told = [
        "pack",
        str(folder),
        "--out",
        str(out),
        "--infer-first-actor",
        "--actor-country",
        "Unknown group=PAK",
    ]
    assert main(told) == 0
    assert "inferred 3 attacks by your decision" in capsys.readouterr().err
    archive = zipfile.ZipFile(out)
    assert FIRST_ACTOR in archive.read("case.toml").decode()
    assert archive.read("attacks.csv").decode().count("inferred-") == 3
    assert main([*told[:4], "--actor-country", "Unknown group=PAK"]) == 2
    assert main([*told[:5], "--actor-country", "Somebody=PAK"]) == 2
    assert "Somebody=PAK" in capsys.readouterr().err


def test_no_reader_takes_the_decision():
    library = Path(geodata.__file__).parent
    users = {
        path.relative_to(library).as_posix()
        for path in library.rglob("*.py")
        if "cases.infer" in path.read_text(encoding="utf-8")
    }
    assert users == {"cli_commands.py"}
