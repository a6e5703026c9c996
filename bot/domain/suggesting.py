"""Rules and suggestions together: what a comment gets by itself, and what a person is asked.

A written rule that applies is never overruled by a guess; a guess may add a department. One that is
certain enough opens a stake, one that is only likely is put to triage as a ready button.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.domain.comment import Comment, fold, fold_own
from bot.domain.events import Reason, Suggestion
from bot.domain.matching import speaks
from bot.domain.organisation import Organisation, Priority, Team
from bot.domain.routing import Decision, best_team, route, uncovered

MORE = "another team may be concerned"
"""What triage is asked about a comment that has its teams, or some of them, already."""

RAISED = Priority.HIGH
"""How pressing a guess makes a comment; what is urgent, only rules and people say."""

# With two more buttons, a card has five.
_MOST_ASKED = 3
_MOST_CANDIDATES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A department that a comment is likely to concern.

    Attributes:
        likely: from 0 to 1.
        certain: whether so likely a hint is wrong as seldom as the organisation allows.
        words: of the comment, what speaks for it, strongest first.
        like: earlier cases with these words that did concern the department.
    """

    department: str
    likely: float
    certain: bool = False
    words: tuple[str, ...] = ()
    like: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A unit or a region that a comment may be about; the attributes are those of `Hint`."""

    name: str
    likely: float
    certain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What a comment is likely to be about, the likeliest first."""

    units: tuple[Guess, ...] = ()
    regions: tuple[Guess, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Urge:
    """Why a comment is more pressing than others; the attributes are those of `Hint`."""

    words: tuple[str, ...]
    like: tuple[int, ...] = ()


class Adviser(Protocol):
    """Whoever has learned from people's corrections."""

    def advise(self, comment: Comment, ruled: Collection[str]) -> Sequence[Hint]:
        """The departments that *comment* is likely to concern, *ruled* ones among them."""

    def places(self, comment: Comment) -> Places:
        """The units and regions that *comment* is likely to be about."""

    def urge(self, comment: Comment) -> Urge | None:
        """What says that people would find *comment* pressing; None where that is not certain."""

    def language(self, comment: Comment) -> str:
        """The language of *comment* where its source did not say, "" where nothing tells."""

    def warm(self) -> None:
        """Get ready in the background, so that the first comment need not wait."""


class Silent:
    """An adviser who has nothing to say: the rules alone decide."""

    def advise(self, comment: Comment, ruled: Collection[str]) -> Sequence[Hint]:
        """Nothing."""
        del comment, ruled
        return ()

    def places(self, comment: Comment) -> Places:
        """Nothing."""
        del comment
        return Places()

    def urge(self, comment: Comment) -> Urge | None:
        """Nothing."""
        del comment
        return None

    def language(self, comment: Comment) -> str:
        """Nothing."""
        del comment
        return ""

    def warm(self) -> None:
        """Nothing."""


SILENT = Silent()


@dataclass(frozen=True, slots=True)
class _Found:
    """The teams of a department that may be meant; ``sure`` when it can only be the first."""

    hint: Hint
    teams: tuple[tuple[Team, float], ...]
    sure: bool


def advised(
    decision: Decision, comment: Comment, organisation: Organisation, adviser: Adviser
) -> Decision:
    """*decision*, with what the adviser adds to it."""
    return _raised(_placed_by(decision, comment, organisation, adviser), comment, adviser)


def _raised(decision: Decision, comment: Comment, adviser: Adviser) -> Decision:
    """More pressing, as people have found others like it; a rule's word on that stands."""
    settled = decision.prioritised or decision.priority is not Priority.NORMAL
    urge = None if settled else adviser.urge(comment)
    if urge is None:
        return decision
    why = Reason(kind="urgency", name=RAISED.value, words=urge.words, like=urge.like)
    teams = tuple((key, (*reasons, why)) for key, reasons in decision.teams)
    triage = decision.triage
    if triage and not teams and not decision.orphans:
        triage = f"{triage}; {RAISED.value} because of {_quoted(why)}"
    return replace(decision, priority=RAISED, pressing=(why,), teams=teams, triage=triage)


def _quoted(why: Reason) -> str:
    words = ", ".join(f"“{word}”" for word in why.words)
    return f"{words}, as in {' and '.join(f'#{case}' for case in why.like)}" if why.like else words


def _placed_by(
    decision: Decision, comment: Comment, organisation: Organisation, adviser: Adviser
) -> Decision:
    ruled = _departments(decision, organisation)
    said = [hint for hint in adviser.advise(comment, ruled) if hint.department not in ruled]
    if not said and not decision.orphans:
        return decision
    missing = not (decision.units and decision.regions)
    places = adviser.places(comment) if missing else Places()
    decision = _housed(_placed(decision, places), comment, organisation)
    ruled = _departments(decision, organisation)
    hints = sorted(
        (hint for hint in said if hint.department not in ruled), key=lambda hint: -hint.likely
    )
    found = [_found(decision, comment, organisation, places, hint) for hint in hints]
    for each in found:
        if each.sure and each.hint.certain:
            decision = _opened(decision, organisation, each.teams[0][0], each.hint)
    return _asked(decision, [each for each in found if not (each.sure and each.hint.certain)])


def _departments(decision: Decision, organisation: Organisation) -> set[str]:
    return {team.department for key, _ in decision.teams if (team := organisation.team(key))}


def _housed(decision: Decision, comment: Comment, organisation: Organisation) -> Decision:
    """Departments that rules name get the team of the place that is known by now."""
    if not decision.orphans:
        return decision
    unit = next(iter(decision.units), comment.unit)
    region = next(iter(decision.regions), comment.region)
    if (unit, region) == (comment.unit, comment.region):
        # The rules have been asked about this very place.
        return decision
    there = route(replace(comment, unit=unit, region=region), organisation)
    found = tuple(
        (key, reasons)
        for key, reasons in there.teams
        if (team := organisation.team(key)) and team.department in decision.orphans
    )
    if not found:
        return decision
    teams = (*decision.teams, *(each for each in found if each[0] not in _keys(decision.teams)))
    orphans = tuple(name for name in decision.orphans if name in there.orphans)
    lead = there.lead if there.lead in _keys(teams) else organisation.lead_team(_keys(teams))
    return _left(replace(decision, teams=teams, lead=lead, orphans=orphans), organisation)


def _placed(decision: Decision, places: Places) -> Decision:
    """The unit and region that are certain, where nothing has said them."""
    units = decision.units or _certain(places.units)
    return replace(decision, units=units, regions=decision.regions or _certain(places.regions))


def _certain(guesses: Sequence[Guess]) -> tuple[str, ...]:
    return tuple(guess.name for guess in guesses if guess.certain)[:1]


def _found(
    decision: Decision, comment: Comment, organisation: Organisation, places: Places, hint: Hint
) -> _Found:
    unit, region = (next(iter(names), "") for names in (decision.units, decision.regions))
    team = best_team(organisation, hint.department, unit, region, comment.language)
    if team is not None:
        return _Found(hint, ((team, hint.likely),), sure=True)
    candidates = [
        (team, hint.likely * share)
        for team in organisation.teams
        if team.department == hint.department
        and (share := _share(team, unit, region, comment.language, places)) > 0
    ]
    candidates.sort(key=lambda each: -each[1])
    return _Found(hint, tuple(candidates[:_MOST_CANDIDATES]), sure=False)


def _share(team: Team, unit: str, region: str, language: str, places: Places) -> float:
    """How likely it is this team's place; 0 where what is known says that it is not."""
    spoken = fold(language)
    fits = not (team.languages and language) or any(
        speaks(spoken, fold_own(own)) for own in team.languages
    )
    likely = _part(team.units, unit, places.units) * _part(team.regions, region, places.regions)
    return likely if fits else 0.0


_UNHEARD_OF = 0.02


def _part(own: Collection[str], known: str, guesses: Sequence[Guess]) -> float:
    names = {fold(name) for name in own}
    if not names:
        return 1.0
    if known:
        return float(fold(known) in names)
    if not guesses:
        return 1.0
    return max((g.likely for g in guesses if fold(g.name) in names), default=_UNHEARD_OF)


def _opened(decision: Decision, organisation: Organisation, team: Team, hint: Hint) -> Decision:
    why = Reason(kind="suggestion", words=hint.words, like=hint.like)
    teams = (*decision.teams, (team.key, (why,)))
    # The rules' own choice of who leads stays; without one, it is by department order.
    lead = decision.lead if _ruled(decision) else organisation.lead_team(_keys(teams))
    orphans = tuple(name for name in decision.orphans if name != hint.department)
    return _left(replace(decision, teams=teams, lead=lead, orphans=orphans), organisation)


def _left(decision: Decision, organisation: Organisation) -> Decision:
    """*decision*, with what is left for triage to settle now that it has more teams."""
    lacks = uncovered(decision.orphans, decision.units, decision.regions, organisation)
    return replace(decision, triage=lacks)


def _ruled(decision: Decision) -> bool:
    return any(why.kind == "rule" for _, reasons in decision.teams for why in reasons)


def _keys(teams: Sequence[tuple[str, tuple[Reason, ...]]]) -> tuple[str, ...]:
    return tuple(key for key, _ in teams)


def _asked(decision: Decision, found: Sequence[_Found]) -> Decision:
    """*decision*, with buttons for triage: every department's likeliest team first."""
    ranked = [
        (rank, Suggestion(team=team.key, likely=likely, words=f.hint.words, like=f.hint.like))
        for f in found
        for rank, (team, likely) in enumerate(f.teams)
    ]
    ranked.sort(key=lambda each: (each[0], -each[1].likely))
    suggested = tuple(suggestion for _, suggestion in ranked[:_MOST_ASKED])
    if not suggested:
        return decision
    triage = decision.triage or MORE
    return replace(decision, suggested=suggested, triage=triage)
