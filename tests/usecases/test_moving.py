"""The organisation file is edited: a team's channel is another one, or a team is gone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.case import State
from bot.domain.digest import Period
from bot.domain.organisation import Organisation
from bot.domain.scope import Kind, Scope
from bot.errors import DatabaseAway
from bot.following import follow_channels, retire_teams
from bot.store.database import Database
from bot.store.outbox import Owed, card_key, owe
from bot.store.queue import Taken
from bot.store.session import Session
from bot.usecases import moving, owning
from bot.usecases.posting import owe_digest
from tests.domain.factories import ANNA, organisation
from tests.store import post_room
from tests.usecases.office import FOR_NOBODY, Office

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
OLD, NEW = "C0OLD", "C0NEW"


def _org(channel: str) -> Organisation:
    org = organisation()
    first, *others = org.teams
    return replace(org, teams=(replace(first, channel=channel), *others))


def _owed(kind: str, key: str) -> Owed:
    return Owed(key=key, kind=kind, channel=OLD, urgency=12, team=_org(OLD).teams[0].key)


def _take(database: Database, channel: str) -> Taken | None:
    with database.transaction() as session:
        taken = post_room.take(session, worker="w", now=NOW)
    assert taken is None or taken.channel == channel
    return taken


def test_what_waits_for_the_old_channel_goes_to_the_new_one_once(database: Database) -> None:
    with database.transaction() as session:
        owe(session, [_owed("digest", "digest:one")], now=NOW)
    assert follow_channels(database, _org(NEW), now=NOW) == 1
    assert follow_channels(database, _org(NEW), now=NOW) == 0
    assert _take(database, NEW) is not None
    assert _take(database, NEW) is None


def test_a_digest_that_somebody_asked_for_stays_where_they_asked_for_it(
    database: Database,
) -> None:
    period = Period(since=NOW - timedelta(days=1), until=NOW)
    team = _org(OLD).teams[0]
    with database.transaction() as session:
        for scope in (Scope(Kind.TEAM, team.key), Scope()):
            owe_digest(session, scope, period, channel="C0ASKED", asked_by=ANNA, now=NOW)
    assert follow_channels(database, _org(NEW), now=NOW) == 0
    assert _take(database, "C0ASKED") is not None


def test_what_waits_for_triage_follows_triage_s_channel(office: Office) -> None:
    number = office.take_in(FOR_NOBODY).number
    moved = replace(office.organisation, triage_channel=NEW)
    for count in (1, 0):
        assert follow_channels(office.database, moved, now=office.clock.now()) == count
    owed = office.notices("wanted", "shown")
    assert owed[card_key(number, office.organisation.triage_channel)] == (1, 1)
    assert owed[card_key(number, NEW)] == (1, 0)


def test_what_stands_in_the_old_channel_stays_there(database: Database) -> None:
    with database.transaction() as session:
        owe(session, [_owed("card", card_key(1, OLD))], now=NOW)
    taken = _take(database, OLD)
    assert taken is not None
    with database.transaction() as session:
        pace = timedelta(seconds=1)
        post_room.sent(session, taken, worker="w", ts="1.0", now=NOW, pace=pace)
        owe(session, [_owed("card", card_key(1, OLD))], now=NOW)
    assert follow_channels(database, _org(NEW), now=NOW) == 0


def test_a_post_under_way_is_left_to_be_found_again(database: Database) -> None:
    with database.transaction() as session:
        owe(session, [_owed("digest", "digest:one")], now=NOW)
    assert _take(database, OLD) is not None
    assert follow_channels(database, _org(NEW), now=NOW) == 0


def test_a_post_that_begins_in_this_very_moment_is_not_posted_elsewhere_as_well(
    database: Database,
) -> None:
    with database.transaction() as session:
        owe(session, [_owed("digest", "digest:one")], now=NOW)
    with database.reading() as session:
        ((notice, channel),) = moving.misplaced(session, _org(NEW))
    assert _take(database, OLD) is not None
    with database.transaction() as session:
        assert not moving.redirect(session, notice, channel, now=NOW)
    assert _take(database, NEW) is None


def test_one_faulty_notice_keeps_nobody_from_starting(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.transaction() as session:
        owe(session, [_owed("digest", f"digest:{n}") for n in "abc"], now=NOW)
    redirect = moving.redirect

    def broken(session: Session, notice: Owed, channel: str, *, now: datetime) -> bool:
        if notice.key == "digest:b":
            raise LookupError
        return redirect(session, notice, channel, now=now)

    monkeypatch.setattr(moving, "redirect", broken)
    assert follow_channels(database, _org(NEW), now=NOW) == 2
    assert "notice_not_moved" in capsys.readouterr().out


def test_a_database_that_goes_away_is_waited_for_and_no_fault_of_a_notice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> bool:
        raise DatabaseAway("no")

    with database.transaction() as session:
        owe(session, [_owed("digest", "digest:a")], now=NOW)
    monkeypatch.setattr(moving, "redirect", away)
    with pytest.raises(DatabaseAway):
        follow_channels(database, _org(NEW), now=NOW)


def test_what_a_team_held_that_is_gone_waits_in_triage_and_keeps_its_history(
    office: Office,
) -> None:
    shared, other = office.take_in().number, office.take_in("refund").number
    office.act(owning.claim, shared, "product-mobile", by=ANNA)
    teams = tuple(team for team in office.organisation.teams if team.key != "product-mobile")
    smaller = replace(office.organisation, teams=teams)
    for retired in (1, 0):
        assert retire_teams(office.database, smaller, now=office.clock.now()) == retired
    found = office.case(shared)
    gone = found.stakes["product-mobile"]
    assert (gone.state, gone.holder, gone.ended_by) == (State.DECLINED, ANNA, "")
    assert found.triage == "product-mobile: this team is no longer in the organisation file"
    assert found.stakes["service-hk"].state is State.OPEN
    assert f"card:{shared}:{smaller.triage_channel}" in office.notices("kind")
    assert office.case(other).triage == ""
