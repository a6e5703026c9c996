"""The outbox loop: take a notice, render it, show it, remember where."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

import structlog

from bot import metrics
from bot.errors import DatabaseAway, DeliveryFailed, Scope
from bot.services import Services
from bot.slack.aftermath import settle
from bot.slack.gateway import Gateway
from bot.slack.rendering import render
from bot.slack.shown import Shown
from bot.slack.sweeping import Sweep
from bot.slack.uploading import is_file
from bot.store import queue
from bot.store.queue import Taken
from bot.ui.kit import Message, check, plain_message, without_charts

log = structlog.get_logger()

PACE = timedelta(seconds=1)
_IDLE_SECONDS = 0.15
_AWAY_SECONDS = 2.0
# Leaves a post its ten seconds, and room, before another worker may take the lane over; an upload
# has the ten seconds four times.
_POST_STARTS_WITHIN = queue.LEASE.total_seconds() - 25
_UPLOAD_STARTS_WITHIN = queue.LEASE.total_seconds() - 55


class Delivery:
    """One worker; any number may run on one database."""

    def __init__(self, services: Services, gateway: Gateway, *, worker: str) -> None:
        self._services = services
        self._gateway = gateway
        self._worker = worker
        self._looked_for_floods: datetime | None = None
        self._sweep = Sweep(services, gateway)

    def run(self, stop: threading.Event) -> None:
        """Deliver until *stop* is set; what is in hand is finished first."""
        while not stop.is_set():
            try:
                busy = self.step()
            except DatabaseAway as away:
                log.warning("database_away", error=str(away))
                stop.wait(_AWAY_SECONDS)
                continue
            except Exception:
                # A worker that dies of a fault of ours would leave everybody's cards behind.
                log.exception("delivery_failed")
                stop.wait(_AWAY_SECONDS)
                continue
            if not busy:
                stop.wait(_IDLE_SECONDS)

    def step(self) -> bool:
        """Deliver one notice; False when there was none to take."""
        database, now = self._services.database, self._services.now()
        self._sweep.step()
        with database.reading() as session:
            if not queue.waiting(session, now=now):
                return False
        self._announce_floods(now)
        with database.transaction() as session:
            taken = queue.take(session, worker=self._worker, now=now)
        if taken is None:
            return False
        self._deliver(taken)
        return True

    def _announce_floods(self, now: datetime) -> None:
        if self._looked_for_floods and now - self._looked_for_floods < PACE:
            return
        self._looked_for_floods = now
        database, over = self._services.database, self._services.settings.roundup_over
        with database.reading() as session:
            channels = queue.flooded(session, over=over)
        for channel in channels:
            with database.transaction() as session:
                queue.hold_back(session, channel, over=over, now=now)

    def _deliver(self, taken: Taken) -> None:
        began = monotonic()
        try:
            shown = render(self._services, taken)
        except DatabaseAway:
            raise
        except Exception:
            # One faulty case must not stop the next.
            log.exception("render_failed", notice=taken.key)
            self._failed(taken, DeliveryFailed("render_failed"))
            return
        if shown.thread is None:
            self._failed(taken, DeliveryFailed("card_not_there"))
            return
        try:
            doubted = taken
            if taken.outcome_unknown:
                taken = self._looked_for(taken, shown)
            ts = self._show(taken, shown, began)
            if doubted.outcome_unknown and not taken.ts and not is_file(ts):
                self._sweep.remember(doubted, shown.thread or "")
            emoji = self._mirror(taken, ts, shown)
        except DeliveryFailed as failure:
            self._failed(taken, failure)
        else:
            self._done(taken, ts, emoji)

    def _show(self, taken: Taken, shown: Shown, began: float) -> str:
        message = shown.message
        if shown.gone and taken.ts:
            self._gateway.delete(taken.channel, taken.ts)
        if message is None:
            return "" if shown.gone else taken.ts
        faults = check({"text": message.text, "blocks": message.blocks}, "message")
        if faults:
            log.error("message_over_limits", notice=taken.key, faults=faults)
            message = plain_message(message.text)
        if shown.picture and (there := taken.ts or self._upload(taken, shown, began)):
            return there
        _in_time(began, _POST_STARTS_WITHIN)
        try:
            return self._send(taken, message, shown.thread or "")
        except DeliveryFailed as failure:
            if not _refused(failure) or failure.code == "message_not_found":
                raise
            log.exception("message_refused", notice=taken.key, code=failure.code)
            simpler = without_charts(message) or plain_message(message.text)
            return self._send(taken, simpler, shown.thread or "")

    def _upload(self, taken: Taken, shown: Shown, began: float) -> str:
        """Show the picture and return its file's id; "" where Slack takes none of it."""
        if shown.picture is None:
            return ""
        _in_time(began, _UPLOAD_STARTS_WITHIN)
        place, marker = shown.thread or "", str(taken.id)
        try:
            return self._gateway.upload(taken.channel, shown.picture, marker=marker, thread=place)
        except DeliveryFailed as failure:
            if not _refused(failure):
                raise
            log.warning("picture_refused", notice=taken.key, code=failure.code)
            return ""

    def _send(self, taken: Taken, message: Message, thread: str) -> str:
        marker = str(taken.id)
        if not taken.ts:
            return self._gateway.post(taken.channel, message, marker=marker, thread=thread)
        self._gateway.update(taken.channel, taken.ts, message, marker=marker)
        return taken.ts

    def _mirror(self, taken: Taken, ts: str, shown: Shown) -> str:
        """Bring the emoji on a card in line; what is on it then, names with spaces between."""
        there = set(taken.emoji.split()) if taken.ts else set()
        wanted = set(shown.emoji)
        try:
            for name in sorted(there ^ wanted) if ts else ():
                self._gateway.react(taken.channel, ts, name, on=name in wanted)
                there ^= {name}
        except DeliveryFailed as failure:
            # The card says it all in words; an emoji is not worth showing the card again for.
            log.warning("emoji_not_shown", notice=taken.key, code=failure.code)
        return " ".join(sorted(there))

    def _looked_for(self, taken: Taken, shown: Shown) -> Taken:
        """*taken* with the place where an earlier worker posted it, or as never posted."""
        since = taken.sending_since or taken.created_at
        try:
            found = self._gateway.find(
                taken.channel, str(taken.id), since=since, thread=shown.thread or ""
            )
        except DeliveryFailed as failure:
            # The outcome is as unknown as before, so the marker has to be looked for again.
            # A scope that only reading needs is no reason to stop the whole workspace.
            reading_only = failure.code == "missing_scope"
            raise DeliveryFailed(
                failure.code,
                permanent=failure.permanent,
                scope=Scope.CHANNEL if reading_only else failure.scope,
                retry_after=failure.retry_after,
                unknown=True,
            ) from failure
        metrics.RECONCILED.labels(found="yes" if found else "no").inc()
        return replace(taken, ts=found) if found else replace(taken, sending_since=None)

    def _done(self, taken: Taken, ts: str, emoji: str) -> None:
        with self._services.database.transaction() as session:
            now = self._services.now()
            mine = {"worker": self._worker, "emoji": emoji}
            queue.sent(session, taken, ts=ts, now=now, pace=PACE, **mine)
            queue.open_gates(session)
        metrics.SENT.labels(kind=taken.kind, outcome="sent").inc()

    def _failed(self, taken: Taken, failure: DeliveryFailed) -> None:
        log.warning("not_delivered", notice=taken.key, code=failure.code, attempt=taken.attempts)
        metrics.SENT.labels(kind=taken.kind, outcome=failure.code).inc()
        with self._services.database.transaction() as session:
            settle(session, self._services, taken, failure, worker=self._worker)


def _refused(failure: DeliveryFailed) -> bool:
    return failure.permanent and failure.scope is Scope.MESSAGE


def _in_time(began: float, seconds: float) -> None:
    if monotonic() - began > seconds:
        raise DeliveryFailed("too_slow", scope=Scope.CHANNEL)
