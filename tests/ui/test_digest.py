"""Digests: the sentence, the numbers, the rows, and what a phone can show in a quarter minute."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from bot.domain.case import State
from bot.domain.digest import Period
from bot.domain.measures import Measures, Standing
from bot.domain.organisation import PolicyNote
from bot.domain.report import Compared, Report, Shared, TeamRow, Thanks, Theme, Wait
from bot.domain.scope import Kind, Scope
from bot.domain.topics import Topic
from bot.ui import digest, ids, kit
from bot.ui.ids import DigestRef
from bot.ui.kit import Message
from tests.domain import factories as make
from tests.ui.looking import (
    BUSY,
    DAY,
    SERVICE,
    WAITING,
    hostile_lines,
    hostile_organisation,
    labels,
    line,
    report,
    texts,
    unsafe,
    words,
)

ORGANISATION = make.organisation()
LATE = line(7, past_target=True, due=make.NOW - timedelta(hours=4))
HELD = line(8, state=State.CLAIMED, holder="U0BEN")
QUIET = Measures()
CALM = replace(BUSY, standing=Standing(open=5))
FREE = replace(BUSY, standing=replace(BUSY.standing, past_target=0))


def usual(**counts: float) -> Compared:
    return Compared(counts={"came_in": 14, "claimed": 12, "resolved": 9, **counts}, weeks=4)


def shown(found: Report, **over: Any) -> Message:
    message = digest.digest(ORGANISATION, found, now=make.NOW, **over)
    assert kit.check(message, "message") == []
    return message


def test_the_digest_reads_as_designed() -> None:
    message = shown(
        report(
            lines=(LATE, HELD),
            we_wait=WAITING,
            they_wait=WAITING[1:],
            compared=usual(came_in=6.75, resolved=8),
            themes=(
                Theme(
                    topic=Topic(
                        term="battery life", count=9, about=False, usual=1.2, examples=(0,)
                    ),
                    cases=(1042, 1050, 1051),
                ),
                Theme(
                    topic=Topic(term="發熱", count=40, about=True, usual=0, examples=(0,)),
                    cases=(1044,),
                ),
            ),
            thanks=(Thanks(person="U0ANNA", resolved=6, facts=1), Thanks(person="U0BEN", facts=2)),
            policy=(
                PolicyNote(
                    on=date(2026, 11, 18),
                    text="We answer reviews too.",
                    url="https://policy.example/reviews",
                ),
            ),
        )
    )
    assert message.text == (
        "Service HK: 14 came in, twice the usual; 3 are past target, the oldest 5 h old"
    )
    assert texts(message).split("\n") == [
        "*Service HK: 14 came in, twice the usual; 3 are past target, the oldest 5 h old*",
        "*14* came in (+7, usually 7) · *12* claimed (as usual) · *9* resolved (+1)",
        "*5* open · ⚪ *3* unclaimed",
        "claimed: half within *22 min* (9 in 10: 3 h) · 92% claimed in time",
        "🔴 *#7* · late, unclaimed · was due 14:00 HKT",
        "Mei Chan wrote on Instagram 5 h ago: “The headphone jack gave up after three days.”",
        "🔵 *#8* · with <@U0BEN> · due 19:00 HKT",
        "Mei Chan wrote on Instagram 5 h ago: “The headphone jack gave up after three days.”",
        "3 more: `/comment open`",
        "*We wait for* Product Mobile (4, oldest 2 d) · Marketing HK (1, oldest 3 h)",
        "*Waiting for us:* Marketing HK (1, oldest 3 h)",
        "*More than usual about* “battery life” 9, usually 1.2 (#1042) · “發熱” about 40, new (#1044)",
        "*Thank you* <@U0ANNA> (6 resolved, 1 fact) · <@U0BEN> (2 facts)",
        "*New in the policy* (Wed 18 Nov): We answer reviews too. <https://policy.example/reviews|Read it>",
        ("Tue 17 Nov 18:00 to Wed 18 Nov 18:00 HKT. Usually: the 4 weeks before."),
    ]
    assert labels(message.blocks) == ["Claim", "Open", "⋯"]
    (menu,) = [b["accessory"] for b in message.blocks if b.get("accessory", {}).get("options")]
    assert [option["text"]["text"] for option in menu["options"]] == [
        "Open #1042 · “battery life”",
        "Open #1044 · “發熱”",
        "Open #9 · Product Mobile",
    ]
    assert len(message.blocks) <= 10


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (replace(BUSY.standing, past_target=1), "1 is past target, 5 h old"),
        (replace(BUSY.standing, past_target=0), "3 unclaimed, the oldest 5 h old"),
        (replace(BUSY.standing, past_target=0, unclaimed=1), "1 unclaimed, 5 h old"),
        (Standing(open=5), "nothing is late now"),
    ],
)
def test_the_first_sentence_names_what_needs_attention_most(
    standing: Standing, expected: str
) -> None:
    told = shown(report(replace(BUSY, standing=standing))).text
    assert told == f"Service HK: 14 came in, 9 resolved; {expected}"


def test_a_quiet_day_is_one_line() -> None:
    message = shown(report(QUIET))
    assert len(message.blocks) == 1
    assert texts(message) == "☀️ Service HK: a quiet time. Nothing came in, and nothing is open."


def test_a_quiet_digest_that_comes_late_says_so_too() -> None:
    assert "comes late, sorry" in texts(shown(report(QUIET), late=True))


def test_a_week_names_both_its_days() -> None:
    week = Period(since=make.NOW - timedelta(days=7), until=make.NOW)
    told = texts(shown(report(period=week)))
    assert "Wed 11 Nov 18:00 to Wed 18 Nov 18:00 HKT." in told


def test_a_quiet_day_that_others_wait_on_is_not_quiet() -> None:
    assert "*Waiting for us:* Product Mobile" in texts(shown(report(QUIET, they_wait=WAITING)))


def test_a_digest_shows_five_rows_at_most() -> None:
    message = shown(report(lines=tuple(line(n) for n in range(1, 9))))
    assert labels(message.blocks) == ["Claim"] * 5


def test_a_late_digest_says_so() -> None:
    assert "This digest comes late, sorry" in texts(shown(report(), late=True))
    assert "late, sorry" not in texts(shown(report()))


def test_a_private_digest_can_be_posted_and_scheduled_with_the_same_period() -> None:
    message = shown(report(), reader="U0ANNA")
    (row,) = [b for b in message.blocks if b["type"] == "actions"]
    assert [b["action_id"] for b in row["elements"]] == [ids.DIGEST_POST, ids.SCHEDULE_NEW]
    for button in row["elements"]:
        assert DigestRef.unpack(button["value"]) == DigestRef(
            SERVICE, DAY.since, DAY.until, runs=True
        )


@pytest.mark.parametrize(
    ("reader", "offered"), [("U0ANNA", ["Post to channel", "Schedule this"]), ("U0LEAD", [])]
)
def test_only_their_own_digest_is_offered_to_be_posted_and_scheduled_not_another_person_s(
    reader: str, offered: list[str]
) -> None:
    message = shown(report(scope=Scope(Kind.PERSON, "U0ANNA")), reader=reader)
    assert labels(message.blocks) == offered


def side_by_side(*measures: Measures, **over: Any) -> Report:
    rows = [
        TeamRow(team=team, measures=m)
        for team, m in zip(ORGANISATION.teams, measures, strict=False)
    ]
    return report(
        over.pop("measures", replace(BUSY, received=11)), scope=Scope(), teams=tuple(rows), **over
    )


def test_all_teams_are_sorted_by_need() -> None:
    message = shown(side_by_side(QUIET, CALM, FREE, BUSY))
    assert message.text == (
        "All teams: 11 comments came in, 9 parts resolved; 3 parts past target, the oldest 5 h old"
    )
    assert texts(message).split("\n")[1].startswith("*11* comments · *14* parts for teams · *12*")
    assert texts(message).split("\n")[4:8] == [
        "🔴 *Marketing HK* — 3 past target · 3 unclaimed (oldest 5 h) · 14 in, 9 resolved",
        "⚪ *Marketing UK* — 3 unclaimed (oldest 5 h) · 14 in, 9 resolved",
        "🟢 *Service HK* — 14 in, 9 resolved",
        "and 1 quieter team",
    ]


@pytest.mark.parametrize(
    ("shared", "expected"),
    [
        (
            Shared(
                departments=tuple((f"d-{n}", share) for n, share in enumerate((0.3, *[0.14] * 5))),
                concentration=0.2,
            ),
            (
                "*Shared:* d-0 30% · d-1 14% · d-2 14% · d-3 14% · and 2 more (even: 33% each)"
                " · 25% of cases finished together"
            ),
        ),
        (
            Shared(
                departments=(("service", 0.5), ("product", 0.3), ("marketing", 0.2)),
                concentration=0.38,
            ),
            (
                "*Shared:* service 50% · product 30% · marketing 20% (even: 33% each)"
                " · 25% of cases finished together"
            ),
        ),
        (
            Shared(departments=(("service", 0.8), ("product", 0.2)), concentration=0.68),
            "⚠️ Most of the work is with service.",
        ),
        (
            Shared(
                departments=(("service", 0.7), ("product", 0.3)),
                concentration=0.58,
                carried_by="service",
            ),
            "⚠️ For two weeks, more than 60 % of the work has been with service.",
        ),
    ],
)
def test_how_the_work_is_shared_is_told_and_warned_of(shared: Shared, expected: str) -> None:
    found = side_by_side(BUSY, shared=shared, measures=replace(BUSY, joint=1, resolved_cases=4))
    assert expected in texts(shown(found)).split("\n")


def test_a_manager_reads_who_waits_for_whom() -> None:
    pairs = [("service-hk", "product-mobile", 2), ("gone", "service-hk", 1)] * 3
    waits = tuple(
        Wait(waiting=one, on=other, cases=n, oldest=make.NOW - timedelta(hours=3))
        for one, other, n in pairs
    )
    told = texts(shown(side_by_side(BUSY, shared=Shared(waits=waits)), reader="U0ANNA"))
    assert "*Who waits for whom:* Service HK → Product Mobile (2, oldest 3 h) · gone →" in told
    assert "and 2 more" in told


def test_somebodys_own_digest_speaks_of_what_they_did_and_hold() -> None:
    own = replace(
        BUSY, came_in=0, standing=Standing(open=3, past_target=1, oldest_past_target=DAY.since)
    )
    told = texts(shown(report(own, scope=Scope(Kind.PERSON, "U0ANNA")), reader="U0ANNA")).split(
        "\n"
    )
    assert told[0] == "*<@U0ANNA>: 12 claimed, 9 resolved; 1 is past target, 24 h old*"
    assert told[1:3] == ["*12* claimed · *9* resolved", "*3* held now · 🔴 *1* past target"]


def test_an_overview_of_very_many_teams_holds() -> None:
    rows = [
        TeamRow(team=make.team(f"t-{n}", name="Team & Co. " * 6), measures=BUSY) for n in range(300)
    ]
    message = shown(
        report(scope=Scope(), teams=tuple(rows), lines=tuple(line(n) for n in range(9))),
        reader="U0ANNA",
    )
    told = texts(message)
    assert told.count("🔴 *Team") == 3
    assert "and 297 more teams, all past target" in told


@settings(max_examples=40, deadline=None)
@given(words)
def test_no_words_break_a_digest(text: str) -> None:
    organisation = hostile_organisation(text)
    topic = Topic(term=text, count=3, about=True, usual=0.0, examples=(0,))
    found = report(
        scope=Scope(Kind.CAMPAIGN, text or "x"),
        lines=tuple(hostile_lines(text)),
        we_wait=WAITING * 9,
        themes=(Theme(topic=topic, cases=(7,)),) * 3,
        policy=(PolicyNote(on=date(2026, 1, 1), text=text),) * 4,
        shared=Shared(departments=((text, 0.9),), concentration=0.81, carried_by=text),
        teams=tuple(TeamRow(team=team, measures=BUSY) for team in organisation.teams),
    )
    message = digest.digest(organisation, found, now=make.NOW, late=True)
    assert kit.check(message, "message") == []
    assert unsafe(message) == []
