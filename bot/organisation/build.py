"""From data without faults to the domain's values."""

from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.organisation import Condition, Organisation, Outcome, Rule, Source, Team
from bot.organisation.schema import RuleTable, SourceTable, Table, TeamTable, TopTable

_LEADS_FIRST = ("service", "marketing", "product")


def organisation(data: dict[str, Any]) -> Organisation:
    """The organisation that checked *data* describes."""
    top = TopTable(**{key: data[key] for key in TopTable.model_fields if key in data})
    teams = tuple(_team(TeamTable(**table), top.timezone) for table in data["team"])
    return Organisation(
        zone=top.timezone,
        triage_channel=top.triage_channel,
        managers=frozenset(top.managers),
        departments=_order(top.departments, teams),
        sources=tuple(Source(**dict(SourceTable(**table))) for table in data["source"]),
        teams=teams,
        rules=tuple(_rule(RuleTable(**table)) for table in data.get("rule", [])),
    )


def _order(given: list[str] | None, teams: tuple[Team, ...]) -> tuple[str, ...]:
    if given is not None:
        return tuple(given)
    return tuple(dict.fromkeys([*_LEADS_FIRST, *(team.department for team in teams)]))


def _team(table: TeamTable, zone: ZoneInfo) -> Team:
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
        zone=table.timezone or zone,
        hours=table.hours,
        claim_within=table.claim_within,
        resolve_within=table.resolve_within,
        digest_at=table.digest_at,
    )


def _rule(table: RuleTable) -> Rule:
    unless = Condition(**_frozen(table.unless)) if table.unless else None
    return Rule(
        name=table.name,
        when=Condition(**_frozen(table.when)),
        unless=unless,
        then=Outcome(**_frozen(table.then)),
    )


def _frozen(table: Table) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table}
