"""Structured logs: one line an event, JSON for machines or plain for people.

What a log line may hold is ids, codes and counts; customers' words never.
"""

import logging
import sys

import structlog
from structlog.typing import Processor


def configure(log_format: str) -> None:
    """Send everything, libraries' logs included, to standard error in one shape."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    # These tell each request or tick, at a level that is meant for news.
    for chatty in ("apscheduler", "slack_sdk", "uvicorn.access", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    # Bolt warns at each start that our own client stands in for the one it would have made.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
