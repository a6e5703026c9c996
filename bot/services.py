"""What a running bot is made of; `main` builds it, everything else receives it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.config import Settings
from bot.domain.organisation import Organisation, Team
from bot.store.database import Database


class Directory(Protocol):
    """Who belongs to which team."""

    def require_member(self, person: str, team: Team) -> None:
        """Let *person* act for *team*.

        Raises:
            Refused: they are not in it.
        """

    def require_triage(self, person: str) -> None:
        """Let *person* act in triage.

        Raises:
            Refused: they are not in the triage channel.
        """

    def teams_of(self, person: str) -> tuple[Team, ...]:
        """The teams that *person* belongs to, in the organisation file's order."""

    def is_manager(self, person: str) -> bool:
        """Whether the organisation file names *person* as a manager."""


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts that handlers, the web face and the jobs work with."""

    settings: Settings
    database: Database
    organisation: Organisation
    directory: Directory
    now: Callable[[], datetime]
