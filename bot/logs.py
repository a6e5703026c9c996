"""Structured logs: one line an event, JSON for machines or plain for people.

What a log line may hold is ids, codes and counts; customers' words never.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# What these say is in our own words. Any other error may quote a value that it did not like, and
# so a customer; Slack's would quote an answer that was cut off, which repeats what we sent.
_OWN_WORDS = ("bot.", "handlers.")
_CODE = re.compile(r"[a-z0-9_]+", re.ASCII)
_LONGEST_CHAIN = 5


def configure(log_format: str) -> None:
    """Send everything, libraries' logs included, to standard error in one shape."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        quote_nobody,
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
    # They quote answers that they cannot read, and rows that were refused. We log each failure
    # ourselves, by its code.
    for quoting in ("slack_sdk.web", "psycopg"):
        logging.getLogger(quoting).setLevel(logging.CRITICAL)
    # Bolt warns at each start that our own client stands in for the one it would have made.
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)


def quote_nobody(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Tell of an exception by its type and its places; by its text only where that is our own."""
    del logger, method
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = "\n".join(_told(each) for each in _chain(error))
    return event


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_LONGEST_CHAIN):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> str:
    places = "".join(traceback.format_tb(error.__traceback__))
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    own = kind.startswith(_OWN_WORDS) or isinstance(error, OSError)
    said = str(error) if own else _slack_code(error)
    return f"{places}{kind}: {said}" if said else f"{places}{kind}"


def _slack_code(error: BaseException) -> str:
    data = getattr(getattr(error, "response", None), "data", None)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    return code if _CODE.fullmatch(code) else ""
