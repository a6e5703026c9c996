"""Counters and gauges by name, for ``GET /metrics``."""

from prometheus_client import Counter, Gauge, Histogram

INTAKE = Counter("crosstalk_intake", "Deliveries by source and answer", ["source", "status"])
SLACK_REQUESTS = Counter("crosstalk_slack_requests", "Requests from Slack by answer", ["status"])
SENT = Counter("crosstalk_notices", "Notices by kind and outcome", ["kind", "outcome"])
RECONCILED = Counter("crosstalk_reconciled", "Posts of unknown outcome, looked up", ["found"])
OUTBOX_OWED = Gauge("crosstalk_outbox_owed", "Notices owed to Slack, by state", ["state"])
OUTBOX_AGE = Gauge("crosstalk_outbox_oldest_seconds", "Age of the oldest notice that is owed")
HEARTBEAT_AGE = Gauge("crosstalk_heartbeat_age_seconds", "Since a process was seen", ["name"])
TICK = Histogram("crosstalk_tick_seconds", "How long a tick of the clock takes", ["job"])
TEAM_OPEN = Gauge("crosstalk_team_open", "Parts that a team has to finish", ["team"])
TEAM_UNCLAIMED = Gauge("crosstalk_team_unclaimed", "Of these, those that nobody holds", ["team"])
TEAM_OLDEST = Gauge(
    "crosstalk_team_oldest_unclaimed_seconds", "Age of the oldest that nobody holds", ["team"]
)
TEAM_WARNED = Gauge("crosstalk_team_warned", "Close to a target that still matters", ["team"])
TEAM_LATE = Gauge("crosstalk_team_past_target", "Past a target that still matters", ["team"])
TEAM_GAUGES = (TEAM_OPEN, TEAM_UNCLAIMED, TEAM_OLDEST, TEAM_WARNED, TEAM_LATE)
