"""Bringing a database to the state of `tables`, and asking how far it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError

import bot
from bot.errors import DatabaseAway, Fault, Misconfigured
from bot.store import revisions
from bot.store.database import Database

FOLDER = Path(bot.__file__).resolve().parent.parent / "alembic"


def upgrade(url: str) -> None:
    """Bring the database at *url* to the newest state, or leave it at a newer one that serves us.

    Any number of processes may call this at once, of two releases also: one does the work, the
    others wait for it.

    Raises:
        Misconfigured: the migrations are not there, or a later release has been here that left
            nothing for this one.
        DatabaseAway: the database cannot be reached, or is locked for too long.
    """
    try:
        command.upgrade(_config(url), "head")
    except OperationalError as error:
        raise DatabaseAway(type(error.orig).__name__) from error
    except CommandError:
        # Alembic knows nothing of a state that a later release has made.
        if not _left_by_a_later_release(url):
            raise


def faults(database: Database) -> list[Fault]:
    """Why this release cannot work on *database*; nothing when it can.

    Raises:
        DatabaseAway: the database does not answer.
        Misconfigured: the migrations are not there to compare with.
    """
    found, wanted = current(database), head()
    if revisions.fits(found, wanted):
        return []
    if not revisions.is_newer(found, wanted):
        state = f"at {found}" if found else "empty"
        problem = f"is {state}, and this release needs {wanted}"
        return [Fault("the database", problem, "run: crosstalk db upgrade")]
    there = revisions.parse(found)
    since = there.oldest if there else found
    problem = f"is at {found}, newer than this release, which was written for {wanted}"
    return [Fault("the database", problem, f"start a release written for {since} or later")]


def _left_by_a_later_release(url: str) -> bool:
    database = Database(url, most=1)
    try:
        if not revisions.is_newer(current(database), head()):
            return False
        if found := faults(database):
            raise Misconfigured(found)
        return True
    finally:
        database.close()


def head() -> str:
    """The newest state's name.

    Raises:
        Misconfigured: the migrations are not there.
    """
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(database: Database) -> str | None:
    """The name of the state that *database* is in; None when it is empty.

    Raises:
        DatabaseAway: the database does not answer.
    """
    with database.reading() as session:
        return MigrationContext.configure(session).get_current_revision()


def _config(url: str = "") -> Config:
    if not (FOLDER / "env.py").is_file():
        mend = "start Crosstalk from its checkout, where alembic/ stands beside bot/"
        raise Misconfigured([Fault(str(FOLDER), "the migrations are not there", mend)])
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["url"] = url
    return config
