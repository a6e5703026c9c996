"""What a process knows of routing: a router for departments, one for units and one for regions."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.classifier import Judgement, Model, Router, storage
from bot.classifier.lexicon import extended
from bot.domain import placing
from bot.domain.comment import Comment
from bot.domain.organisation import Organisation, Outcome, Rule
from bot.domain.suggesting import Guess, Hint, Places, Urge
from bot.errors import ModelUnreadable
from bot.usecases import urgency
from bot.usecases.wording import convincing

_WORDS_SHOWN = 3
_LIKE_SHOWN = 2
_DECIDED = 0.5
_LIKELY = 0.5


def routers(organisation: Organisation) -> dict[str, Router]:
    """A router each for departments, units, regions and urgency; none where there is no choice."""
    groups = extended(organisation.lexicon) if organisation.lexicon else None
    found = {"departments": Router(organisation, groups)}
    for attribute, field in (("units", "unit"), ("regions", "region")):
        names = sorted({name for team in organisation.teams for name in getattr(team, attribute)})
        if len(names) > 1:
            found[attribute] = Router(_of_places(organisation, tuple(names), field), ())
    found[urgency.NAME] = urgency.router(organisation)
    return found


def _of_places(organisation: Organisation, names: tuple[str, ...], field: str) -> Organisation:
    """The organisation as if places were departments; rules that name one give their words."""
    rules = [replace(rule, then=_outcome(rule, names, field)) for rule in organisation.rules]
    return replace(organisation, departments=names, teams=(), rules=tuple(rules))


def _outcome(rule: Rule, names: tuple[str, ...], field: str) -> Outcome:
    named = tuple(name for name in getattr(rule.then, field) if name in names)
    return Outcome(departments=named)


def fingerprint(organisation: Organisation) -> str:
    """What the organisation file says about learning, in short: another one is learned anew with."""
    said = [
        organisation.departments,
        sorted(organisation.renamed.items()),
        sorted((name, list(words)) for name, words in organisation.lexicon.items()),
        [[t.key, t.department, sorted(t.units), sorted(t.regions)] for t in organisation.teams],
        [_said(rule) for rule in organisation.rules],
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _said(rule: Rule) -> list[Any]:
    when, then, unless = rule.when, rule.then, rule.unless
    asked = [when.text, [regex.pattern for regex in when.regex], when.language]
    barred = [unless.text, [regex.pattern for regex in unless.regex]] if unless else []
    return [*asked, barred, then.departments, then.teams, then.unit, then.region, then.priority]


def now_called(name: str, renamed: Mapping[str, str]) -> str:
    """What a department that was once called *name* is called by the organisation file."""
    # A department may have been renamed more than once; a circle ends where it began.
    for _ in renamed:
        name = renamed.get(name, name)
    return name


def offered_from(wrong_at_most: float) -> float:
    """How likely a department must be to be offered as a button: it may be wrong five times as
    often as what is done without asking.
    """
    return max(0.25, min(0.8, 1 - 5 * wrong_at_most))


@dataclass(frozen=True)
class Knowledge:
    """The routers with what was learned, and what people can read of it."""

    organisation: Organisation
    routers: Mapping[str, Router]
    told: Mapping[str, Any]

    @classmethod
    def of(
        cls, organisation: Organisation, data: bytes = b"", told: Mapping[str, Any] | None = None
    ) -> "Knowledge":
        """What *data* holds; the rules' words alone, where it is b"".

        Raises:
            ModelUnreadable: it is damaged, gone, or of another release.
        """
        # Of the rules alone there is nothing to tell.
        if told and not data:
            raise ModelUnreadable("the routing models are gone")
        models: Mapping[str, Model] = storage.unpack(data) if data else {}
        made = routers(organisation)
        for name, router in made.items():
            if name in models:
                router.model = models[name]
        return cls(organisation, made, told or {})

    def advise(self, comment: Comment, ruled: Collection[str]) -> Sequence[Hint]:
        """The departments that *comment* is likely to concern, *ruled* ones among them."""
        router = self.routers["departments"]
        said = router.judge(comment.text, comment.language, ruled, self._precision)
        likely = self._likely(said, ruled)
        if not set(likely) - set(ruled):
            return ()
        why = router.explain(comment.text, comment.language)
        said_for = {
            name: convincing(why.get(name, ()), comment, self._known(name)) for name in likely
        }
        # Who is asked needs a reason to judge it by: "the" is none, nor is that most are theirs.
        return [
            Hint(
                department=name,
                likely=said.shares[name],
                certain=name in said.certain,
                words=(words := said_for[name][:_WORDS_SHOWN]),
                like=self._like(name, words),
            )
            for name in likely
            if said_for[name]
        ]

    def _likely(self, said: Judgement, ruled: Collection[str]) -> list[str]:
        least = offered_from(self.organisation.wrong_at_most)
        # What no rule places goes to triage in any case, so that a weaker guess costs nobody time.
        return [
            department
            for department, share in said.shares.items()
            if department in said.certain
            or share >= least
            or (not ruled and said.probabilities[department] >= _DECIDED)
        ]

    @property
    def _precision(self) -> float:
        return 1 - self.organisation.wrong_at_most

    def _like(self, department: str, words: tuple[str, ...]) -> tuple[int, ...]:
        known = self._known(department)
        cases = [number for word in words for number in known.get(word, ())]
        return tuple(dict.fromkeys(cases))[:_LIKE_SHOWN]

    def _known(self, department: str) -> Mapping[str, Sequence[int]]:
        """The words that are known of a department, with the newest cases that had them."""
        found: Mapping[str, Sequence[int]] = self.told.get("like", {}).get(department, {})
        return found

    def urge(self, comment: Comment) -> Urge | None:
        """What says that people would find *comment* pressing; None where that is not certain."""
        return urgency.urge(
            self.routers[urgency.NAME], self.told.get(urgency.NAME, {}), comment, self._precision
        )

    def places(self, comment: Comment) -> Places:
        """The units and regions that *comment* is likely to be about, where its source does not say."""
        return Places(
            units=() if comment.unit else self._guesses("units", comment),
            regions=() if comment.region else self._guesses("regions", comment),
        )

    def _guesses(self, attribute: str, comment: Comment) -> tuple[Guess, ...]:
        """By the strongest evidence that is certain; else by the strongest that is likely."""
        every = [self._by(kind, attribute, comment) for kind in self.organisation.outweigh]
        sure = [found for found in every if found and found[0].certain]
        likely = [found for found in every if found and found[0].likely >= _LIKELY]
        return next(iter(sure or likely), ())

    def _by(self, kind: str, attribute: str, comment: Comment) -> tuple[Guess, ...]:
        if kind == "words":
            return self._by_words(attribute, comment)
        counts = self.told.get("places", {}).get(attribute, {})
        names = self.routers[attribute].departments if attribute in self.routers else ()
        found = placing.shown(counts, comment, kind)
        return tuple(
            Guess(name=one.name, likely=one.share, certain=one.certain(self._precision))
            for one in found
            if one.name in names
        )

    def _by_words(self, attribute: str, comment: Comment) -> tuple[Guess, ...]:
        router = self.routers.get(attribute)
        if router is None:
            return ()
        said = router.judge(comment.text, comment.language, (), self._precision)
        ranked = sorted(said.shares.items(), key=lambda each: -each[1])
        # Of places a comment has one: where two are certain, neither is.
        alone = len(said.certain) == 1
        return tuple(
            Guess(name=name, likely=share, certain=alone and name in said.certain)
            for name, share in ranked
        )
