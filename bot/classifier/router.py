"""`Router`: which departments a comment concerns, learned from every correction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zlib import crc32

import numpy as np

from bot.classifier import shadow
from bot.classifier.cues import Cues
from bot.classifier.examples import Example, Kind, renamed, weights
from bot.classifier.explaining import Reason, reasons
from bot.classifier.lexicon import Group, extended
from bot.classifier.model import Model, taught, untaught
from bot.classifier.reading import Reader, Reading
from bot.classifier.rows import Floats
from bot.classifier.training import BALANCED, Lesson, hinted
from bot.domain.organisation import Organisation

MOST_EXAMPLES = 4_000
"""How many examples a fit uses: those that count most, the latest of equals."""

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the router thinks of one comment.

    Attributes:
        probabilities: of each department; 0.5 is the decision.
        certain: the departments that may be given a stake without asking.
        shares: how often each department is really concerned by such comments.
    """

    probabilities: dict[str, float]
    certain: tuple[str, ...]
    shares: dict[str, float]


class Router:
    """Suggests departments for comments, from rules' words at first and from corrections then.

    It keeps its examples, so that each can be undone; storing them and the model is the caller's.
    Routing only reads; learning must come from one thread at a time. The organisation's own lexicon
    is added to the shipped one, unless other *groups* are given.
    """

    def __init__(self, organisation: Organisation, groups: Iterable[Group] | None = None) -> None:
        own = extended(organisation.lexicon) if groups is None else groups
        self.cues = Cues(organisation, tuple(own))
        self._precision = 1 - organisation.wrong_at_most
        self.departments = self.cues.departments
        self._reader = Reader(self.cues)
        self._examples: dict[str, Example] = {}
        self._fitted = untaught(self.departments)
        self._live = self._fitted
        self.frozen = False

    @property
    def model(self) -> Model:
        """What is live now; keep it to go back to it."""
        return self._live

    @model.setter
    def model(self, model: Model) -> None:
        self._fitted = self._live = model.for_departments(self.departments)

    @property
    def examples(self) -> tuple[Example, ...]:
        """Everything that was taught and not undone, in the order of teaching."""
        return tuple(self._examples.values())

    def route(
        self, text: str, lang: str | None = None, ruled: Collection[str] = ()
    ) -> dict[str, float]:
        """How likely each department is concerned by a comment; 0.5 is the decision.

        Args:
            text: what the customer wrote.
            lang: its language, if known.
            ruled: departments for which rules about more than the text have decided.
        """
        return self.judge(text, lang, ruled).probabilities

    def judge(
        self,
        text: str,
        lang: str | None = None,
        ruled: Collection[str] = (),
        precision: float | None = None,
    ) -> Judgement:
        """The same, with the departments that are certain enough to be right so often.

        A *precision* between two that were measured takes the stricter one; without any, it is
        what the organisation's ``wrong_at_most`` leaves.
        """
        live = self._live
        likely = live.likely(self._reader.read(text, lang or "", ruled, plainly=live.blank))
        moved = live.reading.decisions(likely)
        least = live.least(self._precision if precision is None else precision)
        pairs = list(zip(self.departments, likely, moved, strict=True))
        return Judgement(
            probabilities={department: said for department, _, said in pairs},
            certain=tuple(department for department, share, _ in pairs if share >= least),
            shares={department: share for department, share, _ in pairs},
        )

    def _read(self, text: str, lang: str | None) -> Reading:
        return self._reader.read(text, lang or "")

    def learn(
        self,
        text: str,
        labels: Iterable[str],
        *,
        lang: str | None = None,
        key: str = "",
        kind: Kind = Kind.TRIAGED,
        by: str = "",
        at: datetime | None = None,
    ) -> str:
        """Take in what a comment turned out to concern; the next one is routed with it.

        Labels that are no department of the organisation are kept with the example; until they are
        one, they say only that the comment is not the other departments'.

        Returns:
            The key that the example is undone by.
        """
        chosen = key or f"example-{len(self._examples)}"
        while not key and chosen in self._examples:
            chosen += "+"
        example = Example(
            key=chosen,
            text=text,
            labels=frozenset(labels),
            lang=lang or "",
            kind=kind,
            by=by,
            at=at,
        )
        self._examples.pop(chosen, None)
        self._examples[chosen] = example
        if not self.frozen:
            weight = weights([example], at or _BEGINNING)[0]
            reading = self._read(text, lang)
            self._live = self._live.nudged(reading, self._truth([example])[0], weight)
        return chosen

    def teach(self, examples: Iterable[Example]) -> None:
        """Take in a whole history; `flush` makes it count."""
        self._examples.update({example.key: example for example in examples})

    def undo(self, key: str, now: datetime | None = None) -> bool:
        """Forget one example and all that came of it; False when there is none of that key."""
        if self._examples.pop(key, None) is None:
            return False
        self.flush(now)
        return True

    def flush(self, now: datetime | None = None, *, guarded: bool = False) -> shadow.Verdict:
        """Fit the model anew to every example that has not been undone.

        Args:
            now: what the age of examples is counted from; their latest time when left out.
            guarded: keep the last fit if the new one does worse on examples that neither has seen.
        """
        if self.frozen:
            return shadow.Verdict(accepted=False, before=0.0, after=0.0, compared=0)
        lesson, kept = self._lesson(now)
        model = (
            taught(self.departments, lesson, [one.key for one in kept])
            if kept
            else untaught(self.departments)
        )
        rival = self._rival(model, lesson, kept) if guarded else model
        verdict = shadow.compare(self._fitted, rival, kept, lesson.truth)
        if guarded and not verdict.accepted:
            known = (kept, lesson.readings, lesson.truth)
            better = shadow.knows_more(self._fitted, model, *known)
            verdict = replace(verdict, accepted=better)
        if verdict.accepted or not guarded:
            self._fitted = self._live = model
        else:
            self._live = self._fitted
        return verdict

    def _rival(self, model: Model, lesson: Lesson, kept: Sequence[Example]) -> Model:
        """*model*, asked about its examples as the last one was: few may have seen a text's like."""
        if not 0 < self._fitted.examples < BALANCED <= len(kept):
            return model
        return taught(self.departments, lesson, [one.key for one in kept], evenly=True)

    def _lesson(self, now: datetime | None) -> tuple[Lesson, list[Example]]:
        known = sorted(self._examples.values(), key=_place)
        then = now or max((one.at for one in known if one.at), default=_BEGINNING)
        weighed = list(zip(known, weights(known, then), strict=True))
        if len(weighed) > MOST_EXAMPLES:
            ranked = sorted(range(len(weighed)), key=lambda at: (weighed[at][1], at))
            weighed = [weighed[at] for at in sorted(ranked[-MOST_EXAMPLES:])]
        kept = [one for one, _ in weighed]
        readings = [self._read(one.text, one.lang) for one in kept]
        counts = np.array([weight for _, weight in weighed])
        return Lesson(readings, self._truth(kept), counts, self._hints()), kept

    def _hints(self) -> Lesson | None:
        readings, owners = self._reader.hints()
        return hinted(readings, self._labelled(owners))

    def _truth(self, examples: Iterable[Example]) -> Floats:
        return self._labelled(example.labels for example in examples)

    def _labelled(self, labels: Iterable[Collection[str]]) -> Floats:
        rows = [[float(one in own) for one in self.departments] for own in labels]
        return np.array(rows).reshape(-1, len(self.departments))

    def rename(self, names: Mapping[str, str]) -> None:
        """Give the examples of departments to those of other *names*; `flush` makes it count."""
        self._examples = {one.key: one for one in renamed(self._examples.values(), names)}

    def explain(self, text: str, lang: str | None = None) -> dict[str, list[Reason]]:
        """For each department, the words of *text* that speak for and against it, strongest first."""
        live, said = self._live, self._reader.said(text, lang or "")
        reading = self._reader.read(text, lang or "", plainly=live.blank)
        return reasons(live, reading, said, text)


def _place(example: Example) -> tuple[datetime, int, str, str]:
    """Where an example stands among the others, whatever the order it was taught in.

    Of equals in time a fit takes some; by their texts' order it would take one language's.
    """
    text = example.text.encode("utf-8", "replace")
    return example.at or _BEGINNING, crc32(text), example.text, example.key
