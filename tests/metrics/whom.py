"""For whom numbers are asked: which rounds and which cases are theirs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain import events as e
from bot.domain.digest import Period
from bot.domain.organisation import Organisation
from bot.domain.scope import Kind, Scope
from tests.metrics.journals import CaseRound, History, Round


@dataclass(frozen=True, kw_only=True)
class Whom:
    """One scope and period, as of ``now``, and what is theirs of *histories*."""

    histories: Sequence[History]
    organisation: Organisation
    scope: Scope
    period: Period
    now: datetime

    @property
    def person(self) -> str:
        return self.scope.key if self.scope.kind is Kind.PERSON else ""

    def theirs(self, recorded: e.Recorded | None) -> bool:
        """Whether it happened, and was done by the person that is asked about, if one is."""
        return recorded is not None and self.person in {"", recorded.by}

    def within(self, moment: datetime) -> bool:
        return self.period.since <= moment < self.period.until

    def about(self, history: History) -> bool:
        """Whether the case is one of the unit, region … that is asked about, if one is."""
        case, comment = history.today, history.comment
        return {
            Kind.UNIT: self.scope.key in case.units,
            Kind.REGION: self.scope.key in case.regions,
            Kind.PLATFORM: self.scope.key == comment.platform,
            Kind.SOURCE: self.scope.key == comment.source,
            Kind.CAMPAIGN: self.scope.key == comment.campaign,
        }.get(self.scope.kind, True)

    def of_team(self, key: str) -> bool:
        team = self.organisation.team(key)
        if team is None:
            return False
        if self.scope.kind is Kind.TEAM:
            return key == self.scope.key
        return self.scope.kind is not Kind.DEPARTMENT or team.department == self.scope.key

    def rounds(self) -> list[Round]:
        """The rounds of the teams that are asked about, whoever did something in them."""
        return [
            each
            for history in self.histories
            if self.about(history)
            for each in history.rounds
            if self.of_team(each.team)
        ]

    def cases(self) -> list[History]:
        """The cases that count as whole ones."""
        return [each for each in self.histories if self.about(each) and self._takes_part(each)]

    def _takes_part(self, history: History) -> bool:
        if self.person:
            return any(
                self.theirs(each.first(e.StakeClaimed)) or self.theirs(each.end)
                for each in history.rounds
            )
        part = any(self.of_team(each.team) for each in history.rounds)
        return part or self.scope.kind not in {Kind.TEAM, Kind.DEPARTMENT}

    def case_rounds(self) -> list[CaseRound]:
        return [each for history in self.cases() for each in history.case_rounds]


def every_scope(histories: Iterable[History], organisation: Organisation) -> Iterator[Scope]:
    """Every scope that has anything to say about *histories*, and of each kind one that has not."""
    yield Scope()
    seen = {(kind, "none-such") for kind in Kind if kind is not Kind.ORGANISATION}
    seen |= {(Kind.TEAM, team.key) for team in organisation.teams}
    seen |= {(Kind.DEPARTMENT, team.department) for team in organisation.teams}
    for history in histories:
        case, comment = history.today, history.comment
        seen |= {(Kind.UNIT, each) for each in case.units}
        seen |= {(Kind.REGION, each) for each in case.regions}
        seen |= {(Kind.PLATFORM, comment.platform), (Kind.SOURCE, comment.source)}
        seen |= {(Kind.CAMPAIGN, comment.campaign)}
        seen |= {(Kind.PERSON, each.by) for each in history.journal}
    yield from (Scope(kind, key) for kind, key in sorted(seen) if key)
