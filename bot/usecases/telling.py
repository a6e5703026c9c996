"""Who is told what, beside the cards: questions, escalations, lines in threads, watchers.

Each is a notice whose key names the fact, so that telling twice is telling once.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bot.domain import events as e
from bot.domain.case import Case
from bot.domain.organisation import Organisation, Team, Tell
from bot.store import outbox
from bot.store.outbox import Owed, Urgency
from bot.store.session import Session

_WATCHED = (
    e.StakeClaimed
    | e.StakeHandedOff
    | e.StakeResolved
    | e.StakeReopened
    | e.PriorityChanged
    | e.CaseSettled
    | e.CaseReopened
)


def owe(
    session: Session,
    organisation: Organisation,
    case: Case,
    facts: Iterable[e.Event],
    *,
    by: str,
    now: datetime,
) -> None:
    """Owe what follows from *facts* to the people who should hear of them."""
    notices = [
        notice for fact in facts for notice in _notices(organisation, case, fact, by=by, now=now)
    ]
    if notices:
        outbox.owe(session, notices, now=now)


def _notices(
    organisation: Organisation, case: Case, fact: e.Event, *, by: str, now: datetime
) -> Iterator[Owed]:
    team = organisation.team(getattr(fact, "team", ""))
    match fact:
        case e.HolderAsked() if team:
            data = {"holder": fact.holder, "answer_by": fact.answer_by.isoformat()}
            yield _in_thread("asked", case, team, now, data)
        case e.StakeReleased() if team and fact.why:
            yield _in_thread("freed", case, team, now, {"holder": fact.holder, "why": fact.why})
        case e.StakeEscalated() if team:
            yield from _escalation(case, team, fact, now)
        case _:
            pass
    if isinstance(fact, _WATCHED):
        yield from _watchers(case, fact, by=by, now=now)


def _in_thread(kind: str, case: Case, team: Team, now: datetime, data: dict[str, Any]) -> Owed:
    return Owed(
        key=f"{kind}:{case.number}:{team.key}:{now.isoformat()}",
        kind=kind,
        channel=team.channel,
        urgency=Urgency.DIGEST,
        case_number=case.number,
        team=team.key,
        data={**data, "thread": True},
    )


def _escalation(case: Case, team: Team, fact: e.StakeEscalated, now: datetime) -> Iterator[Owed]:
    """One message that names everyone needed, or a direct one to each who is not in the team."""
    # Whoever is on duty may be in the team that covers, and not in this team's channel.
    personal = fact.tell in {Tell.DUTY, Tell.LEAD, Tell.MANAGERS}
    which = f"{fact.phase.value}-{fact.step}"
    data = {"phase": fact.phase.value, "tell": fact.tell.value, "told": list(fact.told)}
    for channel in fact.told if personal else (team.channel,):
        yield Owed(
            key=f"escalation:{case.number}:{team.key}:{now.isoformat()}:{which}:{channel}",
            kind="escalation",
            channel=channel,
            urgency=Urgency.ALERT,
            case_number=case.number,
            team=team.key,
            data=data,
        )


def _watchers(case: Case, fact: e.Event, *, by: str, now: datetime) -> Iterator[Owed]:
    team = getattr(fact, "team", "")
    data = {"what": type(fact).__name__, "by": by, "to": getattr(fact, "to", "")}
    for person in case.watchers:
        if person != by:
            yield Owed(
                key=f"watch:{case.number}:{person}:{data['what']}:{team}:{now.isoformat()}",
                kind="watch",
                channel=person,
                urgency=Urgency.DIGEST,
                case_number=case.number,
                team=team,
                data=data,
            )
