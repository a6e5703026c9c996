"""Percentiles and working time, as one would count them by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from bot.domain.measures import Spread, Times
from bot.domain.organisation import Team
from bot.domain.worktime import between


@dataclass(frozen=True, slots=True)
class Took:
    """Something that had an end: from when to when, and whose hours count."""

    since: datetime
    until: datetime
    team: Team | None


def percentile(lengths: Iterable[timedelta], share: Fraction) -> timedelta | None:
    """The smallest of *lengths* that at least *share* of them do not exceed."""
    every = sorted(lengths)
    for length in every:
        if Fraction(sum(each <= length for each in every), len(every)) >= share:
            return length
    return None


def spread(lengths: Sequence[timedelta]) -> Spread:
    return Spread(
        median=percentile(lengths, Fraction(1, 2)), p90=percentile(lengths, Fraction(9, 10))
    )


def times(took: Sequence[Took], unanswered: int) -> Times:
    return Times(
        count=len(took),
        clock=spread([each.until - each.since for each in took]),
        working=spread([_worked(each) for each in took]),
        unanswered=unanswered,
    )


def _worked(took: Took) -> timedelta:
    if took.team is None:
        return took.until - took.since
    return between(took.since, took.until, took.team.hours, took.team.zone)
