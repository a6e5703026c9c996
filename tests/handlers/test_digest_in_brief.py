"""The daily digest of several teams: what matters first, and all of it in the thread."""

from datetime import time

from bot.domain.schedules import Cadence
from bot.domain.scope import Kind, Scope
from bot.ui import ids
from tests.domain.factories import ANNA, MANAGER
from tests.fakes.workspace import Message
from tests.handlers.desk import LOBBY, Desk
from tests.handlers.test_digest_claimed import rows
from tests.handlers.test_digest_posting import seen_by_one
from tests.handlers.test_scheduled_and_seen import tick
from tests.handlers.test_schedules import kept, keys, listed, press

ALL = Scope()


def comes(desk: Desk, place: str = LOBBY, scope: Scope = ALL, **over: object) -> list[Message]:
    """What stands at *place* when an hour has passed in which a digest fell due."""
    before = len(desk.slack.messages(place))
    given = {"cadence": Cadence.DAILY, "weekday": None, "at": time(18, 30)} | over
    kept(desk, scope, MANAGER, place=place, **given)
    tick(desk)
    desk.clock.advance(hours=1)
    assert tick(desk)
    desk.clock.advance(seconds=2)
    desk.deliver()
    return desk.slack.messages(place)[before:]


def test_the_thread_has_all_that_the_first_message_leaves_out(any_desk: Desk) -> None:
    desk = any_desk
    for _ in range(3):
        desk.comment()
    first, below = comes(desk)
    assert (first.thread_ts, below.thread_ts) == ("", first.ts)
    assert first.text.startswith("All teams: 3 comments came in")
    assert "More in the thread." in first.words
    assert "parts for teams" not in first.words
    assert "*3* comments" in below.words
    assert (len(rows(first)), len(rows(below))) == (1, 3)


def test_of_a_quiet_day_one_line_is_all(desk: Desk) -> None:
    (only,) = comes(desk)
    assert only.words.startswith("☀️ All teams: a quiet time.")
    assert desk.owed() == 0


def test_a_week_and_the_day_of_one_team_are_told_at_once(desk: Desk) -> None:
    desk.comment()
    week, *pictures = comes(desk, cadence=Cadence.WEEKLY, weekday=0)
    assert "More in the thread." not in week.words
    assert all(picture.files for picture in pictures)
    desk.clock.advance(days=1, hours=-1)
    (day,) = comes(desk, scope=Scope(Kind.TEAM, "service-hk"))
    assert "More in the thread." not in day.words


def test_a_line_that_is_claimed_in_either_changes_there(desk: Desk) -> None:
    desk.claims_known_to(MANAGER)
    desk.slack.channel("C0SERVICEHK", members=[ANNA, MANAGER])
    desk.services.directory.refresh()
    for _ in range(2):
        desk.comment("refund please")
    first, below = comes(desk, MANAGER)
    for message, number in ((first, 1), (below, 2)):
        desk.press(message, ids.CLAIM, by=MANAGER, value=f"{number}:service-hk")
        desk.clock.advance(seconds=2)
        desk.deliver()
    assert [len(rows(message)) for message in (first, below)] == [1, 2]
    assert f"with <@{MANAGER}>" in rows(first)[0]
    assert all(f"with <@{MANAGER}>" in row for row in rows(below))


def previewed(desk: Desk, key: str) -> Message:
    """What a manager is shown of a scheduled digest."""
    press(desk, listed(desk, MANAGER), ids.SCHEDULE_PREVIEW, key, by=MANAGER)
    return desk.slack.ephemerals(MANAGER)[-1]


def test_a_preview_tells_what_both_messages_would_and_says_so(any_desk: Desk) -> None:
    desk = any_desk
    desk.claims_known_to(MANAGER)
    for _ in range(3):
        desk.comment()
    first, below = comes(desk)
    (key,) = keys(desk)
    told = previewed(desk, key)
    said = "A preview: up to Mon 23 Nov 10:30 GMT, with all that its thread would have told."
    assert told.text == f"{said} Only you see it. {first.text}"
    assert [row.split(" · ")[0] for row in rows(told)] == [
        row.split(" · ")[0] for row in rows(below)
    ]
    (value, *_) = [part["value"] for part in told.elements if part["action_id"] == ids.CLAIM]
    desk.ask(seen_by_one(desk.incoming.click(told, ids.CLAIM, by=MANAGER, value=value)))
    assert f"with <@{MANAGER}>" in rows(desk.slack.ephemerals(MANAGER)[-1])[0]
    assert desk.slack.ephemerals(MANAGER)[-1].text.startswith(said)


def test_a_preview_of_a_quiet_day_or_of_one_message_names_no_thread(desk: Desk) -> None:
    comes(desk)
    (quiet,) = keys(desk)
    assert "as it would have been posted" in previewed(desk, quiet).text
    desk.comment()
    weekly = kept(desk, ALL, MANAGER, place=LOBBY)
    desk.clock.advance(days=8)
    assert "as it would have been posted" in previewed(desk, weekly.key).text
