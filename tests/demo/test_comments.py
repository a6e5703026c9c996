"""The sample comments are what the intake takes, and reach whom the demo promises."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import bot.demo
from bot.demo.stream import Sample, samples
from bot.domain.comment import Change, ChangeKind, Comment, clean
from bot.domain.organisation import Organisation, Priority
from bot.domain.routing import Decision, route
from bot.intake.connector import CONNECTORS, refuse_future
from bot.organisation import load

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SAMPLES = samples()
ORGANISATION = load(Path(bot.demo.__file__).with_name("organisation.toml"))

# Which teams each comment gives a stake; none means triage.
TEAMS = {
    "rv-30418": {"service-uk", "product-audio"},
    "fb-7101": {"marketing-uk"},
    "x-90011": {"service-uk"},
    "wb-5501": {"service-hk", "product-mobile"},
    "ig-4410": {"marketing-uk"},
    "yt-k2201": {"product-audio", "marketing-hk"},
    "fb-8120": set(),
    "x-90040": {"service-uk", "product-audio"},
    "fb-7133": {"product-mobile"},
    "rv-30431": {"marketing-uk"},
    "ig-6604": set(),
    "fb-8139": {"service-hk", "product-audio"},
    "x-90066": {"service-uk"},
    "yt-k2260": {"marketing-uk"},
    "wb-5544": {"service-hk", "marketing-hk"},
    "ig-4432": set(),
    "fb-7160": {"service-uk", "product-mobile"},
    "x-90102": {"marketing-uk"},
    "ig-6641": {"service-hk", "product-mobile", "marketing-hk"},
    "rv-30477": {"service-uk", "product-mobile"},
    "x-90131": {"service-uk", "product-audio"},
    "wb-5570": {"marketing-hk"},
    "ig-4460": {"service-uk", "marketing-uk"},
    "yt-k2290": {"service-hk", "product-mobile"},
    "fb-8160": {"product-mobile", "product-audio"},
    "rv-30481": {"product-audio"},
    "fb-7188": {"service-uk"},
    "yt-k2301": {"marketing-hk"},
    "wb-5591": {"marketing-hk"},
    "fb-8171": {"service-hk", "marketing-hk"},
    "ig-4471": {"product-audio", "marketing-uk"},
    "rv-30490": {"service-hk", "product-audio"},
    "x-90180": {"service-uk", "product-mobile", "marketing-uk"},
    "fb-8180": {"service-hk", "product-mobile"},
    "yt-k2310": {"marketing-uk"},
    "ig-6670": {"marketing-hk"},
    "x-90199": {"service-uk", "marketing-uk"},
}


def change(sample: Sample) -> Change:
    source = ORGANISATION.source(sample.source)
    assert source is not None
    (told,) = CONNECTORS[source.connector].parse(sample.payload(NOW), source)
    return told


def decide(sample: Sample, organisation: Organisation = ORGANISATION) -> Decision:
    told = change(sample)
    source = organisation.source(sample.source)
    assert source is not None
    fields = ("language", "campaign", "rating", "platform")
    facts = {name: told.facts[name] for name in fields if name in told.facts}
    comment = Comment(
        source=sample.source,
        external_id=told.external_id,
        text=clean(told.facts.get("text", "")),
        region=told.facts.get("region") or source.region,
        unit=told.facts.get("unit") or source.unit,
        **facts,
    )
    return route(comment, organisation)


def named(id_: str) -> Sample:
    return next(sample for sample in SAMPLES if sample.body["data"]["id"] == id_)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample.delivery))
def test_every_sample_is_taken_by_its_connector(sample: Sample) -> None:
    told = change(sample)
    refuse_future([told], NOW)
    assert told.at == NOW - timedelta(minutes=sample.ago)
    assert len(sample.payload(NOW)) < 256 * 1024


@pytest.mark.parametrize(("id_", "teams"), TEAMS.items(), ids=TEAMS)
def test_each_comment_reaches_its_teams(id_: str, teams: set[str]) -> None:
    decision = decide(named(id_))
    assert {key for key, _ in decision.teams} == teams
    assert bool(decision.triage) == (not teams or id_ == "yt-k2301")


def test_the_expectations_cover_every_comment() -> None:
    assert set(TEAMS) == {sample.body["data"]["id"] for sample in SAMPLES}


def test_every_team_and_triage_get_something_in_the_quick_part() -> None:
    quick = [sample for sample in SAMPLES if sample.delay < 1]
    reached = {key for sample in quick for key in TEAMS[sample.body["data"]["id"]]}
    assert reached == {team.key for team in ORGANISATION.teams}
    assert any(not TEAMS[sample.body["data"]["id"]] for sample in quick)


def test_three_departments_share_a_chinese_comment_at_the_end_of_the_quick_part() -> None:
    last = [sample for sample in SAMPLES if sample.delay < 1][-1]
    decision = decide(last)
    assert last.body["data"]["language"] == "zh-Hant"
    assert {key for key, _ in decision.teams} == {"service-hk", "product-mobile", "marketing-hk"}
    assert decision.lead == "service-hk"


def test_what_may_hurt_somebody_is_urgent() -> None:
    assert decide(named("fb-7160")).priority is Priority.URGENT


def test_low_stars_are_high_priority() -> None:
    assert decide(named("rv-30477")).priority is Priority.HIGH


def test_the_cast_is_complete() -> None:
    """Five languages, an edit, a deletion, both kinds of duplicate, and hostile text."""
    bodies = [sample.body["data"] for sample in SAMPLES]
    assert {"en", "zh-Hant", "zh-Hans", "ja", "es"} <= {data.get("language") for data in bodies}
    assert {change(sample).kind for sample in SAMPLES} == set(ChangeKind)
    deliveries = [sample.delivery for sample in SAMPLES]
    assert len(set(deliveries)) == len(deliveries) - 1
    created = [change(s).external_id for s in SAMPLES if change(s).kind is ChangeKind.CREATED]
    assert len(set(created)) == len(created) - 2
    texts = "".join(data.get("text", "") for data in bodies)
    for hostile in ("<!channel>", "<@U0MANAGER>", "|orrin.example", "\u202e", "\0", "\ud83c"):
        assert hostile in texts
    assert any("text" not in data and data.get("media") for data in bodies)
    assert any(data.get("rating") == 1 for data in bodies)
    assert any(data.get("campaign") and data.get("post") for data in bodies)
    assert max(len(json.loads(s.payload(NOW))["data"].get("text", "")) for s in SAMPLES) > 8_000


def test_edits_and_deletions_come_after_what_they_change() -> None:
    seen: dict[str, datetime] = {}
    for sample in SAMPLES:
        told = change(sample)
        if told.kind is not ChangeKind.CREATED:
            assert told.at > seen[told.external_id]
        seen[told.external_id] = told.at
