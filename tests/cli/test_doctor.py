"""`crosstalk doctor`: everything that can be wrong with an installation, each with its mend."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.store import health
from bot.store.database import Database
from tests.cli.examining import Doctor, clock, examined, ills, organisation_file, running, workspace
from tests.fakes.clock import Clock
from tests.fakes.faults import Drop, Garbage
from tests.fakes.slack_api import FakeSlack
from tests.organisation.samples import spoiled

__all__ = ["clock", "examined", "organisation_file", "running", "workspace"]

CHANNEL = "correct the id in the organisation file, or invite the app if it is private"
PEOPLE = "correct their ids in the organisation file"
TOKEN = "copy the bot token from the app's page again, and see that Slack can be reached"
NETWORK = "see that this machine reaches it, and SLACK_API_URL if you have set it"


def test_when_all_is_well_it_says_what_was_looked_at(examined: Doctor) -> None:
    code, told = examined()
    assert (code, ills(told)) == (0, [])
    assert told.splitlines() == [
        "✓ Slack's tokens are set; requests come by HTTP",
        "✓ INTAKE_SECRETS is set",
        "✓ organisation.toml: 2 teams",
        "✓ the database is up to date, the clock runs, nothing piles up",
        "✓ Slack knows us as @crosstalk in Test",
        "✓ all scopes are granted",
        "✓ the app is in all 3 channels",
        "✓ all leads, members and managers are known to Slack",
        "All is well.",
    ]


def test_it_writes_nothing_to_slack(examined: Doctor, workspace: FakeSlack) -> None:
    examined()
    assert {call.method for call in workspace.calls} <= {
        "auth.test",
        "conversations.list",
        "conversations.info",
        "conversations.members",
        "users.info",
        "usergroups.users.list",
    }


@pytest.mark.parametrize(
    ("name", "what", "mend"),
    [
        ("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN is not set",
         "copy the Bot User OAuth Token (xoxb-…) from the app's page into .env"),
        ("SLACK_SIGNING_SECRET", "SLACK_SIGNING_SECRET is not set",
         "set it (HTTP), or SLACK_APP_TOKEN (Socket Mode), from the app's page"),
        ("INTAKE_SECRETS", "INTAKE_SECRETS is not set, so no webhook is accepted",
         "set it to whsec_ and the output of: openssl rand -base64 32"),
    ],
)  # fmt: skip
def test_a_setting_that_is_missing_is_told(
    examined: Doctor, monkeypatch: pytest.MonkeyPatch, name: str, what: str, mend: str
) -> None:
    monkeypatch.delenv(name)
    code, told = examined()
    assert (code, ills(told)) == (1, [(what, mend)])
    assert told.splitlines()[-1] == "1 to mend."


def test_socket_mode_is_told_and_its_token_is_tried(
    examined: Doctor, workspace: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", workspace.app_token)
    opened = Garbage(b'{"ok": true, "url": "wss://127.0.0.1:1/"}')
    workspace.fail("apps.connections.open", opened)
    code, told = examined()
    assert (code, ills(told)) == (0, [])
    assert "✓ Slack's tokens are set; requests come by Socket Mode" in told
    assert "✓ Slack knows the app-level token" in told


@pytest.mark.parametrize(
    ("token", "what", "mend"),
    [
        ("xapp-wrong", "the app-level token is refused (invalid_auth)",
         "generate one with connections:write on the app's Basic Information page"),
        ("xapp-test", "the app-level token could not be tried (internal_error)",
         "run crosstalk doctor again in a minute"),
    ],
)  # fmt: skip
def test_an_app_level_token_that_does_not_work_is_told(
    examined: Doctor, monkeypatch: pytest.MonkeyPatch, token: str, what: str, mend: str
) -> None:
    monkeypatch.setenv("SLACK_APP_TOKEN", token)
    assert ills(examined()[1]) == [(what, mend)]


def archived(slack: FakeSlack) -> None:
    slack.channel("C0SERVICEHK", archived=True)


def uninvited(slack: FakeSlack) -> None:
    slack.channel("C0SERVICEHK", bot=False)


def hidden(slack: FakeSlack) -> None:
    slack.channel("C0SERVICEHK", bot=False, private=True)


def unknown_triage(slack: FakeSlack) -> None:
    del slack.workspace.channels["C0TRIAGE"]


def unnamed(slack: FakeSlack) -> None:
    slack.channel("C0MOBILE", "mobile-phones")


def unknown_lead(slack: FakeSlack) -> None:
    del slack.workspace.people["U0LEADHK"]


def manager_who_left(slack: FakeSlack) -> None:
    slack.workspace.people["U0MANAGER"].deleted = True


def no_group(slack: FakeSlack) -> None:
    slack.workspace.groups.clear()


def revoked(slack: FakeSlack) -> None:
    slack.revoke()


def unreachable(slack: FakeSlack) -> None:
    slack.fail("auth.test", Drop())


def fewer_scopes(slack: FakeSlack) -> None:
    slack.scopes -= {"chat:write", "commands"}


@pytest.mark.parametrize(
    ("break_it", "what", "mend"),
    [
        (archived, "Service HK: C0SERVICEHK is archived", "unarchive it, or choose another channel"),
        (uninvited, "Service HK: the app is not in C0SERVICEHK",
         "invite it there: /invite @Crosstalk"),
        (hidden, "Service HK: C0SERVICEHK cannot be seen (channel_not_found)", CHANNEL),
        (unknown_triage, "triage: C0TRIAGE cannot be seen (channel_not_found)", CHANNEL),
        (unnamed, "#product-mobile is not a channel that the app can see",
         "create it or correct the name; a private channel needs the app invited first"),
        (unknown_lead, "Slack knows no active person by: U0LEADHK", PEOPLE),
        (manager_who_left, "Slack knows no active person by: U0MANAGER", PEOPLE),
        (no_group, "Product Mobile: user group S0MOBILE cannot be read (no_such_subteam)",
         "correct its id in the organisation file"),
        (revoked, "Slack does not know the token (token_revoked)", TOKEN),
        (unreachable, "Slack does not answer (no_answer)", NETWORK),
        (fewer_scopes, "scopes are missing: chat:write, commands",
         "add them on the app's OAuth page and reinstall the app"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_slack_is_told_with_its_mend(
    examined: Doctor,
    workspace: FakeSlack,
    break_it: Callable[[FakeSlack], None],
    what: str,
    mend: str,
) -> None:
    break_it(workspace)
    code, told = examined()
    assert (code, ills(told)) == (1, [(what, mend)])


def test_a_faulty_organisation_file_is_told_whatever_brackets_are_in_it(
    examined: Doctor, organisation_file: Path
) -> None:
    organisation_file.write_text(spoiled(("[[source]]", "[source]")))
    code, told = examined()
    assert code == 1
    assert ills(told) == [
        (
            "organisation.toml:6 source: is a table, not a list of tables",
            "begin each with a line [[source]], with two brackets",
        )
    ]
    assert "✓ Slack knows us as @crosstalk in Test" in told


def test_a_missing_organisation_file_is_told(examined: Doctor, organisation_file: Path) -> None:
    organisation_file.unlink()
    ((what, mend),) = ills(examined()[1])
    assert what.startswith("organisation.toml: ")
    assert "organisation.example.toml" in mend


def test_a_database_that_is_behind_is_told_before_all_that_needs_it(
    examined: Doctor, monkeypatch: pytest.MonkeyPatch, bare_url: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", bare_url)
    (behind, channels) = ills(examined()[1])
    assert behind[0].startswith("the database is empty, and this release needs ")
    assert behind[1] == "run: crosstalk db upgrade"
    assert channels == ("channels cannot be looked at yet", "see to the database first")


def test_a_database_that_cannot_be_reached_is_told_and_the_rest_is_looked_at(
    examined: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "sqlite:////nowhere/at/all.db")
    code, told = examined()
    assert code == 1
    assert ills(told)[0][0].startswith("the database does not answer (")
    assert "✓ Slack knows us as @crosstalk in Test" in told


def test_a_clock_that_does_not_run_is_told(
    examined: Doctor, running: Database, clock: Clock
) -> None:
    with running.transaction() as session:
        health.beat(session, "clock", now=clock.advance(hours=-2))
    ((what, _),) = ills(examined()[1])
    assert what == "the clock has not been seen for 2 h"
