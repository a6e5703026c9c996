"""The emoji on cards: what they mean when people put them there, and which ones mirror a state."""

from collections.abc import Iterator

from bot.domain.case import Case, State
from bot.domain.consequences import NOT_NEEDED
from bot.domain.organisation import Priority

CLAIMED, RESOLVED, DECLINED, URGENT = "eyes", "white_check_mark", "no_good", "rotating_light"

_ACTS = {
    "claim": (CLAIMED,),
    "resolve": (RESOLVED,),
    "decline": (DECLINED, "woman-gesturing-no", "man-gesturing-no"),
    "urgent": (URGENT,),
    "note": ("memo", "pencil"),
}
_HAVE_SKIN = _ACTS["decline"]
_TONES = ("", *(f"::skin-tone-{n}" for n in range(2, 7)))

MEANINGS: dict[str, str] = {
    f"{name}{tone}": act
    for act, names in _ACTS.items()
    for name in names
    for tone in (_TONES if name in _HAVE_SKIN else ("",))
}
"""What an emoji's name, as Slack tells it, asks for."""


def for_card(case: Case, team: str) -> tuple[str, ...]:
    """The names of the emoji that mirror, on the card of *team*, how its part stands."""
    return tuple(_mirrors(case, team))


def _mirrors(case: Case, team: str) -> Iterator[str]:
    stake = case.stakes.get(team)
    match stake.state if stake else None:
        case State.CLAIMED:
            yield CLAIMED
        case State.RESOLVED if stake and stake.outcome != NOT_NEEDED:
            yield RESOLVED
        case State.DECLINED:
            yield DECLINED
    if case.priority is Priority.URGENT:
        yield URGENT
