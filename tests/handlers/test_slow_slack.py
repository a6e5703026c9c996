"""Slack answers us slowly: its own click is answered at once all the same."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from bot.errands import Errands
from bot.serving import bolt_app
from bot.ui import ids
from tests.domain.factories import ANNA, BEN
from tests.fakes.faults import Timeout
from tests.handlers.desk import SERVICE_CHANNEL, Desk


@pytest.fixture
def busy(desk: Desk) -> Iterator[Desk]:
    """A desk with threads for errands, as a running bot has them."""
    errands = Errands()
    services = replace(desk.services, afterwards=errands.run)
    desk.app = bolt_app(services, desk.bot.gateway).dispatch
    yield desk
    desk.slack.released.set()
    for person in (ANNA, BEN):
        done = threading.Event()
        errands.run(person, done.set)
        assert done.wait(20)


# Well below the ten seconds after which we give up on Slack.
@pytest.mark.timeout(8)
def test_a_claim_is_answered_while_slack_keeps_the_home_tab_waiting(busy: Desk) -> None:
    number = busy.comment()
    busy.services.directory.refresh()
    busy.ask(busy.incoming.home_opened(by=ANNA))
    busy.slack.fail("views.publish", Timeout(), times=None)
    busy.press(busy.slack.home(ANNA), ids.CLAIM, by=ANNA)
    assert busy.case(number).stakes["service-hk"].holder == ANNA


@pytest.mark.timeout(8)
def test_who_was_slower_is_refused_while_slack_keeps_the_reply_waiting(busy: Desk) -> None:
    number = busy.comment()
    card = busy.card()
    busy.press(card, ids.CLAIM, by=ANNA)
    busy.slack.fail("response_url", Timeout(), times=None)
    busy.press(card, ids.CLAIM, by=BEN)
    assert busy.case(number).stakes["service-hk"].holder == ANNA


@pytest.mark.timeout(8)
def test_nobody_waits_while_slack_is_asked_whether_somebody_has_joined_the_team(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, card = desk.comment(), desk.card()
    newcomer, others = "U0NEWCOMER", list[str]()
    desk.slack.user(newcomer)
    desk.slack.workspace.channels[SERVICE_CHANNEL].members.add(newcomer)
    answer = desk.slack.answer

    def answered(method: str, token: str, args: dict[str, Any]) -> Any:
        if method == "conversations.members":
            with desk.database.transaction() as session:
                session.execute(text("DELETE FROM heard WHERE event_id = ''"))
            others.append(method)
        return answer(method, token, args)

    monkeypatch.setattr(desk.slack, "answer", answered)
    desk.press(card, ids.CLAIM, by=newcomer)
    assert others == ["conversations.members"]
    assert desk.case(number).stakes["service-hk"].holder == newcomer
