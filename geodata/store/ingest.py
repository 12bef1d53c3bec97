"""Files of events to a store: cut into pieces, read into runs, compared by id, brought into parts.

Every step writes whole files under names that follow from what they are made of, so that a second
start goes on where the first one stopped. ``docs/decisions/store.md`` has the steps and why.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from geodata import __version__
from geodata.cases.head import meta_text
from geodata.cases.meta import FILE
from geodata.errors import InputError, UsageError
from geodata.progress import Progress, silent
from geodata.readers.table_file import TableOptions
from geodata.store import bounds, merging
from geodata.store.about import COLUMNS, FORMAT, STORE_FILE, VERSION, WORK
from geodata.store.beside import write_rejected, write_sources
from geodata.store.crew import Alone, Crew
from geodata.store.files import is_arrow_full, read_json, unwritable, write_json
from geodata.store.folder import drop_parts, finished, only_one, open_work, written
from geodata.store.heads import merged_head
from geodata.store.making import finish_columns
from geodata.store.parts import TABLES
from geodata.store.pieces import (
    BLOCK_BYTES,
    PIECE_ROWS,
    CutFile,
    cut_file,
    is_same,
    labels_of,
    piece_key,
    whole_file,
)
from geodata.store.runs import RunTask, make_run
from geodata.store.tables import OURS
from geodata.store.twins import DropTask, Run, drop_twins, find_twins

READING_ROWS, COMPARING, WRITING, COUNTING = "reading", "comparing ids", "writing", "counting"
# Raised when what a run holds changes.
_RUN_VERSION = 1
_SHOWN = 20


@dataclass(frozen=True)
class Wish:
    """What the user wants of a store, beside the files.

    Parameters
    ----------
    options
        What is said about tables.
    title
        Of the store; empty: that of its one file, or the name of the folder.
    statement
        On what ground ACLED's rows may be passed on; nothing needs it before they are.
    is_strict
        Whether a rejected row stops the work.
    piece_rows, block_bytes, part_rows, fan_in
        Records of a piece, about, and bytes in which it grows; rows of a part, about; and runs that are
        brought together in one step.
    """

    options: TableOptions = field(default_factory=TableOptions)
    title: str = ""
    statement: str = ""
    is_strict: bool = False
    piece_rows: int = PIECE_ROWS
    block_bytes: int = BLOCK_BYTES
    part_rows: int = bounds.PART_ROWS
    fan_in: int = merging.FAN_IN


def _quiet(_: str) -> None:
    """Tell nobody."""


def ingest(
    paths: Sequence[Path],
    folder: Path,
    wish: Wish | None = None,
    *,
    crew: Crew | None = None,
    progress: Progress = silent,
    tell: Callable[[str], None] = _quiet,
) -> dict[str, Any]:
    """Make a store of files, and return its balance.

    Parameters
    ----------
    paths
        Cases or event tables, in any order, each once.
    folder
        Of the store: new, or that of an earlier start of the same command.
    crew
        Who does the work.
    tell
        Is told, in words, what an earlier start has left.

    Returns
    -------
    dict
        ``out``, ``events``, ``rejected``, ``rows_read`` (``events + rejected == rows_read``), ``points``,
        ``in_areas``, ``parts``, ``files`` and ``warnings``; ``is_new`` is False where the store was there.

    Raises
    ------
    UsageError
        If there is no such file, or the folder holds something else.
    InputError
        If a file cannot be read, or no event of any is accepted.
    GeodataError
        If the disk is full.
    """
    wish, crew = wish or Wish(), crew or Alone()
    places = _places(paths)
    there = finished(folder)
    if there is not None:
        return _as_it_is(there, places, folder, wish, tell)
    work = open_work(folder)
    with only_one(work):
        try:
            return _Ingest(folder, work, wish, crew, progress, tell).run(places)
        except pa.ArrowException as error:
            if is_arrow_full(error):
                raise unwritable(folder, OSError(28, "No space left on device")) from error
            raise
        except OSError as error:
            raise written(folder, error) from error


def _places(paths: Sequence[Path]) -> list[Path]:
    if not paths:
        raise UsageError("there is no file to read", column="files", remedy="Name at least one")
    for path in paths:
        if not path.exists():
            raise UsageError("there is no such file", file=str(path), remedy="Check the path")
    return sorted({path.resolve() for path in paths})


def _as_it_is(
    there: dict[str, Any], places: list[Path], folder: Path, wish: Wish, tell: Callable[[str], None]
) -> dict[str, Any]:
    """Return the balance of a finished store, if it is one of these very files."""
    labels = labels_of(places)
    cut = [_cut(path, labels[path], wish) for path in places]
    if there.get("input") != _input(_keys(cut, wish), wish):
        raise UsageError(
            f"holds a finished store of other files, options or another version ({there.get('created_by')})",
            file=str(folder),
            remedy="Give --out the name of a new folder, or delete this one",
        )
    shutil.rmtree(folder / WORK, ignore_errors=True)  # the last thing that an earlier start had to do
    tell(f"{folder} is the store of these files already; nothing was done")
    return {**there["balance"], "out": str(folder), "is_new": False}


def _cut(path: Path, label: str, wish: Wish) -> CutFile:
    try:
        return cut_file(path, label, wish.options, piece_rows=wish.piece_rows, block_bytes=wish.block_bytes)
    except OSError as error:
        raise InputError(
            f"cannot be opened: {error.strerror or error}",
            file=str(path),
            remedy="Check that it exists and that you may read it",
        ) from error


def _said(wish: Wish) -> str:
    """Return all that decides on a run beside the piece, as text."""
    options = vars(wish.options) | {"mapping": wish.options.mapping.to_json() if wish.options.mapping else ""}
    return json.dumps([_RUN_VERSION, __version__, {name: str(value) for name, value in options.items()}])


def _keys(cut: Iterable[CutFile], wish: Wish) -> list[str]:
    said = _said(wish)
    return [piece_key(piece, said) for file in cut for piece in file.pieces]


def _input(keys: Iterable[str], wish: Wish) -> str:
    """Return a hash of all that decides on the parts of a store."""
    said = [*sorted(keys), wish.title, wish.statement, wish.part_rows, VERSION]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True)
class _Ingest:
    """The steps of one ingest."""

    folder: Path
    work: Path
    wish: Wish
    crew: Crew
    progress: Progress
    tell: Callable[[str], None]

    def run(self, places: list[Path]) -> dict[str, Any]:
        """Do all of them, and return the balance."""
        cut = self._cut_files(places)
        summaries = self._read(cut)
        keys = [summary["key"] for summary in summaries]
        self._require_events(summaries)
        self._keep_parts(_input(keys, self.wish))
        runs = [_run_of(self.work, summary) for summary in summaries]
        dropped = self._drop_twins(runs)
        if self.wish.is_strict:
            _require_no_rejects(summaries, sum(dropped))
        head = merged_head(
            summaries,
            title=self.wish.title,
            name=self.folder.name,
            accessed=self.wish.options.accessed,
            statement=self.wish.statement,
        )
        columns = {name: _unknown_columns(summaries, name) for name in (*TABLES, "sources")}
        said = {"licence": head.licence, "citation": head.citation}
        parts = merging.write_parts(
            runs,
            dropped,
            folder=self.folder,
            work=self.work,
            columns={name: columns[name] for name in TABLES},
            said=tuple((name, text) for name, text in said.items() if text),
            part_rows=self.wish.part_rows,
            fan_in=self.wish.fan_in,
            crew=self.crew,
            told=lambda done, total: self.progress(WRITING, done, total),
        )
        balance = _balance(summaries, dropped, parts)
        self._finish(head, summaries, runs, dropped, columns["sources"])
        finish_columns(
            self.folder,
            work=self.work / COLUMNS,
            crew=self.crew,
            told=lambda done, total: self.progress(COUNTING, done, total),
        )
        self._write_store_file(cut, summaries, parts, balance, _input(keys, self.wish))
        shutil.rmtree(self.work, ignore_errors=True)
        return {**balance, "out": str(self.folder), "is_new": True}

    # -- files to runs -----------------------------------------------------------------------

    def _cut_files(self, places: list[Path]) -> list[CutFile]:
        """Cut files, but for those that are as they were when they were cut before."""
        known: dict[str, CutFile] = {}
        path, said = (
            self.work / "pieces.json",
            f"{_said(self.wish)} {self.wish.piece_rows} {self.wish.block_bytes}",
        )
        if path.is_file() and (found := read_json(path))["said"] == said:
            known = {entry["label"]: CutFile.of_dict(entry) for entry in found["files"]}
        labels, cut = labels_of(places), []
        for place in places:
            old = known.get(labels[place])
            if old and old.path == str(place) and is_same(old, place):
                cut.append(old)
                continue
            if old:
                self.tell(f"{labels[place]} has changed, and is read anew")
            self.progress("cutting", 0, 0)
            cut.append(_cut(place, labels[place], self.wish))
        cut.sort(key=lambda file: (_natural(file.label), file.sha256))
        write_json(path, {"said": said, "files": [file.as_dict() for file in cut]})
        return cut

    def _read(self, cut: list[CutFile]) -> list[dict[str, Any]]:
        """Return the summaries of all runs, in the order of files by name and of rows."""
        pieces = [piece for file in cut for piece in file.pieces]
        tasks = [
            RunTask(piece, self.wish.options, str(self.work / "runs" / key))
            for piece, key in zip(pieces, _keys(cut, self.wish), strict=True)
        ]
        (self.work / "runs").mkdir(exist_ok=True)
        ready = [number for number, task in enumerate(tasks) if Path(task.folder).is_dir()]
        if ready:
            self.tell(f"{len(ready)} of {len(tasks)} pieces were read before and are kept")
        left = [number for number in range(len(tasks)) if number not in set(ready)]
        found: dict[int, dict[str, Any]] = {number: make_run(tasks[number]) for number in ready}
        sizes = [piece.rows or (piece.stop - piece.start) // 500 for piece in pieces]
        total, done, irregular = sum(sizes[number] for number in left), 0, set()
        self.progress(READING_ROWS + " rows", 0, total)
        for number, summary in self.crew.run(make_run, [tasks[number] for number in left]):
            found[left[number]] = summary
            done += sizes[left[number]]
            self.progress(READING_ROWS + " rows", done, total)
            if "irregular" in summary:
                irregular.add(pieces[left[number]].label)
        if irregular:  # only the reader of rows can tell what is in them
            files = [
                whole_file(Path(file.path), file.label) if file.label in irregular else file for file in cut
            ]
            cut[:] = files
            return self._read(cut)
        return [
            {**found[number], "key": Path(task.folder).name, "label": task.piece.label, "folder": task.folder}
            for number, task in enumerate(tasks)
        ]

    @staticmethod
    def _require_events(summaries: Sequence[dict[str, Any]]) -> None:
        if any(summary["events"] for summary in summaries):
            return
        rows = sum(summary["rows_read"] for summary in summaries)
        first = next((entry for run in summaries for entry in run["rejected_first"]), None)
        raise InputError(
            f"no event was accepted of {rows} read" + (f"; the first: {first['reason']}" if first else ""),
            file=summaries[0]["label"],
            row=first["row"] if first else None,
            column=first["column"] if first else "",
            value=(first["value"] or None) if first else None,
            remedy="Mend the rows as check says, and start again",
        )

    def _keep_parts(self, wanted: str) -> None:
        """Keep the parts that are there if they are of this very input."""
        path = self.work / "input.json"
        if path.is_file() and read_json(path) == wanted:
            return
        drop_parts(self.folder, self.work)
        write_json(path, wanted)

    def _drop_twins(self, runs: list[Run]) -> list[int]:
        """Note events that a newer one of the same id supersedes; return how many of each run."""
        self.progress(COMPARING, 0, 0)
        table = find_twins(runs)
        counts = [0] * len(runs)
        place = self.work / "superseded"
        place.mkdir(exist_ok=True)
        tasks = []
        for number, rows in table.groupby("run"):
            run = runs[int(str(number))]
            by = [(runs[other].label, row) for other, row in zip(rows["by_run"], rows["by_row"], strict=True)]
            tasks.append(DropTask(run, tuple(rows["at"].tolist()), tuple(by), str(place / run.folder.name)))
            counts[int(str(number))] = len(rows)
        for _ in self.crew.run(drop_twins, tasks):
            pass
        return counts

    # -- what stands beside the parts --------------------------------------------------------

    def _finish(
        self,
        head: Any,
        summaries: list[dict[str, Any]],
        runs: list[Run],
        dropped: list[int],
        columns: tuple[str, ...],
    ) -> None:
        (self.folder / FILE).write_text(meta_text(head), encoding="utf-8")
        folders = [(Path(summary["folder"]), summary["label"]) for summary in summaries]
        write_sources(self.folder / "sources.csv", folders, columns, self.work)
        write_rejected(
            self.folder / "rejected.csv",
            [
                (run.folder, self.work / "superseded" / run.folder.name if count else None)
                for run, count in zip(runs, dropped, strict=True)
            ],
        )

    def _write_store_file(
        self,
        cut: list[CutFile],
        summaries: list[dict[str, Any]],
        parts: list[dict[str, Any]],
        balance: dict[str, Any],
        wanted: str,
    ) -> None:
        arrays = sorted(path for path in (self.folder / COLUMNS).glob("**/*") if path.is_file())
        mappings = {run["label"]: json.loads(run["mapping"]) for run in summaries if run.get("mapping")}
        by_label = {file.label: file for file in cut}
        files = [
            {
                **entry,
                "bytes": by_label[entry["file"]].size,
                "sha256": by_label[entry["file"]].sha256,
                **({"mapping": mappings[entry["file"]]} if entry["file"] in mappings else {}),
            }
            for entry in balance["files"]
        ]
        store = {
            "format": FORMAT,
            "version": VERSION,
            "created_by": f"Strikemap {__version__}",
            "rows": balance["events"],
            # Where the sections of points and of areas end.
            "loose": balance["points"],
            "areas": balance["points"] + balance["in_areas"],
            "parts": parts,
            "columns": [
                {"file": path.relative_to(self.folder).as_posix(), "bytes": path.stat().st_size}
                for path in arrays
            ],
            "files": files,
            "input": wanted,
            "balance": balance,
        }
        write_json(self.folder / STORE_FILE, store)


def _natural(text: str) -> list[tuple[int, int | str]]:
    """Return a key by which names sort as people expect: numbers by their value."""
    parts = re.split(r"(\d+)", text.casefold())
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts if part]


def _run_of(work: Path, summary: dict[str, Any]) -> Run:
    return Run(
        work / "runs" / summary["key"],
        summary["label"],
        summary["format"],
        summary["events"],
        summary["claims"],
        summary["attacks"],
    )


def _unknown_columns(summaries: Iterable[dict[str, Any]], table: str) -> tuple[str, ...]:
    found = {name for summary in summaries for name in summary[f"{table}_columns"]}
    return tuple(sorted(found - set(OURS[table])))


def _require_no_rejects(summaries: list[dict[str, Any]], superseded: int) -> None:
    rejected = superseded + sum(run["rejected"] + run["rejected_elsewhere"] for run in summaries)
    if not rejected:
        return
    first = next((entry for run in summaries for entry in run["rejected_first"]), None)
    words = "1 row was" if rejected == 1 else f"{rejected} rows were"
    raise InputError(
        f"{words} rejected, and --strict allows none; the first: "
        + (first["reason"] if first else "superseded by a newer row"),
        file=first["file"] if first else "",
        row=first["row"] if first else None,
        column=first["column"] if first else "",
        value=(first["value"] or None) if first else None,
    )


# -- the balance ---------------------------------------------------------------------------------


def _balance(
    summaries: list[dict[str, Any]], dropped: list[int], parts: list[dict[str, Any]]
) -> dict[str, Any]:
    files: dict[str, dict[str, Any]] = {}
    for summary, gone in zip(summaries, dropped, strict=True):
        entry = files.setdefault(
            summary["label"],
            {
                "file": summary["label"],
                "format": summary["format"],
                "rows_read": 0,
                "events": 0,
                "rejected": 0,
            },
        )
        entry["rows_read"] += summary["rows_read"]
        entry["events"] += summary["events"] - gone
        entry["rejected"] += summary["rejected"] + gone
    total = {
        name: sum(entry[name] for entry in files.values()) for name in ("rows_read", "events", "rejected")
    }
    assert total["events"] + total["rejected"] == total["rows_read"]
    assert total["events"] == sum(part["rows"] for part in parts)
    return {
        **total,
        "superseded": sum(dropped),
        "rejected_elsewhere": sum(run["rejected_elsewhere"] for run in summaries),
        "points": sum(part["loose"] for part in parts),
        "in_areas": sum(part["areas"] for part in parts),
        "parts": len(parts),
        "files": list(files.values()),
        "rejected_rows": [entry for run in summaries for entry in run["rejected_first"]][:_SHOWN],
        "warnings": _warnings(summaries),
    }


def _warnings(summaries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the warnings of all pieces, one for each kind and file, with its number of rows."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for summary in summaries:
        for warning in summary["warnings"]:
            key = (summary["label"], warning["code"])
            # The words of a piece count its own rows.
            message = re.sub(r"^[\d,]+ rows?: ", "", warning["message"])
            known = found.setdefault(
                key, {"file": key[0], "code": key[1], "message": message, "count": 0, "rows": []}
            )
            known["count"] += warning["count"]
            known["rows"] = [*known["rows"], *warning["rows"]][:_SHOWN]
    return list(found.values())
