"""Web servers as real processes on 127.0.0.1: Crosstalk's own, and the bare framework."""

import base64
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bot import organisation

ROOT = Path(__file__).parent.parent
ORGANISATION = Path(organisation.__file__).parents[1] / "demo" / "organisation.toml"
INTAKE_SECRET = "whsec_" + base64.b64encode(b"a secret of the benchmarks, 32 b").decode()
SIGNING_SECRET = "signing-secret-of-the-benchmarks"  # noqa: S105 - nobody else's
BOT_TOKEN = "xoxb-of-the-benchmarks"  # noqa: S105 - nobody else's
_STARTS_WITHIN = 30.0
SEVERAL = max(2, (os.cpu_count() or 2) - 1)
"""Web processes where there are several: one for each core, but for the database's."""
NOBODY = "http://127.0.0.1:9/api/"
"""Where nothing listens, for benchmarks in which Slack has no part."""


@contextmanager
def crosstalk(
    database_url: str, folder: Path, *, processes: int = 1, slack: str = NOBODY
) -> Iterator[list[int]]:
    """So many ``crosstalk web`` on a migrated database; their ports."""
    environ = {
        "DATABASE_URL": database_url,
        "CROSSTALK_ORG": str(ORGANISATION),
        "INTAKE_SECRETS": INTAKE_SECRET,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_API_URL": slack,
        "SLACK_APP_TOKEN": "",
        "HOST": "127.0.0.1",
    }
    command = [sys.executable, "-m", "bot", "web"]
    with ExitStack() as stack:
        ports = [_free_port() for _ in range(processes)]
        for port in ports:
            place = {**environ, "PORT": str(port)}
            stack.enter_context(_running(command, place, port, folder / "crosstalk.log"))
        yield ports


@contextmanager
def bare(folder: Path, *, processes: int = 1) -> Iterator[list[int]]:
    """The framework alone, in so many processes; their ports."""
    command = [sys.executable, "-m", "bench.bare"]
    with ExitStack() as stack:
        ports = [_free_port() for _ in range(processes)]
        for port in ports:
            stack.enter_context(_running([*command, str(port)], {}, port, folder / "bare.log"))
        yield ports


@contextmanager
def _running(
    command: list[str], environ: Mapping[str, str], port: int, log: Path
) -> Iterator[None]:
    with log.open("ab") as written:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environ}, stdout=written, stderr=written
        )
        try:
            _wait_for(process, port, log)
            yield
        finally:
            process.terminate()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"did not start:\n{log.read_text()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
