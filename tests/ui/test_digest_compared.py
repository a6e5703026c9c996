"""What is usual and what was before: told in words that are exact, and the same on every surface."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console

from bot.domain.digest import Period
from bot.domain.measures import Measures, Spread, Times
from bot.domain.report import Compared, Report, TeamRow, Thanks
from bot.domain.scope import Kind, Scope
from bot.ui import differences, digest, page, terminal
from bot.ui.ids import DigestRef
from tests.domain import factories as make
from tests.ui.looking import BUSY, DAY, SERVICE, report, texts
from tests.ui.test_digest import shown, usual
from tests.ui.test_digest_speed import timed
from tests.ui.test_digest_words import HOUR, ORGANISATION, in_slack, in_terminal
from tests.ui.test_page import shown as page_of


@pytest.mark.parametrize(
    ("came_in", "before", "expected"),
    [
        (14, 7.0, "14 came in, twice the usual"),
        (14, 4.0, "14 came in, four times the usual"),
        (100, 10.0, "100 came in, ten times the usual"),
        (100, 8.0, "100 came in, 12 times the usual"),
        (16, 0.8, "16 came in, usually 0.8"),
        (40, 0.0, "40 came in, usually none"),
        (14, 30.0, "14 came in, half the usual"),
        (10, 30.0, "10 came in, a third of the usual"),
        (7, 30.0, "7 came in, usually 30"),
        (1, 30.0, "1 came in, usually 30"),
        (14, 12.0, "14 came in, 9 resolved"),
        (17, 10.0, "17 came in, 9 resolved"),
        (2, 1.0, "2 came in, 9 resolved"),
        (0, 6.0, "0 came in, usually 6"),
    ],
)
def test_a_change_is_told_only_where_it_is_worth_a_word(
    came_in: int, before: float, expected: str
) -> None:
    found = report(replace(BUSY, came_in=came_in), compared=usual(came_in=before))
    assert shown(found).text.removeprefix("Service HK: ").split(";")[0] == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (7.0, "14 came in, twice as many as before"),
        (30.0, "14 came in, half as many as before"),
        (0.0, "14 came in, none before"),
        (99.0, "14 came in, 99 before"),
    ],
)
def test_a_change_to_the_period_before_says_so(before: float, expected: str) -> None:
    compared = Compared(counts={"came_in": before})
    told = shown(report(compared=compared)).text
    assert told.removeprefix("Service HK: ").split(";")[0] == expected


@pytest.mark.parametrize(
    ("scope", "unheard", "expected"),
    [
        (SERVICE, False, "Service HK: a quiet time. Nothing came in, and nothing is open."),
        (Scope(Kind.PERSON, "U0ANNA"), False, "<@U0ANNA>: nothing claimed, nothing held."),
        (
            Scope(Kind.CAMPAIGN, "Launch"),
            True,
            "Campaign Launch: no comment has named this campaign.",
        ),
    ],
)
def test_what_is_quiet_is_told_in_words_that_fit(
    scope: Scope, unheard: bool, expected: str
) -> None:
    told = shown(report(Measures(), scope=scope, unheard=unheard)).text
    assert told.replace("\u2060", "") == expected


@pytest.mark.parametrize(
    ("usual", "weeks", "expected"),
    [
        (6.75, 4, "+7, usually 7"),
        (30.2, 4, "\u221216, usually 30"),
        (14.4, 4, "as usual"),
        (14.4, 0, "as before"),
        (2.25, 1, "+11.8, usually 2.2"),
        (0.02, 4, "+14, usually none"),
        (6.0, 0, "+8, before 6"),
    ],
)
def test_a_number_stands_beside_its_difference_to_what_is_usual(
    usual: float, weeks: int, expected: str
) -> None:
    found = report(compared=Compared(counts={"came_in": usual}, weeks=weeks))
    assert f"*14* came in ({expected}) · *12* claimed ·" in in_slack(found)
    assert expected in in_terminal(found)
    assert f'<dd class="beside">{expected}</dd>' in page.page(found, ORGANISATION, now=make.NOW)


def test_two_periods_stand_side_by_side() -> None:
    before = replace(
        BUSY,
        time_to_claim=Times(
            count=3, clock=Spread(median=timedelta(hours=2), p90=timedelta(hours=9))
        ),
    )
    week = Period(since=make.NOW - timedelta(days=7), until=make.NOW)
    compared = Compared(
        counts={"came_in": 6, "claimed": 3, "resolved": 9}, before=before, period=week
    )
    message = digest.digest(ORGANISATION, report(compared=compared), now=make.NOW, reader="U0ANNA")
    assert (
        "*14* came in (+8, before 6) · *12* claimed (+9, before 3) · *9* resolved (as before)"
        in texts(message)
    )
    half = "Of 12 claimed, half were within 22 min (before: 2 h)."
    assert half in texts(message)
    dates = "Before: Wed 11 Nov 18:00 to Wed 18 Nov 18:00 HKT."
    assert dates in texts(message)
    (row,) = [b for b in message.blocks if b["type"] == "actions"]
    assert DigestRef.unpack(row["elements"][0]["value"]).versus_previous


def two_periods(**over: Any) -> Report:
    before = timed(2 * HOUR)
    counts = {"received": 32.0, "came_in": 6.0, "claimed": 3.0, "resolved": 9.0}
    compared = Compared(counts=counts, before=before, period=DAY)
    return report(replace(BUSY, received=36), compared=compared, **over)


def test_a_day_s_digest_says_once_what_usually_means_unless_it_is_a_part_of_one() -> None:
    counts = {"came_in": 7.0, "claimed": 8.0, "resolved": 0.25}
    found = report(compared=Compared(counts=counts, weeks=4))
    first = "*14* came in (+7, usually 7) · *12* claimed (+4"
    assert f"{first}) · *9* resolved (+8.8, usually 0.2)" in in_slack(found)
    assert f"{first}, usually 8) · *9*" in in_slack(found, reader="U0ANNA")


def test_a_campaign_that_was_never_named_is_one_sentence_in_a_terminal_too() -> None:
    rows = (TeamRow(team=ORGANISATION.teams[0], measures=Measures()),)
    campaign = report(Measures(), scope=Scope(Kind.CAMPAIGN, "X"), teams=rows, unheard=True)
    told = in_terminal(campaign)
    assert told.startswith("Campaign X: No comment has named this campaign.")
    assert "parts" not in told


def test_a_terminal_shows_the_differences_of_all_teams_too() -> None:
    rows = (TeamRow(team=ORGANISATION.teams[0], measures=BUSY),)
    thanks = (Thanks(person="U0ANNA", resolved=2, facts=1),)
    told = in_terminal(two_periods(scope=Scope(), teams=rows, thanks=thanks))
    assert "In all: 36 comments (+4, before 32) · 14 parts for teams (+8, before 6) ·" in told
    assert "Of 12 claimed, half were within 22 min (before: 2 h)." in told
    assert "Thank you U0ANNA (2 resolved, 1 fact)" in told
    assert "Before: Tue 17 Nov 18:00 to Wed 18 Nov 2026 18:00 HKT." in told


def test_a_terminal_and_the_page_show_the_times_of_two_periods_of_one_team() -> None:
    half = "Of 12 claimed, half were within 22 min (before: 2 h)."
    assert half in in_terminal(two_periods())
    assert half in page_of(two_periods()).text


MANY = Times(count=3, clock=Spread(median=2 * HOUR))
ONE = Times(count=1, clock=Spread(median=3 * HOUR))
NONE = Times()


@pytest.mark.parametrize(
    ("claim", "resolve", "expected"),
    [
        ((MANY, MANY), (NONE, NONE), "Of 3 claimed, half were within 2 h (before: 2 h)."),
        (
            (MANY, MANY),
            (MANY, MANY),
            (
                "Of 3 claimed, half were within 2 h (before: 2 h)."
                " Of 3 resolved, half were within 2 h (before: 2 h)."
            ),
        ),
        (
            (NONE, MANY),
            (MANY, NONE),
            (
                "Nothing was claimed; before, half within 2 h."
                " Of 3 resolved, half were within 2 h; before, nothing was."
            ),
        ),
        (
            (ONE, MANY),
            (MANY, ONE),
            (
                "One was claimed within 3 h (before: half within 2 h)."
                " Of 3 resolved, half were within 2 h (before: one within 3 h)."
            ),
        ),
        ((NONE, ONE), (NONE, NONE), "Nothing was claimed; before, one within 3 h."),
        ((NONE, NONE), (NONE, NONE), ""),
    ],
)
def test_the_times_of_two_periods_are_told_as_far_as_there_are_any(
    claim: tuple[Times, Times], resolve: tuple[Times, Times], expected: str
) -> None:
    now, before = (
        Measures(
            claimed=claim[n].count,
            resolved=resolve[n].count,
            time_to_claim=claim[n],
            time_to_resolve=resolve[n],
        )
        for n in range(2)
    )
    assert differences.times(now, before) == expected


def test_what_was_claimed_once_more_is_not_nothing() -> None:
    assert differences.times(Measures(claimed=2), Measures(time_to_claim=MANY)) == ""


def test_where_two_periods_have_no_times_a_terminal_has_no_empty_line() -> None:
    compared = Compared(counts={"came_in": 6.0}, before=Measures(), period=DAY)
    measures = Measures(came_in=14, received=14)
    rows = (TeamRow(team=ORGANISATION.teams[0], measures=measures),)
    found = report(measures, scope=Scope(), teams=rows, compared=compared)
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(terminal.digest(found, ORGANISATION, now=make.NOW))
    *_, last = console.export_text().removesuffix("\n").split("\n")
    assert last.startswith("In all: ")


def test_that_there_is_nothing_before_is_told_everywhere() -> None:
    found = report(nothing_before=True)
    for told in (in_slack(found), page_of(found).text, in_terminal(found)):
        assert told.count("There is nothing before to compare with.") == 1
