"""A team's channel is replaced in the organisation file while cards wait for the old one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.organisation import Organisation
from bot.store import queue
from bot.store.database import Database
from bot.store.outbox import Owed, card_key, owe
from bot.usecases.moving import follow_channels
from tests.domain.factories import organisation

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
OLD, NEW = "C0OLD", "C0NEW"


def _org(channel: str) -> Organisation:
    org = organisation()
    first, *others = org.teams
    return replace(org, teams=(replace(first, channel=channel), *others))


def _owed(kind: str, key: str) -> Owed:
    return Owed(key=key, kind=kind, channel=OLD, urgency=12, team=_org(OLD).teams[0].key)


def _take(database: Database, channel: str) -> queue.Taken | None:
    with database.transaction() as session:
        taken = queue.take(session, worker="w", now=NOW)
    assert taken is None or taken.channel == channel
    return taken


def test_what_waits_for_the_old_channel_goes_to_the_new_one_once(database: Database) -> None:
    with database.transaction() as session:
        owe(session, [_owed("digest", "digest:one")], now=NOW)
        assert follow_channels(session, _org(NEW), now=NOW) == 1
        assert follow_channels(session, _org(NEW), now=NOW) == 0
    assert _take(database, NEW) is not None
    assert _take(database, NEW) is None


def test_what_stands_in_the_old_channel_stays_there(database: Database) -> None:
    with database.transaction() as session:
        owe(session, [_owed("card", card_key(1, OLD))], now=NOW)
    taken = _take(database, OLD)
    assert taken is not None
    with database.transaction() as session:
        pace = timedelta(seconds=1)
        queue.sent(session, taken, worker="w", ts="1.0", now=NOW, pace=pace)
        owe(session, [_owed("card", card_key(1, OLD))], now=NOW)
        assert follow_channels(session, _org(NEW), now=NOW) == 0


def test_a_post_under_way_is_left_to_be_found_again(database: Database) -> None:
    with database.transaction() as session:
        owe(session, [_owed("digest", "digest:one")], now=NOW)
    assert _take(database, OLD) is not None
    with database.transaction() as session:
        assert follow_channels(session, _org(NEW), now=NOW) == 0
