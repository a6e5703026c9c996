"""An author is forgotten: their words and their name go, and what is counted stays.

Each case is one transaction, so that a run which ends early has forgotten some of it wholly, and
goes on where it ended when it is begun again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter

from bot.domain import events as e
from bot.domain.case import Case
from bot.domain.comment import Author, fold
from bot.domain.forgetting import WRITTEN, Gone, Why, quoting, redacted
from bot.domain.organisation import Organisation
from bot.domain.scope import Kind, Scope
from bot.store import forgetting, journal, lessons, redrawing
from bot.store.forgetting import Held
from bot.store.outbox import Urgency
from bot.store.session import Session
from bot.usecases.recording import case_for, record

_ELSEWHERE = (*(kind.__name__ for kind in WRITTEN), "StakeOpened", "StakeExplained")
_EVENTS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind) for kind in (*WRITTEN, e.StakeOpened, e.StakeExplained)
}
# What is old is redrawn behind everything that somebody waits for.
_URGENCY = {Why.REQUEST: Urgency.CARD, Why.RETENTION: Urgency.HELD}


@dataclass(frozen=True, kw_only=True)
class Person:
    """An author as one platform knows them, with every comment that is kept of them."""

    platform: str
    author: Author
    comments: tuple[Held, ...]

    @property
    def cases(self) -> tuple[int, ...]:
        """The cases that their comments are answered in."""
        return tuple(sorted({held.case for held in self.comments} - {0}))

    @property
    def sources(self) -> tuple[str, ...]:
        """Where their comments came from."""
        return tuple(sorted({held.comment.source for held in self.comments}))


@dataclass(slots=True)
class Erased:
    """What has been forgotten so far."""

    comments: int = 0
    cases: set[int] = field(default_factory=set)
    messages: int = 0
    taught: bool = False


def find(session: Session, name: str, *, platform: str = "", source: str = "") -> list[Person]:
    """Everybody who may be meant by *name*, an id, a handle or a name, each on one platform."""
    people: list[list[Held]] = []
    for held in forgetting.by(session, name):
        comment = held.comment
        if platform and fold(platform) != fold(comment.platform):
            continue
        if source and source != comment.source:
            continue
        same = [group for group in people if any(_same(held, other) for other in group)]
        people = [group for group in people if group not in same]
        people.append([*(each for group in same for each in group), held])
    return [_person(group) for group in people]


def _same(one: Held, other: Held) -> bool:
    """Whether two comments are by one author: by their id, else their handle, else their name."""
    if fold(one.comment.platform) != fold(other.comment.platform):
        return False
    mine, its = one.comment.author, other.comment.author
    if mine.id and its.id:
        return mine.id == its.id
    if mine.handle and its.handle:
        return _bare(mine.handle) == _bare(its.handle)
    if mine.id or its.id or mine.handle or its.handle:
        return False
    return fold(mine.name) == fold(its.name)


def _bare(handle: str) -> str:
    return fold(handle).removeprefix("@")


def _person(group: list[Held]) -> Person:
    group.sort(key=lambda held: held.id)
    newest = group[-1].comment
    return Person(platform=newest.platform, author=newest.author, comments=tuple(group))


def whole(session: Session, person: Person) -> Person:
    """*person* with the comments that they wrote under another name, but with the same id."""
    if not person.author.id:
        return person
    named = forgetting.by(session, person.author.id)
    own = [held for held in named if any(_same(held, known) for known in person.comments)]
    every = {held.id: held for held in (*person.comments, *own)}
    return Person(
        platform=person.platform,
        author=person.author,
        comments=tuple(every[number] for number in sorted(every)),
    )


def by_case(found: Iterable[Held]) -> dict[int, list[int]]:
    """The comments of each case, by their ids; those without a case under 0."""
    cases: dict[int, list[int]] = {}
    for held in found:
        cases.setdefault(held.case, []).append(held.id)
    return cases


def forget_in_case(
    session: Session,
    organisation: Organisation,
    number: int,
    ids: Sequence[int],
    *,
    why: Why,
    now: datetime,
) -> tuple[Gone, Erased]:
    """Forget some comments of a case, in the caller's transaction.

    1. Everything that was ever said about them, to know what has to go.
    2. The comments themselves, and what they are compared by.
    3. What people and rules have written about them into the journal, and the rows that follow.
    4. The lesson that was learned from it.
    5. What Slack shows of it.

    Raises:
        Refused: there is no such case.
    """
    if not number:
        return _forget_marks(session, ids, why)
    case_for(session, number)
    found = forgetting.of_ids(session, ids)
    if not found:
        return Gone((), ()), Erased()
    gone = _gone(session, number, found)
    forgetting.erase(session, found, why)
    journal.rewrite(session, number, lambda event: redacted(event, gone))
    facts = tuple(
        e.CommentForgotten(why=why.value, comment_id=0 if held.own else held.id) for held in found
    )
    record(session, organisation, case_for(session, number), facts, by="", now=now)
    taught = any(held.own for held in found) and lessons.unlearn(session, number)
    erased = Erased(comments=len(found), cases={number}, taught=taught)
    for shown in sorted({number for held in found for number in held.cases}):
        erased.messages += _redraw(session, organisation, shown, gone, why, now)
    return gone, erased


def _forget_marks(session: Session, ids: Sequence[int], why: Why) -> tuple[Gone, Erased]:
    """Comments that no case is about: deleted before anybody had heard of them."""
    found = forgetting.of_ids(session, ids)
    gone = Gone.of(version for held in found for version in forgetting.versions(session, held))
    forgetting.erase(session, found, why)
    return gone, Erased(comments=len(found))


def _gone(session: Session, number: int, found: Sequence[Held]) -> Gone:
    going = {held.id for held in found}
    left = [h.comment for h in forgetting.of_case(session, number) if h.id not in going]
    versions = [v for held in found for v in forgetting.versions(session, held)]
    return Gone.of(versions, left)


def _redraw(
    session: Session, organisation: Organisation, number: int, gone: Gone, why: Why, now: datetime
) -> int:
    urgency = _URGENCY[why]
    case = journal.load(session, number, lock=False)
    if case is None or case.opened_at is None:
        return 0
    done = redrawing.redraw(session, number, free=gone.free, now=now, urgency=urgency)
    channels = redrawing.channels_of(session, [number])
    redrawing.drop_roundups(session, channels, case.opened_at, now=now)
    done += redrawing.redraw_digests(
        session,
        since=case.opened_at,
        # It may have been rendered some time after it was owed.
        until=(case.settled_at or now) + timedelta(hours=1),
        quotes=lambda team, data: _may_quote(organisation, case, team, data),
        now=now,
        urgency=urgency,
    )
    return done


def _may_quote(organisation: Organisation, case: Case, team: str, data: dict[str, object]) -> bool:
    """Whether a digest was about one of the case's teams."""
    told = Scope(Kind.TEAM, team) if team else Scope()
    scope = Scope.parse(str(data["scope"])) if "scope" in data else told
    teams = {each.key for each in scope.teams(organisation)}
    return not teams or bool(teams & set(case.stakes)) or not case.stakes


def mentions(session: Session, gone: Gone, but: frozenset[int]) -> Iterator[int]:
    """The other cases in which one of us has named the author, or repeated what they wrote."""
    seen = set(but)
    for number, kind, data in forgetting.mentioned(session, _ELSEWHERE):
        if number is None or number in seen:
            continue
        if kind == "relay":
            named = gone.named_elsewhere(str(data.get("text", "")))
        else:
            event = _EVENTS[kind].validate_python(data)
            named = quoting(event, gone) != event
        if named:
            seen.add(number)
            yield number


def unmention(
    session: Session, organisation: Organisation, number: int, gone: Gone, *, now: datetime
) -> None:
    """Take what names the author out of a case that is another's."""
    journal.rewrite(session, number, lambda event: quoting(event, gone))
    left = Gone(gone.texts, gone.names, left=("another",))
    urgency = _URGENCY[Why.REQUEST]
    redrawing.rewrite_relays(
        session,
        number,
        lambda text: "" if left.named_elsewhere(text) else text,
        now=now,
        urgency=urgency,
    )
    record(session, organisation, case_for(session, number), (), by="", now=now)
    redrawing.redraw(session, number, free=lambda text: text, now=now, urgency=urgency)
