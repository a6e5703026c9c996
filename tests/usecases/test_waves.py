"""The same text from several authors within hours: one case, in which each comment is answered."""

from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from bot.domain import events as e
from bot.domain.comment import Change
from bot.store import tables as t
from bot.usecases import owning, viewing
from bot.usecases.receiving import KNOWN, NEW, Received
from tests.domain.factories import ANNA
from tests.fakes.clock import START
from tests.usecases.office import Office, at_once, change, deleted, edited

SPAM = "My phone overheats and the battery is swollen, I want a refund now!"
SLIGHTLY = (
    "my phone overheats and the battery is swollen, I want a refund NOW",
    "My phone overheats and the battery is swollen. I want a refund now!!! @brand",
    "My phone overheats & the battery is swollen, we want a refund now!",
    "My phone overheats and the battery is really swollen, I want a refund now!",
    "😡 My phone overheats and the battery is swollen, I want a refund now! 😡",
)
_TOLD = count(1)


def said(author: str, text: str = SPAM, *, minutes: float = 0, **facts: Any) -> Change:
    """*author* writes *text*."""
    name = str(facts.pop("name", author))
    told = {"text": text, "author": {"id": author, "name": name}, **facts}
    return change(external_id=f"wave-{next(_TOLD)}", minutes=minutes, **told)


def cases(office: Office, *told: Change) -> list[int | None]:
    """The case of each, as it was answered."""
    answers = [office.tell(each) for each in told]
    assert {answer.status for answer in answers} == {NEW}
    return [answer.case for answer in answers]


def ids(office: Office) -> list[int]:
    with office.database.reading() as session:
        return list(session.execute(select(t.comments.c.id).order_by(t.comments.c.id)).scalars())


def comments(office: Office) -> int:
    return len(ids(office))


def wave(office: Office, number: int | None) -> Any:
    with office.database.reading() as session:
        return viewing.wave(session, number or 0).wave


def test_from_the_third_author_on_comments_join_the_first_ones_case(office: Office) -> None:
    assert cases(office, said("a"), said("b"), said("c"), said("d")) == [1, 2, 1, 1]
    assert sorted(office.numbers()) == [1, 2]
    assert office.case(1).joined == 2
    joined = [fact for fact in office.events(1) if isinstance(fact, e.CommentJoined)]
    assert [fact.comment_id for fact in joined] == ids(office)[2:]
    assert comments(office) == 4


@pytest.mark.parametrize("text", SLIGHTLY)
def test_a_text_that_is_slightly_changed_is_the_same(office: Office, text: str) -> None:
    assert cases(office, said("a"), said("b"), said("c", text)) == [1, 2, 1]


def test_two_customers_with_the_same_complaint_keep_a_case_each(office: Office) -> None:
    assert cases(office, said("a"), said("b"), said("a"), said("b")) == [1, 2, 3, 4]


def test_another_text_has_a_case_of_its_own_beside_a_wave(office: Office) -> None:
    other = "My phone is lovely and the battery lasts for days, no refund needed at all"
    assert cases(office, said("a"), said("b"), said("c"), said("d", other)) == [1, 2, 1, 3]


def test_what_only_begins_alike_has_a_case_of_its_own(office: Office) -> None:
    other = "My phone overheats and the battery is swollen, who should I call?"
    assert cases(office, said("a"), said("b"), said("c", other)) == [1, 2, 3]


def test_short_texts_make_no_wave(office: Office) -> None:
    texts = (
        "refund",
        "👍👍👍👍👍👍👍👍👍👍👍👍👍👍",
        "https://spam.example/a/very/long/address",
        "",
    )
    for text in texts:
        told = cases(office, *(said(author, text) for author in "abcd"))
        assert len(set(told)) == 4, text


def test_a_wave_ends_when_nobody_has_said_it_for_a_day(office: Office) -> None:
    assert cases(office, said("a"), said("b"), said("c")) == [1, 2, 1]
    office.clock.advance(hours=25)
    assert cases(office, said("d")) == [3]


def test_a_wave_goes_on_for_days_while_its_pauses_are_shorter(office: Office) -> None:
    cases(office, said("a"), said("b"), said("c"))
    for author in "defg":
        office.clock.advance(hours=20)
        assert cases(office, said(author)) == [1]
    assert wave(office, 1).lasted == timedelta(hours=80)


def test_when_it_was_written_counts_and_not_when_it_was_imported(office: Office) -> None:
    days = [(START - timedelta(days=2 * day)).isoformat() for day in range(4)]
    told = cases(office, *(said(f"author {day}", created_at=day) for day in days))
    assert len(set(told)) == 4


def test_authors_are_told_apart_by_what_the_source_knows_of_them(office: Office) -> None:
    nobody = [change(external_id=f"anonymous {n}", text=SPAM) for n in range(3)]
    assert cases(office, *nobody) == [1, 2, 3]
    named = [change(external_id=f"named {n}", text=SPAM, author={"name": n}) for n in "ABC"]
    assert cases(office, *named) == [4, 5, 1]


def test_a_comment_by_nobody_known_joins_a_wave_that_stands(office: Office) -> None:
    cases(office, said("a"), said("b"), said("c"))
    assert cases(office, change(external_id="anonymous", text=SPAM)) == [1]
    assert (wave(office, 1).comments, wave(office, 1).people) == (4, 3)


def test_the_same_delivery_again_is_answered_as_before(office: Office) -> None:
    cases(office, said("a"), said("b"))
    third = said("c")
    first = office.tell(third, delivery_id="msg_1")
    assert first == Received(status=NEW, case=1)
    assert office.tell(third, delivery_id="msg_1") == first
    assert office.tell(third, delivery_id="msg_2") == Received(status=KNOWN, case=1)
    assert office.case(1).joined == 1


def test_a_settled_case_is_joined_no_more_and_the_next_begins_anew(office: Office) -> None:
    assert cases(office, said("a"), said("b"), said("c")) == [1, 2, 1]
    for number in (1, 2):
        for team in office.case(number).stakes:
            office.act(owning.resolve, number, team, outcome="answered", note="", by=ANNA)
    assert office.case(1).settled_at is not None
    assert cases(office, said("d"), said("e"), said("f")) == [3, 3, 3]
    assert office.case(1).joined == 1


def test_a_joined_comment_brings_in_the_team_that_it_alone_concerns(office: Office) -> None:
    cases(office, said("a"), said("b"))
    third = said("c", source="instagram-uk")
    assert office.tell(third, source="instagram-uk").case == 1
    assert set(office.case(1).stakes) == {"service-hk", "product-mobile", "service-uk"}
    assert office.case(1).regions == ("HK", "UK")


def test_an_edit_of_a_joined_comment_is_told_and_it_stays(office: Office) -> None:
    cases(office, said("a"), said("b"))
    third = said("c")
    cases(office, third)
    again = edited(external_id=third.external_id, minutes=9, text="Thank you, it was answered.")
    assert office.tell(again) == Received(status=KNOWN, case=1)
    assert office.events(1)[-1] == e.CommentEdited(
        edited_at=START + timedelta(minutes=9), comment_id=ids(office)[2]
    )
    case = office.case(1)
    assert (case.edited_at, case.joined) == (None, 1)
    newest = wave(office, 1).newest[0]
    assert (newest.edited_at, newest.text) == (again.at, "Thank you, it was answered.")


def test_what_an_edit_adds_concerns_the_whole_wave(office: Office) -> None:
    cases(office, said("a"), said("b"))
    third = said("c")
    cases(office, third)
    office.tell(edited(external_id=third.external_id, minutes=1, text=f"{SPAM} And the earbuds"))
    assert "product-audio" in office.case(1).stakes


def test_a_joined_comment_that_is_deleted_is_counted_no_more(office: Office) -> None:
    cases(office, said("a"), said("b"))
    third = said("c")
    cases(office, third)
    gone = deleted(external_id=third.external_id, minutes=5)
    assert office.tell(gone) == Received(status=KNOWN, case=1)
    assert office.tell(gone) == Received(status=KNOWN, case=1)
    told = [fact for fact in office.events(1) if isinstance(fact, e.CommentDeleted)]
    assert told == [e.CommentDeleted(deleted_at=gone.at, comment_id=ids(office)[2])]
    case = office.case(1)
    assert (case.deleted_at, case.settled_at, len(case.live_stakes)) == (None, None, 2)
    assert (wave(office, 1).comments, wave(office, 1).newest[0].deleted_at) == (2, gone.at)


def test_the_first_comment_may_go_and_the_wave_is_answered_all_the_same(office: Office) -> None:
    first = said("a")
    cases(office, first, said("b"), said("c"))
    office.tell(deleted(external_id=first.external_id, minutes=5))
    assert cases(office, said("d")) == [1]


def test_a_deletion_that_comes_before_its_comment_begins_no_wave(office: Office) -> None:
    cases(office, said("a"), said("b"))
    third = said("c", minutes=1)
    office.tell(deleted(external_id=third.external_id, minutes=5))
    assert cases(office, third) == [3]
    assert office.case(3).stakes == {}


def test_the_lead_is_told_of_each_doubling_once(office: Office) -> None:
    cases(office, *(said(f"author {n}") for n in range(45)))
    alerts = {key: row for key, row in office.notices("channel", "data", "wanted").items()
              if key.startswith("wave:")}  # fmt: skip
    assert {key: row[0] for key, row in alerts.items()} == {
        f"wave:1:{size}": "C0SERVICEHK" for size in (5, 10, 20, 40)
    }
    assert {row[2] for row in alerts.values()} == {1}
    assert alerts["wave:1:40"][1] == {"size": 40, "usually": 0}


def test_how_many_are_usual_is_what_the_week_before_had(office: Office) -> None:
    for _ in range(2 * 84):
        cases(office, said("regular"))
        office.clock.advance(hours=1)
    office.clock.advance(hours=30)
    cases(office, said("a"), said("b"), said("c"))
    office.clock.advance(hours=12)
    cases(office, said("d"), said("e"))
    (alert,) = [row for key, row in office.notices("data").items() if key.startswith("wave:")]
    assert alert["usually"] == round(12 * 138 / 168)


def test_a_wave_for_nobody_alarms_triage(office: Office) -> None:
    text = "zzz qqq nothing that any rule would ever know about, really"
    cases(office, *(said(f"author {n}", text) for n in range(5)))
    assert office.notices("channel")["wave:1:5"] == "C0TRIAGE"


def test_sixteen_at_once_are_one_wave_and_none_is_lost(office: Office) -> None:
    told = [said(f"author {n}", SLIGHTLY[n % len(SLIGHTLY)]) for n in range(16)]
    answers = at_once([partial(office.tell, each) for each in told])
    assert all(isinstance(each, Received) and each.status == NEW for each in answers), answers
    own = office.numbers()
    joined = {number: office.case(number).joined for number in own}
    assert sum(joined.values()) + len(own) == 16 == comments(office)
    assert len([number for number in own if joined[number]]) <= 1
    if office.database.is_sqlite:
        assert len(own) == 2


def test_the_very_same_text_at_once_has_two_cases_of_its_own(office: Office) -> None:
    answers = at_once([partial(office.tell, said(f"author {n}")) for n in range(16)])
    assert all(isinstance(each, Received) for each in answers), answers
    assert len(office.numbers()) == 2
    assert sum(office.case(number).joined for number in office.numbers()) == 14


def test_a_wave_that_stands_takes_all_who_come_at_once(office: Office) -> None:
    cases(office, said("a"), said("b"), said("c"))
    answers = at_once([partial(office.tell, said(f"author {n}")) for n in range(12)])
    assert answers == [Received(status=NEW, case=1)] * 12
    assert office.case(1).joined == 13
    assert wave(office, 1).comments == 15


WRITTEN = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from(SLIGHTLY)), min_size=1, max_size=9
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(written=WRITTEN)
def test_in_any_order_what_comes_with_the_third_author_or_later_joins(
    office: Office, written: list[tuple[str, str]]
) -> None:
    # Every example has a text of its own: a day, and no more, parts it from the one before.
    office.clock.advance(hours=49)
    told = cases(office, *(said(author, text) for author, text in written))
    before = [len({author for author, _ in written[: place + 1]}) for place in range(len(written))]
    own = [number for number, authors in zip(told, before, strict=True) if authors < 3]
    joined = [number for number, authors in zip(told, before, strict=True) if authors >= 3]
    assert len(set(own)) == len(own)
    assert set(joined) <= set(own[:1])
