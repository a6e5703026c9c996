"""Starting what the journeys are played with: local-slack and the bot, each a process of its own."""

import base64
import json
import secrets
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import bot.demo
from bot.demo import workspace
from bot.demo.interruption import Interruption
from bot.demo.probe import answers
from bot.demo.processes import Child, Children, free_port
from tests.end_to_end.customers import Customers
from tests.end_to_end.local_slack import Workspace

ORGANISATION = Path(bot.demo.__file__).with_name("organisation.toml")
ROOT = Path(bot.demo.__file__).resolve().parents[2]
SOCKET, HTTP = "socket", "events"
_READY_SECONDS = 30.0


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A workspace that runs, and everything that a bot for it needs to know.

    Attributes:
        mode: `SOCKET` or `HTTP`: how the workspace reaches the bot.
        pid: of local-slack.
        port: where the bot is to listen.
        signing: the secret that the workspace signs with.
    """

    folder: Path
    mode: str
    slack: Workspace
    pid: int
    port: int
    tokens: workspace.Tokens
    signing: str
    intake: str = field(default_factory=lambda: f"whsec_{_random()}")

    @property
    def database(self) -> Path:
        """The bot's SQLite file."""
        return self.folder / "crosstalk.db"

    @property
    def customers(self) -> Customers:
        """Those who write about the brand."""
        return Customers(f"http://127.0.0.1:{self.port}", self.intake)

    def notices(self, which: str) -> int:
        """How many notices of the bot's outbox are so."""
        query = f"SELECT count(*) FROM notices WHERE {which}"  # noqa: S608 - our own words
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return int(database.execute(query).fetchone()[0])

    def settings(self) -> dict[str, str]:
        """The whole environment of the bot's processes; nothing of ours leaks in."""
        reached = (
            {"SLACK_APP_TOKEN": self.tokens.app}
            if self.mode == SOCKET
            else {"SLACK_SIGNING_SECRET": self.signing}
        )
        return reached | {
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SLACK_BOT_TOKEN": self.tokens.bot,
            "SLACK_API_URL": f"{self.slack.address}/api/",
            "CROSSTALK_ORG": str(ORGANISATION),
            "INTAKE_SECRETS": self.intake,
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }


@contextmanager
def a_stage(binary: Path, folder: Path, mode: str) -> Iterator[Stage]:
    """local-slack on a port of its own, until the block ends."""
    tokens, signing = workspace.Tokens(), secrets.token_hex(16)
    port, bots = _port(), _port()
    address = f"http://127.0.0.1:{port}"
    reached = {"mode": mode, "requestUrl": f"http://127.0.0.1:{bots}/slack/events"}
    config = workspace.config(tokens)
    config["app"] |= {"signingSecret": signing, **reached}
    file = folder / "workspace.json"
    file.write_text(json.dumps(config), "utf-8")
    command = [str(binary), "--config", str(file), "--port", str(port)]
    with Children(Interruption()) as children:
        where = ["--base-host", "127.0.0.1"]
        child = children.start("local-slack", [*command, *where], folder / "local-slack.log")
        children.wait_for(lambda: answers(f"{address}/_control/state"), _READY_SECONDS)
        yield Stage(
            folder=folder,
            mode=mode,
            slack=Workspace(address),
            pid=child.process.pid,
            port=bots,
            tokens=tokens,
            signing=signing,
        )


@contextmanager
def a_bot(stage: Stage, **more: str) -> Iterator[Child]:
    """``python -m bot run``, until the block ends; it must end well, and have logged no fault."""
    with a_process(stage, [sys.executable, "-m", "bot"], "run", **more) as child:
        yield child


@contextmanager
def a_process(stage: Stage, program: list[str], process: str, **more: str) -> Iterator[Child]:
    """*program* as the whole bot, until the block ends; it must end well, and log no fault."""
    with Children(Interruption()) as children:
        child = start(stage, children, program, process, **more)
        wait_until_ready(stage, children)
        yield child
    assert_ended_well(child)


def start(stage: Stage, children: Children, program: list[str], process: str, **more: str) -> Child:
    """Start one of the bot's processes in the stage's folder."""
    log = stage.folder / f"{process}-{secrets.token_hex(3)}.log"
    return children.start(process, [*program, process], log, stage.settings() | more)


def wait_until_ready(stage: Stage, children: Children) -> None:
    """Wait until the bot can take comments in."""
    ready = f"http://127.0.0.1:{stage.port}/health/ready"
    children.wait_for(lambda: answers(ready), _READY_SECONDS)


def assert_ended_well(child: Child) -> None:
    """*child* has ended because it was asked to, and its log tells of no fault."""
    log = child.log.read_text("utf-8")
    assert child.process.returncode == 0, log[-3000:]
    faults = [line for line in log.splitlines() if '"level": "error"' in line]
    assert not faults, faults[:3]
    assert "Traceback" not in log


def _port() -> int:
    # Below the ports that systems hand out by themselves, and far from those of a demo.
    return free_port(20_000 + secrets.randbelow(10_000))


def _random() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
