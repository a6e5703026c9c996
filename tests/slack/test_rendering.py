"""What a notice shows is what is true at the moment it is sent."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from bot.domain.digest import Period
from bot.domain.scope import Kind, Scope
from bot.slack.rendering import render
from bot.store import people
from bot.store.outbox import Owed, owe
from bot.usecases import owning, posting
from tests.domain.factories import ANNA, MANAGER
from tests.slack.office import DANGER, HK, REFUND, TRIAGE, Office, organisation
from tests.store import post_room

PRODUCT = "C0PRODUCTMOBILE"


def _day(office: Office) -> Period:
    now = office.clock.now()
    return Period(since=now - timedelta(days=1), until=now + timedelta(minutes=1))


def test_each_team_s_card_is_its_own(office: Office) -> None:
    (number,) = office.comes_in("My phone needs a repair")
    office.claim(number)
    office.work()
    assert "stake_release" in office.slack.card(HK).buttons
    assert "stake_claim" in office.slack.card(PRODUCT).buttons
    for channel in (HK, PRODUCT):
        assert f"<@{ANNA}>" in office.slack.card(channel).words


def test_a_case_that_triage_has_routed_is_changed_there_and_posted_to_its_team(
    office: Office,
) -> None:
    (number,) = office.comes_in("What is this?")
    office.work()
    assert "Needs a team" in office.slack.card(TRIAGE).words
    with office.database.transaction() as session:
        org, now = office.organisation, office.clock.now()
        owning.route_by_hand(session, org, number, teams=["service-hk"], note="", by=ANNA, now=now)
    office.work()
    assert "Needs a team" not in office.slack.card(TRIAGE).words
    assert "stake_claim" in office.slack.card(HK).buttons


def test_a_card_is_drawn_from_one_look_at_its_case(office: Office) -> None:
    office.comes_in(REFUND)
    asked: list[str] = []

    @event.listens_for(office.database.engine, "before_cursor_execute")
    def listen(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    office.work()
    assert len(office.slack.cards(HK)) == 1
    looks = [one for one in asked if "FROM stakes" in one]
    assert len(looks) == 1, looks


def test_a_team_s_digest_counts_and_lists(office: Office) -> None:
    first, _, _ = office.comes_in(REFUND, REFUND, REFUND)
    office.claim(first)
    team = office.organisation.teams[1]
    assert team.channel == HK
    with office.database.transaction() as session:
        posting.owe_digest(
            session,
            Scope(Kind.TEAM, team.key),
            _day(office),
            channel=HK,
            asked_by=ANNA,
            now=office.clock.now(),
        )
    office.work()
    (digest,) = office.slack.messages(HK)
    assert "3 came in, 0 resolved; 2 unclaimed" in digest.text
    assert "*3* came in · *1* claimed · *0* resolved" in digest.words
    assert [number for number in (1, 2, 3) if f"#{number}*" in digest.words] == [1, 2, 3]
    assert "comes late" not in digest.words


def test_a_digest_that_waited_for_a_quarter_of_an_hour_says_sorry(office: Office) -> None:
    office.comes_in(REFUND)
    team = office.organisation.teams[1]
    with office.database.transaction() as session:
        posting.owe_digest(
            session,
            Scope(Kind.TEAM, team.key),
            _day(office),
            channel=TRIAGE,
            asked_by=ANNA,
            now=office.clock.now(),
        )
    office.clock.advance(minutes=16)
    office.work()
    assert "This digest comes late, sorry" in office.slack.messages(TRIAGE)[0].words


def test_a_digest_of_a_time_long_past_is_not_late(office: Office) -> None:
    office.comes_in(REFUND)
    office.clock.advance(days=3)
    with office.database.transaction() as session:
        posting.owe_digest(
            session,
            Scope(Kind.TEAM, "service-hk"),
            Period(
                since=office.clock.now() - timedelta(days=3),
                until=office.clock.now() - timedelta(days=2),
            ),
            channel=TRIAGE,
            asked_by=ANNA,
            now=office.clock.now(),
        )
    office.work()
    assert "comes late" not in office.slack.messages(TRIAGE)[0].words


def test_a_digest_goes_before_the_cards_that_were_there_first(office: Office) -> None:
    office.comes_in(REFUND, DANGER)
    with office.database.transaction() as session:
        team, now = office.organisation.teams[1], office.clock.now()
        posting.owe_digest(
            session, Scope(Kind.TEAM, team.key), _day(office), channel=HK, asked_by=ANNA, now=now
        )
    office.work_for(2)
    assert [bool(message.buttons) for message in office.slack.messages(HK)].count(True) == 3
    assert office.slack.messages(HK)[0].text.startswith("Service HK: 2 came in")


def test_the_overview_puts_the_team_in_most_need_first(office: Office) -> None:
    office.comes_in(REFUND, "My phone needs a repair")
    with office.database.transaction() as session:
        posting.owe_digest(
            session,
            Scope(),
            _day(office),
            channel=MANAGER,
            asked_by=MANAGER,
            now=office.clock.now(),
        )
    office.work()
    (overview,) = office.slack.messages(MANAGER)
    assert overview.text.startswith(
        "All teams: 2 comments came in, 0 parts resolved; 3 parts unclaimed"
    )
    words = overview.words
    assert words.index("Service HK") < words.index("Product Mobile") < words.index("quieter")


def test_a_digest_that_somebody_scheduled_for_themselves_stops_when_they_leave_the_team(
    office: Office,
) -> None:
    office.comes_in(REFUND)
    period, now = _day(office), office.clock.now()
    dates = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    for made, person in (
        ("slack.mine", "U0LEADPRODUCTMOBILE"),
        ("from-file", "U0LEADPRODUCTMOBILE"),
    ):
        data = {**dates, "scope": "team:service-hk", "schedule": made, "asked": True}
        digest = Owed(key=made, kind="digest", channel=person, urgency=5, data=data)
        with office.database.transaction() as session:
            owe(session, [digest], now=now)
    office.work_for(3)
    assert len(office.slack.messages("U0LEADPRODUCTMOBILE")) == 1


def test_a_digest_that_somebody_scheduled_is_drawn_on_one_connection(office: Office) -> None:
    office.comes_in(REFUND)
    office.work()
    period, lead, engine = _day(office), "U0LEADSERVICEHK", office.database.engine
    dates = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    data = {**dates, "scope": f"person:{ANNA}", "schedule": "slack.lead", "asked": True}
    with office.database.transaction() as session:
        people.add(session, HK, ANNA)
        digest = Owed(key="lead", kind="digest", channel=lead, urgency=5, data=data)
        owe(session, [digest], now=office.clock.now())
    opened: set[Any] = set()
    most: list[int] = []

    @event.listens_for(engine, "checkout")
    def taken(connection: Any, *_: Any) -> None:
        opened.add(connection)
        most.append(len(opened))

    @event.listens_for(engine, "checkin")
    def given_back(connection: Any, *_: Any) -> None:
        opened.discard(connection)

    office.work()
    assert len(office.slack.messages(lead)) == 1
    assert max(most) == 1


def test_an_alert_says_what_it_was_given(office: Office) -> None:
    office.owe_alert("alert:1", MANAGER, f"I cannot post in <#{HK}>.")
    office.work()
    (alert,) = office.slack.messages(MANAGER)
    assert alert.text == f"I cannot post in <#{HK}>."
    assert alert.words == alert.text


def test_a_card_of_a_team_that_the_organisation_has_dropped_is_still_shown(
    office: Office,
) -> None:
    (number,) = office.comes_in(REFUND)
    kept = tuple(team for team in office.organisation.teams if team.channel != HK)
    services = Office(
        office.slack, office.database, office.clock, organisation(teams=kept)
    ).services
    with office.database.transaction() as session:
        taken = post_room.take(session, worker="one", now=office.clock.now())
    assert taken is not None
    message = render(services, taken).message
    assert message is not None
    assert f"#{number}" in message.text


def test_a_look_at_the_installation_that_an_earlier_release_owed_shows_nothing(
    office: Office,
) -> None:
    found = [("The clock has not ticked.", "start it")]
    with office.database.transaction() as session:
        posting.owe_checkup(session, found, key="x", person=MANAGER, now=office.clock.now())
        taken = post_room.take(session, worker="one", now=office.clock.now())
    assert taken is not None
    assert render(office.services, taken).message is not None
    without: list[dict[str, Any]] = [{}, {"findings": []}]
    for data in without:
        assert render(office.services, replace(taken, data=data)).message is None
