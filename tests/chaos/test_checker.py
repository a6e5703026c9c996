"""The checker of the chaos run finds nothing in what is right, and each kind of wrong in what is not."""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, update

from bot.store import tables as t
from chaos.checks import find
from chaos.report import history_of
from chaos.slack import Post
from tests.chaos.scene import AMBER, Scene, rows, told


def test_what_is_right_is_right(scene: Scene) -> None:
    assert find(scene.look()) == []
    assert len(scene.slack.posts) == 3


def posted_twice(scene: Scene) -> None:
    place = scene.slack.workspace.posted[AMBER]
    place.append(replace(deepcopy(place[0]), ts="9999999999.000001"))


def posted_twice_and_deleted(scene: Scene) -> None:
    first = scene.slack.posts[0]
    late = first.asked_at + 30
    scene.slack.posts.append(replace(first, asked_at=late, accepted_at=late))


def never_there(scene: Scene) -> None:
    scene.slack.workspace.posted[AMBER].pop()


def still_owed(scene: Scene) -> None:
    rows(scene, update(t.notices).values(wanted=99))


def of_nobody(scene: Scene) -> None:
    place = scene.slack.workspace.posted[AMBER]
    stranger = replace(deepcopy(place[0]), ts="9999999999.000001")
    stranger.blocks[0]["block_id"] = "crosstalk:777"
    place.append(stranger)


def noted_elsewhere(scene: Scene) -> None:
    rows(scene, update(t.notices).where(t.notices.c.id == 1).values(ts="1.000001"))


def another_holder(scene: Scene) -> None:
    mine = t.stakes.c.case_number == 1
    rows(scene, update(t.stakes).where(mine).values(holder="U0STRANGER"))


def a_second_winner(scene: Scene) -> None:
    again = {"case_number": 1, "at": datetime.now(UTC), "by": "U0OTHER", "team": "amber"}
    with scene.database.transaction() as session:
        claimed = t.journal.c.kind == "StakeClaimed"
        data = session.execute(t.journal.select().where(claimed)).mappings().one()["data"]
        session.execute(insert(t.journal).values(kind="StakeClaimed", data=data, **again))


def taken_and_forgotten(scene: Scene) -> None:
    scene.history.add(told("never-stored", datetime.now(UTC)))


def never_answered(scene: Scene) -> None:
    scene.history.add(replace(told("one-1", datetime.now(UTC)), status=0))


def an_older_text(scene: Scene) -> None:
    rows(scene, update(t.comments).values(facts={"platform": "shop", "text": "old"}))


def an_older_card(scene: Scene) -> None:
    scene.slack.workspace.posted[AMBER][0].text = "as it was before"


def too_near(scene: Scene) -> None:
    first, second = (p for p in scene.slack.posts if p.channel == AMBER)
    second.accepted_at = (first.accepted_at or 0) + 0.9


def against_the_wait(scene: Scene) -> None:
    posts = [p for p in scene.slack.posts if p.channel == AMBER]
    posts[0].wait = 5.0


def overtaken(scene: Scene) -> None:
    third = Post("2", AMBER, time.time(), "", time.time(), "1.1")
    posts = scene.slack.posts
    posts[:] = [p for p in posts if p.marker != "2"]
    scene.slack.posts += [third]
    with scene.database.transaction() as session:
        session.execute(t.journal.delete().where(t.journal.c.by != ""))
    posts[0].asked_at = posts[0].accepted_at = time.time() + 10


@pytest.mark.parametrize(
    ("plant", "wrong"),
    [
        (posted_twice, "doubled"),
        (posted_twice_and_deleted, "doubled"),
        (a_second_winner, "doubled"),
        (never_there, "lost"),
        (still_owed, "lost"),
        (taken_and_forgotten, "lost"),
        (never_answered, "lost"),
        (of_nobody, "orphaned"),
        (noted_elsewhere, "orphaned"),
        (another_holder, "replay"),
        (an_older_text, "stale"),
        (an_older_card, "stale"),
        (too_near, "too early"),
        (against_the_wait, "too early"),
        (overtaken, "reordered"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_is_wrong_is_found(scene: Scene, plant: Callable[[Scene], None], wrong: str) -> None:
    plant(scene)
    assert wrong in scene.wrongs()


def test_the_history_of_a_case_tells_who_did_what_to_it(scene: Scene) -> None:
    another_holder(scene)
    evidence = scene.look()
    (finding,) = (each for each in find(evidence) if each.wrong == "replay")
    lines = "\n".join(history_of(evidence, finding))
    for words in (
        "told created of one-1",
        f"StakeClaimed amber by {scene.person}",
        "stands in C0A",
    ):
        assert words in lines
    assert "one-2" not in lines
