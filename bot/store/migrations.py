"""Bringing a database to the state of `tables`, and asking how far it is."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

import bot
from bot.errors import DatabaseAway, Fault, Misconfigured
from bot.store.database import Database

FOLDER = Path(bot.__file__).resolve().parent.parent / "alembic"


def upgrade(url: str) -> None:
    """Bring the database at *url* to the newest state.

    Any number of processes may call this at once: one does the work, the others wait for it.

    Raises:
        Misconfigured: the migrations are not there.
        DatabaseAway: the database cannot be reached, or is locked for too long.
    """
    try:
        command.upgrade(_config(url), "head")
    except OperationalError as error:
        raise DatabaseAway(type(error.orig).__name__) from error


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
