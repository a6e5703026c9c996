"""The page of a digest: whole in itself, harmless whatever customers write, readable by all."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

from hypothesis import given, settings

from bot.domain.case import State
from bot.domain.charts import ClaimTimes, TeamTime, Volume
from bot.domain.events import Pause
from bot.domain.measures import Measures, Spread, Times
from bot.domain.organisation import Organisation, PolicyNote, Priority
from bot.domain.report import Compared, Report, Shared, TeamRow, Thanks, Theme, Wait
from bot.domain.scope import Kind, Scope
from bot.domain.topics import Topic
from bot.ui import page
from bot.ui.html import el, joined, words
from bot.ui.page_style import STYLE
from tests.domain import factories as make
from tests.ui import looking
from tests.ui.looking import BUSY, SERVICE, WAITING, hostile_lines, line, report

ORGANISATION = make.organisation()
VOID = {"meta", "br"}
DAYS = tuple(date(2026, 11, 12) + timedelta(days=n) for n in range(7))
ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "footer"),
    *("h1", "h2", "p", "span", "small", "b", "i", "q", "bdi", "a", "div", "dl", "dt", "dd", "ul"),
    *("li", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "time"),
    *("svg", "rect", "line", "path", "text", "defs", "pattern"),
}


class Reader(HTMLParser):
    """Reads a page, strictly: every element is closed where it should be."""

    def __init__(self, whole: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(whole)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    def all(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.found if name == tag)


def shown(found: Report, organisation: Organisation = ORGANISATION) -> Reader:
    return Reader(page.page(found, organisation, now=make.NOW))


def everything(text: str = "Battery", **over: Any) -> Report:
    """All that a page can tell, with *text* wherever people have a say."""
    topic = Topic(term=text, count=41, about=True, usual=3.2, examples=(0,))
    measures = replace(BUSY, received=9, reopened=1, joint=1, resolved_cases=4)
    told: dict[str, Any] = {
        "scope": Scope(),
        "measures": measures,
        "lines": (*hostile_lines(text, 5), line(1, paused=Pause.CUSTOMER, priority=Priority.HIGH)),
        "we_wait": WAITING,
        "they_wait": WAITING,
        "themes": (Theme(topic=topic, cases=(7,)),),
        "thanks": (Thanks(person="U0ANNA", resolved=6, facts=1),),
        "policy": (PolicyNote(on=DAYS[0], text=text, url="https://policy.example/?a=1&b=2"),),
        "teams": tuple(TeamRow(team=team, measures=BUSY) for team in ORGANISATION.teams),
        "compared": Compared(counts={"came_in": 7.0, "claimed": 12.0, "resolved": 8.0}, weeks=4),
        "shared": Shared(
            departments=((text, 0.9), ("product", 0.1)),
            concentration=0.82,
            carried_by=text,
            waits=(Wait(waiting="service-hk", on="product-mobile", cases=4, oldest=make.NOW),),
        ),
        "volume": Volume(days=DAYS, platforms=(text,), counts=((3,) * 7,)),
        "claims": ClaimTimes(
            rows=(TeamTime(name=text, median=timedelta(minutes=5), p90=timedelta(hours=1)),)
        ),
    }
    return report(**{**told, **over})


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    found = shown(everything())
    assert {tag for tag, _ in found.found} <= ELEMENTS
    attributes = [pair for _, pairs in found.found for pair in pairs.items()]
    assert {name for name, _ in attributes if name.startswith("on") or name == "style"} == set()
    assert [(n, v) for n, v in attributes if n in {"src", "href", "srcset", "data", "action"}] == [
        ("href", "https://policy.example/?a=1&b=2")
    ]
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    fills = [value for name, value in attributes if "url(" in value and name != "content"]
    assert all(re.fullmatch(r"url\(#[a-z-]+\)", value) for value in fills)


def test_its_policy_allows_its_own_style_alone() -> None:
    whole = page.page(report(), ORGANISATION, now=make.NOW)
    (style,) = re.findall("<style>(.*?)</style>", whole, re.DOTALL)
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    metas = list(Reader(whole).all("meta"))
    assert metas[0] == {"charset": "utf-8"}
    assert metas[1]["http-equiv"] == "Content-Security-Policy"
    assert metas[1]["content"] == (
        f"default-src 'none'; style-src 'sha256-{allowed}'; base-uri 'none'; form-action 'none'"
    )


@settings(max_examples=40, deadline=None)
@given(looking.words)
def test_no_words_break_the_page(text: str) -> None:
    found = shown(everything(text, scope=Scope(Kind.CAMPAIGN, text or "x")),
                  looking.hostile_organisation(text))  # fmt: skip
    assert {tag for tag, _ in found.found} <= ELEMENTS
    assert "style" not in {name for _, pairs in found.found for name in pairs}


def test_customers_words_are_shown_as_they_were_written() -> None:
    text = '<script>alert("1")</script> & 香港 <img src=x onerror=alert(1)>'
    found = shown(report(lines=(line(7, text=text, author="<b>Mei</b>"),)))
    assert text in found.text
    assert "<b>Mei</b>" in found.text
    assert not list(found.all("script"))
    assert list(found.all("q")) == [{"lang": "", "dir": "auto"}]


def test_a_page_says_in_its_order_what_a_digest_says() -> None:
    found = shown(
        report(
            lines=(line(7, past_target=True, due=make.NOW - timedelta(hours=4)),
                   line(8, state=State.CLAIMED, holder="U0BEN")),
            compared=Compared(counts={"came_in": 6.75, "claimed": 12.0, "resolved": 8.0}, weeks=4),
            we_wait=WAITING,
        )
    )  # fmt: skip
    parts = (
        "Service HK",
        "14 came in, twice the usual; 3 are past target, the oldest 5 h old",
        "Tue 17 Nov 18:00 to Wed 18 Nov 2026 18:00 HKT",
        "came in 14 +7, usually 7",
        "unclaimed 3 oldest 5 h",
        "past target 3",
        "#7 Service HK late, unclaimed was due 14:00 HKT",
        "The headphone jack gave up after three days.",
        "Mei Chan wrote on Instagram 5 h ago",
        "#8 Service HK with U0BEN due 19:00 HKT",
        "These come first; 3 more are open.",
        "To claim 22 min",
        "Claimed in time · 11 of 12 92%",
        "We wait for Product Mobile · 4 cases, oldest 2 d",
        "as of Wed 18 Nov 2026 18:00 HKT",
        "Usually: the same time of the 4 weeks before.",
        "Times are those of Asia/Hong_Kong.",
    )
    text = re.sub(r" ([;.])", r"\1", found.text).partition("· Crosstalk")[2]
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert all(one < other for one, other in pairwise(places))


def test_a_quiet_time_is_one_sentence() -> None:
    found = shown(report(Measures()))
    assert "A quiet time. Nothing came in, and nothing is open" in found.text
    assert not list(found.all("section"))


def test_teams_stand_by_need_and_all_of_them_last() -> None:
    calm = replace(BUSY, standing=replace(BUSY.standing, past_target=0, unclaimed=0))
    teams = [TeamRow(team=team, measures=m) for team, m in
             zip(ORGANISATION.teams, (Measures(), calm, BUSY), strict=False)]  # fmt: skip
    text = shown(report(scope=Scope(), teams=tuple(teams))).text
    order = [text.index(name) for name in ("Marketing UK 3", "Service HK 0", "Service UK 0")]
    assert order == sorted(order)
    assert text.rindex("All teams 3") > order[-1]


def test_tables_and_pictures_can_be_listened_to() -> None:
    found = shown(everything())
    assert len(list(found.all("table"))) == 3
    assert all(attributes["scope"] in {"col", "row"} for attributes in found.all("th"))
    ids = {pairs["id"] for _, pairs in found.found if "id" in pairs}
    named = [pairs["aria-labelledby"] for _, pairs in found.found if "aria-labelledby" in pairs]
    assert set(named) <= ids
    for attributes in found.all("svg"):
        assert attributes.get("aria-hidden") == "true" or attributes["aria-label"]
    assert next(found.all("html")) == {"lang": "en"}


def waits(*pairs: tuple[str, str]) -> Report:
    every = tuple(
        Wait(waiting=a, on=b, cases=2, oldest=make.NOW - timedelta(hours=3)) for a, b in pairs
    )
    return report(scope=Scope(), shared=Shared(waits=every))


KEYS = [team.key for team in ORGANISATION.teams]


def test_few_waits_are_a_list() -> None:
    text = shown(waits(("service-hk", "product-mobile"), ("marketing-hk", "service-hk"))).text
    assert "in cases for Service HK Product Mobile 2 3 h Marketing HK Service HK 2 3 h" in text


def test_more_of_them_are_a_matrix() -> None:
    pairs = [(one, other) for one in KEYS[:3] for other in KEYS[:3] if one != other]
    text = shown(waits(*pairs)).text
    assert (
        "Waiting Service HK Marketing UK Service UK"
        " Service UK 2 3 h 2 3 h Service HK 2 3 h 2 3 h Marketing UK 2 3 h 2 3 h"
    ) in text


def test_very_many_are_the_longest_ones() -> None:
    pairs = [(f"team-{one}", f"team-{one + 1}") for one in range(12)]
    text = shown(waits(*pairs)).text
    assert "and 2 more" in text
    assert "team-10" in text
    assert "team-11" not in text


def test_nothing_comes_in_for_a_person() -> None:
    own = everything(scope=Scope(Kind.PERSON, "U0ANNA"), teams=())
    assert len(list(shown(own).all("figure"))) == 1
    assert "Time to claim by team" in shown(own).text


def test_nobody_is_linked_to_anything_but_the_web() -> None:
    note = PolicyNote(on=DAYS[0], text="New", url="javascript:alert(1)")
    assert not list(shown(report(policy=(note,))).all("a"))


def test_a_day_needs_no_picture_of_its_days() -> None:
    one = Volume(days=DAYS[:2], platforms=("X",), counts=((3, 4),))
    assert not list(shown(report(volume=one)).all("figure"))


def test_the_page_of_a_person_speaks_of_what_they_did() -> None:
    text = shown(report(scope=Scope(Kind.PERSON, "U0ANNA"))).text
    assert "12 claimed, 9 resolved" in text
    assert "held now 5" in re.sub(r"\s+", " ", text)
    assert "unclaimed" not in text.partition("Now")[2].partition("How long")[0]


def test_what_neither_happened_nor_is_waited_for_has_no_row_of_dashes() -> None:
    took = Times(count=1, clock=Spread(median=timedelta(hours=2), p90=timedelta(hours=3)))
    quiet = replace(BUSY, time_to_claim=Times())
    assert "How long it took" not in shown(report(measures=quiet)).text
    later = shown(report(measures=replace(quiet, time_to_resolve=took))).text
    table = later.partition("How long it took")[2]
    assert "To resolve" in table
    assert "To claim" not in table


def test_what_is_still_waited_for_is_not_left_out() -> None:
    waited = replace(BUSY, time_to_claim=Times(unanswered=2))
    assert "To claim" in shown(report(measures=waited)).text.partition("How long it took")[2]


def test_what_is_not_made_here_is_escaped() -> None:
    assert el("p", "<b>&", el("b", "x"), title='"') == (
        '<p title="&quot;">&lt;b&gt;&amp;<b>x</b></p>'
    )
    assert joined("<", el("br")) == "&lt;<br>"
    assert words("\u202e<x>\x00\ufffe") == '<span lang="" dir="auto">&lt;x&gt;</span>'
    assert SERVICE.key not in el("p", class_="a")
