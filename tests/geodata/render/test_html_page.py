"""The page of one file: what is in it, that it asks for nothing, and that it says what the live map says."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from geodata.cases import load_case
from geodata.cases.read import case_of_bytes
from geodata.errors import InputError
from geodata.filters import EventFilter
from geodata.record import build_record
from geodata.render import html_page as module
from geodata.render.html_page import html_page
from geodata.render.page_scenes import LISTS, MOST_CUTS, WHOLE, all_scenes
from geodata.render.web import scene_json
from geodata.scene_build import build_scene

WINDOW = EventFilter(date_from=date(2024, 1, 10), date_to=date(2024, 1, 22))


class Page(HTMLParser):
    """Collects tags, attributes and texts."""

    def __init__(self, html: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self._open = ""
        self.feed(html.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data):
        self.texts.setdefault(self._open, []).append(data)

    def meta(self, name: str) -> str:
        return next(a["content"] for t, a in self.tags if t == "meta" and a.get("name") == name)


def data_of(html: bytes) -> dict[str, object]:
    found = re.search(rb'id="strikemap-data">\n(.*?)</script>', html, re.DOTALL)
    return json.loads(found[1])


def unpacked(data: dict[str, object], name: str) -> object:
    return json.loads(gzip.decompress(base64.b64decode(data["packed"][name])))


@pytest.fixture(scope="module")
def record():
    return build_record(load_case("iran-pakistan-2024"))


@pytest.fixture(scope="module")
def html(record):
    return html_page(record, WINDOW)


def test_it_is_small_and_asks_no_host_for_anything(html):
    assert len(html) < 2_000_000
    page = Page(html)
    for tag, attributes in page.tags:
        assert not {"src", "srcset", "poster", "action", "onload", "onclick", "style"} & set(attributes), tag
        assert tag not in ("link", "iframe", "object", "embed", "base", "form", "img")
    style = "".join(page.texts["style"])
    assert not re.search(r"url\((?!data:)|@import", style)
    links = [a["href"] for t, a in page.tags if t == "a"]
    assert links and all(link.startswith(("http://", "https://")) for link in links)
    assert all(a["rel"] == "noopener noreferrer" for t, a in page.tags if t == "a")


def test_the_policy_allows_these_scripts_and_this_style_alone(html):
    page = Page(html)
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == "'none'" and parts["base-uri"] == "'none'"
    assert "unsafe" not in policy and "http" not in policy
    scripts = re.findall(rb"<script>(.*?)</script>", html, re.DOTALL)
    (style,) = re.findall(rb"<style>(.*?)</style>", html, re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'" for text in scripts]
    assert parts["script-src"].split() == hashes
    assert parts["style-src"] == f"'sha256-{base64.b64encode(hashlib.sha256(style).digest()).decode()}'"


def test_every_scene_is_the_one_that_the_live_map_draws(record, html):
    data, scenes = data_of(html), all_scenes(record, WINDOW)
    assert data["index"] == [list(row) for row in scenes.index] and not scenes.is_coarse
    ids = list(record.select(WINDOW).events["event_id"])
    day = WINDOW.date_from
    while day <= WINDOW.date_to:
        for end in (day, min(day + timedelta(days=3), WINDOW.date_to), WINDOW.date_to):
            i, j = (max(n for n, start in enumerate(scenes.starts) if start <= d) for d in (day, end))
            told = scenes.scenes[scenes.index[i][j - i]]
            wanted = EventFilter(date_from=day, date_to=end)
            live = json.loads(scene_json(build_scene(record, wanted)))
            for name, value in live.items():
                if name in LISTS:
                    assert [scenes.marks[n] for n in told[name]] == value, name
                elif name in WHOLE:
                    assert scenes.marks[told[name]] == value, name
                elif name == "titles":
                    assert told[name] == list(value)
                else:
                    assert told[name] == value, name
            assert [ids[n] for n in told["events"]] == list(record.select(wanted).events["event_id"])
        day += timedelta(days=1)


def test_evidence_sources_terms_and_what_is_not_known_are_in_the_page(record, html):
    text = " ".join(" ".join(parts) for parts in Page(html).texts.values())
    selected = record.select(WINDOW)
    for title in selected.events["title"]:
        assert title in text
    for sentence in record.meta.unknowns:
        assert sentence in text
    for words in (
        "9 to 10 or more killed (4 claimants)",
        "no opinion on the legal status",
        "CC BY 4.0",
        "ODbL",
    ):
        assert words in text, words
    assert len(re.findall(rb"<li data-event=", html)) == len(selected.events)


def test_what_it_was_made_of_stands_in_its_head(record, html):
    page = Page(html)
    assert page.meta("strikemap:data-hash") == record.case.data_hash
    assert page.meta("strikemap:view") == "?case=iran-pakistan-2024&from=2024-01-10&to=2024-01-22"
    assert "10–22 January 2024" in page.meta("strikemap:filters")
    assert "OpenStreetMap" in page.meta("strikemap:credits")
    assert page.meta("description").startswith("Map. ")


def test_what_the_map_asks_for_is_packed_with_it(html):
    data = data_of(html)
    assert unpacked(data, "base")["units"]
    named = {unit["id"] for unit in unpacked(data, "named")["units"]}
    assert {"PK-BA-panjgur"} <= named
    cards = unpacked(data, "cards")
    assert set(cards) == set(data["titles"])
    assert {"PAK:2", "IRN:2"} <= set(data["packed"])
    assert data["borders"]["panjgur"]


def test_the_whole_window_is_in_a_page_of_the_opening_dates_and_others_alone_in_theirs(record):
    whole = data_of(html_page(record, record.default_filter))
    assert (whole["starts"][0], whole["ends"][-1]) == ("2023-12-15", "2024-04-24")
    assert (whole["from"], whole["to"]) == ("2024-01-15", "2024-01-29")
    day = EventFilter(date_from=date(2024, 1, 18), date_to=date(2024, 1, 18))
    page = html_page(record, day)
    assert b"saravan" in page
    assert b"Reported strikes in Panjgur district" not in page
    assert list(data_of(page)["titles"]) == list(record.select(day).events["event_id"])


def test_the_same_bytes_in_another_process(html):
    code = (
        "import sys, hashlib; from datetime import date;"
        "from geodata.cases import load_case; from geodata.filters import EventFilter;"
        "from geodata.record import build_record; from geodata.render.html_page import html_page;"
        "r = build_record(load_case('iran-pakistan-2024'));"
        "w = EventFilter(date_from=date(2024, 1, 10), date_to=date(2024, 1, 22));"
        "print(hashlib.sha256(html_page(r, w)).hexdigest())"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == hashlib.sha256(html).hexdigest()


def test_texts_of_the_data_cannot_leave_their_place():
    nasty = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&{{7*7}}"
    rows = f'e1,"{nasty.replace(chr(34), chr(34) * 2)}",strike,2024-01-16,26.9,64.1,exact\n'
    data = f"event_id,title,event_type,start,latitude,longitude,location_precision\n{rows}".encode()
    html = html_page(build_record(case_of_bytes(data, "t.csv")), EventFilter(), title=nasty)
    page = Page(html)
    assert not [a for t, a in page.tags if t == "img" or "onerror" in a]
    assert html.count(b"<script") == html.count(b"</script>")
    assert data_of(html)["titles"] == {"e1": nasty}
    assert any(nasty in part for part in page.texts["b"])


def test_many_days_make_coarser_steps_and_too_many_events_are_refused(monkeypatch):
    head = "event_id,title,event_type,start,latitude,longitude,location_precision\n"
    rows = "".join(
        f"e{n},t{n},strike,2024-{1 + n // 28:02}-{1 + n % 28:02},26.9,64.1,exact\n" for n in range(60)
    )
    record = build_record(case_of_bytes((head + rows).encode(), "t.csv"))
    scenes = all_scenes(record, EventFilter())
    assert scenes.is_coarse and len(scenes.starts) == MOST_CUTS
    assert sorted(scenes.scenes[scenes.index[0][-1]]["events"]) == list(range(60))
    monkeypatch.setattr(module, "MOST_EVENTS", 59)
    with pytest.raises(InputError, match="60 events are too many for one page"):
        html_page(record, EventFilter())


def test_a_page_without_an_event_says_so(record):
    html = html_page(record, EventFilter(date_from=date(2024, 2, 1), date_to=date(2024, 2, 2)))
    data = data_of(html)
    assert data["titles"] == {} and data["scenes"][0]["counts"].lower().count("no ")
    assert b"Events (0)" in html
