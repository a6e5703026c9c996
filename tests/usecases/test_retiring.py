"""A team is taken out of the organisation file while it has cases."""

from dataclasses import replace

from bot.domain.case import State
from bot.domain.escalation import GONE
from bot.usecases import moving, owning
from tests.usecases.office import Office


def _retire(office: Office, key: str) -> int:
    teams = tuple(team for team in office.organisation.teams if team.key != key)
    fewer = replace(office.organisation, teams=teams)
    with office.database.transaction() as session:
        return moving.retire_teams(session, fewer, now=office.clock.now())


def test_its_open_stakes_go_to_triage_and_its_history_stays(office: Office) -> None:
    before = office.take_in()
    gone, *others = before.stakes
    assert _retire(office, gone) == 1
    case = office.case(before.number)
    assert case.stakes[gone].state is State.DECLINED
    assert case.triage == f"{gone}: {GONE}"
    assert all(case.stakes[team].state.live for team in others)
    assert _retire(office, gone) == 0


def test_what_it_had_finished_is_left_alone(office: Office) -> None:
    before = office.take_in()
    gone, *_ = before.stakes
    office.act(owning.resolve, before.number, gone, outcome="fixed", note="", by="U0ANNA")
    assert _retire(office, gone) == 0
    assert office.case(before.number).stakes[gone].state is State.RESOLVED
