"""Many questions to Slack at its pace, and an end to all of it."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

from bot.errors import DeliveryFailed
from bot.slack.gateway import Gateway

# Slack takes some fifty questions a minute of each kind; a large organisation has more.
_WAITS = 3
_LONGEST_WAIT = 60.0
_T = TypeVar("_T")


class Patient:
    """Asks as often as Slack wants to be asked, until its time is over."""

    def __init__(
        self,
        gateway: Gateway,
        seconds: float,
        clock: Callable[[], float] = monotonic,
        wait: Callable[[float], object] = sleep,
    ) -> None:
        """Have *seconds* in all, from now on."""
        self.gateway = gateway
        self._clock, self._wait = clock, wait
        self._end = clock() + seconds

    @property
    def over(self) -> bool:
        """Whether there is no time for one more question."""
        return self._clock() >= self._end

    def answer(self, ask: Callable[[Gateway], _T]) -> _T:
        """What Slack answers, also to the last of more questions than it takes at once.

        Raises:
            DeliveryFailed: it does not answer, or asks for more patience than there is.
        """
        for _ in range(_WAITS):
            try:
                return ask(self.gateway)
            except DeliveryFailed as failure:
                if failure.retry_after is None:
                    raise
                if not self._may_wait(min(failure.retry_after, _LONGEST_WAIT)):
                    raise
        return ask(self.gateway)

    def _may_wait(self, seconds: float) -> bool:
        left = self._end - self._clock()
        if left < seconds:
            # No other question would be answered any sooner.
            self._end = self._clock()
            return False
        self._wait(seconds)
        return True
