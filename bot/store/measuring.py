"""What happened in a period, and how it stands: counted from rounds, stakes and the journal.

Every question goes through an index that begins with the team and ends with the instant, so that
its price follows the period that is asked for and not the length of the history.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from bot.domain import rounds as r
from bot.domain.case import State
from bot.domain.digest import Period
from bot.domain.measures import Standing
from bot.domain.tally import Taken, Tally
from bot.store import tables as t
from bot.store.question import Question
from bot.store.selection import LIVE, Selection

_r, _s, _j = t.rounds.c, t.stakes.c, t.journal.c
_OPEN = _s.state == State.OPEN.value
_LATE = or_(_s.resolve_missed, and_(_OPEN, _s.claim_missed))
_NEAR = or_(_s.resolve_near, and_(_OPEN, _s.claim_near))
# How it stands does not depend on any period.
_NEVER = Period(since=datetime(1970, 1, 1, tzinfo=UTC), until=datetime(1970, 1, 1, tzinfo=UTC))


def tally(session: Connection, chosen: Selection, period: Period) -> Tally:
    """What happened to the rounds of *chosen* in *period*, and how they stand now."""
    ask = Question(session, chosen, period)
    found = Tally(standing=_standing(ask))
    if chosen.person:
        _acts_of_one(ask, found)
        _facts(ask, found)
    else:
        _acts(ask, found)
        _beginnings(ask, found)
        _misses(ask, found)
    return found


_ROUND = (
    _r.team,
    _r.how,
    _r.began_at,
    _r.touched_at,
    _r.claimed_at,
    _r.claim_missed_at,
    _r.ended_at,
    _r.ended,
    _r.ended_by,
    _r.resolve_missed_at,
)


def _acts(ask: Question, found: Tally) -> None:
    """Ends, claims and touches; nearly always of the same round, which is then read once."""
    query, running = select(*_ROUND), ask.outside(_r.ended_at)
    parts = (
        query.where(ask.within(_r.ended_at)),
        query.where(ask.within(_r.claimed_at), running),
        query.where(ask.within(_r.touched_at), running, ask.outside(_r.claimed_at)),
    )
    for row in ask.rows(union_all(*parts)):
        if ask.has(row[6]):
            _end(found, row)
        _begun(ask, found, row)


def _begun(ask: Question, found: Tally, row: Any) -> None:
    """The claim and the first touch of a round, which nearly always are one act."""
    touched, claimed = row[3], row[4]
    if ask.has(claimed):
        _claim(found.claim if touched == claimed else found.later_claim, found, row)
    if touched != claimed and ask.has(touched):
        _touch(found, row)


def _acts_of_one(ask: Question, found: Tally) -> None:
    """What one person ended, claimed and touched, each by itself; promises are not a person's."""
    query = select(*_ROUND)
    for row in ask.rows(query.where(ask.within(_r.ended_at), ask.mine(_r.ended_by))):
        _end(found, row)
    for row in ask.rows(query.where(ask.within(_r.claimed_at), ask.mine(_r.claimed_by))):
        _claim(found.later_claim, found, row)
    for row in ask.rows(query.where(ask.within(_r.touched_at), ask.mine(_r.touched_by))):
        _touch(found, row)
    found.claims_met.clear()
    found.resolves_met.clear()


def _claim(taken: Taken, found: Tally, row: Any) -> None:
    team, how, began, _, claimed, missed, *_ = row
    span = (began, claimed)
    taken.spans[team].append(span)
    if how == "hand-off":
        found.handoff.spans[team].append(span)
    found.claims_met[team] += missed is None


def _touch(found: Tally, row: Any) -> None:
    found.touch.spans[row[0]].append((row[2], row[3]))


def _end(found: Tally, row: Any) -> None:
    team, _, began, _, _, _, at, ended, by, missed = row
    if ended == r.RESOLVED:
        found.resolved_by[by] += 1
        found.resolve.spans[team].append((began, at))
        found.resolves_met[team] += missed is None
    elif ended == r.DECLINED:
        found.declined[team] += 1
        found.corrections[team] += by != ""
    elif ended == r.HANDED_OFF:
        found.handed_off[team] += 1


def _beginnings(ask: Question, found: Tally) -> None:
    going = or_(_r.ended_at.is_(None), _r.ended_at >= ask.until)
    columns = [func.sum(cast(and_(going, _not_by(ask, c)), Integer)) for c in _ANSWERS]
    query = (
        select(_r.team, _r.how, func.count(), *columns)
        .where(ask.within(_r.began_at))
        .group_by(_r.team, _r.how)
    )
    for team, how, count, *unanswered in ask.rows(query):
        (found.reopened if how == r.REOPENED else found.came_in)[team] += count
        if how in {"person", "invitation"}:
            found.corrections[team] += count
        _unanswered(found, team, how, unanswered)


_ANSWERS = (_r.claimed_at, _r.touched_at, _r.ended_at)


def _not_by(ask: Question, answer: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(answer.is_(None), answer >= ask.until)


def _unanswered(found: Tally, team: str, how: str, counts: list[int]) -> None:
    unclaimed, untouched, unended = counts
    found.claim.unanswered[team] += unclaimed
    found.touch.unanswered[team] += untouched
    found.resolve.unanswered[team] += unended
    if how == "hand-off":
        found.handoff.unanswered[team] += unclaimed


def _misses(ask: Question, found: Tally) -> None:
    """Missed targets, and facts with them, for which they need not be asked by themselves."""
    missed = (found.claims_missed, found.resolves_missed, found.facts)
    noted = (
        select(_r.team, literal(place), func.count()).where(ask.within(column)).group_by(_r.team)
        for place, column in enumerate((_r.claim_missed_at, _r.resolve_missed_at))
    )
    facts = _events(ask, "FactAdded", _j.team, literal(2), func.count()).group_by(_j.team)
    for team, place, count in ask.rows(union_all(*noted, *_unnoticed(ask), facts)):
        missed[place][team] += count


def _unnoticed(ask: Question) -> Iterator[Select[Any]]:
    """Due times in the period that have passed, and that no clock has taken note of yet."""
    unclaimed = and_(_r.claimed_at.is_(None), _r.claim_missed_at.is_(None))
    unended = _r.resolve_missed_at.is_(None)
    running = and_(_r.case_number == _s.case_number, _r.team == _s.team, _r.ended_at.is_(None))
    for place, (due, still, undecided) in enumerate(
        (
            (_s.claim_due, and_(_OPEN, ~_s.claim_missed), unclaimed),
            (_s.resolve_due, ~_s.resolve_missed, unended),
        )
    ):
        past = and_(due >= ask.period.since, due < ask.period.until, _s.paused == "", still)
        yield (
            select(_s.team, literal(place), func.count())
            # Not a join: a planner without statistics would begin with all rounds there ever were.
            .where(_s.team.in_(ask.chosen.teams), LIVE, past, exists().where(running, undecided))
            .where(*ask.chosen.about(ask.session, _s.case_number))
            .group_by(_s.team)
        )


def _facts(ask: Question, found: Tally) -> None:
    for team, count in ask.rows(_events(ask, "FactAdded", _j.team, func.count()).group_by(_j.team)):
        found.facts[team] += count


def _events(ask: Question, kind: str, *columns: Any) -> Select[Any]:
    when = and_(_j.at >= ask.period.since, _j.at < ask.period.until)
    query = select(*columns).where(_j.team.in_(ask.chosen.teams), _j.kind == kind, when)
    query = query.where(*ask.chosen.about(ask.session, _j.case_number))
    return query.where(_j.by == ask.chosen.person) if ask.chosen.person else query


def handed_to(ask: Question) -> Mapping[tuple[str, str], int]:
    """How often each team handed a stake to which other."""
    to = _j.data["to"].as_string()
    query = _events(ask, "StakeHandedOff", _j.team, to, func.count())
    query = query.where(_j.by != "").group_by(_j.team, to)
    passed: defaultdict[tuple[str, str], int] = defaultdict(int)
    for team, other, count in ask.rows(query):
        passed[team, other] += count
    return passed


def _standing(ask: Question) -> dict[str, Standing]:
    held = and_(_s.holder == ask.chosen.person, ~_OPEN) if ask.chosen.person else LIVE
    query = (
        select(
            _s.team,
            func.count().label("open"),
            func.count().filter(_OPEN).label("unclaimed"),
            func.min(_s.opened_at).filter(_OPEN).label("oldest"),
            func.count().filter(and_(_NEAR, ~_LATE)).label("warned"),
            func.count().filter(_LATE).label("late"),
            func.min(_s.opened_at).filter(_LATE).label("oldest_late"),
        )
        .where(_s.team.in_(ask.chosen.teams), LIVE, held)
        .where(*ask.chosen.about(ask.session, _s.case_number))
        .group_by(_s.team)
    )
    return {
        row.team: Standing(
            open=row.open,
            unclaimed=row.unclaimed,
            oldest_unclaimed=row.oldest,
            warned=row.warned,
            past_target=row.late,
            oldest_past_target=row.oldest_late,
        )
        for row in ask.session.execute(query)
    }


def standing(session: Connection, teams: Sequence[str]) -> Mapping[str, Standing]:
    """How each of *teams* that has something open stands now, as its digest says."""
    return _standing(Question(session, Selection(teams), _NEVER))
