import pytest
from claim_tables import claims, figure, sources

from geodata.claims import casualty_ranges, ledger
from geodata.claims.relays import source_book

BOOK = sources(tasnim="", anadolu="tasnim", yeni="anadolu", irna="")


def counted(*rows, book=BOOK):
    found = casualty_ranges(claims(*rows), ["e"], sources=book).iloc[0]
    return found.killed_text, int(found.claimants_count)


GUARDS = figure("Guards", 4, 4, source_id="tasnim")


@pytest.mark.parametrize("outlet", ["anadolu", "yeni"])
def test_an_outlet_that_only_repeats_is_no_second_claimant(outlet):
    echo = figure(outlet.title(), 5, 5, source_id=outlet)
    assert counted(GUARDS, echo) == ("4 killed (1 claimant)", 1)
    subject = ledger(claims(GUARDS, echo), BOOK, "e").subjects[0]
    assert [(p.claimant, len(p.current), len(p.repeated)) for p in subject.positions] == [
        ("Guards", 1, 0),
        (outlet.title(), 0, 1),
    ]
    assert subject.sentences == (f"{outlet.title()} only repeats Tasnim and is not counted.",)


def test_whom_a_relay_quotes_is_a_claimant():
    assert counted(GUARDS, figure("Governor", 5, 5, source_id="yeni"))[0] == "4 to 5 killed (2 claimants)"


def test_one_claimant_through_two_outlets_is_one_position():
    rows = claims(GUARDS, figure("Guards", 4, 4, source_id="irna"), figure("Guards", 4, 4, source_id="yeni"))
    (position,) = ledger(rows, BOOK, "e").subjects[0].positions
    assert (len(position.current), position.independent_sources) == (3, 2)
    last = position.current[-1].sources[0]
    assert (last.publisher, last.relayed_publisher, last.first_publisher) == ("Yeni", "Anadolu", "Tasnim")


def test_outlets_that_repeat_what_nobody_else_tells_are_their_first_source():
    echoes = [figure("Anadolu", 4, 4, source_id="anadolu"), figure("Yeni", 5, 5, source_id="yeni")]
    assert counted(*echoes) == ("4 to 5 killed (1 claimant)", 1)
    (position,) = ledger(claims(*echoes), BOOK, "e").subjects[0].positions
    assert position.claimant == "Tasnim"


def test_an_echo_on_another_subject_adds_no_claimant_to_the_event():
    echo = {"claimant": "Yeni", "subject": "place", "source_id": "yeni"}
    assert counted(GUARDS, echo)[1] == 1
    assert counted(GUARDS, {**echo, "event_id": "f"})[1] == 1
    assert (
        casualty_ranges(claims(GUARDS, {**echo, "event_id": "f"}), ["f"], sources=BOOK)[
            "claimants_count"
        ].item()
        == 1
    )


def test_an_echo_of_a_figure_that_was_set_aside_does_not_bring_it_back():
    echo = figure("Yeni", 4, 4, source_id="yeni")
    assert counted({**GUARDS, "excluded_reason": "misprint"}, echo) == ("", 0)


def test_without_sources_nobody_is_known_to_repeat():
    assert counted(GUARDS, figure("Yeni", 5, 5, source_id="yeni"), book=None)[0].endswith("(2 claimants)")


def test_relays_in_a_circle_are_the_first_of_them():
    book = sources(b="a", a="b", c="b")
    assert {source_book(book).roots(name) for name in "abc"} == {("a",)}
    assert counted(figure("A", 1, 1, source_id="a"), figure("B", 2, 2, source_id="b"), book=book) == (
        "1 killed (1 claimant)",
        1,
    )


def test_what_repeats_an_unknown_page_is_nobody_known():
    book = sources(**{"not-recorded": "", "dawn": "not-recorded"})
    echo = figure("Dawn", 2, 2, source_id="dawn")
    first = figure("Police", 3, 3, source_id="not-recorded")
    assert counted(echo, first, book=book) == ("2 to 3 killed (1 claimant and one not recorded)", 1)
