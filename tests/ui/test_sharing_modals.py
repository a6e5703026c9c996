"""The forms about what teams do together: what they ask, and how they are read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import events as e
from bot.domain.case import Case, State
from bot.domain.organisation import Priority
from bot.errors import Refused
from bot.ui import ids, kit, modals
from bot.ui.fields import FormIncomplete
from bot.ui.ids import StakeRef
from bot.ui.kit import Block
from tests.domain import factories as make
from tests.ui.looking import HOSTILE, hostile_case, hostile_organisation, shown, unsafe
from tests.ui.test_modals import NOTHING, answered, element

REF = StakeRef(1042, "service-hk")
ORGANISATION = make.organisation()
TEAM = ORGANISATION.teams[1]
THREE = make.case(
    make.stake(), make.stake("product-mobile"), make.stake("marketing-hk", State.RESOLVED)
)
PRESETS = modals.snooze_presets(make.NOW, TEAM.zone, TEAM.hours)
FORMS: tuple[tuple[str, Block], ...] = (
    (ids.FACT_FORM, modals.fact_form(REF)),
    (ids.LEAD_FORM, modals.lead_form(THREE, ORGANISATION, REF)),
    (ids.PRIORITY_FORM, modals.priority_form(THREE, REF)),
    (ids.SNOOZE_FORM, modals.snooze_form(REF, PRESETS)),
    (ids.WAIT_FORM, modals.wait_form(THREE, ORGANISATION, REF)),
    (ids.TELL_FORM, modals.tell_form(REF)),
)
Reader = Callable[[dict[str, Any]], object]
READERS: tuple[tuple[Reader, set[str]], ...] = (
    (modals.read_fact, {"text"}),
    (modals.read_lead, {"team", "reason"}),
    (modals.read_priority, {"priority", "reason"}),
    (modals.read_snooze, {"until"}),
    (modals.read_wait, {"team"}),
    (modals.read_tell, {"text"}),
)


@pytest.mark.parametrize(("callback", "form"), FORMS)
def test_every_form_is_within_the_limits(callback: str, form: Block) -> None:
    assert kit.check(form, "modal") == []
    assert (form["callback_id"], form["private_metadata"]) == (callback, "1042:service-hk")


def test_the_longest_case_number_fits_every_title() -> None:
    far = StakeRef(10**18 - 1, "service-hk")
    case = replace(THREE, number=far.case)
    for form in (
        modals.fact_form(far),
        modals.tell_form(far),
        modals.priority_form(case, far),
        modals.why_window(case, ORGANISATION, "service-hk"),
    ):
        assert kit.check(form, "modal") == []


def test_what_a_form_asks_is_plain() -> None:
    asked = [b["label"]["text"] for form in (FORMS[1], FORMS[5]) for b in form[1]["blocks"]]
    assert asked == [
        "Who should speak to the customer?",
        "Why?",
        "What would you like to tell them?",
    ]


def choices(form: Block, name: str) -> list[str]:
    return [option["value"] for option in element(form, name)["options"]]


def test_only_a_team_that_still_acts_can_lead_or_be_waited_for() -> None:
    assert choices(modals.lead_form(THREE, ORGANISATION, REF), "team") == ["product-mobile"]
    assert choices(modals.wait_form(THREE, ORGANISATION, REF), "team") == ["product-mobile"]
    product = StakeRef(1042, "product-mobile")
    assert choices(modals.wait_form(THREE, ORGANISATION, product), "team") == ["service-hk"]


def test_with_no_other_team_the_window_says_what_to_do() -> None:
    alone = make.case(make.stake())
    for view in (
        modals.lead_form(alone, ORGANISATION, REF),
        modals.wait_form(alone, ORGANISATION, REF),
    ):
        assert kit.check(view, "modal") == []
        assert list(shown(view)) == [
            "No other team has anything open in #1042. *Invite a team* asks one."
        ]


def test_a_priority_can_only_be_changed_to_another() -> None:
    case = make.case(make.stake(), priority=Priority.HIGH)
    assert choices(modals.priority_form(case, REF), "priority") == ["urgent", "normal", "low"]


def test_answers_come_back_as_values() -> None:
    assert modals.read_fact(answered(text=" Batch B7 ")) == (REF, "Batch B7")
    assert modals.read_lead(answered(team=("product-mobile",), reason="theirs")) == (
        REF,
        "product-mobile",
        "theirs",
    )
    assert modals.read_priority(answered(priority=("urgent",), reason="smoke")) == (
        REF,
        Priority.URGENT,
        "smoke",
    )
    assert modals.read_wait(answered(team=("product-mobile",))) == (REF, "product-mobile")
    assert modals.read_tell(answered(text="look")) == (REF, "look")


def test_a_snooze_that_was_offered_is_read_as_it_was_meant() -> None:
    for value, (_, at) in zip(choices(FORMS[3][1], "until"), PRESETS, strict=True):
        assert modals.read_snooze(answered(until=(value,))) == (REF, at)


@pytest.mark.parametrize(("reader", "missing"), READERS)
@pytest.mark.parametrize("view", NOTHING)
def test_an_empty_form_names_what_is_missing(
    reader: Reader, missing: set[str], view: dict[str, Any]
) -> None:
    with pytest.raises(FormIncomplete) as caught:
        reader({"private_metadata": "1042:service-hk", **view})
    assert set(caught.value.errors) == missing
    assert all(text.startswith("Please ") for text in caught.value.errors.values())


def test_the_fields_that_a_reader_misses_are_fields_of_its_form() -> None:
    for (_, form), (_, required) in zip(FORMS, READERS, strict=True):
        inputs = [block for block in form["blocks"] if block["type"] == "input"]
        assert {b["block_id"] for b in inputs if not b.get("optional")} == required


@pytest.mark.parametrize(("reader", "most"), [(modals.read_fact, 500), (modals.read_tell, 2000)])
def test_what_is_too_long_is_asked_for_again(reader: Reader, most: int) -> None:
    assert reader(answered(text="x" * most)) == (REF, "x" * most)
    with pytest.raises(FormIncomplete):
        reader(answered(text="x" * (most + 1)))


def test_a_priority_and_an_instant_must_be_ones_that_are_offered() -> None:
    with pytest.raises(FormIncomplete):
        modals.read_priority(answered(priority=("highest",), reason="now"))
    with pytest.raises(Refused):
        modals.read_snooze(answered(until=("tomorrow",)))


@pytest.mark.parametrize("about", [None, "", "1042", "0:x"])
def test_a_form_that_is_not_ours_is_refused(about: str | None) -> None:
    with pytest.raises(Refused):
        modals.read_fact({**answered(text="x"), "private_metadata": about})


def why(case: Case, team: str = "service-hk", **over: Any) -> list[str]:
    view = modals.why_window(case, ORGANISATION, team, **over)
    assert kit.check(view, "modal") == []
    return [line for text in shown(view) for line in text.split("\n")]


def test_why_you_tells_each_reason_in_a_sentence() -> None:
    reasons = (
        e.Reason(kind="rule", name="refund or repair", words=("headphone jack", "手機")),
        e.Reason(kind="rule", name="everything"),
        e.Reason(kind="hand-off", name="a fault", team="product-mobile"),
        e.Reason(kind="invitation", name="please look"),
        e.Reason(kind="person"),
    )
    case = make.case(make.stake(reasons=reasons, asked_by="marketing-hk"), units=("mobile",))
    assert why(case) == [
        "• The rule *refund or repair* matches: “headphone jack”, “手機”.",
        "• The rule *everything* matches.",
        "• Product Mobile handed it to you: “a fault”.",
        "• Marketing HK invited you: “please look”.",
        "• Chosen in triage.",
        "• Its region is HK; your team looks after HK.",
        "*Service HK* leads, so it speaks to the customer: of the teams here, service comes first.",
    ]


def test_why_you_tells_of_units_and_languages_where_a_team_names_them() -> None:
    own = replace(
        make.team("service-hk"), units=frozenset({"mobile"}), languages=frozenset({"en", "zh"})
    )
    organisation = replace(ORGANISATION, teams=(own,))
    case = make.case(make.stake(), units=("mobile",), regions=())
    view = modals.why_window(case, organisation, "service-hk", language="zh-Hant")
    told = "\n".join(shown(view))
    assert "• Its unit is mobile; your team looks after mobile." in told
    assert "• Its language is zh-Hant; your team looks after en and zh." in told


def test_why_you_names_the_rule_or_the_people_that_gave_the_lead() -> None:
    rule = ORGANISATION.rules[0]
    led = replace(rule, then=replace(rule.then, lead="product"))
    organisation = replace(ORGANISATION, rules=(led,))
    reason = e.Reason(kind="rule", name=rule.name)
    case = make.case(
        make.stake(reasons=(reason,)), make.stake("product-mobile"), lead="product-mobile"
    )
    by_rule = list(shown(modals.why_window(case, organisation, "service-hk")))[-1]
    assert by_rule == (
        "*Product Mobile* leads, so it speaks to the customer: the rule *refund or repair* says so."
    )
    assert why(case)[-1].endswith("to the customer; the timeline says how it came to.")


def test_a_team_without_a_part_is_told_so() -> None:
    assert why(make.case(), "service-hk") == ["• Service HK has no part in #1042."]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(text: str) -> None:
    case, organisation = hostile_case(text), hostile_organisation(text)
    many = replace(
        case.stakes["service-hk"], reasons=case.stakes["service-hk"].reasons * 30, asked_by="x"
    )
    busy = make.case(many, make.stake("product-mobile"), units=(text,) * 9)
    for view in (
        modals.lead_form(busy, organisation, REF),
        modals.wait_form(busy, organisation, REF),
        modals.why_window(busy, organisation, "service-hk", language=text),
        modals.why_window(case, organisation, "gone-team"),
    ):
        assert kit.check(view, "modal") == []
        assert unsafe(view) == []


def test_an_entry_of_the_snooze_menu_is_read_back() -> None:
    until = make.NOW + timedelta(hours=2)
    value = ids.SnoozeRef(REF, until).pack()
    assert modals.read_escalation_snooze(value) == (REF, until)
    with pytest.raises(Refused):
        modals.read_escalation_snooze(None)
