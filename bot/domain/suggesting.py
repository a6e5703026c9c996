"""Rules and suggestions together: what a comment gets by itself, and what a person is asked.

A written rule that applies is never overruled by a guess; a guess may add a department. One that is
certain enough opens a stake, one that is only likely is put to triage as a ready button.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.domain.comment import Comment
from bot.domain.events import Reason, Suggestion
from bot.domain.organisation import Organisation, Team
from bot.domain.routing import Decision, best_team

_MOST_ASKED = 4


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


class Adviser(Protocol):
    """Whoever has learned from people's corrections."""

    def advise(self, comment: Comment, ruled: Collection[str]) -> Sequence[Hint]:
        """The departments that *comment* is likely to concern, *ruled* ones among them."""

    def language(self, comment: Comment) -> str:
        """The language of *comment* where its source did not say, "" where nothing tells."""


class Silent:
    """An adviser who has nothing to say: the rules alone decide."""

    def advise(self, comment: Comment, ruled: Collection[str]) -> Sequence[Hint]:
        """Nothing."""
        del comment, ruled
        return ()

    def language(self, comment: Comment) -> str:
        """Nothing."""
        del comment
        return ""


SILENT = Silent()


def advised(
    decision: Decision, comment: Comment, organisation: Organisation, adviser: Adviser
) -> Decision:
    """*decision*, with what the adviser adds to it."""
    ruled = {team.department for key, _ in decision.teams if (team := organisation.team(key))}
    hints = [h for h in adviser.advise(comment, ruled) if h.department not in ruled]
    for hint in sorted(hints, key=lambda hint: -hint.likely):
        team = _team(decision, comment, organisation, hint.department)
        if team is not None:
            decision = _with(decision, organisation, team, hint)
    return decision


def _team(
    decision: Decision, comment: Comment, organisation: Organisation, department: str
) -> Team | None:
    unit, region = (next(iter(names), "") for names in (decision.units, decision.regions))
    return best_team(organisation, department, unit, region, comment.language)


def _with(decision: Decision, organisation: Organisation, team: Team, hint: Hint) -> Decision:
    if hint.certain:
        why = Reason(kind="suggestion", words=hint.words, like=hint.like)
        teams = (*decision.teams, (team.key, (why,)))
        # The rules' own choice of who leads stays; without one, it is by department order.
        lead = decision.lead or organisation.lead_team(tuple(key for key, _ in teams))
        placed = decision.triage if decision.teams or decision.suggested else ""
        return replace(decision, teams=teams, lead=lead, triage=placed)
    if len(decision.suggested) >= _MOST_ASKED:
        return decision
    asked = Suggestion(team=team.key, likely=hint.likely, words=hint.words, like=hint.like)
    triage = decision.triage or "another team may be concerned"
    return replace(decision, suggested=(*decision.suggested, asked), triage=triage)
