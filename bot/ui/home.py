"""The home tab: what I hold, what my teams have not claimed, whom we wait for."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.digest import Waiting
from bot.domain.lines import Line
from bot.domain.organisation import Organisation, Team
from bot.ui.digest import waited_for
from bot.ui.kit import Block, clock, context, divider, header, home_view, inline, listed, section
from bot.ui.lists import row

_MOST_ROWS = 20


def home(
    mine: Sequence[Line],
    unclaimed: Sequence[Line],
    waiting: Sequence[Waiting],
    organisation: Organisation,
    teams: Sequence[Team],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> Block:
    """One person's view: *mine* due first, *unclaimed* of their *teams* oldest first."""
    table = _Table(organisation, now, zone)
    blocks = [
        header(f"I hold {len(mine)}" if mine else "I hold nothing at the moment"),
        *table.rows(mine, "Claim a case, and it appears here."),
        divider(),
        header(f"Unclaimed in my teams: {len(unclaimed)}"),
        *_unclaimed(unclaimed, teams, table),
    ]
    if waiting:
        told = waited_for(waiting, organisation, now)
        blocks += [divider(), header("We wait for"), section(told)]
    blocks.append(context(f"As of {clock(now, zone, None)} · `/comment` records a new comment"))
    return home_view(blocks)


def _unclaimed(lines: Sequence[Line], teams: Sequence[Team], table: "_Table") -> list[Block]:
    if not teams:
        return [section("You are in no team yet. Whoever keeps the organisation file can add you.")]
    names = listed([inline(team.name, 60) for team in teams[:10]])
    return [context(names), *table.rows(lines, "Nothing is waiting for you. ☀️", claimable=True)]


class _Table:
    """Rows as one person sees them, at one moment."""

    def __init__(self, organisation: Organisation, now: datetime, zone: ZoneInfo) -> None:
        self._organisation = organisation
        self._now = now
        self._zone = zone

    def rows(self, lines: Sequence[Line], empty: str, *, claimable: bool = False) -> list[Block]:
        if not lines:
            return [section(empty)]
        rows = [
            row(line, self._organisation, self._now, self._zone, claimable=claimable)
            for line in lines[:_MOST_ROWS]
        ]
        more = len(lines) - _MOST_ROWS
        return [*rows, context(f"and {more} more: `/comment open`")] if more > 0 else rows
