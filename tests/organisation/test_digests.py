"""The digests and policy notes of the file: what they become, and every fault in them."""

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.organisation import Organisation, PolicyNote
from bot.domain.schedules import Cadence, Schedule, of_file
from bot.domain.scope import Kind, Scope
from bot.domain.worktime import is_working_day
from bot.errors import Fault
from bot.organisation import parse
from tests.organisation.samples import FULL, GOOD, TODAY, faults, spoiled

WEEKLY = '[[digest]]\nfor = "organisation"\nevery = "week"\nat = "09:00"\nto = "C0ALL"\n'
MANY = spoiled(('regions = ["HK"]', 'regions = ["HK"]\nunits = ["audio"]'))


def read(text: str) -> Organisation:
    return parse(text, today=TODAY)


def the_one(text: str) -> Schedule:
    (digest,) = read(MANY + text).digests
    return digest


def test_a_digest_has_everything_that_its_table_says() -> None:
    week, month = read(FULL).digests
    assert (week.scope, week.cadence, week.at) == (Scope(), Cadence.WEEKLY, time(16, 30))
    assert (week.weekday, week.day, week.zone.key) == (4, None, "Europe/London")
    assert (week.place, week.from_file, week.by) == ("#all-of-us", True, "")
    assert week.working is not None
    assert (month.key, month.scope) == ("hk-month", Scope(Kind.TEAM, "service-hk"))
    assert (month.weekday, month.day, month.working) == (None, 31, None)
    assert (month.zone, month.place) == (ZoneInfo("Europe/London"), "C0SERVICEHK")


def test_on_working_days_means_days_on_which_anybody_of_them_works() -> None:
    week = read(FULL).digests[0].working
    assert week is not None
    # Only Hong Kong works on Saturdays; the whole company is closed on the 24th.
    assert is_working_day(date(2026, 11, 21), week)
    assert not is_working_day(date(2026, 11, 22), week)
    assert not is_working_day(date(2026, 12, 24), week)
    # A holiday in one place is a working day elsewhere.
    assert is_working_day(date(2026, 8, 31), week)


def test_what_is_left_out_is_monday_the_first_and_the_organisations_zone() -> None:
    week = the_one(WEEKLY)
    assert (week.weekday, week.working, week.zone.key) == (0, None, "Europe/London")
    month = the_one(WEEKLY.replace("week", "month"))
    assert (month.day, month.cadence) == (1, Cadence.MONTHLY)
    day = the_one('[[digest]]\nfor = "service-hk"\nevery = "day"\nat = "17:00"\n')
    assert day.working == read(MANY).teams[0].hours
    assert (day.zone.key, day.place) == ("Asia/Hong_Kong", "C0SERVICEHK")


@pytest.mark.parametrize(
    ("written", "scope"),
    [
        ("organisation", Scope()),
        ("service-hk", Scope(Kind.TEAM, "service-hk")),
        ("team:mobile", Scope(Kind.TEAM, "mobile")),
        ("service", Scope(Kind.DEPARTMENT, "service")),
        ("unit:Audio", Scope(Kind.UNIT, "audio")),
        ("region: hk", Scope(Kind.REGION, "HK")),
        ("platform:facebook", Scope(Kind.PLATFORM, "facebook")),
        ("source:facebook-hk", Scope(Kind.SOURCE, "facebook-hk")),
        ("campaign:Xperia: the launch", Scope(Kind.CAMPAIGN, "Xperia: the launch")),
        ("U0ANNA", Scope(Kind.PERSON, "U0ANNA")),
    ],
)
def test_it_is_for_whoever_is_named(written: str, scope: Scope) -> None:
    assert the_one(WEEKLY.replace('"organisation"', f'"{written}"')).scope == scope


def test_a_team_that_is_called_like_its_department_is_meant_first() -> None:
    text = GOOD.replace('"service-hk"', '"service"')
    (digest,) = read(text + WEEKLY.replace('"organisation"', '"service"')).digests
    assert digest.scope == Scope(Kind.TEAM, "service")


def test_a_digest_for_a_person_goes_to_them() -> None:
    text = WEEKLY.replace('"organisation"', '"U0ANNA"').replace('to = "C0ALL"\n', "")
    assert the_one(text).place == "U0ANNA"


@pytest.mark.parametrize("day", ["Wed", "wed", "Wednesday"])
def test_a_day_may_be_written_in_full(day: str) -> None:
    assert the_one(f'{WEEKLY}on = "{day}"\n').weekday == 2


def test_a_key_stays_as_long_as_whom_it_is_for_how_often_and_where_to() -> None:
    key = the_one(WEEKLY).key
    assert key.startswith("week.organisation.")
    assert the_one(WEEKLY.replace("09:00", "10:30") + 'on = "Tue"\n').key == key
    others = [("week", "month"), ("C0ALL", "C0OTHER"), ("organisation", "service")]
    keys = {the_one(WEEKLY.replace(*change)).key for change in others}
    assert len(keys | {key}) == 4


def test_every_schedule_of_the_file_is_found_with_those_of_the_teams() -> None:
    assert [s.key for s in of_file(read(MANY + WEEKLY))] == ["service-hk", the_one(WEEKLY).key]


def test_policy_notes_and_the_way_of_charts_are_read() -> None:
    found = read(FULL)
    assert found.charts == "native"
    assert found.policy == (
        PolicyNote(
            on=date(2026, 11, 2),
            text="Answer within the hour",
            url="https://wiki.example/answers",
            departments=("service",),
        ),
    )
    plain = read(GOOD)
    assert (plain.charts, plain.policy, plain.digests) == ("picture", (), ())


CHANNEL = "use the ID that begins with C (at the foot of the channel's details)"
KINDS = "“department”, “team”, “unit”, “region”, “platform”, “source”, “campaign” or “person”"
ONE, HKM, POLICY = "digest number 1", "digest “hk-month”", "policy number 1"
# What is replaced, by what, then table, key, problem and mend of the one fault it makes.
Spoilt = tuple[str, str, str, str, str, str]
BY_THEMSELVES: list[Spoilt] = [
    ('"native"', '"svg"', "", "charts",
     "“svg” is not a way to show charts", "use “picture”, “native” or “none”"),
    ('every = "week"', 'every = "weekly"', ONE, "every",
     "“weekly” is not how often a digest can come", "did you mean “week”?"),
    ('every = "week"\n', "", ONE, "every", "is missing", 'add every = "week"'),
    ('for = "organisation"\n', "", ONE, "for", "is missing", 'add for = "service-hk"'),
    ('for = "organisation"', "for = 1", ONE, "for",
     "is a number, not a text in quotes", 'write it like for = "service-hk"'),
    ('at = "16:30"\n', "", ONE, "at", "is missing", 'add at = "09:00"'),
    ('"16:30"', '"half four"', ONE, "at",
     "“half four” is not a time between 00:00 and 23:59", 'write it like at = "09:00"'),
    ('"Fri"', '"Freitag"', ONE, "on",
     "“Freitag” is not a day", "use one of Mon, Tue, Wed, Thu, Fri, Sat, Sun"),
    ('"Fri"', "true", ONE, "on", "is true or false, not a day", 'write it like on = "Mon"'),
    ("on = 31", "on = 32", HKM, "on",
     "32 is not a day of a month", "use a number from 1 to 31"),
    ("working_days = true", 'working_days = "yes"', ONE, "working_days",
     "is a text, neither true nor false", "write it like working_days = true"),
    ('"#all-of-us"', '"All of us"', ONE, "to",
     "“All of us” is neither a channel ID nor a #name",
     f"{CHANNEL} or the name, “#all-of-us”"),
    ('to = "#all-of-us"', 'too = "#all-of-us"', ONE, "too",
     "is not a key that belongs here", "did you mean to?"),
    ('"hk-month"', '"Month!"', "digest “Month!”", "key", "“Month!” is not a key",
     "use up to 40 small letters, digits and dashes, like “service-hk”"),
    ("on = 2026-11-02", 'on = "soon"', POLICY, "on",
     "“soon” is not a date", "write it like on = 2026-01-05"),
    ("on = 2026-11-02\n", "", POLICY, "on", "is missing", "add on = 2026-01-05"),
    ('"https://wiki.example/answers"', '"javascript:x"', POLICY, "url",
     "“javascript:x” is not the address of a page",
     'write it like url = "https://wiki.example/refunds"'),
    ('text = "Answer within the hour"', 'text = ""', POLICY, "text",
     "is empty", 'write it like text = "Refunds up to 50 need no approval"'),
]  # fmt: skip
TOGETHER: list[Spoilt] = [
    ('for = "organisation"', 'for = "organization"', ONE, "for",
     "“organization” is not a team, a department or the organisation",
     "did you mean “organisation”?"),
    ('for = "organisation"', 'for = "team:mobil"', ONE, "for",
     "“mobil” is not the key of a team", "did you mean “mobile”?"),
    ('for = "organisation"', 'for = "department:produkt"', ONE, "for",
     "“produkt” is not a department that a team has", "did you mean “product”?"),
    ('for = "organisation"', 'for = "unit:tablets"', ONE, "for",
     "“tablets” is not a unit that a team or source names", "use “mobile”"),
    ('for = "organisation"', 'for = "source:facebok-hk"', ONE, "for",
     "“facebok-hk” is not the key of a source", "did you mean “facebook-hk”?"),
    ('for = "organisation"', 'for = "plattform:mars"', ONE, "for",
     "“plattform:mars” is for nobody that we know", "did you mean “platform:mars”?"),
    ('for = "organisation"', 'for = "moon:x"', ONE, "for",
     "“moon:x” is for nobody that we know",
     f"before the colon: {KINDS}"),
    ('for = "organisation"', 'for = "unit:"', ONE, "for",
     "“unit:” names none", "write one after the colon, like “unit:…”"),
    ('for = "organisation"', 'for = "person:anna"', ONE, "for",
     "“anna” is not a Slack member ID",
     "use the ID that begins with U or W: in Slack, open the profile, ⋮, Copy member ID"),
    ('on = "Fri"', "on = 5", ONE, "on",
     "is a day of the month, and this comes weekly", 'write on = "Mon"'),
    ("on = 31", 'on = "Mon"', HKM, "on",
     "is a day of the week, and this comes monthly", "write on = 1"),
    ('every = "week"', 'every = "day"', ONE, "on",
     'counts only with every = "week" or "month"', "take it out"),
    ('to = "#all-of-us"\n', "", ONE, "to", "does not say where to post it",
     'add to = "#channel", or somebody\'s member ID'),
    ('"hk-month"', '"service-uk"', "digest “service-uk”", "key",
     "a team has this key (line {service-uk})", "choose another one"),
    ('answers"\ndepartments = ["service"]', 'answers"\ndepartments = ["servize"]', POLICY, "departments",
     "“servize” is not a department that a team has", "did you mean “service”?"),
]  # fmt: skip


@pytest.mark.parametrize("spoilt", BY_THEMSELVES + TOGETHER, ids=lambda s: f"{s[3]}: {s[4][:40]}")
def test_one_mistake_is_one_fault_with_its_place_and_how_to_mend_it(spoilt: Spoilt) -> None:
    old, new, table, key, problem, mend = spoilt
    text = spoiled((old, new), text=FULL)
    line = text[: text.index('key = "service-uk"')].count("\n") + 1
    (fault,) = faults(text)
    assert fault.place.partition(" ")[2] == " → ".join(filter(None, [table, key]))
    assert fault.problem == problem.replace("{service-uk}", str(line))
    assert fault.mend == mend


def test_two_that_cannot_be_told_apart_need_a_key() -> None:
    lines = GOOD.count("\n")
    second = WEEKLY.replace("09:00", "17:00")
    fault = Fault(
        f"organisation.toml:{lines + 6} digest number 2",
        f"is for the same, as often and to the same place as another one (line {lines + 1})",
        'give it a key of its own, like key = "evening"',
    )
    assert faults(GOOD + WEEKLY + second) == [fault]
    assert faults(GOOD + WEEKLY + second + 'key = "evening"\n') == []


def test_two_digests_cannot_have_the_same_key() -> None:
    keyed = 'key = "evening"\n'
    other = WEEKLY.replace("week", "month")
    (fault,) = faults(GOOD + WEEKLY + keyed + other + keyed)
    assert fault.problem.startswith("another digest has this key (line ")
