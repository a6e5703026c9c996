"""*Invite a team*: who is offered, and what becomes of a form where another click was first."""

from bot.ui import ids
from tests.domain.factories import ANNA, BEN
from tests.handlers.desk import Desk
from tests.handlers.test_forms import open_form


def test_teams_that_have_a_part_are_not_offered_to_be_invited(desk: Desk) -> None:
    open_form(desk, ids.MORE)
    (menu,) = [b["element"] for b in desk.slack.modal(ANNA).blocks if b.get("block_id") == "team"]
    offered = {option["value"] for option in menu["options"]}
    every = {team.key for team in desk.organisation.teams}
    assert offered == every - set(desk.case().stakes)


def test_a_team_that_has_got_a_part_meanwhile_is_told_beside_the_field(any_desk: Desk) -> None:
    desk = any_desk
    open_form(desk, ids.MORE)
    form = desk.slack.modal(ANNA)
    sent = {"team": "product-audio", "note": "is it the jack?"}
    assert desk.ask(desk.incoming.submit(form, sent, by=BEN)) == {"response_action": "clear"}
    before = desk.written()
    assert desk.submit(ANNA, sent) == {
        "response_action": "errors",
        "errors": {"team": "Product Audio has a part in #1 already."},
    }
    assert desk.written() == before
