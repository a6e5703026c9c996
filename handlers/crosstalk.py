"""`/crosstalk`: what it is, who is on duty, being away, how things are."""

from dataclasses import replace

from slack_bolt import Ack, BoltContext

from bot import checkups
from bot.domain import absence
from bot.domain.comment import Comment
from bot.domain.duty import next_on_duty, on_duty
from bot.domain.organisation import MANUAL_SOURCE, Team
from bot.domain.routing import Decision, route
from bot.domain.suggesting import advised
from bot.errors import Refused
from bot.services import Services
from bot.ui import replies, told
from bot.ui.decision import decision_message
from bot.ui.kit import Message
from bot.usecases import hinting
from handlers import routing
from handlers.commands import answer, typed
from handlers.listener import listener
from handlers.visibility import ask_a_manager, visible_teams

_AWAY_HELP = "Say until when: `/crosstalk away until Monday`, `… until 24 Dec`, `… until 15:00`."


@listener
def crosstalk(ack: Ack, command: dict[str, str], context: BoltContext, services: Services) -> None:
    """`/crosstalk [route TEXT | routing | duty [team] | away until WHEN | back | doctor]`."""
    text = typed(command).strip()
    verb, _, rest = text.partition(" ")
    person, rest = str(context.user_id), rest.strip()
    match verb.casefold():
        case "route" if rest:
            wanted = Comment(source=MANUAL_SOURCE, external_id="", platform="", text=rest)
            answer(ack, decision_message(_decided(services, wanted), services.organisation))
        case "routing":
            answer(ack, routing.learned(services, person))
        case "duty":
            answer(
                ack, replies.together([_duty(services, t) for t in _asked(services, person, rest)])
            )
        case "away":
            answer(ack, _go_away(services, person, rest))
        case "back":
            with services.database.transaction() as session:
                hinting.come_back(session, person)
            answer(ack, told.back())
        case "doctor":
            _require_manager(services, person)
            key = checkups.ask(services, person)
            answer(ack, replies.examining())
            services.at_length(lambda: checkups.answer(services, key, person))
        case "" | "help":
            answer(ack, replies.help_text())
        case _:
            answer(ack, replies.help_text(unknown=text))


def _decided(services: Services, comment: Comment) -> Decision:
    org, adviser = services.organisation, services.adviser
    known = replace(comment, language=adviser.language(comment))
    return advised(route(known, org), known, org, adviser)


def _asked(services: Services, person: str, key: str) -> tuple[Team, ...]:
    """The team of *key*, whoever asks: who is on duty is no secret; without one, one's own."""
    if not key:
        return visible_teams(services, person)
    team = services.organisation.team(key.casefold())
    if team is None:
        keys = ", ".join(f"`{each.key}`" for each in services.organisation.teams[:20])
        raise Refused(f"There is no team “{key[:40]}”. Try one of: {keys}.")
    return (team,)


def _duty(services: Services, team: Team) -> Message:
    org, now = services.organisation, services.now()
    return told.duty(on_duty(team, org, now=now), next_on_duty(team, org, now=now), team, now)


def _go_away(services: Services, person: str, text: str) -> Message:
    teams = services.directory.teams_of(person)
    zone = teams[0].zone if teams else services.organisation.zone
    now = services.now()
    until = absence.ends(text, now.astimezone(zone))
    if until is None:
        raise Refused(_AWAY_HELP)
    with services.database.transaction() as session:
        hinting.go_away(session, person, until=until, now=now)
    return told.away(until, zone)


def _require_manager(services: Services, person: str) -> None:
    if not services.directory.is_manager(person):
        raise Refused(f"The doctor answers to managers. {ask_a_manager(services)}")
