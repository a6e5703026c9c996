"""A case and its stakes, as rows of the database and as the domain has them."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter

from bot.domain import events as e
from bot.domain.case import Case, Fact, Stake, State
from bot.domain.organisation import Phase, Priority

FACTS = TypeAdapter(tuple[Fact, ...])
_REASONS = TypeAdapter(tuple[e.Reason, ...])
_SUGGESTED = TypeAdapter(tuple[e.Suggestion, ...])


def of_case(case: Case) -> dict[str, Any]:
    """The row of a case, but for its number."""
    return {
        "opened_at": case.opened_at,
        "lead": case.lead,
        "units": list(case.units),
        "regions": list(case.regions),
        "priority": case.priority.value,
        "tags": list(case.tags),
        "triage": case.triage,
        "suggested": _SUGGESTED.dump_python(case.suggested, mode="json"),
        "edited_at": case.edited_at,
        "deleted_at": case.deleted_at,
        "settled_at": case.settled_at,
        "reopened_at": case.reopened_at,
        "dismissed": case.dismissed,
        "facts": FACTS.dump_python(case.facts, mode="json"),
        "watchers": list(case.watchers),
        "joined": case.joined,
    }


def case(row: Mapping[str, Any], stakes: Iterable[Mapping[str, Any]]) -> Case:
    """The case that a *row*, with the id of its comment, and its *stakes* in order tell of."""
    plain = {n: row[n] for n in ("opened_at", "lead", "triage", "dismissed", "joined")}
    instants = {
        name: row[name] for name in ("edited_at", "deleted_at", "settled_at", "reopened_at")
    }
    return Case(
        number=row["number"],
        comment_id=row["comment_id"] or 0,
        units=tuple(row["units"]),
        regions=tuple(row["regions"]),
        priority=Priority(row["priority"]),
        tags=tuple(row["tags"]),
        facts=FACTS.validate_python(row["facts"]),
        suggested=_SUGGESTED.validate_python(row["suggested"]),
        watchers=tuple(row["watchers"]),
        stakes=MappingProxyType({each["team"]: _stake(each) for each in stakes}),
        **plain,
        **instants,
    )


# The others need another shape in a row than in a value.
_SHAPED = {"state", "reasons", "claim_used", "resolve_used", "paused", "phase"}
_STAKE_FIELDS = tuple(name for name in Stake.__dataclass_fields__ if name not in _SHAPED)


def of_stake(stake: Stake) -> dict[str, Any]:
    """The row of a stake, but for its case and its place there."""
    return {
        **{name: getattr(stake, name) for name in _STAKE_FIELDS},
        "state": stake.state.value,
        "reasons": _REASONS.dump_python(stake.reasons, mode="json"),
        "claim_used": int(stake.claim_used.total_seconds()),
        "resolve_used": int(stake.resolve_used.total_seconds()),
        "paused": stake.paused.value if stake.paused else "",
        "phase": stake.phase.value if stake.phase else "",
        "next_at": stake.next_at,
    }


def _stake(row: Mapping[str, Any]) -> Stake:
    return Stake(
        **{name: row[name] for name in _STAKE_FIELDS},
        state=State(row["state"]),
        reasons=_REASONS.validate_python(row["reasons"]),
        claim_used=timedelta(seconds=row["claim_used"]),
        resolve_used=timedelta(seconds=row["resolve_used"]),
        paused=e.Pause(row["paused"]) if row["paused"] else None,
        phase=Phase(row["phase"]) if row["phase"] else None,
    )
