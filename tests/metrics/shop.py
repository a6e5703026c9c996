"""A shop to count in by hand: one office in London, whose time is told in minutes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.case import Case
from bot.domain.digest import Period
from bot.domain.measures import Measures, Spread, Times
from bot.domain.organisation import Organisation
from bot.domain.scope import Kind, Scope
from bot.usecases import escalating, owning
from bot.usecases.measuring import measures
from bot.usecases.owning import Actor
from tests.domain.factories import ANNA
from tests.fakes.clock import START
from tests.metrics.journals import history
from tests.metrics.reference import everything
from tests.usecases.office import Office

SERVICE, MOBILE, AUDIO, MARKETING = "service-uk", "product-mobile", "product-audio", "marketing-uk"
REFUND, PHONE_REPAIR = "refund!", "My phone needs a repair"
MINUTE = timedelta(minutes=1)


def minutes(count: float) -> timedelta:
    return count * MINUTE


@dataclass(frozen=True)
class Shop:
    """An office in London, open from 09:00 to 18:00, on a Monday at 10:00; time is told in minutes."""

    office: Office

    def comment(self, text: str = REFUND, **facts: Any) -> int:
        return self.office.take_in(text, region="UK", **facts).number

    def wait(self, count: float) -> None:
        self.office.clock.advance(minutes=count)

    def claim(self, number: int, team: str = SERVICE, by: str = ANNA) -> Case:
        return self.office.act(owning.claim, number, team, by=by)

    def release(self, number: int, team: str = SERVICE, by: str = ANNA) -> Case:
        return self.office.act(owning.release, number, team, by=Actor(by))

    def resolve(self, number: int, team: str = SERVICE, by: str = ANNA) -> Case:
        return self.office.act(owning.resolve, number, team, outcome="fixed", note="", by=by)

    def reopen(self, number: int, team: str = SERVICE, by: str = ANNA) -> Case:
        return self.office.act(owning.reopen, number, team, by=by)

    def hand_off(self, number: int, to: str, team: str = SERVICE, by: str = ANNA) -> Case:
        return self.office.act(owning.hand_off, number, team, to=to, reason="theirs", by=by)

    def decline(self, number: int, instead: str = "", team: str = SERVICE, by: str = ANNA) -> Case:
        act = owning.decline
        return self.office.act(act, number, team, reason="no", instead=instead, by=by)

    def tick(self, number: int) -> None:
        self.office.act(escalating.tick, number)

    def numbers(
        self,
        key: str = "",
        kind: Kind = Kind.TEAM,
        since: float = 0,
        until: float = 60 * 24 * 365,
        today: Organisation | None = None,
    ) -> Measures:
        """What both say of a period, in minutes from the beginning; the organisation without a key."""
        scope = Scope(kind, key) if key else Scope()
        period = Period(since=START + minutes(since), until=START + minutes(until))
        current, now = today or self.office.organisation, self.office.clock.now()
        with self.office.database.reading() as session:
            histories = [history(session, number) for number in self.office.numbers()]
            told = measures(session, current, scope, period, now=now)
        assert told == everything(histories, current, scope, period, now=now)
        return told


def took(*lengths: float, unanswered: int = 0) -> Times:
    """Times of which all was working time: the median and the 90th percentile are given by hand."""
    median, p90 = (minutes(each) for each in lengths[1:])
    each = Spread(median=median, p90=p90)
    return Times(count=int(lengths[0]), clock=each, working=each, unanswered=unanswered)
