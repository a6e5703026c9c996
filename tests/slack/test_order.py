"""Within a channel, cards come in the order of their cases, whatever stopped the first of them."""

from datetime import timedelta

from bot.store import pending, queue
from bot.store.outbox import owe_cards
from bot.ui.kit import plain_message
from bot.usecases.recording import case_for
from tests.fakes.faults import AcceptThenDrop, Drop, Http429
from tests.slack.office import HK, REFUND, UK, Office


def order(office: Office, channel: str = HK) -> list[str]:
    """The markers of what stands in a channel, as the outbox numbers them."""
    return [f"crosstalk:{row['id']}" for row in office.notices(channel)]


def test_a_refused_connection_holds_the_channel_and_not_only_its_card(office: Office) -> None:
    office.comes_in(REFUND, REFUND, REFUND)
    with office.slack.away():
        assert office.delivery.step()
    office.work()
    assert office.posts(HK) == 0
    office.work_for(10)
    assert (office.markers(HK), office.owed()) == (order(office), [])


def test_a_card_that_cannot_be_changed_for_the_same_reason_holds_nobody(office: Office) -> None:
    (number,) = office.comes_in(REFUND)
    office.work_for(1)
    office.claim(number)
    with office.slack.away():
        office.work()
    office.comes_in(REFUND)
    office.work()
    assert (len(office.slack.cards(HK)), office.updates(HK)) == (2, 0)


def test_an_open_question_holds_the_channel_though_another_is_answered_meanwhile(
    office: Office,
) -> None:
    office.comes_in(REFUND, REFUND, REFUND)
    office.slack.fail("chat.postMessage", AcceptThenDrop())
    office.slack.fail("chat.postMessage", Drop())
    # The first is found, cannot be changed for a while, and then can: that is when it is settled.
    office.slack.fail("chat.update", Http429(20))
    office.work_for(150)
    assert (office.markers(HK), office.owed()) == (order(office), [])


def test_a_token_that_works_again_lets_the_first_card_go_first(office: Office) -> None:
    office.comes_in(REFUND, REFUND)
    office.slack.fail("chat.postMessage", "invalid_auth")
    office.work()
    # A call of another worker that was under way has worked meanwhile.
    with office.database.transaction() as session:
        queue.open_gate(session)
    office.work_for(2)
    assert (office.markers(HK)[0], len(office.markers(HK))) == (order(office)[0], 2)


def test_while_the_token_is_refused_nobody_asks_for_the_write_lock(office: Office) -> None:
    office.comes_in(REFUND, REFUND)
    office.slack.fail("chat.postMessage", "invalid_auth", times=None)
    office.work()
    with office.database.reading() as session:
        assert not queue.heads(session, now=office.clock.now(), limit=1)
    office.clock.advance(seconds=60)
    with office.database.reading() as session:
        assert queue.heads(session, now=office.clock.now(), limit=1)


def test_what_is_found_just_after_it_arrived_keeps_the_pace_of_the_channel(office: Office) -> None:
    office.comes_in(REFUND, REFUND)
    office.comes_in(REFUND, source="instagram-uk")
    office.slack.fail("chat.postMessage", Drop(), channel=HK)
    office.work()
    first = office.notices(HK)[0]
    office.clock.advance(seconds=29.9)
    # Slack accepts it after all, at the last moment.
    office.gateway.post(HK, plain_message("Late"), marker=str(first["id"]))
    office.clock.advance(seconds=0.1)
    office.work()
    assert (len(office.slack.messages(HK)), len(office.slack.cards(UK))) == (1, 1)
    office.work_for(1)
    assert (office.markers(HK), office.owed()) == (order(office), [])


def test_a_card_that_is_just_being_changed_is_not_overtaken_and_stops_no_other_channel(
    office: Office,
) -> None:
    first, _ = office.comes_in(REFUND, REFUND)
    office.comes_in(REFUND, source="instagram-uk")
    if office.database.is_sqlite:
        # There whoever changes anything keeps everybody else from writing.
        office.work_for(2)
    else:
        with office.database.transaction() as session:
            case = case_for(session, first)
            owe_cards(session, case, office.organisation, acted=False, now=office.clock.now())
            pending.write(session)
            office.work_for(2)
            assert (office.markers(HK), len(office.slack.cards(UK))) == ([], 1)
        office.work_for(2)
    assert (office.markers(HK), office.owed()) == (order(office), [])


def test_a_clock_that_is_ahead_does_not_make_a_card_lose_its_turn(office: Office) -> None:
    first, _ = office.comes_in(REFUND, REFUND)
    office.clock.advance(seconds=1)
    with office.database.transaction() as session:
        ahead = office.clock.now() + timedelta(seconds=1)
        case = case_for(session, first)
        owe_cards(session, case, office.organisation, acted=False, now=ahead)
    office.work_for(3)
    assert (office.markers(HK), office.owed()) == (order(office), [])
