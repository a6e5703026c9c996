"""A second look, later, at what was posted after a doubt: a copy of it may have turned up since.

Two things can put a message into a channel twice, and Slack gives no means against them: a machine
that freezes for longer than its lease, and a post that Slack accepts after we have looked for it in
vain. In both, a worker has looked, found nothing, and posted anew; so that worker looks again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot import metrics
from bot.errors import DeliveryFailed
from bot.services import Services
from bot.slack.gateway import Gateway
from bot.store import outbox
from bot.store.queue import Taken

log = structlog.get_logger()

# Soon for those who read the channel, and late for a machine that was frozen for long.
LOOKS = (timedelta(minutes=5), timedelta(hours=1))
_AGAIN = timedelta(minutes=5)
_TRIES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Doubt:
    due: datetime
    notice: int
    channel: str
    thread: str
    since: datetime
    tries: int = 0


class Sweep:
    """What one worker has posted after a doubt, until it has looked at it again.

    It is kept in memory: a worker that ends before its second look leaves the copy there.
    """

    def __init__(self, services: Services, gateway: Gateway) -> None:
        self._services = services
        self._gateway = gateway
        self._doubts: list[_Doubt] = []

    def remember(self, taken: Taken, thread: str) -> None:
        """*taken* has just been posted, after nobody could find it."""
        now = self._services.now()
        for later in LOOKS:
            doubt = _Doubt(
                due=now + later,
                notice=taken.id,
                channel=taken.channel,
                thread=thread,
                since=taken.sending_since or taken.created_at,
            )
            self._doubts.append(doubt)

    def step(self) -> None:
        """Look at what is due, one message at a time."""
        now = self._services.now()
        doubt = min(self._doubts, key=lambda doubt: doubt.due, default=None)
        if doubt is None or doubt.due > now:
            return
        try:
            self._look(doubt)
        except DeliveryFailed as failure:
            log.warning("copy_not_looked_for", notice=doubt.notice, code=failure.code)
            if doubt.tries < _TRIES:
                self._doubts.append(replace(doubt, due=now + _AGAIN, tries=doubt.tries + 1))
        self._doubts.remove(doubt)

    def _look(self, doubt: _Doubt) -> None:
        marker = str(doubt.notice)
        copies = self._gateway.copies(doubt.channel, marker, since=doubt.since, thread=doubt.thread)
        with self._services.database.reading() as session:
            noted = outbox.place_of(session, doubt.notice)
        # Which of them stays is what the outbox knows; without that one, nobody can say.
        if noted not in copies:
            return
        for ts in copies:
            if ts != noted:
                self._gateway.delete(doubt.channel, ts)
                metrics.RECONCILED.labels(found="copy").inc()
                log.warning("copy_taken_away", notice=doubt.notice, channel=doubt.channel)
