"""How many rounds fulfil which conditions, for several periods at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    func,
    literal,
    select,
    union_all,
)

from bot.domain import rounds as r
from bot.domain.digest import Period
from bot.store import tables as t
from bot.store.question import Question
from bot.store.selection import Selection

_r = t.rounds.c
Wanted = Sequence[Mapping[str, ColumnElement[bool]]]
"""Conditions by name, for each period."""


def counts(
    session: Connection, chosen: Selection, periods: Sequence[Period]
) -> list[dict[str, int]]:
    """How many rounds of *chosen* came in, were claimed and were resolved in each of *periods*."""
    return counted(session, chosen, [_counted(ask) for ask in asked(session, chosen, periods)])


def asked(session: Connection, chosen: Selection, periods: Sequence[Period]) -> list[Question]:
    """A question about each of *periods*, but for what the cases are about: `counted` asks that."""
    anything = Selection(chosen.teams, person=chosen.person)
    return [Question(session, anything, period) for period in periods]


def counted(session: Connection, chosen: Selection, wanted: Wanted) -> list[dict[str, int]]:
    """How many rounds of *chosen* fulfil each condition, all in one statement.

    What its case is about is none of a round's conditions: it is looked at once for each case.
    """
    found = [dict.fromkeys(conditions, 0) for conditions in wanted]
    places = [(place, name) for place, each in enumerate(wanted) for name in each]
    conditions = [condition for each in wanted for condition in each.values()]
    if chosen.facet is not None:
        row = session.execute(_by_case(session, chosen, conditions)).one()
        for (place, name), count in zip(places, row, strict=True):
            found[place][name] = int(count or 0)
        return found
    # One person's rounds are found without their teams, which are looked at here.
    team, teams = (_r.team if chosen.person else literal("")), {"", *chosen.teams}
    parts = [
        select(team, literal(key), func.count()).where(condition)
        for key, condition in enumerate(conditions)
    ]
    every = union_all(*(part.group_by(_r.team) if chosen.person else part for part in parts))
    for its, key, count in session.execute(every):
        place, name = places[key]
        found[place][name] += count if its in teams else 0
    return found


def _by_case(
    session: Connection, chosen: Selection, conditions: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    parts = (
        select(_r.case_number, literal(key).label("key")).where(condition)
        for key, condition in enumerate(conditions)
    )
    every = union_all(*parts).subquery().c
    sums = [
        func.sum(case((every.key == key, 1), else_=0)).label(f"count_{key}")
        for key in range(len(conditions))
    ]
    cases = select(every.case_number, *sums).group_by(every.case_number).subquery().c
    about = chosen.about(session, cases.case_number)
    return select(*(func.sum(cases[each.name]) for each in sums)).where(*about)


def _counted(ask: Question) -> dict[str, ColumnElement[bool]]:
    claimed = and_(ask.within(_r.claimed_at), ask.mine(_r.claimed_by))
    resolved = and_(ask.within(_r.ended_at), _r.ended == r.RESOLVED, ask.mine(_r.ended_by))
    done = {"claimed": claimed, "resolved": resolved}
    if ask.chosen.person:
        return done
    return {"came_in": and_(ask.within(_r.began_at), _r.how != r.REOPENED), **done}
