"""local-slack as its people see and use it: over its control address, and as its page does."""

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import websocket

from bot.demo.probe import LOCAL
from tests.fakes.forms import chosen, filled
from tests.fakes.workspace import Message, Payload, View
from tests.waiting import SECONDS, eventually

_MARKER = "crosstalk:"
# local-slack waits for the bot's answer before it gives its own.
_TIMEOUT_SECONDS = 30


class Workspace:
    """A running local-slack. It has one stack of windows, whoever acts."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._page = f"{address.replace('http', 'ws', 1)}/ui"

    def messages(self, channel: str) -> list[Message]:
        """Everything in *channel*, oldest first, private answers included."""
        found = self._ask(f"/_control/messages/{channel}")["messages"]
        return [_message(channel, each) for each in found]

    def cards(self, channel: str) -> list[Message]:
        """What the bot's outbox has posted to *channel*."""
        return [message for message in self.messages(channel) if marker(message)]

    def card(self, channel: str, case: int, *words: str) -> Message:
        """The card of *case* in *channel*, as soon as it says all of *words*."""

        def look() -> Message | None:
            found = [m for m in self.cards(channel) if re.match(rf"#{case}\b", m.text)]
            assert len(found) < 2, f"two cards of #{case} in {channel}"
            return next((m for m in found if all(word in m.words for word in words)), None)

        return eventually(look, f"a card of #{case} in {channel} with {words}")

    def private(self, channel: str, person: str, words: str) -> Message:
        """What the bot told *person* alone in *channel*, as soon as it says *words*."""

        def look() -> Message | None:
            told = [m for m in self.messages(channel) if m.extras.get("ephemeral_to") == person]
            return next((m for m in reversed(told) if words in f"{m.text}\n{m.words}"), None)

        return eventually(look, f"“{words}” for {person} in {channel}")

    def click(
        self,
        person: str,
        message: Message,
        action: str,
        *,
        value: str | None = None,
        option: str | None = None,
    ) -> None:
        """*person* uses a button or menu of *message*; returns when the bot has answered."""
        click = chosen(_named(message.blocks), action, value, option)
        body = {"channel": message.channel, "messageTs": message.ts, "user": person}
        self._ask("/_control/interact", body | {"action": click})

    def command(self, person: str, channel: str, typed: str) -> None:
        """*person* types a command in *channel*; returns when the bot has answered."""
        command, _, text = typed.partition(" ")
        body = {"channel": channel, "user": person, "command": command, "text": text}
        self._ask("/_control/command", body)

    def thread(self, card: Message) -> list[Message]:
        """What stands under *card*, oldest first."""
        return [each for each in self.messages(card.channel) if each.thread_ts == card.ts]

    def told(self, person: str) -> list[Message]:
        """What the bot has written to *person* directly, oldest first."""
        channels = self._ask("/_control/state")["channels"]
        direct = [c["id"] for c in channels if c.get("is_im") and person in c["members"]]
        return [message for channel in direct for message in self.messages(channel)]

    def reply(self, person: str, card: Message, text: str) -> Message:
        """*person* writes under *card*."""
        body = {"channel": card.channel, "user": person, "text": text, "thread_ts": card.ts}
        return _message(card.channel, self._ask("/_control/message", body)["message"])

    def reword(self, message: Message, text: str) -> None:
        """Whoever wrote *message* writes something else in its place."""
        body = {"channel": message.channel, "ts": message.ts, "user": message.user}
        self._ask("/_control/edit-message", {**body, "text": text})

    def take_back(self, message: Message) -> None:
        """Whoever wrote *message* deletes it."""
        body = {"channel": message.channel, "ts": message.ts, "user": message.user}
        self._ask("/_control/delete-message", body)

    def react(self, person: str, message: Message, name: str, *, present: bool = True) -> None:
        """*person* puts an emoji on *message*, or takes theirs away."""
        body = {"channel": message.channel, "ts": message.ts, "user": person, "name": name}
        self._ask("/_control/reaction", {**body, "present": present})

    def home(self, person: str) -> View:
        """*person* opens the app's home tab."""
        with self._as_page() as page:
            page.send({"t": "open_home", "user": person})
            return _view(person, page.read(_home_of(person))["view"])

    def click_home(self, person: str, home: View, action: str, value: str) -> View:
        """*person* uses a button of their home tab; the tab as the bot shows it then."""
        click = chosen(_named(home.blocks), action, value, None)
        with self._as_page() as page:
            page.send(_click(person, click))
            return _view(person, page.read(_home_of(person))["view"])

    def window(self, title: str) -> View:
        """The window on top, as soon as it is called *title*."""

        def look() -> View | None:
            stack = self._snapshot()["modalStack"]
            top = _view("", stack[-1]) if stack else None
            return top if top and top.payload["title"]["text"] == title else None

        return eventually(look, f"a window called {title}")

    def submit(self, person: str, window: View, **fields: Any) -> Payload:
        """*person* fills *window* in and sends it; what the page is told after that.

        ``stack`` are the windows that remain, ``errors`` what is wrong with the fields.
        """
        with self._as_page() as page:
            values = filled(window.blocks, fields)
            page.send({"t": "view_submit", "user": person, "values": values})
            return page.read(lambda told: told["t"] in {"view", "view_errors"})

    def close(self, person: str) -> None:
        """*person* closes whatever window is open."""
        with self._as_page() as page:
            page.send({"t": "view_close", "user": person})
            page.read(lambda told: told["t"] == "view" and not told["stack"])

    def _snapshot(self) -> Payload:
        with self._as_page() as page:
            return page.state

    @contextmanager
    def _as_page(self) -> Iterator["_Page"]:
        with closing(websocket.create_connection(self._page, timeout=SECONDS)) as socket:
            yield _Page(socket)

    def _ask(self, path: str, body: Payload | None = None) -> Payload:
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self.address + path, data, headers)  # noqa: S310
        with LOCAL.open(request, timeout=_TIMEOUT_SECONDS) as response:
            answer: Payload = json.load(response)
        return answer


class _Page:
    """What local-slack's own page does: it is told everything, and says what people do."""

    def __init__(self, socket: websocket.WebSocket) -> None:
        self._socket = socket
        self.state: Payload = self.read(lambda told: told["t"] == "init")["state"]

    def send(self, said: Payload) -> None:
        self._socket.send(json.dumps(said))

    def read(self, wanted: Callable[[Payload], bool]) -> Payload:
        while True:
            told: Payload = json.loads(self._socket.recv())
            if wanted(told):
                return told


def marker(message: Message) -> str:
    """The marker that the outbox put on *message*; "" where it is none of the outbox's."""
    first = str(message.blocks[0].get("block_id", "")) if message.blocks else ""
    return first.removeprefix(_MARKER) if first.startswith(_MARKER) else ""


def _message(channel: str, told: Payload) -> Message:
    return Message(
        channel,
        told["ts"],
        told["user"],
        told.get("text") or "",
        told.get("blocks") or [],
        told.get("thread_ts") or "",
        extras=told,
        reactions={each["name"]: set(each["users"]) for each in told.get("reactions") or []},
    )


def _view(person: str, told: Payload) -> View:
    return View(str(told.get("id", "")), "", person, told)


def _named(blocks: list[Payload]) -> list[Payload]:
    # As the page does it: local-slack itself names no blocks.
    return [{"block_id": f"b{place}", **block} for place, block in enumerate(blocks)]


def _home_of(person: str) -> Callable[[Payload], bool]:
    return lambda told: told["t"] == "home" and told["user"] == person


def _click(person: str, action: Payload) -> Payload:
    # On a home tab there is no message that the button stands in.
    place = {"channel": "", "messageTs": ""}
    return {"t": "block_action", **place, "user": person, "action": action}
