"""People come and go: who holds what then, who is asked, who is on duty, how things are."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import events as e
from bot.domain.case import State
from bot.store import absences
from bot.ui import ids
from tests.domain.factories import ANNA, CHLOE
from tests.fakes.workspace import Payload
from tests.handlers.desk import (
    PRODUCT_CHANNEL,
    SERVICE_CHANNEL,
    STRANGER,
    Desk,
    as_shown,
)

# Monday 23 November, six in the evening in Hong Kong.
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def away(desk: Desk, at: datetime = NOW) -> frozenset[str]:
    with desk.database.reading() as session:
        return absences.away(session, now=at)


def status(desk: Desk, person: str, emoji: str, ends: int = 0) -> None:
    profile: Payload = {"status_emoji": emoji, "status_expiration": ends}
    event = desk.incoming.event("user_change", user={"id": person, "profile": profile})
    assert desk.send(event).status == 200


@pytest.mark.parametrize("how", ["left", "deleted"])
def test_who_goes_gives_back_what_they_hold_and_the_thread_says_so(desk: Desk, how: str) -> None:
    desk.comment()
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    event = (
        desk.incoming.left(ANNA, SERVICE_CHANNEL)
        if how == "left"
        else desk.incoming.event("user_change", user={"id": ANNA, "deleted": True})
    )
    for _ in range(2):
        assert desk.send(event).status == 200
    assert desk.state() is State.OPEN
    desk.deliver()
    assert desk.thread(SERVICE_CHANNEL) == [
        f"<@{ANNA}> is no longer with Service HK, so #1 is free again. Who takes it for Service HK?"
    ]
    assert desk.thread(PRODUCT_CHANNEL) == []


def test_who_leaves_another_channel_keeps_what_they_hold(desk: Desk) -> None:
    desk.comment()
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    assert desk.send(desk.incoming.left(ANNA, PRODUCT_CHANNEL)).status == 200
    assert desk.state() is State.CLAIMED


def test_a_status_says_who_is_away_and_since_when_no_longer(desk: Desk) -> None:
    ends = int((NOW + timedelta(hours=3)).timestamp())
    status(desk, ANNA, ":palm_tree:", ends)
    assert away(desk) == {ANNA}
    assert away(desk, NOW + timedelta(hours=3)) == frozenset()
    status(desk, CHLOE, ":face_with_thermometer:")
    assert away(desk, NOW + timedelta(hours=23)) == {CHLOE}
    status(desk, ANNA, "")
    assert away(desk) == {CHLOE}


def test_a_status_counts_again_once_what_was_typed_has_passed(desk: Desk) -> None:
    desk.command("/crosstalk", "away until tomorrow", by=ANNA)
    status(desk, ANNA, ":palm_tree:")
    desk.clock.advance(days=7)
    later = desk.clock.now()
    assert away(desk, later) == frozenset()
    status(desk, ANNA, ":palm_tree:")
    assert away(desk, later) == {ANNA}


def test_changes_of_profiles_that_mean_nothing_wait_for_no_writer(desk: Desk) -> None:
    desk.comment()
    with desk.database.transaction():
        status(desk, ANNA, ":coffee:")
        event = desk.incoming.event("user_change", user={"id": STRANGER, "deleted": True})
        assert desk.send(event).status == 200
    assert away(desk) == frozenset()


@pytest.mark.parametrize(
    ("typed", "until", "shown"),
    [
        ("until Monday", datetime(2026, 11, 30, 1, tzinfo=UTC), "30 Nov"),
        ("UNTIL wed", datetime(2026, 11, 25, 1, tzinfo=UTC), "25 Nov"),
        ("tomorrow", datetime(2026, 11, 24, 1, tzinfo=UTC), "24 Nov"),
        ("until 24 Dec", datetime(2026, 12, 24, 1, tzinfo=UTC), "24 Dec"),
        ("until 1 January", datetime(2027, 1, 1, 1, tzinfo=UTC), "1 Jan"),
        ("until 2026-12-24", datetime(2026, 12, 24, 1, tzinfo=UTC), "24 Dec"),
        ("until 15:00", datetime(2026, 11, 24, 7, tzinfo=UTC), "15:00"),
        ("until 19:30", datetime(2026, 11, 23, 11, 30, tzinfo=UTC), "19:30"),
    ],
)
def test_away_is_understood_by_one_s_own_clock_and_back_ends_it(
    desk: Desk, typed: str, until: datetime, shown: str
) -> None:
    desk.services.directory.refresh()
    answer = as_shown(desk.command("/crosstalk", f"away {typed}"))
    assert shown in answer.text
    assert away(desk, until - timedelta(seconds=1)) == {ANNA}
    assert away(desk, until) == frozenset()
    assert "Welcome back" in as_shown(desk.command("/crosstalk", "back")).text
    assert away(desk) == frozenset()


@pytest.mark.parametrize(
    "typed", ["", "until", "until never", "25:00", "31 Feb", "2020-01-01", "<!here>", "9" * 300]
)
def test_an_absence_that_cannot_be_understood_says_how_to_ask(desk: Desk, typed: str) -> None:
    answer = as_shown(desk.command("/crosstalk", f"away {typed}"))
    assert answer.text.startswith("Say until when: `/crosstalk away until Monday`")
    assert away(desk) == frozenset()


def test_duty_tells_of_one_team_to_anybody_and_of_one_s_own_without_a_name(desk: Desk) -> None:
    desk.services.directory.refresh()
    assert "Service HK" in as_shown(desk.command("/crosstalk", "duty Service-HK", by=CHLOE)).text
    mine = as_shown(desk.command("/crosstalk", "duty")).words
    assert "Service HK" in mine
    assert "Product" not in mine
    unknown = as_shown(desk.command("/crosstalk", "duty moon")).text
    assert unknown.startswith("There is no team “moon”. Try one of: `service-uk`")
    nobody = as_shown(desk.command("/crosstalk", "duty", by=STRANGER)).text
    assert nobody.startswith("You are not in any team yet.")


def test_what_crosstalk_does_not_know_it_says_before_it_helps(desk: Desk) -> None:
    told = as_shown(desk.command("/crosstalk", "foo bar", by=ANNA)).words
    assert told.startswith("I do not know “foo bar”.")
    assert "`/crosstalk duty`" in told
    assert "I do not know" not in as_shown(desk.command("/crosstalk", "help", by=ANNA)).words


def test_events_of_people_we_do_not_know_change_nothing(desk: Desk) -> None:
    before = desk.written()
    people: tuple[Payload, ...] = ({}, {"id": STRANGER, "deleted": True}, {"id": ANNA})
    for user in people:
        assert desk.send(desk.incoming.event("user_change", user=user)).status == 200
    assert desk.written() == before
    assert [f for f in desk.facts() if isinstance(f, e.StakeReleased)] == []
