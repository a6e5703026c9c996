"""From data without faults to the domain's values."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.domain.organisation import (
    ESCALATION,
    EVIDENCE,
    Condition,
    Organisation,
    Outcome,
    PolicyNote,
    Priority,
    Promise,
    Rule,
    Source,
    Step,
    Team,
)
from bot.domain.worktime import WorkWeek
from bot.organisation.digests import digests
from bot.organisation.schema import (
    PolicyTable,
    RoutingTable,
    RuleTable,
    SourceTable,
    StepTable,
    Table,
    TeamTable,
    TopTable,
    UrgencyTable,
)
from bot.organisation.values import NEVER

_LEADS_FIRST = ("service", "marketing", "product")


_ANSWER_WITHIN = timedelta(hours=1)
# Any Monday: it matters only to a rota of several people, and that one must say.
_ROTA_SINCE = date(2024, 1, 1)


def organisation(data: dict[str, Any], today: date) -> Organisation:
    """The organisation that checked *data* describes, with the holidays around *today*."""
    top = TopTable(**{key: data[key] for key in TopTable.model_fields if key in data})
    teams = tuple(_team(table, top, today) for table in data["team"])
    made = Organisation(
        zone=top.timezone,
        triage_channel=top.triage_channel,
        managers=frozenset(top.managers),
        departments=_order(top.departments, teams),
        escalation=_escalation(data),
        settled_when=str(top.settled_when),
        quorum=top.quorum,
        sources=tuple(_source(SourceTable(**table), top) for table in data["source"]),
        retention=_kept(top.retention),
        teams=teams,
        rules=(*_rules(data), *_urgencies(data)),
        wrong_at_most=top.routing.wrong_at_most,
        languages=tuple(top.routing.languages),
        lexicon={name: tuple(words) for name, words in top.lexicon.items()},
        outweigh=_outweigh(top.routing),
        renamed=dict(top.routing.renamed),
        charts=str(top.charts),
        policy=tuple(_note(PolicyTable(**table)) for table in data.get("policy", [])),
    )
    return replace(made, digests=digests(data, made))


def _source(table: SourceTable, top: TopTable) -> Source:
    retention = top.retention if table.retention is None else table.retention
    return Source(**{**dict(table), "retention": _kept(retention)})


def _kept(retention: timedelta | None) -> timedelta | None:
    return None if retention == NEVER else retention


def _order(given: list[str] | None, teams: tuple[Team, ...]) -> tuple[str, ...]:
    if given is not None:
        return tuple(given)
    return tuple(dict.fromkeys([*_LEADS_FIRST, *(team.department for team in teams)]))


def _escalation(data: dict[str, Any]) -> tuple[Step, ...]:
    if "escalation" not in data:
        return ESCALATION
    return tuple(Step(**dict(StepTable(**table))) for table in data["escalation"])


def _team(data: dict[str, Any], top: TopTable, today: date) -> Team:
    table = TeamTable.model_validate(data, context=data)
    return Team(
        key=table.key,
        name=table.name,
        department=table.department,
        channel=table.channel,
        units=frozenset(table.units),
        regions=frozenset(table.regions),
        languages=frozenset(table.languages),
        lead=table.lead,
        members=frozenset(table.members),
        usergroup=table.usergroup,
        zone=table.timezone or top.timezone,
        hours=_hours(table, top, today),
        claim_within=table.claim_within,
        resolve_within=table.resolve_within,
        promises=_promises(table),
        expires_after=_expiry(table),
        answer_within=table.answer_within or _ANSWER_WITHIN,
        digest_at=table.digest_at,
        rota=tuple(table.rota),
        rota_since=table.rota_since or _ROTA_SINCE,
        cover=tuple(table.cover),
    )


def _hours(table: TeamTable, top: TopTable, today: date) -> WorkWeek:
    public = table.holidays.days(today) if table.holidays else frozenset()
    return replace(table.hours, closed=public.union(top.closed, table.closed))


def _promises(table: TeamTable) -> dict[Priority, Promise]:
    written = {
        Priority.URGENT: table.urgent,
        Priority.HIGH: table.high,
        Priority.LOW: table.low,
    }
    return {priority: Promise(**dict(found)) for priority, found in written.items() if found}


def _expiry(table: TeamTable) -> timedelta | None:
    if table.expires_after == NEVER:
        return None
    return table.expires_after or table.hours.working_day


def _outweigh(table: RoutingTable) -> tuple[str, ...]:
    """What the file names, strongest first; what it leaves out comes after, in the usual order."""
    return tuple(dict.fromkeys((*map(str, table.outweigh), *EVIDENCE)))


def _rules(data: dict[str, Any]) -> list[Rule]:
    return [_rule(RuleTable(**table)) for table in data.get("rule", [])]


def _urgencies(data: dict[str, Any]) -> list[Rule]:
    return [
        _urgency(number, UrgencyTable(**table))
        for number, table in enumerate(data.get("urgency", []), start=1)
    ]


def _urgency(number: int, table: UrgencyTable) -> Rule:
    """A rule that gives a priority and nobody a stake."""
    spoken = f", {' and '.join(table.language)}" if table.language else ""
    return Rule(
        name=f"urgency {number}{spoken}",
        when=Condition(text=tuple(table.words), language=tuple(table.language)),
        then=Outcome(priority=table.priority, tags=tuple(table.tags)),
        asks=False,
    )


def _rule(table: RuleTable) -> Rule:
    unless = Condition(**_frozen(table.unless)) if table.unless else None
    return Rule(
        name=table.name,
        when=Condition(**_frozen(table.when)),
        unless=unless,
        then=Outcome(**_frozen(table.then)),
    )


def _note(table: PolicyTable) -> PolicyNote:
    return PolicyNote(**_frozen(table))


def _frozen(table: Table) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table}
