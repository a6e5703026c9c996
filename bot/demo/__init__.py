"""A whole Crosstalk to try: a Slack workspace in the browser, the bot, and customers who write."""

import fcntl
import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from bot.demo import processes, provision, workspace
from bot.demo.interruption import DemoFailed, Interrupted, Interruption
from bot.demo.probe import answers
from bot.demo.processes import Children
from bot.demo.screen import Screen
from bot.demo.stream import Sender, new_secret

PORT = 4390
_ORGANISATION = Path(__file__).with_name("organisation.toml")
_PROXY = re.compile("_proxy$", re.IGNORECASE)
_READY_SECONDS = 60.0


def run(*, fast: bool = False, stream: bool = True, port: int = PORT) -> int:
    """Play the demo until somebody ends it; the exit code, 0 when it was asked to end.

    Args:
        fast: send all sample comments at once.
        stream: whether to send them at all.
        port: where the workspace should be; the next free one is taken where it is not.
    """
    screen = Screen(Console())
    folder = Path.cwd() / ".demo"
    try:
        with Interruption() as interruption, _alone_in(folder), Children(interruption) as children:
            _Demo(folder, children, screen).play(fast=fast, stream=stream, port=port)
    except Interrupted:
        screen.ended()
    except DemoFailed as failure:
        screen.failed(str(failure))
        return 1
    return 0


class _Demo:
    def __init__(self, folder: Path, children: Children, screen: Screen) -> None:
        self._folder = folder
        self._children = children
        self._screen = screen
        self._tokens = workspace.Tokens()
        self._secret = new_secret()

    def play(self, *, fast: bool, stream: bool, port: int) -> None:
        """1. Provide the workspace. 2. Start it. 3. Start the bot. 4. Invite. 5. Let it rain."""
        binary = provision.local_slack(self._folder, self._children, self._screen.say)
        slack = self._start_slack(binary, port)
        bot = self._start_bot(slack)
        self._screen.invite(slack)
        if stream:
            self._stream(bot, fast=fast)
        while True:
            self._children.pause(60)

    def _start_slack(self, binary: Path, first_port: int) -> str:
        port = processes.free_port(first_port)
        address = f"http://127.0.0.1:{port}"
        config = self._folder / "workspace.json"
        workspace.write(config, self._tokens)
        where = ["--port", str(port), "--base-host", "127.0.0.1"]
        command = [str(binary), "--config", str(config), *where]
        self._children.start("local-slack", command, self._folder / "local-slack.log")
        state = f"{address}/_control/state"
        self._children.wait_for(lambda: answers(state), _READY_SECONDS)
        return address

    def _start_bot(self, slack: str) -> str:
        port = processes.free_port(8080)
        address = f"http://127.0.0.1:{port}"
        database = self._folder / "demo.db"
        for suffix in ("", "-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        settings = self._settings(slack, port, database)
        _write_private(self._folder / "env", settings)
        environ = _without_proxies() | settings | {"PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "bot", "run"]
        self._screen.say("Starting Crosstalk …")
        self._children.start("Crosstalk", command, self._folder / "bot.log", environ)
        ready = f"{address}/health/ready"
        self._children.wait_for(lambda: answers(ready), _READY_SECONDS)
        return address

    def _settings(self, slack: str, port: int, database: Path) -> dict[str, str]:
        """Every setting that there is: what a ``.env`` beside the demo says must not leak in."""
        return {
            "DATABASE_URL": f"sqlite:///{database}",
            "SLACK_BOT_TOKEN": self._tokens.bot,
            "SLACK_APP_TOKEN": self._tokens.app,
            "SLACK_SIGNING_SECRET": "",
            "SLACK_API_URL": f"{slack}/api/",
            "CROSSTALK_ORG": str(_ORGANISATION),
            "CROSSTALK_ROUNDUP_OVER": "20",
            "CROSSTALK_LOG": "text",
            "INTAKE_SECRETS": self._secret,
            "HOST": "127.0.0.1",
            "PORT": str(port),
        }

    def _stream(self, bot: str, *, fast: bool) -> None:
        sender = Sender(bot, self._secret, self._children.pause)
        taken = total = 0
        for sample, answer in sender.stream(fast=fast):
            total += 1
            taken += answer.taken
            if not answer.taken:
                self._screen.refused(sample.delivery, answer.status, answer.detail)
        self._screen.streamed(taken, total)


def _write_private(file: Path, settings: dict[str, str]) -> None:
    """Write *settings* for a shell to read, so that a newcomer can send a comment of their own."""
    file.touch(mode=0o600)
    lines = (f"{name}={shlex.quote(value)}\n" for name, value in settings.items())
    file.write_text("".join(lines), "utf-8")


def _without_proxies() -> dict[str, str]:
    """Our environment, less the proxies: the SDK would look for local-slack behind them."""
    return {name: value for name, value in os.environ.items() if not _PROXY.search(name)}


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Keep *folder* to one demo at a time: a second one would empty the first one's database."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            reason = f"Another demo is running in {folder}. End it first, with Ctrl-C."
            raise DemoFailed(reason) from error
        yield
