"""The same numbers in words, for whoever does not see the picture."""

from collections.abc import Iterable
from itertools import accumulate

from bot.domain import durations
from bot.domain.charts import ClaimTimes, TeamTime, Volume
from bot.ui.charts.claims import counted
from bot.ui.charts.font import drawable
from bot.ui.charts.volume import MOST_PLATFORMS, summary
from bot.ui.clock import day
from bot.ui.text import cut, size

# Slack takes this much with a file; an image block would take twice as much.
LONGEST_ALT = 1000
_NAME, _TITLE = 40, 100
_ROOM_FOR_MORE = 30


def volume_alt(volume: Volume) -> str:
    """What came in on each day, and from each platform."""
    told = f"{summary(volume)}."
    if not volume.total:
        return told
    shown = volume.largest(MOST_PLATFORMS)
    days = (f"{day(on)} {n:,}" for on, n in zip(shown.days, shown.by_day, strict=True))
    names = (cut(drawable(name) or "–", _NAME) for name in shown.platforms)
    platforms = (f"{name} {n:,}" for name, n in zip(names, shown.by_platform, strict=True))
    return cut(f"{told} By platform: {_row(platforms)} By day: {_row(days)}", LONGEST_ALT)


def claims_title(*, alone: bool) -> str:
    """What a picture of the times to claim shows: teams, or the weeks of one that stands *alone*."""
    return "Time to claim, week by week" if alone else "Time to claim by team"


def claim_times_alt(times: ClaimTimes, title: str = "") -> str:
    """How long each team took, as many of them as there is room for."""
    teams = [_team(row) for row in times.rows]
    if not teams:
        return "No team has claimed anything."
    begin = f"{cut(drawable(title), _TITLE) or claims_title(alone=False)}."
    room = LONGEST_ALT - size(begin) - _ROOM_FOR_MORE
    told = sum(used <= room for used in accumulate(size(team) + 1 for team in teams))
    more = len(teams) - told
    rest = [] if not more else ["And 1 more team." if more == 1 else f"And {more} more teams."]
    return " ".join([begin, *teams[:told], *rest])


def _team(row: TeamTime) -> str:
    name, count = cut(drawable(row.name) or "–", _NAME), counted(row).replace(" ·", ",")
    if row.median is None:
        return f"{name}: {count}."
    p90 = row.median if row.p90 is None else row.p90
    half, most = durations.words(row.median), durations.words(p90)
    return f"{name}: half within {half}, 9 of 10 within {most}; {count}."


def _row(parts: Iterable[str]) -> str:
    return f"{', '.join(parts)}."
