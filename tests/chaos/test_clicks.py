"""The checker of the chaos run holds every click to the journal, and lets nothing excuse a loss."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert

from bot.store import tables as t
from bot.ui import ids
from chaos.checks import find
from chaos.history import Refusal, Replay
from chaos.weather import AWAY
from tests.chaos.scene import Scene, pressed


def a_click_for_nothing(scene: Scene) -> None:
    scene.history.add(pressed("U0NOBODY", time.time(), case=2))


def a_click_for_nothing_while_slack_was_away(scene: Scene) -> None:
    scene.history.trouble(AWAY)
    scene.history.add(pressed("U0NOBODY", time.time(), case=2))


def refused_and_never_told(scene: Scene) -> None:
    scene.history.add(pressed("U0OTHER", time.time(), case=1))
    refused(scene, "U0OTHER")


def refused_although_it_was_free(scene: Scene) -> None:
    scene.history.trouble(AWAY)
    scene.history.add(pressed("U0OTHER", time.time(), case=2))
    refused(scene, "U0OTHER")


def done_more_often_than_pressed(scene: Scene) -> None:
    scene.history.pressed.clear()


def refused(scene: Scene, person: str, why: str = "Somebody has it.") -> None:
    scene.refusals.append(Refusal(person=person, at=time.time(), text=why))


@pytest.mark.parametrize(
    ("plant", "wrong"),
    [
        (a_click_for_nothing, "lost"),
        (a_click_for_nothing_while_slack_was_away, "lost"),
        (refused_and_never_told, "lost"),
        (refused_although_it_was_free, "lost"),
        (done_more_often_than_pressed, "doubled"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_click_that_is_wrong_is_found(
    scene: Scene, plant: Callable[[Scene], None], wrong: str
) -> None:
    plant(scene)
    assert scene.wrongs() == {wrong}


def second_click(scene: Scene) -> None:
    scene.history.add(pressed(scene.person, time.time(), case=1))


def release_of_what_is_open(scene: Scene) -> None:
    scene.history.add(pressed("U0OTHER", time.time(), case=2, action=ids.RELEASE))


def refused_while_slack_was_away(scene: Scene) -> None:
    scene.history.trouble(AWAY)
    scene.history.add(pressed("U0OTHER", time.time(), case=1))
    refused(scene, "U0OTHER")


def refused_without_the_database(scene: Scene) -> None:
    scene.history.trouble(AWAY)
    scene.history.add(pressed("U0OTHER", time.time(), case=2))
    refused(scene, "U0OTHER", "The database does not answer just now, so nothing was changed.")


def never_answered_click(scene: Scene) -> None:
    scene.history.add(replace(pressed("U0OTHER", time.time(), case=2), status=0))


@pytest.mark.parametrize(
    "happen",
    [
        second_click,
        release_of_what_is_open,
        refused_while_slack_was_away,
        refused_without_the_database,
        never_answered_click,
    ],
)
def test_a_click_that_rightly_changes_nothing_is_no_loss(
    scene: Scene, happen: Callable[[Scene], None]
) -> None:
    happen(scene)
    assert find(scene.look()) == []


def test_what_is_played_again_may_be_carried_out_once_if_it_never_was(scene: Scene) -> None:
    (claim,) = scene.history.pressed
    long_ago = claim.began - 100
    never = replace(claim, began=long_ago, ended=long_ago + 5, status=0)
    scene.history.pressed[:] = [never]
    assert scene.wrongs() == {"doubled"}
    scene.history.add(Replay(of=never, began=claim.began, ended=claim.ended))
    assert find(scene.look()) == []


def test_what_was_done_is_not_done_again_when_it_is_played_again(scene: Scene) -> None:
    (claim,) = scene.history.pressed
    later = claim.began + 50
    scene.history.add(Replay(of=claim, began=later, ended=later + 1))
    done = t.journal.select().where(t.journal.c.kind == "StakeClaimed")
    with scene.database.transaction() as session:
        row = dict(session.execute(done).mappings().one())
        at = datetime.fromtimestamp(later, UTC)
        session.execute(insert(t.journal).values({**row, "id": row["id"] + 1000, "at": at}))
    assert "doubled" in scene.wrongs()
