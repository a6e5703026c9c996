"""The workspace and the organisation file speak of the same people and channels."""

import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import bot.demo
from bot.demo import workspace
from bot.domain.duty import on_duty
from bot.domain.organisation import Phase, Priority, Team, Tell
from bot.organisation import load

ORGANISATION = load(
    Path(bot.demo.__file__).with_name("organisation.toml"), today=date(2026, 11, 18)
)
CONFIG = workspace.config(workspace.Tokens())
MEMBERS = {channel["id"]: channel["members"] for channel in CONFIG["channels"]}


def test_seven_people_of_two_time_zones_are_there() -> None:
    assert len(workspace.people()) == len({person.id for person in workspace.people()}) == 7
    assert {user["tz"] for user in CONFIG["users"]} == {"Asia/Hong_Kong", "Europe/London"}


@pytest.mark.parametrize("team", ORGANISATION.teams, ids=lambda team: str(team.key))
def test_each_team_has_a_channel_of_its_name_with_its_lead_and_rota_in_it(team: Team) -> None:
    names = {channel["id"]: channel["name"] for channel in CONFIG["channels"]}
    assert names[team.channel] == team.key
    assert {team.lead, *team.rota} <= set(MEMBERS[team.channel])


@pytest.mark.parametrize("team", ORGANISATION.teams, ids=lambda team: str(team.key))
def test_each_team_is_closed_on_the_public_holidays_of_where_it_is(team: Team) -> None:
    handover_of_hong_kong, english_bank_holiday = date(2026, 7, 1), date(2026, 8, 31)
    in_hong_kong = team.zone.key == "Asia/Hong_Kong"
    assert (handover_of_hong_kong in team.hours.closed) is in_hong_kong
    assert (english_bank_holiday in team.hours.closed) is not in_hong_kong


def test_one_service_team_covers_while_the_other_sleeps() -> None:
    asked = ORGANISATION.team("service-hk")
    assert asked
    # Two in the morning of a Friday in Hong Kong is six in the evening in London.
    found = on_duty(asked, ORGANISATION, now=datetime(2026, 11, 19, 18, tzinfo=UTC))
    assert found
    assert (found.team.key, found.person) == ("service-uk", "U0OLIVIA")


def test_what_is_urgent_is_promised_sooner_where_somebody_could_be_hurt() -> None:
    for team in ORGANISATION.teams:
        if team.department in {"service", "product"}:
            assert team.promise(Priority.URGENT).claim_within < team.claim_within


def test_a_breach_climbs_from_duty_to_the_managers() -> None:
    told = [step.tell for step in ORGANISATION.escalation if step.after is Phase.BREACH]
    assert told == [Tell.DUTY, Tell.LEAD, Tell.MANAGERS]


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
