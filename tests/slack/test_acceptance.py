"""The moment of acceptance: never earlier than it was, never later than the answer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import sleep

import pytest
from hypothesis import given, strategies as st

from bot.slack.acceptance import Acceptance
from bot.slack.gateway import Gateway, web_client
from bot.store.database import Database
from bot.ui.kit import Message
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.slack.office import HK, REFUND, Office, furnish, organisation, settings

SLACK = 1_790_000_000.0
# A ts has six digits, and a float of that size hardly more.
EXACT = 0.000_002


@dataclass(frozen=True)
class Post:
    """When a post was sent, accepted and answered, in seconds of a clock that is never set."""

    sent: float
    accepted: float
    answered: float


def posts(
    there: st.SearchStrategy[float], back: st.SearchStrategy[float]
) -> st.SearchStrategy[list[Post]]:
    """Posts of several threads, in the order of their answers."""
    times = st.lists(st.tuples(st.floats(0, 600), there, back), min_size=1, max_size=60)
    made = times.map(lambda each: [Post(at, at + way, at + way + home) for at, way, home in each])
    return made.map(lambda each: sorted(each, key=lambda post: post.answered))


def ts(moment: float) -> str:
    """What Slack gives what it accepts then by its own clock."""
    return f"{moment:.6f}"


WAYS = st.floats(0, 5)


@given(posts(WAYS, WAYS), st.floats(-1e6, 1e6), st.floats(-0.001, 0.001))
def test_whatever_the_clocks_and_the_ways_it_is_never_earlier_than_it_was_nor_later_than_the_answer(
    made: list[Post], apart: float, drift: float
) -> None:
    known = Acceptance()
    for post in made:
        stamp = SLACK + apart + post.accepted * (1 + drift)
        ago = known.ago(ts(stamp), sent=post.sent, answered=post.answered)
        assert 0 <= ago <= post.answered - post.accepted + EXACT


def learned(known: Acceptance, count: int = 20, *, apart: float = 0.0, since: float = 0.0) -> float:
    """Posts at one a second that take 50 ms there and 10 ms back; the moment of the last answer."""
    end = since
    for number in range(count):
        sent = since + number
        end = sent + 0.06
        known.ago(ts(SLACK + apart + sent + 0.05), sent=sent, answered=end)
    return end


@pytest.mark.parametrize("apart", [-3600.0, 0.0, 0.3, 86_400.0])
def test_an_answer_that_takes_long_to_come_back_does_not_put_the_next_post_off(
    apart: float,
) -> None:
    known = Acceptance()
    learned(known, apart=apart)
    ago = known.ago(ts(SLACK + apart + 30.05), sent=30.0, answered=30.25)
    # Of the 200 ms back, all but the shortest way back that was seen, and the margins.
    assert 0.16 < ago <= 0.2


def test_a_few_posts_tell_too_little() -> None:
    known = Acceptance()
    learned(known, 6)
    assert known.ago(ts(SLACK + 30.05), sent=30.0, answered=30.25) == 0


@pytest.mark.parametrize(
    "odd", ["", "1790000000", "1790000030.05", "F0123.4", "1790000030.0500001"]
)
def test_what_is_no_moment_tells_nothing(odd: str) -> None:
    known = Acceptance()
    learned(known)
    assert known.ago(odd, sent=30.0, answered=30.25) == 0


@pytest.mark.parametrize("step", [-3600.0, -0.5, 0.5, 3600.0])
def test_when_a_clock_is_set_what_was_known_is_forgotten_and_learned_anew(step: float) -> None:
    known = Acceptance()
    learned(known)
    after = ts(SLACK + step + 30.05)
    assert known.ago(after, sent=30.0, answered=30.25) == 0
    learned(known, apart=step, since=40)
    assert known.ago(ts(SLACK + step + 70.05), sent=70.0, answered=70.25) > 0.15


@given(st.lists(st.tuples(st.floats(1, 2), st.floats(0, 0.2)), min_size=1, max_size=60))
def test_a_ts_that_only_counts_within_its_second_is_seldom_taken_for_a_moment(
    made: list[tuple[float, float]],
) -> None:
    known, at = Acceptance(), 0.0
    for number, (pause, way) in enumerate(made):
        at += pause
        stamp = f"{int(SLACK + at + way)}.{number:06d}"
        ago = known.ago(stamp, sent=at, answered=at + 2 * way)
        # However wrong the moment is, it is not before the post was sent.
        assert 0 <= ago <= 2 * way + EXACT


class RealTime(Clock):
    """The real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FarAway(Gateway):
    """Its answers take *back* seconds longer."""

    back = 0.0
    answered = datetime.min.replace(tzinfo=UTC)

    def post(self, channel: str, message: Message, *, marker: str, thread: str = "") -> str:
        ts = super().post(channel, message, marker=marker, thread=thread)
        sleep(self.back)
        self.answered = datetime.now(UTC)
        return ts


def test_the_second_between_two_posts_counts_from_their_acceptance(
    sqlite_database: Database,
) -> None:
    org = organisation()
    with FakeSlack(pace=True) as slack:
        furnish(slack, org)
        office = Office(slack, sqlite_database, RealTime(), org)
        gateway = FarAway(web_client(settings(slack)))
        hands = office.worker("one", gateway)
        for number in range(10):
            office.owe_alert(f"a{number}", f"C0X{number}")
            slack.channel(f"C0X{number}")
        while hands.step():
            pass
        gateway.back = 1.0
        office.comes_in(REFUND)
        assert hands.step()
        accepted = datetime.fromtimestamp(float(slack.card(HK).ts), UTC)
        begins = office.lane(HK)["next_at"] - timedelta(seconds=1)
        # Of the second that the answer was kept back, a loaded machine may need nearly all.
        assert accepted <= begins < gateway.answered
        assert slack.violations == []


def test_a_change_tells_nothing_since_its_ts_is_that_of_the_post(office: Office) -> None:
    (number,) = office.comes_in(REFUND)
    office.work()
    held = office.lane(HK)["next_at"]
    office.clock.advance(hours=1)
    office.claim(number)
    office.work()
    assert (office.updates(HK), office.lane(HK)["next_at"]) == (1, held)
