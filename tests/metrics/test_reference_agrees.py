"""The numbers that are shown are those that the reference counts, whatever has happened.

The default run makes a few histories on each database. Thousands of them, others every time:

    HISTORIES=2000 python -m pytest -q -n 2 tests/metrics/test_reference_agrees.py

Each history happens in a transaction of its own, which is rolled back.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, note, settings

from bot.domain import report
from bot.domain.digest import Period
from bot.domain.organisation import Organisation
from bot.domain.scope import Kind, Scope
from bot.store import journal, reports, rounds
from bot.store.database import Database
from bot.store.session import Session
from bot.ui import plain
from bot.usecases import picturing, reporting
from bot.usecases.measuring import measures, survey
from tests.metrics.drawing import volume
from tests.metrics.driving import Drive, Step
from tests.metrics.histories import HISTORIES, drive
from tests.metrics.offices import EDITS, SETTLED_WHEN, STARTS, settling, today
from tests.metrics.reference import AN_INSTANT, everything
from tests.metrics.sharing import sharing
from tests.metrics.usual import usual
from tests.metrics.waiting import waits
from tests.metrics.whom import every_scope

COUNT = int(os.environ.get("HISTORIES", "10"))
# Seconds: what differs takes minutes to be made small.
PATIENCE = 600 + 5 * COUNT
# In a few cases, as many as one must have resolved to say how evenly they are shared.
FEW = 3
SLOW = settings(
    max_examples=COUNT,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
NUMBERS = st.integers(0, 199)
PICKS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, st.integers(0, 7)), min_size=6, max_size=10)
"""A scope, two moments and the shape of a period."""


class _Undone(Exception):
    """The history was looked at and goes."""


@contextmanager
def undone(database: Database) -> Iterator[Session]:
    """A transaction that is rolled back."""
    with suppress(_Undone), database.transaction() as session:
        yield session
        raise _Undone


def instants(made: Drive) -> list[datetime]:
    """When anything happened, and the moment it is now."""
    found = {each.at for history in made.histories() for each in history.journal}
    due = {s.claim_due for c in made.cases() for s in c.live_stakes}
    return sorted(found | {moment for moment in due if moment <= made.now} | {made.now})


def period(moments: list[datetime], first: int, second: int, shape: int) -> Period:
    """One of many periods: between two events, an instant, nothing, a day, up to now, all."""
    since, until = sorted((moments[first % len(moments)], moments[second % len(moments)]))
    match shape:
        case 0:
            return Period(since=since, until=since)
        case 1:
            return Period(since=since, until=since + AN_INSTANT)
        case 2:
            return Period(since=since + AN_INSTANT, until=until + AN_INSTANT)
        case 3:
            return Period(since=since - timedelta(hours=7), until=since + timedelta(hours=17))
        case 4:
            return Period(since=since, until=moments[-1])
        case 5:
            return Period(since=since, until=moments[-1] + timedelta(days=1))
        case 6:
            return Period(since=moments[0], until=moments[-1] + AN_INSTANT)
        case _:
            return Period(since=since, until=until)


def rounds_are_kept_right(made: Drive) -> None:
    """Fail unless the rounds that were kept are those that the journal makes again."""
    for number in made.numbers:
        kept = rounds.of_case(made.session, number)
        assert kept
        rounds.remake(made.session, number, journal.history(made.session, number))
        assert rounds.of_case(made.session, number) == kept


def the_same(made: Drive, organisation: Organisation, scope: Scope, shown: Period) -> None:
    counted = everything(made.histories(), organisation, scope, shown, now=made.now)
    told = measures(made.session, organisation, scope, shown, now=made.now)
    if told == counted:
        return
    names = asdict(counted)
    differing = {
        name: (getattr(told, name), getattr(counted, name))
        for name in names
        if getattr(told, name) != getattr(counted, name)
    }
    for history in made.histories():
        note("\n".join(map(str, history.journal)))
    pytest.fail(f"{scope}, {shown}, now {made.now}: told and counted differ: {differing}")


def usually_the_same(
    made: Drive, organisation: Organisation, scope: Scope, shown: Period, weeks: int
) -> None:
    """Fail unless what is usual some *weeks* after a period is what was counted in it, and around."""
    later = timedelta(weeks=weeks)
    asked, now = Period(since=shown.since + later, until=shown.until + later), made.now + later
    told = reporting.report(made.session, organisation, scope, asked, now=now)
    counted = usual(made.histories(), organisation, scope, asked, now=now, zone=told.zone)
    assert (told.compared.counts if told.compared else None) == counted
    again = reporting.report(
        made.session, organisation, scope, asked, now=now, versus_previous=True
    ).compared
    if again is not None and again.period is not None:
        before = everything(made.histories(), organisation, scope, again.period, now=now)
        assert again.before == before
        assert all(getattr(before, name) == count for name, count in again.counts.items())


def told_and_drawn_the_same(
    made: Drive, organisation: Organisation, scope: Scope, shown: Period
) -> None:
    """Fail unless the sharing of the work, and the picture of what came in, are what was counted."""
    histories, now = made.histories(), made.now
    told = reporting.report(made.session, organisation, scope, shown, now=now)
    assert told.shared == sharing(histories, organisation, scope, shown, now=now, fewest=FEW)
    drawn = picturing.volume(made.session, organisation, scope, shown)
    if scope.kind is Kind.PERSON:
        return
    bars = Counter(
        {
            (platform, day): count
            for platform, row in zip(drawn.platforms, drawn.counts, strict=True)
            for day, count in zip(drawn.days, row, strict=True)
            if count
        }
    )
    assert bars == volume(histories, organisation, scope, shown, now=now, zone=told.zone)
    assert drawn.cut or bars.total() == (
        told.measures.received if scope.wide else told.measures.came_in
    )


def each_team_the_same(made: Drive, organisation: Organisation, shown: Period) -> None:
    """Fail unless teams side by side have the numbers of their own digests."""
    found = survey(made.session, organisation, Scope(), shown, now=made.now, teams=True).by_team
    for key, told in found.items():
        scope = Scope(Kind.TEAM, key)
        counted = everything(made.histories(), organisation, scope, shown, now=made.now)
        assert plain.measures(told, whole=False) == plain.measures(counted, whole=False)
        assert told.standing == counted.standing


@SLOW
@given(
    settled_when=SETTLED_WHEN,
    edit=st.integers(0, EDITS),
    start=STARTS,
    watched=st.booleans(),
    steps=HISTORIES,
    later=st.sampled_from((timedelta(), timedelta(minutes=1), timedelta(hours=30))),
    picks=PICKS,
)
@pytest.mark.timeout(PATIENCE)
def test_rounds_and_numbers_are_those_that_the_journal_gives(
    database: Database,
    settled_when: str,
    edit: int,
    start: datetime,
    watched: bool,
    steps: list[Step],
    later: timedelta,
    picks: list[tuple[int, int, int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(report, "ENOUGH", FEW)
    with undone(database) as session:
        organisation = settling(settled_when)
        made = drive(session, organisation, steps, start=start, watched=watched)
        made.now += later
        rounds_are_kept_right(made)
        current = today(organisation, edit)
        scopes = list(every_scope(made.histories(), current))
        moments = instants(made)
        for scope, first, second, shape in picks:
            shown = period(moments, first, second, shape)
            the_same(made, current, scopes[scope % len(scopes)], shown)
            the_same(made, current, Scope(), shown)
            told_and_drawn_the_same(made, current, scopes[scope % len(scopes)], shown)
            told_and_drawn_the_same(made, current, Scope(), shown)
        usually_the_same(made, current, scopes[scope % len(scopes)], shown, 1 + shape % 4)
        usually_the_same(made, current, Scope(), shown, 1 + first % 4)
        each_team_the_same(made, current, shown)
        teams = [team.key for team in current.teams]
        assert reports.waits(session, teams) == waits(made.histories(), teams)
