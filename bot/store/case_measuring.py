"""What happened to whole cases in a period."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from bot.domain import rounds as r
from bot.domain.digest import Period
from bot.domain.tally import CaseTally, Taken
from bot.store import tables as t
from bot.store.measuring import Question
from bot.store.selection import Selection

_r, _c, _j = t.rounds.c, t.cases.c, t.journal.c
_FIRST = _r.how == r.RECEIVED


def cases(session: Connection, chosen: Selection, period: Period, *, everybody: bool) -> CaseTally:
    """What happened to the cases in which *chosen* have had a part, to all if it is *everybody*."""
    ask = Question(session, Selection((r.CASE,), chosen.facet), period)
    part = [] if everybody else [_part(chosen, _r.case_number)]
    route, settle = Taken(), Taken()
    for lead, began, routed in ask.rows(_spans(ask, _r.claimed_at).where(_FIRST, *part)):
        route.spans[lead].append((began, routed))
    joint = done = 0
    settled = _spans(ask, _r.ended_at).add_columns(_r.resolvers).where(*part)
    for lead, began, ended, resolvers in ask.rows(settled):
        settle.spans[lead].append((began, ended))
        done += resolvers != ""
        joint += " " in resolvers
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
        acted = or_(other.c.claimed_by == chosen.person, other.c.ended_by == chosen.person)
        return exists().where(*mine, acted)
    return exists().where(*mine, other.c.team.in_(chosen.teams))


def _spans(ask: Question, moment: ColumnElement[Any]) -> Any:
    query = select(_c.lead, _r.began_at, moment).join(t.cases, _c.number == _r.case_number)
    return query.where(ask.within(moment, _r.team))


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
    ).where(ask.within(_r.began_at, _r.team), *part)
    received, without_team, unsettled = ask.session.execute(query).one()
    if not person:
        route.unanswered[r.CASE] += without_team
        settle.unanswered[r.CASE] += unsettled
    return received


def counts(session: Connection, chosen: Selection, period: Period) -> dict[str, int]:
    """How many comments were new, and how many cases were settled, whoever had a part."""
    ask = Question(session, Selection((r.CASE,), chosen.facet), period)
    received = and_(ask.within(_r.began_at, _r.team), _FIRST)
    every = {"received": received, "settled": ask.within(_r.ended_at, _r.team)}
    found = {
        name: session.execute(select(func.count()).where(condition)).scalar_one()
        for name, condition in every.items()
    }
    return {**found, "received": found["received"] + _joined(ask)}
