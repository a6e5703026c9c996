"""Everything that is known of an author, for whoever may ask for it: they themselves.

Nothing of it names people of ours: an act tells what was done, and when, for which team.
"""

import re
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from bot.domain import events as e
from bot.domain.comment import fold
from bot.domain.forgetting import Gone, written
from bot.store import forgetting, journal
from bot.store.forgetting import Held
from bot.store.session import Session
from bot.usecases.forgetting import Person

# A person of ours, as Slack writes them in what somebody typed.
_PERSON = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_PLAIN: TypeAdapter[Any] = TypeAdapter(Any)


def everything(session: Session, person: Person, *, now: datetime) -> dict[str, Any]:
    """What is stored of *person*, as values of JSON."""
    return {
        "as_of": now.isoformat(),
        "platform": person.platform,
        "author": _plain(asdict(person.author)),
        "comments": [_comment(session, held) for held in person.comments],
        "cases": [_case(session, number, person) for number in person.cases],
    }


def _comment(session: Session, held: Held) -> dict[str, Any]:
    said = forgetting.raw_of(session, held)
    return {
        "case": held.case or None,
        "as_of_now": _plain(asdict(held.comment)),
        "received_at": held.received_at.isoformat(),
        "deliveries": [_plain(each) for each in said],
    }


def _case(session: Session, number: int, person: Person) -> dict[str, Any]:
    case = journal.load(session, number, lock=False)
    own = any(held.own and held.case == number for held in person.comments)
    told: dict[str, Any] = {"number": number, "about_their_comment": own}
    if case is None:
        return told
    gone = _gone(session, number, person)
    return told | {
        "opened_at": _plain(case.opened_at),
        "settled_at": _plain(case.settled_at),
        "priority": case.priority.value,
        "tags": list(case.tags),
        "teams": {key: stake.state.value for key, stake in case.stakes.items()},
        "acts": [_act(each, gone) for each in journal.history(session, number)],
    }


def _gone(session: Session, number: int, person: Person) -> Gone:
    """Their words and names, and whose other comments are answered in the same case."""
    mine = {held.id for held in person.comments}
    left = [held.comment for held in forgetting.of_case(session, number) if held.id not in mine]
    return Gone.of((held.comment for held in person.comments), left)


def _act(recorded: e.Recorded, gone: Gone) -> dict[str, Any]:
    """What was done; what one of us wrote, as far as it is not about another author."""
    event = recorded.event
    told: dict[str, Any] = {"at": recorded.at.isoformat(), "what": type(event).__name__}
    if team := getattr(event, "team", ""):
        told["team"] = str(team)
    said = [text for text in written(event) if not gone.left or gone.quoted(text)]
    if said:
        told["written"] = [_PERSON.sub("(a colleague)", text) for text in said]
    if isinstance(event, e.StakeOpened | e.StakeExplained):
        told["because"] = [_because(why, gone) for why in event.reasons]
    return told


def _because(why: e.Reason, gone: Gone) -> dict[str, Any]:
    name = {"name": why.name} if why.kind == "rule" else {}
    words = [word for word in why.words if any(fold(word) in text for text in gone.texts)]
    return {"kind": why.kind, **name, "words": words}


def _plain(value: Any) -> Any:
    return _PLAIN.dump_python(value, mode="json")
