"""The made-up organisation of a run, as its file and as a workspace."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.fakes.slack_api import FakeSlack

SECRET = "whsec_" + base64.b64encode(b"a secret of the chaos run, 32 b.").decode()
SIGNING_SECRET = "signing-secret-of-the-chaos-run"  # noqa: S105 - nobody else's
SOURCE = "shop"
TRIAGE = "C0TRIAGE"
MANAGER = "U0MANAGER"
WORDS = ("amber", "birch", "cedar", "dune", "ember", "fjord")
"""Each word in a comment asks a team of its own; a comment without one goes to triage."""

_ZONES = ("UTC", "Asia/Kathmandu", "Pacific/Chatham", "America/St_Johns")
_HASTY = 2
"""So many of the teams promise an answer within a minute, and so are escalated."""

_TOP = f"""
timezone = "UTC"
triage_channel = "{TRIAGE}"
managers = ["{MANAGER}"]
departments = [{", ".join(f'"{word}"' for word in WORDS)}]

[[source]]
key = "{SOURCE}"
connector = "webhook"
"""
_TEAM = """
[[team]]
key = "{word}"
name = "Team {word}"
department = "{word}"
channel = "{channel}"
lead = "{lead}"
timezone = "{zone}"
hours = "Mon-Sun 00:00-24:00"
claim_within = "{claim}"
resolve_within = "1d"
digest_at = "{digest}"
"""
_RULE = """
[[rule]]
name = "{word}"
when.text = ["{word}"]
then.departments = ["{word}"]
"""


def channel_of(word: str) -> str:
    """The channel of a team."""
    return f"C0{word.upper()}"


def lead_of(word: str) -> str:
    """Who leads a team."""
    return f"U0LEAD{word.upper()}"


def people_of(word: str, crowd: int) -> list[str]:
    """The people of a team; each crowd has two of its own, so that their windows stay apart."""
    return [f"U0{word.upper()}{crowd}{one}" for one in "AB"]


def organisation_file(start: datetime, seconds: float) -> str:
    """The organisation file, with digests that fall due on the minutes of the run."""
    minutes = list(_minutes(start, seconds))
    parts = [_TOP]
    for place, word in enumerate(WORDS):
        zone = _ZONES[place % len(_ZONES)]
        due = minutes[place % len(minutes)].astimezone(ZoneInfo(zone))
        team = {"word": word, "channel": channel_of(word), "lead": lead_of(word), "zone": zone}
        claim = "1m" if place < _HASTY else "4h"
        parts.append(_TEAM.format(**team, claim=claim, digest=f"{due:%H:%M}"))
        parts.append(_RULE.format(word=word))
    return "".join(parts)


def _minutes(start: datetime, seconds: float) -> Iterator[datetime]:
    """Full minutes while the run lasts, at least one; not while the clocks are still starting."""
    minute = (start + timedelta(seconds=75)).astimezone(UTC).replace(second=0, microsecond=0)
    yield minute
    while (minute := minute + timedelta(minutes=1)) < start + timedelta(seconds=seconds):
        yield minute


def settings_of(slack: FakeSlack, url: str, file: Path) -> dict[str, str]:
    """What every process of a run is told: its Slack, its database and its organisation *file*."""
    return {
        "DATABASE_URL": url,
        "SLACK_BOT_TOKEN": slack.token,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_APP_TOKEN": "",
        "SLACK_API_URL": slack.client_url,
        "INTAKE_SECRETS": SECRET,
        "CROSSTALK_ORG": str(file),
        "HOST": "127.0.0.1",
        "NO_PROXY": "*",
    }


def furnish(slack: FakeSlack, crowds: int) -> None:
    """Fill the workspace: a channel for each team, with its people."""
    for word in WORDS:
        members = [one for crowd in range(crowds) for one in people_of(word, crowd)]
        slack.channel(channel_of(word), members=[lead_of(word), *members])
    slack.channel(TRIAGE, members=[MANAGER])
    slack.user(MANAGER)
