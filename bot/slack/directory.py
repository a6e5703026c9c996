"""Who belongs to which team, by Slack's word, kept in the database for every process."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.domain.organisation import Organisation, Team
from bot.domain.seeing import People, teams_of
from bot.errors import DeliveryFailed, Fault, Misconfigured, Refused
from bot.slack.failures import NOBODY
from bot.slack.gateway import Gateway
from bot.store import people
from bot.store.ahead import Asked
from bot.store.database import Database
from bot.store.session import Session

log = structlog.get_logger()

REFRESH_EVERY = timedelta(minutes=10)
# Somebody who has just joined is let in at once, but a stranger cannot make us ask all day.
_ASK_AGAIN_AFTER = timedelta(seconds=10)
# People move; and while Slack does not answer, each question takes a click's time.
_ZONE_LASTS = timedelta(hours=1)
_NO_ZONES_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Within:
    """Who belongs to which team by what is stored, as one session sees it."""

    organisation: Organisation
    session: Session

    def teams_of(self, person: str) -> tuple[Team, ...]:
        places = people.places_of(self.session, person)
        return teams_of(self.organisation, person, places)

    def is_manager(self, person: str) -> bool:
        return person in self.organisation.managers


class SlackDirectory:
    """Answers from what Slack said last; a no is checked with Slack before it is given."""

    def __init__(
        self,
        database: Database,
        organisation: Organisation,
        gateway: Gateway,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._organisation = organisation
        self._gateway = gateway
        self._now = now
        self._zones: dict[str, tuple[ZoneInfo | None, datetime]] = {}
        self._zones_untold: datetime | None = None
        self._unanswered: dict[str, datetime] = {}

    def require_member(self, person: str, team: Team) -> None:
        """Let *person* act for *team*.

        Raises:
            Refused: they are neither in it, nor its lead, nor a manager.
        """
        if self._may_act(person, team, lambda place: self._is_in(place, person)):
            return
        whom = f" <@{team.lead}> leads it." if team.lead else ""
        raise Refused(f"This part belongs to {team.name}, and you are not in that team.{whom}")

    def knows(self, session: Session, person: str, team: Team) -> bool:
        """Whether *person* may act for *team* by what is stored; a no is for Slack to confirm."""
        return self._may_act(person, team, lambda place: people.is_in(session, place, person))

    def asked(self, person: str, team: Team) -> Sequence[Asked]:
        """What `knows` is going to ask, if it asks at all."""
        if self._leads(person, team):
            return ()
        return [
            people.asked_is_in(_place(one), person)
            for one in self._allowed(team)
            if not one.members
        ]

    def require_triage(self, person: str) -> None:
        """Let *person* act in triage.

        Raises:
            Refused: they are not in the triage channel.
        """
        if not self.is_manager(person) and not self._is_in(
            self._organisation.triage_channel, person
        ):
            raise Refused("Only people in the triage channel can decide this.")

    def teams_of(self, person: str) -> tuple[Team, ...]:
        """The teams that *person* belongs to, in the organisation file's order."""
        with self._database.reading() as session:
            return self.within(session).teams_of(person)

    def within(self, session: Session) -> People:
        """The same, read in a *session* that is open: nobody holds two connections for it."""
        return _Within(self._organisation, session)

    def is_manager(self, person: str) -> bool:
        """Whether the organisation file names *person* as a manager."""
        return person in self._organisation.managers

    def zone_of(self, person: str) -> ZoneInfo | None:
        """The time zone that *person* has set in Slack; None while Slack does not tell."""
        known, told_at = self._zones.get(person, (None, None))
        if _is_fresh(told_at, self._now(), _ZONE_LASTS):
            return known
        if _is_fresh(self._zones_untold, self._now(), _NO_ZONES_FOR):
            # While Slack is away nobody's click waits to be told so again.
            return known
        try:
            zone = _zone(str(self._gateway.user(person).get("tz") or ""))
        except DeliveryFailed as failure:
            # A token that is revoked, or lacks a scope, says nothing about the person.
            if failure.code not in NOBODY:
                self._zones_untold = self._now()
                return known
            zone = None
        self._zones[person] = (zone, self._now())
        return zone

    def leads(self, person: str, team: Team) -> bool:
        """Whether *person* may act for a holder of *team*."""
        return self._leads(person, team)

    def joined(self, person: str, channel: str) -> None:
        """*person* is in *channel* from now on."""
        with self._database.transaction() as session:
            people.add(session, channel, person)

    def left(self, person: str, channel: str) -> None:
        """*person* is no longer in *channel*."""
        with self._database.transaction() as session:
            people.remove(session, channel, person)

    def refresh(self) -> None:
        """Ask Slack again about every place that was not asked about lately."""
        places = [_place(team) for team in self._organisation.teams if not team.members]
        for place in [*places, self._organisation.triage_channel]:
            with self._database.reading() as session:
                asked = people.refreshed_at(session, place)
            if asked is None or self._now() - asked >= REFRESH_EVERY:
                self._ask(place)

    def _allowed(self, team: Team) -> tuple[Team, ...]:
        """Those who may act for *team*: itself, and who covers for it."""
        covering = (self._organisation.team(key) for key in team.cover)
        return (team, *(found for found in covering if found))

    def _may_act(self, person: str, team: Team, is_in: Callable[[str], bool]) -> bool:
        # A team that names its members has nobody else; of another, its place has them.
        return self._leads(person, team) or any(
            person in one.members if one.members else is_in(_place(one))
            for one in self._allowed(team)
        )

    def _leads(self, person: str, team: Team) -> bool:
        return person == team.lead or self.is_manager(person)

    def _is_in(self, place: str, person: str) -> bool:
        with self._database.glance() as session:
            if people.is_in(session, place, person):
                return True
            answered = people.refreshed_at(session, place)
        asked = max(filter(None, [answered, self._unanswered.get(place)]), default=None)
        if asked is not None and self._now() - asked < _ASK_AGAIN_AFTER:
            return False
        return person in self._ask(place)

    def _ask(self, place: str) -> set[str]:
        try:
            found = (
                self._gateway.usergroup_members(place)
                if place.startswith("S")
                else self._gateway.members(place)
            )
        except DeliveryFailed as failure:
            log.warning("members_unknown", place=place, code=failure.code)
            self._unanswered[place] = self._now()
            return set()
        # The bot is in every channel and works for no team.
        found -= {self._gateway.own_id()}
        with self._database.transaction() as session:
            people.replace(session, place, found, now=self._now())
        return found


def _is_fresh(since: datetime | None, now: datetime, lasts: timedelta) -> bool:
    return since is not None and now - since < lasts


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        # A name that our time zone data does not have is as good as none.
        return None


def _place(team: Team) -> str:
    return team.usergroup or team.channel


def with_channel_ids(
    organisation: Organisation, gateway: Gateway, database: Database, *, now: datetime
) -> Organisation:
    """*organisation* with every ``#name`` as the id that Slack knows it by.

    Where Slack does not answer, what it said at an earlier start serves.

    Raises:
        Misconfigured: a channel does not exist, or the bot cannot see it; or Slack has never told.
    """
    channels = [organisation.triage_channel, *(team.channel for team in organisation.teams)]
    channels += [digest.place for digest in organisation.digests]
    ids = _ids_of([c for c in channels if c.startswith("#")], gateway, database, now=now)
    teams = tuple(replace(t, channel=ids.get(t.channel, t.channel)) for t in organisation.teams)
    triage = ids.get(organisation.triage_channel, organisation.triage_channel)
    _refuse_shared([("triage", triage), *((team.key, team.channel) for team in teams)])
    digests = tuple(replace(d, place=ids.get(d.place, d.place)) for d in organisation.digests)
    return replace(organisation, teams=teams, triage_channel=triage, digests=digests)


def _refuse_shared(places: list[tuple[str, str]]) -> None:
    # A name and an id may turn out to be the same channel only now.
    seen: dict[str, str] = {}
    faults = []
    for key, channel in places:
        first = seen.setdefault(channel, key)
        if first != key:
            mend = "give each team a channel of its own"
            faults.append(Fault(key, f"has the same channel ({channel}) as {first}", mend))
    if faults:
        raise Misconfigured(faults)


def _ids_of(
    names: Iterable[str], gateway: Gateway, database: Database, *, now: datetime
) -> dict[str, str]:
    wanted = sorted(set(names))
    if not wanted:
        return {}
    known = _names_from_slack(gateway, database, wanted, now=now)
    missing = [name for name in wanted if name not in known]
    if missing:
        mend = "create it or correct the name; a private channel needs the app invited first"
        raise Misconfigured([Fault(name, "is not a channel that the app can see", mend)
                             for name in missing])  # fmt: skip
    return known


def _names_from_slack(
    gateway: Gateway, database: Database, names: list[str], *, now: datetime
) -> dict[str, str]:
    try:
        visible = gateway.channels()
    except DeliveryFailed as failure:
        log.warning("channel_names_from_memory", code=failure.code)
        with database.reading() as session:
            known = {name: told for name in names if (told := people.id_of(session, name))}
        if len(known) < len(names):
            # No channel is at fault as long as nobody could look.
            problem = f"did not tell the channels ({failure.code})"
            fault = Fault("Slack", problem, "see crosstalk doctor: token, network")
            raise Misconfigured([fault]) from failure
        return known
    found = {name: visible[name[1:]] for name in names if name[1:] in visible}
    with database.transaction() as session:
        for name, channel in found.items():
            people.name(session, channel, name, now=now)
    return found
