"""The workspace and the organisation file speak of the same people and channels."""

import stat
from pathlib import Path

import pytest

import bot.demo
from bot.demo import workspace
from bot.domain.organisation import Team
from bot.organisation import load

ORGANISATION = load(Path(bot.demo.__file__).with_name("organisation.toml"))
CONFIG = workspace.config(workspace.Tokens())
MEMBERS = {channel["id"]: channel["members"] for channel in CONFIG["channels"]}


def test_seven_people_of_two_time_zones_are_there() -> None:
    assert len(workspace.people()) == len({person.id for person in workspace.people()}) == 7
    assert {user["tz"] for user in CONFIG["users"]} == {"Asia/Hong_Kong", "Europe/London"}


@pytest.mark.parametrize("team", ORGANISATION.teams, ids=lambda team: str(team.key))
def test_each_team_has_a_channel_of_its_name_with_its_lead_in_it(team: Team) -> None:
    names = {channel["id"]: channel["name"] for channel in CONFIG["channels"]}
    assert names[team.channel] == team.key
    assert team.lead in MEMBERS[team.channel]


def test_triage_has_a_channel() -> None:
    assert ORGANISATION.triage_channel in MEMBERS


def test_managers_are_people() -> None:
    assert ORGANISATION.managers <= {person.id for person in workspace.people()}


def test_members_are_people_or_the_bot_which_is_everywhere() -> None:
    known = {person.id for person in workspace.people()} | {workspace.BOT_USER}
    assert set().union(*MEMBERS.values()) == known
    assert all(workspace.BOT_USER in members for members in MEMBERS.values())


def test_local_slack_opens_with_somebody_who_may_act_in_the_first_channel() -> None:
    first = workspace.people()[0]
    assert first.id in CONFIG["channels"][0]["members"]


def test_tokens_are_new_each_time_and_not_shown() -> None:
    one, other = workspace.Tokens(), workspace.Tokens()
    assert one.bot != other.bot
    assert one.bot not in repr(one)
    assert one.app not in repr(one)


def test_the_configuration_is_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "workspace.json"
    workspace.write(path, workspace.Tokens())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
