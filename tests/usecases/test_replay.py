"""Whatever happens to a case, its journal alone gives the case that is stored."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from bot.domain.comment import Change, ChangeKind
from bot.domain.organisation import Organisation, Priority
from bot.errors import Refused
from bot.store import journal
from bot.store.database import Database
from bot.store.session import Session
from bot.usecases import escalating, owning, receiving, sharing
from bot.usecases.owning import Actor
from tests.domain.factories import ANNA, BEN
from tests.fakes.clock import START
from tests.usecases.office import ORGANISATION

TEXTS = ("My phone needs a repair", "I love my earbuds", "refund!", "你好")
TEAMS = st.sampled_from(("service-hk", "product-mobile", "marketing-hk", "product-audio"))
PEOPLE = st.sampled_from((ANNA, BEN))
WORDS = st.sampled_from(("", "because", "退款 <!channel>"))
IDS = count(1)
SOURCE = ORGANISATION.source("facebook-hk")

EXPIRING = replace(
    ORGANISATION,
    teams=tuple(replace(team, expires_after=timedelta(hours=2)) for team in ORGANISATION.teams),
)

Step = Callable[..., object]


def told(
    session: Session, organisation: Organisation, _number: int, *, now: datetime, change: Change
) -> None:
    assert SOURCE is not None
    receiving.receive(session, [change], source=SOURCE, organisation=organisation, now=now)


def soon(
    session: Session,
    organisation: Organisation,
    number: int,
    *,
    what: Step,
    now: datetime,
    **named: str,
) -> None:
    what(session, organisation, number, until=now + timedelta(hours=3), now=now, **named)


def step(verb: Step, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return st.builds(partial, st.just(verb), **arguments)


ACTS = st.one_of(
    step(owning.claim, team=TEAMS, by=PEOPLE),
    step(owning.release, team=TEAMS, by=st.builds(Actor, PEOPLE, st.booleans())),
    step(owning.resolve, team=TEAMS, outcome=WORDS, note=WORDS, by=PEOPLE),
    step(owning.hand_off, team=TEAMS, to=TEAMS, reason=WORDS, by=PEOPLE),
    step(owning.decline, team=TEAMS, reason=WORDS, instead=st.just("") | TEAMS, by=PEOPLE),
    step(owning.reopen, team=TEAMS, by=PEOPLE),
    step(owning.invite, team=TEAMS, by_team=st.just("") | TEAMS, note=WORDS, by=PEOPLE),
    step(owning.route_by_hand, teams=st.lists(TEAMS, max_size=2), note=WORDS, by=PEOPLE),
    step(owning.dismiss, reason=WORDS, by=PEOPLE),
    step(escalating.tick),
    step(escalating.tick),
    step(sharing.add_fact, team=TEAMS, text=WORDS, by=PEOPLE),
    step(sharing.keep_note, team=TEAMS, text=WORDS, by=PEOPLE),
    step(sharing.move_lead, to=TEAMS, reason=WORDS, by=PEOPLE),
    step(sharing.change_priority, to=st.sampled_from(Priority), reason=WORDS, by=PEOPLE),
    step(sharing.watch, by=PEOPLE),
    step(sharing.unwatch, by=PEOPLE),
    step(soon, what=st.just(sharing.snooze), team=TEAMS, by=PEOPLE),
    step(soon, what=st.just(sharing.snooze_escalation), team=TEAMS, by=PEOPLE),
    step(sharing.wait_for_customer, team=TEAMS, by=PEOPLE),
    step(sharing.wait_for_team, team=TEAMS, on=TEAMS, by=PEOPLE),
    step(sharing.resume, team=TEAMS, by=PEOPLE),
    step(sharing.confirm, team=TEAMS, by=PEOPLE),
    step(sharing.acknowledge, team=TEAMS, by=PEOPLE),
    step(sharing.calm_down, by=PEOPLE),
)
TELLINGS = st.tuples(
    st.sampled_from((ChangeKind.UPDATED, ChangeKind.DELETED, ChangeKind.CREATED)),
    st.sampled_from(TEXTS),
    st.integers(-60, 3000),
)
HISTORIES = st.lists(st.tuples(st.integers(0, 900), ACTS | TELLINGS), min_size=4, max_size=14)


def said(kind: ChangeKind, text: str, minutes: int, external_id: str) -> Change:
    at = START + timedelta(minutes=minutes)
    facts = {} if kind is ChangeKind.DELETED else {"text": text}
    return Change(kind=kind, source="facebook-hk", external_id=external_id, at=at, facts=facts)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.sampled_from(TEXTS), history=HISTORIES)
def test_the_journal_alone_gives_the_stored_case_after_every_act(
    database: Database,
    text: str,
    history: list[tuple[int, Step | tuple[ChangeKind, str, int]]],
) -> None:
    assert SOURCE is not None
    now, comment = START, f"a history {next(IDS)}"
    begun = said(ChangeKind.CREATED, text, 0, comment)
    with database.transaction() as session:
        number = receiving.receive(
            session, [begun], source=SOURCE, organisation=ORGANISATION, now=now
        ).case
        assert number is not None
        for minutes, happening in history:
            # Never a whole second: what is stored of it must be what the journal says.
            now += timedelta(minutes=minutes, microseconds=123_457)
            act = happening
            if isinstance(act, tuple):
                act = partial(told, change=said(*act, comment))
            with suppress(Refused):
                act(session, EXPIRING, number, now=now)
            stored = journal.load(session, number)
            assert stored is not None
            assert journal.replay(session, number) == stored
    with database.reading() as session:
        assert journal.load(session, number, lock=False) == stored
