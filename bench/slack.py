"""A fake Slack as a process of its own, so that it shares no interpreter with what is measured.

``python -m bench.slack CHANNELS`` says its address, and then answers each line of its input:
``count`` with how many messages stand in the channels, ``log`` with when each was accepted and what
came too soon.
"""

import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bench.organisations import TRIAGE, channel
from tests.fakes.slack_api import FakeSlack

_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class SlackProcess:
    """The other end of such a process.

    Attributes:
        url: what ``SLACK_API_URL`` has to be.
    """

    url: str
    _orders: IO[str]
    _answers: IO[str]

    def count(self) -> int:
        """How many messages stand in all channels."""
        return int(self._ask("count"))

    def log(self) -> dict[str, Any]:
        """``posts``: the seconds at which each channel's were accepted; ``too_soon``: how many."""
        return dict(self._ask("log"))

    def _ask(self, order: str) -> Any:
        self._orders.write(f"{order}\n")
        self._orders.flush()
        return json.loads(self._answers.readline())


@contextmanager
def a_slack(channels: int) -> Iterator[SlackProcess]:
    """A workspace with so many channels that keeps Slack's pace, until the block ends."""
    command = [sys.executable, "-m", "bench.slack", str(channels)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=_ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the fake has no pipes")
        yield SlackProcess(json.loads(process.stdout.readline()), process.stdin, process.stdout)
        process.stdin.close()


def main(channels: int) -> None:
    """Answer until nobody asks any more."""
    # It keeps all that it was ever asked, and to look through that takes it a quarter of a second,
    # in which every channel waits.
    gc.disable()
    with FakeSlack(pace=True) as slack:
        slack.channel(TRIAGE)
        for number in range(channels):
            slack.channel(channel(number))
        _say(slack.client_url)
        for line in sys.stdin:
            _say(_count(slack) if line.strip() == "count" else _log(slack))


def _count(slack: FakeSlack) -> int:
    return sum(map(len, list(slack.workspace.posted.values())))


def _log(slack: FakeSlack) -> dict[str, Any]:
    posts = {
        place: [float(message.ts) for message in messages]
        for place, messages in slack.workspace.posted.items()
    }
    return {"posts": posts, "too_soon": len(slack.violations)}


def _say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
