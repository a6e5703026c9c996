"""The form that schedules a digest."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import Ack, BoltContext
from slack_bolt.kwargs_injection.args import Args
from slack_sdk import WebClient

from bot.domain.schedules import Cadence, Schedule, next_at, working_week
from bot.domain.scope import Kind, Scope
from bot.errors import Refused
from bot.services import Services
from bot.ui import modals, schedule_forms, schedules as schedules_ui
from bot.ui.forms import FormIncomplete
from bot.ui.ids import DigestRef
from bot.ui.schedule_forms import CHANNEL, HERE, HOME, ME, TO, Filled, Offer
from bot.usecases import measuring, scheduling
from bot.usecases.scheduling import Listed
from handlers.channels import find, may_post
from handlers.homes import is_home, show_home_again
from handlers.listener import listener, open_view
from handlers.visibility import Sight, sight

Action = dict[str, Any]
View = Mapping[str, Any]

_NOT_IN_TEAM_CHANNEL = "I am not in the team's channel. Invite me there, or choose another place."
_A_MONTH, _A_WEEK = timedelta(days=27), timedelta(days=6)


def open_form(
    args: Args,
    services: Services,
    seen: Sight,
    scope: Scope | None,
    cadence: Cadence | None,
    origin: str,
) -> None:
    """Open the form, for *scope* if that is settled.

    Raises:
        Refused: they may not see it.
    """
    if scope is not None:
        seen.require(scope)
    organisation = services.organisation
    offer = Offer(
        scope=scope,
        scopes=() if scope else (*seen.scopes(), Scope(Kind.PERSON, seen.person)),
        cadence=cadence,
        at=_usual_time(services, scope),
        origin=origin if origin == HOME or origin.startswith(("C", "G")) else "",
        zones=_zones(services, seen),
        organisation=organisation,
        viewer=seen.person,
    )
    open_view(args, schedule_forms.schedule_form(offer))


def _usual_time(services: Services, scope: Scope | None) -> time:
    team = services.organisation.team(scope.key) if scope and scope.kind is Kind.TEAM else None
    return team.digest_at if team and team.digest_at else time(9)


def _zones(services: Services, seen: Sight) -> tuple[ZoneInfo, ...]:
    organisation = services.organisation
    own = services.directory.zone_of(seen.person)
    teams = [team.zone for team in (*seen.teams, *organisation.teams)]
    found = [zone for zone in (own, organisation.zone, *teams) if zone]
    return tuple(dict.fromkeys(found))


@listener
def ask_schedule(
    ack: Ack, action: Action, context: BoltContext, services: Services, args: Args
) -> None:
    """New schedule, or Schedule this under a private digest."""
    seen = sight(services, str(context.user_id))
    scope, cadence = None, None
    if action.get("value") != schedules_ui.BLANK:
        ref = DigestRef.unpack(action.get("value"))
        scope, cadence = ref.scope, _cadence(ref)
    origin = str((args.body.get("channel") or {}).get("id") or "")
    open_form(args, services, seen, scope, cadence, HOME if is_home(args) else origin)
    ack()


def _cadence(ref: DigestRef) -> Cadence:
    length = ref.until - ref.since
    if length >= _A_MONTH:
        return Cadence.MONTHLY
    return Cadence.WEEKLY if length >= _A_WEEK else Cadence.DAILY


@listener
def schedule(
    ack: Ack, view: View, context: BoltContext, client: WebClient, services: Services, args: Args
) -> None:
    """The form comes back; sent twice, it is kept once."""
    form = schedule_forms.read_schedule(view)
    seen = sight(services, str(context.user_id))
    seen.require(form.scope)
    wanted = _schedule(services, client, seen, form, f"slack.{view['id']}")
    organisation, now = services.organisation, services.now()
    with services.database.transaction() as session:
        made = scheduling.create(session, organisation, wanted, by=seen.person, now=now)
    kept = Listed(schedule=made, paused=False, next_at=next_at(made, now))
    told = schedules_ui.made(kept, organisation, seen.person)
    ack(response_action="update", view=modals.case_view(told, "Scheduled"))
    if form.origin == HOME:
        show_home_again(args, services)


def _schedule(
    services: Services, client: WebClient, seen: Sight, form: Filled, key: str
) -> Schedule:
    organisation = services.organisation
    own = services.directory.zone_of(form.scope.person) if form.scope.person else None
    with services.database.reading() as session:
        theirs = measuring.zone_of(session, organisation, form.scope)
    return Schedule(
        key=key,
        scope=form.scope,
        cadence=form.cadence,
        at=form.at,
        zone=form.zone or own or theirs,
        weekday=form.weekday,
        day=form.day,
        working=working_week(form.scope, organisation) if form.working else None,
        place=_place(services, client, seen, form),
        by=seen.person,
    )


def _place(services: Services, client: WebClient, seen: Sight, form: Filled) -> str:
    if form.channel or form.to == HERE:
        field = CHANNEL if form.channel else TO
        try:
            seen.require_publishing(form.scope)
            return find(client, form.channel or form.origin, seen.person)
        except Refused as refusal:
            raise FormIncomplete({field: str(refusal)}) from refusal
    if form.to == ME:
        return seen.person
    team = services.organisation.team(form.scope.key)
    if team is None or not may_post(client, team.channel):
        raise FormIncomplete({TO: _NOT_IN_TEAM_CHANNEL})
    return team.channel


@listener
def scope_options(
    ack: Ack, payload: dict[str, Any], context: BoltContext, services: Services
) -> None:
    """Whom they may choose, as far as it matches what they type into a long menu."""
    seen = sight(services, str(context.user_id))
    scopes = (Scope(Kind.PERSON, seen.person), *seen.scopes())
    typed = str(payload.get("value", ""))
    found = schedule_forms.scope_options(scopes, services.organisation, seen.person, typed)
    ack(options=found)
