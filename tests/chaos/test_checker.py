"""The checker of the chaos run finds nothing in what is right, and each kind of wrong in what is not."""

import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import insert, update

from bot.config import Settings
from bot.domain.comment import Change, ChangeKind
from bot.organisation import load
from bot.services import Services
from bot.slack.delivery import Delivery
from bot.slack.directory import SlackDirectory
from bot.slack.gateway import Gateway, web_client
from bot.store import tables as t
from bot.store.database import Database
from bot.ui import ids
from bot.usecases import owning, receiving
from chaos.checks import find
from chaos.evidence import Evidence, gather
from chaos.history import History, Pressed, Refusal, Replay, Told
from chaos.places import SOURCE, channel_of, furnish, organisation_file, people_of
from chaos.plan import Plan
from chaos.report import history_of
from chaos.slack import ChaosSlack, Post
from chaos.weather import AWAY

AMBER = channel_of("amber")
# Long enough ago that nobody could call one of two cards overtaken by chance.
LONG_AGO = timedelta(minutes=1)


class Scene:
    """Two comments for one team and one for another, all shown; the first is claimed."""

    def __init__(self, database: Database, slack: ChaosSlack, folder: Path) -> None:
        self.database, self.slack, self.history = database, slack, History()
        self.file = folder / "organisation.toml"
        self.file.write_text(organisation_file(datetime.now(UTC) + timedelta(hours=1), 60), "utf-8")
        furnish(slack, 1)
        self._now = datetime.now(UTC) - LONG_AGO
        self._organisation = load(self.file)
        self._worker = self._delivery()
        for number, words in enumerate(("amber", "amber", "birch"), 1):
            self._told(f"one-{number}", words)
        self.person = people_of("amber", 0)[0]
        with database.transaction() as session:
            owning.claim(session, self._organisation, 1, "amber", by=self.person, now=self._now)
        self.refusals: list[Refusal] = []
        self.history.add(pressed(self.person, self._now.timestamp(), case=1))
        self._deliver()
        for place, post in enumerate(p for p in slack.posts if p.channel == AMBER):
            post.accepted_at = post.asked_at = self._now.timestamp() + 2 * place

    def look(self) -> Evidence:
        """What the checker is given."""
        plan = Plan(seed=1, kind="SQLite", seconds=1)
        return gather(
            plan, self.history, self.slack, self.database, self.file, refusals=self.refusals
        )

    def wrongs(self) -> set[str]:
        """What it finds."""
        return {finding.wrong for finding in find(self.look())}

    def _delivery(self) -> Delivery:
        settings = Settings(slack_bot_token=self.slack.token, slack_api_url=self.slack.client_url)
        gateway, org = Gateway(web_client(settings)), self._organisation
        directory = SlackDirectory(self.database, org, gateway, lambda: self._now)
        services = Services(
            settings=settings,
            database=self.database,
            organisation=org,
            directory=directory,
            now=lambda: self._now,
        )
        return Delivery(services, gateway, worker="one")

    def _told(self, name: str, words: str) -> None:
        change = Change(
            kind=ChangeKind.CREATED,
            source=SOURCE,
            external_id=name,
            at=self._now,
            facts={"platform": "shop", "text": words},
        )
        source = self._organisation.sources[0]
        with self.database.transaction() as session:
            got = receiving.receive(
                session, [change], source=source, organisation=self._organisation, now=self._now
            )
        self.history.add(told(name, self._now, case=got.case))
        self._deliver()

    def _deliver(self) -> None:
        for _ in range(3):
            while self._worker.step():
                pass
            self._now += timedelta(seconds=1)


def told(name: str, at: datetime, case: int | None = None) -> Told:
    """A creation that was taken."""
    return Told(
        external_id=name,
        kind="created",
        at=at.isoformat(),
        delivery="d",
        began=at.timestamp(),
        ended=at.timestamp(),
        status=202,
        case=case,
    )


def pressed(person: str, at: float, *, case: int, action: str = ids.CLAIM) -> Pressed:
    """A click in the team's channel that was answered 200."""
    return Pressed(
        person=person, action=action, case=case, team="amber", began=at, ended=at + 1, status=200
    )


@pytest.fixture
def scene(sqlite_database: Database, tmp_path: Path) -> Iterator[Scene]:
    with ChaosSlack(Random(1), 0.0) as slack:  # noqa: S311 - nothing secret
        yield Scene(sqlite_database, slack, tmp_path)


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


def rows(scene: Scene, statement: object) -> None:
    with scene.database.transaction() as session:
        session.execute(statement)  # type: ignore[call-overload]


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
        (a_click_for_nothing, "lost"),
        (a_click_for_nothing_while_slack_was_away, "lost"),
        (refused_and_never_told, "lost"),
        (refused_although_it_was_free, "lost"),
        (done_more_often_than_pressed, "doubled"),
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
