"""A fake Slack in bad weather: it fails calls in every way we know of, and writes down each post."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.fakes.faults import (
    AcceptThen500,
    AcceptThenDrop,
    Drop,
    Fault,
    Garbage,
    Http429,
    Http500,
    Timeout,
)
from tests.fakes.http import Answer
from tests.fakes.slack_api import FakeSlack
from tests.fakes.workspace import Message

POST = "chat.postMessage"
# Until then whoever is kept waiting has long given up; the fake's threads must not pile up.
_HUNG_SECONDS = 3.0
# Shorter than what the bot waits before it looks whether a post has worked (`chaos.child`).
_LATEST_ACCEPT = 1.8


@dataclass(frozen=True, slots=True)
class Late:
    """Nobody answers, and *seconds* later the call works all the same."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Slow:
    """The call works after *seconds*, and is answered."""

    seconds: float


Weather = Fault | Late | Slow | None

_FAILED_CODE = b'{"ok": false, "error": "internal_error"}'
_CUT_SHORT = b'{"ok": true, "ts": "17'

_WEATHER: tuple[tuple[str, int, Callable[[Random], Weather]], ...] = (
    ("429", 3, lambda dice: Http429(dice.choice((1, 2)))),
    ("5xx", 2, lambda dice: Http500(dice.choice((500, 502, 503, 504)))),
    ("5xx after accepting", 3, lambda dice: AcceptThen500(dice.choice((500, 502, 503)))),
    ("dropped", 2, lambda _: Drop()),
    ("dropped after accepting", 3, lambda _: AcceptThenDrop()),
    ("hung", 1, lambda _: Timeout()),
    ("hung after accepting", 2, lambda _: Timeout(accepted=True)),
    ("accepted late", 3, lambda dice: Late(dice.uniform(0.2, _LATEST_ACCEPT))),
    ("slow", 3, lambda dice: Slow(dice.uniform(0.1, 0.8))),
    ("not JSON", 1, lambda _: Garbage()),
    ("not JSON after accepting", 2, lambda _: Garbage(accepted=True)),
    ("JSON cut short after accepting", 2, lambda _: Garbage(_CUT_SHORT, accepted=True)),
    ("error code", 2, lambda dice: dice.choice(("internal_error", "service_unavailable"))),
    ("error code after accepting", 2, lambda _: Garbage(_FAILED_CODE, accepted=True)),
)  # fmt: skip


@dataclass(slots=True)
class Post:
    """One call of ``chat.postMessage``.

    Attributes:
        marker: the id of the notice, as the message carries it.
        asked_at: when it came in, in seconds.
        accepted_at: when the message stood in the channel; None when it never did.
        ts: its place there.
        weather: what went wrong, "" for nothing.
        wait: how long Slack then asked to wait, in seconds.
    """

    marker: str
    channel: str
    asked_at: float
    weather: str
    accepted_at: float | None = None
    ts: str = ""
    wait: float = 0.0

    def __str__(self) -> str:
        where = f"in {self.channel} at {self.ts}" if self.ts else f"not in {self.channel}"
        return f"notice {self.marker} posted: {self.weather or 'well'}, stands {where}"


class _Patience(threading.Event):
    """Lets go of those who wait, after a while."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(timeout or _HUNG_SECONDS)


class ChaosSlack(FakeSlack):
    """The fake with weather.

    Attributes:
        faulty: how likely a call fails.
        posts: every post, as it came in.
        deleted: the how often people took the message of a marker away.
        seen: how often each kind of weather was met.
    """

    def __init__(self, dice: Random, faulty: float) -> None:
        super().__init__()
        self.released = _Patience()
        self.faulty = faulty
        self.posts: list[Post] = []
        self.deleted: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self._dice = dice

    @contextmanager
    def still(self) -> Iterator[None]:
        """Nothing changes in the workspace while the block runs."""
        with self._lock:
            yield

    def answer(self, method: str, token: str, args: dict[str, Any]) -> tuple[Fault | None, Answer]:
        """As the fake would, unless the weather is bad."""
        name, weather = self._draw()
        post = self._noted(method, args, name)
        if isinstance(weather, Late | Slow):
            time.sleep(weather.seconds)
        fault = None if isinstance(weather, Late | Slow) else weather
        with self._lock:
            if fault is not None:
                self.fail(method, fault)
            there = self._count(post)
            answered = super().answer(method, token, args)
            if post is not None and self._count(post) > there:
                post.ts = self.workspace.posted[self._place(post.channel)][-1].ts
                post.accepted_at = float(post.ts)
        if post is not None and answered[1].status == 429:
            post.wait = float(answered[1].headers.get("Retry-After", 30))
        return (Timeout(accepted=True), Answer(0)) if isinstance(weather, Late) else answered

    def _draw(self) -> tuple[str, Weather]:
        with self._lock:
            if self._dice.random() >= self.faulty:
                return "", None
            weights = [weight for _, weight, _ in _WEATHER]
            ((name, _, make),) = self._dice.choices(_WEATHER, weights)
            self.seen[name] += 1
            return name, make(self._dice)

    def _noted(self, method: str, args: dict[str, Any], weather: str) -> Post | None:
        if method != POST:
            return None
        post = Post(marker_of(args.get("blocks")), str(args["channel"]), time.time(), weather)
        with self._lock:
            self.posts.append(post)
        return post

    def _count(self, post: Post | None) -> int:
        return len(self.workspace.posted.get(self._place(post.channel), [])) if post else 0

    def _place(self, channel: str) -> str:
        return f"D{channel[1:]}" if channel in self.workspace.people else channel

    def standing(self) -> list[Message]:
        """Everything that stands in any channel."""
        with self._lock:
            return [m for messages in self.workspace.posted.values() for m in messages]

    def take_away(self, message: Message) -> None:
        """Somebody deletes a message."""
        with self._lock:
            place = self.workspace.posted[message.channel]
            if message in place:
                self.deleted[marker_of(message.blocks)] += 1
                place.remove(message)


def marker_of(blocks: Any) -> str:
    """The notice that a message shows, by its marker; "" for none."""
    first = blocks[0] if isinstance(blocks, list) and blocks else {}
    name = str(first.get("block_id", ""))
    return name.removeprefix("crosstalk:") if name.startswith("crosstalk:") else ""
