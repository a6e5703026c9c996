"""What a running bot is made of; `main` builds it, everything else receives it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.config import Settings
from bot.domain.organisation import Organisation, Team
from bot.domain.seeing import People
from bot.domain.suggesting import SILENT, Adviser
from bot.store import absences
from bot.store.ahead import Asked
from bot.store.database import Database
from bot.store.replica import Reports
from bot.store.session import Session


class Directory(Protocol):
    """Who belongs to which team."""

    def require_member(self, person: str, team: Team) -> None:
        """Let *person* act for *team*.

        Raises:
            Refused: they are not in it.
        """

    def knows(self, session: Session, person: str, team: Team) -> bool:
        """Whether *person* may act for *team* by what is stored; a no is for Slack to confirm."""

    def asked(self, person: str, team: Team) -> Sequence[Asked]:
        """What `knows` is going to ask."""

    def require_triage(self, person: str) -> None:
        """Let *person* act in triage.

        Raises:
            Refused: they are not in the triage channel.
        """

    def teams_of(self, person: str) -> tuple[Team, ...]:
        """The teams that *person* belongs to, in the organisation file's order."""

    def within(self, session: Session) -> People:
        """The same, read in a *session* that is open: nobody holds two connections for it."""

    def leads(self, person: str, team: Team) -> bool:
        """Whether *person* may act for a holder of *team*: its lead, or a manager."""

    def refresh(self) -> None:
        """Ask Slack again about every place that was not asked about lately."""

    def joined(self, person: str, channel: str) -> None:
        """*person* is in *channel* from now on."""

    def left(self, person: str, channel: str) -> None:
        """*person* is no longer in *channel*."""

    def zone_of(self, person: str) -> ZoneInfo | None:
        """The time zone that *person* has set in Slack; None while Slack does not tell."""

    def is_manager(self, person: str) -> bool:
        """Whether the organisation file names *person* as a manager."""


def _at_once(_person: str, errand: Callable[[], None]) -> None:
    errand()


def _now(errand: Callable[[], None]) -> None:
    errand()


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts that handlers, the web face and the jobs work with.

    ``checkup`` looks at the whole installation: what was looked at, and its mend, "" when well.
    ``replica`` is where digests are read that somebody asks for, if not in the database itself.
    ``at_length`` is given what takes minutes, to be run one after the other beside everything else.
    ``afterwards`` is given a person and what is to be run for them once Slack has its answer.
    """

    settings: Settings
    database: Database
    organisation: Organisation
    directory: Directory
    now: Callable[[], datetime]
    adviser: Adviser = SILENT
    checkup: Callable[[], list[tuple[str, str]]] = list
    at_length: Callable[[Callable[[], None]], None] = _now
    afterwards: Callable[[str, Callable[[], None]], None] = _at_once
    replica: Reports | None = None

    @property
    def reports(self) -> Reports:
        """Where to read digests that somebody asks for."""
        return self.replica or Reports(self.database)

    def once(self, signature: str) -> "Services":
        """These, for one request that Slack has signed: what it does is done once.

        The mark is written together with the first thing that is; where that fails, so does the
        mark, and the same request may come again. To find the mark raises `Replayed`.
        """

        def mark(session: Session) -> None:
            absences.act_once(session, signature, now=self.now())

        if not signature:
            return self
        return replace(self, database=self.database.once(mark, absences.acted(signature)))
