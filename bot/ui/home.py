"""The home tab, from which one can work: what they hold, what is free, what waits, who is on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.case import Fact
from bot.domain.digest import Waiting
from bot.domain.duty import Duty
from bot.domain.lines import Line
from bot.domain.organisation import Organisation, Priority, Team
from bot.ui import ids, schedules, wording
from bot.ui.digest import waited_for
from bot.ui.duty import duty_line
from bot.ui.ids import HomeFilters, StakeRef
from bot.ui.kit import (
    Block,
    actions,
    button,
    clock,
    context,
    divider,
    fit,
    header,
    home_view,
    inline,
    listed,
    option,
    section,
    sections,
    static_select,
)
from bot.ui.lists import row, row_text

__all__ = ["ROWS_A_PAGE", "HomeContent", "HomeFilters", "Totals", "home"]

ROWS_A_PAGE = 20
"""How many rows of each list one page shows."""

_MOST_FACTS = 5
_MOST_DUTIES = 10
_MOST_OPTIONS = 100


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows there are on all pages, with these filters."""

    held: int
    unclaimed: int

    @property
    def longest(self) -> int:
        """Those of the longer list."""
        return max(self.held, self.unclaimed)


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeContent:
    """What one person's home tab shows.

    Attributes:
        held: what they hold, due first; at most `ROWS_A_PAGE`, those of the page.
        unclaimed: what their teams have free, in the order in which it needs somebody; as many, of the same page.
        waiting: whom their teams wait for.
        facts: what others added to cases that they lead, with the cases' numbers, newest last.
        duties: for each of their teams who is on duty now and who comes next, if anybody does.
        digests: those that come by themselves and that they may manage, the first few of them.
        person: whose tab it is.
        teams: the teams that they are in.
    """

    held: Sequence[Line]
    unclaimed: Sequence[Line]
    waiting: Sequence[Waiting] = ()
    facts: Sequence[tuple[int, Fact]] = ()
    duties: Sequence[tuple[Team, Duty | None, Duty | None]] = ()
    digests: Sequence[schedules.Standing] = ()
    more_digests: int = 0
    person: str = ""
    filters: HomeFilters = HomeFilters()  # noqa: RUF009 — a tuple, which nobody can change
    totals: Totals
    organisation: Organisation
    teams: Sequence[Team]
    now: datetime
    zone: ZoneInfo


def home(content: HomeContent) -> Block:
    """One person's home tab; its filters stand in its private metadata too."""
    blocks = [
        *_filters(content),
        *_held(content),
        *_facts(content),
        divider(),
        *_unclaimed(content),
        *_pages(content),
        *_waiting(content),
        *schedules.on_home(
            content.digests,
            content.organisation,
            viewer=content.person,
            more=content.more_digests,
        ),
        *_duties(content),
        context(f"As of {clock(content.now, content.zone, None)} · `/comment` records a comment"),
    ]
    return home_view(blocks, about=content.filters.pack())


def _filters(content: HomeContent) -> list[Block]:
    now = content.filters._replace(page=0)
    by_team = [("All your teams", now._replace(team=""))]
    by_team += [(team.name, now._replace(team=team.key)) for team in content.teams]
    by_priority = [("Any priority", now._replace(priority=None))]
    by_priority += [(p.value.capitalize(), now._replace(priority=p)) for p in Priority]
    by_platform = [("All platforms", now._replace(platform=""))]
    by_platform += [
        (wording.platform_label(name), now._replace(platform=name))
        for name in sorted({source.platform for source in content.organisation.sources})
        if name and HomeFilters.can_name(name)
    ]
    menus = zip(ids.HOME_FILTERS, (by_team, by_priority, by_platform), strict=True)
    return [actions(*(_menu(action, entries, now) for action, entries in menus))]


def _menu(action: str, entries: Sequence[tuple[str, HomeFilters]], now: HomeFilters) -> Block:
    kept = list({filters: label for label, filters in entries}.items())[:_MOST_OPTIONS]
    options = {filters: option(label, filters.pack()) for filters, label in kept}
    first = next(iter(options.values()))
    return static_select(
        list(options.values()), first["text"]["text"], action, initial=options.get(now, first)
    )


def _held(content: HomeContent) -> list[Block]:
    total = content.totals.held
    title = f"You hold {total}" if total else "You hold nothing at the moment"
    if not content.held:
        empty = "Claim a case, and it appears here." if not total else "No more on this page."
        return [header(title), section(empty)]
    return [
        header(title),
        *(
            block
            for line in content.held[:ROWS_A_PAGE]
            for block in (
                section(row_text(line, content.organisation, content.now, content.zone)),
                _held_buttons(line),
            )
        ),
    ]


def _held_buttons(line: Line) -> Block:
    ref, about = StakeRef(line.number, line.team).pack(), f"case {line.number}"
    return actions(
        button("Resolve", ids.RESOLVE, ref, about=about),
        button("Hand off", ids.HANDOFF, ref, about=about),
        button("Open", ids.OPEN, ref, about=about),
    )


def _facts(content: HomeContent) -> list[Block]:
    if not content.facts:
        return []
    shown = content.facts[-_MOST_FACTS:]
    lines = [f"*#{number}* {wording.fact(fact, content.organisation)}" for number, fact in shown]
    if (more := len(content.facts) - _MOST_FACTS) > 0:
        lines.append(f"and {more} more, on the cards")
    return [divider(), header("Facts for your answers"), *sections(lines)]


def _unclaimed(content: HomeContent) -> list[Block]:
    total = content.totals.unclaimed
    title = header(f"Unclaimed in your teams: {total}")
    if not content.teams:
        return [
            title,
            section("You are in no team yet. Whoever keeps the organisation file can add you."),
        ]
    names = context(listed([inline(team.name, 60) for team in content.teams[:10]]))
    if not content.unclaimed:
        empty = "Nothing is waiting for you. ☀️" if not total else "No more on this page."
        return [title, names, section(empty)]
    rows = [
        row(line, content.organisation, content.now, content.zone, claimable=True)
        for line in content.unclaimed[:ROWS_A_PAGE]
    ]
    return [title, names, *rows]


def _pages(content: HomeContent) -> list[Block]:
    page = content.filters.page
    last = max(0, content.totals.longest - 1) // ROWS_A_PAGE
    earlier, later = ids.HOME_PAGES
    turns = []
    if page > 0:
        before = content.filters._replace(page=min(page - 1, last))
        turns.append(button("Previous page", earlier, before.pack()))
    if page < last:
        turns.append(button("Next page", later, content.filters._replace(page=page + 1).pack()))
    return [actions(*turns), context(f"Page {page + 1} of {last + 1}")] if turns else []


def _waiting(content: HomeContent) -> list[Block]:
    if not content.waiting:
        return []
    told = waited_for(content.waiting, content.organisation, content.now)
    return [divider(), header("Your teams wait for"), section(told)]


def _duties(content: HomeContent) -> list[Block]:
    if not content.duties:
        return []
    lines = [
        fit(duty_line(team, current, following, content.now), 500)
        for team, current, following in content.duties[:_MOST_DUTIES]
    ]
    return [divider(), header("On duty"), *sections(lines)]
