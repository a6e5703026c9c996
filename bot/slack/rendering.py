"""What a notice shows, from how things stand at this moment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain import waves
from bot.domain.organisation import Phase, Tell
from bot.domain.proposing import key
from bot.domain.report import Report
from bot.domain.schedules import LATE, Cadence
from bot.domain.scope import Kind, Scope
from bot.domain.seeing import People, may_go_to
from bot.services import Services
from bot.slack import pictures
from bot.slack.shown import Shown
from bot.store import outbox, queries
from bot.store.queue import Taken
from bot.store.session import Session
from bot.ui import (
    card,
    digest,
    emoji,
    escalated,
    kit,
    lists,
    proposed,
    relayed,
    replies,
    told,
    wave,
)
from bot.ui.kit import Message
from bot.usecases import overviewing, posting, proposing, reporting, viewing
from bot.usecases.scheduling import MADE_IN_SLACK

_ROUNDUP_ROWS = 15


def render(services: Services, notice: Taken) -> Shown:
    """What *notice* shows."""
    if notice.data.get("gone"):
        return Shown(None, gone=True)
    if notice.kind == "alert":
        return Shown(kit.plain_message(str(notice.data["text"])))
    if notice.kind == "card":
        with services.database.glance() as session:
            return _card(services, session, notice)
    with services.database.reading() as session:
        if notice.kind == "chart":
            return pictures.chart(services, session, notice)
        under = outbox.thread_ts(session, str(notice.data["of"])) if "of" in notice.data else ""
        if "of" in notice.data and not under:
            return Shown(None, thread=under)
        message = _RENDERERS[notice.kind](services, session, notice)
        if message is None and notice.data.get("redrawn"):
            # It has nothing to say any more, and what it said must not stay.
            return Shown(None, gone=True)
        if not notice.data.get("thread"):
            return Shown(message, thread=under)
        root = outbox.card_ts(session, notice.case_number or 0, notice.channel)
        return Shown(message, thread=root or None)


def _card(services: Services, session: Session, notice: Taken) -> Shown:
    view = viewing.case(session, notice.case_number or 0)
    org, team = services.organisation, notice.team
    if team not in view.case.stakes:
        message = card.triage_card(view.case, view.comment, org)
    else:
        message = card.team_card(view.case, view.comment, org, team)
    return Shown(message, emoji=emoji.for_card(view.case, team)) if team else Shown(message)


def _digest(services: Services, session: Session, notice: Taken) -> Message | None:
    scope = _scope(notice)
    people = services.directory.within(session)
    if not scope.teams(services.organisation) or not _still_theirs(services, people, notice, scope):
        return None
    found = _report(services, session, notice, scope)
    org, now, redrawn = services.organisation, services.now(), bool(notice.data.get("redrawn"))
    late = not redrawn and _is_late(notice, found.period.until, now)
    if notice.data.get("brief"):
        return digest.opening(org, found, now=now, late=late, redrawn=redrawn)
    if "of" in notice.data:
        return digest.rest(org, found, now=now, redrawn=redrawn)
    native = org.charts == "native" and notice.data.get("cadence") == Cadence.WEEKLY
    if native:
        found = reporting.illustrated(session, org, found, now=now)
    return digest.digest(org, found, now=now, late=late, redrawn=redrawn, native_charts=native)


def _report(services: Services, session: Session, notice: Taken, scope: Scope) -> Report:
    """What a digest tells; one that is shown again keeps its cases, or quotes none any more."""
    data = notice.data
    found = reporting.report(
        session,
        services.organisation,
        scope,
        posting.period_of(data),
        now=services.now(),
        versus_previous=bool(data.get("versus_previous")),
        rows=[(int(number), str(team)) for number, team in data.get("rows", [])],
    )
    return replace(found, lines=()) if data.get("redrawn") else found


def _is_late(notice: Taken, until: datetime, now: datetime) -> bool:
    # What somebody asked for may be about any time; only what comes by itself is due at its end.
    # Its notice says that it is late, unless the release before this one owed it.
    by_itself = "schedule" in notice.data or "scope" not in notice.data
    owed_late = by_itself and notice.created_at - until > LATE
    # One that stands there already is shown again, and did not come any later for that.
    waited = not notice.ts and now - notice.created_at > LATE
    return bool(notice.data.get("late")) or owed_late or waited


def _still_theirs(services: Services, people: People, notice: Taken, scope: Scope) -> bool:
    """Whether what somebody scheduled may still go where it goes, also after they have moved.

    What the organisation file sends to a person is the file's own decision.
    """
    by_hand = str(notice.data.get("schedule", "")).startswith(MADE_IN_SLACK)
    org, place = services.organisation, notice.channel
    return not by_hand or may_go_to(people, org, place, scope)


def _scope(notice: Taken) -> Scope:
    # One that an earlier release owed names its team, or is about all of them.
    team = Scope(Kind.TEAM, notice.team) if notice.team else Scope()
    return Scope.parse(notice.data["scope"]) if "scope" in notice.data else team


def _roundup(services: Services, session: Session, notice: Taken) -> Message | None:
    lines, more = queries.held_back(session, notice.channel, limit=_ROUNDUP_ROWS)
    team = next((t for t in services.organisation.teams if t.channel == notice.channel), None)
    name = team.name if team else "Triage"
    zone = team.zone if team else services.organisation.zone
    return lists.roundup(name, lines, more, now=services.now(), zone=zone)


def _asked(services: Services, session: Session, notice: Taken) -> Message | None:
    view = viewing.case(session, notice.case_number or 0)
    stake = view.case.stakes.get(notice.team)
    holder = str(notice.data["holder"])
    # Whoever was asked may have answered, or given the stake back, before the question was posted.
    if stake is None or not stake.asked or (holder and stake.holder != holder):
        return None
    answer_by = datetime.fromisoformat(notice.data["answer_by"])
    zone = _zone(services, notice.team)
    org = services.organisation
    return told.asked(view.case, view.comment, org, notice.team, holder, answer_by, zone)


def _freed(services: Services, session: Session, notice: Taken) -> Message | None:
    view = viewing.case(session, notice.case_number or 0)
    holder, why = str(notice.data["holder"]), str(notice.data["why"])
    return told.freed(view.case, services.organisation, notice.team, holder, why)


def _escalation(services: Services, session: Session, notice: Taken) -> Message | None:
    view = viewing.case(session, notice.case_number or 0)
    return escalated.escalation(
        view.case,
        view.comment,
        services.organisation,
        notice.team,
        Phase(notice.data["phase"]),
        Tell(notice.data["tell"]),
        tuple(notice.data["told"]),
        services.now(),
    )


def _watch(services: Services, session: Session, notice: Taken) -> Message | None:
    view = viewing.case(session, notice.case_number or 0)
    what, by, to = (str(notice.data[name]) for name in ("what", "by", "to"))
    org = services.organisation
    return told.watched(view.case, view.comment, org, what, by, notice.team, to)


def _wave(services: Services, session: Session, notice: Taken) -> Message | None:
    view = viewing.case(session, notice.case_number or 0)
    found, data = view.case.wave, notice.data
    if found is None or waves.overtaken(int(data["size"]), found.comments):
        return None
    return wave.alert(
        view.case, view.comment, services.organisation, notice.team, int(data["usually"])
    )


def _relay(services: Services, session: Session, notice: Taken) -> Message | None:
    del session
    data = notice.data
    return relayed.relayed(
        services.organisation, data["from"], data["by"], data["text"], data["files"]
    )


def _zone(services: Services, team: str) -> ZoneInfo:
    found = services.organisation.team(team)
    return found.zone if found else services.organisation.zone


def _checkup(services: Services, session: Session, notice: Taken) -> Message | None:
    del services, session
    if "asked_at" in notice.data:
        # What was found stands in its place, so whoever looked has not come to an end.
        return replies.cut_off()
    # One that an earlier release owed has none: it looked only when it was shown.
    found = [(what, mend) for what, mend in notice.data.get("findings", [])]
    return replies.checkup(found) if found else None


def _proposal(services: Services, session: Session, notice: Taken) -> Message | None:
    which = str(notice.data["proposal"])
    known = overviewing.proposals(session, services.organisation)
    offered = proposing.open_proposals(session, known)
    return proposed.message(next((each for each in offered if key(each) == which), None))


_RENDERERS: dict[str, Callable[[Services, Session, Taken], Message | None]] = {
    "digest": _digest,
    "overview": _digest,
    "roundup": _roundup,
    "checkup": _checkup,
    "asked": _asked,
    "freed": _freed,
    "escalation": _escalation,
    "watch": _watch,
    "proposal": _proposal,
    "relay": _relay,
    "wave": _wave,
}
