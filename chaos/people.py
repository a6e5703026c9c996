"""People who press what they see on the cards, two of them often at the same instant."""

import http.client
import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import BoltRequest

from bot.demo.probe import LOCAL
from bot.ui import ids
from chaos.history import History, Pressed, Replay
from chaos.places import SIGNING_SECRET, WORDS, channel_of, people_of
from chaos.slack import ChaosSlack
from tests.fakes.requests import Incoming, raw
from tests.fakes.workspace import Message, View

_TIMEOUT_SECONDS = 5
_NEWEST = 12
_KEPT = 30
# How often somebody plays again what they have recorded, for each time that people press something.
_REPLAYED = 0.15
_FORMS = {
    ids.RESOLVE: ids.RESOLVE_FORM,
    ids.HANDOFF: ids.HANDOFF_FORM,
    ids.DECLINE: ids.DECLINE_FORM,
}
_WANTED = {
    ids.CLAIM: 8,
    ids.RELEASE: 3,
    ids.RESOLVE: 3,
    ids.HANDOFF: 2,
    ids.DECLINE: 1,
    ids.REOPEN: 2,
}

Ask = Callable[[Incoming], BoltRequest]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A button that somebody is going to press."""

    card: Message
    action: str
    case: int
    team: str
    person: str
    value: str


@dataclass(slots=True)
class Crowd:
    """Two people of every team; no other crowd has the same people."""

    number: int
    slack: ChaosSlack
    webs: Sequence[str]
    history: History
    dice: random.Random
    pause: float
    _incoming: Incoming = field(init=False)
    _recorded: deque[tuple[BoltRequest, Pressed]] = field(
        default_factory=lambda: deque(maxlen=_KEPT)
    )

    def __post_init__(self) -> None:
        self._incoming = Incoming(self.slack, SIGNING_SECRET)

    def run(self, stop: threading.Event) -> None:
        """Press buttons until *stop*."""
        while not stop.wait(self.dice.expovariate(1 / self.pause)):
            chosen = self._choose()
            if chosen is None:
                continue
            both = people_of(chosen.team, self.number)
            rivals = both if chosen.action == ids.CLAIM and self.dice.random() < 0.5 else both[:1]
            threads = [
                threading.Thread(target=self._press, args=(chosen, person), daemon=True)
                for person in rivals
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if self._recorded and self.dice.random() < _REPLAYED:
                self._replay(*self.dice.choice(self._recorded))

    def _replay(self, request: BoltRequest, pressed: Pressed) -> None:
        began = time.time()
        self._post(request)
        self.history.add(Replay(of=pressed, began=began, ended=time.time()))

    def _choose(self) -> Chosen | None:
        word = self.dice.choice(WORDS)
        with self.slack.still():
            cards = [m for m in self.slack.cards(channel_of(word)) if _buttons(m)][-_NEWEST:]
            if not cards:
                return None
            card = self.dice.choice(cards)
            buttons = _buttons(card)
            action = self.dice.choices(buttons, [_WANTED[name] for name in buttons])[0]
            # A digest has a button of each kind for every case that it lists.
            value = str(card.buttons[action]["value"])
        ref = ids.StakeRef.unpack(value)
        return Chosen(card, action, ref.case, ref.team, people_of(word, self.number)[0], value)

    def _press(self, chosen: Chosen, person: str) -> None:
        clicked = self._send(
            chosen,
            person,
            lambda i: i.click(chosen.card, chosen.action, by=person, value=chosen.value),
        )
        if chosen.action in _FORMS and clicked and (form := self._form(chosen, person)):
            values = self._filled(chosen)
            self._send(chosen, person, lambda i: i.submit(form, values, by=person), " form")

    def _form(self, chosen: Chosen, person: str) -> View | None:
        """The window that this press has opened, among those that earlier ones open late."""
        asked = (_FORMS[chosen.action], chosen.value)
        with self.slack.still():
            opened = self.slack.workspace.stacks.pop(person, [])
            shown = [self.slack.workspace.views[key] for key in opened]
        fit = [view for view in shown if _asks(view) == asked]
        return fit[-1] if fit else None

    def _filled(self, chosen: Chosen) -> dict[str, Any]:
        if chosen.action == ids.RESOLVE:
            return {"outcome": "fixed", "note": "sent a new one"}
        if chosen.action == ids.HANDOFF:
            others = [word for word in WORDS if word != chosen.team]
            return {"team": self.dice.choice(others), "reason": "theirs"}
        return {"reason": "not about us"}

    def _send(self, chosen: Chosen, person: str, ask: Ask, what: str = "") -> bool:
        began = time.time()
        with self.slack.still():
            try:
                request = ask(self._incoming)
            except AssertionError:
                # The card, or the form's choices, have changed since they were looked at.
                return False
        status, said = self._post(request)
        pressed = Pressed(
            person=person,
            action=chosen.action + what,
            case=chosen.case,
            team=chosen.team,
            began=began,
            ended=time.time(),
            status=status,
            said=said,
        )
        self.history.add(pressed)
        self._recorded.append((request, pressed))
        return status == 200

    def _post(self, request: BoltRequest) -> tuple[int, bool]:
        headers, body = raw(request)
        url = f"{self.dice.choice(self.webs)}/slack/events"
        asked = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - our own
        try:
            with LOCAL.open(asked, timeout=_TIMEOUT_SECONDS) as response:
                answer = response.read()
                return int(response.status), _says_something(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, False
        except (OSError, http.client.HTTPException):
            return 0, False


def _buttons(card: Message) -> list[str]:
    return sorted(name for name in card.buttons if name in _WANTED)


def _asks(view: View) -> tuple[object, object]:
    """What a window asks, and of which stake."""
    return view.payload.get("callback_id"), view.payload.get("private_metadata")


def _says_something(answer: bytes) -> bool:
    """Whether an answer shows the person words: an error in the form, or another window."""
    try:
        told = json.loads(answer or b"{}")
    except ValueError:
        return False
    return bool(told) and told.get("response_action") != "clear"
