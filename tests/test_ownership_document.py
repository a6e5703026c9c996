"""docs/ownership.md: its diagram is the README's, and its example is lived through."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import organisation
from bot.domain import escalation, events as e, ownership, targets, together, waiting
from bot.domain.case import Case, Stake, State, apply
from bot.domain.organisation import Organisation, Priority
from tests.domain import factories

ROOT = Path(__file__).parent.parent
DOCUMENT = (ROOT / "docs" / "ownership.md").read_text("utf-8")
ZONE = ZoneInfo("Asia/Hong_Kong")
FRIDAY = datetime(2026, 11, 20, tzinfo=ZONE)
DAYS = {"Fri": 0, "Sat": 1, "Mon": 3, "Tue": 4}
KEY = "service-hk"
WING, LEAD = "U0WING", "U0LEADHK"
Facts = tuple[e.Event, ...]

ROWS = re.findall(r"^\| (\w{3} \d\d:\d\d) \| (.+) \| (.+) \|$", DOCUMENT, re.MULTILINE)


def diagram(text: str) -> str:
    (only,) = re.findall(r"^```mermaid\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return str(only)


def test_the_diagram_is_that_of_the_readme() -> None:
    assert diagram(DOCUMENT) == diagram((ROOT / "README.md").read_text("utf-8"))


def moment(text: str) -> datetime:
    day, wall = text.split()
    hours, minutes = wall.split(":")
    at = FRIDAY + timedelta(days=DAYS[day], hours=int(hours), minutes=int(minutes))
    return at.astimezone(UTC)


def told(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%a %H:%M}"


def clocks(stake: Stake) -> str:
    """The last column: what has still to come, as the document says it."""
    if not stake.running:
        return "nothing runs"
    claim = _target(stake.claim_warn, stake.claim_due, stake.claim_near, stake.claim_missed)
    resolve = _target(
        stake.resolve_warn, stake.resolve_due, stake.resolve_near, stake.resolve_missed
    )
    silence = "free again" if stake.asked else "still on this?"
    parts = (
        f"claim: {claim}" if claim and stake.state is State.OPEN else "",
        f"resolve: {resolve}" if resolve else "",
        f"{silence} {told(stake.expires_at)}" if stake.expires_at else "",
        f"next step {told(stake.escalate_at)}" if stake.escalate_at else "",
    )
    return "; ".join(part for part in parts if part)


def _target(warn: datetime | None, due: datetime, near: bool, missed: bool) -> str:
    if missed:
        return ""
    warning = f"warning {told(warn)}, " if warn and not near else ""
    return f"{warning}breach {told(due)}"


def _acts(org: Organisation) -> dict[str, Callable[[Case, datetime], Facts]]:
    """What people, and the customer, do in the rows that are not in italics or not the clock's."""
    team = org.team(KEY)
    assert team is not None
    teams = {each.key: each for each in org.teams}
    done = {"by": WING, "outcome": "answered", "note": ""}
    return {
        "Fri 17:30": lambda _, now: (targets.opened(team, (), now=now),),
        "Sat 10:20": lambda case, now: ownership.claim(case, team, by=WING, now=now),
        "Sat 12:00": lambda case, now: waiting.wait_for_customer(case, team, by=WING, now=now),
        "Mon 11:00": lambda case, now: waiting.heard_of_customer(case, teams, now=now),
        "Mon 14:00": lambda case, now: together.change_priority(
            case, teams, to=Priority.HIGH, reason="", now=now
        ),
        "Mon 15:10": lambda case, now: escalation.confirm(case, team, by=WING, now=now),
        "Mon 17:40": lambda case, now: ownership.resolve(case, team, now=now, **done),
    }


# Whom each tick of the clock reaches; nobody by name is the whole team.
TICKS: dict[str, tuple[tuple[str, ...], ...]] = {
    "Sat 10:15": ((),),
    "Mon 14:30": ((WING,),),
    "Mon 15:00": (),
    "Mon 16:30": ((LEAD,),),
    "Mon 17:00": ((LEAD,),),
}


def test_the_example_happens_as_it_is_told() -> None:
    org = organisation.load(ROOT / "organisation.example.toml")
    acts = _acts(org)
    assert [when for when, *_ in ROWS] == sorted({*acts, *TICKS}, key=moment)
    case = factories.case(lead=KEY)
    for when, what, shown in ROWS:
        now = moment(when)
        if when in acts:
            case = _after(case, acts[when](case, now), now, WING if "Wing" in what else "")
        else:
            assert what.startswith("*")
            assert case.stakes[KEY].next_at == now
            case, reached = _ticked(case, org, now)
            assert reached == TICKS[when]
        assert (when, clocks(case.stakes[KEY])) == (when, shown)


def _ticked(
    case: Case, org: Organisation, now: datetime
) -> tuple[Case, tuple[tuple[str, ...], ...]]:
    reached: list[tuple[str, ...]] = []
    while facts := escalation.tick(case, case.stakes[KEY], org, away=frozenset(), now=now):
        reached += [fact.told for fact in facts if isinstance(fact, e.StakeEscalated)]
        case = _after(case, facts, now)
    return case, tuple(reached)


def _after(case: Case, facts: Facts, now: datetime, by: str = "") -> Case:
    assert facts
    for fact in facts:
        case = apply(case, e.Recorded(event=fact, at=now, by=by))
    return case
