"""A database that was put back from a copy: Slack knows more than it does."""

from datetime import datetime

from sqlalchemy import Connection, case, func, select, text, update

from bot.store import tables as t

_n, _c = t.notices.c, t.cases.c


def look_first(session: Connection) -> int:
    """Have every post that is owed looked for before it is made; how many there are.

    It may have been made after the copy was, at any time since it was owed.
    """
    never_shown = (_n.wanted > _n.shown) & (_n.ts == "")
    since = func.coalesce(_n.sending_since, _n.created_at)
    return session.execute(
        update(t.notices).where(never_shown).values(sending_since=since)
    ).rowcount


def show_again(session: Connection, *, now: datetime) -> int:
    """Have the cards of all cases that are not settled brought to what is known here; how many.

    They may show claims that the copy knows nothing of.
    """
    live = select(_c.number).where(_c.settled_at.is_(None))
    cards = (_n.kind == "card") & (_n.ts != "") & _n.case_number.in_(live)
    turn = case((_n.wanted > _n.shown, _n.next_at), else_=now)
    again = update(t.notices).where(cards).values(wanted=_n.wanted + 1, next_at=turn)
    return session.execute(again).rowcount


def leap(session: Connection, by: int) -> int | None:
    """Leave out *by* numbers before the next case; that one's number, None where none can be left.

    Buttons in Slack name cases that came after the copy; another case must not get their numbers.
    SQLite gives each case the number after the highest that is there.
    """
    if session.dialect.name != "postgresql":
        return None
    newest = session.scalar(select(func.coalesce(func.max(_c.number), 0))) or 0
    following = int(newest) + by + 1
    move = text("SELECT setval(pg_get_serial_sequence('cases', 'number'), :next, false)")
    session.execute(move, {"next": following})
    return following
