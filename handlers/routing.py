"""`/crosstalk routing`: what routing has learned, for leads to read and for managers to change."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_bolt.kwargs_injection.args import Args

from bot.errors import Refused
from bot.services import Services
from bot.ui import ids, routing as routing_ui
from bot.ui.ids import StakeRef
from bot.ui.kit import Message
from bot.ui.routing import Look
from bot.usecases import overviewing, proposing, teaching
from bot.usecases.hinting import Session
from handlers.listener import (
    Listener,
    listener,
    replace_privately,
    respond_privately,
    show_later,
)
from handlers.visibility import ask_a_manager

Action = dict[str, Any]
Act = Callable[[Session, Services, str, object], dict[str, Any]]
"""What a button does, with its value; what it then says, as `Look` has it."""

_WEEK = timedelta(days=7)
_READERS = "What routing has learned is for leads and managers to see."
_MANAGERS = "Only managers change what routing has learned."


def learned(services: Services, person: str, **said: Any) -> Message:
    """What *person* is shown; *said* is what has just happened, as `Look` has it.

    Raises:
        Refused: they neither lead a team nor manage.
    """
    _require_reader(services, person)
    org, now = services.organisation, services.now()
    with services.database.reading() as session:
        found = overviewing.overview(session, org, now=now)
        proposals = proposing.open_proposals(session, found.proposals)
    look = Look(
        zone=services.directory.zone_of(person) or org.zone,
        now=now,
        manages=services.directory.is_manager(person),
        **said,
    )
    return routing_ui.learned(found, proposals, look)


@listener
def ask_routing(ack: Ack, context: BoltContext, services: Services, args: Args) -> None:
    """The same, from a message that proposes a rule."""
    message = learned(services, str(context.user_id))
    ack()
    respond_privately(args.respond, message)


def _freeze(session: Session, services: Services, person: str, value: object) -> dict[str, Any]:
    del value
    teaching.freeze(session, by=person, now=services.now())
    return {"note": "Frozen. Routing stays as it is until somebody presses *Unfreeze*."}


def _unfreeze(session: Session, services: Services, person: str, value: object) -> dict[str, Any]:
    del value
    teaching.unfreeze(session, by=person, now=services.now())
    return {"note": "It learns again, within a minute also from what came meanwhile."}


def _back(session: Session, services: Services, person: str, value: object) -> dict[str, Any]:
    del value
    now = services.now()
    if teaching.back_to(session, now - _WEEK, by=person, now=now) is None:
        return {"note": "It is as it was a week ago already, and frozen."}
    return {"note": "It is as it was a week ago, and frozen. *Unfreeze* has it learn again."}


def _drop(session: Session, services: Services, person: str, value: object) -> dict[str, Any]:
    del services
    number = StakeRef.unpack(value).case
    if not teaching.drop(session, number, by=person):
        return {"note": f"#{number} is no lesson already."}
    return {"note": f"#{number} is no lesson any more.", "dropped": number}


def _restore(session: Session, services: Services, person: str, value: object) -> dict[str, Any]:
    del services
    number = StakeRef.unpack(value).case
    teaching.restore(session, number, by=person)
    return {"note": f"#{number} is a lesson again."}


def _not_now(session: Session, services: Services, person: str, value: object) -> dict[str, Any]:
    which, org = ids.unpack_proposal(value), services.organisation
    proposing.not_now(session, org, which, by=person, now=services.now())
    return {"note": "That rule is not proposed again."}


def _acted(act: Act, action: Action, person: str, services: Services) -> dict[str, Any]:
    if not services.directory.is_manager(person):
        raise Refused(f"{_MANAGERS} {ask_a_manager(services)}")
    with services.database.transaction() as session:
        return act(session, services, person, action.get("value"))


def _pressed(name: str, act: Act) -> Listener:
    def pressed(
        ack: Ack, action: Action, context: BoltContext, services: Services, args: Args
    ) -> None:
        person = str(context.user_id)
        said = _acted(act, action, person, services)
        ack()
        _show_again(args, services, person, said)

    return listener(pressed, name=name)


@listener
def set_aside(ack: Ack, action: Action, context: BoltContext, services: Services) -> None:
    """Not now, in a message that proposes a rule; that message follows through the outbox."""
    _acted(_not_now, action, str(context.user_id), services)
    ack()


ACTS: dict[str, Listener] = {
    ids.ROUTING_FREEZE: _pressed(ids.ROUTING_FREEZE, _freeze),
    ids.ROUTING_UNFREEZE: _pressed(ids.ROUTING_UNFREEZE, _unfreeze),
    ids.ROUTING_BACK: _pressed(ids.ROUTING_BACK, _back),
    ids.ROUTING_DROP: _pressed(ids.ROUTING_DROP, _drop),
    ids.ROUTING_RESTORE: _pressed(ids.ROUTING_RESTORE, _restore),
    ids.ROUTING_NOT_NOW: _pressed(ids.ROUTING_NOT_NOW, _not_now),
    ids.PROPOSAL_NOT_NOW: set_aside,
}
"""The buttons that change something."""


def _require_reader(services: Services, person: str) -> None:
    teams = services.organisation.teams
    leads = any(services.directory.leads(person, team) for team in teams)
    if not leads and not services.directory.is_manager(person):
        raise Refused(f"{_READERS} {ask_a_manager(services)}")


def _show_again(args: Args, services: Services, person: str, said: dict[str, Any]) -> None:
    """Show it as it is now; the act is done, whether or not that can be shown."""

    def show() -> None:
        replace_privately(args.respond, learned(services, person, **said))

    show_later(args, show, routing=True)
