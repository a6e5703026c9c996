"""Everything behind a card's ⋯: what opens a window, and what is done at once.

The same acts come from the menu on the card, from its *More* form and from buttons, so each is
one line of a table here.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_bolt.kwargs_injection.args import Args

from bot.services import Services
from bot.ui import buttons, forms, ids, modals, sharing_modals, wave
from bot.ui.ids import Choice, StakeRef
from bot.ui.presets import snooze_presets
from bot.usecases import owning, sharing, viewing
from bot.usecases.owning import Actor, known_team
from handlers.acting import carry_out, carry_out_on_case, require_side
from handlers.listener import Listener, listener, open_view
from handlers.surfaces import show_again

View = dict[str, Any]
Opener = Callable[[Services, StakeRef, str], View]
Doer = Callable[[Services, StakeRef, str], object]


def _case(services: Services, ref: StakeRef) -> viewing.CaseView:
    with services.database.reading() as session:
        return viewing.case(session, ref.case)


def _more(services: Services, ref: StakeRef, person: str) -> View:
    return buttons.more_form(_case(services, ref).case, ref, person)


def _snooze(services: Services, ref: StakeRef, person: str) -> View:
    del person
    team = known_team(services.organisation, ref.team)
    presets = snooze_presets(services.now(), team.zone, team.hours)
    return sharing_modals.snooze_form(ref, presets)


def _timeline(services: Services, ref: StakeRef, person: str) -> View:
    with services.database.reading() as session:
        view, recorded = viewing.timeline(session, ref.case)
    team = services.organisation.team(ref.team)
    whose = team.zone if team else services.organisation.zone
    zone = services.directory.zone_of(person) or whose
    return modals.timeline(view.case, view.comment, recorded, services.organisation, zone)


def _why(services: Services, ref: StakeRef, person: str) -> View:
    del person
    view = _case(services, ref)
    return sharing_modals.why_window(
        view.case, services.organisation, ref.team, language=view.comment.language
    )


def _wave(services: Services, ref: StakeRef, person: str) -> View:
    del person
    with services.database.reading() as session:
        case = viewing.wave(session, ref.case)
    return wave.window(case, services.organisation, ref.team)


def _fact(services: Services, ref: StakeRef, person: str) -> View:
    del services, person
    return sharing_modals.fact_form(ref)


def _tell(services: Services, ref: StakeRef, person: str) -> View:
    del services, person
    return sharing_modals.tell_form(ref)


OPENERS: dict[str, Opener] = {
    ids.MORE_ACTIONS: _more,
    ids.INVITE: lambda s, ref, _: modals.invite_form(ref, s.organisation.teams, _case(s, ref).case),
    ids.DECLINE: lambda s, ref, _: modals.decline_form(ref, s.organisation.teams),
    ids.ADD_FACT: _fact,
    ids.TELL: _tell,
    ids.LEAD: lambda s, ref, _: sharing_modals.lead_form(_case(s, ref).case, s.organisation, ref),
    ids.PRIORITY: lambda s, ref, _: sharing_modals.priority_form(_case(s, ref).case, ref),
    ids.SNOOZE: _snooze,
    ids.WAIT_TEAM: lambda s, ref, _: sharing_modals.wait_form(
        _case(s, ref).case, s.organisation, ref
    ),
    ids.WHY: _why,
    ids.TIMELINE: _timeline,
    ids.WAVE: _wave,
}
"""What opens a window, by the act's id."""

_MENU = {
    "invite": ids.INVITE,
    "tell": ids.TELL,
    "why": ids.WHY,
    "timeline": ids.TIMELINE,
    "more": ids.MORE_ACTIONS,
}
_OPEN_TO_ALL = {ids.WHY, ids.TIMELINE, ids.WAVE, ids.WATCH, ids.UNWATCH, ids.MORE_ACTIONS}


def _release(services: Services, ref: StakeRef, person: str) -> None:
    team = known_team(services.organisation, ref.team)
    actor = Actor(person, leads=services.directory.leads(person, team))
    with services.database.transaction() as session:
        owning.release(session, services.organisation, *ref, by=actor, now=services.now())


DOERS: dict[str, Doer] = {
    ids.RELEASE: _release,
    ids.RESUME: partial(carry_out, act=sharing.resume),
    ids.WAIT_CUSTOMER: partial(carry_out, act=sharing.wait_for_customer),
    ids.WATCH: partial(carry_out_on_case, act=sharing.watch),
    ids.UNWATCH: partial(carry_out_on_case, act=sharing.unwatch),
}
"""What is done at once, by the act's id."""


def pressed(act: str) -> Listener:
    """The listener of a button that stands for *act*."""

    def run(
        ack: Ack, action: dict[str, Any], context: BoltContext, services: Services, args: Args
    ) -> None:
        ref = StakeRef.unpack(action.get("value"))
        _perform(act, ref, str(context.user_id), services, args)
        ack()

    return listener(run, name=act)


@listener
def chosen(
    ack: Ack, action: dict[str, Any], context: BoltContext, services: Services, args: Args
) -> None:
    """An entry of the ⋯ menu on a card."""
    choice = Choice.unpack((action.get("selected_option") or {}).get("value"))
    _perform(_MENU[choice.act], choice.ref, str(context.user_id), services, args)
    ack()


@listener
def picked(ack: Ack, view: View, context: BoltContext, services: Services) -> None:
    """The *More* form: the next window takes its place, or it is done."""
    form = forms.read_more(view)
    person = str(context.user_id)
    _require(services, form.act, form.ref, person)
    if form.act in OPENERS:
        ack(response_action="update", view=OPENERS[form.act](services, form.ref, person))
        return
    DOERS[form.act](services, form.ref, person)
    ack(response_action="clear")


def _perform(act: str, ref: StakeRef, person: str, services: Services, args: Args) -> None:
    _require(services, act, ref, person)
    if act in OPENERS:
        open_view(args, OPENERS[act](services, ref, person))
    else:
        DOERS[act](services, ref, person)
        show_again(args, services, ref)


def _require(services: Services, act: str, ref: StakeRef, person: str) -> None:
    if act not in _OPEN_TO_ALL:
        require_side(services, ref, person)
