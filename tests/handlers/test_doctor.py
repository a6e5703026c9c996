"""`/crosstalk doctor`: who is answered, by whom, and that every look is answered."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot import checkups, jobs
from bot.errors import DatabaseAway, DeliveryFailed, Fault, Misconfigured
from bot.services import Services
from bot.serving import bolt_app
from bot.usecases import posting
from handlers.visibility import ask_a_manager
from tests.domain.factories import ANNA, MANAGER
from tests.handlers.desk import STRANGER, Desk, as_shown


def lost(errand: Callable[[], None]) -> None:
    """The process ends before it comes to that."""
    del errand


def ask_the_doctor(desk: Desk, services: Services) -> None:
    app = bolt_app(services, desk.bot.gateway).dispatch
    asked = desk.incoming.command("/crosstalk", "doctor", by=MANAGER, channel="C0LOBBY")
    assert app(asked).status == 200


def test_the_doctor_answers_a_manager_in_a_message_of_their_own(desk: Desk) -> None:
    found = [("The clock has not ticked since 09:00.", "start `crosstalk run`"), ("Scopes.", "")]
    desk.finds(found)
    answer = as_shown(desk.command("/crosstalk", "doctor", by=MANAGER))
    assert "comes to you as a direct message" in answer.text
    desk.deliver()
    (told,) = desk.slack.messages(MANAGER)
    assert told.text == "1 to mend."
    assert "🔴 The clock has not ticked" in told.words
    assert "🟢 Scopes." in told.words


def test_the_doctor_looks_first_and_no_worker_waits_for_it(desk: Desk) -> None:
    looks: list[int] = []
    waiting: list[Callable[[], None]] = []

    def look() -> list[tuple[str, str]]:
        looks.append(1)
        return [("All of it.", "")]

    services = replace(desk.services, checkup=look, at_length=waiting.append)
    app = bolt_app(services, desk.bot.gateway).dispatch
    asked = desk.incoming.command("/crosstalk", "doctor", by=MANAGER, channel="C0LOBBY")
    for _ in range(2):
        assert app(asked).status == 200
    desk.deliver()
    assert (len(waiting), looks, desk.slack.messages(MANAGER)) == (1, [], [])
    waiting.pop()()
    desk.slack.fail("chat.postMessage", "internal_error")
    desk.deliver(seconds=120)
    (told,) = desk.slack.messages(MANAGER)
    assert (told.text, looks) == ("All is well.", [1])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Misconfigured([Fault("x", "is wrong", "mend it")]), ("x: is wrong", "mend it")),
        (DatabaseAway("ConnectionTimeout"), ("The database does not answer", "DATABASE_URL")),
        (DeliveryFailed("SomeError"), ("I could not look at everything", "crosstalk doctor")),
    ],
)
def test_a_doctor_who_cannot_look_says_so_in_words(
    desk: Desk, error: Exception, said: tuple[str, ...]
) -> None:
    def look() -> list[tuple[str, str]]:
        raise error

    services = replace(desk.services, checkup=look)
    app = bolt_app(services, desk.bot.gateway).dispatch
    asked = desk.incoming.command("/crosstalk", "doctor", by=MANAGER, channel="C0LOBBY")
    assert app(asked).status == 200
    desk.deliver()
    (told,) = desk.slack.messages(MANAGER)
    for word in said:
        assert word in told.words
    assert not re.search(r"Timeout|Error", told.words)


def test_what_the_doctor_found_is_told_although_the_database_was_away_just_then(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting: list[Callable[[], None]] = []
    waits: list[float] = []
    owe, looks = posting.owe_checkup, [1]

    def owe_later(*args: Any, **named: Any) -> None:
        if not waits:
            raise DatabaseAway("ConnectionTimeout")
        owe(*args, **named)

    def look() -> list[tuple[str, str]]:
        looks.append(1)
        return [("All of it.", "")]

    monkeypatch.setattr(posting, "owe_checkup", owe_later)
    monkeypatch.setattr(checkups, "sleep", waits.append)
    services = replace(desk.services, checkup=look, at_length=waiting.append)
    app = bolt_app(services, desk.bot.gateway).dispatch
    asked = desk.incoming.command("/crosstalk", "doctor", by=MANAGER, channel="C0LOBBY")
    assert app(asked).status == 200
    waiting.pop()()
    desk.deliver()
    (told,) = desk.slack.messages(MANAGER)
    assert (told.text, len(looks), len(waits)) == ("All is well.", 2, 1)


def test_a_clock_answers_for_a_process_that_ended_while_it_looked(desk: Desk) -> None:
    services = replace(desk.services, checkup=lambda: [("All of it.", "")], at_length=lost)
    ask_the_doctor(desk, services)
    jobs.finish_checkups(services)
    desk.clock.advance(minutes=6)
    jobs.finish_checkups(services)
    desk.deliver()
    assert desk.slack.messages(MANAGER) == []
    desk.clock.advance(minutes=2)
    jobs.finish_checkups(services)
    desk.deliver()
    (told,) = desk.slack.messages(MANAGER)
    desk.clock.advance(hours=1)
    jobs.finish_checkups(services)
    assert (told.text, desk.owed()) == ("All is well.", 0)


def test_of_two_clocks_one_answers_for_it(desk: Desk) -> None:
    looks: list[int] = []

    def look() -> list[tuple[str, str]]:
        looks.append(1)
        if len(looks) == 1:
            jobs.finish_checkups(services)
        return [("All of it.", "")]

    services = replace(desk.services, checkup=look, at_length=lost)
    ask_the_doctor(desk, services)
    desk.clock.advance(minutes=8)
    jobs.finish_checkups(services)
    assert looks == [1]


def queue(desk: Desk, people: int) -> tuple[list[Callable[[], None]], list[int]]:
    """So many looks, asked for one minute after the other, that wait; and those that were made."""
    waiting: list[Callable[[], None]] = []
    looks: list[int] = []

    def look() -> list[tuple[str, str]]:
        looks.append(1)
        desk.clock.advance(minutes=5)
        jobs.finish_checkups(services)
        desk.deliver()
        return [("All of it.", "")]

    services = replace(desk.services, checkup=look, at_length=waiting.append)
    for _ in range(people):
        ask_the_doctor(desk, services)
        desk.clock.advance(minutes=1)
    return waiting, looks


def test_who_asks_while_others_wait_is_answered_once_and_hears_of_no_end(desk: Desk) -> None:
    waiting, looks = queue(desk, 3)
    waiting.pop(0)()
    more, _ = queue(desk, 1)
    for errand in [*waiting, *more]:
        errand()
        desk.deliver()
    told = [message.text for message in desk.slack.messages(MANAGER)]
    assert told == ["All is well."] * 4
    # The fourth has asked after that look, and gets another.
    assert (len(looks), desk.owed()) == (1, 0)


def test_time_counts_from_the_look_and_not_from_the_question(desk: Desk) -> None:
    (errand, *_), looks = queue(desk, 1)
    # Ten minutes have gone since the question, and the look takes five.
    desk.clock.advance(minutes=9)
    errand()
    desk.deliver()
    assert ([m.text for m in desk.slack.messages(MANAGER)], looks) == (["All is well."], [1])


def test_an_answer_after_all_is_a_message_of_its_own(desk: Desk) -> None:
    (errand, *_), looks = queue(desk, 1)
    desk.clock.advance(minutes=15)
    desk.deliver()
    errand()
    desk.deliver()
    cut_off, told = desk.slack.messages(MANAGER)
    assert cut_off.words.startswith("I was stopped before I had looked at everything.")
    assert (told.text, looks, desk.owed()) == ("All is well.", [1], 0)
    assert len(desk.slack.called("chat.update")) == 0


def test_without_a_clock_who_asked_hears_that_it_was_cut_off(desk: Desk) -> None:
    ask_the_doctor(desk, replace(desk.services, at_length=lost))
    desk.clock.advance(minutes=15)
    desk.deliver()
    (told,) = desk.slack.messages(MANAGER)
    assert told.words.startswith("I was stopped before I had looked at everything.")
    assert desk.owed() == 0


@pytest.mark.parametrize("person", [ANNA, STRANGER])
def test_the_doctor_sends_others_away(desk: Desk, person: str) -> None:
    answer = as_shown(desk.command("/crosstalk", "doctor", by=person))
    assert answer.text == f"The doctor answers to managers. Ask <@{MANAGER}>."
    assert desk.owed() == 0


@pytest.mark.parametrize(
    ("managers", "whom"),
    [
        ((), "whoever runs Crosstalk"),
        (("U0B", "U0A"), "<@U0A> or <@U0B>"),
        (("U0D", "U0C", "U0B", "U0A"), "<@U0A>, <@U0B> or <@U0C>"),
    ],
)
def test_who_is_sent_away_reads_whom_to_ask(
    desk: Desk, managers: tuple[str, ...], whom: str
) -> None:
    org = replace(desk.organisation, managers=frozenset(managers))
    told = replace(desk.services, organisation=org)
    assert ask_a_manager(told) == f"Ask {whom}."
