"""A comment reaches its teams, and they share it: the same over a socket and over HTTP."""

from bot.ui import ids
from tests.end_to_end.customers import THREE_CHANNELS, THREE_TEAMS
from tests.end_to_end.local_slack import marker
from tests.end_to_end.stage import Stage


def test_a_comment_is_a_card_in_every_channel_it_concerns(stage: Stage) -> None:
    case = stage.customers.write(THREE_TEAMS, url="https://instagram.example/p/1")
    for channel, team in THREE_CHANNELS.items():
        card = stage.slack.card(channel, case)
        for words in ("Instagram", "陳大文", THREE_TEAMS, f"*#{case}*", *THREE_CHANNELS.values()):
            assert words in card.words
        assert f"*{team}* — unclaimed" in card.words
        assert f"{team}: unclaimed" in card.text
        assert "Open on Instagram" in card.words
        assert {ids.CLAIM, ids.RESOLVE, ids.HANDOFF, ids.DECLINE, ids.MORE} == set(card.buttons)
    elsewhere = stage.slack.cards("C0SERVICEUK")
    assert not [card for card in elsewhere if card.text.startswith(f"#{case}.")]
    assert len({marker(stage.slack.card(channel, case)) for channel in THREE_CHANNELS}) == 3
