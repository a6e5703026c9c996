"""Why a department: the words of the text, and how much each speaks for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from bot.classifier.cues import Evidence
from bot.classifier.features import of_word
from bot.classifier.model import Model
from bot.classifier.reading import Reading
from bot.classifier.rows import Floats, factors
from bot.classifier.text import Word
from bot.domain.comment import fold

_MOST = 6
_LEAST = 0.05
# What the evidence that the rules give is worth beside what was learned.
_RULE, _NEAR, _GROUP = 1.5, 0.8, 0.6


@dataclass(frozen=True, slots=True)
class Reason:
    """A word of the text, and how far it moves the log odds of a department."""

    word: str
    weight: float


def reasons(
    model: Model, reading: Reading, said: list[Word], found: Mapping[str, Evidence], text: str
) -> dict[str, list[Reason]]:
    """For each department, the words that speak for and against it, strongest first."""
    folded = fold(text)
    learned = _learned(model, reading, said)
    result: dict[str, list[Reason]] = {}
    for at, department in enumerate(model.departments):
        total: dict[str, float] = {}
        for word, shares in learned.items():
            total[word] = total.get(word, 0.0) + float(shares[at])
        for word, worth in _given(found[department]):
            total[word] = total.get(word, 0.0) + worth
        named = [Reason(word, weight) for word, weight in total.items() if word and word in folded]
        result[department] = _strongest(named, folded)
    return result


def _strongest(named: list[Reason], folded: str) -> list[Reason]:
    """Some that speak for it and some against; of equals, those that stand first in the text."""

    def place(one: Reason) -> tuple[float, int, str]:
        # Sums of the same parts in another order differ in the last digit.
        return -round(abs(one.weight), 6), folded.find(one.word), one.word

    speak = sorted((one for one in named if one.weight >= _LEAST), key=place)[:_MOST]
    against = sorted((one for one in named if one.weight <= -_LEAST), key=place)[:_MOST]
    return sorted(speak + against, key=place)


def _given(own: Evidence) -> Iterator[tuple[str, float]]:
    exact = set(own.exact)
    yield from ((word, _RULE) for word in exact)
    yield from ((word, _NEAR) for word in set(own.near) - exact)
    yield from ((word, _GROUP) for word in set(own.grouped) - exact - set(own.near))


def _learned(model: Model, reading: Reading, said: list[Word]) -> dict[str, Floats]:
    """What each word, or piece of a run, adds to every department."""
    plain, piece, _ = factors(reading.row, model.rarity)
    shares: dict[str, Floats] = {}
    for word in {(part, one.kind) for one in said for part in _parts(one)}:
        own, parts = of_word(*word)
        total = plain * model.sparse[:, np.array(own)].sum(axis=1)
        if parts:
            total = total + piece * model.sparse[:, np.array(parts)].sum(axis=1)
        shares[word[0]] = total
    return shares


def _parts(word: Word) -> list[str]:
    """A word itself; of a run, its pairs of characters, which people can read."""
    if word.kind != "run" or len(word.text) <= 2:
        return [word.text]
    return [word.text[at : at + 2] for at in range(min(len(word.text), 200) - 1)]
