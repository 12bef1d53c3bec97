"""The claims on one event, claimants side by side, as the panel shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geodata.claims.compare import ALONE, RELATION_WORDS, Comparison, Statement, compare_statements
from geodata.claims.ranges import accounts
from geodata.claims.relays import SourceBook
from geodata.claims.spots import Spot, spot_of
from geodata.claims.weigh import (
    COUNTED,
    EARLIER,
    EXCLUDED,
    NOT_RECORDED,
    PART,
    PROVIDER,
    RELAY,
    SUPERSEDED,
    Weighed,
    weigh_claims,
)
from geodata.claims.words import (
    claim_figure,
    claimant_words,
    figure_words,
    listing,
    name_key,
    provider_figure,
)
from geodata.schema import CLAIM_SUBJECTS, COUNT_SUBJECTS, GRADES, PROVIDERS, split

Row = dict[str, Any]

_PROVIDER_KEYS = frozenset(name_key(name) for name in PROVIDERS)


@dataclass(frozen=True)
class ClaimSource:
    """Where a claim is printed: publisher, address and day, and whom the source only repeats."""

    publisher: str
    title: str = ""
    url: str = ""
    published: str = ""
    relayed_publisher: str = ""
    first_publisher: str = ""


@dataclass(frozen=True)
class Claim:
    """One claim as the panel shows it; numbers are None where the cell is empty.

    ``relayed_publisher`` is whom the source only repeats, ``""`` where it stands alone;
    ``publisher``, ``url`` and this one are those of the first of ``sources``.
    ``replaced_by`` says what took the place of a superseded claim: "95", and where
    somebody else said it "9 of the Interior Ministry". ``status`` is one of those of
    :mod:`geodata.claims.weigh`. ``spot`` is the position that the claim states in its own
    columns, ``position`` the same in words.
    """

    claim_id: str
    text: str
    value_min: float | None
    value_max: float | None
    value_best: float | None
    figure: str
    category: str
    claimed_at: str
    grade: str
    excluded_reason: str
    source_id: str
    publisher: str
    url: str
    relayed_publisher: str
    replaced_by: str = ""
    status: str = COUNTED
    sources: tuple[ClaimSource, ...] = ()
    spot: Spot | None = None
    position: str = ""

    @property
    def is_part(self) -> bool:
        """Whether the figure is a part of its claimant's total, and not added to it."""
        return self.status == PART


@dataclass(frozen=True)
class Position:
    """What one claimant says on one subject.

    Parameters
    ----------
    claimant
        Who says it.
    current
        Claims that stand, in order of time, parts of a total last; several where nothing
        tells which is newer.
    superseded
        Claims that a newer one replaced, oldest first.
    excluded
        Claims set aside, each with its reason.
    is_provider
        Whether this is a data provider's coding, on a line of its own.
    independent_sources
        Number of sources of the current claims that do not only repeat another of them.
    repeated
        Claims of an outlet that only repeats a claim which is there already.
    figure
        The figure that counts for this claimant, in words; ``""`` for none.
    """

    claimant: str
    current: tuple[Claim, ...]
    superseded: tuple[Claim, ...]
    excluded: tuple[Claim, ...]
    is_provider: bool
    independent_sources: int
    repeated: tuple[Claim, ...] = ()
    figure: str = ""

    @property
    def grade(self) -> str:
        """The best grade of the current claims, ``""`` where none stands."""
        return min((claim.grade for claim in self.current), key=_grade_rank, default="")


@dataclass(frozen=True)
class Subject:
    """One subject of the ledger: positions side by side, and how they stand to each other.

    Positions come by grade; claimants who are not recorded, those with nothing that
    stands, outlets that only repeat, and providers follow in this order. ``differs`` tells
    whether claimants contradict each other, or two of them are graded disputed: what one
    claimant says in several parts is no contradiction. ``relation`` is a key of
    ``RELATION_WORDS``; ``relation_words`` and ``sentences`` say it.
    """

    subject: str
    positions: tuple[Position, ...]
    figures: tuple[Comparison, ...]
    differs: bool = False
    relation: str = ALONE
    relation_words: str = ""
    claimants: str = ""
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ledger:
    """All claims on one event, by subject in the order of the schema."""

    event_id: str
    subjects: tuple[Subject, ...]


def ledger(claims: pd.DataFrame, sources: pd.DataFrame, event_id: str) -> Ledger:
    """Return the claims on one event, claimants side by side.

    Parameters
    ----------
    claims, sources
        Tables of a case.
    event_id
        The event. One without claims has a ledger without subjects.
    """
    return next(ledgers(claims[claims["event_id"] == event_id], sources, [event_id]))


def ledgers(claims: pd.DataFrame, sources: pd.DataFrame, event_ids: Iterable[str]) -> Iterator[Ledger]:
    """Return the ledgers of several events, in this order; the claims are weighed once."""
    weighed = weigh_claims(claims, sources)
    by_event: dict[str, list[Row]] = {}
    for row in weighed.table.to_dict("records"):
        by_event.setdefault(row["event_id"], []).append({str(name): value for name, value in row.items()})
    given = _given(weighed.table)
    for event_id in event_ids:
        rows = by_event.get(event_id, [])
        shown = _shown_claims(rows, weighed)
        by_subject = _grouped(rows, "subject")
        subjects = [subject for subject in CLAIM_SUBJECTS if subject in by_subject]
        yield Ledger(
            event_id,
            tuple(_subject(name, by_subject[name], shown, given, weighed.book) for name in subjects),
        )


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups


def _subject(
    subject: str, rows: list[Row], shown: Mapping[str, Claim], given: Mapping[int, _Given], book: SourceBook
) -> Subject:
    counts_alike = subject in COUNT_SUBJECTS
    stands = [row for row in rows if row["status"] == COUNTED]
    found = [_position(said, shown, book, given) for said in _grouped(rows, "voice").values()]
    positions = tuple(sorted(found, key=_position_rank))
    place_of = {position.claimant: place for place, position in enumerate(positions)}
    statements = sorted(_statements(stands, shown, given), key=lambda said: place_of[said.name])
    verdict = compare_statements(statements, counts_alike=counts_alike)
    return Subject(
        subject=subject,
        positions=positions,
        figures=verdict.figures,
        differs=verdict.differs,
        relation=verdict.relation,
        relation_words=RELATION_WORDS[verdict.relation],
        claimants=_claimants(stands, given, counts_alike=counts_alike),
        sentences=(*verdict.sentences, *_repeating(positions)),
    )


def _claimants(stands: list[Row], given: Mapping[int, _Given], *, counts_alike: bool) -> str:
    """Return how many claimants speak on a subject, and how many of them give a figure."""
    if not stands:
        return ""
    voices = {row["key"] for row in stands if row["recorded"]}
    words = claimant_words(len(voices), unrecorded=not all(row["recorded"] for row in stands))
    with_figure = sum(key in given for key in voices) if counts_alike else len(voices)
    if with_figure == len(voices):
        return words
    return f"{words}, {with_figure or 'none'} with a figure"


class _Given(NamedTuple):
    """The figure that counts for one voice."""

    low: float
    high: float
    is_open: bool
    category: str

    @property
    def words(self) -> str:
        return figure_words(self.low, self.high, is_open=self.is_open)


def _given(table: pd.DataFrame) -> dict[int, _Given]:
    """Return the figure that counts for each voice, event and subject, by ``key``."""
    columns = ("key", "low", "high", "open", "category")
    found: dict[int, _Given] = {}
    for subject in COUNT_SUBJECTS:
        told = accounts(table, subject)
        cells = (told.loc[told["has_figure"], name].tolist() for name in columns)
        found |= {key: _Given(*parts) for key, *parts in zip(*cells, strict=True)}
    return found


def _statements(
    stands: list[Row], shown: Mapping[str, Claim], given: Mapping[int, _Given]
) -> Iterator[Statement]:
    """Return what is compared: a figure a voice where figures make a range, else each claim."""
    disputing = {row["key"] for row in stands if row["grade"] == "disputed"}
    told: set[int] = set()
    for row in stands:
        key, claim = row["key"], shown[row["claim_id"]]
        counted = given.get(key) if row["recorded"] else None
        if counted is None:
            yield Statement(
                voice=row["voice"] if row["recorded"] else row["claim_id"],
                name=row["name"],
                figure=claim.figure,
                category=claim.category,
                low=row["value_min"],
                high=row["high"],
                is_open=claim.value_max is None and claim.value_min is not None,
                text=claim.text,
                is_disputed=claim.grade == "disputed",
                is_recorded=bool(row["recorded"]),
                # Several sites can all be true; there is one place, and an attack has one origin.
                spot=None if row["subject"] == "sites" else claim.spot,
            )
        elif key not in told:
            told.add(key)
            yield Statement(
                voice=row["voice"],
                name=row["name"],
                figure=counted.words,
                category=counted.category,
                low=counted.low,
                high=counted.high,
                is_open=counted.is_open,
                is_disputed=key in disputing,
            )


def _position(
    rows: list[Row], shown: Mapping[str, Claim], book: SourceBook, given: Mapping[int, _Given]
) -> Position:
    claims = [shown[claim_id] for claim_id in _in_order(rows)]
    current = tuple(
        claim for wanted in ((COUNTED, PROVIDER), (PART,)) for claim in claims if claim.status in wanted
    )
    counted = given.get(rows[0]["key"])
    return Position(
        claimant=rows[0]["name"],
        current=current,
        superseded=tuple(claim for claim in claims if claim.status in (SUPERSEDED, EARLIER)),
        excluded=tuple(claim for claim in claims if claim.status == EXCLUDED),
        is_provider=rows[0]["voice"] in _PROVIDER_KEYS,
        independent_sources=len({root for claim in current for root in book.roots_of_cell(claim.source_id)}),
        repeated=tuple(claim for claim in claims if claim.status == RELAY),
        figure=counted.words if counted else "",
    )


def _grade_rank(grade: str) -> int:
    return GRADES.index(grade) if grade in GRADES else len(GRADES)


def _position_rank(position: Position) -> tuple[bool, bool, bool, bool, int]:
    """Return the order: claimants by grade, not recorded, nothing that stands, repeating, providers."""
    return (
        position.is_provider,
        bool(position.repeated) and not position.current,
        not position.current,
        position.claimant == NOT_RECORDED,
        _grade_rank(position.grade),
    )


def _repeating(positions: Sequence[Position]) -> Iterator[str]:
    for position in positions:
        repeated = dict.fromkeys(
            source.first_publisher or source.relayed_publisher
            for claim in position.repeated
            for source in claim.sources
        )
        if repeated:
            yield f"{position.claimant} only repeats {listing(list(repeated))} and is not counted."


def _in_order(rows: list[Row]) -> list[str]:
    """Return one claimant's claims in order of time, each after those that it supersedes."""
    earlier = {row["claim_id"]: split(row["supersedes"]) for row in rows}
    ordered: dict[str, None] = {}
    for row in sorted(rows, key=lambda row: str(row["claimed_at"])):
        # Depth first, with a stack of its own: a chain may be longer than Python's.
        opened: set[str] = set()
        ways = [row["claim_id"]]
        while ways:
            claim = ways[-1]
            before = [older for older in earlier[claim] if older in earlier and older not in ordered]
            if claim in opened or not before:
                ordered.setdefault(ways.pop())
                continue
            opened.add(claim)
            ways.extend(older for older in reversed(before) if older not in opened)
    return list(ordered)


def _shown_claims(of_event: list[Row], weighed: Weighed) -> dict[str, Claim]:
    rows = {row["claim_id"]: row for row in of_event}
    later = _later_figures(of_event)
    shown = {}
    for claim_id, row in rows.items():
        words = later.get(row["key"], "") if row["status"] == EARLIER else ""
        if row["status"] == SUPERSEDED:
            newer = (rows[name] for name in weighed.replaced.get(claim_id, ()))
            words = listing([_replacement(row, other) for other in newer])
        shown[claim_id] = _claim(row, weighed.book, words)
    return shown


def _later_figures(rows: list[Row]) -> dict[int, str]:
    """Return the figures that count for each voice, as what took the place of its earlier ones."""
    words: dict[int, list[str]] = {}
    for row in rows:
        figure = claim_figure(row["value_min"], row["value_max"]) if row["status"] == COUNTED else ""
        if figure:
            day = f" of {row['claimed_at']}" if row["claimed_at"] else ""
            words.setdefault(row["key"], []).append(figure + day)
    return {key: listing(list(dict.fromkeys(found))) for key, found in words.items()}


def _replacement(older: Row, newer: Row) -> str:
    said = claim_figure(newer["value_min"], newer["value_max"]) or "a later statement"
    return said if older["voice"] == newer["voice"] else f"{said} of {newer['name']}"


def _claim(row: Row, book: SourceBook, replaced_by: str) -> Claim:
    sources = tuple(_claim_source(name, book) for name in split(row["source_id"]))
    first = sources[0] if sources else ClaimSource("")
    low, high, best = (row[name] for name in ("value_min", "value_max", "value_best"))
    is_coded = row["voice"] in _PROVIDER_KEYS
    spot = spot_of(row)
    return Claim(
        claim_id=row["claim_id"],
        text=row["text"],
        value_min=_number(low),
        value_max=_number(high),
        value_best=_number(best),
        figure=provider_figure(row["name"], low, high, best) if is_coded else claim_figure(low, high),
        category=row["category"],
        claimed_at=row["claimed_at"],
        grade=row["grade"],
        excluded_reason=row["excluded_reason"],
        source_id=row["source_id"],
        publisher=first.publisher,
        url=first.url,
        relayed_publisher=first.relayed_publisher,
        replaced_by=replaced_by,
        status=row["status"],
        sources=sources,
        spot=spot,
        position=spot.words if spot else "",
    )


def _claim_source(source_id: str, book: SourceBook) -> ClaimSource:
    source = book.source(source_id)
    relayed = listing([_publisher(name, book) for name in source.relays])
    roots = book.roots(source_id) if source.relays else ()
    first = listing([_publisher(name, book) for name in roots if name != source_id])
    return ClaimSource(
        _publisher(source_id, book),
        source.title,
        source.url,
        source.published,
        relayed,
        first if first != relayed else "",
    )


def _publisher(source_id: str, book: SourceBook) -> str:
    return book.source(source_id).publisher or source_id


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
