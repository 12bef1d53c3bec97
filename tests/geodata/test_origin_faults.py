"""Origins that cannot be as they are stated: row, column, value and remedy."""

import pytest

from geodata.cases import load_case
from geodata.record import build_record
from tests.geodata.conftest import head_text

SOURCE = {"source_id": "s", "publisher": "P"}
PANJGUR_TOWN = {"latitude": "26.964", "longitude": "64.09", "location_precision": "exact"}
PANJGUR = {"area": "PK-BA-panjgur", "location_precision": "admin2"}
POINT = {"origin_basis": "stated_point", "origin_latitude": "26.964", "origin_longitude": "64.09"}
AREA = {"origin_basis": "stated_area", "origin_area": "IR-11"}
AZIMUTH = {
    "origin_basis": "stated_direction",
    "origin_azimuth_deg": "350",
    "origin_azimuth_tolerance_deg": "20",
}


def load(write_case, event, attack, *, head=""):
    attacks = [
        {"attack_id": "a", "event_id": "e0", "source_ids": "s", "origin_basis": "unknown"},
        {"attack_id": "b", "event_id": "e0", "source_ids": "s", **attack},
    ]
    return load_case(write_case([event], attacks=attacks, sources=[SOURCE], head=head))


@pytest.mark.parametrize(
    ("event", "attack", "where", "words"),
    [
        (
            PANJGUR_TOWN,
            POINT,
            ("origin_latitude", "26.964"),
            ("are the coordinates of the target", "launch point"),
        ),
        (
            PANJGUR_TOWN,
            {**POINT, "origin_longitude": "64.090000001"},
            ("origin_latitude", "26.964"),
            ("are the coordinates of the target", "origin_basis unknown"),
        ),
        (
            PANJGUR_TOWN,
            {**AREA, "origin_area": "PK-BA"},
            ("origin_area", "PK-BA"),
            ("holds the target", "smaller"),
        ),
        (
            {**PANJGUR_TOWN, "location_precision": "place"},
            {**AREA, "origin_area": "PK-BA-panjgur"},
            ("origin_area", "PK-BA-panjgur"),
            ("holds the target", "as a claim of subject origin"),
        ),
        (
            PANJGUR,
            {**AREA, "origin_area": "PK-BA"},
            ("origin_area", "PK-BA"),
            ("holds the target", "smaller"),
        ),
        (
            PANJGUR,
            {**AREA, "origin_area": "PK-BA-panjgur"},
            ("origin_area", "PK-BA-panjgur"),
            ("holds", "smaller"),
        ),
        (
            PANJGUR_TOWN,
            {**AREA, "origin_area": "IR-99"},
            ("origin_area", "IR-99"),
            ("not a known boundary id", ""),
        ),
        (PANJGUR_TOWN, {**AREA, "origin_area": ""}, ("origin_area", ""), ("is empty", "Fill it in")),
        (PANJGUR_TOWN, {**POINT, "origin_latitude": ""}, ("origin_latitude", ""), ("is empty", "Fill it in")),
        (
            PANJGUR_TOWN,
            {"origin_basis": "attacker_territory"},
            ("origin_area", ""),
            ("is empty", "Fill it in"),
        ),
        (
            PANJGUR_TOWN,
            {**AZIMUTH, "origin_azimuth_deg": ""},
            ("origin_azimuth_deg", ""),
            ("is empty", "Fill it in"),
        ),
        (
            PANJGUR_TOWN,
            {**AZIMUTH, "origin_azimuth_deg": "361"},
            ("origin_azimuth_deg", "361"),
            ("0 and 360", "north"),
        ),
        (
            PANJGUR_TOWN,
            {**AZIMUTH, "origin_azimuth_deg": "-1"},
            ("origin_azimuth_deg", "-1"),
            ("0 and 360", "north"),
        ),
        (
            PANJGUR_TOWN,
            {**AZIMUTH, "origin_azimuth_tolerance_deg": "181"},
            ("origin_azimuth_tolerance_deg", "181"),
            ("0 and 180", "to either side"),
        ),
        (
            PANJGUR_TOWN,
            {**AZIMUTH, "origin_azimuth_tolerance_deg": "-5"},
            ("origin_azimuth_tolerance_deg", "-5"),
            ("0 and 180", "to either side"),
        ),
        (
            PANJGUR_TOWN,
            {**AREA, "weapon_range_km": "-1"},
            ("weapon_range_km", "-1"),
            ("is below 0", "above 0"),
        ),
        (
            PANJGUR_TOWN,
            {**AREA, "weapon_range_km": "0"},
            ("weapon_range_km", "0"),
            ("is 0", "leave it empty"),
        ),
        (
            PANJGUR_TOWN,
            {**AREA, "origin_area": "IR-06", "weapon_range_km": "300"},
            ("weapon_range_km", "300"),
            ("does not reach: the stated origin lies 1,", "as a claim of subject weapon"),
        ),
        (
            PANJGUR_TOWN,
            {"origin_basis": "attacker_territory", "origin_area": "IRN", "weapon_range_km": "50"},
            ("weapon_range_km", "50"),
            ("the range is 50 km", "Correct the range or the origin"),
        ),
        (
            PANJGUR,
            {**POINT, "origin_latitude": "36", "weapon_range_km": "500"},
            ("weapon_range_km", "500"),
            ("does not reach", "leave weapon_range_km empty"),
        ),
    ],
)
def test_a_fault_has_row_column_value_and_remedy(write_case, event, attack, where, words):
    case = load(write_case, event, attack)
    (row,) = case.report.tables["attacks"].rejected_rows
    assert (row.row, (row.column, row.value)) == (3, where)
    assert words[0] in row.reason
    assert words[1] in row.remedy and row.remedy
    assert list(case.attacks["attack_id"]) == ["a"]
    assert len(build_record(case).attacks) == 1


@pytest.mark.parametrize(
    ("event", "attack"),
    [
        (PANJGUR_TOWN, AREA),
        (PANJGUR_TOWN, {**AREA, "weapon_range_km": "300"}),
        (PANJGUR, AREA),  # next to the target: not determinable, and no fault
        (PANJGUR, POINT),  # inside the target's district: likewise
        ({**PANJGUR_TOWN, "location_precision": "place"}, {**POINT, "origin_longitude": "64.1"}),
        ({"area": "PAK", "location_precision": "country"}, {**AREA, "origin_area": "PK-BA"}),
        (PANJGUR, {"origin_basis": "attacker_territory", "origin_area": "PAK"}),
        (PANJGUR_TOWN, {**AZIMUTH, "origin_azimuth_deg": "360", "weapon_range_km": "1"}),
        ({}, {**AREA, "weapon_range_km": "1"}),  # a target without a place contradicts nothing
    ],
)
def test_what_can_be_is_accepted(write_case, event, attack):
    case = load(write_case, event, attack)
    assert case.report.tables["attacks"].rejected_rows == ()
    assert len(build_record(case).attacks) == 2


def test_a_rule_without_anything_to_infer_from_is_a_fault(write_case):
    head = f'{head_text()}\n[direction]\ninferred_rule = "actor 1 is the attacker"'
    inferred = {"origin_basis": "inferred"}
    (row,) = load(write_case, PANJGUR_TOWN, inferred, head=head).report.tables["attacks"].rejected_rows
    assert (row.row, row.column, row.value) == (3, "origin_basis", "inferred")
    assert "there is no point, area or azimuth" in row.reason
    assert row.remedy


def test_an_inferred_area_around_the_target_is_a_fault_too(write_case):
    head = f'{head_text()}\n[direction]\ninferred_rule = "actor 1 is the attacker"'
    attack = {"origin_basis": "inferred", "origin_area": "PK-BA"}
    (row,) = load(write_case, PANJGUR, attack, head=head).report.tables["attacks"].rejected_rows
    assert (row.column, row.value) == ("origin_area", "PK-BA")


def test_two_faults_of_one_row_are_named_together(write_case):
    attack = {**AREA, "origin_area": "IR-99", "weapon_range_km": "-4", "source_ids": ""}
    (row,) = load(write_case, PANJGUR_TOWN, attack).report.tables["attacks"].rejected_rows
    assert all(part in row.reason for part in ("IR-99", "-4", "source_ids"))


def test_from_inside_a_territory_there_is_no_side(write_case):
    attack = {"origin_basis": "attacker_territory", "origin_area": "PAK"}
    record = build_record(load(write_case, PANJGUR_TOWN, attack))
    assert record.geometries["b"].side_azimuth_deg is None
    assert record.attacks.set_index("attack_id").loc["b", "direction_status"] == "side_only"
