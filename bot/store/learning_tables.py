"""The tables behind routing that learns; `tables` has all the others."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, text

from bot.store.columns import Instant, flag, identity, json, metadata, number, words

lessons = Table(
    "lessons",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("departments", json, nullable=False),
    Column("teams", json, nullable=False),
    words("kind"),
    words("by"),
    Column("at", Instant, nullable=False),
    number("changed"),
    words("dropped"),
    Index("ix_lessons_changed", "changed"),
    Index("ix_lessons_at", "at"),
)
"""What each case teaches, as its journal says; ``changed`` counts the changes of all lessons up.

``kind`` is "" for a case that teaches nothing any more; the row stays, so that this too is a change.
``dropped`` is who said that the case is no example, "" for nobody."""

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

wave_bands = Table(
    "wave_bands",
    metadata,
    Column("band", BigInteger, primary_key=True),
    Column("comment_id", BigInteger, primary_key=True),
    Column("sketch", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    sqlite_with_rowid=False,
)
"""What texts that may be alike are found by: of those with a band in common, sketches are compared,
and of those that are near, the texts."""

wave_comments = Table(
    "wave_comments",
    metadata,
    Column("comment_id", ForeignKey("comments.id"), primary_key=True),
    Column("wave", ForeignKey("cases.number"), nullable=False),
    words("author"),
    Column("at", Instant, nullable=False),
    Column("edited_at", Instant),
    Column("deleted_at", Instant),
    Index("ix_wave_comments_wave_at", "wave", "at"),
)
"""The comments of each wave; ``wave`` is the case whose card counts them.

One without a case of its own has joined that case, and is answered there."""
