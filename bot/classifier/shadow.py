"""Whether a new model may go live: it must not do worse where neither could know the answer.

Each is asked for the older examples by a part that has not seen them. Mislabelled examples, even
many from one afternoon, make the new one worse there, and it does not go live.

Where comments say much the same, what is new makes those look worse that are asked about without
their like, for as long as it is new. So a model that does worse there goes live if it still decides
all those older examples as well that it has seen, and several people or days have taught the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.classifier.calibration import micro_f1
from bot.classifier.examples import Example, several
from bot.classifier.model import Model
from bot.classifier.reading import Reading
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


def knows_more(
    old: Model,
    new: Model,
    examples: Sequence[Example],
    readings: Sequence[Reading],
    truth: Floats,
) -> bool:
    """Whether *new* only adds to *old*: it decides as well what both have learned from."""
    known = [at for at, one in enumerate(examples) if one.key in old.held]
    if not several([one for one in examples if one.key not in old.held]):
        return False
    before, after = (
        micro_f1(
            np.array([_decided(model, readings[at]) for at in known]),
            truth[known],
            np.ones(len(known)),
        )
        for model in (old, new)
    )
    return after >= before - _LEEWAY


def _decided(model: Model, reading: Reading) -> list[bool]:
    return [share >= 0.5 for share in model.reading.decisions(model.likely(reading))]
