"""A bot at work in a fake workspace: a real database, the real SDK, a clock that stands still."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bot import readiness
from bot.config import Settings
from bot.domain.comment import Change, ChangeKind
from bot.domain.organisation import Organisation, Outcome, Priority
from bot.services import Services
from bot.slack.delivery import Delivery
from bot.slack.directory import SlackDirectory
from bot.slack.gateway import Gateway, web_client
from bot.store import tables as t
from bot.store.database import Database
from bot.store.outbox import Owed, Urgency, owe
from bot.usecases import owning, receiving
from tests.domain import factories
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Message

HK, UK, TRIAGE = "C0SERVICEHK", "C0SERVICEUK", "C0TRIAGE"
REFUND = "I want a refund"
DANGER = "It caught fire"


def organisation(**over: Any) -> Organisation:
    """The brand of all tests, where a fire is urgent."""
    urgent = Outcome(departments=("service",), priority=Priority.URGENT)
    danger = replace(factories.rule("danger", text=("fire",)), then=urgent)
    return factories.organisation(**{"rules": (*factories.EXAMPLE_RULES, danger)} | over)


def settings(slack: FakeSlack, database_url: str = "sqlite://", **over: Any) -> Settings:
    """Settings by which a bot finds the fake."""
    return settings_at(slack.client_url, database_url, **over)


def settings_at(slack_url: str, database_url: str, **over: Any) -> Settings:
    """Settings for a fake Slack at an address."""
    known: dict[str, Any] = {
        "database_url": database_url,
        "slack_bot_token": "xoxb-test",
        "slack_signing_secret": "secret",
        "slack_api_url": slack_url,
    }
    return Settings(**known | over)


def furnish(slack: FakeSlack, org: Organisation) -> None:
    """Give the workspace the organisation's channels, with its leads, and its managers."""
    slack.channel(org.triage_channel, "triage")
    for team in org.teams:
        slack.channel(team.channel, team.key, members=[team.lead])
    for manager in org.managers:
        slack.user(manager)


class Office:
    """The bot, and what the tests ask of it."""

    def __init__(
        self, slack: FakeSlack, database: Database, clock: Clock, org: Organisation, **over: Any
    ) -> None:
        self.slack = slack
        self.database = database
        self.clock = clock
        self.organisation = org
        self.gateway = Gateway(web_client(settings(slack)))
        self.services = Services(
            settings=settings(slack, **over),
            database=database,
            organisation=org,
            directory=SlackDirectory(database, org, self.gateway, clock.now),
            now=clock.now,
        )
        self.delivery = self.worker("one")
        self._numbers = itertools.count(1)

    def worker(self, name: str, gateway: Gateway | None = None) -> Delivery:
        """One more worker."""
        return Delivery(self.services, gateway or self.gateway, worker=name)

    def comes_in(self, *texts: str, source: str = "facebook-hk", **facts: Any) -> list[int]:
        """A comment of each text arrives, all in one transaction; the numbers of their cases."""
        found = self.organisation.source(source)
        assert found is not None
        with self.database.transaction() as session:
            received = [
                receiving.receive(
                    session,
                    [self._change(source, {"text": text, "author": {"name": "Wing"}} | facts)],
                    source=found,
                    organisation=self.organisation,
                    now=self.clock.now(),
                )
                for text in texts
            ]
        return [answer.case for answer in received if answer.case is not None]

    def _change(self, source: str, facts: dict[str, Any]) -> Change:
        name = str(next(self._numbers))
        now = self.clock.now()
        return Change(kind=ChangeKind.CREATED, source=source, external_id=name, at=now, facts=facts)

    def claim(self, number: int, team: str = "service-hk", by: str = factories.ANNA) -> None:
        """*by* takes the team's stake."""
        with self.database.transaction() as session:
            owning.claim(
                session, self.organisation, number, team, by=by, now=self.clock.now()
            )  # fmt: skip

    def resolve(self, number: int, team: str = "service-hk", by: str = factories.ANNA) -> None:
        """*by* finishes the team's part."""
        with self.database.transaction() as session:
            owning.resolve(
                session, self.organisation, number, team,
                outcome="answered", note="", by=by, now=self.clock.now(),
            )  # fmt: skip

    def owe_alert(self, key: str, channel: str, text: str = "Something is wrong.") -> None:
        """A plain message is owed to a channel or a person."""
        owed = Owed(
            key=key, kind="alert", channel=channel, urgency=Urgency.ALERT, data={"text": text}
        )
        with self.database.transaction() as session:
            owe(session, [owed], now=self.clock.now())

    def work(self, delivery: Delivery | None = None) -> int:
        """Deliver what can go at this moment; how many notices were taken in hand."""
        worker = delivery or self.delivery
        return sum(1 for _ in itertools.takewhile(lambda _: worker.step(), range(10_000)))

    def work_for(self, seconds: float, *, pause: float = 1) -> None:
        """Deliver, let *pause* seconds pass, and so on, until *seconds* have passed."""
        self.work()
        end = self.clock.now() + timedelta(seconds=seconds)
        while self.clock.now() < end:
            self.clock.advance(seconds=pause)
            self.work()

    def notices(self, channel: str | None = None) -> list[t.Row]:
        """The outbox, or one channel's part of it, in order of birth."""
        query = select(t.notices).order_by(t.notices.c.id)
        if channel:
            query = query.where(t.notices.c.channel == channel)
        with self.database.reading() as session:
            return list(session.execute(query).mappings())

    def notice(self, channel: str) -> t.Row:
        """The only notice of a channel."""
        (found,) = self.notices(channel)
        return found

    def owed(self) -> list[str]:
        """What Slack does not show yet, by channel."""
        c = t.notices.c
        query = select(c.channel).where(c.wanted > c.shown).order_by(c.id)
        with self.database.reading() as session:
            return list(session.execute(query).scalars())

    def lane(self, name: str) -> t.Row:
        """How a channel stands."""
        with self.database.reading() as session:
            query = select(t.lanes).where(t.lanes.c.name == name)
            return session.execute(query).mappings().one()

    def troubles(self) -> list[str]:
        """What an operator is told, a missing clock apart."""
        found = readiness.troubles(self.database, self.organisation, self.clock.now())
        return [str(trouble) for trouble in found if "clock" not in trouble.what]

    def posts(self, channel: str | None = None) -> int:
        """How many posts were tried."""
        return len(self.slack.called("chat.postMessage", channel))

    def updates(self, channel: str | None = None) -> int:
        """How many updates were tried."""
        return len(self.slack.called("chat.update", channel))

    def markers(self, channel: str) -> list[str]:
        """The ids on the first blocks of a channel's messages."""
        return [marker(message) for message in self.slack.messages(channel)]


def marker(message: Message) -> str:
    """What a message can be recognised by."""
    return str(message.blocks[0]["block_id"]) if message.blocks else ""
