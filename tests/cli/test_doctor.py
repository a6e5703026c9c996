"""`crosstalk doctor`: everything that can be wrong with an installation, each with its mend."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import cli, doctor, readiness
from bot.store import health
from bot.store.database import Database
from tests.fakes.clock import Clock
from tests.fakes.faults import Drop, Garbage, Http429
from tests.fakes.requests import SECRET
from tests.fakes.slack_api import FakeSlack
from tests.organisation.samples import GOOD, spoiled

Doctor = Callable[[], tuple[int, str]]
CHANNEL = "correct the id in the organisation file, or invite the app if it is private"
PEOPLE = "correct their ids in the organisation file"
TOKEN = "copy the bot token from the app's page again, and see that Slack can be reached"
AGAIN = "run crosstalk doctor again in a minute"
NETWORK = "see that this machine reaches it, and SLACK_API_URL if you have set it"


@pytest.fixture
def clock() -> Clock:
    """The machine's own time: the command asks for no other."""
    return Clock(datetime.now(UTC))


@pytest.fixture
def organisation_file(tmp_path: Path) -> Path:
    path = tmp_path / "organisation.toml"
    path.write_text(GOOD)
    return path


@pytest.fixture
def workspace(slack: FakeSlack) -> FakeSlack:
    """A workspace in which everything is as the organisation file says."""
    scopes = json.loads(doctor.MANIFEST.read_text())["oauth_config"]["scopes"]["bot"]
    slack.scopes = {*slack.scopes, *scopes}
    slack.channel("C0TRIAGE")
    slack.channel("C0SERVICEHK", members=["U0LEADHK"])
    slack.channel("C0MOBILE", "product-mobile")
    slack.usergroup("S0MOBILE", ["U0LEADHK"])
    slack.user("U0MANAGER")
    return slack


@pytest.fixture
def running(sqlite_database: Database, clock: Clock) -> Database:
    """A database that a clock works on."""
    with sqlite_database.transaction() as session:
        health.beat(session, "clock", now=clock.now())
    return sqlite_database


@pytest.fixture
def examined(
    workspace: FakeSlack,
    running: Database,
    organisation_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Doctor:
    """Run the command: its exit code and what it prints."""
    monkeypatch.chdir(organisation_file.parent)
    monkeypatch.delenv("SLACK_APP_TOKEN", raising=False)
    for name, value in {
        "DATABASE_URL": running.url,
        "CROSSTALK_ORG": organisation_file.name,
        "SLACK_BOT_TOKEN": workspace.token,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": workspace.client_url,
        "INTAKE_SECRETS": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    }.items():
        monkeypatch.setenv(name, value)

    def examine() -> tuple[int, str]:
        code = cli.main(["doctor"])
        return code, capsys.readouterr().out

    return examine


def ills(told: str) -> list[tuple[str, str]]:
    """What is to be mended, and how."""
    lines = told.splitlines()
    return [
        (line.removeprefix("✗ "), lines[number + 1].removeprefix("  → "))
        for number, line in enumerate(lines)
        if line.startswith("✗")
    ]


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


@pytest.mark.parametrize(
    ("method", "what"),
    [
        ("conversations.info", "Service HK: C0SERVICEHK cannot be seen (no_answer)"),
        ("conversations.members", "Service HK: C0SERVICEHK cannot be seen (no_answer)"),
        ("users.info", "Slack did not tell who these are: U0LEADHK (no_answer)"),
        ("usergroups.users.list", "Product Mobile: user group S0MOBILE cannot be read (no_answer)"),
    ],
)
def test_what_slack_did_not_tell_just_now_is_no_fault_of_the_file(
    examined: Doctor, workspace: FakeSlack, method: str, what: str
) -> None:
    place = "C0SERVICEHK" if method.startswith("conversations") else None
    workspace.fail(method, Drop(), channel=place)
    code, told = examined()
    assert (code, ills(told)) == (1, [(what, AGAIN)])


def test_it_waits_where_slack_has_had_enough_for_now(
    examined: Doctor, workspace: FakeSlack
) -> None:
    for method in ("conversations.info", "conversations.members", "users.info"):
        workspace.fail(method, Http429(retry_after=0), times=2)
    workspace.fail("usergroups.users.list", Http429(retry_after=0), times=None)
    code, told = examined()
    what = "Product Mobile: user group S0MOBILE cannot be read (ratelimited)"
    assert (code, ills(told)) == (1, [(what, AGAIN)])


def test_a_database_is_given_back_also_when_the_look_is_cut_short(
    examined: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Database] = []
    close = Database.close

    def noted(database: Database) -> None:
        closed.append(database)
        close(database)

    def broken(*_: object, **__: object) -> list[object]:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(Database, "close", noted)
    monkeypatch.setattr(readiness, "troubles", broken)
    with pytest.raises(RuntimeError):
        examined()
    assert len(closed) == 1


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
