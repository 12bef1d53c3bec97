from threading import Thread

import pytest

from dashboard import handover


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handover, "_ANSWERS", type(handover._ANSWERS)())
    monkeypatch.setattr(handover, "_LONGEST_S", 60.0)


def waiting(query: str, before: str) -> Thread:
    thread = Thread(
        target=handover.wait_for_map,
        args=(query, before),
        kwargs={"known": handover.answers(query)},
        daemon=True,
    )
    thread.start()
    return thread


def test_the_page_waits_for_the_answer_to_dates_that_were_looked_at_before() -> None:
    for query in ("from=a", "from=b", "from=a"):
        handover.served(query)
    thread = waiting("from=b", "from=a")
    handover.served("from=c")
    thread.join(0.2)
    assert thread.is_alive(), "an older answer to the same dates let the page go on"
    handover.served("from=b")
    thread.join(30)
    assert not thread.is_alive()


def test_an_answer_between_the_count_and_the_wait_is_no_reason_to_wait() -> None:
    handover.served("from=a")
    known = handover.answers("from=b")
    handover.served("from=b")
    handover.wait_for_map("from=b", "from=a", known=known)


@pytest.mark.parametrize(
    ("query", "before"), [("from=a", ""), ("from=b", "never asked"), ("from=a", "from=a")]
)
def test_a_map_that_nobody_watches_or_that_stays_is_not_waited_for(query: str, before: str) -> None:
    handover.served("from=a")
    handover.wait_for_map(query, before, known=handover.answers(query))


def test_only_so_many_queries_are_kept() -> None:
    for number in range(handover._KEPT + 10):
        handover.served(str(number))
    assert len(handover._ANSWERS) == handover._KEPT
    assert handover.answers("0") == 0
