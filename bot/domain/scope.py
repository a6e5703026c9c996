"""For whom numbers are asked: a team, a department, a market, a person, everybody."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.organisation import Organisation, Team


class Kind(StrEnum):
    """What a scope names."""

    ORGANISATION = "organisation"
    DEPARTMENT = "department"
    TEAM = "team"
    UNIT = "unit"
    REGION = "region"
    PLATFORM = "platform"
    SOURCE = "source"
    CAMPAIGN = "campaign"
    PERSON = "person"


# What a case is about, as opposed to who has a part in it.
ABOUT = frozenset({Kind.UNIT, Kind.REGION, Kind.PLATFORM, Kind.SOURCE, Kind.CAMPAIGN})


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom numbers are asked; ``key`` is "" for the whole organisation."""

    kind: Kind = Kind.ORGANISATION
    key: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}" if self.key else str(self.kind)

    @classmethod
    def parse(cls, text: str) -> "Scope":
        """Read what ``str`` wrote.

        Raises:
            ValueError: it is not of that form.
        """
        kind, _, key = text.partition(":")
        scope = cls(Kind(kind), key)
        if (scope.kind is Kind.ORGANISATION) is bool(key):
            raise ValueError(f"“{text}” names nobody")
        return scope

    def teams(self, organisation: Organisation) -> tuple[Team, ...]:
        """The teams whose rounds count, as the organisation stands today."""
        match self.kind:
            case Kind.TEAM:
                return tuple(t for t in organisation.teams if t.key == self.key)
            case Kind.DEPARTMENT:
                return tuple(t for t in organisation.teams if t.department == self.key)
            case _:
                return organisation.teams

    def within(self, organisation: Organisation, own: Collection[str]) -> bool:
        """Whether it is about nobody but teams of *own*; never so for people and markets."""
        if self.kind not in {Kind.TEAM, Kind.DEPARTMENT}:
            return False
        theirs = {team.key for team in self.teams(organisation)}
        return bool(theirs) and theirs <= set(own)

    @property
    def facet(self) -> tuple[Kind, str] | None:
        """What the cases must be about, None when that does not matter."""
        return (self.kind, self.key) if self.kind in ABOUT else None

    @property
    def person(self) -> str:
        """The person whose rounds count, "" when everybody's do."""
        return self.key if self.kind is Kind.PERSON else ""

    @property
    def wide(self) -> bool:
        """Whether several departments may have a part in it."""
        return self.kind not in {Kind.TEAM, Kind.DEPARTMENT, Kind.PERSON}
