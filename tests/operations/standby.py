"""A PostgreSQL server with a copy beside it that follows its log."""

import subprocess
from pathlib import Path

from tests.postgres import NoPostgres, PostgresServer


class Original(PostgresServer):
    """A server that lets others copy it."""

    def _initialise(self) -> None:
        super()._initialise()
        with (self.home / "data" / "pg_hba.conf").open("a", encoding="utf-8") as access:
            access.write("host replication all 127.0.0.1/32 trust\n")


class Standby(PostgresServer):
    """A copy of another server, for reading."""

    def __init__(self, binaries: Path, original: PostgresServer) -> None:
        super().__init__(binaries)
        self._original = original

    def _initialise(self) -> None:
        command = [
            str(self._binaries / "pg_basebackup"),
            *(f"--pgdata={self.home / 'data'}", "--write-recovery-conf", "--no-sync"),
            f"--dbname=host=127.0.0.1 port={self._original.port} user=postgres",
            *("--checkpoint=fast", "--wal-method=stream"),
        ]
        done = subprocess.run(
            command, capture_output=True, check=False, cwd=self.home, **self._as_user()
        )
        if done.returncode:
            raise NoPostgres(f"pg_basebackup failed:\n{done.stderr.decode(errors='replace')}")

    def _pid_file(self) -> list[str]:
        # Where others are ready, a standby is one.
        return [line.replace("standby", "ready") for line in super()._pid_file()]
