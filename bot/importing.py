"""`crosstalk import`: a file of comments, of any size, safe to run again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from bot.domain.comment import Change
from bot.domain.organisation import Organisation, Source
from bot.domain.suggesting import SILENT, Adviser
from bot.errors import Unstorable
from bot.intake import files
from bot.intake.files import Row
from bot.intake.rejects import RejectedWriter
from bot.store.database import Database
from bot.usecases import receiving

_BATCH = 100


@dataclass(slots=True)
class Summary:
    """How an import went; ``rejects`` is the file of rejected rows, if there are any."""

    new: int = 0
    known: int = 0
    rejected: int = 0
    rejects: Path | None = None


def import_file(
    database: Database,
    organisation: Organisation,
    path: Path,
    source: Source,
    *,
    now: datetime,
    progress: Callable[[int], None],
    adviser: Adviser = SILENT,
) -> Summary:
    """Take every row of *path* in; *progress* is told the bytes read so far.

    *adviser* tells languages and adds to what the rules decide.

    Raises:
        IntakeRejected: the file as a whole cannot be read as a table of comments.
        DatabaseAway: the database went away; running the import again finishes it.
    """
    summary = Summary()
    desk = _Desk(database, organisation, source, now, adviser)
    with (
        files.read(path, source=source, now=now) as rows,
        RejectedWriter(path, rows.columns) as rejects,
    ):
        for batch in _batches(rows):
            for row, trouble in _take(desk, batch, summary):
                summary.rejected += 1
                rejects.write(row.original, trouble)
            progress(rows.consumed)
        summary.rejects = rejects.path if summary.rejected else None
    return summary


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        yield batch


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where rows are taken in."""

    database: Database
    organisation: Organisation
    source: Source
    now: datetime
    adviser: Adviser

    def store(self, changes: list[Change]) -> list[int]:
        """How each of *changes* was answered; all of them, or none, are stored."""
        with self.database.transaction() as session:
            return [
                receiving.receive(
                    session,
                    [change],
                    source=self.source,
                    organisation=self.organisation,
                    now=self.now,
                    adviser=self.adviser,
                ).status
                for change in changes
            ]


def _take(desk: _Desk, batch: list[Row], summary: Summary) -> Iterator[tuple[Row, str]]:
    """Store a batch in one transaction; when one row spoils it, each in its own."""
    good = [(row, row.change) for row in batch if row.change is not None]
    try:
        statuses = desk.store([change for _, change in good])
    except Unstorable:
        statuses = []
        for row, change in good:
            try:
                statuses += desk.store([change])
            except Unstorable as error:
                yield row, f"could not be stored ({error})"
    summary.new += statuses.count(receiving.NEW)
    summary.known += statuses.count(receiving.KNOWN)
    yield from ((row, row.rejected) for row in batch if row.change is None)
