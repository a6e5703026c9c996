"""Channels that the organisation file calls by name."""

import pytest

from bot.domain.organisation import Organisation
from bot.errors import Misconfigured
from bot.slack.directory import with_channel_ids
from bot.slack.gateway import Gateway, web_client
from bot.store.database import Database
from tests.domain import factories
from tests.fakes.clock import START
from tests.fakes.slack_api import FakeSlack
from tests.slack.office import settings

NAMED = factories.organisation(
    triage_channel="#triage",
    teams=(
        factories.team("service-hk", channel="#service-hk"),
        factories.team("service-uk", channel="C0UK"),
    ),
)


@pytest.fixture(autouse=True)
def channels(slack: FakeSlack) -> None:
    slack.channel("C0TRI", "triage")
    slack.channel("C0HK", "service-hk")
    slack.channel("C0UK", "service-uk")


def resolved(slack: FakeSlack, database: Database, org: Organisation = NAMED) -> list[str]:
    """The ids of triage and of the teams' channels."""
    gateway = Gateway(web_client(settings(slack)))
    found = with_channel_ids(org, gateway, database, now=START)
    return [found.triage_channel, *(team.channel for team in found.teams)]


def faults(slack: FakeSlack, database: Database, org: Organisation = NAMED) -> list[str]:
    """What is wrong with the channels."""
    with pytest.raises(Misconfigured) as caught:
        resolved(slack, database, org)
    return [str(fault) for fault in caught.value.faults]


def test_names_become_ids_and_ids_stay(slack: FakeSlack, sqlite_database: Database) -> None:
    assert resolved(slack, sqlite_database) == ["C0TRI", "C0HK", "C0UK"]


def test_a_private_channel_that_the_app_is_in_is_found(
    slack: FakeSlack, sqlite_database: Database
) -> None:
    slack.workspace.channels["C0HK"].private = True
    assert resolved(slack, sqlite_database) == ["C0TRI", "C0HK", "C0UK"]


def test_without_names_slack_is_not_asked(slack: FakeSlack, sqlite_database: Database) -> None:
    plain = factories.organisation()
    assert resolved(slack, sqlite_database, plain)[0] == "C0TRIAGE"
    assert slack.calls == []


def test_every_name_that_is_not_there_is_told_of_at_once(
    slack: FakeSlack, sqlite_database: Database
) -> None:
    slack.workspace.channels.clear()
    told = faults(slack, sqlite_database)
    assert [line.split(":")[0] for line in told] == ["#service-hk", "#triage"]
    assert all("a private channel needs the app invited first" in line for line in told)


def test_an_archived_channel_is_as_good_as_none(
    slack: FakeSlack, sqlite_database: Database
) -> None:
    slack.workspace.channels["C0HK"].archived = True
    assert len(faults(slack, sqlite_database)) == 1


@pytest.mark.parametrize(
    ("channel", "told"),
    [
        ("C0HK", "other: has the same channel (C0HK) as service-hk"),
        ("C0TRI", "other: has the same channel (C0TRI) as triage"),
    ],
)
def test_a_name_and_an_id_that_are_one_channel_are_refused(
    slack: FakeSlack, sqlite_database: Database, channel: str, told: str
) -> None:
    other = factories.team("other", channel=channel)
    org = factories.organisation(triage_channel="#triage", teams=(NAMED.teams[0], other))
    (fault,) = faults(slack, sqlite_database, org)
    assert fault == f"{told} — give each team a channel of its own"


def test_while_slack_is_away_names_come_from_memory(
    slack: FakeSlack, sqlite_database: Database
) -> None:
    resolved(slack, sqlite_database)
    with slack.away():
        assert resolved(slack, sqlite_database) == ["C0TRI", "C0HK", "C0UK"]


def test_what_slack_never_told_is_no_channels_fault(
    slack: FakeSlack, sqlite_database: Database
) -> None:
    mend = "see crosstalk doctor: token, network"
    with slack.away():
        assert faults(slack, sqlite_database) == [
            f"Slack: did not tell the channels (unreachable) — {mend}"
        ]
    slack.revoke()
    assert faults(slack, sqlite_database) == [
        f"Slack: did not tell the channels (token_revoked) — {mend}"
    ]


def test_memory_keeps_the_newest_bearer_of_a_name(
    slack: FakeSlack, sqlite_database: Database
) -> None:
    resolved(slack, sqlite_database)
    slack.workspace.channels["C0HK"].name = "service-hk-old"
    slack.channel("C0NEW", "service-hk")
    resolved(slack, sqlite_database)
    with slack.away():
        assert resolved(slack, sqlite_database)[1] == "C0NEW"


def test_the_channels_are_looked_for_on_every_page(
    slack: FakeSlack, sqlite_database: Database
) -> None:
    slack.workspace.channels.clear()
    for number in range(250):
        slack.channel(f"C{number:04d}", f"channel-{number}")
    slack.channel("C0TRI", "triage")
    slack.channel("C0HK", "service-hk")
    assert resolved(slack, sqlite_database)[:2] == ["C0TRI", "C0HK"]
