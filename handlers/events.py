"""What Slack tells about the people of the workspace."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.services import Services
from bot.usecases import hinting, sharing
from handlers.listener import event_listener

# A status without an end of its own is believed for a day, and then asked about again.
_STATUS_LASTS = timedelta(days=1)
_AWAY_EMOJI = {
    ":palm_tree:",
    ":face_with_thermometer:",
    ":airplane:",
    ":no_entry:",
    ":baby:",
    ":desert_island:",
}


@event_listener
def joined(event: dict[str, Any], services: Services) -> None:
    """Somebody joins a channel, and may act for its team."""
    services.directory.joined(str(event["user"]), str(event["channel"]))


@event_listener
def left(event: dict[str, Any], services: Services) -> None:
    """Somebody leaves a channel: they may no longer act for its team, nor hold its stakes."""
    person, channel = str(event["user"]), str(event["channel"])
    services.directory.left(person, channel)
    gone_from = [
        team
        for team in services.organisation.teams
        if team.channel == channel and not team.members and not team.usergroup
    ]
    with services.database.transaction() as session:
        for team in gone_from:
            sharing.give_back(session, services.organisation, person, team.key, now=services.now())


@event_listener
def changed(event: dict[str, Any], services: Services) -> None:
    """Somebody's profile changes: they are deactivated, or their status says that they are away."""
    user = event.get("user") or {}
    person, now = str(user.get("id", "")), services.now()
    profile = user.get("profile") or {}
    away = profile.get("status_emoji") in _AWAY_EMOJI
    # Slack tells of every change of everybody's profile; few of them mean anything here.
    with services.database.reading() as session:
        held = bool(user.get("deleted")) and hinting.holds_anything(session, person)
        back = "status_emoji" in profile and hinting.is_away_by_status(session, person)
    if not (held or away or back):
        return
    with services.database.transaction() as session:
        if held:
            hinting.leave(session, services.organisation, person, now=now)
        elif away:
            until = _until(profile, now)
            hinting.go_away(session, person, until=until, now=now, by_status=True)
        else:
            hinting.come_back(session, person, by_status=True)


@event_listener
def group_changed(event: dict[str, Any], services: Services) -> None:
    """A user group that makes a team has other people: who is gone holds nothing for it."""
    group = str(event.get("subteam_id", ""))
    teams = [team for team in services.organisation.teams if team.usergroup == group]
    for person in event.get("added_users") or []:
        services.directory.joined(str(person), group)
    for person in event.get("removed_users") or []:
        services.directory.left(str(person), group)
        with services.database.transaction() as session:
            for team in teams:
                sharing.give_back(
                    session, services.organisation, str(person), team.key, now=services.now()
                )


def _until(profile: dict[str, Any], now: datetime) -> datetime:
    ends = profile.get("status_expiration")
    if isinstance(ends, int) and ends > 0:
        return datetime.fromtimestamp(ends, UTC)
    return now + _STATUS_LASTS
