"""When Slack accepted a post, by our own clock: never earlier than it did, and seldom much later.

The second between two messages of a channel begins when Slack accepts the first, and its answer
comes later. The answer holds ``ts``, the moment of acceptance by Slack's clock, which need not agree
with ours. How far they are apart is never known, but each answered post tells where it cannot lie:
Slack accepted it after we had sent it, and before we had its answer. All posts together leave a
narrow gap (``docs/decisions/020-the-moment-of-acceptance.md``).
"""

import re
from math import inf
from threading import Lock

# Better than any clock that deserves the name; what one post tells of is worth less with each second.
_APART_PER_SECOND = 0.001
# Were it no moment at all, so many of them would have contradicted each other.
_ENOUGH = 8
# The machines of Slack, and the workers, may differ by this much.
_MARGIN_SECONDS = 0.002
_TS = re.compile(r"\d{10}\.\d{6}", re.ASCII)


class Acceptance:
    """What the posts of one process have told about Slack's clock; any thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._forget()

    def _forget(self) -> None:
        # Slack's clock less ours is at least `_least` and at most `_most`, at the moment `_known`.
        self._least, self._most = -inf, inf
        self._known, self._agreed = -inf, 0

    def ago(self, ts: str, *, sent: float, answered: float) -> float:
        """How many seconds before its answer the post was surely accepted; 0 for as good as none.

        Args:
            ts: what Slack gave it.
            sent: when it was about to be sent, in seconds of a clock that is never set.
            answered: when the answer was there, by the same clock.
        """
        if not _TS.fullmatch(ts):
            return 0.0
        stamp = float(ts)
        with self._lock:
            now = max(self._known, answered)
            # It was accepted at some moment since it was sent; the clocks went on drifting.
            drift = _APART_PER_SECOND * (now - sent)
            self._learn(stamp - answered - drift, stamp - sent + drift, now)
            if self._agreed < _ENOUGH:
                return 0.0
            latest = stamp - self._least + drift + _MARGIN_SECONDS
        return max(0.0, answered - latest)

    def _learn(self, least: float, most: float, now: float) -> None:
        if self._agreed:
            drift = _APART_PER_SECOND * (now - self._known)
            self._least, self._most = self._least - drift, self._most + drift
        if least > self._most or most < self._least:
            # A clock was set, or what Slack gave is not a moment.
            self._forget()
        self._least, self._most = max(self._least, least), min(self._most, most)
        self._known, self._agreed = now, self._agreed + 1
