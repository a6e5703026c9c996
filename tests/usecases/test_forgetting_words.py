"""What a process remembers of customers' words, to be fast, is short and goes again."""

import gc
from typing import Any
from weakref import ref

import pytest

from bot.classifier import features, text
from bot.classifier.lexicon import Index, shipped_index
from bot.usecases import waving
from bot.usecases.learning import LOOK_EVERY, REMEMBERED, Guide
from tests.domain.factories import comment
from tests.usecases.office import Office
from tests.usecases.school import advice, learned, school

WORDS = "wobbly gadgets overheat"


@pytest.fixture
def times() -> list[float]:
    for forget in (text.forget, features.forget, shipped_index().forget, waving.forget):
        forget()
    return [0.0]


@pytest.fixture
def guide(office: Office, times: list[float]) -> Guide:
    found = Guide(office.database, office.organisation, clock=lambda: times[0])
    advice(found, "hello")
    return found


def later(guide: Guide, times: list[float], seconds: float) -> list[int]:
    """What is remembered once the guide has looked again, so many *seconds* on."""
    times[0] += seconds
    guide._follow()
    return remembered(guide)


def near(guide: Guide) -> Any:
    return guide._knowledge.routers["departments"].cues._near._known


def remembered(guide: Guide) -> list[int]:
    """How much each place holds that has any."""
    caches = (text._read, text._folded, features._known, waving._known)
    counts = [cache.cache_info().currsize for cache in caches]
    return [*counts, len(shipped_index()._known), len(near(guide))]


def take_in(guide: Guide) -> None:
    """Each place comes to remember something of a text."""
    advice(guide, WORDS)
    features.row(text.read(WORDS))
    waving._pieces(comment(WORDS).text)


def test_once_something_new_is_learned_no_words_of_before_are_left(
    office: Office, guide: Guide, times: list[float]
) -> None:
    school(office, 4)
    take_in(guide)
    assert all(remembered(guide))
    learned(office)
    left = later(guide, times, LOOK_EVERY)
    assert guide.version == 1
    assert not any(left)


def test_where_nothing_is_ever_learned_words_go_after_an_hour(
    guide: Guide, times: list[float]
) -> None:
    for _ in range(2):
        take_in(guide)
        assert all(later(guide, times, REMEMBERED - LOOK_EVERY))
        left = later(guide, times, LOOK_EVERY)
        assert guide.version == 0
        assert not any(left)


def test_what_is_known_of_an_earlier_version_needs_no_collector_to_go(
    guide: Guide, times: list[float]
) -> None:
    take_in(guide)
    gone = ref(guide._knowledge)
    gc.disable()
    try:
        times[0] += REMEMBERED
        guide._follow()
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.usefixtures("times")
def test_whoever_has_learned_remembers_no_words_of_the_lessons(office: Office) -> None:
    school(office, 2)
    learned(office)
    assert not text._read.cache_info().currsize
    assert not features._known.cache_info().currsize
    assert not shipped_index()._known


@pytest.mark.parametrize(("length", "kept"), [(40, 1), (41, 0), (2_000, 0)])
@pytest.mark.usefixtures("times")
def test_only_words_of_a_usual_length_are_remembered(length: int, kept: int) -> None:
    long = ("ab" * length)[:length]
    index = Index.of([("refund", "money"), (long, "long")])
    found = text.words(long)
    assert [index.find(found) for _ in range(2)] == [[("long", long, True)]] * 2
    assert len(index._known) == kept
    first, again = (features.of_word(long, "word") for _ in range(2))
    assert first == again
    assert features._known.cache_info().currsize == kept
