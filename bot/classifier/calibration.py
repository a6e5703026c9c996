"""From scores to honest probabilities, and from probabilities to decisions.

All of it is learned from scores that a comment got from a model that had not seen it, which is
what would have been shown before the correction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.classifier.logistic import loss, minimise, sigmoid, sigmoid_of_one

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

DECIDE = 0.36
"""Where a department is said to be concerned, unless examples say better: between the half that
makes fewest mistakes and the third that finds most."""
DECIDE_UNTAUGHT = 0.42
"""The same before there are any: words alone are believed a little less."""

_GRID = np.arange(0.16, 0.74, 0.02)
_SLOPE_PRIOR, _SHIFT_PRIOR, _UNRULED_PRIOR = 30.0, 12.0, 2.0
# What a threshold's distance from the usual one costs: parts of micro F1 for so many examples, and
# for their square; of a department's own threshold only its own examples count.
_CAUTION, _OWN_CAUTION = (8.0, 800.0), (3.0, 50.0)
_FEWEST = 20
# So many examples' worth the probabilities themselves count beside what was found; no single one is
# believed to be surer than labels are.
_BELIEVED, _SUREST = 20.0, 0.96
_NEVER = 2.0
# One more decision raises micro F1 if it is right more often than half of micro F1: about six sevenths
# of the usual threshold, which is 0.5 once it is moved.
_WORTH_A_GUESS = 0.43


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How scores are read.

    Attributes:
        slopes, shifts: of each department's scores.
        unruled: what is added to the log odds of a text that no rule speaks for; never above 0.
        thresholds: of each department's probabilities.
    """

    slopes: Floats
    shifts: Floats
    unruled: float
    thresholds: Floats

    @classmethod
    def untaught(cls, departments: int) -> "Calibration":
        """Before anything is learned."""
        ones = np.ones(departments)
        return cls(slopes=ones, shifts=0 * ones, unruled=0.0, thresholds=DECIDE_UNTAUGHT * ones)

    def probabilities(self, scores: Floats, ruled: Truths) -> Floats:
        """How likely each department is concerned; one row per text, *ruled* if a rule speaks for any."""
        held_back = np.where(ruled, 0.0, self.unruled)[:, None]
        return sigmoid(scores * self.slopes + self.shifts + held_back)

    def likely(self, scores: Sequence[float], *, ruled: bool) -> list[float]:
        """How likely each department is concerned by one text."""
        parts = zip(scores, self.slopes.tolist(), self.shifts.tolist(), strict=True)
        held_back = 0.0 if ruled else self.unruled
        return [sigmoid_of_one(score * slope + shift + held_back) for score, slope, shift in parts]

    def decisions(self, likely: Sequence[float]) -> list[float]:
        """The probabilities of one text, moved so that 0.5 is the decision.

        Where no department reaches its threshold, the one that comes nearest is decided for, if it is
        near enough and no other is as near.
        """
        moved = [
            0.5 * share / cut if share < cut else 0.5 + 0.5 * (share - cut) / (1 - cut)
            for share, cut in zip(likely, self.thresholds.tolist(), strict=True)
        ]
        if len(moved) < 2:
            return moved
        second, first = sorted(moved)[-2:]
        if _WORTH_A_GUESS < first < 0.5 and first > second:
            moved[moved.index(first)] = 0.5
        return moved


def calibrate(scores: Floats, truth: Floats, weights: Floats, ruled: Truths) -> Calibration:
    """What held-out *scores* teach about reading them; *ruled* are texts that a rule speaks for."""
    fitted = [_platt(scores[:, at], truth[:, at], weights) for at in range(truth.shape[1])]
    slopes, shifts = np.array(fitted).T
    odds = scores * slopes + shifts
    unruled = _unruled(odds[~ruled], truth[~ruled], weights[~ruled])
    likely = sigmoid(odds + np.where(ruled, 0.0, unruled)[:, None])
    return Calibration(
        slopes=slopes,
        shifts=shifts,
        unruled=unruled,
        thresholds=_thresholds(likely, truth, weights),
    )


def _platt(scores: Floats, truth: Floats, weights: Floats) -> tuple[float, float]:
    """The slope and shift that make *scores* log odds; near 1 and 0 with few examples."""
    hold, usual = np.array([_SLOPE_PRIOR, _SHIFT_PRIOR]), np.array([1.0, 0.0])

    def objective(point: Floats) -> tuple[float, Floats]:
        moved = point[0] * scores + point[1]
        miss = weights * (sigmoid(moved) - truth)
        away = point - usual
        value = loss(moved, truth, weights) + 0.5 * float(hold @ away**2)
        return value, np.array([miss @ scores, miss.sum()]) + hold * away

    slope, shift = minimise(objective, usual, 40)
    return float(np.clip(slope, 0.05, 5.0)), float(np.clip(shift, -6.0, 6.0))


def _unruled(odds: Floats, truth: Floats, weights: Floats) -> float:
    """How much less the *odds* of texts without a rule are to be believed, all departments alike.

    Whether such a comment concerns anybody differs most between organisations, and only there does
    routing do worse than the rules. They are never believed more: that helped nobody.
    """
    counts = np.broadcast_to(weights[:, None], odds.shape).ravel()
    flat, true = odds.ravel(), truth.ravel()

    def objective(point: Floats) -> tuple[float, Floats]:
        moved = flat + point
        held = _UNRULED_PRIOR * point
        miss = float(counts @ (sigmoid(moved) - true))
        return loss(moved, true, counts) + 0.5 * float(held @ point), miss + held

    (shift,) = minimise(objective, np.zeros(1), 40)
    return float(np.clip(shift, -3.0, 0.0))


def micro_f1(decided: Truths, truth: Floats, weights: Floats) -> float:
    """Twice what is decided rightly, among all that is decided and all that is true."""
    right = float(weights @ (decided * truth).sum(axis=1))
    both = float(weights @ (decided.sum(axis=1) + truth.sum(axis=1)))
    return 2 * right / both if both else 1.0


def _thresholds(likely: Floats, truth: Floats, weights: Floats) -> Floats:
    """Of each department, where micro F1 is best; near the common one with few examples."""
    caution = _cost(_CAUTION, float(weights.sum()))
    common = max(_GRID, key=lambda cut: _worth(likely >= cut, truth, weights, cut, DECIDE, caution))
    chosen = np.full(truth.shape[1], common)
    if len(chosen) == 1:
        # The same few examples would move it twice.
        return chosen
    for at in range(truth.shape[1]):
        own = _cost(_OWN_CAUTION, float(weights @ truth[:, at]))
        chosen[at] = _best(at, likely, truth, weights, float(common), own)
    return chosen


def _cost(caution: tuple[float, float], examples: float) -> float:
    return caution[0] / (examples + 1.0) + caution[1] / (examples + 1.0) ** 2


def _best(
    at: int, likely: Floats, truth: Floats, weights: Floats, common: float, caution: float
) -> float:
    def worth(cut: float) -> float:
        decided = likely >= common
        decided[:, at] = likely[:, at] >= cut
        return _worth(decided, truth, weights, cut, common, caution)

    return float(max(_GRID, key=worth))


def _worth(
    decided: Truths,
    truth: Floats,
    weights: Floats,
    cut: float,
    usual: float,
    caution: float,
) -> float:
    away = np.log(cut / (1 - cut)) - np.log(usual / (1 - usual))
    return micro_f1(decided, truth, weights) - caution * float(away) ** 2


def certain_at(likely: Floats, truth: Floats, precision: float) -> float:
    """The lowest probability from which on stakes are as seldom wrong as asked.

    A comment counts as right when no department among its stakes is wrong. What the probabilities
    promise counts beside what was found, since few examples find little; the bound leans to the safe
    side, and ends where it is first too low; above 1 means none.
    """
    top = likely.max(axis=1, initial=0.0)
    wrong = np.where(truth == 0, likely, 0.0).max(axis=1, initial=0.0)
    chosen = _NEVER
    for cut in np.arange(0.98, 0.4, -0.01):
        posted = int((top >= cut).sum())
        if posted < _FEWEST:
            continue
        right = posted - int((wrong >= cut).sum())
        if _safely(right, posted, _promised(likely[top >= cut], float(cut))) >= precision:
            chosen = float(cut)
        elif chosen < _NEVER:
            break
    return chosen


def _promised(likely: Floats, cut: float) -> float:
    """How often no department of those at *cut* or above is wrong, by their probabilities."""
    each = np.where(likely >= cut, np.minimum(likely, _SUREST), 1.0)
    return float(each.prod(axis=1).mean())


def _safely(right: int, posted: int, promised: float) -> float:
    """A cautious estimate of the precision: one standard error below the blended share."""
    count = posted + _BELIEVED
    share = (right + _BELIEVED * promised) / count
    return share - float(np.sqrt(share * (1 - share) / count))
