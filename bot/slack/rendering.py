"""What a notice shows, from how things stand at this moment."""

from collections.abc import Callable
from datetime import timedelta

from bot.services import Services
from bot.store import queries
from bot.store.queue import Taken
from bot.store.session import Session
from bot.ui import card, digest, kit, lists
from bot.ui.kit import Message
from bot.usecases import reporting, viewing

_ROUNDUP_ROWS = 15
# A digest later than this says so.
_LATE = timedelta(minutes=15)


def render(services: Services, notice: Taken) -> Message | None:
    """The message of *notice*; None when there is nothing left to show."""
    with services.database.reading() as session:
        return _RENDERERS[notice.kind](services, session, notice)


def _card(services: Services, session: Session, notice: Taken) -> Message | None:
    view = viewing.case(session, notice.case_number or 0)
    if notice.team in view.case.stakes:
        return card.team_card(view.case, view.comment, services.organisation, notice.team)
    return card.triage_card(view.case, view.comment, services.organisation)


def _digest(services: Services, session: Session, notice: Taken) -> Message | None:
    team = services.organisation.team(notice.team)
    if team is None:
        return None
    found = reporting.team_digest(session, team, reporting.period_of(notice.data))
    now = services.now()
    return digest.team_digest(
        services.organisation,
        team,
        found.numbers,
        found.period,
        found.oldest,
        found.waiting,
        now=now,
        late=now - notice.created_at > _LATE or notice.created_at - found.period.until > _LATE,
    )


def _overview(services: Services, session: Session, notice: Taken) -> Message | None:
    period = reporting.period_of(notice.data)
    teams = [team for key in notice.data["teams"] if (team := services.organisation.team(key))]
    numbers = reporting.all_numbers(session, teams, period)
    return digest.all_digest(services.organisation, numbers, period, now=services.now())


def _roundup(services: Services, session: Session, notice: Taken) -> Message | None:
    lines, more = queries.held_back(session, notice.channel, limit=_ROUNDUP_ROWS)
    team = next((t for t in services.organisation.teams if t.channel == notice.channel), None)
    name = team.name if team else "Triage"
    zone = team.zone if team else services.organisation.zone
    return lists.roundup(name, lines, more, now=services.now(), zone=zone)


def _alert(services: Services, session: Session, notice: Taken) -> Message | None:
    del services, session
    return kit.plain_message(str(notice.data["text"]))


_RENDERERS: dict[str, Callable[[Services, Session, Taken], Message | None]] = {
    "card": _card,
    "digest": _digest,
    "overview": _overview,
    "roundup": _roundup,
    "alert": _alert,
}
