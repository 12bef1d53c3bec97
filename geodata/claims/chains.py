"""One claim after another in place of the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence


def reached(start: str, following: Mapping[str, Sequence[str]], *, stops: Callable[[str], bool]) -> list[str]:
    """Return the claims at which the ways from ``start`` first stop, in order, each once.

    Parameters
    ----------
    following
        The claims that come next, by claim id; circles are walked once.
    stops
        Whether a way ends at a claim; else it goes on through it.
    """
    found: dict[str, None] = {}
    seen = {start}
    ways = list(reversed(following.get(start, ())))
    while ways:
        claim = ways.pop()
        if claim in seen:
            continue
        seen.add(claim)
        if stops(claim):
            found[claim] = None
        else:
            ways.extend(reversed(following.get(claim, ())))
    return list(found)
