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


def test_it_waits_for_what_is_still_being_loaded() -> None:
    loaded, settled = Event(), Event()
    loading = Thread(target=loaded.wait, args=(20,))
    loading.start()

    def settle() -> None:
        garbage.settle([loading])
        settled.set()

    settling = Thread(target=settle)
    settling.start()
    assert gc.get_freeze_count() == 0
    assert not settled.is_set()
    loaded.set()
    settling.join(20)
    assert settled.is_set()
    assert gc.get_freeze_count() > 0
