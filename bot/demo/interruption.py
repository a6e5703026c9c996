"""Being asked to stop, and waiting in a way that notices it."""

import signal
import time
from types import FrameType, TracebackType
from typing import Any, Self

from bot.errors import CrosstalkError

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_NAP_SECONDS = 0.1


class Interrupted(CrosstalkError):
    """Somebody asked the demo to end; nothing is wrong."""


class DemoFailed(CrosstalkError):
    """The demo cannot go on; the text says why, and what to do."""


class Interruption:
    """Notes Ctrl-C, and what a closing terminal or ``kill`` sends, for as long as it is entered.

    The signals only set a flag: an exception thrown into the middle of a start could leave a
    process behind that nobody knows of.
    """

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._note) for number in _SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True

    def nap(self, seconds: float = _NAP_SECONDS) -> None:
        """Sleep for a moment.

        Raises:
            Interrupted: somebody asked to stop.
        """
        if self._asked:
            raise Interrupted
        time.sleep(min(seconds, _NAP_SECONDS))
