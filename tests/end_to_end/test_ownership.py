"""A comment reaches its teams, and they share it: the same over a socket and over HTTP."""

from bot.ui import ids
from tests.end_to_end.customers import THREE_CHANNELS, THREE_TEAMS
from tests.end_to_end.local_slack import Workspace, marker
from tests.end_to_end.stage import Stage

SERVICE, PRODUCT, MARKETING = THREE_CHANNELS
WING, CHLOE, PRIYA, KENJI, HELEN = "U0WING", "U0CHLOE", "U0PRIYA", "U0KENJI", "U0MANAGER"


def everywhere(slack: Workspace, case: int, *words: str) -> None:
    """Wait until the cards of *case* in its three channels all say *words*."""
    for channel in THREE_CHANNELS:
        slack.card(channel, case, *words)


def test_a_comment_is_a_card_in_every_channel_it_concerns(stage: Stage) -> None:
    case = stage.customers.write(THREE_TEAMS, url="https://instagram.example/p/1")
    for channel, team in THREE_CHANNELS.items():
        card = stage.slack.card(channel, case)
        for words in ("Instagram", "陳大文", THREE_TEAMS, f"*#{case}*", *THREE_CHANNELS.values()):
            assert words in card.words
        assert f"*{team}* — unclaimed" in card.words
        assert f"{team}: unclaimed" in card.text
        assert "Open on Instagram" in card.words
        assert set(card.buttons) == {ids.CLAIM, ids.RESOLVE, ids.HANDOFF, ids.DECLINE, ids.MORE}
        assert card.words.count(" — unclaimed") == len(THREE_CHANNELS)
    assert len({marker(stage.slack.card(channel, case)) for channel in THREE_CHANNELS}) == 3


def test_a_claim_shows_on_every_card_and_the_slower_one_is_told_privately(stage: Stage) -> None:
    case = stage.customers.write(THREE_TEAMS)
    before = stage.slack.card(SERVICE, case)
    stage.slack.click(WING, before, ids.CLAIM)
    stage.slack.card(SERVICE, case, f"*Service HK* — with us: <@{WING}>")
    for channel in (PRODUCT, MARKETING):
        card = stage.slack.card(channel, case, f"*Service HK* — <@{WING}>")
        assert f"*{THREE_CHANNELS[channel]}* — unclaimed" in card.words
    stage.slack.click(CHLOE, before, ids.CLAIM)
    stage.slack.private(SERVICE, CHLOE, f"<@{WING}> has #{case}: claimed")
    assert f"<@{CHLOE}>" not in stage.slack.card(SERVICE, case).words


def test_who_is_not_in_the_team_is_told_so_privately(stage: Stage) -> None:
    case = stage.customers.write(THREE_TEAMS)
    stage.slack.click(WING, stage.slack.card(PRODUCT, case), ids.CLAIM)
    stage.slack.private(PRODUCT, WING, "This part belongs to Product Mobile")
    assert "*Product Mobile* — unclaimed" in stage.slack.card(PRODUCT, case).words


def test_hand_off_gives_the_part_to_the_team_that_was_chosen(stage: Stage) -> None:
    slack, case = stage.slack, stage.customers.write(THREE_TEAMS)
    slack.click(WING, slack.card(SERVICE, case), ids.HANDOFF)
    told = slack.submit(WING, slack.window(f"Hand off #{case}"), team="service-uk", reason=None)
    assert told["errors"] == {"reason": "Please give a reason; the others will read it."}
    window = slack.window(f"Hand off #{case}")
    told = slack.submit(WING, window, team="service-uk", reason="She lives in Leeds now")
    assert told["stack"] == []
    everywhere(slack, case, "handed off to Service UK: “She lives in Leeds now”")
    taken = slack.card("C0SERVICEUK", case, "*Service UK* — unclaimed")
    assert "Service HK handed it to you: “She lives in Leeds now”" in taken.words
    assert ids.CLAIM not in slack.card(SERVICE, case).buttons


def test_not_ours_ends_a_part_and_the_others_keep_theirs(stage: Stage) -> None:
    slack, case = stage.slack, stage.customers.write(THREE_TEAMS)
    slack.click(PRIYA, slack.card(PRODUCT, case), ids.DECLINE)
    window = slack.window(f"Not ours: #{case}")
    assert slack.submit(PRIYA, window, reason="An old model")["stack"] == []
    everywhere(slack, case, "*Product Mobile* — said it is not theirs: “An old model”")
    assert ids.CLAIM in slack.card(SERVICE, case).buttons


def test_a_case_is_settled_when_every_part_is_resolved_and_can_be_reopened(stage: Stage) -> None:
    slack, case = stage.slack, stage.customers.write(THREE_TEAMS)
    people = {SERVICE: WING, PRODUCT: PRIYA, MARKETING: CHLOE}
    for channel, person in people.items():
        slack.click(person, slack.card(channel, case), ids.RESOLVE)
        window = slack.window(f"Resolve #{case}")
        told = slack.submit(person, window, outcome="answered", note="Wrote to her")
        assert told["stack"] == []
    everywhere(
        slack, case, "*All done together*", f"done: answered by <@{PRIYA}>", "“Wrote to her”"
    )
    slack.click(PRIYA, slack.card(PRODUCT, case), ids.REOPEN)
    everywhere(slack, case, "*Who owns this*", "*Product Mobile* — unclaimed")
    assert ids.CLAIM in slack.card(PRODUCT, case).buttons
    assert ids.REOPEN in slack.card(SERVICE, case).buttons


def test_the_timeline_tells_every_event_in_its_order(stage: Stage) -> None:
    slack, case = stage.slack, stage.customers.write(THREE_TEAMS)
    slack.click(WING, slack.card(SERVICE, case), ids.CLAIM)
    slack.click(WING, slack.card(SERVICE, case, "with us"), ids.RELEASE)
    slack.click(
        CHLOE, slack.card(MARKETING, case), ids.MORE, option=f"timeline|{case}:marketing-hk"
    )
    told = slack.window(f"Timeline of #{case}").words
    slack.close(CHLOE)
    expected = (
        "陳大文's comment came in from Instagram.",
        "Routed: Service HK has the lead.",
        "Service HK was asked: “客服”, “冇人覆” → rule *our service*",
        "Product Mobile was asked",
        "Marketing HK was asked",
        f"<@{WING}> claimed it for Service HK.",
        f"<@{WING}> released it.",
        "Times in Asia/Hong_Kong",
    )
    places = [told.find(sentence) for sentence in expected]
    assert -1 not in places, told
    assert places == sorted(places), told


def test_an_invited_team_gets_a_card_and_reads_what_is_asked_of_it(stage: Stage) -> None:
    slack, case = stage.slack, stage.customers.write(THREE_TEAMS)
    card = slack.card(SERVICE, case)
    slack.click(WING, card, ids.MORE, option=f"invite|{case}:service-hk")
    window = slack.window(f"Invite to #{case}")
    assert slack.submit(WING, window, team="product-audio", note="A headset too?")["stack"] == []
    invited = slack.card("C0PRODUCTAUDIO", case)
    assert "Service HK invited you: “A headset too?”" in invited.words
    everywhere(slack, case, "*Product Audio* — unclaimed")
