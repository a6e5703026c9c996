"""How single events change a case, where the tables of ownership do not show it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import events as e
from bot.domain.case import Case, State
from bot.domain.organisation import MANUAL_SOURCE, Priority
from tests.domain.factories import ANNA, BEN, NOW, after, case, organisation, stake

LATER = NOW + timedelta(hours=5)
WHY, MORE = e.Reason(kind="rule", name="refund"), e.Reason(kind="person", name="look")


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (e.CommentReceived(comment_id=9), {"comment_id": 9, "opened_at": NOW}),
        (e.CommentEdited(edited_at=LATER), {"edited_at": LATER}),
        (e.CommentDeleted(deleted_at=LATER), {"deleted_at": LATER}),
        (
            e.CaseRouted(
                lead="a", units=("u",), regions=("r",), priority=Priority.HIGH, tags=("t",)
            ),
            {
                "lead": "a",
                "units": ("u",),
                "regions": ("r",),
                "priority": Priority.HIGH,
                "tags": ("t",),
            },
        ),
        (e.CaseSentToTriage(why="no rule matches"), {"triage": "no rule matches"}),
        (e.CaseTriaged(teams=("a",)), {"triage": ""}),
        (e.CaseDismissed(reason="spam"), {"triage": "", "dismissed": "spam"}),
        (e.CaseSettled(), {"triage": "", "settled_at": NOW}),
        (e.CaseReopened(), {"settled_at": None, "reopened_at": NOW, "dismissed": ""}),
    ],
)
def test_an_event_of_the_case_changes_only_what_it_says(
    event: e.Event, expected: dict[str, object]
) -> None:
    before = case(triage="why", settled_at=LATER, dismissed="old")
    assert after(before, event) == replace(before, **expected)  # type: ignore[arg-type]


def test_further_reasons_join_the_first_ones() -> None:
    explained = after(
        case(stake(reasons=(WHY,))), e.StakeExplained(team="service-hk", reasons=(MORE,))
    )
    assert explained.stakes["service-hk"].reasons == (WHY, MORE)


def test_a_released_stake_is_open_as_if_nobody_had_claimed_it() -> None:
    held = case(stake(state=State.CLAIMED, claim_missed=True, resolve_missed=True))
    released = after(held, e.StakeReleased(team="service-hk", holder=ANNA, claim_due=LATER))
    assert released == case(stake(claim_due=LATER, claim_since=NOW, resolve_missed=True))


@pytest.mark.parametrize(
    ("event", "state", "note", "moved_to", "outcome"),
    [
        (
            e.StakeResolved(team="service-hk", outcome="refunded", note="sent"),
            State.RESOLVED,
            "sent",
            "",
            "refunded",
        ),
        (
            e.StakeHandedOff(team="service-hk", to="marketing-hk", reason="theirs"),
            State.HANDED_OFF,
            "theirs",
            "marketing-hk",
            "",
        ),
        (
            e.StakeDeclined(team="service-hk", reason="no", instead="marketing-hk"),
            State.DECLINED,
            "no",
            "marketing-hk",
            "",
        ),
    ],
)
def test_an_ended_stake_says_how_by_whom_and_keeps_its_holder(
    event: e.Event, state: State, note: str, moved_to: str, outcome: str
) -> None:
    held = stake(state=State.CLAIMED)
    ended = after(case(held), event, at=LATER, by=BEN).stakes["service-hk"]
    assert ended == replace(
        held,
        state=state,
        note=note,
        moved_to=moved_to,
        outcome=outcome,
        ended_at=LATER,
        ended_by=BEN,
    )


def test_a_stake_that_opens_again_keeps_its_place_among_the_others() -> None:
    before = case(stake("service-hk", State.DECLINED), stake("marketing-hk"))
    opened = e.StakeOpened(team="service-hk", reasons=(MORE,), claim_due=LATER, resolve_due=LATER)
    assert list(after(before, opened).stakes) == ["service-hk", "marketing-hk"]


@pytest.mark.parametrize(
    ("states", "given_up"),
    [
        ((), False),
        ((State.DECLINED,), True),
        ((State.DECLINED, State.HANDED_OFF), True),
        ((State.DECLINED, State.RESOLVED), False),
        ((State.DECLINED, State.OPEN), False),
        ((State.HANDED_OFF, State.CLAIMED), False),
    ],
)
def test_a_case_is_given_up_when_no_team_kept_or_finished_a_part(
    states: tuple[State, ...], given_up: bool
) -> None:
    whole = case(*(stake(f"team-{n}", state) for n, state in enumerate(states)))
    assert whole.all_given_up is given_up


def test_a_case_begins_empty() -> None:
    assert (Case(number=1).live_stakes, Case(number=1).settled_at) == ((), None)


def test_an_organisation_knows_its_parts_by_key_and_survives_dropped_ones() -> None:
    ours = organisation()
    assert ours.team_name("service-hk") == "Service HK"
    assert ours.team_name("gone") == "gone"
    assert ours.team("gone") is None
    assert ours.source("gone") is None
    by_hand = ours.source(MANUAL_SOURCE)
    assert by_hand is not None
    assert by_hand.connector == "manual"


@pytest.mark.parametrize(
    ("keys", "lead"),
    [
        ((), ""),
        (("product-audio", "marketing-hk"), "marketing-hk"),
        (("gone", "product-audio"), "product-audio"),
        (("service-uk", "service-hk"), "service-hk"),
        (("gone",), "gone"),
    ],
)
def test_the_lead_is_the_team_of_the_first_department(keys: tuple[str, ...], lead: str) -> None:
    assert organisation().lead_team(keys) == lead


def test_priorities_rank_from_the_most_pressing() -> None:
    assert [p.value for p in sorted(Priority, key=lambda p: p.rank)] == [
        "urgent",
        "high",
        "normal",
        "low",
    ]
