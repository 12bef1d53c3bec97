"""A draft of a case: rows put and removed under the rules of reading, what changed, and what is owed."""

import zipfile
from dataclasses import replace
from datetime import date

import pytest

from geodata import boundaries, schema
from geodata.cases import NoEventError, load_case
from geodata.cases.changes import changes, needs_correction, next_version, suggested_correction
from geodata.cases.edit import CaseDraft, DependantsError, RowError
from geodata.cases.placing import Geolocation, place_from_candidate, place_from_click
from geodata.cases.write import case_files
from geodata.errors import InputError, UsageError

NEW_EVENT = {"event_id": "new", "title": "Reported strike", "event_type": "strike", "start": "2024-01-20"}
NEW_CLAIM = {"claim_id": "new", "event_id": "panjgur", "claimant": "Somebody", "subject": "killed"}
FIGURE = "panjgur-killed-pakistan"


@pytest.fixture(scope="module")
def case():
    return load_case("iran-pakistan-2024")


@pytest.fixture(scope="module")
def draft(case):
    return CaseDraft.of(case)


def fault(draft, table, row, *, new=True):
    """Return the one fault of a row as (row, column, value, reason and remedy)."""
    (found,) = draft.check_row(table, row, new=new)
    return found.row, found.column, found.value, f"{found.reason}. {found.remedy}"


# -- a draft is its case ----------------------------------------------------------------------


def test_a_draft_without_edits_writes_the_case(case, draft):
    assert draft.files() == case_files(case)
    again = draft.to_case()
    assert again.report.rejected == 0 and again.meta == case.meta
    assert all(getattr(again, name).equals(getattr(case, name)) for name in schema.TABLES)


def test_every_row_of_the_case_passes_as_it_is(draft):
    for table in schema.TABLES:
        for row_id in list(draft.tables[table])[::7]:
            assert draft.check_row(table, draft.row(table, row_id)) == ()


def test_a_draft_saves_as_a_zip_with_its_hash(draft, tmp_path):
    path = tmp_path / "case.zip"
    edited = draft.put("events", {"event_id": "panjgur", "summary": 'Line one\n"two"'})
    path.write_bytes(edited.to_zip())
    saved = load_case(path)
    assert saved.data_hash == edited.to_case().data_hash != draft.to_case().data_hash
    assert set(saved.events["summary"]) >= {'Line one\n"two"'}
    assert zipfile.is_zipfile(path)


def test_editing_leaves_the_older_draft_alone(draft):
    before = draft.files()
    draft.put("events", NEW_EVENT, new=True).remove("events", "panjgur", with_dependants=True)
    assert draft.files() == before


def test_a_draft_says_how_many_rows_were_left_out(write_case):
    case = load_case(write_case([{}, {"start": "never"}]))
    assert CaseDraft.of(case).left_out == 1


# -- judged as typed --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "row", "where", "words"),
    [
        ("events", {**NEW_EVENT, "latitude": "95", "longitude": "64"}, ("latitude", "95"), "swapped?"),
        ("events", {**NEW_EVENT, "latitude": "26,9"}, ("latitude", "26,9"), "decimal point"),
        ("events", {**NEW_EVENT, "start": "20 Jan 2024"}, ("start", "20 Jan 2024"), "Write 2024-01-16"),
        ("events", {**NEW_EVENT, "end": "2024-01-19"}, ("start", "2024-01-20"), "Swap start and end"),
        ("events", {**NEW_EVENT, "event_type": "strik"}, ("event_type", "strik"), "Did you mean 'strike'?"),
        ("events", {**NEW_EVENT, "title": " "}, ("title", ""), "Fill in title"),
        ("events", {**NEW_EVENT, "time_zone": "Asia/Panjgur"}, ("time_zone", "Asia/Panjgur"), "Asia/Karachi"),
        ("events", {**NEW_EVENT, "area": "PK-BA-panjgurr"}, ("area", "PK-BA-panjgurr"), "PK-BA-panjgur"),
        (
            "events",
            {**NEW_EVENT, "latitude": 26.9, "longitude": 64, "area": "PK-BA", "location_precision": "admin1"},
            ("area", "PK-BA"),
            "clear them",
        ),
        ("events", {**NEW_EVENT, "source_ids": "abna;nobody"}, ("source_ids", "abna;nobody"), "add the row"),
        ("events", {**NEW_EVENT, "event_id": "panjgur"}, ("event_id", "panjgur"), "an id of its own"),
        ("claims", {**NEW_CLAIM, "value_min": 4, "value_max": 3}, ("value_min", "4"), "Swap them"),
        ("claims", {**NEW_CLAIM, "event_id": "nowhere"}, ("event_id", "nowhere"), "does not exist"),
        ("claims", {**NEW_CLAIM, "claimant": ""}, ("claimant", ""), "Fill in claimant"),
        ("claims", {**NEW_CLAIM, "supersedes": "new"}, ("supersedes", "new"), "Name the older claim"),
        (
            "claims",
            {**NEW_CLAIM, "supersedes": "saravan-killed-bnm"},
            ("supersedes", "saravan-killed-bnm"),
            "another event",
        ),
        (
            "attacks",
            {"attack_id": "n", "event_id": "panjgur", "origin_basis": "stated_area", "source_ids": "abna"},
            ("origin_area", ""),
            "use origin_basis unknown",
        ),
        (
            "attacks",
            {
                "attack_id": "n",
                "event_id": "panjgur",
                "origin_basis": "inferred",
                "origin_area": "IRN",
                "source_ids": "abna",
            },
            ("origin_basis", "inferred"),
            "inferred_rule",
        ),
        ("sources", {"source_id": "n", "publisher": ""}, ("publisher", ""), "Fill in publisher"),
        ("sources", {"source_id": "n", "publisher": "P", "relays": "x"}, ("relays", "x"), "does not exist"),
    ],
)
def test_a_fault_has_row_column_value_and_remedy(draft, table, row, where, words):
    number, column, value, why = fault(draft, table, row)
    assert (number, (column, value)) == (len(draft.tables[table]) + 2, where)
    assert words in why
    with pytest.raises(RowError) as refused:
        draft.put(table, row, new=True)
    assert refused.value.file == f"{table}.csv" and refused.value.column
    assert (table, column) in {(name, found.column) for name, found in refused.value.faults}


def test_a_draft_says_of_a_row_what_reading_says_of_it(draft, write_case):
    """The same row, in a file and in a form: the same faults, word for word."""
    row = {**NEW_EVENT, "latitude": "95", "start": "never", "area": "PK-XX", "source_ids": "nobody"}
    typed = draft.check_row("events", row, new=True)
    (read,) = load_case(
        write_case([{}, row], sources=[{"source_id": "s", "publisher": "P"}])
    ).report.events.rejected_rows
    assert len(typed) == 5
    for found in typed:
        assert f"{found.column} {found.value!r} {found.reason}" in read.reason
        assert found.remedy in read.remedy


def test_a_changed_row_keeps_its_number_and_the_cells_that_are_left_out(draft):
    number, *_ = fault(draft, "events", {"event_id": "panjgur", "start": "never"}, new=False)
    lines = draft.files()["events.csv"].decode().splitlines()
    assert lines[number - 1].startswith("panjgur,")
    edited = draft.put("events", {"event_id": "panjgur", "summary": "Other"})
    assert {**edited.row("events", "panjgur"), "summary": ""} == {
        **draft.row("events", "panjgur"),
        "summary": "",
    }


def test_numbers_and_defaults_are_written_in_one_way(draft):
    row = {**NEW_EVENT, "latitude": "26.9640", "longitude": 64.0, "location_precision": "place", "end": None}
    held = draft.put("events", row, new=True).row("events", "new")
    assert (held["latitude"], held["longitude"], held["role"], held["end"]) == ("26.964", "64", "core", "")


def test_claims_cannot_be_made_to_supersede_each_other_in_a_circle(draft):
    older = {**NEW_CLAIM, "claim_id": "old"}
    newer = {**NEW_CLAIM, "supersedes": "old"}
    both = draft.put("claims", older, new=True).put("claims", newer, new=True)
    _, column, _, why = fault(both, "claims", {**older, "supersedes": "new"}, new=False)
    assert column == "supersedes" and "old → new → old" in why


def test_a_change_that_breaks_another_row_is_refused(draft):
    newer = {**NEW_CLAIM, "supersedes": FIGURE}
    edited = draft.put("claims", newer, new=True)
    with pytest.raises(RowError, match="of another event") as refused:
        edited.put("claims", {"claim_id": FIGURE, "event_id": "saravan"})
    assert refused.value.value == FIGURE


@pytest.mark.parametrize(
    ("table", "row", "words"),
    [
        ("event", {}, "Use events, attacks"),
        ("events", {"event_id": "panjgurr"}, "Did you mean 'panjgur'"),
        ("events", {"event_id": "panjgur", "titel": "x"}, "Did you mean 'title'"),
    ],
)
def test_a_wrong_request_says_what_is_meant(draft, table, row, words):
    with pytest.raises(UsageError, match=words):
        draft.put(table, row)


@pytest.mark.parametrize(
    ("table", "row", "codes"),
    [
        ("events", NEW_EVENT, ["no_coordinates"]),
        ("events", {**NEW_EVENT, "event_type": "diplomatic", "start": "2025-01-01"}, ["outside_window"]),
        (
            "events",
            {**NEW_EVENT, "latitude": 26, "longitude": 64, "location_precision": "exact"},
            ["no_geolocation"],
        ),
        ("claims", NEW_CLAIM, ["no_source"]),
        ("sources", {"source_id": "n", "publisher": "P"}, []),
    ],
)
def test_notices_are_the_readers_and_the_editors(draft, table, row, codes):
    assert [notice.code for notice in draft.notices(table, row, new=True)] == codes


# -- ids and dependants -----------------------------------------------------------------------


def test_suggested_ids_speak_and_are_free(draft):
    event = {"title": "Reported strikes in Kéch!", "start": "2024-01-20"}
    assert draft.suggest_id("events", event) == "reported-strikes-in-kech"
    claim = {"event_id": "panjgur", "subject": "killed", "claimant": "Pakistan"}
    assert draft.suggest_id("claims", claim) == f"{FIGURE}-2"
    assert draft.suggest_id("events", {"title": "کوه سبز"}) == "event"
    long = draft.suggest_id("events", {"title": "word " * 40})
    assert len(long) <= 60 and not long.endswith("-")


def test_an_event_does_not_vanish_with_its_claims_unnamed(draft):
    parts = {
        (name, key)
        for name in ("attacks", "claims")
        for key, row in draft.tables[name].items()
        if row["event_id"] == "panjgur"
    }
    with pytest.raises(DependantsError, match="would be removed with it") as refused:
        draft.remove("events", "panjgur")
    assert {(item.table, item.id) for item in refused.value.dependants if item.is_part} == parts
    assert refused.value.remedy
    without = draft.remove("events", "panjgur", with_dependants=True)
    assert len(without.tables["claims"]) == len(draft.tables["claims"]) - sum(n == "claims" for n, _ in parts)
    assert without.to_case().report.rejected == 0


def test_a_source_is_taken_out_of_the_cells_that_cite_it(draft):
    used = draft.put("sources", {"source_id": "paper", "publisher": "Paper"}, new=True)
    used = used.put("events", {**NEW_EVENT, "source_ids": "paper;abna"}, new=True)
    used = used.put("claims", {**NEW_CLAIM, "source_id": "paper"}, new=True)
    with pytest.raises(DependantsError, match=r"2 rows \(event new, claim new\) cite it"):
        used.remove("sources", "paper")
    without = used.remove("sources", "paper", with_dependants=True)
    assert without.row("events", "new")["source_ids"] == "abna"
    assert without.row("claims", "new")["source_id"] == ""
    assert without.to_case().report.rejected == 0


def test_the_only_source_of_an_origin_cannot_be_removed(draft):
    sources = draft.row("attacks", "erbil-kermanshah")["source_ids"].split(";")
    left = draft.put("attacks", {"attack_id": "erbil-kermanshah", "source_ids": sources[0]})
    with pytest.raises(RowError, match="Cite who says so") as refused:
        left.remove("sources", sources[0], with_dependants=True)
    assert (refused.value.file, refused.value.column) == ("attacks.csv", "source_ids")


def test_a_claim_is_removed_and_what_superseded_it_stays(draft):
    edited = draft.put("claims", {**NEW_CLAIM, "supersedes": FIGURE}, new=True)
    with pytest.raises(DependantsError):
        edited.remove("claims", FIGURE)
    without = edited.remove("claims", FIGURE, with_dependants=True)
    assert without.row("claims", "new")["supersedes"] == ""


# -- the head ---------------------------------------------------------------------------------


def empty(**changes):
    given = {"id": "mine", "title": "My case", "time_zone": "Asia/Karachi"}
    days = {"date_from": date(2024, 1, 1), "date_to": date(2024, 1, 31)}
    return CaseDraft.empty(**{**given, **days, **changes})


def test_an_empty_case_grows():
    draft = empty()
    with pytest.raises(NoEventError):
        draft.to_case()
    case = draft.put("events", NEW_EVENT, new=True).to_case()
    assert list(case.events["event_id"]) == ["new"]
    assert not case.meta.information_stated


@pytest.mark.parametrize(
    ("change", "column", "words"),
    [
        ({"id": "My Case"}, "id", "Use my-case"),
        ({"title": ""}, "title", "quotation marks"),
        ({"time_zone": "Karachi"}, "time_zone", "Asia/Karachi"),
        ({"date_to": date(2023, 1, 1)}, "date_to", "Swap"),
    ],
)
def test_a_faulty_head_is_refused_with_key_and_remedy(change, column, words):
    with pytest.raises(InputError, match=words) as refused:
        empty(**change)
    assert (refused.value.file, refused.value.column) == ("case.toml", column)


def test_the_head_is_edited_under_its_own_rules_and_those_of_the_rows(draft):
    assert draft.with_head(summary="New").meta.summary == "New"
    with pytest.raises(InputError, match="IANA"):
        draft.with_head(time_zone="Karachi")
    ruled = draft.with_head(inferred_rule="The attacker's own state, by the editor's decision.")
    cells = {
        "attack_id": "n",
        "event_id": "panjgur",
        "origin_basis": "inferred",
        "origin_area": "IRN",
        "source_ids": "abna",
    }
    inferred = ruled.put("attacks", cells, new=True)
    with pytest.raises(RowError, match="no rule for it"):
        inferred.with_head(inferred_rule="")


# -- what changed -----------------------------------------------------------------------------


def test_changes_name_table_id_column_old_and_new(draft):
    edited = draft.put("events", {"event_id": "panjgur", "title": "Strikes"}).with_head(summary="S")
    found = changes(draft, edited)
    assert [(c.table, c.id, c.column, c.new) for c in found] == [
        ("case", "summary", "summary", "S"),
        ("events", "panjgur", "title", "Strikes"),
    ]
    assert found[1].old == "Reported strikes in Panjgur district"
    assert not needs_correction(found) and suggested_correction(found) == ""
    assert changes(draft, draft) == ()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (
            lambda d: d.put("claims", {"claim_id": FIGURE, "value_max": 3}),
            "killed, says Pakistan's Ministry of Foreign Affairs: highest figure was 2, is now 3",
        ),
        (
            lambda d: d.put("claims", {**NEW_CLAIM, "value_min": 5}, new=True),
            "killed, says Somebody: claim added (5 or more)",
        ),
        (
            lambda d: d.put("claims", {"claim_id": FIGURE, "subject": "status_of_dead"}),
            'subject of the claim was "killed", is now "status_of_dead"',
        ),
        (lambda d: d.remove("claims", FIGURE), "claim removed (was 2)"),
        (
            lambda d: d.put("events", {"event_id": "panjgur", "area": "PK-BA-kech"}),
            "area was Panjgur, is now Kech",
        ),
        (lambda d: d.put("events", {"event_id": "panjgur", "place_name": ""}), "is now not stated"),
        (
            lambda d: d.put("events", {"event_id": "kerman", "longitude": 57.1}),
            "longitude was 57.079, is now 57.1",
        ),
        (lambda d: d.put("events", {"event_id": "panjgur", "start": "2024-01-16T17:00"}), "start was "),
        (lambda d: d.put("attacks", {"attack_id": "erbil-kermanshah", "origin_area": "IR-03"}), "is now "),
        (lambda d: d.remove("events", "panjgur", with_dependants=True), "event removed"),
    ],
)
def test_a_correction_is_owed_for_figure_place_time_and_origin(draft, edit, words):
    found = changes(draft, edit(draft))
    assert needs_correction(found)
    text = suggested_correction(found)
    assert words in text and text.endswith(".")


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.put("events", NEW_EVENT, new=True),
        lambda d: d.put("events", {"event_id": "panjgur", "summary": "Other"}),
        lambda d: d.put("claims", {**NEW_CLAIM, "subject": "weapon"}, new=True),
        lambda d: d.put("claims", {"claim_id": FIGURE, "text": "Other"}),
        lambda d: d.put("sources", {"source_id": "n", "publisher": "P"}, new=True),
    ],
)
def test_no_correction_is_owed_for_what_nobody_could_quote(draft, edit):
    found = changes(draft, edit(draft))
    assert found and not needs_correction(found)


def test_a_new_event_and_its_figures_are_no_correction(draft):
    edited = draft.put("events", NEW_EVENT, new=True)
    edited = edited.put("claims", {**NEW_CLAIM, "event_id": "new", "value_min": 3}, new=True)
    assert not needs_correction(changes(draft, edited))


def test_a_correction_stands_in_the_log_and_raises_the_version(draft):
    corrected = draft.with_correction(date(2024, 5, 1), " Kech, not Panjgur. ")
    meta = corrected.to_case().meta
    assert [(item.date, item.text) for item in meta.corrections] == [(date(2024, 5, 1), "Kech, not Panjgur.")]
    assert (draft.meta.version, meta.version) == ("1.0", "1.1")
    assert "version 1.1," in meta.citation and "version 1.0" not in meta.citation
    with pytest.raises(InputError, match="Say what was wrong"):
        draft.with_correction(date(2024, 5, 1), " ")


@pytest.mark.parametrize(
    ("version", "later"), [("1.0", "1.1"), ("1.9", "1.10"), ("3", "4"), ("", ""), ("2024-05", "2024-05")]
)
def test_the_last_number_of_a_version_is_raised(version, later):
    assert next_version(version) == later


# -- placing ----------------------------------------------------------------------------------


def town_of(name):
    (town,) = (place for place in boundaries.find_place(name, "PAK") if place.latitude is not None)
    return town


def test_a_unit_gives_an_area_and_no_coordinates(draft):
    (kech,) = boundaries.find_unit("Kech", level=2)
    placing = place_from_candidate(kech, "admin2")
    at_kerman = draft.put("events", {"event_id": "kerman", **placing.event})
    cells = at_kerman.row("events", "kerman")
    assert (cells["area"], cells["latitude"], cells["longitude"]) == ("PK-BA-kech", "", "")
    assert cells["location_uncertainty_km"] == "" and cells["place_name"] == "Kerman"
    assert place_from_candidate(kech, "admin1").event["area"] == "PK-BA"
    assert place_from_candidate(kech, "country").event["area"] == "PAK"


def test_a_place_gives_its_position_or_the_unit_around_it(draft):
    town = town_of("Panjgur")
    placing = place_from_candidate(town, "place", uncertainty_km=3)
    assert float(placing.event["latitude"]) == pytest.approx(town.latitude, abs=1e-3)
    assert (placing.event["location_uncertainty_km"], placing.event["area"]) == ("3", "")
    assert draft.check_row("events", {**NEW_EVENT, **placing.event}, new=True) == ()
    known = place_from_candidate(town, "admin2").event
    assert (known["area"], known["latitude"], known["place_name"]) == ("PK-BA-panjgur", "", "Panjgur")


def test_a_place_without_a_position_gives_no_position():
    town = town_of("Panjgur")
    nowhere = replace(town, latitude=None, longitude=None, unit_id="PK-BA-panjgur")
    with pytest.raises(UsageError, match="no source gives one") as refused:
        place_from_candidate(nowhere, "place")
    assert "admin2" in refused.value.remedy
    assert place_from_candidate(nowhere, "admin2").event["area"] == "PK-BA-panjgur"


def test_a_unit_that_the_search_of_places_finds_is_a_unit():
    town = town_of("Panjgur")
    found = replace(town, kind="unit", unit_id="PK-BA-kech", name="Kech", latitude=None, longitude=None)
    placing = place_from_candidate(found, "admin2")
    assert placing == place_from_candidate(boundaries.unit("PK-BA-kech"), "admin2")


@pytest.mark.parametrize(
    ("precision", "words"), [("exact", "geolocated"), ("place", "is an area: use admin1")]
)
def test_a_gazetteer_gives_no_more_than_it_knows(precision, words):
    with pytest.raises(UsageError, match=words):
        place_from_candidate(boundaries.unit("PK-BA"), precision)
    with pytest.raises(UsageError, match="is finer than"):
        place_from_candidate(boundaries.unit("PK-BA"), "admin2")


def test_a_click_known_to_a_district_keeps_no_coordinates():
    placing = place_from_click(26.9712345, 64.0912345 + 360, "admin2")
    assert placing.event["area"] == "PK-BA-panjgur"
    assert (placing.event["latitude"], placing.event["longitude"]) == ("", "")


@pytest.mark.parametrize("precision", ["region", "sea_or_air", "unknown"])
def test_a_click_known_to_less_keeps_the_name_alone(precision):
    placing = place_from_click(26.97, 64.09, precision, place_name="Makran coast")
    filled = {column: cell for column, cell in placing.event.items() if cell}
    assert filled == {"location_precision": precision, "place_name": "Makran coast"}


def test_a_click_on_a_place_is_written_no_finer_than_its_ring():
    placing = place_from_click(26.971234567, 64.091234567, "place", place_name="Village", uncertainty_km=5)
    assert (placing.event["latitude"], placing.event["longitude"]) == ("26.9712", "64.0912")
    coarse = place_from_click(26.971234567, 64.091234567, "place", place_name="Village", uncertainty_km=50)
    assert coarse.event["latitude"] == "26.971"


WHO = Geolocation(who="A named group", when="2024-01-18", how="Matched a video to imagery", source_id="abna")


def test_exact_comes_with_the_claim_of_who_geolocated_it(draft):
    placing = place_from_click(26.971234567, 64.091234567, "exact", geolocation=WHO)
    assert placing.event["latitude"] == "26.97123"
    claim = {**placing.claim, "claim_id": "n", "event_id": "new"}
    rows = [("events", {**NEW_EVENT, **placing.event}), ("claims", claim)]
    edited = draft.put_all(rows, new=True)
    assert edited.row("claims", "n")["claimant"] == "A named group"
    assert edited.notices("events", edited.row("events", "new")) == ()


@pytest.mark.parametrize("missing", ["who", "when", "how", "source_id"])
def test_exact_without_one_of_them_is_refused(missing):
    with pytest.raises(UsageError, match="needs a claim on the place"):
        place_from_click(26.97, 64.09, "exact", geolocation=replace(WHO, **{missing: " "}))
    with pytest.raises(UsageError, match="who geolocated the site, when, how"):
        place_from_click(26.97, 64.09, "exact")


@pytest.mark.parametrize(
    ("arguments", "column", "words"),
    [
        ((95.0, 64.0, "place", {}), "latitude", "Click the map again"),
        ((float("nan"), 64.0, "admin2", {}), "latitude", "Click the map again"),
        ((26.9, 64.0, "place", {"uncertainty_km": 3}), "place_name", "Name it"),
        ((26.9, 64.0, "place", {"place_name": "x"}), "location_uncertainty_km", "radius"),
        (
            (26.9, 64.0, "place", {"place_name": "x", "uncertainty_km": -1}),
            "location_uncertainty_km",
            "0 or more",
        ),
        ((20.0, 64.0, "admin2", {}), "location_precision", "sea_or_air"),
        ((26.9, 64.0, "village", {}), "location_precision", "Use exact, place"),
    ],
)
def test_a_click_that_says_too_little_is_refused_with_a_remedy(arguments, column, words):
    latitude, longitude, precision, more = arguments
    with pytest.raises(UsageError, match=words) as refused:
        place_from_click(latitude, longitude, precision, **more)
    assert refused.value.column == column
