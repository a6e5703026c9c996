"""A digest's pictures go into its thread, each once, whatever happens on the way."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.charts import ClaimTimes, TeamTime, Volume
from bot.slack import gateway as gateway_module
from bot.store import outbox
from bot.store.doubts import LOOKS
from bot.store.outbox import Owed, Urgency, owe
from bot.usecases import picturing
from tests.domain.factories import MANAGER
from tests.fakes.faults import (
    AcceptThen500,
    AcceptThenDrop,
    Drop,
    Fault,
    Garbage,
    Http429,
    Http500,
    Timeout,
)
from tests.fakes.workspace import File, Message
from tests.slack.office import HK, Office

DIGEST = "digest:1"
CHART = "chart:1"
MONDAY = date(2026, 3, 2)
VOLUME = Volume(days=(MONDAY, MONDAY + timedelta(days=1)), platforms=("微博",), counts=((3, 4),))
HOUR = timedelta(hours=1)
UNCLAIMED = ClaimTimes(rows=(TeamTime(name="Service HK", unanswered=2),))
CLAIMED = TeamTime(name="Service UK", median=HOUR, p90=2 * HOUR, count=3)
CLAIMS = ClaimTimes(rows=(*UNCLAIMED.rows, CLAIMED))
WHAT = {
    "scope": "organisation",
    "since": "2026-03-02T00:00+00:00",
    "until": "2026-03-09T00:00+00:00",
}
NOTHING = Volume(days=(MONDAY,), platforms=("微博",), counts=((0,),))
FIRST, SECOND, THIRD = "files.getUploadURLExternal", "upload_url", "files.completeUploadExternal"
STEPS = (FIRST, SECOND, THIRD)


@pytest.fixture(autouse=True)
def numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers for each picture; and less patience, so that a hanging call holds up no test."""
    found = {"volume": VOLUME, "claims": CLAIMS, "nothing": NOTHING, "unclaimed": UNCLAIMED}

    def values(session: object, organisation: object, chart: str, *_: object, now: object) -> Any:
        del session, organisation, now
        return found[chart]

    monkeypatch.setattr(picturing, "values", values)
    monkeypatch.setattr(gateway_module, "TIMEOUT_SECONDS", 0.5)


def owe_chart(office: Office, chart: str = "volume", place: str = HK, **more: Any) -> None:
    data = {"of": DIGEST, "chart": chart} | WHAT | more
    owed = Owed(key=CHART, kind="chart", channel=place, urgency=Urgency.DIGEST, data=data)
    with office.database.transaction() as session:
        owe(session, [owed], now=office.clock.now())


def with_digest(office: Office, place: str = HK) -> Message:
    """A digest that stands in its channel already."""
    office.owe_alert(DIGEST, place, "The digest")
    office.work()
    return office.slack.messages(place)[0]


def shown(office: Office, place: str = HK) -> list[File]:
    return [file for message in office.slack.messages(place) for file in message.files]


def replies(office: Office, place: str = HK) -> list[Message]:
    return [message for message in office.slack.messages(place) if message.thread_ts]


def test_a_picture_goes_into_the_thread_of_its_digest_with_its_numbers_in_words(
    office: Office,
) -> None:
    digest = with_digest(office)
    owe_chart(office, title="Service HK")
    office.work_for(2)
    (reply,) = replies(office)
    (file,) = reply.files
    assert (reply.thread_ts, file.title) == (digest.ts, "Service HK")
    assert file.content is not None
    assert file.content.startswith(b"\x89PNG")
    assert file.alt == "7 came in, 2 to 3 Mar; most on Tue 3: 4. By platform: 微博 7. By day: Mon 2 Mar 3, Tue 3 Mar 4."  # fmt: skip
    assert office.owed() == []


def test_a_picture_waits_for_its_digest(office: Office) -> None:
    with office.slack.away():
        office.owe_alert(DIGEST, HK, "The digest")
        owe_chart(office)
        office.work_for(5)
    office.work_for(60)
    (digest, reply) = office.slack.messages(HK)
    assert (reply.thread_ts, len(shown(office)), office.owed()) == (digest.ts, 1, [])


def test_a_picture_of_a_digest_that_shows_nothing_is_owed_no_more(office: Office) -> None:
    owe_chart(office)
    office.work_for(2)
    assert (office.slack.calls, office.owed()) == ([], [])


@pytest.mark.parametrize("chart", ["nothing", "unclaimed"])
def test_without_numbers_there_is_no_picture(office: Office, chart: str) -> None:
    with_digest(office)
    owe_chart(office, chart)
    office.work_for(2)
    assert (replies(office), office.owed()) == ([], [])


def test_teams_that_claimed_nothing_are_named_beside_the_others(office: Office) -> None:
    with_digest(office)
    owe_chart(office, "claims")
    office.work_for(2)
    (file,) = shown(office)
    assert (file.title, file.alt.count("none claimed")) == ("Time to claim by team", 1)


def test_a_digest_in_a_direct_message_has_its_pictures_there(office: Office) -> None:
    digest = with_digest(office, MANAGER)
    owe_chart(office, place=MANAGER)
    office.work_for(2)
    (reply,) = replies(office, MANAGER)
    assert (reply.thread_ts, len(reply.files), office.owed()) == (digest.ts, 1, [])


def test_a_picture_is_not_changed_when_it_is_owed_again(office: Office) -> None:
    with_digest(office)
    for _ in range(2):
        owe_chart(office)
        office.work_for(2)
    assert (len(shown(office)), office.updates(), office.owed()) == (1, 0, [])


BEFORE = [Drop(), Http500(), Http500(status=503), Timeout(), AcceptThenDrop(), AcceptThen500()]
ACCEPTED = [AcceptThenDrop(), AcceptThen500(), Timeout(accepted=True), Garbage(accepted=True)]
LOST = [Drop(), Http500(), Timeout(), Garbage(), "internal_error"]


@pytest.mark.parametrize("step", [FIRST, SECOND])
@pytest.mark.parametrize("fault", BEFORE, ids=str)
def test_what_fails_before_anybody_can_see_it_is_simply_done_again(
    small_office: Office, step: str, fault: Fault
) -> None:
    office = small_office
    with_digest(office)
    owe_chart(office)
    office.slack.fail(step, fault)
    office.work_for(6)
    assert (len(shown(office)), len(replies(office)), office.owed()) == (1, 1, [])
    assert office.slack.called("conversations.replies") == []


@pytest.mark.parametrize("fault", ACCEPTED, ids=str)
def test_a_picture_whose_answer_was_lost_is_found_in_the_thread(
    office: Office, fault: Fault
) -> None:
    with_digest(office)
    owe_chart(office)
    office.slack.fail(THIRD, fault)
    office.work_for(29)
    assert (len(office.slack.called(THIRD)), office.slack.called("conversations.replies")) == (
        1,
        [],
    )
    office.work_for(3)
    assert (len(shown(office)), len(office.slack.called(THIRD)), office.owed()) == (1, 1, [])
    (mine,) = (row for row in office.notices(HK) if row["key"] == CHART)
    assert mine["ts"] == shown(office)[0].id


@pytest.mark.parametrize("fault", LOST, ids=str)
def test_a_picture_that_never_came_is_looked_for_and_shown_once(
    office: Office, fault: Fault
) -> None:
    with_digest(office)
    owe_chart(office)
    office.slack.fail(THIRD, fault)
    office.work_for(33)
    assert (len(shown(office)), len(replies(office)), office.owed()) == (1, 1, [])
    assert len(office.slack.called("conversations.replies")) == 1


@pytest.mark.parametrize("step", STEPS)
def test_slack_is_not_asked_again_before_it_says(small_office: Office, step: str) -> None:
    office = small_office
    with_digest(office)
    office.clock.advance(seconds=1)
    owe_chart(office)
    office.slack.fail(step, Http429(20))
    office.work_for(19)
    assert (len(office.slack.called(FIRST)), shown(office)) == (1, [])
    office.work_for(2)
    assert (len(shown(office)), office.owed()) == (1, [])


REFUSALS = {FIRST: "file_uploads_disabled", SECOND: Http500(status=413), THIRD: "file_not_found"}


@pytest.mark.parametrize(
    ("step", "fault"), [*REFUSALS.items(), (FIRST, "missing_scope"), (THIRD, "missing_scope")]
)
def test_where_no_picture_may_be_its_numbers_are_said_in_words(
    small_office: Office, step: str, fault: Fault
) -> None:
    office = small_office
    digest = with_digest(office)
    owe_chart(office)
    office.slack.fail(step, fault, times=None)
    office.work_for(3)
    (reply,) = replies(office)
    assert (reply.thread_ts, reply.files) == (digest.ts, [])
    assert "7 came in" in reply.text
    assert (office.owed(), office.troubles()) == ([], [])


def test_words_whose_answer_was_lost_are_found_as_well(office: Office) -> None:
    with_digest(office)
    office.clock.advance(seconds=1)
    owe_chart(office)
    office.slack.fail(FIRST, "file_uploads_disabled", times=None)
    office.slack.fail("chat.postMessage", AcceptThenDrop())
    office.work_for(33)
    assert (len(replies(office)), office.owed()) == (1, [])


def test_a_closed_channel_keeps_its_picture_until_it_is_open(small_office: Office) -> None:
    office = small_office
    with_digest(office)
    office.clock.advance(seconds=1)
    owe_chart(office)
    office.slack.fail(THIRD, "not_in_channel")
    office.work()
    assert office.lane(HK)["blocked"] == "not_in_channel"
    office.work_for(400, pause=20)
    assert (len(shown(office)), office.owed()) == (1, [])


def test_workers_together_show_one_picture(office: Office) -> None:
    with_digest(office)
    office.clock.advance(seconds=1)
    owe_chart(office)
    workers = [office.worker(f"worker {n}") for n in range(4)]
    threads = [threading.Thread(target=worker.step) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(shown(office)), office.owed()) == (1, [])


def test_a_notice_s_thread_is_not_there_yet_or_never(office: Office) -> None:
    office.owe_alert(DIGEST, HK, "The digest")

    def thread(key: str) -> str | None:
        with office.database.reading() as session:
            return outbox.thread_ts(session, key)

    assert (thread("nobody"), thread(DIGEST)) == ("", None)
    office.work()
    assert thread(DIGEST) == office.slack.messages(HK)[0].ts


def test_a_picture_after_a_doubt_is_not_looked_for_a_second_time(office: Office) -> None:
    with_digest(office)
    owe_chart(office)
    office.slack.fail(THIRD, Drop())
    office.work_for(33)
    assert (len(shown(office)), len(office.slack.called("conversations.replies"))) == (1, 1)
    office.work_for(2 * LOOKS[-1].total_seconds(), pause=60)
    assert len(office.slack.called("conversations.replies")) == 1
