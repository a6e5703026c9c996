"""The shell around every listener: what goes wrong becomes a private reply to who acted.

Slack sends a click, a command or a submission once and shows nothing of an exception, so none may
escape. An event is the opposite: there a failure must escape, so that Slack sends it again.
"""

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt import Respond
from slack_bolt.kwargs_injection.args import Args
from slack_sdk.errors import SlackApiError, SlackClientError

from bot import metrics
from bot.errors import CrosstalkError, DatabaseAway, Refused, Replayed
from bot.ui import modals, replies
from bot.ui.forms import FormIncomplete
from bot.ui.ids import StakeRef
from bot.ui.kit import Message
from bot.usecases import recording

log = structlog.get_logger()

SERVICES = "crosstalk_services"
_AWAY = (
    "The database does not answer just now, so nothing was changed. Please try again in a minute."
)
_BROKEN = "Something went wrong here, and nothing was changed. Please try again; it has been noted."
_NOT_OPENED = "Slack did not open the window just now, and nothing was changed. Please try again."
# What Slack says of a window that is asked for too late, and of trouble of its own.
_SLACKS_OWN = {
    "expired_trigger_id", "exchanged_trigger_id", "ratelimited", "rate_limited", "internal_error",
    "fatal_error", "service_unavailable", "request_timeout",
}  # fmt: skip
# Where an answer is no JSON, the SDK puts a sentence about it in place of a code.
_CODE = re.compile(r"[a-z0-9_]+", re.ASCII)

Listener = Callable[[Args], None]


class NotOpened(CrosstalkError):
    """Slack has opened no window, and the same may work when it is tried again."""


def listener(function: Callable[..., None], *, name: str = "") -> Listener:
    """Turn *function* into a Bolt listener; metrics and log know it by *name*, or its own.

    It is given what its parameters name: anything that Bolt knows, and ``services``.
    """
    names = tuple(inspect.signature(function).parameters)
    known = name or function.__name__
    takes = metrics.LISTENER.labels(listener=known)

    def run(args: Args) -> None:
        try:
            with takes.time():
                function(**{name: _signed_argument(args, name) for name in names})
        except Replayed:
            # Whoever sent it first has had their answer.
            log.warning("replayed", listener=known)
            args.ack()
        except FormIncomplete as incomplete:
            args.ack(response_action="errors", errors=incomplete.errors)
        except Refused as refusal:
            _bring_up_to_date(args)
            _reply(args, str(refusal))
        except DatabaseAway:
            _reply(args, _AWAY, keep_form=True)
        except NotOpened as failure:
            log.warning("window_not_opened", listener=known, why=str(failure))
            _reply(args, _NOT_OPENED)
        except Exception:
            # The person who clicked must hear of it; the log has the rest.
            log.exception("listener_failed", listener=known)
            _reply(args, _BROKEN, keep_form=True)

    # Not functools.wraps: Bolt would look through it and inject by the inner names.
    functools.update_wrapper(run, function, assigned=("__name__", "__doc__", "__module__"))
    del run.__dict__["__wrapped__"]
    run.__name__ = known
    return run


def event_listener(function: Callable[..., None]) -> Listener:
    """Turn *function* into a Bolt listener for events, whose failures Slack is to hear of."""
    names = tuple(inspect.signature(function).parameters)

    def run(args: Args) -> None:
        function(**{name: _argument(args, name) for name in names})

    functools.update_wrapper(run, function, assigned=("__name__", "__doc__", "__module__"))
    del run.__dict__["__wrapped__"]
    return run


def event_failed(error: Exception) -> None:
    """Note that an event failed: Bolt's own note would carry the error's text wherever it is from."""
    log.error("event_failed", exc_info=error)


def _signed_argument(args: Args, name: str) -> Any:
    """As `_argument`, with services that carry out one signed request once."""
    found = _argument(args, name)
    if name != "services":
        return found
    # Over a socket of our own nothing is signed, and nobody else can send anything.
    signed = args.request.headers.get("x-slack-signature") or [""]
    return found.once(str(signed[0]))


def afterwards(args: Args, errand: Callable[[], None]) -> None:
    """Run *errand* once Slack has its answer, which must not wait for Slack itself.

    It sees to its own failures: nobody is left who could be told of them.
    """
    args.context[SERVICES].afterwards(str(args.context.get("user_id") or ""), errand)


def show_later(args: Args, show: Callable[[], None], **about: Any) -> None:
    """Show what an act has changed, once Slack has its answer; the log knows it by *about*.

    By now it is done, whether or not it can be shown: nobody must be told that it failed.
    """

    def run() -> None:
        try:
            show()
        except (SlackClientError, OSError, CrosstalkError):
            log.warning("not_shown_again", exc_info=True, **about)

    afterwards(args, run)


def _argument(args: Args, name: str) -> Any:
    if name == "args":
        return args
    return args.context[SERVICES] if name == "services" else getattr(args, name)


def _bring_up_to_date(args: Args) -> None:
    """Show the card anew that offered what it no longer should; an old one may have been pressed."""
    services = args.context[SERVICES]
    try:
        ref = StakeRef.unpack((args.action or {}).get("value"))
        with services.database.transaction() as session:
            recording.bring_up_to_date(session, services.organisation, ref.case, now=services.now())
    except CrosstalkError:
        # The refusal itself is what matters; it has no card, or the card will follow later.
        return


def _reply(args: Args, text: str, *, keep_form: bool = False) -> None:
    """Tell the person who acted, where they are looking, and nobody else.

    With *keep_form* what they have filled in stays, to be sent again.
    """
    try:
        if keep_form and (field := _last_field(args.body)):
            args.ack(response_action="errors", errors={field: text})
        else:
            _say_privately(args, text)
    except (SlackClientError, OSError, NotOpened):
        log.warning("private_reply_failed", exc_info=True)


def _last_field(body: dict[str, Any]) -> str:
    if body.get("type") != "view_submission":
        return ""
    blocks = (body.get("view") or {}).get("blocks") or []
    fields = [str(block.get("block_id")) for block in blocks if block.get("type") == "input"]
    return fields[-1] if fields else ""


def _say_privately(args: Args, text: str) -> None:
    kind = args.body.get("type", "command")
    if kind == "view_submission":
        args.ack(response_action="update", view=modals.notice(text))
    elif kind == "block_suggestion":
        args.ack(options=[])
    elif kind == "command":
        said = replies.private(text)
        args.ack(text=said.text, blocks=said.blocks, response_type="ephemeral")
    elif args.body.get("response_url"):
        args.ack()
        afterwards(args, lambda: _respond_if_possible(args, text))
    else:
        args.ack()
        open_view(args, modals.notice(text))


def _respond_if_possible(args: Args, text: str) -> None:
    try:
        respond_privately(args.respond, replies.private(text))
    except (SlackClientError, OSError):
        log.warning("private_reply_failed", exc_info=True)


def respond_privately(respond: Respond, message: Message) -> None:
    """Show *message* to the person who acted, below what they acted on."""
    _respond(respond, message, replace=False)


def replace_privately(respond: Respond, message: Message) -> None:
    """Show *message* in place of the private one that somebody acted on."""
    _respond(respond, message, replace=True)


def _respond(respond: Respond, message: Message, *, replace: bool) -> None:
    respond(
        text=message.text,
        blocks=message.blocks,
        response_type="ephemeral",
        replace_original=replace,
    )


def open_view(args: Args, view: dict[str, Any]) -> None:
    """Open *view*, on top of the modal that the click came from if there is one.

    Raises:
        NotOpened: Slack did not answer, had trouble of its own, or was asked too late.
    """
    container = args.body.get("view") or {}
    show = args.client.views_push if container.get("type") == "modal" else args.client.views_open
    try:
        show(trigger_id=args.body["trigger_id"], view=view)
    except OSError as error:
        raise NotOpened(type(error).__name__) from error
    except SlackApiError as error:
        code = str(error.response.get("error", ""))
        if code in _SLACKS_OWN:
            raise NotOpened(code) from error
        if not _CODE.fullmatch(code):
            raise NotOpened("no answer of Slack's") from error
        raise
