"""What a process keeps for good is not looked through for garbage again."""

import gc
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from bot import garbage


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


def test_what_is_there_is_left_out_of_later_looks() -> None:
    kept = [[number] for number in range(1000)]
    garbage.settle()
    assert gc.get_freeze_count() > len(kept)
    assert not any(one is kept[0] for one in gc.get_objects())


class Loading(Thread):
    """Ends only once somebody waits for it: whoever does not has always done before."""

    def __init__(self, told: list[str]) -> None:
        super().__init__(daemon=True)
        self._told, self._awaited = told, Event()

    def run(self) -> None:
        if self._awaited.wait(20):
            self._told.append("loaded")

    def join(self, timeout: float | None = None) -> None:
        self._awaited.set()
        super().join(timeout)


def test_it_waits_for_what_is_still_being_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    loading = [Loading(told), Loading(told)]
    for each in loading:
        each.start()
    monkeypatch.setattr(gc, "freeze", lambda: told.append("settled"))
    garbage.settle(loading)
    assert told == ["loaded", "loaded", "settled"]
