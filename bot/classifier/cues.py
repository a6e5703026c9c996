"""What the organisation's own words say of a text, before anything is learned.

Three kinds of evidence for each department: a rule that matches, a word that is nearly a rule's
(another ending), and a word of a group of the lexicon that is the department's.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.classifier.leaning import leans
from bot.classifier.lexicon import Group, Index, index_of, shipped, shipped_index
from bot.classifier.text import Word, folded
from bot.domain.comment import fold
from bot.domain.matching import REGEX_REACH, contains, speaks
from bot.domain.organisation import Condition, Organisation, Rule

_REACH = 20_000


@dataclass(slots=True)
class Evidence:
    """What speaks for one department: the words of the text, by kind."""

    exact: list[str] = field(default_factory=list)
    near: list[str] = field(default_factory=list)
    group: float = 0.0
    grouped: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Compiled:
    departments: tuple[str, ...]
    terms: tuple[str, ...]
    regexes: tuple[re.Pattern[str], ...]
    languages: tuple[str, ...]
    unless: tuple[str, ...]
    unless_regexes: tuple[re.Pattern[str], ...]


class Cues:
    """The organisation's words, ready to be looked for."""

    def __init__(self, organisation: Organisation, groups: Sequence[Group]) -> None:
        self.departments = departments_of(organisation)
        self._rules = [_compiled(rule, organisation) for rule in organisation.rules]
        self._rules = [rule for rule in self._rules if rule.departments]
        terms = [(t, d) for rule in self._rules for t in rule.terms for d in rule.departments]
        self._near = Index.of(terms)
        self.terms = terms
        self._groups = shipped_index() if groups is shipped() else index_of(groups)
        self.leans = leans(self.departments, terms, groups, self._groups)

    def find(
        self, text: str, said: Sequence[Word], lang: str
    ) -> tuple[dict[str, Evidence], set[str]]:
        """The evidence in *text*, by department, and the lexicon's groups; *said* are its words."""
        found = {department: Evidence() for department in self.departments}
        plain, spoken = folded(text[:_REACH]), fold(lang)
        for rule in self._rules:
            for word in _matched(rule, plain, text, spoken):
                for department in rule.departments:
                    found[department].exact.append(word)
        for department, word, _ in self._near.find(said):
            if not found[department].exact or word not in found[department].exact:
                found[department].near.append(word)
        return found, self._add_groups(found, said)

    def _add_groups(self, found: dict[str, Evidence], said: Sequence[Word]) -> set[str]:
        seen: set[str] = set()
        told: set[tuple[str, str]] = set()
        rules_have = {
            department: {fold(word) for word in (*own.exact, *own.near)}
            for department, own in found.items()
        }
        ruled = set().union(*rules_have.values())
        for group, word, _ in self._groups.find(said):
            for department, weight in self.leans.get(group, {}).items():
                own = found[department]
                # A word that the rules give to others is not also a hint at this department.
                if word in ruled and word not in rules_have[department]:
                    continue
                if weight > 0.1:
                    own.grouped.append(word)
                if (group, department) not in told:
                    own.group += weight
                    told.add((group, department))
            seen.add(group)
        return seen


def departments_of(organisation: Organisation) -> tuple[str, ...]:
    """Every department that a rule or a team names, in the organisation's order."""
    teamed = {team.department for team in organisation.teams}
    ruled = {d for rule in organisation.rules for d in _outcome(rule, organisation)}
    known = teamed | ruled
    return tuple(d for d in organisation.departments if d in known) or organisation.departments


def _outcome(rule: Rule, organisation: Organisation) -> tuple[str, ...]:
    teams = [organisation.team(key) for key in rule.then.teams]
    return tuple(
        dict.fromkeys((*rule.then.departments, *(team.department for team in teams if team)))
    )


def _compiled(rule: Rule, organisation: Organisation) -> _Compiled:
    when, unless = rule.when, rule.unless or Condition()
    return _Compiled(
        departments=() if _asks_more(when) else _outcome(rule, organisation),
        terms=tuple(fold(term) for term in when.text),
        regexes=when.regex,
        languages=tuple(fold(language) for language in when.language),
        unless=tuple(fold(term) for term in unless.text),
        unless_regexes=unless.regex,
    )


def _asks_more(when: Condition) -> bool:
    other = (when.platform, when.region, when.unit, when.account, when.author, when.campaign)
    return any(other) or bool(when.tag) or when.rating is not None


def _matched(rule: _Compiled, plain: str, text: str, spoken: str) -> Iterable[str]:
    if rule.languages and not any(speaks(spoken, one) for one in rule.languages):
        return ()
    hits = [term for term in rule.terms if term in plain and contains(plain, term)]
    if not hits and not rule.regexes:
        return ()
    reach = text[:REGEX_REACH]
    hits += [m[0] for regex in rule.regexes if (m := regex.search(reach)) and m[0]]
    if not hits or any(contains(plain, term) for term in rule.unless):
        return ()
    barred = any(regex.search(reach) for regex in rule.unless_regexes)
    return () if barred else dict.fromkeys(hits)
