"""One subject of the ledger as HTML: a table, claimants as its rows, providers in one of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from geodata.claims import Claim, ClaimSource, Position, Subject
from geodata.render.markup import link, tag, text
from geodata.schema import COUNT_SUBJECTS, NOT_RECORDED

_SUBJECT_WORDS = {"status_of_dead": "who the dead were", "sites": "sites struck"}


def subject_html(subject: Subject) -> str:
    """Return who says what on a subject, who agrees, and what is set aside; every text is escaped."""
    name = _SUBJECT_WORDS.get(subject.subject, subject.subject)
    name = f"{name[:1].upper()}{name[1:]}"
    claimants = [position for position in subject.positions if not position.is_provider]
    providers = [position for position in subject.positions if position.is_provider]
    relation = tag("em", text(subject.relation_words))
    body = tag("h4", f"{text(name)} {relation}".strip())
    body += tag("ul", "".join(tag("li", text(sentence)) for sentence in subject.sentences), "sm-verdict")
    said = "Figure" if subject.subject in COUNT_SUBJECTS else "Says"
    counted = tag("span", f"{text(name)} by claimant: ", "sm-unseen") + text(
        subject.claimants or "nothing that counts"
    )
    body += _table(counted, ("Claimant", said, "Grade and source"), claimants)
    body += _table(
        tag("span", f"{text(name)}: ", "sm-unseen")
        + "Coded by data providers; not counted with the claimants",
        ("Provider", "Coded", "Source"),
        providers,
    )
    return tag("section", body, "sm-subject")


def _table(caption: str, heads: tuple[str, ...], positions: Iterable[Position]) -> str:
    rows = "".join(_rows(position) for position in positions)
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{text(name)}</th>' for name in heads)
    return tag(
        "table",
        tag("caption", caption) + tag("thead", tag("tr", head)) + tag("tbody", rows),
        "sm-ledger",
    )


def _rows(position: Position) -> str:
    """Return one row a claim; the claimant's cell spans them."""
    cells = list(_claims(position))
    shown = [claim.figure for claim in position.current if not claim.is_part]
    counted = position.figure if position.figure and shown != [position.figure] else ""
    note = tag("small", f"counted as {text(counted)}") if counted else ""
    who = f'<th scope="row" rowspan="{len(cells)}">{text(position.claimant)}{note}</th>'
    return "".join(tag("tr", f"{who if number == 0 else ''}{cell}") for number, cell in enumerate(cells))


def _claims(position: Position) -> Iterator[str]:
    for claim in position.current:
        yield _pair(_said(claim), claim, with_grade=not position.is_provider)
    for claim in position.repeated:
        yield _pair(_said(claim) + tag("em", "Only repeats another source; not counted"), claim)
    for claim in position.superseded:
        replaced = f"Superseded, replaced by {text(claim.replaced_by)}" if claim.replaced_by else "Superseded"
        yield _pair(tag("s", _said(claim)) + tag("em", replaced), claim)
    for claim in position.excluded:
        yield _pair(tag("s", _said(claim)) + tag("em", f"Not counted: {text(claim.excluded_reason)}"), claim)


def _pair(said: str, claim: Claim, *, with_grade: bool = True) -> str:
    grade = text(claim.grade.replace("_", " ")) if with_grade else ""
    printed = "; ".join(_source(source, claim.source_id) for source in claim.sources) or "no source cited"
    said_on = f", said {text(_day(claim.claimed_at))}" if claim.claimed_at else ""
    return tag("td", said) + tag("td", grade + tag("small", printed + said_on))


def _said(claim: Claim) -> str:
    figure = " ".join(part for part in (claim.figure, claim.category) if part) if claim.figure else ""
    of_them = "of them " if claim.is_part else ""
    words = claim.text if claim.text or figure or claim.position else "no figure, no words shown"
    said = tag("strong", text(of_them + figure) if figure else "") + tag("span", text(words))
    return said + tag("small", text(claim.position))


def _source(source: ClaimSource, source_id: str) -> str:
    if source_id == NOT_RECORDED:
        return "printing page not recorded"
    words = link(source.publisher, source.url)
    if source.published:
        words += f", {text(_day(source.published))}"
    if source.relayed_publisher:
        words += f", relaying {text(source.relayed_publisher)}"
    if source.first_publisher:
        words += f", from {text(source.first_publisher)}"
    return words


def _day(stamp: str) -> str:
    """Return a day as people write it, with the hour where there is one; what is no day stays."""
    try:
        day = date.fromisoformat(stamp[:10])
    except ValueError:
        return stamp
    hour = stamp[11:16]
    return f"{day.day} {day:%b %Y}{f' {hour}' if hour else ''}"
