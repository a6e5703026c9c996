"""The form that schedules a digest: what it offers, what it takes, and where it may go."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from bot.domain.schedules import Schedule
from bot.domain.scope import Scope
from bot.store.database import Database
from bot.ui import ids
from bot.usecases import scheduling
from tests.domain import factories as make
from tests.domain.factories import ANNA, BEN, MANAGER
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Payload, View
from tests.handlers.desk import LOBBY, SERVICE_CHANNEL, STRANGER, Desk, as_shown, changed
from tests.handlers.test_schedules import home, listed


def form(desk: Desk, text: str = "schedule", by: str = ANNA, channel: str = LOBBY) -> View:
    """The form that `/digest schedule …` or *New schedule* opens."""
    desk.services.directory.refresh()
    answer = desk.command("/digest", text, by=by, channel=channel)
    if answer:
        desk.press(as_shown(answer, channel), ids.SCHEDULE_NEW, by=by)
    return desk.slack.modal(by)


def scheduled(desk: Desk) -> list[Schedule]:
    with desk.database.reading() as session:
        found = scheduling.schedules(session, desk.organisation, now=desk.clock.now())
    return [each.schedule for each in found if not each.schedule.from_file]


def options(view: View, field: str) -> list[str]:
    (block,) = [block for block in view.blocks if block.get("block_id") == field]
    return [option["text"]["text"] for option in block["element"]["options"]]


def initial(view: View, field: str) -> str:
    (block,) = [block for block in view.blocks if block.get("block_id") == field]
    element = block["element"]
    return str(element.get("initial_value") or element["initial_option"]["value"])


def errors(desk: Desk, values: dict[str, Any], by: str = ANNA) -> dict[str, str]:
    answer = desk.submit(by, values)
    assert answer["response_action"] == "errors", answer
    assert scheduled(desk) == []
    return dict(answer["errors"])


def test_a_team_s_digest_goes_to_its_channel(any_desk: Desk) -> None:
    desk = any_desk
    form(desk)
    answer = desk.submit(ANNA, {"every": "weekly:0", "at": "9am"})
    assert answer["response_action"] == "update"
    (made,) = scheduled(desk)
    assert made.scope == Scope.parse("team:service-hk")
    assert (made.weekday, made.at, made.zone.key) == (0, time(9), "Asia/Hong_Kong")
    assert (made.place, made.by, made.working is None) == (SERVICE_CHANNEL, ANNA, False)
    told = (
        "Done: *Service HK*, every Monday or the working day after it at 09:00 HKT in"
        " <#C0SERVICEHK>, next Mon 30 Nov."
    )
    assert told in desk.slack.modal(ANNA).words


def test_what_is_submitted_twice_is_kept_once(any_desk: Desk) -> None:
    desk = any_desk
    view = form(desk)
    for _ in range(2):
        assert desk.send(desk.incoming.submit(view, {"to": "me"}, by=ANNA)).status == 200
    assert len(scheduled(desk)) == 1


def test_it_comes_when_its_time_has_come(any_desk: Desk) -> None:
    desk = any_desk
    desk.comment("a refund please")
    form(desk)
    desk.submit(ANNA, {"at": "21:00", "to": "me"})
    for hours_before in (0, 4):
        desk.clock.advance(hours=hours_before)
        with desk.database.transaction() as session:
            scheduling.owe_due_digests(session, desk.organisation, now=desk.clock.now())
    desk.deliver()
    (said,) = [m for m in desk.slack.messages(ANNA) if m.text.startswith("Service HK:")]
    assert "1 came in" in said.text


@pytest.mark.parametrize(
    ("text", "every"),
    [("schedule service-hk", "daily"), ("schedule service-hk weekly", "weekly:0"),
     ("schedule last-month hk service", "monthly:1")],
)  # fmt: skip
def test_what_is_typed_fills_the_form_in(desk: Desk, text: str, every: str) -> None:
    view = form(desk, text)
    assert "*About:* Service HK" in view.words
    assert (initial(view, "every"), initial(view, "at")) == (every, "09:00")


@pytest.mark.parametrize(
    ("text", "every"), [("", "daily"), ("7d", "weekly:0"), ("last-month", "monthly:1")]
)
def test_schedule_this_keeps_whom_and_how_often(desk: Desk, text: str, every: str) -> None:
    desk.services.directory.refresh()
    shown = as_shown(desk.command("/digest", text))
    desk.press(shown, ids.SCHEDULE_NEW, by=ANNA)
    view = desk.slack.modal(ANNA)
    assert "*About:* Service HK" in view.words
    assert initial(view, "every") == every
    assert "This channel" in options(view, "to")
    desk.submit(ANNA, {"to": "here"})
    assert [made.place for made in scheduled(desk)] == [LOBBY]


def test_each_is_offered_whom_they_may_see(desk: Desk) -> None:
    assert options(form(desk), "whom") == ["Service HK", "Me"]
    assert options(form(desk, by=STRANGER), "whom") == ["Me"]
    offered = options(form(desk, by=MANAGER), "whom")
    assert offered[:2] == ["Service UK", "Service HK"]
    for name in ("Department service", "Unit mobile", "Region HK", "Facebook"):
        assert name in offered
    assert offered[-2:] == ["All teams", "Me"]


def test_one_s_own_numbers_come_to_oneself_in_one_s_own_time_zone(desk: Desk) -> None:
    desk.slack.user(STRANGER, zone="America/New_York")
    form(desk, by=STRANGER)
    assert errors(desk, {"to": "team"}, by=STRANGER) == {
        "to": "Only a team has a channel of its own. Choose yourself, or name a channel below."
    }
    desk.submit(STRANGER, {"to": "me", "days": "any"})
    (made,) = scheduled(desk)
    assert (made.scope, made.place) == (Scope.parse(f"person:{STRANGER}"), STRANGER)
    assert made.zone.key == "America/New_York"


@pytest.mark.parametrize("at", ["25:00", "9:60", "13pm", "soon", "", "9:0", "-1", "9;00"])
def test_a_time_that_is_none_is_told_beside_its_field(desk: Desk, at: str) -> None:
    form(desk)
    told = "I cannot read that time. Write it like 9:00, 17:30 or 9am."
    assert errors(desk, {"at": at}) == {"at": told}


def test_a_month_s_day_and_another_time_zone_are_kept(desk: Desk) -> None:
    form(desk)
    desk.submit(ANNA, {"every": "monthly:31", "zone": "Europe/London", "days": "any", "to": "me"})
    (made,) = scheduled(desk)
    assert (made.day, made.zone.key, made.working) == (31, "Europe/London", None)


@pytest.mark.parametrize(
    "typed",
    ["#news", "news", "News", "C0NEWS1", "<#C0NEWS1|news>",
     "https://example.slack.com/archives/C0NEWS1/p1700000000000000"],
)  # fmt: skip
def test_another_channel_is_named_in_any_way(desk: Desk, typed: str) -> None:
    desk.slack.channel("C0NEWS1", name="news", members=[BEN])
    form(desk)
    desk.submit(ANNA, {"channel": typed})
    assert [made.place for made in scheduled(desk)] == ["C0NEWS1"]


def test_a_channel_must_have_the_bot_in_it(desk: Desk) -> None:
    desk.slack.channel("C0NEWS1", name="news", members=[ANNA], bot=False)
    form(desk)
    told = "I am not in that channel. Invite me with `/invite @Crosstalk` there, then try again."
    for typed in ("news", "C0NEWS1"):
        assert errors(desk, {"channel": typed}) == {"channel": told}


def test_a_private_channel_is_named_only_by_who_is_in_it(desk: Desk) -> None:
    for channel, name, members in (("C0BOARD1", "board", [BEN]), ("C0OURS1", "ours", [ANNA])):
        desk.slack.channel(channel, name=name, members=members, private=True)
    form(desk)
    told = "I see no such channel. Invite me with `/invite @Crosstalk` there, or paste its ID."
    for typed in ("board", "C0BOARD1", "no-such-channel", "C0NOSUCH1"):
        assert errors(desk, {"channel": typed}) == {"channel": told}
    desk.submit(ANNA, {"channel": "ours"})
    assert [made.place for made in scheduled(desk)] == ["C0OURS1"]


def test_while_slack_is_away_the_form_keeps_what_was_filled_in(desk: Desk) -> None:
    form(desk)
    desk.slack.fail("conversations.info", "internal_error")
    told = {"channel": "Slack does not answer just now. Please try again in a minute."}
    assert errors(desk, {"channel": "C0LOBBY"}) == told


@pytest.mark.parametrize(
    "text", ["schedule product-mobile", "schedule all", "schedule unit mobile", "schedule <@U0BEN>"]
)
def test_what_they_may_not_see_they_cannot_schedule(desk: Desk, text: str) -> None:
    desk.services.directory.refresh()
    shown = as_shown(desk.command("/digest", text))
    assert "for managers" in shown.text
    assert desk.slack.called("views.open") == []


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ("C0LOBBY|team:product-mobile", "Product Mobile's digest is for its members"),
        ("C0LOBBY|organisation", "The digest of all teams is for managers."),
        ("C0LOBBY|team:moon", "There is no team “moon”."),
        ("C0LOBBY|moon:x", "That form does not work any more."),
        ("<!channel>|organisation", "That form does not work any more."),
        (None, "That form does not work any more."),
    ],
)
def test_a_forged_form_is_refused(desk: Desk, about: str | None, told: str) -> None:
    view = form(desk, "schedule service-hk")

    def forge(payload: Payload) -> None:
        payload["view"]["private_metadata"] = about

    answer = desk.ask(changed(desk.incoming.submit(view, {"to": "me"}, by=ANNA), forge))
    assert told in str(answer["view"]["blocks"])
    assert scheduled(desk) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("whom", "team:", "Please choose whom it is about."),
        ("whom", "x", "Please choose whom it is about."),
        ("every", "weekly:7", "Please choose how often."),
        ("zone", "../../etc/passwd", "I do not know that time zone."),
        ("zone", "Mars/Olympus", "I do not know that time zone."),
        ("to", "C0OTHER", "Please choose where it goes."),
    ],
)
def test_a_choice_that_was_not_offered_is_told_beside_its_field(
    desk: Desk, field: str, value: str, said: str
) -> None:
    view = form(desk)

    def forge(payload: Payload) -> None:
        payload["view"]["state"]["values"][field]["value"]["selected_option"]["value"] = value

    answer = desk.ask(changed(desk.incoming.submit(view, {}, by=ANNA), forge))
    assert answer["errors"] == {field: said}


def test_one_may_not_choose_a_team_that_was_not_offered(desk: Desk) -> None:
    view = form(desk)

    def forge(payload: Payload) -> None:
        chosen = payload["view"]["state"]["values"]["whom"]["value"]["selected_option"]
        chosen["value"] = "team:marketing-hk"

    answer = desk.ask(changed(desk.incoming.submit(view, {}, by=ANNA), forge))
    assert "Marketing HK's digest is for its members" in str(answer["view"]["blocks"])
    assert scheduled(desk) == []


def test_from_the_home_tab_it_appears_there(desk: Desk) -> None:
    desk.press(home(desk), ids.SCHEDULE_NEW, by=ANNA)
    assert "This channel" not in options(desk.slack.modal(ANNA), "to")
    desk.submit(ANNA, {"to": "me", "every": "weekly:4"})
    assert "every Friday or the working day after it" in desk.slack.home(ANNA).words


def test_where_there_are_too_many_for_a_menu_one_types(
    sqlite_database: Database, slack: FakeSlack, clock: Clock
) -> None:
    more = [make.team(f"support-{n}", name=f"Support {n}", channel=f"C0S{n}") for n in range(150)]
    desk = Desk(sqlite_database, slack, clock, replace(make.organisation(), teams=tuple(more)))
    form(desk, by=MANAGER)
    typed = desk.incoming.suggestion(ids.SCOPE_OPTIONS, "support 149", by=MANAGER)
    assert [found["value"] for found in desk.ask(typed)["options"]] == ["team:support-149"]
    everything = desk.incoming.suggestion(ids.SCOPE_OPTIONS, "", by=MANAGER)
    assert len(desk.ask(everything)["options"]) == 100
    mine = desk.ask(desk.incoming.suggestion(ids.SCOPE_OPTIONS, "", by=ANNA))
    assert [found["value"] for found in mine["options"]] == [f"person:{ANNA}"]
    desk.submit(MANAGER, {"whom": "team:support-149", "to": "team"})
    assert [made.place for made in scheduled(desk)] == ["C0S149"]
    assert listed(desk, MANAGER).text == "151 digests come by themselves."
