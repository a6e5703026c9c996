"""`crosstalk import`: a file of comments, of any size, safe to run again."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from bot.domain.organisation import Organisation, Source
from bot.domain.suggesting import SILENT, Adviser
from bot.errors import DatabaseAway, Unstorable
from bot.intake import files
from bot.intake.files import Row
from bot.intake.rejects import RejectedWriter
from bot.intake.wordless import is_wordless, require_words
from bot.reception import Reception
from bot.store.database import Database
from bot.usecases import receiving
from bot.usecases.gathering import Delivery

_BATCH = 100
_SELDOM = 20_000
_MOST_LINES = 10


@dataclass(slots=True)
class Summary:
    """How an import went.

    Attributes:
        rejects: the file of rejected rows, if there are any.
        wordless: how many of the comments that are new in the file say nothing in words.
        wordless_at: the lines on which the first of these begin.
    """

    new: int = 0
    known: int = 0
    rejected: int = 0
    rejects: Path | None = None
    wordless: int = 0
    wordless_at: tuple[int, ...] = ()


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
    with files.read(path, source=source, now=now) as rows:
        require_words(rows)
    summary = Summary()
    reception = Reception(database, organisation, lambda: now, adviser)
    with (
        _uncollected(),
        files.read(path, source=source, now=now) as rows,
        RejectedWriter(path, rows.columns) as rejects,
    ):
        for batch in _batches(rows):
            _note_wordless(batch, summary)
            for row, trouble in _take(reception, source, batch, summary):
                summary.rejected += 1
                rejects.write(row.number, row.original, trouble)
            progress(rows.consumed)
        summary.rejects = rejects.path if summary.rejected else None
    return summary


@contextmanager
def _uncollected() -> Iterator[None]:
    """Let the garbage collector look seldom, and at nothing that was there before the first row.

    Nothing of it goes away meanwhile. To look at all of it again and again takes a fifth of the
    time, and nearly all that a row leaves behind goes without being looked for.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _note_wordless(batch: list[Row], summary: Summary) -> None:
    found = [row.number for row in batch if is_wordless(row)]
    summary.wordless += len(found)
    summary.wordless_at = (*summary.wordless_at, *found)[:_MOST_LINES]


def _take(
    reception: Reception, source: Source, batch: list[Row], summary: Summary
) -> Iterator[tuple[Row, str]]:
    """Store a batch, and tell which of its rows could not be stored, and why."""
    good = [(row, row.change) for row in batch if row.change is not None]
    deliveries = [Delivery(source=source, changes=(change,)) for _, change in good]
    for (row, _), outcome in zip(good, reception.take(deliveries), strict=True):
        if isinstance(outcome, DatabaseAway):
            raise outcome
        if isinstance(outcome, Exception):
            why = str(outcome) if isinstance(outcome, Unstorable) else type(outcome).__name__
            yield row, f"could not be stored ({why})"
        elif outcome.status == receiving.NEW:
            summary.new += 1
        else:
            summary.known += 1
    yield from ((row, row.rejected) for row in batch if row.change is None)
