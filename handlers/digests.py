"""`/digest`: numbers for whoever may see them, to them alone until they post them."""

from typing import Any

from slack_bolt import Ack, BoltContext, Respond
from slack_bolt.kwargs_injection.args import Args
from slack_sdk import WebClient

from bot.domain.asked import Asked, Help, ScheduleList, ScheduleWanted, Unclear, Wanted
from bot.domain.digest import Period
from bot.domain.scope import Kind, Scope
from bot.errors import Refused
from bot.services import Services
from bot.ui import asking as asking_ui, digest as digest_ui, digest_words, replies
from bot.ui.ids import DigestRef
from bot.ui.kit import Message
from bot.usecases import asking, posting
from handlers import schedule_form, schedules
from handlers.channels import NOT_HERE, may_post
from handlers.commands import answer
from handlers.listener import listener, respond_privately
from handlers.numbers import as_of, counted, shown
from handlers.surfaces import tell_aside
from handlers.visibility import Sight, sight

Action = dict[str, Any]

# One line each; more would not be read, nor counted within Slack's three seconds.
_MOST_TEAMS = 8


@listener
def digest(
    ack: Ack, command: dict[str, str], context: BoltContext, services: Services, args: Args
) -> None:
    """`/digest`, in whatever order and spelling; privately first."""
    seen = sight(services, str(context.user_id))
    channel = command.get("channel_id") or ""
    match _understood(services, seen, command.get("text") or "", channel):
        case Wanted() as wanted:
            answer(ack, _digest(services, seen, wanted))
        case ScheduleList():
            answer(ack, schedules.listed(services, seen))
        case ScheduleWanted() as wanted:
            scope = None if wanted.scope == asking.OWN else wanted.scope
            schedule_form.open_form(args, services, seen, scope, wanted.cadence, channel)
            ack()
        case Help():
            answer(ack, asking_ui.usage(seen.examples(), manager=seen.manager))
        case Unclear() as unclear:
            answer(ack, asking_ui.unclear(unclear, seen.examples()))


def _understood(services: Services, seen: Sight, text: str, channel: str) -> Asked:
    organisation = services.organisation
    teams = [team for team in organisation.teams if team.channel == channel]
    here = next((s for t in teams if seen.sees(s := Scope(Kind.TEAM, t.key))), asking.OWN)
    own = teams if here != asking.OWN else seen.teams
    with services.database.reading() as session:
        return asking.understood(
            session,
            organisation,
            text,
            person=seen.person,
            here=here,
            now=services.now(),
            zone=own[0].zone if own else organisation.zone,
        )


def _digest(services: Services, seen: Sight, wanted: Wanted) -> Message:
    scope = wanted.scope
    if scope == asking.OWN:
        if not seen.manager and len(seen.teams) > 1:
            return _several(services, seen, wanted.period)
        alone = seen.teams and not seen.manager
        scope = Scope(Kind.TEAM, seen.teams[0].key) if alone else Scope()
    if scope.kind is Kind.ORGANISATION and not seen.manager:
        return digest_ui.public_line(counted(services, scope, wanted.period))
    return shown(services, seen, scope, wanted.period, previous=wanted.previous)


def _several(services: Services, seen: Sight, period: Period) -> Message:
    """Their teams, a line each; *Read* shows one."""
    keys = [team.key for team in seen.teams[:_MOST_TEAMS]]
    found = [counted(services, Scope(Kind.TEAM, key), period) for key in keys]
    organisation, now = services.organisation, services.now()
    lines = [
        f"{digest_words.title(report.scope, organisation)}: {digest_words.headline(report, now)}"
        for report in found
    ]
    return asking_ui.several(found, organisation, lines, len(seen.teams) - len(keys), now)


@listener
def read_on(
    ack: Ack, action: Action, context: BoltContext, respond: Respond, services: Services
) -> None:
    """Read, beside one of several teams."""
    ref = DigestRef.unpack(action.get("value"))
    seen = sight(services, str(context.user_id))
    message = shown(services, seen, ref.scope, as_of(services, ref))
    ack()
    respond_privately(respond, message)


@listener
def post(
    ack: Ack,
    action: Action,
    context: BoltContext,
    body: dict[str, Any],
    client: WebClient,
    services: Services,
    args: Args,
) -> None:
    """Post to channel, under a private digest."""
    ref = DigestRef.unpack(action.get("value"))
    person = str(context.user_id)
    sight(services, person).require_publishing(ref.scope)
    channel = str(body["channel"]["id"])
    if not may_post(client, channel):
        raise Refused(NOT_HERE)
    with services.database.transaction() as session:
        posting.owe_digest(
            session,
            ref.scope,
            as_of(services, ref),
            click=f"{ref.since.isoformat()}:{ref.until.isoformat()}",
            channel=channel,
            asked_by=person,
            now=services.now(),
            versus_previous=ref.versus_previous,
        )
    ack()
    tell_aside(args, replies.posted(digest_words.title(ref.scope, services.organisation)))
