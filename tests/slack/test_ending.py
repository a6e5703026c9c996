"""A process that is asked to end still tells people what it has promised to tell them."""

import signal
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

from slack_bolt import BoltRequest

from bot.store.database import Database
from bot.ui import ids
from tests.fakes.faults import Timeout
from tests.fakes.requests import Incoming, raw
from tests.fakes.slack_api import FakeSlack
from tests.slack.test_worker_process import (
    CHANNELS,
    comes_in,
    environment,
    is_live,
    real_slack,
    start,
)
from tests.waiting import eventually

__all__ = ["environment", "real_slack", "start"]


def ask(port: str, request: BoltRequest) -> int:
    """Send *request* to the process at *port*, as Slack does."""
    headers, body = raw(request)
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/slack/events", body, headers)
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 - this machine, by HTTP
        return int(answer.status)


def test_whoever_was_refused_hears_of_it_though_the_process_is_asked_to_end(
    real_slack: FakeSlack,
    sqlite_database: Database,
    environment: dict[str, str],
    start: Callable[..., subprocess.Popen[bytes]],
    tmp_path: Path,
) -> None:
    first, second = (CHANNELS[team] for team in ("t0", "t1"))
    comes_in(sqlite_database, environment)
    process = start("run")
    eventually(lambda: real_slack.cards(first) and real_slack.cards(second), "two cards")
    eventually(lambda: is_live(environment), "a process that answers")
    real_slack.fail("response_url", Timeout(accepted=True))
    incoming = Incoming(real_slack, secret="secret")
    for channel in (first, second):
        # Nobody is in the channel, so nobody may.
        (card,) = real_slack.cards(channel)
        assert ask(environment["PORT"], incoming.click(card, ids.CLAIM, by="U0EVE")) == 200
    eventually(lambda: real_slack.called("response_url"), "a first refusal")
    process.send_signal(signal.SIGTERM)
    real_slack.released.set()
    assert process.wait(10) == 0
    told = [call.args["text"] for call in real_slack.called("response_url")]
    assert told[-1] == "This part belongs to t1, and you are not in that team."
    log = (tmp_path / "log").read_text()
    assert "errands_left" not in log
    assert "Traceback" not in log
