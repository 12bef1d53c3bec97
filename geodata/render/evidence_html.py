"""The evidence of one event as HTML: what is known of it, claimants side by side."""

from __future__ import annotations

from geodata.cards import Card
from geodata.render.ledger_html import subject_html
from geodata.render.markup import link, rows, tag, text
from geodata.schema import CASUALTY_SUBJECTS


def card_html(card: Card) -> str:
    """Return a card as HTML in which every text is escaped."""
    known = "; ".join(part for part in (card.precision, *card.flags) if part)
    pairs = [
        ("Where", text(card.where)),
        ("Known", text(known)),
        ("Local time", text(" ".join(part for part in (card.local_time, card.other_days) if part))),
        ("UTC", text(card.utc_time)),
        ("Actors", text(", ".join(card.actors))),
    ]
    for attack in card.attacks:
        pairs.append(("Attack", text("; ".join(p for p in (attack.who, attack.weapon, attack.target) if p))))
        pairs.append(
            ("Direction", text(attack.direction) + (" <em>(disputed)</em>" if attack.alternative else ""))
        )
    body = tag("h3", text(card.title))
    body += tag("p", text(card.kind + (", context" if card.role == "context" else "")), "sm-muted")
    body += _figures(card)
    body += tag("p", text(card.summary))
    # The claims on the dead and injured come before the particulars: they are what is looked for first.
    first = [subject for subject in card.ledger.subjects if subject.subject in CASUALTY_SUBJECTS]
    rest = [subject for subject in card.ledger.subjects if subject.subject not in CASUALTY_SUBJECTS]
    body += "".join(subject_html(subject) for subject in first)
    body += rows(pairs)
    body += "".join(subject_html(subject) for subject in rest)
    body += tag("h4", "Sources of the event") + tag(
        "ul", "".join(tag("li", link(label, url)) for label, url in card.sources)
    )
    return tag("article", body, "sm-evidence")


def _figures(card: Card) -> str:
    figures = "".join(tag("span", text(figure)) for figure in (card.killed, card.injured) if figure)
    provider = tag("p", f"Coded by {text(card.provider)}", "sm-muted") if card.provider else ""
    return tag("div", figures, "sm-figures") + provider
