"""Fitting a model to all that was corrected, the rules' words being what is believed at first."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.classifier import prior
from bot.classifier.logistic import loss, minimise, sigmoid
from bot.classifier.reading import Reading
from bot.classifier.rows import Floats, Sparse, rarities

# How strongly weights are held at what is believed without examples.
_HOLD, _HOLD_EVIDENCE, _HOLD_BASE = 0.7, 2.0, 1.0
_ROUNDS, _ROUNDS_HELD_OUT = 30, 20
_MANY = 2_000
# With few examples, features count by how differently the departments use them.
_TELLING = 80.0
_SHY = 80.0
# What a word of the rules counts as a text, and all of them together at most.
_HINT, _HINTS = 1.0, 200.0
BALANCED = 60
"""Fewer texts are parted evenly instead of by what they say."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What to fit to: texts, which departments each concerns, and how much each counts.

    Attributes:
        hints: the rules' own words, which a fit learns from as well; nobody is judged by them.
    """

    readings: Sequence[Reading]
    truth: Floats
    weights: Floats
    hints: "Lesson | None" = None

    def part(self, chosen: NDArray[np.bool_]) -> "Lesson":
        """Only the chosen texts, with all hints."""
        readings = [self.readings[at] for at in np.flatnonzero(chosen).tolist()]
        return Lesson(readings, self.truth[chosen], self.weights[chosen], self.hints)

    def whole(self) -> "Lesson":
        """The texts and the hints alike."""
        hints = self.hints
        if hints is None:
            return self
        return Lesson(
            [*self.readings, *hints.readings],
            np.concatenate([self.truth, hints.truth]),
            np.concatenate([self.weights, hints.weights]),
        )


def hinted(readings: Sequence[Reading], truth: Floats) -> Lesson | None:
    """The rules' own words as texts to learn from; None where there is nothing to tell apart."""
    if len(readings) == 0 or truth.shape[1] < 2:
        return None
    return Lesson(readings, truth, np.full(len(readings), min(_HINT, _HINTS / len(readings))))


@dataclass(frozen=True, slots=True)
class Weights:
    """What a fit gives: how telling each bucket is, and every department's weights."""

    rarity: Floats
    buckets: NDArray[np.int64]
    sparse: Floats
    evidence: Floats
    unnamed: Floats


def evidence_of(strength: Floats) -> Floats:
    """The evidence of texts as features: always 1, then every kind for every department."""
    flat = strength.reshape(len(strength), -1)
    return np.concatenate([np.ones((len(flat), 1)), flat], axis=1)


def unnamed_in(strength: Floats) -> Floats:
    """1 for each department that no rule names in a text."""
    unnamed: Floats = (strength[..., 0] == 0).astype(np.float64)
    return unnamed


def strengths_of(readings: Sequence[Reading]) -> Floats:
    """The strengths of all texts as one array."""
    return np.array([reading.strength for reading in readings], dtype=np.float64)


def fit(lesson: Lesson, rounds: int = _ROUNDS) -> Weights:
    """The weights under which what was corrected is least surprising."""
    told, lesson = len(lesson.readings), lesson.whole()
    rows = [reading.row for reading in lesson.readings]
    rarity = rarities(rows)
    sparse = Sparse(rows, rarity)
    strength = strengths_of(lesson.readings)
    evidence, believed = evidence_of(strength), prior.log_odds(strength)
    # The rules' own words are texts in which no rule speaks, and tell nothing of those where one does.
    evidence[told:, 0] = 0.0
    unnamed = unnamed_in(strength)
    found = [
        _one(
            lesson,
            sparse,
            rarity[sparse.known],
            np.column_stack([evidence, unnamed[:, at]]),
            believed[:, at],
            at,
            rounds,
        )
        for at in range(lesson.truth.shape[1])
    ]
    learned = np.array([own for _, own in found])
    return Weights(
        rarity=rarity,
        buckets=sparse.known,
        sparse=np.array([own for own, _ in found]),
        evidence=learned[:, :-1],
        unnamed=learned[:, -1],
    )


def _one(
    lesson: Lesson,
    sparse: Sparse,
    rarity: Floats,
    evidence: Floats,
    believed: Floats,
    at: int,
    rounds: int,
) -> tuple[Floats, Floats]:
    truth = lesson.truth[:, at]
    counts = lesson.weights * _trust(lesson.weights)
    scale = rarity * _telling(sparse, truth)
    split = evidence.shape[1]
    hold = np.full(split + len(scale), _HOLD)
    hold[:split] = _HOLD_EVIDENCE
    hold[[0, split - 1]] = _HOLD_BASE

    def objective(point: Floats) -> tuple[float, Floats]:
        scores = believed + evidence @ point[:split] + sparse.times(point[split:] * scale)
        miss = counts * (sigmoid(scores) - truth)
        slope = np.concatenate([evidence.T @ miss, sparse.transposed_times(miss) * scale])
        held = hold * point
        return loss(scores, truth, counts) + 0.5 * float(held @ point), slope + held

    found = minimise(objective, np.zeros(split + len(scale)), rounds)
    return found[split:] * scale, found[:split]


def _trust(weights: Floats) -> float:
    """How much the first few examples may say against the rules: half at `_SHY` of them."""
    total = float(weights.sum())
    return total / (total + _SHY)


def _telling(sparse: Sparse, truth: Floats) -> Floats:
    """How differently a department's own texts and the others use each feature, near 1 for many."""
    share = _TELLING / (_TELLING + len(truth))
    base = float(np.clip(truth.mean(), 0.02, 0.98))
    own = (sparse.counts(truth) + base) / (sparse.counts(np.ones(len(truth))) + 1.0)
    own = np.clip(own, 0.01, 0.99)
    apart = np.abs(np.log(own / (1 - own)) - np.log(base / (1 - base)))
    told: Floats = (1.0 - share) + share * apart
    return told


def scores(weights: Weights, readings: Sequence[Reading]) -> Floats:
    """The log odds of every department for each text."""
    strength = strengths_of(readings)
    total: Floats = prior.log_odds(strength) + evidence_of(strength) @ weights.evidence.T
    total += unnamed_in(strength) * weights.unnamed
    sparse = Sparse([reading.row for reading in readings], weights.rarity)
    full = np.zeros(len(weights.rarity))
    for at in range(total.shape[1]):
        full[weights.buckets] = weights.sparse[at]
        total[:, at] += sparse.times(full[sparse.known])
    return total


def _folds(lesson: Lesson, folds: int, *, evenly: bool) -> NDArray[np.int64]:
    """The part of each text: always the same, and the same for texts that say the same."""
    count = len(lesson.readings)
    if evenly:
        return np.arange(count) % folds
    return np.array([crc32(one.row.words.tobytes()) % folds for one in lesson.readings])


def held_out(lesson: Lesson, *, evenly: bool = False) -> Floats:
    """The scores that each text gets from a model that has not seen it; *evenly* also if there are many."""
    count = len(lesson.readings)
    folds = min(count, 5 if count <= _MANY else 3)
    fold = _folds(lesson, max(2, folds), evenly=evenly or count < BALANCED)
    strength = strengths_of(lesson.readings)
    found = prior.log_odds(strength)
    if count < 2:
        return found
    for one in np.unique(fold):
        if (fold == one).all():
            break
        part = lesson.part(fold == one)
        found[fold == one] = scores(fit(lesson.part(fold != one), _ROUNDS_HELD_OUT), part.readings)
    return found
