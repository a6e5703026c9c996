"""Digests that come by themselves: their list, and the buttons in it."""

from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_bolt.kwargs_injection.args import Args

from bot.errors import Refused
from bot.services import Services
from bot.ui import schedules as schedules_ui
from bot.ui.ids import ScheduleRef
from bot.ui.kit import Message
from bot.ui.preview import Preview
from bot.usecases import scheduling
from bot.usecases.scheduling import Listed
from handlers.homes import is_home, show_home_again
from handlers.listener import listener, replace_privately, show_later
from handlers.numbers import shown
from handlers.surfaces import tell_aside
from handlers.visibility import Sight, managed, sight

Action = dict[str, Any]


def listed(services: Services, seen: Sight, page: int = 0, note: str = "") -> Message:
    """The scheduled digests that they may manage."""
    found = managed(services, seen)
    return schedules_ui.listing(
        found, services.organisation, viewer=seen.person, page=page, note=note
    )


@dataclass(frozen=True, slots=True)
class _Pressed:
    """A button beside one schedule, pressed by somebody who may manage it."""

    ref: ScheduleRef
    seen: Sight
    listed: Listed


def _pressed(services: Services, action: Action, person: str) -> _Pressed:
    ref = ScheduleRef.unpack(action.get("value"))
    seen = sight(services, person)
    with services.database.reading() as session:
        found = scheduling.find(session, services.organisation, ref.key, now=services.now())
    if found is None:
        raise Refused("Somebody has deleted this digest already.")
    if not seen.manages(found.schedule):
        raise Refused("This digest belongs to others; who gets it, or a manager, can change it.")
    return _Pressed(ref, seen, found)


@listener
def pause(ack: Ack, action: Action, context: BoltContext, services: Services, args: Args) -> None:
    """Nothing comes of it until somebody resumes it."""
    pressed = _pressed(services, action, str(context.user_id))
    org, key = services.organisation, pressed.ref.key
    with services.database.transaction() as session:
        scheduling.pause(session, org, key, by=pressed.seen.person, now=services.now())
    ack()
    _show_again(args, services, pressed)


@listener
def resume(ack: Ack, action: Action, context: BoltContext, services: Services, args: Args) -> None:
    """It comes again, from its next time on."""
    pressed = _pressed(services, action, str(context.user_id))
    with services.database.transaction() as session:
        scheduling.resume(session, services.organisation, pressed.ref.key, now=services.now())
    ack()
    _show_again(args, services, pressed)


@listener
def delete(ack: Ack, action: Action, context: BoltContext, services: Services, args: Args) -> None:
    """It is forgotten."""
    pressed = _pressed(services, action, str(context.user_id))
    with services.database.transaction() as session:
        scheduling.delete(session, services.organisation, pressed.ref.key)
    ack()
    gone = schedules_ui.deleted(pressed.listed, services.organisation, pressed.seen.person)
    _show_again(args, services, pressed, gone)


@listener
def preview(ack: Ack, action: Action, context: BoltContext, services: Services, args: Args) -> None:
    """What the latest one told; of one that has told nothing yet, what it would have."""
    pressed = _pressed(services, action, str(context.user_id))
    wanted = pressed.listed.schedule
    with services.database.reading() as session:
        period = scheduling.told_last(session, wanted, now=services.now())
    if period is None:
        raise Refused("It has had no time to come yet, so there is nothing to preview.")
    brief = scheduling.is_brief(wanted, services.organisation)
    how = Preview.THREADED if brief else Preview.WHOLE
    told = shown(services, pressed.seen, wanted.scope, period, preview=how)
    tell_aside(args, told)
    ack()


@listener
def schedules_turned(
    ack: Ack, action: Action, context: BoltContext, services: Services, args: Args
) -> None:
    """Earlier or later: another page of the list."""
    ref = ScheduleRef.unpack(action.get("value"))
    seen = sight(services, str(context.user_id))
    replace_privately(args.respond, listed(services, seen, ref.page))
    ack()


def _show_again(args: Args, services: Services, pressed: _Pressed, note: str = "") -> None:
    """Show the list as it is now; the act is done, whether or not that can be shown."""
    if is_home(args):
        show_home_again(args, services)
        return

    def show() -> None:
        message = listed(services, pressed.seen, pressed.ref.page, note)
        replace_privately(args.respond, message)

    show_later(args, show, schedule=pressed.ref.key)
