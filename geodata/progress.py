"""How far a long task is, and how it is told to stop: one callable for readers, rules and the join.

A task calls ``progress(stage, done, total)`` as it goes on, often enough that a person sees it
move: from the thread that started the task, and never from another. Whoever listens may raise
:class:`Cancelled` (or any other exception, as Ctrl-C does): the task ends there, and has changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Takes the stage, what is done and the total, both in the unit of the stage: bytes for "reading",
else rows. ``total`` is 0 where it is not known; a stage may be told once more with ``done == total``."""

READING, CHECKING, JOINING = "reading", "checking", "joining"


class Cancelled(Exception):  # noqa: N818 - it is no fault, of ours or of the file
    """A task was stopped by the one who listens to its progress."""

    def __init__(self) -> None:
        super().__init__("stopped")


def silent(stage: str, done: int, total: int) -> None:
    """Take progress and tell nobody."""


def progress_words(stage: str, done: int, total: int, spent_s: float) -> str:
    """Return a stage in words, with the time that is left at the present rate.

    Examples
    --------
    >>> progress_words("checking", 500, 2000, 2.0)
    'checking: 500 of 2,000 rows, about 6 s left'
    """
    if not total:
        return f"{stage} …"
    left = spent_s * (total - done) / done if done else 0.0
    wait = f", about {left:.0f} s left" if left >= 1 else ""
    if stage == READING:  # by bytes: how many rows a file has is known when it has been read
        return f"{stage}: {done / 1e6:,.0f} of {total / 1e6:,.0f} MB{wait}"
    return f"{stage}: {done:,} of {total:,} rows{wait}"
