"""Digests: one sentence first, then the numbers, then what to do about them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.digest import Numbers, Period, Waiting
from bot.domain.lines import Line
from bot.domain.organisation import Organisation, Team
from bot.ui import ids, wording
from bot.ui.ids import DigestRef
from bot.ui.kit import (
    Block,
    Message,
    actions,
    age,
    button,
    clock,
    context,
    inline,
    moment,
    section,
    sections,
)
from bot.ui.lists import row

_MOST_ROWS = 5
_MOST_WAITING = 6
_MOST_TEAMS = 60


def team_digest(
    organisation: Organisation,
    team: Team,
    numbers: Numbers,
    period: Period,
    oldest: Sequence[Line],
    waiting: Sequence[Waiting],
    *,
    now: datetime,
    late: bool = False,
    private: bool = False,
) -> Message:
    """Where *team* stands; *late* says that it comes after its time, *private* offers to post it."""
    name = inline(team.name, 60)
    if numbers.quiet:
        told = f"{name}: a quiet time. Nothing came in, and nothing is open."
        return Message(told, [section(f"☀️ {told}")])
    told = f"{name}: {_sentence(numbers, oldest, now)}"
    blocks = [section(f"*{told}*"), section(_numbers(numbers, now))]
    blocks += [
        row(line, organisation, now, team.zone, claimable=True, own_team=team.key)
        | {"block_id": f"{ids.ROW}{line.number}"}
        for line in oldest[:_MOST_ROWS]
    ]
    if (more := numbers.open - min(len(oldest), _MOST_ROWS)) > 0:
        blocks.append(context(f"These are the oldest; {more} more: `/comment open`"))
    if waiting:
        blocks.append(section(f"*We wait for* {waited_for(waiting, organisation, now)}"))
    blocks.append(context(_span(period, team.zone, late=late)))
    blocks += _post(DigestRef(team.key, period.since, period.until)) if private else []
    return Message(told, blocks)


def all_digest(
    organisation: Organisation,
    teams: Sequence[tuple[Team, Numbers]],
    period: Period,
    now: datetime,
    *,
    private: bool = False,
) -> Message:
    """Where every team stands, the one in most need first."""
    total = _total([numbers for _, numbers in teams])
    count = "1 team" if len(teams) == 1 else f"{len(teams)} teams"
    told = f"{count}: {_sentence(total, (), now)}"
    ordered = sorted(teams, key=lambda entry: _need(entry[1], now), reverse=True)
    lines = [_team_line(team, numbers, now) for team, numbers in ordered[:_MOST_TEAMS]]
    blocks = [section(f"*{told}*"), *sections(lines)]
    if (more := len(teams) - _MOST_TEAMS) > 0:
        blocks.append(context(f"and {more} quieter teams"))
    zones = {team.zone for team, _ in teams}
    zone = zones.pop() if len(zones) == 1 else organisation.zone
    blocks.append(context(_span(period, zone, late=False)))
    blocks += _post(DigestRef("", period.since, period.until)) if private else []
    return Message(told, blocks)


def waiting_message(
    waiting: Sequence[Waiting], organisation: Organisation, now: datetime
) -> Message:
    """Whom somebody's teams wait for, as a message of its own."""
    told = f"*You wait for* {waited_for(waiting, organisation, now)}"
    return Message(told, [section(told)])


def waited_for(waiting: Sequence[Waiting], organisation: Organisation, now: datetime) -> str:
    """The other teams that have to act: how many cases, and since when."""
    shown = [
        f"{wording.team(organisation, w.team)} ({w.cases}, oldest {age(w.oldest, now)})"
        for w in waiting[:_MOST_WAITING]
    ]
    more = len(waiting) - _MOST_WAITING
    return " · ".join(shown) + (f" · and {more} more teams" if more > 0 else "")


def _sentence(numbers: Numbers, oldest: Sequence[Line], now: datetime) -> str:
    first = f"{numbers.came_in} came in, {numbers.resolved} resolved"
    if numbers.past_target:
        verb = "is" if numbers.past_target == 1 else "are"
        since = min((line.opened_at for line in oldest if line.past_target), default=None)
        aged = _aged(numbers.past_target, since, now)
        return f"{first}; {numbers.past_target} {verb} past target{aged}"
    if numbers.unclaimed:
        aged = _aged(numbers.unclaimed, numbers.oldest_unclaimed, now)
        return f"{first}; {numbers.unclaimed} unclaimed{aged}"
    return f"{first}; nothing is late"


def _aged(count: int, since: datetime | None, now: datetime) -> str:
    if since is None:
        return ""
    return f", {age(since, now)} old" if count == 1 else f", the oldest {age(since, now)}"


def _numbers(numbers: Numbers, now: datetime) -> str:
    """What happened on one line, how it stands now on the next."""
    happened = (
        f"*{numbers.came_in}* came in · *{numbers.claimed}* claimed · *{numbers.resolved}* resolved"
    )
    return f"{happened}\n{' · '.join(_standing(numbers, now))}"


def _standing(numbers: Numbers, now: datetime) -> Iterator[str]:
    yield f"*{numbers.open}* open"
    since = numbers.oldest_unclaimed
    oldest = f" (oldest {age(since, now)})" if since and numbers.unclaimed else ""
    yield f"{wording.UNCLAIMED} *{numbers.unclaimed}* unclaimed{oldest}"
    dot = wording.LATE if numbers.past_target else wording.DONE
    yield f"{dot} *{numbers.past_target}* past target"


def _team_line(team: Team, numbers: Numbers, now: datetime) -> str:
    name = f"*{inline(team.name, 60)}*"
    if numbers.quiet:
        return f"{wording.DONE} {name} — quiet"
    dot = wording.LATE if numbers.past_target else wording.DONE
    if numbers.unclaimed and not numbers.past_target:
        dot = wording.UNCLAIMED
    parts = []
    if numbers.past_target:
        parts.append(f"{numbers.past_target} past target")
    if numbers.unclaimed:
        since = numbers.oldest_unclaimed
        oldest = f", oldest {age(since, now)}" if since else ""
        parts.append(f"{numbers.unclaimed} unclaimed{oldest}")
    parts.append(f"{numbers.open} open")
    return f"{dot} {name} — {' · '.join(parts)} · {numbers.came_in} in, {numbers.resolved} resolved"


def _need(numbers: Numbers, now: datetime) -> tuple[int, int, float, int]:
    since = numbers.oldest_unclaimed
    waited = (now - since).total_seconds() if since else 0.0
    return numbers.past_target, numbers.unclaimed, waited, numbers.open


def _total(every: Sequence[Numbers]) -> Numbers:
    unclaimed_since = [n.oldest_unclaimed for n in every if n.oldest_unclaimed]
    return Numbers(
        came_in=sum(n.came_in for n in every),
        claimed=sum(n.claimed for n in every),
        resolved=sum(n.resolved for n in every),
        open=sum(n.open for n in every),
        unclaimed=sum(n.unclaimed for n in every),
        oldest_unclaimed=min(unclaimed_since, default=None),
        past_target=sum(n.past_target for n in every),
    )


def _span(period: Period, zone: ZoneInfo, *, late: bool) -> str:
    span = f"{moment(period.since, zone, None)} to {clock(period.until, zone, None)}"
    sorry = "This digest comes late, sorry: Crosstalk was away at its time. " if late else ""
    return f"{sorry}Came in, claimed, resolved: {span}. The rest: as it stands now."


def _post(ref: DigestRef) -> list[Block]:
    return [actions(button("Post to channel", ids.DIGEST_POST, ref.pack()))]
