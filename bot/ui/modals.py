"""The forms that people fill in, and the small windows; `forms` reads what comes back."""

from collections.abc import Callable, Collection, Sequence

from bot.domain.case import Case
from bot.domain.comment import Comment, fold
from bot.domain.organisation import Organisation, Source, Team
from bot.ui import forms, ids, kit, wording
from bot.ui.buttons import more_form
from bot.ui.forms import (
    FormIncomplete,
    read_decline,
    read_dismiss,
    read_fact,
    read_handoff,
    read_invite,
    read_lead,
    read_priority,
    read_record,
    read_resolve,
    read_route,
    read_snooze,
    read_tell,
    read_wait,
)
from bot.ui.ids import StakeRef
from bot.ui.kit import Block, Message, input_field, modal, plain_text_input, section
from bot.ui.presets import snooze_presets
from bot.ui.sharing_forms import read_escalation_snooze
from bot.ui.sharing_modals import (
    fact_form,
    lead_form,
    priority_form,
    snooze_form,
    tell_form,
    wait_form,
    why_window,
)
from bot.ui.timeline import timeline

__all__ = [
    "FormIncomplete",
    "case_view",
    "decline_form",
    "dismiss_form",
    "fact_form",
    "handoff_form",
    "invite_form",
    "lead_form",
    "more_form",
    "notice",
    "priority_form",
    "read_decline",
    "read_dismiss",
    "read_escalation_snooze",
    "read_fact",
    "read_handoff",
    "read_invite",
    "read_lead",
    "read_priority",
    "read_record",
    "read_resolve",
    "read_route",
    "read_snooze",
    "read_tell",
    "read_wait",
    "record_form",
    "resolve_form",
    "route_form",
    "snooze_form",
    "snooze_presets",
    "team_options",
    "tell_form",
    "timeline",
    "wait_form",
    "why_window",
    "without_part",
]

_MOST_BOXES = 10
_MOST_OPTIONS = 100


def resolve_form(ref: StakeRef) -> Block:
    """How did the team's part end?"""
    outcomes = [kit.option(label, value) for value, label in wording.OUTCOMES]
    fields = [
        input_field(forms.OUTCOME, "How did it end?", kit.radio_buttons(outcomes)),
        _note("Anything the others should know?"),
    ]
    return _form(f"Resolve #{ref.case}", fields, ids.RESOLVE_FORM, "Resolve", ref)


def handoff_form(ref: StakeRef, teams: Sequence[Team], case: Case) -> Block:
    """To which of *teams*, and why? Says which of them are at work on *case*, and who will lead."""
    fields = [
        _one_team("Hand off to", _others(ref, teams), at_work=_at_work(case)),
        _reason("Why is it theirs?"),
    ]
    if case.lead == ref.team:
        fields.insert(0, section("Your team leads. The team that you choose takes the lead over."))
    return _form(f"Hand off #{ref.case}", fields, ids.HANDOFF_FORM, "Hand off", ref)


def decline_form(ref: StakeRef, teams: Sequence[Team]) -> Block:
    """Why is it not ours, and whose of *teams* is it?"""
    fields = [
        _reason("Why is it not yours?"),
        _one_team("Whose is it?", _others(ref, teams), optional=True),
    ]
    return _form(f"Not ours: #{ref.case}", fields, ids.DECLINE_FORM, "Not ours", ref)


def invite_form(ref: StakeRef, teams: Sequence[Team], case: Case) -> Block:
    """Which of *teams* should have a part as well? Those that are at work on *case* have one."""
    title, free = f"Invite to #{ref.case}", without_part(teams, case)
    if not free:
        return notice(f"Every team has a part in #{ref.case} already.", title)
    fields = [_one_team("Which team should join in?", free), _note("What do you need from them?")]
    return _form(title, fields, ids.INVITE_FORM, "Invite", ref)


def without_part(teams: Sequence[Team], case: Case) -> list[Team]:
    """Those of *teams* that may be invited to *case*, also once they have given their part away."""
    at_work = _at_work(case)
    return [team for team in teams if team.key not in at_work]


def route_form(case: Case, comment: Comment, organisation: Organisation) -> Block:
    """Who should have it? Several teams may."""
    ref = StakeRef(case.number, "")
    words = "> _(no text)_"
    if comment.forgotten:
        words = f"> _{wording.forgotten(comment.forgotten)}_"
    elif case.deleted_at is not None:
        words = "> _The author deleted this comment_"
    elif comment.text.strip():
        words = kit.quote(comment.text, 300, lines=6)
    fields = [
        section(f"*{kit.inline(comment.author.shown, 80)}*\n{words}"),
        _several_teams(organisation),
        _note("Anything they should know?"),
    ]
    return _form(f"Teams for #{case.number}", fields, ids.ROUTE_FORM, "Ask them", ref)


def dismiss_form(case: Case) -> Block:
    """Why does nobody need to act?"""
    ref = StakeRef(case.number, "")
    fields = [_reason("Why does nobody need to act?")]
    return _form(f"Dismiss #{case.number}", fields, ids.DISMISS_FORM, "Dismiss", ref)


def record_form(
    sources: Sequence[Source],
    regions: Sequence[str],
    units: Sequence[str],
    *,
    text: str = "",
    author: str = "",
) -> Block:
    """A comment to record by hand; *text* and *author* fill in what is known already."""
    platforms = sorted({source.platform for source in sources if source.platform})
    words = plain_text_input("Paste the customer's words", lines=True, initial=text)
    name = plain_text_input("As they call themselves", most=200, initial=author)
    link = plain_text_input("https://…", most=1000)
    fields = [
        input_field(forms.TEXT, "What did they say?", words),
        input_field(forms.AUTHOR, "Who said it?", name, optional=True),
        input_field(forms.LINK, "Where can it be seen?", link, optional=True),
        *_menu(forms.PLATFORM, "Platform", platforms, wording.platform_label),
        *_menu(forms.REGION, "Region", regions),
        *_menu(forms.UNIT, "Business unit", units),
    ]
    return modal("Record a comment", fields, callback=ids.RECORD_FORM, submit="Record")


def case_view(message: Message, title: str = "Case") -> Block:
    """A card in a window of its own, buttons included."""
    # Slack names blocks without an id itself; the card's own ids may be shown elsewhere already.
    blocks = [{k: v for k, v in block.items() if k != "block_id"} for block in message.blocks]
    return modal(title, blocks or [section(message.text)])


def notice(text: str, title: str = "Crosstalk") -> Block:
    """A small window that says one sentence of ours."""
    return modal(title, [section(kit.said(text))])


def team_options(teams: Sequence[Team], typed: str) -> dict[str, list[Block]]:
    """What a menu that is filled while typing offers: the teams with *typed* in their names."""
    wanted = fold(typed.strip())
    found = [team for team in teams if wanted in fold(f"{team.name} {team.key}")]
    return {"options": [_team(team) for team in found[:_MOST_OPTIONS]]}


def _form(title: str, fields: Sequence[Block], callback: str, submit: str, ref: StakeRef) -> Block:
    return modal(title, fields, callback=callback, submit=submit, about=ref.pack())


def _note(label: str) -> Block:
    element = plain_text_input(lines=True, most=forms.LONGEST_NOTE)
    return input_field(forms.NOTE, label, element, optional=True)


def _reason(label: str) -> Block:
    element = plain_text_input("A few words", lines=True, most=forms.LONGEST_NOTE)
    return input_field(forms.REASON, label, element)


def _at_work(case: Case) -> set[str]:
    return {stake.team for stake in case.live_stakes}


def _others(ref: StakeRef, teams: Sequence[Team]) -> list[Team]:
    return [team for team in teams if team.key != ref.team]


def _team(team: Team, at_work: Collection[str] = ()) -> Block:
    described = {"description": kit.plain("already has a part")} if team.key in at_work else {}
    return kit.option(team.name, team.key) | described


def _one_team(
    label: str, teams: Sequence[Team], *, optional: bool = False, at_work: Collection[str] = ()
) -> Block:
    if not 0 < len(teams) <= _MOST_OPTIONS:
        return input_field(forms.TEAM, label, _typed("external_select"), optional=optional)
    options = [_team(team, at_work) for team in teams]
    menu = kit.static_select(options, "Choose a team")
    return input_field(forms.TEAM, label, menu, optional=optional)


def _several_teams(organisation: Organisation) -> Block:
    teams = organisation.teams
    if not 0 < len(teams) <= _MOST_OPTIONS:
        element = _typed("multi_external_select")
    elif len(teams) <= _MOST_BOXES:
        element = kit.checkboxes([_team(team) for team in teams])
    else:
        element = {
            "type": "multi_static_select",
            "action_id": "value",
            "placeholder": kit.plain("Choose one or more teams"),
            "option_groups": _by_department(teams),
        }
    return input_field(forms.TEAMS, "Who should have it?", element)


def _by_department(teams: Sequence[Team]) -> list[Block]:
    names = dict.fromkeys(team.department for team in teams)
    return [
        {
            "label": kit.plain(name.capitalize() or "Others"),
            "options": [_team(team) for team in teams if team.department == name],
        }
        for name in names
    ]


def _typed(kind: str) -> Block:
    return {
        "type": kind,
        "action_id": ids.TEAM_OPTIONS,
        "placeholder": kit.plain("Type a team's name"),
        "min_query_length": 0,
    }


def _menu(
    name: str, label: str, values: Sequence[str], shown: Callable[[str], str] = str
) -> list[Block]:
    options = [kit.option(shown(value), value) for value in values[:_MOST_OPTIONS]]
    if not options:
        return []
    return [input_field(name, label, kit.static_select(options, "Choose"), optional=True)]
