"""The tools that look after the database: upgrade, remeasure."""

import sys

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot import readiness, remeasuring
from bot.config import Settings
from bot.errors import Misconfigured
from bot.store import migrations
from bot.store.database import Database

_MOST_SHOWN = 20


def upgrade(settings: Settings) -> int:
    """`crosstalk db upgrade`: the tables of this release, and everything that belongs in them."""
    migrations.upgrade(settings.database_url)
    filled = _fill(Database(settings.database_url))
    cases = "1 case was" if filled == 1 else f"{filled} cases were"
    counted = f" {cases} measured." if filled else ""
    _say(f"The database is up to date.{counted}")
    return 0


def _fill(database: Database) -> int:
    bar = _bar()
    task = bar.add_task("Cases", total=None)

    def show(count: int) -> None:
        # Mostly there is nothing to fill, and then nothing to show.
        bar.start()
        bar.update(task, completed=count)

    try:
        return remeasuring.fill(database, progress=show)
    finally:
        if bar.live.is_started:
            bar.stop()


def remeasure(settings: Settings, *, check: bool) -> int:
    """`crosstalk db remeasure`: count from the journal again; 1 when *check* finds a difference.

    Raises:
        Misconfigured: the database is not ready.
    """
    database = Database(settings.database_url)
    faults = readiness.schema_faults(database)
    if faults:
        raise Misconfigured(faults)
    with _bar() as bar:
        task = bar.add_task("Cases", total=None)
        found = remeasuring.remeasure(
            database, check=check, progress=lambda n: bar.update(task, completed=n)
        )
    wrong = ", ".join(f"#{number}" for number in found.differing[:_MOST_SHOWN])
    if not found.differing:
        _say(f"{found.cases} cases, all measured as their journal says.")
        return 0
    done = "differ from their journal" if check else "differed and are measured anew"
    _say(f"{found.cases} cases; {len(found.differing)} {done}: {wrong}")
    return 1 if check else 0


def _bar() -> Progress:
    """How many so far, and for how long: nobody counts the cases beforehand."""
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed}"))
    return Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
