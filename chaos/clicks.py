"""Checks of what people pressed: answered 200, it was done once, or refused for a reason.

Whether Slack was there makes no difference to this: each process writes down whom it refuses what,
and the journal says whether that was right at the time.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain import events as e
from bot.domain.case import Case, apply
from bot.domain.stake import Stake, State
from bot.store import journal
from bot.ui import ids
from chaos.evidence import Evidence, Finding, Row
from chaos.history import Pressed, Refusal, Replay
from chaos.weather import AWAY


@dataclass(frozen=True, slots=True)
class _Act:
    """What a click or a form brings about.

    Attributes:
        does: the event.
        works: the states in which it happens.
        done: the states in which it need not.
    """

    does: str
    works: frozenset[State]
    done: frozenset[State]


_LIVE = frozenset({State.OPEN, State.CLAIMED})


def _act(does: str, works: frozenset[State] | State, done: frozenset[State] | State) -> _Act:
    given = [frozenset({one}) if isinstance(one, State) else one for one in (works, done)]
    return _Act(does, *given)


# What opens a window changes nothing yet, and is not among them.
_ACTS = {
    ids.CLAIM: _act("StakeClaimed", State.OPEN, State.CLAIMED),
    ids.RELEASE: _act("StakeReleased", State.CLAIMED, State.OPEN),
    ids.REOPEN: _act("StakeReopened", State.RESOLVED, _LIVE),
    f"{ids.RESOLVE} form": _act("StakeResolved", _LIVE, State.RESOLVED),
    f"{ids.HANDOFF} form": _act("StakeHandedOff", _LIVE, State.HANDED_OFF),
    f"{ids.DECLINE} form": _act("StakeDeclined", _LIVE, State.DECLINED),
}
_TELLS = {"response_url", "chat.postEphemeral"}
# Refusals that say nothing of the case: they may be given in any state.
_OUTSIDE = ("The database does not answer", "This part belongs to")
# An event bears the time at which its transaction was about to begin.
_ABOUT = 5.0
# So long a request may go on after its sender has given up.
_UNHEARD = 40.0
# Longer than Slack is ever away, and than a stop and a start of its address take.
_AWAY_SECONDS = 4.0
# What is said privately waits for what the person was told before, and for a Slack that hangs.
_TOLD_WITHIN = 20.0

_Key = tuple[int, str, str, str]


def promises_to_people(evidence: Evidence) -> Iterator[Finding]:
    """Every click that was answered 200 is in the journal once, or was refused for a reason."""
    done: set[Pressed] = set()
    events = _events(evidence)
    presses: dict[_Key, list[Pressed]] = defaultdict(list)
    for pressed in evidence.history.pressed:
        if act := _ACTS.get(pressed.action):
            presses[pressed.case, pressed.team, pressed.person, act.does].append(pressed)
    again: dict[Pressed, list[Replay]] = defaultdict(list)
    for replay in evidence.history.replays:
        again[replay.of].append(replay)
    for key, times in events.items():
        for at in times:
            own = _of(presses[key], done, at) or _played(presses[key], again, done, at)
            if own is None:
                what = f"{key[2]}: {key[3]} of #{key[0]} for {key[1]} more often than they pressed"
                yield Finding(wrong="doubled", what=what, case=key[0])
            else:
                done.add(own)
    for pressed in evidence.history.pressed:
        if pressed.action in _ACTS and pressed.status == 200 and pressed not in done:
            yield from _not_done(evidence, pressed)


def _events(evidence: Evidence) -> dict[_Key, list[float]]:
    """When people did what, by the journal."""
    resolved = {_moment(row) for row in evidence.journal if row["kind"] == "StakeResolved"}
    kinds = {act.does for act in _ACTS.values()}
    found: dict[_Key, list[float]] = defaultdict(list)
    for row in evidence.journal:
        # Who resolves without a claim has claimed by that.
        along = row["kind"] == "StakeClaimed" and _moment(row) in resolved
        if row["by"] and row["kind"] in kinds and not along:
            key = (row["case_number"], row["team"], row["by"], row["kind"])
            found[key].append(row["at"].timestamp())
    return found


def _moment(row: Row) -> tuple[object, ...]:
    return row["case_number"], row["team"], row["by"], row["at"]


def _of(presses: list[Pressed], done: set[Pressed], at: float) -> Pressed | None:
    """The press that an event is of: rather one that was answered than one that may have worked."""
    for late, answered in ((_ABOUT, True), (_UNHEARD, False)):
        for pressed in presses:
            fits = pressed.began - _ABOUT <= at <= pressed.ended + late
            if fits and pressed not in done and (pressed.status == 200) == answered:
                return pressed
    return None


def _played(
    presses: list[Pressed], again: dict[Pressed, list[Replay]], done: set[Pressed], at: float
) -> Pressed | None:
    """The press that had not been carried out until it was played again."""
    for pressed in presses:
        times = [
            replay.began - _ABOUT <= at <= replay.ended + _UNHEARD for replay in again[pressed]
        ]
        if pressed not in done and any(times):
            return pressed
    return None


def _not_done(evidence: Evidence, pressed: Pressed) -> Iterator[Finding]:
    act, number = _ACTS[pressed.action], pressed.case
    states = _stakes(evidence, pressed)
    refusals = [each for each in evidence.refusals if _is_of(each, pressed)]
    if pressed.said and not refusals:
        # A form that was not filled in properly is answered in the form.
        return
    if not refusals and not any(_need_not(stake, act, pressed) for stake in states):
        yield Finding(wrong="lost", what=f"neither done nor refused: {pressed}", case=number)
    for refusal in refusals:
        outside = refusal.text.startswith(_OUTSIDE)
        if not outside and all(_works(stake, act, pressed) for stake in states):
            what = f"refused without a reason ({refusal.text}): {pressed}"
            yield Finding(wrong="lost", what=what, case=number)
    if refusals and not pressed.said and not _heard(evidence, pressed):
        yield Finding(wrong="lost", what=f"refused and never told: {pressed}", case=number)


def _is_of(refusal: Refusal, pressed: Pressed) -> bool:
    # Nobody presses twice at a time.
    return refusal.person == pressed.person and pressed.began <= refusal.at <= pressed.ended


def _need_not(stake: Stake | None, act: _Act, pressed: Pressed) -> bool:
    if stake is None or stake.state not in act.done:
        return False
    return pressed.action != ids.CLAIM or stake.holder == pressed.person


def _works(stake: Stake | None, act: _Act, pressed: Pressed) -> bool:
    if stake is None or stake.state not in act.works:
        return False
    return pressed.action != ids.RELEASE or stake.holder == pressed.person


def _stakes(evidence: Evidence, pressed: Pressed) -> list[Stake | None]:
    """Every way in which the stake stood about the time of the click."""
    found: list[Stake | None] = [None]
    case = Case(number=pressed.case)
    for recorded in _history(evidence, pressed.case):
        case = apply(case, recorded)
        at, stake = recorded.at.timestamp(), case.stakes.get(pressed.team)
        if at <= pressed.began - _ABOUT:
            found = [stake]
        elif at <= pressed.ended + _ABOUT:
            found.append(stake)
    return found


def _history(evidence: Evidence, number: int) -> tuple[e.Recorded, ...]:
    with evidence.database.reading() as session:
        return journal.history(session, number)


def _heard(evidence: Evidence, pressed: Pressed) -> bool:
    """Whether it was tried to tell them: right after the answer, unless the process died by then.

    Nobody sees it tried while Slack refuses connections.
    """
    troubles = evidence.history.troubles
    away = [each.began for each in troubles if each.what == AWAY]
    if any(at - 1 <= pressed.ended and pressed.began <= at + _AWAY_SECONDS for at in away):
        return True
    until = pressed.ended + _TOLD_WITHIN
    gone = [each.began for each in troubles if " web-" in each.what]
    told = [
        call.at.timestamp()
        for call in evidence.slack.calls
        if call.method in _TELLS and call.args.get("user") == pressed.person
    ]
    return any(pressed.began <= at <= until for at in [*told, *gone])
