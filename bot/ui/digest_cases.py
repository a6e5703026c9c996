"""The cases of a digest: those to act on first, and those to look at."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.organisation import Organisation
from bot.domain.report import Report
from bot.domain.scope import Kind
from bot.ui import ids
from bot.ui.digest_rows import RowsRef
from bot.ui.ids import DigestRef, StakeRef
from bot.ui.kit import Block, context, cut, overflow
from bot.ui.lists import row
from bot.ui.preview import Preview

# Beside the lines of several teams, those that need somebody most are enough.
_MOST_ROWS, _FEWER_ROWS = 5, 3
# On a phone, three lines a case.
_SAID = 90
# Slack's own limit.
_MOST_ENTRIES = 5
# A period that ends just before its digest is made is one that still runs.
_ANSWERED = timedelta(seconds=30)


def rows(
    organisation: Organisation,
    report: Report,
    now: datetime,
    *,
    preview: Preview = Preview.NO,
) -> list[Block]:
    """Up to five, each with *Claim* or *Open*, and how many more there are."""
    own = report.scope.key if report.scope.kind is Kind.TEAM else ""
    most = _FEWER_ROWS if report.teams else _MOST_ROWS
    blocks = some(organisation, report, now, most=most, preview=preview)
    more = report.measures.standing.open - len(blocks)
    if blocks and more > 0:
        # The command lists what the reader's own teams have, which is this for one team alone.
        rest = (
            f"{more} more: `/comment open`"
            if own
            else f"{more} more {'is' if more == 1 else 'are'} open."
        )
        blocks.append(context(rest))
    return blocks


def some(
    organisation: Organisation,
    report: Report,
    now: datetime,
    *,
    most: int,
    preview: Preview = Preview.NO,
) -> list[Block]:
    """The first ones, at most so many."""
    own = report.scope.key if report.scope.kind is Kind.TEAM else ""
    lines = report.lines[:most]
    told = reference(report, now)._replace(preview=preview)
    name = RowsRef(told, tuple(StakeRef(line.number, line.team) for line in lines))
    return [
        row(
            replace(line, text=cut(line.text, _SAID)),
            organisation,
            now,
            report.zone,
            claimable=True,
            first=place == 0,
            own_team=own,
        )
        | {"block_id": name.pack(place)}
        for place, line in enumerate(lines)
    ]


def reference(report: Report, now: datetime) -> DigestRef:
    """What names a digest that was made at *now*."""
    return DigestRef(
        report.scope,
        report.period.since,
        report.period.until,
        versus_previous=report.compared is not None and report.compared.before is not None,
        runs=now - report.period.until < _ANSWERED,
    )


def menu(report: Report, organisation: Organisation, *, few: int | None, most: int) -> Block | None:
    """What opens a case of each topic, and of each wait; None without any.

    Only of those that stand beside it: at most *few* topics, and *most* waits of each kind.
    """
    named: dict[int, str] = {}
    shown = replace(
        report,
        themes=report.themes[:few],
        we_wait=report.we_wait[:most],
        they_wait=report.they_wait[:most],
    )
    for number, name in _to_look_at(shown, organisation):
        named.setdefault(number, name)
    entries = [
        (f"Open #{number} · {name}", StakeRef(number, "").pack()) for number, name in named.items()
    ]
    return overflow(ids.DIGEST_OPEN, entries[:_MOST_ENTRIES]) if entries else None


def _to_look_at(report: Report, organisation: Organisation) -> Iterator[tuple[int, str]]:
    for theme in report.themes:
        yield from ((number, f"“{theme.topic.term}”") for number in theme.cases[:1])
    for waiting in (*report.we_wait, *report.they_wait):
        if waiting.first:
            yield waiting.first, organisation.team_name(waiting.team)
