"""Competing positions and sites of the events, as claims.

A claim has a position only where its own columns state one; its text is never read for
any, and without those columns a claimed place is words. Each row says whose claim it is.
Positions of launch that an attack states are drawn as the attack's; a claim on the origin
is among these only with a position of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from geodata.cases import Case
from geodata.claims import Claim, Position, Subject, ledgers, subject_ranges
from geodata.claims.compare import AGREE, ALONE, CONTRADICT, DIFFER, DISPUTED, REWORDED
from geodata.claims.spots import Spot, lie_apart
from geodata.claims.weigh import COUNTED, EARLIER, EXCLUDED, RELAY, SUPERSEDED
from geodata.record import Record
from geodata.schema import POSITION_COLUMNS, POSITION_SUBJECTS

OTHERWISE = "another claimant says otherwise"


@dataclass(frozen=True)
class ClaimedPosition:
    """What one claim says of an event's place or of its sites.

    Parameters
    ----------
    claim_id, event_id, claimant, grade, text
        As the claim has them; ``claimant`` is whose words they are.
    subject
        ``"place"``, ``"sites"`` or ``"origin"``.
    status
        ``"counted"`` for a claim that stands, ``"part"``, ``"earlier"``, ``"superseded"``,
        ``"excluded"``, ``"relay"``, or ``"provider"``; see :mod:`geodata.claims.weigh`.
    is_competing
        Whether another claimant's claim that stands on the same subject says otherwise or
        is worded otherwise. It does not say that one of them is wrong.
    value_min, value_max
        Number of sites, None where the claim gives none; ``value_max`` None beside a
        ``value_min`` is "at least".
    words
        The claim as a label that names its claimant: ``"CNN: 7 sites (claim, several sources)"``.
    anchor
        How the event itself is drawn, at which the words may stand: ``"point"``, ``"area"``
        or ``""`` for nowhere. It is the event's place, not the claim's.
    anchor_area
        Boundary id of the event's area, ``""`` for none.
    spot
        The position that the claim states, None where it states none.
    rival
        In words, that another claimant's claim that stands says otherwise, ``""`` where none does.
    excluded_reason
        Why the claim does not count, ``""`` unless it is excluded.
    """

    claim_id: str
    event_id: str
    claimant: str
    subject: str
    status: str
    is_competing: bool
    value_min: float | None
    value_max: float | None
    grade: str
    text: str
    words: str
    anchor: str
    anchor_area: str
    spot: Spot | None = None
    rival: str = ""
    excluded_reason: str = ""

    @property
    def is_current(self) -> bool:
        """Whether the claim stands; one that does not is drawn, if at all, as set aside."""
        return self.status == COUNTED


def claimed_positions(record: Record) -> tuple[ClaimedPosition, ...]:
    """Return the claims on place and sites of a record's events, by event in its order.

    Parameters
    ----------
    record
        A record, filtered or not; claims on events outside it are left out.
    """
    return _claimed(record, list(record.events["event_id"]))


def stated_positions(record: Record) -> tuple[ClaimedPosition, ...]:
    """Return those of :func:`claimed_positions` whose claims state a position of their own."""
    claims = record.case.claims
    numbers, texts = POSITION_COLUMNS[:2], POSITION_COLUMNS[3:]
    stated = claims[list(numbers)].notna().all(axis=1) | (claims[list(texts)] != "").any(axis=1)
    # Few cases have any: only the ledgers of their events are made.
    found = set(claims.loc[stated, "event_id"])
    event_ids = [event_id for event_id in record.events["event_id"] if event_id in found]
    return tuple(position for position in _claimed(record, event_ids) if position.spot)


def _claimed(record: Record, of_events: Sequence[str]) -> tuple[ClaimedPosition, ...]:
    claims = record.case.claims
    wanted = claims[claims["subject"].isin(POSITION_SUBJECTS) & claims["event_id"].isin(of_events)]
    columns = ("event_id", "drawn_as", "drawn_area")
    anchors = {row[0]: row[1:] for row in zip(*(record.events[name] for name in columns), strict=True)}
    with_claims = set(wanted["event_id"])
    event_ids = [event_id for event_id in anchors if event_id in with_claims]
    if not event_ids:  # ledgers of nothing take a while too, and every change of the map asks
        return ()
    return tuple(
        position
        for told in ledgers(wanted, record.case.sources, event_ids)
        for subject in told.subjects
        for position in _positions(told.event_id, subject, *anchors[told.event_id])
        if position.spot or subject.subject != "origin"
    )


def most_sites(record: Record) -> int:
    """Return the largest number of sites that counts for one event of a record; 0 where nobody gives one."""
    sites = _sites(record.case)
    if not sites:
        return 0
    return max((sites.get(event_id, 0) for event_id in record.events["event_id"]), default=0)


def _sites(case: Case) -> dict[str, int]:
    """Return the number of sites that counts for each event that has one; found once for a case."""
    known: dict[str, int] | None = case.__dict__.get("made_sites")
    if known is None:
        event_ids = list(dict.fromkeys(case.claims.loc[case.claims["subject"] == "sites", "event_id"]))
        known = {}
        if event_ids:
            ranges = subject_ranges(case.claims, event_ids, subject="sites", sources=case.sources)
            high = ranges["sites_high"].dropna()
            known = {str(event_id): int(number) for event_id, number in high.items()}
        case.__dict__["made_sites"] = known
    return known


def _positions(event_id: str, subject: Subject, anchor: str, area: str) -> Iterator[ClaimedPosition]:
    competing = subject.relation not in (AGREE, ALONE)
    for position in subject.positions:
        for claim in (*position.current, *position.repeated, *position.superseded, *position.excluded):
            yield ClaimedPosition(
                claim_id=claim.claim_id,
                event_id=event_id,
                claimant=position.claimant,
                subject=subject.subject,
                status=claim.status,
                is_competing=competing and claim.status == COUNTED,
                value_min=claim.value_min,
                value_max=claim.value_max,
                grade=claim.grade,
                text=claim.text,
                words=_words(subject.subject, position, claim),
                anchor=anchor,
                anchor_area=area,
                spot=claim.spot,
                rival=_rival(subject, position, claim),
                excluded_reason=claim.excluded_reason,
            )


def _rival(subject: Subject, position: Position, claim: Claim) -> str:
    """Return in words that another claimant says otherwise; a provider's coding is no rival."""
    if claim.status != COUNTED:
        return ""
    others = [
        [other.spot for other in rival.current if other.spot]
        for rival in subject.positions
        if rival is not position and not rival.is_provider
    ]
    compared = [spots for spots in others if spots] if claim.spot and subject.subject != "sites" else []
    if any(all(lie_apart(claim.spot, spot) for spot in spots) for spots in compared if claim.spot):
        return OTHERWISE
    is_disputed = subject.relation == DISPUTED and claim.grade == "disputed"
    if subject.relation in (CONTRADICT, DIFFER) or is_disputed:
        return OTHERWISE
    if subject.relation == REWORDED and not compared:
        return "another claimant words it otherwise"
    return ""


def _words(subject: str, position: Position, claim: Claim) -> str:
    noun = "site" if claim.figure == "1" else "sites"
    said = f"{claim.figure} {noun}" if subject == "sites" and claim.figure else claim.text.rstrip(".")
    marks = ["coding" if position.is_provider else "claim", claim.grade.replace("_", " ")]
    set_aside = {
        SUPERSEDED: "superseded",
        EARLIER: "superseded",
        EXCLUDED: "not counted",
        RELAY: "repeats another",
    }
    if claim.status in set_aside:
        marks.append(set_aside[claim.status])
    return f"{position.claimant}: {said or 'no words shown'} ({', '.join(marks)})"
