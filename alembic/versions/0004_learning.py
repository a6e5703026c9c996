"""What people's corrections teach, and what was learned from it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def words(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.text("false"), nullable=False)


def count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)


def upgrade() -> None:
    op.add_column(
        "cases", sa.Column("suggested", JSON, server_default=sa.text("'[]'"), nullable=False)
    )
    op.create_table(
        "lessons",
        sa.Column("case_number", ID, nullable=False),
        sa.Column("departments", JSON, nullable=False),
        sa.Column("teams", JSON, nullable=False),
        words("kind"),
        words("by"),
        sa.Column("at", INSTANT, nullable=False),
        count("changed"),
        words("dropped"),
        sa.ForeignKeyConstraint(["case_number"], ["cases.number"], name="fk_lessons_case_number"),
        sa.PrimaryKeyConstraint("case_number", name="pk_lessons"),
    )
    op.create_index("ix_lessons_changed", "lessons", ["changed"])
    op.create_index("ix_lessons_at", "lessons", ["at"])
    op.create_table(
        "models",
        sa.Column("version", ID, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("told", JSON, nullable=False),
        count("lessons"),
        sa.Column("seen", JSON, nullable=False),
        words("by"),
        flag("refused"),
        flag("frozen"),
        sa.PrimaryKeyConstraint("version", name="pk_models"),
    )
    op.add_column("cases", count("joined"))
    op.create_table(
        "wave_bands",
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("sketch", sa.BigInteger(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("band", "comment_id", name="pk_wave_bands"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wave_comments",
        sa.Column("comment_id", ID, nullable=False),
        sa.Column("wave", ID, nullable=False),
        words("author"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("edited_at", INSTANT),
        sa.Column("deleted_at", INSTANT),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comments.id"], name="fk_wave_comments_comment_id"
        ),
        sa.ForeignKeyConstraint(["wave"], ["cases.number"], name="fk_wave_comments_wave"),
        sa.PrimaryKeyConstraint("comment_id", name="pk_wave_comments"),
    )
    op.create_index("ix_wave_comments_wave_at", "wave_comments", ["wave", "at"])


def downgrade() -> None:
    op.drop_table("wave_comments")
    op.drop_table("wave_bands")
    op.drop_table("models")
    op.drop_table("lessons")
    with op.batch_alter_table("cases") as batch_op:
        batch_op.drop_column("suggested")
        batch_op.drop_column("joined")
