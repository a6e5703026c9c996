"""The tables behind numbers and digests; `tables` has all the others."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table, Text, text

from bot.store.columns import Instant, json, metadata, words

rounds = Table(
    "rounds",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("team", Text, primary_key=True),
    Column("round", Integer, primary_key=True),
    words("how"),
    Column("began_at", BigInteger, nullable=False),
    Column("touched_at", BigInteger),
    words("touched_by"),
    Column("claimed_at", BigInteger),
    words("claimed_by"),
    Column("claim_missed_at", BigInteger),
    Column("resolve_missed_at", BigInteger),
    Column("ended_at", BigInteger),
    words("ended_by"),
    words("ended"),
    words("resolvers"),
    # With what is counted most beside it, so that four weeks are counted without the rounds.
    Index("ix_rounds_began", "team", "began_at", "case_number", "how"),
    *(
        Index(f"ix_rounds_{name}", "team", f"{name}_at", *more,
              sqlite_where=text(f"{name}_at IS NOT NULL"),
              postgresql_where=text(f"{name}_at IS NOT NULL"))
        for name, *more in (
            ("touched",),
            ("claimed",),
            ("claim_missed",),
            ("resolve_missed",),
            ("ended", "case_number", "ended"),
        )
    ),
    *(
        Index(f"ix_rounds_{name}_by", f"{name}_by", f"{name}_at",
              sqlite_where=text(f"{name}_by <> ''"), postgresql_where=text(f"{name}_by <> ''"))
        for name in ("touched", "claimed", "ended")
    ),
)  # fmt: skip
"""Each run of a stake, and of a whole case (``team`` is "" there), as the numbers count them.

It is made from the journal, by `rounds`, and can be made again from it. Instants are microseconds
since 1970, so that a month of them is measured without reading a million dates."""

digest_runs = Table(
    "digest_runs",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("since", Instant),
    Column("until", Instant),
)
"""Each digest, once per local date, with the period that it told of."""

schedules = Table(
    "schedules",
    metadata,
    Column("key", Text, primary_key=True),
    Column("data", json, nullable=False),
    words("by"),
    Column("created_at", Instant, nullable=False),
)
"""The digests that people have scheduled in Slack; those of the organisation file stand there."""

schedule_pauses = Table(
    "schedule_pauses",
    metadata,
    Column("key", Text, primary_key=True),
    words("by"),
    Column("at", Instant, nullable=False),
)
"""The schedules that somebody has paused, also those of the organisation file."""
