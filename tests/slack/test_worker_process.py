"""`crosstalk worker` and `crosstalk run`, as the processes that a platform starts and stops."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from slack_bolt import BoltRequest

from bot.domain.comment import Change, ChangeKind
from bot.main import utc_now
from bot.organisation import load
from bot.slack.worker import SENDERS
from bot.store import tables as t
from bot.store.database import Database
from bot.ui import ids
from bot.usecases import receiving
from tests.fakes.faults import Garbage, Timeout
from tests.fakes.requests import Incoming, raw
from tests.fakes.slack_api import FakeSlack
from tests.waiting import eventually

ROOT = Path(__file__).parent.parent.parent
TEAM = """
[[team]]
key = "{key}"
name = "{key}"
department = "{key}"
channel = "{channel}"
hours = "Mon-Sun 00:00-24:00"
claim_within = "1h"
resolve_within = "1d"
"""
MANAGER = "U0MANAGER"
CHANNELS = {f"t{number}": f"C0T{number}" for number in range(SENDERS)}


@pytest.fixture
def real_slack() -> Iterator[FakeSlack]:
    """A workspace that lives by the machine's clock, as the process does."""
    with FakeSlack() as slack:
        slack.channel("C0TRIAGE")
        for channel in CHANNELS.values():
            slack.channel(channel)
        yield slack


@pytest.fixture
def environment(real_slack: FakeSlack, sqlite_database: Database, tmp_path: Path) -> dict[str, str]:
    departments = ", ".join(f'"{key}"' for key in CHANNELS)
    rule = f'[[rule]]\nname = "all"\nwhen.text = ["refund"]\nthen.departments = [{departments}]\n'
    top = f'timezone = "UTC"\ntriage_channel = "C0TRIAGE"\ndepartments = [{departments}]\n'
    top += f'managers = ["{MANAGER}"]\n'
    source = '[[source]]\nkey = "shop"\nconnector = "webhook"\n'
    teams = "".join(TEAM.format(key=k, channel=c) for k, c in CHANNELS.items())
    file = tmp_path / "organisation.toml"
    file.write_text(top + source + teams + rule)
    return {
        **os.environ,
        "DATABASE_URL": sqlite_database.url,
        "SLACK_BOT_TOKEN": real_slack.token,
        "SLACK_SIGNING_SECRET": "secret",
        "SLACK_API_URL": real_slack.client_url,
        "CROSSTALK_ORG": str(file),
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
    }


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def start(
    environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts workers, or other processes; none outlives the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(process: str = "worker") -> subprocess.Popen[bytes]:
        with (tmp_path / "log").open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "bot", process], cwd=ROOT, env=environment, stderr=log
            )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


def comes_in(database: Database, environment: dict[str, str]) -> None:
    org = load(Path(environment["CROSSTALK_ORG"]))
    change = Change(
        kind=ChangeKind.CREATED,
        source="shop",
        external_id="1",
        at=utc_now(),
        facts={"platform": "shop", "text": "refund"},
    )
    with database.transaction() as session:
        receiving.receive(session, [change], source=org.sources[0], organisation=org, now=utc_now())


def test_a_worker_posts_and_ends_well_when_it_is_asked_to(
    real_slack: FakeSlack,
    sqlite_database: Database,
    environment: dict[str, str],
    start: Callable[..., subprocess.Popen[bytes]],
) -> None:
    comes_in(sqlite_database, environment)
    worker = start()
    eventually(
        lambda: all(len(real_slack.cards(c)) == 1 for c in CHANNELS.values()), "cards everywhere"
    )
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


def test_a_worker_whose_calls_all_hang_ends_within_ten_seconds_and_loses_nothing(
    real_slack: FakeSlack,
    sqlite_database: Database,
    environment: dict[str, str],
    start: Callable[..., subprocess.Popen[bytes]],
) -> None:
    real_slack.fail("chat.postMessage", Timeout(accepted=True), times=None)
    comes_in(sqlite_database, environment)
    worker = start()
    eventually(lambda: len(real_slack.called("chat.postMessage")) == SENDERS, "all posts")
    asked = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    assert time.monotonic() - asked < 10
    with sqlite_database.reading() as session:
        notices = session.execute(t.notices.select()).mappings().all()
    # Whoever starts next looks for them before posting.
    assert all(row["wanted"] > row["shown"] and row["sending_since"] for row in notices)


def is_live(environment: dict[str, str]) -> bool:
    """Whether the process can be talked to."""
    try:
        live = urllib.request.urlopen(f"http://127.0.0.1:{environment['PORT']}/health/live")
    except OSError:
        return False
    with live:
        return bool(live.status == 200)


def test_comments_can_come_in_while_slack_does_not_say_who_is_in_the_channels(
    real_slack: FakeSlack,
    environment: dict[str, str],
    start: Callable[..., subprocess.Popen[bytes]],
) -> None:
    real_slack.fail("conversations.members", Timeout(), times=None)
    start("run")
    eventually(lambda: is_live(environment), "a process that answers")
    eventually(lambda: real_slack.called("conversations.members"), "a question for members")


def test_a_wrong_app_level_token_is_logged_and_tried_again_and_the_rest_works(
    real_slack: FakeSlack,
    environment: dict[str, str],
    tmp_path: Path,
    start: Callable[..., subprocess.Popen[bytes]],
) -> None:
    environment["SLACK_APP_TOKEN"] = "xapp-wrong"
    process = start("run")
    opened = "apps.connections.open"
    eventually(lambda: len(real_slack.called(opened)) > 1, "a second try")
    eventually(lambda: is_live(environment), "a process that answers")
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    log = (tmp_path / "log").read_text()
    assert any("socket_not_open" in line and "invalid_auth" in line for line in log.splitlines())
    assert "Traceback" not in log


def test_the_socket_opens_by_itself_when_slack_is_back(
    real_slack: FakeSlack,
    environment: dict[str, str],
    start: Callable[..., subprocess.Popen[bytes]],
) -> None:
    environment["SLACK_APP_TOKEN"] = real_slack.app_token
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        url = f"ws://127.0.0.1:{server.getsockname()[1]}/link?ticket=1"
        real_slack.fail("apps.connections.open", "internal_error")
        opened = Garbage(f'{{"ok": true, "url": "{url}"}}'.encode())
        real_slack.fail("apps.connections.open", opened)
        start("run")
        connection, _ = server.accept()
        with connection:
            connection.settimeout(30)
            assert connection.recv(1024).startswith(b"GET /link?ticket=1 ")


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


def test_a_look_at_everything_that_has_begun_is_told_though_the_process_is_asked_to_end(
    real_slack: FakeSlack,
    environment: dict[str, str],
    start: Callable[..., subprocess.Popen[bytes]],
    tmp_path: Path,
) -> None:
    real_slack.user(MANAGER)
    process = start("web")
    eventually(lambda: is_live(environment), "a process that answers")
    eventually(lambda: real_slack.called("auth.test"), "it has asked who it is")
    real_slack.fail("conversations.info", Timeout(accepted=True))
    incoming = Incoming(real_slack, secret="secret")
    asked = incoming.command("/crosstalk", "doctor", by=MANAGER, channel="C0T0")
    assert ask(environment["PORT"], asked) == 200
    eventually(lambda: real_slack.called("conversations.info"), "a look")
    process.send_signal(signal.SIGTERM)
    ended = "Application shutdown complete"
    eventually(lambda: ended in (tmp_path / "log").read_text(), "nobody can ask any more")
    real_slack.released.set()
    assert process.wait(10) == 0
    start("worker")
    eventually(lambda: real_slack.messages(MANAGER), "what was found")
    assert "to mend." in real_slack.messages(MANAGER)[0].text
