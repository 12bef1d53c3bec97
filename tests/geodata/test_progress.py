"""Long tasks tell how far they are, and end where somebody stops them."""

from __future__ import annotations

import io

import pytest

from geodata import cli_progress
from geodata.cases import load_case
from geodata.cli_progress import ToldProgress
from geodata.progress import CHECKING, READING, Cancelled, progress_words
from tests.geodata.test_update import ucdp


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def long_file(tmp_path):
    path = tmp_path / "long.csv"
    path.write_bytes(ucdp(*((n, "2024-01-02", 26.0, n % 7, "A - B") for n in range(2000))))
    return path


def test_reading_and_checking_go_to_their_end(long_file):
    told: list[tuple[str, int, int]] = []
    case = load_case(long_file, progress=lambda *step: told.append(step))
    assert len(case.events) == 2000
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == [READING, CHECKING]
    for stage in stages:
        steps = [(done, total) for name, done, total in told if name == stage]
        assert steps == sorted(steps) and steps[-1][0] == steps[-1][1]
    assert [total for stage, _, total in told if stage == CHECKING][-1] == 2000


@pytest.mark.parametrize("stage", [READING, CHECKING])
def test_who_listens_may_stop_it_at_any_stage(long_file, stage):
    def stop(name: str, *_: int) -> None:
        if name == stage:
            raise Cancelled

    with pytest.raises(Cancelled):
        load_case(long_file, progress=stop)


def test_a_terminal_gets_one_line_and_a_log_whole_ones(monkeypatch):
    clock = iter([0.0, *(n * 11.0 for n in range(1, 50))])
    monkeypatch.setattr(cli_progress.time, "monotonic", lambda: next(clock))
    terminal = Terminal()
    told = ToldProgress(terminal)
    told(READING, 50_000_000, 303_000_000)
    told(CHECKING, 500, 2000)
    told.end()
    assert "\n" not in terminal.getvalue() and "reading: 50 of 303 MB" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")
    clock = iter([0.0, *(n * 11.0 for n in range(1, 50))])
    log = io.StringIO()
    told = ToldProgress(log)
    told(CHECKING, 500, 2000)
    told(CHECKING, 1500, 2000)
    told.end()
    assert [line.partition(",")[0] for line in log.getvalue().splitlines()] == [
        "checking: 500 of 2",
        "checking: 1",
    ]


def test_a_short_task_says_nothing():
    log = io.StringIO()
    told = ToldProgress(log)
    told(READING, 1, 2)
    told.end()
    assert log.getvalue() == ""


def test_time_left_follows_the_rate():
    assert progress_words(CHECKING, 500, 2000, 2.0) == "checking: 500 of 2,000 rows, about 6 s left"
    assert progress_words(CHECKING, 0, 2000, 2.0) == "checking: 0 of 2,000 rows"
    assert progress_words("joining", 0, 0, 9.0) == "joining …"
