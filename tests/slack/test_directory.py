"""Who belongs to which team, by Slack's word."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.errors import Refused
from bot.slack.directory import SlackDirectory
from bot.slack.gateway import Gateway, web_client
from bot.store.database import Database
from tests.domain import factories
from tests.domain.factories import ANNA, BEN, CHLOE, MANAGER
from tests.fakes.clock import Clock
from tests.fakes.faults import Drop
from tests.fakes.slack_api import FakeSlack
from tests.slack.office import TRIAGE, settings

BY_CHANNEL = factories.team("service-hk", lead="U0LEAD")
BY_LIST = factories.team("service-uk", lead="U0LEAD", members=frozenset({BEN}))
BY_GROUP = factories.team("product-mobile", lead="U0LEAD", usergroup="S0MOBILE")
TEAMS = (BY_CHANNEL, BY_LIST, BY_GROUP)
STRANGER = "U0STRANGER"


@pytest.fixture
def directory(slack: FakeSlack, sqlite_database: Database, clock: Clock) -> SlackDirectory:
    slack.channel(BY_CHANNEL.channel, members=[ANNA])
    slack.channel(BY_LIST.channel, members=[ANNA])
    slack.channel(BY_GROUP.channel, members=[ANNA])
    slack.channel(TRIAGE, members=[CHLOE])
    slack.usergroup("S0MOBILE", [CHLOE])
    org = factories.organisation(teams=TEAMS)
    return SlackDirectory(sqlite_database, org, Gateway(web_client(settings(slack))), clock.now)


@pytest.mark.parametrize(
    ("person", "keys"),
    [
        (ANNA, ["service-hk"]),
        (BEN, ["service-uk"]),
        (CHLOE, ["product-mobile"]),
        ("U0LEAD", ["service-hk", "service-uk", "product-mobile"]),
        (STRANGER, []),
    ],
)
def test_a_person_may_act_for_their_teams_and_for_no_other(
    directory: SlackDirectory, person: str, keys: list[str]
) -> None:
    directory.refresh()
    assert [team.key for team in directory.teams_of(person)] == keys
    for team in TEAMS:
        if team.key in keys:
            directory.require_member(person, team)
            continue
        with pytest.raises(Refused) as refused:
            directory.require_member(person, team)
        said = f"This part belongs to {team.name}, and you are not in that team."
        lead = f" <@{team.lead}> leads it." if team.lead else ""
        assert str(refused.value) == said + lead


def test_a_manager_may_act_for_every_team_and_in_triage(directory: SlackDirectory) -> None:
    for team in TEAMS:
        directory.require_member(MANAGER, team)
        assert directory.leads(MANAGER, team)
    directory.require_triage(MANAGER)
    assert (directory.is_manager(MANAGER), directory.is_manager(ANNA)) == (True, False)


def test_only_leads_and_managers_act_for_a_holder(directory: SlackDirectory) -> None:
    assert directory.leads("U0LEAD", BY_CHANNEL)
    assert not directory.leads(ANNA, BY_CHANNEL)


def test_people_in_the_triage_channel_decide_in_triage(directory: SlackDirectory) -> None:
    directory.require_triage(CHLOE)
    with pytest.raises(Refused, match="Only people in the triage channel can decide this"):
        directory.require_triage(ANNA)


def test_what_is_known_is_not_asked_again(slack: FakeSlack, directory: SlackDirectory) -> None:
    directory.refresh()
    before = len(slack.calls)
    directory.require_member(ANNA, BY_CHANNEL)
    directory.require_member(CHLOE, BY_GROUP)
    directory.require_member(BEN, BY_LIST)
    assert directory.teams_of(STRANGER) == ()
    assert len(slack.calls) == before


def test_somebody_who_has_just_come_is_let_in_at_once(
    slack: FakeSlack, directory: SlackDirectory, clock: Clock
) -> None:
    directory.refresh()
    clock.advance(seconds=10)
    slack.workspace.channels[BY_CHANNEL.channel].members.add(BEN)
    slack.usergroup("S0MOBILE", [CHLOE, BEN])
    directory.require_member(BEN, BY_CHANNEL)
    directory.require_member(BEN, BY_GROUP)


def test_before_the_first_refresh_slack_is_asked(directory: SlackDirectory) -> None:
    directory.require_member(ANNA, BY_CHANNEL)


@pytest.mark.parametrize("away", [False, True])
def test_a_stranger_makes_us_ask_slack_once_in_ten_seconds(
    slack: FakeSlack, directory: SlackDirectory, clock: Clock, *, away: bool
) -> None:
    if away:
        slack.fail("conversations.members", Drop(), times=None)
    for _ in range(5):
        with pytest.raises(Refused):
            directory.require_member(STRANGER, BY_CHANNEL)
    assert len(slack.called("conversations.members")) == 1
    clock.advance(seconds=9.9)
    with pytest.raises(Refused):
        directory.require_member(STRANGER, BY_CHANNEL)
    assert len(slack.called("conversations.members")) == 1
    clock.advance(seconds=0.1)
    with pytest.raises(Refused):
        directory.require_member(STRANGER, BY_CHANNEL)
    assert len(slack.called("conversations.members")) == 2


def test_who_has_left_is_refused_after_the_next_refresh(
    slack: FakeSlack, directory: SlackDirectory, clock: Clock
) -> None:
    directory.refresh()
    slack.workspace.channels[BY_CHANNEL.channel].members.discard(ANNA)
    clock.advance(minutes=9, seconds=59)
    directory.refresh()
    directory.require_member(ANNA, BY_CHANNEL)
    clock.advance(seconds=1)
    directory.refresh()
    with pytest.raises(Refused):
        directory.require_member(ANNA, BY_CHANNEL)


def test_slack_s_events_are_believed_at_once(slack: FakeSlack, directory: SlackDirectory) -> None:
    directory.refresh()
    before = len(slack.calls)
    directory.joined(BEN, BY_CHANNEL.channel)
    directory.joined(BEN, BY_CHANNEL.channel)
    directory.require_member(BEN, BY_CHANNEL)
    directory.left(BEN, BY_CHANNEL.channel)
    directory.left(BEN, BY_CHANNEL.channel)
    with pytest.raises(Refused):
        directory.require_member(BEN, BY_CHANNEL)
    assert len(slack.calls) == before


def test_while_slack_is_away_its_last_word_counts(
    slack: FakeSlack, directory: SlackDirectory, clock: Clock
) -> None:
    directory.refresh()
    clock.advance(hours=1)
    with slack.away():
        directory.refresh()
        directory.require_member(ANNA, BY_CHANNEL)
        assert [team.key for team in directory.teams_of(CHLOE)] == ["product-mobile"]


def test_one_place_that_cannot_be_read_does_not_stop_the_others(
    slack: FakeSlack, directory: SlackDirectory
) -> None:
    slack.fail("conversations.members", "missing_scope", channel=BY_CHANNEL.channel)
    directory.refresh()
    assert [team.key for team in directory.teams_of(CHLOE)] == ["product-mobile"]
    assert directory.teams_of(ANNA) == ()


def test_a_user_group_comes_before_the_channel(directory: SlackDirectory) -> None:
    with pytest.raises(Refused):
        directory.require_member(ANNA, BY_GROUP)


def zones_asked(slack: FakeSlack) -> int:
    return len(slack.called("users.info"))


def test_a_zone_is_asked_once_an_hour_so_that_who_has_moved_is_believed(
    slack: FakeSlack, directory: SlackDirectory, clock: Clock
) -> None:
    slack.user(ANNA, zone="Asia/Hong_Kong")
    assert [directory.zone_of(ANNA) for _ in range(3)] == [ZoneInfo("Asia/Hong_Kong")] * 3
    assert zones_asked(slack) == 1
    slack.user(ANNA, zone="Europe/London")
    clock.advance(hours=1)
    assert directory.zone_of(ANNA) == ZoneInfo("Europe/London")


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../etc/passwd"])
def test_who_has_no_zone_that_we_know_makes_nobody_ask_at_each_click(
    slack: FakeSlack, directory: SlackDirectory, zone: str
) -> None:
    slack.user(ANNA, zone=zone)
    assert [directory.zone_of(person) for person in (ANNA, ANNA, STRANGER, STRANGER)] == [None] * 4
    assert zones_asked(slack) == 2


def test_while_slack_is_away_no_click_waits_for_a_zone_and_the_last_one_counts(
    slack: FakeSlack, directory: SlackDirectory, clock: Clock
) -> None:
    slack.user(ANNA, zone="Asia/Hong_Kong")
    slack.user(BEN, zone="Europe/London")
    assert directory.zone_of(ANNA) == ZoneInfo("Asia/Hong_Kong")
    clock.advance(hours=2)
    slack.fail("users.info", Drop(), times=None)
    for _ in range(3):
        assert directory.zone_of(ANNA) == ZoneInfo("Asia/Hong_Kong")
        assert directory.zone_of(BEN) is None
    assert zones_asked(slack) == 2
    slack.mend("users.info")
    clock.advance(minutes=1)
    assert directory.zone_of(BEN) == ZoneInfo("Europe/London")


@pytest.mark.parametrize("code", ["token_revoked", "missing_scope", "invalid_auth"])
def test_a_token_that_is_refused_leaves_every_zone_as_it_was(
    slack: FakeSlack, directory: SlackDirectory, clock: Clock, code: str
) -> None:
    slack.user(ANNA, zone="Asia/Hong_Kong")
    assert directory.zone_of(ANNA) == ZoneInfo("Asia/Hong_Kong")
    clock.advance(hours=2)
    slack.fail("users.info", code, times=None)
    assert [directory.zone_of(ANNA) for _ in range(3)] == [ZoneInfo("Asia/Hong_Kong")] * 3
    assert zones_asked(slack) == 2
    slack.mend("users.info")
    slack.user(ANNA, zone="Europe/London")
    clock.advance(minutes=1)
    assert directory.zone_of(ANNA) == ZoneInfo("Europe/London")


def test_who_is_gone_from_slack_has_no_zone_any_more(
    slack: FakeSlack, directory: SlackDirectory, clock: Clock
) -> None:
    slack.user(ANNA, zone="Asia/Hong_Kong")
    assert directory.zone_of(ANNA) == ZoneInfo("Asia/Hong_Kong")
    clock.advance(hours=2)
    slack.fail("users.info", "user_not_found", times=None)
    assert [directory.zone_of(ANNA) for _ in range(3)] == [None] * 3
    assert zones_asked(slack) == 2


def test_every_process_knows_what_one_has_asked(
    slack: FakeSlack, directory: SlackDirectory, sqlite_database: Database, clock: Clock
) -> None:
    directory.refresh()
    other = SlackDirectory(
        sqlite_database,
        factories.organisation(teams=(replace(BY_CHANNEL),)),
        Gateway(web_client(settings(slack))),
        clock.now,
    )
    with slack.away():
        other.require_member(ANNA, BY_CHANNEL)
