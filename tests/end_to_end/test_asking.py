"""What people ask the bot for: commands, digests and their home tab."""

import re

from bot.ui import ids
from tests.end_to_end.customers import THREE_TEAMS
from tests.end_to_end.stage import Stage
from tests.fakes.workspace import Message
from tests.waiting import eventually

WING, CHLOE, KENJI, HELEN = "U0WING", "U0CHLOE", "U0KENJI", "U0MANAGER"
SERVICE, GENERAL = "C0SERVICEHK", "C0GENERAL"


def test_a_case_is_found_by_its_number_its_words_and_its_holder(stage: Stage) -> None:
    slack = stage.slack
    case = stage.customers.write(f"{THREE_TEAMS} 編號七七四九", "facebook-hk")
    slack.command(CHLOE, GENERAL, f"/comment {case}")
    shown = slack.private(GENERAL, CHLOE, f"*#{case}*")
    assert THREE_TEAMS in shown.words
    assert ids.CLAIM in shown.buttons
    slack.click(CHLOE, slack.card("C0MARKETINGHK", case), ids.CLAIM)
    for typed, title, mark, row in (
        ("/comment 編號七七四九", "Cases with “編號七七四九”", "👥", "with its teams"),
        ("/comment mine", "What you hold", "🔵", f"Marketing HK: with <@{CHLOE}>"),
    ):
        slack.command(CHLOE, GENERAL, typed)
        found = slack.private(GENERAL, CHLOE, title)
        assert f"{mark} *#{case}* · {row}" in found.words
        assert ids.OPEN in found.buttons
    slack.command(KENJI, GENERAL, "/comment xyzzyplugh")
    slack.private(GENERAL, KENJI, "No case has all of these words.")


def test_a_comment_is_recorded_by_hand(stage: Stage) -> None:
    slack = stage.slack
    slack.command(WING, GENERAL, "/comment")
    window = slack.window("Record a comment")
    told = slack.submit(WING, window, text=None, link="orrin")
    assert told["errors"] == {"text": "Please paste what the customer wrote."}
    told = slack.submit(
        WING, window, text="佢哋話部手機壞咗，想退款", author="何太", region="HK", unit="mobile"
    )
    answer = slack.window("Recorded")
    (number,) = re.findall(r"Recorded as #(\d+)\. .*Service HK", answer.words)
    slack.close(WING)
    card = slack.card(SERVICE, int(number), "何太", "佢哋話部手機壞咗，想退款")
    assert ids.CLAIM in card.buttons


def test_a_digest_is_private_first_and_posted_when_asked(stage: Stage) -> None:
    slack = stage.slack
    case = stage.customers.write(THREE_TEAMS)
    slack.card(SERVICE, case)
    slack.command(WING, GENERAL, "/digest service-hk")
    private = slack.private(GENERAL, WING, "Service HK:")
    assert re.search(r"\*[1-9]\d*\* came in", private.words)
    assert ids.DIGEST_POST in private.buttons
    assert not digests(stage, GENERAL, "Service HK:")
    slack.click(WING, private, ids.DIGEST_POST)
    (posted,) = eventually(lambda: digests(stage, GENERAL, "Service HK:"), "the posted digest")
    assert "came in" in posted.words
    assert ids.DIGEST_POST not in posted.buttons


def test_a_claim_in_a_posted_digest_is_confirmed_privately(stage: Stage) -> None:
    slack = stage.slack
    case = stage.customers.write("Hearth 喇叭冇聲，想退款", "youtube", language="zh")
    slack.card("C0PRODUCTAUDIO", case)
    slack.command(KENJI, GENERAL, "/digest product-audio")
    slack.click(KENJI, slack.private(GENERAL, KENJI, "Post to channel"), ids.DIGEST_POST)
    (posted,) = eventually(lambda: digests(stage, GENERAL, "Product Audio:"), "the posted digest")
    slack.click(KENJI, posted, ids.CLAIM, value=f"{case}:product-audio")
    confirmed = slack.private(GENERAL, KENJI, f"*Product Audio* — with us: <@{KENJI}>")
    assert f"*#{case}*" in confirmed.words


def test_a_case_that_was_asked_for_shows_what_was_done_there(stage: Stage) -> None:
    slack, case = stage.slack, stage.customers.write(THREE_TEAMS)
    slack.command(WING, GENERAL, f"/comment {case}")
    shown = slack.private(GENERAL, WING, f"*#{case}*")
    slack.click(WING, shown, ids.CLAIM)
    after = slack.private(GENERAL, WING, f"with us: <@{WING}>")
    assert after.ts == shown.ts
    assert ids.RELEASE in after.buttons


def test_whose_digest_one_may_read(stage: Stage) -> None:
    slack, case = stage.slack, stage.customers.write(THREE_TEAMS)
    slack.card("C0SERVICEHK", case)
    slack.command(KENJI, GENERAL, "/digest service-hk")
    slack.private(GENERAL, KENJI, "Service HK's digest is for its members and for managers.")
    slack.command(HELEN, GENERAL, "/digest all 7d")
    everybody = slack.private(GENERAL, HELEN, "All teams:")
    for team in ("Service HK", "Marketing HK", "Product Mobile"):
        assert f"*{team}* — " in everybody.words
    assert re.search(r"and \d quieter teams?", everybody.words)


def test_the_home_tab_lists_what_waits_and_claims_it(stage: Stage) -> None:
    slack = stage.slack
    case = stage.customers.write("Hearth speaker has no sound, 降噪唔夠", "youtube", language="zh")
    slack.card("C0PRODUCTAUDIO", case)
    home = slack.home(KENJI)
    assert f"⚪ *#{case}* · Product Audio: unclaimed" in home.words
    assert f"🔵 *#{case}*" not in home.words
    home = slack.click_home(KENJI, home, ids.CLAIM, f"{case}:product-audio")
    assert f"🔵 *#{case}* · Product Audio: with <@{KENJI}>" in home.words
    slack.card("C0PRODUCTAUDIO", case, f"with us: <@{KENJI}>")


def digests(stage: Stage, channel: str, words: str) -> list[Message]:
    """The digests that stand in *channel* for everybody to see."""
    return [card for card in stage.slack.cards(channel) if card.text.startswith(words)]
