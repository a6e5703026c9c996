"""The kinds of columns that the tables are made of, the same in both databases."""

from datetime import UTC, datetime
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


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime in both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the database")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

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
