"""A PostgreSQL server whose data stay for the next run, and files that are read from disk again."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Self

from bench import million
from tests.postgres import PostgresServer, find_binaries


class KeptServer(PostgresServer):
    """Like the tests' server, but its data live in the benchmarks' own folder."""

    def __init__(self, binaries: Path) -> None:
        version = subprocess.run(
            [str(binaries / "postgres"), "--version"], capture_output=True, check=True, text=True
        ).stdout
        number = version.split()[-1].partition(".")[0]
        self.data = million.cache() / f"postgresql-{number}"
        super().__init__(binaries)

    @classmethod
    def opened(cls) -> Self:
        """A server from whatever programs there are."""
        return cls(find_binaries(os.environ))

    def __exit__(self, *_: object) -> None:
        self.stop("fast")
        super().__exit__(*_)

    def _initialise(self) -> None:
        is_new = not (self.data / "PG_VERSION").exists()
        if is_new:
            # What a run has left that was stopped in the middle of making it.
            shutil.rmtree(self.data, ignore_errors=True)
            self.data.mkdir(mode=0o700)
            self._give_away(self.data)
        # The watchdog removes the server's home, and so the link, but not what it leads to.
        (self.home / "data").symlink_to(self.data)
        if is_new:
            super()._initialise()


def size(folder: Path) -> int:
    """How many bytes all files under *folder* take."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def forget(path: Path) -> bool:
    """Have *path* (a file, or all under a folder) read from the disk again.

    Only what belongs to these files is dropped from the system's memory, nothing of other
    programs'. False where the system has no way to ask for that.
    """
    if not hasattr(os, "posix_fadvise"):
        return False
    for file in [path, *path.parent.glob(f"{path.name}-*"), *path.rglob("*")]:
        if file.is_file():
            with file.open("rb") as opened:
                os.fsync(opened.fileno())
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return True
