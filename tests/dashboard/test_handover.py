from threading import Thread

import pytest

from dashboard import handover


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "_ANSWERED", type(handover._ANSWERED)())
    monkeypatch.setattr(handover, "_LONGEST_S", 60.0)


def waiting(query: str, before: str, since: int) -> Thread:
    thread = Thread(target=handover.wait_for_map, args=(query, before), kwargs={"since": since}, daemon=True)
    thread.start()
    return thread


def test_the_page_waits_for_the_answer_to_dates_that_were_looked_at_before() -> None:
    handover.served("from=b")
    told = handover.moment()
    handover.served("from=a")
    thread = waiting("from=b", "from=a", told)
    handover.served("from=c")
    thread.join(0.2)
    assert thread.is_alive(), "an older answer to the same dates let the page go on"
    handover.served("from=b")
    thread.join(30)
    assert not thread.is_alive()


def test_a_map_that_followed_the_slider_by_itself_is_not_waited_for() -> None:
    handover.served("from=a")
    told = handover.moment()
    handover.served("from=b")
    handover.wait_for_map("from=b", "from=a", since=told)


@pytest.mark.parametrize(
    ("query", "before"), [("from=a", ""), ("from=b", "never asked"), ("from=a", "from=a")]
)
def test_a_map_that_nobody_watches_or_that_stays_is_not_waited_for(query: str, before: str) -> None:
    handover.served("from=a")
    handover.wait_for_map(query, before, since=handover.moment())


def test_only_so_many_queries_are_kept() -> None:
    for number in range(handover._KEPT + 10):
        handover.served(str(number))
    assert len(handover._ANSWERED) == handover._KEPT
    assert "0" not in handover._ANSWERED


def test_a_run_waits_for_the_scenes_in_work_and_for_no_later_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "_LONGEST_START_S", 60.0)
    with handover.in_work():
        run = Thread(target=handover.let_map_go_first, daemon=True)
        run.start()
        run.join(0.2)
        assert run.is_alive(), "the run did not let the map go first"
        later = handover.in_work()
        later.__enter__()
    run.join(30)
    assert not run.is_alive()
    later.__exit__(None, None, None)
    handover.let_map_go_first()


def test_a_scene_that_fails_is_no_longer_in_work() -> None:
    with pytest.raises(ValueError, match="broken"), handover.in_work():
        raise ValueError("broken")
    assert not handover._IN_WORK
