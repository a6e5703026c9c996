"""What routing says of rules: one that could be written, and one that a team keeps declining."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot import jobs, organisation
from bot.domain.routing import route
from bot.errors import DatabaseAway
from bot.usecases import overviewing, owning
from tests.domain.factories import ANNA, MANAGER, comment
from tests.end_to_end.taught import ORGANISATION as ANOTHER
from tests.fakes.workspace import Message
from tests.handlers.desk import MARKETING, PRODUCT, SERVICE, Desk
from tests.handlers.placing import placed
from tests.handlers.test_routing_command import listed

SORTS = [
    "loose",
    "stiff",
    "bent",
    "rusty",
    "crooked",
    "squeaky",
    "noisy",
    "wobbly",
    "broken",
    "sticky",
    "tight",
    "weak",
    "odd",
    "new",
    "old",
    "lower",
    "upper",
    "left",
    "right",
    "thin",
    "heavy",
]


def taught_hinges(desk: Desk) -> int:
    """People have placed hinges and billboards; the number of the last one, which is odd."""
    number = 0
    said = {f"{word} hinge": PRODUCT for word in SORTS}
    said |= {f"{word} billboard": MARKETING for word in SORTS[:9]} | {"hinge film": MARKETING}
    for n, (text, team) in enumerate(said.items()):
        if n % 7 == 0:
            desk.deliver()
            desk.clock.advance(days=1)
        number = placed(desk, text, team)
    desk.deliver()
    return number


def offered_to_a_manager(desk: Desk) -> list[Message]:
    desk.deliver()
    return [m for m in desk.slack.messages(MANAGER) if "could be a rule" in m.text]


def test_a_word_that_decides_well_is_offered_as_a_rule_that_can_be_pasted_as_it_is(
    desk: Desk, tmp_path: Path
) -> None:
    number = taught_hinges(desk)
    jobs.learn(desk.services)
    offered = offered_to_a_manager(desk)
    (hinge,) = [m for m in offered if "*hinge* → *product*" in m.text]
    assert "right 21 times, wrong once." in hinge.words
    assert f"wrongly: #{number}" in hinge.words
    written = hinge.words.split("```")[1].strip()
    file = tmp_path / "organisation.toml"
    file.write_text(f"{ANOTHER.read_text('utf-8')}\n{written}\n", "utf-8")
    org = organisation.load(file)
    assert org.rules[-1].name == "about hinge"
    decision = route(comment("My hinge is loose"), org)
    assert [key for key, _ in decision.teams] == ["product"]


def test_what_cannot_be_offered_just_now_is_offered_with_the_next_tick(any_desk: Desk) -> None:
    desk = any_desk
    taught_hinges(desk)
    broken = [True]

    @event.listens_for(desk.database.engine, "before_cursor_execute")
    def break_once(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        if "INTO hints" in statement and broken and broken.pop():
            raise DatabaseAway("just now")

    with pytest.raises(DatabaseAway):
        jobs.learn(desk.services)
    assert offered_to_a_manager(desk) == []
    jobs.learn(desk.services)
    assert offered_to_a_manager(desk)


def test_to_show_what_is_offered_needs_no_look_at_a_month_of_cases(desk: Desk) -> None:
    taught_hinges(desk)
    jobs.learn(desk.services)
    asked: list[str] = []

    @event.listens_for(desk.database.engine, "before_cursor_execute")
    def listen(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    with desk.database.reading() as session:
        assert overviewing.proposals(session, desk.organisation)
    assert not [one for one in asked if "stakes" in one or "models.data" in one]
    asked.clear()
    assert offered_to_a_manager(desk)
    assert not [one for one in asked if "lessons" in one or "models.data" in one]


def test_a_rule_whose_stakes_a_team_keeps_declining_is_shown(desk: Desk) -> None:
    numbers = [desk.comment(f"a refund, please {n}") for n in range(7)]
    for number in numbers[:5]:
        assert "Not ours" not in listed(desk).words
        with desk.database.transaction() as session:
            owning.decline(
                session, desk.organisation, number, team=SERVICE, reason="a fair",
                instead="", by=ANNA, now=desk.clock.now(),
            )  # fmt: skip
    said = "*Service HK* said *Not ours* to 5 of 7 that the rule *refund or repair* has sent"
    assert f"{said} in the last 30 days: #5, #4, #3, #2 and #1." in listed(desk).words
    for n in range(4):
        desk.comment(f"the refund, please {n}")
    assert "Not ours" not in listed(desk).words
