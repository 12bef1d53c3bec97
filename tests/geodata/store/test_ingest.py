"""A store made of files: the same events as each file read alone, in the order of a map, the same bytes."""

import csv
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata.cases import load_case, read_meta
from geodata.cases.read import BUNDLED
from geodata.errors import InputError
from geodata.readers.acled import LICENCE
from geodata.record import build_record
from geodata.store.crew import Processes
from geodata.store.morton import NOWHERE, keys_of

from .store_files import acled_text, gdelt_text, hashes, made, small, table, ucdp_rows, ucdp_text, write

CASE = BUNDLED / "iran-pakistan-2024"
COLUMNS = ["key", "section", "geometry"]


@pytest.fixture(scope="module")
def ged(tmp_path_factory):
    """Return a file of 420 rows, some of them faulty, that is cut into pieces."""
    rows = ucdp_rows(420)
    rows[33] |= {"latitude": "95"}
    rows[312] |= {"date_start": "no day"}
    return write(tmp_path_factory.mktemp("files") / "ged.csv", ucdp_text(rows))


@pytest.fixture(scope="module")
def store(ged, tmp_path_factory):
    """Return the store of that file, and its balance."""
    folder = tmp_path_factory.mktemp("stores") / "ged"
    return folder, made(folder, ged)


def test_the_store_has_what_the_file_has(ged, store):
    folder, balance = store
    case = load_case(ged)
    record = build_record(case)
    found = table(folder).drop(columns=COLUMNS).sort_values("event_id", ignore_index=True)
    wanted = record.events.sort_values("event_id", ignore_index=True)
    assert balance["parts"] == len(list((folder / "events").iterdir())) > 2
    pd.testing.assert_frame_equal(found, wanted[found.columns], check_dtype=False)
    assert set(found.columns) == set(wanted.columns)
    claims = table(folder, "claims").sort_values("claim_id", ignore_index=True)
    pd.testing.assert_frame_equal(
        claims, case.claims.sort_values("claim_id", ignore_index=True)[claims.columns], check_dtype=False
    )
    assert table(folder, "attacks").empty
    report = case.report.events
    assert (balance["rows_read"], balance["events"], balance["rejected"]) == (420, report.accepted, 2)
    told = {warning["code"]: warning["count"] for warning in balance["warnings"]}
    assert told == {warning.code: len(warning.rows) for warning in report.warnings}


def test_rejected_rows_are_kept_with_their_cells(ged, store):
    folder, _ = store
    with (folder / "rejected.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    wanted = load_case(ged).report.events.rejected_rows
    assert [(row["file"], int(row["row"]), row["column"], row["value"]) for row in rows] == [
        ("ged.csv", row.row, row.column, row.value) for row in wanted
    ]
    assert rows[0]["reason"].startswith(wanted[0].reason)
    assert json.loads(rows[0]["cells"])["latitude"] == "95"


def test_rows_stand_in_the_order_of_a_map(store):
    folder, balance = store
    events = table(folder)
    assert events["section"].is_monotonic_increasing
    loose, area = (events["section"] == number for number in (0, 1))
    said = json.loads((folder / "store.json").read_text())
    assert (said["loose"], said["areas"]) == (loose.sum(), loose.sum() + area.sum())
    assert (balance["points"], balance["in_areas"]) == (loose.sum(), area.sum())
    assert loose.sum() and area.sum() and (~loose & ~area).sum()
    points = events[loose]
    assert (points["key"].to_numpy() == keys_of(points["longitude"], points["latitude"])).all()
    assert (events.loc[~loose, "key"] == NOWHERE).all()
    assert (points["drawn_as"] == "point").all() and (events.loc[area, "drawn_as"] == "area").all()
    area_ids = events["drawn_area"].where(area, "")
    order = list(
        zip(events["section"], events["key"], area_ids, events["first_day"], events["event_id"], strict=True)
    )
    assert order == sorted(order)
    ends = np.cumsum([part["rows"] for part in said["parts"]])
    assert [part["first_key"] for part in said["parts"]] == [events["key"][end] for end in [0, *ends[:-1]]]
    assert [part["last_key"] for part in said["parts"]] == [events["key"][end - 1] for end in ends]


def test_claims_stand_in_the_part_of_their_event(store):
    folder, _ = store
    for path in (folder / "events").iterdir():
        events = pd.read_parquet(path)["event_id"]
        claims = pd.read_parquet(folder / "claims" / path.name)["event_id"]
        assert set(claims) <= set(events)
        order = pd.Index(events).get_indexer(pd.Index(claims))
        assert (np.diff(order) >= 0).all()


def test_parts_are_geoparquet_with_a_point_for_loose_events_alone(store):
    folder, _ = store
    for path in sorted((folder / "events").iterdir()):
        part = gpd.read_parquet(path)
        loose = part["section"] == 0
        assert part.geometry[~loose].isna().all()
        points = part[loose]
        if len(points):
            assert (points.geometry.x == points["longitude"]).all()
            assert (points.geometry.y == points["latitude"]).all()


def test_a_case_keeps_its_attacks_with_their_directions_and_its_head(tmp_path):
    balance = made(tmp_path / "store", CASE)
    case = load_case("iran-pakistan-2024")
    record = build_record(case)
    found = table(tmp_path / "store", "attacks").sort_values("attack_id", ignore_index=True)
    wanted = record.attacks.sort_values("attack_id", ignore_index=True)
    pd.testing.assert_frame_equal(found, wanted[found.columns], check_dtype=False)
    assert (balance["events"], balance["rejected"]) == (len(case.events), 0)
    assert read_meta((tmp_path / "store" / "case.toml").read_text(encoding="utf-8")) == case.meta
    sources = pd.read_csv(tmp_path / "store" / "sources.csv", dtype=str, keep_default_na=False)
    assert set(sources["source_id"]) == set(case.sources["source_id"])
    events = table(tmp_path / "store").set_index("event_id")
    assert (events.loc[found["event_id"], "section"] == 2).all()


def test_order_of_files_workers_and_steps_change_no_byte_of_a_part(tmp_path):
    ged = write(tmp_path / "ged.csv", ucdp_text(ucdp_rows(240)))
    other = write(tmp_path / "gdelt.CSV", gdelt_text(120, first=10_000))
    made(tmp_path / "one", ged, other, CASE)
    parts = {
        name: digest for name, digest in hashes(tmp_path / "one").items() if not name.startswith("store.json")
    }
    assert len([name for name in parts if name.startswith("events/")]) > 1
    crew = Processes(2)
    try:
        made(tmp_path / "two", CASE, other, ged, wish=small(fan_in=2), crew=crew)
    finally:
        crew.close()
    found = hashes(tmp_path / "two")
    ours = ("events/", "claims/", "attacks/")
    assert {name: found[name] for name in parts if name.startswith(ours)} == {
        name: parts[name] for name in parts if name.startswith(ours)
    }
    assert found["sources.csv"] == parts["sources.csv"] and found["rejected.csv"] == parts["rejected.csv"]


def test_the_head_of_several_files_names_all_their_terms(tmp_path):
    ged = write(tmp_path / "ged.csv", ucdp_text(ucdp_rows(5)))
    acled = write(tmp_path / "acled.csv", acled_text({}, {"event_date": "2024-03-01"}))
    more = write(tmp_path / "acled-2.csv", acled_text({"event_id_cnty": "IRN1", "country": "Iran"}))
    made(tmp_path / "store", acled, more, ged, wish=small(title="All of it"))
    meta = read_meta((tmp_path / "store" / "case.toml").read_text(encoding="utf-8"))
    assert meta.title == "All of it" and LICENCE in meta.licence and ";" in meta.licence
    assert "events of 2024-01-16 to 2024-03-01; countries: Iran, Pakistan" in meta.citation
    assert "Sundberg" in meta.citation
    sources = pd.read_csv(tmp_path / "store" / "sources.csv").set_index("source_id")
    assert sources.loc["acled", "licence"] == LICENCE
    said = "licence of our office"
    made(tmp_path / "stated", acled, wish=small(statement=said))
    assert said in read_meta((tmp_path / "stated" / "case.toml").read_text(encoding="utf-8")).licence


def test_a_source_id_with_two_meanings_is_refused(tmp_path, write_small_case):
    one, two = (write_small_case(name, publisher=name) for name in ("one", "two"))
    with pytest.raises(InputError, match="the source id means another thing in"):
        made(tmp_path / "store", one, two)


@pytest.fixture
def write_small_case(tmp_path):
    """Return a function that writes a case of one event and one source."""

    def write_case(name, *, publisher, zone="Asia/Karachi", event="e1"):
        folder = tmp_path / name
        folder.mkdir()
        head = f'id = "{name}"\ntitle = "{name}"\ntime_zone = "{zone}"\n'
        head += 'date_from = "2024-01-01"\ndate_to = "2024-01-31"\n'
        write(folder / "case.toml", head)
        write(folder / "sources.csv", f"source_id,publisher\ns1,{publisher}\n")
        cells = f"{event}-{name},Strike,strike,2024-01-16T03:00,26.9644,64.0903,place,s1,{name}"
        header = "event_id,title,event_type,start,latitude,longitude,location_precision,source_ids"
        write(folder / "events.csv", f"{header},key\n{cells}\n")
        return folder

    return write_case


def test_cases_of_two_zones_keep_their_times_and_own_columns(tmp_path, write_small_case):
    one = write_small_case("one", publisher="P")
    two = write_small_case("two", publisher="P", zone="Asia/Tehran")
    made(tmp_path / "store", one, two)
    events = table(tmp_path / "store").set_index("event_id")
    assert dict(events["time_zone"]) == {"e1-one": "Asia/Karachi", "e1-two": "Asia/Tehran"}
    assert list(events["start_utc"].dt.hour) != [3, 3]
    assert set(events["key_stated"]) == {"one", "two"}  # a column of the case's own
    assert read_meta((tmp_path / "store" / "case.toml").read_text()).time_zone == "UTC"


def test_any_table_is_one_piece(tmp_path):
    text = (
        "title,date,lat,lon\nA strike,2024-01-16,26.9,64.0\nAnother,2024-01-17,26.9,64.1\nNone,no day,1,1\n"
    )
    balance = made(tmp_path / "store", write(tmp_path / "mine.csv", text))
    assert (balance["events"], balance["rejected"]) == (2, 1)
    with (tmp_path / "store" / "rejected.csv").open(encoding="utf-8", newline="") as stream:
        row = next(csv.DictReader(stream))
    assert (row["row"], json.loads(row["cells"])["title"]) == ("4", "None")
