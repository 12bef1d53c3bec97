"""Many attacks: their events count in cells, their lines gather in flows, and nothing unstated is drawn."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from geodata.cases.read import case_of_bytes
from geodata.errors import InputError
from geodata.filters import EventFilter
from geodata.record import Record, build_record
from geodata.render.web import scene_json, view_json
from geodata.scene_build import build_scene
from geodata.store.columns import columns_of
from geodata.store.disk import map_attacks, map_columns
from geodata.store.flows import MOST_FLOWS, gathered_flows
from geodata.store.frames import frames_of_store
from geodata.store.making import finish_columns
from geodata.store.scene import scene_of
from geodata.store.store import AIMED_IN_SCENE, Store, store_of
from geodata.store.view import view_of
from geodata.store.window import window_of

COUNT = 1_500
WORLD = (-180.0, -85.0, 180.0, 85.0)
TOML = """id = "many"
title = "Made-up attacks"
summary = "s"
version = "1"
information_as_of = 2024-03-01
time_zone = "UTC"
date_from = 2024-01-01
date_to = 2024-02-28
licence = "CC0"
[[parties]]
id = "north"
name = "North"
members = []
colour = "#B35806"
letter = "N"
"""
SITES = [("Alpha", 36.2, 59.6), ("Bravo", 30.3, 57.1), ("Charlie", 27.2, 60.7)]


def many_attacks(*, loose: int = 1_200) -> bytes:
    """Return a case whose attacks state a point, an area, an azimuth, or nothing; some of two points."""
    random = np.random.default_rng(11)
    events, attacks = [], []
    for n in range(COUNT + loose):
        day = date(2024, 1, 1) + timedelta(days=n % 58)
        end = day + timedelta(days=3) if n % 9 == 0 else ""
        head = f"e{n},Event {n},strike,{day},{end}"
        lat, lon = 30 + random.normal(0, 1.2), 68 + random.normal(0, 1.2)
        if n % 25 == 7:
            events.append(f"{head},,,admin1,,PK-BA,s1")
        elif n % 25 == 8:
            events.append(f"{head},,,unknown,,,s1")
        else:
            events.append(f"{head},{lat:.3f},{lon:.3f},place,5,,s1")
        if n >= COUNT:
            continue
        name, y, x = SITES[n % 3]
        attacker = ("North", "Someone", "")[n % 3]
        stated = {
            0: f"stated_point,{name},{y},{x},,,,",
            1: "stated_area,,,,IR-09,,,",
            2: "unknown,,,,,,,",
            3: "stated_direction,,,,,280,20,",
        }[(n // 3) % 4]
        attacks.append(f"a{n},e{n},{attacker},{stated},s1")
        if n % 30 == 0:  # another claimant names another place: one act
            attacks[-1] = f"a{n},e{n},{attacker},stated_point,{name},{y},{x},,,,g{n},s1"
            attacks.append(f"b{n},e{n},{attacker},stated_point,{name},{y + 0.01},{x},,,,g{n},s1")
    tables = {
        "events": "event_id,title,event_type,start,end,latitude,longitude,location_precision,"
        "location_uncertainty_km,area,source_ids\n" + "\n".join(events),
        "attacks": "attack_id,event_id,attacker,origin_basis,origin_name,origin_latitude,origin_longitude,"
        "origin_area,origin_azimuth_deg,origin_azimuth_tolerance_deg,alternative_group,source_ids\n"
        + "\n".join(attacks),
        "claims": "claim_id,event_id,claimant,subject",
        "sources": "source_id,publisher,title\ns1,Somebody,Something",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("case.toml", TOML)
        for name, text in tables.items():
            archive.writestr(f"{name}.csv", text + "\n")
    return out.getvalue()


@pytest.fixture(scope="module")
def aimed() -> Record:
    return build_record(case_of_bytes(many_attacks(), "many.zip"))


@pytest.fixture(scope="module")
def flowing(aimed) -> Store:
    return store_of(aimed)


@pytest.fixture(scope="module")
def lines(aimed) -> pd.DataFrame:
    """The attacks of which the whole scene draws a line."""
    drawn = {attack_id for mark in build_scene(aimed, EventFilter()).lines for attack_id in mark.ids}
    return aimed.attacks[aimed.attacks["attack_id"].isin(drawn)]


def test_the_attacks_of_a_store_are_those_whose_line_is_drawn(flowing, lines):
    assert len(flowing.attacks) == len(lines) > 600
    ids = flowing.brief["event_id"].take(flowing.attacks.row.tolist()).to_pylist()
    assert Counter(ids) == Counter(lines["event_id"])
    assert flowing.gathers_aimed and len(flowing.aimed) == COUNT > AIMED_IN_SCENE


@pytest.mark.parametrize("zoom", [2, 4, 6, 9])
@pytest.mark.parametrize(
    "wanted",
    [
        EventFilter(),
        EventFilter(date_from=date(2024, 1, 9), date_to=date(2024, 1, 12)),
        EventFilter(actors=("north",)),
    ],
)
def test_every_event_is_in_one_mark_and_every_act_in_one_flow_or_told_of(aimed, flowing, lines, zoom, wanted):
    selected = aimed.select(wanted)
    drawn_as = selected.events["drawn_as"]
    view, scene = view_of(flowing, wanted, WORLD, zoom), scene_of(flowing, wanted)
    assert len(view.points) + sum(cell.count for cell in view.cells) == int((drawn_as == "point").sum())
    assert sum(mark.count for mark in scene.areas) == int((drawn_as == "area").sum())
    assert scene.placeless == int((drawn_as == "").sum())
    assert scene.marginalia.counts == build_scene(aimed, wanted).marginalia.counts
    assert not scene.lines and not scene.wedges and not scene.points
    mine = lines[lines["event_id"].isin(selected.events["event_id"])]
    acts = (
        mine["event_id"]
        + " "
        + mine["alternative_group"].where(mine["alternative_group"] != "", mine["attack_id"])
    )
    found = gathered_flows(flowing, wanted, window_of(WORLD, zoom))
    assert sum(flow.count for flow in view.flows) + found.rest == acts.nunique()
    assert len(view.flows) <= MOST_FLOWS and all(flow.origin != flow.target for flow in view.flows)
    for flow in view.flows:
        assert "stated by their claimants; lines are not flight paths" in flow.words
        assert flow.party in {party.id for party in scene.parties}
    assert {entry.party for entry in scene.legend if entry.symbol == "flow"} >= {f.party for f in view.flows}


def test_what_is_too_much_or_too_short_to_draw_is_told(flowing, monkeypatch):
    monkeypatch.setattr("geodata.store.flows.MOST_FLOWS", 2)
    view = view_of(flowing, EventFilter(), WORLD, 5)
    assert len(view.flows) == 2 and view.flows[0].count >= view.flows[1].count
    assert "more attacks with a stated origin begin or end here and are not drawn" in view.rest
    far = view_of(flowing, EventFilter(), WORLD, 0)
    assert not far.flows and "too short at this zoom" in far.rest


def test_a_flow_says_from_where_and_by_whom(flowing):
    view = view_of(flowing, EventFilter(), (55.0, 20.0, 75.0, 42.0), 6)
    words = " ".join(flow.words for flow in view.flows)
    assert "attacks by North from near Alpha" in words
    assert "somewhere in " in words and ", unattributed, from" in words
    few = [flow for flow in view.flows if flow.ids]
    assert all(event_id in view.titles for flow in few for event_id in flow.ids)
    told = json.loads(view_json(view))
    assert [flow["key"] for flow in told["flows"]] == [flow.key for flow in view.flows]
    assert json.loads(scene_json(scene_of(flowing, EventFilter())))["parties"]["north"]["letter"] == "N"


def test_a_view_elsewhere_has_no_flows(flowing):
    view = view_of(flowing, EventFilter(), (-80.0, -20.0, -60.0, 0.0), 5)
    assert not view.flows and not view.rest


def test_frames_count_the_acts_of_each_flow(aimed, flowing):
    found = frames_of_store(flowing, EventFilter(), WORLD, 4)
    view = view_of(flowing, EventFilter(), WORLD, 4)
    assert [key for key, _ in found.flows] == [flow.key for flow in view.flows]
    for frame in (0, 8, 40):
        day = found.span.starts[frame]
        of_day = view_of(flowing, EventFilter(date_from=day, date_to=day), WORLD, 4)
        counts = {
            key: one.counts[frame - one.first]
            for key, one in found.flows
            if 0 <= frame - one.first < len(one.counts) and one.counts[frame - one.first]
        }
        assert counts == {flow.key: flow.count for flow in of_day.flows}
        points = sum(
            one.counts[frame - one.first]
            for *_, one in found.cells
            if 0 <= frame - one.first < len(one.counts)
        ) + sum(a <= frame <= b for a, b in zip(found.first, found.last, strict=True))
        events = aimed.select(EventFilter(date_from=day, date_to=day)).events
        assert points == int((events["drawn_as"] == "point").sum())


def test_up_to_the_limit_each_attack_is_drawn(aimed):
    keep = ~aimed.events["event_id"].isin([f"e{n}" for n in range(AIMED_IN_SCENE, COUNT)]).to_numpy()
    few = aimed.subset(keep)
    store = store_of(few)
    assert len(store.aimed) == AIMED_IN_SCENE and not store.gathers_aimed
    scene, whole = scene_of(store, EventFilter()), build_scene(few, EventFilter())
    assert scene.lines == whole.lines and scene.wedges == whole.wedges
    view = view_of(store, EventFilter(), WORLD, 4)
    assert not view.flows and not view.rest
    assert len(view.points) + sum(c.count for c in view.cells) + len(scene.points) == len(whole.points)


def test_attacks_lie_beside_the_columns_of_a_store_on_disk(aimed, flowing, tmp_path):
    columns, order = columns_of(aimed.events, aimed.attacks)
    section = np.repeat(
        [0, 1, 2], [columns.loose, columns.areas - columns.loose, len(columns) - columns.areas]
    )
    events = aimed.events.iloc[order].reset_index(drop=True).assign(section=section)
    for name in ("events", "attacks"):
        (tmp_path / name).mkdir()
    for part, (a, b) in enumerate(((0, 1_100), (1_100, len(events)))):
        some = events.iloc[a:b]
        some.drop(columns=["start_utc"]).to_parquet(tmp_path / "events" / f"part-{part:05}.parquet")
        of_part = aimed.attacks[aimed.attacks["event_id"].isin(some["event_id"])]
        of_part.to_parquet(tmp_path / "attacks" / f"part-{part:05}.parquet")
    finish_columns(tmp_path)
    mapped, counts, brief, _, _ = map_columns(tmp_path)
    attacks = map_attacks(tmp_path)
    assert len(attacks) == len(flowing.attacks)
    stored = replace(flowing, columns=mapped, counts=counts, brief=brief, attacks=attacks)
    for zoom in (3, 6):
        assert view_of(stored, EventFilter(), WORLD, zoom) == view_of(flowing, EventFilter(), WORLD, zoom)
    np.save(tmp_path / "columns" / "attack-lon.npy", np.zeros(3), allow_pickle=False)
    with pytest.raises(InputError, match="more than one length"):
        map_attacks(tmp_path)
    (tmp_path / "columns" / "attack-lon.npy").unlink()
    with pytest.raises(InputError, match="damaged"):
        map_attacks(tmp_path)
