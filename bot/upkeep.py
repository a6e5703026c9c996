"""The tools that look after the database: upgrade, remeasure, backup, restored."""

from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot import organisation, readiness, remeasuring
from bot.config import Settings
from bot.errors import Fault, Misconfigured
from bot.printing import say
from bot.store import copying, migrations, restoring
from bot.store.database import Database
from bot.usecases import scheduling

_MOST_SHOWN = 20


def upgrade(settings: Settings) -> int:
    """`crosstalk db upgrade`: the tables of this release, and everything that belongs in them."""
    migrations.upgrade(settings.database_url)
    filled = _fill(Database(settings.database_url))
    cases = "1 case was" if filled == 1 else f"{filled} cases were"
    counted = f" {cases} measured." if filled else ""
    say(f"The database is up to date.{counted}")
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
    database = readiness.opened(settings)
    with _bar() as bar:
        task = bar.add_task("Cases", total=None)
        found = remeasuring.remeasure(
            database, check=check, progress=lambda n: bar.update(task, completed=n)
        )
    wrong = ", ".join(f"#{number}" for number in found.differing[:_MOST_SHOWN])
    if not found.differing:
        say(f"{found.cases} cases, all measured as their journal says.")
        return 0
    done = "differ from their journal" if check else "differed and are measured anew"
    say(f"{found.cases} cases; {len(found.differing)} {done}: {wrong}")
    return 1 if check else 0


def backup(settings: Settings, file: Path) -> int:
    """`crosstalk db backup`: a copy of an SQLite database, also while others write to it.

    Raises:
        Misconfigured: the file is there already or cannot be written, or this is PostgreSQL, which
            has better means.
    """
    database = Database(settings.database_url, most=1)
    if not database.is_sqlite:
        mend = "use pg_dump --format=custom, or your server's own backups"
        raise Misconfigured([Fault("crosstalk db backup", "copies SQLite only", mend)])
    try:
        size = copying.copy(database, file)
    except OSError as error:
        mend = "name a new file in a folder that you may write to"
        problem = f"{file} cannot be written: {error.strerror}"
        raise Misconfigured([Fault("the copy", problem, mend)]) from error
    say(f"{file} is a whole database of {size / 1e6:,.1f} MB.")
    return 0


def restored(settings: Settings, *, leap: int, now: datetime) -> int:
    """`crosstalk db restored`: nothing that Slack has from after the copy comes a second time.

    Raises:
        Misconfigured: the database or the organisation file is not ready.
    """
    database, org = readiness.opened(settings), organisation.load(settings.organisation_file)
    with database.transaction() as session:
        posts = restoring.look_first(session)
        cards = restoring.show_again(session, now=now)
        digests = scheduling.pass_over_due(session, org, now=now)
        following = restoring.leap(session, leap)
    say(f"Posts that are owed, to be looked for first: {posts}.")
    say(f"Cards of open cases, to be brought up to date: {cards}.")
    say(f"Digests that were due, left to the next ones: {digests}.")
    if following is None:
        say("SQLite numbers new cases on from the copy: do not press the buttons of newer cards.")
    else:
        say(f"The next case is #{following}.")
    return 0


def _bar() -> Progress:
    """How many so far, and for how long: nobody counts the cases beforehand."""
    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed}"))
    return Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True))
