"""What a case teaches: people's acts that stand, and nothing that was undone or done by the bot."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis.stateful import invariant, rule

from bot.domain import events as e
from bot.domain.case import State
from bot.domain.lessons import Lesson, Taught, lesson
from bot.domain.organisation import Team
from tests.domain.factories import ANNA, BEN, CHLOE, NOW, organisation
from tests.domain.machine import PEOPLE, TEAMS, People

DEPARTMENTS = {team.key: team.department for team in organisation().teams}
HK, UK, MOBILE, AUDIO = (
    next(team for team in organisation().teams if team.key == key)
    for key in ("service-hk", "service-uk", "product-mobile", "product-audio")
)


class Told(People):
    """The same case by hand, one act after the other."""

    def taught(self) -> Lesson | None:
        return lesson(self.case, self.recorded, DEPARTMENTS)

    def summary(self) -> tuple[tuple[str, ...], Taught, str] | None:
        told = self.taught()
        return (told.departments, told.kind, told.by) if told else None


def received(*teams: str, triage: bool = False) -> Told:
    told = Told()
    told.receive(teams=set(teams), orphaned=triage, gone=False, settled=("all", 0))
    return told


def invite(told: Told, team: Team, by: str, by_team: str = "service-hk") -> None:
    told.invite(team=team, asking=by_team, by=by)


def test_what_rules_did_teaches_nothing_until_a_person_has_acted() -> None:
    told = received("service-hk", "product-mobile")
    assert told.taught() is None
    told.claim(HK, ANNA)
    assert told.taught() is None


def test_a_part_that_was_finished_was_rightly_asked() -> None:
    told = received("service-hk")
    told.resolve(HK, ANNA)
    assert told.summary() == (("service",), Taught.CONFIRMED, ANNA)


def test_a_part_that_was_taken_up_again_confirms_nothing() -> None:
    told = received("service-hk")
    told.resolve(HK, ANNA)
    told.reopen(HK, BEN)
    assert told.taught() is None


def test_not_ours_with_somebody_else_named_teaches_both() -> None:
    told = received("service-hk", "product-mobile")
    told.decline(HK, None, ANNA)
    assert told.summary() == (("product",), Taught.DECLINED, ANNA)


def test_an_invitation_of_who_said_not_ours_restores_what_was_known_before() -> None:
    told = received("service-hk", "product-mobile")
    told.decline(HK, None, ANNA)
    invite(told, HK, BEN, "product-mobile")
    assert told.taught() is None


def test_what_nobody_wants_teaches_nothing_while_triage_is_still_asked() -> None:
    told = received("service-hk")
    told.decline(HK, None, ANNA)
    assert told.case.triage
    assert told.taught() is None
    told.dismiss(BEN, "spam")
    assert told.summary() == ((), Taught.TRIAGED, BEN)


def test_an_invitation_teaches_a_department_more() -> None:
    told = received("service-hk")
    invite(told, MOBILE, ANNA)
    assert told.summary() == (("product", "service"), Taught.INVITED, ANNA)


def test_a_hand_off_to_another_department_teaches_and_within_one_does_not() -> None:
    told = received("service-hk")
    told.hand_off(HK, UK, ANNA)
    assert told.taught() is None
    told.hand_off(UK, MOBILE, BEN)
    assert told.summary() == (("product",), Taught.HANDED_OFF, BEN)


def test_what_is_handed_back_is_as_it_was() -> None:
    told = received("service-hk")
    told.resolve(HK, CHLOE)
    told.reopen(HK, CHLOE)
    told.hand_off(HK, MOBILE, ANNA)
    told.hand_off(MOBILE, HK, BEN)
    assert told.taught() is None
    assert told.case.stakes["service-hk"].state is State.OPEN


def test_a_correction_counts_before_a_confirmation_that_came_later() -> None:
    told = received("service-hk")
    invite(told, MOBILE, ANNA)
    told.resolve(MOBILE, BEN)
    assert told.summary() == (("product", "service"), Taught.INVITED, ANNA)


def test_teams_that_somebody_chose_in_triage_are_taught() -> None:
    told = received()
    told.route_by_hand([MOBILE], ANNA)
    taught = told.taught()
    assert taught is not None
    assert (taught.departments, taught.teams) == (("product",), ("product-mobile",))
    assert taught.kind is Taught.TRIAGED


def test_a_case_that_was_settled_without_people_teaches_nothing() -> None:
    told = received("service-hk")
    told.record((e.StakeResolved(team="service-hk", outcome="not_needed"),))
    assert told.taught() is None


def test_a_team_that_is_gone_teaches_nothing() -> None:
    told = received("service-hk", "product-mobile")
    told.resolve(HK, ANNA)
    without = {key: name for key, name in DEPARTMENTS.items() if key != "product-mobile"}
    taught = lesson(told.case, told.recorded, without)
    assert taught is not None
    assert taught.teams == ("service-hk",)


class Undone(Told):
    """Whatever was done before: an act and its opposite leave the lesson that stood before."""

    @rule(team=TEAMS, by=PEOPLE, other=PEOPLE)
    def resolve_and_reopen(self, team: Team, by: str, other: str) -> None:
        before, stake = self.taught(), self.case.stakes.get(team.key)
        if stake is None or not stake.state.live or self.organisation.settled_when != "all":
            return
        self.resolve(team, by)
        self.now += timedelta(minutes=1)
        self.reopen(team, other)
        assert self.taught() == before

    @rule(team=TEAMS, host=TEAMS, by=PEOPLE, other=PEOPLE)
    def decline_and_invite(self, team: Team, host: Team, by: str, other: str) -> None:
        before, stake = self.taught(), self.case.stakes.get(team.key)
        asked = bool(self.case.triage)
        if stake is None or not stake.state.live or asked:
            return
        self.decline(team, None, by)
        self.now += timedelta(minutes=1)
        self.invite(team, host.key, other)
        assert self.taught() == before

    @rule(team=TEAMS, to=TEAMS, by=PEOPLE, other=PEOPLE)
    def hand_off_and_back(self, team: Team, to: Team, by: str, other: str) -> None:
        before, stake = self.taught(), self.case.stakes.get(team.key)
        if stake is None or not stake.state.live or to.key in self.case.stakes:
            return
        if DEPARTMENTS[team.key] == DEPARTMENTS[to.key]:
            return
        self.hand_off(team, to, by)
        self.now += timedelta(minutes=1)
        self.hand_off(to, team, other)
        after = self.taught()
        assert (after and replace(after, teams=())) == (before and replace(before, teams=()))

    @invariant()
    def the_bot_is_nobody_who_teaches(self) -> None:
        taught = self.taught()
        if taught is not None:
            assert taught.by in {ANNA, BEN, CHLOE}
            assert taught.at >= NOW
            assert set(taught.departments) == {DEPARTMENTS[team] for team in taught.teams}


TestUndone = Undone.TestCase
TestUndone.settings = settings(max_examples=150, stateful_step_count=12, deadline=None)
