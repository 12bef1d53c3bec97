"""The ledger of claims: who says what, which figures are current, and the range they span.

A claimant is who says it; a source is who printed it. What a data provider (ACLED,
UCDP) codes from many reports stands on a line of its own, never in a range. The whole
rule, with what may be questioned in it, is in ``docs/decisions/claims.md``.

``replaced`` tells which claims a newer one took the place of, ``relays`` which only
repeat another source, ``weigh`` what each claim counts for; from these ``ranges`` makes
figures and numbers of claimants, ``compare`` who agrees with whom, ``ledger`` what the
panel shows, and ``words`` the words of all of them.
"""

from geodata.claims.compare import Comparison, Verdict
from geodata.claims.ledger import Claim, ClaimSource, Ledger, Position, Subject, ledger, ledgers
from geodata.claims.ranges import casualty_ranges, claimant_counts, provider_lines, subject_ranges
from geodata.claims.weigh import NOT_RECORDED, weigh_claims
from geodata.claims.words import claimant_words, figure_words, range_words

__all__ = [
    "NOT_RECORDED",
    "Claim",
    "ClaimSource",
    "Comparison",
    "Ledger",
    "Position",
    "Subject",
    "Verdict",
    "casualty_ranges",
    "claimant_counts",
    "claimant_words",
    "figure_words",
    "ledger",
    "ledgers",
    "provider_lines",
    "range_words",
    "subject_ranges",
    "weigh_claims",
]
