"""Comments that many authors say alike: which case they join, and whom their number alarms."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from bot.classifier import waves as texts
from bot.classifier.waves import Print
from bot.domain import waves as rules
from bot.domain.case import Case
from bot.domain.comment import Comment
from bot.domain.organisation import Organisation
from bot.domain.waves import Alike, Wave
from bot.store import outbox, waves
from bot.store.outbox import Owed, Urgency
from bot.store.session import Session
from bot.store.waves import Found

_MOST_USUAL = 500
_SHORT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a new comment looks beside the others; ``case`` is the one to join, 0 for none."""

    comment_id: int
    author: str
    at: datetime
    pieces: frozenset[int]
    printed: Print
    language: str
    case: int = 0
    alike: Sequence[Found] = ()


def look(session: Session, comment_id: int, comment: Comment, *, now: datetime) -> Look:
    """Compare a new comment with those of the last hours, and keep what later ones need.

    Where another says the same, nobody else adds to any wave until the transaction ends.
    """
    pieces = _pieces(comment.text)
    seen = Look(
        comment_id=comment_id,
        author=waves.author(comment),
        at=waves.moment(comment, now),
        pieces=pieces,
        printed=texts.printed(pieces),
        language=comment.language,
    )
    if not pieces:
        return seen
    alike = _alike(session, seen)
    if alike and waves.waited_for_all(session):
        alike = _alike(session, seen)
    number = rules.joins(seen.author, [each.alike for each in alike])
    if rules.remembered([each.alike for each in alike], seen.at):
        waves.remember(session, comment_id, seen.printed.bands, seen.printed.sketch, seen.at)
    return replace(seen, case=number, alike=tuple(alike))


def _pieces(text: str) -> frozenset[int]:
    # Every further comment of a wave is compared with the same few, short ones.
    return _known_pieces(text) if len(text) <= _SHORT else texts.pieces(text)


@lru_cache(maxsize=128)
def _known_pieces(text: str) -> frozenset[int]:
    return texts.pieces(text)


def _alike(session: Session, seen: Look) -> list[Found]:
    return _same(session, seen, seen.at - rules.WITHIN, seen.at + rules.WITHIN)


def _same(
    session: Session, seen: Look, since: datetime, until: datetime, **most: int
) -> list[Found]:
    """The comments of a time that really say the same, in the same language."""
    bands, besides = seen.printed.bands, seen.comment_id
    near = waves.near(session, bands, since=since, until=until, besides=besides, **most)
    likely = [
        each.comment_id
        for each in near
        if texts.may_be_alike(seen.printed.sketch, each.sketch, each.shared)
    ]
    return [
        each
        for each in waves.read(session, likely)
        if rules.same_language(seen.language, each.language)
        and texts.alike(seen.pieces, _pieces(each.text)) >= rules.LIKENESS
    ]


def join(
    session: Session, organisation: Organisation, case: Case, seen: Look, *, now: datetime
) -> None:
    """Count the comment in the wave of *case*, and tell the lead when that has doubled."""
    before = waves.size(session, case.number)
    fresh = [each.alike for each in seen.alike if not each.told]
    own = Alike(comment_id=seen.comment_id, case=case.number, author=seen.author, at=seen.at)
    waves.add(session, case.number, [*fresh, own])
    reached = rules.reached(before, waves.size(session, case.number))
    wave = waves.of_case(session, case.number, newest=0) if reached else None
    if wave is not None:
        outbox.owe(session, [_alert(session, organisation, case, seen, reached, wave)], now=now)


def _alert(
    session: Session,
    organisation: Organisation,
    case: Case,
    seen: Look,
    reached: int,
    wave: Wave,
) -> Owed:
    past = (wave.since - rules.USUAL_OVER, wave.since)
    moments = [each.alike.at for each in _same(session, seen, *past, most=_MOST_USUAL)]
    lead = organisation.team(case.lead)
    return Owed(
        key=f"wave:{case.number}:{reached}",
        kind="wave",
        channel=lead.channel if lead else organisation.triage_channel,
        urgency=Urgency.ALERT,
        case_number=case.number,
        team=lead.key if lead else "",
        data={"size": reached, "usually": rules.usually(moments, wave)},
    )
