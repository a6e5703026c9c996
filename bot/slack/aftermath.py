"""What a failed call to Slack means for the notice, its channel and the whole workspace."""

from datetime import datetime, timedelta

from bot.errors import DeliveryFailed, Scope
from bot.services import Services
from bot.slack import alerts
from bot.store import outcomes, queue
from bot.store.queue import Taken
from bot.store.session import Session

# Slack may still accept a post some seconds after we gave up waiting for its answer.
GRACE = timedelta(seconds=30)
BLOCKED_RETRY = timedelta(minutes=5)
TOKEN_RETRY = timedelta(seconds=60)
_LONGEST_WAIT = timedelta(minutes=5)


def settle(
    session: Session, services: Services, taken: Taken, failure: DeliveryFailed, *, worker: str
) -> None:
    """Put *taken* back where it is tried again at the right time, if at all by itself."""
    now = services.now()
    mine = {"worker": worker, "error": failure.code}
    if failure.scope is Scope.WORKSPACE:
        until = now + TOKEN_RETRY
        gate = queue.WORKSPACE_GATE
        if queue.gate(session, gate, until=until, error=failure.code, now=now):
            alerts.owe_refused_token(session, services.organisation, failure.code, now=now)
    if failure.retry_after is not None and failure.scope is Scope.METHOD and taken.ts:
        until = now + timedelta(seconds=failure.retry_after)
        queue.gate(session, queue.UPDATE_GATE, until=until, error="", now=now)
    if failure.scope is Scope.CHANNEL and failure.permanent:
        _block(session, services, taken, failure, now, worker)
    elif failure.unknown and not taken.ts:
        outcomes.unknown(session, taken, look_at=_look_at(failure, now), **mine)
    elif failure.unknown:
        outcomes.change_unknown(
            session, taken, now=now, again_at=now + _wait(failure, taken), **mine
        )
    elif failure.scope is Scope.CHANNEL and not taken.ts:
        outcomes.lane_waits(session, taken, until=now + _wait(failure, taken), **mine)
    elif failure.code == "message_not_found" and taken.data.get("redrawn"):
        # It was to lose some words; nobody wants it back without them.
        nowhere = outcomes.Sent(taken=taken, ts="", at=now)
        outcomes.sent_all(session, [nowhere], worker=worker, pace=timedelta())
    elif failure.code == "message_not_found":
        outcomes.message_gone(session, taken, worker=worker, now=now)
    else:
        outcomes.not_sent(session, taken, again_at=now + _wait(failure, taken), **mine)


def once_more(taken: Taken, at: datetime) -> datetime | None:
    """When what has been shown *at* that moment has to be shown again; None for never.

    An earlier change of it, of which nobody knows the outcome, may come after it and stay.
    """
    if not taken.ts or taken.sending_since is None:
        return None
    surely = taken.sending_since + GRACE
    return surely if at < surely else None


def _wait(failure: DeliveryFailed, taken: Taken) -> timedelta:
    # Only what is the notice's own fault, or nobody's, makes it wait longer each time.
    if failure.scope is Scope.WORKSPACE:
        # The gate holds it back, and whoever opens that must find the first of a channel first.
        return timedelta()
    if failure.retry_after is not None:
        return timedelta(seconds=failure.retry_after)
    return backoff(taken.attempts)


def _look_at(failure: DeliveryFailed, now: datetime) -> datetime:
    asked = timedelta(seconds=failure.retry_after or 0)
    return now + max(GRACE, asked)


def _block(
    session: Session,
    services: Services,
    taken: Taken,
    failure: DeliveryFailed,
    now: datetime,
    worker: str,
) -> None:
    again_at = now + BLOCKED_RETRY
    news = outcomes.blocked(
        session, taken, worker=worker, error=failure.code, now=now, again_at=again_at
    )
    # An alert that cannot reach a manager is no reason for another alert.
    if news and taken.kind != "alert":
        alerts.owe_blocked_channel(
            session, services.organisation, taken.channel, failure.code, now=now
        )


def backoff(attempts: int) -> timedelta:
    """How long to wait after *attempts* tries: 2 s, 4 s, 8 s … at most five minutes."""
    return min(_LONGEST_WAIT, timedelta(seconds=2 ** min(attempts + 1, 12)))
