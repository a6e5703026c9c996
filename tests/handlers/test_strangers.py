"""Whoever forges a payload gets no further than the teams' members let them.

Every listener that is registered is tried, with whatever a payload can claim; a new one is tried
by itself, and has to be named here if a stranger may use it.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
from slack_bolt import App
from sqlalchemy import select

from bot.domain.events import CaseUnwatched, CaseWatched
from bot.domain.scope import Scope
from bot.store import tables as t
from bot.store.database import Database
from bot.ui import ids
from bot.ui.ids import Choice, DigestRef, ScheduleRef, SnoozeRef, StakeRef
from bot.usecases import scheduling
from handlers import register
from tests.domain.factories import ANNA, BEN, MANAGER
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Payload, View
from tests.handlers.desk import (
    LOBBY,
    MARKETING,
    NOBODY,
    PRODUCT,
    SERVICE,
    SERVICE_CHANNEL,
    STRANGER,
    TESS,
    Desk,
    changed,
)

UNMOVED = ("members", "places", "heard", "hints", "lanes", "heartbeats")
"""What is remembered of people and of requests, and decides nothing about a case."""

OPEN_TO_ALL = {ids.WATCH, ids.UNWATCH}
"""What anybody in the workspace may do to a case: follow it."""


class Registered:
    """Stands where the Bolt app stands, and keeps what is registered."""

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {}

    def __getattr__(self, kind: str) -> Any:
        def keep(name: Any) -> Any:
            if isinstance(name, str):
                self.names.setdefault(kind, []).append(name)
            return lambda function: function

        return keep


def registered(desk: Desk) -> dict[str, list[str]]:
    app = Registered()
    register(cast("App", app), desk.services)
    return app.names


@pytest.fixture
def desk(sqlite_database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    made = Desk(sqlite_database, slack, clock)
    made.comment()
    made.comment(NOBODY)
    cards = made.slack.cards(SERVICE_CHANNEL)
    made.press(cards[0], ids.CLAIM, by=ANNA)
    made.deliver()
    return made


def stored(desk: Desk) -> dict[str, list[Any]]:
    """Everything that decides anything."""
    with desk.database.reading() as session:
        # A card may be shown anew to whoever presses what it no longer offers.
        columns = {table: [table] for table in t.metadata.sorted_tables} | {
            t.notices: [t.notices.c.key]
        }
        return {
            table.name: sorted(map(repr, session.execute(select(*what)).all()))
            for table, what in columns.items()
            if table.name not in UNMOVED
        }


def values(desk: Desk) -> Iterator[str]:
    """Everything that a button could carry, about every case, team and digest."""
    refs = (StakeRef(1, SERVICE), StakeRef(1, MARKETING), StakeRef(2, ""), StakeRef(2, SERVICE))
    now = desk.clock.now()
    for ref in refs:
        yield ref.pack()
        yield SnoozeRef(ref, now + timedelta(hours=1)).pack()
        yield Choice("invite", ref).pack()
    for scope in (str(Scope()), "team:service-hk"):
        yield DigestRef(Scope.parse(scope), now - timedelta(days=1), now).pack()
    with desk.database.reading() as session:
        for listed in scheduling.schedules(session, desk.organisation, now=now):
            yield ScheduleRef(listed.schedule.key).pack()
    yield "0123456789abcdef"
    yield "service-hk|high|facebook|0"


def forged(desk: Desk, action: str, value: str, by: str) -> Payload:
    """*by* sends a click that claims to come from the team's card, and from everybody in it."""
    request = desk.incoming.click(desk.slack.cards(SERVICE_CHANNEL)[0], ids.RESOLVE, by=by)

    def forge(payload: Payload) -> None:
        (pressed,) = payload["actions"]
        pressed |= {"action_id": action, "value": value, "selected_option": {"value": value}}
        payload["user"] |= {"is_admin": True, "teams": [SERVICE], "name": ANNA, "username": ANNA}
        payload["member"] = payload["acting_for"] = ANNA

    return desk.ask(changed(request, forge))


def test_no_button_moves_anything_for_a_stranger(desk: Desk) -> None:
    before, moved = stored(desk), set()
    for action in registered(desk)["action"]:
        for value in values(desk):
            forged(desk, action, value, STRANGER)
        after = stored(desk)
        if after != before:
            moved.add(action)
            before = after
    assert moved == OPEN_TO_ALL
    watched = [fact for fact in desk.facts(1) if isinstance(fact, CaseWatched | CaseUnwatched)]
    assert {fact.person for fact in watched} == {STRANGER}


def test_the_same_buttons_do_move_something_for_the_team(desk: Desk) -> None:
    before, moved = stored(desk), set()
    for action in registered(desk)["action"]:
        for value in values(desk):
            forged(desk, action, value, BEN)
        after = stored(desk)
        if after != before:
            moved.add(action)
            before = after
    assert moved > OPEN_TO_ALL
    assert ids.WAIT_CUSTOMER in moved


FIELDS: dict[str, dict[str, Any]] = {
    ids.RESOLVE_FORM: {"outcome": "answered", "note": "x"},
    ids.HANDOFF_FORM: {"team": PRODUCT, "reason": "x"},
    ids.DECLINE_FORM: {"reason": "x", "team": ""},
    ids.INVITE_FORM: {"team": "product-audio", "note": "x"},
    ids.ROUTE_FORM: {"teams": SERVICE, "note": "x"},
    ids.DISMISS_FORM: {"reason": "x"},
    ids.RECORD_FORM: {"text": "x"},
    ids.ACTIONS_FORM: {"act": ids.WAIT_CUSTOMER},
    ids.FACT_FORM: {"text": "x"},
    ids.LEAD_FORM: {"team": PRODUCT, "reason": "x"},
    ids.PRIORITY_FORM: {"priority": "urgent", "reason": "x"},
    ids.SNOOZE_FORM: {"until": "2026-11-24T10:00:00+00:00"},
    ids.WAIT_FORM: {"team": PRODUCT},
    ids.TELL_FORM: {"text": "x"},
    ids.SCHEDULE_FORM: {
        "whom": "team:service-hk", "every": "daily", "at": "9:00", "zone": "", "days": "any",
        "to": "me", "channel": "",
    },
}  # fmt: skip
"""What each form brings back when it is filled in."""

FOR_ALL = {ids.RECORD_FORM}
"""Anybody may record what a customer has said."""

IN_TRIAGE = {ids.ROUTE_FORM, ids.DISMISS_FORM}


def sent(desk: Desk, form: str, by: str) -> Payload:
    """*by* sends a form that nobody has opened for them."""
    ref = StakeRef(2, "") if form in IN_TRIAGE else StakeRef(1, SERVICE)
    about = f"{LOBBY}|" if form == ids.SCHEDULE_FORM else ref.pack()
    state = {
        name: {
            "x": {
                "value": value,
                "selected_option": {"value": value},
                "selected_options": [{"value": value}],
            }
        }
        for name, value in FIELDS[form].items()
    }
    view = {"type": "modal", "callback_id": form, "private_metadata": about, "blocks": []}
    request = desk.incoming.submit(View(f"V{by}", "", by, view), by=by)
    return desk.ask(changed(request, lambda body: body["view"].update(state={"values": state})))


def test_every_form_is_tried_here(desk: Desk) -> None:
    assert set(FIELDS) == set(registered(desk)["view"])


@pytest.mark.parametrize("form", sorted(FIELDS))
def test_a_form_that_a_stranger_forges_moves_nothing_and_a_member_s_does(
    desk: Desk, form: str
) -> None:
    before = stored(desk)
    sent(desk, form, STRANGER)
    assert (stored(desk) != before) == (form in FOR_ALL)
    before = stored(desk)
    sent(desk, form, TESS if form in IN_TRIAGE else ANNA)
    assert stored(desk) != before


COMMANDS = {
    "/comment": ("", "1", "open", "mine", "refund", "record x"),
    "/digest": ("", "all", "service-hk 7d", "schedule", "schedule service-hk daily"),
    "/crosstalk": ("", "doctor", "routing", "duty service-hk", "back", "route x", "freeze"),
}


def test_no_command_moves_anything_for_a_stranger(desk: Desk) -> None:
    assert set(COMMANDS) == set(registered(desk)["command"])
    before = stored(desk)
    for command, texts in COMMANDS.items():
        for text in texts:
            desk.command(command, text, by=STRANGER)
    assert stored(desk) == before


def test_no_event_or_shortcut_moves_anything_for_a_stranger(desk: Desk) -> None:
    known = registered(desk)
    assert set(known["shortcut"]) == {ids.FIND_OWNERS, ids.TELL_OTHERS}
    card = desk.slack.cards(SERVICE_CHANNEL)[0]
    before = stored(desk)
    for name in ("eyes", "white_check_mark", "no_entry", "rotating_light", "memo"):
        desk.react(card, name, by=STRANGER)
        desk.react(card, name, by=STRANGER, on=False)
    reply = desk.say("a reply", by=STRANGER, under=card)
    desk.ask(desk.incoming.message_shortcut(ids.TELL_OTHERS, reply, by=STRANGER))
    desk.send(desk.incoming.home_opened(by=STRANGER))
    assert stored(desk) == before


def test_a_manager_alone_changes_what_is_learned(desk: Desk) -> None:
    before = stored(desk)
    forged(desk, ids.ROUTING_FREEZE, "x", ANNA)
    assert stored(desk) == before
    forged(desk, ids.ROUTING_FREEZE, "x", MANAGER)
    assert stored(desk) != before
