"""The forms: what they ask, and how they are read when clients leave things out."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.case import State
from bot.domain.organisation import Organisation, Source
from bot.errors import Refused
from bot.ui import card, ids, kit, modals
from bot.ui.forms import ByHand, FormIncomplete
from bot.ui.ids import StakeRef
from bot.ui.kit import Block
from bot.ui.wording import OUTCOMES
from tests.domain import factories as make
from tests.ui.looking import HOSTILE, hostile_comment, unsafe

REF = StakeRef(1042, "service-hk")
ORGANISATION = make.organisation()
SOURCES = (*ORGANISATION.sources, Source(key="shop", platform=""))


def many(count: int) -> Organisation:
    teams = tuple(make.team(f"service-{n}", name=f"Service {n}") for n in range(count))
    return replace(ORGANISATION, teams=teams)


FORMS: tuple[tuple[str, Block], ...] = (
    (ids.RESOLVE_FORM, modals.resolve_form(REF)),
    (ids.HANDOFF_FORM, modals.handoff_form(REF, ORGANISATION.teams, make.case())),
    (ids.HANDOFF_FORM, modals.handoff_form(REF, many(200).teams, make.case())),
    (ids.DECLINE_FORM, modals.decline_form(REF, ORGANISATION.teams)),
    (ids.DECLINE_FORM, modals.decline_form(REF, [])),
    (ids.INVITE_FORM, modals.invite_form(REF, ORGANISATION.teams, make.case())),
    (ids.INVITE_FORM, modals.invite_form(REF, many(200).teams, make.case())),
    (ids.DISMISS_FORM, modals.dismiss_form(make.case())),
    (ids.RECORD_FORM, modals.record_form(SOURCES, ["HK", "UK"], ["mobile"])),
    (ids.RECORD_FORM, modals.record_form([], [], [], text="x" * 9000, author="*Mei*")),
    *(
        (ids.ROUTE_FORM, modals.route_form(make.case(), make.comment(), many(count)))
        for count in (0, 1, 10, 11, 100, 101)
    ),
)


@pytest.mark.parametrize(("callback", "form"), FORMS)
def test_every_form_is_within_the_limits(callback: str, form: Block) -> None:
    assert kit.check(form, "modal") == []
    assert form["callback_id"] == callback
    assert form.get("private_metadata", "") in {"1042:service-hk", "1042:", ""}


def element(form: Block, name: str) -> Block:
    (found,) = [b["element"] for b in form["blocks"] if b.get("block_id") == name]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("count", "kind"),
    [(10, "checkboxes"), (11, "multi_static_select"), (100, "multi_static_select"),
     (101, "multi_external_select")],
)  # fmt: skip
def test_choosing_several_teams_fits_their_number(count: int, kind: str) -> None:
    form = modals.route_form(make.case(), make.comment(), many(count))
    assert element(form, "teams")["type"] == kind


def test_many_teams_are_grouped_by_department() -> None:
    teams = (*many(9).teams, make.team("product-mobile"), make.team("product-audio"))
    form = modals.route_form(make.case(), make.comment(), replace(ORGANISATION, teams=teams))
    groups = element(form, "teams")["option_groups"]
    assert [(g["label"]["text"], len(g["options"])) for g in groups] == [
        ("Service", 9),
        ("Product", 2),
    ]


def test_a_team_cannot_hand_off_to_itself() -> None:
    options = element(modals.handoff_form(REF, ORGANISATION.teams, make.case()), "team")["options"]
    assert "service-hk" not in [option["value"] for option in options]
    assert len(options) == len(ORGANISATION.teams) - 1


def test_handing_off_says_who_has_a_part_already() -> None:
    over = make.stake("product-mobile", state=State.DECLINED)
    case = make.case(make.stake(), make.stake("marketing-hk"), over)
    options = element(modals.handoff_form(REF, ORGANISATION.teams, case), "team")["options"]
    told = {o["value"]: o["description"]["text"] for o in options if "description" in o}
    assert told == {"marketing-hk": "already has a part"}


@pytest.mark.parametrize(("lead", "told"), [("service-hk", True), ("product-mobile", False)])
def test_handing_off_the_lead_says_who_leads_then(lead: str, told: bool) -> None:
    form = modals.handoff_form(REF, ORGANISATION.teams, make.case(make.stake(), lead=lead))
    assert kit.check(form, "modal") == []
    assert ("takes the lead over" in str(form)) is told


def test_platforms_are_offered_as_cards_call_them() -> None:
    sources = [Source(key="a", platform="facebook"), Source(key="b", platform="x")]
    options = element(modals.record_form(sources, [], []), "platform")["options"]
    assert [(o["text"]["text"], o["value"]) for o in options] == [
        ("Facebook", "facebook"),
        ("X", "x"),
    ]


def test_typing_finds_teams_by_name_or_key_whatever_the_case() -> None:
    found = modals.team_options(ORGANISATION.teams, " hK ")["options"]
    assert [option["value"] for option in found] == ["service-hk", "marketing-hk"]
    assert len(modals.team_options(many(300).teams, "")["options"]) == 100


def answered(ref: str = "1042:service-hk", **values: Any) -> dict[str, Any]:
    """A submission as clients send it; a value's Python type says which field it came from."""
    return {
        "private_metadata": ref,
        "state": {"values": {name: {"value": _state(value)} for name, value in values.items()}},
    }


def _state(value: Any) -> Any:
    if isinstance(value, tuple):
        return {"type": "static_select", "selected_option": {"value": value[0]}}
    if isinstance(value, list):
        return {"type": "checkboxes", "selected_options": [{"value": v} for v in value]}
    return {"type": "plain_text_input", "value": value}


def test_answers_come_back_as_values() -> None:
    assert modals.read_resolve(answered(outcome=("fixed",), note=" done ")) == (
        REF,
        "fixed",
        "done",
    )
    assert modals.read_handoff(answered(team=("product-mobile",), reason="a fault")) == (
        REF,
        "product-mobile",
        "a fault",
    )
    assert modals.read_decline(answered(team=("marketing-hk",), reason="no")) == (
        REF,
        "no",
        "marketing-hk",
    )
    assert modals.read_decline(answered(reason="no")) == (REF, "no", "")
    assert modals.read_invite(answered(team=("product-mobile",), note=None)) == (
        REF,
        "product-mobile",
        "",
    )
    assert modals.read_dismiss(answered("7:", reason="an advert")) == (StakeRef(7, ""), "an advert")


def test_several_teams_come_back_once_each_in_order() -> None:
    read = modals.read_route(answered("7:", teams=["b", "a", "b"], note="look"))
    assert read == (StakeRef(7, ""), ("b", "a"), "look")


def test_a_recorded_comment_may_be_no_more_than_its_words() -> None:
    assert modals.read_record(answered(text="It broke")) == ByHand("It broke", "", "", "", "", "")
    full = answered(
        text="It broke", author="Mei", link="https://x.example/1",
        platform=("facebook",), region=("HK",), unit=("mobile",),
    )  # fmt: skip
    assert modals.read_record(full) == ByHand(
        "It broke", "Mei", "https://x.example/1", "facebook", "HK", "mobile"
    )


Reader = Callable[[dict[str, Any]], object]
READERS: tuple[tuple[Reader, set[str]], ...] = (
    (modals.read_resolve, {"outcome"}),
    (modals.read_handoff, {"team", "reason"}),
    (modals.read_decline, {"reason"}),
    (modals.read_invite, {"team"}),
    (modals.read_route, {"teams"}),
    (modals.read_dismiss, {"reason"}),
    (modals.read_record, {"text"}),
)
NOTHING: tuple[dict[str, Any], ...] = (
    {},
    {"state": None},
    {"state": {}},
    {"state": {"values": None}},
    {"state": {"values": []}},
    answered(outcome=None, team=None, teams=None, reason=None, text=None),
    answered(outcome=" ", team=" ", teams=" ", reason=" ", text=" "),
    {"state": {"values": {"team": None, "reason": {}, "outcome": {"value": None}}}},
    {"state": {"values": {"team": {"value": {"selected_option": None}}}}},
    {"state": {"values": {"teams": {"value": {"selected_options": [None, 5, {}]}}}}},
)


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
    forms = (
        modals.resolve_form(REF),
        modals.handoff_form(REF, ORGANISATION.teams, make.case()),
        modals.decline_form(REF, ORGANISATION.teams),
        modals.invite_form(REF, ORGANISATION.teams, make.case()),
        modals.route_form(make.case(), make.comment(), ORGANISATION),
        modals.dismiss_form(make.case()),
        modals.record_form(SOURCES, [], []),
    )
    for form, (_, required) in zip(forms, READERS, strict=True):
        inputs = [block for block in form["blocks"] if block["type"] == "input"]
        assert {b["block_id"] for b in inputs if not b.get("optional")} == required


@pytest.mark.parametrize("outcome", ["", "won", "Fixed"])
def test_an_outcome_must_be_one_that_is_offered(outcome: str) -> None:
    with pytest.raises(FormIncomplete):
        modals.read_resolve(answered(outcome=(outcome,)))


def test_the_outcomes_that_are_offered_are_the_ones_that_are_read() -> None:
    offered = element(modals.resolve_form(REF), "outcome")["options"]
    assert [option["value"] for option in offered] == [value for value, _ in OUTCOMES]


def test_a_link_must_be_a_web_address() -> None:
    with pytest.raises(FormIncomplete) as caught:
        modals.read_record(answered(text="x", link="javascript:alert(1)"))
    assert set(caught.value.errors) == {"link"}


@pytest.mark.parametrize("about", [None, "", "1042", "x" * 3000, "0:x"])
def test_a_form_that_is_not_ours_is_refused(about: str | None) -> None:
    with pytest.raises(Refused):
        modals.read_resolve({**answered(outcome=("fixed",)), "private_metadata": about})


def test_a_card_in_a_window_keeps_its_buttons() -> None:
    case = make.case(make.stake(state=State.CLAIMED))
    message = card.team_card(case, make.comment(), ORGANISATION, "service-hk")
    view = modals.case_view(message, "Case #1042")
    assert kit.check(view, "modal") == []
    assert view["blocks"] == message.blocks


def test_a_notice_shows_people_and_escapes_the_rest() -> None:
    view = modals.notice("<@U0ANNA> has #1042 <!channel>")
    assert kit.check(view, "modal") == []
    assert view["blocks"][0]["text"]["text"] == "<@U0ANNA> has #1042 &lt;!channel&gt;"
    assert kit.check(modals.notice(""), "modal") == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_in_forms(text: str) -> None:
    comment = hostile_comment(text)
    for form in (
        modals.route_form(make.case(), comment, ORGANISATION),
        modals.record_form(SOURCES, [], [], text=text, author=text),
    ):
        assert kit.check(form, "modal") == []
        assert unsafe(form) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_refusal_quotes_the_notice_holds(text: str) -> None:
    assert kit.check(modals.notice(text), "modal") == []


def test_triage_does_not_show_a_comment_that_was_deleted() -> None:
    form = modals.route_form(make.case(deleted_at=make.NOW), make.comment("secret"), ORGANISATION)
    assert "secret" not in str(form)
