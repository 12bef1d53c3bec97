"""How far a long task is, told on stderr: a line that renews itself for a person, lines for a log."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from geodata.progress import progress_words

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
