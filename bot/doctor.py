"""`crosstalk doctor`: everything that can be wrong with an installation, each with its mend."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import methodcaller
from pathlib import Path

from rich.console import Console
from rich.markup import escape

import bot
from bot import organisation, readiness
from bot.config import Settings
from bot.domain.organisation import Organisation
from bot.errors import CrosstalkError, DeliveryFailed, Misconfigured
from bot.slack.directory import with_channel_ids
from bot.slack.failures import NOBODY
from bot.slack.gateway import Gateway, web_client
from bot.slack.patience import Patient
from bot.store.database import Database
from bot.usecases import ailing

_AGAIN = "run crosstalk doctor again in a minute"
# Whoever asks in Slack meanwhile waits for their turn.
PATIENCE = 300.0
"""Seconds in which all is asked of Slack that it answers at its own pace."""
MANIFEST = Path(bot.__file__).resolve().parent.parent / "manifest.json"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; ``mend`` is "" when it is well."""

    what: str
    mend: str = ""


def examine(settings: Settings, *, now: datetime) -> Iterator[Finding]:
    """Look at the settings, the organisation file, the database and Slack, in this order."""
    yield from _settings(settings)
    database = Database(settings.database_url)
    try:
        yield from _installed(settings, database, now)
    finally:
        database.close()


def _installed(settings: Settings, database: Database, now: datetime) -> Iterator[Finding]:
    org, faults = _organisation(settings)
    yield from faults
    if org is not None:
        yield Finding(f"{settings.organisation_file}: {len(org.teams)} teams")
        yield from _database(database, org, now)
    gateway = Gateway(web_client(settings))
    if settings.slack_bot_token:
        yield from _slack(gateway, database, org, now)
    if settings.socket_mode:
        yield from _app_token(gateway, settings.slack_app_token)


def _organisation(settings: Settings) -> tuple[Organisation | None, list[Finding]]:
    try:
        return organisation.load(settings.organisation_file), []
    except Misconfigured as wrong:
        return None, [Finding(f"{f.place}: {f.problem}", f.mend) for f in wrong.faults]


def _settings(settings: Settings) -> Iterator[Finding]:
    missing = settings.missing()
    yield from (Finding(f"{fault.place} {fault.problem}", fault.mend) for fault in missing)
    if not missing:
        mode = "Socket Mode" if settings.socket_mode else "HTTP"
        yield Finding(f"Slack's tokens are set; requests come by {mode}")
    if settings.intake_secrets:
        yield Finding("INTAKE_SECRETS is set")
    else:
        make = "set it to whsec_ and the output of: openssl rand -base64 32"
        yield Finding("INTAKE_SECRETS is not set, so no webhook is accepted", make)


def _database(database: Database, org: Organisation, now: datetime) -> Iterator[Finding]:
    found = readiness.troubles(database, org, now)
    yield from (Finding(trouble.what, trouble.mend) for trouble in found)
    if not found:
        yield Finding("the database is up to date, the clock runs, nothing piles up")
    if not any(trouble.stops for trouble in found):
        with database.reading() as session:
            yield from (Finding(what, mend) for what, mend in ailing.ailments(session, org))
    if database.is_sqlite:
        folder = Path(database.url.removeprefix("sqlite:///")).resolve().parent
        free = shutil.disk_usage(folder).free if folder.exists() else 0
        if free < 100 * 1024 * 1024:
            yield Finding(f"{folder} has {free >> 20} MiB left", "make room on that disk")


def _slack(
    gateway: Gateway, database: Database, org: Organisation | None, now: datetime
) -> Iterator[Finding]:
    try:
        identity, granted = gateway.identity()
    except DeliveryFailed as failure:
        if not failure.permanent:
            mend = "see that this machine reaches it, and SLACK_API_URL if you have set it"
            if failure.code == "untrusted":
                mend = "name your company's own certificates in SSL_CERT_FILE"
            yield Finding(f"Slack does not answer ({failure.code})", mend)
            return
        mend = "copy the bot token from the app's page again, and see that Slack can be reached"
        yield Finding(f"Slack does not know the token ({failure.code})", mend)
        return
    yield Finding(f"Slack knows us as @{identity.get('user')} in {identity.get('team')}")
    yield from _scopes(granted)
    if org is not None:
        patient = Patient(gateway, PATIENCE)
        yield from _channels(patient, database, org, str(identity.get("user_id")), now)
        yield from _people(patient, org)
        yield from _groups(patient, org)


def _app_token(gateway: Gateway, token: str) -> Iterator[Finding]:
    try:
        gateway.socket_address(token)
    except DeliveryFailed as failure:
        if failure.permanent:
            mend = "generate one with connections:write on the app's Basic Information page"
            yield Finding(f"the app-level token is refused ({failure.code})", mend)
        else:
            yield Finding(f"the app-level token could not be tried ({failure.code})", _AGAIN)
        return
    yield Finding("Slack knows the app-level token")


def _scopes(granted: set[str]) -> Iterator[Finding]:
    # Stand-ins for Slack do not tell; then there is nothing to compare.
    if not granted or not MANIFEST.is_file():
        return
    wanted = set(json.loads(MANIFEST.read_text())["oauth_config"]["scopes"]["bot"])
    missing = sorted(wanted - granted)
    if missing:
        mend = "add them on the app's OAuth page and reinstall the app"
        yield Finding(f"scopes are missing: {', '.join(missing)}", mend)
    else:
        yield Finding("all scopes are granted")


def _channels(
    slack: Patient, database: Database, org: Organisation, bot_user: str, now: datetime
) -> Iterator[Finding]:
    # What the names of channels stand for is kept there.
    if any(trouble.stops for trouble in readiness.troubles(database, org, now)):
        yield Finding("channels cannot be looked at yet", "see to the database first")
        return
    try:
        resolved = with_channel_ids(org, slack.gateway, database, now=now)
    except Misconfigured as wrong:
        yield from (Finding(f"{fault.place} {fault.problem}", fault.mend) for fault in wrong.faults)
        return
    except CrosstalkError as error:
        yield Finding(f"channel names cannot be looked up ({error})", "see to the database first")
        return
    places = [("triage", resolved.triage_channel)]
    places += [(team.name, team.channel) for team in resolved.teams]
    known = {channel for _, channel in places}
    elsewhere = {d.place for d in resolved.digests if not d.place.startswith(("U", "W"))}
    places += [("a digest", channel) for channel in sorted(elsewhere - known)]
    wrong_ones = list(_each(slack, places, bot_user))
    yield from wrong_ones
    if not wrong_ones:
        yield Finding(f"the app is in all {len(places)} channels")


def _each(slack: Patient, places: list[tuple[str, str]], bot_user: str) -> Iterator[Finding]:
    for number, (name, channel) in enumerate(places):
        if slack.over:
            yield Finding(_late(len(places) - number, "channel"), _AGAIN)
            return
        yield from _channel(slack, name, channel, bot_user)


def _channel(slack: Patient, name: str, channel: str, bot_user: str) -> Iterator[Finding]:
    try:
        told = slack.answer(lambda gateway: gateway.channel(channel))
        inside = bot_user in slack.answer(lambda gateway: gateway.members(channel))
    except DeliveryFailed as failure:
        mend = "correct the id in the organisation file, or invite the app if it is private"
        what = f"{name}: {channel} cannot be seen ({failure.code})"
        yield Finding(what, mend if failure.permanent else _AGAIN)
        return
    if told.get("is_archived"):
        yield Finding(f"{name}: {channel} is archived", "unarchive it, or choose another channel")
    elif not inside:
        yield Finding(f"{name}: the app is not in {channel}", "invite it there: /invite @Crosstalk")


def _people(slack: Patient, org: Organisation) -> Iterator[Finding]:
    people = {person for team in org.teams for person in (team.lead, *team.members) if person}
    everybody = sorted(people | org.managers)
    unknown, untold = [], None
    for place, person in enumerate(everybody):
        try:
            if not _is_active(slack, person):
                unknown.append(person)
        except DeliveryFailed as failure:
            # It is not about the person, so that the next one would be no better known.
            untold = Finding(f"{_untold(everybody, place)} ({failure.code})", _AGAIN)
            break
    if unknown:
        mend = "correct their ids in the organisation file"
        yield Finding(f"Slack knows no active person by: {', '.join(unknown)}", mend)
    if untold:
        yield untold
    if not unknown and not untold:
        yield Finding("all leads, members and managers are known to Slack")


def _untold(everybody: list[str], place: int) -> str:
    """Whom Slack did not tell of, from *place* on."""
    more = len(everybody) - place
    if more == 1:
        return f"Slack did not tell who {everybody[place]} is"
    return f"Slack did not tell who the {'other ' if place else ''}{more} people are"


def _groups(slack: Patient, org: Organisation) -> Iterator[Finding]:
    teams = [team for team in org.teams if team.usergroup]
    for place, team in enumerate(teams):
        if slack.over:
            yield Finding(_late(len(teams) - place, "user group"), _AGAIN)
            return
        try:
            slack.answer(methodcaller("usergroup_members", team.usergroup))
        except DeliveryFailed as failure:
            what = f"{team.name}: user group {team.usergroup} cannot be read ({failure.code})"
            mend = "correct its id in the organisation file"
            yield Finding(what, mend if failure.permanent else _AGAIN)


def _late(more: int, name: str) -> str:
    """What there was no time for."""
    return f"no time was left for {more} {name}{'' if more == 1 else 's'}: Slack asks for patience"


def _is_active(slack: Patient, person: str) -> bool:
    if slack.over:
        raise DeliveryFailed("ratelimited")
    try:
        return not slack.answer(lambda gateway: gateway.user(person)).get("deleted")
    except DeliveryFailed as failure:
        if failure.code in NOBODY:
            return False
        raise


def findings(settings: Settings, *, now: datetime) -> list[tuple[str, str]]:
    """What `examine` finds, as pairs of what was looked at and its mend."""
    return [(finding.what, finding.mend) for finding in examine(settings, now=now)]


def report(settings: Settings, *, now: datetime) -> int:
    """Print what `examine` finds; 1 when something needs mending."""
    console = Console(highlight=False)
    ill = 0
    for finding in examine(settings, now=now):
        what = escape(finding.what)
        if finding.mend:
            ill += 1
            console.print(f"[red]✗[/] {what}\n  → {escape(finding.mend)}", soft_wrap=True)
        else:
            console.print(f"[green]✓[/] {what}", soft_wrap=True)
    console.print("All is well." if not ill else f"{ill} to mend.")
    return 1 if ill else 0
