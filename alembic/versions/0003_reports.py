"""Rounds, from which numbers are counted; digests that people schedule."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MARKS = ("touched", "claimed", "claim_missed", "resolve_missed")
PEOPLE = ("touched", "claimed", "ended")
LIVE = ["team", "case_number", "state", "opened_at", "asked_by"]
IS_LIVE = sa.text("state IN ('open', 'claimed')")

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def partial(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        name, "rounds", columns, sqlite_where=condition, postgresql_where=condition
    )


def upgrade() -> None:
    op.create_table(
        "rounds",
        sa.Column("case_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        words("how"),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("touched_at", sa.BigInteger()),
        words("touched_by"),
        sa.Column("claimed_at", sa.BigInteger()),
        words("claimed_by"),
        sa.Column("claim_missed_at", sa.BigInteger()),
        sa.Column("resolve_missed_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        words("ended_by"),
        words("ended"),
        words("resolvers"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_rounds_case_number"),
        sa.PrimaryKeyConstraint("case_number", "team", "round", name="pk_rounds"),
    )
    op.create_index("ix_rounds_began", "rounds", ["team", "began_at", "case_number", "how"])
    for name in MARKS:
        partial(f"ix_rounds_{name}", ["team", f"{name}_at"], f"{name}_at IS NOT NULL")
    ended = ["team", "ended_at", "case_number", "ended"]
    partial("ix_rounds_ended", ended, "ended_at IS NOT NULL")
    for name in PEOPLE:
        partial(f"ix_rounds_{name}_by", [f"{name}_by", f"{name}_at"], f"{name}_by <> ''")

    op.create_index("ix_stakes_live", "stakes", LIVE, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE)

    op.create_table(
        "schedules",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("data", JSON, nullable=False),
        words("by"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_schedules"),
    )
    op.create_table(
        "schedule_pauses",
        sa.Column("key", sa.Text(), nullable=False),
        words("by"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_schedule_pauses"),
    )
    op.add_column("digest_runs", sa.Column("since", INSTANT))
    op.add_column("digest_runs", sa.Column("until", INSTANT))


def downgrade() -> None:
    with op.batch_alter_table("digest_runs") as batch_op:
        batch_op.drop_column("until")
        batch_op.drop_column("since")
    op.drop_table("schedule_pauses")
    op.drop_table("schedules")
    op.drop_index("ix_stakes_live", "stakes", sqlite_where=IS_LIVE, postgresql_where=IS_LIVE)
    op.drop_table("rounds")
