"""Learning from what people do: lessons noted with each act, and advice from what was learned."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from time import monotonic

import structlog

from bot.classifier.language import Detector
from bot.domain import events as e
from bot.domain.case import Case
from bot.domain.comment import Comment
from bot.domain.lessons import TEACHING, lesson
from bot.domain.organisation import Organisation
from bot.domain.suggesting import Hint, Places
from bot.errors import DatabaseAway, ModelUnreadable
from bot.store import journal, lessons, models
from bot.store.database import Database
from bot.store.models import StoredModel
from bot.store.session import Session
from bot.usecases.knowing import Knowledge

log = structlog.get_logger()

LOOK_EVERY = 10.0
"""Seconds after which a process asks whether another has learned something new."""


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


class Guide:
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
        self._database, self._organisation, self._clock = database, organisation, clock
        self._knowledge = Knowledge.of(organisation)
        self._detector = Detector(organisation.languages)
        self._version, self._looked = 0, float("-inf")
        self._lock = threading.Lock()

    def advise(self, comment: Comment, ruled: Collection[str]) -> Sequence[Hint]:
        """The departments that *comment* is likely to concern, *ruled* ones among them."""
        self._follow()
        return self._knowledge.advise(comment, ruled)

    def places(self, comment: Comment) -> Places:
        """The units and regions that *comment* is likely to be about."""
        return self._knowledge.places(comment)

    def language(self, comment: Comment) -> str:
        """The language of *comment* where its source did not say, "" where nothing tells."""
        return self._detector.detect(comment.text, comment.language)

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
            if models.live_version(session) == self._version:
                return
            model = models.live(session)
        self._version = model.version if model else 0
        # Every version may have gone, with somebody who was to be forgotten.
        self._knowledge = self._read(model) if model else Knowledge.of(self._organisation)

    def _read(self, model: StoredModel) -> Knowledge:
        try:
            return Knowledge.of(self._organisation, model.data, model.told)
        except ModelUnreadable as fault:
            log.warning("model_unreadable", version=model.version, error=str(fault))
            return Knowledge.of(self._organisation)
