"""What was posted after a look in vain, so that any worker looks again; and the updates apart."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

INSTANT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

UPDATES = "wanted > shown AND ts <> ''"

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "doubts",
        sa.Column("notice_id", ID, nullable=False),
        sa.Column("thread", sa.Text(), server_default="", nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("look", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_doubts_notice_id"),
        sa.PrimaryKeyConstraint("notice_id", name="pk_doubts"),
    )
    op.create_index("ix_doubts_due_at", "doubts", ["due_at"])
    op.create_index(
        "ix_notices_owed_updates",
        "notices",
        ["channel", "urgency", "id"],
        sqlite_where=sa.text(UPDATES),
        postgresql_where=sa.text(UPDATES),
    )


def downgrade() -> None:
    op.drop_index("ix_notices_owed_updates", table_name="notices")
    op.drop_table("doubts")
