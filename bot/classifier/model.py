"""A learned model: what to add to the rules' words, and how to read the sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.classifier import prior
from bot.classifier.calibration import Calibration, calibrate, certain_at
from bot.classifier.features import SIZE
from bot.classifier.logistic import sigmoid
from bot.classifier.reading import Reading
from bot.classifier.rows import Floats, factors
from bot.classifier.training import Lesson, evidence_of, fit, held_out, unnamed_in

Weights = NDArray[np.float32]

PRECISIONS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98)
"""How often automatic stakes may be asked to be right; what lies between takes the next stricter."""
_NEVER = 2.0
_SPREAD = 0.3
"""How far one example alone may move a weight; a fit to all moves it further."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """What has been learned, up to a point.

    Attributes:
        departments: whose the rows of the arrays are.
        rarity: how telling each bucket is.
        sparse: every department's weights of the buckets.
        evidence: every department's weights of each kind of evidence for each department.
        unnamed: what it says for each department that no rule names it.
        reading: how scores become probabilities and decisions.
        certain: for each precision, the probability from which on a stake is given by itself.
        examples: how many it was fitted to.
        held: what was said of each example by a model that had not seen it, by its key.
    """

    departments: tuple[str, ...]
    rarity: Weights
    sparse: Weights
    evidence: Floats
    unnamed: Floats
    reading: Calibration
    certain: Mapping[float, float] = field(default_factory=dict)
    examples: int = 0
    held: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @cached_property
    def blank(self) -> bool:
        """Whether nothing was learned, so that the organisation's words alone say all."""
        return not (self.evidence.any() or self.unnamed.any() or self.sparse.any())

    def score(self, reading: Reading) -> list[float]:
        """The log odds that each department is concerned."""
        believed = prior.log_odds_of_one(reading.strength)
        return believed if self.blank else self._learned(reading, np.array(believed)).tolist()

    def _learned(self, reading: Reading, total: Floats) -> Floats:
        strength = reading.strength.astype(np.float64)
        total += self.evidence @ evidence_of(strength[None])[0]
        total += self.unnamed * unnamed_in(strength)
        row = reading.row
        for buckets, factor in zip(
            (row.words, row.chars, row.cues), factors(row, self.rarity), strict=True
        ):
            if len(buckets):
                total += factor * self.sparse[:, buckets].sum(axis=1)
        return total

    def likely(self, reading: Reading) -> list[float]:
        """How likely each department is concerned."""
        return self.reading.likely(self.score(reading), ruled=reading.ruled)

    def least(self, precision: float) -> float:
        """The probability from which on stakes are right so often; above 1 where none is."""
        # A share that somebody has subtracted from 1 is not exact to the last digit.
        stricter = [one for one in self.certain if one >= precision - 1e-9]
        return self.certain[min(stricter)] if stricter else _NEVER

    def coverage(self, precision: float) -> float | None:
        """The share of the examples that would be given a stake by themselves at that precision.

        Each is judged by a model that had not seen it; None while there are too few to tell.
        """
        least = self.least(precision)
        if least > 1 or not self.held:
            return None
        return sum(max(row, default=0.0) >= least for row in self.held.values()) / len(self.held)

    def nudged(self, reading: Reading, truth: Floats, weight: float) -> "Model":
        """The model one step on: what one more example teaches at once."""
        sparse, evidence = self.sparse.copy(), self.evidence.copy()
        told = evidence_of(reading.strength.astype(np.float64)[None])[0]
        likely = sigmoid(np.array(self.score(reading)))
        row, rarity = reading.row, np.where(self.rarity > 0, self.rarity, 1.0)
        steps = list(zip((row.words, row.chars, row.cues), factors(row, rarity), strict=True))
        size = told @ told + sum(float(f * f * (rarity[b] ** 2).sum()) for b, f in steps)
        bend = likely * (1 - likely)
        move = weight * _SPREAD * (truth - likely) / (1.0 + _SPREAD * bend * size)
        evidence += np.outer(move, told)
        for buckets, factor in steps:
            sparse[:, buckets] += np.outer(move, factor * rarity[buckets] ** 2).astype(np.float32)
        return replace(self, sparse=sparse, evidence=evidence, rarity=rarity.astype(np.float32))

    def for_departments(self, departments: Sequence[str]) -> "Model":
        """The same knowledge for other *departments*: who is gone is left out, who is new is new."""
        if tuple(departments) == self.departments:
            return self
        fresh = untaught(departments)
        pairs = [
            (at, self.departments.index(one))
            for at, one in enumerate(departments)
            if one in self.departments
        ]
        sparse, evidence = fresh.sparse, fresh.evidence
        slopes, shifts = fresh.reading.slopes, fresh.reading.shifts
        cuts = fresh.reading.thresholds
        for new, old in pairs:
            sparse[new], evidence[new, 0] = self.sparse[old], self.evidence[old, 0]
            fresh.unnamed[new] = self.unnamed[old]
            slopes[new], shifts[new] = self.reading.slopes[old], self.reading.shifts[old]
            cuts[new] = self.reading.thresholds[old]
            for to, start in pairs:
                a, b = 1 + to * prior.KINDS, 1 + start * prior.KINDS
                evidence[new, a : a + prior.KINDS] = self.evidence[old, b : b + prior.KINDS]
        return replace(
            fresh,
            rarity=self.rarity,
            reading=replace(fresh.reading, unruled=self.reading.unruled),
            examples=self.examples,
        )


def untaught(departments: Sequence[str]) -> Model:
    """The model before any example: the rules' words alone."""
    count = len(departments)
    return Model(
        departments=tuple(departments),
        rarity=np.zeros(SIZE, dtype=np.float32),
        sparse=np.zeros((count, SIZE), dtype=np.float32),
        evidence=np.zeros((count, 1 + count * prior.KINDS)),
        unnamed=np.zeros(count),
        reading=Calibration.untaught(count),
    )


def taught(
    departments: Sequence[str], lesson: Lesson, keys: Sequence[str], *, evenly: bool = False
) -> Model:
    """The model that a lesson gives; *keys* are those of its examples, in order.

    *evenly* has it asked about them as one of few examples is, however many there are.
    """
    weights = fit(lesson)
    scores = held_out(lesson, evenly=evenly)
    ruled = np.array([one.ruled for one in lesson.readings], bool)
    reading = calibrate(scores, lesson.truth, lesson.weights, ruled)
    likely = reading.probabilities(scores, ruled)
    sparse = np.zeros((len(departments), SIZE), dtype=np.float32)
    sparse[:, weights.buckets] = weights.sparse
    sparse[:, 0] = 0.0
    return Model(
        departments=tuple(departments),
        rarity=weights.rarity.astype(np.float32),
        sparse=sparse,
        evidence=weights.evidence,
        unnamed=weights.unnamed,
        reading=reading,
        certain={one: certain_at(likely, lesson.truth, one) for one in PRECISIONS},
        examples=len(keys),
        held={
            key: tuple(round(float(one), 3) for one in row)
            for key, row in zip(keys, likely, strict=True)
        },
    )
