"""The clock's part of learning: a new version from all lessons, once these have changed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog

from bot.classifier import Example, Kind, Router, memory, storage
from bot.classifier.examples import several
from bot.classifier.model import PRECISIONS
from bot.classifier.shadow import Verdict
from bot.domain import placing
from bot.domain.lessons import Prioritised, Taught
from bot.domain.organisation import Organisation
from bot.errors import ModelUnreadable
from bot.store import lessons, models
from bot.store.database import Database
from bot.store.lessons import Known
from bot.store.models import StoredModel
from bot.usecases import proposing, ruling, urgency, wording
from bot.usecases.knowing import Knowledge, fingerprint, now_called
from bot.usecases.overviewing import proposals_in

log = structlog.get_logger()

_MOST_LESSONS = 20_000
_FEWEST_OF_ANOTHER = 5
_LATELY = timedelta(days=60)
_MOST_WAITING = 0.05


def teach(database: Database, organisation: Organisation, *, now: datetime) -> int:
    """Learn from lessons that have changed, and offer the rules that could be written by now.

    The number of the version made, 0 when there is none.

    The work is done outside of any transaction. Of two clocks that learn at once, the one whose
    version comes first wins, and the other finds nothing new at its next tick.
    """
    with database.reading() as session:
        there = replace(lessons.seen(session), under=fingerprint(organisation))
        last, live = models.last(session), models.live(session)
    if last is None and not there.count:
        return 0
    before = _readable(organisation, live)
    if last and (last.frozen or (last.seen == there and before is not None)):
        return 0
    with database.reading() as session:
        known = lessons.newest(session, limit=_MOST_LESSONS)
        changed = lessons.reprioritised(session)
    version = (last.version if last else 0) + 1
    model = made(before or Knowledge.of(organisation), known, now, changed)
    model = replace(model, version=version, seen=there)
    with database.transaction() as session:
        if not models.save(session, model):
            return 0
        models.forget(session, now=now)
        # With the version or not at all: nobody would offer them later.
        offered = () if model.refused else proposals_in(model.told, organisation)
        proposing.owe_proposals(session, organisation, offered, now=now)
    return version


def learn_anew(database: Database, organisation: Organisation, *, now: datetime) -> int:
    """Learn once more from what is left, and drop every version before; the number of the new one.

    A model is made of the words of its lessons, so none may outlive one of them. What is frozen
    stays frozen, and learns nothing that it had not learned. 0 when nothing was ever learned.
    """
    while True:
        with database.reading() as session:
            # First of all: what is forgotten while the rest is read may be in this version, and
            # has to be found by whoever learns anew next.
            gone = lessons.being_forgotten(session)
            there = replace(lessons.seen(session), under=fingerprint(organisation))
            last = models.last(session)
            known = lessons.newest(session, limit=_MOST_LESSONS)
            changed = lessons.reprioritised(session)
        if last is None:
            with database.transaction() as session:
                lessons.forgotten(session, gone)
            return 0
        if last.frozen:
            # With what there was to see then, so that all the rest is learned once it is unfrozen.
            there, known = last.seen, _known_to(last, known)
        model = made(Knowledge.of(organisation), known, now, changed)
        if last.frozen and not known:
            # Frozen at the rules alone, or nothing is left: that has learned from nobody.
            model = replace(model, data=b"", told={}, refused=False)
        version = last.version + 1
        kept: dict[str, Any] = {"by": last.by, "frozen": last.frozen, "seen": there}
        with database.transaction() as session:
            if models.save(session, replace(model, version=version, **kept)):
                models.forget_before(session, version)
                lessons.forgotten(session, gone)
                return version


def _known_to(frozen: StoredModel, every: Sequence[Known]) -> list[Known]:
    """Those lessons that a version was made of; none where it cannot be read."""
    try:
        models = storage.unpack(frozen.data) if frozen.data else {}
    except ModelUnreadable:
        return []
    learned = {key for model in models.values() for key in model.held}
    return [each for each in every if _key(each.case) in learned]


def _readable(organisation: Organisation, live: StoredModel | None) -> Knowledge | None:
    """What is live; None when it cannot be read, and has to be learned anew."""
    if live is None:
        return Knowledge.of(organisation)
    try:
        return Knowledge.of(organisation, live.data, live.told)
    except ModelUnreadable as fault:
        log.warning("model_unreadable", version=live.version, error=str(fault))
        return None


def made(
    before: Knowledge,
    every: Sequence[Known],
    now: datetime,
    changed: Mapping[int, Prioritised] = MappingProxyType({}),
) -> StoredModel:
    """What is learned from *every* lesson, compared with what was live *before*; not yet a version.

    *changed* says of which cases people have changed the priority.
    """
    organisation, routers = before.organisation, before.routers
    known = [each for each in every if each.lesson.kind is not Taught.PRIORITISED]
    router = routers["departments"]
    examples = _examples(organisation, known, router.departments)
    router.teach(examples)
    verdict = router.flush(now, guarded=True)
    if not _varied(router, examples) or _unmapped(known, examples, now):
        router.model = replace(router.model, certain={})
    told = _told(router, known, verdict) | {"places": _places(before, known, now)}
    pressing = before.told.get(urgency.NAME, {})
    told[urgency.NAME] = urgency.learn(routers[urgency.NAME], pressing, every, changed, now)
    # A clock by itself takes nothing in, and would remember the lessons' words until it ends.
    memory.forget()
    return StoredModel(
        version=0,
        made_at=now,
        # What is refused routes nobody; why it was refused is told.
        data=storage.pack({n: r.model for n, r in routers.items()}) if verdict.accepted else b"",
        told=told,
        lessons=len(every),
        seen=lessons.Seen(0, 0),
        refused=not verdict.accepted,
    )


def _places(before: Knowledge, known: Sequence[Known], now: datetime) -> dict[str, Any]:
    """How often each piece of evidence went with each unit and region; their words are learned."""
    counted: dict[str, Any] = {}
    for attribute in ("units", "regions"):
        placed = [
            (each, place)
            for each in known
            if (place := placing.place_of(before.organisation, each.lesson.teams, attribute))
        ]
        counted[attribute] = placing.count((each.comment, place) for each, place in placed)
        if attribute in before.routers:
            _learn_places(before.routers[attribute], placed, now)
    return counted


def _learn_places(router: Router, placed: Sequence[tuple[Known, str]], now: datetime) -> None:
    examples = [_example(each, [place]) for each, place in placed]
    router.teach(examples)
    router.flush(now, guarded=True)
    if not _varied(router, examples):
        router.model = replace(router.model, certain={})


def _varied(router: Router, examples: Sequence[Example]) -> bool:
    """Whether there is enough of something else; who has seen one thing only is sure of it.

    And enough of somebody else, or of another day: nobody's afternoon asks teams by itself.
    """
    if not several(examples):
        return False
    count = Counter(label for one in examples for label in (one.labels or {""}))
    often = [label for label, cases in count.items() if cases >= _FEWEST_OF_ANOTHER]
    return len(often) > 1 or len(router.departments) == 1


def _unmapped(known: Sequence[Known], examples: Sequence[Example], now: datetime) -> bool:
    """Whether many lessons wait for their department, so that what is left is one-sided."""
    used = {one.key for one in examples}
    lately = [_key(each.case) for each in known if now - each.lesson.at <= _LATELY]
    return sum(key not in used for key in lately) > _MOST_WAITING * len(lately)


def _examples(
    organisation: Organisation, known: Iterable[Known], departments: Sequence[str]
) -> list[Example]:
    """The lessons; one about a department that is gone waits until it is mapped to another."""
    taught = [
        (
            each,
            frozenset(now_called(name, organisation.renamed) for name in each.lesson.departments),
        )
        for each in known
    ]
    return [_example(each, labels) for each, labels in taught if labels <= set(departments)]


def _key(case: int) -> str:
    return f"case-{case}"


def _example(known: Known, labels: Iterable[str]) -> Example:
    return Example(
        key=_key(known.case),
        text=known.comment.text,
        labels=frozenset(labels),
        lang=known.comment.language,
        kind=Kind(known.lesson.kind.value),
        by=known.lesson.by,
        at=known.lesson.at,
    )


def _told(router: Router, known: Sequence[Known], verdict: Verdict) -> dict[str, Any]:
    """What people can read of a model."""
    able = {str(one): router.model.coverage(one) for one in PRECISIONS}
    return {
        **wording.pulls(router, known),
        "able": {precision: share for precision, share in able.items() if share is not None},
        "proposals": ruling.proposals(router.departments, known),
        "check": {
            "before": round(verdict.before, 3),
            "after": round(verdict.after, 3),
            "compared": verdict.compared,
        },
    }
