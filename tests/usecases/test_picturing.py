"""Pictures show the numbers of their digest: all of them, or say that they are a part."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from rich.console import Console

from bot.domain.charts import MOST_DAYS
from bot.domain.digest import Period
from bot.domain.measures import Measures
from bot.domain.report import Report
from bot.domain.scope import Kind, Scope
from bot.ui import charts, digest, page, terminal
from bot.usecases import owning, picturing, reporting
from tests.domain.factories import ANNA
from tests.usecases.office import Office
from tests.usecases.test_waves import cases, said

SERVICE = Scope(Kind.TEAM, "service-hk")
DAY = timedelta(days=1)


def told(office: Office, scope: Scope, days: int) -> Report:
    until = office.clock.now() + timedelta(seconds=1)
    period, now = Period(since=until - days * DAY, until=until), office.clock.now()
    with office.database.reading() as session:
        found = reporting.report(session, office.organisation, scope, period, now=now)
        return reporting.illustrated(session, office.organisation, found, now=now)


def test_one_comment_for_three_teams_is_one_comment_and_three_parts(office: Office) -> None:
    case = office.take_in()
    office.act(owning.invite, case.number, team="marketing-hk", by_team="service-hk", note="",
               by=ANNA)  # fmt: skip
    found, now = told(office, Scope(), 7), office.clock.now()
    assert (found.measures.received, found.measures.came_in) == (1, 3)
    assert found.volume is not None
    assert charts.volume_alt(found.volume).startswith("1 came in,")
    whole = re.sub(
        r"<style>.*?</style>|<[^>]+>",
        " ",
        page.page(found, office.organisation, now=now),
        flags=re.DOTALL,
    )
    text = " ".join(whole.split())
    assert "1 comment came in, 0 parts resolved" in text
    assert "comments 1 parts for teams 3 claimed 0" in text
    assert "comments received" not in text
    assert "Open Parts Claimed" in text
    console = Console(width=160, record=True)
    console.print(terminal.digest(found, office.organisation, now=now))
    shown = " ".join(console.export_text().split())
    assert shown.startswith("All teams: 1 comment came in")
    assert "Team parts claimed" in shown
    assert "All teams 3 0 0 3" in shown
    slack = digest.digest(office.organisation, found, now=now)
    assert "*1* comments · *3* parts for teams" in slack.blocks[1]["text"]["text"]


def test_all_of_one_team_s_parts_came_in(office: Office) -> None:
    office.take_in()
    found, now = told(office, SERVICE, 7), office.clock.now()
    text = page.page(found, office.organisation, now=now)
    assert "<dt>came in</dt><dd>1</dd>" in text
    assert "parts for teams" not in text


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_picture_of_up_to_a_month_shows_all_that_its_digest_counts(
    office: Office, days: int
) -> None:
    for _ in range(days + 1):
        office.take_in()
        office.clock.advance(hours=23, minutes=55)
    found = told(office, SERVICE, days)
    assert found.volume is not None
    assert (found.volume.total, found.volume.cut) == (found.measures.came_in, False)
    assert "last" not in charts.volume_alt(found.volume)


def test_comments_that_joined_a_wave_are_in_the_picture_with_their_platform(office: Office) -> None:
    assert cases(office, said("a"), said("b"), said("c"), said("d", platform="x")) == [1, 2, 1, 1]
    found, now = told(office, Scope(), 7), office.clock.now()
    assert found.volume is not None
    assert (found.volume.total, found.measures.received) == (4, 4)
    assert dict(zip(found.volume.platforms, found.volume.by_platform, strict=True)) == {
        "facebook": 3,
        "x": 1,
    }
    assert "Came in by day and platform" in page.page(found, office.organisation, now=now)


def test_a_picture_of_a_longer_time_begins_at_a_midnight_and_says_so(office: Office) -> None:
    for _ in range(40):
        office.take_in()
        office.clock.advance(days=1)
    found, now = told(office, SERVICE, 60), office.clock.now()
    volume = found.volume
    assert volume is not None
    assert (len(volume.days), volume.cut, found.measures.came_in) == (MOST_DAYS, True, 40)
    # Nothing came in today yet, and each of the other days is whole.
    assert volume.by_day == (1,) * (MOST_DAYS - 1) + (0,)
    assert charts.volume_alt(volume).startswith("30 came in, the last 31 days: ")
    title = "Came in by day and platform, last 31 days"
    assert charts.volume_block(volume)["title"] == title
    assert title in page.page(found, office.organisation, now=now)


def test_the_first_bar_is_a_whole_local_day(office: Office) -> None:
    # Half past midnight in Hong Kong, in the afternoon of the day before elsewhere.
    office.clock.advance(seconds=(datetime(2026, 12, 1, 16, 30, tzinfo=UTC)
                                  - office.clock.now()).total_seconds())  # fmt: skip
    office.take_in()
    office.clock.advance(days=30, minutes=60)
    found = told(office, SERVICE, 60)
    assert found.volume is not None
    assert found.volume.days[0] == date(2026, 12, 2)
    assert found.volume.by_day[0] == 1


def test_the_weeks_of_one_team_stand_in_their_order(office: Office) -> None:
    for minutes in (10, 20, 30):
        number = office.take_in().number
        office.clock.advance(minutes=minutes)
        office.act(owning.claim, number, "service-hk", by=ANNA)
        office.clock.advance(days=7, minutes=-minutes)
    period = Period(since=office.clock.now() - 7 * DAY, until=office.clock.now())
    with office.database.reading() as session:
        found = picturing.claims(
            session, office.organisation, SERVICE, period, now=office.clock.now()
        )
    assert [row.median and row.median / timedelta(minutes=1) for row in found.rows] == [
        None,
        None,
        10,
        20,
        30,
    ]
    names = [row.name.removeprefix("to ") for row in found.rows]
    ends = [datetime.strptime(f"{name} 2026 +0000", "%d %b %Y %z") for name in names]
    assert ends == sorted(ends)


def test_teams_beside_each_other_have_the_numbers_of_their_own_digests(office: Office) -> None:
    for text in ("my phone", "refund", "My phone needs a repair"):
        number = office.take_in(text).number
        office.clock.advance(minutes=20)
    office.act(owning.claim, number, "service-hk", by=ANNA)
    found = told(office, Scope(), 7)
    assert found.claims is not None
    rows = {row.name: row for row in found.claims.rows}
    for row in found.teams:
        own = told(office, Scope(Kind.TEAM, row.team.key), 7).measures
        names = set(Measures.__dataclass_fields__) - {
            *("received", "routed", "settled", "joint", "resolved_cases"),
            *("time_to_route", "time_to_settle"),
        }
        for name in names:
            assert getattr(row.measures, name) == getattr(own, name), (row.team.key, name)
        assert rows[row.team.name].count == own.time_to_claim.count
