"""A Dask cluster as the crew of an ingest: the same tasks, the same files, on many machines.

Tasks write to and read from the folder of the store, so that every worker needs to see it, and the
files, under the same path. A worker that dies loses what it was doing, and another does it again.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from geodata import __version__
from geodata.errors import GeodataError, UsageError
from geodata.store.crew import Result, Task

_WAIT_S = 30
_MARK = "seen-by-workers"


class Cluster:
    """Does tasks on the workers of a Dask cluster.

    Parameters
    ----------
    address
        Of its scheduler: ``tcp://host:port``.

    Raises
    ------
    UsageError
        If Dask is not installed, or nothing answers at the address.
    """

    def __init__(self, address: str) -> None:
        try:
            self._dask: Any = importlib.import_module("distributed")  # an extra
        except ImportError as error:
            raise UsageError(
                "needs Dask, which is not installed",
                column="scheduler",
                value=address,
                remedy="pip install -r requirements-cluster.txt",
            ) from error
        try:
            self._client = self._dask.Client(address, timeout=_WAIT_S, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise UsageError(
                f"no Dask scheduler answers there: {error}",
                column="scheduler",
                value=address,
                remedy="Start one (dask scheduler) and its workers, or check host and port",
            ) from error

    def check(self, folder: Path) -> int:
        """Make sure that there are workers, of this version, that see a folder; return how many.

        Raises
        ------
        UsageError
            If not.
        """
        mark = folder / _MARK
        mark.write_text("", encoding="utf-8")
        try:
            found: dict[str, tuple[str, bool]] = self._client.run(worker_state, str(mark))
        finally:
            mark.unlink(missing_ok=True)
        if not found:
            raise UsageError("the cluster has no worker", column="scheduler", remedy="Start dask worker")
        for worker, (version, sees) in found.items():
            if version != __version__:
                raise UsageError(
                    f"the worker {worker} has Strikemap {version}, this is {__version__}",
                    column="scheduler",
                    remedy="Install the same version everywhere",
                )
            if not sees:
                raise UsageError(
                    f"the worker {worker} does not see {folder}",
                    column="scheduler",
                    remedy="Put files and store on a disk that all workers share, under one path",
                )
        return len(found)

    def run(self, function: Callable[[Task], Result], tasks: Sequence[Task]) -> Iterator[tuple[int, Result]]:
        """Yield the number and the result of each task, in the order in which they are done.

        Raises
        ------
        GeodataError
            If the same task has killed several workers, most likely for want of memory.
        """
        if not tasks:
            return
        futures: list[Any] = self._client.map(function, tasks, pure=False, batch_size=1_000)
        number_of = {future.key: number for number, future in enumerate(futures)}
        try:
            for future in self._dask.as_completed(futures, loop=self._client.loop):
                yield number_of[future.key], future.result()
        except self._dask.KilledWorker as error:
            raise GeodataError(
                f"several workers died of one task: {error}",
                remedy="Give each worker 4 GB of memory, and start again: what is done is kept",
            ) from error
        finally:
            self._client.cancel(futures)

    def close(self) -> None:
        """Leave the cluster; it goes on."""
        self._client.close()


def worker_state(mark: str) -> tuple[str, bool]:
    """Return the version that a worker has, and whether it sees a file."""
    return __version__, Path(mark).is_file()
