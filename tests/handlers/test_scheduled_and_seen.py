"""Scheduled digests and who may see them: previews, people who move, and what stays personal."""

from datetime import time

import pytest

from bot.domain.schedules import Cadence
from bot.domain.scope import Kind, Scope
from bot.ui import ids
from bot.usecases import scheduling
from tests.domain.factories import ANNA, BEN, CHLOE, MANAGER
from tests.handlers.desk import LEAD, LOBBY, SERVICE_CHANNEL, Desk
from tests.handlers.test_digest_command import digest
from tests.handlers.test_digest_posting import post
from tests.handlers.test_schedule_form import errors, form, scheduled
from tests.handlers.test_schedules import kept, listed, press

ABOUT_ANNA = Scope(Kind.PERSON, ANNA)
KEPT_PERSONAL = "A person's numbers go to a channel only from them or from a manager."


def tick(desk: Desk) -> list[str]:
    with desk.database.transaction() as session:
        owed = scheduling.owe_due_digests(session, desk.organisation, now=desk.clock.now())
    desk.deliver()
    return owed


def test_a_preview_tells_what_the_last_one_told_also_after_a_pause(any_desk: Desk) -> None:
    desk = any_desk
    made = kept(desk, cadence=Cadence.DAILY, weekday=None, place=LOBBY, at=time(18, 30))
    tick(desk)
    desk.clock.advance(hours=1)
    assert len(tick(desk)) == 1
    with desk.database.transaction() as session:
        scheduling.pause(session, desk.organisation, made.key, by=ANNA, now=desk.clock.now())
    for days in (3, 2):
        desk.comment()
        desk.clock.advance(days=days)
    with desk.database.transaction() as session:
        scheduling.resume(session, desk.organisation, made.key, now=desk.clock.now())
    desk.clock.advance(days=1)
    assert tick(desk)
    (posted,) = [m for m in desk.slack.messages(LOBBY) if "2 came in" in m.text]
    desk.clock.advance(hours=3)
    press(desk, listed(desk), ids.SCHEDULE_PREVIEW, made.key)
    said = "A preview: up to Sun 29 Nov 18:30 HKT, as it would have been posted. Only you see it."
    assert desk.told(ANNA)[-1] == f"{said} {posted.text}"
    assert desk.slack.ephemerals(ANNA)[-1].words.startswith(f"{said}\n")


def test_the_list_says_what_is_not_posted_any_more_and_why(any_desk: Desk) -> None:
    desk = any_desk
    kept(desk)
    kept(desk, ABOUT_ANNA)
    assert "not posted any more" not in listed(desk).words
    desk.slack.channel(SERVICE_CHANNEL, members=[BEN])
    desk.clock.advance(minutes=11)
    words = listed(desk).words
    assert "at 10:00 HKT to you, not posted any more: you may not see these numbers" in words
    assert words.count("not posted any more") == 1
    told = f"to <@{ANNA}>, not posted any more: <@{ANNA}> may not see these numbers"
    assert told in listed(desk, MANAGER).words


def test_what_goes_to_a_channel_stays_when_its_maker_leaves(desk: Desk) -> None:
    desk.services.directory.refresh()
    desk.comment()
    kept(desk, cadence=Cadence.DAILY, weekday=None, place=LOBBY, at=time(18, 30))
    desk.slack.channel(SERVICE_CHANNEL, members=[BEN])
    desk.clock.advance(minutes=11)
    assert "not posted any more" not in listed(desk, BEN).words
    tick(desk)
    desk.clock.advance(minutes=49)
    assert tick(desk)
    assert any(m.text.startswith("Service HK:") for m in desk.slack.messages(LOBBY))


@pytest.mark.parametrize(("by", "posts"), [(ANNA, True), (LEAD, False), (MANAGER, True)])
def test_somebody_s_numbers_are_posted_by_them_or_a_manager(
    desk: Desk, by: str, posts: bool
) -> None:
    before = len(desk.slack.messages(LOBBY))
    post(desk, digest(desk, f"<@{ANNA}>"), by)
    assert (len(desk.slack.messages(LOBBY)) > before) is posts
    assert (desk.told(by) == [KEPT_PERSONAL]) is not posts


@pytest.mark.parametrize("by", [LEAD, MANAGER])
def test_somebody_s_numbers_are_not_offered_to_others_to_be_posted(desk: Desk, by: str) -> None:
    assert ids.DIGEST_POST in digest(desk, f"<@{ANNA}>").buttons
    assert ids.DIGEST_POST not in digest(desk, f"<@{ANNA}>", by=by).buttons


def test_a_lead_schedules_somebody_s_numbers_to_themselves_alone(desk: Desk) -> None:
    form(desk, f"schedule <@{ANNA}>", by=LEAD)
    assert errors(desk, {"to": "here"}, by=LEAD) == {"to": KEPT_PERSONAL}
    assert errors(desk, {"channel": LOBBY}, by=LEAD) == {"channel": KEPT_PERSONAL}
    desk.submit(LEAD, {"to": "me", "channel": ""})
    assert [made.place for made in scheduled(desk)] == [LEAD]


def test_one_of_many_in_a_private_channel_is_found_there(desk: Desk) -> None:
    many = [f"U0A{number:04}" for number in range(1000)]
    desk.slack.channel("C0ALL1", name="everybody", members=[*many, ANNA], private=True)
    assert max(*many, ANNA) == ANNA
    form(desk)
    desk.submit(ANNA, {"channel": "everybody"})
    assert [made.place for made in scheduled(desk)] == ["C0ALL1"]
    form(desk, "schedule product-mobile", by=CHLOE)
    answer = desk.submit(CHLOE, {"channel": "everybody"})
    assert answer["response_action"] == "errors"
