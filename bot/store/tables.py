"""The tables. `alembic/versions` brings a database to this state; `alembic check` proves it."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.store.columns import (
    Instant as Instant,
    flag,
    identity,
    json as json,
    metadata as metadata,
    number,
    words,
)
from bot.store.learning_tables import (
    lessons as lessons,
    models as models,
    wave_bands as wave_bands,
    wave_comments as wave_comments,
)
from bot.store.report_tables import (
    digest_runs as digest_runs,
    rounds as rounds,
    schedule_pauses as schedule_pauses,
    schedules as schedules,
)

cases = Table(
    "cases",
    metadata,
    Column("number", identity, primary_key=True),
    Column("opened_at", Instant, nullable=False),
    words("lead"),
    Column("units", json, nullable=False),
    Column("regions", json, nullable=False),
    words("priority"),
    Column("tags", json, nullable=False),
    words("triage"),
    Column("suggested", json, nullable=False, server_default=text("'[]'")),
    Column("edited_at", Instant),
    Column("deleted_at", Instant),
    Column("settled_at", Instant),
    Column("reopened_at", Instant),
    words("dismissed"),
    Column("facts", json, nullable=False, server_default=text("'[]'")),
    Column("watchers", json, nullable=False, server_default=text("'[]'")),
    number("joined"),
    Index("ix_cases_opened_at", "opened_at"),
    Index("ix_cases_triage", "opened_at", sqlite_where=text("triage <> ''"),
          postgresql_where=text("triage <> ''")),
)  # fmt: skip
"""The state of each case; only `journal` writes it."""

comments = Table(
    "comments",
    metadata,
    Column("id", identity, primary_key=True),
    Column("case_number", ForeignKey("cases.number"), index=True),
    words("source"),
    words("external_id"),
    words("author_id"),
    words("folded"),
    Column("facts", json, nullable=False),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("source", "external_id"),
    Index("ix_comments_received_at", "received_at"),
    Index("ix_comments_author", "author_id", "source"),
)
"""What customers wrote, by the newest word of each field; `changes` has how it came to be so.

A row without a case has joined another comment's (`wave_comments`), or is the mark that a deletion
leaves when it arrives before its comment."""

# A campaign may be longer than PostgreSQL lets an entry of a tree be; only equal ones are asked for.
Index("ix_comments_campaign", comments.c.facts["campaign"].as_string(), postgresql_using="hash")

changes = Table(
    "changes",
    metadata,
    Column("id", identity, primary_key=True),
    words("source"),
    words("external_id"),
    words("kind"),
    Column("at", Instant, nullable=False),
    words("fingerprint"),
    Column("facts", json, nullable=False),
    Column("raw", json, nullable=False),
    Column("received_at", Instant, nullable=False),
    UniqueConstraint("source", "external_id", "fingerprint"),
)
"""Everything a source said about a comment, each thing once; also before the comment is known."""

stakes = Table(
    "stakes",
    metadata,
    Column("case_number", ForeignKey("cases.number"), primary_key=True),
    Column("team", Text, primary_key=True),
    words("state"),
    Column("position", Integer, nullable=False),
    Column("reasons", json, nullable=False),
    words("asked_by"),
    Column("opened_at", Instant, nullable=False),
    Column("claim_due", Instant, nullable=False),
    Column("resolve_due", Instant, nullable=False),
    Column("claim_warn", Instant),
    Column("resolve_warn", Instant),
    Column("claim_since", Instant),
    Column("resolve_since", Instant),
    number("claim_used"),
    number("resolve_used"),
    words("holder"),
    Column("claimed_at", Instant),
    Column("touched_at", Instant),
    Column("expires_at", Instant),
    flag("asked"),
    Column("ended_at", Instant),
    words("ended_by"),
    words("outcome"),
    words("note"),
    words("moved_to"),
    flag("claim_near"),
    flag("claim_missed"),
    flag("resolve_near"),
    flag("resolve_missed"),
    words("paused"),
    Column("paused_until", Instant),
    words("paused_on"),
    words("phase"),
    number("step"),
    Column("escalate_at", Instant),
    Column("next_at", Instant),
    Index("ix_stakes_team_state_opened_at", "team", "state", "opened_at"),
    Index("ix_stakes_live", "team", "case_number", "state", "opened_at", "asked_by",
          sqlite_where=text("state IN ('open', 'claimed')"),
          postgresql_where=text("state IN ('open', 'claimed')")),
    Index("ix_stakes_next_at", "next_at", sqlite_where=text("next_at IS NOT NULL"),
          postgresql_where=text("next_at IS NOT NULL")),
    Index("ix_stakes_holder", "holder",
          sqlite_where=text("state = 'claimed'"), postgresql_where=text("state = 'claimed'")),
)  # fmt: skip
"""One team's part in one case; only `journal` writes it."""

journal = Table(
    "journal",
    metadata,
    Column("id", identity, primary_key=True),
    Column("case_number", ForeignKey("cases.number"), nullable=False),
    Column("at", Instant, nullable=False),
    words("by"),
    words("kind"),
    words("team"),
    Column("data", json, nullable=False),
    Index("ix_journal_case_number_id", "case_number", "id"),
    Index("ix_journal_team_kind_at", "team", "kind", "at"),
)
"""Every event, in order; nothing is taken out, and nothing changed but words that are forgotten."""

notices = Table(
    "notices",
    metadata,
    Column("id", identity, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    words("kind"),
    words("channel"),
    Column("case_number", ForeignKey("cases.number")),
    words("team"),
    Column("data", json, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("shown", Integer, nullable=False),
    words("ts"),
    number("attempts"),
    Column("next_at", Instant, nullable=False),
    Column("sending_since", Instant),
    words("last_error"),
    words("emoji"),
    Column("created_at", Instant, nullable=False),
    Index("ix_notices_message", "channel", "ts", sqlite_where=text("ts <> ''"),
          postgresql_where=text("ts <> ''")),
    Index("ix_notices_owed", "channel", "urgency", "id",
          sqlite_where=text("wanted > shown"),
          postgresql_where=text("wanted > shown")),
    Index("ix_notices_owed_updates", "channel", "urgency", "id",
          sqlite_where=text("wanted > shown AND ts <> ''"),
          postgresql_where=text("wanted > shown AND ts <> ''")),
)  # fmt: skip
"""What Slack must show. A row is owed while ``wanted`` is ahead of ``shown``."""

lanes = Table(
    "lanes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("next_at", Instant, nullable=False),
    Column("lease_until", Instant, nullable=False),
    words("worker"),
    words("blocked"),
    Column("blocked_since", Instant),
)
"""One per channel (and per gate): when it may be posted to next, and which worker has it."""

doubts = Table(
    "doubts",
    metadata,
    Column("notice_id", ForeignKey("notices.id"), primary_key=True),
    words("thread"),
    Column("since", Instant, nullable=False),
    Column("at", Instant, nullable=False),
    number("look"),
    number("tries"),
    Column("due_at", Instant, nullable=False),
    Index("ix_doubts_due_at", "due_at"),
)
"""What was posted after a look in vain, until it has been looked at again."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("source", Text, primary_key=True),
    Column("delivery_id", Text, primary_key=True),
    Column("status", Integer, nullable=False),
    Column("case_number", BigInteger),
    Column("received_at", Instant, nullable=False),
    Index("ix_deliveries_received_at", "received_at"),
)
"""Webhook deliveries that were answered, and how; a replay is answered the same."""

members = Table(
    "members",
    metadata,
    Column("place", Text, primary_key=True),
    Column("person", Text, primary_key=True),
    Index("ix_members_person", "person"),
)
"""Who is in a channel or user group, as Slack said last."""

places = Table(
    "places",
    metadata,
    Column("id", Text, primary_key=True),
    words("name"),
    Column("refreshed_at", Instant, nullable=False),
)
"""Channels and user groups whose members we know, and since when."""

absences = Table(
    "absences",
    metadata,
    Column("person", Text, primary_key=True),
    Column("until", Instant, nullable=False),
    flag("by_status"),
)
"""Who is away, and until when."""

hints = Table(
    "hints",
    metadata,
    Column("person", Text, primary_key=True),
    Column("hint", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)
"""What somebody has been told once and need not hear again."""

heard = Table(
    "heard",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("at", Instant, nullable=False),
)
"""Events of Slack's that were acted upon; Slack sends one again when it heard no answer."""

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("first_at", Instant, nullable=False),
)
"""When each kind of process was last seen at work, and for the first time ever."""

Row = RowMapping
