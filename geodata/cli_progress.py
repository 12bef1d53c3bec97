"""How far a long task is, told on stderr: a line that renews itself for a person, lines for a log."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from geodata.progress import READING

_AFTER_S, _EVERY_S, _LOGGED_EVERY_S = 2.0, 0.3, 10.0


class ToldProgress:
    """Tells progress (:mod:`geodata.progress`) of tasks that take longer than two seconds.

    Parameters
    ----------
    stream
        Where to; a terminal gets one line that renews itself, anything else a line every ten seconds.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self._began = time.monotonic()
        self._stage, self._stage_began, self._told = "", self._began, 0.0
        self._width = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell how far a stage is, if it is time to."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._stage_began = stage, now
        every = _EVERY_S if self.stream.isatty() else _LOGGED_EVERY_S
        if now - self._began < _AFTER_S or now - self._told < every:
            return
        self._told = now
        self._write(progress_words(stage, done, total, now - self._stage_began))

    def end(self) -> None:
        """Leave the line clean for what comes next."""
        if self._width and self.stream.isatty():
            self.stream.write(f"\r{' ' * self._width}\r")
            self.stream.flush()
        self._width = 0

    def _write(self, words: str) -> None:
        if self.stream.isatty():
            self.stream.write(f"\r{words.ljust(self._width)}")
            self._width = len(words)
        else:
            self.stream.write(f"{words}\n")
        self.stream.flush()


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
