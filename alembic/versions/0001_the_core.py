"""Cases and their stakes, the journal, and what is owed to Slack."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

INSTANT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("number", ID, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("lead", sa.Text(), server_default="", nullable=False),
        sa.Column("units", JSON, nullable=False),
        sa.Column("regions", JSON, nullable=False),
        sa.Column("priority", sa.Text(), server_default="", nullable=False),
        sa.Column("tags", JSON, nullable=False),
        sa.Column("triage", sa.Text(), server_default="", nullable=False),
        sa.Column("edited_at", INSTANT, nullable=True),
        sa.Column("deleted_at", INSTANT, nullable=True),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("dismissed", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_opened_at", "cases", ["opened_at"])
    op.create_index(
        "ix_cases_triage",
        "cases",
        ["opened_at"],
        sqlite_where=sa.text("triage <> ''"),
        postgresql_where=sa.text("triage <> ''"),
    )
    op.create_table(
        "changes",
        sa.Column("id", ID, nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("external_id", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("fingerprint", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("raw", JSON, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changes")),
        sa.UniqueConstraint(
            "source",
            "external_id",
            "fingerprint",
            name=op.f("uq_changes_source_external_id_fingerprint"),
        ),
    )
    op.create_table(
        "deliveries",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("case_number", sa.BigInteger(), nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("source", "delivery_id", name=op.f("pk_deliveries")),
    )
    op.create_index("ix_deliveries_received_at", "deliveries", ["received_at"])
    op.create_table(
        "digest_runs",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", "local_date", name=op.f("pk_digest_runs")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("first_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "lanes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("lease_until", INSTANT, nullable=False),
        sa.Column("worker", sa.Text(), server_default="", nullable=False),
        sa.Column("blocked", sa.Text(), server_default="", nullable=False),
        sa.Column("blocked_since", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lanes")),
    )
    op.create_table(
        "members",
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("place", "person", name=op.f("pk_members")),
    )
    op.create_index("ix_members_person", "members", ["person"])
    op.create_table(
        "places",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("refreshed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )
    op.create_table(
        "comments",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_number", ID, nullable=True),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("external_id", sa.Text(), server_default="", nullable=False),
        sa.Column("author_id", sa.Text(), server_default="", nullable=False),
        sa.Column("folded", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name=op.f("fk_comments_case_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_comments_source_external_id")),
    )
    op.create_index(op.f("ix_comments_case_number"), "comments", ["case_number"])
    op.create_index("ix_comments_received_at", "comments", ["received_at"])
    op.create_table(
        "journal",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_number", ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("team", sa.Text(), server_default="", nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name=op.f("fk_journal_case_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_case_number_id", "journal", ["case_number", "id"])
    op.create_index("ix_journal_team_kind_at", "journal", ["team", "kind", "at"])
    op.create_table(
        "notices",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), server_default="", nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("case_number", ID, nullable=True),
        sa.Column("team", sa.Text(), server_default="", nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("ts", sa.Text(), server_default="", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("sending_since", INSTANT, nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name=op.f("fk_notices_case_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("key", name=op.f("uq_notices_key")),
    )
    op.create_index(
        "ix_notices_owed",
        "notices",
        ["channel", "urgency", "id"],
        sqlite_where=sa.text("wanted > shown"),
        postgresql_where=sa.text("wanted > shown"),
    )
    op.create_table(
        "stakes",
        sa.Column("case_number", ID, nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("asked_by", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("claim_due", INSTANT, nullable=False),
        sa.Column("resolve_due", INSTANT, nullable=False),
        sa.Column("holder", sa.Text(), server_default="", nullable=False),
        sa.Column("claimed_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("moved_to", sa.Text(), server_default="", nullable=False),
        sa.Column("claim_missed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("resolve_missed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name=op.f("fk_stakes_case_number")
        ),
        sa.PrimaryKeyConstraint("case_number", "team", name=op.f("pk_stakes")),
    )
    op.create_index(
        "ix_stakes_claim_due",
        "stakes",
        ["claim_due"],
        sqlite_where=sa.text("state = 'open' AND NOT claim_missed"),
        postgresql_where=sa.text("state = 'open' AND NOT claim_missed"),
    )
    op.create_index(
        "ix_stakes_holder",
        "stakes",
        ["holder"],
        sqlite_where=sa.text("state = 'claimed'"),
        postgresql_where=sa.text("state = 'claimed'"),
    )
    op.create_index(
        "ix_stakes_resolve_due",
        "stakes",
        ["resolve_due"],
        sqlite_where=sa.text("state IN ('open', 'claimed') AND NOT resolve_missed"),
        postgresql_where=sa.text("state IN ('open', 'claimed') AND NOT resolve_missed"),
    )
    op.create_index("ix_stakes_team_state_opened_at", "stakes", ["team", "state", "opened_at"])


def downgrade() -> None:
    op.drop_table("stakes")
    op.drop_table("notices")
    op.drop_table("journal")
    op.drop_table("comments")
    op.drop_table("places")
    op.drop_table("members")
    op.drop_table("lanes")
    op.drop_table("heartbeats")
    op.drop_table("digest_runs")
    op.drop_table("deliveries")
    op.drop_table("changes")
    op.drop_table("cases")
