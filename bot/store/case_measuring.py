"""What happened to whole cases in a period."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, union_all

from bot.domain import rounds as r
from bot.domain.digest import Period
from bot.domain.tally import CaseTally, Taken
from bot.store import tables as t
from bot.store.counting import asked, counted
from bot.store.question import Question
from bot.store.selection import Selection

_r, _c, _j = t.rounds.c, t.cases.c, t.journal.c
_FIRST = _r.how == r.RECEIVED


def cases(session: Connection, chosen: Selection, period: Period, *, everybody: bool) -> CaseTally:
    """What happened to the cases in which *chosen* have had a part, to all if it is *everybody*."""
    ask = Question(session, Selection((r.CASE,), chosen.facet), period)
    part = [] if everybody else [_part(chosen, _r.case_number)]
    route, settle = Taken(), Taken()
    joint = done = 0
    rows = ask.rows(union_all(_settled(ask, part), _routed(ask, part)))
    for _, how, lead, began, routed, ended, resolvers in rows:
        if ask.has(ended):
            settle.spans[lead].append((began, ended))
            done += resolvers != ""
            joint += " " in resolvers
        if how == r.RECEIVED and ask.has(routed):
            route.spans[lead].append((began, routed))
    theirs = [] if everybody else [_part(chosen, _j.case_number)]
    received = _waiting(ask, part, route, settle, person=chosen.person) + _joined(ask, theirs)
    return CaseTally(
        received=received, joint=joint, resolved_cases=done, route=route, settle=settle
    )


def _joined(ask: Question, part: Sequence[ColumnElement[bool]] = ()) -> int:
    """How many comments were new, and joined the case of another that says the same."""
    period = and_(_j.at >= ask.period.since, _j.at < ask.period.until)
    about = ask.chosen.about(ask.session, _j.case_number)
    query = select(func.count()).where(_j.team == r.CASE, _j.kind == "CommentJoined", period)
    return ask.session.execute(query.where(*about, *part)).scalar_one()


def _part(chosen: Selection, number: ColumnElement[Any]) -> ColumnElement[bool]:
    other = t.rounds.alias("other")
    mine = [other.c.case_number == number, other.c.team != r.CASE]
    if chosen.person:
        mine.append(or_(other.c.claimed_by == chosen.person, other.c.ended_by == chosen.person))
    else:
        mine.append(other.c.team.in_(chosen.teams))
    # A number, since a planner makes a join with the whole history of what it can.
    return select(func.count()).where(*mine).scalar_subquery() > 0


# For the same reason no join.
_LEAD = select(_c.lead).where(_c.number == _r.case_number).scalar_subquery()
_CASE = (_r.team, _r.how, _LEAD, _r.began_at, _r.claimed_at, _r.ended_at, _r.resolvers)


def _settled(ask: Question, part: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return select(*_CASE).where(ask.within(_r.ended_at), *part)


def _routed(ask: Question, part: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Those that were not settled in the period as well."""
    apart = and_(_FIRST, ask.outside(_r.ended_at))
    return select(*_CASE).where(ask.within(_r.claimed_at), apart, *part)


def _waiting(
    ask: Question,
    part: Sequence[ColumnElement[bool]],
    route: Taken,
    settle: Taken,
    *,
    person: str,
) -> int:
    """Count what began in the period, and what of it was still waiting when that ended."""
    going = or_(_r.ended_at.is_(None), _r.ended_at >= ask.until)
    unrouted = and_(_FIRST, or_(_r.claimed_at.is_(None), _r.claimed_at >= ask.until), going)
    query = select(
        func.count().filter(_FIRST), func.count().filter(unrouted), func.count().filter(going)
    ).where(ask.within(_r.began_at), *part)
    received, without_team, unsettled = ask.session.execute(query).one()
    if not person:
        route.unanswered[r.CASE] += without_team
        settle.unanswered[r.CASE] += unsettled
    return received


def counts(
    session: Connection, chosen: Selection, periods: Sequence[Period]
) -> list[dict[str, int]]:
    """How many comments were new, and how many cases were settled, whoever had a part."""
    cases = Selection((r.CASE,), chosen.facet)
    wanted = [
        {"received": and_(ask.within(_r.began_at), _FIRST), "settled": ask.within(_r.ended_at)}
        for ask in asked(session, cases, periods)
    ]
    found = counted(session, cases, wanted)
    for period, each in zip(periods, found, strict=True):
        each["received"] += _joined(Question(session, cases, period))
    return found
