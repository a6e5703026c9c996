"""An organisation file with as many teams as a benchmark wants, each with a channel of its own."""

from pathlib import Path

TRIAGE = "C0TRIAGE"
_TOP = """\
timezone = "UTC"
triage_channel = "{triage}"
departments = ["service"]

[[source]]
key = "shop"
connector = "webhook"
platform = "shop"
"""
_TEAM = """
[[team]]
key = "service-{number:03}"
name = "Service {number:03}"
department = "service"
regions = ["R{number:03}"]
channel = "{channel}"
hours = "Mon-Sun 00:00-24:00"
claim_within = "1h"
resolve_within = "1d"
"""
_RULE = '\n[[rule]]\nname = "refunds"\nwhen.text = ["refund"]\nthen.departments = ["service"]\n'


def channel(number: int) -> str:
    """The channel of the team of that number."""
    return f"C0BENCH{number:03}"


def region(number: int) -> str:
    """The region that only the team of that number has."""
    return f"R{number:03}"


def written(file: Path, teams: int) -> Path:
    """Write it to *file*."""
    parts = [_TOP.format(triage=TRIAGE), *(_team(number) for number in range(teams)), _RULE]
    file.write_text("".join(parts), "utf-8")
    return file


def _team(number: int) -> str:
    return _TEAM.format(number=number, channel=channel(number))
