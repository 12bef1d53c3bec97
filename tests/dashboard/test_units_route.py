"""The route of units: what it answers, what it refuses, and how long it may be kept."""

import gzip
import json
from urllib.parse import urlencode

import pytest
from starlette.requests import Request
from starlette.routing import Match

from dashboard.routes import ROOT, routes


def ask(*query, zipped=False):
    """Return status, headers and JSON of a request to the route."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"{ROOT}/units.json",
        "query_string": urlencode(query).encode(),
        "headers": [(b"accept-encoding", b"gzip")] if zipped else [],
    }
    (route,) = [route for route in routes() if route.matches(scope)[0] is Match.FULL]
    response = route.endpoint(Request(scope))
    body = gzip.decompress(response.body) if zipped else response.body
    return response.status_code, response.headers, json.loads(body)


def test_a_country_comes_zipped_and_may_be_kept_for_ever():
    status, headers, sent = ask(("country", "PAK"), ("level", "1"), ("v", "abc"), zipped=True)
    assert status == 200 and headers["content-encoding"] == "gzip"
    assert "immutable" in headers["cache-control"]
    assert {unit["country"] for unit in sent["units"]} == {"PAK"}


def test_without_a_version_in_its_address_nothing_is_kept():
    _, headers, sent = ask(("id", "PK-BA"), ("id", "IR-11"))
    assert headers["cache-control"] == "no-cache"
    assert [unit["id"] for unit in sent["units"]] == ["PK-BA", "IR-11"]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ([], 400, "neither a country nor ids"),
        ([("country", "PAK"), ("id", "PK-BA")], 400, "a country and ids"),
        ([("country", "PAK"), ("level", "3")], 400, "not drawn"),
        ([("country", "PAK"), ("level", "²")], 400, "not a number"),
        ([("country", "PAK"), ("level", "1e3")], 400, "not a number"),
        ([("country", "pak")], 404, "did you mean PAK"),
        ([("country", "../../etc")], 404, "no such country"),
        ([("id", "PK-BA-panjgoor")], 404, "PK-BA-panjgur"),
        ([("id", str(number)) for number in range(51)], 400, "at most"),
    ],
)
def test_a_wrong_question_gets_a_clear_answer(query, status, words):
    answered, headers, sent = ask(*query)
    assert answered == status and headers["cache-control"] == "no-store"
    assert words in sent["error"] and sent["reason"]
