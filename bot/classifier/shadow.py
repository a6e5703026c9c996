"""Whether a new model may go live: it must not do worse where neither could know the answer.

Each is asked for the older examples by a part that has not seen them. Mislabelled examples, even
many from one afternoon, make the new one worse there, and it does not go live.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.classifier.calibration import micro_f1
from bot.classifier.examples import Example
from bot.classifier.model import Model
from bot.classifier.rows import Floats

_FEWEST = 20
_LEEWAY = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a new model compares.

    Attributes:
        before: micro F1 of the last model, on the examples that both were asked for.
        after: of the new one.
        compared: how many examples that were.
    """

    accepted: bool
    before: float
    after: float
    compared: int


def compare(old: Model, new: Model, examples: Sequence[Example], truth: Floats) -> Verdict:
    """Compare two models by what they said of examples that they had not seen."""
    common = [at for at, one in enumerate(examples) if one.key in old.held and one.key in new.held]
    if len(common) < _FEWEST or old.departments != new.departments:
        return Verdict(accepted=True, before=0.0, after=0.0, compared=len(common))
    right, ones = truth[common], np.ones(len(common))
    before, after = (
        micro_f1(
            np.array([model.held[examples[at].key] for at in common]) >= model.reading.thresholds,
            right,
            ones,
        )
        for model in (old, new)
    )
    accepted = after >= before - _LEEWAY
    return Verdict(accepted=accepted, before=before, after=after, compared=len(common))
