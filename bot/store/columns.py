"""The kinds of columns that the tables are made of, the same in both databases."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""What all tables belong to."""


# A comment leaves some forty of them, and all of one transaction have few different ones. Not by the
# moment as it was given: the two of an hour that comes twice are equal to each other.
@lru_cache(maxsize=512)
def written(moment: datetime) -> str:
    """*moment*, which is in UTC, as SQLite keeps it: without a zone."""
    return moment.isoformat(" ", "microseconds")[:26]


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("a naive datetime has no place in the database")
    return value.astimezone(UTC)


def _as_text(value: datetime | None) -> str | None:
    moment = _in_utc(value)
    return None if moment is None else written(moment)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime in both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """Store UTC, in one step."""
        return _as_text if dialect.name == "sqlite" else _in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


json = JSON().with_variant(JSONB(), "postgresql")
# SQLite counts up by itself only in an INTEGER key.
identity = BigInteger().with_variant(Integer(), "sqlite")


def words(name: str, **more: Any) -> Column[str]:
    """A text that is "" where there is none."""
    return Column(name, Text, nullable=False, server_default="", **more)


def flag(name: str) -> Column[bool]:
    """A yes or no that is no at first."""
    return Column(name, Boolean, nullable=False, server_default=text("false"))


def number(name: str) -> Column[int]:
    """A count that begins at 0."""
    return Column(name, Integer, nullable=False, server_default=text("0"))
