"""*Claim* in a digest: the line says what has become of it, where only one person sees the digest."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.digest import Period
from bot.domain.scope import Kind, Scope
from bot.store import redrawing
from bot.ui import ids
from bot.usecases import posting
from tests.domain.factories import ANNA, MANAGER
from tests.fakes.workspace import Message
from tests.handlers.desk import SERVICE, SERVICE_CHANNEL, Desk
from tests.handlers.test_digest_command import digest
from tests.handlers.test_digest_posting import seen_by_one
from tests.handlers.test_schedules import listed, press


def rows(message: Message) -> list[str]:
    """The lines of its cases, each with the words of its button."""
    return [
        f"{block['text']['text'].partition(chr(10))[0]} [{block['accessory']['text']['text']}]"
        for block in message.blocks
        if block.get("accessory", {}).get("action_id") in {ids.CLAIM, ids.OPEN}
    ]


def open_cases(desk: Desk, count: int = 2) -> None:
    """So many, due one after the other."""
    desk.claims_known_to(ANNA)
    for _ in range(count):
        desk.comment("refund please")
        desk.clock.advance(minutes=1)


def claim(desk: Desk, shown: Message, place: int = 0) -> None:
    """Anna presses the *Claim* of the row at *place*, in a message that she alone sees."""
    claims = [part["value"] for part in shown.elements if part["action_id"] == ids.CLAIM]
    desk.ask(seen_by_one(desk.incoming.click(shown, ids.CLAIM, by=ANNA, value=claims[place])))


def sent_to(desk: Desk, period: Period, place: str = ANNA) -> Message:
    """A digest that comes to Anna as a direct message, or that she has posted in another *place*."""
    with desk.database.transaction() as session:
        posting.owe_digest(
            session,
            Scope(Kind.TEAM, SERVICE),
            period,
            channel=place,
            asked_by=ANNA,
            now=desk.clock.now(),
        )
    desk.deliver()
    return desk.slack.messages(place)[-1]


@pytest.fixture
def day() -> Period:
    """The Monday of the clock, in Hong Kong."""
    start = datetime(2026, 11, 22, 16, tzinfo=UTC)
    return Period(since=start, until=start + timedelta(days=1))


def test_a_private_digest_s_line_says_who_has_claimed_it_where_it_stood(any_desk: Desk) -> None:
    desk = any_desk
    open_cases(desk, 3)
    claim(desk, digest(desk))
    again = desk.slack.ephemerals(ANNA)[-1]
    first, second, third = rows(again)
    assert first == f"🔵 *#1* · with <@{ANNA}> · due Tue 24 Nov 18:00 HKT [Open]"
    assert second.startswith("⚪ *#2* · unclaimed")
    assert third.endswith("[Claim]")
    assert desk.slack.called("response_url")[-1].args["replace_original"] is True
    assert "*2* unclaimed" in again.words
    assert again.buttons[ids.DIGEST_POST]
    claim(desk, again)
    states = [row.split(" · ")[1] for row in rows(desk.slack.ephemerals(ANNA)[-1])]
    assert states == [f"with <@{ANNA}>", f"with <@{ANNA}>", "unclaimed"]


def test_a_preview_stays_one(desk: Desk) -> None:
    open_cases(desk)
    press(desk, listed(desk), ids.SCHEDULE_PREVIEW, SERVICE)
    claim(desk, desk.slack.ephemerals(ANNA)[-1])
    again = desk.slack.ephemerals(ANNA)[-1]
    assert again.text.startswith("A preview: up to Mon 23 Nov 09:00 HKT, as it would have been")
    assert rows(again)[0].startswith(f"🔵 *#1* · with <@{ANNA}>")
    assert ids.DIGEST_POST not in again.buttons


def test_who_may_not_see_the_digest_any_more_sees_the_case_below_it(desk: Desk) -> None:
    open_cases(desk)
    claim(desk, digest(desk, "all", by=MANAGER))
    card = desk.slack.ephemerals(ANNA)[-1]
    assert f"with us: <@{ANNA}>" in card.words
    assert desk.slack.called("response_url")[-1].args["replace_original"] is False


def test_so_does_a_line_of_a_digest_that_was_sent_to_somebody(any_desk: Desk, day: Period) -> None:
    desk = any_desk
    open_cases(desk)
    sent = sent_to(desk, day)
    assert len(rows(sent)) == 2
    desk.comment("refund again")
    desk.clock.advance(hours=9)
    desk.press(sent, ids.CLAIM, by=ANNA, value="1:service-hk")
    desk.deliver()
    assert rows(sent)[0].startswith(f"🔵 *#1* · with <@{ANNA}>")
    assert [row.split("*")[1] for row in rows(sent)] == ["#1", "#2"]
    assert desk.slack.ephemerals(ANNA) == []
    assert "late" not in sent.words
    assert sent.updates == 1


def test_what_quotes_nobody_any_more_goes_on_quoting_nobody(desk: Desk, day: Period) -> None:
    open_cases(desk)
    sent = sent_to(desk, day)
    click = desk.incoming.click(sent, ids.CLAIM, by=ANNA, value="1:service-hk")
    with desk.database.transaction() as session:
        redrawing.redraw_digests(
            session,
            since=day.since,
            until=desk.clock.now(),
            quotes=lambda _team, _data: True,
            now=desk.clock.now(),
            urgency=0,
        )
    desk.ask(click)
    desk.deliver()
    assert rows(sent) == []
    assert f"with us: <@{ANNA}>" in desk.slack.ephemerals(ANNA)[-1].words


def test_what_a_channel_reads_stays_and_who_claimed_sees_the_case_below_it(
    desk: Desk, day: Period
) -> None:
    open_cases(desk)
    posted = sent_to(desk, day, SERVICE_CHANNEL)
    desk.press(posted, ids.CLAIM, by=ANNA, value="1:service-hk")
    desk.deliver()
    assert posted.updates == 0
    *_, card = desk.slack.ephemerals(ANNA)
    assert f"with us: <@{ANNA}>" in card.words
    assert desk.slack.called("response_url")[-1].args["replace_original"] is False
