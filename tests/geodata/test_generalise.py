"""Nothing finer than the level leaves: what differs inside a unit alone gives the same bytes everywhere."""

import json
import random
import re
from datetime import date
from hashlib import sha256

import pytest
import shapely
from conftest import head_text, table_text
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geodata import boundaries, schema
from geodata.boundaries import use_layer
from geodata.boundaries.open_layer import open_layer
from geodata.caption import alt_text, caption_text, file_name
from geodata.cards import card_dict, event_card
from geodata.cases import load_case
from geodata.cases.read import case_of_files
from geodata.cases.write import case_files
from geodata.detail import DETAILS
from geodata.direction import DIRECTION_LEFT_OUT
from geodata.errors import UsageError
from geodata.exports import FORMATS, export_bytes, join_bytes
from geodata.filters import EventFilter
from geodata.generalise import check_areas, coarser_unit, generalise_case, generalised_record
from geodata.generalise_times import tells_a_part, told_in_utc
from geodata.record import build_record
from geodata.render.print_facts import picture_facts
from geodata.render.print_map import PrintOptions, draw_map
from geodata.render.web import scene_json
from geodata.scene_build import build_scene
from tests.geodata.export_text import text_of

LEVELS = {2: "PK-BA-panjgur", 1: "PK-BA", 0: "PAK"}
ORIGINS = {2: "IR-11-chabahar", 1: "IR-11", 0: "IRN"}
# Invented, so that no name of a unit or of an organisation holds one by chance.
PLACES = ("", "Zarrinqala", "Koh-e-Testan, near Zarrinqala", "خارستان", "Xo", "House by Quuxabad road")
NOTES = ("", "It fell by the well.", "26.9642, 64.2173", "see https://example.org/zarrinqala")
BOXES = (None, (61.0, 24.0, 64.05, 30.0))


def inside(unit_id):
    """Return points well inside a unit: at its edge the join itself may give its neighbour."""
    shape = shapely.buffer(max(shapely.get_parts(boundaries.unit_geometry(unit_id)), key=shapely.area), -0.05)
    west, south, east, north = shape.bounds
    lon, lat = st.floats(west, east), st.floats(south, north)
    return st.tuples(lon, lat).filter(lambda at: shapely.contains_xy(shape, *at))


def variants(level):
    """Return what may differ between two cases that a reader must not tell apart."""
    return st.fixed_dictionaries(
        {
            "targets": st.lists(inside(LEVELS[level]), min_size=2, max_size=2),
            "origin": inside(ORIGINS[level]),
            "place": st.sampled_from(PLACES),
            "note": st.sampled_from(NOTES),
            "precision": st.sampled_from(["exact", "place"]),
            "ring": st.sampled_from(["", "0.4", "3"]),
            "azimuth": st.integers(0, 359),
            "order": st.randoms(use_true_random=False),
        }
    )


def case_of(variant):
    """Return a case with an event of each kind that could give its place away."""
    place, note, shuffle = variant["place"], variant["note"], variant["order"].shuffle
    named = place.split(",")[0] or "nowhere"
    prefix = re.sub(r"\W", "", place) or "n"
    events = [
        {
            "event_id": f"{prefix}-{number}",
            "title": f"Strike on {named}",
            "event_type": kind,
            "start": f"2024-01-{day}T18:00",
            "place_name": place,
            "longitude": repr(lon),
            "latitude": repr(lat),
            "location_precision": variant["precision"],
            "location_uncertainty_km": variant["ring"],
            "summary": note,
            "actors": "Jaish al-Adl;Iran",
            "source_ids": f"{prefix}-1;{prefix}-2",
            "extra": json.dumps({"note": note}),
            "my_column": note,
        }
        for number, (kind, day, (lon, lat)) in enumerate(
            zip(("strike", "attack"), (16, 17), variant["targets"], strict=True)
        )
    ]
    # At the same time as the first, so that nothing but its content can order them.
    events.append({**events[0], "event_id": f"{prefix}-2", "event_type": "bombing"})
    lon, lat = variant["origin"]
    attack = {"attacker": "Iran", "target_actor": "Jaish al-Adl", "source_ids": f"{prefix}-1"}
    point = {"origin_basis": "stated_point", "origin_longitude": repr(lon), "origin_latitude": repr(lat)}
    azimuth = {"origin_basis": "stated_direction", "origin_azimuth_deg": str(variant["azimuth"])}
    attacks = [
        {**attack, **point, "attack_id": f"{prefix}-a", "event_id": f"{prefix}-0", "origin_name": named}
        | {"weapon_range_km": str(3000 + variant["azimuth"]), "alternative_group": f"{prefix}-origins"},
        {**attack, **azimuth, "attack_id": f"{prefix}-b", "event_id": f"{prefix}-1", "origin_name": named}
        | {"origin_azimuth_tolerance_deg": "5", "munitions": "3"},
    ]
    claim = {"event_id": f"{prefix}-0", "text": note, "source_id": f"{prefix}-2"}
    position = {"latitude": events[0]["latitude"], "longitude": events[0]["longitude"]}
    claims = [
        {**claim, "claim_id": f"{prefix}-c1", "claimant": "Iran", "subject": "killed", "value_min": "9"},
        {**claim, "claim_id": f"{prefix}-c2", "claimant": "Dawn", "subject": "place", "grade": "disputed"}
        | position,
        {**claim, "claim_id": f"{prefix}-c3", "claimant": "Iran", "subject": "killed", "value_min": "7"}
        | {"excluded_reason": f"a count in {named}"},
        {**claim, "claim_id": f"{prefix}-c4", "claimant": "Dawn", "subject": "sites", "value_min": "2"}
        | {"supersedes": ""},
        {**claim, "claim_id": f"{prefix}-c5", "claimant": f"Commissioner of {named.title()}"}
        | {"subject": "injured", "value_min": "4"},
    ]
    sources = [
        {"source_id": f"{prefix}-1", "publisher": "Dawn", "published": "2024-01-17", "title": note}
        | {"url": f"https://example.org/{prefix}"},
        {"source_id": f"{prefix}-2", "publisher": "Reuters", "accessed": "2024-02-01", "title": named}
        | {"url": "https://example.org/?at=26.9642"},
    ]
    shuffle(events)
    shuffle(sources)
    head = head_text(title=f"Strikes on {named}" if place else "Reported events", summary=note)
    head += f'\nunknowns = ["Where {named} lies."]\n[view]\nlatitude = {events[0]["latitude"]}\n'
    head += f"longitude = {events[0]['longitude']}\nzoom = 12\n"
    head += f'[[corrections]]\ndate = "2024-01-20"\ntext = "It was {named}."\n'
    tables = {"events": events, "attacks": attacks, "claims": claims, "sources": sources}
    files = {f"{name}.csv": table_text(rows).encode() for name, rows in tables.items()}
    case = case_of_files({"case.toml": head.encode(), **files})
    assert case.report.rejected == 0, case.report.lines()
    return case


def surfaces(record):
    """Return everything that leaves of a record, by name, as text."""
    found = {}
    for box in BOXES:
        wanted = EventFilter(bbox=box)
        for fmt in FORMATS:
            data = export_bytes(record, wanted, fmt)
            found[f"{fmt} {box}"] = text_of(data, fmt)
            found[f"{fmt} {box} bytes"] = sha256(data).hexdigest()
        scene = build_scene(record, wanted)
        printed = build_scene(record, wanted, extent=(60.0, 24.0, 68.0, 31.0), only_extent=True)
        found[f"scene {box}"] = scene_json(scene).decode()
        found[f"caption {box}"] = caption_text(printed)
        found[f"alt {box}"] = alt_text(printed)
        found[f"png {box}"] = json.dumps(picture_facts(printed, PrintOptions(date(2024, 2, 1))))
        found[f"name {box}"] = file_name(printed, "a4-landscape", date(2024, 2, 1), "png")
        found[f"query {box}"] = scene.query
    found["join"] = join_bytes(record, "csv").decode()
    for event_id in record.times:
        found[f"card {event_id}"] = json.dumps(card_dict(event_card(record, event_id)))
    found["case"] = "\n".join(data.decode() for data in case_files(record.case).values())
    return found


@pytest.mark.parametrize("level", LEVELS)
def test_cases_that_differ_inside_a_unit_alone_leave_the_same_bytes(level):
    # Two cases are slow to make, and no smaller example would say more than the first that differs.
    @settings(
        max_examples=2,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
        derandomize=True,
    )
    @given(one=variants(level), other=variants(level))
    def check(one, other):
        left, right = (generalised_record(build_record(case_of(v)), level) for v in (one, other))
        assert set(left.events["area"]) == {LEVELS[level]}
        assert surfaces(left) == surfaces(right)
        assert left.case.data_hash == right.case.data_hash

    check()


EXAMPLE = {
    "targets": [(64.2173, 26.8642), (64.0311, 26.9127)],
    "origin": (60.6437, 25.4271),
    "place": "Koh-e-Testan, near Zarrinqala",
    "note": "26.8642, 64.2173: see https://example.org/zarrinqala",
    "precision": "exact",
    "ring": "",
    "azimuth": 243,
}


@pytest.fixture(scope="module")
def example():
    """Return the record of a case that gives its places away wherever it can."""
    return build_record(case_of({**EXAMPLE, "order": random.Random(1)}))


@pytest.mark.parametrize("level", LEVELS)
def test_no_export_gives_a_point_a_name_an_id_a_note_or_a_link_back(example, level):
    generalised = generalised_record(example, level)
    told = surfaces(generalised)
    lost = ["testan", "zarrinqala", "koheTestan", "example.org", "see https", "243", "c5", "commissioner of"]
    numbers = [f"{value:.4f}" for at in (*EXAMPLE["targets"], EXAMPLE["origin"]) for value in at]
    for name, text in told.items():
        for word in [*lost[:5], *lost[7:], *numbers]:
            assert word.casefold() not in text.casefold(), (name, word)
    before = {*example.times, *example.attacks["attack_id"], *example.case.claims["claim_id"]}
    after = {*generalised.times, *generalised.attacks["attack_id"], *generalised.case.claims["claim_id"]}
    assert not before & after
    assert not before & set(re.findall(r"[\w-]+", "\n".join(told.values())))


@pytest.mark.parametrize("level", LEVELS)
def test_no_position_is_left_but_those_of_units(example, level):
    generalised = generalised_record(example, level)
    assert generalised.events[["latitude", "longitude", "location_uncertainty_km"]].isna().all(axis=None)
    numbers = ["origin_latitude", "origin_longitude", "origin_azimuth_deg", "weapon_range_km"]
    assert generalised.attacks[numbers].isna().all(axis=None)
    scene = build_scene(generalised, EventFilter())
    assert not scene.points and not scene.wedges
    unit = boundaries.unit(LEVELS[level])
    assert {mark.point for mark in scene.areas} == {(unit.label_lon, unit.label_lat)}
    collection = json.loads(export_bytes(generalised, EventFilter(), "geojson"))
    kinds = {feature["geometry"]["type"] for feature in collection["features"] if feature["geometry"]}
    assert kinds <= {"Polygon", "MultiPolygon"}
    assert collection["metadata"]["generalised"] == {d.level: d.words for d in DETAILS.values()}[level]


def test_a_box_cannot_be_halved_down_to_a_point():
    west, east = ({**EXAMPLE, "targets": [(lon, 26.9)] * 2} for lon in (63.5, 64.3))
    left, right = (build_record(case_of({**v, "order": random.Random(1)})) for v in (west, east))
    box = [63.3, 26.5, 64.6, 27.2]
    seen_apart = False
    general = [generalised_record(record, 2) for record in (left, right)]
    for _ in range(8):
        middle = (box[0] + box[2]) / 2
        wanted = EventFilter(bbox=(box[0], box[1], middle, box[3]))
        seen_apart |= len(left.select(wanted).events) != len(right.select(wanted).events)
        found = [list(record.select(wanted).events["event_id"]) for record in general]
        assert found[0] == found[1]
        box[0] = middle
    assert seen_apart  # as recorded, the box does tell them apart


def test_a_finer_area_finds_nothing_and_is_refused():
    record = generalised_record(build_record(case_of({**EXAMPLE, "order": random.Random(1)})), 1)
    assert record.select(EventFilter(areas=("PK-BA-panjgur",))).events.empty
    assert len(record.select(EventFilter(areas=("PK-BA",))).events) == 3
    with pytest.raises(UsageError, match="finer") as error:
        check_areas(EventFilter(areas=("PAK", "PK-BA-panjgur")), 1)
    assert error.value.value == "PK-BA-panjgur"


def test_the_pictures_are_the_same_to_the_last_byte():
    pictures = []
    for target, name in (((63.6, 26.9), "Zarrinqala"), ((65.0, 28.0), "Quuxabad")):
        variant = {**EXAMPLE, "targets": [target] * 2, "place": name, "order": random.Random(name)}
        record = generalised_record(build_record(case_of(variant)), 1)
        scene = build_scene(record, EventFilter(), only_extent=True)
        pictures.append(draw_map(scene, PrintOptions(date(2024, 2, 1), dpi=96)))
    assert pictures[0] == pictures[1]
    assert b"Strikemap-Generalised" in pictures[0]


def test_the_bundled_case_by_level(bundled):
    hashes = {bundled.case.data_hash}
    for detail in DETAILS.values():
        record = generalised_record(bundled, detail.level)
        hashes.add(record.case.data_hash)
        assert len(record.events) == len(bundled.events)
        assert record.default_filter == bundled.default_filter
        finest = [boundaries.unit(area).level for area in record.events["drawn_area"] if area]
        assert max(finest) == detail.level
        told = "\n".join(surfaces(record).values()).casefold()
        for word in ("koh-e-sabz", "sham-e-sar", "pirmam", "haqabad", "taltita", "makran", "dawn-1806685"):
            assert word not in told, (detail.key, word)
        assert detail.words in caption_text(build_scene(record, EventFilter()))
        assert [e.text for e in build_scene(record, EventFilter()).legend if e.symbol == "area"] == [
            f"Generalised: shown by {detail.unit}{' or a larger unit' if detail.level else ''}, "
            "not where it was; the number counts its events"
        ]
    assert len(hashes) == 4


def test_figures_claimants_and_days_are_kept(bundled):
    record = generalised_record(bundled, 1)
    for name in ("killed_text", "injured_text", "claims_count", "claimants_count", "first_day", "last_day"):
        assert list(record.events[name]) == list(bundled.events[name]), name
    assert record.events["killed_text"].str.startswith("9 to 10 or more killed (4 claimants)").any()


def test_what_is_known_more_coarsely_stays_so_and_titles_name_the_unit(bundled):
    record = generalised_record(bundled, 2)
    rows = {row["title"]: row for row in record.events.to_dict("records")}
    assert rows["Reported strike in Panjgur district"]["location_precision"] == "admin2"
    assert rows["Reported attack in Pakistan"]["area"] == "PAK"
    assert rows["Reported attack in Sistan and Baluchestan province"]["location_precision"] == "admin1"


def test_directions_follow_from_areas_and_a_stated_azimuth_is_left_out(example, bundled):
    record = generalised_record(example, 1)
    point, azimuth = record.attacks.sort_values("origin_basis").to_dict("records")
    assert (point["origin_basis"], point["origin_area"]) == ("stated_area", "IR-11")
    assert point["direction_status"] == "not_determinable"  # the two provinces touch
    assert (azimuth["origin_basis"], azimuth["from_text"]) == ("unknown", DIRECTION_LEFT_OUT)
    texts = set(generalised_record(bundled, 1).attacks["from_text"])
    assert any(text.startswith("from the east-south-east") for text in texts)


def test_a_place_in_no_unit_is_unknown_and_the_sea_stays_the_sea(make_record):
    sea = {"latitude": "10", "longitude": "60", "place_name": "Somewhere"}
    record = make_record(
        [{**sea, "location_precision": "exact"}, {**sea, "location_precision": "sea_or_air"}]
    )
    rows = generalised_record(record, 2).events.to_dict("records")
    assert sorted((row["location_precision"], row["area"], row["title"]) for row in rows) == [
        ("sea_or_air", "", "Reported strike"),
        ("unknown", "", "Reported strike"),
    ]


def test_a_generalised_case_stays_so_when_written_and_read(example, tmp_path):
    case = generalise_case(example, 1)
    again = case_of_files(case_files(case))
    assert again.meta.generalised == "admin1" and again.data_hash == case.data_hash
    for level in (2, 1):  # what was removed does not come back
        assert generalise_case(build_record(again), level).data_hash == case.data_hash
    assert generalise_case(build_record(again), 0).meta.generalised == "country"
    path = tmp_path / "export.csv"
    path.write_bytes(export_bytes(build_record(case), EventFilter(), "csv"))
    assert load_case(path).meta.generalised == "admin1"


@pytest.mark.parametrize(
    ("unit_id", "level", "coarse"),
    [
        ("PK-BA-panjgur", 2, "PK-BA-panjgur"),
        ("PK-BA-panjgur.parome", 2, "PK-BA-panjgur"),
        ("PK-BA-panjgur", 1, "PK-BA"),
        ("PAK", 2, "PAK"),
        ("nowhere", 2, ""),
    ],
)
def test_the_unit_of_a_level(unit_id, level, coarse):
    assert coarser_unit(unit_id, level) == coarse


def test_a_level_that_is_none_is_refused(example):
    with pytest.raises(UsageError, match="not a level"):
        generalise_case(example, 3)


def test_a_zone_of_a_part_of_a_country_is_told_in_utc(make_record):
    assert tells_a_part("America/Indiana/Knox") and tells_a_part("US/Eastern")
    assert not tells_a_part("Asia/Karachi") and not tells_a_part("UTC")
    told = told_in_utc("2024-01-16T22:30", zone_name="America/Indiana/Knox", precision="minute")
    assert told == "2024-01-17T04:30:00"
    row = {"time_zone": "America/Indiana/Knox", "country_iso3": "USA", "start": "2024-01-16T22:30"}
    record = make_record([row, {**row, "start": "2024-01-16"}])
    zones = {level: set(generalised_record(record, level).events["time_zone"]) for level in LEVELS}
    assert zones == {2: {"America/Indiana/Knox"}, 1: {"UTC"}, 0: {"UTC"}}


def test_names_that_hold_a_place_are_replaced_alike_everywhere(make_record):
    point = {"latitude": "26.9", "longitude": "64.1", "location_precision": "place", "place_name": "Parome"}
    actors = "Panjgur Levies;Iranian police;Jaish al-Adl;Pakistan Army"
    claim = {"event_id": "e0", "subject": "killed", "source_id": "s"}
    claims = [
        {**claim, "claim_id": "1", "claimant": "panjgur levies", "value_min": "3"},
        {**claim, "claim_id": "2", "claimant": "@ParomeNews", "value_min": "4"},
        {**claim, "claim_id": "3", "claimant": "Official in Buleda, Pakistan", "value_min": "5"},
    ]
    source = {"source_id": "s", "publisher": "https://t.me/somebody"}
    record = make_record([{**point, "actors": actors}], claims=claims, sources=[source])
    case = generalise_case(record, 1)
    kept = schema.split(case.events["actors"][0])
    assert kept == ("Name 1 (left out)", "Iranian police", "Jaish al-Adl", "Pakistan Army")
    assert list(case.claims["claimant"]) == [f"Name {number} (left out)" for number in (1, 2, 3)]
    assert list(case.sources["publisher"]) == ["Name 4 (left out)"]


def test_units_of_ones_own_may_be_as_small_as_a_place_and_are_left_out(write_case, tmp_path):
    ring = [[64.0, 26.8], [64.2, 26.8], [64.2, 27.0], [64.0, 27.0], [64.0, 26.8]]
    square = {"type": "Feature", "properties": {"name": "Zarrinqala"}}
    square["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    path = tmp_path / "zones.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [square]}), encoding="utf-8")
    layer = use_layer(open_layer(str(path), level=2, licence="CC0"), joins=True, is_focus=True)
    point = {"latitude": "26.9", "longitude": "64.1", "location_precision": "exact"}
    case = load_case(write_case([point]))
    record = build_record(case, layers=[layer])
    assert record.events["adm2_name"][0] == "Zarrinqala"
    generalised = generalised_record(record, 2)
    assert list(generalised.events["area"]) == ["PK-BA-panjgur"]
    assert "zarrinqala" not in "".join(surfaces(generalised).values()).casefold()
    assert generalised.case.data_hash == generalise_case(build_record(case), 2).data_hash
