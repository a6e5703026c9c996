"""Rules that match a comment and ask nobody: triage says which, and who can put that right."""

from bot.domain.routing import route
from tests.domain.factories import comment
from tests.domain.test_routing import gives, ruled


def test_rules_that_match_but_name_no_team_lead_to_triage() -> None:
    decision = route(comment(), ruled(gives("only a tag", "repair", tags=("fault",))))
    assert decision.tags == ("fault",)
    assert decision.triage == (
        "the rule “only a tag” matches, but names no team; a manager can change that"
    )
    assert decision.nameless == ("only a tag",)


def test_of_several_rules_that_name_no_team_the_first_is_named() -> None:
    rules = [gives(f"{n} {'long ' * 20}", "repair", tags=("fault",)) for n in range(3)]
    decision = route(comment(), ruled(*rules))
    told = decision.triage
    assert decision.nameless == tuple(rule.name for rule in rules)
    assert told.startswith("the rules “0 long long")
    assert told.endswith("…” and 2 more match, but name no team; a manager can change that")
    # A card, a sentence of the timeline and an answer to /crosstalk route show so much.
    assert len(told) <= 200
