"""`crosstalk forget` and `crosstalk about`, as somebody types them."""

import builtins
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.comment import Change, ChangeKind
from bot.organisation import load
from bot.store.database import Database
from bot.usecases import owning, receiving
from tests.cli.conftest import Shell, home, shell, upgraded

__all__ = ["home", "shell", "upgraded"]


@pytest.fixture
def known(upgraded: Database) -> Database:
    """Two people of one name, one of them twice."""
    org, now = load(Path("organisation.toml")), datetime.now(UTC)
    told = (
        ("1", "a refund, now", {"id": "fb-1", "name": "Mei Ling", "handle": "@mei"}),
        ("2", "a refund, at last", {"id": "fb-1", "name": "Mei L."}),
        ("3", "refund?", {"id": "fb-2", "name": "Mei Ling"}),
    )
    with upgraded.transaction() as session:
        for key, text, author in told:
            change = Change(
                kind=ChangeKind.CREATED,
                source="facebook-hk",
                external_id=key,
                at=now,
                facts={"text": text, "author": author, "region": "HK", "platform": "facebook"},
                raw={"id": key, "extra": "=HYPERLINK"},
            )
            source = org.sources[0]
            receiving.receive(session, [change], source=source, organisation=org, now=now)
        owning.claim(session, org, 1, "service-hk", by="U0ANNA", now=now)
        owning.resolve(
            session,
            org,
            1,
            "service-hk",
            outcome="answered",
            note="<@U0BEN> paid",
            by="U0ANNA",
            now=now,
        )
    return upgraded


@pytest.mark.usefixtures("known")
def test_a_name_of_two_people_lists_them_and_asks(shell: Shell) -> None:
    code, out, err = shell("forget", "mei ling", "--yes")
    assert (code, out) == (2, "")
    assert "2 people go by that name" in err
    assert "--platform or --source" in err
    assert 'id "fb-1"; 2 comments' in err
    assert 'id "fb-2"; 1 comment' in err


@pytest.mark.usefixtures("known")
def test_a_name_that_nobody_has_is_told(shell: Shell) -> None:
    code, _, err = shell("forget", "Nobody", "--yes")
    assert (code, "nobody is known by that name" in err) == (2, True)


@pytest.mark.usefixtures("known")
def test_a_dry_run_shows_what_would_go_and_changes_nothing(shell: Shell) -> None:
    code, out, _ = shell("forget", "fb-1", "--dry-run")
    assert code == 0
    assert "2 comments from facebook-hk" in out
    assert "In #1, #2." in out
    assert json.loads(shell("about", "fb-1")[1])["comments"][0]["as_of_now"]["text"]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("answer", "code"), [("yes", 0), ("y", 1), ("", 1)])
def test_it_asks_first(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.setattr(builtins, "input", lambda _: answer)
    assert shell("forget", "@MEI")[0] == code
    assert shell("about", "fb-1")[0] == (2 if code == 0 else 0)


@pytest.mark.usefixtures("known")
def test_an_id_takes_every_name_along_and_leaves_the_other_person(shell: Shell) -> None:
    code, out, _ = shell("forget", "@mei", "--platform", "Facebook", "--yes")
    assert code == 0
    assert "Forgotten: 2 comments in 2 cases." in out
    assert "docs/security.md" in out
    assert shell("about", "fb-1")[0] == 2
    assert len(json.loads(shell("about", "fb-2")[1])["comments"]) == 1


@pytest.mark.usefixtures("known")
def test_a_source_narrows_it_down(shell: Shell) -> None:
    assert shell("about", "fb-1", "--source", "elsewhere")[0] == 2
    assert shell("about", "fb-1", "--source", "facebook-hk")[0] == 0
    assert shell("about", "fb-1", "--platform", "weibo")[0] == 2


@pytest.mark.usefixtures("known")
def test_what_is_known_of_somebody_is_json_without_anybody_of_ours(shell: Shell) -> None:
    code, out, _ = shell("about", "fb-1")
    told = json.loads(out)
    assert code == 0
    assert out.isascii()
    assert told["author"]["name"] == "Mei L."
    assert [each["case"] for each in told["comments"]] == [1, 2]
    assert told["comments"][0]["deliveries"][0]["raw"] == {"id": "1", "extra": "=HYPERLINK"}
    first = told["cases"][0]
    assert first["teams"] == {"service-hk": "resolved"}
    assert [act["what"] for act in first["acts"]][-3:] == [
        "StakeClaimed",
        "StakeResolved",
        "CaseSettled",
    ]
    assert first["acts"][-2]["written"] == ["(a colleague) paid"]
    opened = next(act for act in first["acts"] if act["what"] == "StakeOpened")
    assert opened["because"] == [{"kind": "rule", "name": "refund", "words": ["refund"]}]
    assert "U0ANNA" not in out
    assert "U0BEN" not in out


@pytest.mark.usefixtures("known")
def test_what_is_known_is_told_whatever_is_wrong_with_the_organisation_file(shell: Shell) -> None:
    Path("organisation.toml").write_text("[[team]\n", "utf-8")
    code, out, _ = shell("about", "fb-1")
    assert (code, json.loads(out)["author"]["id"]) == (0, "fb-1")


def test_a_database_that_is_not_ready_is_told(shell: Shell) -> None:
    for command in ("forget", "about"):
        code, _, err = shell(command, "somebody")
        assert (code, "crosstalk db upgrade" in err) == (2, True)
