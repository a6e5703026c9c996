"""A comment comes in, is changed, or is deleted, in any order and any number of times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain import events as e, waiting
from bot.domain.case import Case
from bot.domain.comment import Change, ChangeKind, Comment
from bot.domain.organisation import Organisation, Source
from bot.domain.routing import Decision, route
from bot.domain.suggesting import SILENT, Adviser, advised
from bot.store import comments, deliveries, journal, waves
from bot.store.comments import Newest
from bot.store.session import Session
from bot.store.waves import Joined
from bot.usecases import rerouting, waving
from bot.usecases.gathering import Delivery, Gathered
from bot.usecases.recording import case_for, record
from bot.usecases.waving import Look

NEW, KNOWN = 202, 200
# What platforms say of a language that they do not know, or that is none.
_UNTOLD = frozenset({"", "und", "zxx", "mul", "mis"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """How a delivery is answered: 202 for a comment that is new, 200 for one that is known.

    ``case`` is the comment's own, or that of the wave that it has joined.
    """

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
    gathered: Gathered | None = None,
) -> Received:
    """Take one delivery in; the same *delivery_id* again is answered as before.

    *adviser* tells the language where the source does not, and adds to what the rules decide about
    a comment that is new.

    *by* is the person who recorded the comment, "" for a source that sends by itself; *gathered*
    is of the deliveries that are taken in together with this one.
    """
    delivery = Delivery(source=source, changes=changes, id=delivery_id)
    found = gathered or Gathered.of(session, [delivery], now=now)
    if delivery_id and not found.opened_now(delivery):
        status, case = deliveries.answered(session, *delivery.key) or (KNOWN, None)
        return Received(status=status, case=case)
    taker = _Taker(session, source, organisation, by, now, adviser, found)
    answer = _answer([taker.take(change) for change in changes])
    if delivery_id:
        deliveries.close(session, *delivery.key, status=answer.status, case=answer.case)
    return answer


def _answer(answers: list[Received]) -> Received:
    new = next((answer for answer in answers if answer.status == NEW), None)
    return new or next(iter(answers), Received(status=KNOWN))


@dataclass(frozen=True, slots=True)
class _Taker:
    """Takes changes in, each after the other."""

    session: Session
    source: Source
    organisation: Organisation
    by: str
    now: datetime
    adviser: Adviser
    gathered: Gathered

    def take(self, change: Change) -> Received:
        session, named = self.session, (change.source, change.external_id)
        locked = self.gathered.lock(session, change, now=self.now)
        comment_id = locked.id
        if locked.forgotten:
            # Whoever sends it again must not bring back what its author wanted gone.
            joined = waves.joined(session, comment_id)
            return Received(status=KNOWN, case=joined.case if joined else locked.case)
        before = [] if locked.new else comments.changes_of(session, *named)
        # Without a case of its own, one that was heard of before may have joined another's.
        joined = waves.joined(session, comment_id) if before and locked.case is None else None
        number = joined.case if joined else locked.case
        fresh = comments.remember(session, change, first=locked.new, now=self.now)
        if fresh is None:
            return Received(status=KNOWN, case=number)
        said = [*before, fresh]
        if all(each.kind is ChangeKind.DELETED for each in said):
            return Received(status=KNOWN)
        newest = comments.newest(said, self.source, heard=self._heard)
        if number is None:
            return Received(status=NEW, case=self._begin(comment_id, newest, said).number)
        newest.keep(session, comment_id)
        case = case_for(session, number)
        news = _news(joined or case, said, comment_id if joined else 0)
        if news:
            waves.changed(session, comment_id, news)
        added = self._added(case, joined or case, change, before, said)
        # What the author of one that has joined does says nothing about whoever is waited for.
        answered = self._goes_on(case, added) if news and not joined else ()
        self._record(case, news + added + answered)
        return Received(status=KNOWN, case=number)

    def _heard(self, comment: Comment) -> Comment:
        """*comment* with its language, which its source says, or else its words."""
        if comment.language.casefold() not in _UNTOLD:
            return comment
        usual = self.source.language
        found = self.adviser.language(replace(comment, language=usual))
        return replace(comment, language=found or usual)

    def _begin(self, comment_id: int, newest: Newest, said: list[Change]) -> Case:
        """The case of a comment that was not known: its own, or that of the wave it is part of.

        One that its author has deleted already gets no stakes: there is nobody to answer.
        """
        if any(change.kind is ChangeKind.DELETED for change in said):
            return self._own(comment_id, newest, said, ())
        comment, glanced = newest.comment, self.gathered.glanced
        seen = waving.look(self.session, comment_id, comment, glanced, now=self.now)
        case = case_for(self.session, seen.case) if seen.case else None
        # Somebody may have settled it in this very moment.
        if case is not None and case.settled_at is None:
            newest.keep(self.session, comment_id)
            return self._join(case, seen, comment, said)
        ruled = route(comment, self.organisation)
        decision = advised(ruled, comment, self.organisation, self.adviser)
        routed = _routed(decision, self.organisation, now=self.now)
        return self._own(comment_id, newest, said, routed)

    def _own(
        self, comment_id: int, newest: Newest, said: list[Change], routed: tuple[e.Event, ...]
    ) -> Case:
        case = journal.begin(self.session, now=self.now, number=self.gathered.number())
        received = e.CommentReceived(comment_id=comment_id)
        case = self._record(case, (received, *_news(case, said), *routed))
        newest.keep(self.session, comment_id, case=case.number)
        return case

    def _join(self, case: Case, seen: Look, comment: Comment, said: list[Change]) -> Case:
        """Answer the comment in *case*, together with any team that it alone concerns."""
        own = comments.of_case(self.session, case.number) or comment
        old, new = route(own, self.organisation), route(comment, self.organisation)
        added = rerouting.joined(case, [old], [new], self.organisation, now=self.now)
        news = _news(Joined(case.number), said, seen.comment_id)
        case = self._record(case, (e.CommentJoined(comment_id=seen.comment_id), *news, *added))
        waving.join(self.session, self.organisation, case, seen, now=self.now)
        if news:
            waves.changed(self.session, seen.comment_id, news)
        return case

    def _record(self, case: Case, facts: tuple[e.Event, ...]) -> Case:
        return record(self.session, self.organisation, case, facts, by=self.by, now=self.now)

    def _added(
        self,
        case: Case,
        known: Case | Joined,
        change: Change,
        before: list[Change],
        said: list[Change],
    ) -> tuple[e.Event, ...]:
        """What a further change brings in: by its version of the comment, and all later ones."""
        if change.kind is ChangeKind.DELETED or known.deleted_at is not None:
            return ()
        old = [self._decided(each) for each in comments.versions(before, self.source)]
        onwards = comments.versions(said, self.source, since=change.at)
        new = [self._decided(each) for each in onwards]
        return rerouting.joined(case, old, new, self.organisation, now=self.now)

    def _decided(self, version: Comment) -> Decision:
        return route(self._heard(version), self.organisation)

    def _goes_on(self, case: Case, added: tuple[e.Event, ...]) -> tuple[e.Event, ...]:
        # A part that goes on because the customer wrote is promised for its priority of now.
        priority = next((f.priority for f in added if isinstance(f, e.CaseRouted)), case.priority)
        teams = {team.key: team for team in self.organisation.teams}
        return waiting.heard_of_customer(replace(case, priority=priority), teams, now=self.now)


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
        pressing=decision.pressing,
    )
    asked = rerouting.asked([decision], organisation, priority=decision.priority, now=now)
    triage = (_sent(decision),) if decision.triage else ()
    return (about, *asked, *triage)


def _sent(decision: Decision) -> e.CaseSentToTriage:
    return e.CaseSentToTriage(why=decision.triage, suggested=decision.suggested)


def _news(
    known: Case | Joined, said: list[Change], comment_id: int = 0
) -> tuple[e.CommentEdited | e.CommentDeleted, ...]:
    """What the platform did to the comment, the same whatever order we heard of it in."""
    news: list[e.CommentEdited | e.CommentDeleted] = []
    edited = max((c.at for c in said if c.kind is ChangeKind.UPDATED), default=None)
    deleted = min((c.at for c in said if c.kind is ChangeKind.DELETED), default=None)
    if edited is not None and edited != known.edited_at:
        news.append(e.CommentEdited(edited_at=edited, comment_id=comment_id))
    if deleted is not None and deleted != known.deleted_at:
        news.append(e.CommentDeleted(deleted_at=deleted, comment_id=comment_id))
    return tuple(news)
