"""Rules and suggestions together: what opens a stake, what is asked, and of which team."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bot.domain.comment import Comment
from bot.domain.organisation import Organisation, Outcome
from bot.domain.routing import Decision, route
from bot.domain.suggesting import MORE, SILENT, Guess, Hint, Places, Silent, Urge, advised
from tests.domain.factories import comment, organisation, rule, team

NOWHERE = Places()


@dataclass(frozen=True)
class Adviser(Silent):
    """Somebody who says always the same."""

    hints: tuple[Hint, ...] = ()
    found: Places = NOWHERE
    urged: Urge | None = None

    def advise(self, comment: Comment, ruled: Collection[str]) -> Sequence[Hint]:
        del comment, ruled
        return self.hints

    def urge(self, comment: Comment) -> Urge | None:
        del comment
        return self.urged

    def places(self, comment: Comment) -> Places:
        del comment
        return self.found


def hint(department: str = "marketing", likely: float = 0.7, *, certain: bool = False) -> Hint:
    return Hint(department=department, likely=likely, certain=certain, words=("jack",), like=(7,))


def decided(
    text: str, *hints: Hint, org: Organisation | None = None, places: Places = NOWHERE, **over: str
) -> Decision:
    org, said = org or organisation(), comment(text, **over)
    return advised(route(said, org), said, org, Adviser(hints, places))


def suggested(decision: Decision) -> list[str]:
    return [each.team for each in decision.suggested]


def test_nobody_who_has_learned_anything_changes_nothing() -> None:
    ruled = route(comment(), organisation())
    assert advised(ruled, comment(), organisation(), SILENT) == ruled


def test_what_is_certain_opens_a_stake_with_its_reason() -> None:
    decision = decided("zzz", hint(certain=True))
    ((key, (why,)),) = decision.teams
    assert (key, why.kind, why.words, why.like) == ("marketing-hk", "suggestion", ("jack",), (7,))
    assert (decision.lead, decision.triage, decision.suggested) == ("marketing-hk", "", ())


def test_what_is_only_likely_is_asked_in_triage() -> None:
    decision = decided("zzz", hint())
    assert (decision.teams, decision.triage) == ((), "no rule matches")
    assert suggested(decision) == ["marketing-hk"]


def test_a_guess_adds_to_what_rules_decided_and_takes_nothing() -> None:
    ruled = route(comment(), organisation())
    sure = decided("My phone needs a repair", hint(certain=True))
    assert sure.teams[: len(ruled.teams)] == ruled.teams
    assert (sure.lead, sure.triage) == (ruled.lead, "")
    asked = decided("My phone needs a repair", hint())
    assert (asked.teams, asked.triage) == (ruled.teams, MORE)
    assert suggested(asked) == ["marketing-hk"]


def test_a_department_that_rules_have_found_is_not_suggested_again() -> None:
    decision = decided("My phone needs a repair", hint("service"), hint("product"))
    assert decision == route(comment(), organisation())


def test_teams_of_unknown_units_are_candidates_however_certain_the_department_is() -> None:
    decision = decided("zzz", hint("product", certain=True))
    assert decision.teams == ()
    assert suggested(decision) == ["product-mobile", "product-audio"]


def test_the_likelier_place_comes_first() -> None:
    units = (Guess(name="audio", likely=0.8), Guess(name="mobile", likely=0.2))
    decision = decided("zzz", hint("product"), places=Places(units=units))
    assert suggested(decision) == ["product-audio", "product-mobile"]
    assert [round(each.likely, 2) for each in decision.suggested] == [0.56, 0.14]


def test_a_place_that_is_certain_finds_the_team() -> None:
    units = (Guess(name="audio", likely=0.97, certain=True),)
    decision = decided("zzz", hint("product", certain=True), places=Places(units=units))
    assert [key for key, _ in decision.teams] == ["product-audio"]
    assert (decision.units, decision.triage) == (("audio",), "")


def test_what_the_source_says_outweighs_a_guess() -> None:
    units = (Guess(name="audio", likely=0.97, certain=True),)
    found = Places(units=units, regions=(Guess(name="UK", likely=1, certain=True),))
    decision = decided("zzz", hint("product", certain=True), places=found, unit="mobile")
    assert [key for key, _ in decision.teams] == ["product-mobile"]
    assert decision.regions == ("HK",)


def test_a_department_that_a_rule_could_not_place_is_asked_or_found() -> None:
    org = organisation(
        rules=(replace(rule(text=("gadget",)), then=Outcome(departments=("product",))),)
    )
    asked = decided("a gadget", hint("product"), org=org)
    assert asked.triage == "no product team: the comment says no unit"
    assert suggested(asked) == ["product-mobile", "product-audio"]
    units = (Guess(name="audio", likely=0.97, certain=True),)
    found = decided("a gadget", hint("product", certain=True), org=org, places=Places(units=units))
    assert ([key for key, _ in found.teams], found.triage) == (["product-audio"], "")
    other = decided("a gadget", hint("marketing", certain=True), org=org)
    assert ([key for key, _ in other.teams], other.triage) == (["marketing-hk"], asked.triage)


def test_at_most_three_teams_are_asked_and_every_department_comes_first() -> None:
    teams = [team(f"service-{n}", units=frozenset({str(n)})) for n in range(6)]
    teams += [team(f"product-{n}", units=frozenset({str(n)})) for n in range(6)]
    org = organisation(teams=tuple(teams), rules=())
    assert len(suggested(decided("zzz", hint("service"), org=org))) == 3
    both = suggested(decided("zzz", hint("service", 0.9), hint("product", 0.6), org=org))
    assert [key.partition("-")[0] for key in both] == ["service", "product", "service"]


@pytest.mark.parametrize(("language", "team"), [("", 2), ("fr", 1), ("de-AT", 1), ("ja", 0)])
def test_an_unknown_language_leaves_every_team_possible(language: str, team: int) -> None:
    teams = tuple(
        replace(one, languages=frozenset({spoken}), regions=frozenset())
        for one, spoken in zip(organisation().teams[:2], ("fr", "de"), strict=True)
    )
    org = organisation(teams=teams, rules=())
    decision = decided("zzz", hint("service"), org=org, language=language)
    assert len(decision.suggested) == team


HINTS = st.lists(
    st.builds(
        hint,
        st.sampled_from(("service", "marketing", "product", "nobody")),
        st.floats(0, 1),
        certain=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda each: each.department,
)


@given(hints=HINTS, text=st.sampled_from(("My phone needs a repair", "zzz", "earbuds")))
def test_rules_are_never_overruled_whatever_is_guessed(hints: list[Hint], text: str) -> None:
    ruled = route(comment(text), organisation())
    decision = decided(text, *hints)
    keys = [key for key, _ in decision.teams]
    assert decision.teams[: len(ruled.teams)] == ruled.teams
    assert len(keys) == len(set(keys))
    assert not {each.team for each in decision.suggested} & set(keys)
    assert decision.lead in {*keys, ""}
    assert bool(decision.triage) or bool(keys)
    assert not decision.suggested or decision.triage
