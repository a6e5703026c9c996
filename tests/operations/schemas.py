"""Schemas as a real database has them, and what one takes away from the code of another."""

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from bot.store.database import Database

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What code relies on about one column."""

    kind: str
    nullable: bool
    filled: bool
    """Whether a row may be written without a word about this column."""


Schema = dict[tuple[str, str], Place]


def config(url: str) -> Config:
    """Alembic's settings for the database at *url*."""
    found = Config(toml_file=ROOT / "pyproject.toml")
    found.attributes["url"] = url
    return found


def names() -> list[str]:
    """The names of all states, oldest first."""
    scripts = ScriptDirectory.from_config(config(""))
    return [script.revision for script in scripts.walk_revisions()][::-1]


def upgrade_to(url: str, revision: str) -> None:
    """Bring the database at *url* to that state."""
    command.upgrade(config(url), revision)


def reflected(database: Database) -> Schema:
    """What *database* holds."""
    found, looking = {}, inspect(database.engine)
    for table in looking.get_table_names():
        keys = set(looking.get_pk_constraint(table)["constrained_columns"])
        for column in looking.get_columns(table):
            default = column.get("default") is not None or bool(column.get("identity"))
            # SQLite counts up by itself in a key of one integer.
            counted = keys == {column["name"]} and str(column["type"]) == "INTEGER"
            found[table, column["name"]] = Place(
                kind=str(column["type"]),
                nullable=bool(column["nullable"]),
                filled=default or bool(column["nullable"]) or counted,
            )
    return found


def uniques(database: Database) -> set[tuple[str, tuple[str, ...]]]:
    """What *database* allows once only, besides keys."""
    looking, found = inspect(database.engine), set()
    for table in looking.get_table_names():
        columns = [one["column_names"] for one in looking.get_unique_constraints(table)]
        columns.extend(
            [str(name) for name in index["column_names"]]
            for index in looking.get_indexes(table)
            if index["unique"]
        )
        found |= {(table, tuple(sorted(names))) for names in columns}
    return found


def broken_for(before: Schema, after: Schema) -> list[str]:
    """What code written for *before* trips over on *after*."""
    tables = {table for table, _ in before}
    wrong = [f"{table}.{name} is gone" for table, name in sorted(before.keys() - after.keys())]
    for (table, name), place in sorted(after.items()):
        old = before.get((table, name))
        if old is None:
            if table in tables and not place.filled:
                wrong.append(f"{table}.{name} is new and has to be filled")
        elif old.kind != place.kind:
            wrong.append(f"{table}.{name} was {old.kind} and is {place.kind}")
        elif old.nullable and not place.nullable:
            wrong.append(f"{table}.{name} may not be empty any more")
        elif old.filled and not place.filled:
            wrong.append(f"{table}.{name} has lost its default")
    return wrong
