"""Scheduled digests as people read them: one sentence each, their list, and the home tab's part."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.organisation import Organisation
from bot.domain.schedules import Cadence, Schedule
from bot.domain.scope import Kind, Scope
from bot.ui import digest_words, ids, wording
from bot.ui.ids import ScheduleRef
from bot.ui.kit import (
    Block,
    Message,
    actions,
    button,
    clock,
    context,
    day,
    divider,
    header,
    inline,
    person,
    section,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ROWS_A_PAGE = 10
ON_HOME = 4
BLANK = "new"
"""What the button of an empty form carries."""

_LAST_DAY = 31
_SHORTEST = 28
_EMPTY = "No digest comes by itself for you yet."


class Standing(Protocol):
    """A schedule as it stands."""

    @property
    def schedule(self) -> Schedule:
        """What comes, when and where."""

    @property
    def paused(self) -> bool:
        """Whether it does not come just now."""

    @property
    def paused_by(self) -> str:
        """Who has paused it."""

    @property
    def next_at(self) -> datetime | None:
        """When it comes next, or would."""

    @property
    def stopped(self) -> bool:
        """Whether whom it would go to may not see its numbers any more."""


def listing(
    found: Sequence[Standing],
    organisation: Organisation,
    *,
    viewer: str,
    page: int = 0,
    note: str = "",
) -> Message:
    """The digests that *viewer* may manage, a page of them; *note* says what has just happened."""
    last = max(0, len(found) - 1) // ROWS_A_PAGE
    page = min(page, last)
    shown = found[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    count = "1 digest comes" if len(found) == 1 else f"{len(found)} digests come"
    told = f"{count} by {'itself' if len(found) == 1 else 'themselves'}." if found else _EMPTY
    blocks = [context(note)] if note else []
    blocks.append(section(f"*{told}*"))
    for each in shown:
        blocks += _row(each, organisation, viewer, page)
    if last:
        blocks.append(context(f"Page {page + 1} of {last + 1}"))
    blocks.append(actions(*_turns(page, last), _new()))
    return Message(f"{note} {told}".strip(), blocks)


def on_home(
    found: Sequence[Standing], organisation: Organisation, *, viewer: str, more: int = 0
) -> list[Block]:
    """The same on the home tab: the first few, and how many *more* there are."""
    blocks = [divider(), header("Digests")]
    if not found:
        blocks.append(section(_EMPTY))
    for each in found[:ON_HOME]:
        blocks += _row(each, organisation, viewer, 0)
    if more:
        blocks.append(context(f"and {more} more: `/digest schedule`"))
    return [*blocks, actions(_new())]


def sentence(standing: Standing, organisation: Organisation, viewer: str) -> str:
    """``Service HK, every working day at 09:00 HKT in #service-hk, next Mon 23 Nov``."""
    schedule = standing.schedule
    told = described(standing, organisation, viewer)
    if standing.paused:
        return f"⏸ {told}, paused by {person(standing.paused_by)}"
    if standing.stopped:
        return f"{told}, not posted any more: {_whose_place(schedule, viewer)} see these numbers"
    if standing.next_at is None:
        return f"{told}, not within the next year"
    return f"{told}, next {day(standing.next_at.astimezone(schedule.zone))}"


def described(standing: Standing, organisation: Organisation, viewer: str) -> str:
    """What comes, how often, when and where, without the next time."""
    schedule = standing.schedule
    name = f"*{digest_words.title(schedule.scope, organisation)}*"
    return f"{name}, {_when(schedule)} at {_at(standing)} {_where(schedule.place, viewer)}"


def made(standing: Standing, organisation: Organisation, viewer: str) -> Message:
    """A schedule was made."""
    told = f"Done: {sentence(standing, organisation, viewer)}."
    return Message(told, [section(told), context("`/digest schedule` lists it, with a preview.")])


def deleted(standing: Standing, organisation: Organisation, viewer: str) -> str:
    """A schedule was deleted."""
    return f"Deleted: {described(standing, organisation, viewer)}."


def label(scope: Scope, organisation: Organisation, viewer: str) -> str:
    """What to call a scope where Slack formats nothing."""
    me = scope.kind is Kind.PERSON and scope.key == viewer
    return "Me" if me else wording.named(scope, organisation)


def month_day(number: int) -> str:
    """``on the 1st of every month``."""
    if number == _LAST_DAY:
        return "on the last day of every month"
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10 if number // 10 != 1 else 0, "th")
    or_last = " or its last day" if number > _SHORTEST else ""
    return f"on the {number}{ending} of every month{or_last}"


def _row(each: Standing, organisation: Organisation, viewer: str, page: int) -> list[Block]:
    schedule = each.schedule
    ref = ScheduleRef(schedule.key, page).pack()
    about = label(schedule.scope, organisation, viewer)
    toggle = ("Resume", ids.SCHEDULE_RESUME) if each.paused else ("Pause", ids.SCHEDULE_PAUSE)
    offered = [toggle, ("Preview", ids.SCHEDULE_PREVIEW)]
    told = sentence(each, organisation, viewer)
    if schedule.from_file:
        where = "the team's `digest_at`" if organisation.team(schedule.key) else "a `[[digest]]`"
        told += f"\nIt stands in the organisation file, as {where}."
    else:
        offered.append(("Delete", ids.SCHEDULE_DELETE))
    buttons = [button(text, action, ref, about=about) for text, action in offered]
    return [section(told), actions(*buttons)]


def _turns(page: int, last: int) -> list[Block]:
    earlier, later = ids.SCHEDULE_PAGES
    turns = []
    if page > 0:
        turns.append(button("Previous page", earlier, ScheduleRef("", page - 1).pack()))
    if page < last:
        turns.append(button("Next page", later, ScheduleRef("", page + 1).pack()))
    return turns


def _new() -> Block:
    return button("New schedule", ids.SCHEDULE_NEW, BLANK)


def _when(schedule: Schedule) -> str:
    match schedule.cadence:
        case Cadence.DAILY:
            return "every working day" if schedule.working else "every day"
        case Cadence.WEEKLY:
            told = f"every {WEEKDAYS[schedule.weekday or 0]}"
        case Cadence.MONTHLY:
            told = month_day(schedule.day or 1)
    return f"{told} or the working day after it" if schedule.working else told


def _at(standing: Standing) -> str:
    schedule, at = standing.schedule, standing.next_at
    wall = f"{schedule.at:%H:%M}"
    if at is None:
        return f"{wall} {inline(schedule.zone.key, 60)}"
    return f"{wall} {clock(at, schedule.zone, at).partition(' ')[2]}"


def _whose_place(schedule: Schedule, viewer: str) -> str:
    return "you may not" if schedule.place == viewer else f"{person(schedule.place)} may not"


def _where(place: str, viewer: str) -> str:
    if place == viewer:
        return "to you"
    if place.startswith(("U", "W")):
        return f"to {person(place)}"
    return f"in {wording.channel(place)}"
