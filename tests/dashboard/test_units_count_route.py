"""The route of events by unit: a small case and very many events, what it refuses, how large it is."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from dashboard.cache import CASES_VARIABLE
from dashboard.routes import ROOT, routes
from geodata import boundaries
from geodata.store.store import CELLS_FROM

HEAD = """id = "many"
title = "t"
summary = "s"
version = "1"
time_zone = "UTC"
date_from = 2024-01-01
date_to = 2024-01-28
"""
COUNT = CELLS_FROM + 100


def answer(*query: tuple[str, str], headers: tuple[tuple[bytes, bytes], ...] = ()) -> Response:
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"{ROOT}/units_count.json",
        "query_string": urlencode(query).encode(),
        "headers": list(headers),
    }
    (route,) = [route for route in routes() if route.matches(scope)[0] is Match.FULL]
    found: Response = route.endpoint(Request(scope))
    return found


def ask(*query: tuple[str, str]) -> tuple[int, str]:
    response = answer(*query)
    return response.status_code, bytes(response.body).decode()


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a case that has an event in each of very many provinces."""
    folder = tmp_path_factory.mktemp("cases") / "many"
    folder.mkdir()
    provinces = boundaries.load_units(1, resolution="screen")["id"].tolist()
    rows = [f"e{n},t,clash,2024-01-{1 + n % 28:02},{provinces[2 * n]},admin1,s1" for n in range(COUNT)]
    (folder / "case.toml").write_text(HEAD, encoding="utf-8")
    (folder / "events.csv").write_text(
        "event_id,title,event_type,start,area,location_precision,source_ids\n" + "\n".join(rows),
        encoding="utf-8",
    )
    (folder / "sources.csv").write_text("source_id,publisher,title\ns1,p,t\n", encoding="utf-8")
    return folder.parent


@pytest.fixture(autouse=True)
def offered(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CASES_VARIABLE, str(cases))


def test_a_small_case_has_its_numbers_by_unit_for_a_filter() -> None:
    dates = (("from", "2023-12-01"), ("to", "2024-04-30"))
    status, body = ask(("case", "iran-pakistan-2024"), *dates, ("type", "strike"), ("level", "1"))
    told = json.loads(body)
    assert status == 200 and told["level"] == 1 and told["wanted"] == {"1": ["IRN", "IRQ", "PAK", "SYR"]}
    at = told["ids"].index("PK-BA")
    assert told["counts"][at] == 1
    assert told["texts"][told["words"][at]].startswith("1 reported strike; ")
    assert (
        boundaries.unit("PK-BA").name + told["endings"][told["suffixes"][at]]
        == "Balochistan province, Pakistan"
    )
    assert "4 of 4 events are known to a province" in told["legend"][0]["text"]


def test_a_filter_changes_the_numbers_and_a_part_of_the_map_does_not() -> None:
    asked = (("case", "many"), ("from", "2024-01-01"), ("to", "2024-01-14"), ("level", "1"))
    _, body = ask(*asked)
    assert sum(json.loads(body)["counts"]) == COUNT // 2
    assert ask(*asked, ("bbox", "60,20,61,21")) == (200, body)


def test_very_many_units_are_a_small_answer() -> None:
    packed = answer(("case", "many"), ("level", "1"), headers=((b"accept-encoding", b"gzip"),))
    assert packed.headers["content-encoding"] == "gzip" and len(packed.body) < 100_000
    _, body = ask(("case", "many"), ("level", "1"))
    assert len(json.loads(body)["ids"]) == COUNT


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ((("case", "many"),), "not a number"),
        ((("case", "many"), ("level", "x")), "not a number"),
        ((("case", "many"), ("level", "-1")), "not a number"),
        ((("case", "many"), ("level", "\u0663")), "not a number"),
        ((("case", "many"), ("level", "3")), "not a level"),
        ((("case", "../../etc"), ("level", "1")), "no such case"),
        ((("case", "many"), ("session", "guess"), ("level", "1")), "session is over"),
    ],
)
def test_a_wrong_question_is_refused(query: tuple[tuple[str, str], ...], words: str) -> None:
    status, body = ask(*query)
    assert status == 400 and words in body
