import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.claims import Comparison, casualty_ranges, ledger, provider_lines, range_words
from geodata.schema import CLAIMS, RANGE_COLUMNS, SOURCES

NUMBERS = ("value_min", "value_max", "value_best")


def claims(*rows):
    """Return a claim table; each row is the cells that matter to a test."""
    defaults = {name: np.nan if name in NUMBERS else "" for name in CLAIMS.columns}
    given_rows = [
        {
            **defaults,
            "claim_id": f"c{number}",
            "event_id": "e",
            "subject": "killed",
            "grade": "not_assessed",
            **row,
        }
        for number, row in enumerate(rows)
    ]
    table = pd.DataFrame(given_rows, columns=list(CLAIMS.columns))
    texts = [name for name in CLAIMS.columns if name not in NUMBERS]
    return table.astype({**dict.fromkeys(texts, "str"), **dict.fromkeys(NUMBERS, float)})


def figure(claimant, low=np.nan, high=np.nan, **cells):
    return {"claimant": claimant, "value_min": low, "value_max": high, **cells}


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


def sources(**relays):
    empty = dict.fromkeys(SOURCES.columns, "")
    rows = [
        {**empty, "source_id": name, "publisher": name.title(), "relays": relayed}
        for name, relayed in relays.items()
    ]
    return pd.DataFrame(rows, columns=list(SOURCES.columns), dtype="str")


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
