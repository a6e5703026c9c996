"""What triage is asked to confirm: teams that a comment may concern, each with a ready button."""

from collections.abc import Sequence

from bot.domain.case import Case
from bot.domain.events import Suggestion
from bot.domain.organisation import Organisation
from bot.domain.ownership import in_question
from bot.ui import ids, wording
from bot.ui.ids import StakeRef
from bot.ui.kit import Block, actions, button, cut, fit, listed, section

_LONGEST = 1_500


def offered(case: Case, organisation: Organisation) -> tuple[Suggestion, ...]:
    """The suggestions that triage can still answer; a team that is gone is none."""
    known = (each for each in in_question(case) if organisation.team(each.team))
    return tuple(known)[: len(ids.TAKES)] if case.triage else ()


def question(asked: Sequence[Suggestion], case: Case, organisation: Organisation) -> list[Block]:
    """Which teams, with what speaks for each, and the buttons to answer."""
    if not asked:
        return []
    lines = suggestions(asked, organisation)
    first = "*Perhaps for others too:*" if case.live_stakes else "Perhaps for:"
    told = f"{first} {lines[0]}" if len(lines) == 1 else "\n• ".join([first, *lines])
    return [section(fit(told, _LONGEST)), actions(*_buttons(asked, case, organisation))]


def suggestions(asked: Sequence[Suggestion], organisation: Organisation) -> list[str]:
    """``*Product Mobile* — *jack*, *next model* (as in #871 and #902)``, and so on.

    Teams for which the same speaks, those of one department, share a line.
    """
    alike: dict[str, list[str]] = {}
    for each in asked:
        words, like = wording.learned_words(each.words, each.like)
        why = " ".join(filter(None, (words, f"({like})" if like else "")))
        alike.setdefault(why or each.team, []).append(each.team)
    lines = []
    for why, teams in alike.items():
        names = listed([f"*{wording.team(organisation, team)}*" for team in teams], "or")
        lines.append(names if teams == [why] else f"{names} — {why}")
    return lines


def perhaps(case: Case, organisation: Organisation) -> str:
    """Which teams *case* may concern besides, in a breath; "" when none is suggested."""
    return aloud(offered(case, organisation), case, organisation)


def aloud(asked: Sequence[Suggestion], case: Case, organisation: Organisation) -> str:
    """The same in a breath; "" without any."""
    names = [wording.team(organisation, each.team) for each in asked]
    too = " too" if case.live_stakes else ""
    return f"Perhaps for {listed(names, 'or')}{too}" if names else ""


def _buttons(asked: Sequence[Suggestion], case: Case, organisation: Organisation) -> list[Block]:
    about = f"case {case.number}"
    takes = [
        button(
            f"{cut(organisation.team_name(each.team), 60)} ✓",
            action,
            StakeRef(case.number, each.team).pack(),
            about=about,
        )
        for action, each in zip(ids.TAKES, asked, strict=False)
    ]
    end = "That is all" if case.live_stakes else "None of these"
    return [*takes, button(end, ids.REFUSE, StakeRef(case.number, "").pack(), about=about)]
