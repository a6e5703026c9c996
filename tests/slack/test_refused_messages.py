"""What cannot be drawn, or what Slack will not take, is shown in words and stops nobody."""

from datetime import date

import pytest
from sqlalchemy import update

from bot.domain.charts import Volume
from bot.slack import delivery as delivery_module
from bot.slack.shown import Shown
from bot.store import tables as t
from bot.store.database import Database
from bot.ui import kit
from bot.ui.charts import volume_block
from bot.ui.kit import Message
from tests.domain.factories import ANNA
from tests.slack.office import HK, REFUND, Office


def test_a_case_that_cannot_be_drawn_stops_nobody_and_is_drawn_when_mended(
    office: Office,
) -> None:
    broken, _ = office.comes_in(REFUND, REFUND)
    (facts,) = [c for c in _facts(office.database) if c[0] == broken]
    _set_facts(office.database, broken, {"author": 7})
    office.work_for(2)
    (card,) = office.slack.cards(HK)
    assert f"#{broken}" not in card.text
    _set_facts(office.database, broken, facts[1])
    office.work_for(10)
    assert f"#{broken}" in office.slack.cards(HK)[1].text
    assert office.owed() == []


def _facts(database: Database) -> list[tuple[int, object]]:
    with database.reading() as session:
        rows = session.execute(t.comments.select()).mappings()
        return [(row["case_number"], row["facts"]) for row in rows]


def _set_facts(database: Database, number: int, facts: object) -> None:
    with database.transaction() as session:
        mine = t.comments.c.case_number == number
        session.execute(update(t.comments).where(mine).values(facts=facts))


@pytest.mark.parametrize("code", ["invalid_blocks", "msg_blocks_too_long"])
def test_a_card_that_slack_refuses_is_shown_as_plain_text(office: Office, code: str) -> None:
    (number,) = office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", code)
    office.work()
    (message,) = office.slack.messages(HK)
    assert f"#{number}" in message.text
    assert message.buttons == {}
    assert (office.notice(HK)["ts"], office.owed()) == (message.ts, [])
    office.claim(number)
    office.work()
    assert "stake_release" in office.slack.card(HK).buttons


def test_a_digest_whose_charts_slack_refuses_comes_without_them(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = volume_block(Volume(days=(date(2026, 11, 20),), platforms=("x",), counts=((3,),)))
    told = Message("Three came in", [kit.section("Three came in"), chart])
    monkeypatch.setattr(delivery_module, "render", lambda *_: Shown(told))
    office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", "invalid_blocks")
    office.work()
    (message,) = office.slack.messages(HK)
    assert [block["type"] for block in message.blocks] == ["section"]


def test_an_update_that_slack_refuses_is_shown_as_plain_text(office: Office) -> None:
    (number,) = office.comes_in(REFUND)
    office.work()
    office.slack.fail("chat.update", "invalid_blocks")
    office.claim(number)
    office.work()
    (message,) = office.slack.messages(HK)
    assert f"<@{ANNA}>" in message.text
    assert (message.buttons, office.owed()) == ({}, [])


def test_what_slack_refuses_in_every_shape_waits_and_stops_nobody(office: Office) -> None:
    office.comes_in(REFUND, REFUND)
    office.slack.fail("chat.postMessage", "invalid_blocks", times=2)
    office.work()
    assert len(office.slack.cards(HK)) == 1
    office.work_for(5)
    assert len(office.slack.cards(HK)) == 2


def test_a_message_over_the_limits_is_never_sent_as_it_is(
    small_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = [kit.divider() for _ in range(51)]
    monkeypatch.setattr(delivery_module, "render", lambda *_: Shown(Message("In short", blocks)))
    small_office.comes_in(REFUND)
    small_office.work()
    (message,) = small_office.slack.messages(HK)
    assert (message.text, message.words, small_office.posts()) == ("In short", "In short", 1)
