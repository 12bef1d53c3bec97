import numpy as np
import pytest
from claim_tables import claims, figure, sources

from geodata.claims import ledger


def verdict(*rows, subject="killed"):
    table = claims(*({"subject": subject, **row} for row in rows))
    return ledger(table, sources(), "e").subjects[0]


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        ((9, 9), (9, 9), "agree"),
        ((9, 9), (10, 10), "contradict"),
        ((4, 6), (6, 9), "compatible"),
        ((4, 6), (7, 9), "contradict"),
        ((10, np.nan), (10, 10), "compatible"),
        ((10, np.nan), (9, 9), "contradict"),
        ((94, np.nan), (300, np.nan), "compatible"),
        ((np.nan, 9), (3, 3), "compatible"),
        ((np.nan, 9), (10, 10), "contradict"),
        ((0, 0), (np.nan, np.nan), "alone"),  # no figure is not 0, and contradicts nothing
    ],
)
@pytest.mark.parametrize("subject", ["killed", "sites"])
def test_figures_are_compared_as_ranges(first, second, relation, subject):
    for one, other in ((first, second), (second, first)):
        assert verdict(figure("A", *one), figure("B", *other), subject=subject).relation == relation


def test_the_sentences_name_who_agrees_and_who_contradicts():
    found = verdict(
        figure("Ministry", 9, 9),
        figure("BNM", 9, 9),
        figure("Post", 10),
        figure("Governor", 10, 10),
        figure("Army"),
    )
    assert found.sentences == (
        "Ministry and BNM agree: 9.",
        "10 or more (Post) overlaps with 10 (Governor).",
        "9 contradicts 10 or more and 10.",
        "No figure: Army.",
    )
    assert found.relation_words == "claimants contradict each other"
    assert found.claimants == "5 claimants, 4 with a figure"


def test_figures_of_other_people_are_not_compared():
    assert (
        verdict(figure("A", 11, 11, category="police"), figure("B", 4, 4, category="children")).relation
        == "alone"
    )
    assert verdict(figure("A", 11, 11, category="police"), figure("B", 15, 15)).relation == "alone"


@pytest.mark.parametrize(("category", "relation"), [("", "differ"), ("drones", "contradict")])
def test_figures_of_what_a_text_tells_differ_and_do_not_contradict(category, relation):
    rows = (
        figure("A", 4, 4, category=category, text="fired"),
        figure("B", 3, 3, category=category, text="found"),
    )
    found = verdict(*rows, subject="weapon")
    assert (found.relation, found.differs) == (relation, True)


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        ("Missiles and drones.", "missiles  and DRONES", "agree"),
        ("Missiles.", "No missiles.", "reworded"),
        ("Before sunset", "At 18:00", "reworded"),
        ("Before sunset", "", "alone"),
    ],
)
def test_texts_are_the_same_or_worded_differently_and_never_contradict(first, second, relation):
    found = verdict(figure("A", text=first), figure("B", text=second), subject="time")
    assert (found.relation, found.differs) == (relation, False)
    assert not any("contradict" in sentence for sentence in found.sentences)


def test_a_coding_is_compared_with_nobody():
    found = verdict(figure("A", 2, 2), figure("UCDP", 9, 9))
    assert (found.relation, found.sentences, found.claimants) == ("alone", (), "1 claimant")


def test_two_claims_of_nobody_recorded_may_contradict_and_never_agree():
    nobody = "Claimant not recorded"
    assert verdict(figure(nobody, 2, 2), figure(nobody, 2, 2)).relation == "alone"
    assert verdict(figure(nobody, 2, 2), figure(nobody, 3, 3)).relation == "contradict"


def test_a_claimant_who_repeats_a_rival_in_part_does_not_contradict_it():
    found = verdict(figure("A", 4, 4), figure("A", 7, 7), figure("B", 4, 4), subject="origin")
    assert (found.relation, found.sentences) == ("agree", ("A and B agree: 4.",))
