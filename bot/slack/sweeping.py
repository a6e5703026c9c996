"""A second look, later, at what was posted after a doubt: a copy of it may have turned up since.

Two things can put a message into a channel twice, and Slack gives no means against them: a machine
that freezes for longer than its lease, and a post that Slack accepts after we have looked for it in
vain. In both, a worker has looked, found nothing, and posted anew; `bot.store.doubts` remembers
that, and any worker looks again.
"""

from datetime import datetime, timedelta

import structlog

from bot import metrics
from bot.errors import DeliveryFailed
from bot.services import Services
from bot.slack.gateway import Gateway
from bot.store import doubts, outbox
from bot.store.doubts import Doubt

log = structlog.get_logger()

# Whether there is anything to look at is asked this often.
_ASK_EVERY = timedelta(seconds=5)


class Sweep:
    """The looks that one worker makes."""

    def __init__(self, services: Services, gateway: Gateway) -> None:
        self._services = services
        self._gateway = gateway
        self._asked: datetime | None = None

    def step(self) -> None:
        """Look at what is due, one message at a time."""
        now = self._services.now()
        if self._asked and now - self._asked < _ASK_EVERY:
            return
        database = self._services.database
        with database.reading() as session:
            due = doubts.any_due(session, now=now)
        if not due:
            self._asked = now
            return
        with database.transaction() as session:
            doubt = doubts.take(session, now=now)
        if doubt:
            self._look(doubt)

    def _look(self, doubt: Doubt) -> None:
        ended = doubts.looked
        try:
            self._take_copies_away(doubt)
        except DeliveryFailed as failure:
            log.warning("copy_not_looked_for", notice=doubt.notice, code=failure.code)
            ended = doubts.failed
        with self._services.database.transaction() as session:
            ended(session, doubt, now=self._services.now())

    def _take_copies_away(self, doubt: Doubt) -> None:
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
