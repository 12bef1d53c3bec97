"""Which claims a newer one replaces."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.claims.chains import reached
from geodata.schema import split


def replacements(
    claims: pd.DataFrame, *, is_excluded: npt.NDArray[np.bool_], is_provider: npt.NDArray[np.bool_]
) -> dict[str, tuple[str, ...]]:
    """Return the claims that stand in the place of each superseded claim, by claim id.

    An excluded claim replaces nothing by itself, but hands on: where A supersedes B, B is
    excluded and supersedes C, then A stands in the place of C. So no figure leaves a range
    without one that takes its place or a reason, and none comes back by an exclusion in
    the middle of a chain.

    Parameters
    ----------
    claims
        Claims of one or more events. A claim supersedes one of the same event and
        subject; a data provider's coding only another coding. Other ids, and its own,
        have no effect: the reader of a case rejects them.
    is_excluded, is_provider
        One truth value a row of ``claims``.
    """
    newer = _newer(claims, is_provider)
    if not newer:
        return {}
    set_aside = set(claims["claim_id"].to_numpy()[is_excluded])
    found = {
        older: tuple(reached(older, newer, stops=lambda claim: claim not in set_aside))
        for older in newer
        if older not in set_aside
    }
    return {older: names for older, names in found.items() if names}


def _newer(claims: pd.DataFrame, is_provider: npt.NDArray[np.bool_]) -> dict[str, list[str]]:
    """Return the claims that name each claim as the older one."""
    naming = np.flatnonzero((claims["supersedes"] != "").to_numpy())
    if not len(naming):
        return {}
    ids = claims["claim_id"].tolist()
    place_of = {claim_id: place for place, claim_id in enumerate(ids)}
    events, subjects, cells = (claims[name].tolist() for name in ("event_id", "subject", "supersedes"))
    newer: dict[str, list[str]] = {}
    for place in naming:
        for older in split(cells[place]):
            other = place_of.get(older, place)
            alike = events[other] == events[place] and subjects[other] == subjects[place]
            if other != place and alike and is_provider[other] == is_provider[place]:
                newer.setdefault(older, []).append(ids[place])
    return newer
