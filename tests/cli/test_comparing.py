"""`crosstalk org check --against 30d`: what another organisation file would have moved."""

import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.domain.organisation import Organisation
from bot.organisation import parse
from bot.store import tables as t
from bot.store.database import Database
from bot.usecases import comparing, owning
from tests.cli.conftest import Shell
from tests.cli.test_route import learn
from tests.organisation.samples import GOOD, TODAY, spoiled

TEXTS = ("a refund please", "refund the recipe", "my hinge", "hello", "退款", "another hinge")
HINGES = '\n[[rule]]\nname = "hinge"\nwhen.text = "hinge"\nthen.teams = "mobile"\n'
MORE = GOOD + HINGES


def bring(shell: Shell, home: Path, *texts: str) -> None:
    """Have comments of these texts come in, in that order."""
    with (home / "old.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "platform", "text", "language", "region", "unit"))
        rows.writerows(
            (at, "x", text, "en", "HK", "mobile" if "hinge" in text else "")
            for at, text in enumerate(texts)
        )
    assert shell("import", "old.csv", "--source", "facebook-hk")[0] == 0


@pytest.fixture
def busy(shell: Shell, home: Path, upgraded: Database) -> Database:
    """A database with comments of `TEXTS`, cases 1 to 6."""
    bring(shell, home, *TEXTS)
    return upgraded


def found(shell: Shell, *words: str) -> dict[str, Any]:
    code, out, err = shell("org", "check", *words, "--against", "30d", "--json")
    assert code == 0, err
    told: dict[str, Any] = json.loads(out)
    return told


def team(told: dict[str, Any], key: str) -> dict[str, Any]:
    return next(each for each in told["teams"] if each["team"] == key)


@pytest.mark.usefixtures("busy")
def test_the_file_in_use_is_compared_with_what_the_comments_got(shell: Shell, home: Path) -> None:
    same = found(shell)
    assert (same["comments"], same["of"], same["changed"]) == (6, 6, 0)
    assert same["compared_with"] == "what they got when they came"
    assert team(same, "service-hk")["then"] == team(same, "service-hk")["now"] == 2
    (home / "organisation.toml").write_text(MORE)
    told = found(shell)
    assert (told["changed"], told["to_triage"], told["from_triage"]) == (2, 0, 2)
    assert team(told, "mobile") == {
        "team": "mobile", "name": "Product Mobile", "then": 0, "now": 2, "gains": 2, "losses": 0,
        "gained": [6, 3], "lost": [],
    }  # fmt: skip


@pytest.mark.usefixtures("busy")
def test_another_file_is_compared_with_the_one_in_use(shell: Shell, home: Path) -> None:
    other = spoiled(('["refund", "退款"]', '["退款"]'), text=MORE).replace("service-hk", "care-hk")
    (home / "new.toml").write_text(other)
    told = found(shell, "new.toml")
    assert (told["file"], told["compared_with"]) == ("new.toml", "organisation.toml")
    assert (told["changed"], told["to_triage"], told["from_triage"]) == (4, 1, 2)
    gone = {"then": 2, "now": 0, "gains": 0, "losses": 2, "gained": [], "lost": [5, 1]}
    assert team(told, "service-hk") == {"team": "service-hk", "name": "Service HK", **gone}
    assert team(told, "care-hk")["gained"] == [5]
    assert found(shell, "organisation.toml")["compared_with"] == "what they got when they came"


def heads(out: str) -> list[str]:
    """The names over the columns of the table in *out*."""
    (row,) = (line for line in out.splitlines() if "Gains" in line)
    return [cell.strip() for cell in row.strip("┃").split("┃")]


@pytest.mark.usefixtures("busy")
def test_people_get_a_sentence_and_a_table(shell: Shell, home: Path) -> None:
    (home / "new.toml").write_text(MORE + '[[urgency]]\nwords = "recipe"\npriority = "urgent"\n')
    code, out, _ = shell("org", "check", "new.toml", "--against", "30d")
    assert code == 0
    title, summary, *table = out.splitlines()
    assert title == "new.toml against organisation.toml"
    assert summary.startswith("6 comments since ")
    assert "3 would change. 2 would no longer go to triage. 1 would be more urgent." in summary
    assert heads(out) == ["Team", "In use", "New", "Gains", "Losses", "Such as"]
    (row,) = (line for line in table if "Product Mobile" in line)
    assert [cell.strip() for cell in row.strip("│").split("│")] == [
        "Product Mobile", "0", "2", "2", "0", "+#6 +#3"]  # fmt: skip


def test_what_was_learned_since_moves_nothing_by_itself(
    shell: Shell, home: Path, busy: Database
) -> None:
    learn(busy)
    assert "Product Mobile (lead) — learned" in shell("route", TEXTS[2], "--unit", "mobile")[1]
    assert found(shell)["changed"] == 0
    (home / "new.toml").write_text(MORE)
    moved = team(found(shell, "new.toml"), "mobile")
    assert (moved["then"], moved["now"], moved["gains"]) == (2, 2, 0)


def test_what_people_chose_later_is_not_what_the_comment_got(shell: Shell, busy: Database) -> None:
    org = parse(GOOD, today=TODAY)
    invite(busy, org, 1)
    told = found(shell)
    assert (told["changed"], team(told, "mobile")["then"]) == (0, 0)


def invite(database: Database, org: Organisation, number: int) -> None:
    with database.transaction() as session:
        owning.invite(
            session, org, number, team="mobile", by_team="", note="", by="U0LEADHK",
            now=datetime.now(UTC),
        )  # fmt: skip


def test_older_comments_do_not_count(shell: Shell, busy: Database) -> None:
    old = datetime.now(UTC) - timedelta(days=31)
    with busy.transaction() as session:
        session.execute(update(t.comments).where(t.comments.c.id <= 4).values(received_at=old))
    assert found(shell)["comments"] == 2


@pytest.mark.usefixtures("busy")
def test_only_the_newest_are_compared(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "MOST", 5)
    monkeypatch.setattr(comparing, "_BATCH", 2)
    told = found(shell)
    assert (told["comments"], told["of"]) == (5, 6)
    assert "5 comments since " in (text := shell("org", "check", "--against", "30d")[1])
    assert ", the newest of 6: 0 would change." in text


def test_nothing_is_written(shell: Shell, home: Path, busy: Database) -> None:
    def rows() -> list[int]:
        with busy.reading() as session:
            tables = [
                table for table in t.metadata.sorted_tables if table.name != "alembic_version"
            ]
            counts = (session.execute(select(func.count()).select_from(one)) for one in tables)
            return [count.scalar_one() for count in counts]

    before = rows()
    (home / "organisation.toml").write_text(MORE)
    assert found(shell)["changed"] == 2
    assert rows() == before


@pytest.mark.usefixtures("busy")
def test_the_file_in_use_stands_beside_what_they_got_then(shell: Shell, home: Path) -> None:
    (home / "organisation.toml").write_text(MORE)
    out = shell("org", "check", "--against", "30d")[1]
    assert heads(out)[1:3] == ["Then", "Now"]


def test_without_comments_it_says_so(shell: Shell, upgraded: Database) -> None:
    assert upgraded.is_sqlite
    code, out, _ = shell("org", "check", "--against", "7d")
    assert code == 0
    assert out.splitlines()[1].startswith("No comment has come since ")


def test_without_a_database_it_says_how_to_make_one(shell: Shell) -> None:
    code, _, err = shell("org", "check", "--against", "30d")
    assert code == 2
    assert "run: crosstalk db upgrade" in err


@pytest.mark.usefixtures("busy")
def test_a_faulty_file_is_told_before_anything_is_compared(shell: Shell, home: Path) -> None:
    (home / "new.toml").write_text(MORE.replace('"hinge"\nthen', "5\nthen"))
    code, out, err = shell("org", "check", "new.toml", "--against", "30d")
    assert (code, out) == (2, "")
    assert err.startswith("new.toml:")


@pytest.mark.parametrize("length", ["soon", "0d", "-3d"])
def test_how_long_back_is_a_length_of_time(shell: Shell, length: str) -> None:
    with pytest.raises(SystemExit):
        shell("org", "check", "--against", length)
