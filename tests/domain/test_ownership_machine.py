"""Many people, all acts, clocks, any order: what must hold of a case whatever happens to it."""

from datetime import timedelta

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import invariant, rule

from bot.domain import consequences as following, escalation, events as e, together, waiting
from bot.domain.case import Case, State, apply
from bot.domain.organisation import Priority, Team
from bot.domain.ownership import Facts
from tests.domain.machine import ORGANISATION, PEOPLE, TEAMS, People
from tests.domain.periods import nothing_is_told_twice


class Ownership(People):
    """The same with clocks that tick, and with all that teams do together."""

    @rule(minutes=st.integers(0, 2000))
    def a_clock_ticks(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        for _ in range(len(ORGANISATION.escalation) + 8):
            due = [s for s in self.case.live_stakes if s.next_at and s.next_at <= self.now]
            if not due:
                return
            before = len(self.recorded)
            for stake in due:
                self.act("", lambda stake=stake: self.tick(stake.team))  # type: ignore[misc]
            assert len(self.recorded) > before
        raise AssertionError("a clock never comes to an end")

    def tick(self, team: str) -> Facts:
        stake = self.case.stakes[team]
        if stake.next_at is None or stake.next_at > self.now:
            return ()
        return escalation.tick(self.case, stake, self.organisation, away=self.away, now=self.now)

    @rule(people=st.frozensets(PEOPLE))
    def people_come_and_go(self, people: frozenset[str]) -> None:
        self.away = people

    @rule(team=TEAMS, person=PEOPLE)
    def somebody_leaves(self, team: Team, person: str) -> None:
        self.act("", lambda: escalation.left(self.case, team, person, now=self.now))

    @rule(team=TEAMS, by=PEOPLE)
    def confirm(self, team: Team, by: str) -> None:
        self.act(by, lambda: escalation.confirm(self.case, team, by=by, now=self.now))

    @rule(team=TEAMS, by=PEOPLE)
    def acknowledge(self, team: Team, by: str) -> None:
        self.act(by, lambda: escalation.acknowledge(self.case, team.key))

    @rule(team=TEAMS, by=PEOPLE, minutes=st.integers(-5, 900))
    def snooze_escalation(self, team: Team, by: str, minutes: int) -> None:
        until = self.now + timedelta(minutes=minutes)
        self.act(
            by,
            lambda: escalation.snooze_escalation(self.case, team.key, until=until, now=self.now),
        )

    @rule(team=TEAMS, by=PEOPLE, minutes=st.integers(-5, 3000))
    def snooze(self, team: Team, by: str, minutes: int) -> None:
        until = self.now + timedelta(minutes=minutes)
        self.act(by, lambda: waiting.snooze(self.case, team, until=until, now=self.now))

    @rule(team=TEAMS, by=PEOPLE)
    def wait_for_customer(self, team: Team, by: str) -> None:
        self.act(by, lambda: waiting.wait_for_customer(self.case, team, by=by, now=self.now))

    @rule(team=TEAMS, on=TEAMS, by=PEOPLE)
    def wait_for_team(self, team: Team, on: Team, by: str) -> None:
        self.act(by, lambda: waiting.wait_for_team(self.case, team, on=on, now=self.now))

    @rule(team=TEAMS, by=PEOPLE)
    def resume(self, team: Team, by: str) -> None:
        self.act(by, lambda: waiting.resume(self.case, team, now=self.now))

    @rule(to=st.sampled_from(Priority), by=PEOPLE)
    def change_priority(self, to: Priority, by: str) -> None:
        teams = {team.key: team for team in ORGANISATION.teams}
        self.act(
            by,
            lambda: together.change_priority(self.case, teams, to=to, reason="", now=self.now),
        )

    @rule(to=TEAMS, by=PEOPLE)
    def move_lead(self, to: Team, by: str) -> None:
        self.act(by, lambda: together.move_lead(self.case, to, reason="ours"))

    @rule(team=TEAMS, by=PEOPLE, text=st.sampled_from(("a batch was bad", "recalled", "")))
    def add_fact(self, team: Team, by: str, text: str) -> None:
        self.act(by, lambda: together.add_fact(self.case, team.key, text=text))

    @rule(by=PEOPLE, follow=st.booleans())
    def watch(self, by: str, follow: bool) -> None:
        verb = together.watch if follow else together.unwatch
        self.act(by, lambda: verb(self.case, by))

    @invariant()
    def nothing_is_lost(self) -> None:
        if self.recorded and self.case.settled_at is None:
            assert self.case.live_stakes or self.case.triage

    @invariant()
    def what_is_settled_waits_for_nobody(self) -> None:
        if self.case.settled_at is not None:
            assert not self.case.live_stakes
            assert not self.case.triage
            assert not [s for s in self.case.stakes.values() if s.next_at or s.paused]

    @invariant()
    def a_stake_has_a_holder_or_a_clock_or_waits_for_a_team_that_has(self) -> None:
        for stake in self.case.live_stakes:
            waits = stake.paused is e.Pause.TEAM
            assert not waits or self.case.stakes[stake.paused_on].state.live
            told_of = stake.claim_missed and stake.resolve_missed
            assert stake.holder or stake.next_at or waits or told_of

    @invariant()
    def no_teams_wait_for_each_other_in_a_ring(self) -> None:
        for stake in self.case.live_stakes:
            seen, waits = {stake.team}, stake
            while waits.paused is e.Pause.TEAM:
                waits = self.case.stakes[waits.paused_on]
                assert waits.team not in seen
                seen.add(waits.team)

    @invariant()
    def time_used_is_never_negative_and_whole_seconds(self) -> None:
        for stake in self.case.stakes.values():
            for used in (stake.claim_used, stake.resolve_used):
                assert used >= timedelta()
                assert used.microseconds == 0

    @invariant()
    def no_target_and_no_step_is_told_of_twice(self) -> None:
        nothing_is_told_twice(self.recorded)

    @invariant()
    def facts_and_watchers_are_there_once(self) -> None:
        facts = [(fact.team, fact.text) for fact in self.case.facts]
        assert len(facts) == len(set(facts))
        assert len(self.case.watchers) == len(set(self.case.watchers))

    @invariant()
    def only_a_settled_case_is_dismissed(self) -> None:
        assert not self.case.dismissed or self.case.settled_at

    @invariant()
    def a_live_stake_has_a_holder_exactly_when_it_is_claimed(self) -> None:
        for stake in self.case.stakes.values():
            held = bool(stake.holder)
            assert held == (stake.claimed_at is not None)
            needed = stake.outcome != following.NOT_NEEDED
            assert held or not needed or stake.state not in {State.CLAIMED, State.RESOLVED}
            assert not held or stake.state is not State.OPEN

    @invariant()
    def an_ended_stake_says_when_and_a_live_one_does_not(self) -> None:
        for stake in self.case.stakes.values():
            assert (stake.ended_at is None) == stake.state.live

    @invariant()
    def a_live_case_has_a_lead_that_has_not_given_its_part_away(self) -> None:
        if self.case.live_stakes:
            lead = self.case.stakes[self.case.lead]
            assert lead.state.live or lead.state is State.RESOLVED

    @invariant()
    def nobody_takes_a_stake_that_another_holds(self) -> None:
        holders: dict[str, str] = {}
        for recorded in self.recorded:
            match recorded.event:
                case e.StakeClaimed(team=team, holder=holder):
                    assert team not in holders
                    holders[team] = holder
                case e.StakeReleased(team=team, holder=holder):
                    assert holders.pop(team) == holder
                case (
                    e.StakeResolved(team=team)
                    | e.StakeHandedOff(team=team)
                    | e.StakeDeclined(team=team)
                ):
                    holders.pop(team, None)
        live = self.case.live_stakes
        assert holders == {stake.team: stake.holder for stake in live if stake.holder}

    @invariant()
    def the_record_alone_gives_the_same_case(self) -> None:
        replayed = Case(number=7)
        for recorded in self.recorded:
            replayed = apply(replayed, recorded)
        assert replayed == self.case


TestOwnership = Ownership.TestCase
TestOwnership.settings = settings(max_examples=150, stateful_step_count=40)
