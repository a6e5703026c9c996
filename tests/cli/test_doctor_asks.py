"""`crosstalk doctor` asks Slack a great deal: what it does where Slack does not answer just now."""

import pytest

from bot import doctor, readiness
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
        ("users.info", "Slack did not tell who the 2 people are (no_answer)"),
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


def test_the_first_answer_that_is_not_about_a_person_ends_the_questions_about_people(
    examined: Doctor, workspace: FakeSlack
) -> None:
    workspace.fail("users.info", "missing_scope", times=None)
    _, told = examined()
    assert ills(told) == [("Slack did not tell who the 2 people are (missing_scope)", AGAIN)]
    assert len(workspace.called("users.info")) == 1


def test_while_slack_wants_patience_one_look_has_an_end_and_says_what_it_left_out(
    examined: Doctor, workspace: FakeSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "PATIENCE", 5.0)
    for method in ("conversations.info", "users.info", "usergroups.users.list"):
        workspace.fail(method, Http429(retry_after=3600), times=None)
    code, told = examined()
    slow = "Slack asks for patience"
    assert code == 1
    assert [what for what, _ in ills(told)] == [
        "triage: C0TRIAGE cannot be seen (ratelimited)",
        f"no time was left for 2 channels: {slow}",
        "Slack did not tell who the 2 people are (ratelimited)",
        f"no time was left for 1 user group: {slow}",
    ]
    assert {mend for _, mend in ills(told)} == {AGAIN}
    assert workspace.called("users.info") == []


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
