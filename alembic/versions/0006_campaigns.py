"""Whether a campaign was ever named is found by an index, and not in every comment."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_CAMPAIGN = {
    "sqlite": "JSON_EXTRACT(facts, '$.\"campaign\"')",
    "postgresql": "(facts ->> 'campaign')",
}


def upgrade() -> None:
    named = _CAMPAIGN[op.get_context().dialect.name]
    # Entries of a tree have at most 2,704 bytes in PostgreSQL, and a campaign may be longer.
    op.create_index(
        "ix_comments_campaign",
        "comments",
        [sa.text(named)],
        if_not_exists=True,
        postgresql_using="hash",
    )


def downgrade() -> None:
    op.drop_index("ix_comments_campaign", table_name="comments")
