"""Clocks that warn, stop and escalate; facts, watchers, absences; emoji on cards."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision: str = '0002'
down_revision: str | Sequence[str] | None = '0001'
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table('absences',
    sa.Column('person', sa.Text(), nullable=False),
    sa.Column('until', INSTANT, nullable=False),
        sa.Column("by_status", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    sa.PrimaryKeyConstraint('person', name=op.f('pk_absences'))
    )
    op.create_table('heard',
    sa.Column('event_id', sa.Text(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_heard'))
    )
    op.create_table('hints',
    sa.Column('person', sa.Text(), nullable=False),
    sa.Column('hint', sa.Text(), nullable=False),
    sa.Column('at', INSTANT, nullable=False),
    sa.PrimaryKeyConstraint('person', 'hint', name=op.f('pk_hints'))
    )
    op.add_column('cases', sa.Column('reopened_at', INSTANT, nullable=True))
    op.add_column('cases', sa.Column('facts', JSON, server_default=sa.text("'[]'"), nullable=False))
    op.add_column('cases', sa.Column('watchers', JSON, server_default=sa.text("'[]'"), nullable=False))

    op.add_column('notices', sa.Column('emoji', sa.Text(), server_default='', nullable=False))
    op.create_index('ix_notices_message', 'notices', ['channel', 'ts'], sqlite_where=sa.text("ts <> ''"), postgresql_where=sa.text("ts <> ''"))

    op.add_column('stakes', sa.Column('claim_warn', INSTANT, nullable=True))
    op.add_column('stakes', sa.Column('resolve_warn', INSTANT, nullable=True))
    op.add_column('stakes', sa.Column('claim_since', INSTANT, nullable=True))
    op.add_column('stakes', sa.Column('resolve_since', INSTANT, nullable=True))
    op.add_column('stakes', sa.Column('claim_used', sa.Integer(), server_default=sa.text('0'), nullable=False))
    op.add_column('stakes', sa.Column('resolve_used', sa.Integer(), server_default=sa.text('0'), nullable=False))
    op.add_column('stakes', sa.Column('touched_at', INSTANT, nullable=True))
    op.add_column('stakes', sa.Column('expires_at', INSTANT, nullable=True))
    op.add_column('stakes', sa.Column('asked', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('stakes', sa.Column('claim_near', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('stakes', sa.Column('resolve_near', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.add_column('stakes', sa.Column('paused', sa.Text(), server_default='', nullable=False))
    op.add_column('stakes', sa.Column('paused_until', INSTANT, nullable=True))
    op.add_column('stakes', sa.Column('paused_on', sa.Text(), server_default='', nullable=False))
    op.add_column('stakes', sa.Column('phase', sa.Text(), server_default='', nullable=False))
    op.add_column('stakes', sa.Column('step', sa.Integer(), server_default=sa.text('0'), nullable=False))
    op.add_column('stakes', sa.Column('escalate_at', INSTANT, nullable=True))
    op.add_column('stakes', sa.Column('next_at', INSTANT, nullable=True))
    op.drop_index('ix_stakes_claim_due', 'stakes', sqlite_where=sa.text("state = 'open' AND NOT claim_missed"))
    op.drop_index('ix_stakes_resolve_due', 'stakes', sqlite_where=sa.text("state IN ('open', 'claimed') AND NOT resolve_missed"))
    op.create_index('ix_stakes_next_at', 'stakes', ['next_at'], sqlite_where=sa.text('next_at IS NOT NULL'), postgresql_where=sa.text('next_at IS NOT NULL'))

    # What is running now goes on; it was promised without a warning, and keeps that.
    op.execute(
        "UPDATE stakes SET resolve_since = opened_at, claim_since = COALESCE("
        "(SELECT max(journal.at) FROM journal WHERE journal.kind = 'StakeReleased'"
        " AND journal.case_number = stakes.case_number AND journal.team = stakes.team"
        " AND journal.at >= stakes.opened_at), opened_at)"
    )
    op.execute(
        "UPDATE cases SET reopened_at = (SELECT max(journal.at) FROM journal"
        " WHERE journal.kind = 'CaseReopened' AND journal.case_number = cases.number)"
    )
    op.execute(
        "UPDATE stakes SET next_at = CASE"
        " WHEN state = 'open' AND NOT claim_missed THEN claim_due"
        " WHEN NOT resolve_missed THEN resolve_due END"
        " WHERE state IN ('open', 'claimed')"
    )


def downgrade() -> None:
    with op.batch_alter_table('stakes') as batch_op:
        batch_op.drop_index('ix_stakes_next_at', sqlite_where=sa.text('next_at IS NOT NULL'), postgresql_where=sa.text('next_at IS NOT NULL'))
        batch_op.create_index(batch_op.f('ix_stakes_resolve_due'), ['resolve_due'], sqlite_where=sa.text("state IN ('open', 'claimed') AND NOT resolve_missed"))
        batch_op.create_index(batch_op.f('ix_stakes_claim_due'), ['claim_due'], sqlite_where=sa.text("state = 'open' AND NOT claim_missed"))
        batch_op.drop_column('next_at')
        batch_op.drop_column('escalate_at')
        batch_op.drop_column('step')
        batch_op.drop_column('phase')
        batch_op.drop_column('paused_on')
        batch_op.drop_column('paused_until')
        batch_op.drop_column('paused')
        batch_op.drop_column('resolve_near')
        batch_op.drop_column('claim_near')
        batch_op.drop_column('asked')
        batch_op.drop_column('expires_at')
        batch_op.drop_column('touched_at')
        batch_op.drop_column('resolve_used')
        batch_op.drop_column('claim_used')
        batch_op.drop_column('resolve_since')
        batch_op.drop_column('claim_since')
        batch_op.drop_column('resolve_warn')
        batch_op.drop_column('claim_warn')

    with op.batch_alter_table('notices') as batch_op:
        batch_op.drop_index('ix_notices_message', sqlite_where=sa.text("ts <> ''"), postgresql_where=sa.text("ts <> ''"))
        batch_op.drop_column('emoji')

    with op.batch_alter_table('cases') as batch_op:
        batch_op.drop_column('watchers')
        batch_op.drop_column('facts')
        batch_op.drop_column('reopened_at')

    op.drop_table('hints')
    op.drop_table('heard')
    op.drop_table('absences')
