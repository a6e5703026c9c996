"""Questions that acts are going to ask, asked ahead for all who act at the same moment.

A click asks half a dozen questions before it writes anything, and on PostgreSQL each of them is a
journey. Thirty people who click at once ask the same questions about other cases, so each question
is asked once for all of them. Whoever then asks it of their own case has the answer already.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Select

from bot.store import driver, pending


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is asked by some values, and the same by lists of them.

    Attributes:
        one: the statement for one; the same object each time.
        many: the statement for lists, in each dialect; each list has the name that its value has in *one*.
        by: the columns of what *many* finds that say whose it is, by the names of the values; whoever asks
            gives the values in this order.
        needed: whether somebody for whom nothing is found has to ask, and wait, by themselves.
    """

    one: Select[Any]
    many: Callable[[str], Select[Any]]
    by: Mapping[str, str]
    needed: bool = False

    def of(self, *values: Any) -> "Asked":
        """This question by these *values*, in the order of their names."""
        return Asked(self, values, pending.key(self.one, values))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that somebody is going to ask, and by what its answer is found."""

    question: Question
    values: tuple[Any, ...]
    key: pending.Key


def answers(session: Connection, asked: Iterable[Asked]) -> pending.Known:
    """What each of *asked* finds, in one journey; questions go in the order in which they first come."""
    known: pending.Known = {}
    lists: dict[Question, list[Asked]] = {}
    for each in asked:
        if each.key not in known:
            known[each.key] = []
            lists.setdefault(each.question, []).append(each)
    with pending.one_journey(session):
        sent = [(question, *_sent(session, question, some)) for question, some in lists.items()]
    for question, cursor, made in sent:
        own = itemgetter(*question.by.values())
        is_one = len(question.by) == 1
        for row in pending.fetched(session, cursor, made):
            found = known.get((question.one, own(row)) if is_one else (question.one, *own(row)))
            # Lists of places and of people find more pairs than were asked for.
            if found is not None:
                found.append(row)
    return known


def _sent(session: Connection, question: Question, some: list[Asked]) -> tuple[Any, driver.Made]:
    statement = question.many(session.dialect.name)
    columns = zip(*(each.values for each in some), strict=True)
    lists = {name: sorted(set(each)) for name, each in zip(question.by, columns, strict=True)}
    made = driver.made(statement, session.dialect, tuple(lists))
    return driver.send(session, made.text, made.told_once(lists)), made
