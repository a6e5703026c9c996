"""Every act in every state of a stake, the boring transitions included, in one table."""

from collections.abc import Callable

import pytest

from bot.domain import events as e, ownership
from bot.domain.case import Case, State
from bot.domain.ownership import Facts
from bot.errors import Refused
from tests.domain.factories import ANNA, BEN, NOW, case, stake, team

HK, MARKETING, MOBILE = team("service-hk"), team("marketing-hk"), team("product-mobile")

STATES: dict[str, dict[str, object] | None] = {
    "no stake": None,
    "open": {"state": State.OPEN},
    "mine": {"state": State.CLAIMED, "holder": ANNA},
    "another's": {"state": State.CLAIMED, "holder": BEN},
    "resolved": {"state": State.RESOLVED},
    "declined": {"state": State.DECLINED, "moved_to": ""},
    "handed off": {"state": State.HANDED_OFF, "moved_to": MOBILE.key},
}

ACTS: dict[str, Callable[[Case], Facts]] = {
    "claim": lambda c: ownership.claim(c, HK, by=ANNA, now=NOW),
    "release": lambda c: ownership.release(c, HK, by=ANNA, now=NOW, may_force=False),
    "force a release": lambda c: ownership.release(c, HK, by=ANNA, now=NOW, may_force=True),
    "resolve": lambda c: ownership.resolve(c, HK, by=ANNA, outcome="answered", note="", now=NOW),
    "hand off": lambda c: ownership.hand_off(c, HK.key, to=MOBILE, reason="theirs", now=NOW),
    "hand off to a team that has a part": lambda c: ownership.hand_off(
        c, HK.key, to=MARKETING, reason="theirs", now=NOW
    ),
    "hand off to ourselves": lambda c: ownership.hand_off(c, HK.key, to=HK, reason="oops", now=NOW),
    "decline": lambda c: ownership.decline(c, HK.key, reason="no", instead=None, now=NOW),
    "decline for another team": lambda c: ownership.decline(
        c, HK.key, reason="no", instead=MOBILE, now=NOW
    ),
    "decline for a team that has a part": lambda c: ownership.decline(
        c, HK.key, reason="no", instead=MARKETING, now=NOW
    ),
    "decline for ourselves": lambda c: ownership.decline(
        c, HK.key, reason="no", instead=HK, now=NOW
    ),
    "reopen": lambda c: ownership.reopen(c, HK, now=NOW),
    "invite": lambda c: ownership.invite(c, HK, by_team=MARKETING.key, note="look", now=NOW),
    "route by hand": lambda c: ownership.route_by_hand(c, (HK,), note="", now=NOW),
    "route by hand to nobody": lambda c: ownership.route_by_hand(c, (), note="", now=NOW),
    "dismiss": lambda c: ownership.dismiss(c, reason="spam"),
}

CLAIMED, RELEASED, RESOLVED = e.StakeClaimed, e.StakeReleased, e.StakeResolved
OPENED, HANDED, DECLINED, TRIAGED = e.StakeOpened, e.StakeHandedOff, e.StakeDeclined, e.CaseTriaged
EXPLAINED, LED = e.StakeExplained, e.LeadMoved
NOTHING = ()
NO_PART = "Your team has no part in #1042. To join in, use *Invite a team*."
HOLDS = "<@U0BEN> has #1042: claimed 12 min ago."
CANNOT_RELEASE = "<@U0BEN> has #1042. They, your lead or a manager can release it."
DONE = "#1042 is done for your team. To take it up again, use *Reopen*."
WAS_DECLINED = "#1042 was declined by your team. To have it back, use *Invite a team*."
WAS_HANDED = "#1042 was handed off by your team. To have it back, use *Invite a team*."
GIVEN_AWAY = "Your team gave #1042 away. To have it back, use *Invite a team*"
OWN_TEAM = "That is your own team."
HAS_PART = "Service HK has a part in #1042 already."
CHOOSE = "Choose at least one team"
DECIDE = "#1042 has its teams already; they decide when it is done."

Expected = tuple[type, ...] | str
# fmt: off
TABLE: dict[str, tuple[Expected, ...]] = {
    # no stake, open, mine, another's, resolved, declined, handed off
    "claim": (
        NO_PART, (CLAIMED,), NOTHING, HOLDS, DONE, WAS_DECLINED, WAS_HANDED),
    "release": (
        NO_PART, NOTHING, (RELEASED,), CANNOT_RELEASE, DONE, WAS_DECLINED, WAS_HANDED),
    "force a release": (
        NO_PART, NOTHING, (RELEASED,), (RELEASED,), DONE, WAS_DECLINED, WAS_HANDED),
    "resolve": (
        NO_PART, (CLAIMED, RESOLVED), (RESOLVED,), (RESOLVED,), NOTHING, WAS_DECLINED, WAS_HANDED),
    "hand off": (
        NO_PART, *((HANDED, OPENED, LED),) * 3, DONE, WAS_DECLINED, NOTHING),
    "hand off to a team that has a part": (
        NO_PART, *((HANDED, EXPLAINED, LED),) * 3, DONE, WAS_DECLINED, WAS_HANDED),
    "hand off to ourselves": (
        NO_PART, OWN_TEAM, OWN_TEAM, OWN_TEAM, DONE, WAS_DECLINED, WAS_HANDED),
    "decline": (
        NO_PART, *((DECLINED,),) * 3, DONE, NOTHING, WAS_HANDED),
    "decline for another team": (
        NO_PART, *((DECLINED, OPENED),) * 3, DONE, NOTHING, WAS_HANDED),
    "decline for a team that has a part": (
        NO_PART, *((DECLINED, EXPLAINED),) * 3, DONE, NOTHING, WAS_HANDED),
    "decline for ourselves": (
        NO_PART, OWN_TEAM, OWN_TEAM, OWN_TEAM, DONE, NOTHING, WAS_HANDED),
    "reopen": (
        NO_PART, NOTHING, NOTHING, NOTHING, (e.StakeReopened,), GIVEN_AWAY, GIVEN_AWAY),
    "invite": (
        (OPENED,), HAS_PART, HAS_PART, HAS_PART, (OPENED,), (OPENED,), (OPENED,)),
    "route by hand": (
        (TRIAGED, OPENED), NOTHING, NOTHING, NOTHING, *((TRIAGED, OPENED),) * 3),
    "route by hand to nobody": (CHOOSE,) * 7,
    "dismiss": (DECIDE,) * 7,
}
# fmt: on


def case_in(state: str) -> Case:
    """A case of which Marketing HK has an open stake, and Service HK one in *state*."""
    ours = STATES[state]
    others = stake(MARKETING.key)
    return case(others) if ours is None else case(stake(HK.key, **ours), others)  # type: ignore[arg-type]


def test_the_table_has_every_act_in_every_state() -> None:
    assert TABLE.keys() == ACTS.keys()
    assert {len(row) for row in TABLE.values()} == {len(STATES)}
    assert {fields["state"] for fields in STATES.values() if fields} == set(State)


@pytest.mark.parametrize(
    ("act", "state", "expected"),
    [
        pytest.param(act, state, expected, id=f"{act}-{state}")
        for act, row in TABLE.items()
        for state, expected in zip(STATES, row, strict=True)
    ],
)
def test_every_act_in_every_state(act: str, state: str, expected: Expected) -> None:
    if isinstance(expected, str):
        with pytest.raises(Refused) as refused:
            ACTS[act](case_in(state))
        assert expected in str(refused.value)
    else:
        assert tuple(type(fact) for fact in ACTS[act](case_in(state))) == expected


TRIAGE_STATES = {
    "nobody has it": case(triage="no rule matches"),
    "partly routed": case(stake(), triage="no product team covers this region and unit"),
    "with its teams": case(stake()),
    "settled": case(stake(state=State.RESOLVED), settled_at=NOW),
}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("nobody has it", (e.CaseDismissed(reason="spam"),)),
        ("partly routed", (e.CaseDismissed(reason="spam"),)),
        ("with its teams", "#1042 has its teams already"),
        ("settled", ()),
    ],
)
def test_only_triage_can_dismiss(where: str, expected: Facts | str) -> None:
    if isinstance(expected, str):
        with pytest.raises(Refused, match=expected):
            ownership.dismiss(TRIAGE_STATES[where], reason="spam")
    else:
        assert ownership.dismiss(TRIAGE_STATES[where], reason="spam") == expected


@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_a_dismissal_needs_a_reason(reason: str) -> None:
    with pytest.raises(Refused, match="why nobody needs to act"):
        ownership.dismiss(TRIAGE_STATES["nobody has it"], reason=reason)


@pytest.mark.parametrize(
    ("act", "where", "expected"),
    [
        ("route by hand", "nobody has it", (TRIAGED, OPENED)),
        ("route by hand", "partly routed", (TRIAGED,)),
        ("route by hand", "settled", (TRIAGED, OPENED)),
        ("invite", "nobody has it", (TRIAGED, OPENED)),
        ("invite", "settled", (OPENED,)),
    ],
)
def test_who_adds_a_team_answers_triage(act: str, where: str, expected: tuple[type, ...]) -> None:
    assert tuple(type(fact) for fact in ACTS[act](TRIAGE_STATES[where])) == expected


def test_a_team_picked_twice_by_hand_is_asked_once() -> None:
    facts = ownership.route_by_hand(
        TRIAGE_STATES["nobody has it"], (HK, MOBILE, HK), note="", now=NOW
    )
    assert [fact.team for fact in facts if isinstance(fact, OPENED)] == [HK.key, MOBILE.key]
    assert facts[0] == TRIAGED(teams=(HK.key, MOBILE.key), note="")


@pytest.mark.parametrize(
    ("act", "reason", "asked_by"),
    [
        ("hand off", e.Reason(kind="hand-off", name="theirs", team=HK.key), HK.key),
        ("decline for another team", e.Reason(kind="decline", name="no", team=HK.key), HK.key),
        ("invite", e.Reason(kind="invitation", name="look", team=MARKETING.key), MARKETING.key),
        ("route by hand", e.Reason(kind="person", name=""), ""),
    ],
)
def test_a_stake_that_a_person_opens_says_why_and_who_asked(
    act: str, reason: e.Reason, asked_by: str
) -> None:
    before = case_in("open" if "for" in act or "off" in act else "no stake")
    opened = next(fact for fact in ACTS[act](before) if isinstance(fact, OPENED))
    assert (opened.reasons, opened.asked_by) == ((reason,), asked_by)
    assert NOW < opened.claim_due < opened.resolve_due


def test_an_invitation_from_triage_is_a_persons_choice() -> None:
    facts = ownership.invite(case_in("no stake"), HK, by_team="", note="yours", now=NOW)
    (opened,) = (fact for fact in facts if isinstance(fact, OPENED))
    assert opened.reasons == (e.Reason(kind="person", name="yours"),)


def test_a_released_stake_says_who_had_it_and_starts_its_clock_afresh() -> None:
    (released,) = ACTS["force a release"](case_in("another's"))
    assert isinstance(released, RELEASED)
    assert released.holder == BEN
    assert released.claim_due > NOW


def test_facts_name_where_a_stake_went() -> None:
    assert ACTS["hand off"](case_in("mine"))[0] == HANDED(
        team=HK.key, to=MOBILE.key, reason="theirs"
    )
    assert ACTS["decline for another team"](case_in("open"))[0] == DECLINED(
        team=HK.key, reason="no", instead=MOBILE.key
    )


def test_a_claim_by_somebody_who_is_slower_names_the_holder_and_since_when() -> None:
    with pytest.raises(Refused) as refused:
        ownership.claim(case_in("mine"), HK, by=BEN, now=NOW)
    assert str(refused.value) == f"<@{ANNA}> has #1042: claimed 12 min ago."
