"""Customers of a brand whose rules are a year old, and people who put right what these miss."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import organisation
from bot.domain.comment import Comment, fold
from bot.domain.routing import route
from bot.domain.suggesting import advised
from bot.ui import ids
from bot.ui.ids import StakeRef
from bot.usecases.advising import Learned
from tests.end_to_end.stage import Stage
from tests.fakes.workspace import Message
from tests.waiting import eventually

ORGANISATION = Path(__file__).with_suffix(".toml")
CHANNELS = {"service": "C0SERVICEUK", "product": "C0PRODUCTMOBILE", "marketing": "C0MARKETINGUK"}
TRIAGE = "C0TRIAGE"
HELEN, OLIVIA, TOM, PRIYA = "U0MANAGER", "U0OLIVIA", "U0TOM", "U0PRIYA"
# Slack takes a message a second in a channel, and every comment may have a card in triage.
SHOWN_SECONDS, LEARNED_SECONDS = 150.0, 90.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An invented comment, and the departments that it really concerns."""

    text: str
    language: str
    concerns: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What people see of where it went.

    Attributes:
        asked: the teams that have it, ``offered`` those that triage has a ready button for.
        card: of triage; None where it was not asked.
    """

    said: Said
    asked: frozenset[str]
    offered: frozenset[str]
    card: Message | None = None

    @property
    def teams(self) -> frozenset[str]:
        """Everybody that it reaches, or would with one click."""
        return self.asked | self.offered

    @property
    def right(self) -> bool:
        """Whether it reaches exactly those whom it concerns."""
        return self.teams == self.said.concerns

    @property
    def words(self) -> list[str]:
        """The words that triage is given as reasons."""
        told = [line for line in self.card.words.split("\n") if " — *" in line] if self.card else []
        asked = [line.split(" — ", 1)[1] for line in told if "*Needs" not in line]
        return [word for line in asked for word in re.findall(r"\*([^*]+)\*", line)]


def comments(number: int) -> list[Said]:
    """Thirty comments: the first, or the next."""
    lines = Path(__file__).with_suffix(".jsonl").read_text("utf-8").splitlines()
    return [
        Said(text=each["text"], language=each["lang"], concerns=frozenset(each["for"]))
        for each in map(json.loads, lines)
        if each["round"] == number
    ]


def write(stage: Stage, said: Sequence[Said]) -> list[int]:
    """Everybody writes, each once; the numbers of their cases."""
    return [
        stage.customers.write(
            each.text,
            "reviews",
            language=each.language,
            author={"id": f"author-{fold(each.text)}", "name": f"Customer {place}"},
        )
        for place, each in enumerate(said, start=1)
    ]


def places(stage: Stage, said: Sequence[Said], cases: Sequence[int]) -> list[Placed]:
    """Where each went, as soon as Slack shows all of it."""
    shown(stage)
    cards = {name: _by_case(stage, channel) for name, channel in CHANNELS.items()}
    triage = _by_case(stage, TRIAGE)
    return [
        Placed(
            said=each,
            asked=frozenset(name for name, there in cards.items() if case in there),
            offered=_offered(triage.get(case)),
            card=triage.get(case),
        )
        for each, case in zip(said, cases, strict=True)
    ]


def shown(stage: Stage) -> None:
    """Wait until Slack shows everything that the bot owes it."""
    eventually(lambda: stage.notices("wanted > shown") == 0, "every card", SHOWN_SECONDS)


def _by_case(stage: Stage, channel: str) -> dict[int, Message]:
    found = [(re.match(r"#(\d+)", card.text), card) for card in stage.slack.cards(channel)]
    return {int(match[1]): card for match, card in found if match}


def _offered(card: Message | None) -> frozenset[str]:
    buttons = card.buttons if card else {}
    values = [buttons[take]["value"] for take in ids.TAKES if take in buttons]
    return frozenset(StakeRef.unpack(value).team for value in values)


def untaught(said: Sequence[Said]) -> list[Placed]:
    """Where each would go without any lesson: by the rules, and the words that come with the bot."""
    org = organisation.load(ORGANISATION)
    learned, found = Learned(org, None), []
    for each in said:
        comment = Comment(
            source="reviews",
            external_id="",
            platform="reviews",
            text=each.text,
            language=each.language,
        )
        decision = advised(route(comment, org), comment, org, learned)
        asked = frozenset(key for key, _ in decision.teams)
        offered = frozenset(one.team for one in decision.suggested)
        found.append(Placed(said=each, asked=asked, offered=offered))
    return found


def micro_f1(placed: Sequence[Placed]) -> float:
    """Twice the teams rightly reached, among all that were reached and all that are concerned."""
    right = sum(len(each.teams & each.said.concerns) for each in placed)
    return 2 * right / sum(len(each.teams) + len(each.said.concerns) for each in placed)


def exact(placed: Sequence[Placed]) -> float:
    """The share that reaches exactly those whom it concerns."""
    return sum(each.right for each in placed) / len(placed)


class People:
    """They click, and nothing else, to put ten of the first thirty right."""

    def __init__(self, stage: Stage, cases: Sequence[int]) -> None:
        self._slack, self._cases = stage.slack, cases

    def correct(self) -> int:
        """All ten; the case of the last."""
        acts: list[tuple[Callable[..., None], int, tuple[str, ...]]] = [
            (self._choose, 1, ("product",)),
            (self._choose, 4, ("service",)),
            (self._choose_one_too_many, 5, ("service", "marketing")),
            (self._take, 7, ("marketing",)),
            (self._choose_and_hand_off, 8, ("product", "marketing")),
            (self._choose, 12, ("product",)),
            (self._choose, 14, ("service",)),
            (self._choose, 17, ("product",)),
            (self._choose, 19, ("marketing",)),
            (self._invite, 10, ("service", "product")),
        ]
        for act, place, teams in acts:
            act(self._cases[place - 1], *teams)
        return self._cases[acts[-1][1] - 1]

    def _choose(self, case: int, *teams: str) -> None:
        self._slack.click(HELEN, self._slack.card(TRIAGE, case), ids.ROUTE)
        window = self._slack.window(f"Teams for #{case}")
        assert self._slack.submit(HELEN, window, teams=list(teams), note="")["stack"] == []
        for team in teams:
            self._slack.card(CHANNELS[team], case)

    def _choose_one_too_many(self, case: int, right: str, wrong: str) -> None:
        self._choose(case, right, wrong)
        self._slack.click(TOM, self._slack.card(CHANNELS[wrong], case), ids.DECLINE)
        window = self._slack.window(f"Not ours: #{case}")
        assert self._slack.submit(TOM, window, reason="It is about a locker")["stack"] == []
        self._slack.card(CHANNELS[right], case, "said it is not theirs")

    def _choose_and_hand_off(self, case: int, wrong: str, right: str) -> None:
        self._choose(case, wrong)
        self._slack.click(PRIYA, self._slack.card(CHANNELS[wrong], case), ids.HANDOFF)
        window = self._slack.window(f"Hand off #{case}")
        told = self._slack.submit(PRIYA, window, team=right, reason="About the film")
        assert told["stack"] == []
        self._slack.card(CHANNELS[right], case, "handed it to you")

    def _take(self, case: int, team: str) -> None:
        card = self._slack.card(TRIAGE, case)
        buttons = [take for take in ids.TAKES if take in card.buttons]
        (take,) = [b for b in buttons if StakeRef.unpack(card.buttons[b]["value"]).team == team]
        self._slack.click(HELEN, card, take)
        self._slack.card(CHANNELS[team], case)

    def _invite(self, case: int, asking: str, team: str) -> None:
        card = self._slack.card(CHANNELS[asking], case)
        self._slack.click(OLIVIA, card, ids.MORE, option=f"invite|{case}:{asking}")
        window = self._slack.window(f"Invite to #{case}")
        told = self._slack.submit(OLIVIA, window, team=team, note="It is the hinge")
        assert told["stack"] == []
        self._slack.card(CHANNELS[team], case, "invited you")


def learned(stage: Stage, last: int, about: str) -> None:
    """Wait until whoever asks where *about* would go is told of what the case *last* has taught."""

    def look() -> bool:
        stage.slack.command(HELEN, "C0GENERAL", f"/crosstalk route {about}")
        told = stage.slack.private("C0GENERAL", HELEN, "This would go to")
        return f"#{last}" in told.words

    eventually(look, f"a lesson of #{last}", LEARNED_SECONDS)
