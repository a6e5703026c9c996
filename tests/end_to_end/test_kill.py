"""The bot is killed in the middle of a burst: nothing is lost, and nothing is posted twice."""

import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.demo.interruption import Interruption
from bot.demo.probe import LOCAL
from bot.demo.processes import Children
from tests.end_to_end.local_slack import marker
from tests.end_to_end.stage import SOCKET, Stage, a_process, a_stage, start, wait_until_ready
from tests.waiting import eventually

# Each kind of comment concerns two teams, so that the burst is spread over six channels.
KINDS = (
    ("手機壞咗", "zh-Hant", "facebook-hk", ("C0SERVICEHK", "C0PRODUCTMOBILE")),
    ("耳機好正，降噪一流", "zh-Hant", "facebook-hk", ("C0MARKETINGHK", "C0PRODUCTAUDIO")),
    ("A refund at last, brilliant", "en", "facebook-uk", ("C0SERVICEUK", "C0MARKETINGUK")),
)
OF_EACH = 5
CHANNELS = 6
# A killed worker keeps its channel for the minute of its lease, and so much later it is when the next
# one starts; then the channel's rest follows, a second apart.
LEASE_MINUTES = "1.1"
LONGEST_SECONDS = 60


@pytest.mark.timeout(LONGEST_SECONDS + 55)
def test_a_kill_in_the_middle_of_a_burst_loses_no_card_and_posts_none_twice(
    local_slack: Path, tmp_path: Path
) -> None:
    with a_stage(local_slack, tmp_path, SOCKET) as stage:
        expected = killed_in_a_burst(stage)
        assert 0 < sum(shown(stage).values()) < sum(expected.values())
        later = tmp_path / "minutes"
        later.write_text(LEASE_MINUTES, "utf-8")
        moved = [sys.executable, "-m", "tests.end_to_end.moved_bot", str(later)]
        with a_process(stage, moved, "run"):
            eventually(lambda: not stage.notices("wanted > shown"), "all shown", LONGEST_SECONDS)
            assert looked_up(stage) > 0
        assert shown(stage) == expected


def killed_in_a_burst(stage: Stage) -> Counter[tuple[str, int]]:
    """Kill the bot while its posts are unanswered; on which channels which cases belong."""
    with Children(Interruption()) as children:
        bot = start(stage, children, [sys.executable, "-m", "bot"], "run")
        wait_until_ready(stage, children)
        expected = Counter(
            (channel, case)
            for number in range(OF_EACH)
            for text, language, source, channels in KINDS
            for case in [stage.customers.write(f"{text} {number}", source, language=language)]
            for channel in channels
        )
        eventually(lambda: sum(shown(stage).values()), "the first card")
        with paused(stage):
            in_doubt = "ts = '' AND sending_since IS NOT NULL"
            eventually(lambda: stage.notices(in_doubt) == CHANNELS, "posts without an answer")
            os.kill(bot.process.pid, signal.SIGKILL)
            bot.process.wait()
    return expected


@contextmanager
def paused(stage: Stage) -> Iterator[None]:
    """Let local-slack take requests, and answer none before the block ends."""
    os.kill(stage.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(stage.pid, signal.SIGCONT)


def shown(stage: Stage) -> Counter[tuple[str, int]]:
    """How many cards of which case stand in which channel."""
    channels = [channel for *_, channels in KINDS for channel in channels]
    cards = [(channel, card) for channel in channels for card in stage.slack.cards(channel)]
    markers = Counter(marker(card) for _, card in cards)
    assert [known for known, times in markers.items() if times > 1] == []
    numbers = [(channel, re.match(r"#(\d+)", card.text)) for channel, card in cards]
    return Counter((channel, int(number[1])) for channel, number in numbers if number)


def looked_up(stage: Stage) -> float:
    """How many posts of unknown outcome the bot that runs now has looked for in the channels."""
    with LOCAL.open(f"http://127.0.0.1:{stage.port}/metrics", timeout=10) as response:
        told = response.read().decode()
    return sum(
        map(float, re.findall(r"^crosstalk_reconciled_total\{.*\} (.+)$", told, re.MULTILINE))
    )
