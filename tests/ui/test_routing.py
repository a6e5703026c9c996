"""What `/crosstalk routing` shows, and the rules that are proposed to managers."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.comment import clean
from bot.domain.learned import Example, Overview, Placed, Proposal, Pull
from bot.domain.lessons import Taught
from bot.domain.proposing import key
from bot.ui import ids, kit, proposed
from bot.ui.kit import Message
from bot.ui.routing import Look, learned, one_in
from tests.domain import factories as make
from tests.ui.looking import HOSTILE, labels, shown, texts, unsafe

LOOK = Look(zone=ZoneInfo("Europe/London"), now=make.NOW, manages=True)
READER = replace(LOOK, manages=False)
RULE = Proposal(
    word="jack",
    department="product",
    right=(902, 871, 860),
    wrong=(855,),
    toml='[[rule]]\nname = "about jack"\nwhen.text = ["jack"]\nthen.departments = ["product"]\n',
)
LEARNED = Overview(
    version=14,
    made_at=make.NOW,
    lessons=1212,
    recent={
        "product": (Pull(word="jack", weight=1.2, like=(902, 871, 860)), Pull(word="hinge", weight=1)),
        "marketing": (Pull(word="ad", weight=0.4),),
    },
    latest=(
        Example(
            case=902, departments=("marketing", "product"), kind=Taught.TRIAGED,
            by="U0ANNA", at=make.NOW,
        ),
        Example(case=871, departments=(), kind=Taught.DECLINED, by="U0BEN", at=make.NOW),
    ),
    placed=Placed(comments=1000, rules=612, suggestion=220, people=128, untold=40),
    able=0.384,
    proposals=(RULE,),
)  # fmt: skip


def view(found: Overview = LEARNED, look: Look = LOOK, rules: tuple[Proposal, ...] = ()) -> Message:
    made = learned(found, rules, look)
    assert kit.check(made, "message") == []
    assert unsafe(made) == []
    return made


def told(made: Any) -> str:
    headings = {b["text"]["text"] for b in made.blocks if b["type"] == "header"}
    return "\n".join([*shown(made), *sorted(headings)])


def test_it_reads_as_designed() -> None:
    assert texts(view(rules=(RULE,))) == (
        "*How 1,000 new comments of the last 30 days found their teams*\n"
        "*61%* by rules · *22%* by what was learned · *13%* by people · *4%* not yet\n"
        "It can place *38%* of comments by itself and be wrong at most 1 in 10.\n"
        "1,212 cases to learn from · version 14, 10:00 GMT\n"
        "*product*: jack (#902, #871), hinge\n"
        "*marketing*: ad\n"
        "*jack* → *product*: right 3 times, wrong once.\n"
        "For `organisation.toml`:\n"
        "```\n"
        "[[rule]]\n"
        'name = "about jack"\n'
        'when.text = ["jack"]\n'
        'then.departments = ["product"]\n'
        "```\n"
        "It would have caught rightly: #902, #871 and #860 · wrongly: #855\n"
        "*#902* → *marketing and product*\n"
        "decided in triage by <@U0ANNA>, 10:00 GMT\n"
        "*#871* → *nobody*\n"
        "declined, with *Not ours*, by <@U0BEN>, 10:00 GMT"
    )


def test_managers_have_the_buttons_and_others_read() -> None:
    assert labels(view(rules=(RULE,)).blocks) == [
        "Freeze", "Back to last week", "Not now", "Open", "Drop", "Open", "Drop"
    ]  # fmt: skip
    assert labels(view(look=READER, rules=(RULE,)).blocks) == ["Open", "Open"]


def test_what_is_frozen_says_by_whom_and_can_go_on() -> None:
    frozen = replace(LEARNED, frozen=True, frozen_by="U0ANNA", made_by="U0ANNA")
    made = view(frozen)
    assert "❄️ frozen by <@U0ANNA>: nothing new is learned" in told(made)
    assert labels(made.blocks)[:2] == ["Unfreeze", "Back to last week"]


def test_a_version_that_did_worse_is_told() -> None:
    assert "the newest lessons made it worse" in told(view(replace(LEARNED, refused=True)))


def test_before_anything_is_learned_there_is_nothing_to_press() -> None:
    made = view(Overview())
    words = told(made)
    assert "*No new comments in the last 30 days*" in words
    assert "wrong at most 1 in 10, it has to learn more." in words
    assert "Nothing is learned yet." in words
    assert labels(made.blocks) == []


def test_one_comment_and_one_case_are_told_as_one() -> None:
    one = replace(LEARNED, placed=Placed(comments=1, people=1), lessons=1)
    words = told(view(one))
    assert "*How 1 new comment of the last 30 days found its team" in words
    assert "1 case to learn from" in words


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.1, "1 in 10"), (0.05, "1 in 20"), (0.03, "3 in 100"), (0.0, "never"), (1.0, "1 in 1")],
)
def test_how_often_it_may_be_wrong(share: float, expected: str) -> None:
    assert one_in(share) == expected


def test_what_was_dropped_can_be_taken_back() -> None:
    made = view(look=replace(LOOK, note="#902 is no lesson any more.", dropped=902))
    first = made.blocks[0]
    assert first["text"]["text"] == "#902 is no lesson any more."
    assert (first["accessory"]["action_id"], first["accessory"]["value"]) == (
        ids.ROUTING_RESTORE,
        "902:",
    )


def test_a_proposal_carries_no_words_of_customers() -> None:
    message = proposed.message(RULE)
    assert kit.check(message, "message") == []
    assert labels(message.blocks) == ["Not now", "What routing has learned"]
    values = [
        b["value"] for row in message.blocks if row["type"] == "actions" for b in row["elements"]
    ]
    assert values == [key(RULE)] * 2
    assert ids.unpack_proposal(key(RULE)) == key(RULE)
    assert message.text == (
        "A word decides so well that it could be a rule. *jack* → *product*: right 3 times,"
        " wrong once."
    )


def test_a_proposal_is_known_again_whatever_speaks_for_it() -> None:
    assert key(replace(RULE, right=(1,), wrong=(), toml="")) == key(RULE)
    assert key(replace(RULE, department="service")) != key(RULE)


def test_a_proposal_that_is_settled_says_so() -> None:
    message = proposed.message(None)
    assert message.text == "That rule is not proposed any more."
    assert labels(message.blocks) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(text: str) -> None:
    word = clean(text)
    rule = replace(
        RULE,
        word=word,
        department=word,
        right=tuple(range(1, 900)),
        wrong=tuple(range(1, 900)),
        toml=f'[[rule]]\nname = "about {word}"\nwhen.text = ["{word}"]\n',
    )
    pulls = (Pull(word=word, weight=1, like=tuple(range(1, 90))),) * 30
    example = Example(
        case=10**17, departments=(word,) * 9, kind=Taught.INVITED, by=word, at=make.NOW
    )
    found = replace(
        LEARNED,
        recent={f"{word}{n}": pulls for n in range(40)},
        latest=(example,) * 20,
        frozen=True,
        frozen_by=word,
    )
    look = replace(LOOK, note="#902 is no lesson any more.", dropped=902)
    view(found, look, rules=(rule,) * 9)
    message = proposed.message(rule)
    assert kit.check(message, "message") == []
    assert unsafe(message) == []


@pytest.mark.parametrize("text", ["```<!channel>", "``` *bold* ```", "a`b"])
def test_no_word_ends_the_block_that_is_copied(text: str) -> None:
    (lines,) = [t for t in shown(proposed.message(replace(RULE, toml=text))) if "organisation" in t]
    assert lines.count("```") == 2
    assert lines.endswith("\n```")
