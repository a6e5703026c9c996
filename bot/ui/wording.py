"""The words for states, outcomes, platforms and reasons, the same on every surface."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.domain.case import Fact, Stake, State
from bot.domain.charts import Volume
from bot.domain.comment import Comment, fold
from bot.domain.consequences import NOT_NEEDED
from bot.domain.events import Pause, Reason
from bot.domain.forgetting import Why
from bot.domain.organisation import Organisation, Priority
from bot.domain.scope import Kind, Scope
from bot.ui.kit import fit, inline, listed, person

OUTCOMES: tuple[tuple[str, str], ...] = (
    ("answered", "Answered"),
    ("fixed", "Fixed"),
    ("passed_on", "Noted for the team"),
    ("thanked", "Thanked"),
    ("nothing_to_do", "Nothing to do"),
)
"""How a team's part can end: the value that is stored, and what people read."""

UNCLAIMED, IN_HAND, WAITING, DONE, LATE, GONE = "⚪", "🔵", "🟡", "🟢", "🔴", "⚫"
# Of a case as a whole, which says nothing of who holds what. By its form: purple looks like blue.
SHARED = "👥"
MARKS: dict[str, str] = {
    UNCLAIMED: "nobody has it",
    IN_HAND: "somebody has claimed it",
    SHARED: "a whole case that has its teams",
    WAITING: "it waits",
    DONE: "done",
    LATE: "late",
    GONE: "given away or not needed",
}
"""What stands before a part, or a case in a list; the README explains them so."""

_OUTCOME_LABELS = {**dict(OUTCOMES), NOT_NEEDED: "Not needed any more"}
_PLATFORMS = {
    "appstore": "the App Store",
    "app-store": "the App Store",
    "google-play": "Google Play",
    "googleplay": "Google Play",
    "line": "LINE",
    "linkedin": "LinkedIn",
    "play-store": "Google Play",
    "tiktok": "TikTok",
    "wechat": "WeChat",
    "whatsapp": "WhatsApp",
    "x": "X",
    "xiaohongshu": "Xiaohongshu",
    "youtube": "YouTube",
}
_STATES = {
    State.OPEN: (UNCLAIMED, "unclaimed"),
    State.CLAIMED: (IN_HAND, "claimed"),
    State.RESOLVED: (DONE, "done"),
    State.DECLINED: (GONE, "not theirs"),
    State.HANDED_OFF: (GONE, "handed off"),
}
_CHANNEL = re.compile(r"[CG][A-Z0-9]+", re.ASCII)
_MOST_REASONS = 3
_BY_ITSELF = {"rule", "suggestion", "urgency"}
_MOST_FACTS = 5
_LONGEST_FACT_LINE = 560


def outcome(value: str) -> str:
    """What people read for a stored outcome, in the middle of a sentence; safe as markup."""
    label = _OUTCOME_LABELS.get(value)
    return label.lower() if label else inline(value, 40)


def platform(name: str) -> str:
    """A platform's name as it writes itself; safe as markup."""
    return inline(platform_label(name), 30)


def platform_label(name: str) -> str:
    """The same as plain text, for what Slack formats nothing in."""
    if not name:
        return "an unnamed place"
    return _PLATFORMS.get(fold(name)) or name[:1].upper() + name[1:]


def by_platform(volume: Volume) -> Volume:
    """*volume* with the platforms' names as they write themselves."""
    return replace(volume, platforms=tuple(platform_label(name) for name in volume.platforms))


def named(scope: Scope, organisation: Organisation) -> str:
    """What to call a scope on every surface, as plain text."""
    match scope.kind:
        case Kind.TEAM:
            return organisation.team_name(scope.key)
        case Kind.ORGANISATION:
            return "All teams"
        case Kind.PERSON:
            return scope.key
        case Kind.PLATFORM:
            name = platform_label(scope.key)
            return name[:1].upper() + name[1:]
        case _:
            return f"{scope.kind.capitalize()} {scope.key}"


def writer(comment: Comment) -> str:
    """Who wrote *comment*, and where."""
    return f"{inline(comment.author.shown, 80)} on {platform(comment.platform)}"


def forgotten(why: str) -> str:
    """What stands in the place of a forgotten comment's words."""
    if why == Why.RETENTION:
        return "removed: it is older than comments are kept"
    return "removed at the author's request"


def forgotten_by(why: str) -> str:
    """The same as a sentence of a case's history, with what did it."""
    if why == Why.RETENTION:
        return "The comment and its author's name were erased: they are kept only for so long."
    return f"The comment and its author's name were erased at their request (`{inline(why, 40)}`)."


def priority(value: Priority) -> str:
    """A priority that people should notice, as ` · High`; nothing for the normal one."""
    return "" if value is Priority.NORMAL else f" · {value.value.capitalize()}"


def state(value: State | None, *, late: bool, paused: bool = False) -> tuple[str, str]:
    """The dot and the words of a stake's state; None is a case that no team has.

    What stands still is waiting, whatever it has missed before.
    """
    dot, word = _STATES[value] if value else (UNCLAIMED, "in triage")
    if paused:
        return WAITING, "waiting"
    return (LATE, f"late, {word}") if late else (dot, word)


def standing(stake: Stake) -> tuple[str, str]:
    """The dot and the words of where *stake* stands."""
    if stake.state is State.RESOLVED and stake.outcome == NOT_NEEDED:
        return GONE, outcome(NOT_NEEDED)
    paused = stake.state.live and stake.paused is not None
    return state(stake.state, late=stake.past_target, paused=paused)


def waits(why: Pause, on: str, until: str) -> str:
    """What a stake that stands still is waiting for; *on* and *until* are markup."""
    match why:
        case Pause.CUSTOMER:
            return "waiting for the customer"
        case Pause.TEAM:
            return f"waiting for {on}"
        case Pause.SNOOZED:
            return f"snoozed until {until}" if until else "snoozed"


def fact(given: Fact, organisation: Organisation) -> str:
    """What somebody in another team knows, credited by name."""
    line = f"💡 {team(organisation, given.team)} — {person(given.by)}: {inline(given.text, 500)}"
    return fit(line, _LONGEST_FACT_LINE)


def facts(given: Sequence[Fact], organisation: Organisation) -> str:
    """The newest of the facts of a case, newest last."""
    shown = [fact(each, organisation) for each in given[-_MOST_FACTS:]]
    more = len(given) - _MOST_FACTS
    return "\n".join([*shown, f"and {more} more in the timeline"] if more > 0 else shown)


def team(organisation: Organisation, key: str) -> str:
    """A team's name, safe as markup."""
    return inline(organisation.team_name(key), 60)


def channel(place: str) -> str:
    """A channel that the organisation file gives by its id or by its name, safe as markup."""
    return f"<#{place}>" if _CHANNEL.fullmatch(place) else inline(place, 80)


def said_why(text: str, limit: int = 160) -> str:
    """What a person gave as the reason, as `: “…”`; nothing when they gave none."""
    words = inline(text, limit)
    return f": “{words}”" if words else ""


def reasons(
    given: Sequence[Reason],
    asked_by: str,
    organisation: Organisation,
    *,
    team: str = "",
    to_them: bool = False,
) -> str:
    """Why *team* has its stake, in one line; told to the team itself unless *to_them*.

    What people have said comes first, the newest of it before the rest.
    """
    you = ("them", "theirs") if to_them else ("you", "yours")
    by_people = [each for each in given if each.kind not in _BY_ITSELF]
    in_order = [*reversed(by_people), *(each for each in given if each.kind in _BY_ITSELF)]
    shown = [
        _learned(reason, team, organisation)
        if reason.kind == "suggestion"
        else _reason(reason, _asker(reason.team or asked_by, organisation), *you)
        for reason in in_order[:_MOST_REASONS]
    ]
    if len(given) > _MOST_REASONS:
        shown.append(f"and {len(given) - _MOST_REASONS} more")
    return " · ".join(shown)


def learned_words(words: Sequence[str], like: Sequence[int]) -> tuple[str, str]:
    """What a suggestion is learned from: the words of the comment, and like which cases."""
    said = [word for each in words[:4] if (word := inline(each, 40).strip())]
    cases = listed([f"#{number}" for number in like[:3]])
    return ", ".join(f"*{word}*" for word in said), f"as in {cases}" if cases else ""


def _learned(reason: Reason, key: str, organisation: Organisation) -> str:
    words, like = learned_words(reason.words, reason.like)
    team = organisation.team(key)
    where = inline(team.department, 40) if team else "this team"
    told = ", ".join(filter(None, (f"{words or 'its words'} → {where}", like)))
    return f"{told} (learned)"


def raised(reason: Reason) -> str:
    """Why a case is more pressing than others: ``*wedding* → high, as in #871 (learned)``."""
    words, like = learned_words(reason.words, reason.like)
    return f"{', '.join(filter(None, (f'{words} → {inline(reason.name, 20)}', like)))} (learned)"


def _asker(key: str, organisation: Organisation) -> str:
    return team(organisation, key) if key else "Another team"


def _reason(reason: Reason, asker: str, you: str, yours: str) -> str:
    match reason.kind:
        case "rule":
            words = ", ".join(f"“{inline(word, 40)}”" for word in reason.words[:4])
            arrow = f"{words} → " if words else ""
            return f"{arrow}rule *{inline(reason.name, 60)}*"
        case "hand-off":
            return f"{asker} handed it to {you}{said_why(reason.name)}"
        case "decline":
            return f"{asker} says it is {yours}{said_why(reason.name)}"
        case "urgency":
            return raised(reason)
        case "invitation":
            return f"{asker} invited {you}{said_why(reason.name)}"
        case _:
            return f"chosen in triage{said_why(reason.name)}"


def reason_told(reason: Reason, asked_by: str, organisation: Organisation, team: str = "") -> str:
    """One reason as a sentence to the *team* that has the stake."""
    if reason.kind == "suggestion":
        return f"{_learned(reason, team, organisation)}."
    if reason.kind != "rule":
        told = _reason(reason, _asker(reason.team or asked_by, organisation), "you", "yours")
        return f"{told[:1].upper()}{told[1:]}."
    words = ", ".join(f"“{inline(word, 40)}”" for word in reason.words[:8])
    return f"The rule *{inline(reason.name, 60)}* matches{f': {words}' if words else ''}."
