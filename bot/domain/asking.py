"""Understanding what people type after ``/digest``, in any order, case and spelling.

A longer name goes before a shorter one. Words of our own (``all``, ``me``, ``help``) go before the
organisation's names, those before periods and little words, and these before names that only came
with comments. A kind before a name, or behind it, always decides: ``team today``, ``HK region``.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.asked import (
    Asked as Asked,
    Help as Help,
    ScheduleList as ScheduleList,
    ScheduleWanted as ScheduleWanted,
    Unclear as Unclear,
    Wanted as Wanted,
    Why as Why,
)
from bot.domain.asking_meanings import LITTLE, Beside, Meanings, Named, Part, Sign
from bot.domain.asking_names import Names
from bot.domain.asking_parts import Reader
from bot.domain.asking_times import Spoken, cadence, last_days
from bot.domain.asking_words import LONGEST_WORD, Word, words
from bot.domain.organisation import Organisation
from bot.domain.scope import Scope

_PAIRS = {"today": "yesterday", "this week": "last week", "this month": "last month"}


def read(
    text: str,
    organisation: Organisation,
    *,
    person: str,
    here: Scope | None,
    platforms: Collection[str] = (),
    campaigns: Collection[str] = (),
    now: datetime,
    zone: ZoneInfo,
) -> Asked:
    """What *person* asks for; *here* is what goes without saying where they typed it.

    The *text* is as Slack sent it, with its entities and ``<…|…>`` forms. The *platforms* and
    *campaigns* are those that comments came with, as they are spelt there. Periods end at *now* at
    the latest, and days begin at midnight in *zone*.
    """
    names = Names.of(organisation, platforms, campaigns)
    meanings = Meanings(names=names, person=person, now=now, zone=zone)
    asked = _read(meanings, words(text), here or Scope())
    if isinstance(asked, Unclear):
        return replace(asked, word=asked.word[:LONGEST_WORD], other=asked.other[:LONGEST_WORD])
    return asked


def _read(meanings: Meanings, typed: Sequence[Word], here: Scope) -> Asked:
    parts = Reader(meanings, typed).parts()
    if Sign.HELP in parts:
        return Help()
    for part in parts:
        if isinstance(part, Unclear):
            return part
    scope, period = _scope(parts, meanings.names), _period(parts)
    match scope, period:
        case (Unclear() as unclear, _) | (_, Unclear() as unclear):
            return unclear
        case None | Scope(), None | Spoken():
            return _asked(parts, scope, here, period or last_days(1, meanings.now, meanings.zone))


def _asked(parts: Sequence[Part], scope: Scope | None, here: Scope, period: Spoken) -> Asked:
    if Sign.SCHEDULE not in parts:
        compare = any(isinstance(part, Beside) for part in parts)
        return Wanted(
            scope=scope or here, period=period.period, previous=compare, words=period.words
        )
    said = any(isinstance(part, Spoken) for part in parts)
    if scope is None and not said:
        return ScheduleList()
    return ScheduleWanted(scope=scope or here, cadence=cadence(period.words) if said else None)


def _scope(parts: Sequence[Part], names: Names) -> Scope | Unclear | None:
    """The one scope that is named, None when none is."""
    found = [part for part in parts if isinstance(part, Named)]
    # “service in HK”, where IN is a region too: a little word is a name only by itself.
    found = [part for part in found if not (part.bare and part.said in LITTLE)] or found
    by_scope = {part.scope: part for part in reversed(found)}
    if len(by_scope) <= 1:
        return next(iter(by_scope), None)
    if all(part.bare for part in found) and (team := names.made_of(p.phrase for p in found)):
        return team
    second = next(part for part in found if part.scope != found[0].scope)
    return Unclear(word=second.raw, other=found[0].raw, why=Why.TWO_SCOPES)


def _period(parts: Sequence[Part]) -> Spoken | Unclear | None:
    """The one period that is named, None when none is."""
    compared = [part.period for part in parts if isinstance(part, Beside)]
    found = list({part.period: part for part in parts if isinstance(part, Spoken)}.values())
    if not found:
        return next(filter(None, compared), None)
    if len(found) == 1:
        return found[0]
    if len(found) == 2 and compared:
        # “this week vs last week” names the period and the one before it.
        for one, other in (found, found[::-1]):
            if _PAIRS.get(one.words) == other.words:
                return one
    return Unclear(word=found[1].raw, other=found[0].raw, why=Why.TWO_PERIODS)
