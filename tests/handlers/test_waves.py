"""A wave in Slack: one card that counts, one alert for each doubling, and a window with all of it."""

import pytest

from bot.ui import ids
from tests.handlers.desk import SERVICE_CHANNEL, STRANGER, Desk
from tests.ui.looking import shown

SPAM = "My phone overheats and the battery is swollen, I want a refund now!"


def say(desk: Desk, first: int, last: int) -> set[int]:
    return {
        desk.comment(
            SPAM,
            author={"id": f"a{n}", "name": f"Author {n}"},
            url=f"https://facebook.example/{n}",
        )
        for n in range(first, last + 1)
    }


def texts(desk: Desk) -> list[str]:
    return [message.text for message in desk.slack.messages(SERVICE_CHANNEL)]


def test_forty_one_comments_are_two_cards_and_an_alert_for_each_doubling(desk: Desk) -> None:
    assert say(desk, 1, 41) == {1, 2}
    told = texts(desk)
    assert sum("like this from" in text and text.startswith("#1") for text in told) == 1
    assert sum(text.startswith("#") for text in told) == 2
    alerts = [text for text in told if text.startswith("🌊")]
    assert [alert.split(" comments")[0] for alert in alerts] == [
        f"🌊 *#1*: {size}" for size in (5, 10, 20, 40)
    ]
    assert alerts[0].endswith(", usually none.")


def test_the_window_lists_all_of_them_to_whoever_asks(desk: Desk) -> None:
    say(desk, 1, 8)
    (alert,) = [m for m in desk.slack.messages(SERVICE_CHANNEL) if m.text.startswith("🌊")]
    desk.press(alert, ids.WAVE, by=STRANGER)
    told = "\n".join(shown(desk.slack.modal(STRANGER).blocks))
    assert "8 comments like this from 8 people" in told
    for n in range(1, 9):
        assert f"• Author {n} ·" in told
        assert f"<https://facebook.example/{n}|Open on Facebook>" in told


def test_the_alerts_that_a_flood_has_overtaken_are_not_posted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(desk, "deliver", lambda: None)
        say(desk, 1, 21)
    desk.deliver(seconds=60)
    alerts = [text for text in texts(desk) if text.startswith("🌊")]
    assert [alert.split(" comments")[0] for alert in alerts] == ["🌊 *#1*: 21"]
