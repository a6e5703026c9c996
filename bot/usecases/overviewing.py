"""What routing has learned by now, for people to read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.domain.comment import fold
from bot.domain.learned import Example, Overview, Placed, Proposal, Pull, Unwanted
from bot.domain.organisation import Organisation
from bot.store import lessons, models
from bot.store.session import Session
from bot.store.unwanted import unwanted
from bot.usecases import urgency

_MONTH = timedelta(days=30)
_LATEST = 20


def overview(session: Session, organisation: Organisation, *, now: datetime) -> Overview:
    """Everything that people are shown of what was learned."""
    live, last = models.live(session), models.last(session)
    told: Mapping[str, Any] = live.told if live else {}
    return Overview(
        version=live.version if live else 0,
        made_at=live.made_at if live else None,
        made_by=live.by if live else "",
        lessons=lessons.seen(session).count,
        frozen=bool(last and last.frozen),
        frozen_by=last.by if last and last.frozen else "",
        refused=bool(last and last.refused),
        pulls=_pulls(organisation.departments, told, "words"),
        recent=_pulls(organisation.departments, told, "recent"),
        pressing=_pressing(told),
        latest=_latest(session),
        placed=_placed(session, now),
        able=_able(told, organisation.wrong_at_most),
        wrong_at_most=organisation.wrong_at_most,
        proposals=proposals_in(told, organisation),
        unwanted=_unwanted(session, organisation, now),
    )


def _pulls(
    departments: Sequence[str], told: Mapping[str, Any], which: str
) -> dict[str, tuple[Pull, ...]]:
    words, like = told.get(which, {}), told.get("like", {})
    return {
        name: tuple(
            Pull(word=word, weight=weight, like=tuple(like.get(name, {}).get(word, ())))
            for word, weight in words[name]
        )
        for name in departments
        if words.get(name)
    }


def _pressing(told: Mapping[str, Any]) -> tuple[Pull, ...]:
    return _pulls((urgency.LABEL,), told.get(urgency.NAME, {}), "recent").get(urgency.LABEL, ())


def _latest(session: Session) -> tuple[Example, ...]:
    found = lessons.latest(session, limit=_LATEST)
    changed = lessons.reprioritised(session, cases=[case for case, _ in found])
    return tuple(
        Example(
            case=case,
            departments=one.departments,
            kind=one.kind,
            by=one.by,
            at=one.at,
            priority=changed[case].priority if case in changed else None,
        )
        for case, one in found
    )


def _placed(session: Session, now: datetime) -> Placed:
    ways = lessons.placed(session, since=now - _MONTH)
    return Placed(
        comments=ways.total(),
        rules=ways["rules"],
        suggestion=ways["suggestion"],
        people=ways["people"],
        untold=ways["untold"],
    )


def _able(told: Mapping[str, Any], wrong_at_most: float) -> float | None:
    """The share at the precision that is asked, or the next stricter one that was measured."""
    shares = {float(precision): share for precision, share in told.get("able", {}).items()}
    stricter = [one for one in shares if one >= 1 - wrong_at_most - 1e-9]
    return shares[min(stricter)] if stricter else None


def _unwanted(session: Session, organisation: Organisation, now: datetime) -> tuple[Unwanted, ...]:
    written = {rule.name for rule in organisation.rules}
    found = unwanted(session, since=now - _MONTH)
    return tuple(
        replace(each, team=organisation.team_name(each.team))
        for each in found
        if each.rule in written and organisation.team(each.team)
    )


def proposals(session: Session, organisation: Organisation) -> tuple[Proposal, ...]:
    """The rules that could be written by what is live."""
    return proposals_in(models.told(session), organisation)


def proposals_in(told: Mapping[str, Any], organisation: Organisation) -> tuple[Proposal, ...]:
    """The rules that could be written by what a version tells, and are not in the file yet."""
    written = {fold(term) for rule in organisation.rules for term in rule.when.text}
    found: Sequence[Mapping[str, Any]] = told.get("proposals", ())
    return tuple(
        Proposal(
            word=each["word"],
            department=each["department"],
            right=tuple(each["right"]),
            wrong=tuple(each["wrong"]),
            toml=_toml(each["word"], each["department"]),
        )
        for each in found
        if each["word"] not in written and each["department"] in organisation.departments
    )


def _toml(word: str, department: str) -> str:
    """A rule; JSON's strings are TOML's too."""
    name, term = (json.dumps(text, ensure_ascii=False) for text in (f"about {word}", word))
    to = json.dumps(department, ensure_ascii=False)
    return f"[[rule]]\nname = {name}\nwhen.text = [{term}]\nthen.departments = [{to}]\n"
