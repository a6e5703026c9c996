"""The tools that look after the database: upgrade, remeasure."""

import sys

from rich.console import Console
from rich.progress import Progress

from bot import readiness, remeasuring
from bot.config import Settings
from bot.errors import Misconfigured
from bot.store import migrations
from bot.store.database import Database

_MOST_SHOWN = 20


def upgrade(settings: Settings) -> int:
    """`crosstalk db upgrade`: the tables of this release, and everything that belongs in them."""
    migrations.upgrade(settings.database_url)
    filled = remeasuring.fill(Database(settings.database_url))
    counted = f" {filled} cases were measured." if filled else ""
    _say(f"The database is up to date.{counted}")
    return 0


def remeasure(settings: Settings, *, check: bool) -> int:
    """`crosstalk db remeasure`: count from the journal again; 1 when *check* finds a difference.

    Raises:
        Misconfigured: the database is not ready.
    """
    database = Database(settings.database_url)
    faults = readiness.schema_faults(database)
    if faults:
        raise Misconfigured(faults)
    with Progress(console=Console(stderr=True)) as bar:
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


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
