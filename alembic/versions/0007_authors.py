"""Comments by author: each claim asks whether somebody talks with that customer already."""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_comments_author", "comments", ["author_id", "source"], if_not_exists=True)


def downgrade() -> None:
    op.drop_index("ix_comments_author", table_name="comments")
