"""docs/metrics.md: its example is lived through, and every number in it is what is counted."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain import events as e, report
from bot.domain.case import Case
from bot.domain.digest import Period
from bot.domain.measures import COUNTS, Kept, Measures, Spread, Times
from bot.domain.report import Shared
from bot.domain.scope import Scope
from bot.store import journal
from bot.store.database import Database
from bot.usecases import escalating, owning, reporting, sharing as acting
from bot.usecases.measuring import measures
from tests.domain.factories import ANNA, BEN, CHLOE, organisation
from tests.fakes.clock import Clock
from tests.metrics import sharing
from tests.metrics.journals import history
from tests.metrics.reference import everything
from tests.usecases.office import TWO_TEAMS, Office

DOCUMENT = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text("utf-8")
EXAMPLE = DOCUMENT.partition("## Checked by hand")[2]
ZONE = ZoneInfo("Asia/Hong_Kong")
MONDAY = datetime(2026, 11, 23, tzinfo=ZONE)
DAYS = ("Mon", "Tue", "Wed")
TOLD = (
    *(e.CommentReceived, e.CaseSettled, e.CaseReopened, e.FactAdded),
    *(e.StakeOpened, e.StakeReopened, e.StakeClaimed),
    *(e.StakeResolved, e.StakeDeclined, e.StakeHandedOff),
    *(e.ClaimTargetMissed, e.ResolveTargetMissed),
)
SERVICE, MOBILE, MARKETING, UK = "service-hk", "product-mobile", "marketing-hk", "marketing-uk"
ORGANISATION = organisation(
    teams=tuple(replace(team, zone=ZONE) for team in organisation().teams),
)
Act = Callable[[Office, int], Case]


def moment(text: str) -> datetime:
    day, wall = text.split()
    hours, minutes = wall.split(":")
    at = MONDAY + timedelta(days=DAYS.index(day), hours=int(hours), minutes=int(minutes))
    return at.astimezone(UTC)


def length(text: str) -> timedelta:
    """``22 h 10 min``, as the document has it."""
    found = re.fullmatch(r"(?:(\d+) h)? ?(?:(\d+) min)?", text)
    assert found, text
    return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))


def rows(first_cell: str, cells: int) -> Iterator[list[str]]:
    """The rows of the example with so many cells of which the first is like that."""
    for line in EXAMPLE.splitlines():
        found = [cell.strip() for cell in line.strip("|").split("|")]
        if len(found) == cells and re.fullmatch(first_cell, found[0]):
            yield found


TIMELINE = list(rows(r"\w{3} \d\d:\d\d", 3))
KEY = r"`\w+`"


def _claim(team: str, by: str) -> Act:
    return lambda office, number: office.act(owning.claim, number, team, by=by)


def _resolve(team: str, by: str) -> Act:
    return lambda office, number: office.act(
        owning.resolve, number, team, outcome="answered", note="", by=by
    )


ACTS: dict[str, Act] = {
    "Mon 10:30": _claim(SERVICE, ANNA),
    "Mon 11:20": lambda office, number: office.act(
        owning.hand_off, number, MOBILE, to=MARKETING, reason="It is in the film.", by=BEN
    ),
    "Mon 11:30": lambda office, number: office.act(
        acting.add_fact, number, MARKETING, text="The film shows an older phone.", by=CHLOE
    ),
    "Mon 12:10": _claim(MARKETING, CHLOE),
    "Mon 17:00": _resolve(SERVICE, ANNA),
    "Tue 09:30": _resolve(MARKETING, CHLOE),
    "Tue 14:00": lambda office, number: office.act(owning.reopen, number, SERVICE, by=ANNA),
    "Tue 14:10": lambda office, number: office.act(
        owning.invite, number, team=UK, by_team=SERVICE, note="Is it your film?", by=ANNA
    ),
    "Tue 14:20": lambda office, number: office.act(
        owning.decline, number, UK, reason="Not our film.", instead="", by=CHLOE
    ),
    "Tue 14:40": _claim(SERVICE, ANNA),
    "Wed 10:00": _resolve(SERVICE, ANNA),
    "Wed 11:00": lambda office, number: office.act(
        owning.invite, number, team=MOBILE, by_team=SERVICE, note="A repair after all.", by=ANNA
    ),
}


@pytest.fixture
def office(database: Database, clock: Clock) -> Office:
    return Office(database=database, clock=clock, organisation=ORGANISATION)


def watch(office: Office, number: int, until: datetime) -> None:
    """Let a clock look at every moment at which something is due."""
    while due := [s.next_at for s in office.case(number).live_stakes if s.next_at]:
        if min(due) > until:
            break
        office.clock.set(min(due))
        office.act(escalating.tick, number)
    office.clock.set(until)


def live_through(office: Office) -> int:
    """The timeline, by the real use cases; the case's number."""
    office.clock.set(moment(TIMELINE[0][0]))
    number = office.take_in(TWO_TEAMS).number
    for when, _, _ in TIMELINE[1:]:
        watch(office, number, moment(when))
        if when in ACTS:
            ACTS[when](office, number)
    watch(office, number, moment("Wed 17:00"))
    return number


def test_the_timeline_is_what_the_use_cases_make_of_it(office: Office) -> None:
    number = live_through(office)
    with office.database.reading() as session:
        told = [each for each in journal.history(session, number) if isinstance(each.event, TOLD)]
    assert [
        (at, [type(each.event).__name__ for each in some])
        for at, some in groupby(told, key=lambda each: each.at)
    ] == [(moment(when), re.findall(r"`(\w+)`", events)) for when, _, events in TIMELINE]
    assert set(ACTS) < {when for when, _, _ in TIMELINE}


def test_every_number_of_the_example_is_what_is_counted(office: Office) -> None:
    number = live_through(office)
    period = Period(since=moment("Mon 00:00"), until=moment("Wed 24:00"))
    now = office.clock.now()
    with office.database.reading() as session:
        known = history(session, number)
        told = measures(session, ORGANISATION, Scope(), period, now=now)
    check(told)
    check(everything([known], ORGANISATION, Scope(), period, now=now))


def test_how_the_work_was_shared_is_what_is_counted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "ENOUGH", 1)
    number = live_through(office)
    period = Period(since=moment("Mon 00:00"), until=moment("Wed 24:00"))
    now = office.clock.now()
    with office.database.reading() as session:
        known = history(session, number)
        told = reporting.report(session, ORGANISATION, Scope(), period, now=now)
    counted = sharing.sharing([known], ORGANISATION, Scope(), period, now=now, fewest=1)
    for shared in (told.shared, counted):
        assert shared is not None
        assert list(shared_rows(shared, told.measures)) == [row[:-1] for row in rows(KEY, 5)]


def shared_rows(shared: Shared, measures: Measures) -> Iterator[list[str]]:
    """The table of the document without its reasons."""
    for name, share in shared.departments:
        yield ["`shares`", name, f"{share:.0%}".replace("%", " %"), "–"]
    yield ["`concentration`", "all", f"{shared.concentration:.2f}", "–"]
    yield ["`carried_by`", shared.carried_by or "–", "one" if shared.carried_by else "none", "–"]
    for key, part in (
        ("joint_rate", measures.joint_rate),
        ("claim_target", measures.claim_target.compliance),
        ("resolve_target", measures.resolve_target.compliance),
    ):
        yield [f"`{key}`", "all", f"{part:.0%}".replace("%", " %"), "–"]
    if not shared.waits:
        yield ["`waits`", "all", "none", "–"]
    for wait in sorted(shared.waits, key=lambda each: each.waiting, reverse=True):
        since = f"{wait.oldest.astimezone(ZONE):%a %H:%M}"
        yield ["`waits`", f"{wait.waiting} → {wait.on}", str(wait.cases), since]


def check(counted: Measures) -> None:
    """Fail unless *counted* is what the document says, to the last number."""
    named = set()
    for key, number, _ in rows(KEY, 3):
        name = key.strip("`")
        where = counted if name in COUNTS else counted.standing
        said = moment(number) if ":" in number else int(number)
        assert getattr(where, name) == said, name
        named.add(name)
    for key, met, missed, _ in rows(KEY, 4):
        assert getattr(counted, key.strip("`")) == Kept(met=int(met), missed=int(missed)), key
        named.add(key.strip("`"))
    for key, count, median, p90, worked, worked_p90, unanswered, _ in rows(KEY, 8):
        assert getattr(counted, key.strip("`")) == Times(
            count=int(count),
            clock=Spread(median=length(median), p90=length(p90)),
            working=Spread(median=length(worked), p90=length(worked_p90)),
            unanswered=int(unanswered),
        ), key
        named.add(key.strip("`"))
    fields = {*Measures.__dataclass_fields__, *type(counted.standing).__dataclass_fields__}
    assert named == fields - {"standing"}
