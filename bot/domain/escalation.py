"""What the clock does about a stake: targets that near and pass, who is told, claims that expire.

`tick` is asked whenever `Stake.next_at` has come; everything it decides is a fact, so a second
tick at the same moment finds nothing to do.
"""

from datetime import datetime, timedelta

from bot.domain import events as e, targets
from bot.domain.case import Case, Stake, State
from bot.domain.duty import on_duty
from bot.domain.organisation import Organisation, Phase, Priority, Step, Team, Tell
from bot.domain.ownership import stake_of
from bot.domain.worktime import add, next_open
from bot.errors import Refused

Facts = tuple[e.Event, ...]

GONE = "this team is no longer in the organisation file"
"""Why a part ends whose team has been dropped; a person has to choose who takes it over."""


def tick(
    case: Case,
    stake: Stake,
    organisation: Organisation,
    *,
    away: frozenset[str],
    now: datetime,
    crew: frozenset[str] = frozenset(),
) -> Facts:
    """What has become due for *stake*.

    *away* are the people who are not to be asked, *crew* those of the stake's team as far as they
    are known.
    """
    team = organisation.team(stake.team)
    # What a team leaves behind that is gone is `dropped`.
    if not stake.state.live or team is None:
        return ()
    if stake.paused is not None:
        over = stake.paused_until is not None and stake.paused_until <= now
        return (targets.resumed(team, stake, priority=case.priority, now=now),) if over else ()
    reached = tuple(
        _with_first_step(fact, organisation, team, case.priority, now)
        for fact in targets.reached(stake, now=now)
    )
    if reached:
        return reached
    if stake.escalate_at is not None and stake.escalate_at <= now:
        return _step(case, stake, organisation, team, away=away, crew=crew, now=now)
    return _silence(case, stake, team, away=away, now=now)


def dropped(case: Case, organisation: Organisation) -> Facts:
    """What becomes of the parts of teams that are no longer in the file: a person has to choose.

    A question that triage has already stays as it is, with what was suggested for it.
    """
    gone = [stake.team for stake in case.live_stakes if organisation.team(stake.team) is None]
    if not gone:
        return ()
    declined = tuple(e.StakeDeclined(team=team, reason=GONE) for team in gone)
    why = f"{', '.join(gone)}: {GONE}"
    return declined if case.triage else (*declined, e.CaseSentToTriage(why=why))


def steps(organisation: Organisation, phase: Phase) -> list[Step]:
    """The steps that follow a warning, or a breach, in the file's order."""
    return [step for step in organisation.escalation if step.after is phase]


def _with_first_step(
    fact: e.TargetReached, organisation: Organisation, team: Team, priority: Priority, now: datetime
) -> e.TargetReached:
    breach = isinstance(fact, e.ClaimTargetMissed | e.ResolveTargetMissed)
    chain = steps(organisation, Phase.BREACH if breach else Phase.WARNING)
    at = _when(chain[0].wait, team, priority, now) if chain else None
    return type(fact)(team=fact.team, escalate_at=at)


def _when(wait: timedelta, team: Team, priority: Priority, now: datetime) -> datetime:
    """*wait* from now, in the working hours of *team* unless it is urgent."""
    if priority is Priority.URGENT:
        return now + wait
    if not wait:
        return next_open(now, team.hours, team.zone)
    return add(now, wait, team.hours, team.zone)


def _step(
    case: Case,
    stake: Stake,
    organisation: Organisation,
    team: Team,
    *,
    away: frozenset[str],
    crew: frozenset[str],
    now: datetime,
) -> Facts:
    phase = stake.phase or Phase.WARNING
    chain = steps(organisation, phase)
    if stake.step >= len(chain):
        return (e.EscalationAcknowledged(team=stake.team),)
    tell, told = _receivers(chain[stake.step].tell, stake, organisation, team, away=away, now=now)
    if tell is Tell.TEAM:
        told = tuple(sorted(crew - away))
    following = chain[stake.step + 1] if stake.step + 1 < len(chain) else None
    next_at = _when(following.wait, team, case.priority, now) if following else None
    escalated = e.StakeEscalated(
        team=stake.team, phase=phase, step=stake.step, tell=tell, told=told, next_at=next_at
    )
    return (escalated,)


def _receivers(
    tell: Tell,
    stake: Stake,
    organisation: Organisation,
    team: Team,
    *,
    away: frozenset[str],
    now: datetime,
) -> tuple[Tell, tuple[str, ...]]:
    """Whom a step reaches; where that person is missing or away, the whole team."""
    duty = on_duty(team, organisation, now=now)
    people = {
        Tell.HOLDER: (stake.holder,),
        Tell.DUTY: (duty.person if duty else "",),
        Tell.LEAD: (team.lead,),
        Tell.MANAGERS: tuple(sorted(organisation.managers)),
        Tell.TEAM: (),
    }[tell]
    there = tuple(person for person in people if person and person not in away)
    return (tell, there) if there else (Tell.TEAM, ())


def _silence(case: Case, stake: Stake, team: Team, *, away: frozenset[str], now: datetime) -> Facts:
    if stake.state is not State.CLAIMED or stake.expires_at is None or stake.expires_at > now:
        return ()
    busy_until = targets.expires_at(team, stake.touched_at or now)
    if not stake.asked and busy_until is not None and busy_until > now:
        return (e.HolderConfirmed(team=stake.team, expires_at=busy_until),)
    if stake.asked:
        return (targets.released(team, stake, now=now, priority=case.priority, why="silent"),)
    # Somebody who is away is not asked; their team is.
    asked = "" if stake.holder in away else stake.holder
    answer_by = add(now, team.answer_within, team.hours, team.zone)
    return (e.HolderAsked(team=stake.team, holder=asked, answer_by=answer_by),)


def confirm(case: Case, team: Team, *, by: str, now: datetime) -> Facts:
    """The holder is still on it."""
    stake = stake_of(case, team.key)
    if stake.state is not State.CLAIMED:
        raise Refused(f"Nobody holds #{case.number} any more. To take it, press *Claim*.")
    if stake.holder != by:
        raise Refused(f"<@{stake.holder}> holds #{case.number}, so the question is theirs.")
    expires_at = targets.expires_at(team, now)
    if not stake.asked and stake.expires_at == expires_at:
        return ()
    return (e.HolderConfirmed(team=team.key, expires_at=expires_at),)


def acknowledge(case: Case, team: str) -> Facts:
    """Somebody has seen it; nobody further is told until the next target."""
    stake = stake_of(case, team)
    if stake.escalate_at is None:
        return ()
    return (e.EscalationAcknowledged(team=team),)


def snooze_escalation(case: Case, team: str, *, until: datetime, now: datetime) -> Facts:
    """Let the next step wait."""
    stake = stake_of(case, team)
    if until <= now:
        raise Refused("That time has passed already. Choose a later one.")
    if stake.escalate_at is None:
        raise Refused(f"Nobody further would be told about #{case.number}.")
    return (e.EscalationSnoozed(team=team, until=until),)


def left(case: Case, team: Team, person: str, *, now: datetime) -> Facts:
    """*person* is no longer in *team*: what they hold there is free again."""
    stake = case.stakes.get(team.key)
    if stake is None or stake.state is not State.CLAIMED or stake.holder != person:
        return ()
    return (targets.released(team, stake, now=now, priority=case.priority, why="left"),)
