"""What can be made to go wrong between Crosstalk and Slack.

A plain string as a fault is one of Slack's error codes, answered with HTTP 200 as Slack does.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Http429:
    """Slack asks us to wait; ``retry_after`` is sent as it is, or left out when None."""

    retry_after: int | str | None = 1


@dataclass(frozen=True, slots=True)
class Http500:
    """Slack fails before it has done anything."""

    status: int = 500


@dataclass(frozen=True, slots=True)
class Timeout:
    """No answer comes until the client gives up; ``accepted``: the call has worked nevertheless."""

    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection is cut before anything is done."""


@dataclass(frozen=True, slots=True)
class AcceptThenDrop:
    """The call works, and the connection is cut before the answer."""


@dataclass(frozen=True, slots=True)
class AcceptThen500:
    """The call works, and the answer says that it did not."""

    status: int = 500


@dataclass(frozen=True, slots=True)
class Garbage:
    """Something on the way answers in Slack's place; ``accepted``: the call has worked."""

    body: bytes = b"<html><body>Bad gateway</body></html>"
    accepted: bool = False


Fault = str | Http429 | Http500 | Timeout | Drop | AcceptThenDrop | AcceptThen500 | Garbage


def accepts(fault: Fault | None) -> bool:
    """Whether the call is carried out in spite of *fault*."""
    match fault:
        case None | AcceptThenDrop() | AcceptThen500():
            return True
        case Timeout(accepted=accepted) | Garbage(accepted=accepted):
            return accepted
        case _:
            return False


@dataclass(slots=True)
class _Planned:
    method: str
    fault: Fault
    times: int | None
    channel: str | None


@dataclass(slots=True)
class Plan:
    """Which calls are going to fail, in the order that was asked for."""

    _planned: list[_Planned] = field(default_factory=list)

    def add(self, method: str, fault: Fault, times: int | None, channel: str | None) -> None:
        """Let the next *times* calls (None: all) of *method*, to *channel* if given, fail."""
        self._planned.append(_Planned(method, fault, times, channel))

    def clear(self, method: str | None = None) -> None:
        """Nothing fails any more, or nothing of *method*."""
        self._planned = [p for p in self._planned if method is not None and p.method != method]

    def take(self, method: str, channel: str) -> Fault | None:
        """The fault for this call, used up; None when it is to succeed."""
        for planned in self._planned:
            if planned.method == method and planned.channel in {None, channel}:
                self._use_up(planned)
                return planned.fault
        return None

    def _use_up(self, planned: _Planned) -> None:
        if planned.times is not None:
            planned.times -= 1
            if planned.times <= 0:
                self._planned.remove(planned)
