"""What a digest says in Slack, on its page and in a terminal is the same, whoever reads it where."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from bot.domain.case import State
from bot.domain.charts import ClaimTimes, TeamTime
from bot.domain.measures import Measures
from bot.domain.organisation import PolicyNote
from bot.domain.report import Report, Shared, TeamRow, Thanks
from bot.domain.scope import Kind, Scope
from bot.ui import digest, digest_words, flat, kit, page, plain, schedules, terminal, wording
from tests.domain import factories as make
from tests.ui.looking import BUSY, SERVICE, line, report, texts
from tests.ui.test_page import shown as page_of

ORGANISATION = make.organisation()
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SHARED = Shared(departments=(("service", 0.7), ("product", 0.3)), concentration=0.58)


def in_slack(found: Report, **over: Any) -> str:
    message = digest.digest(ORGANISATION, found, now=make.NOW, **over)
    assert kit.check(message, "message") == []
    return texts(message)


def in_terminal(found: Report) -> str:
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(terminal.digest(found, ORGANISATION, now=make.NOW))
    return " ".join(console.export_text().split())


# Names


@pytest.mark.parametrize(
    ("scope", "name"),
    [
        (SERVICE, "Service HK"),
        (Scope(), "All teams"),
        (Scope(Kind.DEPARTMENT, "marketing"), "Department marketing"),
        (Scope(Kind.UNIT, "mobile"), "Unit mobile"),
        (Scope(Kind.REGION, "HK"), "Region HK"),
        (Scope(Kind.PLATFORM, "app-store"), "The App Store"),
        (Scope(Kind.SOURCE, "facebook-hk"), "Source facebook-hk"),
        (Scope(Kind.CAMPAIGN, "Launch"), "Campaign Launch"),
    ],
)
def test_a_digest_has_one_name_wherever_it_is_read(scope: Scope, name: str) -> None:
    found = report(scope=scope)
    assert digest_words.title(scope, ORGANISATION).replace("\u2060", "") == name
    assert schedules.label(scope, ORGANISATION, "U0ANNA") == name
    assert plain.plain(found, ORGANISATION, now=make.NOW)["scope"]["name"] == name
    assert f"<h1><bdi>{name}</bdi></h1>" in page.page(found, ORGANISATION, now=make.NOW)
    assert in_terminal(found).startswith(f"{name}:")


def test_a_person_is_me_where_they_choose() -> None:
    anna = Scope(Kind.PERSON, "U0ANNA")
    assert schedules.label(anna, ORGANISATION, "U0ANNA") == "Me"
    assert schedules.label(anna, ORGANISATION, "U0BEN") == "U0ANNA"
    assert wording.named(anna, ORGANISATION) == "U0ANNA"


# Comments and parts


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        ({"past_target": 3}, "3 parts past target, the oldest 5 h old"),
        ({"past_target": 1}, "1 part past target, 5 h old"),
        ({"past_target": 0, "unclaimed": 62}, "62 parts unclaimed, the oldest 5 h old"),
        ({"past_target": 0, "unclaimed": 1}, "1 part unclaimed, 5 h old"),
    ],
)
def test_beside_comments_parts_are_called_so_everywhere(
    standing: dict[str, Any], said: str
) -> None:
    now = replace(BUSY.standing, open=62, **standing)
    measures = replace(BUSY, received=41, came_in=97, standing=now)
    rows = (TeamRow(team=ORGANISATION.teams[0], measures=BUSY),)
    found = report(measures, scope=Scope(), teams=rows)
    headline = f"41 comments came in, 9 parts resolved; {said}"
    for told in (in_slack(found), page_of(found).text, in_terminal(found)):
        assert headline in told
    assert "\n*62* parts open · " in in_slack(found)
    assert "parts open" in page_of(found).text
    assert "62 parts open" in in_terminal(replace(found, teams=()))
    for one in (SERVICE, Scope(Kind.DEPARTMENT, "service")):
        alone = in_slack(report(measures, scope=one))
        assert alone.startswith(
            f"*{digest_words.title(one, ORGANISATION)}: 97 came in, 9 resolved; "
        )
        assert " part" not in alone


def test_how_old_the_oldest_is_stands_once_where_it_is_read_in_a_quarter_of_a_minute() -> None:
    late = BUSY.standing
    free = replace(late, past_target=0, oldest_past_target=None)
    apart = replace(late, oldest_unclaimed=make.NOW - 3 * HOUR)
    for standing, brief in ((late, False), (free, False), (apart, True)):
        found = report(replace(BUSY, standing=standing))
        assert ("unclaimed (oldest " in in_slack(found)) is brief
        assert "unclaimed (oldest " in in_slack(found, reader="U0ANNA")


# What is left to do


@pytest.mark.parametrize(
    ("scope", "rest"),
    [
        (SERVICE, "4 more: `/comment open`"),
        (Scope(), "4 more are open."),
        (Scope(Kind.DEPARTMENT, "service"), "4 more are open."),
        (Scope(Kind.REGION, "HK"), "4 more are open."),
    ],
)
def test_only_a_team_s_own_digest_points_to_the_list_of_its_cases(scope: Scope, rest: str) -> None:
    assert f"\n{rest}\n" in in_slack(report(scope=scope, lines=(line(7),)))


def test_the_last_one_left_is_one() -> None:
    standing = replace(BUSY.standing, open=2)
    told = in_slack(report(replace(BUSY, standing=standing), scope=Scope(), lines=(line(7),)))
    assert "1 more is open." in told


# How evenly


def test_how_evenly_departments_carry_is_read_everywhere() -> None:
    rows = (TeamRow(team=ORGANISATION.teams[0], measures=BUSY),)
    found = report(scope=Scope(), shared=SHARED, teams=rows)
    told = "service 70% · product 30% (even: 33% each)"
    assert f"*Shared:* {told}" in in_slack(found, reader="U0ANNA")
    assert "Concentration index: 0.58; theirs would be 0.33" in page_of(found).text
    assert f"Shared: {told}" in in_terminal(found)


def test_one_department_that_carries_most_is_warned_of_everywhere() -> None:
    rows = (TeamRow(team=ORGANISATION.teams[0], measures=BUSY),)
    warned = "Most of the work is with service ."
    for shared, said in (
        (SHARED, warned),
        (
            replace(SHARED, carried_by="service"),
            "For two weeks, more than 60 % of the work has been with service .",
        ),
    ):
        found = report(scope=Scope(), shared=shared, teams=rows)
        plainly = said.replace(" .", ".")
        assert f"⚠️ {plainly}" in in_slack(found)
        assert said in page_of(found).text
        assert plainly in in_terminal(found)


def test_what_is_near_its_target_is_called_so_everywhere() -> None:
    found = report(replace(BUSY, standing=replace(BUSY.standing, warned=2)))
    assert "🟡 *2* near target" in in_slack(found)
    for told in (page_of(found).text, in_terminal(found)):
        assert "near target" in told
        assert "close to" not in told


def test_notes_of_the_policy_that_have_no_room_are_counted() -> None:
    notes = tuple(PolicyNote(on=make.NOW.date(), text=f"note {n}") for n in range(5))
    told = in_slack(report(policy=notes))
    assert told.count("New in the policy") == 2
    assert "and 3 more in the policy" in told
    assert "more in the policy" not in in_slack(report(policy=notes[:2]))


def test_nothing_is_said_of_too_little_work() -> None:
    found = report(scope=Scope(), shared=Shared(), teams=())
    for told in (in_slack(found), page_of(found).text, in_terminal(found)):
        assert "even:" not in told
        assert "Concentration" not in told


def cells(found: Report) -> list[dict[str, str]]:
    sheet = flat.flat(found, ORGANISATION).removeprefix(flat.MARK)
    return list(csv.DictReader(io.StringIO(sheet, newline="")))


def test_a_sheet_has_it_in_the_row_of_all() -> None:
    rows = (TeamRow(team=ORGANISATION.teams[0], measures=BUSY),)
    carried = replace(SHARED, carried_by="service")
    measures = replace(BUSY, joint=1, resolved_cases=4)
    one, whole = cells(report(measures, scope=Scope(), shared=carried, teams=rows))
    names = ("concentration", "joint_rate", "carried_by")
    assert [whole[name] for name in names] == ["0.58", "0.25", "service"]
    assert [one[name] for name in names] == ["", "", ""]
    (alone,) = cells(report())
    assert list(alone) == list(whole)
    assert alone["concentration"] == ""


# Pictures


def test_weeks_of_one_team_are_not_called_teams() -> None:
    row = TeamTime(name="to 18 Nov", median=MINUTE, p90=HOUR, count=3)
    claims = ClaimTimes(rows=(row,))
    for scope, title in ((SERVICE, "week by week"), (Scope(), "by team")):
        found = report(scope=scope, claims=claims)
        message = digest.digest(ORGANISATION, found, now=make.NOW, native_charts=True)
        (block,) = (b for b in message.blocks if b["type"] == "data_visualization")
        assert block["title"].endswith(title)
        (drawn,) = (a for a in page_of(found).all("svg") if "aria-label" in a)
        assert drawn["aria-label"].split(".")[0].endswith(title)


# People


@pytest.mark.parametrize(
    "found",
    [
        report(scope=Scope(Kind.PERSON, "U0ANNA")),
        report(thanks=(Thanks(person="U0ANNA", resolved=2),)),
        report(lines=(line(8, state=State.CLAIMED, holder="U0ANNA"),)),
    ],
)
def test_the_page_explains_the_ids_of_people_once(found: Report) -> None:
    assert page_of(found).text.count("U0ANNA is a member ID in Slack") == 1


def test_a_page_that_names_nobody_explains_nothing() -> None:
    assert "member ID" not in page_of(report(lines=(line(8),))).text
    assert "member ID" not in page_of(report(Measures(), scope=Scope(Kind.PERSON, "U0X"))).text
