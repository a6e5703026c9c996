"""A comment comes in, is changed, or is deleted, in any order and any number of times."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import events as e
from bot.domain import targets, waiting
from bot.domain.case import Case
from bot.domain.comment import Change, ChangeKind, Comment
from bot.domain.organisation import Organisation, Source
from bot.domain.routing import Decision, route
from bot.store import comments, journal
from bot.store.session import Session
from bot.usecases.recording import case_for, record

NEW, KNOWN = 202, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """How a delivery is answered: 202 for a new case, 200 for what is known."""

    status: int
    case: int | None = None


def receive(
    session: Session,
    changes: Sequence[Change],
    *,
    source: Source,
    organisation: Organisation,
    now: datetime,
    delivery_id: str = "",
    by: str = "",
) -> Received:
    """Take one delivery in; the same *delivery_id* again is answered as before.

    *by* is the person who recorded the comment, "" for a source that sends by itself.
    """
    if delivery_id and not comments.open_delivery(session, source.key, delivery_id, now=now):
        status, case = comments.answered(session, source.key, delivery_id) or (KNOWN, None)
        return Received(status=status, case=case)
    answers = [_take(session, c, source, organisation, by=by, now=now) for c in changes]
    answer = _answer(answers)
    if delivery_id:
        comments.close_delivery(
            session, source.key, delivery_id, status=answer.status, case=answer.case
        )
    return answer


def _answer(answers: list[Received]) -> Received:
    new = next((answer for answer in answers if answer.status == NEW), None)
    return new or next(iter(answers), Received(status=KNOWN))


def _take(
    session: Session,
    change: Change,
    source: Source,
    organisation: Organisation,
    *,
    by: str,
    now: datetime,
) -> Received:
    comment_id, number = comments.lock(session, change.source, change.external_id, now=now)
    if not comments.remember(session, change, now=now):
        return Received(status=KNOWN, case=number)
    said = comments.changes_of(session, change.source, change.external_id)
    if all(each.kind is ChangeKind.DELETED for each in said):
        return Received(status=KNOWN)
    comment = comments.refresh(session, comment_id, said, source)
    if number is None:
        case = _begin(session, comment_id, comment, said, organisation, by=by, now=now)
        return Received(status=NEW, case=case.number)
    case = case_for(session, number)
    written = comments.as_written(change, source)
    news = _news(case, said)
    teams = {team.key: team for team in organisation.teams}
    heard = waiting.heard_of_customer(case, teams, now=now) if news else ()
    facts = news + heard + _rerouted(case, change, written, organisation, now=now)
    record(session, organisation, case, facts, by=by, now=now)
    return Received(status=KNOWN, case=number)


def _begin(
    session: Session,
    comment_id: int,
    comment: Comment,
    said: list[Change],
    organisation: Organisation,
    *,
    by: str,
    now: datetime,
) -> Case:
    """The case of a comment that was not known.

    One that its author has deleted already gets no stakes: there is nobody to answer.
    """
    case = journal.begin(session, now=now)
    comments.attach(session, comment_id, case.number)
    facts: tuple[e.Event, ...] = (e.CommentReceived(comment_id=comment_id), *_news(case, said))
    if not any(change.kind is ChangeKind.DELETED for change in said):
        facts += _routed(route(comment, organisation), organisation, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def _routed(
    decision: Decision, organisation: Organisation, *, now: datetime
) -> tuple[e.Event, ...]:
    about = e.CaseRouted(
        lead=decision.lead,
        units=decision.units,
        regions=decision.regions,
        priority=decision.priority,
        tags=decision.tags,
    )
    asked = _asked(decision, organisation, now=now)
    triage = (e.CaseSentToTriage(why=decision.triage),) if decision.triage else ()
    return (about, *asked, *triage)


def _asked(
    decision: Decision, organisation: Organisation, *, now: datetime
) -> tuple[e.StakeOpened, ...]:
    return tuple(
        targets.opened(team, reasons, now=now, priority=decision.priority)
        for key, reasons in decision.teams
        if (team := organisation.team(key))
    )


def _news(case: Case, said: list[Change]) -> tuple[e.Event, ...]:
    """What the platform did to the comment, the same whatever order we heard of it in."""
    news: list[e.Event] = []
    edited = max((c.at for c in said if c.kind is ChangeKind.UPDATED), default=None)
    deleted = min((c.at for c in said if c.kind is ChangeKind.DELETED), default=None)
    if edited is not None and edited != case.edited_at:
        news.append(e.CommentEdited(edited_at=edited))
    if deleted is not None and deleted != case.deleted_at:
        news.append(e.CommentDeleted(deleted_at=deleted))
    return tuple(news)


def _rerouted(
    case: Case, change: Change, written: Comment, organisation: Organisation, *, now: datetime
) -> tuple[e.Event, ...]:
    """Teams that an edit concerns as well; nobody loses a stake because of one."""
    if change.kind is ChangeKind.DELETED or case.deleted_at is not None:
        return ()
    decision = route(written, organisation)
    asked = tuple(
        fact for fact in _asked(decision, organisation, now=now) if fact.team not in case.stakes
    )
    if asked and case.triage and not case.stakes and not decision.triage:
        return (e.CaseTriaged(teams=tuple(fact.team for fact in asked)), *asked)
    return asked
