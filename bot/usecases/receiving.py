"""A comment comes in, is changed, or is deleted, in any order and any number of times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import events as e
from bot.domain import waiting
from bot.domain.case import Case
from bot.domain.comment import Change, ChangeKind, Comment
from bot.domain.organisation import Organisation, Source
from bot.domain.routing import Decision, route
from bot.domain.suggesting import SILENT, Adviser, advised
from bot.store import comments, journal
from bot.store.session import Session
from bot.usecases import rerouting
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
    adviser: Adviser = SILENT,
) -> Received:
    """Take one delivery in; the same *delivery_id* again is answered as before.

    *adviser* adds to what the rules decide about a comment that is new.

    *by* is the person who recorded the comment, "" for a source that sends by itself.
    """
    if delivery_id and not comments.open_delivery(session, source.key, delivery_id, now=now):
        status, case = comments.answered(session, source.key, delivery_id) or (KNOWN, None)
        return Received(status=status, case=case)
    answers = [
        _take(session, c, source, organisation, by=by, now=now, adviser=adviser) for c in changes
    ]
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
    adviser: Adviser,
) -> Received:
    comment_id, number = comments.lock(session, change.source, change.external_id, now=now)
    before = comments.changes_of(session, change.source, change.external_id)
    if not comments.remember(session, change, now=now):
        return Received(status=KNOWN, case=number)
    said = comments.changes_of(session, change.source, change.external_id)
    if all(each.kind is ChangeKind.DELETED for each in said):
        return Received(status=KNOWN)
    comment = comments.refresh(session, comment_id, said, source)
    if number is None:
        case = _begin(
            session, comment_id, comment, said, organisation, by=by, now=now, adviser=adviser
        )
        return Received(status=NEW, case=case.number)
    case = case_for(session, number)
    news = _news(case, said)
    added = _added(case, change, before, said, source, organisation, now=now)
    heard = _heard(case, added, organisation, now=now) if news else ()
    facts = news + added + heard
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
    adviser: Adviser,
) -> Case:
    """The case of a comment that was not known.

    One that its author has deleted already gets no stakes: there is nobody to answer.
    """
    case = journal.begin(session, now=now)
    comments.attach(session, comment_id, case.number)
    facts: tuple[e.Event, ...] = (e.CommentReceived(comment_id=comment_id), *_news(case, said))
    if not any(change.kind is ChangeKind.DELETED for change in said):
        decision = advised(route(comment, organisation), comment, organisation, adviser)
        facts += _routed(decision, organisation, now=now)
    return record(session, organisation, case, facts, by=by, now=now)


def _routed(
    decision: Decision, organisation: Organisation, *, now: datetime
) -> tuple[e.Event, ...]:
    about = e.CaseRouted(
        lead=decision.lead,
        # Sorted, since later versions join theirs in whatever order they come.
        units=tuple(sorted(decision.units)),
        regions=tuple(sorted(decision.regions)),
        priority=decision.priority,
        tags=tuple(sorted(decision.tags)),
    )
    asked = rerouting.asked([decision], organisation, priority=decision.priority, now=now)
    triage = (_sent(decision),) if decision.triage else ()
    return (about, *asked, *triage)


def _sent(decision: Decision) -> e.CaseSentToTriage:
    return e.CaseSentToTriage(why=decision.triage, suggested=decision.suggested)


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


def _added(
    case: Case,
    change: Change,
    before: list[Change],
    said: list[Change],
    source: Source,
    organisation: Organisation,
    *,
    now: datetime,
) -> tuple[e.Event, ...]:
    """What a further change brings in: by its version of the comment, and all later ones."""
    if change.kind is ChangeKind.DELETED or case.deleted_at is not None:
        return ()
    old = [route(each, organisation) for each in comments.versions(before, source)]
    onwards = comments.versions(said, source, since=change.at)
    new = [route(each, organisation) for each in onwards]
    return rerouting.joined(case, old, new, organisation, now=now)


def _heard(
    case: Case, added: tuple[e.Event, ...], organisation: Organisation, *, now: datetime
) -> tuple[e.Event, ...]:
    # A part that goes on because the customer wrote is promised for the priority that it now has.
    priority = next((f.priority for f in added if isinstance(f, e.CaseRouted)), case.priority)
    teams = {team.key: team for team in organisation.teams}
    return waiting.heard_of_customer(replace(case, priority=priority), teams, now=now)
