"""Whose transaction is next: so many at once, and nobody is overtaken."""

from collections.abc import Callable
from functools import partial
from threading import Thread

import pytest

from bot.errors import DatabaseAway
from bot.store import turns
from bot.store.turns import Turns
from tests.waiting import eventually


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
            with place:
                order.append(name)

        threads.append(starts(take))
        eventually(partial(waits, place, waiting), "one more who waits")
    return threads


def test_who_came_first_goes_first() -> None:
    place, order = Turns(1), list[str]()
    with place:
        threads = queue_up(place, "abcdef", order)
        assert order == []
    for thread in threads:
        thread.join(10)
    assert order == list("abcdef")


def test_so_many_go_at_once() -> None:
    place, order = Turns(2), list[str]()
    with place:
        with place:
            (waiting,) = queue_up(place, "a", order)
        # One of the two has left, and the other is still there.
        waiting.join(10)
        assert order == ["a"]


def test_one_that_fails_lets_the_next_go_on() -> None:
    place = Turns(1)
    with pytest.raises(LookupError), place:
        raise LookupError
    with place:
        pass


def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.01)
    place = Turns(1)
    with place:
        with pytest.raises(DatabaseAway), place:
            pass
        assert len(place) == 0
    with place:
        pass
