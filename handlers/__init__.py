"""Inbound: what Slack sends, and the one function that answers each of them."""

from collections.abc import Callable
from typing import Any

from slack_bolt import App

from bot.services import Services
from bot.ui import ids
from handlers import actions, commands, events, home, shortcuts, submissions
from handlers.listener import SERVICES, event_failed


def register(app: App, services: Services) -> None:
    """Have *app* answer with *services*."""

    def attach(context: dict[str, Any], next: Callable[[], None]) -> None:  # noqa: A002 — Bolt's name
        context[SERVICES] = services
        next()

    app.use(attach)
    app.error(event_failed)
    for command, answer in (
        ("/comment", commands.comment),
        ("/digest", commands.digest),
        ("/crosstalk", commands.crosstalk),
    ):
        app.command(command)(answer)
    for action, answer in (
        (ids.CLAIM, actions.claim),
        (ids.RELEASE, actions.release),
        (ids.REOPEN, actions.reopen),
        (ids.RESOLVE, actions.ask_outcome),
        (ids.HANDOFF, actions.ask_hand_off),
        (ids.DECLINE, actions.ask_decline),
        (ids.INVITE, actions.ask_invite),
        (ids.ROUTE, actions.ask_route),
        (ids.DISMISS, actions.ask_dismiss),
        (ids.TIMELINE, actions.timeline),
        (ids.MORE, actions.more),
        (ids.OPEN, actions.open_case),
        (ids.DIGEST_POST, actions.post_digest),
    ):
        app.action(action)(answer)
    for form, answer in (
        (ids.RESOLVE_FORM, submissions.resolve),
        (ids.HANDOFF_FORM, submissions.hand_off),
        (ids.DECLINE_FORM, submissions.decline),
        (ids.INVITE_FORM, submissions.invite),
        (ids.ROUTE_FORM, submissions.route),
        (ids.DISMISS_FORM, submissions.dismiss),
        (ids.RECORD_FORM, submissions.record),
    ):
        app.view(form)(answer)
    app.options(ids.TEAM_OPTIONS)(submissions.team_options)
    app.shortcut(ids.FIND_OWNERS)(shortcuts.find_owners)
    app.event("app_home_opened")(home.opened)
    app.event("member_joined_channel")(events.joined)
    app.event("member_left_channel")(events.left)
    app.event("message")(events.heard)
