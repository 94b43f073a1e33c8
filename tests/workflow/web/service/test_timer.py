"""The timer: round after round until it is stopped, whatever a round comes to."""

import logging
import threading

import pytest

from disclosure.workflow.web.service.timer import Timer


def test_a_round_that_fails_is_logged_without_its_words_and_the_next_one_comes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    second = threading.Event()
    rounds: list[int] = []

    def work() -> None:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise ValueError("欧阳小明")
        second.set()

    timer = Timer(work, 0)
    with caplog.at_level(logging.ERROR, "disclosure.timer"):
        timer.start()
        assert second.wait(60)
        timer.stop()
    assert "error=ValueError" in caplog.text
    assert "欧阳小明" not in caplog.text


def test_it_ends_after_the_round_that_is_under_way() -> None:
    begun, go_on = threading.Event(), threading.Event()
    done: list[bool] = []

    def work() -> None:
        begun.set()
        go_on.wait()
        done.append(True)

    timer = Timer(work, 3600)
    timer.start()
    begun.wait()
    stopping = threading.Thread(target=timer.stop)
    stopping.start()
    go_on.set()
    stopping.join()
    assert done == [True]
