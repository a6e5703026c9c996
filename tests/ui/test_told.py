"""What is said beside the cards: questions, escalations, news, and the short private answers."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.case import Case, State
from bot.domain.comment import Author
from bot.domain.digest import Waiting
from bot.domain.duty import Duty
from bot.domain.events import Pause
from bot.domain.organisation import Organisation, Phase, Priority, Tell
from bot.ui import digest, ids, kit, told
from bot.ui.ids import SnoozeRef, StakeRef
from bot.ui.kit import Message
from tests.domain import factories as make
from tests.ui.looking import (
    HOSTILE,
    hostile_case,
    hostile_comment,
    hostile_organisation,
    labels,
    texts,
    unsafe,
)

ORGANISATION = make.organisation()
HK = ZoneInfo("Asia/Hong_Kong")
MEI = make.comment("My *phone* broke", author=Author(name="Mei Chan"))
REF = StakeRef(1042, "service-hk")
HELD = make.case(make.stake(state=State.CLAIMED))
ANSWER_BY = make.NOW + timedelta(hours=1)


def good(message: Message) -> Message:
    assert kit.check(message, "message") == []
    assert unsafe(message) == []
    return message


def elements(message: Message) -> list[dict[str, Any]]:
    return [e for b in message.blocks if b["type"] == "actions" for e in b["elements"]]


def asked(holder: str) -> Message:
    return good(told.asked(HELD, MEI, ORGANISATION, "service-hk", holder, ANSWER_BY, HK))


def test_a_silent_holder_is_asked_and_told_what_silence_means() -> None:
    message = asked("U0ANNA")
    assert texts(message) == (
        "<@U0ANNA> still on this? #1042 is free again at 19:00 HKT if I hear nothing."
    )
    assert message.text.endswith("(Mei Chan on Facebook)")
    assert [(e["text"]["text"], e["action_id"]) for e in elements(message)] == [
        ("Yes", ids.STILL_YES),
        ("Release", ids.RELEASE),
        ("Hand off", ids.HANDOFF),
    ]
    assert {e["value"] for e in elements(message)} == {"1042:service-hk"}


def test_while_the_holder_is_away_their_team_is_asked_and_they_are_not_pinged() -> None:
    message = asked("")
    assert texts(message) == (
        "*Service HK*, whoever holds this is away."
        " #1042 is free again at 19:00 HKT; it can go on sooner."
    )
    assert "<@" not in texts(message) + message.text
    assert labels(message.blocks) == ["Release", "Hand off"]


@pytest.mark.parametrize(
    ("why", "expected"),
    [
        ("silent", "I have heard nothing from <@U0ANNA>, so #1042 is free again."),
        ("left", "<@U0ANNA> is no longer with Service HK, so #1042 is free again."),
        ("", "<@U0ANNA> has it no longer, so #1042 is free again."),
    ],
)
def test_a_claim_that_ends_by_itself_is_announced(why: str, expected: str) -> None:
    message = good(told.freed(HELD, ORGANISATION, "service-hk", "U0ANNA", why))
    assert texts(message) == f"{expected} Who takes it for Service HK?"


def escalated(
    case: Case,
    phase: Phase = Phase.BREACH,
    tell: Tell = Tell.LEAD,
    people: tuple[str, ...] = ("U0LEAD",),
    *,
    organisation: Organisation = ORGANISATION,
    late_by: timedelta = timedelta(hours=3),
) -> Message:
    now = make.NOW + late_by
    return good(told.escalation(case, MEI, organisation, "service-hk", phase, tell, people, now))


def test_a_breach_names_who_is_needed_what_is_late_and_since_when() -> None:
    case = make.case(make.stake(claim_missed=True), priority=Priority.URGENT)
    assert texts(escalated(case)).split("\n")[:2] == [
        (
            "<@U0LEAD>: *#1042* (urgent) at Service HK is late: nobody has claimed it, and it was"
            " to be claimed by 19:00 HKT, 2 h ago. You lead Service HK."
        ),
        "Mei Chan on Facebook: “My ∗phone∗ broke”",
    ]


def test_a_warning_says_by_when() -> None:
    case = make.case(make.stake(claim_near=True))
    message = escalated(case, Phase.WARNING, Tell.TEAM, (), late_by=timedelta(minutes=50))
    assert texts(message).startswith(
        "Service HK: *#1042* is nearly late: nobody has claimed it, and it is to be claimed by"
        " 19:00 HKT."
    )


def test_a_whole_team_is_named_person_by_person() -> None:
    own = replace(make.team("service-hk"), members=frozenset({"U0ANNA", "U0BEN"}))
    case = make.case(make.stake(state=State.CLAIMED, holder="U0CHLOE", resolve_near=True))
    message = escalated(
        case, Phase.WARNING, Tell.TEAM, (), organisation=replace(ORGANISATION, teams=(own,))
    )
    assert texts(message).startswith(
        "Service HK <@U0ANNA> <@U0BEN> <@U0CHLOE>: *#1042* is nearly late: <@U0CHLOE> has it,"
        " and it is to be resolved by Thu 19 Nov 03:00 HKT."
    )


@pytest.mark.parametrize(
    ("tell", "words"),
    [
        (Tell.LEAD, "You lead Service HK."),
        (Tell.DUTY, "You are on duty for Service HK."),
        (Tell.MANAGERS, "Nobody nearer has answered."),
        (Tell.HOLDER, "2 h ago."),
    ],
)
def test_who_is_told_learns_why_them(tell: Tell, words: str) -> None:
    case = make.case(make.stake(claim_missed=True))
    assert escalated(case, tell=tell).text.endswith(words)


def test_an_escalation_can_be_acted_on_where_it_is_read() -> None:
    message = escalated(make.case(make.stake(claim_missed=True)))
    assert labels(message.blocks) == ["Claim", "Open", "Seen"]
    *_, seen, snooze = elements(message)
    assert (seen["action_id"], seen["value"]) == (ids.ESC_ACK, "1042:service-hk")
    assert snooze["action_id"] == ids.ESC_SNOOZE
    offered = [SnoozeRef.unpack(option["value"]) for option in snooze["options"]]
    now = make.NOW + timedelta(hours=3)
    assert [each.ref for each in offered] == [REF] * 3
    assert [each.until - now for each in offered] == [
        timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12)
    ]  # fmt: skip


def test_what_is_held_already_cannot_be_claimed() -> None:
    case = make.case(make.stake(state=State.CLAIMED, resolve_missed=True))
    message = escalated(case, late_by=timedelta(hours=20))
    assert labels(message.blocks) == ["Open", "Seen"]
    assert "<@U0ANNA> has it, and it was to be resolved by" in message.text


@pytest.mark.parametrize(
    "case",
    [
        make.case(),
        make.case(make.stake(state=State.RESOLVED)),
        make.case(make.stake(state=State.CLAIMED)),
        make.case(make.stake(claim_missed=True, paused=Pause.CUSTOMER)),
    ],
)
def test_an_escalation_that_comes_too_late_calms_down(case: Case) -> None:
    message = escalated(case)
    assert texts(message) == "*#1042* at Service HK has moved on: nobody needs to hurry now."
    assert labels(message.blocks) == []


def test_a_deleted_comment_is_not_repeated() -> None:
    case = make.case(make.stake(claim_missed=True), deleted_at=make.NOW)
    assert "Mei Chan on Facebook deleted their comment." in texts(escalated(case))
    assert "phone" not in texts(escalated(case))


def watched(what: str, case: Case = HELD, to: str = "") -> str:
    args = ("U0BEN", "service-hk", to)
    message = good(told.watched(case, MEI, ORGANISATION, what, *args))
    assert labels(message.blocks) == ["Open"]
    return message.text


@pytest.mark.parametrize(
    ("what", "news"),
    [
        ("StakeClaimed", "<@U0BEN> claimed it for Service HK"),
        ("StakeHandedOff", "<@U0BEN> handed Service HK's part to Product Mobile"),
        ("StakeResolved", "Service HK's part is done"),
        ("StakeReopened", "<@U0BEN> took Service HK's part up again"),
        ("PriorityChanged", "<@U0BEN> set the priority to high"),
        ("CaseSettled", "all is done"),
        ("CaseReopened", "it is open again"),
        ("Anything", "there is news"),
    ],
)
def test_who_watches_reads_each_piece_of_news_in_a_line(what: str, news: str) -> None:
    case = replace(HELD, priority=Priority.HIGH)
    assert watched(what, case, "product-mobile") == f"👀 #1042, Mei Chan on Facebook: {news}."


def test_duty_is_told_now_and_next() -> None:
    own, uk = make.team("service-hk"), make.team("service-uk")
    now = Duty(team=uk, person="U0ANNA", since=make.NOW)
    following = Duty(team=own, person="U0BEN", since=make.NOW + timedelta(hours=15))
    assert good(told.duty(now, following, own, make.NOW)).text == (
        "On duty: *Service HK* — <@U0ANNA> of Service UK · next <@U0BEN> from Thu 19 Nov 09:00 HKT"
    )
    assert "nobody at the moment" in told.duty(None, following, own, make.NOW).text
    alone = good(told.duty(now, None, own, make.NOW)).text
    assert alone == "On duty: *Service HK* — <@U0ANNA> of Service UK"


def test_the_short_private_sentences() -> None:
    assert good(told.hint_claim(19, make.team("service-hk"))).text == (
        "You now hold Service HK's part of #19. Every team sees your name on it until you resolve it,"
        " hand it off or release it."
    )
    conversation = good(told.conversation(12, "Service UK"))
    assert conversation.text == "Service UK is already talking with this customer in #12."
    assert labels(conversation.blocks) == ["Open"]
    assert good(told.away(make.NOW + timedelta(days=4, hours=15), HK)).text == (
        "You are away until Mon 23 Nov 09:00 HKT. I ask your team instead of you."
        " Back sooner? `/crosstalk back`"
    )
    assert good(told.back()).text == "Welcome back. I ask you again about what you hold."


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(text: str) -> None:
    comment, organisation = hostile_comment(text), hostile_organisation(text)
    case = hostile_case(text)
    team = organisation.teams[0]
    duty = Duty(team=organisation.teams[1], person=text, since=make.NOW)
    name = text or "x"
    late = make.case(make.stake(claim_missed=True))
    for message in (
        told.asked(case, comment, organisation, "service-hk", text, make.NOW, HK),
        told.asked(case, comment, organisation, "service-hk", "", make.NOW, HK),
        told.freed(case, organisation, "service-hk", text, "left"),
        told.escalation(
            late, comment, organisation, "service-hk", Phase.BREACH, Tell.LEAD,
            (name,) * 60, make.NOW + timedelta(hours=3),
        ),
        told.watched(case, comment, organisation, "StakeHandedOff", text, "service-hk", name),
        told.duty(duty, duty, team, make.NOW),
        told.hint_claim(19, team),
        told.conversation(12, name),
    ):  # fmt: skip
        good(message)


def test_one_more_is_named_and_not_counted() -> None:
    def named(count: int) -> str:
        waiting = [Waiting(team="service-hk", cases=n, oldest=make.NOW) for n in range(count)]
        return digest.waited_for(waiting, ORGANISATION, make.NOW, most=1)

    assert [named(n).count(" (") for n in (1, 2, 3)] == [1, 2, 1]
    assert named(3).endswith(" · and 2 more")
