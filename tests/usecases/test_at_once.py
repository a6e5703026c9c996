"""The same thing in the same instant, from threads and from processes: it happens once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest

from bot.domain import events as e
from bot.domain.case import State
from bot.errors import Refused
from bot.store.database import Database
from bot.usecases import owning
from bot.usecases.receiving import KNOWN, NEW, Received
from tests.domain.factories import ANNA, BEN
from tests.fakes.clock import START
from tests.usecases.office import ORGANISATION, TWO_TEAMS, Office, at_once, change, edited

MANY = 16
STAKES = 30
TEAM = "service-hk"
Answer = tuple[str, int, str]


def test_one_delivery_sent_by_sixteen_at_once_is_one_case_and_one_answer(office: Office) -> None:
    send = partial(office.tell, change(text=TWO_TEAMS), delivery_id="msg_1")
    assert at_once([send] * MANY) == [Received(status=NEW, case=1)] * MANY
    assert office.numbers() == [1]


def test_one_comment_in_sixteen_deliveries_at_once_is_one_case(office: Office) -> None:
    sends = [
        partial(office.tell, change(text=TWO_TEAMS), delivery_id=f"msg_{n}") for n in range(MANY)
    ]
    answers = at_once(sends)
    (number,) = office.numbers()
    expected = [Received(status=NEW, case=number)] + [Received(status=KNOWN, case=number)] * 15
    assert sorted(answers, key=_status, reverse=True) == expected
    assert len(office.events(number)) == 4


def test_edits_at_once_of_one_comment_lose_no_word(office: Office) -> None:
    words: dict[str, Any] = {
        "text": "refund",
        "url": "https://a.example",
        "language": "en",
        "campaign": "launch",
        "parent_id": "99",
        "rating": 2.0,
    }
    for comment in ("1", "2", "3"):
        number = office.tell(change(external_id=comment, text="")).case
        edits = [
            edited(external_id=comment, minutes=minutes, **{name: word})
            for minutes, (name, word) in enumerate(words.items())
        ]
        answers = at_once([partial(office.tell, edit) for edit in edits])
        assert {_status(answer) for answer in answers} == {KNOWN}
        kept = office.comment(number)
        assert {name: getattr(kept, name) for name in words} == words
        assert office.case(number).edited_at == edits[-1].at


def test_sixteen_comments_at_once_are_sixteen_cases(office: Office) -> None:
    sends = [partial(office.tell, change(external_id=str(n), text=TWO_TEAMS)) for n in range(MANY)]
    answers = at_once(sends)
    assert {_status(answer) for answer in answers} == {NEW}
    assert len(office.numbers()) == MANY
    assert {len(office.case(number).stakes) for number in office.numbers()} == {2}


def _status(answer: Received | Exception) -> int:
    assert isinstance(answer, Received), answer
    return answer.status


def test_sixteen_people_who_claim_at_once_have_one_winner(office: Office) -> None:
    number = office.take_in().number
    acts = [partial(office.act, owning.claim, number, TEAM, by=f"U0{n}") for n in range(MANY)]
    answers = at_once(acts)
    holder = office.case(number).stakes[TEAM].holder
    refusals = [str(answer) for answer in answers if isinstance(answer, Refused)]
    assert len(refusals) == MANY - 1
    assert all(refusal.startswith(f"<@{holder}> has #{number}: ") for refusal in refusals)


def test_a_claim_and_a_resolve_at_once_leave_one_of_the_two_in_charge(office: Office) -> None:
    for _ in range(10):
        number = office.take_in().number
        claim = partial(office.act, owning.claim, number, TEAM, by=ANNA)
        resolve = partial(
            office.act, owning.resolve, number, TEAM, outcome="answered", note="", by=BEN
        )
        claimed, resolved = at_once([claim, resolve])
        stake = office.case(number).stakes[TEAM]
        assert not isinstance(resolved, Exception)
        assert (stake.state, stake.ended_by) == (State.RESOLVED, BEN)
        assert stake.holder == (BEN if isinstance(claimed, Refused) else ANNA)


def claim_all(
    url: str, numbers: list[int], person: str, ready: Barrier, answers: "Queue[Answer]"
) -> None:
    """What each of the two processes does: claim every stake, in step with the other."""
    database = Database(url)
    with database.reading() as session:
        session.exec_driver_sql("SELECT 1")
    for number in numbers:
        ready.wait(timeout=60)
        try:
            with database.transaction() as session:
                owning.claim(session, ORGANISATION, number, TEAM, by=person, now=START)
        except Refused as refusal:
            answers.put((person, number, str(refusal)))
        else:
            answers.put((person, number, ""))
    database.close()


@contextmanager
def two_processes(act: Callable[..., None], url: str, numbers: list[int]) -> Iterator[list[Answer]]:
    spawn = get_context("spawn")
    ready: Barrier = spawn.Barrier(2)
    answers: Queue[Answer] = spawn.Queue()
    started = [
        spawn.Process(target=act, args=(url, numbers, person, ready, answers))
        for person in (ANNA, BEN)
    ]
    for process in started:
        process.start()
    try:
        yield [answers.get(timeout=60) for _ in range(2 * len(numbers))]
        for process in started:
            process.join(timeout=60)
            assert process.exitcode == 0
    finally:
        for process in started:
            process.kill()
            process.join()
            process.close()


@pytest.mark.timeout(180)
def test_two_processes_that_claim_one_stake_at_once_have_one_winner(office: Office) -> None:
    numbers = [office.take_in().number for _ in range(STAKES)]
    with two_processes(claim_all, office.database.url, numbers) as answers:
        told = {(person, number): refusal for person, number, refusal in answers}
    assert len(told) == 2 * STAKES
    for number in numbers:
        claims = [fact for fact in office.events(number) if isinstance(fact, e.StakeClaimed)]
        holder = office.case(number).stakes[TEAM].holder
        loser = {ANNA: BEN, BEN: ANNA}[holder]
        assert claims == [e.StakeClaimed(team=TEAM, holder=holder)]
        assert told[holder, number] == ""
        assert told[loser, number].startswith(f"<@{holder}> has #{number}: ")
