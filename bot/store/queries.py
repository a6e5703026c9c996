"""Questions about cases: lists for people, numbers for digests, what is due."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, and_, func, literal, or_, select

from bot.domain.case import Fact, State
from bot.domain.clock_events import Pause
from bot.domain.comment import fold
from bot.domain.digest import Numbers, Period, Waiting
from bot.domain.lines import Line
from bot.domain.organisation import Priority
from bot.store import tables as t
from bot.store.comments import of_row
from bot.store.journal import FACTS
from bot.store.outbox import Urgency

_s, _c, _j = t.stakes.c, t.cases.c, t.journal.c
_LIVE = _s.state.in_([State.OPEN.value, State.CLAIMED.value])
_SNIPPET = 200
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
        due=(row["claim_due"] if unclaimed else row["resolve_due"]) if state.live else None,
        past_target=bool(state.live and late),
        paused=Pause(row["paused"]) if row["paused"] else None,
        paused_until=row["paused_until"],
        paused_on=row["paused_on"],
        priority=Priority(row["priority"]),
        deleted=row["deleted_at"] is not None,
    )


def held_by(session: Connection, person: str) -> list[Line]:
    """What *person* holds, due first."""
    mine = and_(_s.state == State.CLAIMED.value, _s.holder == person)
    return _lines(session, _stake_lines().where(mine).order_by(_s.resolve_due, _s.case_number))


def unclaimed(session: Connection, teams: Collection[str], *, limit: int) -> list[Line]:
    """What nobody in *teams* has claimed, oldest first."""
    free = and_(_s.team.in_(teams), _s.state == State.OPEN.value)
    query = _stake_lines().where(free).order_by(_s.opened_at, _s.case_number).limit(limit)
    return _lines(session, query)


def live(session: Connection, teams: Collection[str], *, limit: int) -> list[Line]:
    """What *teams* still have to finish, oldest first."""
    query = _stake_lines().where(_s.team.in_(teams), _LIVE)
    return _lines(session, query.order_by(_s.opened_at, _s.case_number).limit(limit))


def search(session: Connection, words: str, *, limit: int) -> list[Line]:
    """Cases whose comment or author has all of *words*, newest first; one line a case."""
    terms = fold(words).split()[:_WORDS_AT_MOST]
    has_all = and_(*(t.comments.c.folded.contains(term, autoescape=True) for term in terms))
    query = (
        _case_lines()
        .where(has_all, _c.deleted_at.is_(None))
        .order_by(t.comments.c.id.desc())
        .limit(limit)
    )
    return [_case_line(row) for row in session.execute(query).mappings()]


def in_triage(session: Connection, *, limit: int) -> list[Line]:
    """Cases that wait for a person to pick their teams, oldest first."""
    query = _case_lines().where(_c.triage != "").order_by(_c.opened_at).limit(limit)
    return [_case_line(row) for row in session.execute(query).mappings()]


def _case_lines() -> Select[tuple[object, ...]]:
    about = (_c.number, _c.priority, _c.deleted_at, _c.opened_at, _c.triage, _c.settled_at)
    return select(t.comments, *about).join(t.cases, _c.number == t.comments.c.case_number)


def _case_line(row: t.Row) -> Line:
    comment = of_row(row)
    return Line(
        number=row["number"],
        platform=comment.platform,
        author=comment.author.shown,
        text="" if row["deleted_at"] else comment.text[:_SNIPPET],
        opened_at=row["opened_at"],
        priority=Priority(row["priority"]),
        deleted=row["deleted_at"] is not None,
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
    return [_case_line(row) for row in session.execute(query).mappings()], total


def waiting_for(session: Connection, teams: Collection[str]) -> list[Waiting]:
    """The other teams that *teams* wait for, longest wait first.

    A team waits for another when it has finished its own part of a case, or has handed it off or
    asked for help, and the other's stake is live.
    """
    own = t.stakes.alias("own")
    waits = or_(
        own.c.state == State.RESOLVED.value,
        _s.asked_by == own.c.team,
        own.c.paused_on == _s.team,
    )
    query = (
        select(
            _s.team,
            func.count(_s.case_number.distinct()).label("cases"),
            func.min(_s.opened_at).label("oldest"),
        )
        .join(own, own.c.case_number == _s.case_number)
        .where(own.c.team.in_(teams), _s.team.not_in(teams), _LIVE, waits)
        .group_by(_s.team)
        .order_by(func.min(_s.opened_at))
    )
    return [Waiting(team=r.team, cases=r.cases, oldest=r.oldest) for r in session.execute(query)]


def numbers(session: Connection, team: str, period: Period) -> Numbers:
    """A team's digest numbers: what happened in *period*, and how it stands now."""
    happened: dict[str, int] = dict(
        session.execute(
            select(_j.kind, func.count())
            .where(
                _j.team == team,
                _j.kind.in_(["StakeOpened", "StakeClaimed", "StakeResolved"]),
                # A part that ended because nobody needed it any more was done by nobody.
                or_(_j.kind != "StakeResolved", _j.by != ""),
                _j.at >= period.since,
                _j.at < period.until,
            )
            .group_by(_j.kind)
        ).all()
    )
    standing = session.execute(
        select(
            func.count().label("open"),
            func.count().filter(_s.state == State.OPEN.value).label("unclaimed"),
            func.min(_s.opened_at).filter(_s.state == State.OPEN.value).label("oldest"),
            func.count()
            .filter(or_(_s.resolve_missed, and_(_s.state == State.OPEN.value, _s.claim_missed)))
            .label("late"),
        ).where(_s.team == team, _LIVE)
    ).one()
    return Numbers(
        came_in=happened.get("StakeOpened", 0),
        claimed=happened.get("StakeClaimed", 0),
        resolved=happened.get("StakeResolved", 0),
        open=standing.open,
        unclaimed=standing.unclaimed,
        oldest_unclaimed=standing.oldest,
        past_target=standing.late,
    )


def due_cases(session: Connection, *, now: datetime, limit: int) -> Sequence[int]:
    """Cases with a stake that a clock has something to do about, longest due first."""
    due = _s.next_at <= literal(now, t.Instant())
    query = select(_s.case_number).where(due).order_by(_s.next_at).limit(limit)
    return list(dict.fromkeys(session.execute(query).scalars()))


def cases_held(session: Connection, person: str, team: str) -> Sequence[int]:
    """The cases in which *person* holds the stake of *team*."""
    held = and_(_s.state == State.CLAIMED.value, _s.holder == person, _s.team == team)
    return list(session.execute(select(_s.case_number).where(held)).scalars())


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


def conversation(session: Connection, number: int) -> tuple[int, str] | None:
    """Another live case of the same author that somebody holds: its number and the lead's team."""
    own = t.comments.alias("own")
    query = (
        select(_c.number, _s.team)
        .join(t.comments, t.comments.c.case_number == _c.number)
        .join(own, own.c.author_id == t.comments.c.author_id)
        .join(t.stakes, and_(_s.case_number == _c.number, _s.team == _c.lead))
        .where(
            own.c.case_number == number,
            own.c.author_id != "",
            own.c.source == t.comments.c.source,
            _c.number != number,
            _s.state == State.CLAIMED.value,
        )
        .order_by(_c.number.desc())
        .limit(1)
    )
    row = session.execute(query).first()
    return (row.number, row.team) if row else None


def cases_of_others(session: Connection, teams: Collection[str]) -> Sequence[int]:
    """The cases in which a team that is not one of *teams* still has to act."""
    query = select(_s.case_number).where(_LIVE, _s.team.not_in(teams)).distinct()
    return list(session.execute(query.order_by(_s.case_number)).scalars())
