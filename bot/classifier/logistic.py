"""Logistic regression with a quadratic penalty, fitted by L-BFGS in numpy alone.

scipy has the same, and costs forty megabytes when imported; the problem is smooth and convex, so
that these few lines reach the same weights.
"""

from collections.abc import Callable
from math import exp

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Objective = Callable[[Floats], tuple[float, Floats]]

_MEMORY = 8
_ENOUGH = 1e-4
_FAR = 35.0


def minimise(objective: Objective, start: Floats, rounds: int) -> Floats:
    """Where *objective*, which gives a value and its gradient, is least."""
    here = start
    value, slope = objective(here)
    steps: list[tuple[Floats, Floats]] = []
    for _ in range(rounds):
        if np.abs(slope).max(initial=0.0) < _ENOUGH:
            break
        way = -_scaled(slope, steps)
        found = _along(objective, here, value, slope, way, 1.0 if steps else _first(slope))
        if found is None:
            break
        there, lower, steeper = found
        steps = [*steps[1 - _MEMORY :], (there - here, steeper - slope)]
        here, value, slope = there, lower, steeper
    return here


def _dot(one: Floats, other: Floats) -> float:
    # BLAS would use every core for this, and spend more time on waking them than on the sum.
    return float(np.einsum("i,i->", one, other))


def _first(slope: Floats) -> float:
    return 1.0 / max(1.0, float(np.sqrt(_dot(slope, slope))))


def _scaled(slope: Floats, steps: list[tuple[Floats, Floats]]) -> Floats:
    """The inverse Hessian, as far as the last steps tell it, times *slope*."""
    way = slope.copy()
    kept: list[tuple[float, float]] = []
    for moved, turned in reversed(steps):
        size = 1.0 / _dot(moved, turned)
        share = size * _dot(moved, way)
        way -= share * turned
        kept.append((size, share))
    if steps:
        moved, turned = steps[-1]
        way *= _dot(moved, turned) / _dot(turned, turned)
    for (moved, turned), (size, share) in zip(steps, reversed(kept), strict=True):
        way += (share - size * _dot(turned, way)) * moved
    return way


def _along(
    objective: Objective, here: Floats, value: float, slope: Floats, way: Floats, size: float
) -> tuple[Floats, float, Floats] | None:
    """The first point along *way* that is low enough; None when there is none."""
    fall = _dot(slope, way)
    for _ in range(25):
        there = here + size * way
        lower, steeper = objective(there)
        if lower <= value + 1e-4 * size * fall and _dot(steeper - slope, way) > 0:
            return there, lower, steeper
        size *= 0.5
    return None


def sigmoid(scores: Floats) -> Floats:
    """Log odds as probabilities."""
    return 1.0 / (1.0 + np.exp(-np.clip(scores, -_FAR, _FAR)))


def sigmoid_of_one(score: float) -> float:
    """The same for a single one, for which numpy takes longer to begin than to compute."""
    return 1.0 / (1.0 + exp(-min(max(score, -_FAR), _FAR)))


def loss(scores: Floats, truth: Floats, weights: Floats) -> float:
    """How surprising the *truth* is, summed."""
    return float(weights @ (np.logaddexp(0.0, scores) - truth * scores))
