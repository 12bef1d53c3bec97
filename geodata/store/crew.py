"""Who does the tasks of an ingest: this process, a few of this machine, or a cluster (``cluster.py``)."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from typing import Any, Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")


class Crew(Protocol):
    """Does tasks that write files of their own and share nothing."""

    def run(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[int, Result]]:
        """Yield the number and the result of each task, in the order in which they are done."""
        ...

    def close(self) -> None:
        """Let go of the workers."""
        ...


class Alone:
    """Does one task after another, here."""

    def run(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[int, Result]]:
        """Yield the number and the result of each task."""
        for number, task in enumerate(tasks):
            yield number, function(task)

    def close(self) -> None:
        """Do nothing."""


class Processes:
    """Does so many tasks at a time, each in a process of its own.

    Parameters
    ----------
    workers
        How many processes.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        # A fresh interpreter: threads of Arrow do not survive a fork.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_interrupts)

    def run(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[int, Result]]:
        """Yield the number and the result of each task, in the order in which they are done."""
        waiting: dict[Any, int] = {}
        left = iter(enumerate(tasks))
        while True:
            for number, task in left:
                waiting[self._pool.submit(function, task)] = number
                if len(waiting) >= 2 * self._workers:
                    break
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield waiting.pop(future), future.result()

    def close(self) -> None:
        """Let what has begun end, and begin no more."""
        self._pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Leave Ctrl-C to the process that gives out the tasks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
