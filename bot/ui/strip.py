"""The ownership strip: every team's part in one case, one line each, the same on all its cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.case import Case, Stake, State
from bot.domain.consequences import NOT_NEEDED
from bot.domain.organisation import Organisation
from bot.domain.together import is_joint
from bot.ui import wording
from bot.ui.kit import clock, fit, inline, moment, person

_MOST_LINES = 8
_MOST_LIVE = 12
_LONGEST_LINE = 360


@dataclass(frozen=True, slots=True)
class View:
    """From where a case is looked at.

    Attributes:
        team: the team whose channel shows it; "" is triage.
        zone: whose clock the times are told by.
        beside: the moment that stands dated at the top; others on its day go without a date.
        aloud: each time names its zone, because there is no top to name it once.
    """

    organisation: Organisation
    team: str
    zone: ZoneInfo
    beside: datetime | None
    aloud: bool = False

    def at(self, instant: datetime | None) -> str:
        """A moment in the view's zone."""
        tell = clock if self.aloud else moment
        return tell(instant, self.zone, self.beside) if instant else ""

    def due(self, instant: datetime | None) -> str:
        """A moment to keep to: it names its zone wherever it stands, since people pass it on."""
        return clock(instant, self.zone, self.beside) if instant else ""

    def name(self, key: str) -> str:
        """A team's name, safe as markup."""
        return wording.team(self.organisation, key)


def strip(case: Case, view: View) -> str:
    """Who owns *case*: a heading and a line for each team."""
    if not case.stakes:
        return ""
    return "\n".join([_heading(case, view), *_lines(_in_order(case), view)])


def _heading(case: Case, view: View) -> str:
    lead = f"lead: {view.name(case.lead)}" if case.lead else ""
    if case.settled_at is None:
        return "*Who owns this*" + (f" — {lead}" if lead else "")
    done = "*All done together*" if is_joint(case) else "*All done*"
    return f"{done} — settled {view.at(case.settled_at)}" + (f" · {lead}" if lead else "")


def _in_order(case: Case) -> list[Stake]:
    return sorted(case.stakes.values(), key=lambda stake: stake.team != case.lead)


def _lines(stakes: Sequence[Stake], view: View) -> list[str]:
    if len(stakes) <= _MOST_LINES:
        return [line(stake, view) for stake in stakes]
    live = sorted((s for s in stakes if s.state.live), key=lambda stake: stake.team != view.team)
    shown = [line(stake, view) for stake in live[:_MOST_LIVE]]
    if len(live) > _MOST_LIVE:
        shown.append(f"and {len(live) - _MOST_LIVE} more teams")
    ended = [stake for stake in stakes if not stake.state.live]
    return shown + ([_folded(ended, view)] if ended else [])


def _folded(ended: Sequence[Stake], view: View) -> str:
    parts = [f"{view.name(s.team)} ({wording.standing(s)[1]})" for s in ended]
    shown = f"Ended: {', '.join(parts[:8])}"
    return shown + (f" and {len(parts) - 8} more" if len(parts) > 8 else "")


def line(stake: Stake, view: View) -> str:
    """One team's part: the dot, the name, and in words what the dot means."""
    dot, _ = wording.standing(stake)
    return fit(f"{dot} *{view.name(stake.team)}* — {status(stake, view)}", _LONGEST_LINE)


def status(stake: Stake, view: View) -> str:
    """Where a stake stands, in words."""
    match stake.state:
        case State.OPEN:
            return _unclaimed(stake, view)
        case State.CLAIMED:
            return _claimed(stake, view)
        case State.RESOLVED:
            return _done(stake, view)
        case State.HANDED_OFF:
            return f"handed off to {view.name(stake.moved_to)}{wording.said_why(stake.note, 80)}"
        case State.DECLINED:
            passed = f", passed to {view.name(stake.moved_to)}" if stake.moved_to else ""
            return f"said it is not theirs{passed}{wording.said_why(stake.note, 80)}"


def _waiting(stake: Stake, view: View) -> str:
    if stake.paused is None:
        return ""
    on, until = view.name(stake.paused_on), view.due(stake.paused_until)
    return wording.waits(stake.paused, on, until)


def _unclaimed(stake: Stake, view: View) -> str:
    if waiting := _waiting(stake, view):
        return f"unclaimed · {waiting}"
    if stake.resolve_missed:
        return f"late, unclaimed · was to be resolved by {view.due(stake.resolve_due)}"
    if stake.claim_missed:
        return f"late, unclaimed · was to be claimed by {view.due(stake.claim_due)}"
    return f"unclaimed · claim by {view.due(stake.claim_due)}"


def _claimed(stake: Stake, view: View) -> str:
    holder = person(stake.holder)
    who = f"with us: {holder}" if stake.team == view.team else holder
    claimed = f"claimed {view.at(stake.claimed_at)} · " if stake.claimed_at else ""
    if waiting := _waiting(stake, view):
        return f"{who} · {claimed}{waiting}"
    if stake.resolve_missed:
        return f"late, {who} · {claimed}was to be resolved by {view.due(stake.resolve_due)}"
    return f"{who} · {claimed}resolve by {view.due(stake.resolve_due)}"


def _done(stake: Stake, view: View) -> str:
    when = f" · {view.at(stake.ended_at)}" if stake.ended_at else ""
    if stake.outcome == NOT_NEEDED:
        # Whoever's act settled the case did nothing for this team, and gets no credit here.
        return f"{wording.outcome(stake.outcome)}{when}"
    by = f" by {person(stake.ended_by)}" if stake.ended_by else ""
    note = f" · “{inline(stake.note, 80)}”" if stake.note.strip() else ""
    return f"done: {wording.outcome(stake.outcome)}{by}{when}{note}"
