"""Crosstalk proper: a message in one team's thread appears in the threads of the others.

What is relayed is one notice a channel, whose key names the message it came from: said again it
changes nothing, edited it is shown anew, taken back it goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.organisation import Organisation
from bot.errors import Refused
from bot.store import journal, outbox
from bot.store.outbox import Owed, Urgency
from bot.store.session import Session

PREFIX = ">>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message in the thread of a card; ``text`` as Slack sent it, ``files`` as links to them.

    ``by_hand``: somebody chose to relay it, so no prefix says so.
    """

    channel: str
    ts: str
    by: str
    text: str
    files: tuple[str, ...] = ()
    by_hand: bool = False


def card_at(session: Session, channel: str, ts: str) -> tuple[int, str] | None:
    """The case and the team of the card at *ts* in *channel*, None where no card is.

    The team of a card in triage is "".
    """
    return outbox.card_at(session, channel, ts)


def tell_others(
    session: Session,
    organisation: Organisation,
    said: Said,
    *,
    number: int,
    team: str,
    now: datetime,
) -> int:
    """Show *said* in the threads of the case's other teams; how many there are.

    Raises:
        Refused: there is no other team to tell.
    """
    others = _others(session, organisation, number, team)
    if not others:
        raise Refused(f"No other team has a part in #{number} yet. *Invite a team* asks one.")
    words = {"text": said.text, "by": said.by, "from": team}
    data: dict[str, object] = {**words, "files": list(said.files), "by_hand": said.by_hand}
    outbox.owe(session, [_relay(said, number, other, data) for other in others], now=now)
    return len(others)


def was_relayed(session: Session, organisation: Organisation, said: Said) -> bool:
    """Whether that message, as it was before, stands in the threads of other teams."""
    return bool(_relayed(session, organisation, said))


def follow(
    session: Session, organisation: Organisation, said: Said, *, gone: bool, now: datetime
) -> bool:
    """Let an edit, or a deletion, of a message follow where it was relayed; whether it was.

    With *gone* it goes from there, unless it was relayed by hand and still says something.
    """
    relayed = _relayed(session, organisation, said)
    says = bool(said.text or said.files)
    news = {"text": said.text, "files": list(said.files)}
    again = [
        replace(notice, data={**notice.data, **news, "gone": gone and not _stays(notice, says)})
        for notice in relayed
    ]
    outbox.owe(session, again, now=now)
    return bool(again)


def _relayed(session: Session, organisation: Organisation, said: Said) -> list[Owed]:
    others = [team.channel for team in organisation.teams]
    return outbox.relayed(session, said.channel, said.ts, to=others)


def _stays(notice: Owed, says: bool) -> bool:
    return says and bool(notice.data.get("by_hand"))


def _others(
    session: Session, organisation: Organisation, number: int, team: str
) -> Sequence[tuple[str, str]]:
    case = journal.load(session, number, lock=False)
    if case is None:
        raise Refused(f"There is no case #{number}.")
    found = (organisation.team(key) for key in case.stakes if key != team)
    return [(each.key, each.channel) for each in found if each]


def _relay(said: Said, number: int, other: tuple[str, str], data: dict[str, object]) -> Owed:
    key, channel = other
    return Owed(
        key=outbox.relay_key(said.channel, said.ts, channel),
        kind="relay",
        channel=channel,
        urgency=Urgency.DIGEST,
        case_number=number,
        team=key,
        data={**data, "thread": True, "gone": False},
    )
