"""Learning from what people do: lessons noted with each act, models made of them, advice given."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import Any

import structlog

from bot.classifier import Example, Kind, Router, storage
from bot.classifier.language import Detector
from bot.domain import events as e
from bot.domain.case import Case
from bot.domain.comment import Comment
from bot.domain.lessons import TEACHING, Lesson, lesson
from bot.domain.organisation import Organisation
from bot.domain.suggesting import Hint
from bot.errors import DatabaseAway, ModelUnreadable
from bot.store import journal, lessons
from bot.store.database import Database
from bot.store.lessons import Known, StoredModel
from bot.store.session import Session

log = structlog.get_logger()

LOOK_EVERY = 10.0
"""Seconds after which a process asks whether another has learned something new."""

_MOST_LESSONS = 20_000
_WORDS_SHOWN = 3
_LIKE_SHOWN = 2
_DECIDED = 0.5


def note(
    session: Session, organisation: Organisation, case: Case, facts: Sequence[e.Event]
) -> None:
    """Keep what *case* teaches after *facts*; nothing, when these can have changed nothing."""
    if any(isinstance(fact, TEACHING) for fact in facts):
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
        self._router = Router(organisation)
        self._detector = Detector(organisation.languages)
        self._told: Mapping[str, Any] = {}
        self._version, self._looked = 0, -LOOK_EVERY
        self._lock = threading.Lock()

    def advise(self, comment: Comment, ruled: Collection[str]) -> Sequence[Hint]:
        """The departments that *comment* is likely to concern, *ruled* ones among them."""
        self._follow()
        precision = 1 - self._organisation.wrong_at_most
        said = self._router.judge(comment.text, comment.language, ruled, precision)
        likely = {
            department: share
            for department, share in said.probabilities.items()
            if share >= _DECIDED or department in said.certain
        }
        if not likely:
            return ()
        why = self._router.explain(comment.text, comment.language)
        return [
            Hint(
                department=department,
                likely=share,
                certain=department in said.certain,
                words=(words := _words(why.get(department, ()))),
                like=self._like(department, words),
            )
            for department, share in likely.items()
        ]

    def language(self, comment: Comment) -> str:
        """The language of *comment* where its source did not say, "" where nothing tells."""
        return self._detector.detect(comment.text)

    def _like(self, department: str, words: tuple[str, ...]) -> tuple[int, ...]:
        known = self._told.get("like", {}).get(department, {})
        cases = [number for word in words for number in known.get(word, ())]
        return tuple(dict.fromkeys(cases))[:_LIKE_SHOWN]

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
            if lessons.live_version(session) == self._version:
                return
            model = lessons.live_model(session)
        if model is not None:
            self._version = model.version
            self._take(model)

    def _take(self, model: StoredModel) -> None:
        try:
            self._router.model = storage.load(model.data)
        except ModelUnreadable as fault:
            log.warning("model_unreadable", version=model.version, error=str(fault))
            self._router, self._told = Router(self._organisation), {}
        else:
            self._told = model.told


def _words(reasons: Sequence[Any]) -> tuple[str, ...]:
    return tuple(reason.word for reason in reasons if reason.weight > 0)[:_WORDS_SHOWN]


def teach(database: Database, organisation: Organisation, *, now: datetime) -> int:
    """Learn from lessons that have changed; the number of the version made, 0 when there is none.

    The work is done outside of any transaction. Of two clocks that learn at once, the one whose
    version comes first wins, and the other finds nothing new at its next tick.
    """
    with database.reading() as session:
        there, last = lessons.seen(session), lessons.last_model(session)
        if (last and (last.frozen or last.seen == there)) or (last is None and not there.count):
            return 0
        known, live = lessons.newest(session, limit=_MOST_LESSONS), lessons.live_model(session)
    router, refused = _learned(organisation, known, live, now)
    model = StoredModel(
        version=(last.version if last else 0) + 1,
        made_at=now,
        data=storage.dump(router.model),
        told=_told(router, known),
        lessons=len(known),
        seen=there,
        refused=refused,
    )
    with database.transaction() as session:
        return model.version if lessons.save(session, model) else 0


def _learned(
    organisation: Organisation, known: Sequence[Known], live: StoredModel | None, now: datetime
) -> tuple[Router, bool]:
    router = Router(organisation)
    if live is not None:
        try:
            router.model = storage.load(live.data)
        except ModelUnreadable:
            log.warning("model_unreadable", version=live.version)
    router.teach([_example(each) for each in known])
    verdict = router.flush(now, guarded=True)
    return router, not verdict.accepted


def _example(known: Known) -> Example:
    told: Lesson = known.lesson
    return Example(
        key=f"case-{known.case}",
        text=known.text,
        labels=frozenset(told.departments),
        lang=known.language,
        kind=Kind(told.kind.value),
        by=told.by,
        at=told.at,
    )


_MOST_EXPLAINED = 2_000
_LIKE_KEPT = 3
_WORDS_TOLD = 30


def _told(router: Router, known: Sequence[Known]) -> dict[str, Any]:
    """What people can read of a model: the words that pull, and the cases that taught them."""
    like: dict[str, dict[str, list[int]]] = {name: {} for name in router.departments}
    weight: dict[str, dict[str, float]] = {name: {} for name in router.departments}
    for each in known[-_MOST_EXPLAINED:]:
        for department, why in router.explain(each.text, each.language).items():
            for reason in why:
                if reason.weight > 0 and department in each.lesson.departments:
                    cases = like[department].pop(reason.word, [])
                    like[department][reason.word] = [each.case, *cases][:_LIKE_KEPT]
                    weight[department][reason.word] = round(reason.weight, 3)
    words = {
        name: sorted(found.items(), key=lambda item: -item[1])[:_WORDS_TOLD]
        for name, found in weight.items()
    }
    return {"like": like, "words": words}
