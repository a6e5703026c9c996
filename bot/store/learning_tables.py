"""The tables behind routing that learns; `tables` has all the others."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, text

from bot.store.columns import Instant, flag, identity, json, metadata, number, words

lessons = Table(
    "lessons",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("departments", json, nullable=False),
    words("kind"),
    words("by"),
    Column("at", Instant, nullable=False),
    number("changed"),
    flag("dropped"),
    Index("ix_lessons_changed", "changed"),
    Index("ix_lessons_at", "at"),
)
"""What each case teaches, as its journal says; ``changed`` counts the changes of a lesson up.

``dropped`` is a person's word that the case is no example."""

models = Table(
    "models",
    metadata,
    Column("version", identity, primary_key=True),
    Column("made_at", Instant, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("told", json, nullable=False),
    Column("lessons", Integer, nullable=False, server_default=text("0")),
    Column("seen", json, nullable=False),
    words("by"),
    flag("refused"),
    flag("frozen"),
)
"""What was learned: the newest version that was not refused is what every process routes with.

``told`` is what people can read of it, ``seen`` how many lessons there were and when the newest
changed, ``refused`` that it did worse than the one before, ``frozen`` that somebody wants none after
it."""
