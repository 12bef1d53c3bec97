"""A newer file over an older case: merged by id, and every difference named."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from geodata import cli
from geodata.cases import Case, load_case
from geodata.cases.edit import CaseDraft
from geodata.cases.read import case_of_bytes
from geodata.cases.update import changes_frame, provider_of, update_case
from geodata.cases.write import case_zip
from geodata.errors import UsageError

UCDP = (
    "id,year,type_of_violence,side_a,side_b,where_prec,latitude,longitude,country,date_prec,"
    "date_start,date_end,low,best,high,dyad_name"
)


def ucdp(*rows: tuple[object, ...]) -> bytes:
    """Return a file of invented events: id, day, latitude, best estimate of deaths, dyad."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(UCDP.split(","))
    for event_id, day, latitude, best, dyad in rows:
        writer.writerow(
            [
                event_id,
                day[:4],
                1,
                "A",
                "B",
                1,
                latitude,
                64.0,
                "Pakistan",
                1,
                day,
                day,
                best,
                best,
                best,
                dyad,
            ]
        )
    return out.getvalue().encode()


OLD = ucdp(
    (1, "2024-01-02", 26.0, 1, "A - B"),
    (2, "2024-01-03", 26.1, 2, "A - B"),
    (3, "2024-01-04", 26.2, 3, "A - B"),
)
# 1 comes again with a revised figure and dyad, 2 is gone, 3 is as it was, 4 is new.
NEW = ucdp(
    (1, "2024-01-02", 26.0, 5, "A - C"),
    (3, "2024-01-04", 26.2, 3, "A - B"),
    (4, "2024-01-05", 26.3, 4, "A - B"),
)


def read(data: bytes, file: str = "t.csv") -> Case:
    return case_of_bytes(data, file)


def killed(case: Case) -> dict[str, float]:
    claims = case.claims[case.claims["subject"] == "killed"]
    return dict(zip(claims["event_id"], claims["value_best"], strict=True))


def test_events_are_added_changed_and_kept_by_their_id():
    found = update_case(read(OLD), read(NEW), file="new.csv", day=date(2024, 3, 1))
    assert list(found.case.events["event_id"]) == ["1", "2", "3", "4"]
    assert (found.added, found.changed_ids, found.unchanged) == (("4",), ("1",), 1)
    assert (found.vanished, found.outside, found.dropped) == (("2",), 0, False)
    cells = {(cell.table, cell.column): (cell.old, cell.new) for cell in found.changed}
    assert cells[("claims", "value_best")] == ("1", "5")
    assert cells[("events", "extra.dyad_name")] == ("A - B", "A - C")
    assert killed(found.case) == {"1": 5, "2": 2, "3": 3, "4": 4}
    assert found.words == "1 events added, 1 changed, 1 unchanged, 1 vanished and kept"
    assert found.case.meta.corrections[-1].text == f"Updated from new.csv: {found.words}."
    assert (found.case.meta.date_from, found.case.meta.date_to) == (date(2024, 1, 2), date(2024, 1, 5))


def test_what_vanished_goes_only_when_told_and_with_its_claims():
    found = update_case(read(OLD), read(NEW), file="new.csv", drop_vanished=True)
    assert list(found.case.events["event_id"]) == ["1", "3", "4"]
    assert set(found.case.claims["event_id"]) == {"1", "3", "4"}
    assert found.dropped and "vanished and taken out" in found.words
    assert not found.case.meta.corrections


def test_an_event_on_a_day_that_the_newer_file_does_not_span_has_not_vanished():
    newer = ucdp((4, "2024-01-05", 26.3, 4, "A - B"), (3, "2024-01-04", 26.2, 3, "A - B"))
    found = update_case(read(OLD), read(newer), file="n", drop_vanished=True)
    assert (found.vanished, found.outside) == ((), 2)
    assert list(found.case.events["event_id"]) == ["1", "2", "3", "4"]


def test_the_same_file_again_changes_nothing():
    old = read(OLD)
    found = update_case(old, read(OLD), file="again.csv")
    assert (found.added, found.changed, found.vanished, found.unchanged) == ((), (), (), 3)
    assert found.case.events.equals(old.events) and found.case.claims.equals(old.claims)
    assert found.case.sources.equals(old.sources)


def test_claims_and_attacks_of_the_older_case_stay_with_their_event():
    draft = CaseDraft.of(read(OLD))
    draft = draft.put("sources", {"source_id": "paper", "publisher": "A paper"}, new=True)
    draft = draft.put(
        "claims",
        {
            "claim_id": "own",
            "event_id": "1",
            "claimant": "the police",
            "subject": "killed",
            "value_min": "7",
            "source_id": "paper",
        },
        new=True,
    )
    found = update_case(draft.to_case(), read(NEW), file="new.csv")
    mine = found.case.claims.set_index("claim_id").loc["own"]
    assert (mine["event_id"], mine["value_min"], mine["source_id"]) == ("1", 7, "paper")
    assert "paper" in set(found.case.sources["source_id"])
    # And what came about reads back as it is.
    again = case_of_bytes(case_zip(found.case), "c.zip")
    assert again.events.equals(found.case.events) and again.claims.equals(found.case.claims)
    assert not again.report.rejected


def test_a_source_of_another_file_under_the_same_id_gets_an_id_of_its_own():
    old = read(OLD)
    new = read(NEW)
    new.sources.loc[0, "title"] = "something else"
    found = update_case(old, new, file="new.csv")
    assert list(found.case.sources["source_id"]) == ["ucdp", "ucdp-2"]
    of = dict(zip(found.case.claims["event_id"], found.case.claims["source_id"], strict=True))
    assert of == {"1": "ucdp-2", "2": "ucdp", "3": "ucdp-2", "4": "ucdp-2"}


def test_two_providers_do_not_merge_and_a_packed_case_knows_its_own():
    acled = b"event_id_cnty,event_date,event_type,country,latitude,longitude,geo_precision,time_precision\n"
    acled += b"PAK1,2024-01-16,Battles,Pakistan,26,64,1,1\n"
    packed = case_of_bytes(case_zip(read(OLD)), "old.zip")
    assert provider_of(packed) == "ucdp"
    with pytest.raises(UsageError, match="events of ACLED, and the older case those of UCDP"):
        update_case(packed, read(acled), file="acled.csv")
    with pytest.raises(UsageError, match="the older case others"):
        update_case(load_case("iran-pakistan-2024"), read(acled), file="acled.csv")
    assert len(update_case(packed, read(NEW), file="n").case.events) == 4


def test_the_summary_as_a_table_has_a_row_each_difference():
    frame = changes_frame(update_case(read(OLD), read(NEW), file="new.csv"))
    assert list(frame["what"]).count("added") == 1 and list(frame["what"]).count("vanished") == 1
    row = frame[frame["column"] == "claims.value_best"].iloc[0]
    assert (row["event_id"], row["before"], row["after"]) == ("1", "1", "5")


def test_from_the_command_line(tmp_path, capsys):
    (tmp_path / "old.csv").write_bytes(OLD)
    (tmp_path / "new.csv").write_bytes(NEW)
    out, changes = tmp_path / "case.zip", tmp_path / "changes.csv"
    arguments = ["update", str(tmp_path / "old.csv"), str(tmp_path / "new.csv"), "--out", str(out)]
    assert cli.main([*arguments, "--changes", str(changes), "--date", "2024-03-01", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["added"], answer["vanished"], answer["unchanged"], answer["events"]) == (
        ["4"],
        ["2"],
        1,
        4,
    )
    case = load_case(out)
    assert list(case.events["event_id"]) == ["1", "2", "3", "4"]
    assert case.meta.corrections[0].date == date(2024, 3, 1)
    assert "vanished,2" in changes.read_text(encoding="utf-8-sig")
    first = out.read_bytes()
    assert cli.main([*arguments, "--date", "2024-03-01"]) == 0
    assert out.read_bytes() == first
    assert cli.main(["update", "nowhere", str(tmp_path / "new.csv"), "--out", str(out)]) == 2
