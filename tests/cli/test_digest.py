"""`crosstalk digest`: for people at a terminal, for other programs, and as a page to send."""

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.comment import Change, ChangeKind
from bot.domain.digest import Period
from bot.domain.scope import Kind, Scope
from bot.organisation import load
from bot.store.database import Database
from bot.ui import flat
from bot.usecases import owning, receiving, reporting
from tests.cli.conftest import Shell
from tests.organisation.samples import spoiled

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def claimed(upgraded: Database) -> Database:
    """A comment of just now for Service HK that somebody has claimed."""
    now = datetime.now(UTC)
    org = load(Path("organisation.toml"))
    facts = {"text": "a refund, <b>now</b>", "author": {"name": "Mei"}, "region": "HK"}
    change = Change(
        kind=ChangeKind.CREATED, source="facebook-hk", external_id="1", at=now, facts=facts
    )
    with upgraded.transaction() as session:
        source = org.sources[0]
        receiving.receive(session, [change], source=source, organisation=org, now=now)
        owning.claim(session, org, 1, "service-hk", by="U0ANNA", now=now)
    return upgraded


def rows(sheet: str) -> list[dict[str, str]]:
    assert sheet.startswith(flat.MARK)
    return list(csv.DictReader(io.StringIO(sheet.removeprefix(flat.MARK), newline="")))


def told(shell: Shell, *words: str) -> Any:
    code, out, err = shell("digest", *words, "--json")
    assert (code, err) == (0, "")
    return json.loads(out)


def days(found: Any) -> float:
    since, until = (datetime.fromisoformat(found["period"][name]) for name in ("since", "until"))
    return (until - since) / timedelta(days=1)


@pytest.mark.usefixtures("claimed")
def test_all_teams_stand_side_by_side(shell: Shell) -> None:
    code, out, _ = shell("digest")
    assert code == 0
    first, _, _, head, *teams = (" ".join(line.split()) for line in out.splitlines())
    assert first == "All teams: 1 comment came in, 0 parts resolved; nothing is late"
    assert head == "Team parts claimed resolved open unclaimed oldest past target"
    assert teams == [
        "Service HK 1 1 0 1 0 – 0",
        "Product Mobile 0 0 0 0 0 – 0",
        "All teams 1 1 0 1 0 – 0",
    ]


@pytest.mark.usefixtures("claimed")
def test_one_team_is_told_of_whole(shell: Shell) -> None:
    code, out, _ = shell("digest", "service-hk", "today")
    assert code == 0
    said = " ".join(out.split())
    assert said.startswith("Service HK: 1 came in, 0 resolved; nothing is late")
    for part in (
        "1 came in 1 claimed 0 resolved",
        "To act on first #1 Service HK · with U0ANNA · due",
        "Mei on an unnamed place, here for 0 s: a refund",
    ):
        assert part in said


@pytest.mark.usefixtures("claimed")
@pytest.mark.parametrize(
    ("words", "scope", "length"),
    [
        ((), ("organisation", ""), 1),
        (("service-hk", "7d"), ("team", "service-hk"), 7),
        (("7d", "Service", "HK"), ("team", "service-hk"), 7),
        (("service-hk 30d vs previous",), ("team", "service-hk"), 30),
        (("dept", "service"), ("department", "service"), 1),
        (("region", "hk", "2026-01-01..2026-01-10"), ("region", "HK"), 10),
        (("campaign", "Xperia-launch"), ("campaign", "Xperia-launch"), 1),
        (("person", "U0ANNA", "7d"), ("person", "U0ANNA"), 7),
        (("--team", "service-hk", "--period", "7d"), ("team", "service-hk"), 7),
        (("--period", "12h"), ("organisation", ""), 0.5),
    ],
)
def test_the_words_are_those_of_slack_and_the_flags_keep_working(
    shell: Shell, words: tuple[str, ...], scope: tuple[str, str], length: float
) -> None:
    found = told(shell, *words)
    assert (found["scope"]["kind"], found["scope"]["key"]) == scope
    assert days(found) == pytest.approx(length, abs=0.05)


@pytest.mark.usefixtures("upgraded")
def test_a_day_is_that_of_the_team(shell: Shell) -> None:
    found = told(shell, "service-hk", "yesterday")
    assert found["zone"] == "Asia/Hong_Kong"
    assert datetime.fromisoformat(found["period"]["since"]).astimezone(UTC).hour == 16


@pytest.mark.usefixtures("upgraded")
def test_json_has_every_number_by_the_key_that_the_document_gives(shell: Shell) -> None:
    found = told(shell)
    text = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    documented = set(re.findall(r"^\| [^|]+ \| `(\w+)` \|", text, re.MULTILINE))
    assert documented <= {*found, *found["measures"], *found["standing"]}
    for name in (name for name in documented if name.startswith("time_to_")):
        times = {"count", "median", "p90", "median_working", "p90_working", "unanswered"}
        assert set(found["measures"][name]) == times
    others = {"compared", "teams", "lines", "we_wait", "they_wait", "themes", "thanks", "policy"}
    assert others <= set(found)


def test_json_tells_what_the_digest_tells(shell: Shell, claimed: Database) -> None:
    found = told(shell, "service-hk", "7d")
    org = load(Path("organisation.toml"))
    period = Period(**{k: datetime.fromisoformat(v) for k, v in found["period"].items()})
    scope, now = Scope(Kind.TEAM, "service-hk"), datetime.fromisoformat(found["at"])
    with claimed.reading() as session:
        report = reporting.report(session, org, scope, period, now=now)
    m = report.measures
    assert found["measures"]["received"] == m.received == 1
    assert found["measures"]["came_in"] == m.came_in == 1
    assert found["standing"] == {
        "open": 1,
        "unclaimed": 0,
        "oldest_unclaimed": None,
        "warned": 0,
        "past_target": 0,
        "oldest_past_target": None,
    }
    assert found["measures"]["time_to_claim"] == {
        "count": 1,
        "median": 0,
        "p90": 0,
        "median_working": 0,
        "p90_working": 0,
        "unanswered": 0,
    }
    (line,) = found["lines"]
    assert (line["case"], line["holder"], line["state"]) == (1, "U0ANNA", "claimed")
    assert line["text"] == "a refund, <b>now</b>"
    assert datetime.fromisoformat(line["opened_at"]).tzinfo is not None
    assert found["words"] == "last 7 days"


@pytest.mark.usefixtures("claimed")
def test_what_is_counted_by_whole_cases_is_not_told_of_each_of_several_teams(shell: Shell) -> None:
    found = told(shell)
    team = next(row for row in found["teams"] if row["team"] == "service-hk")
    assert (team["measures"]["received"], found["measures"]["received"]) == (None, 1)
    assert team["measures"]["came_in"] == found["measures"]["came_in"] == 1


@pytest.mark.usefixtures("claimed")
def test_a_spreadsheet_has_a_row_for_each_team_and_one_for_all(shell: Shell) -> None:
    code, out, err = shell("digest", "7d", "--csv")
    assert (code, err) == (0, "")
    found = rows(out)
    assert [row["scope"] for row in found] == ["team:service-hk", "team:mobile", "organisation"]
    assert [row["name"] for row in found] == ["Service HK", "Product Mobile", "All teams"]
    assert [row["came_in"] for row in found] == ["1", "0", "1"]
    assert [row["received"] for row in found] == ["", "", "1"]
    assert [row["time_to_claim_median"] for row in found] == ["0", "", "0"]
    assert [row["open"] for row in found] == ["1", "0", "1"]
    assert len(rows(shell("digest", "mobile", "--csv")[1])) == 1


@pytest.mark.usefixtures("upgraded")
def test_a_team_s_name_is_shown_as_it_is_written_and_is_no_formula(
    shell: Shell, home: Path
) -> None:
    named = spoiled(('name = "Service HK"', 'name = "=[bold]香港[/]"'))
    (home / "organisation.toml").write_text(named, "utf-8")
    assert "=[bold]香港[/]" in shell("digest")[1]
    assert rows(shell("digest", "--csv")[1])[0]["name"] == "'=[bold]香港[/]"
    assert told(shell)["teams"][0]["name"] == "=[bold]香港[/]"


@pytest.mark.usefixtures("claimed")
def test_a_page_is_written_to_a_file_or_printed(shell: Shell, home: Path) -> None:
    assert shell("digest", "service-hk", "--html", "digest.html") == (0, "", "")
    page = (home / "digest.html").read_text("utf-8")
    assert page.startswith("<!doctype html>\n<html lang=")
    assert "a refund, &lt;b&gt;now&lt;/b&gt;" in page
    code, out, err = shell("digest", "--html", "-")
    assert (code, err) == (0, "")
    assert out.startswith("<!doctype html>")


@pytest.mark.usefixtures("upgraded")
def test_a_page_that_cannot_be_written_is_told(shell: Shell) -> None:
    code, out, err = shell("digest", "--html", "nowhere/digest.html")
    assert (code, out) == (2, "")
    assert err.startswith("--html: nowhere/digest.html cannot be written: No such file")


def test_a_team_that_is_not_there_is_told_with_those_there_are(shell: Shell) -> None:
    told = "--team: “moon” is not a team — use one of: service-hk, mobile\n"
    assert shell("digest", "--team", "moon") == (2, "", told)


@pytest.mark.usefixtures("upgraded")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("servce-hk",),
            "“servce-hk”: I do not know that — did you mean service-hk or service?\n",
        ),
        (("me",), "“me”: names nobody here — write: person U012ABCDEF\n"),
        (
            ("service-hk", "mobile"),
            (
                "“mobile”: beside “service-hk”: I can show one of them at a time"
                " — see: crosstalk digest help\n"
            ),
        ),
        (
            ("7d", "--team", "mobile"),
            (
                "--team: cannot stand beside words"
                " — say it among the words, such as: crosstalk digest service-hk 7d\n"
            ),
        ),
        (
            ("schedule",),
            (
                "schedule: digests come by themselves in Slack only — use /digest schedule in Slack,"
                " or a [[digest]] in the organisation file\n"
            ),
        ),
    ],
)
def test_what_cannot_be_told_is_said_with_the_word_at_fault(
    shell: Shell, words: tuple[str, ...], expected: str
) -> None:
    assert shell("digest", *words) == (2, "", expected)


@pytest.mark.usefixtures("upgraded")
def test_help_says_how_to_ask(shell: Shell) -> None:
    code, out, err = shell("digest", "help")
    assert (code, err) == (0, "")
    assert "crosstalk digest service-hk 7d\n" in out


def test_a_database_that_is_not_ready_is_told(shell: Shell) -> None:
    code, out, err = shell("digest", "--json")
    assert (code, out) == (2, "")
    assert "crosstalk db upgrade" in err
