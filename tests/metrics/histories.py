"""Histories of some cases, made by the real use cases: whatever people, sources and clocks do."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import hypothesis.strategies as st

from bot.domain.case import Case, State
from bot.domain.comment import ChangeKind
from bot.domain.organisation import Organisation, Priority
from bot.errors import Refused
from bot.store import comments, journal
from bot.store.session import Session
from bot.usecases import moving, owning, sharing
from bot.usecases.owning import Actor
from tests.metrics.driving import Drive, Step, who
from tests.metrics.offices import REGIONS, TEXTS, today


def _among(teams: list[str], index: int) -> str:
    if not teams:
        raise Refused("There is no such team.")
    return teams[index % len(teams)]


def _any(drive: Drive, index: int) -> str:
    return _among([team.key for team in drive.organisation.teams], index)


def _live(case: Case, index: int) -> str:
    return _among([stake.team for stake in case.live_stakes], index)


def _asked(case: Case, index: int) -> str:
    return _among(list(case.stakes), index)


def _resolve(drive: Drive, case: Case, step: Step) -> None:
    team = _live(case, step.team)
    drive.act(owning.resolve, case, team, outcome="answered", note="", by=who(step))


def _release(drive: Drive, case: Case, step: Step) -> None:
    held = [stake for stake in case.live_stakes if stake.holder]
    team = _among([stake.team for stake in held], step.team)
    forced = step.word % 3 == 0
    by = who(step) if forced else case.stakes[team].holder
    drive.act(owning.release, case, team, by=Actor(by, forced))


def _hand_off(drive: Drive, case: Case, step: Step) -> None:
    team, to = _live(case, step.team), _any(drive, step.other)
    drive.act(owning.hand_off, case, team, to=to, reason="yours", by=who(step))


def _decline(drive: Drive, case: Case, step: Step) -> None:
    instead = _any(drive, step.other) if step.word % 2 else ""
    team = _live(case, step.team)
    drive.act(owning.decline, case, team, reason="no", instead=instead, by=who(step))


def _reopen(drive: Drive, case: Case, step: Step) -> None:
    done = [stake.team for stake in case.stakes.values() if stake.state is State.RESOLVED]
    drive.act(owning.reopen, case, _among(done, step.team), by=who(step))


def _invite(drive: Drive, case: Case, step: Step) -> None:
    by_team = "" if step.word % 3 == 0 or not case.stakes else _asked(case, step.team)
    team = _any(drive, step.other)
    drive.act(owning.invite, case, team=team, by_team=by_team, note="", by=who(step))


def _pick(drive: Drive, case: Case, step: Step) -> None:
    teams = [_any(drive, step.team), _any(drive, step.other)][: 1 + step.word % 2]
    drive.act(owning.route_by_hand, case, teams=teams, note="", by=who(step))


def _pause(drive: Drive, case: Case, step: Step) -> None:
    team, by = _live(case, step.team), who(step)
    if step.word % 3 == 0:
        until = drive.now + timedelta(minutes=7 * (step.other + 1))
        drive.act(sharing.snooze, case, team, until=until, by=by)
    elif step.word % 3 == 1:
        drive.act(sharing.wait_for_customer, case, team, by=by)
    else:
        drive.act(sharing.wait_for_team, case, team, on=_live(case, step.other), by=by)


def _snooze_escalation(drive: Drive, case: Case, step: Step) -> None:
    until = drive.now + timedelta(hours=1)
    drive.act(sharing.snooze_escalation, case, _live(case, step.team), until=until, by=who(step))


def _confirm(drive: Drive, case: Case, step: Step) -> None:
    team = _live(case, step.team)
    drive.act(sharing.confirm, case, team, by=case.stakes[team].holder)


def _priority(drive: Drive, case: Case, step: Step) -> None:
    to = list(Priority)[step.word % len(Priority)]
    drive.act(sharing.change_priority, case, to=to, reason="", by=who(step))


def _change(drive: Drive, case: Case, step: Step) -> None:
    comment = comments.of_case(drive.session, case.number)
    assert comment is not None
    gone = step.word % 4 == 3
    facts = {"text": TEXTS[step.other % len(TEXTS)], "region": REGIONS[step.team % len(REGIONS)]}
    kind = ChangeKind.DELETED if gone else ChangeKind.UPDATED
    drive.say(comment.source, comment.external_id, kind, {} if gone else facts)


def _echo(drive: Drive, _case: Case, step: Step) -> None:
    """Others say the same: from the third author on, it is one case."""
    for author in range(1 + step.word % 3):
        drive.echo(f"echo {author + step.person}", REGIONS[step.team % len(REGIONS)])


def _fact(drive: Drive, case: Case, step: Step) -> None:
    team, text = _asked(case, step.team), f"fact {step.word}"
    drive.act(sharing.add_fact, case, team, text=text, by=who(step))


def _retire(drive: Drive, _case: Case, _step: Step) -> None:
    fewer = today(drive.organisation, 1)
    for number in moving.cases_of_gone_teams(drive.session, fewer):
        moving.retire(drive.session, fewer, number, now=drive.now)


def _left(drive: Drive, case: Case, step: Step) -> None:
    sharing.give_back(
        drive.session, drive.organisation, who(step), _live(case, step.team), now=drive.now
    )


VERBS: dict[str, Callable[[Drive, Case, Step], None]] = {
    "claim": lambda d, c, s: d.act(owning.claim, c, _live(c, s.team), by=who(s)),
    "release": _release,
    "resolve": _resolve,
    "hand off": _hand_off,
    "decline": _decline,
    "reopen": _reopen,
    "invite": _invite,
    "pick": _pick,
    "dismiss": lambda d, c, s: d.act(owning.dismiss, c, reason="spam", by=who(s)),
    "pause": _pause,
    "resume": lambda d, c, s: d.act(sharing.resume, c, _live(c, s.team), by=who(s)),
    "fact": _fact,
    "note": lambda d, c, s: d.act(sharing.keep_note, c, _any(d, s.team), text="note", by=who(s)),
    "lead": lambda d, c, s: d.act(sharing.move_lead, c, to=_live(c, s.team), reason="", by=who(s)),
    "priority": _priority,
    "change": _change,
    "echo": _echo,
    "tick": lambda d, _c, _s: d.tick(),
    "confirm": _confirm,
    "seen": lambda d, c, s: d.act(sharing.acknowledge, c, _live(c, s.team), by=who(s)),
    "later": _snooze_escalation,
    "left": _left,
    "retire": _retire,
}
"""Everything that can happen to a case that is there."""


_OFTEN = (
    *("comment", "comment", "claim", "claim", "claim", "resolve", "resolve"),
    *("hand off", "tick", "echo"),
)
_WAITS = st.one_of(
    st.just(timedelta()),
    st.none(),
    st.integers(1, 300).map(lambda n: timedelta(minutes=n)),
    st.integers(1, 300).map(lambda n: timedelta(minutes=n)),
    st.integers(1, 7 * 24 * 60).map(lambda n: timedelta(minutes=n, microseconds=123_457 * n)),
    st.integers(1, 5).map(lambda n: timedelta(days=7 * n)),
)
STEPS = st.builds(
    Step,
    wait=_WAITS,
    verb=st.sampled_from((*_OFTEN, *VERBS)),
    case=st.integers(0, 9),
    team=st.integers(0, 9),
    other=st.integers(0, 9),
    person=st.integers(0, 2),
    word=st.integers(0, 5),
)
HISTORIES = st.lists(STEPS, min_size=10, max_size=40)


def drive(
    session: Session,
    organisation: Organisation,
    steps: list[Step],
    *,
    start: datetime,
    watched: bool,
) -> Drive:
    """Make a history in *session*; *watched*: a clock looks whenever something is due."""
    made = Drive(session, organisation, start, watched)
    for step in steps:
        made.wait(step.wait)
        _go(made, step)
    return made


def _go(made: Drive, step: Step) -> None:
    """Do it; what the rules forbid is not done."""
    if step.verb == "comment" or not made.numbers:
        made.new_comment(step)
        return
    number = made.numbers[step.case % len(made.numbers)]
    case = journal.load(made.session, number)
    assert case is not None
    with suppress(Refused):
        VERBS[step.verb](made, case, step)
