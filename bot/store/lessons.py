"""Lessons: what cases teach about routing, each with the comment that it is about."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, func, select, true, update

from bot.domain.comment import Comment
from bot.domain.comment_events import CommentForgotten
from bot.domain.events import CaseRouted, PriorityChanged, Recorded
from bot.domain.lessons import Lesson, Prioritised, Taught, prioritised
from bot.domain.organisation import Priority
from bot.domain.rounds import CASE
from bot.store import comments, tables as t
from bot.store.given import one_of
from bot.store.selection import among
from bot.store.upsert import insert

_l, _c, _j = t.lessons.c, t.comments.c, t.journal.c

_ABOUT_PRIORITY = {kind.__name__: kind for kind in (CaseRouted, PriorityChanged)}

_NEXT = select(func.coalesce(func.max(_l.changed), 0) + 1).scalar_subquery()
_TEACHES = (_l.kind != "", _l.dropped == "")
# Who has dropped what a forgotten comment taught: the first until all older versions are gone.
_FORGETTING, _FORGOTTEN = "(forgetting)", "(forgotten)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A lesson with the comment that it is about, and how pressing its case is now."""

    case: int
    comment: Comment
    lesson: Lesson
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, slots=True)
class Seen:
    """How much there is to learn from; equal ones are the same lessons, read the same way.

    Attributes:
        count: the cases that teach.
        changed: grows with every change of a lesson.
        under: what the organisation file says about learning, in short.
    """

    count: int
    changed: int
    under: str = ""


def note(session: Connection, number: int, lesson: Lesson | None) -> None:
    """Keep what a case teaches now; None when it teaches nothing any more."""
    if lesson is None:
        mine = (_l.case_number == number, _l.kind != "")
        session.execute(update(t.lessons).where(*mine).values(kind="", changed=_NEXT))
        return
    said = {
        "departments": list(lesson.departments),
        "teams": list(lesson.teams),
        "kind": lesson.kind.value,
        "by": lesson.by,
        "at": lesson.at,
        "changed": _NEXT,
    }
    statement = insert(session, t.lessons, case_number=number, **said)
    session.execute(statement.on_conflict_do_update(index_elements=["case_number"], set_=said))


def drop(session: Connection, number: int, *, by: str) -> bool:
    """Let a case be no example, whatever happens to it; False when it was none."""
    mine = (_l.case_number == number, *_TEACHES)
    dropped = update(t.lessons).where(*mine).values(dropped=by, changed=_NEXT)
    return session.execute(dropped).rowcount == 1


def restore(session: Connection, number: int) -> bool:
    """Let a case that was dropped be an example again; False when it was not dropped."""
    mine = (_l.case_number == number, _l.dropped.not_in(["", _FORGETTING]))
    restored = update(t.lessons).where(*mine).values(dropped="", changed=_NEXT)
    return session.execute(restored).rowcount == 1


def unlearn(session: Connection, number: int) -> bool:
    """Let a case be no example, since its comment is forgotten; whether it ever was one.

    Versions that know of it may be there until `forgotten` says that they are gone.
    """
    mine = update(t.lessons).where(_l.case_number == number)
    return session.execute(mine.values(dropped=_FORGETTING, changed=_NEXT)).rowcount == 1


def being_forgotten(session: Connection) -> list[int]:
    """The cases of which an older version may still know."""
    query = select(_l.case_number).where(_l.dropped == _FORGETTING).order_by(_l.case_number)
    return list(session.execute(query).scalars())


def forgetting_since(session: Connection) -> datetime | None:
    """When the last comment was forgotten of which an older version may still know, if any."""
    query = select(func.max(_j.at)).join(t.lessons, _l.case_number == _j.case_number)
    kind = CommentForgotten.__name__
    return session.execute(query.where(_l.dropped == _FORGETTING, _j.kind == kind)).scalar()


def forgotten(session: Connection, numbers: Collection[int]) -> None:
    """Of none of these cases any version knows any more."""
    these = one_of(session.dialect.name, _l.case_number, "numbers")
    mine = update(t.lessons).where(these, _l.dropped == _FORGETTING)
    session.execute(mine.values(dropped=_FORGOTTEN), {"numbers": list(numbers)})


def seen(session: Connection) -> Seen:
    """What there is to learn from."""
    count = select(func.count()).where(*_TEACHES).scalar_subquery()
    # Two transactions at once may give out the same number; the sum grows with each of them.
    total = select(func.coalesce(func.sum(_l.changed), 0)).scalar_subquery()
    row = session.execute(select(count, total)).one()
    return Seen(row[0], int(row[1]))


def of_case(session: Connection, number: int) -> Lesson | None:
    """What a case teaches; None for nothing, also when somebody has dropped it."""
    row = session.execute(select(t.lessons).where(_l.case_number == number, *_TEACHES)).mappings()
    found = row.first()
    return _lesson(found) if found else None


def newest(session: Connection, *, limit: int) -> list[Known]:
    """The newest lessons, oldest first; what somebody dropped is left out."""
    return list(reversed(list(_newest(session, limit))))


def _newest(session: Connection, limit: int) -> Iterator[Known]:
    first = select(_c.case_number, func.min(_c.id).label("id")).group_by(_c.case_number).subquery()
    query = (
        select(t.lessons, _c.source, _c.external_id, _c.facts, t.cases.c.priority)
        .join(t.cases, t.cases.c.number == _l.case_number)
        .join(first, first.c.case_number == _l.case_number)
        .join(t.comments, _c.id == first.c.id)
        .where(*_TEACHES)
        .order_by(_l.at.desc(), _l.case_number.desc())
        .limit(limit)
    )
    for row in session.execute(query).mappings():
        comment = comments.of_row(row)
        if comment.forgotten:
            # Somebody may have restored it: there is nothing left to learn from.
            continue
        yield Known(
            case=row["case_number"],
            comment=comment,
            lesson=_lesson(row),
            priority=Priority(row["priority"]),
        )


def latest(session: Connection, *, limit: int) -> list[tuple[int, Lesson]]:
    """The newest lessons with their cases, newest first."""
    query = select(t.lessons).where(*_TEACHES).order_by(_l.at.desc(), _l.case_number.desc())
    rows = session.execute(query.limit(limit)).mappings()
    return [(row["case_number"], _lesson(row)) for row in rows]


def reprioritised(
    session: Connection, *, cases: Collection[int] | None = None, limit: int = 20_000
) -> dict[int, Prioritised]:
    """How pressing people found cases whose priority they have changed, the *limit* latest.

    Of all cases, or only of a few *cases*.
    """
    changed = (
        select(_j.case_number)
        .where(_j.team == CASE, _j.kind == PriorityChanged.__name__, _j.by != "")
        .where(true() if cases is None else among(session, _j.case_number, cases))
        .order_by(_j.at.desc())
        .limit(limit)
    ).subquery()
    query = (
        select(_j.case_number, _j.kind, _j.at, _j.by, _j.data)
        .where(_j.case_number.in_(select(changed.c.case_number)), _j.kind.in_(_ABOUT_PRIORITY))
        .order_by(_j.case_number, _j.id)
    )
    rows = groupby(session.execute(query).mappings(), itemgetter("case_number"))
    found = ((number, prioritised(_told(told))) for number, told in rows)
    return {number: how for number, how in found if how}


def _told(rows: Iterable[t.Row]) -> Iterator[Recorded]:
    for row in rows:
        fact = _ABOUT_PRIORITY[row["kind"]](priority=Priority(row["data"]["priority"]))
        yield Recorded(event=fact, at=row["at"], by=row["by"])


def departments(session: Connection) -> Counter[str]:
    """How many lessons there are about each department, by the name that it then had."""
    rows = session.execute(select(_l.departments).where(*_TEACHES)).scalars()
    return Counter(name for names in rows for name in names)


def _lesson(row: t.Row) -> Lesson:
    return Lesson(
        departments=tuple(row["departments"]),
        teams=tuple(row["teams"]),
        kind=Taught(row["kind"]),
        by=row["by"],
        at=row["at"],
    )


def placed(session: Connection, *, since: datetime) -> Counter[str]:
    """How the cases opened from *since* on came to their teams: how many by which way.

    Each counts once: ``people`` when somebody chose in triage, else ``suggestion``, else ``rules``,
    and ``untold`` without any team.
    """
    new = t.cases.c.opened_at >= since
    ways: dict[int, str] = dict.fromkeys(
        session.execute(select(t.cases.c.number).where(new)).scalars(), "untold"
    )
    for number, reasons in _reasons(session, new):
        kinds = {reason["kind"] for reason in reasons}
        way = next((name for kind, name in _WAYS if kind in kinds), "")
        # A case that was opened since the first question is in this answer and not in that one.
        if way and ways.get(number, "suggestion") != "suggestion":
            ways[number] = way
    chosen = (
        select(t.journal.c.case_number)
        .join(t.cases, t.cases.c.number == t.journal.c.case_number)
        .where(new, t.journal.c.kind.in_(("CaseTriaged", "CaseDismissed")), t.journal.c.by != "")
    )
    ways.update({n: "people" for n in session.execute(chosen).scalars() if n in ways})
    return Counter(ways.values())


_WAYS = (("suggestion", "suggestion"), ("rule", "rules"), ("person", "people"))


def _reasons(session: Connection, new: Any) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    query = (
        select(t.stakes.c.case_number, t.stakes.c.reasons)
        .join(t.cases, t.cases.c.number == t.stakes.c.case_number)
        .where(new)
    )
    for row in session.execute(query):
        yield row.case_number, row.reasons
