"""What a few words mean by themselves: a name, a period, or a sign of our own."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from zoneinfo import ZoneInfo

from bot.domain.asked import Unclear, Why
from bot.domain.asking_names import OURS, THEIRS, Names
from bot.domain.asking_times import Spoken, spoken
from bot.domain.asking_words import Form, Mention, Phrase, Word, phrase, words
from bot.domain.scope import Kind, Scope

LITTLE = frozenset(
    {
        *("a", "an", "about", "and", "at", "by", "channel", "digest", "digests", "during", "for"),
        *("from", "get", "give", "in", "numbers", "of", "on", "over", "please", "report", "show"),
        *("the", "with", "give me", "send me", "show me", "tell me"),
    }
)
"""Words that people say and that change nothing."""

_HELP = frozenset({"help", "usage"})
_SCHEDULE = frozenset({"schedule", "schedules", "schedule this"})
_ME = frozenset({"me", "mine", "my", "myself"})
_ALL = re.compile(
    r"all|every(?:one|body|thing)|(?:the )?(?:whole )?(?:organi[sz]ation|company)"
    r"|(?:all|every) (?:the )?(?:teams?|departments?)"
)
_COMPARE = re.compile(
    r"(?:vs|versus|against|compared?|comparison)(?: (?:to|with|the))*"
    r"(?: (?:previous|prev|prior)(?: (?:period|time|one|(?P<kind>day|week|month)))?)?"
    r"|(?:the )?(?:previous|prev|prior)(?: (?:period|time|one))?"
)
# Slack's own form is sure to be one; what somebody typed after an @ is, if it looks just like it.
_ID = re.compile(r"[UW][A-Z0-9]{1,30}", re.ASCII)
PERSON = re.compile(r"@?(?=\D*\d)([UW][A-Z0-9]{2,30})", re.ASCII)
PUNCTUATION = " .,;:!?"


class Sign(Enum):
    """A word of our own."""

    HELP = auto()
    SCHEDULE = auto()
    LITTLE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A scope; *bare* when only a name says so, which could be one of another kind."""

    scope: Scope
    raw: str
    phrase: Phrase = ()
    bare: bool = True

    @property
    def said(self) -> str:
        """The name's words, folded."""
        return " ".join(self.phrase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A comparison; *period* is what is compared, unless another one is named."""

    period: Spoken | None = None


Part = Named | Spoken | Beside | Unclear | Sign


def named(found: Scope | Unclear, raw: str, asked: Phrase = ()) -> Named | Unclear:
    """A scope as a part; what is unclear stays so."""
    if isinstance(found, Unclear):
        return found
    return Named(scope=found, raw=raw, phrase=asked)


def only(found: Scope | Unclear | None) -> Scope | None:
    """A scope, when there is just one."""
    return found if isinstance(found, Scope) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanings:
    """Who asks, when and where: words mean something to them."""

    names: Names
    person: str
    now: datetime
    zone: ZoneInfo

    def meaning(self, span: Sequence[Word]) -> Part | None:
        """What these words are together; None when they are nothing that is known."""
        asked = phrase(span)
        raw = " ".join(word.raw for word in span)
        said = " ".join(asked)
        if own := self._own(said, raw):
            return own
        if found := self.names.find(OURS, span):
            return named(found, raw, asked)
        if period := spoken(raw, now=self.now, zone=self.zone):
            if isinstance(period, Why):
                return Unclear(word=raw, why=period)
            return replace(period, raw=raw)
        if compared := _COMPARE.fullmatch(said):
            return self._beside(compared["kind"] or "")
        if said in LITTLE:
            return Sign.LITTLE
        found = self.names.find(THEIRS, span)
        return named(found, raw, asked) if found else None

    def _beside(self, kind: str) -> Beside:
        """“vs previous week” is about this week where nothing else is said."""
        period = spoken(kind, now=self.now, zone=self.zone)
        return Beside(period=period if isinstance(period, Spoken) else None)

    def _own(self, said: str, raw: str) -> Part | None:
        if said in _HELP or raw == "?":
            return Sign.HELP
        if said in _SCHEDULE:
            return Sign.SCHEDULE
        if _ALL.fullmatch(said):
            return Named(scope=Scope(), raw=raw, bare=False)
        return self._me(raw) if said in _ME else None

    def _me(self, raw: str) -> Part:
        if not self.person:
            return Unclear(word=raw, why=Why.NO_PERSON)
        return Named(scope=Scope(Kind.PERSON, self.person), raw=raw, bare=False)

    def marked(self, word: Word) -> Part | None:
        """What a word with a mark is, or one that is decoration; None for any other."""
        if word.form is Form.MENTION:
            return self._mention(Mention.of(word))
        if word.raw.startswith("#"):
            return self._channel("", word.raw[1:], word.raw)
        if word.raw.startswith("@"):
            return self._somebody(word)
        return None if word.phrase else Sign.LITTLE

    def _mention(self, mention: Mention) -> Part:
        match mention.mark:
            case "@" if _ID.fullmatch(mention.id):
                return Named(scope=Scope(Kind.PERSON, mention.id), raw=mention.shown, bare=False)
            case "@":
                return Unclear(word=mention.shown, why=Why.NO_PERSON)
            case "#":
                return self._channel(mention.id, mention.name, mention.shown)
        if mention.id == "EVERYONE":
            return Named(scope=Scope(), raw=mention.shown, bare=False)
        found = self.names.usergroup(mention.id.removeprefix("SUBTEAM^"))
        return named(found or Unclear(word=mention.shown), mention.shown)

    def _channel(self, id_: str, name: str, shown: str) -> Part:
        found = self.names.channel(id_, name)
        if not found and name:
            found = only(self.names.find([Kind.TEAM], words(name)))
        if found:
            return Named(scope=found, raw=shown, bare=False)
        return self.names.unclear(shown, [Kind.TEAM], why=Why.NO_TEAM_THERE)

    def _somebody(self, word: Word) -> Part:
        if found := PERSON.fullmatch(word.raw.rstrip(PUNCTUATION)):
            return Named(scope=Scope(Kind.PERSON, found[1]), raw=word.raw, bare=False)
        ours = self.names.find(OURS, words(word.raw.lstrip("@")))
        return named(ours or Unclear(word=word.raw, why=Why.NO_PERSON), word.raw)
