"""Inbound: what Slack sends, and the one function that answers each of them."""

from collections.abc import Callable

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware

from bot.services import Services
from bot.ui import ids
from handlers import (
    actions,
    commands,
    crosstalk,
    digests,
    events,
    home,
    more,
    reactions,
    routing,
    schedule_form,
    schedules,
    sharing,
    shortcuts,
    submissions,
    threads,
    triage,
)
from handlers.listener import SERVICES, Listener, event_failed

Answers = tuple[tuple[str, Listener], ...]

COMMANDS: Answers = (
    ("/comment", commands.comment),
    ("/digest", digests.digest),
    ("/crosstalk", crosstalk.crosstalk),
)
ACTIONS: Answers = (
    (ids.CLAIM, actions.claim),
    (ids.REOPEN, actions.reopen),
    (ids.RESOLVE, actions.ask_outcome),
    (ids.HANDOFF, actions.ask_hand_off),
    (ids.ROUTE, actions.ask_route),
    (ids.DISMISS, actions.ask_dismiss),
    *((button, triage.take) for button in ids.TAKES),
    (ids.REFUSE, triage.refuse),
    (ids.ANSWER, actions.answered),
    (ids.MORE, more.chosen),
    (ids.STILL_YES, sharing.still_on_it),
    (ids.ESC_ACK, sharing.acknowledge),
    (ids.ESC_SNOOZE, sharing.snooze_escalation),
    (ids.SAY_WHY, more.pressed(ids.DECLINE)),
    *((control, home.narrowed) for control in ids.HOME_FILTERS),
    *((control, home.home_turned) for control in ids.HOME_PAGES),
    *((act, more.pressed(act)) for act in (*more.OPENERS, *more.DOERS)),
    (ids.OPEN, actions.open_case),
    (ids.DIGEST_OPEN, actions.open_chosen),
    (ids.ROUTING, routing.ask_routing),
    *routing.ACTS.items(),
    (ids.DIGEST_POST, digests.post),
    (ids.DIGEST_READ, digests.read_on),
    (ids.SCHEDULE_NEW, schedule_form.ask_schedule),
    (ids.SCHEDULE_PAUSE, schedules.pause),
    (ids.SCHEDULE_RESUME, schedules.resume),
    (ids.SCHEDULE_PREVIEW, schedules.preview),
    (ids.SCHEDULE_DELETE, schedules.delete),
    *((control, schedules.schedules_turned) for control in ids.SCHEDULE_PAGES),
)
FORMS: Answers = (
    (ids.RESOLVE_FORM, submissions.resolve),
    (ids.HANDOFF_FORM, submissions.hand_off),
    (ids.DECLINE_FORM, submissions.decline),
    (ids.INVITE_FORM, submissions.invite),
    (ids.ROUTE_FORM, submissions.route),
    (ids.DISMISS_FORM, submissions.dismiss),
    (ids.RECORD_FORM, submissions.record),
    (ids.ACTIONS_FORM, more.picked),
    (ids.FACT_FORM, sharing.add_fact),
    (ids.LEAD_FORM, sharing.move_lead),
    (ids.PRIORITY_FORM, sharing.change_priority),
    (ids.SNOOZE_FORM, sharing.snooze),
    (ids.WAIT_FORM, sharing.wait_for_team),
    (ids.TELL_FORM, threads.tell),
    (ids.SCHEDULE_FORM, schedule_form.schedule),
)
OPTIONS: Answers = (
    (ids.TEAM_OPTIONS, submissions.team_options),
    (ids.SCOPE_OPTIONS, schedule_form.scope_options),
)
SHORTCUTS: Answers = (
    (ids.FIND_OWNERS, shortcuts.find_owners),
    (ids.TELL_OTHERS, threads.tell_others),
)
EVENTS: Answers = (
    ("app_home_opened", home.opened),
    ("member_joined_channel", events.joined),
    ("member_left_channel", events.left),
    ("message", threads.heard),
    ("reaction_added", reactions.added),
    ("reaction_removed", reactions.removed),
    ("user_change", events.changed),
    ("subteam_members_changed", events.group_changed),
)


def register(app: App, services: Services) -> None:
    """Have *app* answer with *services*."""
    app.use(_Attach(services))
    app.error(event_failed)
    for table, listen in (
        # Bolt asks one listener after the other whether it is meant, and buttons are pressed most.
        (ACTIONS, app.action),
        (COMMANDS, app.command),
        (FORMS, app.view),
        (OPTIONS, app.options),
        (SHORTCUTS, app.shortcut),
        (EVENTS, app.event),
    ):
        for name, answer in table:
            listen(name)(answer)


class _Attach(Middleware):
    """Gives listeners what they work with."""

    # A class, since Bolt gathers twenty arguments anew for each function that it calls.
    def __init__(self, services: Services) -> None:
        self._services = services

    def process(
        self,
        *,
        req: BoltRequest,
        resp: BoltResponse,
        next: Callable[[], BoltResponse],  # noqa: A002 - Bolt's name
    ) -> BoltResponse:
        """Attach them to the request."""
        del resp
        req.context[SERVICES] = self._services
        return next()
