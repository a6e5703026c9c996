"""How pressing a comment is, by what people's changes of priority have taught; nothing else is claimed.

The same learner as for departments, with one label. Who made a case more pressing gives an example;
who worked on a normal one and left its priority alone gives one of the opposite. What a rule or the
learner itself made pressing, and nobody changed, teaches nothing: it would only confirm itself.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.classifier import Example, Kind, Router
from bot.classifier.model import PRECISIONS
from bot.domain.comment import Comment
from bot.domain.lessons import Prioritised
from bot.domain.organisation import Organisation, Outcome, Priority, Rule
from bot.domain.suggesting import Urge
from bot.store.lessons import Known
from bot.usecases import wording

NAME = "urgency"
LABEL = "pressing"

_FEWEST = 6
_FEWEST_PEOPLE, _FEWEST_APART = 2, 3
_LEAST = 0.5
_MOST_ASKED = 500
_WORDS_SHOWN, _LIKE_SHOWN = 3, 2


def router(organisation: Organisation) -> Router:
    """A router that knows one thing of a comment: whether it is pressing."""
    rules = tuple(replace(rule, then=_outcome(rule)) for rule in organisation.rules)
    made = replace(organisation, departments=(LABEL,), teams=(), rules=rules)
    return Router(made, ())


def _outcome(rule: Rule) -> Outcome:
    priority = rule.then.priority
    pressing = priority is not None and priority.rank < Priority.NORMAL.rank
    return Outcome(departments=(LABEL,) if pressing else ())


def learn(
    own: Router,
    before: Mapping[str, Any],
    known: Sequence[Known],
    changed: Mapping[int, Prioritised],
    now: datetime,
) -> dict[str, Any]:
    """What people can read of it; ``least`` is how likely a comment must be for each precision.

    *before* is what could be read until now, which stays where the new fit does worse; from what
    likelihood on it is believed follows the newest lessons in any case.
    """
    examples = list(_examples(known, changed))
    raised = [each for each in known if each.case in changed and changed[each.case].pressing]
    if not _several([changed[each.case] for each in raised]):
        return {}
    own.teach(examples)
    accepted = own.flush(now, guarded=True).accepted
    judged = sorted(_judged(own, examples), reverse=True)
    least = {str(one): cut for one in PRECISIONS if (cut := _least(judged, one))}
    if not accepted:
        return {**before, "least": least}
    labelled = [replace(each, lesson=replace(each.lesson, departments=(LABEL,))) for each in raised]
    return {
        "raised": len(raised),
        "least": least,
        **wording.pulls(own, labelled),
    }


def _examples(known: Iterable[Known], changed: Mapping[int, Prioritised]) -> Iterable[Example]:
    for each in known:
        said, lesson = changed.get(each.case), each.lesson
        if said is None and each.priority.rank < Priority.NORMAL.rank:
            continue
        yield Example(
            key=f"case-{each.case}",
            text=each.comment.text,
            labels=frozenset((LABEL,) if said and said.pressing else ()),
            lang=each.comment.language,
            kind=Kind.TRIAGED if said else Kind.CONFIRMED,
            by=said.by if said else lesson.by,
            at=said.at if said else lesson.at,
        )


def _several(raised: Sequence[Prioritised]) -> bool:
    """Whether it is more than one person's view, or one afternoon's."""
    people, days = Counter(each.by for each in raised), {each.at.date() for each in raised}
    apart = max(len(people), len(days)) >= _FEWEST_APART
    return len(raised) >= _FEWEST and len(people) >= _FEWEST_PEOPLE and apart


def _judged(own: Router, examples: Sequence[Example]) -> Iterable[tuple[float, bool]]:
    """What a model that had not seen them said of comments, and what people did."""
    held = own.model.held
    for one in (each for each in examples if each.key in held):
        yield held[one.key][0], LABEL in one.labels
    # Where the last fit stays, these have come since it was made.
    for one in [each for each in examples if each.key not in held][-_MOST_ASKED:]:
        yield own.judge(one.text, one.lang).shares[LABEL], LABEL in one.labels


def _least(judged: Sequence[tuple[float, bool]], precision: float) -> float:
    """The likelihood from which on people had found comments pressing so often; 0 for none."""
    found, right = 0.0, 0
    for place, (_, pressing) in enumerate(judged, start=1):
        right += pressing
        below = judged[place][0] if place < len(judged) else 0.0
        if right >= _FEWEST and right >= precision * (place + 1):
            # Where none was judged, half way down to the next: the safer part of the gap.
            found = max(_LEAST, (judged[place - 1][0] + below) / 2)
        if below < _LEAST:
            break
    return found


def urge(own: Router, told: Mapping[str, Any], comment: Comment, precision: float) -> Urge | None:
    """The words that say that *comment* is pressing; None where it is not certain, or no word does."""
    cuts = {float(one): cut for one, cut in told.get("least", {}).items()}
    stricter = [one for one in cuts if one >= precision - 1e-9]
    if not stricter:
        return None
    likely = own.judge(comment.text, comment.language).shares[LABEL]
    if likely < cuts[min(stricter)]:
        return None
    why = own.explain(comment.text, comment.language)[LABEL]
    known = told.get("like", {}).get(LABEL, {})
    words = wording.telling(why, comment, known)
    cases = dict.fromkeys(number for word in words for number in known.get(word, ()))
    if not cases:
        return None
    return Urge(words=words[:_WORDS_SHOWN], like=tuple(cases)[:_LIKE_SHOWN])
