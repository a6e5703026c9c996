"""What people look at: a case, its history, lists of cases, the home tab."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.domain.case import Case, Fact
from bot.domain.comment import Comment
from bot.domain.digest import Waiting
from bot.domain.events import Recorded
from bot.domain.lines import Line
from bot.domain.organisation import Team
from bot.errors import Refused
from bot.store import at_claim, comments, journal, queries, reports, waves
from bot.store.ahead import Asked
from bot.store.session import Session

# Lists say how many more there are; beyond this nobody counts.
MANY = 500
# On a card, and in a window.
_OF_A_WAVE, _OF_A_WAVE_AT_MOST = 5, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """A case with the comment it is about."""

    case: Case
    comment: Comment

    def side_of(self, teams: Sequence[Team]) -> str:
        """The team from whose side somebody in *teams* looks at the case; "" when from none.

        Of several, the one that still has to act.
        """
        own = [self.case.stakes[t.key] for t in teams if t.key in self.case.stakes]
        own.sort(key=lambda stake: not stake.state.live)
        return own[0].team if own else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """What one person's home tab shows; the lists are whole, whatever page is looked at."""

    held: Sequence[Line]
    unclaimed: Sequence[Line]
    waiting: Sequence[Waiting]
    facts: Sequence[tuple[int, Fact]]


def case(session: Session, number: int) -> CaseView:
    """A case as it stands.

    Raises:
        Refused: there is no such case.
    """
    found = journal.load(session, number, lock=False)
    comment = comments.of_case(session, number)
    if found is None or comment is None:
        raise Refused(f"There is no case #{number}.")
    if found.joined:
        found = replace(found, wave=waves.of_case(session, number, newest=_OF_A_WAVE))
    return CaseView(case=found, comment=comment)


def wave(session: Session, number: int) -> Case:
    """A case with as many comments of its wave as a window can list.

    Raises:
        Refused: there is no such case.
    """
    found = case(session, number).case
    return replace(found, wave=waves.of_case(session, number, newest=_OF_A_WAVE_AT_MOST))


def timeline(session: Session, number: int) -> tuple[CaseView, Sequence[Recorded]]:
    """A case with everything that happened to it, oldest first."""
    return case(session, number), journal.history(session, number)


def home(
    session: Session,
    person: str,
    teams: Sequence[Team],
    *,
    everyone: Sequence[Team],
    wanted: Callable[[Line], bool] = lambda _: True,
) -> HomeView:
    """What *person* holds, what their teams have unclaimed, and whom of *everyone* they wait for.

    *wanted* narrows the lists of cases.
    """
    keys = [team.key for team in teams]
    others = [team.key for team in everyone if team.key not in keys]
    unclaimed = queries.unclaimed(session, keys, limit=MANY)
    return HomeView(
        held=[line for line in queries.held_by(session, person) if wanted(line)],
        unclaimed=[line for line in unclaimed if wanted(line)],
        waiting=reports.waiting_for(session, keys, others),
        facts=queries.facts_for(session, person),
    )


def known_at_claim(
    session: Session, number: int, person: str, hint: str
) -> tuple[bool, tuple[int, str] | None]:
    """Whether *person* has been told *hint*; and who talks to the author already.

    That is another case, which somebody holds: its number, and the team.
    """
    return at_claim.is_told(session, person, hint), at_claim.talking(session, number)


def asked_at_claim(number: int, person: str, hint: str) -> Sequence[Asked]:
    """What `known_at_claim` is going to ask."""
    return at_claim.asked(number, person, hint)


def held_by(session: Session, person: str) -> Sequence[Line]:
    """What *person* holds, due first."""
    return queries.held_by(session, person)


def live(session: Session, teams: Sequence[Team]) -> Sequence[Line]:
    """What *teams* still have to finish, in the order in which it needs somebody."""
    return queries.live(session, [team.key for team in teams], limit=MANY)


def search(session: Session, words: str) -> Sequence[Line]:
    """Cases whose comment has all of *words*, newest first."""
    return queries.search(session, words, limit=MANY)
