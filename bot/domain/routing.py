"""Which teams a comment concerns, and why.

Every rule that matches applies. Each department that the rules find gives the stake to its most
specific team for the comment's unit, region and language; what no rule and no team covers goes to
triage, where a person decides.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from bot.domain.comment import Comment, fold, fold_all, fold_own
from bot.domain.events import Reason, Suggestion
from bot.domain.matching import REGEX_REACH, contains, speaks
from bot.domain.organisation import Condition, Organisation, Priority, Rating, Rule, Team

# What no team covers: by whether a region is known, and a unit.
_UNCOVERED = {
    (True, True): " covers this region and unit",
    (True, False): " covers this region",
    (False, True): " covers this unit",
    (False, False): " covers this comment",
}
# What would have to be known for a team to cover it: by whether that is the region, and the unit.
_UNSAID = {
    (True, True): ": the comment says neither region nor unit",
    (True, False): ": the comment says no region",
    (False, True): ": the comment says no unit",
}
# Of a rule's name, where a sentence follows that has to be read to its end.
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What routing decided; ``triage`` says what a person has to settle, "" if nothing.

    ``orphans`` are the departments that rules name and of which no team covers the comment.
    ``nameless`` are the rules that match and name no team, though they could, where no other does.
    ``prioritised`` says that a rule has decided the priority, ``pressing`` why it was raised without
    one.
    """

    teams: tuple[tuple[str, tuple[Reason, ...]], ...] = ()
    units: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    priority: Priority = Priority.NORMAL
    tags: tuple[str, ...] = ()
    lead: str = ""
    triage: str = ""
    suggested: tuple[Suggestion, ...] = ()
    orphans: tuple[str, ...] = ()
    nameless: tuple[str, ...] = ()
    prioritised: bool = False
    pressing: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hit:
    rule: Rule
    reason: Reason


def route(comment: Comment, organisation: Organisation) -> Decision:
    """Decide the teams, unit, region and priority of *comment*."""
    text = fold(comment.text)
    hits = [hit for rule in organisation.rules if (hit := _hit(rule, comment, text))]
    units = _named([hit.rule.then.unit for hit in hits]) or _one(comment.unit)
    regions = _named([hit.rule.then.region for hit in hits]) or _one(comment.region)
    found, orphans = _teams(hits, organisation, units, regions, comment.language)
    blamed = [] if found or orphans else hits
    nameless = [hit.rule.name for hit in blamed if hit.rule.asks]
    priorities = [hit.rule.then.priority for hit in hits if hit.rule.then.priority]
    return Decision(
        teams=tuple((key, tuple(reasons)) for key, reasons in found.items()),
        units=units,
        regions=regions,
        priority=min(priorities, key=lambda p: p.rank, default=Priority.NORMAL),
        tags=_named([hit.rule.then.tags for hit in hits]),
        lead=_lead(hits, organisation, tuple(found)),
        triage=_triage(found, nameless, uncovered(orphans, units, regions, organisation)),
        orphans=tuple(orphans),
        nameless=tuple(nameless),
        prioritised=bool(priorities),
    )


def _named(values: list[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in values for name in names))


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _lead(hits: list[_Hit], organisation: Organisation, keys: tuple[str, ...]) -> str:
    """The team that speaks to the customer: of the department that a rule names, if it has a part."""
    for hit in hits:
        named = [key for key in keys if _department(organisation, key) == hit.rule.then.lead]
        if named:
            return organisation.lead_team(tuple(named))
    return organisation.lead_team(keys)


def _department(organisation: Organisation, key: str) -> str | None:
    team = organisation.team(key)
    return team.department if team else None


def _triage(found: Collection[str], nameless: Sequence[str], lacks: str) -> str:
    if lacks or found:
        return lacks
    return _names_nobody(nameless) if nameless else "no rule matches"


def _names_nobody(rules: Sequence[str]) -> str:
    """That *rules* match and ask nobody, and who puts that right."""
    first = rules[0] if len(rules[0]) <= _LONGEST_NAME else f"{rules[0][: _LONGEST_NAME - 1]}…"
    match = (
        f"the rule “{first}” matches, but names"
        if len(rules) == 1
        else f"the rules “{first}” and {len(rules) - 1} more match, but name"
    )
    return f"{match} no team; a manager can change that"


def uncovered(
    orphans: Sequence[str],
    units: Sequence[str],
    regions: Sequence[str],
    organisation: Organisation,
) -> str:
    """What triage is asked about departments without a team for the comment; "" for none."""
    if not orphans:
        return ""
    fitting = [
        team
        for team in organisation.teams
        if team.department in orphans and _may(team.units, units) and _may(team.regions, regions)
    ]
    region = not regions and any(team.regions for team in fitting)
    unit = not units and any(team.units for team in fitting)
    why = _UNSAID.get((region, unit)) or _UNCOVERED[bool(regions), bool(units)]
    return f"{lacking(orphans)}{why}"


def lacking(orphans: Sequence[str]) -> str:
    """Of which departments no team covers the comment: how `uncovered` begins; "" for none."""
    return f"no {' or '.join(orphans)} team" if orphans else ""


def lacked(triage: str) -> str:
    """What `lacking` said in *triage*; "" where it asks something else."""
    ends = (*_UNCOVERED.values(), *_UNSAID.values())
    return next((triage.removesuffix(end) for end in ends if triage.endswith(end)), "")


def _may(own: Collection[str], said: Sequence[str]) -> bool:
    """Whether a team for *own* covers what was *said*, or could where nothing was."""
    names = set(map(fold_own, own))
    return not names or not said or any(fold(name) in names for name in said)


def _hit(rule: Rule, comment: Comment, text: str) -> _Hit | None:
    words = _matches(rule.when, comment, text)
    if words is None:
        return None
    if rule.unless is not None and _matches_any(rule.unless, comment, text):
        return None
    return _Hit(rule, Reason(kind="rule", name=rule.name, words=words))


def _matches(condition: Condition, comment: Comment, text: str) -> tuple[str, ...] | None:
    """The words and values that fulfil every part of *condition*; None when one fails."""
    found: list[str] = []
    for part in _parts(condition, comment, text):
        if not part:
            return None
        found += part
    return tuple(dict.fromkeys(found))


def _matches_any(condition: Condition, comment: Comment, text: str) -> bool:
    return any(_parts(condition, comment, text))


def _parts(condition: Condition, comment: Comment, text: str) -> Iterator[tuple[str, ...]]:
    """For each kind of condition that is asked about, what matched.

    Words come first: they decide about most rules, and nobody asks for the rest then.
    """
    if condition.text or condition.regex:
        yield _words(condition, comment, text)
    if condition.platform:
        yield _field(condition.platform, comment.platform)
    if condition.language:
        yield _field(condition.language, comment.language, prefix=True)
    if condition.region:
        yield _field(condition.region, comment.region)
    if condition.unit:
        yield _field(condition.unit, comment.unit)
    if condition.account:
        yield _field(condition.account, comment.account)
    if condition.author:
        author = comment.author
        yield _field(condition.author, author.id, author.handle, author.name)
    if condition.campaign:
        yield _field(condition.campaign, comment.campaign)
    if condition.tag:
        yield _field(condition.tag, *comment.tags)
    if condition.rating is not None:
        yield _stars(condition.rating, comment)


def _words(condition: Condition, comment: Comment, text: str) -> tuple[str, ...]:
    # Hundreds of words are looked for in each text, which has two or three of them.
    own = zip(condition.text, fold_all(condition.text), strict=True)
    words = [term for term, plain in own if plain in text and contains(text, plain)]
    if not condition.regex:
        return tuple(words)
    reach = comment.text[:REGEX_REACH]
    found = [m[0] for pattern in condition.regex if (m := pattern.search(reach)) and m[0]]
    return (*words, *found)


def _stars(rating: Rating, comment: Comment) -> tuple[str, ...]:
    stars = "star" if comment.rating == 1 else "stars"
    return (f"{comment.rating:g} {stars}",) if rating.holds(comment.rating) else ()


def _field(wanted: tuple[str, ...], *values: str, prefix: bool = False) -> tuple[str, ...]:
    folded = [fold(value) for value in values if value]
    return tuple(
        want
        for want in wanted
        if any(v == fold_own(want) or (prefix and speaks(v, fold_own(want))) for v in folded)
    )


def _teams(
    hits: list[_Hit],
    organisation: Organisation,
    units: tuple[str, ...],
    regions: tuple[str, ...],
    language: str,
) -> tuple[dict[str, list[Reason]], list[str]]:
    found: dict[str, list[Reason]] = {}
    orphans: list[str] = []
    places = list(product(units or ("",), regions or ("",)))
    for hit in hits:
        keys = list(hit.rule.then.teams)
        for department in hit.rule.then.departments:
            teams = [best_team(organisation, department, u, r, language) for u, r in places]
            keys += [team.key for team in teams if team]
            if None in teams and department not in orphans:
                orphans.append(department)
        for key in dict.fromkeys(keys):
            found.setdefault(key, []).append(hit.reason)
    return found, orphans


def best_team(
    organisation: Organisation, department: str, unit: str, region: str, language: str
) -> Team | None:
    """The department's most specific team for a place; None when none covers it.

    A team that names a unit, region or language covers only what it names. Of several, the one
    that names the region wins, then the unit, then the language, then the file's order.
    """
    place = fold(unit), fold(region), fold(language)
    covering = [
        team
        for team in organisation.teams
        if team.department == department and _covers(team, *place)
    ]
    return max(
        covering,
        key=lambda team: (bool(team.regions), bool(team.units), bool(team.languages)),
        default=None,
    )


def _covers(team: Team, unit: str, region: str, language: str) -> bool:
    """Whether *team* is one for that place; all of it is folded."""
    return (
        (not team.units or unit in map(fold_own, team.units))
        and (not team.regions or region in map(fold_own, team.regions))
        and (not team.languages or any(speaks(language, fold_own(own)) for own in team.languages))
    )
