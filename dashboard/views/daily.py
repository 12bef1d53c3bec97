"""What the claimants say of a day's events, in the few words that a chart's tooltip has room for."""

from __future__ import annotations

from collections.abc import Sequence

# Of more events than these the table tells.
_NAMED = 3


def killed_words(ranges: Sequence[str]) -> str:
    """Return the ranges of several events beside each other; they are never added up.

    Parameters
    ----------
    ranges
        ``killed_text`` of each event, ``""`` where nobody speaks of the dead.
    """
    told = [words for words in ranges if words]
    more = [f"and {len(told) - _NAMED} more events"] if len(told) > _NAMED + 1 else []
    # One more event takes the room of the words that it is left out.
    return "; ".join([*told[: _NAMED if more else _NAMED + 1], *more]) or "no claim"


def claimants_words(counts: Sequence[int]) -> str:
    """Return how many claimants an event has: ``"4"``, or ``"1 to 5 an event"``."""
    low, high = min(counts, default=0), max(counts, default=0)
    return f"{low}" if low == high and len(counts) == 1 else f"{span_words(low, high)} an event"


def span_words(low: int, high: int) -> str:
    """Return one number, or two with "to" between them."""
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"
