"""One scope and period, put to the database."""

from contextlib import closing
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    literal_column,
    or_,
    true,
)

from bot.domain import rounds as r
from bot.domain.digest import Period
from bot.store import tables as t
from bot.store.rounds import micros
from bot.store.selection import Selection

_r = t.rounds.c


class Question:
    """One scope and period, put to the database."""

    def __init__(self, session: Connection, chosen: Selection, period: Period) -> None:
        """Ask about *chosen* in *period*."""
        self.session, self.chosen, self.period = session, chosen, period
        self.since, self.until = micros(period.since), micros(period.until)

    def within(self, moment: ColumnElement[Any]) -> ColumnElement[bool]:
        """A round of these teams, about this, that has *moment* in the period."""
        about = self.chosen.about(self.session, _r.case_number)
        return and_(self._theirs(), moment >= self.since, moment < self.until, *about)

    def outside(self, moment: ColumnElement[Any]) -> ColumnElement[bool]:
        """A round that has *moment* before the period, after it, or not at all."""
        return or_(moment.is_(None), moment < self.since, moment >= self.until)

    def has(self, moment: int | None) -> bool:
        """Whether *moment* lies in the period."""
        return moment is not None and self.since <= moment < self.until

    def mine(self, by: ColumnElement[Any]) -> ColumnElement[bool]:
        """What the one person did, when one is asked about; what anybody did, else."""
        if not self.chosen.person:
            return true()
        # That it is not empty follows, but only so does SQLite see that its index will do.
        return and_(by == self.chosen.person, by != literal_column("''"))

    def _theirs(self) -> ColumnElement[bool]:
        # The index of one person's acts is by far the shorter way; `rows` looks at the team then.
        return _r.team != r.CASE if self.chosen.person else _r.team.in_(self.chosen.teams)

    def rows(self, query: Select[Any] | CompoundSelect[Any]) -> list[Any]:
        """The rows of *query*, which begin with the team, or of a query that asks for no person.

        As the driver gives them: wrapping half a million of them costs as much as finding them. So
        only numbers and texts may be asked for; an `Instant` would be a text in SQLite.
        """
        with closing(self.session.execute(query)) as result:
            found = list(result.cursor.fetchall())
        if not self.chosen.person:
            return found
        theirs = set(self.chosen.teams)
        return [row for row in found if row[0] in theirs]
