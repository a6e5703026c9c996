"""Comments that many authors say alike: which case they join, and whom their number alarms."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from bot.classifier import waves as texts
from bot.classifier.waves import Print
from bot.domain import waves as rules
from bot.domain.case import Case
from bot.domain.comment import Comment
from bot.domain.organisation import Organisation
from bot.domain.waves import Alike, Wave
from bot.store import likeness, outbox, waves
from bot.store.likeness import Near, Sight
from bot.store.outbox import Owed, Urgency
from bot.store.session import Session
from bot.store.waves import Found

_MOST_USUAL = 500
_SHORT = 500

Glanced = dict[int, list[int]]
"""For comments taken in together, those that may say the same and came before all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a new comment looks beside the others; ``case`` is the one to join, 0 for none."""

    comment_id: int
    author: str
    at: datetime
    pieces: frozenset[int]
    printed: Print
    language: str
    case: int = 0
    alike: Sequence[Found] = ()

    @property
    def sight(self) -> Sight:
        """What is looked for: those of its time that have some of its bands."""
        since, until = self.at - rules.WITHIN, self.at + rules.WITHIN
        bands = self.printed.bands
        return Sight(comment_id=self.comment_id, bands=bands, since=since, until=until)


def glance(session: Session, fresh: Iterable[tuple[int, Comment]], *, now: datetime) -> Glanced:
    """What may say the same as each of new comments that are taken in together.

    Of those that may say the same as an earlier one of them, it can only be told in their turn.
    """
    looks = [_first(comment_id, comment, now) for comment_id, comment in fresh]
    likeness.wait_for_same(session, [each.printed.bands for each in looks if each.pieces])
    alone = list(_unlike_earlier(looks))
    near = likeness.near(session, [each.sight for each in alone])
    return {each.comment_id: _likely(each, near[each.comment_id]) for each in alone}


def _unlike_earlier(looks: Iterable[Look]) -> Iterator[Look]:
    """Those of *looks* of which none before may say the same."""
    known = defaultdict[int, list[int]](list)
    for each in looks:
        own = each.printed
        earlier = {sketch for band in own.bands for sketch in known[band]}
        if not any(texts.may_be_alike(own.sketch, sketch) for sketch in earlier):
            yield each
        for band in own.bands:
            known[band].append(own.sketch)


def look(
    session: Session, comment_id: int, comment: Comment, glanced: Glanced, *, now: datetime
) -> Look:
    """Compare a new comment with those of the last hours, and keep what later ones need.

    Where another says the same, nobody else adds to any wave until the transaction ends.
    """
    seen = _first(comment_id, comment, now)
    if not seen.pieces:
        return seen
    likely = glanced.pop(comment_id, None)
    if likely is None:
        likeness.wait_for_same(session, [seen.printed.bands])
        likely = _near(session, seen, seen.sight)
    alike = _alike(session, seen, likely)
    if alike and waves.waited_for_all(session):
        alike = _alike(session, seen, _near(session, seen, seen.sight))
    number = rules.joins(seen.author, [each.alike for each in alike])
    if rules.remembered([each.alike for each in alike], seen.at):
        likeness.remember(session, comment_id, seen.printed.bands, seen.printed.sketch, seen.at)
    return replace(seen, case=number, alike=tuple(alike)) if alike else seen


def _first(comment_id: int, comment: Comment, now: datetime) -> Look:
    pieces, printed = _known(comment.text) if len(comment.text) <= _SHORT else _shown(comment.text)
    return Look(
        comment_id=comment_id,
        author=waves.author(comment),
        at=waves.moment(comment, now),
        pieces=pieces,
        printed=printed,
        language=comment.language,
    )


def _shown(text: str) -> tuple[frozenset[int], Print]:
    pieces = texts.pieces(text)
    return pieces, texts.printed(pieces)


# Every further comment of a wave is compared with the same few, short ones.
_known = lru_cache(maxsize=256)(_shown)
forget = _known.cache_clear
"""Remember nothing of the texts that were compared."""


def _pieces(text: str) -> frozenset[int]:
    return _known(text)[0] if len(text) <= _SHORT else texts.pieces(text)


def _near(session: Session, seen: Look, sight: Sight, **most: int) -> list[int]:
    return _likely(seen, likeness.near(session, [sight], **most)[sight.comment_id])


def _likely(seen: Look, near: Iterable[Near]) -> list[int]:
    """Those of *near* that are worth reading."""
    sketch = seen.printed.sketch
    return [each.comment_id for each in near if texts.may_be_alike(sketch, each.sketch)]


def _alike(session: Session, seen: Look, likely: Sequence[int]) -> list[Found]:
    """Those of *likely* that really say the same, in the same language."""
    return [
        each
        for each in waves.read(session, likely)
        if rules.same_language(seen.language, each.language)
        and texts.alike(seen.pieces, _pieces(each.text)) >= rules.LIKENESS
    ]


def join(
    session: Session, organisation: Organisation, case: Case, seen: Look, *, now: datetime
) -> None:
    """Count the comment in the wave of *case*, and tell the lead when that has doubled."""
    before = waves.size(session, case.number)
    fresh = [each.alike for each in seen.alike if not each.told]
    own = Alike(comment_id=seen.comment_id, case=case.number, author=seen.author, at=seen.at)
    waves.add(session, case.number, [*fresh, own])
    reached = rules.reached(before, waves.size(session, case.number))
    wave = waves.of_case(session, case.number, newest=0) if reached else None
    if wave is not None:
        outbox.owe(session, [_alert(session, organisation, case, seen, reached, wave)], now=now)


def _alert(
    session: Session,
    organisation: Organisation,
    case: Case,
    seen: Look,
    reached: int,
    wave: Wave,
) -> Owed:
    past = replace(seen.sight, since=wave.since - rules.USUAL_OVER, until=wave.since)
    likely = _near(session, seen, past, most=_MOST_USUAL)
    moments = [each.alike.at for each in _alike(session, seen, likely)]
    lead = organisation.team(case.lead)
    return Owed(
        key=f"wave:{case.number}:{reached}",
        kind="wave",
        channel=lead.channel if lead else organisation.triage_channel,
        urgency=Urgency.ALERT,
        case_number=case.number,
        team=lead.key if lead else "",
        data={"size": reached, "usually": rules.usually(moments, wave)},
    )
