"""Comments come in, are changed and are deleted: what each delivery does and is answered."""

from datetime import timedelta
from typing import Any

from bot.domain import events as e
from bot.domain.comment import Author, Post
from bot.store import journal
from bot.usecases.receiving import KNOWN, NEW, Received
from tests.domain.factories import ANNA
from tests.fakes.clock import START
from tests.usecases.office import FOR_NOBODY, TWO_TEAMS, Office, change, deleted, edited


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_a_new_comment_begins_a_case_with_every_team_that_the_rules_find(office: Office) -> None:
    told = office.tell(change(text=TWO_TEAMS))
    case = office.case(told.case)
    assert told == Received(status=NEW, case=case.number)
    assert list(case.stakes) == ["service-hk", "product-mobile"]
    assert case.lead == "service-hk"
    assert case.units == ("mobile",)
    assert case.stakes["service-hk"].reasons == (
        e.Reason(kind="rule", name="refund or repair", words=("repair",)),
    )
    assert [type(event) for event in office.events(case.number)] == [
        e.CommentReceived,
        e.CaseRouted,
        e.StakeOpened,
        e.StakeOpened,
    ]


def test_the_same_comment_again_is_known_and_changes_nothing(office: Office) -> None:
    first = office.tell(change(text=TWO_TEAMS), delivery_id="msg_1")
    before = office.events(first.case), office.notices("wanted")
    office.clock.advance(minutes=3)
    again = office.tell(change(text=TWO_TEAMS), delivery_id="msg_2")
    assert again == Received(status=KNOWN, case=first.case)
    assert (office.events(first.case), office.notices("wanted")) == before
    assert office.numbers() == [first.case]


def test_a_replayed_delivery_is_answered_as_before_also_when_that_was_new(office: Office) -> None:
    answers = [office.tell(change(text=TWO_TEAMS), delivery_id="msg_1") for _ in range(3)]
    assert answers == [Received(status=NEW, case=1)] * 3


def test_a_replayed_delivery_is_not_read_again_whatever_it_says_now(office: Office) -> None:
    first = office.tell(change(text=TWO_TEAMS), delivery_id="msg_1")
    assert office.tell(edited(minutes=1, text="refund"), delivery_id="msg_1") == first
    assert office.comment(first.case).text == TWO_TEAMS


def test_a_replayed_deletion_of_the_unknown_is_answered_as_before(office: Office) -> None:
    answers = [office.tell(deleted(), delivery_id="msg_1") for _ in range(2)]
    assert answers == [Received(status=KNOWN)] * 2


def test_one_delivery_id_of_two_sources_is_two_deliveries(office: Office) -> None:
    one = office.tell(change(text=TWO_TEAMS), delivery_id="msg_1")
    other = change(text=TWO_TEAMS, source="instagram-uk")
    two = office.tell(other, source="instagram-uk", delivery_id="msg_1")
    assert (one.status, two.status) == (NEW, NEW)
    assert list(office.case(two.case).stakes) == ["service-uk", "product-mobile"]


def test_a_delivery_that_failed_is_taken_when_it_comes_again(office: Office) -> None:
    with office.database.engine.connect() as session:
        office.tell_in(session, change(text=TWO_TEAMS), delivery_id="msg_1")
        session.rollback()
    assert office.numbers() == []
    assert office.tell(change(text=TWO_TEAMS), delivery_id="msg_1").status == NEW


def test_a_delivery_of_several_comments_is_new_when_one_of_them_is(office: Office) -> None:
    office.tell(change(text=TWO_TEAMS))
    told = office.tell(change(text=TWO_TEAMS), change(external_id="1002", text="refund"))
    assert told == Received(status=NEW, case=2)


def test_a_delivery_of_nothing_is_known(office: Office) -> None:
    assert office.tell(delivery_id="msg_1") == Received(status=KNOWN)


def test_an_edit_adds_the_teams_that_its_words_concern(office: Office) -> None:
    number = office.tell(change(text="refund")).case
    told = office.tell(edited(minutes=5, text="refund, and the earbuds hiss"))
    case = office.case(number)
    assert told == Received(status=KNOWN, case=number)
    assert list(case.stakes) == ["service-hk", "product-audio"]
    assert (case.lead, case.edited_at) == ("service-hk", START + minutes(5))
    assert "card:1:C0PRODUCTAUDIO" in office.notices("wanted")


def test_an_edit_takes_no_stake_away(office: Office) -> None:
    number = office.tell(change(text=TWO_TEAMS)).case
    before = office.case(number).stakes
    office.tell(edited(minutes=5, text=FOR_NOBODY))
    case = office.case(number)
    assert (case.stakes, case.triage) == (before, "")
    assert office.comment(number).text == FOR_NOBODY


def test_an_edit_is_a_fact_and_every_card_is_owed_anew(office: Office) -> None:
    number = office.tell(change(text=TWO_TEAMS)).case
    office.tell(edited(minutes=5, text="A repair of my phone, please"))
    assert office.events(number)[-1] == e.CommentEdited(edited_at=START + minutes(5))
    assert set(office.notices("wanted").values()) == {2}


def test_an_edit_can_answer_the_question_that_triage_was_asking(office: Office) -> None:
    number = office.tell(change(text=FOR_NOBODY)).case
    assert office.case(number).triage == "no rule matches"
    office.tell(edited(minutes=1, text=TWO_TEAMS))
    case = office.case(number)
    assert (case.triage, list(case.stakes)) == ("", ["service-hk", "product-mobile"])
    assert case.lead == "service-hk"


def test_an_edit_that_comes_before_its_creation_begins_the_case(office: Office) -> None:
    first = office.tell(edited(minutes=5, text="refund"))
    then = office.tell(change(text="my earbuds", author={"name": "Wing"}))
    assert (first.status, then) == (NEW, Received(status=KNOWN, case=first.case))
    comment = office.comment(first.case)
    assert (comment.text, comment.author.name) == ("refund", "Wing")
    assert set(office.case(first.case).stakes) == {"service-hk", "product-audio"}


def test_an_older_edit_that_comes_after_a_newer_one_does_not_win(office: Office) -> None:
    number = office.tell(change(text="one", url="https://a.example")).case
    office.tell(edited(minutes=9, text="three"))
    office.tell(edited(minutes=5, text="two", rating=1.0))
    comment = office.comment(number)
    assert (comment.text, comment.rating, comment.url) == ("three", 1.0, "https://a.example")
    assert office.case(number).edited_at == START + minutes(9)
    assert sum(isinstance(event, e.CommentEdited) for event in office.events(number)) == 1


def test_an_edit_of_one_part_of_the_author_keeps_the_rest(office: Office) -> None:
    number = office.tell(change(text=TWO_TEAMS, author={"id": "7", "name": "Wing"})).case
    office.tell(edited(minutes=1, author={"handle": "wing"}))
    assert office.comment(number).author == Author(id="7", name="Wing", handle="wing")


def test_a_deletion_marks_the_case_and_asks_nobody_to_stop(office: Office) -> None:
    number = office.tell(change(text=TWO_TEAMS)).case
    told = office.tell(deleted(minutes=5))
    case = office.case(number)
    assert told == Received(status=KNOWN, case=number)
    assert (case.deleted_at, len(case.live_stakes)) == (START + minutes(5), 2)


def test_the_earliest_of_two_deletions_counts(office: Office) -> None:
    number = office.tell(change(text=TWO_TEAMS)).case
    office.tell(deleted(minutes=9))
    office.tell(deleted(minutes=5))
    assert office.case(number).deleted_at == START + minutes(5)


def test_what_is_said_after_a_deletion_asks_no_further_team(office: Office) -> None:
    number = office.tell(change(text="refund")).case
    office.tell(deleted(minutes=9))
    office.tell(edited(minutes=5, text="my earbuds"))
    assert list(office.case(number).stakes) == ["service-hk"]
    assert office.comment(number).text == "my earbuds"


def test_a_deletion_before_its_creation_leaves_a_mark_and_no_case(office: Office) -> None:
    assert office.tell(deleted(minutes=5)) == Received(status=KNOWN)
    assert office.numbers() == []


def test_a_comment_that_was_deleted_before_it_came_is_settled_and_concerns_nobody(
    office: Office,
) -> None:
    office.tell(deleted(minutes=5))
    told = office.tell(change(text=TWO_TEAMS))
    case = office.case(told.case)
    assert told.status == NEW
    assert (dict(case.stakes), case.triage) == ({}, "")
    assert (case.deleted_at, case.settled_at) == (START + minutes(5), office.clock.now())
    assert office.notices("kind") == {}


def test_a_source_fills_in_what_a_comment_does_not_say(office: Office) -> None:
    comment = office.comment(office.tell(change(text="refund", region="", unit=None)).case)
    assert (comment.platform, comment.account, comment.region, comment.unit) == (
        "facebook",
        "brand.hk",
        "HK",
        "",
    )


def test_the_comments_own_words_win_over_its_source(office: Office) -> None:
    own: dict[str, Any] = {
        "platform": "forum",
        "account": "brand.uk",
        "region": "UK",
        "unit": "audio",
    }
    told = office.tell(change(text="refund", **own))
    comment = office.comment(told.case)
    assert {name: getattr(comment, name) for name in own} == own
    assert list(office.case(told.case).stakes) == ["service-uk"]


def test_every_field_of_a_comment_is_kept(office: Office) -> None:
    facts: dict[str, Any] = {
        "author": {"id": "7", "name": "Wing", "handle": "w", "url": "u", "followers": 12},
        "url": "https://facebook.example/1",
        "created_at": START.isoformat(),
        "language": "zh-Hant",
        "parent_id": "99",
        "post": {"id": "p", "url": "https://facebook.example/p", "text": "New phone!"},
        "campaign": "launch",
        "tags": ["a", "b"],
        "media": ["https://facebook.example/m.jpg"],
        "rating": 2.5,
    }
    comment = office.comment(office.tell(change(text="refund", **facts)).case)
    assert (comment.source, comment.external_id) == ("facebook-hk", "1001")
    assert (comment.author.followers, comment.created_at) == (12, START)
    assert comment.post == Post(id="p", url="https://facebook.example/p", text="New phone!")
    assert (comment.tags, comment.media) == (("a", "b"), ("https://facebook.example/m.jpg",))
    assert (comment.language, comment.parent_id, comment.campaign, comment.rating) == (
        "zh-Hant",
        "99",
        "launch",
        2.5,
    )


def test_the_person_who_recorded_a_comment_stands_in_its_history(office: Office) -> None:
    told = office.tell(change(text=TWO_TEAMS), by=ANNA)
    with office.database.reading() as session:
        history = journal.history(session, told.case or 0)
    assert {recorded.by for recorded in history} == {ANNA}
