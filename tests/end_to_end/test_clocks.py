"""One case through everything that time does to it, by a clock that the test moves."""

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.ui import ids
from tests.end_to_end.stage import SOCKET, a_process, a_stage
from tests.end_to_end.story import (
    HK,
    MANAGER as HELEN,
    MARKETING,
    PRODUCT,
    QUIET,
    UK,
    Numbers,
    Story,
)
from tests.fakes.workspace import Message
from tests.waiting import eventually

ORGANISATION = Path(__file__).with_name("clocks.toml")
WING, OLIVIA, CHLOE = "U0WING", "U0OLIVIA", "U0CHLOE"
PRIYA, KENJI = "U0PRIYA", "U0KENJI"


@pytest.fixture
def story(local_slack: Path, tmp_path: Path) -> Iterator[Story]:
    """A workspace, and a bot in it that lives by the clock of the story."""
    clock = tmp_path / "minutes"
    clock.write_text("0", "utf-8")
    program = [sys.executable, "-m", "tests.end_to_end.moved_bot"]
    with a_stage(local_slack, tmp_path, SOCKET) as stage:
        more = {"CROSSTALK_ORG": str(ORGANISATION)}
        with a_process(stage, program, str(clock), **more):
            yield Story(stage, clock)


def test_a_case_of_three_teams_from_the_first_claim_to_the_joint_end(story: Story) -> None:
    """Each step waits for what it is about; nothing waits for a length of time."""
    three_teams_are_asked(story)
    one_claims_and_hands_off(story)
    a_claim_and_a_fact_are_seen_by_all(story)
    a_warning_names_who_is_needed(story)
    a_breach_reaches_the_lead_then_the_managers(story)
    what_a_manager_has_seen_goes_no_further_and_a_silent_holder_is_asked(story)
    silence_frees_the_part_and_another_claims_it(story)
    what_is_meant_for_the_others_crosses_the_threads(story)
    all_finish_their_parts_together(story)
    story.assert_replays()


def three_teams_are_asked(story: Story) -> None:
    story.begins()
    for channel in (HK, MARKETING, PRODUCT):
        assert story.card(channel).words.count(" — unclaimed") == 3
    asked: Numbers = (1, 0, 0, 1, 1, 0)
    story.digests(service_hk=asked, marketing_hk=asked, product_mobile=asked, service_uk=QUIET)


def one_claims_and_hands_off(story: Story) -> None:
    slack = story.slack
    slack.click(WING, story.card(HK), ids.CLAIM)
    slack.private(HK, WING, "You now hold Service HK's part of #")
    story.everywhere(f"<@{WING}> · claimed", among=(HK, MARKETING, PRODUCT))
    story.mirrored(HK, "eyes")
    story.digests(service_hk=(1, 1, 0, 1, 0, 0))
    slack.click(WING, story.card(HK), ids.HANDOFF)
    window = slack.window(f"Hand off #{story.case}")
    told = slack.submit(WING, window, team="service-uk", reason="She lives in Leeds")
    assert told["stack"] == []
    story.everywhere("handed off to Service UK: “She lives in Leeds”", "lead: Service UK")
    story.mirrored(HK)
    story.digests(service_hk=(1, 1, 0, 0, 0, 0), service_uk=(1, 0, 0, 1, 1, 0))


def a_claim_and_a_fact_are_seen_by_all(story: Story) -> None:
    slack = story.slack
    slack.react(OLIVIA, story.card(UK), "eyes")
    story.everywhere(f"<@{OLIVIA}> · claimed")
    story.mirrored(UK, "eyes")
    slack.click(CHLOE, story.card(MARKETING), ids.CLAIM)
    story.everywhere(f"<@{CHLOE}> · claimed")
    slack.click(CHLOE, story.card(MARKETING, "with us"), ids.ADD_FACT)
    window = slack.window(f"Fact for #{story.case}")
    assert slack.submit(CHLOE, window, text="She wrote the same in May")["stack"] == []
    story.everywhere(f"💡 Marketing HK — <@{CHLOE}>: She wrote the same in May")
    story.digests(service_uk=(1, 1, 0, 1, 0, 0), marketing_hk=(1, 1, 0, 1, 0, 0))


def a_warning_names_who_is_needed(story: Story) -> None:
    story.at(46)
    warning = f"<@{KENJI}> <@{HELEN}> <@{PRIYA}>: *#{story.case}* at Product Mobile is nearly late"
    (message,) = eventually(lambda: saying(story, PRODUCT, warning), "the warning")
    assert not message.thread_ts
    assert {ids.CLAIM, ids.ESC_ACK, ids.ESC_SNOOZE} < set(message.buttons)
    assert story.escalations() == 1
    assert "🔴" not in story.card(PRODUCT).words
    story.digests(product_mobile=(1, 0, 0, 1, 1, 0))


def a_breach_reaches_the_lead_then_the_managers(story: Story) -> None:
    story.at(61)
    story.everywhere("🔴 *Product Mobile* — late, unclaimed · was to be claimed by")
    story.told(PRIYA, "You lead Product Mobile.")
    assert story.slack.told(HELEN) == []
    story.digests(product_mobile=(1, 0, 0, 1, 1, 1), service_uk=(1, 1, 0, 1, 0, 0))
    story.at(92)
    seen = story.told(HELEN, "Nobody nearer has answered.")
    assert story.escalations() == 3
    story.slack.click(HELEN, seen, ids.ESC_ACK)
    story.told(HELEN, "Noted. Nobody further is told")


def what_a_manager_has_seen_goes_no_further_and_a_silent_holder_is_asked(story: Story) -> None:
    story.at(125)
    asked = story.under(MARKETING, f"<@{CHLOE}> still on this?")
    assert {ids.STILL_YES, ids.RELEASE, ids.HANDOFF} == set(asked.buttons)
    # The same look at the case would have told the team of the breach, had nobody seen it.
    assert story.escalations() == 3
    story.card(MARKETING, f"with us: <@{CHLOE}>")


def silence_frees_the_part_and_another_claims_it(story: Story) -> None:
    slack = story.slack
    story.at(158)
    story.under(MARKETING, f"I have heard nothing from <@{CHLOE}>, so #{story.case} is free again")
    story.everywhere("*Marketing HK* — unclaimed")
    story.mirrored(MARKETING)
    story.digests(marketing_hk=(1, 1, 0, 1, 1, 0))
    slack.click(WING, story.card(MARKETING), ids.CLAIM)
    story.everywhere(f"*Marketing HK* — <@{WING}> · claimed", among=(HK, UK, PRODUCT))
    hints = [m for m in slack.messages(MARKETING) if "You now hold" in m.words]
    assert [m.extras["ephemeral_to"] for m in hints] == [CHLOE]
    story.digests(marketing_hk=(1, 1, 0, 1, 0, 0))


def what_is_meant_for_the_others_crosses_the_threads(story: Story) -> None:
    slack, card = story.slack, story.card(UK)
    slack.reply(OLIVIA, card, "Between us: she is cross")
    said = slack.reply(OLIVIA, card, ">> Her phone is from <!channel> March")
    others = (HK, MARKETING, PRODUCT)
    for channel in others:
        relayed = story.under(channel, f"*Service UK*, <@{OLIVIA}>:")
        assert "Her phone is from @" in relayed.words
        assert "<!channel>" not in relayed.words
    slack.reword(said, ">> Her phone is from April")
    for channel in others:
        story.under(channel, f"*Service UK*, <@{OLIVIA}>: Her phone is from April")
    slack.take_back(said)
    for channel in others:
        eventually(partial(nothing_of_uk, story, channel), f"nothing left in {channel}")
        assert not [m for m in slack.messages(channel) if "Between us" in f"{m.text}{m.words}"]
    assert [m.text for m in slack.thread(card)] == ["Between us: she is cross"]


def all_finish_their_parts_together(story: Story) -> None:
    slack = story.slack
    slack.react(KENJI, story.card(PRODUCT), "eyes")
    story.everywhere(f"<@{KENJI}> · claimed")
    assert "🔴" not in story.card(PRODUCT).words
    slack.react(KENJI, story.card(PRODUCT), "eyes", present=False)
    story.everywhere("*Product Mobile* — unclaimed")
    resolved_by_form(story, PRODUCT, PRIYA, "fixed", "It was the battery")
    resolved_by_form(story, MARKETING, WING, "thanked", "")
    story.everywhere("done: fixed by", "done: thanked by", "*Who owns this*")
    slack.react(OLIVIA, story.card(UK), "white_check_mark")
    story.everywhere("*All done together* — settled", f"done: answered by <@{OLIVIA}>")
    story.mirrored(UK, "white_check_mark")
    # A round counts as claimed once: that of Product Mobile, which was freed meanwhile, as well.
    story.digests(
        service_hk=(1, 1, 0, 0, 0, 0),
        service_uk=(1, 1, 1, 0, 0, 0),
        marketing_hk=(1, 1, 1, 0, 0, 0),
        product_mobile=(1, 1, 1, 0, 0, 0),
    )
    the_timeline_gives_credit_to_all(story)


def the_timeline_gives_credit_to_all(story: Story) -> None:
    slack, choice = story.slack, f"timeline|{story.case}:service-uk"
    slack.click(OLIVIA, story.card(UK), ids.MORE, option=choice)
    told = slack.window(f"Timeline of #{story.case}").words
    slack.close(OLIVIA)
    expected = (
        f"<@{WING}> claimed it for Service HK.",
        f"<@{WING}> handed Service HK's part to Service UK: “She lives in Leeds”.",
        f"<@{CHLOE}> of Marketing HK added: “She wrote the same in May”.",
        "Three quarters of Product Mobile's time to claim it had gone.",
        f"Told <@{KENJI}>, <@{HELEN}> and <@{PRIYA}> that Product Mobile's part is nearly late.",
        "🔴 Nobody at Product Mobile had claimed it in time.",
        f"Told <@{PRIYA}> that Product Mobile's part is late.",
        f"Told <@{HELEN}> that Product Mobile's part is late.",
        f"<@{HELEN}> has seen it: nobody further is told",
        f"Asked <@{CHLOE}> whether they are still on it for Marketing HK.",
        f"<@{CHLOE}>'s claim for Marketing HK ran out.",
        f"<@{PRIYA}> finished Product Mobile's part, fixed: “It was the battery”.",
        f"<@{WING}> finished Marketing HK's part, thanked.",
        f"<@{OLIVIA}> finished Service UK's part, answered.",
        "The case is settled.",
    )
    places = [told.find(sentence) for sentence in expected]
    assert -1 not in places, (expected[places.index(-1)], told)
    assert places == sorted(places), told


def resolved_by_form(story: Story, channel: str, person: str, outcome: str, note: str) -> None:
    """*person* says in the form how the part of the team in *channel* ended."""
    story.slack.click(person, story.card(channel), ids.RESOLVE)
    window = story.slack.window(f"Resolve #{story.case}")
    assert story.slack.submit(person, window, outcome=outcome, note=note)["stack"] == []


def saying(story: Story, channel: str, words: str) -> list[Message]:
    """The messages in *channel* that say *words*."""
    return [message for message in story.slack.messages(channel) if words in message.words]


def nothing_of_uk(story: Story, channel: str) -> bool:
    """Nothing of Service UK's stands in the thread of the card in *channel*."""
    thread = story.slack.thread(story.card(channel))
    return not [message for message in thread if "*Service UK*," in message.words]
