"""What is logged: ids, codes and counts, in one shape; never what a customer wrote or is called."""

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog
from pydantic import TypeAdapter

from bot import jobs, logs, web
from bot.domain.comment import Comment
from bot.errors import Refused, Unstorable
from bot.importing import import_file
from bot.intake.connector import sign
from bot.store import pending, tables as t
from bot.store.database import Database
from bot.ui import ids
from tests.domain.factories import ANNA, BEN, CHLOE
from tests.fakes.clock import Clock
from tests.fakes.faults import Drop, Garbage, Http429, Http500
from tests.fakes.slack_api import FakeSlack
from tests.handlers.desk import INTAKE_SECRET, LOBBY, PRODUCT_CHANNEL, SERVICE_CHANNEL, Desk
from tests.web.client import Client

WORDS = "Xylophone refund 手機壞咗"
AUTHOR = "Zebedee Quux"
SAID = ("Xylophone", "手機壞咗", "Zebedee", "Quux", "zebquux", "a private note")


@contextmanager
def logging_as_in_a_process(log_format: str, level: int | None = None) -> Iterator[io.StringIO]:
    """Everything that would stand in a process's log, as text; then all is as before."""
    root, before = logging.getLogger(), structlog.get_config()
    kept = (root.handlers, root.level)
    levels = {name: logging.getLogger(name).level for name in _library_loggers()}
    written, stderr = io.StringIO(), sys.stderr
    try:
        sys.stderr = written
        logs.configure(log_format)
        # Loggers that remember this set-up would leave the other tests deaf.
        structlog.configure(cache_logger_on_first_use=False)
        if level is not None:
            root.setLevel(level)
        yield written
    finally:
        sys.stderr = stderr
        root.handlers, root.level = kept
        for name, value in levels.items():
            logging.getLogger(name).setLevel(value)
        structlog.configure(**before)


def _library_loggers() -> tuple[str, ...]:
    return (
        "apscheduler",
        "slack_bolt",
        "slack_sdk",
        "slack_sdk.web",
        "psycopg",
        "uvicorn.access",
        "alembic",
    )


def events(written: io.StringIO) -> list[dict[str, Any]]:
    """The lines of a log in JSON."""
    return [json.loads(line) for line in written.getvalue().splitlines()]


def nobody_is_quoted(written: io.StringIO) -> None:
    whole = written.getvalue()
    assert [word for word in SAID if word in whole] == []
    assert [word for word in SAID if json.dumps(word)[1:-1] in whole] == []


def tell(desk: Desk, client: Client, kind: str, delivery: str, **data: Any) -> int:
    now = desk.clock.now()
    about = {"platform": "facebook", "id": "fb-1", **data}
    told = {"type": f"comment.{kind}", "timestamp": now.isoformat(), "data": about}
    body = json.dumps(told).encode()
    headers = sign(INTAKE_SECRET, delivery, int(now.timestamp()), body)
    return client.post("/intake/webhook/facebook-hk", content=body, headers=headers).status_code


def live(desk: Desk) -> None:
    """A comment's life, with much of what can go wrong in it."""
    author = {"name": AUTHOR, "handle": "zebquux"}
    with Client.of(web.create_web(desk.services, desk.app, ready=list)) as client:
        assert tell(desk, client, "created", "msg_1", text=f"{WORDS} phone", author=author) == 202
        assert tell(desk, client, "created", "msg_2", text=5, author=author) == 422
        assert tell(desk, client, "updated", "msg_3", text=WORDS, author=AUTHOR) == 422
        desk.slack.fail("chat.postMessage", "invalid_blocks", channel=SERVICE_CHANNEL)
        half = Garbage(b'{"ok": true, "message": {"text": "#1. ' + WORDS.encode())
        for fault in ("internal_error", Http429(1), Http500(), Drop(), half):
            desk.slack.fail("chat.postMessage", fault, channel=PRODUCT_CHANNEL)
        desk.deliver(seconds=300)
        act(desk)
        assert tell(desk, client, "deleted", "msg_4") == 200
        desk.clock.advance(days=2)
        for job in jobs.JOBS:
            job.run(desk.services)
        desk.deliver(seconds=60)


def act(desk: Desk) -> None:
    card = desk.card(PRODUCT_CHANNEL)
    desk.press(card, ids.CLAIM, by=CHLOE)
    desk.press(card, ids.CLAIM, by=BEN)
    desk.slack.fail("response_url", Drop(), times=None)
    desk.press(card, ids.CLAIM, by=BEN)
    desk.slack.mend("response_url")
    for fault in ("invalid_arguments", "internal_error", Garbage(WORDS.encode())):
        desk.slack.fail("views.open", fault)
        desk.press(card, ids.RESOLVE, by=CHLOE)
    desk.press(card, ids.RESOLVE, by=CHLOE)
    desk.submit(CHLOE, {"outcome": "fixed", "note": "a private note"})
    desk.slack.fail("views.publish", "internal_error")
    desk.send(desk.incoming.home_opened(by=ANNA))
    desk.command("/comment", WORDS)
    desk.command("/crosstalk", f"route {WORDS}")
    desk.send(desk.incoming.event("message", channel=LOBBY, user=ANNA, text=WORDS))
    desk.send(desk.incoming.event("reaction_added", user=ANNA, item={"text": WORDS}))


def test_a_comment_s_whole_life_is_logged_without_a_word_of_it(
    database: Database, slack: FakeSlack, clock: Clock
) -> None:
    with logging_as_in_a_process("json") as written:
        live(Desk(database, slack, clock))
    found = {event["event"] for event in events(written)}
    assert found >= {
        "intake.answered",
        "not_delivered",
        "message_refused",
        "listener_failed",
        "window_not_opened",
        "private_reply_failed",
        "event_failed",
    }
    assert {event["level"] for event in events(written)} >= {"info", "warning", "error"}
    assert "SlackApiError: invalid_arguments" in written.getvalue()
    nobody_is_quoted(written)


def spoil(desk: Desk) -> None:
    """Make the stored comment one that cannot be read, as a fault of ours would."""
    with desk.database.transaction() as session:
        facts = {"text": {"words": WORDS}, "author": AUTHOR, "platform": "x"}
        session.execute(t.comments.update().values(facts=facts))


def test_a_comment_that_cannot_be_read_is_logged_by_its_place_and_not_by_its_words(
    sqlite_database: Database, slack: FakeSlack, clock: Clock
) -> None:
    desk = Desk(sqlite_database, slack, clock)
    desk.comment(WORDS)
    spoil(desk)
    with logging_as_in_a_process("json") as written:
        desk.command("/comment", "1")
        desk.command("/comment", "refund")
        desk.services.directory.refresh()
        desk.press(desk.card("C0SERVICEHK"), ids.CLAIM, by=ANNA)
        desk.deliver()
        desk.send(desk.incoming.home_opened(by=ANNA))
    failed = [event for event in events(written) if "exception" in event]
    assert {event["event"] for event in failed} >= {"listener_failed", "render_failed"}
    assert all("pydantic_core" in event["exception"] for event in failed)
    assert all("comments.py" in event["exception"] for event in failed)
    nobody_is_quoted(written)


def test_an_import_is_logged_without_a_word_of_it(
    sqlite_database: Database, slack: FakeSlack, clock: Clock, tmp_path: Any
) -> None:
    desk = Desk(sqlite_database, slack, clock)
    rows = [{"platform": "x", "id": "1", "text": WORDS}, {"platform": "x", "id": 5, "text": WORDS}]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    with logging_as_in_a_process("json", logging.DEBUG) as written:
        summary = import_file(
            desk.database,
            desk.organisation,
            file,
            desk.organisation.sources[0],
            now=clock.now(),
            progress=lambda _: None,
        )
    assert (summary.new, summary.rejected) == (1, 1)
    nobody_is_quoted(written)


def value_that_pydantic_dislikes() -> None:
    TypeAdapter(Comment).validate_python({"source": "s", "external_id": "1", "text": [WORDS]})


def value_that_python_dislikes() -> None:
    int(WORDS)


def value_behind_another_error() -> None:
    try:
        int(WORDS)
    except ValueError as error:
        raise KeyError(AUTHOR) from error


@pytest.mark.parametrize("log_format", ["json", "text"])
@pytest.mark.parametrize(
    ("fail", "errors"),
    [
        (value_that_pydantic_dislikes, 1),
        (value_that_python_dislikes, 1),
        (value_behind_another_error, 2),
    ],
)
def test_an_exception_is_told_by_its_kind_and_place(
    log_format: str, fail: Callable[[], None], errors: int
) -> None:
    with logging_as_in_a_process(log_format) as written:
        for log in (structlog.get_logger(), logging.getLogger("a.library")):
            try:
                fail()
            except (ValueError, KeyError):
                log.exception("failed")
    assert written.getvalue().count(f"in {fail.__name__}") == 2 * errors
    assert "Error" in written.getvalue()
    nobody_is_quoted(written)


def test_a_row_that_is_refused_beside_another_fault_is_not_quoted(
    postgres_database: Database, clock: Clock
) -> None:
    """Of two faults the driver raises one, and would tell the log of the other."""

    def write(*members: dict[str, str]) -> None:
        with postgres_database.transaction() as session:
            hint = {"person": AUTHOR, "hint": "h", "at": clock.now()}
            pending.put(session, t.hints.insert(), hint)
            pending.put(session, t.members.insert(), *members)

    with logging_as_in_a_process("json") as written:
        write({"place": "C0ONE", "person": "U0ANNA"})
        with pytest.raises(Unstorable):
            write({"place": "C0ONE", "person": "\0"})
    nobody_is_quoted(written)


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_what_we_and_the_network_say_is_told_as_it_is(log_format: str) -> None:
    with logging_as_in_a_process(log_format) as written:
        for error in (Refused("There is no case #7."), ConnectionRefusedError("port 5432")):
            structlog.get_logger().warning("failed", exc_info=error)
    assert "bot.errors.Refused: There is no case #7." in written.getvalue()
    assert "port 5432" in written.getvalue()


def test_our_lines_and_the_libraries_lines_have_one_shape() -> None:
    with logging_as_in_a_process("json") as written:
        structlog.get_logger().info("ours", case=1042, channel="C0客")
        logging.getLogger("uvicorn.error").info("theirs %s", 5)
        logging.getLogger("slack_bolt.App").info("chatter")
        logging.getLogger("somebody").debug("detail")
    ours, theirs = events(written)
    assert (ours["event"], ours["case"], ours["channel"]) == ("ours", 1042, "C0客")
    assert (theirs["event"], theirs["level"], theirs["logger"]) == (
        "theirs 5",
        "info",
        "uvicorn.error",
    )
    assert ours["timestamp"].endswith("Z")


def test_people_may_read_plain_lines_instead() -> None:
    with logging_as_in_a_process("text") as written:
        structlog.get_logger().warning("members_unknown", place="C0TRIAGE")
    assert "[warning  ] members_unknown" in written.getvalue()
    assert "place=C0TRIAGE" in written.getvalue()
