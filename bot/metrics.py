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
