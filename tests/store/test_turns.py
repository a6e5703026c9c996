"""Whose transaction is next: so many at once, and nobody is overtaken."""

from collections.abc import Callable
from functools import partial
from threading import Thread

import pytest

from bot.errors import DatabaseAway
from bot.store.turns import Turns
from tests.waiting import eventually

PATIENT, SHORT = 20.0, 0.01


def starts(run: Callable[[], None]) -> Thread:
    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread


def waits(place: Turns, number: int) -> bool:
    return len(place) == number


def queue_up(place: Turns, names: str, order: list[str]) -> list[Thread]:
    """A thread for each of *names*, that waits behind the one before it and notes its turn."""
    threads = []
    for waiting, name in enumerate(names, start=1):

        def take(name: str = name) -> None:
            with place.one():
                order.append(name)

        threads.append(starts(take))
        eventually(partial(waits, place, waiting), "one more who waits")
    return threads


@pytest.mark.parametrize("needed", [True, False])
def test_who_came_first_goes_first(needed: bool) -> None:
    place, order = Turns(1, patience=PATIENT, needed=needed), list[str]()
    with place.one():
        threads = queue_up(place, "abcdef", order)
        assert order == []
    for thread in threads:
        thread.join(10)
    assert order == list("abcdef")


def test_so_many_go_at_once() -> None:
    place, order = Turns(2, patience=PATIENT, needed=True), list[str]()
    with place.one():
        with place.one():
            (waiting,) = queue_up(place, "a", order)
        # One of the two has left, and the other is still there.
        waiting.join(10)
        assert order == ["a"]


def test_one_that_fails_lets_the_next_go_on() -> None:
    place = Turns(1, patience=PATIENT, needed=True)
    with pytest.raises(LookupError), place.one():
        raise LookupError
    with place.one():
        assert len(place) == 0


def test_nobody_waits_for_ever_for_a_turn_that_is_needed() -> None:
    place = Turns(1, patience=SHORT, needed=True)
    with place.one():
        with pytest.raises(DatabaseAway), place.one():
            pass
        assert len(place) == 0
    with place.one():
        pass


def test_without_need_whoever_has_waited_goes_on_and_takes_no_turn_away() -> None:
    place = Turns(1, patience=SHORT, needed=False)
    with place.one():
        for _ in range(3):
            with place.one(), place.one():
                assert len(place) == 0
    # The one turn there is was given back, and no other was made.
    place._patience = PATIENT
    order: list[str] = []
    with place.one():
        (waiting,) = queue_up(place, "a", order)
        assert order == []
    waiting.join(10)


@pytest.mark.parametrize("needed", [True, False])
def test_a_turn_that_comes_at_the_last_moment_is_taken_and_given_back(needed: bool) -> None:
    place = Turns(1, patience=SHORT, needed=needed)
    with place.one():
        gate = place._gate()
        assert gate is not None
    assert place._too_late(gate)
    place._pass_on()
    with place.one():
        assert place._gate() is not None
