"""What a right file becomes."""

import re
from datetime import date, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.organisation import Priority, Rating, Source, Tell
from bot.domain.schedules import Cadence
from bot.domain.worktime import parse_hours
from bot.errors import Misconfigured
from bot.organisation import load, parse
from tests.organisation.samples import GOOD, faults, spoiled

ROOT = Path(__file__).parents[2]
FIRST_SKETCH = """\
timezone = "Europe/London"
triage_channel = "C0TRIAGE"            # channel id, or "#name", resolved at start
managers = ["U0MANAGER"]

[[source]]                             # where comments may come from; an unknown source is a 404
key = "facebook-hk"
connector = "webhook"                  # the generic one
platform = "facebook"                  # these four: what a comment does not say itself
account = "brand.hk"
region = "HK"
unit = "mobile"

[[team]]
key = "service-hk"
name = "Service HK"
department = "service"
units = []                             # empty: all
regions = ["HK"]
languages = []
channel = "C0SERVICEHK"
lead = "U0LEADHK"
timezone = "Asia/Hong_Kong"
hours = "Mon-Fri 09:00-18:00, Sat 10:00-14:00"
claim_within = "1h"                    # working time
resolve_within = "1d"
digest_at = "09:00"

[[rule]]
name = "refund or repair"
when.text = ["refund", "repair", "退款", "壞咗"]
when.platform = ["facebook"]           # also language, region, …
unless.text = ["recipe"]
then.departments = ["service"]         # also then.unit, …
"""


def test_the_sketch_that_the_format_was_decided_by_is_read() -> None:
    found = parse(FIRST_SKETCH)

    assert found.zone == ZoneInfo("Europe/London")
    assert found.triage_channel == "C0TRIAGE"
    assert found.managers == {"U0MANAGER"}
    assert found.source("facebook-hk") == Source(
        key="facebook-hk", platform="facebook", account="brand.hk", region="HK", unit="mobile"
    )
    assert found.rules[0].when.text == ("refund", "repair", "退款", "壞咗")
    assert found.rules[0].when.platform == ("facebook",)
    assert found.rules[0].unless is not None
    assert found.rules[0].unless.text == ("recipe",)
    assert found.rules[0].then.departments == ("service",)


def test_a_team_has_everything_that_its_table_says() -> None:
    team = parse(FIRST_SKETCH).teams[0]

    assert (team.key, team.name, team.department) == ("service-hk", "Service HK", "service")
    assert team.regions == {"HK"}
    assert not team.units | team.languages
    assert (team.channel, team.lead) == ("C0SERVICEHK", "U0LEADHK")
    assert (team.members, team.usergroup) == (frozenset(), "")
    assert team.zone == ZoneInfo("Asia/Hong_Kong")
    assert team.hours == parse_hours("Mon-Fri 09:00-18:00, Sat 10:00-14:00")
    assert team.claim_within == timedelta(hours=1)
    assert team.digest_at == time(9)


def test_the_example_is_right_and_uses_every_kind_of_table() -> None:
    found = load(ROOT / "organisation.example.toml", today=date(2026, 11, 18))

    assert {team.department for team in found.teams} == set(found.departments)
    assert {step.tell for step in found.escalation} == set(Tell) - {Tell.TEAM}
    assert any(team.rota and team.cover and team.promises for team in found.teams)
    assert all(date(2026, 12, 25) in team.hours.closed for team in found.teams)
    assert {None} < {team.expires_after for team in found.teams}
    assert any(rule.then.lead for rule in found.rules)
    assert found.sources
    assert found.rules
    assert {digest.cadence for digest in found.digests} == set(Cadence)
    assert all(note.departments for note in found.policy)


def test_a_day_is_the_teams_longest_working_day() -> None:
    hk, mobile = parse(GOOD).teams

    assert hk.resolve_within == timedelta(hours=9)
    assert mobile.resolve_within == 2 * timedelta(hours=8)


def test_a_team_without_a_time_zone_has_the_organisations() -> None:
    assert parse(GOOD).teams[1].zone == ZoneInfo("Europe/London")


def test_a_team_may_go_without_a_digest_a_lead_and_members() -> None:
    team = parse(GOOD).teams[1]

    assert (team.digest_at, team.lead, team.members) == (None, "", frozenset())


def test_what_may_be_left_out_may_also_be_left_empty() -> None:
    text = spoiled(
        ('lead = "U0LEADHK"', 'lead = ""'),
        ('timezone = "Asia/Hong_Kong"', 'timezone = ""'),
        ('digest_at = "09:00"', 'digest_at = ""'),
        ('usergroup = "S0MOBILE"', 'usergroup = ""'),
        ('region = "UK"', 'region = ""'),
    )

    assert faults(text) == []
    assert parse(text).teams[0].zone == ZoneInfo("Europe/London")


def test_one_text_is_a_list_of_one_and_one_is_as_good_as_the_other() -> None:
    listed = spoiled(
        ('unless.text = "recipe"', 'unless.text = ["recipe"]'),
        ("when.regex = '\\bscreen\\b'", "when.regex = ['\\bscreen\\b']"),
        ('then.teams = "mobile"', 'then.teams = ["mobile"]'),
        ('then.unit = "mobile"', 'then.unit = ["mobile"]'),
        ('then.region = "HK"', 'then.region = ["HK"]'),
    )

    assert parse(listed) == parse(GOOD)


def test_a_rule_holds_its_regex_rating_and_outcome() -> None:
    rule = parse(GOOD).rules[1]

    assert rule.when.regex == (re.compile(r"\bscreen\b", re.IGNORECASE),)
    assert rule.when.rating == Rating(sign="<=", value=2)
    assert rule.unless is None
    assert (rule.then.teams, rule.then.unit) == (("mobile",), ("mobile",))
    assert rule.then.priority is Priority.HIGH


def test_capitals_do_not_matter_to_a_regex() -> None:
    assert parse(GOOD).rules[1].when.regex[0].search("My SCREEN broke")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<=2", Rating(sign="<=", value=2)),
        (">= 4.5", Rating(sign=">=", value=4.5)),
        ("<3", Rating(sign="<", value=3)),
        (">3", Rating(sign=">", value=3)),
        ("=5", Rating(sign="=", value=5)),
    ],
)
def test_a_rating_is_a_comparison(written: str, read: Rating) -> None:
    assert parse(spoiled(('"<=2"', f'"{written}"'))).rules[1].when.rating == read


def test_departments_are_in_the_order_that_the_file_gives() -> None:
    assert parse(GOOD).departments == ("service", "product")


def test_without_a_list_departments_follow_the_usual_order_and_then_the_teams() -> None:
    text = spoiled(
        ('departments = ["service", "product"]\n', ""),
        ('department = "product"', 'department = "legal"'),
    )

    assert parse(text).departments == ("service", "marketing", "product", "legal")


def test_no_rules_are_no_fault_because_everything_then_goes_to_triage() -> None:
    assert parse(GOOD.partition("[[rule]]")[0]).rules == ()


def test_an_order_of_departments_may_name_one_that_has_no_team_yet() -> None:
    text = spoiled(('["service", "product"]', '["service", "product", "legal"]'))

    assert parse(text).departments[-1] == "legal"


def test_without_teams_that_name_units_a_rule_may_name_any() -> None:
    text = spoiled(
        ('units = ["mobile"]\n', ""),
        ('region = "UK"', 'unit = "audio"'),
        ('then.unit = "mobile"', 'then.unit = "watches"'),
    )

    assert parse(text).rules[1].then.unit == ("watches",)


def test_a_rule_may_give_a_region_that_only_a_source_names_in_any_case() -> None:
    assert parse(spoiled(('then.region = "HK"', 'then.region = "uk"'))).rules[0].then.region


def test_tables_in_one_line_are_as_good_as_dotted_keys() -> None:
    text = spoiled(
        ('when.text = ["refund", "退款"]', 'when = { text = ["refund", "退款"] }'),
        ('unless.text = "recipe"', 'unless = { text = "recipe" }'),
        (
            'then.departments = ["service"]\nthen.region = "HK"',
            'then = { departments = ["service"], region = "HK" }',
        ),
    )

    assert parse(text) == parse(GOOD)


def test_another_connector_is_fine_once_it_is_known() -> None:
    text = spoiled(('connector = "webhook"', 'connector = "facebook"'))

    assert parse(text, connectors=("webhook", "facebook")).sources[0].connector == "facebook"


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "organisation.toml"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())

    assert load(file) == parse(GOOD)


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    file = tmp_path / "organisation.toml"

    with pytest.raises(Misconfigured) as refusal:
        load(file)

    (fault,) = refusal.value.faults
    assert fault.place == str(file)
    assert fault.problem == "there is no such file"
    assert fault.mend.startswith("copy organisation.example.toml to it")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_a_file_in_another_encoding_says_where_that_shows(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_bytes(b'timezone = "Europe/London"\n# caf\xe9\n')

    with pytest.raises(Misconfigured) as refusal:
        load(file)

    (fault,) = refusal.value.faults
    assert (fault.place, fault.mend) == ("ours.toml:2", "save it as UTF-8")
