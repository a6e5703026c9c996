"""What customers do, and what nobody could place: edits, deletions, hostile words, triage."""

from bot.ui import ids
from tests.end_to_end.customers import THREE_CHANNELS, THREE_TEAMS, new_identity
from tests.end_to_end.stage import Stage
from tests.fakes.workspace import walk

HELEN, WING, KENJI = "U0MANAGER", "U0WING", "U0KENJI"


def test_an_edit_and_a_deletion_change_every_card(stage: Stage) -> None:
    identity = new_identity()
    case = stage.customers.write(THREE_TEAMS, identity=identity)
    for channel in THREE_CHANNELS:
        stage.slack.card(channel, case)
    stage.customers.edit(identity, f"{THREE_TEAMS} 仲要退款！")
    for channel in THREE_CHANNELS:
        stage.slack.card(channel, case, "仲要退款！", "edited")
    stage.customers.delete(identity)
    for channel in THREE_CHANNELS:
        card = stage.slack.card(channel, case, "The author deleted this comment")
        assert "客服" not in card.words.split("*Who owns this*")[0]
        assert "客服" not in card.text


def test_hostile_words_ping_link_and_unfurl_nothing(stage: Stage) -> None:
    hostile = (
        "<!channel> @here <@U0MANAGER> refund: <https://evil.example|orrin.example>"
        " https://evil.example/pay\n*_~`> quote\u202e\x00 &lt;!everyone&gt;"
    )
    case = stage.customers.write(
        hostile, "x", language="en", author={"name": "<!here> <@U0WING>", "handle": "@channel"}
    )
    card = stage.slack.card("C0SERVICEUK", case)
    shown = f"{card.text}\n{card.words}"
    assert "refund" in card.words
    assert "\x00" not in shown
    for trick in ("<!", "<@", "<http", "<#", "@here", "@channel", "https://evil"):
        assert trick not in shown
    texts = [part for part in walk(card.blocks) if part.get("type") == "mrkdwn"]
    assert all(text["verbatim"] is True for text in texts)


def test_what_no_rule_places_is_given_to_teams_in_triage(stage: Stage) -> None:
    slack = stage.slack
    case = stage.customers.write("請問旺角間陳列室星期日幾點開門？", "facebook-hk")
    card = slack.card("C0TRIAGE", case, "*Needs a team*")
    slack.click(KENJI, card, ids.ROUTE)
    slack.private("C0TRIAGE", KENJI, "Only people in the triage channel can decide this.")
    slack.click(HELEN, card, ids.ROUTE)
    window = slack.window(f"Teams for #{case}")
    assert "請問旺角間陳列室" in window.words
    told = slack.submit(HELEN, window, teams=[])
    assert told["errors"] == {"teams": "Please choose at least one team."}
    told = slack.submit(HELEN, window, teams=["service-hk", "marketing-hk"], note="Shop hours")
    assert told["stack"] == []
    for channel in ("C0SERVICEHK", "C0MARKETINGHK"):
        assert "chosen in triage: “Shop hours”" in slack.card(channel, case).words
    routed = slack.card("C0TRIAGE", case, "*Service HK* — unclaimed", "*Marketing HK* — unclaimed")
    assert "Needs a team" not in routed.words
    assert ids.ROUTE not in routed.buttons


def test_triage_can_say_that_nobody_needs_to_act(stage: Stage) -> None:
    slack = stage.slack
    case = stage.customers.write("🙂", "facebook-uk", language="en")
    slack.click(HELEN, slack.card("C0TRIAGE", case), ids.DISMISS)
    told = slack.submit(HELEN, slack.window(f"Dismiss #{case}"), reason="A smile")
    assert told["stack"] == []
    slack.card("C0TRIAGE", case, "*Nobody needs to act*: “A smile”")
