"""A customer who wants to be forgotten, with everything that can be known of them."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import LargeBinary, select

from bot import erasing
from bot.domain.comment import Change, ChangeKind
from bot.domain.digest import Period
from bot.domain.scope import Scope
from bot.store import tables as t
from bot.store.database import Database
from bot.ui import ids
from bot.usecases import forgetting, posting, receiving
from tests.domain.factories import ANNA
from tests.fakes.slack_api import FakeSlack
from tests.handlers.desk import SERVICE, SERVICE_CHANNEL, Desk

NAME, HANDLE, KEY = "Wilhelmina Öztürk-王", "@willa.oz", "fb-7741093"
TEXT = "Refund! My phone broke; write to willa@private.example or ring 0123-777-888."
EDITED = "Refund now! My phone exploded at 7 Rosenweg, and nobody rang 0123-777-888."
LINK = "https://social.example/willa.oz/posts/9"
AUTHOR = {"name": NAME, "handle": HANDLE, "id": KEY, "url": "https://social.example/willa.oz"}
SECRETS = (NAME, HANDLE, "willa", KEY, TEXT, EDITED, "0123-777-888", "Rosenweg", "exploded", "王")


def told(desk: Desk, kind: ChangeKind, text: str, external_id: str, **facts: Any) -> int | None:
    source = desk.organisation.sources[0]
    change = Change(
        kind=kind,
        source=source.key,
        external_id=external_id,
        at=desk.clock.now(),
        facts={"text": text, "author": AUTHOR, "url": LINK, **facts},
        raw={"data": {"text": text, "author": AUTHOR, "note": "whatever came with it"}},
    )
    with desk.database.transaction() as session:
        return receiving.receive(
            session,
            [change],
            source=source,
            organisation=desk.organisation,
            now=desk.clock.now(),
            delivery_id=f"msg-{external_id}-{kind}",
        ).case


def stored(database: Database) -> Iterator[tuple[str, str]]:
    """Every value of every column of every table, with the name of its column."""
    with database.reading() as session:
        for table in t.metadata.sorted_tables:
            for column in table.columns:
                for value in session.execute(select(column)).scalars():
                    where = f"{table.name}.{column.name}"
                    if isinstance(column.type, LargeBinary):
                        yield where, bytes(value).decode("latin-1")
                    else:
                        yield where, str(value)


def traces(database: Database) -> list[tuple[str, str]]:
    """Where anything of the author is still to be found."""
    found = [(w, value.casefold()) for w, value in stored(database)]
    return [(w, s) for w, value in found for s in SECRETS if s.casefold() in value]


def in_file(database: Database) -> list[str]:
    """The same in the bytes of a SQLite database, its log included."""
    path = database.url.removeprefix("sqlite:///")
    raw = b""
    for end in ("", "-wal", "-shm"):
        file = Path(path + end)
        raw += file.read_bytes() if file.exists() else b""
    low = raw.lower()
    forms = {
        form.lower()
        for secret in SECRETS
        for form in (secret.encode(), secret.casefold().encode(), json.dumps(secret)[1:-1].encode())
    }
    return [form.decode() for form in forms if form in low]


def shown(slack: FakeSlack) -> list[str]:
    """Everything of the author's that any message of the bot's shows."""
    everything = [
        json.dumps([m.text, m.blocks], ensure_ascii=False).casefold()
        for messages in slack.workspace.posted.values()
        for m in messages
    ]
    return [s for s in SECRETS for each in everything if s.casefold() in each]


def story(desk: Desk) -> int:
    """A comment that is edited, worked on, talked about, and quoted all over Slack."""
    number = told(desk, ChangeKind.CREATED, TEXT, "c-1")
    assert number is not None
    desk.deliver()
    desk.clock.advance(minutes=5)
    told(desk, ChangeKind.UPDATED, EDITED, "c-1")
    desk.deliver()
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    desk.press(desk.card(SERVICE_CHANNEL), ids.MORE, by=ANNA, option=f"tell|{number}:{SERVICE}")
    desk.submit(ANNA, {"text": f"Called {NAME}, who is angry"})
    desk.deliver()
    desk.choose(ids.ADD_FACT, by=ANNA)
    desk.submit(ANNA, {"text": "They said 0123-777-888 is their number"})
    desk.deliver()
    with desk.database.transaction() as session:
        posting.owe_digest(
            session,
            Scope(),
            Period(since=desk.clock.now() - timedelta(days=1), until=desk.clock.now()),
            channel=SERVICE_CHANNEL,
            asked_by=ANNA,
            now=desk.clock.now(),
        )
    desk.deliver()
    return number


def forget(desk: Desk, name: str = HANDLE) -> forgetting.Erased:
    def people() -> list[forgetting.Person]:
        with desk.database.reading() as session:
            return [forgetting.whole(session, p) for p in forgetting.find(session, name)]

    (person,) = people()
    erased, _ = erasing.forget_person(
        desk.database, desk.organisation, person, again=people, now=desk.clock.now()
    )
    return erased
