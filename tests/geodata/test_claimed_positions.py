"""Positions that claims state in columns of their own: read, compared, drawn, exported."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest

from geodata import schema
from geodata.caption import alt_text
from geodata.cases import load_case
from geodata.cases.changes import changes, suggested_correction
from geodata.cases.edit import CaseDraft
from geodata.cases.write import case_files, write_case
from geodata.claims import ledger
from geodata.claims.spots import Spot, lie_apart
from geodata.exports import export_bytes
from geodata.filters import EventFilter
from geodata.positions import OTHERWISE, claimed_positions, stated_positions
from geodata.record import build_record
from geodata.render.print_map import PrintOptions, compose_map
from geodata.render.web import scene_json
from geodata.scene_build import build_scene
from tests.geodata.competing_case import ASIDE, STANDING, write_competing_case

ALL = EventFilter()
CLAIM = {"claim_id": "c", "event_id": "e0", "claimant": "A", "subject": "place"}
POINT = {"latitude": "27", "longitude": "64"}


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    return build_record(load_case(write_competing_case(tmp_path_factory.mktemp("cases"))))


@pytest.fixture(scope="module")
def scene(record):
    return build_scene(record, ALL)


def mark_of(scene, claim_id):
    (found,) = [mark for mark in scene.claimed if claim_id in mark.ids]
    return found


# -- reading and writing -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "reason", "remedy"),
    [
        ({"latitude": "27"}, "longitude", "is empty, the other coordinate is not", "both coordinates"),
        ({"longitude": "64"}, "latitude", "is empty, the other coordinate is not", "both coordinates"),
        ({"latitude": "95", "longitude": "64"}, "latitude", "is not between -90 and 90", "swapped"),
        ({"latitude": "27", "longitude": "190"}, "longitude", "is not between -180 and 180", "swapped"),
        ({**POINT, "location_uncertainty_km": "-1"}, "location_uncertainty_km", "is below 0", ""),
        ({"latitude": "27 N", "longitude": "64"}, "latitude", "is not a number", "decimal point"),
        ({"area": "PK-BA-panjgurr"}, "area", "is not a known boundary id", "PK-BA-panjgur"),
        ({**POINT, "area": "PK-BA"}, "area", "stands beside coordinates", "clear one of them"),
        ({"location_uncertainty_km": "5"}, "location_uncertainty_km", "stands without coordinates", "Give"),
        ({**POINT, "subject": "killed"}, "latitude", "stands on a claim on killed", "place, sites, origin"),
        ({"area": "PAK", "subject": "target"}, "area", "stands on a claim on target", "place, sites, origin"),
    ],
)
def test_a_faulty_position_names_row_column_value_and_remedy(write_case, cells, column, reason, remedy):
    rows = [{**CLAIM, "claim_id": "fine"}, {**CLAIM, **cells}]
    table = load_case(write_case([{}], claims=rows)).report.tables["claims"]
    (fault,) = table.rejected_rows
    assert (fault.row, fault.column, fault.value) == (3, column, cells.get(column, ""))
    assert reason in fault.reason and remedy in fault.remedy
    assert table.accepted == 1


@pytest.mark.parametrize("subject", schema.POSITION_SUBJECTS)
@pytest.mark.parametrize("cells", [POINT, {**POINT, "location_uncertainty_km": "0"}, {"area": "PK-BA"}, {}])
def test_a_position_is_read_on_place_sites_and_origin(write_case, subject, cells):
    case = load_case(write_case([{}], claims=[{**CLAIM, "subject": subject, **cells}]))
    assert case.report.rejected == 0 and len(case.claims) == 1


def test_a_case_without_positions_is_written_without_the_columns(bundled, write_case):
    header = case_files(bundled.case)["claims.csv"].decode().splitlines()[0]
    assert header.endswith("text,source_id") and not set(schema.POSITION_COLUMNS) & set(header.split(","))
    # Empty columns say nothing, and go.
    case = load_case(write_case([{}], claims=[{**CLAIM, "area": "", "note": "kept"}]))
    assert case_files(case)["claims.csv"].decode().splitlines()[0].endswith("source_id,note")


def test_positions_are_written_and_read_back(record, tmp_path):
    files = case_files(record.case)
    header, *_ = files["claims.csv"].decode().splitlines()
    assert header.endswith("source_id,latitude,longitude,location_uncertainty_km,area")
    again = load_case(write_case(record.case, tmp_path / "again"))
    assert case_files(again) == files
    assert again.claims.equals(record.case.claims)


def test_a_draft_takes_a_position_and_owes_a_correction_when_it_changes(record):
    draft = CaseDraft.of(record.case)
    moved = draft.put("claims", {"claim_id": "south", "latitude": 26.6})
    assert "claimed latitude was 26.55, is now 26.6" in suggested_correction(changes(draft, moved))
    (reason,) = [fault.reason for fault in draft.check_row("claims", {"claim_id": "south", "latitude": ""})]
    assert reason == "is empty, the other coordinate is not"


def test_a_bundled_claim_gets_its_first_position_in_a_draft(bundled):
    draft = CaseDraft.of(bundled.case)
    edited = draft.put("claims", {"claim_id": "panjgur-place-aljazeera", "area": "PK-BA-panjgur"})
    assert edited.to_case().claims["area"].tolist().count("PK-BA-panjgur") == 1
    assert draft.files()["claims.csv"] == case_files(bundled.case)["claims.csv"]


# -- compared ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        (Spot((64.0, 27.0)), Spot((64.0, 27.0)), False),
        (Spot((64.0, 27.0)), Spot((64.005, 27.0)), False),  # 500 m: rounding
        (Spot((64.0, 27.0)), Spot((64.1, 27.0)), True),  # 10 km
        (Spot((64.0, 27.0), 6.0), Spot((64.1, 27.0), 6.0), False),  # rings meet
        (Spot((180.0, 0.0)), Spot((-180.0, 0.0)), False),
        (Spot(area="PK-BA-panjgur"), Spot(area="PK-BA-kech"), True),
        (Spot(area="PK-BA-panjgur"), Spot(area="PK-BA"), False),
        (Spot(area="PAK"), Spot(area="PK-BA-panjgur"), False),
        (Spot(area="PAK"), Spot(area="IRN"), True),
        (Spot((64.1, 26.97)), Spot(area="PK-BA-panjgur"), False),
        (Spot((62.0, 27.3)), Spot(area="PK-BA-panjgur"), True),
        (Spot((62.0, 27.3), 300.0), Spot(area="PK-BA-panjgur"), False),  # the ring reaches it
    ],
)
def test_positions_lie_apart_only_where_they_cannot_be_one_place(first, second, apart):
    assert lie_apart(first, second) is apart
    assert lie_apart(second, first) is apart


def test_the_ledger_says_whose_positions_lie_apart(record):
    subjects = {s.subject: s for s in ledger(record.case.claims, record.case.sources, "district").subjects}
    place = subjects["place"]
    assert place.relation_words == "claimed positions lie apart" and place.differs
    said = "Some positions of Agency North, Agency South, Agency West and Radio East lie apart."
    assert said in place.sentences
    words = {claim.claim_id: claim.position for p in place.positions for claim in p.current}
    assert words["north"] == "27.25° N, 64° E, within 8 km"
    assert words["west"] == "somewhere in Kech, Balochistan, Pakistan"
    assert words["words"] == ""


def test_claimants_of_one_place_agree_and_several_sites_are_no_contradiction(write_case):
    rows = [
        {**CLAIM, "claim_id": "a", "claimant": "A", **POINT},
        {**CLAIM, "claim_id": "b", "claimant": "B", **POINT},
        {**CLAIM, "claim_id": "s", "claimant": "A", "subject": "sites", **POINT},
        {**CLAIM, "claim_id": "t", "claimant": "B", "subject": "sites", "latitude": "20", "longitude": "64"},
    ]
    record = build_record(load_case(write_case([{}], claims=rows)))
    place, sites = ledger(record.case.claims, record.case.sources, "e0").subjects
    assert place.sentences == ("A and B name one place.",) and not place.differs
    assert sites.relation_words == ""
    assert {p.rival for p in stated_positions(record)} == {""}


def test_a_text_is_never_read_for_a_position(record):
    (words,) = [p for p in claimed_positions(record) if p.claim_id == "words"]
    assert "27.9 N" in words.text and words.spot is None
    assert "words" not in {p.claim_id for p in stated_positions(record)}


# -- drawn ---------------------------------------------------------------------------------------


def test_each_stated_position_is_drawn_once_as_a_claim(scene):
    drawn = [claim_id for mark in scene.claimed for claim_id in mark.ids]
    assert sorted(drawn) == sorted(STANDING | ASIDE)
    assert {claim_id for mark in scene.claimed if mark.is_aside for claim_id in mark.ids} == ASIDE
    # What stands lies on top.
    assert [mark.is_aside for mark in scene.claimed] == sorted(
        (m.is_aside for m in scene.claimed), reverse=True
    )
    assert {mark.point for mark in scene.points} == {(62.33, 27.37)}


@pytest.mark.parametrize(
    ("claim_id", "label", "words"),
    [
        (
            "north",
            "place, say Agency North and Radio East",
            "Position claimed by Agency North (single source) and Radio East (single source): "
            f"within 8 km of this point; {OTHERWISE}",
        ),
        (
            "south",
            "place, says Agency South",
            f"Position claimed by Agency South (single source); {OTHERWISE}",
        ),
        (
            "west",
            "somewhere here, says Agency West",
            "Position claimed by Agency West (single source): somewhere in Kech district, Balochistan, "
            f"Pakistan; {OTHERWISE}",
        ),
        (
            "old",
            "place, said Radio East (superseded)",
            "Position claimed by Radio East (single source); superseded by a later claim",
        ),
        (
            "misread",
            "place, said Blog (not counted)",
            "Position claimed by Blog (single source); not counted: "
            "A misprint, withdrawn on 19 January 2024.",
        ),
        ("coded", "place, coded by ACLED", "Position coded by ACLED: within 10 km of this point"),
        (
            "site-1",
            "site, say Agency South and Agency North",
            "Site claimed by Agency South (several sources) and Agency North (single source)",
        ),
        (
            "from",
            "launch on 18 Jan 2024, says Agency South",
            "Launch position claimed by Agency South (single source): within 15 km of this point",
        ),
        (
            "lost",
            "place on 20 Jan 2024, says Agency West",
            "Position claimed by Agency West (single source)",
        ),
    ],
)
def test_a_mark_says_whose_claim_it_is_and_what_became_of_it(scene, claim_id, label, words):
    mark = mark_of(scene, claim_id)
    assert (mark.label, mark.words) == (label, words)


def test_a_leader_leads_to_the_events_own_mark_and_none_from_an_origin(scene):
    (pill,) = scene.areas
    assert mark_of(scene, "south").leader == ((63.6, 26.55), pill.point)
    assert mark_of(scene, "site-1").leader == ((62.0, 27.3), (62.33, 27.37))
    assert mark_of(scene, "from").leader == mark_of(scene, "lost").leader == ()
    start, end = mark_of(scene, "west").leader  # from the edge of the area: no point of it was named
    assert end == pill.point and start != mark_of(scene, "west").point


def test_an_area_that_holds_the_events_mark_needs_no_leader(write_case):
    event = {"location_precision": "admin2", "area": "PK-BA-panjgur"}
    record = build_record(load_case(write_case([event], claims=[{**CLAIM, "area": "PK-BA"}])))
    (mark,) = build_scene(record, ALL).claimed
    assert mark.leader == ()


def test_filters_apply_to_claims_as_to_their_events(record):
    only = build_scene(record, EventFilter(date_from=date(2024, 1, 18), date_to=date(2024, 1, 18)))
    assert {mark.event_id for mark in only.claimed} == {"town"}
    many = build_scene(record, EventFilter(min_claimants=4))
    assert {mark.event_id for mark in many.claimed} == {"district"}
    assert build_scene(record, EventFilter(types=("bombing",))).claimed == ()


def test_a_picture_has_the_claims_that_lie_in_it(record):
    box = (61.5, 27.0, 63.0, 28.0)
    cut = build_scene(record, ALL, extent=box, only_extent=True)
    assert {claim_id for mark in cut.claimed for claim_id in mark.ids} == {"site-1", "site-2", "coded"}
    # The claim lies in the picture, the event does not.
    east = build_scene(record, ALL, extent=(64.5, 26.8, 65.5, 27.1), only_extent=True)
    assert [mark.ids for mark in east.claimed] == [("old",)]
    assert "district" in dict(east.titles)


def test_the_legend_names_claims_only_where_there_are_any(scene, bundled):
    entries = {(e.symbol, e.shape, e.status) for e in scene.legend if e.symbol.startswith("claim")}
    assert entries == {
        ("claim", "", ""),
        ("claim", "origin", ""),
        ("claim-area", "", ""),
        ("claim", "", "aside"),
        ("claim-ring", "", ""),
    }
    ours = build_scene(bundled, ALL)
    assert ours.claimed == () and not any(e.symbol.startswith("claim") for e in ours.legend)


def test_alt_text_names_claimed_positions_as_claims(scene):
    said = "As a claim only, of Invented strike near Saravan: Position coded by ACLED: within 10 km"
    assert said in alt_text(scene)


def test_the_browser_gets_claims_and_the_outlines_they_need(scene):
    sent = json.loads(scene_json(scene))
    assert {claim_id for mark in sent["claimed"] for claim_id in mark["ids"]} == STANDING | ASIDE
    assert "PK-BA-kech" in sent["units"]


def test_print_draws_what_the_map_draws(record):
    scene = build_scene(record, ALL, extent=(61.5, 25.5, 65, 28.5), only_extent=True)
    figure = compose_map(scene, PrintOptions(production_date=date(2024, 2, 1)))
    gids = {str(artist.get_gid()) for artist in figure.axes[0].get_children() if artist.get_gid()}
    assert {"claim-point", "claim-aside", "claim-ring", "claim-area", "claim-leader", "claim-label"} <= gids
    texts = {text.get_text() for text in figure.axes[0].texts}
    assert "place, says Agency South" in texts
    bare = compose_map(replace(scene, claimed=()), PrintOptions(production_date=date(2024, 2, 1)))
    left = {str(artist.get_gid()) for artist in bare.axes[0].get_children()}
    assert not {"claim-leader", "claim-label"} & left


# -- exported ------------------------------------------------------------------------------------


def test_geojson_has_a_feature_for_each_claimed_position(record):
    collection = json.loads(export_bytes(record, ALL, "geojson"))
    found = {f["properties"]["claim_id"]: f for f in collection["features"] if f["id"].startswith("claim/")}
    assert set(found) == STANDING | ASIDE
    south, west, old = found["south"], found["west"], found["old"]
    assert south["geometry"] == {"type": "Point", "coordinates": [63.6, 26.55]}
    kept = ("feature", "event_id", "claimant", "status", "is_current", "rival")
    assert [south["properties"][name] for name in kept] == [
        "claim",
        "district",
        "Agency South",
        "counted",
        True,
        OTHERWISE,
    ]
    assert west["geometry"]["type"] in ("Polygon", "MultiPolygon")
    assert (old["properties"]["status"], old["properties"]["is_current"]) == ("superseded", False)
    assert found["misread"]["properties"]["excluded_reason"].startswith("A misprint")
    assert "not the event's" in collection["metadata"]["claim_note"]
    # An event keeps its own place.
    (town,) = [f for f in collection["features"] if f["id"] == "event/town"]
    assert town["geometry"]["coordinates"] == [62.33, 27.37]


def test_a_csv_keeps_claimed_positions_and_reads_back(record, tmp_path):
    data = export_bytes(record, ALL, "csv")
    rows = {row["event_id"]: row for row in csv.DictReader(io.StringIO(data.decode(), newline=""))}
    claims = {claim["claim_id"]: claim for claim in json.loads(rows["district"]["claims"])}
    assert (claims["south"]["latitude"], claims["south"]["longitude"]) == (26.55, 63.6)
    assert "latitude" not in claims["west"] and claims["west"]["area"] == "PK-BA-kech"
    path = tmp_path / "out.csv"
    path.write_bytes(data)
    again = load_case(path)
    assert again.report.rejected == 0
    columns = ["claim_id", *schema.POSITION_COLUMNS]
    assert again.claims[columns].equals(record.case.claims[columns])


def test_an_export_without_claimed_positions_has_no_such_feature(bundled):
    collection = json.loads(export_bytes(bundled, ALL, "geojson"))
    assert {f["properties"]["feature"] for f in collection["features"]} == {"event", "attack"}
    assert "claim_note" not in collection["metadata"]
