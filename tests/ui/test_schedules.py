"""Scheduled digests in words, in their list, in their form, and what `/digest` says instead."""

import json
from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from bot.domain.asked import Unclear, Why
from bot.domain.schedules import Cadence
from bot.domain.scope import Kind, Scope
from bot.errors import Refused
from bot.ui import asking, ids, kit, schedule_forms, schedules
from bot.ui.schedule_forms import Offer, read_schedule, read_time
from tests.domain import factories as make
from tests.domain.factories import ANNA, BEN
from tests.ui.looking import HOSTILE, hostile_organisation, labels, report, texts, words
from tests.ui.scheduled import HK, SERVICE, Standing, standing

ORGANISATION = make.organisation()
HOURS = make.team().hours


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ({}, "every day at 09:00 HKT in <#C0SERVICEHK>, next Thu 19 Nov"),
        ({"working": HOURS}, "every working day at 09:00 HKT in <#C0SERVICEHK>, next Thu 19 Nov"),
        ({"cadence": Cadence.WEEKLY, "weekday": 2, "place": ANNA},
         "every Wednesday at 09:00 HKT to you, next Wed 25 Nov"),
        ({"cadence": Cadence.WEEKLY, "weekday": 6, "working": HOURS, "place": BEN},
         "every Sunday or the working day after it at 09:00 HKT to <@U0BEN>, next Mon 23 Nov"),
        ({"cadence": Cadence.MONTHLY, "day": 1, "zone": ZoneInfo("Europe/London")},
         "on the 1st of every month at 09:00 GMT in <#C0SERVICEHK>, next Tue 1 Dec"),
        ({"cadence": Cadence.MONTHLY, "day": 31},
         "on the last day of every month at 09:00 HKT in <#C0SERVICEHK>, next Mon 30 Nov"),
        ({"cadence": Cadence.MONTHLY, "day": 30, "place": ANNA},
         "on the 30th of every month or its last day at 09:00 HKT to you, next Mon 30 Nov"),
        ({"place": "#service-hk"}, "every day at 09:00 HKT in #\u2060service-hk, next Thu 19 Nov"),
    ],
)  # fmt: skip
def test_when_and_where_a_digest_comes_is_one_sentence(over: dict[str, Any], told: str) -> None:
    said = schedules.sentence(standing(**over), ORGANISATION, ANNA)
    assert said == f"*Service HK*, {told}"


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"),
     (21, "21st"), (22, "22nd"), (23, "23rd"), (28, "28th")],
)  # fmt: skip
def test_a_day_of_the_month_is_said_as_people_say_it(number: int, said: str) -> None:
    assert schedules.month_day(number) == f"on the {said} of every month"


def test_one_that_never_comes_says_so() -> None:
    never = Standing(schedule=standing().schedule)
    said = schedules.sentence(never, ORGANISATION, ANNA)
    assert said.endswith("at 09:00 Asia/Hong_Kong in <#C0SERVICEHK>, not within the next year")


def test_a_paused_one_says_who_did_it_and_can_be_resumed() -> None:
    paused = replace(standing(), paused=True, paused_by=BEN)
    message = schedules.listing([paused], ORGANISATION, viewer=ANNA)
    assert "HKT in <#C0SERVICEHK>, paused by <@U0BEN>" in texts(message)
    assert labels(message.blocks) == ["Resume", "Preview", "Delete", "New schedule"]


@pytest.mark.parametrize(
    ("key", "where"), [("service-hk", "the team's `digest_at`"), ("every-friday", "a `[[digest]]`")]
)
def test_one_of_the_organisation_file_says_where_it_stands(key: str, where: str) -> None:
    kept = standing(key=key, from_file=True)
    message = schedules.listing([kept], ORGANISATION, viewer=ANNA)
    assert f"It stands in the organisation file, as {where}." in texts(message)
    assert labels(message.blocks) == ["Pause", "Preview", "New schedule"]


@pytest.mark.parametrize("count", [0, 1, 10, 11, 200])
@pytest.mark.parametrize("page", [0, 1, 9999])
def test_a_list_of_any_length_fits_a_message(count: int, page: int) -> None:
    scope = Scope(Kind.CAMPAIGN, "&" * 500)
    found = [replace(standing(key="k" * 64, scope=scope))] * count
    message = schedules.listing(found, ORGANISATION, viewer=ANNA, page=page, note="Deleted.")
    assert kit.check(message, "message") == []
    assert len(message.blocks) <= 25


@settings(max_examples=40, deadline=None)
@given(words, st.sampled_from([kind for kind in Kind if kind is not Kind.ORGANISATION]))
def test_no_words_break_what_is_said_of_a_schedule(text: str, kind: Kind) -> None:
    organisation = hostile_organisation(text)
    found = [standing(scope=Scope(kind, text or "x"), place=text or "x")]
    for message in (
        schedules.listing(found, organisation, viewer=ANNA),
        schedules.made(found[0], organisation, ANNA),
        asking.several([report()], organisation, ["One line"], 3, make.NOW),
        asking.unclear(Unclear(word=text, nearest=(text,) * 3, other=text), ["`/digest me`"]),
    ):
        assert kit.check(message, "message") == []
    offer = Offer(scope=found[0].schedule.scope, organisation=organisation, viewer=ANNA, zones=[HK])
    if len(text) < 300:
        assert kit.check(schedule_forms.schedule_form(offer), "modal") == []
    home = kit.home_view(schedules.on_home(found * 4, organisation, viewer=ANNA, more=9))
    assert kit.check(home, "home") == []


def form(**over: Any) -> dict[str, Any]:
    """The form, as it comes back when nothing was touched but what is given."""
    offer = Offer(
        scopes=[SERVICE, Scope()], zones=[HK], organisation=ORGANISATION, viewer=ANNA, origin="C0X1"
    )
    view = schedule_forms.schedule_form(offer)
    assert kit.check(view, "modal") == []
    initial = {
        block["block_id"]: block["element"].get("initial_option") for block in view["blocks"][:-1]
    }
    state = {name: {"value": {"selected_option": option}} for name, option in initial.items()}
    state["at"] = {"value": {"value": "09:00"}}
    for name, value in over.items():
        shown = (
            {"value": value} if name in {"at", "channel"} else {"selected_option": {"value": value}}
        )
        state[name] = {"value": shown}
    return view | {"state": {"values": state}}


def test_a_form_that_was_not_touched_is_complete() -> None:
    read = read_schedule(form())
    assert (read.scope, read.cadence, read.at, read.to) == (
        SERVICE, Cadence.DAILY, time(9), "team",
    )  # fmt: skip
    assert (read.zone, read.working, read.origin) == (None, True, "C0X1")


@pytest.mark.parametrize(
    ("every", "expected"),
    [("weekly:4", (Cadence.WEEKLY, 4, None)), ("monthly:31", (Cadence.MONTHLY, None, 31))],
)
def test_how_often_is_one_choice(every: str, expected: tuple[Cadence, int, int]) -> None:
    read = read_schedule(form(every=every))
    assert (read.cadence, read.weekday, read.day) == expected


@given(st.recursive(st.none() | st.text(max_size=20), lambda inner: st.dictionaries(
    st.sampled_from(["state", "values", "whom", "every", "at", "to", "value", "selected_option"]),
    inner, max_size=4)))  # fmt: skip
def test_no_form_makes_reading_crash(found: Any) -> None:
    view = {"private_metadata": "C0X1|", "state": found}
    with pytest.raises(Refused):
        read_schedule(view)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("9", 900), ("9:00", 900), ("09:00", 900), ("9am", 900), ("9 AM", 900), ("9 a.m.", 900),
     ("9.30", 930), ("0930", 930), ("930", 930), ("9h30", 930), ("21h", 2100), ("9pm", 2100),
     ("9:15 pm", 2115), ("12am", 0), ("12pm", 1200), ("noon", 1200), ("Midnight", 0), ("0", 0),
     ("23:59", 2359), (" 7 ", 700), ("１７：３０", 1730)],
)  # fmt: skip
def test_a_time_is_understood_however_it_is_written(text: str, expected: int) -> None:
    assert read_time(text) == time(expected // 100, expected % 100)


@pytest.mark.parametrize(
    "text", ["", "24:00", "24", "9:60", "0am", "13pm", "9:5", "nine", "9-10", "12345", "9 9", "٩"]
)
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert read_time(text) is None


def test_the_longest_form_fits_a_window() -> None:
    scopes = [Scope(Kind.CAMPAIGN, f"{n}" * 200) for n in range(9)] + [
        Scope(Kind.TEAM, f"t{n}") for n in range(150)
    ]
    zones = [HK] * 300
    for given_scope in (None, Scope(Kind.CAMPAIGN, "x" * 250)):
        offer = Offer(
            scope=given_scope, scopes=scopes, zones=zones, organisation=ORGANISATION, viewer=ANNA
        )
        view = schedule_forms.schedule_form(offer)
        assert kit.check(view, "modal") == []
        assert len(json.dumps(view)) < 50_000


@pytest.mark.parametrize("word", HOSTILE)
def test_what_was_not_understood_is_repeated_harmlessly(word: str) -> None:
    unclear = Unclear(word=word[:80], why=Why.TWO_SCOPES, other=word[:80])
    message = asking.unclear(unclear, ["`/digest me`"])
    assert kit.check(message, "message") == []
    examples = ["`/digest me`", "`/digest all`"]
    told = [asking.usage(examples, manager=manager) for manager in (False, True)]
    assert [kit.check(message, "message") for message in told] == [[], []]
    assert ["campaign" in texts(message) for message in told] == [False, True]


def test_several_teams_are_a_line_and_a_button_each() -> None:
    message = asking.several([report(), report()], ORGANISATION, ["A: 1", "B: 2"], 3, make.NOW)
    assert message.text == "Your teams: A: 1; B: 2"
    read = [block["accessory"] for block in message.blocks[:2]]
    assert {button["action_id"] for button in read} == {ids.DIGEST_READ}
    assert "and 3 more" in texts(message)
    assert report().period.until - report().period.since == timedelta(days=1)
