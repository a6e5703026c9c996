"""How fast it went: what a digest says of how long claims and resolves took, and were promised."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.digest import Period
from bot.domain.measures import Kept, Measures, Spread, Times
from bot.domain.scope import Scope
from bot.ui import digest, kit
from tests.domain import factories as make
from tests.ui.looking import BUSY, report
from tests.ui.test_digest_words import HOUR, MINUTE, in_slack, in_terminal
from tests.ui.test_page import shown as page_of


def timed(clock: timedelta, half_working: timedelta | None = None, **over: Any) -> Measures:
    spread: dict[str, Any] = {
        "clock": Spread(median=clock, p90=3 * HOUR),
        "working": Spread(median=half_working),
    }
    times = Times(**{"count": 12, **spread, **over})
    return replace(BUSY, time_to_claim=times)


@pytest.mark.parametrize(
    ("measures", "expected"),
    [
        (
            timed(22 * MINUTE, unanswered=4),
            "\n12 claimed: half within *22 min* (9 in 10: 3 h; 4 not yet) ·",
        ),
        (
            timed(22 * MINUTE, count=2, unanswered=4),
            "\n2 claimed: half within *22 min* (4 not yet) ·",
        ),
        (timed(22 * MINUTE, count=2), "\nclaimed: half within *22 min* ·"),
        (timed(22 * MINUTE, count=1), "\nclaimed within *22 min* ·"),
        (
            timed(22 * MINUTE, count=1, unanswered=55),
            "\n1 claimed within *22 min* (55 not yet) ·",
        ),
        (timed(25 * MINUTE, 12 * MINUTE), "*25 min* (in working time 12 min; 9 in 10: 3 h) ·"),
        (timed(24 * MINUTE, 12 * MINUTE), "claimed: half within *24 min* (9 in 10: 3 h) ·"),
        (replace(BUSY, time_to_claim=Times(unanswered=4)), "*4* not claimed yet ·"),
        (replace(BUSY, time_to_claim=Times()), "\n92% claimed in time"),
    ],
)
def test_a_speed_says_who_still_waits_and_what_closed_hours_hide(
    measures: Measures, expected: str
) -> None:
    assert expected in in_slack(report(measures))


def test_a_time_of_which_nothing_was_at_work_is_not_told_as_no_time() -> None:
    none = Spread(median=timedelta(), p90=timedelta(milliseconds=400))
    found = report(timed(3 * HOUR, working=none))
    assert "claimed: half within *3 h* (outside working hours; 9 in 10: 3 h) ·" in in_slack(found)
    whole = "(outside working hours; 9 in 10: 3 h, outside working hours)"
    assert f"claimed: half within *3 h* {whole} ·" in in_slack(found, reader="U0ANNA")
    for told in (in_terminal(found), page_of(found).text):
        assert told.count("outside hours") == 2
    at_once = report(timed(timedelta(), working=Spread(median=timedelta())))
    assert "*0 s* (9 in 10: 3 h) ·" in in_slack(at_once, reader="U0ANNA")


def test_a_digest_that_is_asked_for_and_a_week_have_every_time_in_working_time_too() -> None:
    spread = Spread(median=12 * MINUTE, p90=40 * MINUTE)
    alike = Spread(median=22 * MINUTE, p90=3 * HOUR + MINUTE)
    same = report(timed(22 * MINUTE, working=alike))
    assert "claimed: half within *22 min* (9 in 10: 3 h) ·" in in_slack(same, reader="U0ANNA")
    found = report(timed(22 * MINUTE, working=spread, unanswered=4))
    alone, whole = "9 in 10: 3 h", "in working time 12 min; 9 in 10: 3 h, in working time 40 min"
    assert f"12 claimed: half within *22 min* ({alone}; 4 not yet) ·" in in_slack(found)
    said = f"12 claimed: half within *22 min* ({whole}; 4 not yet) ·"
    assert said in in_slack(found, reader="U0ANNA")
    week = Period(since=make.NOW - timedelta(days=7), until=make.NOW)
    assert said in in_slack(replace(found, period=week))


def test_the_public_line_names_no_case_and_no_team() -> None:
    message = digest.public_line(report(replace(BUSY, received=412, settled=371), scope=Scope()))
    assert kit.check(message, "message") == []
    assert message.text == (
        "412 comments came in and 371 cases were settled. 12 parts were claimed, half of them within"
        " *22 min* (9 in 10: 3 h). Each team can see its own cases."
    )


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (2, "2 parts were claimed, half of them within *2 min* (55 not yet)."),
        (1, "1 part was claimed within *2 min* (55 not yet)."),
    ],
)
def test_the_public_line_speaks_of_what_was_claimed_beside_what_was_not(
    count: int, said: str
) -> None:
    few = replace(timed(2 * MINUTE, count=count, unanswered=55), received=57, settled=0)
    told = digest.public_line(report(few, scope=Scope())).text
    assert told == (
        f"57 comments came in and 0 cases were settled. {said} Each team can see its own cases."
    )


@pytest.mark.parametrize(
    ("kept", "unanswered", "said"),
    [
        (Kept(met=2), 55, "2 of 2 claimed in time"),
        (Kept(met=2, missed=3), 0, "2 of 5 claimed in time"),
        (Kept(met=20), 55, "20 of 20 claimed in time"),
        (Kept(met=9, missed=1), 0, "90% claimed in time"),
        (Kept(met=40, missed=2), 0, "95% claimed in time"),
    ],
)
def test_a_share_of_few_or_beside_what_is_unclaimed_is_told_as_numbers(
    kept: Kept, unanswered: int, said: str
) -> None:
    claimed = replace(timed(2 * MINUTE, unanswered=unanswered), claim_target=kept)
    assert f"· {said}\n" in in_slack(report(claimed))


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        ("", "9 resolved: half within *2 h*"),
        ("U0ANNA", "9 resolved: half within *2 h* (55 not yet)"),
    ],
)
def test_what_is_not_resolved_yet_is_no_part_of_the_half(reader: str, said: str) -> None:
    times = Times(count=9, clock=Spread(median=2 * HOUR), unanswered=55)
    assert f" · {said} · " in in_slack(report(replace(BUSY, time_to_resolve=times)), reader=reader)
