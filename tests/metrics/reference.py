"""Every number of `docs/metrics.md`, slow and obvious, from nothing but journals and comments.

Read it beside the document: the order is the same. `usual`, `waiting`, `sharing` and `drawing` have
what does not fit in here. With the code that they judge they share what has tests of its own: the
shape of the answers, how a case follows from its events (`apply`), working time (`between`), whose
zone counts (`zone_of`), and which periods one is compared with (`before`, `weeks_before`).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from bot.domain import events as e
from bot.domain.case import State
from bot.domain.digest import Period
from bot.domain.measures import Kept, Measures, Standing, Times
from bot.domain.organisation import Organisation
from bot.domain.scope import Scope
from tests.metrics.journals import History, Round, leading
from tests.metrics.times import Took, times
from tests.metrics.whom import Whom

AN_INSTANT = timedelta(microseconds=1)


class Reference(Whom):
    """All numbers of one scope and period."""

    def measures(self) -> Measures:
        """Everything that is counted."""
        return Measures(
            **self.counts(),
            **self.case_counts(),
            time_to_route=self.time_to_route(),
            time_to_claim=self.time_to_claim(),
            time_to_touch=self.time_to_touch(),
            time_to_resolve=self.time_to_resolve(),
            time_to_settle=self.time_to_settle(),
            handoff_lag=self.handoff_lag(),
            claim_target=self.claim_target(),
            resolve_target=self.resolve_target(),
            standing=self.standing(),
        )

    # What happened in the period

    def counts(self) -> dict[str, int]:
        return {
            "came_in": self._begun(e.StakeOpened),
            "claimed": len(self._first_claims()),
            "resolved": len(self.resolved()),
            "reopened": self._begun(e.StakeReopened),
            "declined": len(self._ended(e.StakeDeclined)),
            "handed_off": len(self._ended(e.StakeHandedOff)),
            "facts": self._facts(),
            "corrections": self._corrections(),
        }

    def case_counts(self) -> dict[str, int]:
        settled = [
            each for each in self.case_rounds() if each.settled and self.within(each.settled)
        ]
        return {
            "received": sum(self._received(each) for each in self.cases()),
            "routed": len(self._routed()),
            "settled": len(settled),
            "joint": sum(len(each.resolvers) >= 2 for each in settled),
            "resolved_cases": sum(len(each.resolvers) >= 1 for each in settled),
        }

    def _received(self, history: History) -> int:
        new = (e.CommentReceived, e.CommentJoined)
        told = [each for each in history.journal if isinstance(each.event, new)]
        return sum(self.within(each.at) for each in told)

    def _begun(self, kind: type) -> int:
        if self.person:
            return 0
        return sum(
            isinstance(each.beginning, kind) and self.within(each.began) for each in self.rounds()
        )

    def _first_claims(self) -> list[Round]:
        return [each for each in self.rounds() if self._counts(each.first(e.StakeClaimed))]

    def _counts(self, recorded: e.Recorded | None) -> bool:
        """Whether it happened in the period, by the person that is asked about, if one is."""
        return recorded is not None and self.within(recorded.at) and self.theirs(recorded)

    def _ended(self, kind: type) -> list[Round]:
        return [
            each
            for each in self.rounds()
            if each.end and isinstance(each.end.event, kind) and self._counts(each.end)
        ]

    def resolved(self) -> list[Round]:
        """The rounds that people finished in the period."""
        return [each for each in self._ended(e.StakeResolved) if each.end and each.end.by]

    def _facts(self) -> int:
        return sum(
            isinstance(each.event, e.FactAdded)
            and self.of_team(each.event.team)
            and self._counts(each)
            for history in self.histories
            if self.about(history)
            for each in history.journal
        )

    def _corrections(self) -> int:
        declined = [each for each in self._ended(e.StakeDeclined) if each.end and each.end.by]
        elsewhere = [each for each in self._ended(e.StakeHandedOff) if self._to_another(each)]
        picked = [] if self.person else [each for each in self.rounds() if self._picked(each)]
        return len(declined) + len(elsewhere) + len(picked)

    def _to_another(self, each: Round) -> bool:
        assert each.end is not None
        assert isinstance(each.end.event, e.StakeHandedOff)
        own, other = self.organisation.team(each.team), self.organisation.team(each.end.event.to)
        return own is not None and (other is None or other.department != own.department)

    def _picked(self, each: Round) -> bool:
        return self.within(each.began) and each.because("person", "invitation")

    # How long it took

    def _unanswered(self, those: Iterable[tuple[datetime, Iterable[datetime]]]) -> int:
        """How many began in the period and had come to none of their ends when it ended."""
        if self.person:
            return 0
        return sum(
            self.within(began) and not any(end < self.period.until for end in ends)
            for began, ends in those
        )

    def _times(
        self,
        done: Iterable[Round],
        to: Callable[[Round], e.Recorded | None],
        among: Callable[[Round], bool] = lambda _: True,
    ) -> Times:
        took = [
            Took(each.began, end.at, self.organisation.team(each.team))
            for each in done
            if among(each) and (end := to(each))
        ]
        open_ones = (
            (each.began, [end.at for end in (to(each), each.end) if end])
            for each in self.rounds()
            if among(each)
        )
        return times(took, self._unanswered(open_ones))

    def time_to_claim(self) -> Times:
        return self._times(self._first_claims(), lambda each: each.first(e.StakeClaimed))

    def time_to_touch(self) -> Times:
        touched = [each for each in self.rounds() if self._counts(each.touch())]
        return self._times(touched, Round.touch)

    def time_to_resolve(self) -> Times:
        return self._times(self.resolved(), lambda each: each.end)

    def handoff_lag(self) -> Times:
        return self._times(
            self._first_claims(),
            lambda each: each.first(e.StakeClaimed),
            among=lambda each: each.because("hand-off"),
        )

    def _routed(self) -> list[Took]:
        return [
            Took(each.journal[0].at, end.at, leading(each, self.organisation))
            for each in self.cases()
            if (end := _first(each, e.StakeOpened, e.CaseSettled))
            and isinstance(end.event, e.StakeOpened)
            and self.within(end.at)
        ]

    def time_to_route(self) -> Times:
        unanswered = (
            (each.journal[0].at, [end.at] if end else [])
            for each in self.cases()
            for end in [_first(each, e.StakeOpened, e.CaseSettled)]
        )
        return times(self._routed(), self._unanswered(unanswered))

    def time_to_settle(self) -> Times:
        every = self.case_rounds()
        took = [
            Took(each.began, each.settled, leading(each.history, self.organisation))
            for each in every
            if each.settled and self.within(each.settled)
        ]
        unanswered = ((each.began, [each.settled] if each.settled else []) for each in every)
        return times(took, self._unanswered(unanswered))

    # Promises

    def claim_target(self) -> Kept:
        if self.person:
            return Kept()
        met = sum(each.missed(e.ClaimTargetMissed) is None for each in self._first_claims())
        return Kept(met=met, missed=sum(self._missed_claim(each) for each in self.rounds()))

    def resolve_target(self) -> Kept:
        if self.person:
            return Kept()
        met = sum(each.missed(e.ResolveTargetMissed) is None for each in self.resolved())
        return Kept(met=met, missed=sum(self._missed_resolve(each) for each in self.rounds()))

    def _missed_claim(self, each: Round) -> bool:
        missed = each.missed(e.ClaimTargetMissed)
        if missed is not None:
            return self.within(missed.at)
        stake = each.stake()
        if stake is None or stake.paused or each.first(e.StakeClaimed):
            return False
        return stake.claim_due <= self.now and self.within(stake.claim_due)

    def _missed_resolve(self, each: Round) -> bool:
        missed = each.missed(e.ResolveTargetMissed)
        if missed is not None:
            return self.within(missed.at)
        stake = each.stake()
        if stake is None or stake.paused:
            return False
        return stake.resolve_due <= self.now and self.within(stake.resolve_due)

    # How it stands now

    def standing(self) -> Standing:
        live = [
            (each.began, stake)
            for each in self.rounds()
            if (stake := each.stake()) and self.person in {"", stake.holder}
        ]
        unclaimed = [began for began, stake in live if stake.state is State.OPEN]
        late = [
            (began, stake)
            for began, stake in live
            if stake.resolve_missed or (stake.state is State.OPEN and stake.claim_missed)
        ]
        near = [
            (began, stake)
            for began, stake in live
            if stake.resolve_near or (stake.state is State.OPEN and stake.claim_near)
        ]
        return Standing(
            open=len(live),
            unclaimed=len(unclaimed),
            oldest_unclaimed=min(unclaimed, default=None),
            warned=sum(each not in late for each in near),
            past_target=len(late),
            oldest_past_target=min((began for began, _ in late), default=None),
        )


def _first(history: History, *kinds: type) -> e.Recorded | None:
    return next((each for each in history.journal if isinstance(each.event, kinds)), None)


def everything(
    histories: Sequence[History],
    organisation: Organisation,
    scope: Scope,
    period: Period,
    *,
    now: datetime,
) -> Measures:
    """What `bot.usecases.measuring.measures` has to answer."""
    return Reference(
        histories=histories, organisation=organisation, scope=scope, period=period, now=now
    ).measures()
