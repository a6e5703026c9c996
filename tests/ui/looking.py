"""What the tests of the face look at, and with: sample values, and eyes for unsafe markup."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.domain import events as e
from bot.domain.case import Case, Fact, State
from bot.domain.comment import Author, Comment, clean
from bot.domain.digest import Period, Waiting
from bot.domain.lines import Line
from bot.domain.measures import Kept, Measures, Spread, Standing, Times
from bot.domain.organisation import Organisation, Priority
from bot.domain.report import Report
from bot.domain.scope import Kind, Scope
from bot.ui.kit import Message
from tests.domain import factories as make

DAY = Period(since=make.NOW - timedelta(days=1), until=make.NOW)
WAITING = (
    Waiting(team="product-mobile", cases=4, oldest=make.NOW - timedelta(days=2), first=9),
    Waiting(team="marketing-hk", cases=1, oldest=make.NOW - timedelta(hours=3)),
)
FIVE_HOURS_AGO = make.NOW - timedelta(hours=5)
BUSY = Measures(
    came_in=14,
    claimed=12,
    resolved=9,
    time_to_claim=Times(
        count=12, clock=Spread(median=timedelta(minutes=22), p90=timedelta(hours=3))
    ),
    claim_target=Kept(met=11, missed=1),
    standing=Standing(
        open=5,
        unclaimed=3,
        oldest_unclaimed=FIVE_HOURS_AGO,
        past_target=3,
        oldest_past_target=FIVE_HOURS_AGO,
    ),
)
SERVICE = Scope(Kind.TEAM, "service-hk")


def report(measures: Measures = BUSY, **over: Any) -> Report:
    """Service HK's day."""
    about = {"scope": SERVICE, "period": DAY, "zone": ZoneInfo("Asia/Hong_Kong")}
    return Report(**{**about, "measures": measures, **over})


HOSTILE = (
    "<!channel> <!here> <!everyone>",
    "<@U0MANAGER>",
    "<https://evil|bank>",
    "<!subteam^S0ABC|@service>",
    "*bold* _italic_ ~gone~ `code` ```block```",
    "https://evil.example/path www.evil.com evil.com mailto:a@evil.com",
    "@here @channel @everyone #general",
    ">>> quoted\n> again",
    "&lt;!channel&gt; &amp;",
    ":smile: :tada: 12:30:45",
    "\u202eright to left\u2066 override\u0000\u0007",
    "שלום עולם · مرحبا",
    "👩‍👩‍👧‍👦🇭🇰🏳️‍🌈" * 200,
    "a\u0301\u0302\u0303" * 300,
    "line\n" * 500,
    "&<>" * 2000,
    "*" * 4000,
    "\ud800 lone \udfff",
    "\n\n\n",
    "",
    " ",
    "|pipe|<a|b>",
)
"""Things that customers and their platforms have been known to send, or may."""

words = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=400), st.text(alphabet="<>&*_~`@#:/.|\n aA1")
)

_OURS = re.compile(r"<@[UW][A-Z0-9]+>|<https?://[^\s<>|]+\|Open on [^<>|\n]+>")


def shown(value: Any) -> Iterator[str]:
    """Every piece of markup in *value*: a message, a view, or a part of one."""
    if isinstance(value, Message):
        yield value.text
        yield from shown(value.blocks)
    elif isinstance(value, Mapping):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for part in value.values():
            yield from shown(part)
    elif isinstance(value, list):
        for part in value:
            yield from shown(part)


def unsafe(value: Any) -> list[str]:
    """The markup in *value* with an angle bracket that is not ours."""
    found = []
    for text in shown(value):
        rest = re.sub(r"^> ?", "", _OURS.sub("", text), flags=re.MULTILINE)
        if "<" in rest or ">" in rest or "://" in rest:
            found.append(text)
    return found


def texts(message: Message) -> str:
    """What a reader of *message* sees, without the invisible joiners."""
    return "\n".join(list(shown(message))[1:]).replace("\u2060", "")


def labels(value: Any) -> list[str]:
    """The texts of the buttons in *value*, in order; ⋯ for a menu."""
    if isinstance(value, Mapping):
        if value.get("type") == "button":
            return [value["text"]["text"]]
        if value.get("type") == "overflow":
            return ["⋯"]
        return [label for part in value.values() for label in labels(part)]
    if isinstance(value, list):
        return [label for part in value for label in labels(part)]
    return []


def hostile_comment(text: str) -> Comment:
    """A comment that says *text* in every field."""
    told = clean(text)
    return make.comment(
        told,
        platform=told,
        account=told,
        language=told,
        url=told,
        author=Author(name=told, handle=told),
        media=(told,),
    )


def hostile_case(text: str) -> Case:
    """A case in which people too have written *text* wherever they can."""
    told = clean(text)
    rule = e.Reason(kind="rule", name=told, words=(told, told))
    asked = e.Reason(kind="hand-off", name=told)
    return make.case(
        make.stake("service-hk", reasons=(rule, asked), asked_by="product-mobile"),
        make.stake("product-mobile", State.HANDED_OFF, note=told, moved_to="service-hk"),
        make.stake("marketing-hk", State.RESOLVED, outcome=told, note=told, holder=told),
        make.stake("gone-team", State.CLAIMED, holder=told),
        priority=Priority.URGENT,
        edited_at=make.NOW,
        facts=(Fact(team="gone-team", by=told, text=told, at=make.NOW),) * 7,
        watchers=(told,),
    )


def hostile_organisation(text: str) -> Organisation:
    """An organisation whose teams are called *text*."""
    told = clean(text) or "x"
    made = make.organisation()
    return replace(made, teams=tuple(replace(team, name=told) for team in made.teams))


def line(number: int = 1042, **over: Any) -> Line:
    """A row: unclaimed, from Mei Chan on Instagram, five hours old, due in an hour."""
    made = Line(
        number=number,
        platform="instagram",
        author="Mei Chan",
        text="The headphone jack gave up after three days.",
        team="service-hk",
        state=State.OPEN,
        opened_at=make.NOW - timedelta(hours=4),
        written_at=make.NOW - timedelta(hours=5),
        due=make.NOW + timedelta(hours=1),
    )
    return replace(made, **over)


def hostile_lines(text: str, count: int = 30) -> list[Line]:
    """Rows that say *text*, in every state."""
    told = clean(text)
    states = [*State, None]
    return [
        line(
            1000 + n,
            author=told,
            text=told,
            platform=told,
            holder=told,
            state=states[n % len(states)],
            team="" if states[n % len(states)] is None else "service-hk",
            past_target=n % 2 == 0,
            deleted=n % 7 == 0,
        )
        for n in range(count)
    ]
