"""Departments without a team for a comment: triage says what the comment lacks, or that none covers it."""

from dataclasses import replace

import pytest

from bot.domain.routing import lacked, lacking, route
from tests.domain.factories import comment, team
from tests.domain.test_routing import gives, ruled


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"region": "", "unit": ""}, ": the comment says neither region nor unit"),
        ({"region": "", "unit": "mobile"}, ": the comment says no region"),
        ({"region": "HK", "unit": ""}, ": the comment says no unit"),
        # Saying the unit would be of no use there.
        ({"region": "JP", "unit": ""}, " covers this region"),
        ({"region": "", "unit": "watches"}, " covers this unit"),
        ({"region": "JP", "unit": "watches"}, " covers this region and unit"),
    ],
)
def test_where_no_team_covers_it_triage_reads_what_the_comment_does_not_say(
    said: dict[str, str], told: str
) -> None:
    org = replace(
        ruled(gives("product", "repair", departments=("product",))),
        teams=(team("product-hk", department="product", regions=("HK",), units=("Mobile",)),),
    )
    decision = route(comment("a repair, please", **said), org)
    assert decision.triage == f"no product team{told}"
    assert (lacked(decision.triage), lacking(decision.orphans)) == ("no product team",) * 2


def test_a_team_that_speaks_another_language_lacks_nothing_that_could_be_said() -> None:
    org = replace(
        ruled(gives("product", "repair", departments=("product",))),
        teams=(team("product", department="product", languages=("zh",)),),
    )
    decision = route(comment("a repair, please", region="", language="en"), org)
    assert decision.triage == "no product team covers this comment"
    assert lacked(decision.triage) == "no product team"


def test_what_else_triage_is_asked_lacks_no_team() -> None:
    assert lacking(()) == ""
    for asked in ("", "no rule matches", "every team said it is not theirs"):
        assert lacked(asked) == ""
