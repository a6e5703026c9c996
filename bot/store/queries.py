"""Questions about cases: lists for people, numbers for digests, what is due."""

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import itemgetter

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)

from bot.domain.case import Fact, State
from bot.domain.clock_events import Pause
from bot.domain.comment import fold
from bot.domain.lines import Line
from bot.domain.organisation import Priority
from bot.store import tables as t
from bot.store.case_rows import FACTS
from bot.store.comments import of_row
from bot.store.outbox import Urgency
from bot.store.selection import LIVE, Selection

_s, _c, _j, _m, _w = t.stakes.c, t.cases.c, t.journal.c, t.comments.c, t.wave_comments.c
_OF_CASE = (_c.number, _c.priority, _c.deleted_at, _c.opened_at, _c.triage, _c.settled_at)
_SNIPPET = 200
_FREE = _s.state == State.OPEN.value
_RANK = case({each.value: each.rank for each in Priority}, value=_c.priority)
# Past its target, then unclaimed, of these the more pressing, then what is due first: one order for every
# list of live work.
_BY_NEED = (
    or_(_s.resolve_missed, and_(_FREE, _s.claim_missed)).desc(),
    _FREE.desc(),
    _RANK,
    case((_FREE, _s.claim_due), else_=_s.resolve_due),
    _s.opened_at,
    _s.case_number,
    _s.team,
)
_WORDS_AT_MOST = 6


def _lines(session: Connection, query: Select[tuple[object, ...]]) -> list[Line]:
    return [_line(row) for row in session.execute(query).mappings()]


def _stake_lines() -> Select[tuple[object, ...]]:
    return (
        select(t.stakes, t.comments, _c.number, _c.priority, _c.deleted_at)
        .join(t.cases, _c.number == _s.case_number)
        .join(t.comments, t.comments.c.case_number == _c.number)
    )


def _line(row: t.Row) -> Line:
    comment = of_row(row)
    state = State(row["state"])
    unclaimed = state is State.OPEN
    late = (unclaimed and row["claim_missed"]) or row["resolve_missed"]
    return Line(
        number=row["number"],
        platform=comment.platform,
        author=comment.author.shown,
        text="" if row["deleted_at"] else comment.text[:_SNIPPET],
        team=row["team"],
        state=state,
        holder=row["holder"],
        opened_at=row["opened_at"],
        written_at=comment.created_at,
        due=(row["claim_due"] if unclaimed else row["resolve_due"]) if state.live else None,
        past_target=bool(state.live and late),
        paused=Pause(row["paused"]) if row["paused"] else None,
        paused_until=row["paused_until"],
        paused_on=row["paused_on"],
        priority=Priority(row["priority"]),
        deleted=row["deleted_at"] is not None,
        forgotten=comment.forgotten,
    )


def held_by(session: Connection, person: str) -> list[Line]:
    """What *person* holds, due first."""
    mine = and_(_s.state == State.CLAIMED.value, _s.holder == person)
    return _lines(session, _stake_lines().where(mine).order_by(_s.resolve_due, _s.case_number))


def unclaimed(session: Connection, teams: Collection[str], *, limit: int) -> list[Line]:
    """What nobody in *teams* has claimed, in the order in which it needs somebody, whichever team it is."""
    query = _stake_lines().where(_s.team.in_(teams), _FREE).order_by(*_BY_NEED)
    return _lines(session, query.limit(limit))


def live(session: Connection, teams: Collection[str], *, limit: int) -> list[Line]:
    """What *teams* still have to finish, in the order in which it needs somebody."""
    query = _stake_lines().where(_s.team.in_(teams), LIVE).order_by(*_BY_NEED)
    return _lines(session, query.limit(limit))


def search(session: Connection, words: str, *, limit: int) -> list[Line]:
    """Cases with a comment that has all of *words*, in it or in its author, newest first.

    One line a case, with the newest such comment: its own, or one that joined it as of a wave.
    """
    terms = fold(words).split()[:_WORDS_AT_MOST]
    has_all = and_(*(_m.folded.contains(term, autoescape=True) for term in terms))
    own = _case_lines().where(has_all, _c.deleted_at.is_(None)).order_by(_m.id.desc())
    rows = [*session.execute(own.limit(limit)).mappings()]
    rows += session.execute(_joined_lines(has_all).limit(limit)).mappings()
    newest = {row["number"]: row for row in sorted(rows, key=itemgetter("id"))}
    shown = sorted(newest.values(), key=itemgetter("id"), reverse=True)[:limit]
    # A case's own comment may be gone, while one that has joined it is there.
    return [_case_line(row, gone=False) for row in shown]


def _joined_lines(wanted: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    """The newest comment of each wave that has no case of its own, and is *wanted*."""
    there = and_(_m.case_number.is_(None), _w.deleted_at.is_(None))
    newest = (
        select(func.max(_m.id).label("id"), _w.wave)
        .join(t.wave_comments, _w.comment_id == _m.id)
        .where(wanted, there)
        .group_by(_w.wave)
        .subquery()
    )
    return (
        select(t.comments, *_OF_CASE)
        .join(newest, newest.c.id == _m.id)
        .join(t.cases, _c.number == newest.c.wave)
        .order_by(_m.id.desc())
    )


def _case_lines() -> Select[tuple[object, ...]]:
    return select(t.comments, *_OF_CASE).join(t.cases, _c.number == _m.case_number)


def _case_line(row: t.Row, *, gone: bool) -> Line:
    comment = of_row(row)
    return Line(
        number=row["number"],
        platform=comment.platform,
        author=comment.author.shown,
        text="" if gone else comment.text[:_SNIPPET],
        opened_at=row["opened_at"],
        written_at=comment.created_at,
        priority=Priority(row["priority"]),
        deleted=gone,
        forgotten=comment.forgotten,
        routed=not row["triage"],
        settled=row["settled_at"] is not None,
    )


def held_back(session: Connection, channel: str, *, limit: int) -> tuple[list[Line], int]:
    """The cards of a flood that have not been posted in *channel* yet, and how many there are."""
    n = t.notices.c
    pending = and_(n.channel == channel, n.kind == "card", n.wanted > n.shown, n.ts == "")
    held = and_(pending, n.urgency >= Urgency.HELD)
    total = session.execute(select(func.count()).where(held)).scalar_one()
    query = (
        _case_lines()
        .join(t.notices, n.case_number == _c.number)
        .where(held)
        .order_by(n.next_at, n.id)
        .limit(limit)
    )
    rows = session.execute(query).mappings()
    return [_case_line(row, gone=row["deleted_at"] is not None) for row in rows], total


def pressing(session: Connection, chosen: Selection, *, limit: int) -> list[Line]:
    """What *chosen* should act on, in the order in which it needs somebody."""
    mine = and_(_s.team.in_(chosen.teams), LIVE, *chosen.about(session, _s.case_number))
    if chosen.person:
        mine = and_(_s.holder == chosen.person, _s.state == State.CLAIMED.value, mine)
    # Chosen first, so that of thousands only these few are put together with their comments.
    found = select(_s.case_number, _s.team).join(t.cases, _c.number == _s.case_number).where(mine)
    first = found.order_by(*_BY_NEED).limit(limit).subquery()
    these = and_(first.c.case_number == _s.case_number, first.c.team == _s.team)
    return _lines(session, _stake_lines().join(first, these).order_by(*_BY_NEED))


def of_stakes(
    session: Connection, stakes: Sequence[tuple[int, str]], chosen: Selection
) -> list[Line]:
    """These of *chosen*, by their cases and teams and in this order, whatever has become of them."""
    named = or_(*(and_(_s.case_number == number, _s.team == team) for number, team in stakes))
    mine = and_(_s.team.in_(chosen.teams), *chosen.about(session, _s.case_number))
    found = {(x.number, x.team): x for x in _lines(session, _stake_lines().where(named, mine))}
    return [found[number, team] for number, team in stakes if (number, team) in found]


def first_case(session: Connection) -> datetime | None:
    """When the first case ever began; None when there is none."""
    return session.execute(select(func.min(_c.opened_at))).scalar()


def due_cases(session: Connection, *, now: datetime, limit: int) -> Sequence[int]:
    """Cases with a stake that a clock has something to do about, longest due first."""
    due = _s.next_at <= literal(now, t.Instant())
    query = select(_s.case_number).where(due).order_by(_s.next_at).limit(limit)
    return list(dict.fromkeys(session.execute(query).scalars()))


def cases_held(session: Connection, person: str, team: str) -> Sequence[int]:
    """The cases in which *person* holds the stake of *team*."""
    held = and_(_s.state == State.CLAIMED.value, _s.holder == person, _s.team == team)
    return list(session.execute(select(_s.case_number).where(held)).scalars())


def holds_anything(session: Connection, person: str) -> bool:
    """Whether *person* holds a stake of any team."""
    held = exists().where(_s.state == State.CLAIMED.value, _s.holder == person)
    return bool(session.execute(select(held)).scalar())


def priority_before_urgent(session: Connection, number: int) -> Priority:
    """What the priority of a case was before it was last made urgent."""
    kinds = _j.kind.in_(["CaseRouted", "PriorityChanged"])
    query = select(_j.data).where(_j.case_number == number, kinds).order_by(_j.id.desc())
    told = [Priority(data["priority"]) for data in session.execute(query).scalars()]
    return next((each for each in told if each is not Priority.URGENT), Priority.NORMAL)


def facts_for(session: Connection, person: str) -> list[tuple[int, Fact]]:
    """What others have added, since *person* claimed, to the cases that they lead; oldest first."""
    leads = and_(_s.holder == person, _s.state == State.CLAIMED.value, _c.lead == _s.team)
    rows = session.execute(
        select(_c.number, _c.facts, _s.claimed_at)
        .join(t.stakes, _s.case_number == _c.number)
        .where(leads)
    )
    found = [
        (row.number, fact)
        for row in rows
        for fact in FACTS.validate_python(row.facts)
        if fact.by != person and fact.at >= row.claimed_at
    ]
    return sorted(found, key=lambda each: each[1].at)


def cases_of_others(session: Connection, teams: Collection[str]) -> Sequence[int]:
    """The cases in which a team that is not one of *teams* still has to act."""
    query = select(_s.case_number).where(LIVE, _s.team.not_in(teams)).distinct()
    return list(session.execute(query.order_by(_s.case_number)).scalars())
