"""What is owed: once a key, in its latest state, however often it changes before it is sent."""

from functools import partial

from bot.store import outbox, outcomes
from bot.store.outbox import Owed, Urgency
from bot.usecases import owning
from tests.domain.factories import ANNA
from tests.store.post_room import ONE, PostRoom, notice
from tests.usecases.office import FOR_NOBODY, Office, at_once


def test_what_is_owed_is_taken_as_it_was_given(room: PostRoom) -> None:
    given = Owed(
        key="digest:a", kind="digest", channel=ONE, urgency=5, team="a", data={"since": "退款"}
    )
    room.owe(given)
    taken = room.taken()
    assert (taken.key, taken.kind, taken.channel, taken.team) == ("digest:a", "digest", ONE, "a")
    assert (taken.data, taken.case_number, taken.ts) == ({"since": "退款"}, None, "")
    assert (taken.wanted, taken.attempts) == (1, 0)
    assert taken.created_at == room.clock.now()


def test_ten_changes_before_sending_are_one_notice_of_the_latest_state(room: PostRoom) -> None:
    for change in range(10):
        room.owe(notice(data={"change": change}, urgency=12 - change % 2))
    taken = room.taken()
    assert (taken.data, taken.wanted) == ({"change": 9}, 10)
    room.sent(taken)
    assert room.send_all() == []


def test_a_change_while_it_is_being_sent_is_sent_afterwards(room: PostRoom) -> None:
    room.owe(notice(data={"change": 1}))
    taken = room.taken()
    room.owe(notice(data={"change": 2}))
    room.sent(taken, ts="7.7")
    again = room.taken()
    assert (again.ts, again.data, again.outcome_unknown) == ("7.7", {"change": 2}, False)
    room.sent(again)
    assert room.row("a")["shown"] == room.row("a")["wanted"] == 2


def test_a_change_lets_what_has_failed_be_tried_at_once(room: PostRoom) -> None:
    room.owe(notice())
    again_at = room.in_seconds(3600)
    taken = room.taken()
    room.end(outcomes.not_sent, taken, "A", error="oops", again_at=again_at)
    assert room.take() is None
    room.owe(notice())
    assert (room.taken().attempts, room.row("a")["last_error"]) == (0, "")


def test_a_change_does_not_hasten_a_post_whose_outcome_is_unknown(room: PostRoom) -> None:
    room.owe(notice())
    taken = room.taken()
    look_at = room.in_seconds(30)
    room.end(outcomes.unknown, taken, "A", error="timeout", look_at=look_at)
    room.owe(notice())
    assert room.row("a")["next_at"] == look_at
    room.clock.advance(seconds=29)
    assert room.take() is None
    room.clock.advance(seconds=1)
    assert room.taken().outcome_unknown


def test_many_who_owe_the_same_at_once_do_not_lock_each_other_out(room: PostRoom) -> None:
    there, back = ["a", "b", "c"], ["c", "b", "a"]
    owes = [
        partial(room.owe, *(notice(key, channel=f"C0{key}") for key in keys))
        for keys in [there, back] * 8
    ]
    assert at_once(owes) == [None] * 16
    assert [room.row(key)["wanted"] for key in there] == [16] * 3


def test_a_case_owes_a_card_to_each_of_its_teams_with_its_priority(office: Office) -> None:
    number = office.take_in("refund for my phone", rating=1.0).number
    cards = office.notices("kind", "channel", "team", "case_number", "urgency")
    high = Urgency.CARD + 1
    assert cards == {
        outbox.card_key(number, "C0SERVICEHK"): (
            "card", "C0SERVICEHK", "service-hk", number, high
        ),
        outbox.card_key(number, "C0PRODUCTMOBILE"): (
            "card", "C0PRODUCTMOBILE", "product-mobile", number, high
        ),
    }  # fmt: skip


def test_triage_is_owed_a_card_of_what_it_decides_and_of_nothing_else(office: Office) -> None:
    office.take_in("refund")
    assert "C0TRIAGE" not in office.notices("channel").values()
    number = office.take_in(FOR_NOBODY).number
    assert outbox.card_key(number, "C0TRIAGE") in office.notices("kind")


def test_an_act_makes_the_notice_of_a_card_newer_and_adds_none(office: Office) -> None:
    number = office.take_in("refund").number
    for _ in range(3):
        office.act(owning.claim, number, "service-hk", by=ANNA)
    assert office.notices("wanted") == {outbox.card_key(number, "C0SERVICEHK"): 4}


def test_what_somebody_has_acted_on_goes_with_the_high_ones(office: Office) -> None:
    number = office.take_in("refund").number
    card = outbox.card_key(number, "C0SERVICEHK")
    assert office.notices("urgency") == {card: Urgency.CARD + 2}
    office.act(owning.claim, number, "service-hk", by=ANNA)
    assert office.notices("urgency") == {card: Urgency.CARD + 1}
