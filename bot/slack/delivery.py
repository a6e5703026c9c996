"""Delivering: take notices, render each, show it, remember where."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from time import monotonic, sleep

import structlog

from bot import metrics
from bot.errors import DatabaseAway, DeliveryFailed, Scope
from bot.services import Services
from bot.slack.acceptance import Acceptance
from bot.slack.aftermath import once_more, settle
from bot.slack.gateway import Gateway
from bot.slack.rendering import render
from bot.slack.shown import Shown
from bot.slack.sweeping import Sweep
from bot.slack.uploading import is_file
from bot.store import doubts, floods, outcomes, queue
from bot.store.outcomes import Sent
from bot.store.queue import Taken
from bot.ui.kit import Message, check, plain_message, without_charts

log = structlog.get_logger()

PACE = timedelta(seconds=1)
# Leaves a post its ten seconds, and room, before another worker may take the lane over; an upload
# has the ten seconds four times.
_POST_STARTS_WITHIN = queue.LEASE.total_seconds() - 25
_UPLOAD_STARTS_WITHIN = queue.LEASE.total_seconds() - 55
# A process computes one thing at a time: each of more would only be ready later, and hold one of
# the database's connections meanwhile.
_RENDER_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something stands in its channel, and since when for Slack's pace."""

    ts: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a notice: `sent`, or a failure.

    Attributes:
        taken: as far as is known now: a look may have found out where it is.
        doubt: it was posted after a look in vain; this is what was looked for.
    """

    taken: Taken
    sent: Sent | None = None
    failure: DeliveryFailed | None = None
    doubt: doubts.Doubt | None = None


class Delivery:
    """One worker's hands; any number may be at work on one database."""

    def __init__(self, services: Services, gateway: Gateway, *, worker: str) -> None:
        self._services = services
        self._gateway = gateway
        self._worker = worker
        self._looked_for_floods: datetime | None = None
        self._sweep = Sweep(services, gateway)
        self._acceptance = Acceptance()
        self._rendering = BoundedSemaphore(_RENDER_AT_ONCE)

    def step(self) -> bool:
        """Deliver one notice here and now; False when there was none to take."""
        self.look_again()
        taken = self.take(1)
        self.note([outcome for one in taken if (outcome := self.deliver(one))])
        return bool(taken)

    def look_again(self) -> None:
        """Take away a copy that has turned up, if one is due to be looked for."""
        self._sweep.step()

    def take(self, most: int, *, ahead: timedelta = timedelta()) -> list[Taken]:
        """Take in hand what goes first, each of another channel; also posts due *ahead* of now."""
        database, now = self._services.database, self._services.now()
        with database.glance() as session:
            seen = queue.heads(session, now=now, limit=most, ahead=ahead)
        if not seen:
            return []
        self._announce_floods(now)
        with database.transaction() as session:
            return queue.take_all(
                session, seen, worker=self._worker, now=now, limit=most, ahead=ahead
            )

    def _announce_floods(self, now: datetime) -> None:
        if self._looked_for_floods and now - self._looked_for_floods < PACE:
            return
        self._looked_for_floods = now
        database, over = self._services.database, self._services.settings.roundup_over
        with database.glance() as session:
            channels = floods.flooded(session, over=over)
        for channel in channels:
            with database.transaction() as session:
                floods.hold_back(session, channel, over=over, now=now)

    def deliver(self, taken: Taken) -> Outcome | None:
        """Show *taken* in Slack; any number of threads may do so.

        None when nobody knows what became of it: after its lease somebody looks for it.
        """
        began = monotonic()
        try:
            return self._delivered(taken, began)
        except Exception:
            # A worker that dies of a fault of ours would leave everybody's cards behind.
            log.exception("delivery_failed", notice=taken.key)
            return None

    def _wait_until(self, moment: datetime) -> None:
        left = (moment - self._services.now()).total_seconds()
        if left > 0:
            sleep(left)

    def _delivered(self, taken: Taken, began: float) -> Outcome:
        try:
            with self._rendering:
                shown = render(self._services, taken)
        except DatabaseAway:
            away = DeliveryFailed("database_away", scope=Scope.CHANNEL)
            return Outcome(taken=taken, failure=away)
        except Exception:
            # One faulty case must not stop the next.
            log.exception("render_failed", notice=taken.key)
            return Outcome(taken=taken, failure=DeliveryFailed("render_failed"))
        if shown.thread is None:
            return Outcome(taken=taken, failure=DeliveryFailed("card_not_there"))
        doubted = taken.outcome_unknown
        if doubted:
            # To look before its time, or long before the post, is to miss what Slack accepts late.
            self._wait_until(taken.not_before)
        try:
            found = self._looked_for(taken, shown) if doubted else taken
        except DeliveryFailed as failure:
            return Outcome(taken=taken, failure=failure)
        try:
            place = self._show(found, shown, began)
        except DeliveryFailed as failure:
            return Outcome(taken=found, failure=failure)
        emoji = self._mirror(found, place.ts, shown)
        anew = doubted and not found.ts and not is_file(place.ts)
        again_at = once_more(found, place.at) if place.ts and not doubted else None
        return Outcome(
            taken=found,
            sent=Sent(taken=found, ts=place.ts, at=place.at, emoji=emoji, again_at=again_at),
            doubt=doubts.about(taken, shown.thread, now=place.at) if anew else None,
        )

    def note(self, done: Sequence[Outcome]) -> None:
        """Write down what became of them, together what went well.

        Raises:
            DatabaseAway: some may be noted; noting them all again does no harm.
        """
        well = [outcome.sent for outcome in done if outcome.sent]
        left = self._note_sent(done, well) if well else []
        for one in left:
            # Somebody was just changing it; alone it can wait for them.
            self._note_sent((), [one])
        for outcome in done:
            if outcome.failure:
                self._failed(outcome.taken, outcome.failure)

    def _note_sent(self, done: Sequence[Outcome], sent: Sequence[Sent]) -> list[Sent]:
        with self._services.database.transaction() as session:
            left = outcomes.sent_all(session, sent, worker=self._worker, pace=PACE)
            queue.open_gate(session)
            for outcome in done:
                if outcome.doubt:
                    doubts.remember(session, outcome.doubt)
        for one in sent:
            if one not in left:
                metrics.SENT.labels(kind=one.taken.kind, outcome="sent").inc()
        return left

    def _show(self, taken: Taken, shown: Shown, began: float) -> _Place:
        message = shown.message
        if shown.gone and taken.ts:
            self._gateway.delete(taken.channel, taken.ts)
        if message is None:
            return self._now_at("" if shown.gone else taken.ts)
        faults = check({"text": message.text, "blocks": message.blocks}, "message")
        if faults:
            log.error("message_over_limits", notice=taken.key, faults=faults)
            message = plain_message(message.text)
        if not taken.ts:
            self._wait_until(taken.not_before)
        if shown.picture and (there := taken.ts or self._upload(taken, shown, began)):
            return self._now_at(there)
        _in_time(began, _POST_STARTS_WITHIN)
        try:
            return self._send(taken, message, shown.thread or "")
        except DeliveryFailed as failure:
            if not _refused(failure) or failure.code == "message_not_found":
                raise
            log.exception("message_refused", notice=taken.key, code=failure.code)
            simpler = without_charts(message) or plain_message(message.text)
            return self._send(taken, simpler, shown.thread or "")

    def _now_at(self, ts: str) -> _Place:
        return _Place(ts, self._services.now())

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

    def _send(self, taken: Taken, message: Message, thread: str) -> _Place:
        marker = str(taken.id)
        if taken.ts:
            self._gateway.update(taken.channel, taken.ts, message, marker=marker)
            return self._now_at(taken.ts)
        sent = monotonic()
        ts = self._gateway.post(taken.channel, message, marker=marker, thread=thread)
        answered, now = monotonic(), self._services.now()
        ago = self._acceptance.ago(ts, sent=sent, answered=answered)
        return _Place(ts, now - timedelta(seconds=ago))

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
