"""What follows a click once Slack has its answer: in order for each person, and in nobody's way."""

import threading

import pytest

from bot.errands import Errands


def test_errands_for_one_person_are_run_in_the_order_of_their_clicks() -> None:
    errands, seen, done = Errands(4), list[int](), threading.Event()
    for number in range(50):
        errands.run("U0ANNA", lambda number=number: seen.append(number))  # type: ignore[misc]
    errands.run("U0ANNA", done.set)
    assert done.wait(20)
    assert seen == list(range(50))


def test_whoever_gives_an_errand_does_not_wait_for_it() -> None:
    errands, go_on, done = Errands(1), threading.Event(), threading.Event()
    errands.run("U0ANNA", lambda: done.set() if go_on.wait(20) else None)
    assert not done.is_set()
    go_on.set()
    assert done.wait(20)


def test_what_was_given_is_finished_before_the_end() -> None:
    errands, seen = Errands(4), list[int]()
    for number in range(50):
        errands.run(f"U{number % 7}", lambda number=number: seen.append(number))  # type: ignore[misc]
    assert errands.finish(20)
    assert sorted(seen) == list(range(50))


def test_the_end_does_not_wait_for_ever() -> None:
    errands, go_on = Errands(2), threading.Event()
    errands.run("U0ANNA", go_on.wait)  # type: ignore[arg-type]
    assert not errands.finish(0.05)
    go_on.set()
    assert errands.finish(20)


def test_nothing_to_do_is_finished_at_once_and_takes_no_thread() -> None:
    before = threading.active_count()
    assert Errands().finish(0)
    assert threading.active_count() == before


def test_an_errand_that_fails_does_not_keep_the_next_from_its_turn(
    capfd: pytest.CaptureFixture[str],
) -> None:
    errands, done = Errands(1), threading.Event()

    def fail() -> None:
        raise ZeroDivisionError

    errands.run("U0ANNA", fail)
    errands.run("U0ANNA", done.set)
    assert done.wait(20)
    assert "errand_failed" in "".join(capfd.readouterr())
