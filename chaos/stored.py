"""Checks of the database: against what the senders and the people were promised, and itself."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from bot.domain import events as e
from bot.domain.case import Case, State, apply
from bot.domain.organisation import Team
from bot.store import journal
from bot.store.outbox import card_key
from chaos.evidence import Evidence, Finding

# A clock that ticks late is no lost digest.
_CLOCK_SECONDS = 10.0


def promises_to_senders(evidence: Evidence) -> Iterator[Finding]:
    """Whatever was answered 2xx is there; and whoever sends long enough is answered so."""
    kept = {(row["external_id"], row["kind"], row["at"]) for row in evidence.changes}
    cases = {row["external_id"]: row["case_number"] for row in evidence.comments}
    for told in evidence.history.told:
        comment, case = told.external_id, cases.get(told.external_id)
        at = datetime.fromisoformat(told.at)
        if not told.taken:
            yield Finding(wrong="lost", what=f"never taken: {told}", comment=comment)
        elif (comment, told.kind, at) not in kept:
            yield Finding(wrong="lost", what=f"taken and not stored: {told}", comment=comment)
        elif told.kind == "created" and case is None:
            yield Finding(wrong="lost", what=f"taken and without a case: {told}", comment=comment)
        elif told.case not in {None, case}:
            what = f"answered with another case than #{case}: {told}"
            yield Finding(wrong="doubled", what=what, comment=comment)


def comments(evidence: Evidence) -> Iterator[Finding]:
    """One case for each comment and the other way round; its words are the newest that were said."""
    owners = Counter(row["case_number"] for row in evidence.comments)
    numbers = {row["number"] for row in evidence.cases}
    for number in sorted(numbers - set(owners)):
        yield Finding(wrong="orphaned", what=f"case #{number} has no comment", case=number)
    newest: dict[str, tuple[datetime, str]] = {}
    known = {row["external_id"] for row in evidence.changes if row["kind"] == "created"}
    for row in evidence.changes:
        if row["kind"] != "deleted":
            said = (row["at"], str(row["facts"].get("text", "")))
            newest[row["external_id"]] = max(said, newest.get(row["external_id"], said))
    for row in evidence.comments:
        about = {"comment": row["external_id"], "case": row["case_number"]}
        if row["case_number"] is None:
            if row["external_id"] in known:
                yield Finding(wrong="orphaned", what="a comment without a case", **about)
        elif owners[row["case_number"]] > 1:
            yield Finding(wrong="doubled", what="a case of several comments", **about)
        elif row["facts"].get("text") != newest[row["external_id"]][1]:
            yield Finding(wrong="stale", what="an older text than the newest", **about)


def journals(evidence: Evidence) -> Iterator[Finding]:
    """Every journal replays to exactly its case, and has one winner for each claim."""
    with evidence.database.reading() as session:
        for row in evidence.cases:
            number = row["number"]
            stored = journal.load(session, number, lock=False)
            case = Case(number=number)
            for recorded in journal.history(session, number):
                yield from _second_winner(case, recorded)
                case = apply(case, recorded)
            if case != stored:
                yield Finding(wrong="replay", what=f"#{number} is not its journal", case=number)
    received = Counter(r["case_number"] for r in evidence.journal if r["kind"] == "CommentReceived")
    for number, times in received.items():
        if times > 1:
            yield Finding(wrong="doubled", what=f"#{number} was begun {times} times", case=number)


def _second_winner(case: Case, recorded: e.Recorded) -> Iterator[Finding]:
    fact = recorded.event
    if isinstance(fact, e.StakeClaimed):
        stake = case.stakes[fact.team]
        if stake.state is State.CLAIMED:
            what = f"{recorded.by} and {stake.holder} both claimed #{case.number} for {fact.team}"
            yield Finding(wrong="doubled", what=what, case=case.number)


def cards_owed(evidence: Evidence) -> Iterator[Finding]:
    """Every team that has a part in a case has a card of it."""
    keys = {row["key"] for row in evidence.notices}
    for row in evidence.stakes:
        team = evidence.organisation.team(row["team"])
        if team and card_key(row["case_number"], team.channel) not in keys:
            what = f"{row['team']} has no card of #{row['case_number']}"
            yield Finding(wrong="lost", what=what, case=row["case_number"])


def digests(evidence: Evidence, *, ended: float) -> Iterator[Finding]:
    """Each digest that fell due was owed once for its local date."""
    runs = Counter(row["digest"] for row in evidence.runs)
    notices = Counter(row["team"] for row in evidence.notices if row["kind"] == "digest")
    for team in evidence.organisation.teams:
        if _fell_due(team, evidence, ended) and not runs[team.key]:
            yield Finding(wrong="lost", what=f"no digest of {team.key}")
        if notices[team.key] != runs[team.key] or runs[team.key] > 1:
            yield Finding(wrong="doubled", what=f"{notices[team.key]} digests of {team.key}")


def _fell_due(team: Team, evidence: Evidence, ended: float) -> bool:
    began = next((row["first_at"] for row in evidence.heartbeats if row["name"] == "clock"), None)
    if team.digest_at is None or began is None:
        return False
    local = datetime.fromtimestamp(ended - _CLOCK_SECONDS, team.zone)
    due = datetime.combine(local.date(), team.digest_at, team.zone)
    # What was due before the first clock ever ran is nobody's.
    return bool(began <= due <= local)
