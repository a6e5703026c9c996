"""The form that schedules a digest, and reading what comes back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.comment import fold
from bot.domain.organisation import Organisation
from bot.domain.schedules import Cadence
from bot.domain.scope import Kind, Scope
from bot.errors import Refused
from bot.ui import fields, ids
from bot.ui.fields import FormIncomplete
from bot.ui.kit import (
    Block,
    inline,
    input_field,
    modal,
    option,
    plain,
    plain_text_input,
    section,
    static_select,
)
from bot.ui.schedules import WEEKDAYS, label, month_day

WHOM, EVERY, AT, ZONE, DAYS, TO, CHANNEL = (
    "whom", "every", "at", "zone", "days", "to", "channel",
)  # fmt: skip
OWN_ZONE, WORKING = "own", "working"
TEAM, HERE, ME = "team", "here", "me"
HOME = "home"

_MOST_OPTIONS = 100
_LONGEST_VALUE = 150
_NINE = time(9)
_ORIGIN = re.compile(r"(home|[CG][A-Z0-9]{1,30}|)\|(.{0,300})", re.ASCII | re.DOTALL)
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d\d))?h?\s*(?:([ap])\.?m\.?)?", re.ASCII)
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}
_EVERY = {
    "daily": "Every day",
    **{f"weekly:{n}": f"Every {name}" for n, name in enumerate(WEEKDAYS)},
    **{f"monthly:{n}": month_day(n)[:1].upper() + month_day(n)[1:] for n in range(1, 32)},
}
_FIRST = {Cadence.DAILY: "daily", Cadence.WEEKLY: "weekly:0", Cadence.MONTHLY: "monthly:1"}
_WHOM_MISSING = "Please choose whom it is about."


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the form begins with.

    Attributes:
        scope: whom it is about, when that is settled; else one of *scopes* is chosen.
        origin: the channel where it was opened, `HOME` for the home tab, "" for elsewhere.
        zones: those to choose from beside the scope's own.
    """

    scope: Scope | None = None
    scopes: Sequence[Scope] = ()
    cadence: Cadence | None = None
    at: time = _NINE
    origin: str = ""
    zones: Sequence[ZoneInfo] = ()
    organisation: Organisation
    viewer: str


class Filled(NamedTuple):
    """What somebody has chosen; *zone* and *channel* are None and "" where they are the usual."""

    scope: Scope
    cadence: Cadence
    weekday: int | None
    day: int | None
    at: time
    zone: ZoneInfo | None
    working: bool
    to: str
    channel: str
    origin: str


def schedule_form(offer: Offer) -> Block:
    """Whom is it about, how often does it come, when, and where to?"""
    about = f"{offer.origin}|{offer.scope or ''}"
    return modal(
        "Schedule a digest",
        [*_whom(offer), *_times(offer), *_places(offer)],
        callback=ids.SCHEDULE_FORM,
        submit="Schedule",
        about=about,
    )


def scope_options(
    scopes: Sequence[Scope], organisation: Organisation, viewer: str, typed: str = ""
) -> list[Block]:
    """The *scopes* with *typed* in their names, as entries of a menu."""
    wanted = fold(typed.strip())
    named = ((label(scope, organisation, viewer), str(scope)) for scope in scopes)
    found = (
        option(name, value)
        for name, value in named
        if wanted in fold(f"{name} {value}") and len(value) <= _LONGEST_VALUE
    )
    return [entry for entry, _ in zip(found, range(_MOST_OPTIONS), strict=False)]


def origin(view: Mapping[str, Any]) -> tuple[str, Scope | None]:
    """Where a form was opened, and for whom, if that was settled.

    Raises:
        Refused: the form is not one of ours.
    """
    found = _ORIGIN.fullmatch(str(view.get("private_metadata") or ""))
    try:
        if found:
            return found[1], Scope.parse(found[2]) if found[2] else None
    except ValueError:
        pass
    raise Refused("That form does not work any more. Please open it again.")


def read_schedule(view: Mapping[str, Any]) -> Filled:
    """What `schedule_form` brought back.

    Raises:
        FormIncomplete: something is missing, or cannot be understood.
        Refused: the form is not one of ours.
    """
    place, settled = origin(view)
    every, days = fields.chosen(view, EVERY), fields.chosen(view, DAYS)
    at, scope = read_time(fields.written(view, AT)), settled or _scope(fields.chosen(view, WHOM))
    to, channel = fields.chosen(view, TO), fields.written(view, CHANNEL)
    zone = _zone(fields.chosen(view, ZONE))
    errors = {
        WHOM: "" if scope else _WHOM_MISSING,
        EVERY: "" if every in _EVERY else "Please choose how often.",
        AT: "" if at else "I cannot read that time. Write it like 9:00, 17:30 or 9am.",
        ZONE: "I do not know that time zone." if isinstance(zone, str) else "",
        TO: _place_fault(to, channel, scope, place),
    }
    if scope is None or at is None or isinstance(zone, str) or any(errors.values()):
        raise FormIncomplete({name: text for name, text in errors.items() if text})
    cadence, _, number = every.partition(":")
    return Filled(
        scope=scope,
        cadence=Cadence(cadence),
        weekday=int(number) if cadence == Cadence.WEEKLY else None,
        day=int(number) if cadence == Cadence.MONTHLY else None,
        at=at,
        zone=zone,
        working=days == WORKING,
        to=to,
        channel=channel,
        origin=place,
    )


def read_time(text: str) -> time | None:
    """A time of day as people write it: ``9``, ``9:00``, ``09.30``, ``9am``; None if it is none."""
    said = fold(text).strip()
    if said in _NAMED_TIMES:
        return _NAMED_TIMES[said]
    found = _TIME.fullmatch(said)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "p" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _whom(offer: Offer) -> list[Block]:
    if offer.scope is not None:
        name = label(offer.scope, offer.organisation, offer.viewer)
        return [section(f"*About:* {inline(name, 100)}")]
    options = scope_options(offer.scopes, offer.organisation, offer.viewer)
    if len(offer.scopes) <= _MOST_OPTIONS and options:
        menu = static_select(options, "Choose", initial=options[0])
    else:
        menu = {
            "type": "external_select",
            "action_id": ids.SCOPE_OPTIONS,
            "placeholder": plain("Type a name"),
            "min_query_length": 0,
        }
    return [input_field(WHOM, "Whom is it about?", menu)]


def _times(offer: Offer) -> list[Block]:
    every = {value: option(text, value) for value, text in _EVERY.items()}
    zones = {OWN_ZONE: option("Their own time zone", OWN_ZONE)}
    zones |= {zone.key: option(zone.key, zone.key) for zone in offer.zones[: _MOST_OPTIONS - 1]}
    days = {WORKING: option("Only when they work", WORKING), "any": option("Also days off", "any")}
    cadence = offer.cadence or Cadence.DAILY
    at = plain_text_input("9:00, 17:30 or 9am", most=20, initial=f"{offer.at:%H:%M}")
    first_days = days[WORKING if cadence is Cadence.DAILY else "any"]
    return [
        input_field(EVERY, "How often?", _menu(every, every[_FIRST[cadence]])),
        input_field(AT, "At what time?", at),
        input_field(ZONE, "In which time zone?", _menu(zones, zones[OWN_ZONE])),
        input_field(DAYS, "On days off?", _menu(days, first_days)),
    ]


def _places(offer: Offer) -> list[Block]:
    places = {}
    if offer.scope is None or offer.scope.kind is Kind.TEAM:
        places[TEAM] = option("The team's own channel", TEAM)
    if offer.origin not in {"", HOME}:
        places[HERE] = option("This channel", HERE)
    places[ME] = option("Only me, as a direct message", ME)
    first = ME if TEAM not in places else TEAM
    return [
        input_field(TO, "Where to?", _menu(places, places[first])),
        input_field(
            CHANNEL,
            "Or to another channel",
            plain_text_input("#name, link or ID", most=200),
            optional=True,
            hint="Leave it empty for the choice above. I have to be in that channel.",
        ),
    ]


def _menu(options: Mapping[str, Block], first: Block) -> Block:
    return static_select(list(options.values()), "Choose", initial=first)


def _scope(value: str) -> Scope | None:
    try:
        return Scope.parse(value)
    except ValueError:
        return None


def _zone(value: str) -> ZoneInfo | str | None:
    """The zone of that name; the name itself when there is none, None for the usual one."""
    if value in {"", OWN_ZONE}:
        return None
    try:
        return ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return value


def _place_fault(to: str, channel: str, scope: Scope | None, place: str) -> str:
    if channel:
        return ""
    if to == TEAM and scope is not None and scope.kind is not Kind.TEAM:
        return "Only a team has a channel of its own. Choose yourself, or name a channel below."
    if to == HERE and place in {"", HOME}:
        return "I do not know which channel. Name it below."
    return "" if to in {TEAM, HERE, ME} else "Please choose where it goes."
