"""`crosstalk doctor` asks Slack a great deal: what it does where Slack does not answer just now."""

import pytest

from bot import readiness
from bot.store.database import Database
from tests.cli.examining import Doctor, clock, examined, ills, organisation_file, running, workspace
from tests.fakes.faults import Drop, Http429
from tests.fakes.slack_api import FakeSlack

__all__ = ["clock", "examined", "organisation_file", "running", "workspace"]

AGAIN = "run crosstalk doctor again in a minute"


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
