"""A recording fake of Slack's Web API: a real HTTP server on 127.0.0.1, in threads."""

import json
import math
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from tests.fakes import looking
from tests.fakes.faults import Fault, Http429, Plan, accepts
from tests.fakes.http import Answer, Handler, Server, as_answer
from tests.fakes.methods import ALL_SCOPES, METHODS, POSTS, RESPONSE_URL, UPLOAD_URL
from tests.fakes.workspace import (
    BOT_USER,
    Channel,
    Message,
    Payload,
    Person,
    SlackError,
    View,
    Workspace,
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came in, whether it succeeded or not."""

    method: str
    args: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class TooSoon:
    """A post that came within a second of the one before in its channel."""

    channel: str
    after: float


class FakeSlack:
    """A workspace with a bot in it.

    Attributes:
        calls: every request, in the order it came in.
        token: the only bot token that is accepted.
        token_error: set, every call is answered with it (``token_revoked``, ``invalid_auth`` …).
        scopes: what the token may do.
        pace: refuse with 429 what comes within a second of the last post in a channel.
        violations: those posts.
    """

    def __init__(self, now: Callable[[], datetime] | None = None, *, pace: bool = False) -> None:
        self._now = now or (lambda: datetime.now(UTC))
        self.workspace = Workspace(self._now)
        self.calls: list[Call] = []
        self.token = "xoxb-test"
        self.app_token = "xapp-test"
        self.token_error = ""
        self.scopes = set(ALL_SCOPES)
        self.pace = pace
        self.violations: list[TooSoon] = []
        self.released = threading.Event()
        self._plan = Plan()
        self._lock = threading.RLock()
        self._last_post: dict[str, datetime] = {}
        self._port = 0
        self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop answering, and let go of every caller that is kept waiting."""
        self.released.set()
        self._shut()

    @property
    def client_url(self) -> str:
        """The ``base_url`` for a client, and the value of ``SLACK_API_URL``."""
        return f"http://127.0.0.1:{self._port}/api/"

    @property
    def connections(self) -> int:
        """How many were opened since the last time it was away."""
        return self._server.opened

    def response_url(self, channel: str, user: str) -> str:
        """Where an app may answer what *user* did in *channel*."""
        return f"http://127.0.0.1:{self._port}/response/{channel}/{user}"

    def channel(
        self,
        identity: str,
        name: str = "",
        members: Iterable[str] = (),
        *,
        archived: bool = False,
        private: bool = False,
        bot: bool = True,
    ) -> Channel:
        """Add a channel with its people; ``bot=False``: the bot was not invited."""
        people = {*members, BOT_USER} if bot else set(members)
        channel = Channel(identity, name or identity.lower(), people, archived, private)
        with self._lock:
            for person in people - set(self.workspace.people):
                self.user(person)
            self.workspace.channels[identity] = channel
        return channel

    def user(self, identity: str, name: str = "", zone: str = "Europe/London") -> Person:
        """Add a person."""
        person = Person(identity, name or identity.lower(), zone)
        with self._lock:
            self.workspace.people[identity] = person
        return person

    def usergroup(self, identity: str, members: Iterable[str]) -> None:
        """Add a user group, or change who is in it."""
        with self._lock:
            self.workspace.groups[identity] = list(members)

    def trigger(self, user: str) -> str:
        """A trigger id of a click by *user*: good for three seconds and one view."""
        with self._lock:
            return self.workspace.mint_trigger(user)

    def fail(
        self, method: str, fault: Fault, times: int | None = 1, channel: str | None = None
    ) -> None:
        """Let the next *times* calls of *method* fail; None: until `mend`."""
        with self._lock:
            self._plan.add(method, fault, times, channel)

    def mend(self, method: str | None = None) -> None:
        """No more faults, or none of *method*; a revoked token works again."""
        with self._lock:
            self._plan.clear(method)
            self.token_error = self.token_error if method else ""

    def revoke(self, code: str = "token_revoked") -> None:
        """Refuse the token until `mend`."""
        self.token_error = code

    @contextmanager
    def away(self) -> Iterator[None]:
        """Refuse connections while the block runs; the address stays, and nobody else gets it."""
        self._shut()
        with socket.socket() as kept:
            kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            kept.bind(("127.0.0.1", self._port))
            try:
                yield
            finally:
                self._open(kept.dup())

    def called(self, method: str, channel: str | None = None) -> list[Call]:
        """The calls of one method, to one channel if given."""
        with self._lock:
            return [
                call
                for call in self.calls
                if call.method == method and channel in {None, _channel(call.args)}
            ]

    def messages(self, channel: str) -> list[Message]:
        """What stands in a channel (or with a person) now, threads included, oldest first."""
        place = f"D{channel[1:]}" if channel in self.workspace.people else channel
        with self._lock:
            return list(self.workspace.posted.get(place, []))

    def cards(self, channel: str) -> list[Message]:
        """The messages in a channel, outside of threads, that have buttons or menus."""
        found = self.messages(channel)
        return [m for m in found if m.buttons and m.thread_ts in {"", m.ts}]

    def card(self, channel: str) -> Message:
        """The only card of a channel."""
        (card,) = self.cards(channel)
        return card

    def ephemerals(self, user: str) -> list[Message]:
        """What only *user* was shown, oldest first."""
        with self._lock:
            return [message for whom, message in self.workspace.ephemeral if whom == user]

    def modal(self, user: str) -> View:
        """The modal that *user* has on top.

        Raises:
            AssertionError: there is none.
        """
        with self._lock:
            stack = self.workspace.stacks.get(user)
            assert stack, f"no modal is open for {user}"
            return self.workspace.views[stack[-1]]

    def replace(self, user: str, payload: Payload) -> View:
        """What a client does when a submission is answered with another window in its place."""
        view = self.modal(user)
        with self._lock:
            view.payload = looking.checked(self.workspace, {"view": payload}, "modal")
        return view

    def home(self, user: str) -> View:
        """The home tab that was published for *user*.

        Raises:
            AssertionError: there is none.
        """
        with self._lock:
            assert user in self.workspace.homes, f"no home tab was published for {user}"
            return self.workspace.views[self.workspace.homes[user]]

    def answer(self, method: str, token: str, args: dict[str, Any]) -> tuple[Fault | None, Answer]:
        """Record the call, carry it out unless it is to fail, and say what to answer."""
        with self._lock:
            self.calls.append(Call(method, args, self._now()))
            fault = self._plan.take(method, _channel(args))
            if not accepts(fault):
                return fault, as_answer(fault)
            try:
                payload = self._perform(method, token, args)
            except SlackError as error:
                if method == UPLOAD_URL:
                    return None, Answer(404, b"not found")
                payload = {"ok": False, "error": error.code} | error.more
            if "retry_after" in payload:
                return None, as_answer(Http429(payload["retry_after"]))
            header = {"x-oauth-scopes": ",".join(sorted(self.scopes))}
            return fault, as_answer(fault, json.dumps(payload).encode(), header)

    def _perform(self, method: str, token: str, args: dict[str, Any]) -> Payload:
        self._check_token(method, token)
        if method not in METHODS:
            raise SlackError("unknown_method")
        carry_out, scopes = METHODS[method]
        if scopes and not self.scopes & set(scopes.split()):
            raise SlackError("missing_scope", needed=scopes.replace(" ", ","))
        if method in POSTS:
            self._keep_pace(_channel(args))
        answer: Payload = {"ok": True} | carry_out(self.workspace, args)
        if method in POSTS:
            self._last_post[_channel(args)] = _accepted(answer, self._now())
        return answer

    def _check_token(self, method: str, token: str) -> None:
        if method in {RESPONSE_URL, UPLOAD_URL}:
            return
        expected = self.app_token if method == "apps.connections.open" else self.token
        if not token:
            raise SlackError("not_authed")
        if self.token_error or token != expected:
            raise SlackError(self.token_error or "invalid_auth")

    def _keep_pace(self, channel: str) -> None:
        if not self.pace or channel not in self._last_post:
            return
        gone = (self._now() - self._last_post[channel]).total_seconds()
        if gone < 1:
            self.violations.append(TooSoon(channel, gone))
            raise SlackError("ratelimited", retry_after=math.ceil(1 - gone))

    def _open(self, address: socket.socket | None = None) -> None:
        handler = type("BoundHandler", (Handler,), {"slack": self})
        self._server = Server(("127.0.0.1", self._port), handler, address)
        self._port = int(self._server.server_address[1])
        self.workspace.address = f"http://127.0.0.1:{self._port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.005,), name="fake-slack", daemon=True
        )
        self._thread.start()

    def _shut(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _accepted(answer: Payload, now: datetime) -> datetime:
    """The moment that a post's ``ts`` tells, from which its second counts.

    While a test's clock stands still, each ``ts`` is a little ahead of the one before, and of it.
    """
    told = float(answer.get("ts", "inf"))
    return now if told > now.timestamp() else datetime.fromtimestamp(told, UTC)


def _channel(args: dict[str, Any]) -> str:
    return str(args.get("channel") or args.get("channel_id") or "")
