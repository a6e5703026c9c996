"""The forms and windows about what teams do with a case together; `sharing_forms` reads them."""

from collections.abc import Iterator, Sequence

from bot.domain.case import Case, Stake
from bot.domain.organisation import Organisation, Priority, Team
from bot.domain.together import LONGEST_FACT
from bot.ui import fields, ids, kit, wording
from bot.ui.ids import StakeRef
from bot.ui.kit import Block, input_field, modal, plain_text_input, section
from bot.ui.presets import Preset
from bot.ui.sharing_forms import LONGEST_TOLD

_MOST_OPTIONS = 100
_MOST_REASONS = 20


def fact_form(ref: StakeRef) -> Block:
    """What do you know that helps?"""
    words = plain_text_input("One fact, in a sentence or two", lines=True, most=LONGEST_FACT)
    hint = "It stands on every team's card, with your name. The customer does not see it."
    asked = [input_field(fields.TEXT, "What should the others know?", words, hint=hint)]
    return _form(f"Fact for #{ref.case}", asked, ids.FACT_FORM, "Add", ref)


def tell_form(ref: StakeRef) -> Block:
    """What is there to tell the other teams?"""
    words = plain_text_input(lines=True, most=LONGEST_TOLD)
    hint = "It appears in the threads of their cards, with your name. The customer does not see it."
    asked = [input_field(fields.TEXT, "What would you like to tell them?", words, hint=hint)]
    return _form(f"Tell about #{ref.case}", asked, ids.TELL_FORM, "Tell them", ref)


def lead_form(case: Case, organisation: Organisation, ref: StakeRef) -> Block:
    """Who should speak to the customer?"""
    teams = _live_teams(case, organisation, without=case.lead)
    title = f"Lead of #{case.number}"
    if not teams:
        return _nobody(title, case)
    asked = [
        _one_of(teams, "Who should speak to the customer?"),
        _reason("Why?"),
    ]
    return _form(title, asked, ids.LEAD_FORM, "Move the lead", ref)


def priority_form(case: Case, ref: StakeRef) -> Block:
    """How pressing is it?"""
    options = [
        kit.option(priority.value.capitalize(), priority.value)
        for priority in Priority
        if priority is not case.priority
    ]
    asked = [
        input_field(
            fields.PRIORITY,
            f"It is {case.priority.value} now. What should it be?",
            kit.radio_buttons(options),
            hint="What each team has promised for that priority counts, less the time used so far.",
        ),
        _reason("Why?"),
    ]
    return _form(f"Priority of #{case.number}", asked, ids.PRIORITY_FORM, "Change", ref)


def snooze_form(ref: StakeRef, presets: Sequence[Preset]) -> Block:
    """Until when?"""
    options = [kit.option(label, ids.pack_instant(at)) for label, at in presets]
    asked = [
        input_field(
            fields.UNTIL,
            "For how long?",
            kit.radio_buttons(options),
            hint="Your team's clocks stand still until then. The others' run on.",
        )
    ]
    return _form(f"Snooze #{ref.case}", asked, ids.SNOOZE_FORM, "Snooze", ref)


def wait_form(case: Case, organisation: Organisation, ref: StakeRef) -> Block:
    """Whom are we waiting for?"""
    teams = _live_teams(case, organisation, without=ref.team)
    title = f"Wait with #{case.number}"
    if not teams:
        return _nobody(title, case)
    asked = [_one_of(teams, "Whom do you wait for?")]
    return _form(title, asked, ids.WAIT_FORM, "Wait", ref)


def why_window(case: Case, organisation: Organisation, team: str, *, language: str = "") -> Block:
    """Why *team* has a part in the case; *language* is that of the comment, as far as known."""
    name = wording.team(organisation, team)
    stake = case.stakes.get(team)
    told = list(_why(case, organisation, stake, language)) if stake else []
    lines = told or [f"{name} has no part in #{case.number}."]
    blocks = kit.sections(kit.fit(f"• {line}", 900) for line in lines)
    if case.lead:
        blocks.append(section(_why_lead(case, organisation)))
    return modal(f"Why you? #{case.number}", blocks)


def _why(case: Case, organisation: Organisation, stake: Stake, language: str) -> Iterator[str]:
    for reason in stake.reasons[:_MOST_REASONS]:
        yield wording.reason_told(reason, stake.asked_by, organisation, stake.team)
    if (more := len(stake.reasons) - _MOST_REASONS) > 0:
        yield f"And {more} more; the timeline has them all."
    own = organisation.team(stake.team)
    if own is None:
        return
    for what, found, covered in (
        ("unit", case.units, own.units),
        ("region", case.regions, own.regions),
        ("language", (language,) if language else (), own.languages),
    ):
        if found and covered:
            about = kit.listed([kit.inline(each, 40) for each in found[:6]])
            ours = kit.listed([kit.inline(each, 40) for each in sorted(covered)[:6]])
            yield f"Its {what} is {about}; your team looks after {ours}."


def _why_lead(case: Case, organisation: Organisation) -> str:
    name = wording.team(organisation, case.lead)
    return f"*{name}* leads, so it speaks to the customer{_lead_by(case, organisation)}."


def _lead_by(case: Case, organisation: Organisation) -> str:
    lead = organisation.team(case.lead)
    department = lead.department if lead else ""
    given = {r.name for s in case.stakes.values() for r in s.reasons if r.kind == "rule"}
    for rule in organisation.rules:
        if rule.name in given and department and rule.then.lead == department:
            return f": the rule *{kit.inline(rule.name, 60)}* says so"
    if organisation.lead_team(tuple(case.stakes)) == case.lead:
        return f": of the teams here, {kit.inline(department, 40) or 'it'} comes first"
    return "; the timeline says how it came to"


def _live_teams(case: Case, organisation: Organisation, *, without: str) -> list[Team]:
    found = (organisation.team(stake.team) for stake in case.live_stakes if stake.team != without)
    return [team for team in found if team]


def _nobody(title: str, case: Case) -> Block:
    told = f"No other team has anything open in #{case.number}. *Invite a team* asks one."
    return modal(title, [section(told)])


def _one_of(teams: Sequence[Team], label: str) -> Block:
    options = [kit.option(team.name, team.key) for team in teams[:_MOST_OPTIONS]]
    return input_field(fields.TEAM, label, kit.static_select(options, "Choose a team"))


def _reason(label: str) -> Block:
    words = plain_text_input("A few words; the others will read them", most=fields.LONGEST_NOTE)
    return input_field(fields.REASON, label, words)


def _form(title: str, asked: Sequence[Block], callback: str, submit: str, ref: StakeRef) -> Block:
    return modal(title, asked, callback=callback, submit=submit, about=ref.pack())
