"""What a digest tells beside its numbers: who waits, whom to thank, what customers speak of."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
)

from bot.domain import rounds as r
from bot.domain.case import State
from bot.domain.digest import Period, Waiting
from bot.domain.report import Wait
from bot.domain.voices import Said
from bot.store import tables as t
from bot.store.question import Question
from bot.store.rounds import instant, micros
from bot.store.selection import LIVE, Selection, among

_r, _s, _c, _m, _j = t.rounds.c, t.stakes.c, t.cases.c, t.comments.c, t.journal.c
# A sample is drawn from single times where there are so many times as much.
_MANY_TIMES = 4
_TIMES = 14
_GOLDEN = 0.618
_w = t.wave_comments.c


@dataclass(frozen=True, slots=True)
class Voiced:
    """A comment with the case that it began."""

    case: int
    said: Said


def waits(session: Connection, teams: Collection[str]) -> list[Wait]:
    """Which of *teams* wait for which, longest first."""
    pair = (_own.c.team.label("waiting"), _s.team.label("on"))
    query = _summed(pair).join(_own, _own.c.case_number == _s.case_number)
    query = query.where(_s.team.in_(teams), LIVE, _own.c.team != _s.team, _WAITS)
    # Chosen here: a condition would have the database begin with all that they ever had.
    rows = [row for row in session.execute(query) if row.waiting in set(teams)]
    return [Wait(waiting=x.waiting, on=x.on, cases=x.cases, oldest=x.oldest) for x in rows]


def waiting_for(
    session: Connection, teams: Collection[str], others: Collection[str]
) -> list[Waiting]:
    """Which of *others* *teams* wait for, longest wait first.

    The others are named, and theirs is no join, so that their few live stakes are looked at and
    not every stake that *teams* ever had.
    """
    ours = exists().where(_own.c.case_number == _s.case_number, _own.c.team.in_(teams), _WAITS)
    query = _each(_s.team).where(_s.team.in_(others), LIVE, ours)
    return _waiting(session, query)


def waiting_on(
    session: Connection, teams: Collection[str], others: Collection[str]
) -> list[Waiting]:
    """Which of *others* wait for *teams*, longest wait first."""
    query = _each(_own.c.team)
    query = query.join(_own, _own.c.case_number == _s.case_number)
    query = query.where(_s.team.in_(teams), LIVE, _WAITS)
    # Chosen here: a condition would have the database begin with all that they ever had.
    return [each for each in _waiting(session, query) if each.team in set(others)]


_own = t.stakes.alias("own")
# A team waits for another when it has passed its part of a case on or asked for help, or has stopped
# its clock for it, and the other's stake is live. Who had a part already was not asked by whoever
# passed theirs on to it. Whoever has finished their own part needs nobody to go on.
_WAITS = and_(
    _own.c.state != State.RESOLVED.value,
    or_(_s.asked_by == _own.c.team, _own.c.moved_to == _s.team, _own.c.paused_on == _s.team),
)


def _summed(teams: tuple[ColumnElement[str], ...]) -> Select[Any]:
    oldest, count = func.min(_s.opened_at), func.count(_s.case_number.distinct())
    query: Any = select(*teams, count.label("cases"), oldest.label("oldest"))
    summed: Select[Any] = query.group_by(*teams).order_by(oldest, *teams)
    return summed


def _each(team: ColumnElement[str]) -> Select[Any]:
    """Each wait by itself, with the case that *team* has to do with the longest."""
    since, case = _s.opened_at, _s.case_number
    first = func.first_value(case).over(partition_by=team, order_by=(since, case))
    return select(
        team.label("team"), case.label("case"), since.label("since"), first.label("first")
    )


def _waiting(session: Connection, each: Select[Any]) -> list[Waiting]:
    wait = each.subquery().c
    oldest, count = func.min(wait.since), func.count(wait.case.distinct())
    first = func.min(wait.first)
    query = select(wait.team, count.label("cases"), oldest.label("oldest"), first.label("first"))
    rows = session.execute(query.group_by(wait.team).order_by(oldest, wait.team))
    return [
        Waiting(team=row.team, cases=row.cases, oldest=row.oldest, first=row.first) for row in rows
    ]


def facts_by_person(session: Connection, chosen: Selection, period: Period) -> dict[str, int]:
    """How many facts each person gave in *period*."""
    when = and_(_j.at >= period.since, _j.at < period.until)
    facts = (
        select(_j.by, func.count())
        .where(_j.team.in_(chosen.teams), _j.kind == "FactAdded", when, _j.by != "")
        .where(*chosen.about(session, _j.case_number))
        .group_by(_j.by)
    )
    return dict(session.execute(facts).all())


def resolved_by_team(session: Connection, chosen: Selection, period: Period) -> dict[str, int]:
    """How many parts the people of each team finished in *period*."""
    ask = Question(session, chosen, period)
    done = and_(ask.within(_r.ended_at), _r.ended == r.RESOLVED)
    return dict(ask.rows(select(_r.team, func.count()).where(done).group_by(_r.team)))


def arrivals(
    session: Connection, chosen: Selection, period: Period, *, everybody: bool
) -> Iterator[tuple[datetime, str]]:
    """When each comment came in, or each part of it, and on which platform."""
    teams = Selection((r.CASE,), chosen.facet) if everybody else chosen
    ask = Question(session, teams, period)
    query = (
        select(_r.began_at, _m.facts["platform"].as_string())
        .join(t.comments, _m.case_number == _r.case_number)
        .where(ask.within(_r.began_at), _r.how != r.REOPENED)
    )
    for began, platform in ask.rows(query):
        yield instant(began), platform or ""
    if everybody:
        yield from _joined(ask)


def _joined(ask: Question) -> Iterator[tuple[datetime, str]]:
    """The same of comments that joined the case of another; teams are asked once for all of them."""
    period = and_(_j.at >= ask.period.since, _j.at < ask.period.until)
    query = (
        select(_j.at, _m.facts["platform"].as_string())
        .join(t.comments, _m.id == _j.data["comment_id"].as_integer())
        .where(_j.team == r.CASE, _j.kind == "CommentJoined", period)
        .where(*ask.chosen.about(ask.session, _j.case_number))
    )
    # Not by `rows`: a driver may give the journal's instants as text.
    for at, platform in ask.session.execute(query):
        yield at, platform or ""


def voices(
    session: Connection, chosen: Selection, period: Period, *, everybody: bool, most: int
) -> tuple[list[Voiced], int]:
    """At most *most* comments that came in, spread evenly, and how many there were."""
    numbers, count = _numbers(session, chosen, period, everybody=everybody, most=most)
    if len(numbers) > most:
        numbers = [numbers[index * len(numbers) // most] for index in range(most)]
    # What many have said alike is one case, and still many voices.
    also = _said_too(session, numbers, most=most)
    return [*_said(session, numbers), *also], count + len(also)


def _numbers(
    session: Connection, chosen: Selection, period: Period, *, everybody: bool, most: int
) -> tuple[Sequence[int], int]:
    """Cases to choose from, in order, and how many there were."""
    if everybody and chosen.facet is None:
        # Cases are numbered as they come, so nobody has to look at each of them.
        cases = _span(session, period)
        return cases, len(cases)
    teams = Selection((r.CASE,), chosen.facet) if everybody else chosen
    began = Question(session, teams, period).within(_r.began_at)
    if len(teams.teams) == 1 and teams.facet is None:
        count = select(func.count(_r.case_number.distinct())).where(began)
        there = session.execute(count).scalar_one()
        if there > _MANY_TIMES * most:
            return _some(session, teams.teams[0], period, most), there
    numbers = sorted(set(session.execute(select(_r.case_number).where(began)).scalars()))
    return numbers, len(numbers)


def _some(session: Connection, team: str, period: Period, most: int) -> list[int]:
    """A few cases from each of many short times, so that nobody looks at every one of them."""
    step = (period.until - period.since) / _TIMES
    values: dict[str, Any] = {"team": team, "each": -(-most // _TIMES)}
    for n in range(_TIMES):
        part = _part(period, step, n)
        values |= {f"since_{n}": micros(part.since), f"until_{n}": micros(part.until)}
    return sorted(set(session.execute(_of_many_times(), values).scalars()))


@cache
def _of_many_times() -> CompoundSelect[Any]:
    """Made once: that takes longer than its answer."""
    parts = [
        select(_r.case_number)
        .where(
            _r.team == bindparam("team"),
            _r.began_at >= bindparam(f"since_{n}"),
            _r.began_at < bindparam(f"until_{n}"),
        )
        .order_by(_r.began_at)
        .limit(bindparam("each"))
        .subquery()
        for n in range(_TIMES)
    ]
    return union_all(*(select(part.c.case_number) for part in parts))


def _part(period: Period, step: timedelta, n: int) -> Period:
    # Each begins at another share of its time, or all would begin at the same hour of the day.
    begins = period.since + (n + n * _GOLDEN % 1 * 0.8) * step
    return Period(since=begins, until=period.since + (n + 1) * step)


def _span(session: Connection, period: Period) -> range:
    first, after = (_first_from(session, moment) for moment in (period.since, period.until))
    return range(first, max(first, after))


def _first_from(session: Connection, moment: datetime) -> int:
    later = (_r.team == r.CASE, _r.began_at >= micros(moment))
    query = select(_r.case_number).where(*later).order_by(_r.began_at, _r.case_number).limit(1)
    found = session.execute(query).scalar()
    if found is None:
        return (session.execute(select(func.max(_c.number))).scalar() or 0) + 1
    return int(found)


def _said(session: Connection, numbers: Sequence[int]) -> list[Voiced]:
    told: Select[Any] = (
        select(_c.number, *_VOICE)
        .join(t.comments, _m.case_number == _c.number)
        .where(among(session, _c.number, numbers), _c.deleted_at.is_(None))
        .order_by(_c.number)
    )
    return _voiced(session, told)


def _said_too(session: Connection, numbers: Sequence[int], *, most: int) -> list[Voiced]:
    """The comments that have joined these cases."""
    # Not "IS NULL": SQLite would begin with all that have ever joined a case.
    theirs = func.coalesce(_m.case_number, 0) == 0
    joined = (among(session, _w.wave, numbers), theirs, _w.deleted_at.is_(None))
    told: Select[Any] = (
        select(_w.wave, *_VOICE)
        .join(t.comments, _m.id == _w.comment_id)
        .where(*joined)
        .order_by(_w.wave, _w.at, _m.id)
        .limit(most)
    )
    return _voiced(session, told)


def _voiced(session: Connection, told: Select[Any]) -> list[Voiced]:
    return [
        Voiced(number, Said(text=text, language=language or "", author=_author(source, author)))
        for number, text, language, source, author in session.execute(told)
        if text
    ]


def _text(name: str) -> ColumnElement[str]:
    value: ColumnElement[str] = _m.facts[name].as_string()
    return value


_VOICE = (_text("text"), _text("language"), _m.source, _m.author_id)


def _author(source: str, author: str) -> str:
    return f"{source} {author}" if author else ""
