"""A user's file read in the background, so that the page stays alive and the reading can be cancelled."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Event, Thread

from geodata.boundaries import LayerInUse
from geodata.cases import Case, NoEventError
from geodata.cases.imports import open_rows
from geodata.cases.mapped import chosen_mapping
from geodata.cases.read import case_of_bytes
from geodata.errors import GeodataError
from geodata.placed import place_warnings, with_place_warnings
from geodata.progress import JOINING, READING, Cancelled, progress_words
from geodata.readers.guess import Guess, guess_mapping
from geodata.readers.mapping import Mapping
from geodata.readers.rows import Rows
from geodata.readers.table_file import TABLE, TableOptions
from geodata.record import Record, build_record
from geodata.report import Report


@dataclass(frozen=True)
class Columns:
    """A table of nobody that we know: its rows, how they are read, and the guess at that."""

    rows: Rows
    mapping: Mapping
    guess: Guess


@dataclass(frozen=True)
class FileRead:
    """What became of a file: a case with its record, or the reason why there is none.

    ``report`` is there wherever rows were judged; ``columns`` where they were read by a mapping.
    """

    file: str
    data: bytes
    options: TableOptions
    case: Case | None = None
    record: Record | None = None
    report: Report | None = None
    columns: Columns | None = None
    refused: str = ""


class Reading:
    """One reading of one file, in a thread of its own.

    Parameters
    ----------
    data, file
        The bytes and the name of the file.
    options
        What the user says about it.
    layers
        Boundaries of the session that events are joined to.
    """

    def __init__(self, data: bytes, file: str, options: TableOptions, layers: Sequence[LayerInUse]) -> None:
        self.file, self.options = file, options
        self.result: FileRead | None = None
        self.fault: BaseException | None = None
        self.stage, self.done, self.total = READING, 0, 0
        self._stage_began = time.monotonic()
        self._cancelled, self._finished = Event(), Event()
        Thread(target=self._run, args=(data, tuple(layers)), daemon=True).start()

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to wait for."""
        return self._finished.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, at most so long; tell whether it came."""
        return self._finished.wait(seconds)

    def cancel(self) -> None:
        """Ask for an end; it comes at the next step."""
        self._cancelled.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the user asked for an end."""
        return self._cancelled.is_set()

    @property
    def share(self) -> float:
        """The part of the present stage that is done, 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    @property
    def words(self) -> str:
        """Say which stage it is at, how far it is, and how long that will take."""
        words = progress_words(self.stage, self.done, self.total, time.monotonic() - self._stage_began)
        return f"{words[:1].upper()}{words[1:]}"

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self._cancelled.is_set():
            raise Cancelled
        if stage != self.stage:
            self._stage_began = time.monotonic()
        self.stage, self.done, self.total = stage, done, total

    def _run(self, data: bytes, layers: tuple[LayerInUse, ...]) -> None:
        try:
            self.result = self._read(data, layers)
        except Cancelled:
            pass
        except BaseException as fault:  # raised again in the page's own thread, which waits for it
            self.fault = fault
        finally:
            self._finished.set()

    def _read(self, data: bytes, layers: tuple[LayerInUse, ...]) -> FileRead:
        found = FileRead(self.file, data, self.options)
        try:
            case = case_of_bytes(data, self.file, options=self.options, progress=self._tell)
        except NoEventError as error:
            found = replace(found, report=error.report, refused=error.message())
            return replace(found, columns=self._columns(data))
        except GeodataError as error:
            return replace(found, columns=self._columns(data), refused=error.message())
        self._tell(JOINING, 0, 0)
        record = build_record(case, layers=layers)
        self._tell(JOINING, 0, 0)
        report = with_place_warnings(case.report, place_warnings(case, record.events))
        return replace(
            found,
            case=case,
            record=record,
            report=report,
            columns=self._columns(data) if case.mapping and report.format != "case" else None,
        )

    def _columns(self, data: bytes) -> Columns | None:
        """Return the columns of a table whose reading is the user's to change, None for all other files."""
        try:
            opened = open_rows(data, self.file, self.options)
            if opened.layout != TABLE or not opened.rows.records:
                return None
            mapping, guess = chosen_mapping(opened.rows, self.options)
            return Columns(opened.rows, mapping, guess or guess_mapping(opened.rows))
        except GeodataError:
            return None
