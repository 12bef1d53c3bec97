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
