"""Which claims of a case supersede which, where some of the rows were rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geodata.cases import rules
from geodata.claims.chains import reached
from geodata.readers.validate import Draft
from geodata.report import RowWarning
from geodata.schema import SEPARATOR, split


def settle_supersedes(claims: Draft) -> None:
    """Reject claims that supersede what they cannot; bridge over rejected ones, and say so.

    Where A supersedes B and B supersedes C, and B was rejected for a fault of its own, A
    supersedes C in the accepted table: else the figure that two later ones replaced would
    come back into the range by a slip of the pen in the middle. A claim whose successors were
    all rejected counts again. Both are warnings with the rows.
    """
    if not any(cells["supersedes"] for cells in claims.raw.values()):
        return
    columns = rules.ClaimKey._fields
    keys = zip(*(claims.frame[name] for name in columns), strict=True)
    kept = dict(zip(claims.frame["claim_id"], map(rules.ClaimKey._make, keys), strict=True))
    lost = {cells["claim_id"] for cells in claims.raw.values()} - set(kept)
    claims.apply(rules.supersedes_rule(kept, rejected=lost))
    names = _named_older(claims)
    claims.apply(rules.cycle_rule(names))
    _bridge(claims, names, kept)
    standing = {older for cell in claims.frame["supersedes"] for older in split(cell)}
    replaced = {
        older
        for row, cells in claims.raw.items()
        if row in claims.faults
        for older in split(cells["supersedes"])
        if older != cells["claim_id"]
    }
    rules.warn_where(
        claims,
        "successor_rejected",
        "a claim that supersedes this one was rejected; until that row is mended this one counts",
        claims.frame["claim_id"].isin(replaced - standing),
    )


def _named_older(claims: Draft) -> dict[str, list[str]]:
    """Return what each claim names as older, rejected claims included."""
    found: dict[str, list[str]] = {}
    for cells in claims.raw.values():
        found.setdefault(cells["claim_id"], []).extend(split(cells["supersedes"]))
    return found


def _bridge(claims: Draft, names: Mapping[str, Sequence[str]], known: Mapping[str, rules.ClaimKey]) -> None:
    kept = set(claims.frame["claim_id"])
    cells = claims.frame["supersedes"].copy()
    bridged = []
    for row, claim_id, cell in zip(claims.frame.index, claims.frame["claim_id"], cells, strict=True):
        if all(older in kept for older in split(cell)):
            continue
        alike = known[claim_id][:2]  # of the same event and subject
        standing = reached(claim_id, names, stops=kept.__contains__)
        found = [older for older in standing if known[older][:2] == alike]
        cells[row] = SEPARATOR.join(found)
        bridged.append(int(row))
    claims.frame = claims.frame.assign(supersedes=cells.astype("str"))
    if bridged:
        message = (
            "a claim that this one supersedes was rejected; "
            "what that one superseded counts as superseded by this one"
        )
        claims.warnings.append(RowWarning("supersedes_rejected", message, tuple(bridged)))
