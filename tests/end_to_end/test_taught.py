"""Ten corrections by clicking, and the next thirty comments are placed visibly better, with reasons."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.comment import fold
from bot.ui import ids
from tests.end_to_end.stage import SOCKET, Stage, a_process, a_stage
from tests.end_to_end.taught import (
    CHANNELS,
    HELEN,
    ORGANISATION,
    TRIAGE,
    People,
    Placed,
    comments,
    exact,
    learned,
    micro_f1,
    places,
    shown,
    untaught,
    write,
)

NEWS = [
    "hinge",
    "otter",
    "locker",
    "bisagra",
    "taquilla",
    "nutria",
    "canción",
    "轉軸",
    "摺機",
    "水獺",
    "唱歌",
]
"""What the brand has brought out since its rules were written, as customers call it."""

SPAM = "Folded mine twice and it rang the police, never buy a Fold from this brand again!"


@pytest.fixture(scope="module")
def stage(local_slack: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A workspace with the bot in it, whose organisation file knows nothing of what is new."""
    folder = tmp_path_factory.mktemp("taught")
    more = {"CROSSTALK_ORG": str(ORGANISATION), "CROSSTALK_ROUNDUP_OVER": "1000"}
    clock = folder / "minutes"
    clock.write_text("0", "utf-8")
    # What Slack takes a minute for is not what is tried here.
    program = [sys.executable, "-m", "tests.end_to_end.moved_bot", str(clock)]
    with (
        a_stage(local_slack, folder, SOCKET) as stage,
        a_process(stage, program, "hurry", **more),
    ):
        yield stage


def test_after_ten_corrections_the_next_thirty_are_placed_better(stage: Stage) -> None:
    first, following = comments(1), comments(2)
    cases = write(stage, first)
    before = places(stage, first, cases)
    last = People(stage, cases).correct()
    learned(stage, last, "the hinge")
    after = places(stage, following, write(stage, following))
    without = untaught(following)
    figures = {
        name: (round(micro_f1(each), 2), round(exact(each), 2))
        for name, each in (("first", before), ("next", after), ("untaught", without))
    }
    assert len(before) == len(after) == 30
    assert micro_f1(after) >= micro_f1(before) + 0.25, figures
    assert micro_f1(after) >= micro_f1(without) + 0.15, figures
    assert exact(after) >= max(exact(before), exact(without)) + 0.2, figures
    assert_reasons_are_agreeable(after, last)
    assert_what_was_learned_can_be_read(stage)


def assert_reasons_are_agreeable(after: list[Placed], last: int) -> None:
    """What is offered names words of the comment, mostly those that a person would name."""
    offered = [each for each in after if each.offered]
    told = Counter(word for each in offered for word in each.words)
    for each in offered:
        assert each.words, each
        assert all(fold(word) in fold(each.said.text) for word in each.words)
    assert sum(any(word in NEWS for word in each.words) for each in offered) >= 15, told
    assert set(told) >= {"hinge", "otter", "locker", "bisagra", "taquilla"}
    (squeak,) = [each.card for each in after if "squeak" in each.said.text]
    assert squeak
    assert f"Perhaps for: *Product* — *hinge* (as in #{last} and #1)" in squeak.words
    assert squeak.buttons[ids.TAKES[0]]["text"]["text"] == "Product ✓"


def assert_what_was_learned_can_be_read(stage: Stage) -> None:
    stage.slack.command(HELEN, "C0GENERAL", "/crosstalk routing")
    told = stage.slack.private("C0GENERAL", HELEN, "10 cases to learn from").words
    assert "*#10* → *product and service*\na team was invited" in told
    for department, word in (("product", "hinge"), ("service", "locker"), ("marketing", "otter")):
        (words,) = [line for line in told.split("\n") if line.startswith(f"*{department}*: ")]
        assert word in words


def test_a_wave_of_duplicates_is_one_card_that_counts(stage: Stage) -> None:
    slack = stage.slack
    people = ("Ada", "Bo", "Cy", "Dee", "Eli", "Flo")
    slightly = ("", " 😡", "!!", " @orrin", " https://spam.example", "")
    cases = [
        stage.customers.write(
            f"{SPAM}{more}",
            "reviews",
            language="en",
            author={"id": f"wave-{name}", "name": name},
            url=f"https://reviews.example/{name}",
        )
        for name, more in zip(people, slightly, strict=True)
    ]
    one, other = cases[:2]
    assert cases == [one, other, one, one, one, one]
    card = slack.card(TRIAGE, one, "🌊 *6 comments like this from 6 people ")
    for name in people[1:]:
        assert f"• {name} · " in card.words
        assert f"<https://reviews.example/{name}|Open on Reviews>" in card.words
    shown(stage)
    everywhere = [m for place in (TRIAGE, *CHANNELS.values()) for m in slack.cards(place)]
    about = {m.text.split(".")[0] for m in everywhere if SPAM[:40] in m.text}
    # The second had its own before anybody could know; nobody after it has.
    assert about == {f"#{one}", f"#{other}"}
    slack.click(HELEN, card, ids.WAVE)
    window = slack.window(f"Like #{one}")
    assert all(f"• {name} · " in window.words for name in people)
    slack.close(HELEN)
