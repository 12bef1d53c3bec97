import csv
import io
import json
import math

import pytest
import shapely
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from geodata import boundaries, schema
from geodata.bearings import GEOD
from geodata.cases import load_case
from geodata.exports import FORMATS, export_bytes, join_bytes
from geodata.filters import EventFilter
from geodata.record import build_record
from tests.geodata.export_text import text_of

ALL = EventFilter()
SOURCE = {"source_id": "s", "publisher": "Dawn", "url": "https://example.org/?a=1"}
POINT = {"latitude": "36.3", "longitude": "-64.2", "location_precision": "place", "country_iso3": "PAK"}
ORIGIN = {
    "origin_basis": "stated_point",
    "origin_latitude": "30",
    "origin_longitude": "60",
    "source_ids": "s",
}


def table(record, wanted=ALL):
    text = export_bytes(record, wanted, "csv").decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def features(record, wanted=ALL):
    collection = json.loads(export_bytes(record, wanted, "geojson"))
    return {feature["id"]: feature for feature in collection["features"]}


def read_back(record, tmp_path, wanted=ALL):
    path = tmp_path / "export.csv"
    path.write_bytes(export_bytes(record, wanted, "csv"))
    return load_case(path)


def test_one_row_an_attack_and_one_for_each_event_without(bundled):
    rows = table(bundled)
    attacks = [row["attack_id"] for row in rows if row["attack_id"]]
    assert sorted(attacks) == sorted(bundled.attacks["attack_id"])
    without = set(bundled.events["event_id"]) - set(bundled.attacks["event_id"])
    assert {row["event_id"] for row in rows if not row["attack_id"]} == without
    assert len(rows) == len(attacks) + len(without)


def test_the_columns_of_the_product_are_there_in_its_order(bundled):
    header = list(table(bundled)[0])
    order = ["event_id", "adm0_id", "join_flags", "attack_id", "from_text", "killed_low", "claims", "sources"]
    assert sorted(order, key=header.index) == order
    named = (*schema.EVENTS.columns, *schema.JOIN_COLUMNS, *schema.DIRECTION_COLUMNS, *schema.RANGE_COLUMNS)
    assert set(named) | {"origin_basis", "origin_claimant", "licence", "citation"} <= set(header)
    assert len(header) == len(set(header))


def test_the_cells_of_the_core_strikes(bundled):
    rows = {row["event_id"]: row for row in table(bundled)}
    saravan = rows["saravan"]
    assert (saravan["killed_low"], saravan["killed_high"], saravan["killed_open"]) == ("9", "10", "true")
    assert saravan["killed_text"] == "9 to 10 or more killed (4 claimants)"
    assert (saravan["latitude"], saravan["longitude"]) == ("", "")
    assert saravan["direction_status"] == "side_only"
    for name in (
        "bearing_deg",
        "arrival_bearing_deg",
        "from_deg",
        "from_min_deg",
        "from_max_deg",
        "distance_min_km",
    ):
        assert saravan[name] == "" == rows["panjgur"][name]
    claims = json.loads(saravan["claims"])
    assert len(claims) == int(saravan["claims_count"]) and all(claim["claimant"] for claim in claims)
    cited = {source["source_id"] for source in json.loads(saravan["sources"])}
    assert set(schema.split(saravan["source_ids"])) | {claim["source_id"] for claim in claims} <= cited
    assert rows["davos-meeting"]["killed_low"] == "" and rows["taltita"]["killed_low"] == "0"


def test_a_filter_keeps_rows_and_features_alike(bundled):
    wanted = EventFilter(types=("strike",), areas=("PAK", "IRN"))
    assert {row["event_id"] for row in table(bundled, wanted)} == {"panjgur", "saravan"}
    assert set(features(bundled, wanted)) == {
        f"{kind}/{e}" for kind in ("event", "attack") for e in ("panjgur", "saravan")
    }


def test_nothing_to_export_is_a_table_and_a_collection(bundled):
    nothing = EventFilter(bbox=(-10, 0, 5, 5))
    assert table(bundled, nothing) == [] and features(bundled, nothing) == {}
    assert export_bytes(bundled, nothing, "csv").startswith(b"event_id,title")


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_input_gives_the_same_bytes(bundled, fmt):
    again = build_record(load_case("iran-pakistan-2024"))
    assert export_bytes(again, ALL, fmt) == export_bytes(bundled, ALL, fmt)


def test_a_csv_read_back_is_the_same_case(bundled, tmp_path):
    case = read_back(bundled, tmp_path)
    assert case.report.rejected == 0 and case.report.events.rows_read == len(bundled.events)
    original = bundled.case.events.assign(
        time_zone=bundled.case.events["time_zone"].replace("", bundled.meta.time_zone)
    )
    for mine, other, key in (
        (original, case.events, "event_id"),
        (bundled.case.attacks, case.attacks, "attack_id"),
        (bundled.case.claims, case.claims, "claim_id"),
    ):
        assert other.set_index(key).loc[list(mine[key])].reset_index().equals(mine)
    assert (case.meta.licence, case.meta.citation) == (bundled.meta.licence, bundled.meta.citation)
    assert export_bytes(build_record(case), ALL, "csv") == export_bytes(bundled, ALL, "csv")


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=CELLS, summary=CELLS, lat=st.floats(-90, 90), lon=st.floats(-180, 180))
def test_any_text_and_number_comes_back_and_no_cell_is_a_formula(tmp_path_factory, title, summary, lat, lon):
    assume(lat or lon)  # 0, 0 of a table is no position, and is told
    folder = tmp_path_factory.mktemp("case")
    path = folder / "events.csv"
    row = {
        "event_id": "=e",
        "title": f"t{title}",
        "event_type": "strike",
        "start": "2024-01-16",
        "summary": summary,
    }
    row |= {
        "latitude": repr(lat),
        "longitude": repr(lon),
        "location_precision": "exact",
        "country_iso3": "PAK",
    }
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, row)
        writer.writeheader()
        writer.writerow(row)
    record = build_record(load_case(path))
    case = read_back(record, folder)
    for name in ("event_id", "title", "summary", "latitude", "longitude"):
        assert case.events.loc[0, name] == record.case.events.loc[0, name], name
    for cell in table(record)[0].values():
        assert not cell.startswith(("=", "+", "@", "\t", "\r")) and (
            not cell.startswith("-") or float(cell) <= 0
        )


def test_formulas_are_marked_and_numbers_are_not(make_record):
    (row,) = table(
        make_record([{**POINT, "title": '=HYPERLINK("http://x")', "actors": "-1+1", "own": "@SUM"}])
    )
    assert row["title"] == '\'=HYPERLINK("http://x")'
    assert (row["actors"], row["own"]) == ("'-1+1", "'@SUM")
    assert row["longitude"] == "-64.2"


def test_further_columns_travel_and_none_hides_another(make_record):
    record = make_record(
        [{"own": "mine", "attacker": "a column of the events"}],
        attacks=[{"attack_id": "a", "event_id": "e0", "attacker": "Iran", "own": "the attack's"}],
    )
    (row,) = table(record)
    assert (row["own"], row["attack_own"]) == ("mine", "the attack's")
    assert (row["event_attacker"], row["attacker"]) == ("a column of the events", "Iran")


def test_a_row_that_states_its_licence_keeps_it(make_record):
    rows = table(make_record([{"licence": "CC0"}, {"licence": ""}]))
    assert [row["licence"] for row in rows] == ["CC0", "CC BY 4.0"]


def test_events_and_attacks_are_features_with_only_stated_geometry(bundled):
    found = features(bundled)
    kinds = {key: (f["geometry"] or {"type": None})["type"] for key, f in found.items()}
    assert kinds["event/panjgur"] == kinds["event/saravan"] == "Polygon"
    assert kinds["event/erbil"] == kinds["event/taltita"] == kinds["event/kerman"] == "Point"
    assert kinds["event/davos-meeting"] is None
    # No point of launch is stated in this case: a line to a tinted area starts nowhere that was stated.
    assert {kind for key, kind in kinds.items() if key.startswith("attack/")} == {None}
    assert len(found) == len(bundled.events) + len(bundled.attacks)
    assert all(f["properties"]["feature"] == key.split("/")[0] for key, f in found.items())
    assert found["event/erbil"]["geometry"]["coordinates"] == [44.13222, 36.305]


def test_no_derived_point_leaves(bundled):
    text = {fmt: text_of(export_bytes(bundled, ALL, fmt), fmt) for fmt in FORMATS}
    for unit_id in ("PK-BA-panjgur", "IR-11-saravan", "IR-05", "IR-06"):
        unit = boundaries.unit(unit_id)
        for fmt, exported in text.items():
            assert f"{unit.label_lon}," not in exported and f"{unit.label_lat}" not in exported, (
                fmt,
                unit_id,
            )


def test_a_polygon_is_the_joined_unit_wound_as_the_rfc_has_it(bundled):
    shape = shapely.from_geojson(json.dumps(features(bundled)["event/panjgur"]["geometry"]))
    assert shape.is_valid and shape.exterior.is_ccw
    assert shape.symmetric_difference(boundaries.unit_geometry("PK-BA-panjgur")).area < 1e-4


def test_a_line_joins_two_stated_positions_along_the_geodesic(make_record):
    record = make_record(
        [POINT, POINT], attacks=[{"attack_id": "a", "event_id": "e0", **ORIGIN}], sources=[SOURCE]
    )
    line = features(record)["attack/a"]["geometry"]
    assert line["type"] == "LineString"
    first, last = line["coordinates"][0], line["coordinates"][-1]
    assert (first, last) == ([60, 30], [-64.2, 36.3])
    lons, lats = zip(*line["coordinates"], strict=True)
    assert GEOD.line_length(lons, lats) == pytest.approx(GEOD.inv(60, 30, -64.2, 36.3)[2], rel=1e-4)


@pytest.mark.parametrize(
    "event",
    [
        {"area": "PK-BA-panjgur", "location_precision": "admin2"},
        {"latitude": "26.9", "longitude": "64.1", "location_precision": "admin2"},
        {
            "latitude": "26.9",
            "longitude": "64.1",
            "location_precision": "admin1",
            "location_uncertainty_km": "50",
        },
        {},
    ],
)
def test_no_line_ends_where_nobody_stated_a_target(make_record, event):
    record = make_record([event], attacks=[{"attack_id": "a", "event_id": "e0", **ORIGIN}], sources=[SOURCE])
    found = features(record)
    assert found["attack/a"]["geometry"] is None
    geometry = found["event/e0"]["geometry"]
    assert geometry is None or geometry["type"] in ("Polygon", "MultiPolygon")
    assert found["event/e0"]["properties"]["latitude"] == (26.9 if event.get("latitude") else None)


def test_the_terms_go_along(bundled):
    collection = json.loads(export_bytes(bundled, EventFilter(areas=("PK-BA",)), "geojson"))
    terms = collection["metadata"]
    assert (
        terms["licence"] == "CC BY 4.0" and terms["citation"] and terms["information_as_of"] == "2024-04-24"
    )
    assert "no opinion on the legal status" in terms["disclaimer"].replace("state no", "no")
    assert [credit["licence"] for credit in terms["credits"]] == ["ODbL-1.0"]
    assert "Open Database License" in terms["database_notice"]
    assert "in Balochistan" in terms["filters"] and terms["data_hash"] == bundled.case.data_hash
    for row in table(bundled):
        assert row["licence"] == "CC BY 4.0" and row["citation"] and row["disclaimer"]
        assert bool(row["boundary_credits"]) == bool(row["adm0_id"])


def test_no_polygon_no_database_notice(make_record):
    terms = json.loads(export_bytes(make_record([POINT]), ALL, "geojson"))["metadata"]
    assert "database_notice" not in terms


def test_join_keeps_every_event_in_its_order(bundled):
    rows = list(csv.DictReader(io.StringIO(join_bytes(bundled, "csv").decode(), newline="")))
    assert [row["event_id"] for row in rows] == list(bundled.case.events["event_id"])
    found = {row["event_id"]: row for row in rows}
    assert found["panjgur"]["adm2_id"] == "PK-BA-panjgur" and found["erbil"]["adm0_id"] == "IRQ"
    assert "attack_id" not in rows[0] and "killed_low" not in rows[0]
    joined = json.loads(join_bytes(bundled, "geojson"))["features"]
    assert [f["properties"]["event_id"] for f in joined] == [row["event_id"] for row in rows]


def test_geojson_has_no_number_that_json_lacks(make_record):
    text = export_bytes(make_record([{}, POINT]), ALL, "geojson").decode()
    assert "NaN" not in text and "Infinity" not in text
    assert not any(
        isinstance(v, float) and math.isnan(v)
        for v in features(make_record([{}], name="b"))["event/e0"]["properties"].values()
    )
