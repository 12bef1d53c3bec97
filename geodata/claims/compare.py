"""Which claimants agree, and which contradict each other, as far as figures and wording can tell.

Figures are compared as ranges, "at least" without an upper end, stated positions with their
rings. Texts are the same or they are not: what they mean is for the reader.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from geodata.claims.spots import Spot, lie_apart
from geodata.claims.words import listing, text_key

CONTRADICT, DISPUTED, DIFFER, APART, REWORDED, COMPATIBLE, AGREE, ALONE = (
    "contradict",
    "disputed",
    "differ",
    "apart",
    "reworded",
    "compatible",
    "agree",
    "alone",
)
RELATION_WORDS = {
    CONTRADICT: "claimants contradict each other",
    DISPUTED: "claimants differ: graded disputed",
    DIFFER: "claimants differ in figures",
    APART: "claimed positions lie apart",
    REWORDED: "worded differently",
    COMPATIBLE: "figures overlap",
    AGREE: "claimants agree",
    ALONE: "",
}
"""How the claimants of a subject stand to each other, the gravest first."""

_VERBS = {COMPATIBLE: "overlaps with", CONTRADICT: "contradicts", DIFFER: "differs from"}


@dataclass(frozen=True)
class Statement:
    """What one voice says on a subject, for comparison.

    ``voice`` tells voices apart and ``name`` shows them; claims without a recorded claimant
    may be anybody's, so that each is a voice of its own. ``low`` and ``high`` are NaN
    where there is no figure; an open range has no upper end. ``spot`` is a stated position
    that is one place with, or lies apart from, those of others.
    """

    voice: str
    name: str
    figure: str = ""
    category: str = ""
    low: float = math.nan
    high: float = math.nan
    is_open: bool = False
    text: str = ""
    is_disputed: bool = False
    is_recorded: bool = True
    spot: Spot | None = None

    @property
    def label(self) -> str:
        """The figure and of whom it is."""
        return f"{self.figure} {self.category}".strip()


@dataclass(frozen=True)
class Comparison:
    """Claimants whose counted figure on a subject is the same."""

    figure: str
    claimants: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """How the claimants of one subject stand to each other.

    Parameters
    ----------
    relation
        A key of ``RELATION_WORDS``, the gravest that holds.
    sentences
        Who agrees with whom and who contradicts whom, in words.
    figures
        Claimants by figure.
    """

    relation: str
    sentences: tuple[str, ...]
    figures: tuple[Comparison, ...]

    @property
    def differs(self) -> bool:
        """Whether claimants contradict each other, or the record grades their claims disputed."""
        return self.relation in (CONTRADICT, DISPUTED, DIFFER, APART)


def compare_statements(statements: Sequence[Statement], *, counts_alike: bool) -> Verdict:
    """Return how the claimants of a subject stand to each other.

    Parameters
    ----------
    statements
        What each voice says; those of providers are not among them.
    counts_alike
        Whether figures without a category count the same thing whoever gives them
        (killed, injured, sites). If not, the thing counted is told in free text alone:
        other figures then differ, and nothing says that they contradict each other.
    """
    groups = _by_label(statements)
    found: dict[str, list[str]] = {AGREE: [], COMPATIBLE: [], CONTRADICT: [], DIFFER: []}
    found[AGREE] = [
        f"{_listed(group)} agree: {label}." for label, group in groups.items() if len(_names(group)) > 1
    ]
    against: dict[tuple[str, str], list[str]] = {}
    for (label, group), (other, rivals) in combinations(groups.items(), 2):
        relation = _relation(group, rivals, counts_alike=counts_alike)
        if relation:
            against.setdefault((relation, label), []).append(other)
    # Who gives a figure is said where it first comes up, and not again.
    unnamed = {label: group for label, group in groups.items() if len(_names(group)) == 1}
    for relation in (COMPATIBLE, CONTRADICT, DIFFER):
        for (kind, label), others in against.items():
            if kind == relation:
                named = [_with_names(figure, unnamed.pop(figure, [])) for figure in (label, *others)]
                found[relation].append(f"{named[0]} {_VERBS[relation]} {listing(named[1:])}.")
    texts, is_reworded = _texts(statements)
    found[AGREE] += texts
    alike, apart = _positions(statements)
    found[AGREE] += alike
    disputed = [statement for statement in statements if statement.is_disputed]
    holds = {
        **{relation: bool(sentences) for relation, sentences in found.items()},
        DISPUTED: len(_voices(disputed)) > 1,
        APART: bool(apart),
        REWORDED: is_reworded,
    }
    sentences = [*found[AGREE], *found[COMPATIBLE], *found[CONTRADICT], *found[DIFFER], *apart]
    if holds[DISPUTED]:
        sentences.append(f"Graded disputed: {_listed(disputed)}.")
    elif is_reworded:
        voices = len(
            _voices(statement for statement in statements if not statement.figure and statement.text)
        )
        sentences.append(f"{voices} accounts are worded differently; texts are not compared further.")
    silent = [s for s in statements if counts_alike and not s.figure]
    if silent and groups:
        sentences.append(f"No figure: {_listed(silent)}.")
    relation = next((name for name in RELATION_WORDS if holds.get(name)), ALONE)
    figures = tuple(Comparison(label, tuple(_names(group))) for label, group in groups.items())
    return Verdict(relation, tuple(sentences), figures)


def _by_label(statements: Iterable[Statement]) -> dict[str, list[Statement]]:
    groups: dict[str, list[Statement]] = {}
    for statement in statements:
        if statement.figure:
            groups.setdefault(statement.label, []).append(statement)
    return groups


def _names(statements: Iterable[Statement]) -> list[str]:
    return list(dict.fromkeys(statement.name for statement in statements))


def _listed(statements: Iterable[Statement]) -> str:
    said = list(statements)
    names = _names(statement for statement in said if statement.is_recorded)
    nameless = len(_voices(statement for statement in said if not statement.is_recorded))
    if nameless:
        names.append("a claimant not recorded" if nameless == 1 else f"{nameless} claimants not recorded")
    return listing(names)


def _voices(statements: Iterable[Statement]) -> set[str]:
    return {statement.voice for statement in statements}


def _relation(group: Sequence[Statement], others: Sequence[Statement], *, counts_alike: bool) -> str:
    """Return how two figures stand to each other; ``""`` where they are not of the same thing."""
    first, second = group[0], others[0]
    if first.category != second.category or _voices(group) & _voices(others):
        return ""  # parts of one account are no contradiction
    if _overlap(first, second):
        return COMPATIBLE
    return CONTRADICT if counts_alike or first.category else DIFFER


def _overlap(first: Statement, second: Statement) -> bool:
    ends = [math.inf if s.is_open else s.high for s in (first, second)]
    # "Up to 9" has no lower end.
    starts = [0.0 if math.isnan(s.low) else s.low for s in (first, second)]
    return max(starts) <= min(ends)


def _with_names(label: str, group: Sequence[Statement]) -> str:
    return f"{label} ({_listed(group)})" if group else label


def _texts(statements: Iterable[Statement]) -> tuple[list[str], bool]:
    """Return who says the same in words, and whether some do not."""
    same: dict[str, list[Statement]] = {}
    for statement in statements:
        key = text_key(statement.text)
        if key and not statement.figure:
            same.setdefault(key, []).append(statement)
    alike = [f"{_listed(group)} say the same." for group in same.values() if len(_names(group)) > 1]
    speakers = {voice for group in same.values() for voice in _voices(group)}
    return alike, len(same) > 1 and len(speakers) > 1


def _positions(statements: Iterable[Statement]) -> tuple[list[str], list[str]]:
    """Return who names one place, and whose places lie apart; a voice may name several."""
    spots: dict[str, list[Statement]] = {}
    for statement in statements:
        if statement.spot:
            spots.setdefault(statement.voice, []).append(statement)
    pairs: dict[bool, list[Statement]] = {True: [], False: []}
    for said, others in combinations(spots.values(), 2):
        is_apart = all(lie_apart(a.spot, b.spot) for a in said for b in others if a.spot and b.spot)
        pairs[is_apart] += [said[0], others[0]]
    if not pairs[True]:
        return ([f"{_listed(pairs[False])} name one place."] if pairs[False] else []), []
    some = "Positions" if not pairs[False] else "Some positions"
    return [], [f"{some} of {_listed(pairs[True])} lie apart."]
