"""What routes goes as soon as nobody has it any more; with it goes what it kept of texts."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from weakref import ref

import pytest

from bot.classifier.reading import Reader
from tests.classifier.offices import organisation, taught

TEXT = "the battery died and I want a refund"


@pytest.fixture
def uncollected() -> Iterator[None]:
    """Nothing goes but what nobody refers to, as after the collector was told to leave it out."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("uncollected")
def test_a_reader_needs_no_collector_to_go() -> None:
    reader = Reader(taught().cues)
    reader.read(TEXT)
    gone = ref(reader)
    del reader
    assert gone() is None


@pytest.mark.usefixtures("uncollected")
def test_a_router_and_its_reader_need_no_collector_to_go() -> None:
    router = taught()
    router.judge(TEXT)
    router.explain(TEXT)
    gone, its_reader_gone = ref(router), ref(router._reader)
    del router
    assert (gone(), its_reader_gone()) == (None, None)


def test_whoever_is_asked_about_one_of_two_texts_again_has_read_it() -> None:
    reader = Reader(taught().cues)
    first, second = reader.said(TEXT, "en"), reader.said("lovely", "en")
    assert reader.said(TEXT, "en") is first
    assert reader.said("lovely", "en") is second
    reader.said("another", "en")
    assert reader.said("lovely", "en") is second
    assert reader.said(TEXT, "en") is not first
    assert reader.said(TEXT, "de") is not reader.said(TEXT, "en")


def test_threads_that_read_with_one_reader_are_each_told_of_their_own_text() -> None:
    texts = [f"{word} {n}" for n in range(50) for word in ("refund", "battery", "advert")]
    reader = Reader(taught().cues)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: reader.said(text, ""), texts * 4))
    alone = Reader(type(taught())(organisation()).cues)
    assert found == [alone.said(text, "") for text in texts * 4]
