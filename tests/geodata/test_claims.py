import numpy as np
import pytest
from claim_tables import claims, figure, sources
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.claims import (
    Comparison,
    casualty_ranges,
    claimant_counts,
    ledger,
    provider_lines,
    range_words,
    subject_ranges,
)
from geodata.schema import RANGE_COLUMNS


def killed(*rows):
    row = casualty_ranges(claims(*rows), ["e"]).iloc[0]
    return row.killed_low, row.killed_high, row.killed_open, row.killed_text


SARAVAN = (
    figure("Deputy governor", 7, 7, claim_id="first"),
    figure("Interior Ministry", 9, 9, supersedes="first"),
    figure("Balochistan Post", 10),
    figure("BNM", 9, 9),
    figure("Deputy governor", 10, 10),
    figure("Pakistan"),
)


def test_the_range_of_saravan():
    assert killed(*SARAVAN) == (9, 10, True, "9 to 10 or more killed (4 claimants)")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([figure("A", 2, 2), figure("B", 2, 2), figure("C", 2, 2)], (2, 2, False, "2 killed (3 claimants)")),
        ([figure("A", 4, 6)], (4, 6, False, "4 to 6 killed (1 claimant)")),
        ([figure("A", 94)], (94, 94, True, "94 or more killed (1 claimant)")),
        ([figure("A", 0, 0)], (0, 0, False, "0 killed (1 claimant)")),
        ([figure("A", 9, 7)], (9, 9, False, "9 killed (1 claimant)")),  # an import's mistake, kept
    ],
)
def test_figures_in_words(rows, expected):
    assert killed(*rows) == expected


def test_no_figure_is_not_zero_and_no_claim_is_nothing():
    low, high, is_open, text = killed(figure("A"))
    assert np.isnan(low)
    assert np.isnan(high)
    assert (is_open, text) == (False, "no figure (1 claimant)")
    assert killed(figure("A"), figure("B"))[3] == "no figure (2 claimants)"
    assert killed(figure("A", 3, 3), figure("B"))[3] == "3 killed (1 claimant)"
    row = casualty_ranges(claims(), ["e"]).iloc[0]
    assert np.isnan(row.killed_low)
    assert (row.killed_text, row.injured_text, row.claims_count, row.killed_open) == ("", "", 0, False)


def test_an_upper_figure_alone_has_no_low_end():
    low, high, _, text = killed(figure("A", np.nan, 9))
    assert np.isnan(low)
    assert (high, text) == (9, "up to 9 killed (1 claimant)")


def test_superseded_and_excluded_figures_are_not_counted():
    chain = [figure("A", 103, 103, claim_id="x"), figure("A", 95, 95, claim_id="y", supersedes="x")]
    assert killed(*chain)[:2] == (95, 95)
    assert killed(*chain, figure("B", 300, excluded_reason="retracted"))[:2] == (95, 95)
    assert killed(figure("B", 300, excluded_reason="retracted"))[3] == ""


def test_providers_stand_on_a_line_of_their_own():
    rows = claims(
        figure("A", 2, 2), figure("ACLED", 0, 0), figure("UCDP", 3, 5), figure("ACLED", 9, 9, event_id="f")
    )
    assert casualty_ranges(rows, ["e"])["killed_text"].item() == "2 killed (1 claimant)"
    assert list(provider_lines(rows, ["e", "f", "g"])) == [
        "ACLED: none reported; UCDP: 3 to 5 killed",
        "ACLED: 9 killed",
        "",
    ]


def test_parts_are_not_pooled_with_totals():
    parts = [figure("A", 4, 4, category="children"), figure("A", 3, 3, category="women")]
    assert killed(figure("A", 9, 9), *parts)[:3] == (9, 9, False)
    assert killed(parts[0])[:3] == (4, 4, False)  # alone, it is the claimant's figure
    assert killed(*parts) == (4, 4, True, "4 or more killed (1 claimant)")  # they may overlap
    assert killed(*parts, figure("B", 5, 5))[:2] == (4, 5)


@pytest.mark.parametrize(
    ("first", "second", "low"),
    [
        ("2024-01-18", "2024-01-19", 9),  # the later day
        ("2024-01-19T08:00", "2024-01-19T09:00", 9),  # the later hour
        ("2024-01-19", "2024-01-19T09:00", 7),  # order unknown: both stand
        ("", "2024-01-19", 7),
        ("", "", 7),
    ],
)
def test_of_several_figures_of_one_claimant_the_newest_counts(first, second, low):
    found = killed(figure("A", 7, 7, claimed_at=first), figure("A", 9, 9, claimed_at=second))
    assert found[:2] == (low, 9)
    assert found[3].endswith("(1 claimant)")


def test_ranges_keep_the_order_of_the_events_and_count_all_claims():
    rows = claims(
        figure("A", 1, 1, event_id="f"),
        figure("A", 2, 2, subject="injured", event_id="f"),
        {"claimant": "A", "subject": "origin", "event_id": "f"},
    )
    ranges = casualty_ranges(rows, ["e", "f"])
    assert list(ranges.index) == ["e", "f"]
    assert tuple(ranges.columns) == RANGE_COLUMNS
    assert list(ranges["claims_count"]) == [0, 3]
    assert ranges.loc["f", "injured_text"] == "2 injured (1 claimant)"
    assert casualty_ranges(rows, ["e"]).dtypes.equals(ranges.dtypes)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.integers(0, 50), st.one_of(st.none(), st.integers(0, 50))),
        min_size=1,
        max_size=12,
    )
)
def test_the_range_spans_every_counted_figure_in_any_order(figures):
    rows = [figure(name, low, np.nan if more is None else low + more) for name, low, more in figures]
    low, high, is_open, text = killed(*rows)
    assert low == min(lowest for _, lowest, _ in figures)
    assert high == max(lowest + (more or 0) for _, lowest, more in figures)
    assert is_open == any(more is None for _, _, more in figures)
    assert killed(*rows[::-1]) == (low, high, is_open, text)
    assert f"({len({name for name, _, _ in figures})} claimant" in text


def test_words_name_who_gave_a_figure():
    words = range_words(9, 10, subject="injured", is_open=True, with_figure=4, claimants=6)
    assert words == "9 to 10 or more injured (4 claimants)"


def test_one_category_of_all_counted_figures_is_named():
    police = figure("A", 11, category="police")
    assert killed(police)[3] == "11 or more killed (police only; 1 claimant)"
    assert killed(police, figure("B", 12, 12))[3] == "11 to 12 or more killed (2 claimants)"
    assert killed(police, figure("B", 4, 4, category="children"))[3].endswith("killed (2 claimants)")
    assert killed(police, figure("B"))[3] == "11 or more killed (police only; 1 claimant)"


def test_who_is_not_recorded_is_not_counted_as_a_claimant():
    nobody = "Claimant not recorded"
    assert killed(figure(nobody, 6, 8))[3] == "6 to 8 killed (claimant not recorded)"
    assert killed(figure(nobody))[3] == "no figure (claimant not recorded)"
    assert killed(figure(nobody, 6, 8), figure("A", 9, 9))[3] == (
        "6 to 9 killed (1 claimant and one not recorded)"
    )
    assert killed(figure(nobody), figure("A", 9, 9))[3] == "9 killed (1 claimant)"


def test_the_ledger_lays_claimants_side_by_side():
    rows = claims(
        *SARAVAN,
        figure("UCDP", 9, 9),
        figure("BNM", 30, 30, excluded_reason="misprint"),
        {"claimant": "ISPR", "subject": "target", "text": "bases"},
    )
    found = ledger(rows, sources(), "e")
    assert [subject.subject for subject in found.subjects] == ["killed", "target"]
    by_name = {position.claimant: position for position in found.subjects[0].positions}
    assert [claim.figure for claim in by_name["Deputy governor"].superseded] == ["7"]
    assert [claim.figure for claim in by_name["Deputy governor"].current] == ["10"]
    assert [claim.excluded_reason for claim in by_name["BNM"].excluded] == ["misprint"]
    assert by_name["Pakistan"].current[0].value_min is None
    assert by_name["UCDP"].is_provider
    assert set(found.subjects[0].figures) == {
        Comparison("9", ("Interior Ministry", "BNM")),
        Comparison("10 or more", ("Balochistan Post",)),
        Comparison("10", ("Deputy governor",)),
    }
    assert found.subjects[0].differs
    assert not found.subjects[1].differs
    assert ledger(rows, sources(), "other").subjects == ()


def test_superseded_figures_are_listed_in_the_order_of_the_chain():
    rows = claims(
        figure("A", 94, claim_id="z", supersedes="y"),
        figure("A", 91, 91, claim_id="y", supersedes="x"),
        figure("A", 103, 103, claim_id="x"),
    )
    position = ledger(rows, sources(), "e").subjects[0].positions[0]
    assert [claim.figure for claim in position.superseded] == ["103", "91"]
    assert [claim.figure for claim in position.current] == ["94 or more"]


def test_a_replaced_figure_names_who_replaced_it():
    rows = claims(*SARAVAN, figure("BNM", 8, 8, claim_id="bnm", supersedes="c3"))
    by_name = {position.claimant: position for position in ledger(rows, sources(), "e").subjects[0].positions}
    assert by_name["Deputy governor"].superseded[0].replaced_by == "9 of Interior Ministry"
    assert by_name["BNM"].superseded[0].replaced_by == "8"
    assert by_name["BNM"].current[0].replaced_by == ""


@pytest.mark.parametrize(
    ("rows", "differs"),
    [
        ([figure("A", 4, 4), figure("A", 7, 7)], False),  # two parts of one account
        ([figure("A", 4, 4), figure("B", 4, 4)], False),
        ([figure("A", 4, 4), figure("B", 3, 3)], True),
        ([figure("A", 4, 4, category="children"), figure("B", 3, 3, category="women")], False),
        ([figure("A", grade="disputed"), figure("A", grade="disputed")], False),
        ([figure("A", grade="disputed"), figure("B", grade="disputed")], True),
        ([figure("A", grade="disputed"), figure("B")], False),
        ([figure("Claimant not recorded", grade="disputed")] * 2, True),
        ([figure("A", grade="disputed"), figure("B", grade="disputed", excluded_reason="x")], False),
    ],
)
def test_claimants_differ_where_two_of_them_contradict_each_other(rows, differs):
    table = claims(*({**row, "subject": "origin"} for row in rows))
    assert ledger(table, sources(), "e").subjects[0].differs is differs


def test_the_bundled_case_marks_real_contradictions_alone(bundled):
    def differs(event_id, subject):
        found = ledger(bundled.case.claims, bundled.case.sources, event_id)
        return next(part.differs for part in found.subjects if part.subject == subject)

    assert not differs("erbil", "origin")
    assert differs("taltita", "origin")
    assert differs("panjgur", "place") and differs("panjgur", "time") and differs("kerman", "time")
    assert differs("saravan", "place") and differs("saravan", "status_of_dead")
    assert not differs("panjgur", "status_of_dead")


def test_a_claim_that_supersedes_itself_does_not_hang_the_ledger():
    rows = claims(
        figure("A", 1, 1, claim_id="x", supersedes="y"), figure("A", 2, 2, claim_id="y", supersedes="x")
    )
    assert len(ledger(rows, sources(), "e").subjects[0].positions[0].superseded) == 2


def test_an_echo_does_not_count_twice():
    rows = claims(figure("A", 1, 1, source_id="irna"), figure("A", 1, 1, source_id="dawn"))
    position = ledger(rows, sources(irna="", dawn="irna"), "e").subjects[0].positions[0]
    assert position.independent_sources == 1
    assert [claim.relayed_publisher for claim in position.current] == ["", "Irna"]
    assert ledger(rows, sources(irna="", dawn=""), "e").subjects[0].positions[0].independent_sources == 2


def said_of_killed(*rows, **relays):
    return {p.claimant: p for p in ledger(claims(*rows), sources(**relays), "e").subjects[0].positions}


@pytest.mark.parametrize(
    ("excluded", "expected"),
    [
        ((), (95, 95)),
        (("newest",), (84, 84)),  # what is excluded replaces nothing
        (("middle",), (95, 95)),  # and hands on: the oldest does not come back
        (("newest", "middle"), (103, 103)),
    ],
)
def test_an_exclusion_in_a_chain_brings_no_replaced_figure_back(excluded, expected):
    chain = [("oldest", 103, ""), ("middle", 84, "oldest"), ("newest", 95, "middle")]
    rows = [
        figure("A", n, n, claim_id=c, supersedes=older, excluded_reason="misprint" * (c in excluded))
        for c, n, older in chain
    ]
    assert killed(*rows)[:2] == expected
    assert killed(*rows[::-1])[:2] == expected


def test_what_replaced_a_figure_is_named_past_an_excluded_claim():
    position = said_of_killed(
        figure("A", 103, 103, claim_id="x"),
        figure("A", 84, 84, claim_id="y", supersedes="x", excluded_reason="misprint"),
        figure("B", 95, 95, claim_id="z", supersedes="y"),
    )["A"]
    assert [(c.figure, c.replaced_by) for c in position.superseded] == [("103", "95 of B")]
    assert [c.excluded_reason for c in position.excluded] == ["misprint"]


@pytest.mark.parametrize(
    "cells",
    [
        {"claim_id": "n", "supersedes": "n"},
        {"supersedes": "o", "subject": "injured"},
        {"supersedes": "o", "event_id": "f"},
        {"supersedes": "o", "claimant": "UCDP"},
        {"supersedes": "gone"},
    ],
)
def test_a_claim_replaces_no_other_kind_of_claim(cells):
    newer = {**figure("B", 9, 9), **cells}
    assert killed(figure("A", 7, 7, claim_id="o"), newer)[0] == 7


def test_a_long_chain_is_listed_oldest_first():
    rows = [figure("A", n, n, claim_id=f"c{n}", supersedes=f"c{n - 1}" if n else "") for n in range(3000)]
    position = said_of_killed(*rows[::-1])["A"]
    assert [claim.claim_id for claim in position.superseded] == [f"c{n}" for n in range(2999)]
    assert position.figure == "2999"


def test_a_figure_that_a_later_day_replaces_says_so():
    position = said_of_killed(
        figure("A", 7, 7, claimed_at="2024-01-18"), figure("A", 9, 9, claimed_at="2024-01-19")
    )["A"]
    assert [(c.figure, c.status, c.replaced_by) for c in position.superseded] == [
        ("7", "earlier", "9 of 2024-01-19")
    ]
    assert [c.figure for c in position.current] == ["9"]


def test_nobody_recorded_is_no_later_figure_of_somebody_else():
    nobody = "Claimant not recorded"
    early, late = (figure(nobody, n, n, claimed_at=day) for n, day in ((7, "2024-01-18"), (9, "2024-01-19")))
    assert killed(early, late)[:2] == (7, 9)


def test_parts_stand_beside_their_total_as_parts():
    position = said_of_killed(
        figure("A", 4, 4, category="children"),
        figure("A", 9, 9),
        figure("A", 3, 3, category="foreign nationals"),
    )["A"]
    assert [(c.figure, c.category, c.is_part) for c in position.current] == [
        ("9", "", False),
        ("4", "children", True),
        ("3", "foreign nationals", True),
    ]
    assert position.figure == "9"


def test_one_claimant_however_spelled():
    assert (
        killed(figure("Jaish al-Adl", 2, 2), figure("jaish  al-adl", 3, 3))[3] == "2 to 3 killed (1 claimant)"
    )


def test_positions_stand_by_grade_then_what_does_not_count():
    grades = ["not_assessed", "disputed", "single_source", "several_sources", "acknowledged"]
    rows = [figure(grade, 2, 2, grade=grade) for grade in grades]
    rows += [
        figure("UCDP", 2, 2, grade="acknowledged"),
        figure("Set aside", 2, 2, excluded_reason="x", grade="acknowledged"),
        figure("Claimant not recorded", 2, 2, grade="acknowledged"),
    ]
    assert list(said_of_killed(*rows)) == [*grades[::-1], "Claimant not recorded", "Set aside", "UCDP"]


def test_codings_are_read_as_the_provider_means_them():
    by_name = said_of_killed(
        figure("ACLED", 0, 0), figure("UCDP", 3, 8, value_best=5), figure("A", 2, 2, supersedes="c1")
    )
    assert by_name["ACLED"].current[0].figure == "none reported"
    assert by_name["UCDP"].current[0].figure == "3 to 8 (best estimate 5)"
    line = provider_lines(claims(figure("UCDP", 3, 8, value_best=5), figure("UCDP")), ["e"]).item()
    assert line == "UCDP: 3 to 8 killed (best estimate 5); UCDP: no figure"


def test_sites_have_a_range_and_places_none():
    rows = claims(figure("A", 7, 7, subject="sites"), figure("B", 5, subject="sites"))
    assert subject_ranges(rows, ["e"], subject="sites")["sites_text"].item() == (
        "5 to 7 or more sites (2 claimants)"
    )
    with pytest.raises(ValueError, match="'place' has no range"):
        subject_ranges(rows, ["e"], subject="place")


def test_a_million_is_written_out():
    assert killed(figure("A", 1_000_000, 1_250_000))[3] == "1000000 to 1250000 killed (1 claimant)"


def test_claimants_of_an_event_are_counted_over_all_subjects():
    rows = claims(
        figure("A", 1, 1),
        {"claimant": "A", "subject": "place"},
        {"claimant": "B", "subject": "time"},
        figure("C", 9, 9, excluded_reason="x"),
        figure("D", 9, 9, claim_id="old"),
        figure("A", 2, 2, supersedes="old"),
        figure("ACLED", 4, 4),
        figure("Claimant not recorded", 4, 4),
        {"claimant": "", "subject": "time"},
    )
    assert list(claimant_counts(rows, ["e", "f"])) == [2, 0]
    assert list(casualty_ranges(rows, ["f", "e"])["claimants_count"]) == [0, 2]


def test_the_bundled_figures_are_those_of_the_evidence(bundled):
    events = bundled.events.set_index("event_id")
    words = {
        "saravan": ("9 to 10 or more killed (4 claimants)", ""),
        "panjgur": ("2 killed (3 claimants)", "3 to 4 injured (3 claimants)"),
        "erbil": ("4 to 5 or more killed (3 claimants)", "6 to 17 injured (2 claimants)"),
        "taltita": ("0 killed (1 claimant)", "2 injured (1 claimant)"),
        "kerman": (
            "94 to 300 or more killed (2 claimants)",
            "171 to 284 injured (claimant not recorded)",
        ),
    }
    for event_id, texts in words.items():
        assert tuple(events.loc[event_id, ["killed_text", "injured_text"]]) == texts
    kerman = ledger(bundled.case.claims, bundled.case.sources, "kerman").subjects[0]
    (officials,) = (p for p in kerman.positions if p.claimant == "Iranian officials")
    assert [claim.figure for claim in officials.superseded] == ["103", "95", "84", "91"]
    assert (events.loc["sirkan", "claimants_count"], events.loc["taltita", "claimants_count"]) == (0, 4)


NAMES = ["A", "B", "a", "Claimant not recorded", "UCDP", "Irna", "Dawn"]
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "claimant": st.sampled_from(NAMES),
            "low": st.none() | st.integers(0, 30),
            "more": st.none() | st.integers(0, 5),
            "category": st.sampled_from(["", "", "children", "women"]),
            "claimed_at": st.sampled_from(["", "2024-01-18", "2024-01-19", "2024-01-19T09:00"]),
            "excluded_reason": st.sampled_from(["", "", "", "misprint"]),
            "source_id": st.sampled_from(["", "irna", "dawn", "mehr"]),
            "older": st.none() | st.integers(0, 7),
        }
    ),
    max_size=8,
)
BOOK = sources(irna="", dawn="irna", mehr="dawn")


def drawn(rows):
    """Return drawn rows as claims; each may supersede one of the rows before it."""
    made = []
    for number, row in enumerate(rows):
        low, more = row["low"], row["more"]
        cells = {name: row[name] for name in ("category", "claimed_at", "excluded_reason", "source_id")}
        older = row["older"]
        cells["supersedes"] = f"c{older}" if older is not None and older < number else ""
        high = np.nan if low is None or more is None else low + more
        made.append(
            figure(row["claimant"], np.nan if low is None else low, high, claim_id=f"c{number}", **cells)
        )
    return made


def outcome(rows):
    row = casualty_ranges(claims(*rows), ["e"], sources=BOOK).iloc[0]
    figures = (row.killed_low, row.killed_high)
    return (*("none" if np.isnan(n) else n for n in figures), row.killed_open, row.killed_text), int(
        row.claimants_count
    )


@settings(max_examples=60, deadline=None)
@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_and_low_is_not_above_high(rows, random):
    made = drawn(rows)
    shuffled = random.sample(made, len(made))
    found = outcome(made)
    assert outcome(shuffled) == found
    low, high = found[0][:2]
    assert "none" in (low, high) or low <= high


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(0, 7), st.integers(0, 99))
def test_a_superseded_claim_changes_no_range(rows, place, number):
    made = drawn(rows)
    stands = [r for r in made if not r["excluded_reason"] and r["claimant"] != "UCDP"]
    if stands:
        newer = stands[place % len(stands)]
        old = figure("Somebody else", number, number, claim_id="old")
        joined = [
            {**r, "supersedes": ";".join(filter(None, [r["supersedes"], "old"]))} if r is newer else r
            for r in made
        ]
        assert outcome([old, *joined]) == outcome(made)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.sampled_from(["dawn", "mehr"]), st.integers(0, 99))
def test_a_relay_never_raises_the_number_of_claimants(rows, outlet, number):
    made = [*drawn(rows), figure("First hand", 3, 3, claim_id="first", source_id="irna")]
    relay = figure(outlet.title(), number, number, claim_id="relay", source_id=outlet)
    found, with_relay = outcome(made), outcome([*made, relay])
    assert with_relay[1] <= found[1]
    assert with_relay[0] == found[0]
