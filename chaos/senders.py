"""Senders of comments: they post, edit, delete and repeat, and try again until they are heard."""

import http.client
import itertools
import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from string import ascii_lowercase
from typing import Any

from bot.demo.probe import LOCAL
from bot.intake.connector import sign
from chaos.history import History, Told
from chaos.places import SECRET, SOURCE, WORDS

_TIMEOUT_SECONDS = 5
_BETWEEN_TRIES = 0.3
_ACTS = (
    "create", "create at once", "edit", "delete", "repeat", "repeat at once", "delete first",
)  # fmt: skip
_WEIGHTS = (40, 12, 20, 6, 8, 6, 3)
_ODD = ("", "", "", " 你好", " <!channel>", " \u202eesrever", " 👩‍👩‍👧", " = 1+1", " &amp;")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One body, and the id that it is delivered by."""

    id: str
    kind: str
    comment: str
    at: str
    body: bytes


@dataclass(slots=True)
class Sender:
    """One program that knows of comments; what it says is true in the order of its own clock.

    Attributes:
        pause: the mean time between two things that it does, in seconds.
        crowded: whether so much is owed already that it does nothing for the moment.
    """

    name: str
    webs: Sequence[str]
    history: History
    dice: random.Random
    pause: float
    crowded: Callable[[], bool]
    made: list[Delivery] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def run(self, stop: threading.Event, give_up: threading.Event) -> None:
        """Send until *stop*; nobody gives up on what was begun before *give_up*."""
        while not stop.wait(self.dice.expovariate(1 / self.pause)):
            if self.crowded():
                continue
            for together in self._next():
                threads = [
                    threading.Thread(target=self._deliver, args=(one, give_up), daemon=True)
                    for one in together
                ]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()

    def tell(self, word: str, within: float) -> None:
        """Send a comment that is for the team of *word*, for at most so many seconds."""
        give_up = threading.Event()
        patience = threading.Timer(within, give_up.set)
        patience.start()
        self._deliver(self._new("created", self._fresh(), [word]), give_up)
        patience.cancel()

    def _next(self) -> list[list[Delivery]]:
        """What to send now: deliveries one after the other, some of them several at once."""
        act = self.dice.choices(_ACTS, _WEIGHTS)[0] if self.made else "create"
        if act == "create":
            return [[self._new("created", self._fresh())]]
        if act == "create at once":
            # Nobody has heard of it, under either of its numbers.
            new = self._new("created", self._fresh())
            return [[new, new, self._again(new)]]
        if act == "delete first":
            comment = self._fresh()
            return [[self._new("deleted", comment)], [self._new("created", comment)]]
        old = self.dice.choice(self.made[-30:])
        if act == "edit":
            return [[self._new("updated", old.comment)]]
        if act == "delete":
            return [[self._new("deleted", old.comment)]]
        if act == "repeat":
            return [[old]]
        return [[old, old, self._again(old)]]

    def _fresh(self) -> str:
        return f"{self.name}-{next(self._numbers)}"

    def _new(self, kind: str, comment: str, words: Sequence[str] = ()) -> Delivery:
        at = datetime.now(UTC).isoformat()
        data: dict[str, Any] = {"platform": "shop", "id": comment}
        if kind != "deleted":
            many = self.dice.choices((0, 1, 2, 3), (1, 12, 5, 2))[0]
            words = words or self.dice.sample(WORDS, many)
            odd = self.dice.choice(_ODD)
            # Unlike any other, or many of them would be a wave, and share one case.
            noise = "".join(self.dice.choices(ascii_lowercase, k=60))
            data["text"] = f"{comment} at {at}: {' '.join(words)}{odd} {noise}"
            data["author"] = {"id": f"a-{comment}", "name": f"Customer {comment}"}
        told = {"type": f"comment.{kind}", "timestamp": at, "data": data}
        delivery = self._numbered(kind, comment, at, json.dumps(told).encode())
        self.made.append(delivery)
        return delivery

    def _again(self, old: Delivery) -> Delivery:
        return self._numbered(old.kind, old.comment, old.at, old.body)

    def _numbered(self, kind: str, comment: str, at: str, body: bytes) -> Delivery:
        return Delivery(f"{self.name}-d{next(self._numbers)}", kind, comment, at, body)

    def _deliver(self, delivery: Delivery, give_up: threading.Event) -> None:
        began = time.time()
        status, case, tries = 0, None, 0
        while not (200 <= status < 500) and not give_up.is_set():
            if tries:
                give_up.wait(_BETWEEN_TRIES)
            tries += 1
            status, case = self._post(delivery, self.webs[tries % len(self.webs)])
        self.history.add(
            Told(
                external_id=delivery.comment,
                kind=delivery.kind,
                at=delivery.at,
                delivery=delivery.id,
                began=began,
                ended=time.time(),
                status=status,
                case=case,
                tries=tries,
            )
        )

    def _post(self, delivery: Delivery, web: str) -> tuple[int, int | None]:
        headers = sign(SECRET, delivery.id, int(time.time()), delivery.body)
        request = urllib.request.Request(  # noqa: S310 - the address is our own, and always http
            f"{web}/intake/webhook/{SOURCE}",
            data=delivery.body,
            headers={**headers, "content-type": "application/json"},
        )
        try:
            with LOCAL.open(request, timeout=_TIMEOUT_SECONDS) as response:
                return int(response.status), json.load(response)["case"]
        except urllib.error.HTTPError as error:
            with error:
                return error.code, None
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None
