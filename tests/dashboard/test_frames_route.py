"""The route of frames: what it answers for a small case and for very many events, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.routing import Match

from dashboard.cache import CASES_VARIABLE
from dashboard.routes import ROOT, routes
from geodata.store.store import CELLS_FROM

HEAD = """id = "many"
title = "t"
summary = "s"
version = "1"
time_zone = "UTC"
date_from = 2024-01-01
date_to = 2024-01-28
"""


def ask(*query: tuple[str, str]) -> tuple[int, str]:
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"{ROOT}/frames.json",
        "query_string": urlencode(query).encode(),
        "headers": [],
    }
    (route,) = [route for route in routes() if route.matches(scope)[0] is Match.FULL]
    response = route.endpoint(Request(scope))
    return response.status_code, bytes(response.body).decode()


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases") / "many"
    folder.mkdir()
    rows = [
        f"e{n},t,clash,2024-01-{1 + n % 28:02},{30 + n % 7},{68 + n % 5},place,5,s1"
        for n in range(CELLS_FROM + 100)
    ]
    (folder / "case.toml").write_text(HEAD, encoding="utf-8")
    (folder / "events.csv").write_text(
        "event_id,title,event_type,start,latitude,longitude,location_precision,location_uncertainty_km,"
        "source_ids\n" + "\n".join(rows),
        encoding="utf-8",
    )
    (folder / "sources.csv").write_text("source_id,publisher,title\ns1,p,t\n", encoding="utf-8")
    return folder.parent


@pytest.fixture(autouse=True)
def offered(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CASES_VARIABLE, str(cases))


def test_a_small_case_has_the_frames_of_each_event_whatever_the_view() -> None:
    status, body = ask(("case", "iran-pakistan-2024"), ("from", "2024-01-16"), ("to", "2024-01-18"))
    told = json.loads(body)
    assert status == 200 and told["whole"] and told["words"][0] == "16 January 2024"
    assert len(told["totals"]) == 3 and "panjgur" in told["ids"] and not told["cells"]


def test_very_many_events_have_the_frames_of_a_view() -> None:
    view = (("bbox", "60,20,80,40"), ("zoom", "5"))
    status, body = ask(("case", "many"), *view)
    told = json.loads(body)
    assert status == 200 and not told["whole"] and len(told["words"]) == 28
    assert sum(sum(cell[3]) for cell in told["cells"]) == CELLS_FROM + 100 == sum(told["totals"])
    _, elsewhere = ask(("case", "many"), ("bbox", "-80,-20,-60,0"), ("zoom", "5"))
    assert not json.loads(elsewhere)["cells"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ((), "four numbers"),
        ((("bbox", "60,20,80,40"),), "not a zoom"),
        ((("bbox", "60,20,80,40"), ("zoom", "nan")), "not a zoom"),
        ((("bbox", "60,20,80,40"), ("zoom", "99")), "not a zoom"),
        ((("bbox", "60,40,80,20"), ("zoom", "5")), "not a box"),
        ((("bbox", "nan,20,80,40"), ("zoom", "5")), "not a box"),
    ],
)
def test_a_wrong_question_is_refused(query: tuple[tuple[str, str], ...], words: str) -> None:
    status, body = ask(("case", "many"), *query)
    assert status == 400 and words in body


def test_there_is_nothing_of_a_case_that_is_not_known() -> None:
    status, body = ask(("case", "../../etc"))
    assert status == 400 and "no such case" in body
