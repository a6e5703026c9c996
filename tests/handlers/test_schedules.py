"""Scheduled digests in Slack: their list, their buttons, and the home tab."""

from dataclasses import replace
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.schedules import Cadence, Schedule
from bot.domain.scope import Kind, Scope
from bot.store.database import Database
from bot.ui import ids
from bot.ui.ids import ScheduleRef
from bot.usecases import scheduling
from tests.domain import factories as make
from tests.domain.factories import ANNA, BEN, CHLOE, MANAGER
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Message, View
from tests.handlers.desk import SERVICE_CHANNEL, STRANGER, Desk, as_shown

SERVICE_HK = Scope(Kind.TEAM, "service-hk")
OWN = "*Service HK*, every working day at 09:00 HKT in <#C0SERVICEHK>, next Tue 24 Nov"
NOT_YOURS = "This digest belongs to others; who gets it, or a manager, can change it."


def kept(desk: Desk, scope: Scope = SERVICE_HK, by: str = ANNA, **over: Any) -> Schedule:
    """A digest that somebody has scheduled: by default Mondays at ten, to themselves."""
    made = Schedule(
        key="",
        scope=scope,
        cadence=Cadence.WEEKLY,
        weekday=0,
        at=time(10),
        zone=ZoneInfo("Asia/Hong_Kong"),
        place=by,
    )
    with desk.database.transaction() as session:
        return scheduling.create(
            session, desk.organisation, replace(made, **over), by=by, now=desk.clock.now()
        )


def listed(desk: Desk, by: str = ANNA) -> Message:
    desk.services.directory.refresh()
    return as_shown(desk.command("/digest", "schedule", by=by))


def home(desk: Desk, by: str = ANNA) -> View:
    desk.services.directory.refresh()
    assert desk.send(desk.incoming.home_opened(by=by)).status == 200
    return desk.slack.home(by)


def press(desk: Desk, where: Message | View, action: str, key: str, by: str = ANNA) -> None:
    desk.press(where, action, by=by, value=ScheduleRef(key).pack())


def after(desk: Desk) -> str:
    """The list as it stands after a button in it was pressed."""
    answer = desk.slack.called("response_url")[-1].args
    assert answer["replace_original"] is True
    return str(answer["blocks"])


def keys(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        found = scheduling.schedules(session, desk.organisation, now=desk.clock.now())
    return [each.schedule.key for each in found if not each.schedule.from_file]


def paused(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        found = scheduling.schedules(session, desk.organisation, now=desk.clock.now())
    return [each.schedule.key for each in found if each.paused]


def values(where: Message | View, action: str) -> set[str]:
    return {part["value"] for part in where.elements if part["action_id"] == action}


def test_a_member_sees_the_digests_of_their_teams_and_their_own(any_desk: Desk) -> None:
    desk = any_desk
    kept(desk)
    kept(desk, by=BEN)
    kept(desk, by=BEN, place=SERVICE_CHANNEL, cadence=Cadence.DAILY, weekday=None)
    kept(desk, Scope(Kind.TEAM, "product-mobile"), by=CHLOE, place="C0PRODUCTMOBILE")
    words = listed(desk).words
    assert OWN in words
    assert "*Service HK*, every Monday at 10:00 HKT to you, next Mon 30 Nov" in words
    assert "*Service HK*, every day at 10:00 HKT in <#C0SERVICEHK>, next Tue 24 Nov" in words
    assert BEN not in words
    assert "Product Mobile" not in words


def test_a_manager_sees_all_of_them(desk: Desk) -> None:
    kept(desk)
    shown = listed(desk, MANAGER)
    assert shown.text == "7 digests come by themselves."
    assert f"to <@{ANNA}>" in shown.words


def test_a_stranger_is_offered_to_make_one(desk: Desk) -> None:
    shown = listed(desk, STRANGER)
    assert shown.text == "No digest comes by itself for you yet."
    assert list(shown.buttons) == [ids.SCHEDULE_NEW]


def test_only_those_made_in_slack_can_be_deleted_there(desk: Desk) -> None:
    made = kept(desk)
    shown = listed(desk)
    assert values(shown, ids.SCHEDULE_DELETE) == {f"0|{made.key}"}
    assert "It stands in the organisation file, as the team's `digest_at`" in shown.words
    press(desk, shown, ids.SCHEDULE_DELETE, "service-hk")
    assert desk.told(ANNA) == [
        "It stands in the organisation file. Pause it here, or take it out there."
    ]


def test_it_is_paused_and_resumed(any_desk: Desk) -> None:
    desk = any_desk
    shown = listed(desk)
    press(desk, shown, ids.SCHEDULE_PAUSE, "service-hk", by=BEN)
    assert paused(desk) == ["service-hk"]
    assert f"paused by <@{BEN}>" in after(desk)
    again = listed(desk)
    assert ids.SCHEDULE_PAUSE not in again.buttons
    press(desk, again, ids.SCHEDULE_RESUME, "service-hk")
    assert paused(desk) == []
    assert "next Tue 24 Nov" in after(desk)


def test_it_is_deleted_and_the_list_says_so(any_desk: Desk) -> None:
    desk = any_desk
    made = kept(desk)
    shown = listed(desk)
    press(desk, shown, ids.SCHEDULE_DELETE, made.key)
    assert keys(desk) == []
    assert "Deleted: *Service HK*, every Monday at 10:00 HKT to you." in after(desk)
    press(desk, shown, ids.SCHEDULE_DELETE, made.key)
    assert desk.told(ANNA)[-1] == "Somebody has deleted this digest already."


def test_a_preview_tells_privately_of_the_latest_period(any_desk: Desk) -> None:
    desk = any_desk
    desk.comment("a refund please")
    desk.clock.advance(days=1)
    before = desk.owed()
    press(desk, listed(desk), ids.SCHEDULE_PREVIEW, "service-hk")
    (told,) = desk.slack.ephemerals(ANNA)
    said = "A preview: up to Tue 24 Nov 09:00 HKT, as it would have been posted. Only you see it."
    assert told.text.startswith(f"{said} Service HK: 1 came in")
    assert "Mon 23 Nov 09:00 to Tue 24 Nov 09:00" in told.words
    assert ids.DIGEST_POST not in told.buttons
    assert desk.owed() == before


@pytest.mark.parametrize(
    "action",
    [ids.SCHEDULE_PAUSE, ids.SCHEDULE_RESUME, ids.SCHEDULE_PREVIEW, ids.SCHEDULE_DELETE],
)
@pytest.mark.parametrize("person", [BEN, CHLOE, STRANGER])
def test_what_is_somebody_s_own_stays_theirs(desk: Desk, action: str, person: str) -> None:
    made = kept(desk)
    with desk.database.transaction() as session:
        scheduling.pause(session, desk.organisation, made.key, by=ANNA, now=desk.clock.now())
    shown = listed(desk, MANAGER)
    press(desk, shown, action, made.key, by=person)
    assert desk.told(person) == [NOT_YOURS]
    assert keys(desk) == paused(desk) == [made.key]


def test_who_has_left_the_team_may_delete_theirs_but_sees_no_numbers(desk: Desk) -> None:
    made = kept(desk)
    desk.slack.channel(SERVICE_CHANNEL, members=[BEN])
    shown = listed(desk)
    assert values(shown, ids.SCHEDULE_PREVIEW) == {f"0|{made.key}"}
    press(desk, shown, ids.SCHEDULE_PREVIEW, made.key)
    assert desk.told(ANNA)[0].startswith("Service HK's digest is for its members")
    press(desk, shown, ids.SCHEDULE_DELETE, made.key)
    assert keys(desk) == []


@pytest.mark.parametrize("value", ["", "x", "0|a b", "-1|service-hk", "99999|service-hk", "0|gone"])
@pytest.mark.parametrize("action", [ids.SCHEDULE_PAUSE, ids.SCHEDULE_PREVIEW])
def test_a_forged_button_is_refused_privately(desk: Desk, action: str, value: str) -> None:
    before = desk.written()
    desk.press(listed(desk), action, by=ANNA, value=value)
    (told,) = desk.told(ANNA)
    assert "Something went wrong" not in told
    assert (desk.written(), paused(desk)) == (before, [])


def test_a_long_list_has_pages_and_stays_on_the_one_that_was_looked_at(
    sqlite_database: Database, slack: FakeSlack, clock: Clock
) -> None:
    more = [make.team(f"support-{n}", channel=f"C0S{n}") for n in range(25)]
    desk = Desk(sqlite_database, slack, clock, replace(make.organisation(), teams=tuple(more)))
    earlier, later = ids.SCHEDULE_PAGES
    first = listed(desk, MANAGER)
    assert first.text == "25 digests come by themselves."
    assert earlier not in first.buttons
    assert len(values(first, ids.SCHEDULE_PAUSE)) == 10
    desk.press(first, later, by=MANAGER)
    assert "Page 2 of 3" in after(desk)
    desk.press(first, ids.SCHEDULE_PAUSE, by=MANAGER, value="2|support-24")
    assert "Page 3 of 3" in after(desk)
    desk.press(first, later, by=MANAGER, value="9999|")
    assert "Page 3 of 3" in after(desk)


def test_the_home_tab_shows_them_and_follows(any_desk: Desk) -> None:
    desk = any_desk
    made = kept(desk)
    tab = home(desk)
    assert OWN in tab.words
    assert "every Monday at 10:00 HKT to you" in tab.words
    press(desk, tab, ids.SCHEDULE_PAUSE, "service-hk")
    assert f"paused by <@{ANNA}>" in desk.slack.home(ANNA).words
    press(desk, desk.slack.home(ANNA), ids.SCHEDULE_RESUME, "service-hk")
    press(desk, desk.slack.home(ANNA), ids.SCHEDULE_DELETE, made.key)
    assert "paused" not in desk.slack.home(ANNA).words
    assert "Monday" not in desk.slack.home(ANNA).words


def test_a_preview_on_the_home_tab_is_a_window(desk: Desk) -> None:
    desk.comment("a refund please")
    desk.clock.advance(days=1)
    press(desk, home(desk), ids.SCHEDULE_PREVIEW, "service-hk")
    assert "Service HK: 1 came in" in desk.slack.modal(ANNA).words


def test_a_refusal_on_the_home_tab_is_a_window(desk: Desk) -> None:
    made = kept(desk, by=BEN)
    press(desk, home(desk), ids.SCHEDULE_PAUSE, made.key)
    assert NOT_YOURS in desk.slack.modal(ANNA).words


def test_a_manager_s_home_tab_begins_with_their_own_and_counts_the_rest(desk: Desk) -> None:
    kept(desk, Scope(), by=MANAGER)
    tab = home(desk, MANAGER)
    assert "*All teams*, every Monday at 10:00 HKT to you" in tab.words
    assert len(values(tab, ids.SCHEDULE_PAUSE)) == 4
    assert "and 3 more: `/digest schedule`" in tab.words


@pytest.mark.parametrize("fault", ["ratelimited", "internal_error"])
def test_a_list_that_cannot_be_shown_again_does_not_undo_the_pause(desk: Desk, fault: str) -> None:
    tab = home(desk)
    desk.slack.fail("views.publish", fault)
    press(desk, tab, ids.SCHEDULE_PAUSE, "service-hk")
    assert paused(desk) == ["service-hk"]
    assert desk.told(ANNA) == []
