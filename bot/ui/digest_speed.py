"""How long things took, in the words of a digest."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain import durations
from bot.domain.measures import Kept, Measures, Spread, Times

# Of fewer, nine in ten are no more than the slowest.
_FEW = 10
# A share of fewer would sound like more than there is.
_ENOUGH = 10
# Nights and weekends are worth a word where the clock says more than this many times as much.
_FAR = 2
# What is shorter reads as "0 s".
_NOTHING = timedelta(seconds=1)


def speed(measures: Measures, *, full: bool) -> Iterator[str]:
    """How long it took to claim and to resolve, and how many were claimed in time."""
    claim, resolve = measures.time_to_claim, measures.time_to_resolve
    if claim.count:
        yield f"{_half(claim, 'claimed')} {took(claim, full=full)}"
    elif claim.unanswered not in {0, measures.standing.unclaimed}:
        yield f"*{claim.unanswered}* not claimed yet"
    if resolve.count:
        # What is not resolved yet is open, which is told already.
        clock = Spread(median=resolve.clock.median)
        shown = resolve if full else Times(count=resolve.count, clock=clock)
        yield f"{_half(resolve, 'resolved')} {took(shown, full=full)}"
    if kept := _kept(measures.claim_target, claim):
        yield f"{kept} claimed in time"


def _half(times: Times, done: str) -> str:
    """What a median speaks of: those that are done, and how many these are where others are not."""
    counted = f"{times.count} {done}" if times.unanswered else done
    # Of one, the median is that one's.
    return f"{counted}: half within" if times.count > 1 else f"{counted} within"


def _kept(targets: Kept, claims: Times) -> str:
    """How many of the targets that were decided; what is not due yet is none of these."""
    share, decided = targets.compliance, targets.met + targets.missed
    if share is None:
        return ""
    # Beside what nobody has claimed, a share would sound as if it were one of everything.
    counted = claims.unanswered or decided < _ENOUGH
    return f"{targets.met} of {decided}" if counted else f"{share:.0%}"


def took(times: Times, *, full: bool = False) -> str:
    """A median, and in brackets what says how far to trust it; *full* has all of it."""
    if times.clock.median is None:
        return "–"
    more = "; ".join(_more(times, full=full))
    return f"*{durations.words(times.clock.median)}*" + (f" ({more})" if more else "")


def _more(times: Times, *, full: bool) -> Iterator[str]:
    clock, working = times.clock, times.working
    if _apart(clock.median, working.median, full=full):
        yield _at_work(working.median)
    if clock.p90 is not None and times.count >= _FEW:
        at_work = full and _apart(clock.p90, working.p90, full=full)
        most = f"9 in 10: {_words(clock.p90)}"
        yield f"{most}, {_at_work(working.p90)}" if at_work else most
    if times.unanswered:
        yield f"{times.unanswered} not yet"


def _apart(clock: timedelta | None, working: timedelta | None, *, full: bool) -> bool:
    """Whether working time says anything else; far from it, unless all is to be told."""
    if clock is None or working is None:
        return False
    return _words(clock) != _words(working) if full else clock > _FAR * working


def _at_work(length: timedelta | None) -> str:
    if outside_hours(length):
        return "outside working hours"
    return f"in working time {_words(length)}"


def outside_hours(working: timedelta | None) -> bool:
    """Whether nothing of a time was *working* time, where "0 s" would be read as no time at all."""
    return working is not None and working < _NOTHING


def _words(length: timedelta | None) -> str:
    return "–" if length is None else durations.words(length)
