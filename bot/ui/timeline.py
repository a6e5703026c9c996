"""The timeline of a case: every event as a plain sentence, newest last."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from bot.domain import events as e
from bot.domain.case import Case
from bot.domain.comment import Comment
from bot.domain.organisation import Organisation
from bot.ui.kit import Block, context, day, fit, modal, sections, size
from bot.ui.sentences import Teller

# Slack gives no figure for windows; this is what it has been seen to take in messages.
_ROOM = 9_000
_LONGEST_SENTENCE = 640
# Were each on a day of its own, they would still leave room in a window's hundred blocks.
_MOST_EVENTS = 90


def timeline(
    case: Case,
    comment: Comment,
    recorded: Sequence[e.Recorded],
    organisation: Organisation,
    zone: ZoneInfo,
) -> Block:
    """A window with what happened to *case*; of a very long story, its first and newest events."""
    teller = Teller(comment, organisation, zone)
    told = [(item, _sentence(item, teller)) for item in recorded]
    head, tail = _fitting(told)
    left_out = len(told) - len(head) - len(tail)
    blocks = _days(head, zone)
    if left_out:
        blocks.append(context(f"… {left_out} events in between are not shown"))
    blocks += _days(tail, zone)
    foot = f"Times in {zone.key}" if told else "Nothing has happened yet."
    return modal(f"Timeline of #{case.number}", [*blocks, context(foot)])


_Told = tuple[e.Recorded, str]


def _fitting(told: Sequence[_Told]) -> tuple[Sequence[_Told], Sequence[_Told]]:
    room, start = _ROOM, len(told)
    while start > 0 and len(told) - start < _MOST_EVENTS:
        room -= size(told[start - 1][1]) + 1
        if room < 0:
            break
        start -= 1
    return told[: min(1, start)], told[start:]


def _days(told: Sequence[_Told], zone: ZoneInfo) -> list[Block]:
    def local_date(item: _Told) -> date:
        return item[0].at.astimezone(zone).date()

    blocks: list[Block] = []
    for _, items in groupby(told, local_date):
        of_day = list(items)
        local = of_day[0][0].at.astimezone(zone)
        heading = f"*{day(local)} {local.year}*"
        blocks += sections([heading, *(sentence for _, sentence in of_day)])
    return blocks


def _sentence(recorded: e.Recorded, teller: Teller) -> str:
    told = teller.tell(recorded.event, recorded.by)
    return fit(f"{recorded.at.astimezone(teller.zone):%H:%M}  {told}", _LONGEST_SENTENCE)
