import zipfile

import pytest
from conftest import EVENT, head_text, table_text

from geodata.cases import NoEventError, bundled_cases, load_case
from geodata.errors import InputError, UsageError
from geodata.exports import export_bytes
from geodata.filters import EventFilter
from geodata.marginalia import marginalia_of
from geodata.record import build_record

GOOD = {"event_id": "good", **EVENT, "country_iso3": "PAK"}
SOURCE = {"source_id": "s", "publisher": "Dawn"}
CLAIM = {"claim_id": "c", "event_id": "e0", "claimant": "A", "subject": "killed", "source_id": "s"}
ATTACK = {"attack_id": "a", "event_id": "e0", "attacker": "Iran", "source_ids": "s"}


def entry(table):
    """Return the one rejected row of a table as (row, column, value, reason and remedy)."""
    (row,) = table.rejected_rows
    return row.row, row.column, row.value, f"{row.reason}. {row.remedy}"


def test_the_bundled_case_is_whole():
    for case_id in bundled_cases():
        case = load_case(case_id)
        assert case.report.rejected == 0
        assert case.report.format == "case"
        assert all(not table.warnings for table in (case.report.events, *case.report.tables.values()))
    assert {"panjgur", "saravan", "erbil", "taltita"} <= set(case.events["event_id"])


@pytest.mark.parametrize(
    ("row", "column", "value", "words"),
    [
        ({"latitude": "95", "longitude": "64"}, "latitude", "95", "swapped"),
        (
            {"start": "2024-01-18", "end": "2024-01-17"},
            "start",
            "2024-01-18",
            "is after end '2024-01-17'. Swap",
        ),
        ({"start": "18 Jan 2024"}, "start", "18 Jan 2024", "Write 2024-01-16"),
        ({"end": "2024-02-31"}, "end", "2024-02-31", "not on the calendar"),
        ({"time_zone": "Asia/Panjgur"}, "time_zone", "Asia/Panjgur", "like Asia/Karachi"),
        ({"time_precision": "minute"}, "start", "2024-01-16", "time_precision day"),
        ({"area": "PK-BA-panjgurr"}, "area", "PK-BA-panjgurr", "PK-BA-panjgur"),
        ({"latitude": "26.9"}, "longitude", "", "both coordinates or neither"),
        ({"location_precision": "place"}, "location_precision", "place", "needs coordinates"),
        (
            {"latitude": "26", "longitude": "64", "area": "PK-BA-panjgur", "location_precision": "admin2"},
            "area",
            "PK-BA-panjgur",
            "clear them",
        ),
        ({"source_ids": "s;t;u"}, "source_ids", "s;t;u", "names source 't', 'u', which does not exist"),
    ],
)
def test_a_faulty_event_is_rejected_with_its_place_and_remedy(write_case, row, column, value, words):
    report = load_case(write_case([{}, row], sources=[SOURCE])).report
    number, where, what, why = entry(report.events)
    assert (report.events.file, number, where, what) == ("events.csv", 3, column, value)
    assert words in why
    assert report.events.accepted == 1


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ({"event_id": "nowhere"}, "event_id", "names event 'nowhere', which does not exist"),
        ({"event_id": "e1"}, "event_id", "names event 'e1', which was rejected. Mend that event first"),
        ({"subject": "wounded"}, "subject", "is not one of killed, injured"),
        ({"value_min": "9", "value_max": "7"}, "value_min", "is above value_max 7"),
        ({"value_max": "7"}, "value_min", "is empty, value_max is not"),
        ({"source_id": "t"}, "source_id", "names source 't', which does not exist"),
        ({"supersedes": "x"}, "supersedes", "names claim 'x', which does not exist"),
        ({"supersedes": "c"}, "supersedes", "names its own claim"),
    ],
)
def test_a_faulty_claim_is_rejected_with_its_place_and_remedy(write_case, row, column, words):
    folder = write_case([{}, {"start": "never"}], claims=[{**CLAIM, **row}], sources=[SOURCE])
    table = load_case(folder).report.tables["claims"]
    number, where, _, why = entry(table)
    assert (table.file, number, where) == ("claims.csv", 2, column)
    assert words in why


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ({"event_id": "nowhere"}, "event_id", "which does not exist"),
        ({"origin_basis": "stated_point"}, "origin_latitude", "is empty, but origin_basis is 'stated_point'"),
        ({"origin_basis": "stated_area"}, "origin_area", "use origin_basis unknown"),
        ({"origin_basis": "stated_area", "origin_area": "IR-5"}, "origin_area", "is not a known boundary id"),
        ({"origin_latitude": "30"}, "origin_latitude", "come together"),
        (
            {"origin_basis": "attacker_territory", "origin_area": "IRN", "source_ids": ""},
            "source_ids",
            "Cite who",
        ),
        ({"origin_basis": "inferred"}, "origin_basis", "inferred_rule under [direction] in case.toml"),
    ],
)
def test_a_faulty_attack_is_rejected_with_its_place_and_remedy(write_case, row, column, words):
    table = load_case(write_case([{}], attacks=[{**ATTACK, **row}], sources=[SOURCE])).report.tables[
        "attacks"
    ]
    _, where, _, why = entry(table)
    assert (table.file, where) == ("attacks.csv", column)
    assert words in why


@pytest.mark.parametrize(
    ("head", "column", "words"),
    [
        ("id = ", "", "is not valid TOML"),
        (head_text().replace("title =", "titel ="), "title", "the key is missing"),
        (head_text(date_from="soon"), "date_from", "is not a date"),
        (head_text().replace('"2024-01-01"', "2024-01-01T10:00:00"), "date_from", "is not a date"),
        (head_text(date_to="2023-01-01"), "date_to", "is before date_from"),
        (head_text(time_zone="Asia"), "time_zone", "is not an IANA time zone"),
        (f'{head_text()}\nfocus = ["PK-BA", "PK-XX"]', "focus", "is not a known boundary id"),
        (f"{head_text()}\nfocus = 3", "focus", "is not a list of texts"),
        (f"{head_text()}\n[view]\nlatitude = 95\nlongitude = 0\nzoom = 3", "view.latitude", "from -90 to 90"),
        (f"{head_text()}\nview = 3", "view", "is not a table"),
        (
            f'{head_text()}\n[view]\nlatitude = 9\nlongitude = 0\nzoom = 3\ndate_to = "2025-01-01"',
            "view.date_from",
            "outside the case's window",
        ),
    ],
)
def test_a_broken_head_is_refused_with_key_and_remedy(write_case, head, column, words):
    with pytest.raises(InputError, match=words) as refused:
        load_case(write_case([{}], head=head))
    assert (refused.value.file, refused.value.column) == ("case.toml", column)
    assert refused.value.remedy


def test_toml_dates_are_dates(write_case):
    head = head_text().replace('"2024-01-01"', "2024-01-01")
    assert load_case(write_case([{}], head=head)).meta.date_from.isoformat() == "2024-01-01"


def test_no_accepted_event_refuses_the_case_and_keeps_the_report(write_case):
    with pytest.raises(NoEventError) as refused:
        load_case(write_case([{"start": "never"}, {"title": ""}]))
    assert (refused.value.file, refused.value.row, refused.value.column) == ("events.csv", 2, "start")
    assert len(refused.value.report.events.rejected_rows) == 2


def zipped(folder, path, *, inside=("",)):
    with zipfile.ZipFile(path, "w") as archive:
        for prefix in inside:
            for file in folder.iterdir():
                archive.write(file, f"{prefix}{file.name}")
    return path


@pytest.mark.parametrize("prefix", ["", "case/"])
def test_a_zip_of_a_case_is_the_case(write_case, tmp_path, prefix):
    folder = write_case([{}, {}], sources=[SOURCE])
    case, same = load_case(folder), load_case(zipped(folder, tmp_path / "case.zip", inside=[prefix]))
    assert same.events.equals(case.events)
    assert same.data_hash == case.data_hash


def test_a_zip_of_two_cases_is_refused(write_case, tmp_path):
    path = zipped(write_case([{}]), tmp_path / "two.zip", inside=["one/", "two/"])
    with pytest.raises(InputError, match="more than once"):
        load_case(path)


def test_a_damaged_zip_is_refused(write_case, tmp_path):
    path = zipped(write_case([{}]), tmp_path / "bad.zip")
    data = bytearray(path.read_bytes())
    data[40:60] = b"\xff" * 20
    path.write_bytes(data)
    with pytest.raises(InputError, match="is a zip that cannot be read"):
        load_case(path)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("t.csv", b"", "the file is empty"),
        ("t.csv", bytes(range(256)), "is no text"),
        ("t.csv", b"event_id,title,start\n", "no event was accepted of 0 read"),
        ("t.csv", b"event_id,title,event_type,start\n", "no event was accepted of 0 read"),
        (
            "t.csv",
            b"event_id,title,event_type,start\na,t,strike,2024-01-16\n",
            "neither coordinates nor place",
        ),
        ("t.csv", b"event_id_cnty,event_date\n1,2\n", "event_date '2' is not a date"),
        ("t.csv", b"id,type_of_violence,where_prec\n1,1,1\n", "date_start '' is empty"),
        ("t.CSV", b"1\t20191024\t" + b"\t".join([b"x"] * 59), "ActionGeo_Lat 'x' is not a number"),
        ("t.xlsx", b"PK\x03\x04", "is a zip that cannot be read"),
        ("t.pdf", b"%PDF", "is a PDF, not a table"),
        ("noend", b"x", "no column is known to hold dates"),
    ],
)
def test_files_that_are_no_events_are_refused(tmp_path, name, data, words):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError) as refused:
        load_case(path)
    assert words in refused.value.reason
    assert refused.value.file == name and refused.value.remedy


@pytest.mark.parametrize("path", ["", "no-such-case", "no/such/file.csv"])
def test_what_does_not_exist_is_a_wrong_request(path):
    with pytest.raises(UsageError, match="Bundled cases: iran-pakistan-2024"):
        load_case(path)


def test_a_folder_without_a_head_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"there is no case\.toml"):
        load_case(tmp_path)


def test_a_table_with_our_names_needs_no_mapping(tmp_path):
    path = tmp_path / "my_events.csv"
    rows = [GOOD, {**GOOD, "event_id": "b", "start": "2024-02-03", "source_ids": "x"}]
    path.write_text(table_text(rows).replace(",", ";"), encoding="utf-8")
    case = load_case(path)
    assert case.report.format == "table" and case.report.tables == {}
    assert (case.meta.date_from.isoformat(), case.meta.date_to.isoformat()) == ("2024-01-16", "2024-02-03")
    assert [warning.code for warning in case.report.events.warnings] == [
        "source_not_listed",
        "no_coordinates",
    ]


def test_a_table_keeps_the_newest_of_an_id(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(table_text([GOOD, {**GOOD, "title": "Newer"}]), encoding="utf-8")
    case = load_case(path)
    assert list(case.events["title"]) == ["Newer"]
    assert "superseded by row 3" in entry(case.report.events)[3]


def test_a_source_that_relays_a_rejected_one_is_rejected_too(write_case):
    relays = ["s", "t", "nowhere", ""]
    sources = [{"source_id": i, "publisher": "P", "relays": to} for i, to in zip("rstu", relays, strict=True)]
    case = load_case(write_case([{"source_ids": "u"}, {"source_ids": "r"}], sources=sources))
    assert [row.row for row in case.report.tables["sources"].rejected_rows] == [2, 3, 4]
    assert list(case.events["event_id"]) == ["e0"]
    assert "names source 'r', which was rejected" in entry(case.report.events)[3]


def test_no_coordinates_is_a_warning_for_a_strike_and_none_for_a_meeting(write_case):
    events = [{}, {"event_type": "diplomatic"}, {"area": "PAK", "location_precision": "country"}]
    (warning,) = load_case(write_case(events)).report.events.warnings
    assert (warning.code, warning.rows) == ("no_coordinates", (2,))


def test_claims_that_supersede_each_other_in_a_circle_are_rejected(write_case):
    rows = [
        {**CLAIM, "claim_id": "a", "supersedes": "c"},
        {**CLAIM, "claim_id": "b", "supersedes": "a"},
        {**CLAIM, "claim_id": "c", "supersedes": "b"},
        {**CLAIM, "claim_id": "d", "supersedes": "c"},
    ]
    table = load_case(write_case([{}], claims=rows, sources=[SOURCE])).report.tables["claims"]
    assert [row.row for row in table.rejected_rows] == [2, 3, 4]
    assert "a → c → b → a" in table.rejected_rows[0].reason


def test_a_missing_table_is_a_warning_in_its_report(write_case):
    tables = load_case(write_case([{}], sources=[SOURCE])).report.tables
    found = {name: [(w.code, w.message) for w in table.warnings] for name, table in tables.items()}
    assert found["sources"] == []
    ((code, message),) = found["claims"]
    assert code == "missing_table" and message.startswith("there is no claims.csv; ")
    assert found["attacks"][0][0] == "missing_table"


def test_a_rejection_names_the_faults_of_schema_and_rules_together(write_case):
    row = {"latitude": "95", "longitude": "64", "start": "16.01.2024", "area": "PK-BA-panjgurr"}
    (found,) = load_case(write_case([{}, row], sources=[SOURCE])).report.events.rejected_rows
    assert [part in found.reason for part in ("latitude '95'", "start '16.01.2024'", "area ")] == [True] * 3
    assert "?." not in found.remedy and found.remedy.count("Write 2024-01-16") == 1


def test_no_rule_judges_by_a_cell_that_is_no_value(write_case):
    row = {"latitude": "26,9", "longitude": "64", "location_precision": "place", "end": "never"}
    (found,) = load_case(write_case([{}, row], sources=[SOURCE])).report.events.rejected_rows
    assert found.reason.count(";") == 1
    assert "latitude '26,9' is not a number" in found.reason and "end 'never'" in found.reason


def test_a_bare_table_states_no_day_of_information(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(table_text([GOOD]), encoding="utf-8")
    record = build_record(load_case(path))
    assert not record.meta.information_stated
    words = marginalia_of(record, EventFilter(), placeless=0, outside=0)
    assert words.information_as_of == "a day that is not stated" and "2024" not in " ".join(words.notes)
    assert "not stated by the file" in export_bytes(record, EventFilter(), "csv").decode()
