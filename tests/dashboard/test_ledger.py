"""One subject of the ledger as HTML: what a reader, a screen reader and a hostile file get."""

from __future__ import annotations

from html.parser import HTMLParser

import pandas as pd

from geodata.claims import ledger
from geodata.render.ledger_html import subject_html
from geodata.schema import CLAIMS, SOURCES, number_columns

NUMBERS = number_columns("claims")


def html(*rows: dict[str, object], sources: tuple[dict[str, str], ...] = ()) -> str:
    base: dict[str, object] = dict.fromkeys(CLAIMS.columns, "") | dict.fromkeys(NUMBERS, float("nan"))
    made = [
        {**base, "claim_id": f"c{n}", "event_id": "e", "subject": "killed", "grade": "not_assessed", **row}
        for n, row in enumerate(rows)
    ]
    claims = pd.DataFrame(made)
    empty = dict.fromkeys(SOURCES.columns, "")
    book = pd.DataFrame([{**empty, **row} for row in sources], columns=list(SOURCES.columns), dtype="str")
    return "".join(subject_html(subject) for subject in ledger(claims, book, "e").subjects)


class Tables(HTMLParser):
    """Every table as captions, heads and rows of (element, attributes, text)."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.tables: list[dict[str, object]] = []
        self.rows: list[list[list[object]]] = []
        self.opened: list[str] = []
        self.feed(body)

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(name)
        if name == "table":
            self.rows = []
            self.tables.append({"caption": "", "rows": self.rows})
        elif name == "tr":
            self.rows.append([])
        elif name in ("th", "td"):
            self.rows[-1].append([name, dict(attrs), ""])

    def handle_endtag(self, name: str) -> None:
        assert self.opened.pop() == name

    def handle_data(self, data: str) -> None:
        if "caption" in self.opened:
            self.tables[-1]["caption"] = f"{self.tables[-1]['caption']}{data}"
        elif "th" in self.opened or "td" in self.opened:
            self.rows[-1][-1][2] = f"{self.rows[-1][-1][2]}{data}"


ROWS: tuple[dict[str, object], ...] = (
    {"claimant": "Governor", "value_min": 7.0, "value_max": 7.0, "claim_id": "old", "source_id": "irna"},
    {
        "claimant": "Ministry",
        "value_min": 9.0,
        "value_max": 9.0,
        "supersedes": "old",
        "grade": "several_sources",
    },
    {"claimant": "Ministry", "value_min": 4.0, "value_max": 4.0, "category": "children"},
    {"claimant": "Village", "value_min": 300.0, "excluded_reason": "misprint, 19 January"},
    {"claimant": "Army", "text": "A number of people"},
    {"claimant": "ACLED", "value_min": 0.0, "value_max": 0.0},
)
IRNA = {"source_id": "irna", "publisher": "IRNA", "url": "https://example.org/1", "published": "2024-01-18"}


def test_every_cell_has_its_heads_and_a_claimant_spans_its_claims() -> None:
    claimants, providers = Tables(html(*ROWS, sources=(IRNA,))).tables
    assert claimants["caption"] == "Killed by claimant: 2 claimants, 1 with a figure"
    assert providers["caption"] == "Killed: Coded by data providers; not counted with the claimants"
    for shown in (claimants, providers):
        head, *body = shown["rows"]  # type: ignore[misc]
        assert [(name, attrs) for name, attrs, _ in head] == [("th", {"scope": "col"})] * 3
        spanned = 0
        for row in body:
            if row[0][0] == "th":
                assert spanned == 0 and row[0][1]["scope"] == "row"
                spanned = int(row[0][1]["rowspan"])
            assert [name for name, *_ in row[-2:]] == ["td", "td"]
            spanned -= 1
        assert spanned == 0
    assert [row[0][2] for row in claimants["rows"] if row[0][0] == "th"] == [  # type: ignore[attr-defined]
        "Claimant",
        "Ministry",
        "Army",
        "Governor",
        "Village",
    ]
    assert providers["rows"][1][1][2] == "none reported"  # type: ignore[index]


def test_what_is_set_aside_says_why_in_words_and_is_struck() -> None:
    shown = html(*ROWS, sources=(IRNA,))
    assert "<s><strong>7</strong></s><em>Superseded, replaced by 9 of Ministry</em>" in shown
    assert "<s><strong>300 or more</strong></s><em>Not counted: misprint, 19 January</em>" in shown
    assert "<strong>of them 4 children</strong>" in shown
    assert "<strong>9</strong>" in shown and "several sources" in shown
    assert ">IRNA</a>, 18 Jan 2024" in shown
    assert "no source cited" in shown


def test_a_repeating_outlet_is_listed_as_one() -> None:
    dawn = {"source_id": "dawn", "publisher": "Dawn", "relays": "irna"}
    shown = html(
        {"claimant": "Ministry", "value_min": 9.0, "value_max": 9.0, "source_id": "irna"},
        {"claimant": "Dawn", "value_min": 9.0, "value_max": 9.0, "source_id": "dawn"},
        sources=(IRNA, dawn),
    )
    assert "Only repeats another source; not counted" in shown
    assert "Dawn, relaying IRNA" in shown
    assert "Dawn only repeats IRNA and is not counted." in shown


def test_no_text_of_the_data_becomes_markup() -> None:
    evil = "<img src=x onerror=alert(1)>"
    texts = ("claimant", "text", "category", "excluded_reason", "claimed_at")
    shown = html(
        {**dict.fromkeys(texts, evil), "value_min": 1.0, "source_id": "s"},
        {"claimant": evil, "text": evil, "value_min": 2.0, "source_id": "s"},
        sources=({"source_id": "s", "publisher": evil, "url": "javascript:alert(1)", "relays": evil},),
    )
    assert "<img" not in shown and "href" not in shown and "&lt;img" in shown


def test_a_stated_position_stands_under_what_its_claimant_says() -> None:
    body = html(
        {"subject": "place", "claimant": "A", "text": "In the hills.", "latitude": 27.0, "longitude": 64.1},
        {"subject": "place", "claimant": "B", "area": "PK-BA-kech"},
    )
    assert "<span>In the hills.</span><small>27° N, 64.1° E</small>" in body
    assert "<small>somewhere in Kech, Balochistan, Pakistan</small>" in body
    assert "no words shown" not in body
    assert "claimed positions lie apart" in body
