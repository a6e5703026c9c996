"""From the webhook to the card: what nobody expects in a comment, and what its language decides."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import jobs, web
from bot.domain.organisation import Organisation, Outcome
from bot.store.database import Database
from bot.usecases.learning import Guide
from tests.domain.factories import comment, organisation, rule, team
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Message
from tests.handlers.desk import TRIAGE_CHANNEL, Desk
from tests.handlers.placing import placed
from tests.ui.looking import unsafe
from tests.usecases.school import PEOPLE, PRODUCT
from tests.web.client import Client
from tests.web.telling import tell

ODD = {
    "empty": "",
    "blanks": " \n\t\u200b",
    "emoji only": "😡😡😡🤬",
    "one word": "nope",
    "a hundred thousand characters": "grr " * 25_000,
    "as many without a space": "呀" * 80_000,
    "four languages": "Guten Tag, je suis déçu, 最悪, плохо",
    "an address only": "https://shop.example/a?b=c#d",
    "a wall of hashtags": " ".join(f"#tag{n}" for n in range(400)),
    "mentions only": "@brand @brand @here",
}


def desk_of(database: Database, slack: FakeSlack, clock: Clock, org: Organisation) -> Desk:
    """A bot that has learned a little."""
    desk = Desk(database, slack, clock, org)
    guide = Guide(database, org)
    guide.language(comment("Bonjour, tout le monde", language=""))
    desk.services = replace(desk.services, adviser=guide)
    return desk


def over(desk: Desk) -> Iterator[Client]:
    with Client.of(web.create_web(desk.services, desk.app, ready=list)) as found:
        yield found


@pytest.fixture
def desk(database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    desk = desk_of(database, slack, clock, organisation())
    for n in range(9):
        placed(desk, f"{PRODUCT[n % 3]} {n}", "product-mobile", by=PEOPLE[n % 3])
    desk.deliver()
    jobs.learn(desk.services)
    return desk


@pytest.fixture
def client(desk: Desk) -> Iterator[Client]:
    yield from over(desk)


def shown(desk: Desk, number: int) -> list[Message]:
    desk.deliver()
    every = [m for messages in desk.slack.workspace.posted.values() for m in messages]
    return [m for m in every if re.match(rf"#{number}\b", m.text)]


@pytest.mark.parametrize("text", ODD.values(), ids=list(ODD))
def test_whatever_is_written_has_its_card_in_triage(desk: Desk, client: Client, text: str) -> None:
    status, answer = tell(desk, client, "created", "msg", platform="facebook", id="fb", text=text)
    assert status == 202
    (card,) = shown(desk, answer["case"])
    assert card.channel == TRIAGE_CHANNEL
    assert "*Needs a team* — no rule matches" in card.words
    assert "erhaps" not in card.words
    assert unsafe(card.blocks) == []
    assert len(card.words) < 6_000


def test_more_than_a_webhook_may_carry_is_refused(desk: Desk, client: Client) -> None:
    long = "呀" * 100_000
    status, _ = tell(desk, client, "created", "msg", platform="facebook", id="fb", text=long)
    assert status == 413


FRENCH = "Mon téléphone est en panne, je veux un refund"
MARKETS = {
    "service-fr": FRENCH,
    "service-en": "I would like a refund for my phone, please",
    "service-zh-hant": "手機壞咗，要退款",
    "service-zh-hans": "手机坏了，要退款",
}


def test_the_language_of_the_text_finds_the_markets_own_team(
    database: Database, slack: FakeSlack, clock: Clock
) -> None:
    spoken = {"fr": "fr", "en": "en", "zh-hant": "zh-Hant", "zh-hans": "zh-Hans"}
    teams = tuple(team(f"service-{key}", languages={name}) for key, name in spoken.items())
    service = replace(rule(text=("refund", "退款")), then=Outcome(departments=("service",)))
    languages = tuple(spoken.values())
    org = replace(organisation(teams=teams, rules=(service,)), languages=languages)
    desk = desk_of(database, slack, clock, org)
    channels = {key: org.team(key).channel for key in MARKETS}  # type: ignore[union-attr]
    for client in over(desk):
        for key, text in MARKETS.items():
            told = {"platform": "facebook", "id": key, "text": text}
            _, answer = tell(desk, client, "created", key, **told)
            assert [card.channel for card in shown(desk, answer["case"])] == [channels[key]]
