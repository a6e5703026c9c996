"""Counters and gauges by name, for ``GET /metrics``."""

from prometheus_client import Counter, Gauge, Histogram

INTAKE = Counter("crosstalk_intake", "Deliveries by source and answer", ["source", "status"])
INTAKE_SECONDS = Histogram("crosstalk_intake_seconds", "From a delivery to its answer, committed")
SLACK_REQUESTS = Counter("crosstalk_slack_requests", "Requests from Slack by answer", ["status"])
SLACK_SECONDS = Histogram("crosstalk_slack_seconds", "From a request of Slack's to its answer")
LISTENER = Histogram(
    "crosstalk_listener_seconds", "What a click or command takes, its commit and ack", ["listener"]
)
SENT = Counter("crosstalk_notices", "Notices by kind and outcome", ["kind", "outcome"])
RECONCILED = Counter("crosstalk_reconciled", "Posts of unknown outcome, looked up", ["found"])
OUTBOX_OWED = Gauge("crosstalk_outbox_owed", "Notices owed to Slack, by state", ["state"])
OUTBOX_AGE = Gauge("crosstalk_outbox_oldest_seconds", "Age of the oldest notice that is owed")
OUTBOX_NOTICES = Gauge(
    "crosstalk_outbox_notices", "Notices owed to Slack, by what they wait for", ["state"]
)
OUTBOX_STATE_AGE = Gauge(
    "crosstalk_outbox_age_seconds", "For how long the oldest of them has waited for that", ["state"]
)
HEARTBEAT_AGE = Gauge("crosstalk_heartbeat_age_seconds", "Since a process was seen", ["name"])
TICK = Histogram("crosstalk_tick_seconds", "How long a tick of the clock takes", ["job"])
TICK_LAG = Gauge("crosstalk_tick_lag_seconds", "Since the clock should have noticed something")
BREACHES = Counter("crosstalk_breaches", "Targets missed, as the clock notices", ["team", "target"])
TEAM_OPEN = Gauge("crosstalk_team_open", "Parts that a team has to finish", ["team"])
TEAM_UNCLAIMED = Gauge("crosstalk_team_unclaimed", "Of these, those that nobody holds", ["team"])
TEAM_OLDEST = Gauge(
    "crosstalk_team_oldest_unclaimed_seconds", "Age of the oldest that nobody holds", ["team"]
)
TEAM_WARNED = Gauge("crosstalk_team_warned", "Close to a target that still matters", ["team"])
TEAM_LATE = Gauge("crosstalk_team_past_target", "Past a target that still matters", ["team"])
STATE_GAUGES = (OUTBOX_OWED, OUTBOX_NOTICES, OUTBOX_STATE_AGE, HEARTBEAT_AGE)
PLAIN_GAUGES = (OUTBOX_AGE, TICK_LAG)
TEAM_GAUGES = (TEAM_OPEN, TEAM_UNCLAIMED, TEAM_OLDEST, TEAM_WARNED, TEAM_LATE)
