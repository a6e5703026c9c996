"""Working time of very many spans at once, by the arithmetic of whole arrays."""

from collections.abc import Collection
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from bot.domain.hours import Hours
from bot.domain.measures import Span

# Of fewer, making the arrays is the greater part.
_MANY = 500


class ManyHours(Hours):
    """The same as `Hours`, ten times as fast for a month of a large company."""

    def lengths(self, spans: Collection[Span]) -> list[int]:
        """The working time of each span; 0 for one that ends before it begins."""
        if len(spans) < _MANY or not self.shifts:
            return super().lengths(spans)
        moments = np.fromiter(chain.from_iterable(spans), np.int64, 2 * len(spans))
        worked = self._worked(moments)
        found: list[int] = np.maximum(worked[1::2] - worked[0::2], 0).tolist()
        return found

    def _worked(self, moments: NDArray[np.int64]) -> NDArray[np.int64]:
        """The working time until each of *moments*."""
        opens, closes, before = (
            np.array(each, np.int64) for each in zip(*self.shifts, strict=True)
        )
        at = np.searchsorted(opens, moments, side="right") - 1
        inside = before[at] + np.minimum(moments, closes[at]) - opens[at]
        return np.where(at < 0, 0, inside)
