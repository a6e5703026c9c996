"""A signed request of Slack's that is recorded and sent again has no second effect."""

import pytest
from slack_bolt import BoltRequest
from structlog.testing import capture_logs

from bot import jobs
from bot.domain.case import State
from bot.serving import bolt_app
from bot.store import tables as t
from bot.store.database import Database
from bot.ui import ids
from tests.domain.factories import ANNA
from tests.handlers.desk import Desk, bot_over


def again(request: BoltRequest) -> BoltRequest:
    """The very same request, as somebody has recorded it."""
    return BoltRequest(body=request.raw_body, headers=dict(request.headers))


def recorded(desk: Desk, action: str) -> BoltRequest:
    return desk.incoming.click(desk.card(), action, by=ANNA)


def test_a_release_that_is_played_again_takes_nothing_from_who_has_claimed_anew(
    any_desk: Desk,
) -> None:
    any_desk.comment("I want a refund")
    any_desk.press(any_desk.card(), ids.CLAIM, by=ANNA)
    any_desk.deliver()
    release = recorded(any_desk, ids.RELEASE)
    any_desk.ask(release)
    assert any_desk.state() is State.OPEN
    any_desk.deliver()
    any_desk.press(any_desk.card(), ids.CLAIM, by=ANNA)
    written = any_desk.written()
    assert any_desk.ask(again(release)) == {}
    assert any_desk.state() is State.CLAIMED
    assert any_desk.written() == written


def test_another_process_knows_of_it_too(any_desk: Desk) -> None:
    any_desk.comment("I want a refund")
    claim = recorded(any_desk, ids.CLAIM)
    any_desk.ask(claim)
    bot = bot_over(any_desk.database, any_desk.slack, any_desk.clock, any_desk.organisation)
    other = bolt_app(bot.services, bot.gateway)
    any_desk.deliver()
    any_desk.press(any_desk.card(), ids.RELEASE, by=ANNA)
    assert other.dispatch(again(claim)).status == 200
    assert any_desk.state() is State.OPEN


def test_a_real_second_click_is_another_request(desk: Desk) -> None:
    desk.comment("I want a refund")
    for action, state in ((ids.CLAIM, State.CLAIMED), (ids.RELEASE, State.OPEN)) * 2:
        desk.press(desk.card(), action, by=ANNA)
        assert desk.state() is state
        desk.deliver()


def test_a_form_and_a_command_are_known_again_too(desk: Desk) -> None:
    desk.comment("I want a refund")
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    desk.deliver()
    desk.choose(ids.ADD_FACT, by=ANNA)
    form = desk.incoming.submit(desk.slack.modal(ANNA), {"text": "the part is here"}, by=ANNA)
    desk.ask(form)
    desk.ask(again(form))
    assert len(desk.case().facts) == 1
    away = desk.incoming.command("/crosstalk", "away until tomorrow", by=ANNA, channel="C0LOBBY")
    desk.ask(away)
    desk.command("/crosstalk", "back", by=ANNA)
    desk.ask(again(away))
    with desk.database.reading() as session:
        assert session.execute(t.absences.select()).all() == []


def test_a_click_that_failed_may_be_sent_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.comment("I want a refund")
    claim = recorded(desk, ids.CLAIM)
    monkeypatch.setattr("bot.usecases.owning.claim", _fails)
    with capture_logs():
        desk.ask(claim)
    monkeypatch.undo()
    assert desk.state() is State.OPEN
    desk.ask(again(claim))
    assert desk.state() is State.CLAIMED


def _fails(*_: object, **__: object) -> None:
    raise RuntimeError("in the middle of it")


def test_the_memory_of_it_is_as_long_as_a_signature_lives(desk: Desk) -> None:
    desk.comment("I want a refund")
    desk.press(desk.card(), ids.CLAIM, by=ANNA)

    def remembered() -> int:
        with desk.database.reading() as session:
            return len(session.execute(t.heard.select()).all())

    desk.clock.advance(minutes=10)
    jobs.forget_acts(desk.services)
    assert remembered() == 1
    desk.clock.advance(minutes=2)
    jobs.forget_acts(desk.services)
    assert remembered() == 0


def test_a_database_that_marks_does_so_once_and_only_with_what_commits(database: Database) -> None:
    marked: list[str] = []
    once = database.once(lambda _: marked.append("done"))
    with pytest.raises(KeyError), once.transaction():
        raise KeyError
    with once.transaction():
        assert marked == ["done", "done"]
    with once.transaction(), once.reading():
        assert marked == ["done", "done"]
