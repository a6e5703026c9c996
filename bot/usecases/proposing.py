"""Rules that routing proposes: offered to each manager once, and set aside when somebody says so."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.domain.learned import Proposal
from bot.domain.organisation import Organisation
from bot.domain.proposing import key
from bot.store import absences, outbox
from bot.store.outbox import Owed, Urgency
from bot.store.session import Session

_MOST_AT_ONCE = 3
_OFFERED, _ASIDE = "proposal:", "not now:"


def owe_proposals(
    session: Session, organisation: Organisation, proposals: Sequence[Proposal], *, now: datetime
) -> int:
    """Offer what is new to the managers, the best first; how many messages they get."""
    keys = [key(each) for each in open_proposals(session, proposals)[:_MOST_AT_ONCE]]
    owed = [
        _owed(which, manager)
        for which in keys
        for manager in sorted(organisation.managers)
        if absences.hint_once(session, manager, f"{_OFFERED}{which}", now=now)
    ]
    outbox.owe(session, owed, now=now)
    return len(owed)


def open_proposals(session: Session, proposals: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """Those that nobody has set aside."""
    aside = set_aside(session)
    return tuple(each for each in proposals if key(each) not in aside)


def set_aside(session: Session) -> Collection[str]:
    """The keys of all proposals to which a manager has said *Not now*."""
    return frozenset(hint.removeprefix(_ASIDE) for hint in absences.hints(session, _ASIDE))


def not_now(
    session: Session, organisation: Organisation, which: str, *, by: str, now: datetime
) -> None:
    """Offer that proposal to nobody again; the messages that did show that it is settled."""
    absences.hint_once(session, by, f"{_ASIDE}{which}", now=now)
    told = absences.hinted(session, f"{_OFFERED}{which}") & organisation.managers
    outbox.owe(session, [_owed(which, manager) for manager in told], now=now)


def _owed(which: str, manager: str) -> Owed:
    return Owed(
        key=f"proposal:{which}:{manager}",
        kind="proposal",
        channel=manager,
        urgency=Urgency.DIGEST,
        data={"proposal": which},
    )
