"""Answers to suggestions: a ready button gives one team its part, and the rest stays a question."""

from dataclasses import replace

import pytest

from bot.domain import events as e, ownership
from bot.domain.case import Case, State
from bot.domain.consequences import consequences
from bot.domain.lessons import Taught, lesson
from bot.domain.organisation import Team
from bot.domain.suggesting import MORE
from bot.errors import Refused
from tests.domain import factories as make

PRODUCT, MARKETING = make.team("product-mobile"), make.team("marketing-hk")
FIRST = e.Suggestion(team="product-mobile", likely=0.7, words=("jack",), like=(871,))
SECOND = e.Suggestion(team="marketing-hk", likely=0.6)
LEARNED = e.Reason(kind="suggestion", words=("jack",), like=(871,))


def asked(*stakes: object, suggested: tuple[e.Suggestion, ...] = (FIRST, SECOND)) -> Case:
    made = make.case(*stakes)  # type: ignore[arg-type]
    return replace(made, triage="no rule matches", suggested=suggested)


def taken(case: Case, team: Team = PRODUCT) -> Case:
    return make.after(case, *ownership.take_suggestion(case, team, now=make.NOW))


def test_the_team_has_its_part_with_what_spoke_for_it() -> None:
    after = taken(asked())
    stake = after.stakes["product-mobile"]
    assert stake.state is State.OPEN
    assert stake.reasons == (e.Reason(kind="person"), LEARNED)


def test_what_else_is_suggested_stays_a_question() -> None:
    after = taken(asked())
    assert (after.triage, after.suggested) == (MORE, (SECOND,))


def test_the_last_answer_takes_the_case_out_of_triage() -> None:
    after = taken(taken(asked()), MARKETING)
    assert (after.triage, after.suggested) == ("", ())
    assert list(after.stakes) == ["product-mobile", "marketing-hk"]


def test_the_other_teams_of_its_department_are_answered_too() -> None:
    audio = e.Suggestion(team="product-audio", likely=0.5)
    facts = ownership.take_suggestion(
        asked(suggested=(FIRST, audio)), PRODUCT, siblings={"product-audio"}, now=make.NOW
    )
    assert [type(fact) for fact in facts] == [e.CaseTriaged, e.StakeOpened]


def test_a_second_click_changes_nothing() -> None:
    after = taken(asked())
    assert ownership.take_suggestion(after, PRODUCT, now=make.NOW) == ()


def test_a_team_that_is_not_suggested_is_not_asked_by_such_a_button() -> None:
    with pytest.raises(Refused, match=r"Marketing HK is not suggested for #1042 any more"):
        ownership.take_suggestion(asked(suggested=(FIRST,)), MARKETING, now=make.NOW)


def test_a_team_that_has_given_its_part_away_can_be_asked_again() -> None:
    after = taken(asked(make.stake("product-mobile", State.DECLINED)))
    assert after.stakes["product-mobile"].state is State.OPEN


def test_a_team_that_came_in_by_another_way_is_no_question_any_more() -> None:
    case = asked(make.stake("marketing-hk"))
    assert ownership.in_question(case) == (FIRST,)
    assert taken(case).triage == ""


def test_none_of_these_leaves_the_case_to_be_given_teams_by_hand() -> None:
    case = asked()
    facts = ownership.refuse_suggestions(case)
    assert facts == (e.SuggestionsRefused(teams=("product-mobile", "marketing-hk")),)
    after = make.after(case, *facts)
    assert (after.triage, after.suggested) == ("no rule matches", ())
    assert ownership.refuse_suggestions(after) == ()


def test_that_is_all_ends_the_question_while_a_team_is_at_it() -> None:
    after = taken(asked())
    after = make.after(after, *ownership.refuse_suggestions(after))
    assert (after.triage, after.suggested) == ("", ())


def test_nobody_else_after_all_gave_up_comes_back_to_triage() -> None:
    case = asked(make.stake(state=State.DECLINED))
    after = make.after(case, *ownership.refuse_suggestions(case))
    (fact,) = consequences(after, make.organisation(), now=make.NOW)
    assert isinstance(fact, e.CaseSentToTriage)


def test_each_answer_teaches_at_once() -> None:
    case, facts = asked(), ownership.take_suggestion(asked(), PRODUCT, now=make.NOW)
    history = [e.Recorded(event=fact, at=make.NOW, by=make.ANNA) for fact in facts]
    departments = {team.key: team.department for team in make.organisation().teams}
    learned = lesson(make.after(case, *facts), history, departments)
    assert learned is not None
    assert (learned.departments, learned.kind) == (("product",), Taught.TRIAGED)
