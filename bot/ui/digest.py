"""Digests: one sentence first, then the numbers, then what to do about them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.digest import Period, Waiting
from bot.domain.measures import Times
from bot.domain.organisation import Organisation, PolicyNote
from bot.domain.report import Report, length
from bot.ui import (
    charts,
    differences,
    digest_cases,
    digest_teams,
    digest_words as words,
    ids,
    wording,
)
from bot.ui.clock import day
from bot.ui.digest_speed import took
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
from bot.ui.preview import Preview

_FOR_TEAMS = "Each team can see its own cases."
_MOST_WAITING = 4
# A day's digest that comes by itself is read in a quarter of a minute, and has fewer of each.
_FEWER = 2
_MOST_NOTES = 2
_REDRAWN = "Shown again without what customers wrote, since some of it was to be forgotten."
# A week is shorter by an hour, or a holiday; after a long weekend, a day's digest has four of them.
_WEEKLY = timedelta(days=5)
_FIRST_ROWS = 1
_BELOW = "More in the thread."
_PREVIEWED = {
    Preview.WHOLE: "as it would have been posted",
    Preview.THREADED: "with all that its thread would have told",
}
_SORRY = "This digest comes late, sorry."


def digest(
    organisation: Organisation,
    report: Report,
    *,
    now: datetime,
    late: bool = False,
    reader: str = "",
    native_charts: bool = False,
    redrawn: bool = False,
    preview: Preview = Preview.NO,
) -> Message:
    """What *report* tells.

    *preview* says of one that comes by itself that it is only looked at.
    *late* says that it comes after its time. *reader* is who has asked for it and alone sees it:
    they are offered to post it and to have it every day. *native_charts* draws Slack's own charts
    where there are numbers for them. *redrawn* says why it quotes nobody: somebody was to be
    forgotten.
    """
    name = words.title(report.scope, organisation)
    asked = _offers(report, reader, now) if reader else []
    if report.quiet:
        said = words.quiet(report)
        told = f"{name}: {said[:1].lower()}{said[1:]}"
        sorry = [context(_SORRY)] if late else []
        shown = Message(told, [section(f"☀️ {told}"), *sorry, *asked])
        return _previewed(shown, report, Preview.WHOLE) if preview else shown
    told = f"{name}: {words.headline(report, now)}"
    full = bool(reader) or length(report.period) >= _WEEKLY
    blocks = [
        section(f"*{told}*"),
        section(words.numbers(report, now, full=full)),
        *digest_teams.beside(report, now),
        *digest_cases.rows(organisation, report, now, preview=preview),
        *_beside(organisation, report, now, full=full),
        *(_charts(organisation, report) if native_charts else []),
        context(_span(report, late=late, redrawn=redrawn)),
        *asked,
    ]
    shown = Message(told, blocks)
    return _previewed(shown, report, preview) if preview else shown


def opening(
    organisation: Organisation,
    report: Report,
    *,
    now: datetime,
    late: bool = False,
    redrawn: bool = False,
) -> Message:
    """What *report* of several teams tells first: what needs somebody, in a quarter of a minute."""
    whole = digest(organisation, report, now=now, late=late, redrawn=redrawn)
    if report.quiet:
        return whole
    warned = list(_warned(report))
    up_to = f"Up to {clock(report.period.until, report.zone, None)}"
    blocks = [
        section(f"*{whole.text}*"),
        section(words.stands(report)),
        *digest_teams.in_need(report, now),
        *digest_cases.some(organisation, report, now, most=_FIRST_ROWS),
        *([section(warned[0])] if warned else []),
        context(f"{_excuse(late=late, redrawn=redrawn)}{up_to}. {_BELOW}"),
    ]
    return Message(whole.text, blocks)


def rest(
    organisation: Organisation, report: Report, *, now: datetime, redrawn: bool = False
) -> Message | None:
    """What its thread tells after that: all of it but the sentence; None where that was all."""
    if report.quiet:
        return None
    whole = digest(organisation, report, now=now, redrawn=redrawn)
    name = words.title(report.scope, organisation)
    return Message(f"{name}: the numbers behind it", whole.blocks[1:])


def _previewed(shown: Message, report: Report, preview: Preview) -> Message:
    up_to = clock(report.period.until, report.zone, None)
    how = _PREVIEWED[preview]
    said = f"A preview: up to {up_to}, {how}. Only you see it."
    return Message(f"{said} {shown.text}", [context(said), *shown.blocks])


def public_line(report: Report) -> Message:
    """What everybody in the company may see: one sentence about all of it."""
    m = report.measures
    comments = "1 comment" if m.received == 1 else f"{m.received} comments"
    cases = "1 case was settled" if m.settled == 1 else f"{m.settled} cases were settled"
    told = f"{comments} came in and {cases}. {_public_speed(m.time_to_claim)}{_FOR_TEAMS}"
    return Message(told, [section(told)])


def _public_speed(times: Times) -> str:
    if not times.count:
        return ""
    several = f"{times.count} parts were claimed, half of them"
    return f"{several if times.count > 1 else '1 part was claimed'} within {took(times)}. "


def waiting_message(
    waiting: Sequence[Waiting], organisation: Organisation, now: datetime
) -> Message:
    """Whom somebody's teams wait for, as a message of its own."""
    told = f"*You wait for* {waited_for(waiting, organisation, now)}"
    return Message(told, [section(told)])


def waited_for(
    waiting: Sequence[Waiting],
    organisation: Organisation,
    now: datetime,
    *,
    most: int = _MOST_WAITING,
) -> str:
    """The other teams that have to act: how many cases, and since when."""
    most = words.room(len(waiting), most)
    shown = [
        f"{wording.team(organisation, w.team)} ({w.cases}, oldest {age(w.oldest, now)})"
        for w in waiting[:most]
    ]
    more = len(waiting) - most
    return " · ".join(shown) + (f" · and {more} more" if more > 0 else "")


def _beside(
    organisation: Organisation, report: Report, now: datetime, *, full: bool
) -> list[Block]:
    """What stands below the cases, in as few blocks as there is something to say."""
    most, few = (_MOST_WAITING, None) if full else (1, _FEWER)
    lines = [*_waiting(organisation, report, now, most=most)]
    lines += _shared(organisation, report, full=full)
    if report.compared is not None and report.compared.before is not None:
        lines.append(differences.times(report.measures, report.compared.before))
    if report.themes:
        lines.append(f"*More than usual about* {words.themes(report.themes[:few])}")
    if report.thanks:
        lines.append(f"*Thank you* {words.thanks(report.thanks[:few])}")
    notes = words.room(len(report.policy), _MOST_NOTES)
    lines += [_note(note) for note in report.policy[-notes:]]
    if (more := len(report.policy) - notes) > 0:
        lines.append(f"and {more} more in the policy")
    blocks = sections([line for line in lines if line])
    if blocks and (menu := digest_cases.menu(report, organisation, few=few, most=most)):
        blocks[0]["accessory"] = menu
    return blocks


def _waiting(
    organisation: Organisation, report: Report, now: datetime, *, most: int
) -> Iterator[str]:
    if report.we_wait:
        yield f"*We wait for* {waited_for(report.we_wait, organisation, now, most=most)}"
    if report.they_wait:
        yield f"*Waiting for us:* {waited_for(report.they_wait, organisation, now, most=most)}"
    if report.shared is not None and report.shared.waits:
        told = words.waits(report.shared, organisation, now, most=most)
        yield f"*Who waits for whom:* {told}"


def _shared(organisation: Organisation, report: Report, *, full: bool) -> Iterator[str]:
    if report.shared is None:
        return
    warned = words.warning(report.shared)
    if report.shared.departments and (full or not warned):
        yield f"*Shared:* {words.shares(report.shared, report.measures, organisation)}"
    yield from _warned(report)


def _warned(report: Report) -> Iterator[str]:
    if report.shared is not None and (warned := words.warning(report.shared)):
        yield f"⚠️ {warned[0]} {inline(warned[1], 30)}."


def _note(note: PolicyNote) -> str:
    link = f" <{note.url}|Read it>" if note.url else ""
    return f"*New in the policy* ({day(note.on)}): {inline(note.text, 200)}{link}"


def _charts(organisation: Organisation, report: Report) -> list[Block]:
    blocks = []
    if report.volume is not None and report.volume.total:
        blocks.append(charts.volume_block(wording.by_platform(report.volume)))
    title = charts.claims_title(alone=len(report.scope.teams(organisation)) == 1)
    if report.claims is not None and report.claims.measured:
        blocks.append(charts.claim_times_block(report.claims, title))
    return blocks


def _span(report: Report, *, late: bool, redrawn: bool) -> str:
    sorry = _excuse(late=late, redrawn=redrawn)
    told = differences.basis(report, _dates, brief=True)
    return f"{sorry}{' '.join((f'{_dates(report.period, report.zone)}.', *told))}"


def _excuse(*, late: bool, redrawn: bool) -> str:
    if redrawn:
        return f"{_REDRAWN} "
    return f"{_SORRY} " if late else ""


def _dates(period: Period, zone: ZoneInfo) -> str:
    return f"{moment(period.since, zone, None)} to {clock(period.until, zone, None)}"


def reference(report: Report, now: datetime) -> str:
    """What a button carries under a digest that was asked for at *now*."""
    return digest_cases.reference(report, now).pack()


def _offers(report: Report, reader: str, now: datetime) -> list[Block]:
    ref = reference(report, now)
    buttons = []
    # What somebody else does all day is nobody's to show around with one press.
    if report.scope.person in {"", reader}:
        buttons.append(button("Post to channel", ids.DIGEST_POST, ref))
        buttons.append(button("Schedule this", ids.SCHEDULE_NEW, ref))
    return [actions(*buttons)] if buttons else []
