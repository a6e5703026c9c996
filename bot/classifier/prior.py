"""What the rules' words are worth before anybody has corrected anything."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.classifier.cues import Evidence

Floats = NDArray[np.float64]

KINDS = 3
# Log odds: of nothing; of a rule that matches; of a word that is nearly a rule's; of a group of
# the lexicon; and what a department loses for each point that another one has more.
_NOTHING, _EXACT, _NEAR, _GROUP, _OTHER = -1.25, 2.6, 1.4, 2.0, 0.15


# A long text has a word of most groups, and many that are nearly some rule's; from so many words on,
# each says less.
_SHORT, _FADING = 18, 40


def strengths(
    found: Mapping[str, Evidence],
    departments: Sequence[str],
    length: int,
    ruled: Collection[str] = (),
) -> NDArray[np.float32]:
    """How strong each kind of evidence is for each department, 0 to 1; more words, more.

    Args:
        found: the evidence.
        departments: the order of the answer.
        length: how many words the text has.
        ruled: departments that rules about more than the text decided for.
    """
    share = 1.0 / (1.0 + max(0, length - _SHORT) / _FADING)
    rows = [_strength(found[one], share, one in ruled) for one in departments]
    return np.array(rows, dtype=np.float32)


def _strength(own: Evidence, share: float, ruled: bool) -> tuple[float, float, float]:
    exact = set(own.exact)
    if ruled and not exact:
        exact.add("")
    return (
        1.0 - 0.5 ** len(exact),
        1.0 - 0.5 ** (len(set(own.near) - exact) * share),
        1.0 - 0.5 ** (own.group * share),
    )


Number = TypeVar("Number", float, Floats)


def _worth(exact: Number, near: Number, group: Number) -> Number:
    return _EXACT * exact + _NEAR * near * (1.0 - exact) + _GROUP * group * (1.0 - 0.5 * exact)


def _beside(own: Number, most: Number) -> Number:
    return _NOTHING + own - _OTHER * (most - own)


def log_odds(strength: Floats) -> Floats:
    """The log odds that each department is concerned; *strength* is texts, departments, kinds."""
    own = _worth(strength[..., 0], strength[..., 1], strength[..., 2])
    return _beside(own, own.max(axis=-1, keepdims=True, initial=0.0))


def log_odds_of_one(strength: NDArray[np.float32]) -> list[float]:
    """The same for one text: for a few departments, numpy takes longer to begin than to compute."""
    own = [_worth(*kinds) for kinds in strength.tolist()]
    most = max(own, default=0.0)
    return [_beside(one, max(most, 0.0)) for one in own]
