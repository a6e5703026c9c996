"""What Slack shows twice in the end, since it accepted a post when nobody expected it any more."""

from datetime import timedelta

from bot.store.doubts import LOOKS
from bot.ui.kit import plain_message
from tests.fakes.faults import Drop, Http500
from tests.slack.office import HK, REFUND, Office

SOON, LATER = LOOKS


def posted_after_a_doubt(office: Office) -> str:
    """A post is lost, looked for in vain, and made anew; the marker of its message."""
    office.comes_in(REFUND)
    office.slack.fail("chat.postMessage", Drop())
    office.work_for(31)
    assert (len(office.slack.cards(HK)), office.owed()) == (1, [])
    return str(office.notice(HK)["id"])


def turns_up(office: Office, marker: str) -> None:
    """Slack accepts the first post after all."""
    office.clock.advance(seconds=2)
    office.gateway.post(HK, plain_message("The same once more"), marker=marker)
    assert len(office.slack.messages(HK)) == 2


def standing(office: Office) -> list[str]:
    return [message.ts for message in office.slack.messages(HK)]


def test_a_copy_that_turns_up_is_taken_away_and_what_the_outbox_knows_stays(office: Office) -> None:
    turns_up(office, posted_after_a_doubt(office))
    office.clock.advance(SOON - timedelta(seconds=10))
    office.work()
    assert len(standing(office)) == 2
    office.clock.advance(seconds=10)
    office.work()
    assert standing(office) == [office.notice(HK)["ts"]]


def test_one_that_turns_up_much_later_is_found_by_the_second_look(office: Office) -> None:
    marker = posted_after_a_doubt(office)
    office.clock.advance(SOON)
    office.work()
    turns_up(office, marker)
    office.clock.advance(LATER)
    office.work()
    assert standing(office) == [office.notice(HK)["ts"]]


def test_a_look_that_fails_is_made_again(office: Office) -> None:
    turns_up(office, posted_after_a_doubt(office))
    office.slack.fail("conversations.history", Http500())
    office.clock.advance(SOON)
    office.work()
    assert len(standing(office)) == 2
    office.clock.advance(minutes=5)
    office.work()
    assert standing(office) == [office.notice(HK)["ts"]]


def test_a_channel_that_can_never_be_read_is_given_up(office: Office) -> None:
    posted_after_a_doubt(office)
    looks = len(office.slack.called("conversations.history"))
    office.slack.fail("conversations.history", "not_in_channel", times=None)
    office.work_for(3 * LATER.total_seconds(), pause=60)
    # Each of the two looks, and five more tries of it.
    assert len(office.slack.called("conversations.history")) - looks == 12


def test_where_the_known_one_is_gone_nobody_takes_away_the_other(office: Office) -> None:
    turns_up(office, posted_after_a_doubt(office))
    known = next(m for m in office.slack.messages(HK) if m.ts == office.notice(HK)["ts"])
    office.slack.workspace.posted[HK].remove(known)
    office.clock.advance(LATER)
    office.work()
    office.work()
    assert len(standing(office)) == 1


def test_what_was_never_in_doubt_is_not_looked_at_again(office: Office) -> None:
    office.comes_in(REFUND)
    office.work()
    office.work_for(2 * LATER.total_seconds(), pause=60)
    assert office.slack.called("conversations.history") == []
