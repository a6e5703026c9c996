"""Slash commands: forgiving of order and case, answered privately."""

from collections.abc import Sequence

from slack_bolt import Ack, BoltContext
from slack_bolt.kwargs_injection.args import Args

from bot.domain.comment import clean
from bot.domain.organisation import Team
from bot.services import Services
from bot.ui import digest as digest_ui, lists, modals, replies
from bot.ui.kit import Message
from bot.usecases import by_hand, viewing
from handlers.listener import listener, open_view
from handlers.surfaces import card_for

# Eighteen digits always fit the database's numbers; nobody has that many cases.
_LONGEST_NUMBER = 18
_FIRST = 5


@listener
def comment(
    ack: Ack, command: dict[str, str], context: BoltContext, services: Services, args: Args
) -> None:
    """`/comment`: record one; with a number show it; with a word list or find."""
    text = typed(command).strip()
    if not text:
        organisation = services.organisation
        regions = sorted({region for team in organisation.teams for region in team.regions})
        units = sorted({unit for team in organisation.teams for unit in team.units})
        open_view(args, modals.record_form(organisation.sources, regions, units))
        ack()
        return
    answer(ack, _comment_answer(services, str(context.user_id), text))


def _comment_answer(services: Services, person: str, text: str) -> Message:
    number = text.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER:
        return _one_case(services, person, int(number))
    if text.casefold() == "help":
        return replies.help_text()
    teams = services.directory.teams_of(person)
    if text.casefold() == "mine":
        return _mine(services, person, teams)
    beyond = "open the Home tab"
    with services.database.reading() as session:
        match text.casefold():
            case "open":
                title, empty = "What your teams have open", "Your teams have nothing open."
                found = viewing.live(session, teams)
            case _:
                title, empty = f"Cases with “{text[:80]}”", "No case has all of these words."
                beyond = "add a word to find fewer"
                found = viewing.search(session, text)
    zone = teams[0].zone if teams else services.organisation.zone
    return lists.case_list(
        title,
        found,
        services.organisation,
        now=services.now(),
        zone=zone,
        empty=empty,
        beyond=beyond,
    )


def _mine(services: Services, person: str, teams: Sequence[Team]) -> Message:
    """What the home tab shows, in one message."""
    org, now = services.organisation, services.now()
    with services.database.reading() as session:
        found = viewing.home(session, person, teams, everyone=services.organisation.teams)
    zone = teams[0].zone if teams else org.zone
    free = len(found.unclaimed)
    shown = [
        lists.case_list(
            "What you hold", found.held, org, now=now, zone=zone, empty="You hold nothing just now."
        ),
        lists.case_list(
            f"Unclaimed in your teams: {free}" + (", the first" if free > _FIRST else ""),
            found.unclaimed[:_FIRST],
            org,
            now=now,
            zone=zone,
            empty="Your teams have nothing unclaimed.",
        ),
    ]
    if found.waiting:
        shown.append(digest_ui.waiting_message(found.waiting, org, now))
    return replies.together(shown)


def _one_case(services: Services, person: str, number: int) -> Message:
    teams = services.directory.teams_of(person)
    with services.database.reading() as session:
        view = viewing.case(session, number)
    return card_for(services, view, view.side_of(teams), teams)


def typed(command: dict[str, str]) -> str:
    """What was typed behind a command, as it was typed."""
    return clean(by_hand.slack_text(command.get("text") or ""))


def answer(ack: Ack, message: Message) -> None:
    """Answer a command, to the person who gave it alone."""
    ack(text=message.text, blocks=message.blocks, response_type="ephemeral")
