"""People's say in what is learned: it stands still, goes back, or forgets a case.

Each is a new version that every process takes up as any other.
"""

from dataclasses import replace
from datetime import datetime

import structlog

from bot.store import lessons, models
from bot.store.lessons import Seen
from bot.store.models import StoredModel
from bot.store.session import Session

log = structlog.get_logger()


def freeze(session: Session, *, by: str, now: datetime) -> int:
    """Learn nothing more until somebody unfreezes it; the version that stands.

    What was frozen already stays as it is.
    """
    last = models.last(session)
    if last is not None and last.frozen:
        return last.version
    return _next(session, _live(session, now), by=by, now=now, frozen=True)


def unfreeze(session: Session, *, by: str, now: datetime) -> int:
    """Learn again, at the clock's next tick also what came meanwhile; 0 when nothing was frozen."""
    last = models.last(session)
    if last is None or not last.frozen:
        return 0
    return _next(session, last, by=by, now=now, frozen=False)


def back_to(session: Session, moment: datetime, *, by: str, now: datetime) -> int | None:
    """Route again with what was live at *moment*, and freeze it, or it would be learned anew at once.

    Of the last day a version an hour is kept, of the last five weeks one a day: it is the last one
    before *moment*. Before anything was learned, that is the rules alone.

    Returns:
        The new version; None when what is live is that already, and frozen.
    """
    live, wanted = models.live(session), models.at(session, moment) or _nothing(now)
    if live is not None and live.frozen and live.data == wanted.data:
        return None
    return _next(session, wanted, by=by, now=now, frozen=True)


def drop(session: Session, case: int, *, by: str) -> bool:
    """Let a case be no example, whatever else happens to it; False when it was none."""
    return lessons.drop(session, case, by=by)


def restore(session: Session, case: int, *, by: str) -> bool:
    """Let a case that was dropped be an example again; False when it was not dropped."""
    restored = lessons.restore(session, case)
    if restored:
        # A lesson keeps who dropped it only for as long as it is dropped.
        log.info("lesson_restored", case=case, by=by)
    return restored


def _live(session: Session, now: datetime) -> StoredModel:
    return models.live(session) or _nothing(now)


def _nothing(now: datetime) -> StoredModel:
    return StoredModel(version=0, made_at=now, data=b"", seen=Seen(0, 0))


def _next(session: Session, like: StoredModel, *, by: str, now: datetime, frozen: bool) -> int:
    """A copy as the newest version, also while a clock or another person is making one."""
    while True:
        last = models.last(session)
        version = (last.version if last else 0) + 1
        copy = replace(like, version=version, made_at=now, by=by, frozen=frozen, refused=False)
        if models.save(session, copy):
            return version
