"""Why a department: the words of the text, and how much each speaks for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from bot.classifier.cues import Evidence
from bot.classifier.features import of_word
from bot.classifier.model import Model
from bot.classifier.reading import Reading, Said
from bot.classifier.rows import Floats, factors
from bot.classifier.text import Word, folded

_MOST = 6
_LEAST = 0.05
# What the evidence that the rules give is worth beside what was learned.
_RULE, _NEAR, _GROUP = 1.5, 0.8, 0.6


@dataclass(frozen=True, slots=True)
class Reason:
    """A word of the text, and how far it moves the log odds of a department."""

    word: str
    weight: float


def reasons(model: Model, reading: Reading, said: Said, text: str) -> dict[str, list[Reason]]:
    """For each department, the words that speak for and against it, strongest first."""
    plain = folded(text)
    learned = {} if model.blank else _learned(model, reading, said.words)
    result: dict[str, list[Reason]] = {}
    for at, department in enumerate(model.departments):
        total: dict[str, float] = {}
        for word, shares in learned.items():
            total[word] = total.get(word, 0.0) + float(shares[at])
        for word, worth in _given(said.evidence[department]):
            total[word] = total.get(word, 0.0) + worth
        named = [Reason(word, weight) for word, weight in total.items() if word and word in plain]
        result[department] = _strongest(named, plain)
    return result


def _strongest(named: list[Reason], plain: str) -> list[Reason]:
    """Some that speak for it and some against; of equals, those that stand first in the text."""

    def place(one: Reason) -> tuple[float, int, str]:
        # Sums of the same parts in another order differ in the last digit.
        return -round(abs(one.weight), 6), plain.find(one.word), one.word

    speak = sorted((one for one in named if one.weight >= _LEAST), key=place)[:_MOST]
    against = sorted((one for one in named if one.weight <= -_LEAST), key=place)[:_MOST]
    return sorted(speak + against, key=place)


def _given(own: Evidence) -> Iterator[tuple[str, float]]:
    exact = set(own.exact)
    yield from ((word, _RULE) for word in exact)
    yield from ((word, _NEAR) for word in set(own.near) - exact)
    yield from ((word, _GROUP) for word in set(own.grouped) - exact - set(own.near))


def _learned(model: Model, reading: Reading, said: Iterable[Word]) -> dict[str, Floats]:
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
