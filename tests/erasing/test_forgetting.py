"""A customer is forgotten: nothing that is stored has their name or their words any more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.domain import events as e
from bot.domain.case import State
from bot.domain.comment import ChangeKind
from bot.domain.digest import Period
from bot.domain.scope import Scope
from bot.store import comments, journal, rounds, tables as t
from bot.store.database import Database
from bot.ui import ids
from bot.ui.plain import measures
from bot.usecases import reporting
from tests.domain.factories import ANNA
from tests.erasing.customer import (
    AUTHOR,
    EDITED,
    KEY,
    NAME,
    TEXT,
    forget,
    in_file,
    shown,
    story,
    told,
    traces,
)
from tests.fakes.clock import Clock
from tests.fakes.slack_api import FakeSlack
from tests.handlers.desk import PRODUCT_CHANNEL, SERVICE, SERVICE_CHANNEL, Desk


@pytest.fixture
def desk(database: Database, slack: FakeSlack, clock: Clock) -> Desk:
    return Desk(database, slack, clock)


def replays(desk: Desk) -> None:
    """Every case is what its journal alone makes."""
    with desk.database.reading() as session:
        for number in session.execute(select(t.cases.c.number)).scalars().all():
            assert journal.replay(session, number) == journal.load(session, number, lock=False)


def counted(desk: Desk) -> object:
    """Every number of a week, and what they are counted from."""
    now = desk.clock.now()
    period = Period(since=now - timedelta(days=7), until=now + timedelta(days=1))
    with desk.database.reading() as session:
        found = reporting.report(session, desk.organisation, Scope(), period, now=now)
        each = [rounds.of_case(session, n) for n in rounds.numbers(session, after=0, limit=100)]
    teams = [measures(row.measures, whole=False) for row in found.teams]
    return measures(found.measures), teams, each


def test_nothing_that_is_stored_or_shown_has_it_any_more(desk: Desk) -> None:
    number = story(desk)
    assert {where for where, _ in traces(desk.database)} >= {
        "comments.facts",
        "comments.folded",
        "changes.raw",
        "journal.data",
        "cases.facts",
        "notices.data",
    }
    assert shown(desk.slack)
    assert in_file(desk.database) or not desk.database.is_sqlite
    erased = forget(desk)
    desk.deliver(300)
    assert (erased.comments, erased.cases) == (1, {number})
    assert traces(desk.database) == []
    assert shown(desk.slack) == []
    if desk.database.is_sqlite:
        assert in_file(desk.database) == []


def test_the_journal_replays_and_no_number_changes(desk: Desk) -> None:
    story(desk)
    desk.press(desk.slack.cards(SERVICE_CHANNEL)[0], ids.RESOLVE, by=ANNA)
    desk.submit(ANNA, {"outcome": "answered", "note": f"{NAME} has their money"})
    desk.deliver()
    before = counted(desk)
    forget(desk)
    assert counted(desk) == before
    replays(desk)
    assert traces(desk.database) == []


def test_the_card_says_why_and_the_journal_that_it_was_done_but_nobody_who(desk: Desk) -> None:
    number = story(desk)
    forget(desk)
    desk.deliver(300)
    assert "removed at the author's request" in desk.card().text
    assert "_removed at the author's request_" in str(desk.card().blocks)
    assert desk.thread(PRODUCT_CHANNEL) == []
    assert desk.facts(number)[-1] == e.CommentForgotten(why="crosstalk forget")
    with desk.database.reading() as session:
        last = journal.history(session, number)[-1]
    assert last.by == ""
    assert desk.state() is State.CLAIMED
    told_again = [message.text for message in desk.slack.messages(SERVICE_CHANNEL)]
    assert not [text for text in told_again if "Shown again" in text]
    assert "Shown again without what customers wrote" in str(
        [message.blocks for message in desk.slack.messages(SERVICE_CHANNEL)]
    )


def test_whoever_sends_it_again_does_not_bring_it_back(desk: Desk) -> None:
    number = story(desk)
    forget(desk)
    written = desk.written()
    assert told(desk, ChangeKind.CREATED, TEXT, "c-1") == number
    assert told(desk, ChangeKind.UPDATED, EDITED + " Again!", "c-1", language="en") == number
    assert told(desk, ChangeKind.DELETED, "", "c-1", rating=1.0) == number
    assert desk.written() == written
    assert traces(desk.database) == []


def test_a_new_comment_of_theirs_is_a_new_case(desk: Desk) -> None:
    number = story(desk)
    forget(desk)
    assert told(desk, ChangeKind.CREATED, "A refund, once more", "c-2") not in {None, number}


def test_everybody_else_keeps_their_words(desk: Desk) -> None:
    other = desk.comment("A refund for Willa's neighbour")
    story_number = told(desk, ChangeKind.CREATED, TEXT, "c-1")
    desk.deliver()
    forget(desk)
    with desk.database.reading() as session:
        kept = comments.of_case(session, other)
        gone = comments.of_case(session, story_number or 0)
    assert kept is not None
    assert (kept.text, kept.author.name) == ("A refund for Willa's neighbour", "Wing Chan")
    assert gone is not None
    assert (gone.text, gone.author.shown, gone.forgotten) == ("", "Somebody", "crosstalk forget")


def test_what_colleagues_have_written_of_them_elsewhere_goes_as_well(desk: Desk) -> None:
    desk.comment("I want a refund")
    desk.press(desk.card(), ids.CLAIM, by=ANNA)
    desk.press(desk.card(), ids.RESOLVE, by=ANNA)
    desk.submit(ANNA, {"outcome": "answered", "note": f"the same as {NAME}'s, see {KEY}"})
    desk.comment("A refund, please")
    told(desk, ChangeKind.CREATED, TEXT, "c-1")
    forget(desk)
    assert traces(desk.database) == []
    assert desk.case(1).stakes[SERVICE].note == "(removed)"
    replays(desk)


SAID = "My phone overheats and the battery is swollen, I want a refund now!"


def test_in_a_wave_the_others_stay_and_they_are_counted_as_before(desk: Desk) -> None:
    for n, name in enumerate(("Ada Lovegood", "Bo Lind"), 1):
        desk.comment(SAID, author={"name": name, "id": f"w-{n}"})
    assert told(desk, ChangeKind.CREATED, SAID + " 0123-777-888", "w-3") == 1
    for n, name in enumerate(("Cy Young", "Di Prince"), 4):
        desk.comment(SAID, author={"name": name, "id": f"w-{n}"})
    desk.deliver()
    with desk.database.reading() as session:
        before = session.execute(select(t.wave_comments.c.author)).scalars().all()
        reasons = journal.load(session, 1, lock=False)
    forget(desk)
    desk.deliver(300)
    with desk.database.reading() as session:
        after = session.execute(select(t.wave_comments.c.author)).scalars().all()
        kept = journal.load(session, 1, lock=False)
    assert len(set(before)) == len(set(after)) == 5
    assert traces(desk.database) == []
    assert shown(desk.slack) == []
    assert reasons is not None
    assert kept is not None
    # The words that decided are those of the others too.
    assert kept.stakes == reasons.stakes
    assert "Ada Lovegood" in str([m.text for m in desk.slack.cards(SERVICE_CHANNEL)])
    replays(desk)


def test_a_message_that_somebody_has_taken_away_in_slack_does_not_come_back(desk: Desk) -> None:
    story(desk)
    card = desk.slack.cards(SERVICE_CHANNEL)[0]
    desk.slack.workspace.posted[SERVICE_CHANNEL].remove(card)
    forget(desk)
    desk.deliver(300)
    assert desk.slack.cards(SERVICE_CHANNEL) == []
    assert desk.owed() == 0


def test_who_has_only_a_name_is_found_by_it(desk: Desk) -> None:
    desk.comment(TEXT, author={"name": NAME})
    assert forget(desk, NAME.upper()).comments == 1
    assert traces(desk.database) == []


def test_an_author_without_any_text_is_forgotten_too(desk: Desk) -> None:
    desk.comment("", author=AUTHOR)
    assert forget(desk, KEY).comments == 1
    assert traces(desk.database) == []


@pytest.mark.parametrize("name", ["@WILLA.oz", NAME.upper(), KEY])
def test_who_had_another_name_when_they_wrote_is_found_by_it(desk: Desk, name: str) -> None:
    told(desk, ChangeKind.CREATED, TEXT, "c-1")
    desk.comment("A refund for me too", author={"name": "Wing Chan", "handle": "@wing"})
    desk.clock.advance(minutes=1)
    renamed = {"name": "Somebody Else", "handle": "@else", "id": "fb-2"}
    told(desk, ChangeKind.UPDATED, EDITED, "c-1", author=renamed)
    assert forget(desk, name).comments == 1
    assert traces(desk.database) == []
