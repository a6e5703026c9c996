"""`crosstalk forget` and `crosstalk about`: a customer asks what is known of them, or to be gone."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import erasing, organisation as organisations, readiness
from bot.config import Settings
from bot.errors import Fault, Misconfigured
from bot.printing import say
from bot.store.database import Database
from bot.usecases import about, forgetting
from bot.usecases.forgetting import Erased, Person

_MOST_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom somebody named on the command line; *platform* and *source* narrow it down."""

    name: str
    platform: str = ""
    source: str = ""


def forget(
    settings: Settings,
    asked: Asked,
    *,
    now: datetime,
    only_show: bool = False,
    confirm: Callable[[str], bool],
) -> int:
    """`crosstalk forget AUTHOR`: erase what they wrote and who they are; 1 when nothing was.

    Raises:
        Misconfigured: nobody, or more than one, goes by that name; or the database is not ready.
        DatabaseAway: the database went away; forgetting again goes on where it ended.
    """
    org = organisations.load(settings.organisation_file)
    database = readiness.opened(settings)
    person = _the_one(database, asked)
    say(_what_goes(person))
    if only_show:
        say("Nothing was changed.")
        return 0
    if not confirm("Erase it for good?"):
        say("Nothing was changed.")
        return 1
    erased, mentioned = erasing.forget_person(
        database, org, person, again=lambda: _people(database, asked), now=now
    )
    say(_done(erased, mentioned))
    return 0


def tell_about(settings: Settings, asked: Asked, *, now: datetime) -> int:
    """`crosstalk about AUTHOR`: everything that is known of them, as JSON.

    Raises:
        Misconfigured: nobody, or more than one, goes by that name; or the database is not ready.
    """
    database = readiness.opened(settings)
    person = _the_one(database, asked)
    with database.reading() as session:
        told = about.everything(session, person, now=now)
    # Escaped, so that no terminal acts on what a customer wrote.
    say(json.dumps(told, indent=2, default=str))
    return 0


def _people(database: Database, asked: Asked) -> list[Person]:
    with database.reading() as session:
        found = forgetting.find(session, asked.name, platform=asked.platform, source=asked.source)
        return [forgetting.whole(session, person) for person in found]


def _the_one(database: Database, asked: Asked) -> Person:
    found = _people(database, asked)
    if not found:
        mend = "write their id, their handle or their whole name as the platform has it"
        raise Misconfigured([Fault("AUTHOR", "nobody is known by that name", mend)])
    if len(found) > 1:
        mend = "add --platform or --source, or write an id instead:"
        listed = "\n".join(f"  {_called(person)}" for person in found[:_MOST_LISTED])
        problem = f"{len(found)} people go by that name"
        raise Misconfigured([Fault("AUTHOR", problem, f"{mend}\n{listed}")])
    return found[0]


def _called(person: Person) -> str:
    author = person.author
    known = {"name": author.name, "handle": author.handle, "id": author.id}
    told = ", ".join(f"{name} {_plain(value)}" for name, value in known.items() if value)
    where = " and ".join(person.sources)
    return f"{person.platform or 'no platform'}, {told}; {_counted(person)} from {where}"


def _plain(text: str) -> str:
    """*text* as a terminal shows it and does nothing else."""
    return json.dumps(text, ensure_ascii=False) if text.isprintable() else json.dumps(text)


def _counted(person: Person) -> str:
    return _number(len(person.comments), "comment")


def _number(count: int, of_what: str) -> str:
    return f"{count} {of_what}" if count == 1 else f"{count} {of_what}s"


def _what_goes(person: Person) -> str:
    cases = _listed(person.cases) or "no case"
    return f"{_called(person)}.\nIn {cases}."


def _listed(numbers: Sequence[int]) -> str:
    shown = ", ".join(f"#{number}" for number in numbers[:_MOST_LISTED])
    more = len(numbers) - _MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown


def _done(erased: Erased, mentioned: Sequence[int]) -> str:
    comments, cases = _number(erased.comments, "comment"), _number(len(erased.cases), "case")
    told = [f"Forgotten: {comments} in {cases}."]
    if mentioned:
        told.append(f"Notes that named them are gone from {_listed(mentioned)}.")
    if erased.messages:
        told.append(f"To be redrawn in Slack by the worker: {_number(erased.messages, 'message')}.")
    told.append("Backups, files and people's own messages in Slack are yours to see to;")
    told.append("docs/security.md lists them.")
    return "\n".join(told)
