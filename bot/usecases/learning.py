"""Learning from what people do: lessons noted with each act, and advice from what was learned."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from time import monotonic

import structlog

from bot.classifier import memory
from bot.domain import events as e
from bot.domain.case import Case
from bot.domain.comment import Comment
from bot.domain.lessons import TEACHING, lesson
from bot.domain.organisation import Organisation
from bot.domain.suggesting import Hint
from bot.errors import DatabaseAway
from bot.store import journal, lessons, models
from bot.store.database import Database
from bot.store.session import Session
from bot.usecases import waving
from bot.usecases.advising import Learned

log = structlog.get_logger()

LOOK_EVERY = 10.0
"""Seconds after which a process asks whether another has learned something new."""
REMEMBERED = 3600.0
"""Seconds after which a process takes up the same version anew, and forgets customers' words.

To forget somebody makes another version, but not where nothing was ever learned.
"""


def note(
    session: Session, organisation: Organisation, case: Case, facts: Sequence[e.Event]
) -> None:
    """Keep what *case* teaches after *facts*; nothing, when these can have changed nothing."""
    new = any(isinstance(fact, e.CommentReceived) for fact in facts)
    if not new and any(isinstance(fact, TEACHING) for fact in facts):
        history = journal.history(session, case.number)
        lessons.note(session, case.number, lesson(case, history, departments(organisation)))


def departments(organisation: Organisation) -> Mapping[str, str]:
    """The department of each team."""
    return {team.key: team.department for team in organisation.teams}


class Guide(Learned):
    """What a process routes with beside the rules; it follows what any process has learned.

    A model that cannot be read is told of once, and the rules alone go on.
    """

    def __init__(
        self,
        database: Database,
        organisation: Organisation,
        *,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Look at *database* when first asked."""
        super().__init__(organisation, None)
        self._database, self._clock = database, clock
        self._seen, self._looked, self._taken = 0, float("-inf"), clock()
        self._lock = threading.Lock()

    def advise(self, comment: Comment, ruled: Collection[str]) -> Sequence[Hint]:
        """The departments that *comment* is likely to concern, *ruled* ones among them."""
        self._follow()
        return super().advise(comment, ruled)

    def warm(self) -> None:
        """Load what languages are told by, in the background."""
        self._detector.warm()

    def _follow(self) -> None:
        if self._clock() - self._looked < LOOK_EVERY or not self._lock.acquire(blocking=False):
            return
        try:
            self._look()
        except DatabaseAway:
            # What was learned before serves until the database is back.
            log.warning("learned_nothing_new")
        finally:
            self._lock.release()

    def _look(self) -> None:
        self._looked = self._clock()
        with self._database.reading() as session:
            version = models.live_version(session)
            if version == self._seen and self._looked - self._taken < REMEMBERED:
                return
            model = models.live(session)
        self._taken = self._looked
        self._learn(model)
        memory.forget()
        waving.forget()
        if self.trouble and version != self._seen:
            log.warning("model_unreadable", version=version, error=self.trouble)
        # Every version may have gone, with somebody who was to be forgotten.
        self._seen = version
