"""What a connector is, and which ones there are."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.comment import Change
from bot.domain.organisation import Source
from bot.errors import IntakeRejected
from bot.intake.signatures import Request, sign
from bot.intake.webhook import Webhook

__all__ = ["CONNECTORS", "Connector", "Request", "refuse_future", "sign"]

_AHEAD = timedelta(minutes=5)


class Connector(Protocol):
    """The code for one kind of source: who sent it, and what it says.

    Neither method may raise anything but `IntakeRejected`, whatever it is given.
    """

    @property
    def name(self) -> str:
        """As it stands in the address and in ``organisation.toml``."""

    def verify(self, request: Request, secrets: Sequence[str], now: datetime) -> str:
        """The delivery's id, the same when the sender tries again.

        Raises:
            IntakeRejected: 401, unless the sender proved to know one of *secrets*.
        """

    def parse(self, body: bytes, source: Source) -> tuple[Change, ...]:
        """What a verified *body* says, and nothing that it does not; () for nothing of interest.

        Raises:
            IntakeRejected: 422, naming the field at fault.
        """


def refuse_future(changes: Iterable[Change], now: datetime) -> None:
    """Let no change through that claims to come after *now*: it would outrank every later edit.

    Raises:
        IntakeRejected: 422.
    """
    if any(change.at > now + _AHEAD for change in changes):
        raise IntakeRejected(422, "Lies in the future. Check the sender's clock.", "timestamp")


_ALL: tuple[Connector, ...] = (Webhook(),)

CONNECTORS: dict[str, Connector] = {connector.name: connector for connector in _ALL}
