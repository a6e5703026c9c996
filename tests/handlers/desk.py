"""A bot at its desk: every part is real but Slack and the clock, and people press its buttons."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode

from slack_bolt import BoltRequest, BoltResponse
from sqlalchemy import func, select

from bot.config import Settings
from bot.domain.case import Case, State
from bot.domain.comment import Change, ChangeKind
from bot.domain.events import Event
from bot.domain.organisation import Organisation
from bot.main import Bot
from bot.services import Services
from bot.serving import bolt_app
from bot.slack.delivery import Delivery
from bot.slack.directory import SlackDirectory
from bot.slack.gateway import Gateway, web_client
from bot.store import health, journal, tables as t
from bot.store.database import Database
from bot.store.session import Session
from bot.ui import ids
from bot.usecases import hinting, receiving
from bot.web import SlackApp
from tests.domain import factories as make
from tests.domain.factories import ANNA, BEN, CHLOE, MANAGER
from tests.fakes.clock import Clock
from tests.fakes.requests import SECRET, Incoming, signature
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import BOT_USER, Message, Payload, View, as_event

TESS, MAX, STRANGER = "U0TESS", "U0MAX", "U0STRANGER"
LEAD = "U0LEADSERVICEHK"
SERVICE, PRODUCT, MARKETING = "service-hk", "product-mobile", "marketing-hk"
SERVICE_CHANNEL, PRODUCT_CHANNEL, MARKETING_CHANNEL = (
    "C0SERVICEHK",
    "C0PRODUCTMOBILE",
    "C0MARKETINGHK",
)
TRIAGE_CHANNEL, LOBBY = "C0TRIAGE", "C0LOBBY"
INTAKE_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
THREE_TEAMS = "I love my phone, but after three days I want a refund"
NOBODY = "What a day"
HINT = (
    "You now hold Service HK's part of #1. Every team sees your name on it until you resolve it,"
    " hand it off or release it."
)
"""What somebody of Service HK is told the first time that they claim."""

_MEMBERS = {
    SERVICE_CHANNEL: [ANNA, BEN],
    PRODUCT_CHANNEL: [CHLOE],
    MARKETING_CHANNEL: [MAX],
    TRIAGE_CHANNEL: [TESS],
    LOBBY: [ANNA, STRANGER, MANAGER, LEAD, TESS],
}


def settings_for(slack: FakeSlack, database: Database, **over: Any) -> Settings:
    """The settings of a bot in that workspace, on that database."""
    made = Settings(
        database_url=database.url,
        slack_bot_token=slack.token,
        slack_signing_secret=SECRET,
        slack_api_url=slack.client_url,
        intake_secrets=(INTAKE_SECRET,),
    )
    return replace(made, **over)


def bot_over(
    database: Database, slack: FakeSlack, clock: Clock, organisation: Organisation, **settings: Any
) -> Bot:
    """A bot put together as `main.build` does, by the test's clock and organisation."""
    given = settings_for(slack, database, **settings)
    gateway = Gateway(web_client(given))
    services = Services(
        settings=given,
        database=database,
        organisation=organisation,
        directory=SlackDirectory(database, organisation, gateway, clock.now),
        now=clock.now,
    )
    return Bot(services=services, gateway=gateway)


def people(slack: FakeSlack, organisation: Organisation) -> None:
    """Fill the workspace: a channel for each team, and whoever sits in it."""
    for team in organisation.teams:
        slack.channel(team.channel, members=_MEMBERS.get(team.channel, []))
        slack.user(team.lead)
    for channel in (TRIAGE_CHANNEL, LOBBY):
        slack.channel(channel, members=_MEMBERS[channel])


class Desk:
    """A bot, and what the people around it do and see."""

    def __init__(
        self,
        database: Database,
        slack: FakeSlack,
        clock: Clock,
        organisation: Organisation | None = None,
        **settings: Any,
    ) -> None:
        self.slack, self.clock, self.database = slack, clock, database
        self.organisation = organisation or make.organisation()
        people(slack, self.organisation)
        self.bot = bot_over(database, slack, clock, self.organisation, **settings)
        self.services = self.bot.services
        self.app: SlackApp = bolt_app(self.services, self.bot.gateway).dispatch
        self.incoming = Incoming(slack)
        self._worker = Delivery(self.services, self.bot.gateway, worker="desk")
        self._numbers = count(1)

    def comes(self, session: Session, text: str, **facts: Any) -> int:
        """A customer in Hong Kong says *text*; the number of the case, nothing of it shown yet."""
        change = Change(
            kind=ChangeKind.CREATED,
            source="facebook-hk",
            external_id=f"comment-{next(self._numbers)}",
            at=self.clock.now(),
            facts={"text": text, "author": {"name": "Wing Chan"}} | facts,
        )
        org, now = self.organisation, self.clock.now()
        received = receiving.receive(
            session, [change], source=org.sources[0], organisation=org, now=now
        )
        assert received.case is not None
        return received.case

    def comment(self, text: str = THREE_TEAMS, **facts: Any) -> int:
        """The same in a transaction of its own, its cards shown."""
        with self.database.transaction() as session:
            number = self.comes(session, text, **facts)
        self.deliver()
        return number

    def deliver(self, seconds: int = 30) -> None:
        """Let the outbox show what it owes, within so many seconds of the test's clock."""
        for _ in range(seconds):
            while self._worker.step():
                pass
            if not self.owed():
                return
            self.clock.advance(seconds=1)

    def finds(self, findings: list[tuple[str, str]]) -> None:
        """Have a look at the whole installation find *findings*."""
        looked = replace(self.services, checkup=lambda: findings)
        self.app = bolt_app(looked, self.bot.gateway).dispatch

    def claims_known_to(self, *people: str) -> None:
        """They have claimed before, and were told then what it means."""
        with self.database.transaction() as session:
            for person in people:
                hinting.told(session, person, "claim", now=self.clock.now())

    def owed(self) -> int:
        """How many notices Slack does not show yet."""
        with self.database.reading() as session:
            return health.outbox(session, now=self.clock.now()).owed

    def send(self, request: BoltRequest) -> BoltResponse:
        """What the Bolt app answers."""
        return self.app(request)

    def ask(self, request: BoltRequest) -> Payload:
        """What a click, a form or a command is answered; these are never refused."""
        answer = self.send(request)
        assert answer.status == 200, (answer.status, answer.body)
        return dict(json.loads(answer.body)) if answer.body else {}

    def press(
        self,
        where: Message | View,
        action: str,
        *,
        by: str,
        value: str | None = None,
        option: str | None = None,
    ) -> Payload:
        """*by* presses a button."""
        return self.ask(self.incoming.click(where, action, by=by, value=value, option=option))

    def submit(self, by: str, values: Mapping[str, Any] | None = None) -> Payload:
        """*by* submits the form that they have open."""
        answer = self.ask(self.incoming.submit(self.slack.modal(by), values, by=by))
        if answer.get("response_action") == "update":
            self.slack.replace(by, answer["view"])
        return answer

    def choose(self, act: str, *, by: str, channel: str = SERVICE_CHANNEL) -> Payload:
        """*by* chooses *act* in the *More* form of a channel's only card."""
        card = self.card(channel)
        (more,) = [
            option["value"]
            for option in card.buttons[ids.MORE]["options"]
            if option["value"].startswith("more|")
        ]
        self.press(card, ids.MORE, by=by, option=more)
        return self.submit(by, {"act": act})

    def react(self, message: Message, name: str, *, by: str, on: bool = True) -> None:
        """*by* puts an emoji on a message, or takes it away, and the bot hears of it."""
        assert self.send(self.incoming.reacted(message, name, by=by, on=on)).status == 200

    def say(self, text: str, *, by: str, under: Message | None = None, **more: Any) -> Message:
        """*by* writes in the thread of a message, or in the lobby, and the bot hears of it."""
        channel, root = (under.channel, under.ts) if under else (LOBBY, "")
        said = Message(channel, self.slack.workspace.new_ts(), by, text, thread_ts=root)
        self.slack.workspace.posted.setdefault(channel, []).append(said)
        self.send(self.incoming.event("message", **as_event(said), **more))
        return said

    def thread(self, channel: str) -> list[str]:
        """What the bot has said in the thread of a channel's only card, oldest first."""
        root = self.card(channel).ts
        found = self.slack.messages(channel)
        return [m.text for m in found if m.thread_ts == root and m.user == BOT_USER]

    def command(
        self, name: str, text: str = "", *, by: str = ANNA, channel: str = LOBBY
    ) -> Payload:
        """*by* types a slash command."""
        return self.ask(self.incoming.command(name, text, by=by, channel=channel))

    def told(self, person: str) -> list[str]:
        """What was said to *person* alone, as answers to their clicks, oldest first."""
        return [message.text for message in self.slack.ephemerals(person)]

    def card(self, channel: str = SERVICE_CHANNEL) -> Message:
        """The only card in a channel."""
        return self.slack.card(channel)

    def case(self, number: int = 1) -> Case:
        """The case as the database has it."""
        with self.database.reading() as session:
            found = journal.load(session, number, lock=False)
        assert found is not None, f"there is no case {number}"
        return found

    def state(self, number: int = 1, team: str = SERVICE) -> State:
        """How a stake stands in the database."""
        return self.case(number).stakes[team].state

    def facts(self, number: int = 1) -> list[Event]:
        """What happened to a case, oldest first."""
        with self.database.reading() as session:
            return [recorded.event for recorded in journal.history(session, number)]

    def written(self) -> tuple[int, ...]:
        """How much has been written down and is owed; unchanged while nothing happens."""
        with self.database.reading() as session:
            return tuple(
                session.scalar(select(func.count()).select_from(table)) or 0
                for table in (t.cases, t.comments, t.stakes, t.journal, t.notices)
            )

    def said_in_public(self) -> list[str]:
        """Everything that the bot has said where more than one person can read it."""
        return [
            message.text
            for channel, messages in self.slack.workspace.posted.items()
            if not channel.startswith("D")
            for message in messages
            if message.user == BOT_USER
        ]


def changed(request: BoltRequest, change: Callable[[Payload], object]) -> BoltRequest:
    """*request* with its payload changed in place, signed anew, as a broken client sends it."""
    (text,) = parse_qs(request.raw_body, keep_blank_values=True)["payload"]
    payload: Payload = json.loads(text)
    change(payload)
    body = urlencode({"payload": json.dumps(payload)})
    timestamp = request.headers["x-slack-request-timestamp"][0]
    headers: dict[str, str | Sequence[str]] = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(SECRET, timestamp, body.encode()),
    }
    return BoltRequest(body=body, headers=headers)


def as_shown(answer: Payload, channel: str = LOBBY) -> Message:
    """The private message that a command was answered with, to press its buttons."""
    assert answer["response_type"] == "ephemeral"
    blocks = [{"block_id": f"b{n}", **block} for n, block in enumerate(answer["blocks"])]
    return Message(channel, "1.000001", BOT_USER, answer["text"], blocks)
