"""Whatever is typed after ``/digest``, on whatever keyboard, has an answer."""

import random
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import example, given

from bot.domain.asking import Help, Unclear, Wanted, Why
from bot.domain.scope import Scope
from tests.domain.factories import NOW, team
from tests.domain.typed import HK, ORG, PERIODS, SCOPES, ask, wanted


@pytest.mark.parametrize(
    "text",
    [
        "ｓｅｒｖｉｃｅ－ＨＫ　７ｄ",
        "“Service HK” 7d",
        "«service\u00a0hk»\u20037d",
        "`service-hk 7d`",
        "service\u2011hk \u200e7d\u200f",
        "\u202eservice-hk\u202c \u2066٧d\u2069",
        "🎉 service-hk 👍🏽 7d! :wave:",
        "service-hk,\n\t7d.",
        "(service hk), 7d?",
        "service\u200bhk 7d",
        "Please show me the digest of “service-hk” for the last 7 days",
    ],
)
def test_odd_keyboards_make_no_difference(text: str) -> None:
    assert wanted(text) == wanted("service-hk 7d")


def test_entities_of_slack_are_what_was_typed() -> None:
    ours = replace(ORG, teams=(team(name="Care & Returns"),))
    assert wanted("care &amp; returns 7d", ours).scope == HK
    assert wanted("care returns 7d", ours).scope == HK


LETTERS = st.sampled_from("abcHKéß客服サポテامנхі🎧&+'. -_7")
NAMES = st.text(LETTERS, min_size=1, max_size=20).map(str.strip).filter(lambda n: n.strip(" '"))


@given(st.lists(NAMES, min_size=1, max_size=5), st.sampled_from(["", " 7d", " last week"]))
def test_every_teams_key_and_name_are_understood(names: list[str], period: str) -> None:
    """A word for the kind goes before each: the name itself may be any word."""
    ours = replace(ORG, teams=tuple(team(f"t{n}-hk", name=name) for n, name in enumerate(names)))
    for each in ours.teams:
        assert wanted(f"team {each.key}{period}", ours).scope.key == each.key
        assert wanted(f"{each.key}{period}", ours).scope.key == each.key
        found = ask(f"team {each.name}{period}", ours)
        if isinstance(found, Unclear):
            assert found.why is Why.AMBIGUOUS
            assert each.key in found.nearest or len(found.nearest) == 3
        else:
            assert isinstance(found, Wanted)
            assert ours.team_name(found.scope.key).casefold() == each.name.casefold()


COMPARISONS = ("", "vs previous", "vs-previous", "versus previous", "compared")
LITTLE = ("", "please", "🎉", "for", "digest")


@given(
    *(st.sampled_from(texts) for texts in ([t for t, _ in SCOPES], [p[0] for p in PERIODS])),
    *(st.sampled_from(texts) for texts in (COMPARISONS, LITTLE)),
    st.permutations(range(4)),
    st.randoms(use_true_random=False),
)
@example("service-hk", "from monday until now", "", "🎉", [3, 1, 0, 2], random.Random(1))  # noqa: S311
def test_order_and_case_make_no_difference(
    scope: str,
    period: str,
    comparison: str,
    little: str,
    order: list[int],
    chance: random.Random,
) -> None:
    parts = (scope, period, comparison, little)
    expected = Wanted(
        scope=wanted(scope).scope,
        period=wanted(period).period,
        previous=bool(comparison),
        words=wanted(period).words,
    )
    mixed = " ".join(parts[n] for n in order)
    assert wanted(mixed) == expected
    shouted = "".join(chance.choice((c.upper(), c.lower())) for c in mixed)
    found = wanted(shouted)
    assert (found.period, found.previous) == (expected.period, expected.previous)
    assert str(found.scope).casefold() == str(expected.scope).casefold()


PIECES = st.sampled_from(
    [
        *("service", "hk", "campaign", "unit:", "person", '"', "“", "'", "<@U1", ">", "<#C1|", "|"),
        *(
            "..",
            "2026-11-01",
            "2026-99-99",
            "to",
            "vs",
            "the",
            "previous",
            "last",
            "7",
            "d",
            "99999",
        ),
        *(
            "schedule",
            "&amp;",
            "&#0;",
            "\u202e",
            "\ud800",
            "\x00",
            "🏳️‍🌈",
            "from",
            "next",
            "@",
            "#",
            "-",
        ),
    ]
)


@given(
    st.one_of(
        st.text(max_size=200),
        st.lists(st.one_of(PIECES, st.text(max_size=3)), max_size=30).map(" ".join),
        st.lists(PIECES, max_size=30).map("".join),
    )
)
def test_anything_has_an_answer(text: str) -> None:
    found = ask(text)
    if isinstance(found, Unclear):
        assert len(found.word) <= 80
        assert len(found.nearest) <= 3
    if isinstance(found, Wanted):
        assert found.period.since < found.period.until <= NOW
        assert Scope.parse(str(found.scope)) == found.scope


@pytest.mark.parametrize(
    "piece",
    [
        *("x ", "a", "7d ", '"', "<@", "'", "2026-11-01 ", " ", ":", "🎉", "campaign x ", "'a "),
        *(
            "1",
            "vs the ",
            "campaign:",
            "from ",
            "service ",
            "2026-11-01 to ",
            "\u202e",
            "<!x|",
            "-",
        ),
    ],
)
@pytest.mark.timeout(5)
def test_ten_thousand_characters_are_answered_at_once(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    assert isinstance(ask(text), Unclear | Wanted)
    assert isinstance(ask(f"help {text}"), Help)
