"""Claims of a case that supersede each other, some of them rejected."""

import pytest

from geodata.cases import load_case
from geodata.claims import casualty_ranges

SOURCE = {"source_id": "s", "publisher": "S"}


def claim(claim_id, number, supersedes="", **cells):
    figure = {"value_min": str(number), "value_max": str(number)}
    base = {"event_id": "e0", "claimant": "A", "subject": "killed", "source_id": "s", **figure}
    return {"claim_id": claim_id, "supersedes": supersedes, **base, **cells}


def read(write_case, *rows):
    case = load_case(write_case([{}, {}], claims=list(rows), sources=[SOURCE]))
    table = case.report.tables["claims"]
    return case, table, {warning.code: warning.rows for warning in table.warnings}


def killed(case):
    return casualty_ranges(case.claims, ["e0"])["killed_text"].item()


def test_a_rejected_claim_in_the_middle_brings_no_old_figure_back(write_case):
    case, table, warnings = read(
        write_case, claim("x", 103), claim("y", 95, "x", grade="doubtful"), claim("z", 84, "y")
    )
    assert [row.row for row in table.rejected_rows] == [3]
    assert killed(case) == "84 killed (1 claimant)"
    assert warnings == {"supersedes_rejected": (4,)}
    assert list(case.claims["supersedes"]) == ["", "x"]


def test_a_claim_whose_successor_was_rejected_counts_again_and_says_so(write_case):
    case, _, warnings = read(write_case, claim("x", 103), claim("y", 95, "x", value_max="7"))
    assert killed(case) == "103 killed (1 claimant)"
    assert warnings == {"successor_rejected": (2,)}


@pytest.mark.parametrize(
    ("cells", "column", "reason", "remedy"),
    [
        ({"supersedes": "y"}, "supersedes", "names its own claim", "Name the older claim"),
        ({"supersedes": "x;y"}, "supersedes", "names its own claim", "Name the older claim"),
        (
            {"subject": "injured"},
            "supersedes",
            "names claim 'x' on killed, this one is on injured",
            "its own subject",
        ),
        ({"event_id": "e1"}, "supersedes", "names claim 'x' of another event", "Correct the id"),
        ({"claimant": "ACLED"}, "supersedes", "names claim 'x' of A, this one is of ACLED", "leave it empty"),
        ({"value_min": "", "value_max": "", "value_best": "9"}, "value_min", "value_best is not", "at least"),
        ({"claimed_at": "19 January"}, "claimed_at", "neither a day nor a local time", "2024-01-18"),
        ({"claimed_at": "2024-01"}, "claimed_at", "neither a day nor a local time", "2024-01-18"),
        ({"claimed_at": "2024-02-30"}, "claimed_at", "neither a day nor a local time", "2024-01-18"),
        ({"claimed_at": "2024-01-18T04:05Z"}, "claimed_at", "neither a day", "without a zone"),
    ],
)
def test_what_a_claim_cannot_say_is_refused_with_its_place(write_case, cells, column, reason, remedy):
    row = {**claim("y", 95, "x"), **cells}
    _, table, _ = read(write_case, claim("x", 103), row)
    (found,) = table.rejected_rows
    assert (found.row, found.column, found.value) == (3, column, row[column])
    assert reason in found.reason and remedy in found.remedy


@pytest.mark.parametrize("claimed_at", ["2024-01-18", "2024-01-18T04:05", "2024-01-18 04:05:06"])
def test_days_and_local_times_are_read(write_case, claimed_at):
    _, table, _ = read(write_case, claim("x", 103, claimed_at=claimed_at))
    assert table.accepted == 1


def test_a_circle_by_way_of_a_rejected_claim_is_a_circle(write_case):
    _, table, _ = read(
        write_case,
        claim("a", 1, "c"),
        claim("b", 2, "a", grade="doubtful"),
        claim("c", 3, "b"),
        claim("d", 4),
    )
    assert [row.row for row in table.rejected_rows] == [2, 3, 4]
    assert "a → c → b → a" in table.rejected_rows[0].reason


def test_a_chain_of_ten_thousand_is_read_and_a_long_circle_is_named_shortly(write_case):
    chain = [claim(f"c{n}", n, f"c{n - 1}" if n else "") for n in range(10_000)]
    case, table, _ = read(write_case, *chain)
    assert not table.rejected_rows
    assert killed(case) == "9999 killed (1 claimant)"


def test_a_long_circle_is_named_shortly(write_case):
    ring = [claim(f"c{n}", n, f"c{(n - 1) % 40}") for n in range(40)]
    _, table, _ = read(write_case, *ring, claim("d", 4))
    assert len(table.rejected_rows) == 40
    assert "c0 → c39 → c38 → c37 → … → c3 → c2 → c1 → c0" in table.rejected_rows[0].reason
